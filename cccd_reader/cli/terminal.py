# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The terminal as a counter needs it: whole screens on its other buffer, single keys, and nothing left behind.

The other buffer has no scroll-back; it is wiped before it is left, and it is left however the program ends, but for
SIGKILL, after which the terminal's own `reset` wipes it.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Sequence
from io import StringIO
from types import TracebackType
from typing import Self

import click
from rich.console import Console
from rich.text import Text

from cccd_reader.cli.keys import ESCAPE_SECONDS, Key, Keys
from cccd_reader.cli.terminal_modes import Modes, modes_of_this_system
from cccd_reader.messages.words import Words
from cccd_reader.render.counter_photo import Graphics, Picture
from cccd_reader.render.counter_screen import Size
from cccd_reader.render.terminal_photo import KITTY_DELETE

# the other buffer, no cursor, and no wrapping: what is wider than we think does not spill into the next row
_ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J"
_LEAVE = "\x1b[0m\x1b[2J\x1b[H\x1b[?7h\x1b[?25h\x1b[?1049l"
_ASK_ATTRIBUTES = "\x1b[c"
_ATTRIBUTES = re.compile(rb"\x1b\[\?([0-9;]*)c")
_SIXEL = b"4"
_ANSWER_SECONDS = 0.3
_DUMB = ("", "dumb", "unknown")


class Terminal:
    """The terminal of standard input and output, taken over for the length of a block. POSIX and Windows.

    Raises a usage error where there is none, or one that can only print: a counter needs more, or `--json`.
    """

    def __init__(self, words: Words) -> None:
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise click.UsageError(words.text("watch.no-terminal"))
        if os.name != "nt" and os.environ.get("TERM", "") in _DUMB:
            raise click.UsageError(words.text("watch.dumb"))
        self._keys = Keys()
        self._early = b""
        self._painted: dict[int, str] = {}
        self._over: Picture | None = None
        self._size = Size(0, 0)
        colours = Console(file=sys.stdout)
        self._coloured = colours.color_system is not None and not colours.no_color
        self._console = Console(file=StringIO(), force_terminal=True, color_system=colours.color_system, width=1000)  # type: ignore[arg-type]  # -- its own value
        self._kitty = in_kitty(os.environ)
        self._modes: Modes = modes_of_this_system()

    def __enter__(self) -> Self:
        try:
            self._modes.enter()
            self._modes.write(_ENTER)
        except BaseException:
            self._modes.leave()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._modes.hold()
        try:
            self._modes.write((KITTY_DELETE if self._kitty else "") + _LEAVE)
        except EOFError:
            if error is None:  # else that has ended the program, a closed window perhaps
                raise
        finally:
            self._modes.leave()

    def size(self) -> Size:
        """Return the size of the terminal in cells; a change of it has everything painted again."""
        size = Size(*self._modes.size())
        if size != self._size:
            self._size = size
            self.wipe()
        return size

    def graphics(self) -> Graphics:
        """Return how this terminal shows a picture; one that does not answer shows half blocks, in its colours.

        What is typed meanwhile is kept for `keys`.
        """
        if self._kitty:
            return Graphics.KITTY
        self._modes.write(_ASK_ATTRIBUTES)
        end = time.monotonic() + _ANSWER_SECONDS
        found = None
        while found is None and (left := end - time.monotonic()) > 0:
            self._early += self._modes.read(left)
            found = _ATTRIBUTES.search(self._early)
        if found is not None:
            self._early = self._early[: found.start()] + self._early[found.end() :]
            if _SIXEL in found[1].split(b";")[1:]:
                return Graphics.SIXEL
        return Graphics.BLOCKS if self._coloured else Graphics.NONE

    def keys(self, timeout: float) -> list[Key | str]:
        """Return what was typed, waiting up to `timeout` seconds for the first of it."""
        data, self._early = self._early, b""
        data = data or self._modes.read(ESCAPE_SECONDS if self._keys.pending else timeout)
        return self._keys.feed(data) if data else self._keys.flush()

    def paint(self, lines: Sequence[Text], over: Picture | None = None) -> None:
        """Show a screen: the lines that changed, then a picture, where it is another or was painted over."""
        if self._over is not None and over is None:
            self.wipe()
        changed = {row: text for row, text in enumerate(map(self._rendered, lines)) if self._painted.get(row) != text}
        self._painted |= changed
        written = "".join(f"\x1b[{row + 1};1H{text}\x1b[0m\x1b[K" for row, text in changed.items())
        if over is not None and (over != self._over or any(row in over.rows for row in changed)):
            written += over.written
        self._over = over
        self._modes.write(written)

    def wipe(self) -> None:
        """Forget and erase everything that is shown, pictures among it."""
        self._painted.clear()
        self._over = None
        self._modes.write((KITTY_DELETE if self._kitty else "") + "\x1b[2J\x1b[H")

    def _rendered(self, line: Text) -> str:
        with self._console.capture() as captured:
            self._console.print(line, end="", soft_wrap=True, highlight=False)
        return captured.get()


def in_kitty(environment: os._Environ[str] | dict[str, str]) -> bool:
    """Tell whether the terminal speaks kitty's graphics protocol, and nothing stands between it and us."""
    term = environment.get("TERM", "")
    if "TMUX" in environment or term.startswith(("screen", "tmux")):
        return False
    if term.startswith(("xterm-kitty", "xterm-ghostty")):  # which is all that comes along over SSH
        return True
    return "KITTY_WINDOW_ID" in environment or environment.get("TERM_PROGRAM") in ("ghostty", "WezTerm")
