# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a caller hears while a chip is being read: small frozen values through one callback.

    def on_event(event: Event) -> None:
        if isinstance(event, FileRead) and event.file == data_group(1):
            show_at_once(DataGroup1.parse(event.content))  # not verified yet: mark it so

Nothing that is heard is verified, and nothing of it stands where `read` raises an error.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from cccd_reader.errors import TransportError
from cccd_reader.inspection.reading import Attempt, SessionRecord
from cccd_reader.lds.files import ElementaryFile


class Step(StrEnum):
    """Where the reading is."""

    CARD_ACCESS = "card-access"
    FILE = "file"
    PROOF = "proof"
    RENEWAL = "renewal"


@dataclass(frozen=True)
class Progress:
    """Bytes read of one step, and bytes in all (0 while unknown). `subject` is a file's short name or a method."""

    step: Step
    subject: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True)
class Attempted:
    """One attempt to gain access has ended."""

    attempt: Attempt


@dataclass(frozen=True, repr=False)
class FileRead:
    """A file has come whole: its raw bytes, not verified. Where the same file comes again, the later one counts."""

    file: ElementaryFile
    content: bytes

    def __repr__(self) -> str:
        return f"FileRead({self.file.name}, {len(self.content)} bytes)"


@dataclass(frozen=True)
class CardLost:
    """The card, or the way to it, was lost: lay it back within `seconds`. `error` says what happened."""

    error: TransportError
    seconds: float


@dataclass(frozen=True)
class CardReturned:
    """A card lies on the reader again; that it is the same one is proven next."""


@dataclass(frozen=True)
class Finished:
    """The chip has given all that it gives, and may be taken off; what it is worth, `verify` tells."""

    session: SessionRecord


Event = Progress | Attempted | FileRead | CardLost | CardReturned | Finished
OnEvent = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Drop an event."""
