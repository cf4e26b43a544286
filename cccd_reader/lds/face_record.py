# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The biometric data block of a face: ISO/IEC 19794-5:2005 (5.4 to 5.8) in full, ISO/IEC 39794-5 as far as the image.

What a record says of its image is kept and never trusted: format and size are those of the image itself, and a record
that says otherwise gets a note. On Vietnamese cards the record says 480 x 400 and the picture is 300 x 400.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from cccd_reader.apdu import tlv
from cccd_reader.errors import MalformedData
from cccd_reader.lds.image import Image, ImageFormat

MAX_FACES = 9
"""The most faces that one record is read for; documents hold one (ICAO 9303-10, 4.7.2)."""

_WHERE = "face record"
_MAGIC, _VERSION = b"FAC\x00", b"010\x00"
_RECORD_HEADER, _FACIAL_INFORMATION, _FEATURE_POINT, _IMAGE_INFORMATION = 14, 20, 8, 12

_GENDERS = ("unspecified", "male", "female")
_EYE_COLOURS = ("unspecified", "black", "blue", "brown", "grey", "green", "multi-coloured", "pink")
_HAIR_COLOURS = ("unspecified", "bald", "black", "blonde", "brown", "grey", "white", "red")
_KINDS = ("basic", "full frontal", "token frontal")
_COLOUR_SPACES = ("unspecified", "24 bit RGB", "YUV 4:2:2", "8 bit greyscale", "other")
_SOURCES = (
    "unspecified",
    "photograph",
    "photograph, digital camera",
    "photograph, scanner",
    "video frame",
    "video frame, analogue camera",
    "video frame, digital camera",
    "unknown",
)
_UNKNOWN = 0xFF

_FORMATS_19794 = {0: ImageFormat.JPEG, 1: ImageFormat.JPEG_2000}
_FORMATS_39794 = {2: ImageFormat.JPEG, 3: ImageFormat.JPEG_2000, 4: ImageFormat.JPEG_2000}  # 3 lossy, 4 lossless


class RecordFormat(StrEnum):
    """The standard that a biometric data block follows."""

    ISO_19794_5 = "ISO/IEC 19794-5"
    ISO_39794_5 = "ISO/IEC 39794-5"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class FacialInformation:
    """What the issuer noted about the face (19794-5, 5.5): words, or "code 7" for a reserved one.

    `raw` is the whole block, 20 bytes; expression, features and pose are in it. The feature points after it are
    counted only.
    """

    gender: str = field(repr=False)
    eye_colour: str = field(repr=False)
    hair_colour: str = field(repr=False)
    feature_points: int
    raw: bytes = field(repr=False)


@dataclass(frozen=True)
class ImageInformation:
    """What the record says of its image (19794-5, 5.7; 39794-5: the format alone). Not to be trusted.

    `format` is None for a code that is none; width and height are pixels, 0 where nothing is said.
    """

    format: ImageFormat | None
    width: int = 0
    height: int = 0
    kind: str = "unspecified"
    colour_space: str = "unspecified"
    source: str = "unspecified"
    device_type: int = 0
    quality: int = 0


@dataclass(frozen=True)
class Face:
    """One face: the image, and what was noted about face and image, None where the record says nothing of it."""

    image: Image
    facial_information: FacialInformation | None = None
    image_information: ImageInformation | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """Where the record's words differ from the image."""
        said, image = self.image_information, self.image
        if said is None:
            return ()
        notes = []
        if said.format is not image.format:
            notes.append(f"the record says {said.format or 'no known format'}, the image is {image.format}")
        if (said.width or said.height) and (said.width, said.height) != (image.width, image.height):
            sizes = f"{said.width} x {said.height} pixels, the image has {image.width} x {image.height}"
            notes.append(f"the record says {sizes}")
        return tuple(notes)


@dataclass(frozen=True)
class FaceRecord:
    """One biometric data block: its format, its faces in order, remarks on its form, and its bytes."""

    format: RecordFormat
    faces: tuple[Face, ...]
    notes: tuple[str, ...] = ()
    raw: bytes = field(default=b"", repr=False, compare=False)

    @classmethod
    def parse(cls, raw: bytes, where: str = _WHERE) -> FaceRecord:
        """Parse the value of 5F2E or 7F2E; raises `MalformedData`, also for an image without a size.

        A block of another format, or of another version, is searched for its first image. `where` names the structure
        that holds the block, for errors.
        """
        if raw.startswith(_MAGIC + _VERSION):
            form, (faces, notes) = RecordFormat.ISO_19794_5, _parse_19794(raw, where)
        elif raw[:1] in (b"\xa1", b"\x65"):
            form, (faces, notes) = RecordFormat.ISO_39794_5, (_parse_39794(raw, where), [])
        else:
            form, faces = RecordFormat.UNKNOWN, [Face(Image.find(raw, where))]
            notes = ["neither ISO/IEC 19794-5 version 010 nor ISO/IEC 39794-5"]
        notes += [f"face {number}: {note}" for number, face in enumerate(faces, 1) for note in face.notes]
        return cls(form, tuple(faces), tuple(notes), bytes(raw))


