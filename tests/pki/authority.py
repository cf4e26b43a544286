# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Small authorities made with another library: certificates, revocation lists and master lists to build chains of."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID, ObjectIdentifier

from cccd_reader.apdu import tlv
from cccd_reader.lds import asn1
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.crl import Crl

BEGIN, END = datetime(2020, 1, 1, tzinfo=UTC), datetime(2035, 1, 1, tzinfo=UTC)
NOW = datetime(2024, 6, 1, tzinfo=UTC)
MASTER_LIST_SIGNING = "2.23.136.1.1.3"
Key: TypeAlias = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
_SERIALS = itertools.count(1001)
_DIGITAL_SIGNATURE, _KEY_CERT_SIGN, _CRL_SIGN = 0, 5, 6
AUTHORITY_USAGE, SIGNER_USAGE = (_KEY_CERT_SIGN, _CRL_SIGN), (_DIGITAL_SIGNATURE,)


def new_key(number: int) -> ec.EllipticCurvePrivateKey:
    """The same key for the same number."""
    return ec.derive_private_key(0x5EED0000 + number, ec.SECP256R1())


@dataclass(frozen=True)
class Plan:
    """How a certificate is made. `identifier` and `issuer_identifier` are what they say; None leaves them out."""

    usage: tuple[int, ...] | None = AUTHORITY_USAGE
    authority: bool | None = True
    begin: datetime = BEGIN
    end: datetime = END
    identifier: bytes | None = b"own"
    issuer_identifier: bytes | None = b"own"
    extended: str = ""
    extensions: tuple[tuple[str, str], ...] = ()
    """Further extensions: identifier and value in hexadecimal."""
    critical: bool = False
    """Of these."""
    urls: bool = False


SIGNER = Plan(SIGNER_USAGE, None)
LIST_SIGNER = replace(SIGNER, extended=MASTER_LIST_SIGNING)


@dataclass(frozen=True)
class Holder:
    """A key and its certificate."""

    key: Key
    certificate: Certificate
    name: x509.Name
    identifier: bytes = field(default=b"")

    @property
    def der(self) -> bytes:
        return self.certificate.raw


def named(country: str | None = "UT", common: str = "CSCA Utopia") -> x509.Name:
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, common)]
    if country:
        attributes.insert(0, x509.NameAttribute(NameOID.COUNTRY_NAME, country))
    return x509.Name(attributes)


def key_identifier(key: Key) -> bytes:
    return x509.SubjectKeyIdentifier.from_public_key(key.public_key()).digest


def csca(number: int = 1, name: x509.Name | None = None, plan: Plan | None = None, key: Key | None = None) -> Holder:
    """A self-signed authority."""
    key = key or new_key(number)
    name = name or named()
    return _made(key, name, (key, name, _own(key, (plan or Plan()).identifier)), plan or Plan())


def issued(by: Holder, number: int, common: str, plan: Plan = SIGNER, name: x509.Name | None = None) -> Holder:
    """A certificate under an authority, by default of its country."""
    subject = name or named(by.certificate.country, common)
    return _made(new_key(number), subject, (by.key, by.name, by.identifier), plan)


def link(old: Holder, new: Holder, plan: Plan | None = None) -> Holder:
    """The new key and name, signed with the old key."""
    return _made(new.key, new.name, (old.key, old.name, old.identifier), plan or Plan())


def flipped(raw: bytes, place: int = -1) -> bytes:
    """The bytes with one bit changed."""
    changed = bytearray(raw)
    changed[place] ^= 1
    return bytes(changed)


