# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Machine readable zones: the examples of ICAO 9303, the Vietnamese lines, and every check digit made wrong."""

from __future__ import annotations

import dataclasses
import datetime
from itertools import count

import pytest

from cccd_reader.access_keys import MrzKey, check_digit
from cccd_reader.errors import MalformedData
from cccd_reader.lds.mrz import NO_EXPIRY, Mrz, MrzField, MrzFormat
from cccd_reader.lds.mrz_builder import MrzData, build_td1, build_td3, vietnamese_optional_data
from tests.lds import samples

CITIZEN = MrzData(
    document_code="ID",
    issuing_state="VNM",
    document_number="090000000",
    date_of_birth="900201",
    sex="M",
    date_of_expiry="300201",
    nationality="VNM",
    primary_identifier="NGUYEN",
    secondary_identifier="VAN THU",
    optional_data=vietnamese_optional_data("001090000000"),
)


def parse(text: str) -> Mrz:
    return Mrz.parse(text.encode("ascii"))


def replaced(text: str, position: int, character: str) -> str:
    return text[:position] + character + text[position + 1 :]


@pytest.mark.parametrize(
    ("text", "form", "number", "names"),
    [
        (samples.TD1, MrzFormat.TD1, "D23145890", ("ERIKSSON", "ANNA MARIA")),
        (samples.TD1_LONG, MrzFormat.TD1, "D23145890734", ("STEVENSON", "PETER")),
        (samples.TD2, MrzFormat.TD2, "D23145890", ("ERIKSSON", "ANNA MARIA")),
        (samples.TD2_LONG, MrzFormat.TD2, "D23145890734", ("STEVENSON", "PETER")),
        (samples.TD3, MrzFormat.TD3, "L898902C3", ("ERIKSSON", "ANNA MARIA")),
        (samples.CITIZEN, MrzFormat.TD1, "090000000", ("NGUYEN", "VAN THU")),
        (samples.CITIZEN_WITHOUT_EXPIRY, MrzFormat.TD1, "160000000", ("LE", "THI GIA DINH")),
    ],
    ids=count(),
)
def test_the_examples_are_right(text: str, form: MrzFormat, number: str, names: tuple[str, str]) -> None:
    mrz = parse(text)
    assert mrz.format is form
    assert mrz.document_number == number
    assert (mrz.primary_identifier, mrz.secondary_identifier) == names
    assert mrz.findings == ()
    assert bytes(mrz) == text.encode("ascii")


def test_the_fields_of_a_passport() -> None:
    mrz = parse(samples.TD3)
    assert (mrz.document_code, mrz.issuing_state, mrz.nationality, mrz.sex) == ("P", "UTO", "UTO", "F")
    assert (mrz.date_of_birth, mrz.date_of_expiry) == ("740812", "120415")
    assert mrz.expiry == datetime.date(2012, 4, 15)
    assert mrz.optional_data == "ZE184226B"
    assert mrz.personal_number is None


def test_the_fields_of_the_vietnamese_card() -> None:
    mrz = parse(samples.CITIZEN)
    assert mrz.personal_number == "001090000000"
    assert mrz.expiry == datetime.date(2030, 2, 1)
    assert mrz.key() == MrzKey("090000000", "900201", "300201")


def test_the_key_of_a_long_number_covers_all_of_it() -> None:
    assert parse(samples.TD1_LONG).key().information == b"D23145890734934071279507122"  # ICAO 9303-11, D.2
    assert parse(samples.TD2_LONG).key() == parse(samples.TD1_LONG).key()


def test_no_expiry_is_a_value_of_its_own_and_vietnamese_alone() -> None:
    assert parse(samples.CITIZEN_WITHOUT_EXPIRY).expiry is NO_EXPIRY
    foreign = build_td1(dataclasses.replace(CITIZEN, issuing_state="UTO", date_of_expiry="991231"))
    assert foreign.expiry == datetime.date(2099, 12, 31)
    assert foreign.personal_number is None
    passport = build_td3(dataclasses.replace(CITIZEN, optional_data="", date_of_expiry="991231"))
    assert passport.expiry == datetime.date(2099, 12, 31)


