# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Write CMS signed data (RFC 5652, 5) in every form in which documents carry it, and in some that none should."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto

from cccd_reader.apdu import tlv
from cccd_simulators import der
from cccd_simulators.certificates import Credential
from cccd_simulators.names import NameForm

SIGNED_AT = datetime(2022, 4, 19, 3, 0, tzinfo=UTC)
"""When the demonstration card was signed: as on real ones, weeks after the date of issue in DG13."""
DATA = "1.2.840.113549.1.7.1"

_SIGNED_DATA = der.oid("1.2.840.113549.1.7.2")
_CONTENT_TYPE, _MESSAGE_DIGEST, _SIGNING_TIME = (f"1.2.840.113549.1.9.{number}" for number in (3, 4, 5))


class SignerId(Enum):
    """How a SignerInfo points at its certificate (RFC 5652, 5.3)."""

    ISSUER_AND_SERIAL = auto()
    KEY_IDENTIFIER = auto()


class Attributes(Enum):
    """Which signed attributes a SignerInfo has, and how they are signed (RFC 5652, 5.3, 5.4 and 11)."""

    NONE = auto()
    """The signature is over the content itself."""
    REQUIRED = auto()
    """Content type and message digest."""
    SIGNING_TIME = auto()
    """The signing time too."""
    UNSORTED = auto()
    """Not in the order of DER, and signed as they stand."""
    RESORTED = auto()
    """Not in the order of DER, but signed in that order, which is what the standard means."""
    WRONG_DIGEST = auto()
    """Well signed, with the digest of another content."""
    WRONG_CONTENT_TYPE = auto()
    """Well signed, with another content type."""
    NO_DIGEST = auto()
    """Well signed, without the digest of anything."""


class Encoding(Enum):
    """How the containers are encoded."""

    DER = auto()
    INDEFINITE = auto()
    """BER: indefinite lengths down to the SignerInfos, and the content in pieces."""
    INDEFINITE_ATTRIBUTES = auto()
    """The SignerInfos and their signed attributes too, which are signed in DER nevertheless (RFC 5652, 5.4)."""


@dataclass(frozen=True)
class Form:
    """How signed data is written."""

    signer_id: SignerId = SignerId.ISSUER_AND_SERIAL
    attributes: Attributes = Attributes.SIGNING_TIME
    encoding: Encoding = Encoding.DER
    issuer_form: NameForm | None = None
    """The issuer's name in the signer id; None: as in the certificate."""
    signed_at: datetime = SIGNED_AT
    certificates: tuple[bytes, ...] | None = None
    """What comes along, in this order; None: each signer's own and those above it, in the order of DER."""


@dataclass(frozen=True, repr=False)
class Signer(Credential):
    """Who signs data: a certificate with its key, and the certificates above it that come along."""

    above: tuple[bytes, ...] = ()

    def sign_content(self, content_type: str, content: bytes, form: Form | None = None) -> bytes:
        """Return a ContentInfo with the signed content; `content_type` is a dotted object identifier."""
        return signed_data(content_type, content, [self], form)


def signed_data(content_type: str, content: bytes, signers: Sequence[Signer], form: Form | None = None) -> bytes:
    """Return a ContentInfo of SignedData around `content`, signed by each of `signers` (RFC 5652, 3 and 5.1)."""
    form = form or Form()
    writer = _Writer(form)
    given: Sequence[bytes] | None = form.certificates
    if given is None:
        given = sorted({each for signer in signers for each in (signer.certificate, *signer.above)})
    simple = content_type == DATA and form.signer_id is SignerId.ISSUER_AND_SERIAL
    digests = {signer.key.algorithm.digest_identifier for signer in signers}
    body = writer.wrap(
        0x30,
        der.integer(1 if simple else 3),
        writer.wrap(0x31, *sorted(digests)),
        writer.wrap(0x30, der.oid(content_type), writer.wrap(0xA0, writer.octet_string(content))),
        writer.wrap(0xA0, *given) if given else b"",
        writer.wrap(0x31, *sorted(writer.signer_info(signer, content_type, content) for signer in signers)),
    )
    return writer.wrap(0x30, _SIGNED_DATA, writer.wrap(0xA0, body))


@dataclass(frozen=True)
class _Writer:
    form: Form

    def wrap(self, tag: int, *parts: bytes) -> bytes:
        if self.form.encoding is Encoding.DER:
            return tlv.encode(tag, b"".join(parts))
        return der.indefinite(tag, *parts)

    def wrap_inside(self, tag: int, *parts: bytes) -> bytes:
        if self.form.encoding is Encoding.INDEFINITE_ATTRIBUTES:
            return der.indefinite(tag, *parts)
        return tlv.encode(tag, b"".join(parts))

    def octet_string(self, content: bytes) -> bytes:
        return der.octet_string(content) if self.form.encoding is Encoding.DER else der.octet_string_in_pieces(content)

    def signer_info(self, signer: Signer, content_type: str, content: bytes) -> bytes:
        """Return a SignerInfo, version 1 or 3 as its signer id asks (RFC 5652, 5.3)."""
        algorithm = signer.key.algorithm
        stored, signed = b"", content
        if self.form.attributes is not Attributes.NONE:
            attributes = self._attributes(content_type, algorithm.digest.of(content))
            # Signed as the SET OF that they are, but stored under an implicit tag (RFC 5652, 5.4).
            stored, signed = self.wrap_inside(0xA0, *attributes), self._set_to_sign(attributes)
        version, identifier = 1, signer.issuer_and_serial(self.form.issuer_form)
        if self.form.signer_id is SignerId.KEY_IDENTIFIER:
            version, identifier = 3, der.tagged_primitive(0, signer.key_identifier)
        signature = der.octet_string(signer.key.sign(signed))
        fields = (algorithm.digest_identifier, stored, algorithm.signer_info_identifier, signature)
        return self.wrap_inside(0x30, der.integer(version), identifier, *fields)

    def _attributes(self, content_type: str, digest: bytes) -> list[bytes]:
        """Return the attributes in the order in which they are stored."""
        chosen = self.form.attributes
        if chosen is Attributes.WRONG_CONTENT_TYPE:
            content_type = DATA
        if chosen is Attributes.WRONG_DIGEST:
            digest = digest[::-1]
        attributes = [_attribute(_CONTENT_TYPE, der.oid(content_type))]
        if chosen is not Attributes.REQUIRED:
            attributes.append(_attribute(_SIGNING_TIME, der.time(self.form.signed_at)))
        if chosen is not Attributes.NO_DIGEST:
            attributes.append(_attribute(_MESSAGE_DIGEST, der.octet_string(digest)))
        return sorted(attributes, reverse=chosen in (Attributes.UNSORTED, Attributes.RESORTED))

    def _set_to_sign(self, attributes: list[bytes]) -> bytes:
        return der.set_in_order(*attributes) if self.form.attributes is Attributes.UNSORTED else der.set_of(*attributes)


def _attribute(kind: str, value: bytes) -> bytes:
    return der.sequence(der.oid(kind), der.set_of(value))
