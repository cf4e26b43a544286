# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A scanner in software: a pseudo-terminal with a name that stays when it is unplugged and plugged in again.

It sends texts in any encoding that scanners are known for, with any line end, in pieces, at the speed of its line; a
terminal that listens at another speed hears noise, as on a real line. For systems with pseudo-terminals (not Windows).
"""

from __future__ import annotations

import os
import random
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

_BITS = 10  # a byte with its start and stop bit
_CP1258_MARKS = "\u0300\u0301\u0303\u0309\u0323"


class Encoding(StrEnum):
    """How a scanner sends letters that are not ASCII."""

    UTF8 = "utf-8"
    UTF8_TWICE = "utf-8-twice"
    """UTF-8 that was taken for Latin-1 and encoded again."""
    CP1258 = "cp1258"
    CODE_POINTS = "code-points"
    """Each code point as raw bytes, without leading zeros: 1E C5 for U+1EC5, E0 for U+00E0."""
    QUESTION_MARKS = "question-marks"
    """What it cannot send is lost."""


@dataclass(frozen=True)
class ScannerSettings:
    """How the scanner is set. `piece` is the most bytes that it writes at once, 0 for all of a scan.

    `prefix` stands before and `end` after each scan, `between` between the lines of a text, `noise` before the prefix.
    """

    encoding: Encoding = Encoding.UTF8
    end: bytes = b"\r\n"
    between: bytes = b"\r\n"
    prefix: bytes = b""
    noise: bytes = b""
    rate: int = 9600
    piece: int = 0


def encoded(text: str, encoding: Encoding) -> bytes:
    """Return a text as a scanner of this kind sends it."""
    if encoding is Encoding.UTF8_TWICE:
        return text.encode().decode("latin-1").encode()
    if encoding is Encoding.CP1258:
        return b"".join(_cp1258(letter) for letter in unicodedata.normalize("NFC", text))
    if encoding is Encoding.CODE_POINTS:
        return b"".join(ord(letter).to_bytes(1 if ord(letter) < 0x100 else 2, "big") for letter in text)
    return text.encode("ascii", errors="replace") if encoding is Encoding.QUESTION_MARKS else text.encode()


def _cp1258(letter: str) -> bytes:
    """That code page has letters with hats, and tones apart."""
    try:
        return letter.encode("cp1258")
    except UnicodeEncodeError:
        apart = unicodedata.normalize("NFD", letter)
        tones = "".join(mark for mark in apart if mark in _CP1258_MARKS)
        base = unicodedata.normalize("NFC", "".join(mark for mark in apart if mark not in _CP1258_MARKS))
        return (base + tones).encode("cp1258", errors="replace")


class SimulatedScanner:
    """A scanner whose port is named `link`: a symbolic link, so that the name stays. Plugged in from the beginning.

    A context manager. `sleep` takes the time of each piece on the line; a test gives one that does not wait.
    """

    def __init__(
        self, link: Path, settings: ScannerSettings | None = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.link = link
        self.settings = settings or ScannerSettings()
        self._sleep = sleep
        self._ends: tuple[int, int] | None = None
        self.plug()

    def plug(self) -> None:
        """Attach the scanner under its name; nothing where it is attached."""
        if self._ends is not None:
            return
        import tty  # noqa: PLC0415 -- not there on every system

        master, slave = os.openpty()
        tty.setraw(slave)
        self._ends = (master, slave)
        self.link.symlink_to(os.ttyname(slave))

    def unplug(self) -> None:
        """Take the scanner away: whoever has its port open gets an error. Nothing where it is away."""
        ends, self._ends = self._ends, None
        if ends is None:
            return
        self.link.unlink(missing_ok=True)
        for descriptor in ends:
            os.close(descriptor)

    def scan(self, text: str) -> None:
        """Send a text, its lines parted, as the settings say. Nothing is sent while the scanner is away."""
        between = self.settings.between
        lines = (encoded(line, self.settings.encoding) for line in text.splitlines())
        self.send(self.settings.noise + self.settings.prefix + between.join(lines) + self.settings.end)

    def send(self, data: bytes) -> None:
        """Send bytes as they are, in pieces, at the speed of the line."""
        if self._ends is None:
            return
        data = self._heard(data)
        piece = self.settings.piece or len(data)
        for start in range(0, len(data), max(piece, 1)):
            part = data[start : start + piece]
            self._sleep(_BITS * len(part) / self.settings.rate)
            os.write(self._ends[0], part)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.unplug()

    def _heard(self, data: bytes) -> bytes:
        """The bytes as a terminal hears them that listens at the speed which it has set on the port."""
        assert self._ends is not None  # noqa: S101 -- `send` has looked  # nosec B101
        listens = _rate_of(self._ends[0])
        if listens in (None, self.settings.rate):
            return data
        noise = random.Random(len(data))  # noqa: S311 -- the same noise each time  # nosec B311
        count = max(4, len(data) * listens // self.settings.rate)
        return bytes(noise.choice(b"\x00\x80\xf8\xfe\xff\xe0\x1c\x06\x98\xc0") for _ in range(min(count, 1024)))


def _rate_of(descriptor: int) -> int | None:
    """The speed that is set on a terminal, in bauds; None for one that has no constant here."""
    import termios  # noqa: PLC0415 -- not there on every system

    speed = termios.tcgetattr(descriptor)[5]
    names = (name for name in dir(termios) if name.startswith("B") and name[1:].isdigit())
    return next((int(name[1:]) for name in names if getattr(termios, name) == speed), None)
