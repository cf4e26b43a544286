# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a counter types or scans becomes keys, and mistakes are named without being repeated."""

from __future__ import annotations

import unicodedata
from itertools import count

import pytest
from hypothesis import given as example
from hypothesis import strategies as st

from cccd_reader.access_keys import Can, MrzKey
from cccd_reader.errors import MalformedData
from cccd_reader.lds.mrz import MrzField
from cccd_reader.scanners.access_text import MAX_CHARACTERS, AccessKind, parse_access
from cccd_reader.scanners.mrz_text import Slip
from cccd_reader.vietnam.crosscheck import Given
from cccd_reader.vietnam.mojibake import Repair
from cccd_reader.vietnam.partial_date import PartialDate
from cccd_reader.vietnam.personal_number import PersonalNumber
from cccd_reader.vietnam.sex import Sex
from tests.lds import samples

QR = "001090000000||Nguyễn Văn Thử|01021990|Nam|Số 1 Đường Thử Nghiệm, Phường Mẫu, Quận Thử, Hà Nội|15032022"
CAN = Can("000000")
CITIZEN_KEY = MrzKey("090000000", "900201", "300201")


def in_lines(zone: str, columns: int, end: str = "\n") -> str:
    return "".join(zone[start : start + columns] + end for start in range(0, len(zone), columns))


def wrong(text: str | bytes) -> MalformedData:
    with pytest.raises(MalformedData) as caught:
        parse_access(text)
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        "001090000000",
        "001 090 000 000",
        "001.090.000.000",
        "001-090-000-000",
        "001 \u2013 090000000",
        " 001090000000\r\n",
        "\ufeff001090000000\n",
        "001\u00a0090\u00a0000\u00a0000",
    ],
    ids=count(),
)
def test_twelve_digits(text: str) -> None:
    access = parse_access(text)
    assert (access.kind, access.keys) == (AccessKind.PERSONAL_NUMBER, (CAN,))
    assert access.given == Given(PersonalNumber("001090000000"))
    assert set(access.repairs) <= {Repair.BYTE_ORDER_MARK}


@pytest.mark.parametrize("text", ["123456", "123 456", "123456\n", "\ufeff123456"], ids=count())
def test_six_digits(text: str) -> None:
    access = parse_access(text)
    assert (access.kind, access.keys, access.given) == (AccessKind.CAN, (Can("123456"),), None)


@pytest.mark.parametrize(
    "text", [QR, QR + "\r\n", "\ufeff" + QR, QR + "||nine|ten", QR.replace("||", "|020000000|")], ids=count()
)
def test_a_qr_line(text: str) -> None:
    access = parse_access(text)
    assert (access.kind, access.keys) == (AccessKind.QR, (CAN, CITIZEN_KEY))
    assert access.qr is not None
    assert len(access.qr.fields) == text.count("|") + 1
    assert access.given == Given.of_qr(access.qr)
    assert access.given.full_name == "Nguyễn Văn Thử"


def test_a_qr_line_of_six_fields() -> None:
    access = parse_access(QR.replace("||", "|"))
    assert access.keys == (CAN, CITIZEN_KEY)
    assert access.given == parse_access(QR).given


@pytest.mark.parametrize(("birth", "issue"), [("1990", "15032022"), ("01021990", ""), ("", "15032022")], ids=count())
def test_a_qr_line_without_whole_dates_gives_the_can_alone(birth: str, issue: str) -> None:
    assert parse_access(QR.replace("01021990", birth).replace("15032022", issue)).keys == (CAN,)


def test_near_a_boundary_a_qr_line_gives_every_date_of_expiry_that_may_be() -> None:
    keys = parse_access(QR.replace("15032022", "01022028")).keys  # on the birthday two years before 40
    assert keys == (CAN, MrzKey("090000000", "900201", "500201"), CITIZEN_KEY)


