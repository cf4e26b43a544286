# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The checks of the Vietnamese citizen's card: DG1 and DG13, the number, the dates, and what the counter gave."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from cccd_reader.apdu import tlv
from cccd_reader.inspection import citizen_consistency, citizen_given, signature
from cccd_reader.inspection.catalogue import CATALOGUE
from cccd_reader.inspection.citizen import Citizen, citizen_of
from cccd_reader.inspection.policy import DEFAULT, FILES_ONLY, STRICT, VerdictKind
from cccd_reader.inspection.reading import Evidence, FileRecord
from cccd_reader.inspection.report import Report
from cccd_reader.inspection.results import Check, Outcome, Reason
from cccd_reader.inspection.signature import Verdict
from cccd_reader.inspection.verify import verify
from cccd_reader.lds import files as ef
from cccd_reader.lds.dg1 import DataGroup1
from cccd_reader.lds.mrz import Mrz, MrzFormat
from cccd_reader.lds.mrz_builder import MrzData, build_td3
from cccd_reader.messages.words import Words
from cccd_reader.scanners.access_text import parse_access
from cccd_reader.vietnam.citizen_record import CitizenRecord
from cccd_reader.vietnam.crosscheck import Given
from cccd_reader.vietnam.partial_date import PartialDate
from cccd_reader.vietnam.personal_number import PersonalNumber
from cccd_reader.vietnam.qr_line import QrLine
from cccd_reader.vietnam.sex import Sex
from cccd_simulators import documents, personas
from cccd_simulators.fault_citizen import record_is, record_says, zone_says
from cccd_simulators.fault_files import content_of, data_groups
from cccd_simulators.holders import HOLDERS, MAN
from tests.support.fault_matrix import TRUST
from tests.support.fault_matrix import genuine as genuine_report
from tests.support.trust import AT, DEMONSTRATION, GROUPS, evidence
from tests.vietnam.holders import Holder, holders

NEW = (*citizen_consistency.CHECKS, citizen_given.GIVEN, "document.citizen")
CARD = personas.cccd()
HOUR = timedelta(hours=1)
WOMAN = HOLDERS[1]
_GERMAN = MrzData("P", "D", "C01X0006H", "640812", "F", "300201", "D", "MUSTERMANN", "ERIKA")
GERMAN = documents.mrz_file(build_td3(_GERMAN).lines)


def judged(groups: dict[int, bytes], given: Given | None = None, at: datetime = AT) -> Report:
    """Judge files that the demonstration country signed."""
    return verify(evidence(groups=groups), DEMONSTRATION, FILES_ONLY, at, given)


def broken(breaking: Any, given: Given | None = None) -> Report:
    """Judge the files of the demonstration card after a breaking that the issuer signed."""
    persona = breaking(CARD)
    signed = evidence(content_of(persona, ef.SOD), data_groups(persona))
    return verify(signed, DEMONSTRATION, FILES_ONLY, AT, given)


def reason(report: Report, name: str) -> Reason:
    return report.check(name).reason


def without(number: int) -> dict[int, bytes]:
    return {each: content for each, content in GROUPS.items() if each != number}


def unread(*numbers: int, groups: dict[int, bytes] = GROUPS) -> Report:
    """Judge evidence in which some signed data groups were not read."""
    whole = evidence(groups=groups)
    files = tuple(record for record in whole.files if record.file not in {ef.data_group(each) for each in numbers})
    return verify(Evidence(files), DEMONSTRATION, FILES_ONLY, AT)


# the reports


@pytest.mark.parametrize("name", [entry.name for entry in personas.ENTRIES])
def test_no_persona_contradicts_itself(name: str) -> None:
    report = genuine_report(name)
    assert tuple(check.id for check in report.checks) == CATALOGUE
    assert report.verdict is VerdictKind.ACCEPTED
    found = {check.id: check.outcome for check in report.checks if check.id in NEW}
    assert Outcome.FAILED not in found.values()
    unlike = {name for name, outcome in found.items() if outcome is Outcome.UNDETERMINED}
    assert unlike <= {"document.citizen", "consistency.issue-date"}


def test_the_record_stands_in_the_report() -> None:
    assert judged(GROUPS).citizen == CitizenRecord.parse(GROUPS[13])
    assert judged(without(13)).citizen is None
    assert judged(GROUPS | {1: GERMAN}).citizen is None


