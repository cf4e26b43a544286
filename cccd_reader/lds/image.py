# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Format and size of an image, from the image itself: JPEG (ISO/IEC 10918-1, B) and JPEG 2000 (ISO/IEC 15444-1, A, I).

Nothing is decoded. The size that a face record states is not trusted: on real cards it differs from the picture.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

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
    def parse(cls, data: bytes) -> Image:
        """Read the size from the headers of the image that `data` starts with; raises `MalformedData`."""
        if data.startswith(_JPEG):
            image, size = ImageFormat.JPEG, _jpeg_size(data)
        elif data.startswith(_JP2):
            image, size = ImageFormat.JPEG_2000, _jp2_size(data)
        elif data.startswith(_CODESTREAM):
            image, size = ImageFormat.JPEG_2000, _codestream_size(data)
        else:
            raise MalformedData("neither JPEG nor JPEG 2000", _WHERE)
        if not all(size):
            raise MalformedData("it has no width or no height", _WHERE)
        return cls(image, *size, data)

    @classmethod
    def find(cls, record: bytes) -> Image:
        """Return the first image within a record, wherever it starts; raises `MalformedData` where there is none."""
        starts = [record.find(magic) for magic in (_JPEG, _JP2, _CODESTREAM)]
        # a JP2 file holds its codestream, so the earliest start is that of the whole image
        start = min((start for start in starts if start >= 0), default=-1)
        if start < 0:
            raise MalformedData("neither JPEG nor JPEG 2000", _WHERE)
        return cls.parse(record[start:])


def _jpeg_size(data: bytes) -> tuple[int, int]:
    position = 2
    for _ in range(_MAX_STEPS):
        if _number(data, position, 1) != 0xFF:
            break
        marker = _number(data, position + 1, 1)
        if marker in _START_OF_FRAME:  # length, precision, height, width
            return _number(data, position + 7, 2), _number(data, position + 5, 2)
        if marker in (_START_OF_SCAN, _END_OF_IMAGE):
            break
        if marker == 0xFF:  # a fill byte
            position += 1
        elif marker in _WITHOUT_LENGTH:
            position += 2
        else:
            position += 2 + max(2, _number(data, position + 2, 2))
    raise MalformedData("a JPEG without frame header", _WHERE)


def _jp2_size(data: bytes) -> tuple[int, int]:
    position, end = 0, len(data)
    for _ in range(_MAX_STEPS):
        length, kind = _number(data, position, 4), data[position + 4 : position + 8]
        header = 8
        if length == 1:  # an extended length
            length, header = _number(data, position + 8, 8), 16
        if kind == b"ihdr":
            return _number(data, position + header + 4, 4), _number(data, position + header, 4)
        if kind == b"jp2c":
            return _codestream_size(data[position + header :])
        if kind == b"jp2h":  # a superbox: go in
            length = header
        if length < header or position + length >= end:
            break
        position += length
    raise MalformedData("a JPEG 2000 file without image header", _WHERE)


def _codestream_size(data: bytes) -> tuple[int, int]:
    if not data.startswith(_CODESTREAM):
        raise MalformedData("a JPEG 2000 codestream without size marker", _WHERE)
    # SOC, SIZ, Lsiz, Rsiz, then the reference grid and the offset of the image in it
    width, height, left, top = (_number(data, position, 4) for position in (8, 12, 16, 20))
    if left > width or top > height:
        raise MalformedData("the image lies outside of its grid", _WHERE)
    return width - left, height - top


def _number(data: bytes, position: int, size: int) -> int:
    if position + size > len(data):
        raise MalformedData("it ends inside its headers", _WHERE)
    return int.from_bytes(data[position : position + size], "big")
