# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Certificate revocation lists, versions 1 and 2, parsed; their signature is verified on demand (RFC 5280, 5).

    TBSCertList ::= SEQUENCE { version INTEGER { v2(1) } OPTIONAL, signature AlgorithmIdentifier, issuer Name,
        thisUpdate Time, nextUpdate Time OPTIONAL, revokedCertificates SEQUENCE OF SEQUENCE { userCertificate INTEGER,
        revocationDate Time, crlEntryExtensions OPTIONAL } OPTIONAL, crlExtensions [0] EXPLICIT OPTIONAL }

What a list says about a certificate at a time is in `revocation`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import cached_property

from cccd_reader.crypto.signatures import PublicKey, verify_signature
from cccd_reader.errors import MalformedData
from cccd_reader.lds import asn1
from cccd_reader.pki import ber
from cccd_reader.pki.algorithms import parse_signature_algorithm
from cccd_reader.pki.ber import Element
from cccd_reader.pki.names import Name

MAX_BYTES = 16 << 20
_WHERE = "CRL"
_TIMES = (ber.UTC_TIME, ber.GENERALIZED_TIME)
_ENUMERATED, _EXPLICIT_0, _IMPLICIT_0, _DISTRIBUTION_POINT = 0x0A, 0xA0, 0x80, 0xA0
_AUTHORITY_KEY_IDENTIFIER, _NUMBER, _REASON = "2.5.29.35", "2.5.29.20", "2.5.29.21"
_DELTA, _ISSUING_DISTRIBUTION_POINT = "2.5.29.27", "2.5.29.28"
_KNOWN = {_AUTHORITY_KEY_IDENTIFIER, _NUMBER, _ISSUING_DISTRIBUTION_POINT, _DELTA}


class CrlReason(Enum):
    """Why a certificate was revoked (RFC 5280, 5.3.1)."""

    UNSPECIFIED = 0
    KEY_COMPROMISE = 1
    CA_COMPROMISE = 2
    AFFILIATION_CHANGED = 3
    SUPERSEDED = 4
    CESSATION_OF_OPERATION = 5
    CERTIFICATE_HOLD = 6
    REMOVE_FROM_CRL = 8
    PRIVILEGE_WITHDRAWN = 9
    AA_COMPROMISE = 10

    @property
    def words(self) -> str:
        """For people: "key compromise"."""
        return self.name.lower().replace("_", " ")


_REASONS = {bytes([reason.value]): reason for reason in CrlReason}


@dataclass(frozen=True)
class RevokedEntry:
    """One revoked certificate: its serial number, since when, and why."""

    serial: int
    date: datetime
    reason: CrlReason


@dataclass(frozen=True)
class Crl:
    """A revocation list; equal by its bytes. `version` is 1 or 2; `unsupported` names what it has and we cannot judge.

    `number`, `next_update` and `authority_key_identifier` are None where the list has none.
    """

    raw: bytes = field(repr=False)
    tbs: bytes = field(repr=False, compare=False)
    version: int = field(compare=False)
    issuer: Name = field(compare=False)
    this_update: datetime = field(compare=False)
    next_update: datetime | None = field(compare=False)
    authority_key_identifier: bytes | None = field(compare=False)
    number: int | None = field(compare=False)
    unsupported: tuple[str, ...] = field(compare=False)
    _algorithm: bytes = field(repr=False, compare=False)
    _signature: bytes = field(repr=False, compare=False)
    _entries: bytes = field(repr=False, compare=False)

    @classmethod
    def parse(cls, der: bytes) -> Crl:
        """Parse one CertificateList in DER; raises `MalformedData`. The entries are parsed when first asked for."""
        if len(der) > MAX_BYTES:
            raise MalformedData(f"larger than {MAX_BYTES >> 20} MiB", _WHERE)
        parts = ber.children(ber.only(der, asn1.SEQUENCE, _WHERE), asn1.SEQUENCE, _WHERE)
        if len(parts) != 3:
            raise MalformedData("three elements are expected", _WHERE)
        tbs, algorithm, signature = parts
        fields = _Fields(ber.children(tbs, asn1.SEQUENCE, _WHERE))
        version = fields.optional(asn1.INTEGER)
        if fields.expect(asn1.SEQUENCE).raw != algorithm.raw:
            raise MalformedData("two different signature algorithms", _WHERE)
        issuer, this_update = Name.parse(fields.expect(asn1.SEQUENCE).raw), fields.expect(*_TIMES)
        next_update, entries = fields.optional(*_TIMES), fields.optional(asn1.SEQUENCE)
        extensions = _extensions(fields.optional(_EXPLICIT_0))
        fields.end()
        return cls(
            raw=bytes(der),
            tbs=tbs.raw,
            version=1 + (ber.integer(version, _WHERE) if version else 0),
            issuer=issuer,
            this_update=ber.time(this_update, _WHERE),
            next_update=ber.time(next_update, _WHERE) if next_update else None,
            authority_key_identifier=_key_identifier(extensions),
            number=_number(extensions),
            unsupported=_unsupported(extensions),
            _algorithm=algorithm.raw,
            _signature=ber.bit_string(signature, _WHERE),
            _entries=entries.value if entries else b"",
        )

    @property
    def fingerprint(self) -> bytes:
        """SHA-256 of the list, 32 bytes."""
        return hashlib.sha256(self.raw).digest()

    @cached_property
    def revoked(self) -> dict[int, RevokedEntry]:
        """The revoked certificates by serial number; raises `MalformedData`."""
        found = [_entry(each) for each in ber.elements(self._entries, _WHERE)]
        return {entry.serial: entry for entry in reversed(found)}

    def verify(self, issuer_key: PublicKey) -> None:
        """Return if the list was signed with that key; raises `BadSignature`, `Unsupported`, `MalformedData`.

        That a key signed it is remembered, with the whole key.
        """
        if issuer_key not in self._signed_by:
            verify_signature(issuer_key, parse_signature_algorithm(self._algorithm), self.tbs, self._signature)
            self._signed_by.add(issuer_key)

    @cached_property
    def _signed_by(self) -> set[PublicKey]:
        return set()


