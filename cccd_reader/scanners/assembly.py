# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""From bytes with the time at which they came to scans: line ends, pauses, lines of a zone, bounds. No device here.

CR, LF and CRLF end a scan. A scanner that sends none is ended by a pause, where nothing can be missing at its end; a
longer pause ends everything. Lines of a machine readable zone are kept until the zone is whole.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from cccd_reader.lds.mrz import FILLER, MrzFormat
from cccd_reader.scanners import mrz_repair
from cccd_reader.scanners.access_text import MAX_CHARACTERS, text_of
from cccd_reader.scanners.events import Event, Scanned, Unreadable, Why, unreadable
from cccd_reader.scanners.understand import is_whole, of_lines

MAX_BYTES = MAX_CHARACTERS
"""The longest scan, in bytes: a QR code holds 2953."""

_LINE_END = re.compile(rb"[\r\n]|(?<=\x03)(?=\x02)")  # ETX STX parts two scans in frames; alone they may be letters
_ALPHANUMERIC = re.compile(rb"[0-9A-Za-z]")
_LONGEST_NOISE = 3
# controls, and bytes that begin no letter in UTF-8: before the first line of a zone, which begins in ASCII
_NOISE = re.compile(rb"(?:[\x00-\x20\x7f]|[\x80-\xff](?![\x80-\xbf]))+")
_MOST_LINES = 3
_LINE_LENGTHS = {form.value[1] for form in MrzFormat}
_TWO_LINES = [[form.value[1]] * 2 for form in (MrzFormat.TD2, MrzFormat.TD3)]
_SHORTEST_FIRST_LINE = 24


@dataclass(frozen=True)
class Timing:
    """Pauses in seconds: one that may end a scan, one that ends it for certain, one between lines of a zone."""

    gap: float = 0.2
    stall: float = 1.0
    between_lines: float = 2.0


class Assembler:
    """Takes bytes by `feed` and gives events by `next_event`; `understand` turns one frame into an event.

    Holds at most `MAX_BYTES` bytes, three lines, and the events of one call of `feed`.
    """

    def __init__(self, understand: Callable[[bytes], Scanned | Unreadable], timing: Timing) -> None:
        self._understand, self._timing = understand, timing
        self._events: deque[Event] = deque()
        self.reset()

    def reset(self) -> None:
        """Forget what has begun; events that wait stay."""
        self._buffer = bytearray()
        self._lines: list[bytes] = []
        self._last = 0.0
        self._tried = self._skipping = self._sends_line_ends = False

    def skip(self) -> None:
        """Forget what has begun, and everything up to the next pause."""
        self._buffer.clear()
        self._lines.clear()
        self._skipping = True

    @property
    def deadline(self) -> float | None:
        """The time at which `expire` will have something to do, None where it has not."""
        if self._buffer:
            return self._last + (self._timing.stall if self._tried or self._sends_line_ends else self._timing.gap)
        return self._last + self._timing.between_lines if self._lines else None

    def next_event(self) -> Event | None:
        """Return the oldest event that was not taken yet."""
        return self._events.popleft() if self._events else None

    def feed(self, data: bytes, now: float) -> None:
        """Take bytes that came at `now`, in seconds of a clock that never goes back."""
        self.expire(now)
        if self._skipping and now - self._last < self._timing.gap:
            self._last = now
            return
        self._skipping, self._tried, self._last = False, False, now
        *frames, rest = _LINE_END.split(bytes(self._buffer) + data)
        self._buffer.clear()
        for frame in frames:
            self._sends_line_ends |= self._ended(frame) and not self._skipping
        if self._skipping or len(rest) > MAX_BYTES:
            self._refuse_rest()
        else:
            self._buffer += rest

    def expire(self, now: float) -> None:
        """End what a pause has ended by `now`."""
        due = self.deadline
        if due is None or now < due:
            return
        if not self._buffer:
            self._flush_lines()
        elif self._tried or self._sends_line_ends:
            frame = bytes(self._buffer)
            self._buffer.clear()
            self._ended_by_pause(frame)
        else:
            self._try_whole()
        self.expire(now)

    def _refuse_rest(self) -> None:
        if not self._skipping:
            self._events.append(unreadable(Why.TOO_LONG))
        self.skip()

    def _try_whole(self) -> None:
        frame = bytes(self._buffer)
        result = self._understand(frame)
        ended = is_whole(result) if isinstance(result, Scanned) else result.why is Why.GARBLED
        text = _text(frame)
        is_line = len(text) in _LINE_LENGTHS and self._may_be_a_part(text)
        if (ended and not _is_noise(frame)) or is_line:
            self._buffer.clear()
            self._take(frame, result)
        else:
            self._tried = True

    def _ended_by_pause(self, frame: bytes) -> None:
        if _is_noise(frame):
            return
        result = self._understand(frame)
        if isinstance(result, Scanned) and not is_whole(result):
            result = unreadable(Why.NOT_UNDERSTOOD)
        self._take(frame, result)

    def _ended(self, frame: bytes) -> bool:
        """Take a frame that a line end has ended; return True where it was understood."""
        if self._skipping or _is_noise(frame):
            return False
        if len(frame) > MAX_BYTES:
            self._events.append(unreadable(Why.TOO_LONG))
            return False
        return self._take(frame, self._understand(frame))

    def _take(self, frame: bytes, result: Scanned | Unreadable) -> bool:
        """Report a frame, or keep it where it may be a line of a zone; return True where something was understood."""
        noise = None if self._lines else _NOISE.match(frame)
        line = frame[noise.end() :] if noise else frame
        if isinstance(result, Unreadable) and result.why is not Why.GARBLED and self._may_be_a_part(_text(line)):
            return self._line(line)
        self._flush_lines()
        self._events.append(result)
        if isinstance(result, Unreadable) and result.why is Why.GARBLED:
            self.skip()
        return isinstance(result, Scanned)

    def _may_be_a_part(self, text: str) -> bool:
        """Tell a part of a zone from any other code: the first by its fillers or length, the others by coming after."""
        first = not self._lines
        long_enough = not first or FILLER in text or len(text) >= _SHORTEST_FIRST_LINE
        return long_enough and mrz_repair.may_be_a_part(text)

    def _line(self, frame: bytes) -> bool:
        if self._lines[-1:] == [frame]:  # the same line, scanned twice
            return True
        self._lines.append(frame)
        result = of_lines(self._lines)
        lengths = [len(_text(line)) for line in self._lines]
        done = len(lengths) == _MOST_LINES or lengths in _TWO_LINES
        if done or isinstance(result, Scanned):
            self._lines.clear()
            self._events.append(result)
        return isinstance(result, Scanned)

    def _flush_lines(self) -> None:
        """End a zone of which no more lines come."""
        lines, self._lines = self._lines, []
        if not lines:
            return
        result = of_lines(lines)
        if isinstance(result, Unreadable) and result.why is Why.NOT_UNDERSTOOD:
            result = unreadable(Why.MRZ_INCOMPLETE)
        self._events.append(result)


def _is_noise(frame: bytes) -> bool:
    return len(frame) <= _LONGEST_NOISE and _ALPHANUMERIC.search(frame) is None


def _text(frame: bytes) -> str:
    return text_of(frame).text
