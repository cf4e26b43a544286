# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A scanner on a real pseudo-terminal, read by the real pyserial; and one whose port and clock a test holds."""

from __future__ import annotations

import errno
import select
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count, pairwise
from pathlib import Path

import pytest

from cccd_reader.errors import MalformedData
from cccd_reader.scanners.access_text import AccessKind
from cccd_reader.scanners.assembly import Timing
from cccd_reader.scanners.events import Event, Found, Lost, Scanned, ScannerUnavailable, Unreadable, Why
from cccd_reader.scanners.places import (
    KEYBOARD,
    RATES,
    VENDORS,
    Keyboard,
    Port,
    SerialPlace,
    attached_ports,
    choose_port,
    parse_place,
)
from cccd_reader.scanners.serial_line import PyserialLine, SerialLine, error_of
from cccd_reader.scanners.serial_port import RETRY_SECONDS, SerialScanner, System
from cccd_simulators.scanner import Encoding, ScannerSettings, SimulatedScanner
from tests.scanners.texts import CAN, CITIZEN_KEY, LINES, NAME, QR, Clock

QUICK = Timing(gap=0.03, stall=0.1, between_lines=5.0)
PATIENCE = 30.0
"""The most seconds that an event is waited for; all of them come much sooner."""


def at_once(_seconds: float) -> None:
    """The line of the simulated scanner takes no time."""


@pytest.fixture
def device(tmp_path: Path) -> Iterator[SimulatedScanner]:
    with SimulatedScanner(tmp_path / "scanner", sleep=at_once) as simulated:
        yield simulated


@pytest.fixture
def scanner(device: SimulatedScanner) -> Iterator[SerialScanner]:
    with SerialScanner(SerialPlace(str(device.link)), QUICK) as found:
        assert found.poll(PATIENCE) == Found(str(device.link), RATES[0])
        yield found


def next_scan(scanner: SerialScanner) -> Scanned:
    event = scanner.poll(PATIENCE)
    assert isinstance(event, Scanned)
    return event


@pytest.mark.parametrize("encoding", list(Encoding))
def test_every_encoding_over_a_real_line(device: SimulatedScanner, scanner: SerialScanner, encoding: Encoding) -> None:
    device.settings = replace(device.settings, encoding=encoding)
    device.scan(QR)
    access = next_scan(scanner).access
    assert (access.kind, access.keys[0]) == (AccessKind.QR, CAN)
    assert access.qr is not None
    assert (access.qr.full_name == NAME) == (encoding is not Encoding.QUESTION_MARKS)


@pytest.mark.parametrize(
    "settings",
    [
        ScannerSettings(end=b"\r"),
        ScannerSettings(end=b"\n", piece=7),
        ScannerSettings(end=b"", between=b"\r"),
        ScannerSettings(prefix=b"\x02]Q1", end=b"\x03", piece=1),
        ScannerSettings(noise=b"\x00\xff", end=b"\r\n", piece=64),
    ],
    ids=count(),
)
def test_settings_of_scanners(device: SimulatedScanner, scanner: SerialScanner, settings: ScannerSettings) -> None:
    device.settings = settings
    device.scan(QR)
    assert next_scan(scanner).access.keys[0] == CAN
    device.scan("\n".join(LINES))
    assert next_scan(scanner).access.keys == (CAN, CITIZEN_KEY)
    assert scanner.poll(0) is None


def test_lines_that_come_apart_are_one_zone(device: SimulatedScanner, scanner: SerialScanner) -> None:
    for line in LINES:
        assert scanner.poll(0.02) is None
        device.scan(line)
    assert next_scan(scanner).access.keys == (CAN, CITIZEN_KEY)


def test_unplugged_and_plugged_in_again(device: SimulatedScanner, scanner: SerialScanner) -> None:
    for _ in range(2):
        device.scan(QR)
        assert next_scan(scanner).access.keys[0] == CAN
        device.unplug()
        lost = scanner.poll(PATIENCE)
        assert isinstance(lost, Lost)
        assert isinstance(lost.error, ScannerUnavailable)
        assert scanner.fileno() is None
        assert scanner.poll(0.01) is None
        device.plug()
        assert scanner.poll(PATIENCE) == Found(str(device.link), RATES[0])
    device.scan(QR)
    assert next_scan(scanner).access.keys[0] == CAN


def test_half_a_scan_before_the_cable_was_pulled_spoils_nothing(
    device: SimulatedScanner, scanner: SerialScanner
) -> None:
    device.send(QR.encode()[:40])
    assert scanner.poll(0) is None
    device.unplug()
    assert isinstance(scanner.poll(PATIENCE), Lost)
    device.plug()
    assert isinstance(scanner.poll(PATIENCE), Found)
    device.scan(QR)
    assert next_scan(scanner).access.keys[0] == CAN


