# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The few ASN.1 types that the small structures of the chip need, over `apdu.tlv` (ISO/IEC 8825-1).

Signed data and certificates are left to asn1crypto, which is slow to import; SecurityInfos are read here.
"""

from __future__ import annotations

from functools import lru_cache

from cccd_reader.apdu import tlv
from cccd_reader.apdu.tlv import Tlv
from cccd_reader.errors import MalformedData

INTEGER, BIT_STRING, OCTET_STRING, NULL, OBJECT_IDENTIFIER, UTF8_STRING = 0x02, 0x03, 0x04, 0x05, 0x06, 0x0C
SEQUENCE, SET = 0x30, 0x31

MAX_OID_BYTES = 64
MAX_INTEGER_BYTES = 16


def sequence(data: bytes, where: str = "SEQUENCE") -> list[Tlv]:
    """Return the elements of the one SEQUENCE that `data` must be."""
    return tlv.decode(tlv.expect(data, SEQUENCE, where), where)


def object_identifier(item: Tlv, where: str = "OBJECT IDENTIFIER") -> str:
    """Return an OBJECT IDENTIFIER in dotted form (ISO/IEC 8825-1, 8.19)."""
    if item.tag != OBJECT_IDENTIFIER:
        raise MalformedData("an object identifier is expected", where)
    return dotted(item.value, where)


@lru_cache(maxsize=1024)
def dotted(body: bytes, where: str) -> str:
    """Return the content of an OBJECT IDENTIFIER in dotted form."""
    if not 1 <= len(body) <= MAX_OID_BYTES or body[-1] & 0x80:
        raise MalformedData("an object identifier is expected", where)
    arcs: list[int] = []
    value = 0
    for octet in body:
        if value == 0 and octet == 0x80:
            raise MalformedData("an arc of an object identifier has leading zeros", where)
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(str(arc) for arc in (first, arcs[0] - 40 * first, *arcs[1:]))


def integer(item: Tlv, where: str = "INTEGER") -> int:
    """Return an INTEGER that must not be negative and has at most 16 bytes: versions and identifiers."""
    if item.tag != INTEGER or not 1 <= len(item.value) <= MAX_INTEGER_BYTES or item.value[0] & 0x80:
        raise MalformedData("a non-negative integer is expected", where)
    return int.from_bytes(item.value, "big")


def encode_object_identifier(oid: str) -> bytes:
    """Return the data object of a dotted object identifier, a constant of the program: errors are `ValueError`."""
    first, second, *others = (int(arc) for arc in oid.split("."))
    return tlv.encode(OBJECT_IDENTIFIER, b"".join(_arc(value) for value in (40 * first + second, *others)))


def encode_integer(value: int) -> bytes:
    """Return the data object of a non-negative integer."""
    return tlv.encode(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def encode_sequence(*elements: bytes) -> bytes:
    """Return a SEQUENCE of elements that are encoded already."""
    return tlv.encode(SEQUENCE, b"".join(elements))


def _arc(value: int) -> bytes:
    octets = [value & 0x7F]
    while value := value >> 7:
        octets.append(value & 0x7F | 0x80)
    return bytes(reversed(octets))
