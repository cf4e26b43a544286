# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Read BER and DER without losing a byte (ITU-T X.690): offsets, indefinite lengths, strings in pieces, times.

Signatures cover bytes as they stand, so an `Element` keeps its whole encoding beside its content. Everything raises
`MalformedData`, named after `where`, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

from cccd_reader.apdu import tlv
from cccd_reader.errors import MalformedData
from cccd_reader.lds import asn1

BOOLEAN, UTC_TIME, GENERALIZED_TIME = 0x01, 0x17, 0x18
CONSTRUCTED_OCTET_STRING = 0x24
MAX_DEPTH = 24
_INDEFINITE = -1
MAX_ELEMENTS = 1 << 18  # in one list: the serial numbers of a large revocation list
MAX_INTEGER_BYTES = 8192 // 8 + 1

_DIGITS = rb"(\d\d)(\d\d)(\d\d)(\d\d)"
_UTC_TIME = re.compile(rb"(\d\d)" + _DIGITS + rb"(\d\d)?(Z|[+-]\d{4})")
_GENERALIZED_TIME = re.compile(rb"(\d{4})(\d\d)(\d\d)(\d\d)(?:(\d\d)(?:(\d\d)(?:[.,]\d{1,9})?)?)?(Z|[+-]\d{4})?")


class Element(NamedTuple):
    """One data object: its tag (all tag bytes as one number), its content, and its whole encoding.

    The content of an indefinite length ends before the end-of-contents octets, `raw` after them. Indefinite lengths
    within such a content have become definite ones, so that however deep they lie, they are searched for an end once.
    """

    tag: int
    value: bytes
    raw: bytes


def elements(data: bytes, where: str) -> list[Element]:
    """Return all data objects of `data`, which must end where the last one does."""
    found: list[Element] = []
    position, end, new = 0, len(data), tuple.__new__  # which takes half as long as calling `Element`
    while position < end:
        tag, start = data[position], position + 2
        if tag & 0x1F != 0x1F and start <= end and data[position + 1] < 0x80:  # nearly all are short
            stop = start + data[position + 1]
        else:
            tag, start, stop = _bounds(data, position, where)
        if not tag or stop > end:
            raise MalformedData("an end without a beginning, or a length that goes past the end", where)
        if len(found) == MAX_ELEMENTS:
            raise MalformedData(f"more than {MAX_ELEMENTS} elements", where)
        if stop == _INDEFINITE:
            content, stop = _until_end(data, start, where, iter(range(MAX_ELEMENTS)))
        else:
            content = data[start:stop]
        found.append(new(Element, (tag, content, data[position:stop])))
        position = stop
    return found


def only(data: bytes, tag: int, where: str) -> Element:
    """Return the one data object that `data` must be."""
    found = elements(data, where)
    if len(found) != 1 or found[0].tag != tag:
        raise MalformedData(f"one data object {tag:X} is expected", where)
    return found[0]


def children(element: Element, tag: int, where: str) -> list[Element]:
    """Return what stands in an element that must have this tag."""
    if element.tag != tag:
        raise MalformedData(f"a data object {tag:X} is expected", where)
    return elements(element.value, where)


def octets(element: Element, where: str) -> bytes:
    """Return the content of an OCTET STRING, whole or in pieces (X.690, 8.7)."""
    return element.value if element.tag == asn1.OCTET_STRING else b"".join(_pieces(element, where, 0))


def integer(element: Element, where: str) -> int:
    """Return an INTEGER of either sign and at most 8192 bits."""
    if element.tag != asn1.INTEGER or not 1 <= len(element.value) <= MAX_INTEGER_BYTES:
        raise MalformedData("an INTEGER is expected", where)
    return int.from_bytes(element.value, "big", signed=True)


def boolean(element: Element, where: str) -> bool:
    """Return a BOOLEAN; any octet but zero is true (X.690, 8.2.2)."""
    if element.tag != BOOLEAN or len(element.value) != 1:
        raise MalformedData("a BOOLEAN is expected", where)
    return element.value != b"\x00"


def object_identifier(element: Element, where: str) -> str:
    """Return an OBJECT IDENTIFIER in dotted form."""
    if element.tag != asn1.OBJECT_IDENTIFIER:
        raise MalformedData("an object identifier is expected", where)
    return asn1.dotted(element.value, where)


def bit_string(element: Element, where: str) -> bytes:
    """Return the octets of a BIT STRING that has no unused bits."""
    if element.tag != asn1.BIT_STRING or element.value[:1] != b"\x00":
        raise MalformedData("a bit string of whole bytes is expected", where)
    return element.value[1:]


