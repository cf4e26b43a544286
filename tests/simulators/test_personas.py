# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Every simulated Vietnamese card: opened by what is printed on it, accepted, and of one mind with itself."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest

from cccd_reader.access_keys import MrzKey
from cccd_reader.apdu.channel import PlainChannel
from cccd_reader.errors import CccdError, Unsupported
from cccd_reader.inspection.access import select_application
from cccd_reader.inspection.policy import DEFAULT, VerdictKind
from cccd_reader.inspection.read import ReadOptions, read
from cccd_reader.inspection.reading import Method, Reading
from cccd_reader.inspection.results import Outcome
from cccd_reader.inspection.verify import verify
from cccd_reader.lds import files as ef
from cccd_reader.lds.dg1 import DataGroup1
from cccd_reader.lds.mrz import NO_EXPIRY
from cccd_reader.protocols import bac
from cccd_reader.scanners.access_text import parse_access
from cccd_reader.vietnam import crosscheck
from cccd_reader.vietnam.citizen_record import CitizenRecord, Content
from cccd_reader.vietnam.citizen_record_codec import CitizenField, NoteKind
from cccd_reader.vietnam.crosscheck import Agreement, Given
from cccd_reader.vietnam.partial_date import PartialDate
from cccd_reader.vietnam.personal_number import NumberFinding
from cccd_reader.vietnam.qr_line import QrFinding, QrLine
from cccd_reader.vietnam.transliteration import NameMatch, match_mrz
from cccd_reader.vietnam.validity import Ambiguity, Basis, Law, expiry_of
from cccd_simulators import personas
from cccd_simulators.by_name import persona_of
from cccd_simulators.chip import VirtualChip, power_up
from cccd_simulators.faults import FAULTS, Fault, FaultKind
from cccd_simulators.holder import Holder, Sealing
from cccd_simulators.holders import HOLDERS, MAN
from tests.support.fault_matrix import TRUST
from tests.support.fault_matrix import base as with_small_photo
from tests.support.trust import AT, DEMONSTRATION

every_holder = pytest.mark.parametrize("holder", HOLDERS, ids=lambda holder: holder.persona)


@cache
def reading_of(name: str) -> Reading:
    """What a persona gives to somebody who has the number alone."""
    entry = personas.entry_of(name)
    return read(VirtualChip(entry.build()), entry.holder.personal_number.can)


def parts(holder: Holder) -> tuple[DataGroup1, CitizenRecord, QrLine]:
    """DG1 and DG13 as they were read from the chip, and the QR line as a scanner sends it."""
    files = [reading_of(holder.persona).content(ef.data_group(number)) for number in (1, 13)]
    assert files[0] is not None
    assert files[1] is not None
    return (
        DataGroup1.parse(files[0]),
        CitizenRecord.parse(files[1]),
        QrLine.parse(f"{holder.qr.text}\r\n".encode()),
    )


def named(name: str) -> Holder:
    return personas.entry_of(name).holder


# --- every one of them ------------------------------------------------------------------------------------------------


@every_holder
def test_number_qr_and_mrz_open_the_card(holder: Holder) -> None:
    printed = (holder.number, holder.qr.text, "\n".join(holder.mrz.lines))
    by_number, by_qr, by_mrz = (parse_access(text).keys for text in printed)
    assert by_number == by_qr[:1] == by_mrz[:1] == (holder.personal_number.can,)
    assert reading_of(holder.persona).access.method is Method.PACE_CAN
    assert set(by_mrz) == set(persona_of(holder.persona).keys)
    channel = PlainChannel(VirtualChip(persona_of(holder.persona)))
    select_application(channel)
    assert isinstance(by_mrz[1], MrzKey)
    bac.establish(channel, by_mrz[1])  # raises where the chip does not know the key


@every_holder
def test_the_card_is_accepted(holder: Holder) -> None:
    given = Given.of_qr(parts(holder)[2])
    report = verify(reading_of(holder.persona), DEMONSTRATION, DEFAULT, AT, given)
    assert report.verdict is VerdictKind.ACCEPTED, report.not_passed
    assert [check.id for check in report.checks if check.outcome is Outcome.FAILED] == []
    assert report.check("consistency.given").outcome is Outcome.PASSED


