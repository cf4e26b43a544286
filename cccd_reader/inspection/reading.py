# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The evidence of a visit to a chip: raw files, refusals, how access was gained.

Frozen; whoever has it needs no card any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from cccd_reader.errors import MalformedData
from cccd_reader.lds import files as ef
from cccd_reader.lds.dg1 import DataGroup1
from cccd_reader.lds.files import ElementaryFile
from cccd_reader.lds.mrz import Mrz
from cccd_reader.lds.security_infos import SecurityInfos
from cccd_reader.protocols.active_authentication import AaEvidence
from cccd_reader.protocols.chip_authentication import CaEvidence
from cccd_reader.protocols.pace import ChipMapping

ABSENT = frozenset({0x6A82, 0x6A83})
"""Status words that say, where the chip itself says them: it does not hold this file."""
REFUSED = frozenset({0x6982, 0x6983, 0x6985, 0x6986, 0x6A81, 0x6D00})
"""Status words that say: the chip does not let it be read, or does not do this. Others tell of a failure."""


class Method(StrEnum):
    """How a session was opened. The names are stable: they stand in JSON."""

    PACE_CAN = "pace-can"
    PACE_MRZ = "pace-mrz"
    PACE_PIN = "pace-pin"
    PACE_PUK = "pace-puk"
    BAC = "bac"


class AttemptOutcome(StrEnum):
    """How one attempt to gain access ended."""

    GRANTED = "granted"
    WRONG_KEY = "wrong-key"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True)
class Attempt:
    """One attempt: method, the protocol's name, outcome, and what the chip said. It holds no part of any key."""

    method: Method
    protocol: str
    outcome: AttemptOutcome
    detail: str = ""


class CardAccessSource(StrEnum):
    """Where the PACE parameters came from."""

    CHIP = "chip"
    CONSTANT = "constant of the Vietnamese card"
    NONE = "none"


@dataclass(frozen=True)
class AccessRecord:
    """How access was gained: the attempts in order, the last of which succeeded; and where EF.CardAccess came from."""

    attempts: tuple[Attempt, ...]
    card_access: CardAccessSource
    renewals: int = 0
    """Sessions that had to be established again because the chip or the link ended one."""
    visits: int = 1
    """Times that the card was laid on the reader; each but the last ended when it, or the way to it, was lost."""

    @property
    def method(self) -> Method:
        """The method that opened the session."""
        return self.attempts[-1].method


class FileSource(StrEnum):
    """Where a file's content came from."""

    READ = "read"
    """From the chip, or from the folder that the evidence is in."""
    KEPT = "kept"
    """From a copy of an earlier reading, by the hash that this chip's EF.SOD lists: see `inspection.known_files`."""


class StatusSource(StrEnum):
    """Whose word the status word of a refusal is."""

    CHIP = "chip"
    """The chip's: the session protected it, or there was none yet, as where EF.CardAccess is read."""
    UNPROTECTED = "unprotected"
    """Anybody's: it came bare in a session that protects every answer, and the file came in no other session either."""


@dataclass(frozen=True)
class FileRecord:
    """One file: its content, or the status word of the refusal, or what went wrong. Exactly one of the three is set."""

    file: ElementaryFile
    content: bytes | None = None
    status: int | None = None
    problem: str | None = None
    source: FileSource = FileSource.READ
    status_source: StatusSource = StatusSource.CHIP

    @property
    def is_absent(self) -> bool:
        """True where the chip itself says that it does not hold the file."""
        return self.status in ABSENT and self.status_source is StatusSource.CHIP

    def __repr__(self) -> str:
        size = "no content" if self.content is None else f"{len(self.content)} bytes"
        status = "" if self.status is None else f", {self.status:04X}"
        return f"FileRecord({self.file.name}, {size}{status})"


class ProofKind(StrEnum):
    """The protocols by which a chip proves that it is not a copy."""

    ACTIVE = "aa"
    CHIP = "ca"


class ProofOutcome(StrEnum):
    """How a proof went. That it was done says nothing yet about whether it holds: `verify` judges it."""

    DONE = "done"
    REFUSED = "refused"
    WRONG = "wrong"
    BROKE = "broke"


@dataclass(frozen=True)
class ProofRecord:
    """One proof that the chip was asked for; `detail` is what it said, `evidence` is there where it is done."""

    kind: ProofKind
    protocol: str
    outcome: ProofOutcome
    detail: str = ""
    evidence: AaEvidence | CaEvidence | None = None


@dataclass(frozen=True)
class SessionRecord:
    """The reader's name, the answer to reset, and what the visit cost.

    Commands, bytes to the chip and from it, seconds in all, and seconds of them spent waiting for answers.
    """

    reader: str
    atr: bytes
    apdus: int
    bytes_out: int
    bytes_in: int
    seconds: float
    chip_seconds: float


@dataclass(frozen=True)
class Evidence:
    """Raw files, wherever they came from: a chip, or a folder. What passive authentication is a function of.

    What many checks ask for is parsed once, when it is first asked for.
    """

    files: tuple[FileRecord, ...]

    def file(self, file: ElementaryFile) -> FileRecord | None:
        """Return the record of one elementary file, None where it was not asked for; of several the first."""
        return self._by_name.get(file.name)

    def content(self, file: ElementaryFile) -> bytes | None:
        """Return the raw bytes of one elementary file, None where it was not read."""
        record = self.file(file)
        return record.content if record else None

    @cached_property
    def mrz(self) -> Mrz | None:
        """The machine readable zone of DG1, None where it was not read or is none."""
        content = self.content(ef.data_group(1))
        try:
            return None if content is None else DataGroup1.parse(content).mrz
        except MalformedData:
            return None  # which `consistency.mrz` tells

    def security_infos(self, file: ElementaryFile) -> SecurityInfos:
        """Return what EF.CardAccess or DG14 says; raises `MalformedData`, also where it was not read."""
        if file.name not in self._infos:
            self._infos[file.name] = SecurityInfos.parse(self.content(file) or b"")
        return self._infos[file.name]

    @cached_property
    def _by_name(self) -> dict[str, FileRecord]:
        return {record.file.name: record for record in reversed(self.files)}

    @cached_property
    def _infos(self) -> dict[str, SecurityInfos]:
        return {}


@dataclass(frozen=True)
class Reading(Evidence):
    """Everything that a chip gave, raw: in one visit, or in several of which `inspection.resume` tells what counts."""

    access: AccessRecord
    session: SessionRecord
    chip_mapping: ChipMapping | None = None
    """The evidence of PACE with chip authentication mapping, where that ran."""
    proofs: tuple[ProofRecord, ...] = ()
    """Active and Chip Authentication, where they were asked for."""

    def proof(self, kind: ProofKind) -> ProofRecord | None:
        """Return the record of one proof, None where the chip was not asked for it."""
        return next((record for record in self.proofs if record.kind is kind), None)
