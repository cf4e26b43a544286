# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""X.509 certificates (ICAO 9303-12, 7.1; RFC 5280, 4.1).

    Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue BIT STRING }

Nothing that is parsed is proven. The signature is verified over the bytes as they stand, under a key that the caller
has reason to trust; keys and algorithms are looked into on first use, so that a long list loads fast.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import NamedTuple

from cccd_reader.crypto.signatures import PublicKey, SignatureAlgorithm, verify_signature
from cccd_reader.errors import MalformedData
from cccd_reader.lds import asn1
from cccd_reader.pki import algorithms, ber
from cccd_reader.pki.ber import Element
from cccd_reader.pki.extensions import Extensions, KeyUsage
from cccd_reader.pki.names import Name

MAX_BYTES = 1 << 16

_WHERE = "certificate"
_VERSION, _EXTENSIONS = 0xA0, 0xA3


class _Fields(NamedTuple):
    """The elements of a certificate, in the order in which they stand."""

    tbs: Element
    serial: Element
    issuer: Element
    validity: tuple[Element, Element]
    subject: Element
    key_info: Element
    extensions: list[Element]
    algorithm: Element
    signature: Element


@dataclass(frozen=True, repr=False)
class Certificate:
    """A certificate, equal to another with the same bytes.

    `Certificate.parse(der)` looks at every field, so that afterwards only `public_key`, `signature_algorithm` and
    `verify` raise. `Certificate(der)` is for bytes that were parsed before: it looks when asked.
    """

    raw: bytes

    @classmethod
    def parse(cls, der: bytes) -> Certificate:
        """Parse one certificate; raises `MalformedData`."""
        if len(der) > MAX_BYTES:
            raise MalformedData("larger than any certificate", _WHERE)
        certificate = cls(bytes(der))
        _ = certificate.serial, certificate.issuer, certificate.subject, certificate.validity
        _ = certificate.signature, certificate.extensions
        return certificate

    @staticmethod
    def recall(der: bytes) -> Certificate:
        """Do as `parse` does, but for bytes that were parsed a short while ago return the same value.

        One signer signs thousands of documents, each of which carries its certificate. Everything that the value keeps
        follows from its bytes, so that nothing which another document brought along can change it.
        """
        return _recalled(der)

    @cached_property
    def _fields(self) -> _Fields:
        tbs, algorithm, signature = _parts(ber.only(self.raw, asn1.SEQUENCE, _WHERE), 3)
        serial, inner, issuer, validity, subject, key_info, *others = _body(tbs)
        if inner.raw != algorithm.raw:
            raise MalformedData("it names two signature algorithms", _WHERE)  # RFC 5280, 4.1.1.2
        not_before, not_after = _parts(validity, 2)
        times = not_before, not_after
        return _Fields(tbs, serial, issuer, times, subject, key_info, _extensions(others), algorithm, signature)

    @property
    def tbs(self) -> bytes:
        """The part that is signed, as it stands."""
        return self._fields.tbs.raw

    @cached_property
    def serial(self) -> int:
        """The serial number, negative in some."""
        return ber.integer(self._fields.serial, _WHERE)

    @cached_property
    def issuer(self) -> Name:
        """Who signed, by the certificate's own account."""
        return Name.parse(self._fields.issuer.raw)

    @cached_property
    def subject(self) -> Name:
        """Whose key it is."""
        same = self._fields.subject.raw == self._fields.issuer.raw
        return self.issuer if same else Name.parse(self._fields.subject.raw)

    @cached_property
    def validity(self) -> tuple[datetime, datetime]:
        """The first and the last moment of validity, in UTC."""
        start, end = self._fields.validity
        return ber.time(start, _WHERE), ber.time(end, _WHERE)

    @property
    def not_before(self) -> datetime:
        """The first moment of validity, in UTC."""
        return self.validity[0]

    @property
    def not_after(self) -> datetime:
        """The last moment of validity, in UTC."""
        return self.validity[1]

    @property
    def signature(self) -> bytes:
        """The issuer's signature over `tbs`."""
        return ber.bit_string(self._fields.signature, _WHERE)

    @cached_property
    def extensions(self) -> Extensions:
        """What the extensions say."""
        return Extensions.parse(self._fields.extensions)

    @property
    def key_info(self) -> bytes:
        """The SubjectPublicKeyInfo in DER."""
        return self._fields.key_info.raw

    @cached_property
    def public_key(self) -> PublicKey:
        """The subject's key; raises `Unsupported` for another algorithm or curve, `MalformedData`. Never a guess."""
        return algorithms.parse_public_key(self.key_info)

    @property
    def signature_algorithm(self) -> SignatureAlgorithm:
        """How the issuer signed; raises `Unsupported` and `MalformedData`."""
        return algorithms.parse_signature_algorithm(self._fields.algorithm.raw)

    @cached_property
    def fingerprint(self) -> bytes:
        """SHA-256 of the whole certificate."""
        return hashlib.sha256(self.raw).digest()

    @property
    def country(self) -> str:
        """The subject's country in upper case, else the issuer's, else an empty string."""
        return self.subject.country or self.issuer.country

    @property
    def is_self_issued(self) -> bool:
        """True where subject and issuer are one name. The key may still be another's: a link certificate."""
        return self.subject.matches(self.issuer)

    @property
    def subject_key_identifier(self) -> bytes | None:
        """The identifier that the issuer gave this key."""
        return self.extensions.subject_key_identifier

    @property
    def authority_key_identifier(self) -> bytes | None:
        """The identifier of the key that signed; None too where only the issuer's name and serial are given."""
        return self.extensions.authority_key_identifier

    @property
    def key_usage(self) -> frozenset[KeyUsage] | None:
        """What the key may do, None where the certificate does not say."""
        return self.extensions.key_usage

    @property
    def extended_key_usage(self) -> tuple[str, ...] | None:
        """Purposes as dotted identifiers, None where the certificate does not say."""
        return self.extensions.extended_key_usage

    @property
    def is_ca(self) -> bool:
        """True where basicConstraints says that the subject is an authority."""
        return self.extensions.basic_constraints is not None and self.extensions.basic_constraints[0]

    @property
    def path_length(self) -> int | None:
        """How many authorities may stand below this one, None without a bound."""
        return self.extensions.basic_constraints[1] if self.extensions.basic_constraints else None

    @property
    def private_key_usage(self) -> tuple[datetime | None, datetime | None] | None:
        """When the private key was in use, either end may be open; None where the certificate does not say."""
        return self.extensions.private_key_usage

    @property
    def document_types(self) -> tuple[str, ...] | None:
        """The document types that may be signed, as in the MRZ ("P", "ID"); None where the certificate does not say."""
        return self.extensions.document_types

    @property
    def crl_urls(self) -> tuple[str, ...]:
        """Where the issuer publishes its revocation lists."""
        return self.extensions.crl_urls

    @property
    def issuer_urls(self) -> tuple[str, ...]:
        """Where the issuer's certificate is published."""
        return self.extensions.issuer_urls

    @property
    def unknown_critical(self) -> tuple[str, ...]:
        """Critical extensions that this version does not know: the certificate must not be used (RFC 5280, 4.2)."""
        return self.extensions.unknown_critical

    def __repr__(self) -> str:
        return f"Certificate({self.subject.text!r}, {self.fingerprint.hex()})"

    def verify(self, issuer_key: PublicKey) -> None:
        """Return if `issuer_key` signed this certificate; raises `BadSignature`, `Unsupported`, `MalformedData`.

        Dates, names and rights are not looked at. That a key signed it is remembered, with the whole key.
        """
        if issuer_key not in self._signed_by:
            verify_signature(issuer_key, self.signature_algorithm, self.tbs, self.signature)
            self._signed_by.add(issuer_key)

    @cached_property
    def _signed_by(self) -> set[PublicKey]:
        return set()


_recalled = lru_cache(maxsize=64)(Certificate.parse)


def _parts(element: Element, count: int) -> list[Element]:
    parts = ber.children(element, asn1.SEQUENCE, _WHERE)
    if len(parts) != count:
        raise MalformedData(f"{count} elements are expected", _WHERE)
    return parts


def _body(tbs: Element) -> list[Element]:
    """Return the elements of the signed part without the version, which says no more than the extensions do."""
    parts = ber.children(tbs, asn1.SEQUENCE, _WHERE)
    if parts and parts[0].tag == _VERSION:
        del parts[0]
    if not 6 <= len(parts) <= 9:
        raise MalformedData("six to nine elements are expected", _WHERE)
    return parts


def _extensions(others: list[Element]) -> list[Element]:
    found = [each for each in others if each.tag == _EXTENSIONS]
    if len(found) > 1:
        raise MalformedData("the extensions stand twice", _WHERE)
    return ber.elements(ber.only(found[0].value, asn1.SEQUENCE, _WHERE).value, _WHERE) if found else []
