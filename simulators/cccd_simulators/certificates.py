# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Certificates of the simulated countries: extensions, and X.509 itself (ICAO 9303-12, 7.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from cccd_simulators import der
from cccd_simulators.names import LOCALITY, Name, NameForm
from cccd_simulators.signing_keys import SigningKey

DIGITAL_SIGNATURE, KEY_CERT_SIGN, CRL_SIGN = 0, 5, 6
"""The bits of keyUsage (RFC 5280, 4.2.1.3)."""
MASTER_LIST_SIGNING = "2.23.136.1.1.3"
"""The extended key usage of a master list signer (ICAO 9303-12, 7.1.1)."""

_HOSTS = ("csca.example.test", "pkd.example.test")  # two, as the real card names; these never exist (RFC 2606)
_ICAO_EXTENSIONS = "2.23.136.1.1.6"


@dataclass(frozen=True)
class Period:
    """A span of time, both ends in UTC and within it."""

    start: datetime
    end: datetime


@dataclass(frozen=True, repr=False)
class Credential:
    """A certificate in DER with its private key, and what others say to point at it."""

    certificate: bytes
    key: SigningKey
    subject: Name
    issuer: Name
    serial: int
    key_identifier: bytes

    def issuer_and_serial(self, form: NameForm | None = None) -> bytes:
        """Return the IssuerAndSerialNumber in DER; for None the name is as in the certificate (RFC 5652, 10.2.4)."""
        return der.sequence(bytes(self.issuer.written(form)), der.integer(self.serial))


class Critical(Enum):
    """Whether a reader that does not know an extension must refuse the certificate (RFC 5280, 4.2)."""

    NO = auto()
    YES = auto()


class AuthorityKey(Enum):
    """How a certificate or a revocation list points at the key that signed it (RFC 5280, 4.2.1.1)."""

    IDENTIFIER = auto()
    ISSUER_AND_SERIAL = auto()
    BOTH = auto()
    ABSENT = auto()
    WRONG = auto()
    """The identifier of no key."""


@dataclass(frozen=True)
class Certificate:
    """What a certificate says but for the signature; the public key info and each extension in DER (RFC 5280, 4.1)."""

    serial: int
    issuer: Name
    validity: Period
    subject: Name
    public_key_info: bytes
    extensions: tuple[bytes, ...]

    def signed_by(self, key: SigningKey) -> bytes:
        """Return the certificate in DER, X.509 version 3."""
        algorithm = key.algorithm.signature_identifier
        times = der.sequence(der.time(self.validity.start), der.time(self.validity.end))
        fields = (der.integer(self.serial), algorithm, bytes(self.issuer), times, bytes(self.subject))
        extensions = der.tagged(3, der.sequence(*self.extensions))
        body = der.sequence(der.tagged(0, der.integer(2)), *fields, self.public_key_info, extensions)
        return der.sequence(body, algorithm, der.bit_string(key.sign(body)))


def authority() -> bytes:
    """Return basicConstraints of a CSCA: a CA, below which no other CA stands (ICAO 9303-12, 7.1.1)."""
    return extension("2.5.29.19", der.sequence(der.boolean_true(), der.integer(0)), Critical.YES)


def key_usage(bits: tuple[int, ...]) -> bytes:
    """Return keyUsage, critical, or nothing where no bit is given (RFC 5280, 4.2.1.3)."""
    return extension("2.5.29.15", der.named_bits(*bits), Critical.YES) if bits else b""


def extended_key_usage(purposes: tuple[str, ...]) -> bytes:
    """Return extKeyUsage, critical, of dotted object identifiers (RFC 5280, 4.2.1.12)."""
    return extension("2.5.29.37", der.sequence(*(der.oid(purpose) for purpose in purposes)), Critical.YES)


def subject_key(identifier: bytes) -> bytes:
    """Return subjectKeyIdentifier (RFC 5280, 4.2.1.2)."""
    return extension("2.5.29.14", der.octet_string(identifier))


def authority_key(issuer: Credential, form: AuthorityKey = AuthorityKey.IDENTIFIER) -> bytes:
    """Return authorityKeyIdentifier, or nothing for `ABSENT` (RFC 5280, 4.2.1.1)."""
    if form is AuthorityKey.ABSENT:
        return b""
    parts = []
    if form is not AuthorityKey.ISSUER_AND_SERIAL:
        identifier = bytes(len(issuer.key_identifier)) if form is AuthorityKey.WRONG else issuer.key_identifier
        parts.append(der.tagged_primitive(0, identifier))
    if form in (AuthorityKey.ISSUER_AND_SERIAL, AuthorityKey.BOTH):
        parts.append(der.tagged(1, der.tagged(4, bytes(issuer.issuer))))
        parts.append(der.tagged_primitive(2, der.integer_value(issuer.serial)))
    return extension("2.5.29.35", der.sequence(*parts))


def key_use_period(period: Period) -> bytes:
    """Return privateKeyUsagePeriod (ICAO 9303-12, 7.1.1; RFC 3280, 4.2.1.4)."""
    start = der.tagged_primitive(0, der.generalized_time_value(period.start))
    return extension("2.5.29.16", der.sequence(start, der.tagged_primitive(1, der.generalized_time_value(period.end))))


def alternative_name(country: str) -> bytes:
    """Return subjectAltName: the country as locality, and where to reach the authority (ICAO 9303-12, 7.1.1.2)."""
    directory_name = der.tagged(4, bytes(Name(((LOCALITY, country),))))
    return extension("2.5.29.17", der.sequence(directory_name, _uri(f"http://{_HOSTS[0]}/csca")))


def document_types(types: tuple[str, ...]) -> bytes:
    """Return the document type list, such as ("P", "I"), version 0 (ICAO 9303-12, 7.1.1.6)."""
    listed = der.set_of(*(der.printable_string(each) for each in types))
    return extension(f"{_ICAO_EXTENSIONS}.2", der.sequence(der.integer(0), listed))


def name_change() -> bytes:
    """Return nameChange, which says that this link certificate's names differ (ICAO 9303-12, 7.1.1.5)."""
    return extension(f"{_ICAO_EXTENSIONS}.1", der.null())


def revocation_lists(file_name: str) -> bytes:
    """Return cRLDistributionPoints: two points with one address each (RFC 5280, 4.2.1.13)."""
    points = []
    for host in _HOSTS:
        full_name = der.tagged(0, _uri(f"http://{host}/crl/{file_name}.crl"))
        points.append(der.sequence(der.tagged(0, full_name)))
    return extension("2.5.29.31", der.sequence(*points))


def authority_information(file_name: str) -> bytes:
    """Return authorityInfoAccess: where the CSCA certificate would be fetched (RFC 5280, 4.2.2.1)."""
    ca_issuers = der.oid("1.3.6.1.5.5.7.48.2")
    access = [der.sequence(ca_issuers, _uri(f"http://{host}/crt/{file_name}.crt")) for host in _HOSTS]
    return extension("1.3.6.1.5.5.7.1.1", der.sequence(*access))


def extension(identifier: str, value: bytes, critical: Critical = Critical.NO) -> bytes:
    """Return an extension of any kind: `value` in DER."""
    mark = der.boolean_true() if critical is Critical.YES else b""
    return der.sequence(der.oid(identifier), mark, der.octet_string(value))


def _uri(address: str) -> bytes:
    return der.tagged_primitive(6, address.encode("ascii"))
