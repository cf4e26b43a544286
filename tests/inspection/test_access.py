# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The attempts at a chip: bounded, a wrong key never twice by PACE, the number of the card before any date."""

from __future__ import annotations

import pytest

from cccd_reader.access_keys import AccessKey, Can, MrzKey
from cccd_reader.errors import AccessDenied
from cccd_reader.inspection.access import MAX_ATTEMPTS
from cccd_reader.inspection.read import read
from cccd_reader.inspection.reading import Attempt, AttemptOutcome, Method
from cccd_reader.messages.words import Words
from cccd_reader.scanners.access_text import parse_access
from cccd_simulators import personas
from cccd_simulators.chip import VirtualChip
from tests.vietnam import samples

CCCD, BAC, PACE = personas.cccd(), personas.passport_bac(), personas.passport_pace()
WRONG = Can("123456")


def wrong_keys(count: int) -> list[AccessKey]:
    return [MrzKey("900000008", f"9002{day:02}", "300201") for day in range(1, count + 1)]


def tried(error: AccessDenied) -> list[Attempt]:
    return [attempt for attempt in error.attempts if isinstance(attempt, Attempt)]


def test_the_attempts_at_one_chip_are_bounded() -> None:
    with pytest.raises(AccessDenied) as caught:
        read(VirtualChip(CCCD), wrong_keys(20))
    assert len(tried(caught.value)) == MAX_ATTEMPTS
    assert f"{MAX_ATTEMPTS} attempts" in str(caught.value)
    assert "lock itself" in caught.value.hint
    spoken = Words.of("vi").error(caught.value)
    assert spoken.message == f"Đã thử mở chip {MAX_ATTEMPTS} lần không được, dừng lại để không làm khóa chip"
    assert spoken.hint != caught.value.hint


def test_what_the_chip_refuses_without_looking_at_a_key_is_not_counted() -> None:
    reading = read(VirtualChip(BAC), [*(Can(f"{number:06}") for number in range(MAX_ATTEMPTS)), *BAC.keys])
    outcomes = [attempt.outcome for attempt in reading.access.attempts]
    assert outcomes.count(AttemptOutcome.REFUSED) > MAX_ATTEMPTS
    assert outcomes[-1] is AttemptOutcome.GRANTED


def test_each_wrong_key_is_tried_once_by_pace_whatever_it_offers() -> None:
    with pytest.raises(AccessDenied) as caught:
        read(VirtualChip(PACE), (WRONG, *wrong_keys(2)))
    assert [attempt.method for attempt in tried(caught.value)][:3] == [Method.PACE_CAN] + [Method.PACE_MRZ] * 2


def test_a_second_key_of_a_kind_is_tried_after_a_wrong_one() -> None:
    reading = read(VirtualChip(CCCD), (WRONG, *CCCD.keys))
    outcomes = [attempt.outcome for attempt in reading.access.attempts]
    assert outcomes == [AttemptOutcome.WRONG_KEY, AttemptOutcome.GRANTED]


def test_a_qr_line_opens_by_its_number_first() -> None:
    reading = read(VirtualChip(CCCD), parse_access(samples.SINGLE_QR).keys)
    assert [attempt.method for attempt in reading.access.attempts] == [Method.PACE_CAN]


def test_a_qr_line_opens_a_chip_without_pace_by_the_expiry_that_the_law_gives() -> None:
    on_the_boundary = samples.SINGLE_QR.replace("15032022", "01022028")  # the birthday two years before 40
    reading = read(VirtualChip(BAC), parse_access(on_the_boundary).keys)
    outcomes = [attempt.outcome for attempt in reading.access.attempts if attempt.method is Method.BAC]
    assert outcomes == [AttemptOutcome.WRONG_KEY, AttemptOutcome.GRANTED]


def test_the_candidates_of_any_qr_line_fit_into_the_bound() -> None:
    leap = samples.SINGLE_QR.replace("01021990", "29022000").replace("15032022", "28012023")
    keys = parse_access(leap).keys
    dates = len(keys) - 1
    assert dates == 3
    assert 1 + 2 * dates <= MAX_ATTEMPTS
