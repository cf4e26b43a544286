# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Format and size of an image, from the image itself: JPEG (ISO/IEC 10918-1, B) and JPEG 2000 (ISO/IEC 15444-1, A, I).

Nothing is decoded. The size that a face record states is not trusted: on real cards it differs from the picture.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial

from cccd_reader.errors import MalformedData

_WHERE = "image"
_JPEG, _JP2, _CODESTREAM = b"\xff\xd8\xff", bytes.fromhex("0000000C6A5020200D0A870A"), bytes.fromhex("FF4FFF51")
_START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WITHOUT_LENGTH = frozenset((0x01, *range(0xD0, 0xD9)))
_START_OF_SCAN, _END_OF_IMAGE = 0xDA, 0xD9
_MAX_STEPS = 4096


class ImageFormat(StrEnum):
    """The formats that a face may have (ICAO 9303-10, 4.7.2)."""

    JPEG = "jpeg"
    JPEG_2000 = "jpeg2000"


@dataclass(frozen=True)
class Image:
    """One coded image; width and height in pixels. `data` runs from its first byte to the end of its record."""

    format: ImageFormat
    width: int
    height: int
    data: bytes = field(repr=False)

    @classmethod
    def parse(cls, data: bytes, where: str = _WHERE) -> Image:
        """Read the size from the headers of the image that `data` starts with; raises `MalformedData`.

        `where` names the structure that holds the image, for the error.
        """
        measure = next((measure for magic, measure in _MEASURES.items() if data.startswith(magic)), None)
        if measure is None:
            raise MalformedData("neither JPEG nor JPEG 2000", where)
        width, height = measure(data, where)
        if not (width and height):
            raise MalformedData("the image has no width or no height", where)
        return cls(ImageFormat.JPEG if measure is _jpeg_size else ImageFormat.JPEG_2000, width, height, bytes(data))

    @classmethod
    def find(cls, record: bytes, where: str = _WHERE) -> Image:
        """Return the first image within a record, wherever it starts; raises `MalformedData` where there is none."""
        # a JP2 file holds its codestream, so the earliest start is that of the whole image
        start = min((start for start in map(record.find, _MEASURES) if start >= 0), default=len(record))
        return cls.parse(record[start:], where)


def _jpeg_size(data: bytes, where: str) -> tuple[int, int]:
    number = partial(_number, data, where)
    position = 2
    for _ in range(_MAX_STEPS):
        if number(position, 1) != 0xFF:
            break
        marker = number(position + 1, 1)
        if marker in _START_OF_FRAME:  # length, precision, height, width
            return number(position + 7, 2), number(position + 5, 2)
        if marker in (_START_OF_SCAN, _END_OF_IMAGE):
            break
        if marker == 0xFF:  # a fill byte
            position += 1
        elif marker in _WITHOUT_LENGTH:
            position += 2
        else:
            position += 2 + max(2, number(position + 2, 2))
    raise MalformedData("a JPEG without frame header", where)


def _jp2_size(data: bytes, where: str) -> tuple[int, int]:
    number = partial(_number, data, where)
    position, end = 0, len(data)
    for _ in range(_MAX_STEPS):
        length, kind = number(position, 4), data[position + 4 : position + 8]
        header = 8
        if length == 1:  # an extended length
            length, header = number(position + 8, 8), 16
        if kind == b"ihdr":
            return number(position + header + 4, 4), number(position + header, 4)
        if kind == b"jp2c":
            return _codestream_size(data[position + header :], where)
        if kind == b"jp2h":  # a superbox: go in
            length = header
        if length < header or position + length >= end:
            break
        position += length
    raise MalformedData("a JPEG 2000 file without image header", where)


def _codestream_size(data: bytes, where: str) -> tuple[int, int]:
    if not data.startswith(_CODESTREAM):
        raise MalformedData("a JPEG 2000 codestream without size marker", where)
    # SOC, SIZ, Lsiz, Rsiz, then the reference grid and the offset of the image in it
    width, height, left, top = (_number(data, where, position, 4) for position in (8, 12, 16, 20))
    if left > width or top > height:
        raise MalformedData("the image lies outside of its grid", where)
    return width - left, height - top


def _number(data: bytes, where: str, position: int, size: int) -> int:
    if position + size > len(data):
        raise MalformedData("the image ends inside its headers", where)
    return int.from_bytes(data[position : position + size], "big")


_MEASURES: dict[bytes, Callable[[bytes, str], tuple[int, int]]] = {
    _JPEG: _jpeg_size,
    _JP2: _jp2_size,
    _CODESTREAM: _codestream_size,
}