@every_holder
def test_chip_and_print_tell_of_one_person(holder: Holder) -> None:
    dg1, record, qr = parts(holder)
    number = record.number or qr.personal_number
    findings = (
        *crosscheck.mrz_against_record(dg1.mrz, record),
        *crosscheck.number_against_mrz(dg1.mrz),
        *crosscheck.number_against_holder(number, qr.sex, qr.birth),
        *crosscheck.given_against_chip(Given.of_qr(qr), dg1.mrz, record),
    )
    assert [finding for finding in findings if finding.agreement is Agreement.DIFFER] == []
    if holder.sealing is Sealing.NONE:
        assert {finding.agreement for finding in findings} == {Agreement.AGREE}
    assert qr.text == holder.qr.text
    assert dg1.mrz.findings == ()
    assert dg1.mrz.key() in qr.mrz_keys or QrFinding.BIRTH_PARTIAL in qr.findings


@every_holder
def test_dg13_is_built_again(holder: Holder) -> None:
    _, record, _ = parts(holder)
    assert bytes(record) == holder.record_file
    if holder.sealing is Sealing.NONE:
        assert record == holder.record
        assert replace(record, raw=b"").encode(holder.parents) == holder.record_file


def test_the_first_is_the_demonstration_card() -> None:
    assert HOLDERS[0] is MAN
    assert personas.cccd().application_files.keys() == persona_of("cccd").application_files.keys()
    assert personas.holder_keys() == personas.holder_keys(MAN)


def test_nobody_stands_there_twice_and_nobody_is_real() -> None:
    names = [entry.name for entry in personas.ENTRIES]
    assert sorted(set(names)) == sorted(names)
    assert all(entry.title and "\n" not in entry.title for entry in personas.ENTRIES)
    for values in (
        [holder.number for holder in HOLDERS],
        [holder.card for holder in HOLDERS],
        [bytes(holder.mrz) for holder in HOLDERS],
        [holder.full_name for holder in HOLDERS],
    ):
        assert len(set(values)) == len(HOLDERS)
    assert all(holder.number.endswith("000000") and "Thử" in holder.full_name for holder in HOLDERS)


def test_all_are_in_force_at_once() -> None:
    first, last = datetime(2025, 11, 1, tzinfo=UTC), datetime(2029, 6, 30, tzinfo=UTC)
    for holder in HOLDERS:
        assert holder.signed_at < first
        assert holder.expiry is NO_EXPIRY or str(holder.expiry) >= str(last.date())


# --- what each is for -------------------------------------------------------------------------------------------------


def length_field(index: int, file: bytes) -> int:
    """The first octet of the length field of an element of DG13."""
    element = next(each for each in CitizenRecord.parse(file).elements if each.index == index)
    return element.raw[1]


@pytest.mark.parametrize(
    ("name", "shows"),
    [
        ("cccd", lambda dg1, record, qr: record.sex == "Nam" and not record.notes),
        ("cccd-woman", lambda dg1, record, qr: (record.sex, dg1.mrz.sex) == ("Nữ", "F")),
        ("cccd-no-expiry", lambda dg1, record, qr: dg1.mrz.expiry is record.expiry is NO_EXPIRY),
        ("cccd-old-number", lambda dg1, record, qr: record.old_id_number == qr.old_id_number == "020000000"),
        ("cccd-married", lambda dg1, record, qr: bool(record.spouse_name)),
        ("cccd-long-address", lambda dg1, record, qr: length_field(9, record.raw) == 0x81),
        ("cccd-long-record", lambda dg1, record, qr: len(record.raw) > 1000 and length_field(10, record.raw) == 0x82),
        ("cccd-nested-parents", lambda dg1, record, qr: note_kinds(record) == {NoteKind.PARENTS_IN_ONE_SEQUENCE}),
        ("cccd-child", lambda dg1, record, qr: (AT.year - record.birth.year, len(qr.extra)) == (10, 3)),
        ("cccd-2024", lambda dg1, record, qr: NoteKind.VALUE_UNREADABLE in note_kinds(record)),
        ("cccd-2024-opaque", lambda dg1, record, qr: record.content is Content.OPAQUE),
        ("cccd-2025", lambda dg1, record, qr: "Quận" not in record.residence and "Huyện" not in record.residence),
        ("cccd-merged-province", lambda dg1, record, qr: record.number.province.successor == "Lâm Đồng"),
        ("cccd-registered-abroad", lambda dg1, record, qr: record.number.findings == (NumberFinding.UNKNOWN_PREFIX,)),
        ("cccd-partial-birth", lambda dg1, record, qr: record.birth == qr.birth == PartialDate(1950)),
        ("cccd-partial-birth-month", lambda dg1, record, qr: dg1.mrz.date_of_birth == "5205<<"),
        ("cccd-long-name", lambda dg1, record, qr: name_match(dg1, record) is NameMatch.TRUNCATED),
        ("cccd-minority-name", lambda dg1, record, qr: dg1.mrz.secondary_identifier == "BLAN HNOK EBAN THU"),
        ("cccd-single-name", lambda dg1, record, qr: not dg1.mrz.secondary_identifier and not record.father_name),
    ],
)
def test_what_a_card_is_for(name: str, shows: Callable[[DataGroup1, CitizenRecord, QrLine], bool]) -> None:
    assert shows(*parts(named(name)))