def test_the_speed_is_found_by_scans_that_are_lost(device: SimulatedScanner, scanner: SerialScanner) -> None:
    device.settings = ScannerSettings(rate=19200)
    for rate in (115200, 19200):
        device.scan(QR)
        event = scanner.poll(PATIENCE)
        assert isinstance(event, Unreadable)
        assert (event.why, event.next_rate) == (Why.GARBLED, rate)
        assert scanner.poll(4 * QUICK.gap) is None
    device.scan(QR)
    assert next_scan(scanner).access.keys[0] == CAN
    device.send(b"\xff\x00\xfe" * 20)
    event = scanner.poll(PATIENCE)
    assert isinstance(event, Unreadable)
    assert event.next_rate is None
    assert scanner.rate == 19200


def test_a_given_speed_is_kept(device: SimulatedScanner) -> None:
    device.settings = ScannerSettings(rate=115200)
    with SerialScanner(SerialPlace(str(device.link), 9600), QUICK) as scanner:
        assert isinstance(scanner.poll(PATIENCE), Found)
        device.scan(QR)
        event = scanner.poll(PATIENCE)
        assert isinstance(event, Unreadable)
        assert event.next_rate is None


def test_its_descriptor_can_be_waited_on(device: SimulatedScanner, scanner: SerialScanner) -> None:
    descriptor = scanner.fileno()
    assert descriptor is not None
    device.settings = ScannerSettings(end=b"")
    device.scan(QR)
    assert select.select([descriptor], [], [], PATIENCE)[0] == [descriptor]
    assert scanner.poll(0) is None
    assert scanner.pause is not None
    assert next_scan(scanner).access.keys[0] == CAN
    assert [scanner.pause, scanner.poll(0)] == [None, None]


def test_nobody_else_opens_the_port(device: SimulatedScanner, scanner: SerialScanner) -> None:
    other = SerialScanner(SerialPlace(str(device.link)))
    with pytest.raises(ScannerUnavailable, match="another program") as caught:
        other.connect()
    assert "Close" in caught.value.hint
    scanner.close()
    assert other.connect().port == str(device.link)
    other.close()


def test_a_port_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ScannerUnavailable, match="does not exist"):
        SerialScanner(SerialPlace(str(tmp_path / "none"))).connect()
    (tmp_path / "file").touch()
    with pytest.raises(ScannerUnavailable, match="cannot be used"):
        SerialScanner(SerialPlace(str(tmp_path / "file"))).connect()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.EACCES, "Permission denied"), "may not open"),
        (OSError("could not open port 'COM3': PermissionError(13, 'Access is denied.', None, 5)"), "may not open"),
        (OSError(errno.EBUSY, "Device or resource busy"), "another program"),
        (OSError(errno.EIO, "Input/output error"), "cannot be used"),
        (ValueError("Not a valid baudrate: 301"), "cannot be used"),
    ],
    ids=count(),
)
def test_the_errors_of_ports(error: Exception, words: str) -> None:
    ours = error_of(error)
    assert words in str(ours)
    assert ours.hint


# a port and a clock of the test's own


class FakeLine:
    """What a test sends, then nothing; `None` is the pulled cable."""

    def __init__(self, clock: Clock, sends: list[bytes | None]) -> None:
        self.clock, self.sends, self.reads, self.closed = clock, sends, 0, False

    def read(self, timeout: float) -> bytes:
        self.reads += 1
        if self.sends:
            data = self.sends.pop(0)
            if data is None:
                raise ScannerUnavailable("gone")
            self.clock.pass_(0.001)
            return data
        self.clock.pass_(timeout)
        return b""

    def set_rate(self, rate: int) -> None:
        raise ScannerUnavailable("gone")

    def fileno(self) -> int | None:
        return None

    def close(self) -> None:
        self.closed = True


def system(clock: Clock, open_line: Callable[[str, int], SerialLine], *ports: Port) -> System:
    def listed() -> Sequence[Port]:
        return ports

    return System(open_line, listed, clock, clock.pass_)


def polled(scanner: SerialScanner, times: int, timeout: float = 60.0) -> list[Event | None]:
    return [scanner.poll(timeout) for _ in range(times)]


