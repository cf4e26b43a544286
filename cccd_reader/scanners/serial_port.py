# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A scanner on a serial or USB-COM port: found, read, lost when it is unplugged, and found again.

A speed that is wrong spoils a scan for good: nothing can be repaired then, only the next speed be tried. So where no
speed is given, each garbled scan moves on to the next, until one is understood; that speed is kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from cccd_reader.scanners.assembly import Assembler, Timing
from cccd_reader.scanners.events import Event, Found, Lost, Scanned, ScannerUnavailable, Unreadable, Why
from cccd_reader.scanners.places import RATES, Port, SerialPlace, attached_ports, choose_port
from cccd_reader.scanners.serial_line import PyserialLine, SerialLine
from cccd_reader.scanners.understand import of_bytes

RETRY_SECONDS = (0.25, 0.5, 1.0, 2.0, 4.0)
"""How long to wait before each try to open the port again; the last is repeated."""


@dataclass(frozen=True)
class System:
    """What the scanner asks of the system, to be replaced in tests."""

    open_line: Callable[[str, int], SerialLine] = PyserialLine
    ports: Callable[[], Sequence[Port]] = attached_ports
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class SerialScanner:
    """The scanner at `place`. `poll` opens its port, waits for its events and looks for it again when it was lost.

    A context manager; not to be used by two threads at once.
    """

    def __init__(self, place: SerialPlace, timing: Timing | None = None, system: System | None = None) -> None:
        self._place, self._system = place, system or System()
        self._assembler = Assembler(of_bytes, timing or Timing())
        self._line: SerialLine | None = None
        self._port = Port(place.port or "")
        self._rate = place.rate or RATES[0]
        self._rate_known = place.rate is not None
        self._tries, self._next_try, self._told = 0, 0.0, False

    @property
    def rate(self) -> int:
        """The speed of the port, in bauds."""
        return self._rate

    def connect(self) -> Found:
        """Open the port now. Raises `ScannerUnavailable` where that cannot be done."""
        self.close()
        if self._place.port is None:
            self._port = choose_port(self._system.ports(), self._port if self._port.name else None)
        self._line = self._system.open_line(self._port.name, self._rate)
        self._tries, self._told = 0, False
        self._assembler.reset()
        return Found(self._port.name, self._rate)

    def poll(self, timeout: float) -> Event | None:
        """Return the next event, None where there is none within `timeout` seconds. Never raises for a lost port."""
        end = self._system.clock() + timeout
        while True:
            event = self._assembler.next_event() or self._step(end)
            if event is not None:
                return self._judged(event)
            if self._system.clock() >= end:
                return None

    def fileno(self) -> int | None:
        """Return the descriptor to wait on besides others, None while the port is lost and where there is none.

        A pause ends a scan, too: whoever waits on it calls `poll` again after `pause` seconds at the latest.
        """
        return None if self._line is None else self._line.fileno()

    @property
    def pause(self) -> float | None:
        """The seconds after which `poll` has something to do though nothing comes, None where it has not."""
        due = self._next_try if self._line is None else self._assembler.deadline
        return None if due is None else max(0.0, due - self._system.clock())

    def close(self) -> None:
        """Release the port."""
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _step(self, end: float) -> Event | None:
        """Wait once, for bytes, a pause, the next try or `end`, and take what comes of it."""
        if self._line is None:
            return self._try(end)
        now = self._system.clock()
        due = self._assembler.deadline
        try:
            data = self._line.read(max(0.0, min(end, end if due is None else due) - now))
        except ScannerUnavailable as error:
            return self._lose(error)
        now = self._system.clock()
        if data:
            self._assembler.feed(data, now)
        else:
            self._assembler.expire(now)
        return self._assembler.next_event()

    def _try(self, end: float) -> Event | None:
        now = self._system.clock()
        if now < self._next_try:
            self._system.sleep(max(0.0, min(self._next_try, end) - now))
            return None
        try:
            return self.connect()
        except ScannerUnavailable as error:
            self._next_try = now + RETRY_SECONDS[min(self._tries, len(RETRY_SECONDS) - 1)]
            self._tries += 1
            told, self._told = self._told, True
            return None if told else Lost(self._port.name, error)

    def _lose(self, error: ScannerUnavailable) -> Lost:
        self.close()
        self._assembler.reset()
        self._next_try = self._system.clock() + RETRY_SECONDS[0]
        self._tries, self._told = 1, True
        return Lost(self._port.name, error)

    def _judged(self, event: Event) -> Event:
        """Keep a speed at which something was understood; move on from one at which nothing was."""
        if isinstance(event, Scanned):
            self._rate_known = True
        if not (isinstance(event, Unreadable) and event.why is Why.GARBLED) or self._rate_known or self._line is None:
            return event
        self._rate = RATES[(RATES.index(self._rate) + 1) % len(RATES)]
        self._assembler.skip()
        try:
            self._line.set_rate(self._rate)
        except ScannerUnavailable as error:
            return self._lose(error)
        return replace(event, next_rate=self._rate)
