# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What twelve digits say, and the provinces before and since July 2025."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cccd_reader.access_keys import Can
from cccd_reader.errors import MalformedData
from cccd_reader.vietnam.personal_number import NumberFinding, PersonalNumber, mask
from cccd_reader.vietnam.provinces import PROVINCES
from cccd_reader.vietnam.sex import Sex


def test_the_parts_of_a_number() -> None:
    number = PersonalNumber.parse(" 001 090 000.000 ")
    assert number.digits == "001090000000"
    assert number.province is not None
    assert (number.province.name, number.sex, number.birth_year) == ("Hà Nội", Sex.MALE, 1990)
    assert (number.document_number, number.can, number.findings) == ("090000000", Can("000000"), ())


@pytest.mark.parametrize(
    ("digit", "sex", "year"),
    [
        ("0", Sex.MALE, 1960),
        ("1", Sex.FEMALE, 1960),
        ("2", Sex.MALE, 2060),
        ("3", Sex.FEMALE, 2060),
        ("4", Sex.MALE, 2160),
        ("5", Sex.FEMALE, 2160),
        ("6", Sex.MALE, 2260),
        ("7", Sex.FEMALE, 2260),
        ("8", None, None),
        ("9", None, None),
    ],
)
def test_sex_and_century(digit: str, sex: Sex | None, year: int | None) -> None:
    number = PersonalNumber(f"079{digit}60000000")
    assert (number.sex, number.birth_year) == (sex, year)
    assert (NumberFinding.CENTURY_UNDEFINED in number.findings) == (digit in "89")
    assert (NumberFinding.BORN_AFTER_2099 in number.findings) == (digit in "4567")


@pytest.mark.parametrize("prefix", ["000", "003", "097", "100", "335", "999"])
def test_an_unknown_prefix_is_a_finding(prefix: str) -> None:
    number = PersonalNumber(f"{prefix}090000000")
    assert number.province is None
    assert number.findings == (NumberFinding.UNKNOWN_PREFIX,)


@pytest.mark.parametrize("text", ["", "00109000000", "0010900000000", "00109000000A", "٠٠١٠٩٠٠٠٠٠٠٠", "00109000000²"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(MalformedData) as error:
        PersonalNumber.parse(text)
    assert not text or text not in str(error.value)


def test_a_number_is_hidden_and_masked() -> None:
    number = PersonalNumber("001090123456")
    assert repr(number) == str(number) == "PersonalNumber(hidden)"
    assert number.masked == "001******456"
    assert (mask("020000000"), mask("12345678")) == ("020***000", "********")


def test_there_were_63_provinces_and_are_34() -> None:
    assert len(PROVINCES) == len({province.name for province in PROVINCES.values()}) == 63
    assert len({province.successor for province in PROVINCES.values()}) == 34
    kept = {province.successor for province in PROVINCES.values()} & {province.name for province in PROVINCES.values()}
    assert len(kept) == 33  # Thừa Thiên Huế alone goes on under another name


@pytest.mark.parametrize(
    ("code", "name", "successor"),
    [
        ("001", "Hà Nội", "Hà Nội"),
        ("002", "Hà Giang", "Tuyên Quang"),
        ("046", "Thừa Thiên Huế", "Huế"),
        ("060", "Bình Thuận", "Lâm Đồng"),
        ("077", "Bà Rịa - Vũng Tàu", "Thành phố Hồ Chí Minh"),
        ("080", "Long An", "Tây Ninh"),
        ("091", "Kiên Giang", "An Giang"),
        ("096", "Cà Mau", "Cà Mau"),
    ],
)
def test_provinces(code: str, name: str, successor: str) -> None:
    assert (PROVINCES[code].code, PROVINCES[code].name, PROVINCES[code].successor) == (code, name, successor)


@given(st.text(max_size=20))
def test_any_text(text: str) -> None:
    try:
        number = PersonalNumber.parse(text)
    except MalformedData:
        return
    assert len(number.digits) == 12
