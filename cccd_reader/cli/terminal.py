# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The terminal as a counter needs it: whole screens on its other buffer, single keys, and nothing left behind.

The other buffer has no scroll-back; it is wiped before it is left, and it is left however the program ends, but for
SIGKILL, after which the terminal's own `reset` wipes it.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import sys
from collections.abc import Sequence
from io import StringIO
from types import FrameType, TracebackType
from typing import Any, Self, TextIO

import click
from rich.console import Console
from rich.text import Text

from cccd_reader.cli.keys import ESCAPE_SECONDS, Key, Keys
from cccd_reader.render.counter_photo import Graphics
from cccd_reader.render.counter_screen import Size
from cccd_reader.render.terminal_photo import KITTY_DELETE

_ENTER = "\x1b[?1049h\x1b[?25l\x1b[2J"
_LEAVE = "\x1b[0m\x1b[2J\x1b[H\x1b[?25h\x1b[?1049l"
_ASK_ATTRIBUTES = "\x1b[c"
_SIXEL = "4"
_ANSWER_SECONDS = 0.3
_CHUNK = 4096


class Terminal:
    """The terminal of standard input and output, taken over for the length of a block. POSIX and Windows.

    Raises a usage error where there is none: a counter needs one, or `--json`.
    """

    def __init__(self) -> None:
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise click.UsageError("This needs a terminal; for a program there is --json.")
        self._out: TextIO = sys.stdout
        self._keys = Keys()
        self._painted: dict[int, str] = {}
        self._over = ""
        self._size = Size(0, 0)
        self._colours = Console(file=self._out).color_system
        self._console = Console(file=StringIO(), force_terminal=True, color_system=self._colours, width=1000)  # type: ignore[arg-type]  # -- its own value
        self._modes = _Modes()

    def __enter__(self) -> Self:
        self._modes.enter()
        self._write(_ENTER)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._write((KITTY_DELETE if in_kitty(os.environ) else "") + _LEAVE)
        self._modes.leave()

    def size(self) -> Size:
        """Return the size of the terminal in cells; a change of it has everything painted again."""
        found = shutil.get_terminal_size((80, 24))
        size = Size(found.columns, found.lines)
        if size != self._size:
            self._size = size
            self._painted.clear()
            self._write("\x1b[2J")
        return size

    def graphics(self) -> Graphics:
        """Return how this terminal shows a picture; a terminal that does not answer shows half blocks."""
        if self._colours is None:
            return Graphics.NONE
        if in_kitty(os.environ):
            return Graphics.KITTY
        self._write(_ASK_ATTRIBUTES)
        answer = self._modes.read(_ANSWER_SECONDS)
        attributes = answer.rpartition(b"\x1b[?")[2].partition(b"c")[0].split(b";")
        return Graphics.SIXEL if _SIXEL.encode() in attributes[1:] else Graphics.BLOCKS

    def keys(self, timeout: float) -> list[Key | str]:
        """Return what was typed, waiting up to `timeout` seconds for the first of it."""
        data = self._modes.read(ESCAPE_SECONDS if self._keys.pending else timeout)
        return self._keys.feed(data) if data else self._keys.flush()

    def paint(self, lines: Sequence[Text], over: str = "") -> None:
        """Show a screen: the lines that changed, then `over`, which is written as it is (a picture)."""
        if self._over and not over:
            self.wipe()
        changed = []
        for row, line in enumerate(lines):
            text = self._rendered(line)
            if self._painted.get(row) != text:
                self._painted[row] = text
                changed.append(f"\x1b[{row + 1};1H{text}\x1b[0m\x1b[K")
        self._write("".join(changed) + (over if changed or over != self._over else ""))
        self._over = over

    def wipe(self) -> None:
        """Forget and erase everything that is shown, pictures among it."""
        self._painted.clear()
        self._over = ""
        self._write((KITTY_DELETE if in_kitty(os.environ) else "") + "\x1b[2J\x1b[H")

    def _rendered(self, line: Text) -> str:
        with self._console.capture() as captured:
            self._console.print(line, end="", soft_wrap=True, highlight=False)
        return captured.get()

    def _write(self, text: str) -> None:
        if text:
            self._out.write(text)
            self._out.flush()


def in_kitty(environment: os._Environ[str] | dict[str, str]) -> bool:
    """Tell whether the terminal speaks kitty's graphics protocol, and nothing stands between it and us."""
    if "TMUX" in environment or environment.get("TERM", "").startswith(("screen", "tmux")):
        return False
    return "KITTY_WINDOW_ID" in environment or environment.get("TERM_PROGRAM") in ("ghostty", "WezTerm")


class _Modes:
    """The modes of the terminal's keys: each at once, without echo, Ctrl-C as a key."""

    def __init__(self) -> None:
        self._saved: list[Any] | None = None
        self._handlers: dict[int, object] = {}

    def enter(self) -> None:
        for name in ("SIGTERM", "SIGHUP"):
            if hasattr(signal, name):
                number = getattr(signal, name)
                self._handlers[number] = signal.signal(number, _end)
        if os.name == "nt":
            os.system("")  # noqa: S605, S607 -- an empty command: makes the console heed escape sequences
            return
        import termios  # noqa: PLC0415 -- not on Windows
        import tty  # noqa: PLC0415 -- as above

        descriptor = sys.stdin.fileno()
        self._saved = termios.tcgetattr(descriptor)
        tty.setraw(descriptor, termios.TCSANOW)
        modes = termios.tcgetattr(descriptor)
        modes[1] |= termios.OPOST  # what other threads write to stderr still begins at the left
        termios.tcsetattr(descriptor, termios.TCSANOW, modes)

    def leave(self) -> None:
        if self._saved is not None:
            import termios  # noqa: PLC0415 -- as above

            # what was typed and not read yet (a number, perhaps) does not reach the shell
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSAFLUSH, self._saved)
            self._saved = None
        for number, handler in self._handlers.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # -- what signal() gave
        self._handlers.clear()

    def read(self, timeout: float) -> bytes:
        """Return what was typed, b"" after `timeout` seconds without anything."""
        if os.name == "nt":
            return _read_console(timeout)
        descriptor = sys.stdin.fileno()
        ready, _, _ = select.select([descriptor], [], [], timeout)
        if not ready:
            return b""
        data = os.read(descriptor, _CHUNK)
        if not data:
            raise EOFError
        return data


def _end(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


_CONSOLE_KEYS = {"<": "\x1bOQ", "=": "\x1bOR", ">": "\x1bOS", "?": "\x1b[15~", "H": "\x1b[A", "P": "\x1b[B"}
"""Second code of msvcrt for F2 to F5, up and down, as a terminal would send them."""


def _read_console(timeout: float) -> bytes:
    import msvcrt  # noqa: PLC0415 -- Windows alone
    import time  # noqa: PLC0415 -- as above

    end = time.monotonic() + timeout
    found = ""
    while not found and time.monotonic() < end:
        while msvcrt.kbhit():  # type: ignore[attr-defined]  # -- Windows alone
            key = msvcrt.getwch()  # type: ignore[attr-defined]  # -- as above
            found += _CONSOLE_KEYS.get(msvcrt.getwch(), "") if key in ("\x00", "\xe0") else key  # type: ignore[attr-defined]  # -- as above
        time.sleep(0.01)
    return found.encode("utf-8", "replace")
