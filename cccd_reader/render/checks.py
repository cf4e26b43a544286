# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Checks as JSON values and as text, with symbols that survive without colour."""

from __future__ import annotations

from typing import Any

from cccd_reader.inspection.policy import VerdictKind
from cccd_reader.inspection.report import Report
from cccd_reader.inspection.results import Check, Outcome, Reason
from cccd_reader.messages.words import Words
from cccd_reader.render.plain import visible

SYMBOLS = {
    Outcome.PASSED: "✔",
    Outcome.FAILED: "✘",
    Outcome.UNDETERMINED: "?",
    Outcome.UNSUPPORTED: "-",
    Outcome.NOT_PERFORMED: "-",
    Outcome.ABORTED: "!",
}

_PERMISSION_LACKING = (Reason.REFUSED_BY_CHIP, Reason.REFUSED_UNPROTECTED, Reason.NOT_READ)

_LEFT_TO_A_PERSON = frozenset(
    {
        Reason.NOTHING_GIVEN,
        Reason.IMAGE_BROKEN,
        Reason.PACE_BYPASSED,
        Reason.MRZ_DIGITS_WRONG,
        Reason.EXPIRY_DIFFERS,
        Reason.NUMBER_DIFFERS,
        Reason.HOLDER_NUMBER_DIFFERS,
        Reason.ISSUE_DATE_OUTSIDE,
    }
)
"""Warnings that do not keep a document from being accepted, and that a comparison with card and holder settles."""

ID_WIDTH = 25
"""The length of the longest id of a check."""


def as_json(check: Check, normal: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Return the stable JSON form of one check; `expected` is there, and true, where its id is one of `normal`.

    `normal` are the absences that `inspection.absences` calls so.
    """
    found = {
        "id": check.id,
        "outcome": check.outcome.value,
        "reason": check.reason.code,
        "detail": check.detail,
        "clause": check.clause,
    }
    return {**found, "expected": True} if check.id in normal else found


def meaning(check: Check, words: Words, normal: frozenset[str] = frozenset()) -> str:
    """Return what a check's reason means; that of a `normal` absence says that it is normal."""
    protected = check.reason in _PERMISSION_LACKING and check.id in normal
    return words.text("expected.protected") if protected else words.reason(check.reason)


def said(checks: tuple[Check, ...], normal: frozenset[str]) -> tuple[Check, ...]:
    """Return the checks that have something to say: not what the document need not have, but what it should have."""
    return tuple(
        check
        for check in checks
        if check.outcome is not Outcome.UNSUPPORTED
        or (check.reason is Reason.NOT_ON_DOCUMENT and check.id.startswith("integrity.") and check.id not in normal)
    )


def absent_line(checks: tuple[Check, ...], words: Words, normal: frozenset[str]) -> str:
    """Return the line that names the files which this document normally lacks, empty where there are none."""
    absent = [check.id for check in checks if check.reason is Reason.NOT_ON_DOCUMENT and check.id in normal]
    numbers = [int(name.removeprefix("integrity.dg")) for name in absent]
    if not numbers:
        return ""
    return f"{SYMBOLS[Outcome.UNSUPPORTED]} {words.text('expected.absent', files=_ranges(numbers))}"


def todos(report: Report, words: Words) -> tuple[str, ...]:
    """Return what to do next: about the checks that decide, and on acceptance about what is left to a person.

    An accepted chip may lie in the body of another card: where nothing was given to compare, a person has to. So where
    the photo cannot be shown, and where signed data is odd.
    """
    accepted = report.verdict is VerdictKind.ACCEPTED
    left = tuple(check for check in report.checks if accepted and check.reason in _LEFT_TO_A_PERSON)
    return words.todos((*report.decisive, *left))


def as_lines(checks: tuple[Check, ...], words: Words, normal: frozenset[str] = frozenset()) -> list[str]:
    """Return the checks as text; what the document normally lacks is named in one line at the end."""
    lines = []
    for check in said(checks, normal):
        outcome = words.outcome(check.outcome)
        lines.append(f"{SYMBOLS[check.outcome]} {check.id:{ID_WIDTH}} {outcome:13} {meaning(check, words, normal)}")
        if check.detail:
            lines.append(f"{'':{ID_WIDTH + 3}}{visible(words.detail(check))}")
    absent = absent_line(checks, words, normal)
    return [*lines, absent] if absent else lines


def _ranges(numbers: list[int]) -> str:
    """4, 5, 6, 16 as DG4 to DG6, DG16."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"DG{run[0]}" if len(run) == 1 else f"DG{run[0]}–DG{run[-1]}" for run in runs)
