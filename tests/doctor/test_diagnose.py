# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Broken set-ups as values: each is called by its name, with the line that cures it, and nothing else is blamed."""

from __future__ import annotations

import subprocess
from dataclasses import replace

import pytest

from cccd_reader.doctor import surroundings as about
from cccd_reader.doctor.cures import CURES, typed
from cccd_reader.doctor.diagnose import CHECKS, diagnose, worst
from cccd_reader.doctor.findings import Cure, Diagnosis, State
from cccd_reader.doctor.surroundings import Greeting, Machine, Platform
from tests.doctor.broken import CASES, NAME, UNSEEN, Case
from tests.doctor.surroundings import ATR, HEALTHY, SAM, slot, wrong


def test_at_a_healthy_machine_nothing_is_wrong() -> None:
    findings = diagnose(HEALTHY)
    assert [each.id for each in findings] == list(CHECKS)
    assert worst(findings) is State.GOOD
    assert [each.id for each in findings if each.state is not State.GOOD] == ["reader.bit-rate"]
    assert [each.id for each in findings if each.cure is not None] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_a_broken_set_up_is_named_with_its_cure(case: Case) -> None:
    findings = diagnose(case.about)
    assert [each.id for each in findings] == list(CHECKS)
    # One fault, one finding: what follows from it is "blocked", and blames nothing else.
    assert wrong(findings) == {case.check: case.diagnosis}
    found = next(each for each in findings if each.id == case.check)
    assert found.cure is not None
    assert found.cure.line == case.line
    assert worst(findings) is case.diagnosis.state


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_what_is_in_the_way_is_a_check_that_is_not_blocked_itself(case: Case) -> None:
    findings = {each.id: each for each in diagnose(case.about)}
    for each in findings.values():
        if each.diagnosis is Diagnosis.BLOCKED:
            assert findings[each.detail].diagnosis is not Diagnosis.BLOCKED, each.id


@pytest.mark.parametrize("number", range(len(UNSEEN)))
def test_what_is_only_other_is_not_wrong(number: int) -> None:
    assert wrong(diagnose(UNSEEN[number])) == {}


def _every_finding() -> list[tuple[Diagnosis, Cure | None]]:
    machines = (HEALTHY, *(case.about for case in CASES), *UNSEEN)
    return [(each.diagnosis, each.cure) for machine in machines for each in diagnose(machine)]


def test_every_diagnosis_and_every_cure_occurs() -> None:
    found = _every_finding()
    assert {diagnosis for diagnosis, _ in found} == set(Diagnosis)
    assert {cure.code for _, cure in found if cure} == set(CURES)


def test_every_fault_has_a_cure_and_nothing_good_needs_one() -> None:
    for diagnosis, cure in _every_finding():
        if diagnosis.state in (State.BROKEN, State.WARNING):
            assert cure is not None, diagnosis
        if diagnosis.state is State.GOOD and diagnosis is not Diagnosis.PART_MISSING:
            assert cure is None, diagnosis


def test_no_line_is_left_with_a_place_for_a_value() -> None:
    lines = {cure.line for _, cure in _every_finding() if cure}
    assert [line for line in lines if "{" in line and "polkit" not in line] == []


