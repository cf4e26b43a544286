# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A `Report` as JSON values (schema `cccd-report/1`), as text with colour, and as a page."""

from __future__ import annotations

import json
from importlib import resources
from typing import TYPE_CHECKING, Any

from cccd_reader.inspection.policy import VerdictKind
from cccd_reader.inspection.reading import Reading
from cccd_reader.inspection.report import Report
from cccd_reader.inspection.results import Check, Outcome
from cccd_reader.lds.mrz import Mrz, NoExpiry
from cccd_reader.messages.words import Words
from cccd_reader.render import checks as render_checks
from cccd_reader.render import reading as render_reading
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
_VERDICT_COLOURS = {
    VerdictKind.ACCEPTED: "bold white on green",
    VerdictKind.REJECTED: "bold white on red",
    VerdictKind.UNDETERMINED: "bold black on yellow",
}
_VERDICT_SYMBOLS = {VerdictKind.ACCEPTED: "✔", VerdictKind.REJECTED: "✘", VerdictKind.UNDETERMINED: "?"}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of `as_json`, as it is published with the package."""
    text = resources.files("cccd_reader.render").joinpath("schemas/cccd-report-1.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def as_json(report: Report) -> dict[str, Any]:
    """Return the stable JSON form of a report. Ids, reason codes and keys are stable."""
    reading = report.evidence if isinstance(report.evidence, Reading) else None
    return {
        "schema": SCHEMA,
        "verdict": report.verdict.value,
        "policy": report.policy.name,
        "at": report.at.isoformat(),
        "decisive": [check.id for check in report.decisive],
        "checks": [render_checks.as_json(check) for check in report.checks],
        "document": document_fields(report.mrz),
        "session": render_reading.as_json(reading)["session"] if reading else None,
        "files": [render_reading.file_as_json(record) for record in report.evidence.files],
    }


def document_fields(mrz: Mrz | None) -> dict[str, str] | None:
    """Return what the machine readable zone says, None without one. It is as good as the checks about it."""
    if mrz is None:
        return None
    return {
        "document_code": mrz.document_code,
        "issuing_state": mrz.issuing_state,
        "document_number": mrz.document_number,
        "personal_number": mrz.personal_number or "",
        "surname": mrz.primary_identifier,
        "given_names": mrz.secondary_identifier,
        "nationality": mrz.nationality,
        "date_of_birth": mrz.date_of_birth,
        "sex": mrz.sex,
        "date_of_expiry": expiry_text(mrz),
    }


def expiry_text(mrz: Mrz) -> str:
    """Return the date of expiry as ISO 8601, "never", or what the zone holds where it is no date."""
    expiry = mrz.expiry
    if isinstance(expiry, NoExpiry):
        return "never"
    return mrz.date_of_expiry if expiry is None else expiry.isoformat()


def as_text(report: Report, words: Words | None = None) -> Text:
    """Return the report as rich text, in English without `words`.

    The verdict, why, and what to do next; the document; every check that says something.
    """
    from rich.text import Text  # noqa: PLC0415 -- slow to import, and not for JSON

    words = words or Words.of("en")
    text = Text()
    _append_verdict(text, report, words)
    fields = document_fields(report.mrz)
    if fields:
        text.append("\n")
        for name, value in fields.items():
            text.append(f"{words.field(name):16} {visible(words.value(name, value))}\n")
    text.append("\n")
    for check in report.checks:
        if check.outcome is not Outcome.UNSUPPORTED:
            text.append(f"{render_checks.SYMBOLS[check.outcome]} {check.id:24} ", _COLOURS[check.outcome])
            _append_finding(text, check, words, 27)
    text.append("\n" + words.text("text.judged", policy=report.policy.name, at=f"{report.at:%Y-%m-%d %H:%M}"), "dim")
    return text


def _append_verdict(text: Text, report: Report, words: Words) -> None:
    verdict = report.verdict
    text.append(f" {_VERDICT_SYMBOLS[verdict]} {words.verdict(verdict)} ", _VERDICT_COLOURS[verdict])
    text.append(f"  {words.sentence(verdict)}\n")
    for check in report.decisive:
        text.append(f"  {render_checks.SYMBOLS[check.outcome]} {words.check(check.id)}: ", _COLOURS[check.outcome])
        _append_finding(text, check, words, 4)
    for todo in words.todos(report.decisive):
        text.append(f"  → {todo}\n", "bold")


def _append_finding(text: Text, check: Check, words: Words, indent: int) -> None:
    text.append(words.reason(check.reason))
    if check.detail:
        text.append(f"\n{'':{indent}}{visible(words.detail(check))}", "dim")
    text.append("\n")