def test_a_foreign_passport_is_not_disturbed() -> None:
    report = judged(GROUPS | {1: GERMAN})
    assert [reason(report, name) for name in NEW if name != citizen_given.GIVEN] == [Reason.NO_CITIZEN_CARD] * 6
    assert reason(report, citizen_given.GIVEN) is Reason.NOTHING_GIVEN
    assert not [check for check in report.decisive if check.id in NEW]
    # DG13 is each country's own: another one's is not looked at
    assert judged(GROUPS | {1: GERMAN, 13: tlv.encode(0x6D, b"\x30\x80")}).checks == report.checks
    assert report.check("document.expiry").reason is Reason.IN_DATE


def test_a_vietnamese_passport_is_no_citizens_card() -> None:
    passport = build_td3(replace(_GERMAN, issuing_state="VNM", nationality="VNM"))
    report = judged(GROUPS | {1: documents.mrz_file(passport.lines)})
    assert reason(report, "document.citizen") is Reason.NO_CITIZEN_CARD


@pytest.mark.parametrize(
    ("report", "citizen", "record"),
    [
        (judged(without(13)), Reason.NOT_ON_DOCUMENT, Reason.NOT_ON_DOCUMENT),
        (unread(13), Reason.FILE_MISSING, Reason.FILE_MISSING),
        (unread(1), Reason.FILE_MISSING, Reason.CITIZEN_RECORD_READ),
        (unread(1, 13), Reason.FILE_MISSING, Reason.FILE_MISSING),
        (judged(GROUPS | {1: b"\x61\x00"}), Reason.FILE_MISSING, Reason.CITIZEN_RECORD_READ),
        (broken(record_is(b"\x04\x03abc")), Reason.NOT_COMPARABLE, Reason.CITIZEN_RECORD_OPAQUE),
        (broken(record_is(b"")), Reason.NOT_COMPARABLE, Reason.CITIZEN_RECORD_EMPTY),
        (judged(GROUPS | {13: b"\x6d\x05\x30"}), Reason.NOT_COMPARABLE, Reason.CITIZEN_RECORD_MALFORMED),
        (
            unread(1, groups=GROUPS | {13: tlv.encode(0x6D, b"of whom?")}),
            Reason.FILE_MISSING,
            Reason.FILE_MISSING,
        ),
    ],
    ids=["no DG13", "DG13 unread", "DG1 unread", "both unread", "DG1 broken", "opaque", "empty", "malformed", "whose"],
)
def test_what_is_missing_is_told_and_fails_nothing(report: Report, citizen: Reason, record: Reason) -> None:
    assert reason(report, "consistency.citizen") is citizen
    assert reason(report, "consistency.expiry") is citizen
    assert reason(report, "document.citizen") is record
    assert not [check for check in report.checks if check.id in NEW and check.outcome is Outcome.FAILED]


def test_a_card_without_its_photo_says_so() -> None:
    report = judged(without(2))
    assert reason(report, "integrity.dg2") is Reason.NOT_ON_DOCUMENT
    assert report.check("document.image") == Check(
        "document.image", Reason.FILE_MISSING, "DG2 was not read", "ICAO 9303-10, 4.7.2"
    )
    assert {"integrity.dg2"} <= {check.id for check in report.decisive}


# DG1 against DG13


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"personal_number": "001090000001"}, "personal number"),
        ({"full_name": "Trần Văn Thử"}, "full name"),
        ({"date_of_birth": "02/02/1990"}, "date of birth"),
        ({"sex": "Nữ"}, "sex"),
        ({"sex": "Nữ", "full_name": "Lê Thị Thử"}, "full name, sex"),
    ],
)
def test_two_holders_on_one_chip_are_the_issuers_to_settle(fields: dict[str, str], words: str) -> None:
    report = broken(record_says(**fields))
    check = report.check("consistency.citizen")
    assert (check.reason, check.detail) == (Reason.CITIZEN_DIFFERS, f"different: {words}")
    assert check in report.decisive
    assert all(policy.blocks(check) for policy in (DEFAULT, STRICT, FILES_ONLY))
    for value in fields.values():
        assert value not in check.detail