@pytest.mark.parametrize("date", ["990231", "99<<<<", "<<<<<<", "300001"], ids=count())
def test_a_date_that_the_calendar_does_not_have_is_none(date: str) -> None:
    mrz = build_td1(dataclasses.replace(CITIZEN, date_of_expiry=date))
    assert mrz.expiry is None
    assert mrz.date_of_expiry == date
    assert mrz.findings == ()


@pytest.mark.parametrize(
    ("text", "position", "character", "findings"),
    [
        (samples.CITIZEN, 5, "1", {MrzField.DOCUMENT_NUMBER, MrzField.COMPOSITE}),
        (samples.CITIZEN, 14, "8", {MrzField.DOCUMENT_NUMBER, MrzField.COMPOSITE}),
        (samples.CITIZEN, 29, "9", {MrzField.PERSONAL_NUMBER, MrzField.COMPOSITE}),
        (samples.CITIZEN, 20, "1", {MrzField.PERSONAL_NUMBER, MrzField.COMPOSITE}),
        (samples.CITIZEN, 30, "8", {MrzField.DATE_OF_BIRTH, MrzField.COMPOSITE}),
        (samples.CITIZEN, 38, "2", {MrzField.DATE_OF_EXPIRY, MrzField.COMPOSITE}),
        (samples.CITIZEN, 59, "7", {MrzField.COMPOSITE}),
        (samples.CITIZEN, 37, "F", set()),
        (samples.CITIZEN, 65, "X", set()),
        (samples.TD2, 36, "E", {MrzField.DOCUMENT_NUMBER, MrzField.COMPOSITE}),
        (samples.TD2, 71, "5", {MrzField.COMPOSITE}),
        (samples.TD3, 44, "M", {MrzField.DOCUMENT_NUMBER, MrzField.COMPOSITE}),
        (samples.TD3, 73, "F", {MrzField.PERSONAL_NUMBER, MrzField.COMPOSITE}),
        (samples.TD3, 87, "1", {MrzField.COMPOSITE}),
        (samples.TD1_LONG, 17, "5", {MrzField.DOCUMENT_NUMBER, MrzField.COMPOSITE}),
        (samples.TD1, 14, "<", {MrzField.DOCUMENT_NUMBER, MrzField.COMPOSITE}),
    ],
    ids=count(),
)
def test_a_wrong_character_is_found_by_its_check_digit(
    text: str, position: int, character: str, findings: set[MrzField]
) -> None:
    assert set(parse(replaced(text, position, character)).findings) == findings


def test_a_letter_in_a_date_is_found_though_the_check_digit_agrees() -> None:
    # G counts 16, so it leaves the check digit of 6 as it is
    mrz = build_td1(dataclasses.replace(CITIZEN, date_of_birth="G60201"))
    assert mrz.findings == (MrzField.DATE_OF_BIRTH,)


def test_a_document_without_the_extra_vietnamese_digit_is_right() -> None:
    mrz = build_td1(dataclasses.replace(CITIZEN, optional_data="001090000000"))
    assert mrz.personal_number == "001090000000"
    assert mrz.findings == ()


def test_an_empty_personal_number_of_a_passport_may_have_a_filler_or_zero() -> None:
    passport = bytes(build_td3(dataclasses.replace(CITIZEN, optional_data=""))).decode("ascii")
    assert passport[86] == "0"
    assert parse(replaced(passport, 86, "<")).findings == ()


def test_a_long_number_without_check_digit_is_a_finding() -> None:
    line = "I<UTOD23145890<7<<<<<<<<<<<<<<"
    assert MrzField.DOCUMENT_NUMBER in parse(line + samples.TD1_LONG[30:]).findings
    full = "I<UTOD23145890<" + "7" * 15
    assert MrzField.DOCUMENT_NUMBER in parse(full + samples.TD1_LONG[30:]).findings


