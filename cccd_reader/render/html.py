# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A verification as one HTML file: no script, nothing loaded from elsewhere, on two A4 pages with a counter's fields.

A page is made of plain values, any of which may come from a chip: every text is escaped, control characters are shown
as such (see `render.plain.visible`), and the page's own policy forbids the browser to run or to load anything.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from string import Template
from typing import NamedTuple

from cccd_reader.inspection.policy import VerdictKind
from cccd_reader.render.plain import visible


class Field(NamedTuple):
    """One line about the document; an empty note is left out."""

    label: str
    value: str
    note: str = ""


class Heading(NamedTuple):
    """One line between the fields: where those below it come from, and a sentence about them, perhaps empty."""

    text: str
    note: str = ""


class CheckRow(NamedTuple):
    """One check: a symbol of `render.checks.SYMBOLS`, its id, and the rest in words; empty ones are left out."""

    symbol: str
    id: str
    outcome: str
    words: str
    detail: str = ""
    clause: str = ""


class Step(NamedTuple):
    """One step of the session and how long it took."""

    name: str
    seconds: float


@dataclass(frozen=True)
class Labels:
    """The page's own words, and the language that the whole page is in (BCP 47)."""

    language: str = "en"
    document: str = "Document"
    photo: str = "Photo from the chip"
    no_photo: str = "No photo"
    checks: str = "Checks"
    check: str = "Check"
    outcome: str = "Outcome"
    finding: str = "Finding"
    clause: str = "Clause"
    times: str = "Times"
    total: str = "In all"
    exchanges: str = "Exchanges with the chip, without their content"


@dataclass(frozen=True)
class Page:
    """What stands on the page, top down. `photo_png` is a PNG, `exchanges` the redacted rows of the APDU log.

    The timeline, the exchanges and the lines at the foot are left out where they are empty.
    """

    title: str
    verdict: str
    kind: VerdictKind
    sentence: str
    photo_png: bytes | None = field(repr=False)
    fields: tuple[Field | Heading, ...] = field(repr=False)
    checks: tuple[CheckRow, ...]
    timeline: tuple[Step, ...] = ()
    exchanges: tuple[str, ...] = ()
    foot: tuple[str, ...] = ()
    labels: Labels = Labels()
    photo_note: str = ""


_SYMBOLS = {VerdictKind.ACCEPTED: "✔", VerdictKind.REJECTED: "✘", VerdictKind.UNDETERMINED: "?"}
_MRZ_LINE = re.compile(r"(?=.*<)[A-Z0-9<]{30,44}")
_ROW_CLASSES = {"✔": "passed", "✘": "failed", "?": "open", "!": "open"}


def html(page: Page) -> str:
    """Return the page as a whole HTML document, to be written as UTF-8."""
    words = page.labels
    parts = {
        "style": _template("page.css"),
        "kind": page.kind.value,
        "symbol": _SYMBOLS[page.kind],
        "photo": _photo(page),
        "fields": "\n".join(_field_row(field) for field in page.fields),
        "check_rows": "\n".join(_check_row(CheckRow(*row)) for row in page.checks),
        "timeline": _timeline(page),
        "exchanges": _exchanges(page),
        "foot": "\n".join(f"<p>{_text(line)}</p>" for line in page.foot),
    }
    texts = {"title": page.title, "verdict": page.verdict, "sentence": page.sentence, "language": words.language}
    texts |= {name: getattr(words, name) for name in ("document", "checks", "check", "outcome", "finding", "clause")}
    return Template(_template("page.html")).substitute(parts, **{name: _text(text) for name, text in texts.items()})


def _template(name: str) -> str:
    return (Path(__file__).parent / "templates" / name).read_text(encoding="utf-8")


def _text(text: str) -> str:
    """Escape a text for content and for quoted attributes alike."""
    return escape(visible(text), quote=True)


def _optional(element: str, text: str) -> str:
    return f"<{element}>{_text(text)}</{element}>" if text else ""


def _photo(page: Page) -> str:
    if page.photo_png is None:
        return f'<div class="photo none">{_text(page.labels.no_photo)}</div>'
    data = base64.b64encode(page.photo_png).decode("ascii")
    image = f'<img class="photo" alt="{_text(page.labels.photo)}" src="data:image/png;base64,{data}">'
    return f"<div>{image}{_optional('small', page.photo_note)}</div>" if page.photo_note else image


def _field_row(row: Field | Heading) -> str:
    if isinstance(row, Heading):
        return f'<tr><th class="source" colspan="2">{_text(row.text)}{_optional("small", row.note)}</th></tr>'
    label, value, note = row
    shown = f'<span class="zone">{_text(value)}</span>' if _MRZ_LINE.fullmatch(value) else _text(value or "–")
    return f'<tr><th scope="row">{_text(label)}</th><td>{shown}{_optional("small", note)}</td></tr>'


def _check_row(row: CheckRow) -> str:
    finding = f"{_text(row.words)}{_optional('small', row.detail)}"
    cells = (_text(row.symbol), _text(row.id), _text(row.outcome), finding, _text(row.clause))
    return f'<tr class="{_ROW_CLASSES.get(row.symbol, "quiet")}">{_tagged("td", cells)}</tr>'


def _tagged(element: str, markup: Iterable[str]) -> str:
    return "".join(f"<{element}>{each}</{element}>" for each in markup)


def _timeline(page: Page) -> str:
    if not page.timeline:
        return ""
    items = [_step(name, seconds) for name, seconds in page.timeline]
    items.append(_step(page.labels.total, sum(seconds for _, seconds in page.timeline), ' class="total"'))
    return "\n".join(
        ["<section>", f"<h2>{_text(page.labels.times)}</h2>", '<ol class="times">', *items, "</ol>", "</section>"]
    )


def _step(name: str, seconds: float, attribute: str = "") -> str:
    return f"<li{attribute}>{_text(name)} <span>{seconds:.2f} s</span></li>"


def _exchanges(page: Page) -> str:
    if not page.exchanges:
        return ""
    summary = f"<summary>{_text(page.labels.exchanges)} ({len(page.exchanges)})</summary>"
    rows = [_text(row) for row in page.exchanges]
    return "\n".join(["<details>", summary, "<pre>", *rows, "</pre>", "</details>"])
