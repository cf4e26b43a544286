# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The files of the demonstration card: the real card's layout and sizes, read by libraries that did not write them."""

from __future__ import annotations

import hashlib
import io
import json
import runpy
from pathlib import Path

import pytest
from asn1crypto import core, keys
from PIL import Image

from cccd_reader.access_keys import check_digit
from cccd_reader.apdu import tlv
from cccd_reader.errors import MalformedData
from cccd_simulators import der, documents

CITIZEN_RECORD_SHA256 = "9eff9b5547202544eb89adb058d80352817297351d631c741c05883cd9724dd6"
FACE_PREFIX = (
    "75823A94 7F61823A8F 020101 7F60823A87 A10E 810102 820100 87020101 88020008 5F2E823A72"  # biometric templates
    "46414300 30313000 00003A72 0001"  # facial record header
    "00003A64 0000 000000000000 0000 000000 000000"  # facial information
    "01 00 01E0 0190 01 00 0000 0000"  # image information: 480 x 400
)


def spki() -> bytes:
    return documents.active_authentication_public_key()


def test_sizes_are_those_of_the_real_card() -> None:
    assert len(documents.mrz_file(documents.HOLDER_MRZ)) == 95
    assert len(documents.face_file(documents.portrait())) == 15_000
    assert len(documents.citizen_record_file()) == 423
    assert len(documents.chip_authentication_file(documents.chip_authentication_public_key())) == 386
    assert len(documents.active_authentication_file(spki())) == 298


def test_com_lists_the_data_groups_in_the_order_given() -> None:
    assert documents.com_file((1, 2, 3, 13, 15, 14)).hex() == "60185f0104303130375f36063034303030305c066175636d6f6e"


@pytest.mark.parametrize("number", [0, 17])
def test_com_refuses_numbers_that_no_data_group_has(number: int) -> None:
    with pytest.raises(ValueError, match="1 to 16"):
        documents.com_file((1, number))


def test_mrz_check_digits_of_the_holder() -> None:
    first, second, _ = documents.HOLDER_MRZ
    assert check_digit(first[5:14]) == first[14]
    assert check_digit(first[15:29]) == first[29]
    assert check_digit(second[:6]) == second[6]
    assert check_digit(second[8:14]) == second[14]
    assert check_digit(first[5:] + second[:7] + second[8:15] + second[18:29]) == second[29]
    assert documents.mrz_file(documents.HOLDER_MRZ)[:5] == bytes.fromhex("615D5F1F5A")


def test_face_has_the_headers_of_the_real_card() -> None:
    file = documents.face_file(documents.portrait())
    assert file[:84] == bytes.fromhex(FACE_PREFIX)
    assert file[84:] == documents.portrait()


def test_portrait_is_a_jpeg_of_another_size_than_the_header_says() -> None:
    with Image.open(io.BytesIO(documents.portrait())) as image:
        assert (image.format, image.size) == ("JPEG", (300, 400))


def test_portrait_script_repeats_itself() -> None:
    script = runpy.run_path(str(Path(__file__).parents[2] / "scripts" / "make_portrait.py"))
    first, second = (script["jpeg"](script["portrait"]()) for _ in range(2))
    assert first == second
    assert len(first) == script["FILE_SIZE"]


def test_fingerprint_file_holds_no_finger() -> None:
    inside = tlv.decode(tlv.expect(documents.fingerprint_file(), 0x63))
    assert tlv.find(inside, 0x7F61) == bytes.fromhex("020100")


def test_citizen_record_is_the_invented_holder() -> None:
    file = documents.citizen_record_file()
    assert hashlib.sha256(file).hexdigest() == CITIZEN_RECORD_SHA256
    assert documents.HOLDER_MRZ[0][15:27].encode("ascii") in file


