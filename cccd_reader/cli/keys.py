# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""From what a terminal sends to keys: text, and the keys of the counter (ECMA-48 and what xterm sends)."""

from __future__ import annotations

import codecs
import re
from enum import StrEnum

ESCAPE_SECONDS = 0.2
"""How long an ESC waits for the rest of a sequence, on a slow line, before it is the key itself."""


class Key(StrEnum):
    """The keys that the counter knows; each has a second way for keyboards and lines that lose the first."""

    DETAILS = "details"
    SAVE = "save"
    REPORT = "report"
    LANGUAGE = "language"
    CLEAR = "clear"
    QUIT = "quit"
    ENTER = "enter"
    BACKSPACE = "backspace"
    UP = "up"
    DOWN = "down"


_SEQUENCES = {
    **dict.fromkeys(("\x1bOQ", "\x1b[12~", "\x1b[[B", "\x04"), Key.DETAILS),  # F2, Ctrl-D
    **dict.fromkeys(("\x1bOR", "\x1b[13~", "\x1b[[C", "\x17"), Key.SAVE),  # F3, Ctrl-W
    **dict.fromkeys(("\x1bOS", "\x1b[14~", "\x1b[[D", "\x12"), Key.REPORT),  # F4, Ctrl-R
    **dict.fromkeys(("\x1b[15~", "\x1b[[E", "\x0c"), Key.LANGUAGE),  # F5, Ctrl-L
    **dict.fromkeys(("\x11", "\x03"), Key.QUIT),  # Ctrl-Q, Ctrl-C
    **dict.fromkeys(("\r", "\n"), Key.ENTER),
    **dict.fromkeys(("\x7f", "\x08"), Key.BACKSPACE),
    **dict.fromkeys(("\x1b[A", "\x1bOA", "\x1b[5~"), Key.UP),
    **dict.fromkeys(("\x1b[B", "\x1bOB", "\x1b[6~"), Key.DOWN),
    "\x1b": Key.CLEAR,
}
_PIECE = re.compile(
    r"\x1b\[\[[A-E]|\x1b\[[0-?]*[ -/]*[@-~]|\x1bO[ -~]"  # function keys
    r"|\x1b[]P_X^][^\x1b\x07]*(?:\x07|\x1b\\)?"  # what a terminal answers of itself, and the wreck of it
    r"|[\x00-\x1f\x7f]|[^\x00-\x1f\x7f]+"
)
_UNFINISHED = re.compile(r"\x1b(?:\[\[?[0-?]*[ -/]*|O|[]P_X^][^\x1b\x07]*\x1b?)?\Z")
_MOST_WAITING = 4096


class Keys:
    """Takes bytes as they come and gives texts and keys; an unknown sequence is dropped, never taken for text."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._waiting = ""

    @property
    def pending(self) -> bool:
        """True while the beginning of a sequence waits for its rest."""
        return bool(self._waiting)

    def feed(self, data: bytes) -> list[Key | str]:
        """Take bytes; return what is complete."""
        text = self._waiting + self._decoder.decode(data)
        unfinished = _UNFINISHED.search(text)
        if unfinished is None:
            self._waiting = ""
            return _keys(text)
        waiting = unfinished.group()
        # of what is too long only its beginning is kept, so that the rest of it is still no text
        self._waiting = waiting if len(waiting) <= _MOST_WAITING else waiting[:2]
        return _keys(text[: unfinished.start()])

    def flush(self) -> list[Key | str]:
        """Return what waited in vain: an ESC alone is the key, anything else the wreck of a sequence."""
        waiting, self._waiting = self._waiting, ""
        return [Key.CLEAR] if waiting == "\x1b" else []


def _keys(text: str) -> list[Key | str]:
    found: list[Key | str] = []
    for piece in _PIECE.findall(text):
        if piece in _SEQUENCES:
            found.append(_SEQUENCES[piece])
        elif piece[0] >= " " and piece != "\x7f":
            found.append(piece)
    return found
