# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The link to a card that lies on the reader, maybe in several visits, and what one visit leaves to the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from cccd_reader.apdu.channel import Card, PlainChannel
from cccd_reader.errors import CccdError, TransportError
from cccd_reader.inspection.access import Gate, Way
from cccd_reader.inspection.reading import CardAccessSource
from cccd_reader.inspection.resume import Kept
from cccd_reader.inspection.sizes import Sizes


@runtime_checkable
class Resettable(Protocol):
    """A card that can be reset, so that a new session starts from the master file again."""

    def reset(self) -> None:
        """Reset the chip; its session is gone."""
        ...


@dataclass
class Contact:
    """The link to a card, and what of one visit the next may use.

    `way` is the one that opened the chip, chosen by `card_access`, the content of EF.CardAccess, which came from
    `source`.
    """

    card: Card
    plain: PlainChannel
    gate: Gate
    sizes: Sizes
    kept: Kept = field(default_factory=Kept)
    way: Way | None = None
    card_access: bytes | None = None
    source: CardAccessSource = CardAccessSource.NONE
    renewals: int = 0
    visits: int = 0
    by_name: int = 0
    """Files that came by their file identifier where their short one was answered with a bare refusal."""

    def reset(self) -> None:
        """Reset the chip where the card can be reset."""
        if isinstance(self.card, Resettable):
            self.card.reset()

    def refused(self, sw: int | None) -> bool:
        """See `Sizes.refused`; it counts from the next session on."""
        smaller = self.sizes.refused(sw)
        self.plain.lengths = self.sizes.lengths
        return smaller

    def doubted(self, error: CccdError) -> bool:
        """See `Sizes.doubted`; it counts from the next session on. A card or a reader that has gone leaves no doubt."""
        gone = isinstance(error, TransportError) and type(error) is not TransportError
        shorter = not gone and self.sizes.doubted()
        self.plain.lengths = self.sizes.lengths
        return shorter