@pytest.mark.parametrize(
    "fields",
    [
        {"full_name": "NGUYỄN VĂN THỬ"},
        {"full_name": "Nguyen Van Thu"},
        {"date_of_birth": "1990"},
        {"date_of_birth": "02/1990"},
        {"full_name": None},
        {"sex": "không rõ"},
    ],
)
def test_forms_of_the_same_are_no_difference(fields: dict[str, Any]) -> None:
    assert reason(broken(record_says(**fields)), "consistency.citizen") is Reason.CITIZEN_AGREES


def test_what_could_not_be_compared_is_named() -> None:
    check = broken(record_says(sex=None, full_name=None)).check("consistency.citizen")
    assert (check.reason, check.detail) == (Reason.CITIZEN_AGREES, "not compared: full name, sex")


# the number


def test_the_number_in_the_zone() -> None:
    check = broken(zone_says(document_number="090000001")).check("consistency.number")
    assert (check.reason, check.detail) == (Reason.NUMBER_DIFFERS, "different: document number")
    assert not DEFAULT.blocks(check)
    assert STRICT.blocks(check)
    check = broken(zone_says(optional_data="001090000000<<9")).check("consistency.number")
    assert (check.reason, check.detail) == (Reason.NUMBER_DIFFERS, "different: check digit of the number")
    assert reason(broken(zone_says(optional_data="")), "consistency.number") is Reason.NOT_COMPARABLE
    check = broken(zone_says(document_number="")).check("consistency.number")
    assert (check.reason, check.detail) == (Reason.NUMBER_FITS, "not compared: document number")
    assert reason(unread(1), "consistency.number") is Reason.FILE_MISSING


def test_a_number_older_than_a_correction_is_a_warning() -> None:
    report = broken(record_says(sex="Nữ", date_of_birth="01/02/1991"))
    check = report.check("consistency.holder-number")
    assert (check.reason, check.detail) == (Reason.HOLDER_NUMBER_DIFFERS, "different: sex, year of birth")
    assert not STRICT.blocks(check)
    dg1_alone = judged(without(13))
    assert reason(dg1_alone, "consistency.holder-number") is Reason.HOLDER_NUMBER_FITS
    year = broken(record_says(personal_number="001091000000", date_of_birth=None)).check("consistency.holder-number")
    assert (year.reason, year.detail) == (Reason.HOLDER_NUMBER_DIFFERS, "different: year of birth")
    sex = broken(record_says(personal_number="001190000000", sex=None)).check("consistency.holder-number")
    assert (sex.reason, sex.detail) == (Reason.HOLDER_NUMBER_DIFFERS, "different: sex")
    undefined = broken(record_says(personal_number="001990000000"))
    assert reason(undefined, "consistency.holder-number") is Reason.NOT_COMPARABLE
    assert reason(unread(1, 13), "consistency.holder-number") is Reason.NOT_COMPARABLE


# the dates


@pytest.mark.parametrize(
    ("issue", "found", "detail"),
    [
        ("15/03/2022", Reason.ISSUE_DATE_FITS, ""),
        ("13/10/2021", Reason.ISSUE_DATE_FITS, ""),
        ("12/10/2021", Reason.ISSUE_DATE_OUTSIDE, "the signer's certificate begins long after it"),
        ("05/07/2044", Reason.ISSUE_DATE_FITS, ""),
        ("06/07/2044", Reason.ISSUE_DATE_OUTSIDE, "the signer's certificate ended before it"),
        ("2021", Reason.ISSUE_DATE_FITS, ""),
        ("", Reason.NOT_COMPARABLE, ""),
    ],
)
def test_the_date_of_issue(issue: str, found: Reason, detail: str) -> None:
    check = broken(record_says(date_of_issue=issue)).check("consistency.issue-date")
    assert (check.reason, check.detail) == (found, detail)
    assert not STRICT.blocks(check)


def test_the_date_of_issue_without_a_signer() -> None:
    whole = evidence()
    files = tuple(record if record.file != ef.SOD else FileRecord(ef.SOD, b"\x77\x00") for record in whole.files)
    assert reason(verify(Evidence(files), DEMONSTRATION, at=AT), "consistency.issue-date") is Reason.FILE_MISSING


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("at", "found"),
    [
        ("2030-02-01T16:59:59+00:00", Reason.IN_DATE),
        ("2030-02-01T17:00:00+00:00", Reason.EXPIRED),
        ("2030-02-01T18:00:00+00:00", Reason.EXPIRED),
        ("2030-02-01T23:59:59+07:00", Reason.IN_DATE),
        ("2030-02-02T00:00:00+07:00", Reason.EXPIRED),
        ("2030-02-01T11:00:00-08:00", Reason.EXPIRED),
    ],
)
def test_the_last_day_ends_at_midnight_in_vietnam(at: str, found: Reason) -> None:
    assert reason(judged(GROUPS, at=moment(at)), "document.expiry") is found


