# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Face records in EF.DG2: what they say is kept, what the image says is believed."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cccd_reader.apdu import tlv
from cccd_reader.errors import MalformedData
from cccd_reader.lds.dg2 import DataGroup2
from cccd_reader.lds.face_record import MAX_FACES, Face, FaceRecord, RecordFormat
from cccd_reader.lds.image import ImageFormat
from cccd_simulators import documents
from tests.lds import samples

JPEG = samples.JPEG  # 300 x 400
CODESTREAM = bytes.fromhex("FF4FFF51 0029 0000 0000019D 00000213 00000000 00000000") + bytes(24)  # 413 x 531
IMAGE_INFORMATION = bytes.fromhex("01 00 012C 0190 01 02 0003 0004")  # as the JPEG is


def block(
    image: bytes = JPEG, *, facial: str = "000000", points: int = 0, information: bytes = IMAGE_INFORMATION
) -> bytes:
    """One facial record data block: length, points, gender, eyes, hair, then nothing specified."""
    body = points.to_bytes(2, "big") + bytes.fromhex(facial) + bytes(11) + bytes(8 * points) + information + image
    return (4 + len(body)).to_bytes(4, "big") + body


def record(*blocks: bytes) -> bytes:
    body = len(blocks).to_bytes(2, "big") + b"".join(blocks)
    return b"FAC\x00010\x00" + (12 + len(body)).to_bytes(4, "big") + body


def template(data: bytes, *, tag: int = 0x5F2E, header: str = "810102 87020101 88020008") -> bytes:
    return tlv.encode(0x7F60, tlv.encode(0xA1, bytes.fromhex(header)) + tlv.encode(tag, data))


def group(*templates: bytes) -> bytes:
    return tlv.encode(0x75, tlv.encode(0x7F61, tlv.encode(0x02, bytes([len(templates)])) + b"".join(templates)))


def nested(value: bytes, *tags: int) -> bytes:
    for tag in reversed(tags):
        value = tlv.encode(tag, value)
    return value


def representation(image: bytes, information: bytes) -> bytes:
    flat = tlv.encode(0x80, image) + information
    return tlv.encode(0x30, tlv.encode(0x80, b"\x00") + nested(flat, 0xA1, 0xA0, 0xA0))


def iso39794(*representations: bytes) -> bytes:
    version = tlv.encode(0xA0, bytes.fromhex("800103 810207E3"))
    return nested(version + tlv.encode(0xA1, b"".join(representations)), 0xA1, 0x65)


JPEG_CODE = nested(b"\x02", 0xA1, 0xA0, 0x80)


def only_face(data: bytes) -> Face:
    (face,) = FaceRecord.parse(data).faces
    return face


# --- ISO/IEC 19794-5 ---


def test_a_record_that_agrees_with_its_image_has_no_notes() -> None:
    parsed = FaceRecord.parse(record(block()))
    assert (parsed.format, parsed.notes, parsed.raw) == (RecordFormat.ISO_19794_5, (), record(block()))
    said = parsed.faces[0].image_information
    assert said is not None
    assert (said.format, said.width, said.height) == (ImageFormat.JPEG, 300, 400)
    assert (said.kind, said.colour_space, said.source) == ("full frontal", "24 bit RGB", "photograph, digital camera")
    assert (said.device_type, said.quality) == (3, 4)


@pytest.mark.parametrize(
    ("facial", "words"),
    [
        ("000000", ("unspecified", "unspecified", "unspecified")),
        ("010102", ("male", "black", "black")),
        ("020707", ("female", "pink", "red")),
        ("FFFFFF", ("unknown", "unknown", "unknown")),
        ("030880", ("code 3", "code 8", "code 128")),
    ],
)
def test_what_was_noted_about_the_face(facial: str, words: tuple[str, str, str]) -> None:
    noted = only_face(record(block(facial=facial))).facial_information
    assert noted is not None
    assert (noted.gender, noted.eye_colour, noted.hair_colour) == words
    assert (len(noted.raw), noted.feature_points) == (20, 0)
    assert words[0] not in repr(noted)


def test_feature_points_are_skipped() -> None:
    face = only_face(record(block(points=23)))
    assert face.image.data == JPEG
    assert face.facial_information is not None
    assert face.facial_information.feature_points == 23


def test_several_faces_of_one_record() -> None:
    codestream = IMAGE_INFORMATION.replace(b"\x01\x00\x01\x2c\x01\x90", b"\x01\x01\x01\x9d\x02\x13")
    parsed = FaceRecord.parse(record(block(points=2), block(CODESTREAM, information=codestream), block()))
    assert [face.image.data for face in parsed.faces] == [JPEG, CODESTREAM, JPEG]
    assert parsed.notes == ()


