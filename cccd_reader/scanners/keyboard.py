# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A scanner that types (keyboard wedge): its keys from a terminal, or from whoever has them already.

A person who types the twelve digits is read in the same way. The terminal's echo is switched off: what opens a card
never stands on the screen.
"""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from cccd_reader.errors import Unsupported
from cccd_reader.scanners.assembly import Assembler, Timing
from cccd_reader.scanners.events import Event, Found, Lost, ScannerUnavailable
from cccd_reader.scanners.understand import of_keys

KEYBOARD_TIMING = Timing(gap=0.2, stall=5.0, between_lines=10.0)
"""A person may think between two digits; a scanner without Enter is ended by the short pause all the same."""

_CHUNK = 1024
_NAME = "keyboard"


def typed_text(timing: Timing = KEYBOARD_TIMING) -> Assembler:
    """Return what makes events of keys that the caller reads: feed it their text in UTF-8, Enter as CR or LF."""
    return Assembler(of_keys, timing)


class KeyboardScanner:
    """Reads the keys of a terminal, or any file of typed text, from a descriptor. A context manager.

    On a terminal keys come at once and without echo until `close`; Ctrl-C keeps its meaning. Raises `Unsupported` on
    systems whose terminals have no such mode: there feed `typed_text`.
    """

    def __init__(
        self,
        descriptor: int | None = None,
        timing: Timing = KEYBOARD_TIMING,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if os.name == "nt":
            raise Unsupported("keyboard scanners in this terminal", "Set the scanner to its serial mode (USB-COM).")
        self._descriptor = sys.stdin.fileno() if descriptor is None else descriptor
        self._assembler = typed_text(timing)
        self._clock = clock
        self._modes: list[object] | None = None
        self._opened = False

    def connect(self) -> Found:
        """Switch the terminal to single keys."""
        if os.isatty(self._descriptor) and self._modes is None:
            self._modes = _single_keys(self._descriptor)
        self._opened = True
        return Found(_NAME)

    def poll(self, timeout: float) -> Event | None:
        """Return the next event, None where there is none within `timeout` seconds."""
        if not self._opened:
            return self.connect()
        end = self._clock() + timeout
        while True:
            event = self._assembler.next_event() or self._wait(end)
            if event is not None or self._clock() >= end:
                return event

    def fileno(self) -> int | None:
        """Return the descriptor to wait on besides others."""
        return self._descriptor

    @property
    def pause(self) -> float | None:
        """The seconds after which `poll` has something to do though nothing comes, None where it has not."""
        due = self._assembler.deadline
        return None if due is None else max(0.0, due - self._clock())

    def close(self) -> None:
        """Give the terminal its modes back; the descriptor stays open."""
        modes, self._modes = self._modes, None
        self._opened = False
        if modes is not None:
            import termios  # noqa: PLC0415 -- not there on every system

            termios.tcsetattr(self._descriptor, termios.TCSADRAIN, modes)  # type: ignore[arg-type]  # -- as it gave them

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _wait(self, end: float) -> Event | None:
        """Wait once, for keys, a pause or `end`, and take what comes of it."""
        now, due = self._clock(), self._assembler.deadline
        readable, _, _ = select.select(
            [self._descriptor], [], [], max(0.0, min(end, end if due is None else due) - now)
        )
        if not readable:
            self._assembler.expire(self._clock())
            return self._assembler.next_event()
        data = _read(self._descriptor)
        self._assembler.feed(data or b"\n", self._clock())
        event = self._assembler.next_event()
        return event if data or event else Lost(_NAME, ScannerUnavailable("the input has ended", ""), final=True)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, _CHUNK)
    except OSError:  # the terminal was closed
        return b""


def _single_keys(descriptor: int) -> list[object]:
    """Switch echo and lines off; return the modes before."""
    import termios  # noqa: PLC0415 -- not there on every system

    before: list[object] = termios.tcgetattr(descriptor)
    changed = termios.tcgetattr(descriptor)
    changed[3] &= ~(termios.ECHO | termios.ICANON)
    termios.tcsetattr(descriptor, termios.TCSADRAIN, changed)
    return before