def test_the_last_day_of_a_card_without_dg1_is_that_of_vietnam_too() -> None:
    for hour, found in ((16, Reason.IN_DATE), (17, Reason.EXPIRED)):
        at = datetime(2030, 2, 1, hour, tzinfo=UTC)
        assert reason(verify(unread(1).evidence, DEMONSTRATION, at=at), "document.expiry") is found


def test_an_opaque_record_is_said_to_be_what_hinders() -> None:
    for name in ("consistency.citizen", "consistency.expiry", "consistency.issue-date"):
        check = broken(record_is(b"\x04\x03abc")).check(name)
        assert (check.reason, check.detail) == (Reason.NOT_COMPARABLE, "nothing in DG13 can be read")


@pytest.mark.parametrize(("zone", "found"), [(-8, Reason.IN_DATE), (0, Reason.EXPIRED)])
def test_the_last_day_of_others_is_that_of_the_given_zone(zone: int, found: Reason) -> None:
    at = datetime(2030, 2, 2, 1, tzinfo=UTC).astimezone(timezone(zone * HOUR))
    assert reason(judged(GROUPS | {1: GERMAN}, at=at), "document.expiry") is found


@pytest.mark.parametrize(
    ("zone", "record", "found"),
    [
        ("300201", "01/02/2030", Reason.IN_DATE),
        ("991231", "Không thời hạn", Reason.NO_EXPIRY),
        ("991231", "01/02/2030", Reason.NO_EXPIRY),
        ("300201", "Không thời hạn", Reason.IN_DATE),
        ("300231", "01/02/2030", Reason.IN_DATE),
        ("300231", "31/01/2024", Reason.EXPIRED),
        ("300231", "Không thời hạn", Reason.NO_EXPIRY),
        ("300231", "2030", Reason.EXPIRY_UNREADABLE),
        ("300201", None, Reason.IN_DATE),
        ("240131", "31/01/2024", Reason.EXPIRED),
        ("240131", "31/01/2030", Reason.EXPIRY_CONTRADICTORY),
        ("300201", "31/01/2024", Reason.EXPIRY_CONTRADICTORY),
        ("991231", "31/01/2024", Reason.EXPIRY_CONTRADICTORY),
        ("240131", "25/01/2024", Reason.EXPIRED),
    ],
)
def test_expiry_by_dg1_and_dg13(zone: str, record: str | None, found: Reason) -> None:
    report = broken(lambda persona: record_says(date_of_expiry=record)(zone_says(date_of_expiry=zone)(persona)))
    assert reason(report, "document.expiry") is found


def test_the_check_of_the_expiry_does_not_tell_the_birthday() -> None:
    for at in (AT, AT.replace(year=2031)):
        assert judged(GROUPS, at=at).check("document.expiry").detail == ""


def test_expiry_by_dg13_alone() -> None:
    report = unread(1)
    assert reason(report, "document.expiry") is Reason.IN_DATE
    assert reason(verify(report.evidence, DEMONSTRATION, at=AT.replace(year=2031)), "document.expiry") is Reason.EXPIRED
    assert reason(unread(1, 13), "document.expiry") is Reason.EXPIRY_UNREADABLE


def test_two_dates_of_expiry_are_shown_and_block_where_they_decide() -> None:
    report = broken(record_says(date_of_expiry="01/02/2031"))
    assert reason(report, "consistency.citizen") is Reason.CITIZEN_AGREES
    check = report.check("consistency.expiry")
    assert (check.reason, check.detail) == (Reason.EXPIRY_DIFFERS, "different: date of expiry")
    assert not DEFAULT.blocks(check)
    assert STRICT.blocks(check)
    assert DEFAULT.blocks(broken(record_says(date_of_expiry="31/01/2024")).check("document.expiry"))


# what was typed or scanned


