# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""EF.COM, DG1, DG2 and DG15: what they hold, and what is refused."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from cccd_reader.apdu import tlv
from cccd_reader.errors import MalformedData
from cccd_reader.lds import asn1
from cccd_reader.lds.com import Com
from cccd_reader.lds.dg1 import DataGroup1
from cccd_reader.lds.dg2 import DataGroup2
from cccd_reader.lds.dg15 import DataGroup15
from cccd_reader.lds.image import Image, ImageFormat
from cccd_reader.lds.public_key import PublicKeyInfo
from tests.lds import samples

CODESTREAM = bytes.fromhex("FF4FFF51 0029 0000 0000019D 00000213 00000000 00000000") + bytes(8)
JP2 = (
    bytes.fromhex("0000000C6A5020200D0A870A 00000014667479706A703220000000006A703220")
    + bytes.fromhex("0000002D6A703268 0000001669686472000002130000019D000307070000")
    + bytes.fromhex("0000000F636F6C7201000000000010 000000006A703263")
    + CODESTREAM
)


# --- EF.COM ---


def test_com_of_the_vietnamese_card_goes_both_ways() -> None:
    com = Com.of_data_groups(1, 2, 3, 13, 15, 14)
    assert bytes(com).hex().upper() == "60185F0104303130375F36063034303030305C066175636D6F6E"
    parsed = Com.parse(bytes(com))
    assert parsed == com
    assert parsed.data_groups == (1, 2, 3, 13, 15, 14)
    assert parsed.unknown_tags == ()


def test_com_keeps_tags_of_no_data_group_apart() -> None:
    com = Com.parse(bytes.fromhex("60055C0361607F"))
    assert (com.lds_version, com.data_groups, com.unknown_tags) == ("", (1,), (0x60, 0x7F))


@pytest.mark.parametrize(
    "file", ["", "6000", "61035C0161", "60055F01023031", "60095F0104303A30375C00", "60025C0000"], ids=count()
)
def test_malformed_com_is_refused(file: str) -> None:
    with pytest.raises(MalformedData, match=r"EF\.COM|TLV"):
        Com.parse(bytes.fromhex(file))


# --- DG1 ---


@pytest.mark.parametrize("mrz", [samples.CITIZEN, samples.TD2, samples.TD3], ids=count())
def test_data_group_1_holds_a_zone_of_each_format(mrz: str) -> None:
    group = DataGroup1.parse(samples.dg1(mrz))
    assert bytes(group.mrz) == mrz.encode("ascii")
    assert bytes(group) == bytes(DataGroup1(group.mrz)) == samples.dg1(mrz)
    assert mrz not in repr(group)


@pytest.mark.parametrize(
    "file",
    [
        b"",
        samples.dg1(samples.TD1)[:-1],
        samples.dg1(samples.TD1) + b"\x00",
        samples.dg1(samples.TD1[:-1]),
        tlv.encode(0x61, tlv.encode(0x5F1E, samples.TD1.encode("ascii"))),
        tlv.encode(0x75, b""),
    ],
    ids=count(),
)
def test_malformed_data_group_1_is_refused(file: bytes) -> None:
    with pytest.raises(MalformedData):
        DataGroup1.parse(file)


# --- DG2 and images ---


@pytest.mark.parametrize(
    ("image", "form", "size"),
    [
        (samples.JPEG, ImageFormat.JPEG, (300, 400)),
        (JP2, ImageFormat.JPEG_2000, (413, 531)),
        (CODESTREAM, ImageFormat.JPEG_2000, (413, 531)),
    ],
    ids=count(),
)
def test_the_size_is_that_of_the_image_and_not_of_its_header(
    image: bytes, form: ImageFormat, size: tuple[int, int]
) -> None:
    faces = DataGroup2.parse(samples.dg2(image)).faces
    assert [(face.format, (face.width, face.height), face.data) for face in faces] == [(form, size, image)]


def test_each_template_gives_one_face() -> None:
    faces = DataGroup2.parse(samples.dg2(samples.JPEG, CODESTREAM)).faces
    assert [face.format for face in faces] == [ImageFormat.JPEG, ImageFormat.JPEG_2000]


def test_a_codestream_is_measured_without_its_offset() -> None:
    image = Image.parse(bytes.fromhex("FF4FFF51 0029 0000 000001A1 00000215 00000004 00000002"))
    assert (image.width, image.height) == (413, 531)


@pytest.mark.parametrize(
    "image",
    [
        b"",
        b"BM6\x00",
        samples.JPEG[:10],
        bytes.fromhex("FFD8FFDA0000"),
        bytes.fromhex("FFD8FFD9"),
        bytes.fromhex("FFD8FFFFFFFFFF"),
        bytes.fromhex("FFD8FFC0000B080000012C010122"),
        b"\xff\xd8" + bytes.fromhex("FFE00000") * 5000,
        JP2[:30],
        JP2[:12] + bytes.fromhex("00000000") * 5000,
        JP2[:12] + bytes.fromhex("0000000866726565") * 5000,
        CODESTREAM[:20],
        bytes.fromhex("FF4FFF51 0029 0000 0000019D 00000213 0000019E 00000000"),
        bytes.fromhex("FF4FFF51 0029 0000 0000019D 00000213 0000019D 00000000"),
    ],
    ids=count(),
)
def test_an_image_without_a_size_is_refused(image: bytes) -> None:
    with pytest.raises(MalformedData):
        Image.parse(image)
    with pytest.raises(MalformedData):
        DataGroup2.parse(samples.dg2(image))