@pytest.mark.parametrize(
    "line", sorted({cure.line for _, cure in _every_finding() if cure and "SCardSvr" not in cure.line})
)
def test_every_line_is_one_that_a_shell_understands(line: str) -> None:
    done = subprocess.run(["bash", "-n", "-c", line], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_rule_for_polkit_names_the_user() -> None:
    line = next(case.line for case in CASES if case.diagnosis is Diagnosis.USER_REFUSED)
    rule = subprocess.run(
        ["bash", "-c", line.partition(" | ")[0]], capture_output=True, text=True, check=True, env={"USER": "teller"}
    ).stdout
    assert 's.user == "teller")' in rule


@pytest.mark.parametrize(
    ("path", "linux", "windows"),
    [
        ("~/a", "~/a", "~/a"),
        ("~/a b", "~/'a b'", '"~/a b"'),
        ("/x/a;b", "'/x/a;b'", "/x/a;b"),
        ("~", "'~'", "~"),
    ],
)
def test_a_path_is_written_as_a_shell_takes_it(path: str, linux: str, windows: str) -> None:
    assert typed(path, Machine(Platform.DEBIAN)) == linux
    assert typed(path, Machine(Platform.WINDOWS)) == windows


def _one(name: str, machine: about.Surroundings) -> Diagnosis:
    return CHECKS[name](machine).diagnosis


def test_a_mute_slot_beside_a_card_that_answers_is_no_fault() -> None:
    silent = slot("Other PICC 1", b"", Greeting.MUTE)
    machine = replace(HEALTHY, slots=(silent, *HEALTHY.slots))
    assert _one("card.present", machine) is Diagnosis.CARD_ANSWERS


def test_a_card_tells_that_its_slot_is_contactless() -> None:
    machine = replace(HEALTHY, slots=(slot("Virtual PCD 00 00", ATR, Greeting.ANSWERED),))
    assert _one("reader.slots", machine) is Diagnosis.CONTACTLESS_SLOT


@pytest.mark.parametrize(
    ("name", "diagnosis"),
    [
        ("HID Global OMNIKEY 3x21 Smart Card Reader 00 00", Diagnosis.ONLY_CONTACT),
        ("HID OMNIKEY 3121 00 00", Diagnosis.ONLY_CONTACT),
        ("Alcor Micro AU9540 00 00", Diagnosis.ONLY_CONTACT),
        ("Gemalto PC Twin Reader 00 00", Diagnosis.ONLY_CONTACT),
        ("SCM Microsystems Inc. SCR 3310 00 00", Diagnosis.ONLY_CONTACT),
        ("ACS ACR39U ICC Reader 00 00", Diagnosis.ONLY_CONTACT),
        ("HID Global OMNIKEY 5022 Smart Card Reader 00 00", Diagnosis.SLOT_UNNAMED),
        ("ACS ACR122U PICC Interface 00 00", Diagnosis.CONTACTLESS_SLOT),
    ],
)
def test_what_the_name_of_a_slot_tells(name: str, diagnosis: Diagnosis) -> None:
    assert _one("reader.slots", replace(HEALTHY, slots=(slot(name), SAM))) is diagnosis


def test_readers_are_seen_though_their_cards_are_refused() -> None:
    findings = {each.id: each for each in diagnose(replace(HEALTHY, slots=(slot(NAME, ATR, Greeting.REFUSED),)))}
    assert findings["reader.present"].diagnosis is Diagnosis.READER_THERE
    assert findings["card.present"].detail == "pcsc.rights"


def test_where_no_reader_is_the_one_that_is_set_is_not_blamed() -> None:
    named = about.Device(about.Choice.NAME, "ACR1252")
    assert wrong(diagnose(replace(HEALTHY, slots=(), reader=named))) == {"reader.present": Diagnosis.NO_READER}
    assert wrong(diagnose(replace(HEALTHY, reader=named))) == {}


def test_a_pn532_needs_no_service() -> None:
    dead = about.Service(about.Library.NO_PYSCARD, about.Answer.NOBODY, about.Socket.DEAD, installed=False)
    reader = about.Device(about.Choice.SERIAL, "serial:COM3", about.SerialPort("COM3"), 424)
    findings = diagnose(replace(HEALTHY, service=dead, slots=(), reader=reader))
    assert wrong(findings) == {}
    rate = next(each for each in findings if each.id == "reader.bit-rate")
    assert (rate.diagnosis, rate.detail) == (Diagnosis.BIT_RATE_KNOWN, "424 kbit/s")


@pytest.mark.parametrize(
    ("needed", "found", "fits"),
    [
        ("44", "44.0.0", True),
        ("44.0", "44", True),
        ("13.7", "13.10.0rc1", True),
        ("13.10", "13.9.9", False),
        ("2.2", "2.2.0", True),
        ("3", "2.99", False),
        ("1.5.1", "1.5", False),
    ],
)
def test_versions_are_compared_by_their_numbers(needed: str, found: str, fits: bool) -> None:
    software = about.Software((3, 11), (about.Requirement("x", needed, found),))
    known = _one("software.libraries", replace(HEALTHY, software=software))
    assert known is (Diagnosis.LIBRARIES_FIT if fits else Diagnosis.LIBRARIES_UNFIT)