@pytest.mark.parametrize("holder", HOLDERS, ids=lambda holder: holder.persona)
def test_every_persona_agrees_with_its_own_qr_line_zone_and_number(holder: Any) -> None:
    evidence = genuine_report(holder.persona).evidence
    shown = citizen_of(evidence, signature.judge(evidence))
    for text in (holder.qr.text, "\n".join(holder.mrz.lines), holder.number):
        assert citizen_given.check(shown, parse_access(text).given).reason is Reason.GIVEN_AGREES


@pytest.mark.parametrize("policy", [DEFAULT, STRICT, FILES_ONLY], ids=lambda policy: policy.name)
def test_the_qr_line_of_another_person_rejects(policy: Any) -> None:
    report = verify(genuine_report("cccd").evidence, TRUST, policy, AT, Given.of_qr(WOMAN.qr))
    assert report.verdict is VerdictKind.REJECTED
    (check,) = report.decisive
    assert check.detail == "different: personal number, full name, date of birth, sex, date of issue"
    assert Words.of("vi").detail(check) == "khác: số định danh, họ và tên, ngày sinh, giới tính, ngày cấp"


def test_a_number_whose_first_digits_differ_rejects() -> None:
    given = parse_access("002090000000").given
    report = verify(genuine_report("cccd").evidence, TRUST, DEFAULT, AT, given)
    assert report.verdict is VerdictKind.REJECTED
    assert report.check("consistency.given").detail == "different: personal number"


def citizen(holder: Holder) -> Citizen:
    return Citizen(holder.mrz, holder.record, Verdict(Reason.CITIZEN_RECORD_READ))


CHANGES: dict[str, tuple[str, Any]] = {
    "personal number": (
        "number",
        lambda given: PersonalNumber(str((int(given.number.digits[0]) + 1) % 10) + given.number.digits[1:]),
    ),
    "full name": ("full_name", lambda given: given.full_name + " Khác"),
    "date of birth": ("birth", lambda given: PartialDate.of(date(given.birth.year + 1, given.birth.month, 1))),
    "sex": ("sex", lambda given: {Sex.MALE: Sex.FEMALE, Sex.FEMALE: Sex.MALE}[given.sex]),
    "date of issue": ("issue", lambda given: PartialDate.of(given.issue.date + timedelta(days=1))),
}


@settings(max_examples=40)
@for_all(holders(), st.sampled_from(sorted(CHANGES)))
def test_one_changed_field_fails_and_is_the_only_one_named(holder: Holder, words: str) -> None:
    given = Given.of_qr(holder.qr)
    assert citizen_given.check(citizen(holder), given).reason is Reason.GIVEN_AGREES
    field, change = CHANGES[words]
    value = change(given)
    check = citizen_given.check(citizen(holder), replace(given, **{field: value}))
    expected = Reason.GIVEN_DOUBTFUL if words == "date of issue" else Reason.GIVEN_DIFFERS
    assert (check.reason, check.detail) == (expected, f"different: {words}")


@settings(max_examples=40)
@for_all(holders())
def test_the_parts_of_every_card_agree(holder: Holder) -> None:
    found = citizen_consistency.checks(citizen(holder), None)
    assert {check.outcome for check in found if check.id != "consistency.issue-date"} == {Outcome.PASSED}


@settings(max_examples=40)
@for_all(holders(), holders())
def test_no_value_of_a_card_stands_in_a_detail(left: Holder, right: Holder) -> None:
    mixed = Citizen(left.mrz, right.record, Verdict(Reason.CITIZEN_RECORD_READ))
    found = [*citizen_consistency.checks(mixed, None), citizen_given.check(mixed, Given.of_qr(left.qr))]
    details = " ".join(check.detail for check in found)
    assert not any(character.isdigit() for character in details.replace("DG13", "").replace("DG1", ""))
    for name in (left.qr.full_name, right.qr.full_name):
        assert name
        assert name not in details


OTHER_NUMBER, OTHER_ISSUE = PersonalNumber("002090000000"), PartialDate(2021, 6, 1)


