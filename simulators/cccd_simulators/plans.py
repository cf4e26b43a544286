# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a country is asked to issue: a CSCA, or a signer below it, good or bad on purpose in one thing alone.

    country.document_signer(plans.EXPIRED)
    country.document_signer(replace(plans.SignerPlan(), document_types=("P",)))

The constants in capitals are what is issued most, and the faults that a reader must find.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cccd_reader.errors import Unsupported
from cccd_simulators.algorithms import Algorithm, Digest
from cccd_simulators.certificates import (
    CRL_SIGN,
    DIGITAL_SIGNATURE,
    KEY_CERT_SIGN,
    MASTER_LIST_SIGNING,
    AuthorityKey,
    Critical,
    Period,
    extension,
)
from cccd_simulators.names import NameForm


def _period(start: tuple[int, int, int], end: tuple[int, int, int]) -> Period:
    return Period(datetime(*start, tzinfo=UTC), datetime(*end, tzinfo=UTC))


CSCA_VALIDITY = _period((2021, 1, 4), (2049, 12, 31))
SIGNER_VALIDITY = _period((2022, 4, 11), (2044, 7, 5))
SIGNER_KEY_USE = _period((2022, 4, 11), (2022, 7, 10))
"""A document signer of the real country signs for 90 days and stays valid as long as its documents; so does ours."""


CSCA_ALGORITHM = Algorithm(digest=Digest.SHA384)
SIGNER_ALGORITHM = Algorithm()
"""Both keys are on brainpoolP384r1, but documents are signed with SHA-256: as the real country does."""


@dataclass(frozen=True)
class CscaPlan:
    """A CSCA's certificate. Another `generation` has another key."""

    generation: int = 1
    algorithm: Algorithm = CSCA_ALGORITHM
    validity: Period = CSCA_VALIDITY
    key_usage: tuple[int, ...] = (KEY_CERT_SIGN, CRL_SIGN)
    common_name: str | None = None
    """None: the name that the country had before, at first "TEST CSCA Demonstration" with its letters."""
    name_form: NameForm = NameForm.STANDARD
    serial: int | None = None
    """None: a positive number of 16 octets that follows from the seed."""
    key_identifier: bytes | None = None
    """None: SHA-1 of the public key."""


@dataclass(frozen=True)
class SignerPlan:
    """A certificate below the CSCA. Another `number` has another key, serial number and name.

    As on the real card there is no document type list, and no time is checked against another.
    """

    number: int = 1
    algorithm: Algorithm = SIGNER_ALGORITHM
    validity: Period = SIGNER_VALIDITY
    key_use: Period | None = SIGNER_KEY_USE
    country: str | None = None
    """The subject's country; None: the issuer's."""
    key_usage: tuple[int, ...] = (DIGITAL_SIGNATURE,)
    extended_key_usage: tuple[str, ...] = ()
    document_types: tuple[str, ...] = ()
    authority_key: AuthorityKey = AuthorityKey.IDENTIFIER
    issuer_form: NameForm | None = None
    """How the issuer's name is written; None: as in the CSCA's certificate."""
    serial: int | None = None
    key_identifier: bytes | None = None
    more_extensions: tuple[bytes, ...] = ()


_FIRST_FAULTY = 50
_QUARTER = timedelta(days=90)
"""A signer of the real country follows the one before when the latter's key use is over."""


def signer_on(day: datetime) -> SignerPlan:
    """Return the document signer whose turn it is, the default one from 11 April 2022 on; none is there before."""
    turn = (day - SIGNER_KEY_USE.start) // _QUARTER
    if not 0 <= turn < _FIRST_FAULTY - 1:
        raise Unsupported("a document signer so early or so late")
    later = turn * _QUARTER
    return SignerPlan(
        1 + turn,
        validity=Period(SIGNER_VALIDITY.start + later, SIGNER_VALIDITY.end + later),
        key_use=Period(SIGNER_KEY_USE.start + later, SIGNER_KEY_USE.end + later),
    )


MASTER_LIST_SIGNER = SignerPlan(90, extended_key_usage=(MASTER_LIST_SIGNING,))

EXPIRED = SignerPlan(50, validity=_period((2021, 4, 11), (2022, 4, 12)))
"""The validity ended a week before it signed; its key use period did not."""
EXPIRED_SINCE = SignerPlan(51, validity=_period((2022, 4, 11), (2023, 4, 11)))
"""Valid when it signed, and no more."""
NOT_YET_VALID = SignerPlan(52, validity=_period((2043, 4, 11), (2044, 7, 5)))
KEY_USE_OVER = SignerPlan(53, key_use=_period((2022, 1, 3), (2022, 4, 12)))
"""It signed a week after it should have ceased to."""
REVOKED = SignerPlan(54)
"""Nothing is wrong with it but its number, which the revocation list of the demonstration country names."""
WRONG_COUNTRY = SignerPlan(55, country="UT")
WRONG_KEY_USAGE = SignerPlan(56, key_usage=(KEY_CERT_SIGN, CRL_SIGN))
NO_AUTHORITY_KEY = SignerPlan(57, authority_key=AuthorityKey.ABSENT)
WRONG_AUTHORITY_KEY = SignerPlan(58, authority_key=AuthorityKey.WRONG)
WRONG_DOCUMENT_TYPES = SignerPlan(59, document_types=("P", "PD"))
"""Passports alone, which the demonstration card, an "I", is not."""
UNKNOWN_CRITICAL_EXTENSION = SignerPlan(60, more_extensions=(extension("2.999.1", b"\x05\x00", Critical.YES),))
MASTER_LIST_SIGNER_WITHOUT_PURPOSE = SignerPlan(61)

FAULTY_SIGNERS = {
    "expired": EXPIRED,
    "expired-since": EXPIRED_SINCE,
    "not-yet-valid": NOT_YET_VALID,
    "key-use-over": KEY_USE_OVER,
    "revoked": REVOKED,
    "wrong-country": WRONG_COUNTRY,
    "wrong-key-usage": WRONG_KEY_USAGE,
    "no-authority-key": NO_AUTHORITY_KEY,
    "wrong-authority-key": WRONG_AUTHORITY_KEY,
    "wrong-document-types": WRONG_DOCUMENT_TYPES,
    "unknown-critical-extension": UNKNOWN_CRITICAL_EXTENSION,
}
"""Document signers by what is wrong with them."""
