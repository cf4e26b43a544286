# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a person sees on stderr while a chip is read: a bar on a terminal, plain lines elsewhere. No chip data.

Every line is made of words, sizes and status words; `redacted` stands behind them all the same.
"""

from __future__ import annotations

import os
import shutil
import sys

from cccd_reader.apdu.channel import Card
from cccd_reader.apdu.trace import Exchange
from cccd_reader.cli.streams import tell
from cccd_reader.cli.talking import Level, level
from cccd_reader.inspection.events import Attempted, CardLost, CardReturned, Event, Finished, Progress, Step
from cccd_reader.inspection.reading import AttemptOutcome
from cccd_reader.messages.words import Words
from cccd_reader.render.redaction import redacted

_WIDTH = 24
_CLEAR = "\r\x1b[K"
_DUMB = "dumb"


class Talk:
    """The listener of one reading."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._level = level()
        self._terminal = sys.stderr.isatty() and os.environ.get("TERM") != _DUMB
        self._line_open = False

    def on_event(self, event: Event) -> None:
        """Show one event."""
        if isinstance(event, CardLost):
            said = self._words.error(event.error).message
            self._say(self._words.text("talk.lost", what=said, seconds=f"{event.seconds:.0f}"))
        elif self._level is Level.QUIET:
            return
        elif isinstance(event, Attempted):
            self._attempt(event)
        elif isinstance(event, Finished):
            self._finished(event)
        elif isinstance(event, CardReturned):
            self._say(self._words.text("talk.returned"))
        elif isinstance(event, Progress):
            self._progress(event)

    def _progress(self, event: Progress) -> None:
        if event.step is Step.FILE and event.total:
            self._bytes(event)
        elif event.step is Step.RENEWAL:
            self._say(self._words.step(event.step, event.subject))
        elif self._terminal:
            self._line(self._words.step(event.step, event.subject))

    def on_open(self, card: Card) -> None:
        """Name the reader and the card's answer to reset, where the command is verbose."""
        if self._level is Level.VERBOSE:
            reader = getattr(card, "reader", "")
            name = str(getattr(reader, "name", reader)) or self._words.text("talk.software")
            self._say(self._words.text("talk.reader", reader=name, atr=bytes(getattr(card, "atr", b"")).hex().upper()))

    def _finished(self, event: Finished) -> None:
        session = event.session
        if self._level is Level.VERBOSE:
            sizes = {"out": session.bytes_out, "into": session.bytes_in, "seconds": f"{session.seconds:.2f}"}
            self._say(self._words.text("talk.finished", commands=session.apdus, **sizes))

    def on_exchange(self, exchange: Exchange) -> None:
        """Show one command: header, sizes, status word, never content."""
        self._say(str(exchange))

    def on_wait(self) -> None:
        """Ask for the card."""
        self._say(self._words.text("talk.lay"))

    def close(self) -> None:
        """Leave the cursor on a line of its own."""
        if self._line_open:
            tell(_CLEAR, end="")
            self._line_open = False

    def _attempt(self, event: Attempted) -> None:
        attempt = event.attempt
        words = f"{self._words.method(attempt.method)}: {self._words.attempt(attempt.outcome)}"
        if attempt.outcome is not AttemptOutcome.GRANTED:
            words += f" ({self._words.said(attempt.detail)})"
        self._say(words)

    def _bytes(self, progress: Progress) -> None:
        if self._terminal:
            filled = _WIDTH * progress.done // progress.total
            bar = "#" * filled + "." * (_WIDTH - filled)
            size = self._words.text("talk.progress", done=f"{progress.done:,}", total=f"{progress.total:,}")
            self._line(f"{progress.subject:10} [{bar}] {size}")
        elif progress.done >= progress.total:
            self._say(self._words.text("talk.bytes", subject=progress.subject, total=progress.total))

    def _line(self, words: str) -> None:
        # what is wider than the terminal would go on in the next row, and stay there
        tell(_CLEAR + redacted(words)[: shutil.get_terminal_size().columns - 1], end="")
        self._line_open = True

    def _say(self, words: str) -> None:
        self.close()
        tell(redacted(words))
