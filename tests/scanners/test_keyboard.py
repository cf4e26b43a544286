# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A scanner that types into a real terminal, and one whose keys somebody else has."""

from __future__ import annotations

import os
import termios
from collections.abc import Iterator

import pytest

from cccd_reader.access_keys import Can
from cccd_reader.scanners.access_text import AccessKind
from cccd_reader.scanners.assembly import Timing
from cccd_reader.scanners.events import Event, Found, Lost, Scanned, Unreadable
from cccd_reader.scanners.keyboard import KEYBOARD_TIMING, KeyboardScanner, typed_text
from tests.scanners.texts import CAN, CITIZEN_KEY, LINES, NUMBER, QR, ZONE

QUICK = Timing(gap=0.03, stall=0.1, between_lines=5.0)
PATIENCE = 30.0


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """The end where keys are pressed, and the terminal."""
    keys, screen = os.openpty()
    yield keys, screen
    os.close(keys)
    os.close(screen)


def echo(descriptor: int) -> bool:
    return bool(termios.tcgetattr(descriptor)[3] & termios.ECHO)


def test_a_terminal_gives_keys_without_echo_until_it_is_closed(terminal: tuple[int, int]) -> None:
    keys, screen = terminal
    with KeyboardScanner(screen, QUICK) as scanner:
        assert scanner.poll(PATIENCE) == Found("keyboard")
        assert not echo(screen)
        os.write(keys, QR.encode() + b"\r")
        event = scanner.poll(PATIENCE)
        assert isinstance(event, Scanned)
        assert (event.access.kind, event.access.keys[0]) == (AccessKind.QR, CAN)
        assert scanner.fileno() == screen
        assert scanner.poll(0) is None
    assert echo(screen)
    os.set_blocking(keys, False)
    with pytest.raises(BlockingIOError):
        os.read(keys, 1)


def test_keys_without_enter_end_by_a_pause(terminal: tuple[int, int]) -> None:
    keys, screen = terminal
    with KeyboardScanner(screen, QUICK) as scanner:
        scanner.connect()
        for line in LINES[:2]:
            os.write(keys, line.encode())
            assert scanner.poll(4 * QUICK.gap) is None
        os.write(keys, LINES[2].encode())
        event = scanner.poll(PATIENCE)
        assert isinstance(event, Scanned)
        assert event.access.keys == (CAN, CITIZEN_KEY)
        assert scanner.pause is None


def test_an_input_that_ends_is_told() -> None:
    source, sink = os.pipe()
    os.write(sink, ZONE.encode())
    os.close(sink)
    scanner = KeyboardScanner(source, QUICK)
    found, scanned, lost = (scanner.poll(PATIENCE) for _ in range(3))
    assert isinstance(found, Found)
    assert isinstance(scanned, Scanned)
    assert isinstance(lost, Lost)
    assert lost.final
    scanner.close()
    os.close(source)


def test_a_terminal_that_is_closed_is_told() -> None:
    keys, screen = os.openpty()
    scanner = KeyboardScanner(screen, QUICK)
    scanner.connect()
    os.close(keys)
    lost = scanner.poll(PATIENCE)
    assert isinstance(lost, Lost)
    assert lost.final
    os.close(screen)


def typed(*keys: str | float) -> list[Event]:
    text, now = typed_text(), 0.0
    for key in keys:
        if isinstance(key, str):
            text.feed(key.encode(), now)
        else:
            now += key
            text.expire(now)
    text.expire(now + 60)
    return list(iter(text.next_event, None))


def test_a_person_may_think_between_digits() -> None:
    (event,) = typed(*(part for digit in NUMBER for part in (digit, 1.5)), "\r")
    assert isinstance(event, Scanned)
    assert event.access.keys == (CAN,)
    (can,) = typed("123", 2.0, "456", 2.0, "\r")
    assert isinstance(can, Scanned)
    assert can.access.keys == (Can("123456"),)


def test_a_person_may_type_a_zone_line_by_line() -> None:
    (event,) = typed(*(part for line in LINES for part in (line[:15], 1.0, line[15:], "\r", 8.0)))
    assert isinstance(event, Scanned)
    assert event.access.keys == (CAN, CITIZEN_KEY)


def test_what_a_person_leaves_unfinished_is_told_and_forgotten() -> None:
    first, second = typed("0010900", KEYBOARD_TIMING.stall + 1, NUMBER, "\r")
    assert isinstance(first, Unreadable)
    assert isinstance(second, Scanned)