BYTES = [
    (QR.encode(), ()),
    (b"\xef\xbb\xbf" + QR.encode(), ()),
    (b"\x02]Q1" + QR.encode() + b"\r\n\x03", ()),
    (QR.encode("utf-16"), (Repair.UTF16,)),
    (QR.encode("utf-16-le"), (Repair.UTF16,)),
    (QR.encode("utf-16-be"), (Repair.UTF16,)),
    (QR.encode("utf-16-le") + b"\r", (Repair.UTF16,)),
    (QR.encode().decode("latin-1").encode(), (Repair.UTF8_AS_LATIN1,)),
    (unicodedata.normalize("NFD", QR).encode(), (Repair.COMPOSED,)),
]


@pytest.mark.parametrize(("raw", "repairs"), BYTES, ids=count())
def test_bytes_of_a_scanner(raw: bytes, repairs: tuple[Repair, ...]) -> None:
    access = parse_access(raw)
    assert tuple(each for each in access.repairs if each is not Repair.BYTE_ORDER_MARK) == repairs
    assert access.keys == (CAN, CITIZEN_KEY)
    assert access.given == parse_access(QR).given


def test_bytes_that_nobody_can_read_lose_letters_and_not_the_key() -> None:
    access = parse_access(QR.replace("ễ", "\x80").encode("cp1258", errors="replace").replace(b"?", b"\xff\xfe"))
    assert Repair.BYTES_REPLACED in access.repairs
    assert access.keys == (CAN, CITIZEN_KEY)


@pytest.mark.parametrize("coding", ["utf-8", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("text", ["001090000000\r\n", samples.CITIZEN, "123456"])
def test_numbers_and_zones_in_bytes(text: str, coding: str) -> None:
    assert parse_access(text.encode(coding)).keys == parse_access(text).keys


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


def typed(*slips: tuple[int, str]) -> str:
    """The zone of the citizen with these characters at these places."""
    found = list(samples.CITIZEN)
    for position, character in slips:
        found[position] = character
    return "".join(found)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (typed((5, "1")), "document number"),
        (typed((14, "1")), "document number"),
        (typed((31, "8")), "date of birth"),
        (typed((39, "2")), "date of expiry"),
        (typed((17, "2")), "personal number"),
        (typed((31, "O"), (30, "8")), "date of birth"),  # a letter for a digit, and a digit for another
        (typed((30, "B")), "date of birth"),  # the check digit does not prove that it was an 8
        (typed((6, "A")), "document number"),
        (typed((6, "I"), (31, "8")), "document number, date of birth"),
    ],
    ids=count(),
)
def test_a_mistyped_zone_names_the_field(text: str, field: str) -> None:
    error = wrong(text)
    assert str(error) == f"MRZ: the check digit is wrong for: {field}"
    assert "O and the digit 0" in error.hint
    assert "I and the digit 1" in error.hint


SLIPS = [
    (typed((5, "O")), (Slip(MrzField.DOCUMENT_NUMBER, "O", "0"),)),
    (typed((31, "O")), (Slip(MrzField.DATE_OF_BIRTH, "O", "0"),)),
    (typed((33, "Z"), (35, "I")), (Slip(MrzField.DATE_OF_BIRTH, "I", "1"), Slip(MrzField.DATE_OF_BIRTH, "Z", "2"))),
    (typed((35, "l")), (Slip(MrzField.DATE_OF_BIRTH, "L", "1"),)),
    (typed((36, "B")), (Slip(MrzField.DATE_OF_BIRTH, "B", "8"),)),
    (typed((44, "G"), (59, "G")), (Slip(MrzField.COMPOSITE, "G", "6"), Slip(MrzField.DATE_OF_EXPIRY, "G", "6"))),
    (typed((17, "I"), (15, "O"), (16, "O")), tuple(Slip(MrzField.PERSONAL_NUMBER, *pair) for pair in ("I1", "O0"))),
    (
        samples.TD3.replace("6UTO7408122", "GUTO74O8122"),
        (Slip(MrzField.DATE_OF_BIRTH, "O", "0"), Slip(MrzField.DOCUMENT_NUMBER, "G", "6")),
    ),
    (samples.TD2.replace("F1204159", "F12O4159"), (Slip(MrzField.DATE_OF_EXPIRY, "O", "0"),)),
]


