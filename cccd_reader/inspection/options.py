# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""How to read a chip, as data: `ReadOptions`, and the `Patience` with a card that moves."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from cccd_reader.apdu.capability import Capabilities
from cccd_reader.apdu.channel import Lengths
from cccd_reader.apdu.trace import Observer
from cccd_reader.crypto.entropy import SYSTEM, Entropy
from cccd_reader.inspection import events
from cccd_reader.inspection.events import OnEvent
from cccd_reader.inspection.known_files import KnownFiles
from cccd_reader.inspection.reading import ProofKind


@dataclass(frozen=True)
class Patience:
    """What to bear of a card that leaves the reader: seconds to wait for it each time, and times in one reading."""

    seconds: float = 20.0
    times: int = 5


@dataclass(frozen=True)
class ReadOptions:
    """How to read: which data groups (None: all that are listed), length fields, block size in bytes.

    `lengths` None takes what reader and chip tell, and what `capabilities` remember of them, where those are given; see
    `inspection.sizes`. `known_files` may spare the chip its photo; see `inspection.known_files`. `proofs` are the
    protocols by which the chip is to prove itself; `challenge`, eight bytes, is that of Active Authentication where it
    comes from outside: then it is the same each time that a broken proof is run anew. `patience` bounds the wait for a
    card that was taken off. `on_event` and `observer` listen; `entropy` and `clock` (seconds) are injected for replay
    and tests.
    """

    data_groups: frozenset[int] | None = None
    lengths: Lengths | None = None
    block_size: int | None = None
    proofs: frozenset[ProofKind] = frozenset(ProofKind)
    challenge: bytes | None = field(default=None, repr=False)
    patience: Patience = Patience()
    capabilities: Capabilities | None = None
    known_files: KnownFiles | None = None
    on_event: OnEvent = events.ignore
    observer: Observer | None = None
    entropy: Entropy = SYSTEM
    clock: Callable[[], float] = time.monotonic