def test_a_lost_port_is_tried_again_ever_more_seldom_and_told_once() -> None:
    clock = Clock()
    tries: list[float] = []

    def refuse(_port: str, _rate: int) -> SerialLine:
        tries.append(clock.now)
        raise ScannerUnavailable("nothing there")

    scanner = SerialScanner(SerialPlace("X"), system=system(clock, refuse))
    first, second = polled(scanner, 2)
    assert isinstance(first, Lost)
    assert second is None
    waits = [round(later - earlier, 6) for earlier, later in pairwise(tries)]
    assert waits[: len(RETRY_SECONDS)] == list(RETRY_SECONDS)
    assert set(waits[len(RETRY_SECONDS) :]) == {RETRY_SECONDS[-1]}


def test_a_line_that_is_silent_is_not_asked_over_and_over() -> None:
    clock = Clock()
    line = FakeLine(clock, [])
    scanner = SerialScanner(SerialPlace("X"), system=system(clock, lambda _port, _rate: line))
    assert isinstance(scanner.poll(1), Found)
    assert scanner.poll(3600) is None
    assert line.reads == 1


def test_a_flood_that_says_nothing_ends_at_the_time_out() -> None:
    clock = Clock()
    line = FakeLine(clock, [b"\n" * 100] * 100_000)
    scanner = SerialScanner(SerialPlace("X"), system=system(clock, lambda _port, _rate: line))
    scanner.connect()
    assert scanner.poll(1) is None
    assert line.reads < 1100


def test_a_port_that_goes_while_the_speed_is_changed_is_lost() -> None:
    clock = Clock()
    line = FakeLine(clock, [b"\xff" * 40])
    scanner = SerialScanner(SerialPlace("X"), system=system(clock, lambda _port, _rate: line))
    found, lost = polled(scanner, 2)
    assert isinstance(found, Found)
    assert isinstance(lost, Lost)
    assert line.closed


def test_a_scanner_that_is_found_is_looked_for_under_another_name_later() -> None:
    clock = Clock()
    ports = [[Port("A", 0x0C2E, 1, "s")], [], [Port("A", 0x1EAB, 2), Port("B", 0x0C2E, 1, "s")]]
    opened: list[str] = []

    def open_line(port: str, _rate: int) -> SerialLine:
        opened.append(port)
        return FakeLine(clock, [None])

    scanner = SerialScanner(SerialPlace(), system=System(open_line, lambda: ports.pop(0), clock, clock.pass_))
    kinds = [type(event) for event in polled(scanner, 3)]
    assert kinds == [Found, Lost, Found]
    assert opened == ["A", "B"]


# places


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("serial", SerialPlace()),
        ("serial:", SerialPlace()),
        ("serial:COM3", SerialPlace("COM3")),
        (" serial:/dev/ttyACM0@9600 ", SerialPlace("/dev/ttyACM0", 9600)),
        ("serial:@115200", SerialPlace(None, 115200)),
        ("keyboard", KEYBOARD),
    ],
    ids=count(),
)
def test_places(text: str, place: SerialPlace | Keyboard) -> None:
    assert parse_place(text) == place


@pytest.mark.parametrize(
    "text", ["", "usb", "COM3", "serial:x@", "serial:x@fast", "serial:x@1", "serial:x@99999999", "serial:\0"]
)
def test_places_that_are_none(text: str) -> None:
    with pytest.raises(MalformedData, match="scanner"):
        parse_place(text)


def test_only_a_known_scanner_is_taken_by_itself() -> None:
    scanner, bridge, board = Port("A", 0x1EAB), Port("B", 0x1A86, 0x7523), Port("C")
    assert choose_port([board, bridge, scanner]) == scanner
    with pytest.raises(ScannerUnavailable, match="no serial port"):
        choose_port([board, bridge])
    with pytest.raises(ScannerUnavailable, match="several") as caught:
        choose_port([scanner, Port("D", 0x0C2E)])
    assert "A, D" in caught.value.hint
    assert not {0x0403, 0x10C4, 0x1A86, 0x067B, 0x0483, 0x2341} & set(VENDORS)


def test_of_two_alike_the_one_in_the_same_place_is_taken() -> None:
    twins = [Port("A", 0x1EAB, 1), Port("B", 0x1EAB, 1)]
    assert choose_port(twins, twins[1]) == twins[1]
    assert choose_port(twins[:1], twins[1]) == twins[0]


def test_the_ports_of_this_machine_can_be_listed() -> None:
    assert all(isinstance(port, Port) for port in attached_ports())


def test_without_pyserial_the_hint_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "serial", None)
    monkeypatch.setitem(sys.modules, "serial.tools.list_ports", None)
    for use in (attached_ports, lambda: PyserialLine("/dev/ttyACM0", 9600)):
        with pytest.raises(ScannerUnavailable, match="pyserial cannot be loaded") as caught:
            use()
        assert "pip install pyserial" in caught.value.hint