@pytest.mark.parametrize(
    "file",
    [
        "",
        "7500",
        "75047F610100",
        "75067F6103020100",
        "75067F6103020101",
        "750A7F6107020101 7F6002A100",
        "750D7F610A020101 7F6005A1008001FF",
        "75097F6106020102 7F6000",
    ],
    ids=count(),
)
def test_malformed_data_group_2_is_refused(file: str) -> None:
    with pytest.raises(MalformedData):
        DataGroup2.parse(bytes.fromhex(file))


# --- DG15 ---


@pytest.mark.parametrize("bits", [1024, 2048, 4096])
def test_data_group_15_with_an_rsa_key(bits: int) -> None:
    file = tlv.encode(0x6F, samples.rsa_key(bits))
    group = DataGroup15.parse(file)
    assert (group.key.algorithm, group.key.bits, group.key.curve) == ("RSA", bits, "")
    assert group.key.raw == samples.rsa_key(bits)
    assert bytes(group) == bytes(DataGroup15(group.key)) == file


def ec_key(parameters: bytes) -> bytes:
    algorithm = asn1.encode_sequence(asn1.encode_object_identifier("1.2.840.10045.2.1"), parameters)
    return asn1.encode_sequence(algorithm, tlv.encode(3, b"\x00\x04" + bytes(64)))


EXPLICIT = asn1.encode_sequence(
    asn1.encode_integer(1),
    asn1.encode_sequence(asn1.encode_object_identifier("1.2.840.10045.1.1"), asn1.encode_integer(1 << 255)),
)


@pytest.mark.parametrize(
    ("parameters", "curve", "bits"),
    [
        (asn1.encode_object_identifier("1.2.840.10045.3.1.7"), "secp256r1", 256),
        (asn1.encode_object_identifier("1.3.36.3.3.2.8.1.1.7"), "brainpoolP256r1", 256),
        (asn1.encode_object_identifier("1.3.132.0.35"), "secp521r1", 521),
        (asn1.encode_object_identifier("1.3.132.0.10"), "1.3.132.0.10", None),
        (EXPLICIT, "explicit", 256),
        (tlv.encode(5, b""), "", None),
    ],
    ids=count(),
)
def test_an_ec_key_tells_its_curve(parameters: bytes, curve: str, bits: int | None) -> None:
    key = PublicKeyInfo.parse(ec_key(parameters))
    assert (key.algorithm, key.curve, key.bits) == ("EC", curve, bits)


def test_an_unknown_algorithm_is_told_by_its_identifier() -> None:
    algorithm = asn1.encode_sequence(asn1.encode_object_identifier("1.3.101.112"))
    key = PublicKeyInfo.parse(asn1.encode_sequence(algorithm, tlv.encode(3, b"\x00" + bytes(32))))
    assert (key.algorithm, key.bits) == ("1.3.101.112", None)


@pytest.mark.parametrize(
    "key",
    [
        b"",
        asn1.encode_sequence(),
        asn1.encode_sequence(asn1.encode_sequence(), tlv.encode(3, b"\x00")),
        asn1.encode_sequence(b"\x02\x01\x01", tlv.encode(3, b"\x00")),
        samples.rsa_key(1024) + b"\x00",
        samples.rsa_key(1024)[:-1],
        samples.rsa_key(1024).replace(b"\x03\x81\x8d\x00", b"\x03\x81\x8d\x01"),
        ec_key(asn1.encode_sequence(asn1.encode_integer(1))),
        ec_key(asn1.encode_sequence(asn1.encode_integer(1), asn1.encode_integer(1))),
    ],
    ids=count(),
)
def test_a_malformed_key_is_refused(key: bytes) -> None:
    with pytest.raises(MalformedData):
        PublicKeyInfo.parse(key)


# --- files of real chips ---


@pytest.mark.reference_data
@pytest.mark.parametrize("folder", ["loes2006", "openssl_issued"])
def test_files_of_other_makers_are_parsed(reference_data: Path, folder: str) -> None:
    files = {
        path.name[-8:-4].upper(): path.read_bytes() for path in (reference_data / "lds" / folder).glob("*01??.bin")
    }
    group1, group15, com = DataGroup1.parse(files["0101"]), DataGroup15.parse(files["010F"]), Com.parse(files["011E"])
    assert bytes(group1) == files["0101"]
    assert (group1.mrz.issuing_state, group1.mrz.findings) == ("NLD", ())
    assert (group15.key.algorithm, group15.key.bits) == ("RSA", 1024)
    assert bytes(Com(com.lds_version, com.unicode_version, com.tags)) == files["011E"]
    sizes = {"loes2006": (449, 598), "openssl_issued": (413, 531)}
    (face,) = DataGroup2.parse(files["0102"]).faces
    assert (face.format, (face.width, face.height)) == (ImageFormat.JPEG_2000, sizes[folder])


@pytest.mark.reference_data
def test_images_of_other_makers_have_their_size(reference_data: Path) -> None:
    portrait = Image.parse((reference_data / "lds" / "silver.jp2").read_bytes())
    assert (portrait.format, portrait.width, portrait.height) == (ImageFormat.JPEG_2000, 413, 531)
    group = DataGroup2.parse((reference_data / "lds/iso39794/ICAO_39794_5_AP_DG2_MandFields.dat").read_bytes())
    assert [(face.width, face.height) for face in group.faces] == [(413, 531)]