@pytest.mark.parametrize(
    ("change", "found", "detail"),
    [
        ({"issue": OTHER_ISSUE}, Reason.GIVEN_DOUBTFUL, "date of issue"),
        ({"full_name": "Nguyễn Văn Thứ"}, Reason.GIVEN_DOUBTFUL, "full name"),
        ({"full_name": "Nguyễn Văn Thứ", "issue": OTHER_ISSUE}, Reason.GIVEN_DOUBTFUL, "full name, date of issue"),
        ({"full_name": "Nguyễn Văn Thừa"}, Reason.GIVEN_DIFFERS, "full name"),
        ({"full_name": "Nguyễn Văn"}, Reason.GIVEN_DIFFERS, "full name"),
        ({"full_name": "Nguyễn Văn Thử Anh"}, Reason.GIVEN_DIFFERS, "full name"),
        ({"issue": OTHER_ISSUE, "sex": Sex.FEMALE}, Reason.GIVEN_DIFFERS, "sex, date of issue"),
        (
            {"issue": OTHER_ISSUE, "birth": PartialDate(1990, 2, 2)},
            Reason.GIVEN_DIFFERS,
            "date of birth, date of issue",
        ),
        ({"number": None, "issue": OTHER_ISSUE}, Reason.GIVEN_DIFFERS, "date of issue"),
        ({"number": None, "full_name": "Nguyễn Văn Thứ"}, Reason.GIVEN_DIFFERS, "full name"),
        ({"number": OTHER_NUMBER, "issue": OTHER_ISSUE}, Reason.GIVEN_DIFFERS, "personal number, date of issue"),
        ({"number": OTHER_NUMBER, "full_name": "Nguyễn Văn Thứ"}, Reason.GIVEN_DIFFERS, "personal number, full name"),
    ],
)
def test_another_card_of_the_same_person_is_a_doubt(change: dict[str, Any], found: Reason, detail: str) -> None:
    report = judged(GROUPS, replace(Given.of_qr(MAN.qr), **change))
    check = report.check("consistency.given")
    assert (check.reason, check.detail) == (found, f"different: {detail}")
    doubt = found is Reason.GIVEN_DOUBTFUL
    assert report.verdict is (VerdictKind.UNDETERMINED if doubt else VerdictKind.REJECTED)
    assert report.decisive == (check,)


NO_LONGER_READABLE = "Nguyn Vn Th"


@pytest.mark.parametrize(
    ("name", "detail"),
    [
        ("NGUYỄN VĂN THỬ", ""),
        ("Nguyen Van Thu", ""),
        ("Nguyễn\u00a0Văn  Thử", ""),
        ("NguyễnVăn Thử", ""),
        ("Nguyễn\u200b Văn Thử", ""),
        (NO_LONGER_READABLE, "not compared: full name"),
        ("Nguy?n V?n Th?", "not compared: full name"),
        ("Nguye64n Va8n Thu73", "not compared: full name"),
    ],
)
def test_what_scanners_do_to_a_name_rejects_nobody(name: str, detail: str) -> None:
    check = judged(GROUPS, parse_access(MAN.qr.text.replace(MAN.full_name, name)).given).check("consistency.given")
    assert (check.reason, check.detail) == (Reason.GIVEN_AGREES, detail)


@pytest.mark.parametrize(
    "given",
    [Given(sex=Sex.MALE), Given(birth=PartialDate(1990, 2, 1)), Given(sex=Sex.MALE, issue=PartialDate(2022, 3, 15))],
)
def test_what_many_share_proves_nothing(given: Given) -> None:
    report = judged(GROUPS, given)
    assert reason(report, "consistency.given") is Reason.GIVEN_NOT_COMPARABLE
    assert report.verdict is VerdictKind.UNDETERMINED


def test_only_what_was_given_is_told() -> None:
    for given in (Given(number=PersonalNumber(MAN.number)), Given(full_name=MAN.full_name)):
        assert judged(GROUPS, given).check("consistency.given").detail == ""


def test_a_name_alone_of_which_letters_were_lost_proves_nothing() -> None:
    check = judged(GROUPS, Given(full_name=NO_LONGER_READABLE, sex=Sex.MALE)).check("consistency.given")
    assert check.reason is Reason.GIVEN_NOT_COMPARABLE


def test_nothing_given_is_not_performed() -> None:
    for given in (None, Given(), parse_access("000000").given):
        assert reason(judged(GROUPS, given), "consistency.given") is Reason.NOTHING_GIVEN