class _Fields:
    """The elements of a SEQUENCE, taken in order."""

    def __init__(self, elements: list[Element]) -> None:
        self._elements = elements
        self._position = 0

    def optional(self, *tags: int) -> Element | None:
        if self._position < len(self._elements) and self._elements[self._position].tag in tags:
            self._position += 1
            return self._elements[self._position - 1]
        return None

    def expect(self, *tags: int) -> Element:
        found = self.optional(*tags)
        if found is None:
            raise MalformedData("an element is missing or of another kind", _WHERE)
        return found

    def end(self) -> None:
        if self._position != len(self._elements):
            raise MalformedData("more elements than expected", _WHERE)


@dataclass(frozen=True)
class _Extension:
    critical: bool
    value: bytes


def _extensions(element: Element | None) -> dict[str, _Extension]:
    if element is None:
        return {}
    found: dict[str, _Extension] = {}
    for each in ber.children(ber.only(element.value, asn1.SEQUENCE, _WHERE), asn1.SEQUENCE, _WHERE):
        fields = _Fields(ber.children(each, asn1.SEQUENCE, _WHERE))
        oid = ber.object_identifier(fields.expect(asn1.OBJECT_IDENTIFIER), _WHERE)
        critical = fields.optional(ber.BOOLEAN)
        value = ber.octets(fields.expect(asn1.OCTET_STRING), _WHERE)
        fields.end()
        if oid in found:
            raise MalformedData("an extension stands twice", _WHERE)
        found[oid] = _Extension(critical is not None and ber.boolean(critical, _WHERE), value)
    return found


def _key_identifier(extensions: dict[str, _Extension]) -> bytes | None:
    if _AUTHORITY_KEY_IDENTIFIER not in extensions:
        return None
    whole = ber.only(extensions[_AUTHORITY_KEY_IDENTIFIER].value, asn1.SEQUENCE, _WHERE)
    return next((each.value for each in ber.elements(whole.value, _WHERE) if each.tag == _IMPLICIT_0), None)


def _number(extensions: dict[str, _Extension]) -> int | None:
    if _NUMBER not in extensions:
        return None
    return ber.integer(ber.only(extensions[_NUMBER].value, asn1.INTEGER, _WHERE), _WHERE)


def _unsupported(extensions: dict[str, _Extension]) -> tuple[str, ...]:
    found = [oid for oid, each in extensions.items() if each.critical and oid not in _KNOWN]
    if _DELTA in extensions:
        found.append("a delta list")
    if _ISSUING_DISTRIBUTION_POINT in extensions:
        scope = ber.only(extensions[_ISSUING_DISTRIBUTION_POINT].value, asn1.SEQUENCE, _WHERE)
        if any(each.tag != _DISTRIBUTION_POINT for each in ber.elements(scope.value, _WHERE)):
            found.append("an indirect list, or one of a part of the certificates")
    return tuple(found)


def _entry(element: Element) -> RevokedEntry:
    fields = _Fields(ber.children(element, asn1.SEQUENCE, _WHERE))
    serial = ber.integer(fields.expect(asn1.INTEGER), _WHERE)
    date = ber.time(fields.expect(*_TIMES), _WHERE)
    inner = fields.optional(asn1.SEQUENCE)
    fields.end()
    extensions = _extensions(Element(_EXPLICIT_0, inner.raw, inner.raw)) if inner else {}
    if any(each.critical and oid != _REASON for oid, each in extensions.items()):
        # It may say that another authority's certificate is meant (RFC 5280, 5.3.3).
        raise MalformedData("an entry with a critical extension that is not known", _WHERE)
    return RevokedEntry(serial, date, _reason(extensions))


def _reason(extensions: dict[str, _Extension]) -> CrlReason:
    if _REASON not in extensions:
        return CrlReason.UNSPECIFIED
    value = ber.only(extensions[_REASON].value, _ENUMERATED, _WHERE).value
    return _REASONS.get(value, CrlReason.UNSPECIFIED)
