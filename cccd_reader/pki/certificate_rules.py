# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What the certificate profile asks of a certificate beside its signature (ICAO 9303-12, 7.1 and its table of fields).

Each rule is answered by a finding of its own, so that an expired signer is never told as a wrong signature. Times are
parameters: a document is judged at the moment when it was signed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum

from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.extensions import KEY_USAGE, KeyUsage

MASTER_LIST_SIGNING = "2.23.136.1.1.3"


class Role(Enum):
    """What a certificate is for."""

    ANCHOR = "anchor"
    """A CSCA that somebody vouches for, which its own extensions could not do."""
    CSCA = "CSCA"
    """One that came along with what it signed."""
    DOCUMENT_SIGNER = "document signer"
    MASTER_LIST_SIGNER = "master list signer"


class Rule(StrEnum):
    """What a certificate broke."""

    NOT_YET_VALID = "not-yet-valid"
    EXPIRED = "expired"
    KEY_USED_TOO_EARLY = "key-used-too-early"
    KEY_USED_TOO_LATE = "key-used-too-late"
    TIME_UNKNOWN = "time-unknown"
    USAGE_MISSING = "usage-missing"
    USAGE_WRONG = "usage-wrong"
    NO_AUTHORITY = "no-authority"
    COUNTRY_DIFFERS = "country-differs"
    DOCUMENT_TYPE = "document-type"
    CRITICAL_EXTENSION = "critical-extension"
    EXTENSION_MALFORMED = "extension-malformed"


@dataclass(frozen=True)
class Finding:
    """One broken rule of one certificate; `detail` says it in words."""

    rule: Rule
    certificate: Certificate
    detail: str


def may_issue(certificate: Certificate) -> bool:
    """True for a certificate that serves as a country's authority.

    Old ones carry no basic constraints or no key usage at all, so one of the two is enough; a self-issued certificate
    without either is one, too.
    """
    usage = certificate.key_usage
    if certificate.is_ca or (usage is not None and KeyUsage.KEY_CERT_SIGN in usage):
        return True
    return usage is None and certificate.is_self_issued


def profile(certificate: Certificate, role: Role) -> tuple[Finding, ...]:
    """Return what breaks the rules that no time bears on: key usage, basic constraints, extensions not understood."""
    found = list(_usage(certificate, role))
    if role is Role.ANCHOR:
        found = _faults_of_anchor(certificate, found)
    elif role is Role.CSCA and not certificate.is_ca:
        found.append(_no_authority(certificate))
    if role is Role.MASTER_LIST_SIGNER and MASTER_LIST_SIGNING not in (certificate.extended_key_usage or ()):
        found.append(Finding(Rule.USAGE_WRONG, certificate, "it may not sign master lists (extended key usage)"))
    found += [
        Finding(Rule.CRITICAL_EXTENSION, certificate, f"an unknown critical extension, {oid}")
        for oid in certificate.unknown_critical
    ]
    found += [
        Finding(Rule.EXTENSION_MALFORMED, certificate, f"an extension that cannot be read, {oid}")
        for oid in certificate.extensions.malformed
    ]
    return tuple(found)


def validity(certificate: Certificate, at: datetime | None) -> tuple[Finding, ...]:
    """Return what breaks the certificate's own validity at a time; None is a time that is not known."""
    if at is None:
        return (Finding(Rule.TIME_UNKNOWN, certificate, "when it was used is not known"),)
    if at < certificate.not_before:
        return (Finding(Rule.NOT_YET_VALID, certificate, f"valid from {certificate.not_before:%Y-%m-%d}"),)
    if at > certificate.not_after:
        return (Finding(Rule.EXPIRED, certificate, f"valid to {certificate.not_after:%Y-%m-%d}"),)
    return ()


def key_use(certificate: Certificate, signed: datetime | None) -> tuple[Finding, ...]:
    """Return what breaks the private key usage period, where `signed` is when the key made a signature.

    For a document signer that is the document's signing, for a CSCA the beginning of what it issued.
    """
    if certificate.private_key_usage is None or signed is None:
        return ()
    begin, end = certificate.private_key_usage
    if begin is not None and signed < begin:
        return (Finding(Rule.KEY_USED_TOO_EARLY, certificate, f"its key may sign from {begin:%Y-%m-%d}"),)
    if end is not None and signed > end:
        return (Finding(Rule.KEY_USED_TOO_LATE, certificate, f"its key may sign to {end:%Y-%m-%d}"),)
    return ()


def country(certificate: Certificate, above: Certificate) -> tuple[Finding, ...]:
    """Return a finding where a certificate and its issuer name different countries, or one of them none."""
    own, other = certificate.subject.country, above.subject.country
    if own and own == other:
        return ()
    detail = f"it names {own or 'no country'}, its issuer {other or 'none'}"
    return (Finding(Rule.COUNTRY_DIFFERS, certificate, detail),)


def issuer(issued: Certificate, above: Certificate, at: datetime | None, role: Role = Role.CSCA) -> tuple[Finding, ...]:
    """Return what an issuer breaks in its role, and what breaks between it and a certificate that it signed.

    `at` is when the document at the bottom was signed; that it is not known is told of the signer, not here again.
    """
    dates = validity(above, at) if at is not None else ()
    return (*profile(above, role), *dates, *key_use(above, issued.not_before), *country(issued, above))


def document_type(certificate: Certificate, code: str) -> tuple[Finding, ...]:
    """Return a finding where the list of document types excludes `code`, the first letters of the MRZ ("P<", "ID").

    A certificate without such a list may sign every document (ICAO 9303-12, 7.1.1.7); a list may name the one letter
    of a kind or both letters of a type.
    """
    listed = certificate.document_types
    wanted = code.replace("<", "").upper()
    if listed is None or any(each.replace("<", "").upper() in (wanted, wanted[:1]) for each in listed):
        return ()
    detail = f"it signs documents of type {', '.join(listed)}, not {wanted}"
    return (Finding(Rule.DOCUMENT_TYPE, certificate, detail),)


def _faults_of_anchor(anchor: Certificate, usage: list[Finding]) -> list[Finding]:
    """Return what is wrong with an anchor's key usage and basic constraints, one of which is enough.

    Countries issue under CSCAs that lack the other or contradict it, and master lists hold them (BE, CN, IT, LU, TR).
    """
    if not usage or (anchor.is_ca and anchor.key_usage is None):
        return []
    denies = not anchor.is_ca and anchor.extensions.basic_constraints is not None
    return [*usage, *([_no_authority(anchor)] if denies else [])]


def _no_authority(certificate: Certificate) -> Finding:
    return Finding(Rule.NO_AUTHORITY, certificate, "its basic constraints do not make it an authority")


def _usage(certificate: Certificate, role: Role) -> tuple[Finding, ...]:
    needed = KeyUsage.KEY_CERT_SIGN if role in (Role.ANCHOR, Role.CSCA) else KeyUsage.DIGITAL_SIGNATURE
    if KEY_USAGE in certificate.extensions.malformed:
        return ()  # which is a finding of its own
    if certificate.key_usage is None:
        return (Finding(Rule.USAGE_MISSING, certificate, "it has no key usage"),)
    if needed not in certificate.key_usage:
        return (Finding(Rule.USAGE_WRONG, certificate, f"its key usage lacks {needed.name.lower()}"),)
    return ()
