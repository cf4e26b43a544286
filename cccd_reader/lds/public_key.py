# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""SubjectPublicKeyInfo, as far as a summary needs it: algorithm, size and curve (RFC 5280, 4.1.2.7; RFC 5480)."""

from __future__ import annotations

from dataclasses import dataclass, field

from cccd_reader.apdu import tlv
from cccd_reader.apdu.tlv import Tlv
from cccd_reader.errors import MalformedData
from cccd_reader.lds import asn1

_WHERE = "SubjectPublicKeyInfo"
_ALGORITHMS = {
    "1.2.840.113549.1.1.1": "RSA",
    "1.2.840.113549.1.1.10": "RSA",
    "1.2.840.10045.2.1": "EC",
    "1.2.840.113549.1.3.1": "DH",
    "1.2.840.10046.2.1": "DH",
}
_CURVES = {
    "1.2.840.10045.3.1.1": ("secp192r1", 192),
    "1.3.132.0.33": ("secp224r1", 224),
    "1.2.840.10045.3.1.7": ("secp256r1", 256),
    "1.3.132.0.34": ("secp384r1", 384),
    "1.3.132.0.35": ("secp521r1", 521),
    **{
        f"1.3.36.3.3.2.8.1.1.{arc}": (f"brainpoolP{bits}r1", bits)
        for arc, bits in ((3, 192), (5, 224), (7, 256), (9, 320), (11, 384), (13, 512))
    },
}


@dataclass(frozen=True)
class PublicKeyInfo:
    """A public key in short. `algorithm` is RSA, EC, DH or the dotted identifier of another one.

    `bits` counts those of the modulus or of the field, None where it is not known; `curve` is a name, "explicit" or
    empty. `raw` is the whole structure.
    """

    algorithm: str
    bits: int | None
    curve: str = ""
    raw: bytes = field(default=b"", repr=False)

    @classmethod
    def parse(cls, raw: bytes) -> PublicKeyInfo:
        """Parse one SubjectPublicKeyInfo; raises `MalformedData`."""
        algorithm, key = _elements(tlv.expect(raw, asn1.SEQUENCE, _WHERE), 2)
        if key.tag != asn1.BIT_STRING or key.value[:1] != b"\x00":
            raise MalformedData("the key is no bit string of whole bytes", _WHERE)
        identifier, *parameters = tlv.decode(_sequence(algorithm), _WHERE) or [algorithm]
        oid = asn1.object_identifier(identifier, _WHERE)
        name = _ALGORITHMS.get(oid, oid)
        if name == "RSA":
            return cls(name, _first_integer_bits(tlv.expect(key.value[1:], asn1.SEQUENCE, _WHERE)), raw=bytes(raw))
        if name == "EC" and parameters:
            curve, bits = _curve(parameters[0])
            return cls(name, bits, curve, raw=bytes(raw))
        if name == "DH" and parameters:
            return cls(name, _first_integer_bits(_sequence(parameters[0])), raw=bytes(raw))
        return cls(name, None, raw=bytes(raw))


def _curve(parameters: Tlv) -> tuple[str, int | None]:
    if parameters.tag == asn1.OBJECT_IDENTIFIER:
        oid = asn1.object_identifier(parameters, _WHERE)
        return _CURVES.get(oid, (oid, None))
    if parameters.tag != asn1.SEQUENCE:
        return "", None  # implicit: the curve comes from elsewhere
    # ECParameters ::= SEQUENCE { version, fieldID SEQUENCE { type, prime }, curve, base, order, cofactor } (RFC 3279)
    elements = tlv.decode(parameters.value, _WHERE)
    if len(elements) < 2:
        raise MalformedData("the explicit parameters are cut off", _WHERE)
    _, prime = _elements(_sequence(elements[1]), 2)
    return "explicit", _integer_bits(prime)


def _elements(value: bytes, count: int) -> list[Tlv]:
    elements = tlv.decode(value, _WHERE)
    if len(elements) != count:
        raise MalformedData(f"a sequence of {count} elements is expected", _WHERE)
    return elements


def _sequence(item: Tlv) -> bytes:
    if item.tag != asn1.SEQUENCE:
        raise MalformedData("a SEQUENCE is expected", _WHERE)
    return item.value


def _first_integer_bits(value: bytes) -> int:
    elements = tlv.decode(value, _WHERE)
    if not elements:
        raise MalformedData("an integer is missing", _WHERE)
    return _integer_bits(elements[0])


def _integer_bits(item: Tlv) -> int:
    if item.tag != asn1.INTEGER or not item.value:
        raise MalformedData("an integer is expected", _WHERE)
    return int.from_bytes(item.value, "big").bit_length()
