# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What may become of a case, and what would be a find."""

from __future__ import annotations

from dataclasses import dataclass

from cccd_reader.errors import CccdError
from cccd_reader.inspection.policy import DEFAULT, VerdictKind
from cccd_reader.inspection.reading import Reading
from cccd_reader.inspection.verify import verify
from cccd_reader.lds.files import data_group
from tests.soak.cases import GENUINE, Case, Troubled, persona
from tests.support.fault_matrix import TRUST
from tests.support.fault_table import MATRIX
from tests.support.trust import AT

_OF_ANOTHER_CARD = "exchanged-for-another-card"
"""What is laid down is a genuine card too; read from its first command on, it is accepted with good reason."""


@dataclass(frozen=True)
class Outcome:
    """The verdict, or the name of the error that ended the reading; and why that is wrong, "" where it is right."""

    found: str
    wrong: str = ""
    masked: bool = False
    """A forged file was not read because of the troubles, and what was read is genuine."""


def failed(case: Case, error: CccdError, *, exact: bool) -> Outcome:
    """Judge a reading that ended in an error of ours."""
    name = type(error).__name__
    if exact and case.as_in_the_matrix and name != _expected(case):
        return Outcome(name, f"{_expected(case)} was expected")
    if case.chip in GENUINE and case.moved_alone:
        return Outcome(name, "a card that is laid back each time can be read")
    return Outcome(name)


def judged(case: Case, card: Troubled, reading: Reading, *, exact: bool) -> Outcome:
    """Judge a reading; `exact` where the fault matrix tells what comes of a chip without troubles."""
    report = verify(reading, TRUST, DEFAULT, AT)
    verdict = report.verdict
    if exact and case.as_in_the_matrix and verdict.value != _expected(case):
        return Outcome(verdict.value, f"{_expected(case)} was expected")
    if case.attack:
        return _attacked(case, reading, verdict)
    if verdict is VerdictKind.REJECTED and not card.forged:
        reasons = ", ".join(f"{each.id} {each.reason.code}" for each in report.not_passed)
        return Outcome(verdict.value, f"a genuine document is rejected: {reasons}")
    if case.chip in GENUINE:
        return _genuine(case, reading, verdict)
    return Outcome(verdict.value)


def _attacked(case: Case, reading: Reading, verdict: VerdictKind) -> Outcome:
    if verdict is not VerdictKind.ACCEPTED or case.chip.endswith(_OF_ANOTHER_CARD):
        return Outcome(verdict.value)
    unread = any(record.problem for record in reading.files)
    # EF.CardSecurity serves chip authentication mapping alone; where another way in was taken, it proves nothing.
    unread |= "card-security" in case.chip and reading.chip_mapping is None
    if case.troubles and unread and not _differences(case, reading) and "clone" not in case.chip:
        return Outcome(verdict.value, masked=True)
    return Outcome(verdict.value, "an attack is accepted")


def _genuine(case: Case, reading: Reading, verdict: VerdictKind) -> Outcome:
    if verdict is VerdictKind.ACCEPTED and (different := _differences(case, reading)):
        return Outcome(verdict.value, f"accepted with other bytes than the card's: {different}")
    if case.moved_alone and verdict is not VerdictKind.ACCEPTED:
        return Outcome(verdict.value, "a genuine card that is laid back each time is accepted")
    return Outcome(verdict.value)


def _differences(case: Case, reading: Reading) -> list[str]:
    """Return the data groups that were read and are not those of the unbroken chip."""
    files = persona(case.chip.partition(":")[0]).application_files
    found = []
    for number in range(1, 17):
        file, content = data_group(number), reading.content(data_group(number))
        if content is not None and (file.file_id not in files or files[file.file_id].content != content):
            found.append(file.short)
    return found


def _expected(case: Case) -> str:
    return VerdictKind.ACCEPTED.value if case.chip in GENUINE else MATRIX[case.chip].default
