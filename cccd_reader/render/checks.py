# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Checks as JSON values and as text, with symbols that survive without colour."""

from __future__ import annotations

from cccd_reader.inspection.results import Check, Outcome
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


def as_json(check: Check) -> dict[str, str]:
    """Return the stable JSON form of one check."""
    return {
        "id": check.id,
        "outcome": check.outcome.value,
        "reason": check.reason.code,
        "detail": check.detail,
        "clause": check.clause,
    }


def as_lines(checks: tuple[Check, ...], words: Words) -> list[str]:
    """Return the checks as text; data groups that the document does not have are left out."""
    lines = []
    for check in checks:
        if check.outcome is Outcome.UNSUPPORTED:
            continue
        outcome, meaning = words.outcome(check.outcome), words.reason(check.reason)
        lines.append(f"{SYMBOLS[check.outcome]} {check.id:24} {outcome:13} {meaning}")
        if check.detail:
            lines.append(f"{'':27}{visible(words.detail(check))}")
    return lines
