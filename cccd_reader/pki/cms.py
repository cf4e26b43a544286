# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""CMS signed data, DER or BER, and its signatures (RFC 5652, 5).

    signed = SignedData.parse(der)
    for signer in signed.signers:
        for certificate in signed.signer_certificates(signer):
            signer.verify(signed.content, certificate)  # whether the certificate is trusted is another question

Content types are kept as they stand: documents in use carry others than the standard's (ICAO 9303-10, 4.6.2).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from cccd_reader.apdu import tlv
from cccd_reader.crypto.digests import digest_of
from cccd_reader.crypto.signatures import BadSignature, PublicKey, SignatureAlgorithm, SignedPart, verify_signature
from cccd_reader.errors import MalformedData
from cccd_reader.lds import asn1
from cccd_reader.pki import algorithms, ber
from cccd_reader.pki.ber import Element
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.names import Name

MAX_BYTES = 1 << 24
MAX_CERTIFICATES = 64
MAX_SIGNERS = 16
MAX_NAMED = 4  # of the certificates that a signer names: each costs a check of a signature

_SIGNED_DATA = "1.2.840.113549.1.7.2"
_CONTENT_TYPE, _MESSAGE_DIGEST, _SIGNING_TIME = (f"1.2.840.113549.1.9.{arc}" for arc in (3, 4, 5))
_FIRST, _SECOND, _KEY_IDENTIFIER = 0xA0, 0xA1, 0x80
_OPTIONS: tuple[list[int], ...] = ([], [_FIRST], [_SECOND], [_FIRST, _SECOND])
"""Certificates and revocation lists, either of which may be missing."""


@dataclass(frozen=True)
class SignedAttributes:
    """What is signed in place of the content (RFC 5652, 5.3 and 11). `raw` is their SET, as the signer hashed it."""

    content_type: str
    message_digest: bytes = field(repr=False)
    signing_time: datetime | None
    raw: bytes = field(repr=False)


@dataclass(frozen=True)
class SignerInfo:
    """One signature. Its certificate is named by `issuer` and `serial`, or by `key_identifier`."""

    issuer: Name | None
    serial: int | None
    key_identifier: bytes | None
    encapsulated_type: str
    """The type of the content that it belongs to."""
    attributes: SignedAttributes | None
    digest_identifier: bytes = field(repr=False)
    signature_identifier: bytes = field(repr=False)
    """AlgorithmIdentifiers in DER."""
    signature: bytes = field(repr=False)

    @property
    def signing_time(self) -> datetime | None:
        """When the signer says that it signed, in UTC."""
        return self.attributes.signing_time if self.attributes else None

    @property
    def digest(self) -> str:
        """The hash function's name in hashlib; raises `Unsupported`."""
        return algorithms.parse_digest(self.digest_identifier)

    @property
    def signature_algorithm(self) -> SignatureAlgorithm:
        """How it was signed; raises `Unsupported` and `MalformedData`."""
        return algorithms.parse_signature_algorithm(self.signature_identifier, self.digest)

    def identifies(self, certificate: Certificate) -> bool:
        """Return True where the signer names this certificate, names compared as people do."""
        if self.key_identifier is not None:
            return certificate.subject_key_identifier == self.key_identifier
        return self.issuer is not None and certificate.serial == self.serial and certificate.issuer.matches(self.issuer)

    def verify(self, content: bytes, certificate: Certificate) -> None:
        """Return if this is the signature of the certificate's key over `content` (RFC 5652, 5.4 and 5.6).

        Raises `BadSignature`, whose `part` says what disagreed, `Unsupported` for a key or an algorithm that cannot
        be judged, `MalformedData` for a key that is none.
        """
        self.check_digest(content)
        self.check_signature(content, certificate)

    def check_digest(self, content: bytes) -> None:
        """Return if the signed attributes, where there are any, are of this content: its type and its hash."""
        if self.attributes is None:
            return
        if self.attributes.content_type != self.encapsulated_type:
            raise BadSignature("the signed content type is another than that of the content", SignedPart.CONTENT_TYPE)
        if self.attributes.message_digest != digest_of(self.digest, content):
            raise BadSignature("the signed hash is not that of the content", SignedPart.MESSAGE_DIGEST)

    def check_signature(self, content: bytes, certificate: Certificate) -> None:
        """Return if the certificate's key signed the attributes, or the content itself where there are none."""
        key, algorithm = certificate.public_key, self.signature_algorithm
        if self.attributes is not None:
            self._verify_attributes(self.attributes.raw, key, algorithm)
            return
        if content[:1] == bytes([asn1.SET]):
            # it could be the signed attributes of another message, whose signature would then fit this one
            raise BadSignature("a SET that is signed without attributes", SignedPart.CONTENT_TYPE)
        verify_signature(key, algorithm, content, self.signature)

    def _verify_attributes(self, attributes: bytes, key: PublicKey, algorithm: SignatureAlgorithm) -> None:
        """Try them as they stand, and where that fails as the DER that RFC 5652, 5.4 has the signer hash."""
        try:
            verify_signature(key, algorithm, attributes, self.signature)
        except BadSignature:
            sorted_attributes = ber.to_der(ber.only(attributes, asn1.SET, "signed attributes"), "signed attributes")
            if sorted_attributes == attributes:
                raise
            verify_signature(key, algorithm, sorted_attributes, self.signature)


