# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Cards whose parts agree, and what is found where they do not."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from cccd_reader.lds.mrz import Mrz
from cccd_reader.vietnam.citizen_record import CitizenRecord
from cccd_reader.vietnam.crosscheck import (
    Agreement,
    Field,
    Finding,
    Given,
    Why,
    given_against_chip,
    issue_against_signer,
    mrz_against_record,
    number_against_holder,
    number_against_mrz,
)
from cccd_reader.vietnam.partial_date import PartialDate
from cccd_reader.vietnam.personal_number import PersonalNumber
from cccd_reader.vietnam.qr_line import QrLine
from cccd_reader.vietnam.sex import Sex
from tests.lds.samples import TD3
from tests.vietnam import samples

SINGLE, MARRIED = CitizenRecord.parse(samples.SINGLE), CitizenRecord.parse(samples.MARRIED)
SINGLE_MRZ, MARRIED_MRZ = Mrz.parse(samples.SINGLE_MRZ), Mrz.parse(samples.MARRIED_MRZ)
SINGLE_QR, MARRIED_QR = QrLine.parse(samples.SINGLE_QR), QrLine.parse(samples.MARRIED_QR)
GIVEN = Given.of_qr(SINGLE_QR)
NUMBER = PersonalNumber("001090000000")
Short = tuple[str, str, str | None]


def unlike(findings: tuple[Finding, ...]) -> list[Short]:
    """What does not simply agree."""
    found = [(each.field.value, each.agreement.value, each.why and each.why.value) for each in findings]
    return [each for each in found if each[1:] != ("agree", None)]


def zone(old: str, new: str) -> Mrz:
    """The zone of the single holder with something else in it; its check digits may be wrong."""
    text = samples.SINGLE_MRZ.decode()
    assert old in text
    return Mrz.parse(text.replace(old, new).encode())


@pytest.mark.parametrize(("record", "mrz", "qr"), [(SINGLE, SINGLE_MRZ, SINGLE_QR), (MARRIED, MARRIED_MRZ, MARRIED_QR)])
def test_both_holders_agree_with_themselves(record: CitizenRecord, mrz: Mrz, qr: QrLine) -> None:
    assert record.number is not None
    assert unlike(mrz_against_record(mrz, record)) == []
    assert unlike(number_against_mrz(mrz)) == []
    assert unlike(number_against_holder(record.number, record.sex_value, record.birth)) == []
    assert unlike(given_against_chip(Given.of_qr(qr), mrz, record)) == []


def test_the_record_of_another_person() -> None:
    findings = mrz_against_record(SINGLE_MRZ, MARRIED)
    assert [finding.agreement for finding in findings] == [Agreement.DIFFER] * 5
    assert [finding.field.value for finding in findings] == [
        "personal-number", "name", "date-of-birth", "sex", "date-of-expiry",
    ]  # fmt: skip


def test_the_qr_line_of_another_person() -> None:
    findings = given_against_chip(Given.of_qr(MARRIED_QR), SINGLE_MRZ, SINGLE)
    assert {finding.agreement for finding in findings} == {Agreement.DIFFER}
    assert [finding.field.value for finding in findings] == [
        "personal-number", "name", "date-of-birth", "sex", "date-of-issue",
    ]  # fmt: skip
    without_record = unlike(given_against_chip(Given.of_qr(MARRIED_QR), SINGLE_MRZ, None))
    assert [short[:2] for short in without_record] == [
        ("personal-number", "differ"),
        ("name", "differ"),
        ("date-of-birth", "differ"),
        ("sex", "differ"),
        ("date-of-issue", "not-comparable"),
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"personal_number": "001090000001"}, ("personal-number", "differ", None)),
        ({"personal_number": "00109000000"}, ("personal-number", "not-comparable", "missing")),
        ({"full_name": "Nguyễn Văn Thừa"}, ("name", "differ", None)),
        ({"full_name": None}, ("name", "not-comparable", "missing")),
        ({"full_name": "Иван"}, ("name", "not-comparable", "unreadable")),
        ({"date_of_birth": "02/02/1990"}, ("date-of-birth", "differ", None)),
        ({"date_of_birth": "1990"}, ("date-of-birth", "agree", "partial")),
        ({"date_of_birth": "1991"}, ("date-of-birth", "differ", None)),
        ({"date_of_birth": None}, ("date-of-birth", "not-comparable", "missing")),
        ({"sex": "Nữ"}, ("sex", "differ", None)),
        ({"sex": "?"}, ("sex", "not-comparable", "missing")),
        ({"date_of_expiry": "01/02/2031"}, ("date-of-expiry", "differ", None)),
        ({"date_of_expiry": "Không thời hạn"}, ("date-of-expiry", "differ", None)),
        ({"date_of_expiry": ""}, ("date-of-expiry", "not-comparable", "missing")),
    ],
)
def test_one_field_of_the_record(change: dict[str, str | None], expected: Short) -> None:
    assert unlike(mrz_against_record(SINGLE_MRZ, replace(SINGLE, **change))) == [expected]  # type: ignore[arg-type]  # -- texts alone


