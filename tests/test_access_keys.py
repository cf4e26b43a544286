# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The keys: MRZ information, CAN, and that no secret has a repr."""

from __future__ import annotations

import pytest

from cccd_reader.access_keys import AccessKey, Can, MrzKey, Pin, Puk, check_digit
from cccd_reader.errors import MalformedData


def test_mrz_information_of_the_worked_example() -> None:
    # ICAO 9303-11, appendix D.2
    key = MrzKey("L898902C", "690806", "940623")
    assert key.information == b"L898902C<369080619406236"
    assert key.password[:16].hex().upper() == "239AB9CB282DAF66231DC5A4DF6BFBAE"


def test_long_document_numbers_are_taken_whole() -> None:
    assert MrzKey("D23145890734", "340712", "950712").information == b"D23145890734934071279507122"


def test_can_of_a_personal_number_is_its_last_six_digits() -> None:
    assert Can.from_personal_number("001090123456") == Can("123456")


@pytest.mark.parametrize("value", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦"])
def test_a_can_has_six_ascii_digits(value: str) -> None:
    with pytest.raises(MalformedData) as caught:
        Can(value)
    assert not value or value not in str(caught.value)


@pytest.mark.parametrize("number", ["00109012345", "0010901234567", "00109012345x"])
def test_a_personal_number_has_twelve_digits(number: str) -> None:
    with pytest.raises(MalformedData):
        Can.from_personal_number(number)


@pytest.mark.parametrize(
    "fields", [("", "690806", "940623"), ("L898902C", "69080", "940623"), ("l898902c", "690806", "940623")]
)
def test_an_mrz_key_is_checked(fields: tuple[str, str, str]) -> None:
    with pytest.raises(MalformedData):
        MrzKey(*fields)


@pytest.mark.parametrize(
    "key", [MrzKey("L898902C", "690806", "940623"), Can("135791"), Pin("24680"), Puk("1357924680")]
)
def test_no_key_shows_itself(key: AccessKey) -> None:
    text = repr(key) + str(key) + f"{key}"
    assert "hidden" in text
    for secret in ("L898902C", "690806", "135791", "24680", "1357924680"):
        assert secret not in text


def test_password_references_are_those_of_the_standard() -> None:
    assert [kind.reference for kind in (MrzKey, Can, Pin, Puk)] == [1, 2, 3, 4]


@pytest.mark.parametrize("kind", [Pin, Puk])
@pytest.mark.parametrize("value", ["", "123", "\u20ac12345", "1" * 33])
def test_pin_and_puk_are_bounded(kind: type[Pin], value: str) -> None:
    with pytest.raises(MalformedData):
        kind(value)


def test_check_digit_refuses_other_characters_without_repeating_them() -> None:
    with pytest.raises(MalformedData, match="character 2"):
        check_digit("1*")