def test_active_authentication_key_is_rsa_2048() -> None:
    key = keys.PublicKeyInfo.load(tlv.expect(documents.active_authentication_file(spki()), 0x6F), strict=True)
    assert (key.algorithm, key.bit_size) == ("rsa", 2048)
    numbers = documents.active_authentication_key().private_numbers()
    assert key["public_key"].parsed.native == {"modulus": numbers.p * numbers.q, "public_exponent": 65537}


def test_chip_authentication_file_begins_with_the_card_access() -> None:
    file = documents.chip_authentication_file(documents.chip_authentication_public_key())
    infos = tlv.expect(tlv.expect(file, 0x6E), 0x31)
    assert infos.startswith(tlv.expect(documents.CARD_ACCESS, 0x31))
    key_info = tlv.decode(infos)[-1].children
    assert core.ObjectIdentifier.load(bytes(key_info[0])).native == "0.4.0.127.0.7.2.2.1.2"
    key = keys.PublicKeyInfo.load(bytes(key_info[1]))
    assert key.curve[0] == "specified"
    assert key["public_key"].native == documents.chip_authentication_public_key()


def test_chip_authentication_file_takes_other_security_infos() -> None:
    card_access = der.set_in_order(der.sequence(der.oid("0.4.0.127.0.7.2.2.4.2.2"), der.integer(2), der.integer(12)))
    file = documents.chip_authentication_file(documents.chip_authentication_public_key(), card_access)
    assert tlv.decode(tlv.expect(tlv.expect(file, 0x6E), 0x31))[0].value == tlv.decode(card_access)[0].children[0].value


def test_standardized_key_info_names_the_curve_by_number() -> None:
    point = documents.chip_authentication_public_key()
    key = tlv.decode(documents.standardized_key_info(point, 13))[0].children[1]
    assert key.children[0].value == bytes.fromhex("06 07 04007F00070102 02 01 0D")
    assert key.find(0x03) == b"\x00" + point


@pytest.mark.reference_data
def test_constants_are_the_reference_ones(reference_data: Path) -> None:
    fixtures = json.loads((reference_data / "cccd" / "fixtures.json").read_text("utf-8"))
    assert bytes.fromhex(fixtures["card_access"]) == documents.CARD_ACCESS
    assert bytes.fromhex(fixtures["single_holder"]["dg13"]) == documents.citizen_record_file()
    assert tuple(fixtures["single_holder"]["mrz"]) == documents.HOLDER_MRZ


@pytest.mark.reference_data
def test_chip_authentication_file_with_a_field_chips_key_is_that_chips_file(reference_data: Path) -> None:
    vector = json.loads((reference_data / "vectors" / "ca_ecdh_aes128.json").read_text("utf-8"))
    expected = bytes.fromhex(vector["dg14"])
    assert documents.chip_authentication_file(expected[-65:]) == expected


@pytest.mark.parametrize(
    ("dotted", "expected"),
    [
        ("2.23.136.1.1.1", "0606678108010101"),
        ("1.0.10646.1.0.8", "060628D316010008"),
        ("2.999.16384", "06058837818000"),
    ],
)
def test_object_identifiers(dotted: str, expected: str) -> None:
    assert der.oid(dotted) == bytes.fromhex(expected)
    assert core.ObjectIdentifier.load(der.oid(dotted)).native == dotted


@pytest.mark.parametrize("dotted", ["", "1", "1.", "1.x", "2.-5"])
def test_object_identifiers_refused(dotted: str) -> None:
    with pytest.raises(MalformedData, match="object identifier"):
        der.oid(dotted)


@pytest.mark.parametrize("value", [0, 1, 127, 128, 255, 256, -1, -128, -129, 2**255, -(2**255)])
def test_integers_as_another_library_writes_them(value: int) -> None:
    assert der.integer(value) == core.Integer(value).dump()


def test_named_bits_drop_trailing_zeros() -> None:
    assert der.named_bits(0) == bytes.fromhex("03020780")
    assert der.named_bits(5, 6) == bytes.fromhex("03020106")
    assert der.named_bits(7, 8) == bytes.fromhex("0303070180")