@dataclass(frozen=True)
class SignedData:
    """Signed data, parsed and not verified. `crls` are CertificateLists as they stand.

    `malformed` says of each certificate that could not be parsed why: the signer's need not be among them.
    """

    content_type: str
    content: bytes = field(repr=False)
    certificates: tuple[Certificate, ...]
    signers: tuple[SignerInfo, ...]
    crls: tuple[bytes, ...] = field(repr=False)
    malformed: tuple[str, ...] = ()

    @classmethod
    def parse(cls, raw: bytes, where: str = "signed data") -> SignedData:
        """Parse one ContentInfo; raises `MalformedData`, named after `where`."""
        if len(raw) > MAX_BYTES:
            raise MalformedData("larger than any signed file or list", where)
        info = ber.children(ber.only(raw, asn1.SEQUENCE, where), asn1.SEQUENCE, where)
        if len(info) != 2 or info[1].tag != _FIRST or ber.object_identifier(info[0], where) != _SIGNED_DATA:
            raise MalformedData("it is no signed data", where)
        parts = ber.elements(ber.only(info[1].value, asn1.SEQUENCE, where).value, where)
        if not 4 <= len(parts) <= 6 or [part.tag for part in parts[3:-1]] not in _OPTIONS:
            raise MalformedData("the elements of signed data are expected", where)
        content_type, content = _encapsulated(parts[2], where)
        optional = {part.tag: _sequences(part, where) for part in parts[3:-1]}
        signers = ber.children(parts[-1], asn1.SET, where)
        if len(signers) > MAX_SIGNERS:
            raise MalformedData(f"more than {MAX_SIGNERS} signers", where)
        certificates, malformed = _certificates(optional.get(_FIRST, []))
        return cls(
            content_type,
            content,
            certificates,
            tuple(_signer(each, content_type, where) for each in signers),
            tuple(optional.get(_SECOND, [])),
            malformed,
        )

    def signer_certificates(self, signer: SignerInfo) -> tuple[Certificate, ...]:
        """Return the certificates that the signer names; where it names none of them, the only one that came along.

        Issuers rename themselves between the two places; the signature decides whose it is.
        """
        named = tuple(each for each in self.certificates if signer.identifies(each))[:MAX_NAMED]
        return named or (self.certificates if len(self.certificates) == 1 and not self.malformed else ())


def _encapsulated(element: Element, where: str) -> tuple[str, bytes]:
    parts = ber.children(element, asn1.SEQUENCE, where)
    if len(parts) != 2 or parts[1].tag != _FIRST:
        raise MalformedData("the signed data holds no content", where)
    content = ber.elements(parts[1].value, where)
    if len(content) != 1:
        raise MalformedData("one content is expected", where)
    return ber.object_identifier(parts[0], where), ber.octets(content[0], where)


def _sequences(element: Element, where: str) -> list[bytes]:
    """Return the certificates or revocation lists of a choice of forms; the others have tags of their own."""
    found = [each.raw for each in ber.elements(element.value, where) if each.tag == asn1.SEQUENCE]
    if len(found) > MAX_CERTIFICATES:
        raise MalformedData(f"more than {MAX_CERTIFICATES} certificates or revocation lists", where)
    return found


def _certificates(encoded: list[bytes]) -> tuple[tuple[Certificate, ...], tuple[str, ...]]:
    found, malformed = [], []
    for each in encoded:
        try:
            found.append(Certificate.recall(each))
        except MalformedData as error:
            malformed.append(str(error))
    return tuple(found), tuple(malformed)


def _signer(element: Element, encapsulated_type: str, where: str) -> SignerInfo:
    """SignerInfo ::= SEQUENCE { version, sid, digestAlgorithm, [0] signedAttrs OPTIONAL, signatureAlgorithm, ... }."""
    parts = ber.children(element, asn1.SEQUENCE, where)
    attributes = parts.pop(3) if len(parts) > 5 and parts[3].tag == _FIRST else None
    if not 5 <= len(parts) <= 6:
        raise MalformedData("the elements of a signer are expected", where)
    _, identifier, digest, algorithm, signature = parts[:5]
    issuer, serial, key_identifier = _identity(identifier, where)
    return SignerInfo(
        issuer,
        serial,
        key_identifier,
        encapsulated_type,
        None if attributes is None else _attributes(attributes, where),
        digest.raw,
        algorithm.raw,
        ber.octets(signature, where),
    )


def _identity(identifier: Element, where: str) -> tuple[Name | None, int | None, bytes | None]:
    if identifier.tag == _KEY_IDENTIFIER:
        return None, None, identifier.value
    parts = ber.children(identifier, asn1.SEQUENCE, where)
    if len(parts) != 2:
        raise MalformedData("a signer is an issuer and a serial number", where)
    return Name.parse(parts[0].raw), ber.integer(parts[1], where), None


def _attributes(element: Element, where: str) -> SignedAttributes:
    found: dict[str, list[Element]] = {}
    for attribute in ber.elements(element.value, where):
        parts = ber.children(attribute, asn1.SEQUENCE, where)
        oid = ber.object_identifier(parts[0], where) if len(parts) == 2 else ""
        if not oid or oid in found:
            raise MalformedData("a signed attribute stands once and has a type and values", where)
        found[oid] = ber.children(parts[1], asn1.SET, where)
    if [len(found.get(oid, [])) for oid in (_CONTENT_TYPE, _MESSAGE_DIGEST)] != [1, 1]:
        raise MalformedData("the signed attributes lack the content type or the hash", where)
    times = found.get(_SIGNING_TIME, [])
    return SignedAttributes(
        ber.object_identifier(found[_CONTENT_TYPE][0], where),
        ber.octets(found[_MESSAGE_DIGEST][0], where),
        ber.time(times[0], where) if times else None,
        tlv.encode(asn1.SET, element.value),  # signed under the tag of a SET, not under its own (RFC 5652, 5.4)
    )
