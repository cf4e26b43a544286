# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A program on a pseudo-terminal, whose person and whose screen are the test."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time
from types import TracebackType
from typing import Any, Self

from tests.support.command_line import environment

PATIENCE = 60.0
_ALONE = 0.5
"""Longer than any burst of keys."""
ENTERED, LEFT = b"\x1b[?1049h", b"\x1b[?1049l"
ASKED = b"\x1b[c"
_SEQUENCE = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|_[^\x1b]*\x1b\\)")


def set_size(descriptor: int, columns: int, rows: int, width: int = 0, height: int = 0) -> None:
    """Give a terminal a size in cells and pixels."""
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, width, height))


def plain(data: bytes) -> str:
    """Return what was written without the sequences that steer; places are blanks."""
    return _SEQUENCE.sub(b" ", data).decode("utf-8", "replace")


class OnTerminal:
    """A Python program in a terminal of its own. A context manager, which ends it."""

    def __init__(self, *arguments: str, **variables: str) -> None:
        self.written = b""
        self._code: int | None = None
        read, write = os.pipe()
        self._pid, self.master = pty.fork()
        if self._pid == 0:
            os.close(write)
            os.read(read, 1)  # the terminal has its size
            known = environment(**({"TERM": "xterm-256color", "LANG": "C.UTF-8"} | variables))
            os.execve(sys.executable, [sys.executable, *arguments], known)
        os.close(read)
        set_size(self.master, 80, 24)
        self.modes: list[Any] = termios.tcgetattr(self.master)
        os.close(write)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._code is None:
            os.kill(self._pid, 9)
            os.waitpid(self._pid, 0)
        if self.master >= 0:
            os.close(self.master)

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self.master, text.encode())

    def signal(self, number: int) -> None:
        """Send a signal."""
        os.kill(self._pid, number)

    def resize(self, columns: int, rows: int) -> None:
        """Make the window another size."""
        set_size(self.master, columns, rows)

    def hang_up(self) -> None:
        """Close the window."""
        os.close(self.master)
        self.master = -1

    def until(self, text: str | bytes) -> str:
        """Read until something was written; return all since the last time, without steering sequences."""
        wanted = text.encode() if isinstance(text, str) else text
        start = len(self.written)
        end = time.monotonic() + PATIENCE
        while wanted not in self._since(start, wanted):
            assert time.monotonic() < end, f"{text!r} does not come: {plain(self.written)[-2000:]}"
            if not self._more():
                break
        assert wanted in self._since(start, wanted), plain(self.written)[-2000:]
        return plain(self.written[start:])

    def quit(self) -> None:
        """Press the key that quits, alone, and again once it was asked for."""
        time.sleep(_ALONE)
        self.type("\x11")
        self.until("once more")
        time.sleep(_ALONE)
        self.type("\x11")

    def ended(self) -> int:
        """Read to the end; return the exit code, negative for a signal."""
        while self.master >= 0 and self._more():
            continue
        _, status = os.waitpid(self._pid, 0)
        self._code = os.waitstatus_to_exitcode(status)
        return self._code

    def _since(self, start: int, wanted: bytes) -> bytes:
        return self.written[start:] if b"\x1b" in wanted else _SEQUENCE.sub(b" ", self.written[start:])

    def _more(self) -> bool:
        ready, _, _ = select.select([self.master], [], [], PATIENCE)
        assert ready, f"silence: {plain(self.written)[-2000:]}"
        try:
            data = os.read(self.master, 65536)
        except OSError:  # the other end is closed
            return False
        self.written += data
        return bool(data)
