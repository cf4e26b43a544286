# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Write DER (ITU-T X.690): the few types that the files, certificates and signed data of a document need.

The last two functions write BER that is not DER, for documents whose issuer did.

The reader parses with code of its own, so an error here cannot hide in a shared half.
"""

from __future__ import annotations

from datetime import datetime

from cccd_reader.apdu import tlv
from cccd_reader.errors import MalformedData


def sequence(*parts: bytes) -> bytes:
    """Return a SEQUENCE (or SEQUENCE OF) of encoded parts, in the order given."""
    return tlv.encode(0x30, b"".join(parts))


def set_of(*parts: bytes) -> bytes:
    """Return a SET OF encoded parts, sorted as X.690, 11.6 asks."""
    return tlv.encode(0x31, b"".join(sorted(parts)))


def set_in_order(*parts: bytes) -> bytes:
    """Return a SET in the order given, as chips hold their SecurityInfos; not DER where that order is another."""
    return tlv.encode(0x31, b"".join(parts))


def integer(value: int) -> bytes:
    """Return an INTEGER, negative values too."""
    return tlv.encode(0x02, integer_value(value))


def integer_value(value: int) -> bytes:
    """Return the octets of an INTEGER without its tag: the shortest two's complement form."""
    positive = value if value >= 0 else ~value
    return value.to_bytes(positive.bit_length() // 8 + 1, "big", signed=True)


def enumerated(value: int) -> bytes:
    """Return an ENUMERATED below 128."""
    return tlv.encode(0x0A, bytes([value]))


def null() -> bytes:
    """Return NULL."""
    return b"\x05\x00"


def boolean_true() -> bytes:
    """Return the BOOLEAN true; DER leaves the default false out."""
    return tlv.encode(0x01, b"\xff")


def oid(dotted: str) -> bytes:
    """Return an OBJECT IDENTIFIER of its dotted form, such as "2.23.136.1.1.1"."""
    parts = dotted.split(".")
    if len(parts) < 2 or not all(part.isascii() and part.isdigit() for part in parts):
        raise MalformedData("two or more numbers with dots between them are expected", "object identifier")
    first, second, *others = (int(part) for part in parts)
    body = b""
    for arc in (first * 40 + second, *others):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(arc & 0x7F | 0x80)
        body += bytes(reversed(groups))
    return tlv.encode(0x06, body)


def octet_string(value: bytes) -> bytes:
    """Return an OCTET STRING."""
    return tlv.encode(0x04, value)


def bit_string(value: bytes) -> bytes:
    """Return a BIT STRING of whole octets."""
    return tlv.encode(0x03, b"\x00" + value)


def named_bits(*positions: int) -> bytes:
    """Return a BIT STRING with these bits set, bit 0 the first, trailing zero bits removed (X.690, 11.2.2)."""
    size = max(positions) + 1
    unused = -size % 8
    value = sum(1 << (size - 1 - position) for position in positions) << unused
    return tlv.encode(0x03, bytes([unused]) + value.to_bytes((size + 7) // 8, "big"))


def printable_string(text: str) -> bytes:
    """Return a PrintableString."""
    return tlv.encode(0x13, text.encode("ascii"))


def teletex_string(text: str) -> bytes:
    """Return a TeletexString, in Latin-1 as everybody reads it."""
    return tlv.encode(0x14, text.encode("latin-1"))


def bmp_string(text: str) -> bytes:
    """Return a BMPString, two octets a character."""
    return tlv.encode(0x1E, text.encode("utf-16-be"))


def utf8_string(text: str) -> bytes:
    """Return a UTF8String."""
    return tlv.encode(0x0C, text.encode("utf-8"))


def generalized_time_value(moment: datetime) -> bytes:
    """Return the octets of a GeneralizedTime without its tag, whole seconds of UTC (RFC 5280, 4.1.2.5.2)."""
    return moment.strftime("%Y%m%d%H%M%SZ").encode("ascii")


def time(moment: datetime) -> bytes:
    """Return a Time: UTCTime through 2049, then GeneralizedTime (RFC 5280, 4.1.2.5). `moment` is in UTC."""
    if moment.year < 2050:
        return tlv.encode(0x17, moment.strftime("%y%m%d%H%M%SZ").encode("ascii"))
    return tlv.encode(0x18, generalized_time_value(moment))


def tagged(number: int, value: bytes) -> bytes:
    """Return a constructed object of context-specific class: an EXPLICIT tag, or an IMPLICIT one over its octets."""
    return tlv.encode(0xA0 | number, value)


def tagged_primitive(number: int, value: bytes) -> bytes:
    """Return a primitive object of context-specific class: an IMPLICIT tag over a string or a number."""
    return tlv.encode(0x80 | number, value)


def indefinite(tag: int, *parts: bytes) -> bytes:
    """Return a constructed object of indefinite length; `tag` is one byte (X.690, 8.1.3.6)."""
    return bytes([tag, 0x80]) + b"".join(parts) + b"\x00\x00"


def octet_string_in_pieces(value: bytes, size: int = 256) -> bytes:
    """Return an OCTET STRING in pieces of `size` octets, the whole of indefinite length (X.690, 8.7.3)."""
    return indefinite(0x24, *(octet_string(value[at : at + size]) for at in range(0, len(value), size)))