def test_an_opaque_record_compares_with_nothing() -> None:
    opaque = CitizenRecord.parse(b"\x6d\x04\x8f\x8f\x8f\x8f")
    assert {finding.why for finding in mrz_against_record(SINGLE_MRZ, opaque)} == {Why.MISSING}
    assert unlike(given_against_chip(GIVEN, SINGLE_MRZ, opaque)) == [("date-of-issue", "not-comparable", "missing")]
    assert {finding.why for finding in given_against_chip(GIVEN, None, None)} == {Why.MISSING}


def test_a_name_that_the_zone_cuts() -> None:
    name = "Nguyễn Hoàng Phương Thảo Nguyên"
    cut = zone("NGUYEN<<VAN<THU<<<<<<<<<<<<<<<", "NGUYEN<<HOANG<PHUONG<THAO<NGUY")
    expected = [("name", "agree", "truncated")]
    assert unlike(mrz_against_record(cut, replace(SINGLE, full_name=name))) == expected
    assert unlike(given_against_chip(replace(GIVEN, full_name=name, issue=None), cut, None))[0] == expected[0]


def test_an_unknown_day_of_birth_in_the_zone() -> None:
    partial = zone("9002018M", "9002<<4M")
    assert unlike(mrz_against_record(partial, replace(SINGLE, date_of_birth="02/1990"))) == []
    assert unlike(mrz_against_record(partial, SINGLE)) == [("date-of-birth", "agree", "partial")]
    unknown = zone("9002018M", "<<<<<<0M")
    assert unlike(mrz_against_record(unknown, SINGLE)) == [("date-of-birth", "not-comparable", "missing")]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("VNM090000000", "VNM090000001", [("document-number", "differ", None)]),
        ("<<89002", "<<79002", [("check-digit", "differ", None)]),
        (
            "001090000000<<8",
            "<<<<<<<<<<<<<<<",
            [("document-number", "not-comparable", "missing"), ("check-digit", "not-comparable", "missing")],
        ),
    ],
)
def test_the_numbers_of_the_zone(old: str, new: str, expected: list[Short]) -> None:
    assert unlike(number_against_mrz(zone(old, new))) == expected


@pytest.mark.parametrize(
    ("number", "sex", "birth", "expected"),
    [
        ("001090000000", Sex.FEMALE, PartialDate(1990), [("sex", "differ", None)]),
        ("001090000000", Sex.MALE, PartialDate(1991, 1), [("year-of-birth", "differ", None)]),
        ("001290000000", Sex.MALE, PartialDate(1990), [("year-of-birth", "differ", None)]),
        ("001190000000", Sex.FEMALE, PartialDate(1990), []),
        (
            "001890000000",
            Sex.MALE,
            None,
            [("sex", "not-comparable", "missing"), ("year-of-birth", "not-comparable", "missing")],
        ),
    ],
)
def test_the_number_and_its_holder(number: str, sex: Sex, birth: PartialDate | None, expected: list[Short]) -> None:
    assert unlike(number_against_holder(PersonalNumber(number), sex, birth)) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (Given(NUMBER), ["name", "date-of-birth", "sex", "date-of-issue"]),
        (replace(GIVEN, full_name="nguyen van thu"), [("name", "agree", "without-diacritics")]),
        (replace(GIVEN, full_name="Nguyễn Văn Thư"), [("name", "differ", "diacritics-differ")]),
        (replace(GIVEN, full_name="Nguyễn Văn Th\ufffd"), [("name", "not-comparable", "unreadable")]),
        (replace(GIVEN, birth=PartialDate(1990)), [("date-of-birth", "agree", "partial")]),
        (replace(GIVEN, birth=PartialDate(1890)), [("date-of-birth", "differ", None)]),
        (replace(GIVEN, issue=PartialDate(2022, 3, 16)), [("date-of-issue", "differ", None)]),
        (replace(GIVEN, number=PersonalNumber("001090000009")), [("personal-number", "differ", None)]),
    ],
)
def test_what_was_given(given: Given, expected: list[object]) -> None:
    wanted = [(each, "not-comparable", "missing") if isinstance(each, str) else each for each in expected]
    assert unlike(given_against_chip(given, SINGLE_MRZ, SINGLE)) == wanted
    assert repr(given) == "Given(hidden)"


