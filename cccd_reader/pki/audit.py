# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a careful person would find wrong with a trust store: broken links, weak keys, old lists, what is about to end.

Nothing here changes a verification; it tells what to fetch, to replace or to ask about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from cccd_reader.crypto.signatures import RsaKey
from cccd_reader.errors import MalformedData, Unsupported
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.master_list import Listed, ListedReason, examine
from cccd_reader.pki.revocation import verify_crl
from cccd_reader.pki.trust_store import TrustStore


class Severity(StrEnum):
    """A problem asks for an action, a warning for attention."""

    PROBLEM = "problem"
    WARNING = "warning"


class AuditKind(StrEnum):
    """What was found."""

    BROKEN_LINK = "broken-link"
    SIGNATURE_WRONG = "signature-wrong"
    UNVERIFIED_LIST = "unverified-list"
    NOT_YET_VALID = "not-yet-valid"
    EXPIRED = "expired"
    EXPIRING = "expiring"
    WEAK_KEY = "weak-key"
    SHORT_KEY = "short-key"
    UNKNOWN_KEY = "unknown-key"
    WEAK_HASH = "weak-hash"
    OLD_LIST = "old-list"
    CRL_OVERDUE = "crl-overdue"
    CRL_UNUSABLE = "crl-unusable"
    SAME_KEY_TWICE = "same-key-twice"
    SHARED_KEY_IDENTIFIER = "shared-key-identifier"
    STRAY_FILE = "stray-file"

    @property
    def severity(self) -> Severity:
        """How grave it is."""
        return Severity.WARNING if self in _WARNINGS else Severity.PROBLEM


_WARNINGS = {
    AuditKind.NOT_YET_VALID,
    AuditKind.EXPIRED,  # it still verifies what it signed in its time
    AuditKind.EXPIRING,
    AuditKind.SHORT_KEY,
    AuditKind.WEAK_HASH,  # of its own signature, on which an anchor does not rest
    AuditKind.SAME_KEY_TWICE,
    AuditKind.SHARED_KEY_IDENTIFIER,
    AuditKind.STRAY_FILE,
}


@dataclass(frozen=True)
class AuditFinding:
    """One finding: about a certificate, a list or a file, named by `subject`; `detail` says what, in words.

    `fingerprint` is the SHA-256 of the certificate, list or revocation list, empty for a file.
    """

    kind: AuditKind
    subject: str
    detail: str
    fingerprint: bytes = field(default=b"", repr=False)
    country: str = ""

    @property
    def severity(self) -> Severity:
        """How grave it is."""
        return self.kind.severity


@dataclass(frozen=True)
class AuditLimits:
    """What counts as soon, old and weak. Keys in bits: less than `weak` is a problem, less than `short` a warning."""

    soon: timedelta = timedelta(days=180)
    list_age: timedelta = timedelta(days=180)
    weak_rsa: int = 2048
    short_rsa: int = 3072
    weak_ec: int = 224
    short_ec: int = 256


DEFAULT_LIMITS = AuditLimits()


def audit(
    store: TrustStore, at: datetime, limits: AuditLimits = DEFAULT_LIMITS, strays: Iterable[str] = ()
) -> tuple[AuditFinding, ...]:
    """Return what is wrong with `store` at `at`, problems first; `strays` are files that its index does not know."""
    certificates = [anchor.certificate for anchor in store.anchors]
    found = [finding for listed in examine(certificates) for finding in _links(listed)]
    for certificate in certificates:
        found += [*_dates(certificate, at, limits), *_key(certificate, limits), *_hash(certificate)]
    found += [*_lists(store, at, limits), *_crls(store, at), *_shared(certificates)]
    found += [
        AuditFinding(AuditKind.STRAY_FILE, name, "lies in the store's folder; nobody added it") for name in strays
    ]
    return tuple(sorted(found, key=lambda each: each.severity is not Severity.PROBLEM))


def _about(kind: AuditKind, certificate: Certificate, detail: str) -> AuditFinding:
    return AuditFinding(kind, certificate.subject.text, detail, certificate.fingerprint, certificate.country)


def _links(listed: Listed) -> list[AuditFinding]:
    """A link certificate ties a new key to an old one; without the old one it ties it to nothing."""
    if listed.reason is ListedReason.NO_ISSUER:
        detail = f"its issuer is not in the store: {listed.certificate.issuer.text}"
        key = listed.certificate.authority_key_identifier
        return [_about(AuditKind.BROKEN_LINK, listed.certificate, f"{detail} {key.hex() if key else ''}".strip())]
    if listed.reason is ListedReason.SIGNATURE_WRONG:
        return [_about(AuditKind.SIGNATURE_WRONG, listed.certificate, "the key that it names did not sign it")]
    return []


