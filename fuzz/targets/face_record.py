# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""EF.DG2, the face record in it, and the picture in that, decoded where it is small."""

from __future__ import annotations

from collections.abc import Iterator

from cccd_reader.lds.dg2 import DataGroup2
from cccd_reader.lds.face_record import FaceRecord
from cccd_reader.lds.image import Image
from cccd_reader.lds.portrait import portrait_png
from fuzz import seeds as all_seeds
from fuzz.oracle import ensure, parsed

SMALL = 1 << 16
"""Pixels; larger pictures take the time of many small ones and go the same way."""


def seeds() -> Iterator[bytes]:
    """Yield files and face records, with small pictures of both formats."""
    yield from all_seeds.faces()


def consume(data: bytes) -> None:
    """Parse the bytes as the file and as the record alone, and decode what is found."""
    file, record = parsed(DataGroup2.parse, data), parsed(FaceRecord.parse, data)
    ensure(file is None or (file.raw == data and file.faces), "a file without a face, or another file")
    ensure(record is None or record.faces, "a record without a face")
    found = (*(file.faces if file else ()), *(face.image for face in (record.faces if record else ())))
    for image in dict.fromkeys(found):
        _decode(image)


def _decode(image: Image) -> None:
    ensure(image.width > 0 and image.height > 0, "a picture without a size")
    if image.width * image.height <= SMALL:
        png = parsed(portrait_png, image.data)
        ensure(png is None or png.startswith(b"\x89PNG"), "another kind of picture")
