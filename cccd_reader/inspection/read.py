# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`read`: the only thing that talks to a card (the order of ICAO 9303-11, 4.2, on the Vietnamese way in).

    1. EF.CardAccess, before the application: by short identifier, then by SELECT 011C, then the constant of the
       Vietnamese card. The master file is never selected: that card answers 6D00.
    2. PACE with the keys given, BAC as the fall-back; every attempt on record.
    3. The application, under secure messaging.
    4. EF.COM and EF.SOD, then the data groups that either lists: text first, then the chip's keys.
    5. Active Authentication, then Chip Authentication, whose new session goes on. Their evidence is only kept here.
    6. The photo, and last what is most likely refused: fingerprints.

A file that is refused, broken or missing is a record in the `Reading`. A session that breaks is established again by
the way that had opened the chip, a bounded number of times; the file at which it broke is begun afresh.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from cccd_reader.access_keys import AccessKey, Can
from cccd_reader.apdu.atr import lengths_of
from cccd_reader.apdu.channel import Card, Channel, Lengths, PlainChannel
from cccd_reader.apdu.files import COARSE_LADDER, Blocks, FileReader
from cccd_reader.apdu.secure_messaging import SecureChannel, max_response_data
from cccd_reader.apdu.status import Sw
from cccd_reader.apdu.trace import Observer
from cccd_reader.crypto.entropy import SYSTEM, Entropy
from cccd_reader.errors import CccdError, MalformedData, SecureMessagingError, StatusError, TransportError
from cccd_reader.inspection import events, proofs
from cccd_reader.inspection.access import Gate, Opening, select_application
from cccd_reader.inspection.events import OnEvent, Progress, Step
from cccd_reader.inspection.reading import (
    AccessRecord,
    CardAccessSource,
    FileRecord,
    ProofKind,
    ProofOutcome,
    ProofRecord,
    Reading,
    SessionRecord,
)
from cccd_reader.lds import files as ef
from cccd_reader.lds.com import Com
from cccd_reader.lds.files import ElementaryFile
from cccd_reader.lds.security_infos import SecurityInfos
from cccd_reader.lds.sod import Sod
from cccd_reader.protocols import active_authentication
from cccd_reader.protocols.pace_options import PaceOption, read_options

VIETNAMESE_CARD_ACCESS = bytes.fromhex(
    "3134300D060804007F0007020202020101300F060A04007F000702020302020201013012060A04007F0007020204020202010202010D"
)
"""EF.CardAccess of the Vietnamese card, for chips that hide it: PACE-ECDH-GM-AES-128 over brainpoolP256r1."""

MAX_RENEWALS = 12
"""Sessions that one reading may establish again."""
_TRIES_AT_A_FILE = 2
_REFUSALS = (Sw.SECURITY_STATUS_NOT_SATISFIED, Sw.CONDITIONS_NOT_SATISFIED, Sw.FILE_NOT_FOUND)
"""Unprotected errors that are the chip's answer about the file, not about the session that they end."""

_TEXT = (1, 13, 11, 12)
_PICTURES = (2,)
_PROTECTED = (3, 4)
_AFTER_THE_PROOFS = (2, 0)
"""The order from which on a data group is read in the session that Chip Authentication opened."""


@dataclass(frozen=True)
class ReadOptions:
    """How to read: which data groups (None: all that are listed), length fields, block size in bytes.

    `lengths` None takes what the answer to reset says. `proofs` are the protocols by which the chip is to prove itself;
    `challenge`, eight bytes, is that of Active Authentication where it comes from outside. `on_event` and `observer`
    listen; `entropy` and `clock` (seconds) are injected for replay and tests.
    """

    data_groups: frozenset[int] | None = None
    lengths: Lengths | None = None
    block_size: int | None = None
    proofs: frozenset[ProofKind] = frozenset(ProofKind)
    challenge: bytes | None = None
    on_event: OnEvent = events.ignore
    observer: Observer | None = None
    entropy: Entropy = SYSTEM
    clock: Callable[[], float] = time.monotonic


def read(card: Card, access: AccessKey | Iterable[AccessKey], options: ReadOptions = ReadOptions()) -> Reading:
    """Open a chip with the key or keys given, in their order, and return everything it lets be read.

    Raises `AccessDenied` where no key opens it, `TransportError` where the link fails, and `CardError` or
    `MalformedData` where the chip does not answer as the standard asks before access is granted.
    """
    keys = (access,) if isinstance(access, AccessKey) else tuple(access)
    return _Visit(card, keys, options).run()


