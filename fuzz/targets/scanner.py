# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a scanner or a keyboard sends, in pieces with pauses: the first byte of each piece is its length and pause."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cccd_reader.scanners.assembly import MAX_BYTES, Assembler, Timing
from cccd_reader.scanners.events import Event, Scanned, Unreadable
from cccd_reader.scanners.understand import of_bytes, of_keys
from fuzz import seeds as all_seeds
from fuzz.oracle import ensure

_NUMBER = b"001090000000"
_PAUSES = (0.0, 0.01, 0.3, 3.0)


def seeds() -> Iterator[bytes]:
    """Yield scans in one piece, and zones with a line a piece."""
    for text in (_NUMBER, *all_seeds.qr_lines()):
        yield b"\xff" + text + b"\r\n"
        yield b"\x02]Q1" + text + b"\x03"
    for zone in all_seeds.machine_readable_zones():
        lines = [zone[start : start + 30] for start in range(0, len(zone), 30)]
        yield b"".join(bytes([31 << 2 | 1]) + line + b"\r" for line in lines)
        yield b"\xfc" + b"\r".join(line.replace(b"<", b" ").rstrip() for line in lines) + b"\r"


def consume(data: bytes) -> None:
    """Take the pieces as a serial line and as a keyboard does; then a scan of a card has to be read."""
    for understand in (of_bytes, of_keys):
        _follow(data, understand)


def _follow(data: bytes, understand: Callable[[bytes], Scanned | Unreadable]) -> None:
    line, now, events = Assembler(understand, Timing()), 0.0, list[Event]()
    while data:
        length, pause = data[0] >> 2, _PAUSES[data[0] & 3]
        line.feed(data[1 : 1 + length], now)
        now += pause
        line.expire(now)
        events += iter(line.next_event, None)
        ensure(len(line._buffer) <= MAX_BYTES and len(line._lines) <= 3, "too much is kept")
        data = data[1 + length :]
    line.expire(now + 60)
    ensure(line.deadline is None, "something is awaited for ever")
    line.feed(_NUMBER + b"\r", now + 120)
    events += iter(line.next_event, None)
    ensure(isinstance(events[-1], Scanned) and events[-1].number is not None, "the scan after it was lost")
    ensure(_NUMBER.decode() not in repr(events), "a number in a text")
