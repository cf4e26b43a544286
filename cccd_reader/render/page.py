# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A `Report` as a single-file page: photo, fields, checks with reasons, the redacted log, times."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from cccd_reader.apdu.trace import Exchange
from cccd_reader.errors import CccdError
from cccd_reader.inspection.reading import Evidence, Reading
from cccd_reader.inspection.report import Report
from cccd_reader.inspection.results import Check, Outcome
from cccd_reader.lds import files as ef
from cccd_reader.lds.dg2 import DataGroup2
from cccd_reader.lds.portrait import portrait_png
from cccd_reader.messages.words import Words
from cccd_reader.render.checks import SYMBOLS
from cccd_reader.render.html import CheckRow, Field, Labels, Page, Step, html
from cccd_reader.render.report import document_fields


def page_of(report: Report, exchanges: Iterable[Exchange] = (), words: Words | None = None) -> str:
    """Return the report as one HTML document, in English without `words`."""
    words = words or Words.of("en")
    fields = document_fields(report.mrz) or {}
    return html(
        Page(
            title=words.text("page.title"),
            verdict=words.verdict(report.verdict),
            kind=report.verdict,
            sentence=" ".join((words.sentence(report.verdict), *words.todos(report.decisive))),
            photo_png=_photo(report.evidence),
            fields=tuple(Field(words.field(name), words.value(name, value)) for name, value in fields.items()),
            checks=tuple(_row(check, words) for check in report.checks if check.outcome is not Outcome.UNSUPPORTED),
            timeline=_timeline(report.evidence, words),
            exchanges=tuple(str(exchange) for exchange in exchanges),
            foot=_foot(report, words),
            labels=labels_of(words),
        )
    )


def labels_of(words: Words) -> Labels:
    """Return the page's own words in a language."""
    names = [entry.name for entry in dataclasses.fields(Labels) if entry.name != "language"]
    return Labels(words.language, **{name: words.text(f"page.{name}") for name in names})


def _row(check: Check, words: Words) -> CheckRow:
    finding = f"{words.check(check.id)}: {words.reason(check.reason)}"
    return CheckRow(
        SYMBOLS[check.outcome],
        check.id,
        words.outcome(check.outcome),
        finding,
        words.detail(check),
        check.clause,
    )


def _photo(evidence: Evidence) -> bytes | None:
    content = evidence.content(ef.data_group(2))
    if content is None:
        return None
    try:
        return portrait_png(DataGroup2.parse(content).faces[0].data)
    except CccdError:
        return None  # the check of the photo tells why


def _timeline(evidence: Evidence, words: Words) -> tuple[Step, ...]:
    if not isinstance(evidence, Reading):
        return ()
    session = evidence.session
    return (
        Step(words.text("page.chip-time"), session.chip_seconds),
        Step(words.text("page.own-time"), max(0.0, session.seconds - session.chip_seconds)),
    )


def _foot(report: Report, words: Words) -> tuple[str, ...]:
    lines = [words.text("page.judged", policy=report.policy.name, at=f"{report.at:%Y-%m-%d %H:%M}")]
    if isinstance(report.evidence, Reading):
        session = report.evidence.session
        cost = words.text(
            "page.session",
            reader=session.reader or words.text("page.software"),
            commands=session.apdus,
            sent=session.bytes_out,
            received=session.bytes_in,
            seconds=f"{session.seconds:.2f}",
        )
        lines.append(cost)
    return tuple(lines)