@runtime_checkable
class Resettable(Protocol):
    """A card that can be reset, so that a new session starts from the master file again."""

    def reset(self) -> None:
        """Reset the chip; its session is gone."""
        ...


class _Visit:
    """One reading in progress."""

    def __init__(self, card: Card, keys: tuple[AccessKey, ...], options: ReadOptions) -> None:
        self._card = card
        self._keys = keys
        self._options = options
        self._atr = bytes(getattr(card, "atr", b""))
        lengths = options.lengths or lengths_of(self._atr)
        self._started = options.clock()
        self._plain = PlainChannel(card, lengths, options.observer, options.clock)
        self._gate = Gate(self._plain, options.entropy, options.on_event)
        self._blocks = Blocks(lengths, options.block_size)
        self._channel: Channel = self._plain
        self._records: list[FileRecord] = []
        self._proofs: list[ProofRecord] = []
        self._renewals = 0
        self._broken = ""

    def run(self) -> Reading:
        """Carry out the four steps."""
        source, pace_options = self._card_access()  # step 1
        opening = self._gate.open(self._keys, pace_options)  # step 2
        self._way = opening.way
        self._start(opening)  # step 3
        listing = [self._read_file(ef.COM), self._read_file(ef.SOD)]  # step 4
        self._records += listing
        plan = [ef.data_group(number) for number in self._plan(listing)]
        self._records += [self._read_file(file) for file in plan if _order(file.number or 0) < _AFTER_THE_PROOFS]
        self._prove()  # step 5
        self._records += [self._read_file(file) for file in plan if _order(file.number or 0) >= _AFTER_THE_PROOFS]
        access = AccessRecord(tuple(self._gate.attempts), source, self._renewals)
        traffic = self._plain.traffic
        session = SessionRecord(
            reader=_reader_name(self._card),
            atr=self._atr,
            apdus=traffic.apdus,
            bytes_out=traffic.bytes_out,
            bytes_in=traffic.bytes_in,
            seconds=self._options.clock() - self._started,
            chip_seconds=traffic.seconds,
        )
        return Reading(tuple(self._records), access, session, opening.chip_mapping, tuple(self._proofs))

    def _prove(self) -> None:
        """Ask the chip for every wanted proof that its files offer; Active Authentication first, in the old session."""
        contents = {record.file: record.content for record in self._records}
        dg14, dg15 = (contents.get(ef.data_group(number)) for number in (14, 15))
        options = self._options
        if dg15 is not None and ProofKind.ACTIVE in options.proofs:
            challenge = options.challenge or active_authentication.challenge(options.entropy)
            self._proofs.append(self._tried(lambda: proofs.active(self._channel, challenge, dg15), ProofKind.ACTIVE))
        if dg14 is not None and ProofKind.CHIP in options.proofs:
            record = self._tried(lambda: self._chip_proof(dg14), ProofKind.CHIP)
            if record.protocol:
                self._proofs.append(record)

    def _chip_proof(self, dg14: bytes) -> ProofRecord:
        proven = proofs.chip(self._plain, self._channel, dg14, self._options.entropy)
        if proven.keys is not None:
            self._channel = SecureChannel(self._plain, proven.keys)
        return proven.record

    def _tried(self, run: Callable[[], ProofRecord], kind: ProofKind) -> ProofRecord:
        """Run one proof; a session that breaks at it is renewed, and it is tried once more."""
        record = ProofRecord(kind, kind.value, ProofOutcome.BROKE, self._broken)
        tries = 0
        while not self._broken and tries < _TRIES_AT_A_FILE:
            self._options.on_event(Progress(Step.PROOF, kind.value.upper()))
            try:
                return run()
            except SecureMessagingError as error:
                wrong = isinstance(error, proofs.ProofWrong)
                broke = ProofOutcome.REFUSED if error.sw in proofs.REFUSALS else ProofOutcome.BROKE
                record = ProofRecord(kind, kind.value, ProofOutcome.WRONG if wrong else broke, str(error))
                self._renew(kind.value.upper())
                tries += 1
        return record

    def _card_access(self) -> tuple[CardAccessSource, tuple[PaceOption, ...]]:
        record = self._read_plain(ef.CARD_ACCESS)
        self._records.append(record)
        if record.content is not None:
            return CardAccessSource.CHIP, read_options(SecurityInfos.parse(record.content))[0]
        if any(isinstance(key, Can) for key in self._keys):
            return CardAccessSource.CONSTANT, read_options(SecurityInfos.parse(VIETNAMESE_CARD_ACCESS))[0]
        return CardAccessSource.NONE, ()

    def _read_plain(self, file: ElementaryFile) -> FileRecord:
        self._options.on_event(Progress(Step.CARD_ACCESS, file.short))
        problem = ""
        for _ in range(_TRIES_AT_A_FILE):
            try:
                content = FileReader(self._plain, Blocks(Lengths.SHORT)).read(file.file_id, file.sfi)
                SecurityInfos.parse(content)
                return FileRecord(file, content)
            except StatusError as error:
                return FileRecord(file, status=error.sw)
            except MalformedData as error:
                problem = str(error)
        return FileRecord(file, problem=problem)

    def _start(self, opening: Opening) -> None:
        """Begin the session; one that breaks at its first command is established once more."""
        try:
            self._secure(opening)
        except SecureMessagingError:
            self._renew("application")
            if self._broken:
                raise

    def _secure(self, opening: Opening) -> None:
        self._channel = channel = SecureChannel(self._plain, opening.keys)
        if channel.lengths is Lengths.SHORT:
            self._blocks.fit(max_response_data(channel.suite))
        if opening.chip_mapping and not any(record.file == ef.CARD_SECURITY for record in self._records):
            # The static key of chip authentication mapping stands in the master file, which is left now.
            self._records.append(self._once(ef.CARD_SECURITY))
        if opening.way.option is not None:  # BAC has selected the application already
            select_application(channel)

    def _plan(self, listing: list[FileRecord]) -> list[int]:
        """Return the data groups to read, in order: those that EF.COM or EF.SOD lists and the caller wants."""
        com, sod = (record.content or b"" for record in listing)
        listed = _listed(lambda: Com.parse(com).data_groups) | _listed(lambda: _hashed_groups(sod))
        wanted = listed if self._options.data_groups is None else listed & self._options.data_groups
        return sorted(wanted, key=_order)

    def _read_file(self, file: ElementaryFile) -> FileRecord:
        problem = self._broken
        tries = 0
        while not self._broken and tries < _TRIES_AT_A_FILE:
            try:
                return self._once(file)
            except SecureMessagingError as error:
                problem = str(error)
                self._renew(file.short)
                if error.sw in _REFUSALS:
                    return FileRecord(file, status=error.sw)
                if error.sw != Sw.WRONG_LENGTH or not self._blocks.shrink(COARSE_LADDER):
                    tries += 1
        return FileRecord(file, problem=problem)

    def _once(self, file: ElementaryFile) -> FileRecord:
        """Read one file in this session. Raises `SecureMessagingError` where the session breaks."""
        try:
            return FileRecord(file, self._reader(file).read(file.file_id, file.sfi))
        except StatusError as error:
            return FileRecord(file, status=error.sw)
        except MalformedData as error:
            return FileRecord(file, problem=str(error))

    def _reader(self, file: ElementaryFile) -> FileReader:
        def report(done: int, total: int) -> None:
            self._options.on_event(Progress(Step.FILE, file.short, done, total))

        report(0, 0)
        return FileReader(self._channel, self._blocks, report)

    def _renew(self, subject: str) -> None:
        """Establish the session again, the way that had opened the chip. What fails here fails every later file."""
        self._renewals += 1
        self._options.on_event(Progress(Step.RENEWAL, subject))
        if self._renewals > MAX_RENEWALS:
            self._broken = f"the session broke more than {MAX_RENEWALS} times"
            return
        try:
            if isinstance(self._card, Resettable):
                self._card.reset()
            self._secure(self._gate.go(self._way))
        except TransportError:
            raise
        except CccdError as error:
            self._broken = f"the session could not be established again: {error}"


def _reader_name(card: Card) -> str:
    """Return the name of the reader that holds the card, empty for cards that lie in none."""
    reader = getattr(card, "reader", "")
    return str(getattr(reader, "name", reader))


def _listed(parse: Callable[[], Iterable[int]]) -> set[int]:
    """Return the data groups that a file lists; a file that does not parse lists none, and is judged later."""
    try:
        return set(parse())
    except CccdError:
        return set()


def _hashed_groups(sod: bytes) -> list[int]:
    return [entry.number for entry in Sod.parse(sod).security_object.hashes]


def _order(number: int) -> tuple[int, int]:
    rank = 0 if number in _TEXT else 2 if number in _PICTURES else 3 if number in _PROTECTED else 1
    return rank, number
