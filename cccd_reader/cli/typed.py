# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a person or a scanner types at the counter: shown while it is typed, corrected, understood when it is whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cccd_reader.cli.keys import Key
from cccd_reader.scanners.access_text import MAX_CHARACTERS
from cccd_reader.scanners.assembly import Assembler, Timing
from cccd_reader.scanners.events import Event
from cccd_reader.scanners.keyboard import typed_text

_TIMING = Timing(gap=0.25, stall=30.0, between_lines=30.0)
"""A scanner without Enter is ended by the gap; what a person leaves half done is forgotten after the rest."""


class Typing:
    """Takes keys and gives events. `text` is what was typed and not understood yet, its lines parted by line feeds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last = clock() - _TIMING.stall
        self._assembler: Assembler = typed_text(_TIMING)
        self._fresh = True
        self.text = ""

    @property
    def idle(self) -> float:
        """Seconds since the last key."""
        return self._clock() - self._last

    def press(self, key: str | Key) -> None:
        """Take text, `Key.ENTER` or `Key.BACKSPACE`; others are nothing."""
        self._last = self._clock()
        if key is Key.BACKSPACE:
            self._take_back()
        else:
            self._add("\n" if key is Key.ENTER else key)

    def events(self) -> Iterator[Event]:
        """Yield what has become whole, or can become nothing any more; with each, all that was typed is forgotten."""
        self._assembler.expire(self._clock())
        while (event := self._assembler.next_event()) is not None:
            self.text = ""
            yield event
        if not self._fresh and self._assembler.deadline is None:
            # Nothing is kept. That the last text was ended by Enter does not mean that the next will be: a person and a
            # scanner may take turns.
            self.forget()

    def forget(self) -> None:
        """Drop what was typed."""
        self._assembler, self._fresh, self.text = typed_text(_TIMING), True, ""

    def _add(self, text: str) -> None:
        if not self.text and text == "\n":
            return  # Enter after a scan that was ended by its pause
        self._fresh = False
        self.text = (self.text + text)[-MAX_CHARACTERS:]
        self._assembler.feed(text.encode("utf-8", "replace"), self._last)

    def _take_back(self) -> None:
        """Type all but the last again: the lines before, of which nothing came yet, are not lost."""
        text = self.text[:-1]
        self.forget()
        if text:
            self._add(text)
