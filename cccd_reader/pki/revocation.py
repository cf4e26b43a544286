# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What the revocation lists at hand say about a certificate at a time (ICAO 9303-12, 7.2; RFC 5280, 6.3).

A country's authority has one list, signed with its newest key, for the certificates of all its keys and former names.
So a list counts when any key of the issuer's family signed it: the certificates of its name, and of the names that link
certificates of the store tie to it. A certificate that a genuine list names is revoked even if the list is old; that it
is not named means something only while the list is fresh.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cccd_reader.crypto.signatures import BadSignature
from cccd_reader.errors import MalformedData, Unsupported
from cccd_reader.pki.certificate_index import CertificateRef, name_digest
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.crl import Crl, CrlReason, RevokedEntry
from cccd_reader.pki.trust_store import Acceptance, StoredCrl, TrustStore


class RevocationStatus(StrEnum):
    """What is known about a certificate's revocation."""

    NOT_REVOKED = "not-revoked"
    REVOKED = "revoked"
    NO_CRL = "no-crl"
    CRL_TOO_OLD = "crl-too-old"
    CRL_NOT_YET_ISSUED = "crl-not-yet-issued"
    CRL_SIGNATURE_WRONG = "crl-signature-wrong"
    CRL_ISSUER_UNKNOWN = "crl-issuer-unknown"
    CRL_UNSUPPORTED = "crl-unsupported"


@dataclass(frozen=True)
class Revocation:
    """The status of one certificate, the list that it comes from and the entry in it (None where there is none)."""

    certificate: Certificate
    status: RevocationStatus
    detail: str
    crl: Crl | None = None
    entry: RevokedEntry | None = None


def revocations(path: Iterable[Certificate], store: TrustStore, at: datetime) -> tuple[Revocation, ...]:
    """Return the status of each certificate of a chain, in the order given; a list is verified once for all of them."""
    judge = _Judge(store)
    return tuple([judge.status(certificate, at) for certificate in path])


def revocation(certificate: Certificate, store: TrustStore, at: datetime) -> Revocation:
    """Return what the lists in `store` say about `certificate` at `at`; the most telling answer of all of them."""
    return _Judge(store).status(certificate, at)


def verify_crl(crl: Crl, store: TrustStore) -> RevocationStatus | None:
    """Return None where a key of its issuer's family in `store` signed the list, else why that cannot be said."""
    return _fault(crl, _keys(_family(name_digest(crl.issuer), store), store))


class _Judge:
    """The lists of a store, each verified once for all the certificates of a chain."""

    def __init__(self, store: TrustStore) -> None:
        self._store = store
        self._faults: dict[tuple[bytes, frozenset[str]], RevocationStatus | None] = {}

    def status(self, certificate: Certificate, at: datetime) -> Revocation:
        family = _family(name_digest(certificate.issuer), self._store)
        stored = self._store.crls_of(family)
        if not stored:
            return Revocation(certificate, RevocationStatus.NO_CRL, "no revocation list of its issuer is at hand")
        return min((self._answer(each, certificate, family, at) for each in stored), key=_rank)

    def _answer(self, stored: StoredCrl, certificate: Certificate, family: frozenset[str], at: datetime) -> Revocation:
        crl, known = stored.crl, (stored.fingerprint, family)
        if known not in self._faults:
            self._faults[known] = _fault(crl, _keys(family, self._store))
        fault = self._faults[known]
        if fault is not None:
            return Revocation(certificate, fault, _WORDS[fault], crl)
        return _entry(crl, certificate, at)


_RANKS = (
    RevocationStatus.REVOKED,
    RevocationStatus.NOT_REVOKED,
    RevocationStatus.CRL_TOO_OLD,
    RevocationStatus.CRL_NOT_YET_ISSUED,
    RevocationStatus.CRL_UNSUPPORTED,
    RevocationStatus.CRL_ISSUER_UNKNOWN,
    RevocationStatus.CRL_SIGNATURE_WRONG,
)


def _rank(answer: Revocation) -> tuple[int, float]:
    newest = -answer.crl.this_update.timestamp() if answer.crl else 0.0
    return _RANKS.index(answer.status), newest


def _family(name: str, store: TrustStore) -> frozenset[str]:
    """Return a name and all names that link certificates tie to it, as `name_digest`s."""
    family = {name}
    while grown := {end for link in store.links if family.intersection(link) for end in link} - family:
        family |= grown
    return frozenset(family)


def _keys(family: Iterable[str], store: TrustStore) -> list[CertificateRef]:
    """The keys that may sign a family's lists: those of anchors that somebody vouches for."""
    refs = [ref for name in sorted(family) for ref in store.index.by_subject(name)]
    return [ref for ref in refs if _is_vouched_for(ref, store)]


def _is_vouched_for(ref: CertificateRef, store: TrustStore) -> bool:
    anchor = store.anchor(ref.fingerprint)
    return anchor is not None and anchor.acceptance is not Acceptance.UNVERIFIED_LIST


def _entry(crl: Crl, certificate: Certificate, at: datetime) -> Revocation:
    try:
        entry = crl.revoked.get(certificate.serial)
    except MalformedData as error:
        return Revocation(certificate, RevocationStatus.CRL_UNSUPPORTED, str(error), crl)
    if entry is not None and entry.reason is not CrlReason.REMOVE_FROM_CRL and entry.date <= at:
        detail = f"revoked on {entry.date:%Y-%m-%d}: {entry.reason.words}"
        return Revocation(certificate, RevocationStatus.REVOKED, detail, crl, entry)
    return Revocation(certificate, *_freshness(crl, at), crl, entry)


def _freshness(crl: Crl, at: datetime) -> tuple[RevocationStatus, str]:
    if at < crl.this_update:
        return RevocationStatus.CRL_NOT_YET_ISSUED, f"the list is of {crl.this_update:%Y-%m-%d}, after that time"
    if crl.next_update is None:
        return RevocationStatus.CRL_TOO_OLD, "the list does not say until when it holds"
    if at > crl.next_update:
        return RevocationStatus.CRL_TOO_OLD, f"the list was to be renewed by {crl.next_update:%Y-%m-%d}"
    return RevocationStatus.NOT_REVOKED, f"not in the list of {crl.this_update.date()}"


_WORDS = {
    RevocationStatus.CRL_SIGNATURE_WRONG: "no key of its issuer made the list's signature",
    RevocationStatus.CRL_ISSUER_UNKNOWN: "the trust store holds no key of the list's issuer",
    RevocationStatus.CRL_UNSUPPORTED: "the list is of a kind that cannot be judged: a delta, a part, or its algorithm",
}


def _fault(crl: Crl, keys: list[CertificateRef]) -> RevocationStatus | None:
    """Return why a list cannot be used, None where a key of the family signed it."""
    if crl.unsupported:
        return RevocationStatus.CRL_UNSUPPORTED
    wanted = crl.authority_key_identifier
    ordered = sorted(keys, key=lambda ref: wanted is None or ref.key_identifier != wanted)
    unsupported = named = False
    for ref in ordered:
        try:
            crl.verify(ref.certificate.public_key)
        except (BadSignature, MalformedData):
            named = named or wanted is None or ref.key_identifier == wanted
        except Unsupported:
            unsupported = True
        else:
            return None
    if unsupported:
        return RevocationStatus.CRL_UNSUPPORTED
    return RevocationStatus.CRL_SIGNATURE_WRONG if named else RevocationStatus.CRL_ISSUER_UNKNOWN