def note_kinds(record: CitizenRecord) -> set[NoteKind]:
    return {note.kind for note in record.notes}


def name_match(dg1: DataGroup1, record: CitizenRecord) -> NameMatch:
    return match_mrz(dg1.mrz.lines[-1], record.full_name or "")


def test_what_the_issuer_sealed_is_not_shown_and_the_rest_is() -> None:
    holder = named("cccd-2024")
    _, record, _ = parts(holder)
    assert shown_fields(record) == {
        "personal_number",
        "full_name",
        "date_of_birth",
        "sex",
        "nationality",
        "place_of_origin",
        "date_of_expiry",
        "chip_serial",
    }
    assert shown_fields(parts(named("cccd-2024-opaque"))[1]) == set()


def shown_fields(record: CitizenRecord) -> set[str]:
    return {name.value for name, text in record.select(CitizenField).items() if text}


def test_the_rules_of_expiry_that_the_cards_show() -> None:
    def rule(name: str) -> tuple[Law, int | None, Basis]:
        found = expiry_of(PartialDate.parse(named(name).birth), named(name).issue).rule
        assert found is not None
        return found.law, found.age, found.basis

    assert rule("cccd") == (Law.OF_2014, 40, Basis.NEXT_AGE)
    assert rule("cccd-old-number") == (Law.OF_2014, 60, Basis.TWO_YEAR_RULE)
    assert rule("cccd-no-expiry") == (Law.OF_2014, None, Basis.NO_FURTHER_AGE)
    assert rule("cccd-child") == (Law.OF_2023, 14, Basis.NEXT_AGE)
    assert rule("cccd-2025") == (Law.OF_2023, 40, Basis.TWO_YEAR_RULE)
    child = named("cccd-child")
    assert expiry_of(PartialDate.parse(child.birth), child.issue).ambiguities == (Ambiguity.CHILD,)


def test_a_holder_that_no_card_can_be_made_for() -> None:
    with pytest.raises(Unsupported, match="birthday"):
        _ = replace(MAN, birth="1990").expiry
    with pytest.raises(Unsupported, match="sex"):
        _ = replace(MAN, number="001990000000").sex
    with pytest.raises(Unsupported, match="signer"):
        personas.national_card(replace(MAN, issue=MAN.issue.replace(year=2021)))


# --- broken -----------------------------------------------------------------------------------------------------------

TURNS = [(HOLDERS[number % len(HOLDERS)].persona, each) for number, each in enumerate(FAULTS, 1)]
"""Each fault with one of the personas in turn."""


def test_faults_break_the_cards() -> None:
    for name, each in TURNS:
        with suppress(Unsupported):
            assert each.apply(with_small_photo(name)) != with_small_photo(name), (name, each.name)


@pytest.mark.slow
@every_holder
def test_every_fault_with_every_card(holder: Holder) -> None:
    """No attack is accepted and no disturbance rejected, whoever the holder is."""
    wrong = {FaultKind.ATTACK: VerdictKind.ACCEPTED, FaultKind.DISTURBANCE: VerdictKind.REJECTED}
    applied = [each for each in FAULTS if verdict_of(holder.persona, each) is wrong[each.kind]]
    assert [each.name for each in applied] == []


def verdict_of(name: str, each: Fault) -> VerdictKind | None:
    """The verdict on a broken persona; None where it cannot break so, or cannot be read."""
    try:
        persona = each.apply(with_small_photo(name))
        reading = read(power_up(persona, lambda _: None), persona.keys, ReadOptions())
    except CccdError:
        return None
    return verify(reading, TRUST, DEFAULT, AT).verdict
