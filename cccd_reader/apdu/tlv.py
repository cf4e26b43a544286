# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""BER-TLV data objects (ISO/IEC 7816-4, 5.2.2; ISO/IEC 8825-1): encode, decode, and read a header alone.

Definite lengths only, tags of one to three bytes. The outer loop refuses trailing bytes; callers that expect padding
use `decode_first`. Malformed bytes raise `MalformedData` and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from cccd_reader.errors import MalformedData

MAX_DEPTH = 16


@dataclass(frozen=True)
class Header:
    """Tag, length of the value, and length of the header itself, the last two in bytes."""

    tag: int
    length: int
    size: int


class Tlv(NamedTuple):
    """One data object: `tag` as it stands in the bytes (0x7F49 for two-byte tags), and its value."""

    tag: int
    value: bytes

    @property
    def constructed(self) -> bool:
        """True where bit 6 of the first tag byte says that the value holds data objects."""
        return bool(_tag_bytes(self.tag)[0] & 0x20)

    @property
    def children(self) -> list[Tlv]:
        """The data objects within. Raises `MalformedData` where the value is none or has trailing bytes."""
        return decode(self.value)

    def find(self, tag: int) -> bytes | None:
        """Return the value of the first child with this tag, or None."""
        return find(self.children, tag)

    def __bytes__(self) -> bytes:
        return encode(self.tag, self.value)

    def __repr__(self) -> str:
        return f"Tlv(tag=0x{self.tag:X}, {len(self.value)} bytes)"


def _tag_bytes(tag: int) -> bytes:
    if tag < 0x100:
        return bytes((tag,))
    return tag.to_bytes((tag.bit_length() + 7) // 8, "big")


def encode_length(length: int) -> bytes:
    """Return the shortest length field: one byte below 128, else 81, 82, 83 or 84 and the number."""
    if length < 0x80:
        return bytes([length])
    body = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(body)]) + body


def encode(tag: int, value: bytes) -> bytes:
    """Return one data object in DER form."""
    return _tag_bytes(tag) + encode_length(len(value)) + value


def read_header(data: bytes, where: str = "TLV", start: int = 0) -> Header:
    """Read tag and length at `start`; `data` may end before the value does."""
    return Header(*_header_at(data, where, start))


def _header_at(data: bytes, where: str, start: int) -> tuple[int, int, int]:
    """Return tag, length and size of the header as `Header` has them: a reading makes thousands."""
    available = len(data)
    if start >= available:
        raise MalformedData("no data object", where)
    position = start + 1
    tag = data[start]
    if tag & 0x1F == 0x1F:
        while position < available and data[position] & 0x80:
            position += 1
        position += 1
        if position - start > 3:
            raise MalformedData("a tag of more than three bytes", where)
        tag = int.from_bytes(data[start:position], "big")
    if position >= available:
        raise MalformedData("it ends inside the tag or before the length", where)
    first = data[position]
    position += 1
    if first < 0x80:
        return tag, first, position - start
    count = first & 0x7F
    if not 1 <= count <= 4:
        raise MalformedData("an indefinite or overlong length", where)
    if position + count > available:
        raise MalformedData("it ends inside the length", where)
    length = int.from_bytes(data[position : position + count], "big")
    return tag, length, position + count - start


def decode_first(data: bytes, where: str = "TLV") -> tuple[Tlv, bytes]:
    """Return the first data object and the bytes after it."""
    item, end = decode_at(data, 0, where)
    return item, data[end:]


def decode(data: bytes, where: str = "TLV") -> list[Tlv]:
    """Return all data objects of `data`; refuses trailing bytes that are none."""
    objects: list[Tlv] = []
    position, end, new = 0, len(data), tuple.__new__  # which takes half as long as calling `Tlv`
    while position < end:
        tag, start = data[position], position + 2
        if tag & 0x1F != 0x1F and start <= end and data[position + 1] < 0x80:  # nearly all are short
            position = start + data[position + 1]
        else:
            tag, length, size = _header_at(data, where, position)
            start, position = position + size, position + size + length
        if position > end:
            raise MalformedData("the length goes past the end", where)
        objects.append(new(Tlv, (tag, data[start:position])))
    return objects


def find(objects: list[Tlv], tag: int) -> bytes | None:
    """Return the value of the first data object with this tag, or None."""
    return next((item.value for item in objects if item.tag == tag), None)


def expect(data: bytes, tag: int, where: str = "TLV") -> bytes:
    """Return the value of the one data object that `data` must be, with this tag and nothing after it."""
    item, end = decode_at(data, 0, where)
    if item.tag != tag or end != len(data):
        raise MalformedData(f"one data object {tag:X} is expected", where)
    return item.value


def decode_at(data: bytes, start: int, where: str = "TLV") -> tuple[Tlv, int]:
    """Return the data object at `start`, and where the next one would begin."""
    tag, length, size = _header_at(data, where, start)
    end = start + size + length
    if end > len(data):
        raise MalformedData("the length goes past the end", where)
    return Tlv(tag, data[start + size : end]), end
