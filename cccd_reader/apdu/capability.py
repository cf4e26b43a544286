# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a reader tells of itself, and what reader and chip have shown together, as values.

Nothing here is personal: a model of reader and the answer to reset that a reader composes for a kind of chip (PC/SC
part 3, 3.1.3.2.3), which holds historical bytes and no number of the chip.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from cccd_reader.apdu.channel import Lengths
from cccd_reader.apdu.command import SHORT_LE

_NUMBERS = re.compile(r"( \d+|( [0-9A-F]{2}){1,2})$")
"""What services end a slot's name in: the number of the reader and that of the slot."""
_SERIAL = re.compile(r" \([^()]*\)$")
_PORT = re.compile(r" on \S.*$")
_MAX_NAME = 128


@dataclass(frozen=True)
class ReaderCapability:
    """What a reader tells of itself (PC/SC part 10, 2.6.14); not proven yet, and most tell little.

    `max_data`: bytes of data in one command or answer, up to 256 for short length fields alone; None: it does not tell.
    """

    max_data: int | None = None
    vendor: int | None = None
    product: int | None = None
    firmware: str = ""

    @property
    def lengths(self) -> Lengths | None:
        """The length fields that it tells to take, None where it does not tell."""
        if self.max_data is None:
            return None
        return Lengths.EXTENDED if self.max_data > SHORT_LE else Lengths.SHORT

    @property
    def model(self) -> str:
        """Vendor, product and firmware in one word; empty where it does not tell the first two."""
        if self.vendor is None or self.product is None:
            return ""
        return f"{self.vendor:04X}:{self.product:04X} {self.firmware}".rstrip()


@dataclass(frozen=True)
class Pair:
    """A reader, by the name of its slot and by what it tells, and the answer to reset of the chip that lies on it."""

    reader: str
    atr: bytes
    told: ReaderCapability = ReaderCapability()

    @property
    def name(self) -> str:
        """The reader's name without what differs from one piece to the next: slot, serial number, port."""
        return _SERIAL.sub("", _NUMBERS.sub("", _PORT.sub("", self.reader[:_MAX_NAME])))

    @property
    def model(self) -> str:
        """What the reader is, as precisely as it tells; empty for a chip that lies on none."""
        return self.told.model or self.name


@dataclass(frozen=True)
class Known:
    """What works between a model of reader and a kind of chip.

    Which length fields; the block size where one smaller than usual is needed, in bytes; short file identifiers or not.
    """

    lengths: Lengths
    block_size: int | None = None
    short_identifiers: bool = True


class Capabilities(Protocol):
    """What is remembered from one reading to the next. No method raises: what cannot be kept is learned anew."""

    def find(self, pair: Pair, /) -> Known | None:
        """Return what is known of this pair, None where nothing is."""
        ...

    def learn(self, pair: Pair, known: Known, /) -> None:
        """Remember what worked, in the place of what was known."""
        ...

    def forget(self, pair: Pair, /) -> None:
        """Drop what was learned: it has led to a failure."""
        ...
