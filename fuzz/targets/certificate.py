# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""X.509 certificates: parsed once, they answer everything; only their key, their algorithm and a check may refuse."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from operator import attrgetter

from cccd_reader.lds.signed_content import CertificateSummary
from cccd_reader.pki import certificate_rules as rules
from cccd_reader.pki.certificate_index import CertificateIndex, CertificateRef
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.chain import build_chain
from fuzz import seeds as all_seeds
from fuzz.oracle import ensure, parsed, refused

_AT = datetime(2026, 1, 1, tzinfo=UTC)


class _Anchors:
    index = CertificateIndex.of([Certificate.parse(all_seeds.quick_country().csca_certificate)])


def seeds() -> Iterator[bytes]:
    """Yield certificates of every kind."""
    yield from all_seeds.certificates()


def consume(data: bytes) -> None:
    """Parse a certificate and use it as the trust store does."""
    certificate = parsed(Certificate.parse, data)
    parsed(CertificateSummary.parse, data)
    if certificate is None:
        return
    ensure(certificate.raw == data and certificate.tbs in data, "octets were changed")
    look_into(certificate)
    chain = build_chain(certificate, _Anchors(), _AT, [certificate])
    ensure(chain.anchor is None or certificate == chain.certificate, "a chain of another certificate")
    ensure(chain.missing is None or chain.missing.text, "a missing issuer without words")


def look_into(certificate: Certificate) -> None:
    """Ask everything of a certificate that was parsed."""
    answers = (
        certificate.subject.key,
        certificate.issuer.text,
        certificate.country,
        certificate.is_self_issued,
        certificate.is_ca,
        certificate.path_length,
        certificate.crl_urls,
        certificate.issuer_urls,
        certificate.unknown_critical,
        CertificateRef.of(certificate).subject,
        rules.may_issue(certificate),
        [rules.profile(certificate, role) for role in rules.Role],
        rules.validity(certificate, _AT),
        rules.key_use(certificate, certificate.not_before),
        rules.issuer(certificate, certificate, _AT),
        rules.document_type(certificate, "I<"),
    )
    ensure(repr(answers), "an answer without a text")
    refused(attrgetter("signature_algorithm"), certificate)
    if not refused(attrgetter("public_key"), certificate):
        ensure(certificate.public_key.name and certificate.public_key.bits, "a key without a name")
        refused(certificate.verify, certificate.public_key)
