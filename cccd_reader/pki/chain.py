# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""From a certificate to an anchor of the trust store, with the reason for every outcome (ICAO 9303-12, 6; RFC 5280, 6).

An issuer is looked for by key identifier, then by name, then by trying the keys of its country; its key decides. Link
certificates and whatever else came along with a document may stand in between, and count only under an anchor.

    verified                an anchor's key, or a path to one, fits
    issuer-unknown          nobody in the store fits: what is missing is named, and nothing is said about the document
    signature-wrong         the store holds the very key that the certificate names, and the signature is not its
    algorithm-unsupported   the store holds the issuer, but this version cannot judge such a signature

Validity, usage and country are findings of their own and change none of these. Path lengths are not looked at: by them
no authority of length 0 could ever change its name, and authorities of travel documents do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Protocol

from cccd_reader.pki import certificate_rules as rules
from cccd_reader.pki.certificate_index import CertificateIndex, FoundBy
from cccd_reader.pki.certificate_rules import Finding, Role, Rule
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.issuer_search import ChainReason, Search, Step

__all__ = [
    "Anchors",
    "ChainReason",
    "ChainResult",
    "Finding",
    "FoundBy",
    "MissingIssuer",
    "Role",
    "Rule",
    "Step",
    "build_chain",
]


@dataclass(frozen=True)
class MissingIssuer:
    """The certificate that the store would need. Texts and addresses are those of the certificate that names it.

    `certificate` is it, where it came along with the document but nobody vouches for it.
    """

    subject: str
    country: str
    key_identifier: bytes | None
    issuer_urls: tuple[str, ...]
    crl_urls: tuple[str, ...]
    certificate: Certificate | None = None

    @classmethod
    def of(cls, certificate: Certificate) -> MissingIssuer:
        """Return what a certificate tells about its issuer; a self-signed one is what is missing itself."""
        key, own = certificate.authority_key_identifier, certificate.subject_key_identifier
        itself = certificate.is_self_issued and key in (None, own)
        return cls(
            subject=certificate.issuer.text,
            country=certificate.issuer.country,
            key_identifier=own if itself else key,
            issuer_urls=certificate.issuer_urls,
            crl_urls=certificate.crl_urls,
            certificate=certificate if itself else None,
        )

    @property
    def unpublished(self) -> bool:
        """True for the CSCA of the Vietnamese identity card, which no public master list holds.

        Lists name the country's other CSCA, "CSCA ePassport Vietnam", which signs for passports alone.
        """
        return self.country == "VN" and "passport" not in self.subject.lower()

    @property
    def text(self) -> str:
        """What to look for, in words; AKI is how the signer names the missing key (RFC 5280, 4.2.1.1)."""
        key = f", AKI {self.key_identifier.hex().upper()}" if self.key_identifier else ""
        sentences = [f"The CSCA certificate is missing: {self.subject}{key}."]
        if self.issuer_urls:
            sentences.append(f"The signer's certificate says that it lies at {', '.join(self.issuer_urls)}.")
        if self.crl_urls:
            sentences.append(f"The revocation list is at {', '.join(self.crl_urls)}.")
        if self.unpublished:
            sentences.append("Public master lists do not hold it: ask the authority for it (cccd trust request).")
        return " ".join(sentences)


@dataclass(frozen=True)
class ChainResult:
    """The way from `certificate` to `anchor`, as far as it went.

    `steps` are the verified signatures, from below; `anchor` is None unless `reason` is `VERIFIED`; `missing` is what
    the store lacks where it is `ISSUER_UNKNOWN`. `findings` are of every certificate on the way. `detail` says in
    words what happened at the end of the way.
    """

    certificate: Certificate
    reason: ChainReason
    steps: tuple[Step, ...]
    anchor: Certificate | None
    missing: MissingIssuer | None
    findings: tuple[Finding, ...]
    detail: str

    @property
    def path(self) -> tuple[Certificate, ...]:
        """The certificates on the way, from below, the last one being the anchor where there is one."""
        return (self.certificate, *(step.issuer for step in self.steps))


class Anchors(Protocol):
    """What a chain needs of a trust store."""

    @property
    def index(self) -> CertificateIndex:
        """The anchors by what finds them."""
        ...


def build_chain(
    certificate: Certificate,
    store: Anchors,
    at: datetime | None,
    others: Iterable[Certificate] = (),
    role: Role = Role.DOCUMENT_SIGNER,
) -> ChainResult:
    """Return how `certificate` chains to the anchors of `store`.

    `at` is when the certificate's key signed, None where that is not known; `others` are certificates that nobody
    vouches for, such as those in the signed data; `role` is what the certificate is used for.
    """
    trail = Search(store.index, others, at).climb(certificate)
    path = (certificate, *(step.issuer for step in trail.steps))
    anchor = path[-1] if trail.reason is ChainReason.VERIFIED else None
    return ChainResult(
        certificate=certificate,
        reason=trail.reason,
        steps=trail.steps,
        anchor=anchor,
        missing=MissingIssuer.of(path[-1]) if trail.reason is ChainReason.ISSUER_UNKNOWN else None,
        findings=(*_findings(certificate, at, role), *_findings_above(path, at, anchor)),
        detail=trail.detail,
    )


def _findings(certificate: Certificate, at: datetime | None, role: Role) -> tuple[Finding, ...]:
    return (*rules.profile(certificate, role), *rules.validity(certificate, at), *rules.key_use(certificate, at))


def _findings_above(
    path: tuple[Certificate, ...], at: datetime | None, anchor: Certificate | None
) -> Iterator[Finding]:
    for issued, issuer in pairwise(path):
        yield from rules.issuer(issued, issuer, at, Role.ANCHOR if issuer == anchor else Role.CSCA)
