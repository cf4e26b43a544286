# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The page: its structure, and that nothing a chip says gets out of its place."""

from __future__ import annotations

import base64
import dataclasses
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from cccd_reader.inspection.catalogue import CATALOGUE
from cccd_reader.inspection.policy import VerdictKind
from cccd_reader.inspection.read import read
from cccd_reader.inspection.results import Outcome
from cccd_reader.inspection.verify import verify
from cccd_reader.lds.portrait import portrait_png
from cccd_reader.messages.words import Words
from cccd_reader.render.checks import SYMBOLS
from cccd_reader.render.fields import ALL
from cccd_reader.render.html import CheckRow, Field, Heading, Labels, Page, Step, html
from cccd_reader.render.page import page_of
from cccd_simulators import documents, personas
from cccd_simulators.chip import power_up
from cccd_simulators.faults import fault
from tests.support.trust import AT, DEMONSTRATION

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
VOID = {"meta", "img"}

FIELDS = (
    Field("Full name", "Nguyễn Văn Thử", "signed"),
    Field("Personal number", "001090000000"),
    Field("Old number", ""),
    Field("MRZ", "NGUYEN<<VAN<THU<<<<<<<<<<<<<<<"),
)

PAGE = Page(
    title="Verification of a chip ID card",
    verdict="Rejected",
    kind=VerdictKind.REJECTED,
    sentence="The photograph is not the one that was signed.",
    photo_png=b"\x89PNG\r\n\x1a\n and the rest",
    fields=FIELDS,
    checks=(
        CheckRow("✔", "sod.hash", "passed", "The signed hash is that of the hash list.", "", "ICAO 9303-11, 5.1"),
        CheckRow("✘", "integrity.dg2", "failed", "The file is not the one that was signed.", "sha256"),
        CheckRow("?", "issuer.revocation", "undetermined", "No list is at hand."),
        CheckRow("-", "integrity.dg4", "unsupported", "The document has no such file."),
    ),
    timeline=(Step("PACE", 0.5), Step("DG2", 1.25)),
    exchanges=("   1 00 A4 02 0C  out     7  in     2  9000  0.0010 s", "   2 00 B0 00 00  out     5  in   258  9000"),
    foot=("Verified on 2026-11-22.", "Policy default."),
)