def crl(
    by: Holder,
    revoked: Iterable[tuple[int, datetime, x509.ReasonFlags | None]] = (),
    days: tuple[datetime, datetime] = (datetime(2024, 5, 1, tzinfo=UTC), datetime(2024, 8, 1, tzinfo=UTC)),
    extensions: Iterable[tuple[x509.ExtensionType, bool]] = (),
) -> Crl:
    """A revocation list of version 2."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(by.name)
    builder = builder.last_update(days[0]).next_update(days[1])
    for serial, date, reason in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(date)
        if reason is not None:
            entry = entry.add_extension(x509.CRLReason(reason), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    if by.identifier:
        authority = x509.AuthorityKeyIdentifier(by.identifier, None, None)
        builder = builder.add_extension(authority, critical=False)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    signed = builder.sign(by.key, _digest(by.key))
    return Crl.parse(signed.public_bytes(serialization.Encoding.DER))


def crl_of_version_1(by: Holder, serials: Iterable[int] = (), *, next_update: bytes = b"240801000000Z") -> bytes:
    """A revocation list without version and extensions, which the library cannot write."""
    entries = [asn1.encode_sequence(asn1.encode_integer(each), tlv.encode(0x17, b"240401000000Z")) for each in serials]
    algorithm = asn1.encode_sequence(asn1.encode_object_identifier("1.2.840.10045.4.3.2"))
    tbs = asn1.encode_sequence(
        algorithm,
        by.name.public_bytes(),
        tlv.encode(0x17, b"240501000000Z"),
        tlv.encode(0x17, next_update) if next_update else b"",
        asn1.encode_sequence(*entries) if entries else b"",
    )
    return asn1.encode_sequence(tbs, algorithm, tlv.encode(asn1.BIT_STRING, b"\x00" + _sign(by, tbs)))


def master_list(
    certificates: Iterable[Certificate],
    signer: Holder,
    top: Holder | None = None,
    signed: datetime | None = NOW,
    content_type: str = "2.23.136.1.1.2",
) -> bytes:
    """A master list in CMS; the signer's certificate and its authority's come along."""
    listed = tlv.encode(asn1.SET, b"".join(sorted(each.raw for each in certificates)))
    content = asn1.encode_sequence(asn1.encode_integer(0), listed)
    sha256 = asn1.encode_sequence(asn1.encode_object_identifier("2.16.840.1.101.3.4.2.1"))
    signed_data = asn1.encode_sequence(
        asn1.encode_integer(3),
        tlv.encode(asn1.SET, sha256),
        asn1.encode_sequence(
            asn1.encode_object_identifier(content_type), tlv.encode(0xA0, tlv.encode(asn1.OCTET_STRING, content))
        ),
        tlv.encode(0xA0, signer.der + (top.der if top else b"")),
        tlv.encode(asn1.SET, _signer_info(content, content_type, signer, signed)),
    )
    return asn1.encode_sequence(asn1.encode_object_identifier("1.2.840.113549.1.7.2"), tlv.encode(0xA0, signed_data))


def _signer_info(content: bytes, content_type: str, signer: Holder, signed: datetime | None) -> bytes:
    def attribute(arc: int, value: bytes) -> bytes:
        oid = asn1.encode_object_identifier(f"1.2.840.113549.1.9.{arc}")
        return asn1.encode_sequence(oid, tlv.encode(asn1.SET, value))

    parts = [
        attribute(3, asn1.encode_object_identifier(content_type)),
        attribute(4, tlv.encode(asn1.OCTET_STRING, hashlib.sha256(content).digest())),
    ]
    if signed is not None:
        parts.append(attribute(5, tlv.encode(0x17, f"{signed:%y%m%d%H%M%SZ}".encode())))
    attributes = b"".join(sorted(parts))
    return asn1.encode_sequence(
        asn1.encode_integer(3),
        tlv.encode(0x80, signer.identifier),
        asn1.encode_sequence(asn1.encode_object_identifier("2.16.840.1.101.3.4.2.1")),
        tlv.encode(0xA0, attributes),
        asn1.encode_sequence(asn1.encode_object_identifier("1.2.840.10045.4.3.2")),
        tlv.encode(asn1.OCTET_STRING, _sign(signer, tlv.encode(asn1.SET, attributes))),
    )


def _made(key: Key, subject: x509.Name, issuer: tuple[Key, x509.Name, bytes], plan: Plan) -> Holder:
    issuer_key, issuer_name, issuer_identifier = issuer
    identifier = _own(key, plan.identifier)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer_name)
    builder = builder.not_valid_before(plan.begin).not_valid_after(plan.end)
    builder = builder.public_key(key.public_key()).serial_number(next(_SERIALS))
    if plan.issuer_identifier == b"own":
        plan = replace(plan, issuer_identifier=issuer_identifier or None)
    for extension, critical in _extensions(plan, identifier):
        builder = builder.add_extension(extension, critical=critical)
    made = builder.sign(issuer_key, _digest(issuer_key))
    return Holder(key, Certificate.parse(made.public_bytes(serialization.Encoding.DER)), subject, identifier)


def _extensions(plan: Plan, identifier: bytes) -> list[tuple[x509.ExtensionType, bool]]:
    found: list[tuple[x509.ExtensionType, bool]] = []
    if plan.usage is not None:
        found.append((x509.KeyUsage(*(bit in plan.usage for bit in range(9))), True))
    if plan.authority is not None:
        found.append((x509.BasicConstraints(plan.authority, 0 if plan.authority else None), True))
    if identifier:
        found.append((x509.SubjectKeyIdentifier(identifier), False))
    if plan.issuer_identifier:
        found.append((x509.AuthorityKeyIdentifier(plan.issuer_identifier, None, None), False))
    if plan.extended:
        found.append((x509.ExtendedKeyUsage([ObjectIdentifier(plan.extended)]), True))
    if plan.urls:
        found += _addresses()
    for oid, value in plan.extensions:
        found.append((x509.UnrecognizedExtension(ObjectIdentifier(oid), bytes.fromhex(value)), plan.critical))
    return found


def _addresses() -> list[tuple[x509.ExtensionType, bool]]:
    lists = x509.UniformResourceIdentifier("http://utopia.example/csca.crl")
    issuers = x509.UniformResourceIdentifier("http://utopia.example/csca.crt")
    access = x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, issuers)
    return [
        (x509.CRLDistributionPoints([x509.DistributionPoint([lists], None, None, None)]), False),
        (x509.AuthorityInformationAccess([access]), False),
    ]


def _own(key: Key, identifier: bytes | None) -> bytes:
    return key_identifier(key) if identifier == b"own" else identifier or b""


def _digest(key: Key) -> hashes.SHA256 | None:
    return None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()


def _sign(by: Holder, message: bytes) -> bytes:
    assert isinstance(by.key, ec.EllipticCurvePrivateKey)
    return by.key.sign(message, ec.ECDSA(hashes.SHA256()))
