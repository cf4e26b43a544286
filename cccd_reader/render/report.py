# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A `Report` as JSON values (schema `cccd-report/1`) and as text with colour."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cccd_reader.inspection.absences import expected_absences
from cccd_reader.inspection.policy import VerdictKind
from cccd_reader.inspection.reading import Reading
from cccd_reader.inspection.report import Report
from cccd_reader.inspection.results import Check, Outcome, Reason
from cccd_reader.messages.words import Words
from cccd_reader.render import checks as render_checks
from cccd_reader.render import reading as render_reading
from cccd_reader.render.fields import COUNTER, Fields
from cccd_reader.render.holder import holder_of_report
from cccd_reader.render.holder_text import blocks_of, lines_of
from cccd_reader.render.plain import visible

if TYPE_CHECKING:
    from rich.text import Text

SCHEMA = "cccd-report/1"
_COLOURS = {
    Outcome.PASSED: "green",
    Outcome.FAILED: "bold red",
    Outcome.UNDETERMINED: "yellow",
    Outcome.UNSUPPORTED: "dim",
    Outcome.NOT_PERFORMED: "dim",
    Outcome.ABORTED: "red",
}
VERDICT_COLOURS = {
    VerdictKind.ACCEPTED: "bold white on green",
    VerdictKind.REJECTED: "bold white on red",
    VerdictKind.UNDETERMINED: "bold black on yellow",
}
_UNVERIFIED = "yellow"
_NOT_ASKED = frozenset({Reason.NOTHING_GIVEN, Reason.NO_WATCH_LIST})
"""The caller gave nothing to compare or to look up: what the counter has to do then stands beside the verdict."""
VERDICT_SYMBOLS = {VerdictKind.ACCEPTED: "✔", VerdictKind.REJECTED: "✘", VerdictKind.UNDETERMINED: "?"}
"""How each verdict is shown: with colour, and with a sign that stays where there is none."""


class Shown(StrEnum):
    """Which checks the text lists below the holder's data; those that decide stand above in any case."""

    ALL = "all"
    NOT_PASSED = "not-passed"


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of `as_json`, as it is published with the package."""
    text = (Path(__file__).parent / "schemas" / "cccd-report-1.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def as_json(report: Report, fields: Fields = COUNTER) -> dict[str, Any]:
    """Return the stable JSON form of a report. Ids, reason codes and keys are stable.

    `fields` are the personal data to give, see `render.fields`; `verified` tells which of them an authority signed.
    """
    reading = report.evidence if isinstance(report.evidence, Reading) else None
    normal = expected_absences(report.checks, report.mrz)
    return {
        "schema": SCHEMA,
        "verdict": report.verdict.value,
        "policy": report.policy.name,
        "at": report.at.isoformat(),
        "decisive": [check.id for check in report.decisive],
        "checks": [render_checks.as_json(check, normal) for check in report.checks],
        **holder_of_report(report, fields).as_json(),
        "session": render_reading.as_json(reading)["session"] if reading else None,
        "files": [render_reading.file_as_json(record) for record in report.evidence.files],
    }


def as_text(report: Report, words: Words | None = None, fields: Fields = COUNTER, shown: Shown = Shown.ALL) -> Text:
    """Return the report as rich text, in English without `words`, with the personal data asked for.

    The verdict, why, and what to do next; the holder; the checks that are `shown`.
    """
    from rich.text import Text  # noqa: PLC0415 -- slow to import, and not for JSON

    words = words or Words.of("en")
    text = Text()
    _append_verdict(text, report, words)
    blocks = blocks_of(holder_of_report(report, fields), words)
    for block, line in lines_of(blocks):
        text.append(f"{line}\n", _UNVERIFIED if block.warning else "bold" if line == block.heading else "")
    _append_checks(text, report, words, shown)
    text.append("\n" + words.text("text.judged", policy=report.policy.name, at=f"{report.at:%Y-%m-%d %H:%M}"), "dim")
    return text


def _append_verdict(text: Text, report: Report, words: Words) -> None:
    verdict = report.verdict
    text.append(f" {VERDICT_SYMBOLS[verdict]} {words.verdict(verdict)} ", VERDICT_COLOURS[verdict])
    text.append(f"  {words.sentence(verdict)}\n")
    for check in report.decisive:
        text.append(f"  {render_checks.SYMBOLS[check.outcome]} {words.check(check.id)}: ", _COLOURS[check.outcome])
        _append_finding(text, check, words.reason(check.reason), words, 4)
    for todo in render_checks.todos(report, words):
        text.append(f"  → {todo}\n", "bold")


def _append_checks(text: Text, report: Report, words: Words, shown: Shown) -> None:
    normal = expected_absences(report.checks, report.mrz)
    checks = render_checks.said(report.checks, normal)
    absent = render_checks.absent_line(report.checks, words, normal)
    if shown is Shown.NOT_PASSED:
        stand_above = {check.id for check in report.decisive}
        checks = tuple(check for check in checks if _is_open(check) and check.id not in normal | stand_above)
        absent = ""
    text.append("\n" if checks else "")
    for check in checks:
        text.append(
            f"{render_checks.SYMBOLS[check.outcome]} {check.id:{render_checks.ID_WIDTH}} ", _COLOURS[check.outcome]
        )
        meaning = render_checks.meaning(check, words, normal)
        _append_finding(text, check, meaning, words, render_checks.ID_WIDTH + 3)
    text.append(f"{absent}\n" if absent else "", "dim")


def _is_open(check: Check) -> bool:
    return check.outcome is not Outcome.PASSED and check.reason not in _NOT_ASKED


def _append_finding(text: Text, check: Check, meaning: str, words: Words, indent: int) -> None:
    text.append(meaning)
    if check.detail:
        text.append(f"\n{'':{indent}}{visible(words.detail(check))}", "dim")
    text.append("\n")