def test_a_number_with_a_filler_for_its_check_digit_and_nothing_behind_is_short() -> None:
    mrz = parse(samples.TD1[:5] + "AB12<<<<<<" + "<" * 15 + samples.TD1[30:])
    assert (mrz.document_number, mrz.optional_data) == ("AB12", "")
    assert MrzField.DOCUMENT_NUMBER in mrz.findings


def test_a_long_number_ends_with_a_filler() -> None:
    number = "AB1234567" + "12345678901234"  # one more than fits: no filler after the check digit
    mrz = parse(samples.TD1[:5] + number[:9] + "<" + number[9:] + check_digit(number) + samples.TD1[30:])
    assert mrz.document_number == number[:22]
    assert MrzField.DOCUMENT_NUMBER in mrz.findings


@pytest.mark.parametrize(
    ("text", "optional", "covered", "composite"),
    [
        (samples.TD1, 48, [(5, 30), (30, 37), (38, 45), (48, 59)], 59),
        (samples.TD1, 15, [(5, 30), (30, 37), (38, 45), (48, 59)], 59),
        (samples.TD2, 64, [(36, 46), (49, 56), (57, 71)], 71),
    ],
)
def test_the_composite_digit_covers_the_optional_data_to_its_end(
    text: str, optional: int, covered: list[tuple[int, int]], composite: int
) -> None:
    end = next(stop for start, stop in covered if start <= optional < stop)
    filled = text[:optional] + "1" * (end - optional) + text[end:]
    digit = check_digit("".join(filled[start:stop] for start, stop in covered))
    assert parse(replaced(filled, composite, digit)).findings == ()
    for position in range(optional, end):
        assert parse(replaced(replaced(filled, composite, digit), position, "2")).findings == (MrzField.COMPOSITE,)


@pytest.mark.parametrize("text", ["", "P<", samples.TD1[:-1], samples.TD3 + "<", "<" * 91], ids=count())
def test_another_length_is_malformed(text: str) -> None:
    with pytest.raises(MalformedData, match="90, 72 or 88"):
        parse(text)


@pytest.mark.parametrize("character", ["a", " ", "\n", "É", "-"], ids=count())
def test_another_alphabet_is_malformed_and_not_repeated(character: str) -> None:
    with pytest.raises(MalformedData) as caught:
        Mrz.parse(replaced(samples.TD1, 7, character).encode("latin-1"))
    assert str(caught.value) == "MRZ: character 8 is not of the MRZ alphabet"


def test_repr_hides_the_holder() -> None:
    assert repr(parse(samples.CITIZEN)) == "Mrz(TD1, hidden)"
    assert repr(CITIZEN) == "MrzData(hidden)"


def test_the_builders_meet_the_published_lines() -> None:
    assert bytes(build_td1(CITIZEN)) == samples.CITIZEN.encode("ascii")
    stevenson = MrzData("I", "UTO", "D23145890734", "340712", "M", "950712", "UTO", "STEVENSON", "PETER")
    assert bytes(build_td1(stevenson)) == samples.TD1_LONG.encode("ascii")
    eriksson = MrzData("P", "UTO", "L898902C3", "740812", "F", "120415", "UTO", "ERIKSSON", "ANNA MARIA", "ZE184226B")
    assert bytes(build_td3(eriksson)) == samples.TD3.encode("ascii")


def test_the_builders_cut_names_and_refuse_other_overlong_fields() -> None:
    long_name = dataclasses.replace(CITIZEN, secondary_identifier="VAN " * 12)
    assert len(bytes(build_td1(long_name))) == 90
    for fields in ({"nationality": "VIET"}, {"optional_data": "1" * 16}):
        with pytest.raises(MalformedData, match="longer than its place"):
            build_td1(dataclasses.replace(CITIZEN, **fields))
    with pytest.raises(MalformedData, match="twelve digits"):
        vietnamese_optional_data("00109000000")
