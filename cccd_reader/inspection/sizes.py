# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Length fields and block size between reader and chip: what is tried first, what is proven, what is remembered.

Extended length makes a reading three times faster, and reader or chip may tell of it and not have it. So it is believed
only when an answer longer than a short one has come whole: DG13's or EF.SOD's, long before the photo. Until then
whatever breaks at a long block is taken for its refusal: at once where reader or chip call the length wrong or the link
fails, at the second time where an answer arrives spoilt, as it does from readers that cut it. The same reading goes on
with short fields, in a new session, which stands among its renewals.

    1. what the caller asks for                  then nothing is looked up or remembered
    2. short, where the transport takes no more
    3. what is known of this pair of reader and chip: learned, or shipped
    4. short, where the reader tells that it takes no more
    5. what the chip's answer to reset tells
    6. extended, where the reader tells that it takes it and the chip tells nothing: a try, whose outcome is remembered;
       so it is made only where something remembers
    7. short

Remembered is only what differs from what these rules would try. What is known and leads to a failure is forgotten.
"""

from __future__ import annotations

from cccd_reader.apdu.atr import lengths_told
from cccd_reader.apdu.capability import Capabilities, Known, Pair
from cccd_reader.apdu.channel import Card, Lengths
from cccd_reader.apdu.command import SHORT_LE
from cccd_reader.apdu.files import COARSE_LADDER, LADDER, Blocks
from cccd_reader.apdu.status import Sw
from cccd_reader.inspection.options import ReadOptions

_SHORT_BLOCK = next(size for size in COARSE_LADDER if size < SHORT_LE)
"""The block that every short answer has room for, whatever protects it."""
_PROTECTION = 64
"""Bytes that secure messaging adds to data, at the most."""


class Sizes:
    """Length fields and blocks in force; they only ever shrink, and outlive a session that had to be renewed."""

    def __init__(self, card: Card, pair: Pair, options: ReadOptions) -> None:
        chosen = options.lengths is not None or options.block_size is not None
        self._pair = pair
        self._memory: Capabilities | None = None if chosen or not (pair.model and pair.atr) else options.capabilities
        self._found = self._memory.find(pair) if self._memory is not None else None
        self.lengths = options.lengths or self._first(getattr(card, "lengths", None))
        self._usual = self._found or Known(self.lengths)
        self.blocks = Blocks(self.lengths, options.block_size or self._limit())
        self.blocks.by_identifier = self._usual.short_identifiers

    def plain_blocks(self) -> Blocks:
        """Return blocks for a file that is read before access: short ones, which cost no session where they fail."""
        blocks = Blocks(Lengths.SHORT)
        blocks.by_identifier = self.blocks.by_identifier
        return blocks

    @property
    def proven(self) -> bool:
        """True where an answer that needs extended length fields has come whole."""
        return self.blocks.longest > SHORT_LE

    def refused(self, sw: int | None) -> bool:
        """Take smaller blocks where a status word calls the length wrong. False where it does not, or none is left."""
        if sw != Sw.WRONG_LENGTH or not self.blocks.shrink(COARSE_LADDER):
            return False
        if self.blocks.size < SHORT_LE:
            self.lengths = Lengths.SHORT
        self._forget()
        return True

    def doubted(self) -> bool:
        """Fall back to short fields where nothing has proven extended ones. False where there is nothing to doubt."""
        if self.lengths is Lengths.SHORT or self.proven or self.blocks.size <= SHORT_LE:
            return False
        self.lengths = Lengths.SHORT
        self.blocks.fit(_SHORT_BLOCK)
        self._forget()
        return True

    def remember(self) -> None:
        """Keep what worked for the next reading, if it is not what would be tried anyway."""
        lengths = self.lengths if self.proven else Lengths.SHORT
        if self._memory is None or (not self.proven and self.blocks.size > SHORT_LE):
            return
        full = LADDER[0] if lengths is Lengths.EXTENDED else _SHORT_BLOCK
        size = self.blocks.size if self.blocks.size < full else None
        worked = Known(lengths, size, self.blocks.by_identifier)
        if worked != self._usual:
            self._memory.learn(self._pair, worked)

    def _first(self, most: Lengths | None) -> Lengths:
        told = self._pair.told
        if most is Lengths.SHORT:
            return Lengths.SHORT
        if self._found is not None:
            return self._found.lengths
        if told.lengths is Lengths.SHORT:
            return Lengths.SHORT
        tried = told.lengths if self._memory is not None else None
        return most or lengths_told(self._pair.atr) or tried or Lengths.SHORT

    def _limit(self) -> int | None:
        """The block that is known to work, or that the reader has room for; None for the usual one."""
        room = self._pair.told.max_data
        if self._found is not None or room is None or self.lengths is Lengths.SHORT:
            return self._usual.block_size
        return min(room - _PROTECTION, LADDER[0])

    def _forget(self) -> None:
        if self._memory is not None and self._found is not None:
            self._memory.forget(self._pair)
            self._found = None
