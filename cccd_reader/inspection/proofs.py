# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Asking a chip to prove itself: the dialogues of Active and Chip Authentication, as records (ICAO 9303-11, 6).

Nothing is judged here. A refusal is a record; only a broken session is raised, for the caller to renew it.
"""

from __future__ import annotations

from dataclasses import dataclass

from cccd_reader.apdu.channel import Channel
from cccd_reader.apdu.secure_messaging import SessionKeys
from cccd_reader.apdu.status import Sw
from cccd_reader.crypto.entropy import Entropy
from cccd_reader.errors import MalformedData, SecureMessagingError, StatusError
from cccd_reader.inspection.reading import REFUSED, ProofKind, ProofOutcome, ProofRecord
from cccd_reader.lds.security_infos import SecurityInfos
from cccd_reader.protocols import active_authentication, chip_authentication
from cccd_reader.protocols.chip_authentication_options import read_options

REFUSALS = frozenset({*REFUSED, 0x6300, 0x6A80, 0x6A82, 0x6A86, 0x6A88, 0x6E00})
"""Status words by which a chip declines a proof; others tell of a failure, and nothing of its key."""

_OTHER_KEYS = (None, Sw.SM_OBJECTS_MISSING, Sw.SM_OBJECTS_INCORRECT, Sw.SM_NOT_SUPPORTED)
"""How a chip that holds another key answers in the new session: wrongly protected, or it finds our protection wrong."""


class ProofWrong(SecureMessagingError):
    """The session that Chip Authentication promised is not the chip's: it does not hold its key, or the link erred."""


@dataclass(frozen=True, repr=False)
class ChipProof:
    """The record of Chip Authentication, and the keys of the session that it opened, None where it opened none."""

    record: ProofRecord
    keys: SessionKeys | None = None

    def __repr__(self) -> str:
        return f"ChipProof({self.record!r})"


def active(channel: Channel, challenge: bytes, dg15: bytes) -> ProofRecord:
    """Run Active Authentication. Raises `SecureMessagingError` where the session breaks."""
    name = "Active Authentication"
    try:
        evidence = active_authentication.run(channel, challenge, dg15)
    except StatusError as error:
        _require_refusal(error)
        return ProofRecord(ProofKind.ACTIVE, name, ProofOutcome.REFUSED, str(error))
    except MalformedData as error:
        return ProofRecord(ProofKind.ACTIVE, name, ProofOutcome.BROKE, str(error))
    return ProofRecord(ProofKind.ACTIVE, name, ProofOutcome.DONE, "", evidence)


def chip(plain: Channel, channel: Channel, dg14: bytes, entropy: Entropy) -> ChipProof:
    """Run Chip Authentication by the first option that the chip takes; `plain` is the channel below the old session.

    The record has no protocol where DG14 offers none. Raises `ProofWrong` where the new session does not come about,
    and `SecureMessagingError` where the old one breaks before.
    """
    try:
        options, _ = read_options(SecurityInfos.parse(dg14))
    except MalformedData as error:
        return ChipProof(ProofRecord(ProofKind.CHIP, "Chip Authentication", ProofOutcome.BROKE, str(error)))
    record = ProofRecord(ProofKind.CHIP, "", ProofOutcome.REFUSED)
    for option in options:
        try:
            proven = _proven(plain, chip_authentication.establish(channel, option, entropy))
        except StatusError as error:
            _require_refusal(error)
            record = ProofRecord(ProofKind.CHIP, option.name, ProofOutcome.REFUSED, str(error))
        except MalformedData as error:
            return ChipProof(ProofRecord(ProofKind.CHIP, option.name, ProofOutcome.BROKE, str(error)))
        else:
            done = ProofRecord(ProofKind.CHIP, option.name, ProofOutcome.DONE, "", proven.evidence)
            return ChipProof(done, proven.keys)
    return ChipProof(record)


def _require_refusal(error: StatusError) -> None:
    """Raise `SecureMessagingError` where the chip has failed and not refused: it may do better in a new session."""
    if error.sw not in REFUSALS:
        raise SecureMessagingError(str(error), error.sw) from error


def _proven(plain: Channel, result: chip_authentication.CaResult) -> chip_authentication.CaProof:
    try:
        return chip_authentication.prove(plain, result)
    except SecureMessagingError as error:
        if error.sw not in _OTHER_KEYS:  # the link's failure, or the chip's, and no word about the key
            raise
        raise ProofWrong(str(error), error.sw) from error
    except MalformedData as error:  # no answer at all: it says nothing of the key
        raise SecureMessagingError(f"the chip's answer is none: {error}") from error
