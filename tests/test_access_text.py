# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a counter types or scans becomes keys, and mistakes are named without being repeated."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cccd_reader.access_keys import Can, MrzKey
from cccd_reader.errors import MalformedData
from cccd_reader.scanners.access_text import MAX_CHARACTERS, Access, AccessKind, parse_access
from tests.lds import samples

QR = "001090000000||Nguyễn Văn Thử|01021990|Nam|Số 1 Đường Thử Nghiệm, Phường Mẫu, Quận Thử, Hà Nội|15032022"
CAN = Can("000000")
CITIZEN_KEY = MrzKey("090000000", "900201", "300201")


def in_lines(zone: str, columns: int, end: str = "\n") -> str:
    return "".join(zone[start : start + columns] + end for start in range(0, len(zone), columns))


def wrong(text: str) -> MalformedData:
    with pytest.raises(MalformedData) as caught:
        parse_access(text)
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        "001090000000",
        "001 090 000 000",
        "001.090.000.000",
        " 001090000000\r\n",
        "\ufeff001090000000\n",
        "001\u00a0090\u00a0000\u00a0000",
    ],
    ids=count(),
)
def test_twelve_digits(text: str) -> None:
    assert parse_access(text) == Access((CAN,), AccessKind.PERSONAL_NUMBER)


@pytest.mark.parametrize("text", ["123456", "123 456", "123456\n", "\ufeff123456"], ids=count())
def test_six_digits(text: str) -> None:
    assert parse_access(text) == Access((Can("123456"),), AccessKind.CAN)


@pytest.mark.parametrize(
    "text", [QR, QR + "\r\n", "\ufeff" + QR, QR + "||nine|ten", QR.replace("||", "|020000000|")], ids=count()
)
def test_a_qr_line(text: str) -> None:
    access = parse_access(text)
    assert (access.kind, access.keys) == (AccessKind.QR, (CAN,))
    assert access.fields[0] == "001090000000"
    assert access.fields[2] == "Nguyễn Văn Thử"
    assert len(access.fields) == text.count("|") + 1


def test_a_qr_line_of_six_fields_whose_number_is_not_the_first() -> None:
    assert parse_access("020000000|001090000000|a|b|c|d").keys == (CAN,)


@pytest.mark.parametrize(
    "text",
    [
        samples.CITIZEN,
        samples.CITIZEN.lower(),
        in_lines(samples.CITIZEN, 30),
        in_lines(samples.CITIZEN, 30, "\r"),
        in_lines(samples.CITIZEN, 30, "\r\n\r\n"),
        "  " + in_lines(samples.CITIZEN, 30, " \n\t"),
        in_lines(samples.CITIZEN, 10, " "),
        in_lines(samples.CITIZEN, 15),
        "\ufeff" + samples.CITIZEN,
    ],
    ids=count(),
)
def test_the_vietnamese_zone_gives_the_can_first_and_then_its_own_key(text: str) -> None:
    access = parse_access(text)
    assert (access.kind, access.keys) == (AccessKind.MRZ, (CAN, CITIZEN_KEY))
    assert access.mrz is not None
    assert access.mrz.personal_number == "001090000000"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (in_lines(samples.TD1_LONG, 30), MrzKey("D23145890734", "340712", "950712")),
        (in_lines(samples.TD2, 36), MrzKey("D23145890", "740812", "120415")),
        (samples.TD2, MrzKey("D23145890", "740812", "120415")),
        (in_lines(samples.TD3, 44), MrzKey("L898902C3", "740812", "120415")),
        (samples.TD3, MrzKey("L898902C3", "740812", "120415")),
    ],
    ids=count(),
)
def test_other_documents_give_their_mrz_key_alone(text: str, key: MrzKey) -> None:
    assert parse_access(text).keys == (key,)


@pytest.mark.parametrize(
    ("position", "character", "field"),
    [
        (5, "O", "document number"),
        (14, "1", "document number"),
        (31, "O", "date of birth"),
        (39, "O", "date of expiry"),
        (17, "I", "personal number"),
    ],
    ids=count(),
)
def test_a_mistyped_zone_names_the_field(position: int, character: str, field: str) -> None:
    text = samples.CITIZEN[:position] + character + samples.CITIZEN[position + 1 :]
    if field == "personal number":  # a letter makes it no number at all; a wrong digit is found
        text = samples.CITIZEN[:position] + "2" + samples.CITIZEN[position + 1 :]
    error = wrong(text)
    assert str(error) == f"MRZ: the check digit is wrong for: {field}"
    assert "O and the digit 0" in error.hint
    assert "I and the digit 1" in error.hint


def test_several_mistyped_fields_are_all_named() -> None:
    text = samples.CITIZEN[:30] + "8" + samples.CITIZEN[31:38] + "2" + samples.CITIZEN[39:]
    assert str(wrong(text)) == "MRZ: the check digit is wrong for: date of birth, date of expiry"


def test_a_wrong_composite_digit_alone_leaves_the_keys_right() -> None:
    assert parse_access(samples.CITIZEN[:59] + "7" + samples.CITIZEN[60:]).keys == (CAN, CITIZEN_KEY)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (in_lines(samples.CITIZEN, 30)[:-2], "line 3 has 29 characters, where 30 are expected"),
        (in_lines(samples.TD2, 36)[1:], "line 1 has 35 characters, where 36 are expected"),
        (in_lines(samples.TD3, 44).replace("<10", "<1"), "line 2 has 43 characters, where 44 are expected"),
        (samples.TD3 + "<", "89 characters, where 90, 72 or 88"),
        ("<", "1 characters, where 90, 72 or 88"),
        (samples.CITIZEN.replace("NGUYEN", "NGUYỄN"), "character 65 is not of the MRZ alphabet"),
    ],
    ids=count(),
)
def test_a_zone_that_is_cut_tells_where(text: str, words: str) -> None:
    assert words in str(wrong(text))


def test_nine_digits_are_an_old_card_without_chip() -> None:
    error = wrong("020 000 000")
    assert "no chip" in error.hint
    assert "12 digits" in error.hint


@pytest.mark.parametrize(
    "text",
    ["", "   ", "00109000000", "0010900000000", "1", "00109000000O", "hello", "١٢٣٤٥٦", "-123456", "12 34 5"],
    ids=count(),
)
def test_anything_else_is_refused_with_what_is_taken(text: str) -> None:
    assert "12 digits" in wrong(text).hint


@pytest.mark.parametrize("text", ["001090000000|a", "a|b|c|d|e|f", "|||||||", "00109000000|1|2|3|4|5|6"], ids=count())
def test_a_broken_qr_line_is_refused(text: str) -> None:
    assert "type the 12 digits" in wrong(text).hint


def test_the_length_is_bounded() -> None:
    assert "longer than 4096" in str(wrong("<" * (MAX_CHARACTERS + 1)))


@pytest.mark.parametrize("text", ["001090000000", QR, samples.CITIZEN, "123456"], ids=count())
def test_nothing_of_it_is_shown(text: str) -> None:
    access = parse_access(text)
    assert repr(access) == f"Access({access.kind.value}, hidden)"


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=120) | st.text("0123456789|<A \n.", max_size=120))
def test_any_text_gives_keys_or_malformed_data(text: str) -> None:
    try:
        shown = repr(parse_access(text))
    except MalformedData as error:
        shown = f"{error} {error.hint}"
    secret = "".join(text.split())
    assert len(secret) < 6 or secret not in shown