# --- ISO/IEC 19794-5 --------------------------------------------------------------------------------------------------


def _parse_19794(raw: bytes, where: str) -> tuple[list[Face], list[str]]:
    if len(raw) < _RECORD_HEADER:
        raise MalformedData("it ends inside the record header", where)
    count = _number(raw, 12, 2)
    if not 1 <= count <= MAX_FACES:
        raise MalformedData(f"a record of {count} faces", where)
    notes = _length_note("the record", _number(raw, 8, 4), len(raw))
    faces = []
    position = _RECORD_HEADER
    for number in range(1, count + 1):
        stated = _number(raw, position, 4)
        # The last face runs to the end, whatever its length says: a wrong length must not cost the only picture.
        end = position + stated if number < count else len(raw)
        if end > len(raw) or end - position < _FACIAL_INFORMATION + _IMAGE_INFORMATION:
            raise MalformedData("its block does not fit into the record", f"{where}, face {number}")
        notes += _length_note(f"the block of face {number}", stated, end - position)
        faces.append(_parse_face(raw[position:end], f"{where}, face {number}"))
        position = end
    return faces, notes


def _parse_face(block: bytes, where: str) -> Face:
    """Parse facial information, feature points (skipped), image information and image data (5.5 to 5.8)."""
    points = _number(block, 4, 2)
    start = _FACIAL_INFORMATION + points * _FEATURE_POINT
    data = start + _IMAGE_INFORMATION
    if data > len(block):
        raise MalformedData("the feature points go past the end", where)
    facial = FacialInformation(
        gender=_word(_GENDERS, block[6]),
        eye_colour=_word(_EYE_COLOURS, block[7]),
        hair_colour=_word(_HAIR_COLOURS, block[8]),
        feature_points=points,
        raw=block[:_FACIAL_INFORMATION],
    )
    return Face(Image.find(block[data:], where), facial, _image_information(block[start:data]))


def _image_information(block: bytes) -> ImageInformation:
    return ImageInformation(
        format=_FORMATS_19794.get(block[1]),
        width=_number(block, 2, 2),
        height=_number(block, 4, 2),
        kind=_word(_KINDS, block[0]),
        colour_space=_word(_COLOUR_SPACES, block[6]),
        source=_word(_SOURCES, block[7]),
        device_type=_number(block, 8, 2),
        quality=_number(block, 10, 2),
    )


def _word(words: tuple[str, ...], code: int) -> str:
    if code == _UNKNOWN:
        return "unknown"
    return words[code] if code < len(words) else f"code {code}"


def _length_note(what: str, stated: int, actual: int) -> list[str]:
    return [] if stated == actual else [f"{what} says {stated} bytes and has {actual}"]


def _number(data: bytes, position: int, size: int) -> int:
    return int.from_bytes(data[position : position + size], "big")


# --- ISO/IEC 39794-5 --------------------------------------------------------------------------------------------------


def _parse_39794(raw: bytes, where: str) -> list[Face]:
    """Walk `[1] { [APPLICATION 5] { [1] { SEQUENCE ... } } }` to the representations; the outer [1] may be missing."""
    block = tlv.expect(raw, 0xA1, where) if raw.startswith(b"\xa1") else raw
    representations = tlv.decode(_inside(tlv.expect(block, 0x65, where), (0xA1,), where), where)
    if not 1 <= len(representations) <= MAX_FACES:
        raise MalformedData(f"{len(representations)} representations", where)
    return [_parse_representation(item.value, f"{where}, face {n}") for n, item in enumerate(representations, 1)]


def _parse_representation(value: bytes, where: str) -> Face:
    """Walk imageRepresentation [1], base [0], imageRepresentation2DBlock [0] to representationData2D [0]."""
    flat = tlv.decode(_inside(value, (0xA1, 0xA0, 0xA0), where), where)
    data, information = tlv.find(flat, 0x80), tlv.find(flat, 0xA1)
    if data is None:
        raise MalformedData("a representation without an image", where)
    return Face(Image.find(data, where), image_information=_stated_format(information, where))


def _stated_format(information: bytes | None, where: str) -> ImageInformation | None:
    """Read imageDataFormat [0], code [0] of an imageInformation2DBlock; None where it tells its format otherwise."""
    stated = tlv.find(tlv.decode(information or b"", where), 0xA0)
    code = tlv.find(tlv.decode(stated or b"", where), 0x80)
    return None if code is None else ImageInformation(_FORMATS_39794.get(int.from_bytes(code[:4], "big")))


def _inside(value: bytes, path: tuple[int, ...], where: str) -> bytes:
    """Return the value at the end of a path of tags; raises `MalformedData` where a step is missing."""
    for tag in path:
        found = tlv.find(tlv.decode(value, where), tag)
        if found is None:
            raise MalformedData(f"the data object {tag:02X} on the way to the image is missing", where)
        value = found
    return value
