# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The terminal's modes and its raw input and output: each key at once, without echo, Ctrl-C as a key.

A terminal that has gone (the window closed, the line of SSH cut) is the end of the input: `EOFError`.
"""

from __future__ import annotations

import os
import select
import signal
import struct
import sys
import time
from types import FrameType
from typing import Any, Protocol

_CHUNK = 4096
_QUIET_SECONDS = 0.25
_MOST_DRAINED_SECONDS = 2.0
_WINDOW = struct.Struct("4H")
_NO_SIZE = 80, 24, 0, 0


class Modes(Protocol):
    """What a system's terminal can be told, and asked."""

    def enter(self) -> None:
        """Switch to single keys; a signal that ends the program unwinds it from now on."""
        ...

    def hold(self) -> None:
        """Heed no such signal any more: the end is on its way."""
        ...

    def leave(self) -> None:
        """Give everything back. May be called again, and without `enter`."""
        ...

    def read(self, timeout: float) -> bytes:
        """Return what was typed, b"" after `timeout` seconds without anything. Raises `EOFError`."""
        ...

    def write(self, text: str) -> None:
        """Send a text at once. Raises `EOFError`."""
        ...

    def size(self) -> tuple[int, int, int, int]:
        """Return columns and rows, width and height of a cell in pixels; 0 for what the terminal does not tell."""
        ...


def modes_of_this_system() -> Modes:
    """Return the modes for this system's terminals."""
    if os.name == "nt":
        from cccd_reader.cli.terminal_windows import WindowsModes  # noqa: PLC0415 -- Windows alone

        return WindowsModes()
    return PosixModes()


class Signals:
    """SIGTERM and SIGHUP end the program as `quit` does, so that the screen is wiped and left."""

    def __init__(self) -> None:
        self._before: dict[int, Any] = {}

    def take(self) -> None:
        """Heed them."""
        for name in ("SIGTERM", "SIGHUP"):
            if hasattr(signal, name):
                number = getattr(signal, name)
                self._before[number] = signal.signal(number, _end)

    def hold(self) -> None:
        """Ignore those that were heeded."""
        for number in self._before:
            signal.signal(number, signal.SIG_IGN)

    def give_back(self) -> None:
        """Do with them what was done before."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before.clear()


def _end(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


class PosixModes:
    """The terminal of descriptors 0 and 1."""

    def __init__(self) -> None:
        self._input, self._output = sys.stdin.fileno(), sys.stdout.fileno()
        self._encoding = sys.stdout.encoding or "utf-8"
        self._saved: list[Any] | None = None
        self._signals = Signals()

    def enter(self) -> None:
        """See `Modes.enter`."""
        import termios  # noqa: PLC0415 -- not on Windows
        import tty  # noqa: PLC0415 -- as above

        self._signals.take()
        self._saved = termios.tcgetattr(self._input)
        tty.setraw(self._input, termios.TCSANOW)
        modes = termios.tcgetattr(self._input)
        modes[1] |= termios.OPOST  # what another thread or library writes to stderr still begins at the left
        termios.tcsetattr(self._input, termios.TCSANOW, modes)

    def hold(self) -> None:
        """See `Modes.hold`."""
        self._signals.hold()

    def leave(self) -> None:
        """See `Modes.leave`. What is being typed, by a scanner in the midst of a code perhaps, reaches no shell."""
        import termios  # noqa: PLC0415 -- as above

        saved, self._saved = self._saved, None
        try:
            if saved is not None:
                self._drain()
                termios.tcsetattr(self._input, termios.TCSAFLUSH, saved)
        except (EOFError, termios.error):
            return  # the terminal has gone
        finally:
            self._signals.give_back()

    def _drain(self) -> None:
        end = time.monotonic() + _MOST_DRAINED_SECONDS
        while time.monotonic() < end and self.read(_QUIET_SECONDS):
            continue

    def read(self, timeout: float) -> bytes:
        """See `Modes.read`."""
        ready, _, _ = select.select([self._input], [], [], timeout)
        if not ready:
            return b""
        try:
            data = os.read(self._input, _CHUNK)
        except OSError as error:
            raise EOFError("the terminal has gone") from error
        if not data:
            raise EOFError("the terminal has gone")
        return data

    def write(self, text: str) -> None:
        """See `Modes.write`. What the terminal's encoding lacks is shown as a question mark."""
        rest = text.encode(self._encoding, "replace")
        try:
            while rest:
                rest = rest[os.write(self._output, rest) :]
        except OSError as error:
            raise EOFError("the terminal has gone") from error

    def size(self) -> tuple[int, int, int, int]:
        """See `Modes.size`. The environment is not asked: it knows of no change."""
        import fcntl  # noqa: PLC0415 -- as above
        import termios  # noqa: PLC0415 -- as above

        try:
            raw = fcntl.ioctl(self._output, termios.TIOCGWINSZ, bytes(_WINDOW.size))
        except OSError:
            return _NO_SIZE
        rows, columns, width, height = _WINDOW.unpack(raw)
        return (columns, rows, width // columns, height // rows) if columns and rows else _NO_SIZE
