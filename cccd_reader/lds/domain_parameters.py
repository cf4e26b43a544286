# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Domain parameters and public keys as chips write them in DER: by id, by name, or in full.

AlgorithmIdentifier and SubjectPublicKeyInfo of ICAO 9303-11, 9.5 and 9.2 (ECParameters of TR-03111, 5.1.1; DHX of
RFC 3279, 2.3.3). Parameters in full are mapped to the standardized group only if every number agrees; others are
proven to be a group of prime order before anything is computed in them.
"""

from __future__ import annotations

from cccd_reader.apdu import tlv
from cccd_reader.crypto.dh import STANDARD_GROUPS, DhGroup, explicit_group
from cccd_reader.crypto.ec import STANDARD_CURVES, Curve, explicit_curve
from cccd_reader.crypto.groups import AnyElement, AnyGroup
from cccd_reader.crypto.point import Point
from cccd_reader.errors import MalformedData, Unsupported
from cccd_reader.lds import asn1

STANDARDIZED = "0.4.0.127.0.7.1.2"
EC_PUBLIC_KEY = "1.2.840.10045.2.1"
PRIME_FIELD = "1.2.840.10045.1.1"
DH_PUBLIC_NUMBER = "1.2.840.10046.2.1"
_MAX_NUMBER = 8192 // 8 + 1
_WHERE = "domain parameters"

_NAMED_CURVES = {
    "1.2.840.10045.3.1.1": 8,
    "1.3.36.3.3.2.8.1.1.3": 9,
    "1.3.132.0.33": 10,
    "1.3.36.3.3.2.8.1.1.5": 11,
    "1.2.840.10045.3.1.7": 12,
    "1.3.36.3.3.2.8.1.1.7": 13,
    "1.3.36.3.3.2.8.1.1.9": 14,
    "1.3.132.0.34": 15,
    "1.3.36.3.3.2.8.1.1.11": 16,
    "1.3.36.3.3.2.8.1.1.13": 17,
    "1.3.132.0.35": 18,
}


def standardized(parameter_id: int) -> AnyGroup:
    """Return the group of a standardized domain parameter id (0 to 2, 8 to 18; ICAO 9303-11, 9.5.1)."""
    group = STANDARD_GROUPS.get(parameter_id) or STANDARD_CURVES.get(parameter_id)
    if group is None:
        raise Unsupported(f"domain parameter id {parameter_id}")
    return group


def parse_algorithm(der: bytes) -> AnyGroup:
    """Return the group of an AlgorithmIdentifier: standardized id, named or explicit curve, or explicit DH."""
    items = asn1.sequence(der, _WHERE)
    if len(items) != 2:
        raise MalformedData("an algorithm and its parameters are expected", _WHERE)
    algorithm = asn1.object_identifier(items[0], _WHERE)
    if algorithm == STANDARDIZED:
        return standardized(asn1.integer(items[1], _WHERE))
    if algorithm == EC_PUBLIC_KEY:
        if items[1].tag == 0x06:
            return _named_curve(asn1.object_identifier(items[1], _WHERE))
        return _explicit_curve(bytes(items[1]))
    if algorithm == DH_PUBLIC_NUMBER:
        return _explicit_dh(bytes(items[1]))
    raise Unsupported(f"key agreement algorithm {algorithm}")


def parse_public_key(der: bytes) -> tuple[AnyGroup, AnyElement]:
    """Return group and proven element of a SubjectPublicKeyInfo, the key of Chip Authentication."""
    where = "public key"
    items = asn1.sequence(der, where)
    if len(items) != 2 or items[1].tag != 0x03 or items[1].value[:1] != b"\x00":
        raise MalformedData("an algorithm and a bit string are expected", where)
    group = parse_algorithm(bytes(items[0]))
    content = items[1].value[1:]
    if isinstance(group, DhGroup):  # RFC 3279, 2.3.3: an INTEGER within the bit string
        content = _number(tlv.decode_first(content, where)[0]).to_bytes(_MAX_NUMBER, "big").lstrip(b"\x00")
    return group, group.decode(content)


def encode_algorithm(group: AnyGroup) -> bytes:
    """Return the AlgorithmIdentifier with every parameter in full, for issuing."""
    if isinstance(group, DhGroup):
        numbers = (group.field, group.g, group.order)
        parameters = asn1.encode_sequence(*(asn1.encode_integer(number) for number in numbers))
        return asn1.encode_sequence(asn1.encode_object_identifier(DH_PUBLIC_NUMBER), parameters)
    if not isinstance(group, Curve):
        raise Unsupported("domain parameters of this group")
    field = asn1.encode_sequence(asn1.encode_object_identifier(PRIME_FIELD), asn1.encode_integer(group.field))
    coefficients = (tlv.encode(0x04, number.to_bytes(group.size, "big")) for number in (group.a, group.b))
    parameters = asn1.encode_sequence(
        asn1.encode_integer(1),
        field,
        asn1.encode_sequence(*coefficients),
        tlv.encode(0x04, group.encode(group.generator)),
        asn1.encode_integer(group.order),
        asn1.encode_integer(1),
    )
    return asn1.encode_sequence(asn1.encode_object_identifier(EC_PUBLIC_KEY), parameters)


def _named_curve(oid: str) -> Curve:
    if oid not in _NAMED_CURVES:
        raise Unsupported(f"the elliptic curve {oid}")
    return STANDARD_CURVES[_NAMED_CURVES[oid]]


def _explicit_curve(der: bytes) -> Curve:
    items = asn1.sequence(der, _WHERE)
    if len(items) not in (5, 6):
        raise MalformedData("five or six elements are expected", "EC domain parameters")
    field, coefficients = asn1.sequence(bytes(items[1]), _WHERE), asn1.sequence(bytes(items[2]), _WHERE)
    if len(field) != 2 or asn1.object_identifier(field[0], _WHERE) != PRIME_FIELD:
        raise Unsupported("an elliptic curve that is not over a prime field")
    if len(coefficients) not in (2, 3):  # a third is the seed, which proves nothing here
        raise MalformedData("two coefficients are expected", "EC domain parameters")
    a, b = (int.from_bytes(item.value, "big") for item in coefficients[:2])
    p, order = _number(field[1]), _number(items[4])
    cofactor = _number(items[5]) if len(items) == 6 else 1
    size = (p.bit_length() + 7) // 8
    if len(items[3].value) != 1 + 2 * size or items[3].value[0] != 0x04 or not (a < p and b < p and p > 3):
        raise MalformedData("the base point or a coefficient does not fit the field", "EC domain parameters")
    x, y = (int.from_bytes(part, "big") for part in (items[3].value[1 : 1 + size], items[3].value[1 + size :]))
    return explicit_curve(Curve(f"explicit {p.bit_length()}", p, a, b, Point(x, y), order), cofactor)


def _explicit_dh(der: bytes) -> DhGroup:
    items = asn1.sequence(der, _WHERE)
    if len(items) < 3 or items[2].tag != 0x02:
        raise Unsupported("DH parameters without the order of the subgroup")
    return explicit_group(*(_number(item) for item in items[:3]))


def _number(item: tlv.Tlv) -> int:
    """Return a non-negative INTEGER of any size up to 8192 bits."""
    if item.tag != 0x02 or not 1 <= len(item.value) <= _MAX_NUMBER or item.value[0] & 0x80:
        raise MalformedData("a positive INTEGER is expected", _WHERE)
    return int.from_bytes(item.value, "big")
