# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""DH keys in the form of PKCS#3, which Chip Authentication asks for (ICAO 9303-11, 9.6; 8.5, note 2 on X9.42).

    DHParameter ::= SEQUENCE { prime INTEGER, base INTEGER, privateValueLength INTEGER OPTIONAL }

The order of the subgroup is not told. Where prime and base are those of a standardized group, that group is taken;
else any number but the trivial ones passes as a key. That harms nobody: the terminal's key serves once, and what the
agreement proves rests on the signature over the chip's key, parameters and all.
"""

from __future__ import annotations

from cccd_reader.apdu import tlv
from cccd_reader.crypto.dh import STANDARD_GROUPS, DhGroup
from cccd_reader.errors import MalformedData, Unsupported
from cccd_reader.lds import asn1

DH_KEY_AGREEMENT = "1.2.840.113549.1.3.1"
MIN_BITS, MAX_BITS = 1024, 4096
_WHERE = "DH public key"


def is_pkcs3(der: bytes) -> bool:
    """True where a SubjectPublicKeyInfo names PKCS#3. Raises `MalformedData` where it is none."""
    algorithm = asn1.sequence(der, _WHERE)[:1]
    identifier = asn1.sequence(bytes(algorithm[0]), _WHERE)[:1] if algorithm else []
    return bool(identifier) and asn1.object_identifier(identifier[0], _WHERE) == DH_KEY_AGREEMENT


def parse_public_key(der: bytes) -> tuple[DhGroup, int]:
    """Return group and public key of a SubjectPublicKeyInfo; raises `MalformedData`, `Unsupported` for other sizes."""
    items = asn1.sequence(der, _WHERE)
    if len(items) != 2 or items[1].tag != asn1.BIT_STRING or items[1].value[:1] != b"\x00":
        raise MalformedData("an algorithm and a bit string are expected", _WHERE)
    algorithm = asn1.sequence(bytes(items[0]), _WHERE)
    if len(algorithm) != 2 or asn1.object_identifier(algorithm[0], _WHERE) != DH_KEY_AGREEMENT:
        raise MalformedData("the algorithm of PKCS#3 and its parameters are expected", _WHERE)
    parameters = asn1.sequence(bytes(algorithm[1]), _WHERE)
    if not 2 <= len(parameters) <= 3:
        raise MalformedData("a prime, a base and at most a length are expected", _WHERE)
    group = _group(_number(parameters[0]), _number(parameters[1]))
    item, rest = tlv.decode_first(items[1].value[1:], _WHERE)
    if rest:
        raise MalformedData("bytes follow the key", _WHERE)
    return group, group.decode(group.encode(_number(item)))


def _group(prime: int, base: int) -> DhGroup:
    for known in STANDARD_GROUPS.values():
        if (known.field, known.g) == (prime, base):
            return known
    if not MIN_BITS <= prime.bit_length() <= MAX_BITS:
        raise Unsupported(f"DH over {prime.bit_length()} bits")
    if not prime & 1 or not 2 <= base <= prime - 2:
        raise MalformedData("no prime and base", _WHERE)
    # Every number but zero has the order p - 1 or a part of it.
    return DhGroup(f"MODP {prime.bit_length()} (PKCS#3)", prime, base, prime - 1)


def _number(item: tlv.Tlv) -> int:
    if item.tag != asn1.INTEGER or not 1 <= len(item.value) <= MAX_BITS // 8 + 1 or item.value[0] & 0x80:
        raise MalformedData("a positive INTEGER is expected", _WHERE)
    return int.from_bytes(item.value, "big")