@pytest.mark.parametrize(
    ("issue", "agreement", "why"),
    [
        (PartialDate(2022, 3, 15), Agreement.AGREE, None),
        (PartialDate(2022, 3, 1), Agreement.AGREE, None),
        (PartialDate(2022, 2, 28), Agreement.AGREE, Why.SIGNER_LATER),
        (PartialDate(2021, 9, 2), Agreement.AGREE, Why.SIGNER_LATER),
        (PartialDate(2021, 9, 1), Agreement.DIFFER, Why.SIGNER_LATER),
        (PartialDate(2032, 1, 1), Agreement.AGREE, None),
        (PartialDate(2032, 1, 2), Agreement.DIFFER, Why.SIGNER_EARLIER),
        (PartialDate(2032), Agreement.AGREE, None),
        (None, Agreement.NOT_COMPARABLE, Why.MISSING),
    ],
)
def test_the_date_of_issue_and_the_signer(issue: PartialDate | None, agreement: Agreement, why: Why | None) -> None:
    finding = issue_against_signer(issue, datetime.date(2022, 3, 1), datetime.date(2032, 1, 1))
    assert finding == Finding(Field.DATE_OF_ISSUE, agreement, why)


# what a zone that was given says


@pytest.mark.parametrize(("mrz", "record"), [(SINGLE_MRZ, SINGLE), (MARRIED_MRZ, MARRIED)])
def test_a_zone_that_was_given_agrees_with_its_own_card(mrz: Mrz, record: CitizenRecord) -> None:
    given = Given.of_mrz(mrz)
    assert (given.number, given.birth, given.sex) == (record.number, record.birth, record.sex_value)
    missing = ("date-of-issue", "not-comparable", "missing")
    assert unlike(given_against_chip(given, mrz, record)) == [missing]
    assert unlike(given_against_chip(given, mrz, None)) == [missing]
    assert unlike(given_against_chip(given, None, record)) == [missing]
    assert repr(given) == "Given(hidden)"


@pytest.mark.parametrize("held", ["record", "zone"])
def test_a_zone_of_another_person_differs(held: str) -> None:
    found = given_against_chip(Given.of_mrz(SINGLE_MRZ), MARRIED_MRZ, MARRIED if held == "record" else None)
    differing = [each.field for each in found if each.agreement is Agreement.DIFFER]
    assert differing == [Field.PERSONAL_NUMBER, Field.NAME, Field.DATE_OF_BIRTH, Field.SEX]


def test_a_name_that_the_zone_cut_agrees() -> None:
    name = "Nguyễn Hoàng Phương Bảo Ngọc Thiên Kim Anh"
    line = "NGUYEN<<HOANG<PHUONG<BAO<NGOC<"
    given = replace(Given.of_mrz(SINGLE_MRZ), name_line=line)
    found = given_against_chip(given, SINGLE_MRZ, replace(SINGLE, full_name=name))
    assert [each.agreement for each in found if each.field is Field.NAME] == [Agreement.AGREE]
    other = given_against_chip(given, SINGLE_MRZ, replace(SINGLE, full_name=name.replace("Bảo", "Hảo")))
    assert [each.agreement for each in other if each.field is Field.NAME] == [Agreement.DIFFER]


@pytest.mark.parametrize(
    ("number", "birth", "date"),
    [
        ("001090000000", "900201", PartialDate(1990, 2, 1)),
        ("001290000000", "900201", PartialDate(2090, 2, 1)),
        ("001201000000", "991231", PartialDate(1999, 12, 31)),  # a number that was replaced: the nearest century
        ("001199000000", "000101", PartialDate(2000, 1, 1)),
        ("001090000000", "9002<<", PartialDate(1990, 2)),
        ("001090000000", "90<<<<", PartialDate(1990)),
        ("001090000000", "900231", None),
        ("001090000000", "<<<<<<", None),
        ("001890000000", "900201", None),  # the number does not tell the century
    ],
)
def test_the_century_of_a_birth_is_that_of_the_number(number: str, birth: str, date: PartialDate | None) -> None:
    text = samples.SINGLE_MRZ.decode().replace("001090000000", number)
    assert Given.of_mrz(Mrz.parse(f"{text[:30]}{birth}{text[36:]}".encode())).birth == date


def test_other_documents_give_their_name_and_sex_alone() -> None:
    given = Given.of_mrz(Mrz.parse(TD3.encode()))
    assert given == Given(sex=Sex.FEMALE, name_line="ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<")
    found = given_against_chip(given, Mrz.parse(TD3.encode()), None)
    assert [each.field for each in found if each.agreement is Agreement.AGREE] == [Field.NAME, Field.SEX]
    assert Given.of_mrz(Mrz.parse(TD3.replace("ERIKSSON", "ER1KSSON").encode())).name_line is None


def test_a_full_name_counts_before_the_line_of_a_zone() -> None:
    both = replace(GIVEN, name_line=MARRIED_MRZ.name_line)
    for record in (SINGLE, None):
        findings = {each.field: each for each in given_against_chip(both, SINGLE_MRZ, record)}
        assert findings[Field.NAME].agreement is Agreement.AGREE