def test_what_the_chip_does_not_tell_cannot_agree() -> None:
    given = Given.of_qr(MAN.qr)
    report = judged(GROUPS | {1: GERMAN}, replace(given, sex=Sex.FEMALE, birth=PartialDate(1964, 8, 12)))
    assert reason(report, "consistency.given") is Reason.GIVEN_NOT_COMPARABLE
    assert report.check("consistency.given") in report.decisive
    assert reason(unread(1, 13), "consistency.given") is Reason.NOTHING_GIVEN
    # a sex that contradicts is a difference even so
    assert reason(judged(GROUPS | {1: GERMAN}, given), "consistency.given") is Reason.GIVEN_DIFFERS


def test_the_zone_of_a_foreign_passport_agrees_with_itself() -> None:
    mrz = DataGroup1.parse(GERMAN).mrz
    assert mrz.format is MrzFormat.TD3
    groups = GROUPS | {1: GERMAN}
    assert reason(judged(groups, Given.of_mrz(mrz)), "consistency.given") is Reason.GIVEN_AGREES
    other = Mrz.parse(bytes(build_td3(replace(_GERMAN, secondary_identifier="ERNA"))))
    assert judged(groups, Given.of_mrz(other)).check("consistency.given").detail == "different: full name"


def test_an_opaque_record_leaves_dg1_to_compare_with() -> None:
    check = broken(record_is(b"\x04\x03abc"), Given.of_qr(MAN.qr)).check("consistency.given")
    assert (check.reason, check.detail) == (Reason.GIVEN_AGREES, "not compared: date of issue")


@pytest.mark.parametrize("fields", [{"personal_number": "001090000001"}, {"full_name": "Trần Văn Thử"}, {"sex": "Nữ"}])
def test_a_contradiction_of_the_issuer_does_not_fall_upon_the_holder(fields: dict[str, str]) -> None:
    report = broken(record_says(**fields), Given.of_qr(MAN.qr))
    assert reason(report, "consistency.given") is Reason.GIVEN_AGREES
    assert reason(report, "consistency.citizen") is Reason.CITIZEN_DIFFERS
    foreign = broken(record_says(**fields), Given.of_qr(WOMAN.qr))
    assert reason(foreign, "consistency.given") is Reason.GIVEN_DIFFERS


@pytest.mark.parametrize(
    "fields", [{"optional_data": "001090000001<<5"}, {"secondary_identifier": "VAN KHAC"}, {"sex": "F"}]
)
def test_a_contradiction_in_dg1_does_not_fall_upon_the_holder_either(fields: dict[str, str]) -> None:
    report = broken(zone_says(**fields), Given.of_qr(MAN.qr))
    assert reason(report, "consistency.given") is Reason.GIVEN_AGREES
    assert reason(report, "consistency.citizen") is Reason.CITIZEN_DIFFERS


def test_a_spoilt_name_is_left_out() -> None:
    line = MAN.qr.text.replace("ễ", "\ufffd")
    check = judged(GROUPS, Given.of_qr(QrLine.parse(line))).check("consistency.given")
    assert (check.reason, check.detail) == (Reason.GIVEN_AGREES, "not compared: full name")


@pytest.mark.parametrize("policy", [DEFAULT, STRICT, FILES_ONLY], ids=lambda policy: policy.name)
@pytest.mark.parametrize(
    ("name", "blocking"),
    [
        ("consistency.citizen", Reason.CITIZEN_DIFFERS),
        ("consistency.given", Reason.GIVEN_DIFFERS),
        ("consistency.given", Reason.GIVEN_DOUBTFUL),
        ("consistency.country", Reason.COUNTRY_NOT_COMPARABLE),
    ],
)
def test_what_must_be_settled(policy: Any, name: str, blocking: Reason) -> None:
    checks = {check.id: check for check in genuine_report("cccd").checks}
    for found in (blocking, Reason.GIVEN_NOT_COMPARABLE, Reason.NO_CITIZEN_CARD, Reason.NOT_COMPARABLE):
        verdict = policy.judge(tuple((checks | {name: Check(name, found)}).values()))
        expected = {Outcome.FAILED: VerdictKind.REJECTED, Outcome.UNDETERMINED: VerdictKind.UNDETERMINED}
        assert verdict is expected.get(found.outcome, VerdictKind.ACCEPTED)


def test_nothing_personal_in_repr() -> None:
    shown = Citizen(
        DataGroup1.parse(GROUPS[1]).mrz, CitizenRecord.parse(GROUPS[13]), Verdict(Reason.CITIZEN_RECORD_READ)
    )
    assert repr(shown) == "Citizen(citizen-record-read, hidden)"
