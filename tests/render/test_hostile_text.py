# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a chip wrote into its record steers neither a terminal, nor rich's markup, nor a page, and hides from nobody."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from rich.console import Console

from cccd_reader.inspection.report import Report
from cccd_reader.inspection.verify import verify
from cccd_reader.lds import files as ef
from cccd_reader.lds.mrz import Mrz
from cccd_reader.messages.words import Words
from cccd_reader.render.checks import as_lines
from cccd_reader.render.page import page_of
from cccd_reader.render.plain import json_text, visible
from cccd_reader.render.report import as_json, as_text
from cccd_reader.vietnam.citizen_record import CitizenRecord
from cccd_simulators import documents
from tests.support.trust import AT, DEMONSTRATION, GROUPS, evidence

UNSEEN = {
    "clear screen": "\x1b[2J",
    "C1 control": "\x9b2J",
    "line end": "\r\n",
    "bell": "\a",
    "bidi override": "\u202e",
    "bidi isolate": "\u2066",
    "zero width": "\u200b",
    "joiner": "\u200d",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad",
    "blank letter": "\u3164",
    "variation selector": "\ufe0f",
    "tag": "\U000e0041",
    "line separator": "\u2028",
    "unassigned": "\U0003fffd",
}
MARKUP = ["[red]Thử[/red]", "[link=http://a.test]Thử[/link]", ":smile:", "<script>alert(1)</script>", "<b>&amp;"]
PLAIN = {number: content for number, content in GROUPS.items() if number != 2}


def report_of(name: str) -> Report:
    record = CitizenRecord(personal_number="001090000000", full_name=name, sex="Nam")
    return verify(evidence(groups={**PLAIN, 13: bytes(record)}), DEMONSTRATION, at=AT)


def printed(report: Report) -> str:
    """What a terminal with colour gets."""
    target = io.StringIO()
    Console(file=target, force_terminal=True, color_system="truecolor", highlight=False, soft_wrap=True).print(
        as_text(report)
    )
    return target.getvalue()


HOSTILE = "".join(f"({name}{unseen})" for name, unseen in UNSEEN.items())
REPORT = report_of(HOSTILE)
FORMS = {"terminal": printed(REPORT), "page": page_of(REPORT), "JSON": json_text(as_json(REPORT))}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", UNSEEN)
def test_characters_that_nobody_sees_are_shown_in_every_form(name: str, form: str) -> None:
    assert f"({name}{UNSEEN[name]})" not in FORMS[form]
    if form != "JSON":
        escaped = "".join(visible(character) for character in UNSEEN[name])
        assert f"({name}{escaped})" in FORMS[form]


def test_json_holds_the_very_text() -> None:
    assert json.loads(FORMS["JSON"])["citizen"]["full_name"] == HOSTILE


def test_markup_stays_text() -> None:
    report = report_of("".join(MARKUP))
    assert "".join(MARKUP) in printed(report)
    page = page_of(report)
    assert "<script" not in page
    assert "<b>" not in page
    assert "&lt;script&gt;" in page


def test_json_of_other_values_is_as_usual() -> None:
    value = {"a": [1, None, True, "Nguyễn Văn Thử"], "b": "\U0001f600"}
    assert json_text(value) == json.dumps(value, ensure_ascii=False, indent=2)


def test_details_and_words_of_checks_too() -> None:
    report = report_of("Thử")
    check = replace(report.check("document.image"), detail="a\x1b[2J\u202eb")
    lines = as_lines((check,), Words.of("vi"))
    assert lines[1].strip() == "a\\x1b[2J\\u202eb"
    dirty = replace(report, checks=tuple(check if each.id == check.id else each for each in report.checks))
    assert "\x1b[2J" not in printed(dirty)
    assert "\u202e" not in page_of(dirty) + json_text(as_json(dirty))


def test_a_zone_has_an_alphabet_of_its_own() -> None:
    lines = list(documents.HOLDER_MRZ)
    raw = documents.mrz_file([lines[0], lines[1], "\x1b[2J" + lines[2][4:]])
    report = verify(evidence(groups={**PLAIN, 1: raw}), DEMONSTRATION, at=AT)
    assert report.mrz is None
    assert as_json(report)["document"] is None
    whole = Mrz.parse("".join(lines).encode())
    assert whole.lines[2] == lines[2]
    assert report.evidence.content(ef.data_group(1)) == raw