def _dates(certificate: Certificate, at: datetime, limits: AuditLimits) -> list[AuditFinding]:
    if at > certificate.not_after:
        return [_about(AuditKind.EXPIRED, certificate, f"valid to {certificate.not_after:%Y-%m-%d}")]
    if at < certificate.not_before:
        return [_about(AuditKind.NOT_YET_VALID, certificate, f"valid from {certificate.not_before:%Y-%m-%d}")]
    if at + limits.soon > certificate.not_after:
        return [_about(AuditKind.EXPIRING, certificate, f"valid to {certificate.not_after:%Y-%m-%d}")]
    return []


def _key(certificate: Certificate, limits: AuditLimits) -> list[AuditFinding]:
    try:
        key = certificate.public_key
    except (Unsupported, MalformedData) as error:
        return [_about(AuditKind.UNKNOWN_KEY, certificate, f"nothing can be verified with its key: {error}")]
    weak, short = (limits.weak_rsa, limits.short_rsa) if isinstance(key, RsaKey) else (limits.weak_ec, limits.short_ec)
    if key.bits < weak:
        return [_about(AuditKind.WEAK_KEY, certificate, f"{key.name}, less than {weak} bits")]
    if key.bits < short:
        return [_about(AuditKind.SHORT_KEY, certificate, f"{key.name}, less than {short} bits")]
    return []


def _hash(certificate: Certificate) -> list[AuditFinding]:
    try:
        algorithm = certificate.signature_algorithm
    except (Unsupported, MalformedData) as error:
        return [_about(AuditKind.WEAK_HASH, certificate, f"its own signature cannot be judged: {error}")]
    if algorithm.digest in ("sha1", "md5"):
        return [_about(AuditKind.WEAK_HASH, certificate, f"signed with {algorithm.name}")]
    return []


def _lists(store: TrustStore, at: datetime, limits: AuditLimits) -> list[AuditFinding]:
    found = []
    for record in store.lists:
        about = (f"master list of {record.country or 'an unknown country'}, {record.source}",)
        if record.root is None:
            detail = "no root vouches for it"
            found.append(AuditFinding(AuditKind.UNVERIFIED_LIST, *about, detail, record.fingerprint, record.country))
        if record.signed is None or at - record.signed > limits.list_age:
            age = (
                f"signed on {record.signed:%Y-%m-%d}, {(at - record.signed).days} days ago"
                if record.signed
                else "undated"
            )
            found.append(AuditFinding(AuditKind.OLD_LIST, *about, age, record.fingerprint, record.country))
    return found


def _crls(store: TrustStore, at: datetime) -> list[AuditFinding]:
    found = []
    for stored in store.crls:
        crl = stored.crl
        about, rest = f"revocation list of {crl.issuer.text}", (stored.fingerprint, crl.issuer.country)
        if (fault := verify_crl(crl, store)) is not None:
            found.append(AuditFinding(AuditKind.CRL_UNUSABLE, about, fault.value, *rest))
        if crl.next_update is None or at > crl.next_update:
            until = f"to be renewed by {crl.next_update:%Y-%m-%d}" if crl.next_update else "it does not say until when"
            found.append(AuditFinding(AuditKind.CRL_OVERDUE, about, until, *rest))
    return found


def _shared(certificates: Iterable[Certificate]) -> list[AuditFinding]:
    """One key certified twice under the same key, and one identifier of two keys.

    A self-signed certificate and a link certificate of one key are the rule, and under different keys.
    """
    given = list(certificates)
    found = []
    for group in _groups(given, lambda each: (each.key_info, each.issuer.key, each.authority_key_identifier)):
        detail = f"{len(group)} certificates of one key under one issuer"
        found += [_about(AuditKind.SAME_KEY_TWICE, each, detail) for each in group]
    for group in _groups(given, lambda each: each.subject_key_identifier):
        if len({each.key_info for each in group}) > 1:
            detail = "another key has the same key identifier"
            found += [_about(AuditKind.SHARED_KEY_IDENTIFIER, each, detail) for each in group]
    return found


def _groups(certificates: list[Certificate], key: Callable[[Certificate], object]) -> list[list[Certificate]]:
    groups: dict[object, list[Certificate]] = {}
    for certificate in certificates:
        if (value := key(certificate)) is not None:
            groups.setdefault(value, []).append(certificate)
    return [group for group in groups.values() if len(group) > 1]
