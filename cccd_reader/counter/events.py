# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a counter tells its screen: small frozen values, in the order in which a customer is served."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from cccd_reader.errors import CccdError
from cccd_reader.inspection.events import Event
from cccd_reader.inspection.reading import Reading
from cccd_reader.inspection.report import Report
from cccd_reader.scanners.access_text import Access


class Why(StrEnum):
    """Why a desk was cleared."""

    NEXT = "next"
    """The next customer's text came."""
    PERSON = "person"
    """Somebody asked for it."""
    TIME = "time"
    """Nobody asked, and the time was over."""
    STOPPED = "stopped"
    """The counter closes."""


@dataclass(frozen=True)
class Ready:
    """The desk is clean; a scan or a typed number is awaited."""


@dataclass(frozen=True, repr=False)
class AccessTaken:
    """A text that may open a card has come."""

    access: Access

    def __repr__(self) -> str:
        return f"AccessTaken({self.access.kind.value})"


@dataclass(frozen=True)
class CardAwaited:
    """No card lies on the reader yet."""


@dataclass(frozen=True)
class CardPresent:
    """A card is being read. `reader` is the name of the reader, empty for a chip in software."""

    reader: str


@dataclass(frozen=True)
class Heard:
    """Something that `read` tells. What it has read is not verified yet."""

    event: Event


@dataclass(frozen=True, repr=False)
class Judged:
    """The verdict is there; the card can be taken off."""

    report: Report
    reading: Reading = field(compare=False)

    def __repr__(self) -> str:
        return f"Judged({self.report.verdict.value})"


@dataclass(frozen=True)
class Removed:
    """The card has left the reader."""


@dataclass(frozen=True)
class Failed:
    """This customer could not be served; `error` says why and what to do next."""

    error: CccdError


@dataclass(frozen=True)
class Cleared:
    """Nothing of this customer may be shown any more."""

    why: Why


CounterEvent: TypeAlias = Ready | AccessTaken | CardAwaited | CardPresent | Heard | Judged | Removed | Failed | Cleared
Listener: TypeAlias = Callable[[CounterEvent], None]