class Structure(HTMLParser):
    """The elements of a page with their attributes, its texts, and whether each element is closed where it must be."""

    def __init__(self, document: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.feed(document)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((self.open[-1], data.strip("\n")))

    def of(self, tag: str) -> list[str]:
        return [text for where, text in self.texts if where == tag]

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def test_the_page_holds_every_value_in_its_place() -> None:
    page = Structure(html(PAGE))
    assert page.of("title") == page.of("h1") == [PAGE.title]
    assert page.of("strong") == ["Rejected"]
    assert page.of("p") == [PAGE.sentence, *PAGE.foot]
    assert page.of("h2") == ["Document", "Checks", "Times"]
    assert page.of("th") == [field.label for field in FIELDS] + ["Check", "Outcome", "Finding", "Clause"]
    assert [text for text in page.of("td") if text in {"Nguyễn Văn Thử", "001090000000", "–"}] == [
        "Nguyễn Văn Thử",
        "001090000000",
        "–",
    ]
    for row in PAGE.checks:
        assert {row.symbol, row.id, row.outcome, row.words} <= set(page.of("td"))
    assert page.of("small") == ["signed", "sha256"]
    assert page.of("li") == ["PACE ", "DG2 ", "In all "]
    assert page.of("span") == ["✘", FIELDS[3].value, "0.50 s", "1.25 s", "1.75 s"]
    assert page.of("summary") == ["Exchanges with the chip, without their content (2)"]
    assert page.of("pre") == ["\n".join(PAGE.exchanges)]


def test_each_check_is_one_row_whose_class_repeats_its_symbol() -> None:
    page = Structure(html(PAGE))
    rows = [attributes["class"] for attributes in page.attributes("tr") if "class" in attributes]
    assert rows == ["passed", "failed", "open", "quiet"]


def test_every_outcome_has_a_class_that_fits() -> None:
    rows = tuple(CheckRow(symbol, outcome.value, "", "") for outcome, symbol in SYMBOLS.items())
    page = Structure(html(dataclasses.replace(PAGE, checks=rows)))
    classes = dict(zip(SYMBOLS, [each["class"] for each in page.attributes("tr") if "class" in each], strict=True))
    assert classes == {
        Outcome.PASSED: "passed",
        Outcome.FAILED: "failed",
        Outcome.UNDETERMINED: "open",
        Outcome.UNSUPPORTED: "quiet",
        Outcome.NOT_PERFORMED: "quiet",
        Outcome.ABORTED: "open",
    }


@pytest.mark.parametrize(("kind", "symbol"), [("accepted", "✔"), ("rejected", "✘"), ("undetermined", "?")])
def test_a_verdict_has_a_symbol_and_a_border_of_its_own(kind: str, symbol: str) -> None:
    document = html(dataclasses.replace(PAGE, kind=VerdictKind(kind)))
    page = Structure(document)
    assert page.of("span")[0] == symbol
    assert f"verdict {kind}" in [attributes.get("class") for attributes in page.attributes("section")]
    style = re.search(rf"\.{kind} \{{ border-style: (\w+)", document)
    assert style is not None
    assert style[1] == {"accepted": "solid", "rejected": "double", "undetermined": "dashed"}[kind]


def test_headings_and_the_note_under_the_photo() -> None:
    noted = dataclasses.replace(PAGE, fields=(Heading("Record", "a note"), *FIELDS), photo_note="not verified")
    page = Structure(html(noted))
    assert page.of("th")[:2] == ["Record", "Full name"]
    assert page.of("small") == ["not verified", "a note", "signed", "sha256"]


def test_what_is_missing_is_left_out() -> None:
    page = Structure(html(dataclasses.replace(PAGE, photo_png=None, timeline=(), exchanges=(), foot=())))
    assert page.attributes("img") == []
    assert "No photo" in page.of("div")
    assert not {"details", "pre", "ol"} & {tag for tag, _ in page.elements}


def test_the_photo_stands_in_the_page_itself() -> None:
    (photo,) = Structure(html(PAGE)).attributes("img")
    assert PAGE.photo_png is not None
    assert photo["src"] == "data:image/png;base64," + base64.b64encode(PAGE.photo_png).decode("ascii")
    assert photo["alt"] == "Photo from the chip"


def test_nothing_is_run_and_nothing_is_loaded() -> None:
    document = html(PAGE)
    page = Structure(document)
    assert {"http-equiv": "Content-Security-Policy", "content": POLICY} in page.attributes("meta")
    assert document.index("Content-Security-Policy") < document.index("<style>") < document.index("<body>")
    assert not {"script", "link", "iframe", "object", "embed", "form", "a", "base"} & {tag for tag, _ in page.elements}
    assert not re.search(r"url\(|@import|https?:|\bon\w+=|javascript:", document)


def test_the_log_is_closed_and_then_not_printed() -> None:
    document = html(PAGE)
    assert Structure(document).attributes("details") == [{}]
    assert "details:not([open]) { display: none; }" in document.split("@media print", 1)[1]


def test_the_language_and_the_page_s_own_words() -> None:
    words = Labels(language="vi", checks="Kiểm tra", no_photo="Không có ảnh")
    page = Structure(html(dataclasses.replace(PAGE, labels=words, photo_png=None)))
    assert page.attributes("html") == [{"lang": "vi"}]
    assert "Kiểm tra" in page.of("h2")
    assert "Không có ảnh" in page.of("div")


# --- hostile values ---

HOSTILE = [
    "<script>document.title='got out'</script>",
    "</td></tr></table></style></title></pre></details><img src=x onerror=\"document.title='got out'\">",
    "\"><svg/onload=document.title='got&#32;out'>",
    "' onmouseover='document.title=1' x='",
    "<!-- ",
    "]]><![CDATA[",
    "&lt;b&gt; &amp; &copy;",
    "$title ${checks} $$ $",
    "{title} %s {0}",
]


def filled(text: str) -> Page:
    """A page that says this text wherever a text can stand."""
    words = {field.name: text for field in dataclasses.fields(Labels)}
    return Page(
        title=text,
        verdict=text,
        kind=VerdictKind.ACCEPTED,
        sentence=text,
        photo_png=b"",
        fields=(Heading(text, text), Field(text, text, text)),
        checks=(CheckRow(text, text, text, text, text, text),),
        timeline=(Step(text, 1.0),),
        exchanges=(text,),
        foot=(text,),
        labels=Labels(**words),
        photo_note=text,
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_values_stay_text(text: str) -> None:
    hostile, harmless = Structure(html(filled(text))), Structure(html(filled("x")))
    assert [tag for tag, _ in hostile.elements] == [tag for tag, _ in harmless.elements]
    assert [sorted(attributes) for _, attributes in hostile.elements] == [
        sorted(attributes) for _, attributes in harmless.elements
    ]
    assert [(where, said.replace(text, "x")) for where, said in hostile.texts] == harmless.texts
    assert hostile.attributes("html") == [{"lang": text}]
    assert hostile.attributes("img")[0]["alt"] == text


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\r", "\n", "\u202e", "\u2066", "\u200b", "\ud800", "\x85"])
def test_characters_that_nobody_sees_are_shown(character: str) -> None:
    document = html(dataclasses.replace(PAGE, fields=(Field("name", f"A{character}B"),), exchanges=(f"A{character}B",)))
    assert f"A{character}B" not in document
    assert document.encode("utf-8")
    escaped = character.encode("unicode_escape").decode("ascii")
    assert f"<td>A{escaped}B</td>" in document
    assert f"<pre>\nA{escaped}B\n</pre>" in document


# --- in a browser ---

QUIET = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"


def chromium(folder: Path, *arguments: str) -> str:
    """Run a headless Chromium on the page in a folder and return what it writes."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("no Chromium is installed")
    page = (folder / "page.html").as_uri()
    quiet = [*QUIET.split(), "--disable-component-update", "--disable-sync", f"--user-data-dir={folder / 'profile'}"]
    done = subprocess.run([browser, *quiet, *arguments, page], capture_output=True, text=True, check=True, timeout=100)
    return done.stdout


def full_page() -> Page:
    """As long as a page gets: every check, a long detail, twelve fields, the whole log."""
    detail = "C=VN, O=Ministry of Public Security, CN=Document Signer 1, " * 4
    return dataclasses.replace(
        PAGE,
        photo_png=portrait_png(documents.portrait()),
        fields=tuple(Field(f"Field {number}", "Số 1 Đường Thử Nghiệm", "a note") for number in range(12)),
        checks=tuple(
            CheckRow("✔", name, "passed", "The file is the one that was signed.", detail if "issuer" in name else "")
            for name in CATALOGUE
        ),
        exchanges=PAGE.exchanges * 60,
    )


def longest_report(language: str) -> str:
    """Every field of a long record, none of it verified, and hardly a check that passed."""
    persona = fault("sod-missing").apply(personas.build("cccd-long-record"))
    report = verify(read(power_up(persona), persona.keys), DEMONSTRATION, at=AT)
    return page_of(report, (), Words.of(language), ALL)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["full", "vi", "en"])
def test_a_browser_prints_the_page_on_two_sheets(tmp_path: Path, name: str) -> None:
    """Needs Chromium on the PATH (Debian: the package chromium); it installs nothing, and is skipped without one."""
    document = html(full_page()) if name == "full" else longest_report(name)
    (tmp_path / "page.html").write_text(document, encoding="utf-8")
    chromium(tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={tmp_path / 'page.pdf'}")
    sheets = re.findall(rb"/Type\s*/Page\b", (tmp_path / "page.pdf").read_bytes())
    assert 1 <= len(sheets) <= 2


@pytest.mark.slow
def test_a_browser_runs_nothing_of_a_hostile_page(tmp_path: Path) -> None:
    """Needs Chromium on the PATH (Debian: the package chromium); it installs nothing, and is skipped without one."""
    hostile = dataclasses.replace(PAGE, fields=tuple(Field(text, text, text) for text in HOSTILE))
    (tmp_path / "page.html").write_text(html(hostile), encoding="utf-8")
    dumped = Structure(chromium(tmp_path, "--dump-dom"))
    assert dumped.of("title") == [PAGE.title]
    assert "script" not in {tag for tag, _ in dumped.elements}
    assert dumped.of("td")[0] == HOSTILE[0]
