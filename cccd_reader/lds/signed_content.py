# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What CMS signed data carries, without verifying it: content, content type and certificates (RFC 5652, 5.1).

BER with indefinite lengths is accepted as well as DER, since signed documents come in both. asn1crypto is slow to
import, so it is imported where it is used. Verifying is the business of the layer `pki`.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from cccd_reader.errors import MalformedData

MAX_BYTES = 1 << 20
MAX_CERTIFICATES = 64
_SHORT_NAMES = {
    "common_name": "CN",
    "country_name": "C",
    "organization_name": "O",
    "organizational_unit_name": "OU",
    "serial_number": "serialNumber",
    "state_or_province_name": "ST",
    "locality_name": "L",
    "email_address": "emailAddress",
}
# what asn1crypto raises for bytes that it cannot make sense of
_ASN1_ERRORS = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)


@dataclass(frozen=True)
class CertificateSummary:
    """Who a certificate names and when it is valid; `raw` is the certificate as it was given."""

    subject: str
    issuer: str
    serial_number: int
    not_before: datetime.datetime
    not_after: datetime.datetime
    raw: bytes = field(repr=False)

    @classmethod
    def parse(cls, raw: bytes) -> CertificateSummary:
        """Parse an X.509 certificate; raises `MalformedData`."""
        try:
            return _summary(raw)
        except _ASN1_ERRORS as error:
            raise MalformedData("it is no well-formed certificate", "certificate") from error


@dataclass(frozen=True)
class SignedContent:
    """The content of signed data, its type as a dotted identifier, and the certificates that came along, unparsed."""

    content_type: str
    content: bytes = field(repr=False)
    certificates: tuple[bytes, ...] = field(repr=False)

    @classmethod
    def parse(cls, raw: bytes, where: str) -> SignedContent:
        """Parse one ContentInfo that holds signed data; raises `MalformedData`, named after `where`."""
        if len(raw) > MAX_BYTES:
            raise MalformedData("larger than any signed file of a chip", where)
        try:
            return _parse(raw, where)
        except _ASN1_ERRORS as error:
            raise MalformedData("it is no well-formed signed data", where) from error


def _parse(raw: bytes, where: str) -> SignedContent:
    from asn1crypto import cms  # noqa: PLC0415 -- slow to import

    info = cms.ContentInfo.load(raw, strict=True)
    if info["content_type"].native != "signed_data":
        raise MalformedData("it is no signed data", where)
    signed_data = info["content"]
    encapsulated = signed_data["encap_content_info"]
    content = encapsulated["content"].native
    if not isinstance(content, bytes):
        raise MalformedData("the signed data holds no content", where)
    certificates = signed_data["certificates"]
    if len(certificates) > MAX_CERTIFICATES:
        raise MalformedData(f"more than {MAX_CERTIFICATES} certificates", where)
    given = tuple(choice.chosen.dump() for choice in certificates if choice.name == "certificate")
    return SignedContent(encapsulated["content_type"].dotted, content, given)


def _summary(raw: bytes) -> CertificateSummary:
    from asn1crypto import x509  # noqa: PLC0415 -- slow to import

    certificate = x509.Certificate.load(raw, strict=True)
    validity = certificate["tbs_certificate"]["validity"]
    return CertificateSummary(
        subject=_name(certificate.subject),
        issuer=_name(certificate.issuer),
        serial_number=certificate.serial_number,
        not_before=_time(validity["not_before"].native),
        not_after=_time(validity["not_after"].native),
        raw=bytes(raw),
    )


def _name(name: Any) -> str:  # noqa: ANN401 -- asn1crypto has no types
    parts = []
    for relative in name.chosen:
        for attribute in relative:
            kind = attribute["type"].native
            parts.append(f"{_SHORT_NAMES.get(kind, kind)}={attribute['value'].native}")
    return ", ".join(parts)


def _time(value: object) -> datetime.datetime:
    if not isinstance(value, datetime.datetime):
        raise ValueError("a time that the calendar does not have")
    return value
