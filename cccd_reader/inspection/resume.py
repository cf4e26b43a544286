# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Going on with a card that was taken off, and with it alone.

A card that comes back may be another one: a second card in the wallet, or an impostor's, laid down once the genuine one
has done its part. So a reading never rests on the word of a card that has gone:

    1. Whatever is laid down is a new visit. EF.CardAccess, EF.COM and EF.SOD are read again, and every wanted proof of
       the chip is run again, with a new challenge (if the caller has not given one) and new keys. Access is gained by
       the same key and protocol as long as EF.CardAccess, which chose them, is the same; else they are chosen anew.
    2. EF.SOD must be the one of the visit before, byte for byte. Another one is another card: `CardChanged`.
    3. Of the visit before, only data groups are taken over whose hash this EF.SOD lists, and only where the hash fits.
       A file that is put together of two visits has to fit too, or it is read anew from its first byte.
    4. A proof that held before and that the chip now refuses or fails is another chip: `CardChanged`.

What is taken over, the last card could therefore have given itself, to the byte, or EF.SOD's hash function is broken;
everything else, and every proof, is the last card's own. The finished reading is that of one chip, the one on the
reader at the end, and no two chips are ever believed together: that the first of two was genuine proves nothing of it.
Before EF.SOD has been read nothing vouches for anything, and nothing is taken over but the way in.

A session that breaks while the card stays is no new visit: the file in progress goes on by rule 3, and the proofs
stand. Nobody lays anything down then; whoever sits between chip and reader can still give only bytes of rule 3. What
EF.SOD does not sign, the session alone binds to the rest: EF.CardSecurity, and with it chip authentication mapping. So
the key that a chip has mapped with has to be one and the same in all sessions of a visit, or it is `CardChanged`.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from cccd_reader.apdu.channel import Card
from cccd_reader.crypto.digests import digest_of
from cccd_reader.crypto.suites import equal
from cccd_reader.errors import CardChanged, MalformedData, NoCard, TransportError, Unsupported
from cccd_reader.inspection import chip, signature
from cccd_reader.inspection.events import CardLost, CardReturned, OnEvent
from cccd_reader.inspection.options import Patience
from cccd_reader.inspection.reading import Evidence, FileRecord, ProofKind, ProofRecord
from cccd_reader.lds.files import ElementaryFile
from cccd_reader.lds.sod import LdsSecurityObject


@runtime_checkable
class Returning(Protocol):
    """A card that may be waited for after it was taken off."""

    def wait_for_return(self, timeout: float, /) -> None:
        """Wait up to `timeout` seconds until a card lies on the reader, and power it up. Raises `NoCard` after them."""
        ...


def wait_for_return(card: Card, error: TransportError, patience: Patience, on_event: OnEvent) -> None:
    """Ask for the card and wait until one is there. Raises `error` where none comes, or none can be waited for.

    Other errors of the transport are raised as they are: no reader, no service, a reader in use.
    """
    if not isinstance(card, Returning) or patience.seconds <= 0:
        raise error
    on_event(CardLost(error, patience.seconds))
    try:
        card.wait_for_return(patience.seconds)
    except NoCard as late:
        raise error from late
    on_event(CardReturned())


class Kept:
    """What of one visit may be used in the next: files that EF.SOD vouches for, and proofs to compare with."""

    def __init__(self) -> None:
        self.hashes: LdsSecurityObject | None = None
        """The hash list of this visit's EF.SOD, None before it was read and where it holds none."""
        self._sod: bytes | None = None
        self._whole: dict[ElementaryFile, bytes] = {}
        self._beginnings: dict[ElementaryFile, bytes] = {}
        self._proofs: dict[ProofKind, ProofRecord] = {}

    def anchor(self, sod: bytes | None) -> None:
        """Take the EF.SOD of this visit, None where it was not read. Raises `CardChanged` where there was another."""
        if None not in (sod, self._sod) and sod != self._sod:
            raise CardChanged("the card that was laid back holds another EF.SOD than the card before")
        self.hashes = None if sod is None else _hashes(sod)
        if self.hashes is None:
            self._whole, self._beginnings, self._proofs = {}, {}, {}
        self._sod = self._sod if sod is None else sod

    def whole(self, file: ElementaryFile) -> bytes | None:
        """Return a data group that was read whole in an earlier visit and that EF.SOD vouches for."""
        return self._whole.get(file)

    def beginning(self, file: ElementaryFile) -> bytes:
        """Return what is known of a data group that was broken off, b"" where it is to be read from its first byte."""
        return self._beginnings.get(file, b"")

    def add(self, record: FileRecord) -> None:
        """Keep a file where EF.SOD vouches for it; what was known of its beginning is forgotten."""
        self._beginnings.pop(record.file, None)
        if record.content is not None and self.vouches_for(record.file, record.content):
            self._whole[record.file] = record.content

    def break_off(self, file: ElementaryFile, received: bytes) -> None:
        """Keep the beginning of a data group whose reading was broken off, where EF.SOD will tell if it fits."""
        if self._signed(file) is not None:
            self._beginnings[file] = received

    def vouches_for(self, file: ElementaryFile, content: bytes) -> bool:
        """True where EF.SOD lists the hash of this content."""
        signed = self._signed(file)
        if self.hashes is None or signed is None:
            return False
        try:
            return equal(digest_of(self.hashes.hash_algorithm, content), signed)
        except Unsupported:
            return False

    def compare(self, proof: ProofRecord, evidence: Evidence) -> None:
        """Keep a proof for the next visit. Raises `CardChanged` where one before it held and this one does not."""
        before = self._proofs.setdefault(proof.kind, proof)
        if before is proof or not chip.holds(evidence, before):
            self._proofs[proof.kind] = proof
        elif chip.holds(evidence, proof) is False:
            raise CardChanged("the chip that was laid back does not hold the key that the chip before has proven")

    def _signed(self, file: ElementaryFile) -> bytes | None:
        if self.hashes is None or file.number is None:
            return None
        return self.hashes.value(file.number)


def _hashes(sod: bytes) -> LdsSecurityObject | None:
    """Return the hash list of EF.SOD; a file that does not parse lists none, and is judged later."""
    try:
        return signature.opened(sod)[1]
    except (MalformedData, Unsupported):
        return None
