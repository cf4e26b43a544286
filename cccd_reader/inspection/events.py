# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a caller hears while a chip is being read: small frozen values through one callback."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from cccd_reader.inspection.reading import Attempt


class Step(StrEnum):
    """Where the reading is."""

    CARD_ACCESS = "card-access"
    ACCESS = "access"
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


Event = Progress | Attempted
OnEvent = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Drop an event."""