def test_the_image_is_believed_and_not_its_header() -> None:
    parsed = FaceRecord.parse(record(block(CODESTREAM)))
    (face,) = parsed.faces
    assert (face.image.format, face.image.width, face.image.height) == (ImageFormat.JPEG_2000, 413, 531)
    assert parsed.notes == (
        "face 1: the record says jpeg, the image is jpeg2000",
        "face 1: the record says 300 x 400 pixels, the image has 413 x 531",
    )


def test_a_header_that_says_nothing_of_the_size_gets_no_note() -> None:
    assert FaceRecord.parse(record(block(information=b"\x01\x00" + bytes(10)))).notes == ()
    unknown = FaceRecord.parse(record(block(information=b"\x01\x07" + bytes(10))))
    assert unknown.notes == ("face 1: the record says no known format, the image is jpeg",)


def test_wrong_lengths_do_not_cost_the_only_picture() -> None:
    data = bytearray(record(block()))
    data[8:12], data[14:18] = bytes(4), b"\xff\xff\xff\xff"
    parsed = FaceRecord.parse(bytes(data))
    assert parsed.faces[0].image.data == JPEG
    assert parsed.notes == (
        f"the record says 0 bytes and has {len(data)}",
        f"the block of face 1 says 4294967295 bytes and has {len(data) - 14}",
    )


def spoilt(position: int, value: str, data: bytes) -> bytes:
    new = bytes.fromhex(value)
    return data[:position] + new + data[position + len(new) :]


TWO = record(block(), block())
TOO_MANY = record(*[block()] * (MAX_FACES + 1))


@pytest.mark.parametrize(
    ("data", "where", "words"),
    [
        (b"", "face record", "neither JPEG"),
        (TWO[:8], "face record", "inside the record header"),
        (TWO[:13], "face record", "inside the record header"),
        (TWO[:14], "face record, face 1", "does not fit"),
        (TWO[:40], "face record, face 1", "does not fit"),
        (spoilt(12, "0000", TWO), "face record", "0 faces"),
        (spoilt(12, "FFFF", TWO), "face record", "65535 faces"),
        (TOO_MANY, "face record", "10 faces"),
        (spoilt(12, "0003", TWO), "face record, face 3", "does not fit"),
        (spoilt(14, "00000000", TWO), "face record, face 1", "does not fit"),
        (spoilt(14, "FFFFFFFF", TWO), "face record, face 1", "does not fit"),
        (spoilt(18, "FFFF", TWO), "face record, face 1", "feature points"),
        (record(block(), block(b"GIF89a")), "face record, face 2", "neither JPEG"),
        (record(block(JPEG[:22])), "face record, face 1", "inside its headers"),
        (record(block(points=1)[:-20]), "face record, face 1", "inside its headers"),
    ],
)
def test_a_broken_record_says_where(data: bytes, where: str, words: str) -> None:
    with pytest.raises(MalformedData, match=words) as caught:
        FaceRecord.parse(data)
    assert caught.value.where == where


def test_another_version_is_searched_for_its_image() -> None:
    parsed = FaceRecord.parse(b"FAC\x00030\x00" + bytes(60) + JPEG)
    assert (parsed.format, parsed.faces[0].image.data) == (RecordFormat.UNKNOWN, JPEG)
    assert parsed.notes == ("neither ISO/IEC 19794-5 version 010 nor ISO/IEC 39794-5",)
    assert parsed.faces[0].facial_information is None


# --- ISO/IEC 39794-5 ---


@pytest.mark.parametrize(
    ("code", "image", "notes"),
    [
        ("02", JPEG, ()),
        ("03", CODESTREAM, ()),
        ("04", CODESTREAM, ()),
        ("03", JPEG, ("face 1: the record says jpeg2000, the image is jpeg",)),
        ("05", JPEG, ("face 1: the record says no known format, the image is jpeg",)),
    ],
)
def test_the_image_of_the_newer_format(code: str, image: bytes, notes: tuple[str, ...]) -> None:
    data = iso39794(representation(image, nested(bytes.fromhex(code), 0xA1, 0xA0, 0x80)))
    parsed = FaceRecord.parse(data)
    assert (parsed.format, parsed.faces[0].image.data, parsed.notes) == (RecordFormat.ISO_39794_5, image, notes)


def test_several_representations() -> None:
    parsed = FaceRecord.parse(iso39794(representation(JPEG, JPEG_CODE), representation(CODESTREAM, b"")))
    assert [face.image.data for face in parsed.faces] == [JPEG, CODESTREAM]
    assert parsed.faces[1].image_information is None


def test_the_newer_format_without_its_outer_tag_or_with_an_extended_format_code() -> None:
    whole = iso39794(representation(JPEG, nested(b"\x02", 0xA1, 0xA0, 0xA1, 0x80)))
    face = only_face(tlv.expect(whole, 0xA1))
    assert (face.image.data, face.image_information) == (JPEG, None)