def time(element: Element, where: str) -> datetime:
    """Return a UTCTime or GeneralizedTime in UTC; two digits of the year mean 1950 to 2049 (RFC 5280, 4.1.2.5)."""
    if element.tag == UTC_TIME:
        found = _UTC_TIME.fullmatch(element.value)
        if found is None:
            raise MalformedData("a time is expected", where)
        year = int(found[1])
        return _moment(year + (2000 if year < 50 else 1900), found.groups()[1:], where)
    if element.tag == GENERALIZED_TIME:
        return generalized_time(element.value, where)
    raise MalformedData("a time is expected", where)


def generalized_time(value: bytes, where: str) -> datetime:
    """Return the content of a GeneralizedTime in UTC, without its fraction of a second."""
    found = _GENERALIZED_TIME.fullmatch(value)
    if found is None:
        raise MalformedData("a time is expected", where)
    return _moment(int(found[1]), found.groups()[1:], where)


def to_der(element: Element, where: str) -> bytes:
    """Return the element in DER: definite lengths, strings in one piece, each SET OF in order (X.690, 10 and 11.6)."""
    return _to_der(element, where, 0)


def _bounds(data: bytes, position: int, where: str) -> tuple[int, int, int]:
    """Return the tag of the element at `position`, where its content starts, and where it ends or `_INDEFINITE`."""
    try:
        tag = data[position]
        position += 1
        if tag & 0x1F == 0x1F:
            tag, position = _long_tag(data, position, where)
        length = data[position]
    except IndexError as error:
        raise MalformedData("it ends inside a tag or before a length", where) from error
    position += 1
    if length == 0x80:
        return tag, position, _INDEFINITE
    if length > 0x80:
        size = length & 0x7F
        if size > 4 or position + size > len(data):
            raise MalformedData("an overlong length, or it ends inside one", where)
        length = int.from_bytes(data[position : position + size], "big")
        position += size
    stop = position + length
    if stop > len(data):
        raise MalformedData("a length goes past the end", where)
    return tag, position, stop


def _long_tag(data: bytes, position: int, where: str) -> tuple[int, int]:
    start = position - 1
    while data[position] & 0x80:
        position += 1
    position += 1
    if position - start > 3:
        raise MalformedData("a tag of more than three bytes", where)
    return int.from_bytes(data[start:position], "big"), position


def _until_end(data: bytes, position: int, where: str, count: Iterator[int], depth: int = 1) -> tuple[bytes, int]:
    """Return the content from `position` to its end-of-contents octets, with definite lengths, and what follows them.

    `count` runs out after as many elements as one list may have, at whatever depth.
    """
    if depth > MAX_DEPTH:
        raise MalformedData("indefinite lengths within each other too often", where)
    parts, kept = [], position
    while data[position : position + 2] != b"\x00\x00":
        if next(count, None) is None:
            raise MalformedData(f"more than {MAX_ELEMENTS} elements", where)
        begin = position
        tag, start, position = _bounds(data, begin, where)
        if position == _INDEFINITE:
            content, position = _until_end(data, start, where, count, depth + 1)
            parts += [data[kept:begin], tlv.encode(tag, content)]
            kept = position
    return b"".join((*parts, data[kept:position])), position + 2


def _pieces(element: Element, where: str, depth: int) -> list[bytes]:
    if element.tag == asn1.OCTET_STRING:
        return [element.value]
    if element.tag != CONSTRUCTED_OCTET_STRING or depth > MAX_DEPTH:
        raise MalformedData("an octet string is expected", where)
    return [part for piece in elements(element.value, where) for part in _pieces(piece, where, depth + 1)]


def _moment(year: int, parts: tuple[bytes | None, ...], where: str) -> datetime:
    month, day, hour, minute, second = [int(part or 0) for part in parts[:5]]
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=_zone(parts[5])).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise MalformedData("a time that the calendar does not have", where) from error


def _zone(zone: bytes | None) -> timezone:
    if zone is None or zone == b"Z":  # without a zone it is local time, of a place that nobody names
        return UTC
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5]))
    return timezone(offset if zone[:1] == b"+" else -offset)


def _to_der(element: Element, where: str, depth: int) -> bytes:
    if depth > MAX_DEPTH:
        raise MalformedData("data objects within each other too often", where)
    if element.tag == CONSTRUCTED_OCTET_STRING:
        return tlv.encode(asn1.OCTET_STRING, octets(element, where))
    if not tlv.Tlv(element.tag, b"").constructed:
        return tlv.encode(element.tag, element.value)
    parts = [_to_der(each, where, depth + 1) for each in elements(element.value, where)]
    return tlv.encode(element.tag, b"".join(sorted(parts) if element.tag == asn1.SET else parts))