@pytest.mark.parametrize(("text", "slips"), SLIPS, ids=count())
def test_letters_in_place_of_digits_are_repaired_on_record(text: str, slips: tuple[Slip, ...]) -> None:
    access = parse_access(text)
    assert access.repairs == slips
    right = next(each for each in (samples.CITIZEN, samples.TD2, samples.TD3) if len(each) == len(text))
    assert access.keys == parse_access(right).keys
    assert access.given == parse_access(right).given


def test_nothing_is_repaired_where_letters_may_stand() -> None:
    text = samples.TD3.replace("L898902C3", "L8989O2C3")
    assert str(wrong(text)) == "MRZ: the check digit is wrong for: document number"


def test_a_name_with_digits_is_not_compared() -> None:
    access = parse_access(samples.CITIZEN.replace("NGUYEN", "NGUY3N"))
    assert access.given is not None
    assert access.given.name_line is None
    assert parse_access(samples.CITIZEN).given == Given(
        number=PersonalNumber("001090000000"),
        birth=PartialDate(1990, 2, 1),
        sex=Sex.MALE,
        name_line=samples.CITIZEN[60:],
    )


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
        (samples.CITIZEN.replace("NGUYEN", "NGUYỄN"), "line 3 has at place 5 a character that no zone has"),
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
    ["", "   ", "00109000000", "0010900000000", "1", "0010900000O", "hello", "abcdef", "١٢٣٤٥٦", "-123456", "12 34 5"],
    ids=count(),
)
def test_anything_else_is_refused_with_what_is_taken(text: str) -> None:
    assert "12 digits" in wrong(text).hint


@pytest.mark.parametrize("text", ["00109000000O", "OO1 O9O OOO OOO", "00109l000000", "00000o"], ids=count())
def test_a_letter_among_the_digits_is_named_and_not_guessed(text: str) -> None:
    error = wrong(text)
    assert str(error) == "access text: a letter stands among the digits"
    assert "the letter O and the digit 0" in error.hint


@pytest.mark.parametrize("text", ["001090000000|a", "a|b|c|d|e|f", "|||||||", "00109000000|1|2|3|4|5|6"], ids=count())
def test_a_broken_qr_line_is_refused(text: str) -> None:
    assert "type the 12 digits" in wrong(text).hint


def test_the_length_is_bounded() -> None:
    assert "longer than 4096" in str(wrong("<" * (MAX_CHARACTERS + 1)))


@pytest.mark.parametrize("text", ["001090000000", QR, samples.CITIZEN, "123456"], ids=count())
def test_nothing_of_it_is_shown(text: str) -> None:
    access = parse_access(text)
    assert repr(access) == f"Access({access.kind.value}, hidden)"


@example(st.binary(max_size=120))
def test_any_bytes_give_keys_or_malformed_data(raw: bytes) -> None:
    try:
        assert parse_access(raw).keys
    except MalformedData as error:
        assert error.hint  # noqa: PT017 -- both ends are right


@example(st.text(alphabet=st.characters(codec="utf-8"), max_size=120) | st.text("0123456789|<A \n.", max_size=120))
def test_any_text_gives_keys_or_malformed_data(text: str) -> None:
    try:
        shown = repr(parse_access(text))
    except MalformedData as error:
        shown = f"{error} {error.hint}"
    secret = "".join(text.split())
    assert len(secret) < 6 or secret not in shown


@pytest.mark.parametrize("data", ["", " \r\n", b"\n", b"\xef\xbb\xbf"], ids=count())
def test_nothing_is_called_so(data: str | bytes) -> None:
    with pytest.raises(MalformedData, match="nothing is in it"):
        parse_access(data)