@pytest.mark.parametrize(
    ("data", "where", "words"),
    [
        (iso39794(), "face record", "0 representations"),
        (iso39794(*[representation(JPEG, JPEG_CODE)] * (MAX_FACES + 1)), "face record", "10 representations"),
        (iso39794(representation(JPEG, JPEG_CODE))[:-1], "face record", "past the end"),
        (nested(b"", 0xA1, 0x65), "face record", "A1 on the way"),
        (nested(b"", 0xA1, 0x66), "face record", "65 is expected"),
        (iso39794(tlv.encode(0x30, nested(b"", 0xA1, 0xA1))), "face record, face 1", "A0 on the way"),
        (iso39794(tlv.encode(0x30, nested(b"", 0xA1, 0xA0, 0xA0))), "face record, face 1", "without an image"),
        (iso39794(representation(b"\x89PNG", JPEG_CODE)), "face record, face 1", "neither JPEG"),
        (b"\xa1" * 200, "face record", "past the end|overlong"),
    ],
)
def test_a_broken_record_of_the_newer_format_says_where(data: bytes, where: str, words: str) -> None:
    with pytest.raises(MalformedData, match=words) as caught:
        FaceRecord.parse(data)
    assert caught.value.where == where


# --- the file ---


def test_templates_with_either_tag_in_the_order_of_the_file() -> None:
    newer = template(
        iso39794(representation(CODESTREAM, nested(b"\x03", 0xA1, 0xA0, 0x80))),
        tag=0x7F2E,
        header="87020101 8802002A",
    )
    parsed = DataGroup2.parse(group(template(record(block(), block())), newer))
    assert [each.format for each in parsed.records] == [RecordFormat.ISO_19794_5, RecordFormat.ISO_39794_5]
    assert [face.data for face in parsed.faces] == [JPEG, JPEG, CODESTREAM]
    assert (parsed.notes, parsed.raw) == ((), group(template(record(block(), block())), newer))


@pytest.mark.parametrize(
    ("header", "notes"),
    [
        ("", ()),
        ("810108", ("template 1: the header names another biometric type than the face",)),
        ("8802002A", ("template 1: the header names another format than that of the record, ISO/IEC 19794-5",)),
    ],
)
def test_a_header_that_names_something_else_is_noted(header: str, notes: tuple[str, ...]) -> None:
    assert DataGroup2.parse(group(template(record(block()), header=header))).notes == notes


def test_a_broken_image_is_named_by_its_place() -> None:
    with pytest.raises(MalformedData) as caught:
        DataGroup2.parse(group(template(record(block())), template(record(block(), block(JPEG[:22])))))
    assert caught.value.where == "EF.DG2, template 2, face 2"


def test_a_template_without_a_record() -> None:
    with pytest.raises(MalformedData) as caught:
        DataGroup2.parse(group(nested(b"\x81\x01\x02", 0x7F60, 0xA1)))
    assert caught.value.where == "EF.DG2, template 1"


def test_the_card_s_own_form() -> None:
    parsed = DataGroup2.parse(documents.face_file(documents.portrait()))
    (portrait,) = parsed.faces
    assert (portrait.width, portrait.height, portrait.data) == (300, 400, documents.portrait())
    assert parsed.notes == ("template 1: face 1: the record says 480 x 400 pixels, the image has 300 x 400",)


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_spoilt_records_are_refused_or_read(data: st.DataObject) -> None:
    good = data.draw(st.sampled_from([TWO, record(block(points=3)), iso39794(representation(JPEG, JPEG_CODE))]))
    raw = bytearray(good)
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    with suppress(MalformedData):  # and nothing else
        assert 1 <= len(FaceRecord.parse(bytes(raw)).faces) <= MAX_FACES


@pytest.mark.reference_data
@pytest.mark.parametrize(
    ("name", "form", "size", "notes"),
    [
        ("loes2006/ef0102.bin", RecordFormat.ISO_19794_5, (449, 598), 0),
        ("openssl_issued/0102.bin", RecordFormat.ISO_19794_5, (413, 531), 1),
        ("iso39794/ICAO_39794_5_AP_DG2_MandFields.dat", RecordFormat.ISO_39794_5, (413, 531), 0),
    ],
)
def test_files_of_other_makers(
    reference_data: Path, name: str, form: RecordFormat, size: tuple[int, int], notes: int
) -> None:
    parsed = DataGroup2.parse((reference_data / "lds" / name).read_bytes())
    (face,) = parsed.records[0].faces
    assert (parsed.records[0].format, len(parsed.notes)) == (form, notes)
    assert (face.image.format, face.image.width, face.image.height) == (ImageFormat.JPEG_2000, *size)
    assert face.image_information is not None
    assert face.image_information.format is ImageFormat.JPEG_2000


@pytest.mark.reference_data
def test_a_bare_block_of_the_newer_format(reference_data: Path) -> None:
    parsed = FaceRecord.parse((reference_data / "lds/iso39794/ICAO_39794_5_AP_MandFields.dat").read_bytes())
    assert (parsed.format, parsed.faces[0].image.height, parsed.notes) == (RecordFormat.ISO_39794_5, 531, ())
