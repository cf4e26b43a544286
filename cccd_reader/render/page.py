# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A `Report` as a single-file page: photo, fields, checks with reasons, the redacted log, times."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from cccd_reader.apdu.trace import Exchange
from cccd_reader.errors import CccdError
from cccd_reader.inspection.absences import expected_absences
from cccd_reader.inspection.reading import Evidence, Reading
from cccd_reader.inspection.report import Report
from cccd_reader.inspection.results import Check
from cccd_reader.lds.image import Image
from cccd_reader.lds.portrait import portrait_png
from cccd_reader.messages.words import Words
from cccd_reader.render.checks import SYMBOLS, absent_line, meaning, said, todos
from cccd_reader.render.fields import COUNTER, PHOTO, Fields
from cccd_reader.render.holder import Holder, Part, holder_of_report
from cccd_reader.render.holder_text import Block, blocks_of, warning_of
from cccd_reader.render.html import CheckRow, Field, Heading, Labels, Page, Step, html


def page_of(
    report: Report, exchanges: Iterable[Exchange] = (), words: Words | None = None, fields: Fields = COUNTER
) -> str:
    """Return the report as one HTML document, in English without `words`, with the personal data asked for."""
    words = words or Words.of("en")
    holder = holder_of_report(report, fields)
    normal = expected_absences(report.checks, report.mrz)
    photo = _png(holder.photo)
    return html(
        Page(
            title=words.text("page.title"),
            verdict=words.verdict(report.verdict),
            kind=report.verdict,
            sentence=" ".join((words.sentence(report.verdict), *todos(report, words))),
            photo_png=photo,
            photo_note="" if photo is None else warning_of(holder, Part.PHOTO, words),
            fields=tuple(row for block in blocks_of(holder, words) for row in _rows(block)),
            checks=tuple(_row(check, words, normal) for check in said(report.checks, normal)),
            timeline=_timeline(report.evidence, words),
            exchanges=tuple(str(exchange) for exchange in exchanges),
            foot=_foot(report, words, absent_line(report.checks, words, normal)),
            labels=_labels(holder, words),
        )
    )


def labels_of(words: Words) -> Labels:
    """Return the page's own words in a language."""
    names = [entry.name for entry in dataclasses.fields(Labels) if entry.name != "language"]
    return Labels(words.language, **{name: words.text(f"page.{name}") for name in names})


def _labels(holder: Holder, words: Words) -> Labels:
    labels = labels_of(words)
    return labels if PHOTO in holder.fields else dataclasses.replace(labels, no_photo=words.text("page.not_asked"))


def _rows(block: Block) -> list[Heading | Field]:
    fields = [Field(label, value, block.warning) for label, value in block.rows]
    return [Heading(block.heading, block.note), *fields]


def _row(check: Check, words: Words, normal: frozenset[str]) -> CheckRow:
    finding = f"{words.check(check.id)}: {meaning(check, words, normal)}"
    return CheckRow(
        SYMBOLS[check.outcome],
        check.id,
        words.outcome(check.outcome),
        finding,
        words.detail(check),
        check.clause,
    )


def _png(photo: Image | None) -> bytes | None:
    if photo is None:
        return None
    try:
        return portrait_png(photo.data)
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


def _foot(report: Report, words: Words, absent: str) -> tuple[str, ...]:
    lines = [absent] if absent else []
    lines += [words.text("page.judged", policy=report.policy.name, at=f"{report.at:%Y-%m-%d %H:%M}")]
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
