# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Every sentence that a person sees is there in both languages, and the right one is chosen."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import json
import pkgutil
import unicodedata
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from babel.messages.pofile import read_po
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import cccd_reader
from cccd_reader.apdu.status import describe, meaning
from cccd_reader.cli import main
from cccd_reader.cli.language import language_of
from cccd_reader.errors import AccessDenied, CccdError, MalformedData, NoCard, StatusError
from cccd_reader.inspection.catalogue import CATALOGUE
from cccd_reader.inspection.events import Step
from cccd_reader.inspection.policy import VerdictKind
from cccd_reader.inspection.reading import AttemptOutcome, CardAccessSource, Method
from cccd_reader.inspection.results import Check, Outcome, Reason
from cccd_reader.lds.mrz import Mrz
from cccd_reader.messages import catalogue
from cccd_reader.messages.pattern import MAX_LENGTH, match
from cccd_reader.messages.words import Words
from cccd_reader.pki.audit import AuditKind, Severity
from cccd_reader.pki.chain import MissingIssuer
from cccd_reader.pki.trust_additions import ListStatus
from cccd_reader.pki.trust_store import Acceptance
from cccd_reader.render.fields import ALL
from cccd_reader.render.holder import document_fields
from cccd_reader.render.html import Labels
from cccd_reader.scanners.access_text import AccessKind, parse_access
from cccd_reader.transport.pcsc_errors import ScardCode, error_of
from cccd_reader.transport.pcsc_readers import ReaderKind
from cccd_reader.vietnam.citizen_record import Content
from cccd_reader.vietnam.citizen_record_codec import NoteKind
from cccd_reader.vietnam.mojibake import Repair
from cccd_reader.vietnam.personal_number import NumberFinding
from cccd_reader.vietnam.qr_line import QrFinding
from cccd_reader.vietnam.validity import Ambiguity, Basis
from cccd_simulators.faults import FaultKind
from cccd_simulators.personas import ENTRIES
from tests.lds import samples
from tests.support.command_line import NUMBER
from tests.support.reference import REPOSITORY

PACKAGE = REPOSITORY / "cccd_reader"
LOCALE = PACKAGE / "messages" / "locale"
TEXTS = {language: catalogue.load(language) for language in catalogue.LANGUAGES}
VI, EN = Words.of("vi"), Words.of("en")
CODES = sorted(TEXTS["en"])


def _error_classes() -> set[type[CccdError]]:
    for module in pkgutil.walk_packages(cccd_reader.__path__, "cccd_reader."):
        importlib.import_module(module.name)
    found: set[type[CccdError]] = set()
    waiting: list[type[CccdError]] = [CccdError]
    while waiting:
        each = waiting.pop()
        found.add(each)
        waiting += each.__subclasses__()
    return {each for each in found if each.__module__.startswith("cccd_reader.")}


ERRORS = sorted(_error_classes(), key=lambda each: each.__name__)


def _places(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name is not None}


def _below(prefix: str) -> set[str]:
    return {code.removeprefix(prefix) for code in CODES if code.startswith(prefix)}


# the catalogues


def test_every_language_has_a_catalogue_that_is_compiled() -> None:
    assert {path.parts[-3] for path in LOCALE.glob("*/LC_MESSAGES/cccd.po")} == set(catalogue.LANGUAGES)


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_the_compiled_catalogue_is_the_edited_one(language: str) -> None:
    with (LOCALE / language / "LC_MESSAGES" / "cccd.po").open("rb") as file:
        edited = read_po(file, locale=language, abort_invalid=True)
    assert not edited.obsolete
    assert not [message.id for message in edited if message.id and message.fuzzy]
    assert {message.id: message.string for message in edited if message.id} == TEXTS[language], "run make pages"


def test_no_message_lacks_a_language() -> None:
    assert TEXTS["vi"].keys() == TEXTS["en"].keys()
    empty = [code for texts in TEXTS.values() for code, words in texts.items() if not words.strip()]
    assert empty == []


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_the_words_are_composed_and_clean(language: str) -> None:
    for code, words in TEXTS[language].items():
        assert unicodedata.is_normalized("NFC", words), code
        assert words == words.strip(), code
        assert words.isprintable(), code


def test_places_for_values_agree() -> None:
    for code in CODES:
        vietnamese, english = _places(TEXTS["vi"][code]), _places(TEXTS["en"][code])
        # a service's code or an error's technical words may be left out where they add nothing
        spare = english & {"code", "message"} if code.startswith(("says.", "error.")) else set()
        assert vietnamese | spare == english, code


ENUMS: dict[str, set[str]] = {
    "outcome.": {each.value for each in Outcome},
    "step.": {each.value for each in Step},
    "method.": {each.value for each in Method},
    "attempt.": {each.value for each in AttemptOutcome},
    "parameters.": {each.name.lower() for each in CardAccessSource},
    "check.": set(CATALOGUE),
    "verdict.": {name for each in VerdictKind for name in (each.value, f"{each.value}.sentence")},
    "files.": {"passed", "failed", "undetermined"},
    "repair.": {each.value for each in Repair} | {"slip"},
    "number.": {each.value for each in NumberFinding},
    "qr.": {each.value for each in QrFinding},
    "basis.": {each.value for each in Basis},
    "ambiguity.": {each.value for each in Ambiguity},
    "note.": {each.value for each in NoteKind},
    "record.": {each.value for each in Content},
    "acceptance.": {each.value for each in Acceptance},
    "audit.": {each.value for each in AuditKind},
    "severity.": {each.value for each in Severity},
    "trust.status.": {each.name.lower() for each in ListStatus},
    "show.kind.": {each.value for each in AccessKind},
    "reader.": {each.value for each in ReaderKind} | {"card", "no-card"},
    "fault-kind.": {each.value for each in FaultKind},
    "persona.": {entry.name for entry in ENTRIES} | {"files"},
}


@pytest.mark.parametrize("prefix", ENUMS)
def test_everything_that_has_a_code_has_words_and_no_words_are_left_over(prefix: str) -> None:
    assert _below(prefix) == ENUMS[prefix]


def test_every_reason_has_words_and_every_failure_a_next_step() -> None:
    reasons = _below("reason.")
    assert {code for code in reasons if not code.endswith(".do")} == {reason.code for reason in Reason}
    steps = {code.removesuffix(".do") for code in reasons if code.endswith(".do")}
    failures = {reason.code for reason in Reason if reason.outcome is Outcome.FAILED}
    passes = {reason.code for reason in Reason if reason.outcome is Outcome.PASSED}
    assert failures <= steps
    assert not passes & steps


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_has_words_and_a_hint_in_both_languages(error: type[CccdError]) -> None:
    assert f"error.{error.__name__}" in TEXTS["vi"]
    if error.default_hint:
        assert VI.said(error.default_hint) != error.default_hint
        assert error.default_hint in TEXTS["en"].values()


def test_no_words_of_errors_are_left_over() -> None:
    names = {code.removesuffix(".hint") for code in _below("error.")}
    assert names == {error.__name__ for error in ERRORS} | {"InternalError", "Unwritten", "Aborted"}


def test_the_titles_of_the_simulated_cards_are_their_own() -> None:
    assert {entry.name: entry.title for entry in ENTRIES} == {
        entry.name: TEXTS["en"][f"persona.{entry.name}"] for entry in ENTRIES
    }


@pytest.mark.parametrize("sw", [0x6982, 0x6A82, 0x6300, 0x63C2, 0x6F00, 0x6D00, 0x6500, 0x1234])
def test_what_a_chip_answers_is_said(sw: int) -> None:
    words = VI.said(describe(sw))
    assert words.startswith(f"{sw:04X} (")
    assert meaning(sw) not in words
    assert words in VI.said(f"the chip refused the password: {describe(sw)}")


def test_the_fields_of_a_document_have_names() -> None:
    names = set(document_fields(Mrz.parse(samples.CITIZEN.encode())) or {})
    assert len(names) == 10
    assert names | ALL <= _below("field.")


def test_the_page_has_its_labels() -> None:
    labels = {entry.name for entry in dataclasses.fields(Labels)} - {"language"}
    assert labels <= _below("page.")


# what the library says in English


def _constants(node: ast.AST, named: dict[str, str]) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return named.get(node.id) if isinstance(node, ast.Name) else None


@cache
def _trees() -> list[ast.Module]:
    return [ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")]


def _hints() -> set[str]:
    """The hints that stand as plain text in a call of an error's class."""
    places = {
        each.__name__: list(inspect.signature(each).parameters).index("hint")
        for each in ERRORS
        if "hint" in inspect.signature(each).parameters
    }
    found = set()
    for tree in _trees():
        named = {
            target.id: node.value.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in places:
                place = places[node.func.id]
                given = node.args[place : place + 1] + [each.value for each in node.keywords if each.arg == "hint"]
                found |= {hint for each in given if (hint := _constants(each, named))}
    return found


def test_every_hint_of_the_library_has_vietnamese_words() -> None:
    hints = _hints()
    assert len(hints) > 30
    assert sorted(hint for hint in hints if VI.said(hint) == hint) == []


def _longest_part(words: str) -> str:
    """The longest text between the places of a sentence, without what an error's class or another sentence adds."""
    parts = [literal for literal, *_ in Formatter().parse(words)]
    return max(parts, key=len).split(": ", 1)[-1].strip(" :;.()")


STEPS = {f"says.step-{name}" for name in ("encrypted-nonce", "mapping-nonce", "mapping-key", "ephemeral-key", "token")}
COMPOSED = {"says.refused-number", "says.refused-mrz-number"}
"""Made of a constant and of words of a table."""


def test_what_the_library_no_longer_says_is_not_translated() -> None:
    constants = (node.value for tree in _trees() for node in ast.walk(tree) if isinstance(node, ast.Constant))
    said = "\n".join(value for value in constants if isinstance(value, str))
    sentences = {code: words for code, words in TEXTS["en"].items() if code.startswith("says.") and code not in STEPS}
    assert {code for code, words in sentences.items() if _longest_part(words) not in said} == COMPOSED


def test_a_refused_step_of_pace_is_said_in_one_language() -> None:
    for step in ("encrypted nonce", "mapping nonce", "mapping key", "ephemeral key", "authentication token"):
        assert "the " not in VI.said(f"PACE refused at the {step}: {describe(0x6A80)}")


def _access_error(text: str) -> CccdError:
    with pytest.raises(MalformedData) as caught:
        parse_access(text)
    return caught.value


SPOKEN = [
    ("00109000000", "Đã nhập 11 số, cần 12 hoặc 6 số"),
    ("123456789", "9 số không mở được chip"),
    ("thẻ", "Nội dung nhập không phải số, dòng QR hay dòng MRZ"),
    ("1" * 5000, "Nội dung nhập dài quá 4096 ký tự"),
    ("001090000000|x", "Dòng QR phải có ít nhất 6 mục, dòng này có 2"),
    ("a|b|c|d|e|f|g", "Dòng QR: mục đầu tiên không đủ 12 số"),
    (samples.CITIZEN.replace("9002018M", "9B02018M"), "MRZ sai số kiểm tra ở: ngày sinh"),
    (samples.CITIZEN.replace("NGUYEN", "NGUYỄN"), "MRZ: dòng 3, vị trí 5 có ký tự không dùng trong MRZ"),
]


@pytest.mark.parametrize(("text", "words"), SPOKEN, ids=range(len(SPOKEN)))
def test_a_wrong_entry_is_explained(text: str, words: str) -> None:
    spoken = VI.error(_access_error(text))
    assert spoken.message == words
    assert spoken.hint in TEXTS["vi"].values()


@pytest.mark.parametrize(
    "code",
    [
        ScardCode.SCARD_E_NO_SMARTCARD,
        ScardCode.SCARD_W_REMOVED_CARD,
        ScardCode.SCARD_E_NO_READERS_AVAILABLE,
        ScardCode.SCARD_E_NO_SERVICE,
    ],
)
def test_the_service_is_explained(code: int) -> None:
    error = error_of(code)
    spoken = VI.error(error)
    assert "SCARD" not in spoken.message
    assert spoken.hint != error.hint
    assert EN.error(error) == (str(error), error.hint)


def test_words_that_are_not_known_follow_those_of_the_class() -> None:
    assert VI.error(NoCard("x y")).message == "Không có thẻ trên đầu đọc (x y)"
    assert VI.error(StatusError("x", 0x6F00, "do y")) == ("Chip từ chối yêu cầu (x)", "do y")
    assert VI.error(CccdError("{x}")).message == "Không làm được: {x}"
    wrong = AccessDenied("the chip refused the number")
    assert VI.error(wrong).message == "Số CCCD không khớp với chip"


@pytest.mark.parametrize("issuer_urls", [(), ("http://a.test/x",)])
@pytest.mark.parametrize("crl_urls", [(), ("http://a.test/y", "http://b.test/y")])
@pytest.mark.parametrize("subject", ["C=VN, O=A. B", "C=UT, CN=CSCA"])
def test_what_is_missing_is_explained(subject: str, issuer_urls: tuple[str, ...], crl_urls: tuple[str, ...]) -> None:
    missing = MissingIssuer(subject, subject[2:4], b"\x01\x02", issuer_urls, crl_urls)
    words = VI.said(missing.text)
    for english in (" missing", " says ", "The revocation", "Public master", "ask the"):
        assert english not in words
    for kept in (subject, "0102", *issuer_urls, *crl_urls):
        assert kept in words


# words and values


def test_values_are_said_in_the_language() -> None:
    assert VI.value("sex", "F") == "Nữ"
    assert VI.value("date_of_expiry", "never") == "không thời hạn"
    assert VI.value("date_of_expiry", "2030-02-01") == "01/02/2030"
    assert EN.value("date_of_expiry", "2030-02-01") == "2030-02-01"
    assert VI.value("date_of_birth", "900201") == "900201"
    assert VI.value("date_of_birth", "1990-02") == "02/1990"
    assert EN.value("date_of_birth", "1990-02") == "1990-02"
    assert VI.value("full_name", "1990-02-01") == "1990-02-01"
    assert VI.field("no_such_field") == "no such field"


def test_what_to_do_is_said_once() -> None:
    checks = tuple(Check(name, Reason.CHIP_REFUSED_PROOF) for name in ("chip.aa", "chip.ca"))
    assert VI.todos((*checks, Check("sod.hash", Reason.DIGEST_MATCHES))) == (VI.todo(Reason.CHIP_REFUSED_PROOF),)


def test_details_with_dates() -> None:
    check = Check("issuer.validity", Reason.VALID_AT_SIGNING, "signed on 2022-04-19")
    assert VI.detail(check) == "ký ngày 19/04/2022"
    assert EN.detail(check) == check.detail


@pytest.mark.parametrize(
    ("pattern", "sentence", "values"),
    [
        ("a {x} b", "a 1 b", {"x": "1"}),
        ("{x}: {y}", "1: 2: 3", {"x": "1", "y": "2: 3"}),
        ("{x}.", "a.b.", {"x": "a.b"}),
        ("a", "a", {}),
        ("a", "ab", None),
        ("a {x}", "b 1", None),
        ("a {x} b", "a b", None),
        ("{x} b {y} c", "1 b 2", None),
        ("{x}", "1" * (MAX_LENGTH + 1), None),
    ],
)
def test_patterns(pattern: str, sentence: str, values: dict[str, str] | None) -> None:
    assert match(pattern, sentence) == values


@given(st.text(max_size=60))
def test_a_pattern_that_fits_gives_the_sentence_again(sentence: str) -> None:
    for pattern in ("{x}: {y}", "a{x}", "{x}{y}b", " {x} "):
        values = match(pattern, sentence)
        assert values is None or pattern.format_map(values) == sentence


@given(st.text(max_size=200))
def test_anything_can_be_said(sentence: str) -> None:
    assert isinstance(VI.said(sentence), str)


def test_other_languages_and_other_files_are_refused() -> None:
    with pytest.raises(ValueError, match="vi, en"):
        Words.of("fr")
    with pytest.raises(ValueError, match="compiled"):
        catalogue.parse(bytes(28))


# the choice of the language


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"CCCD_LANG": "vi", "LC_ALL": "C"}, "vi"),
        ({"CCCD_LANG": "en", "LANG": "vi_VN.UTF-8"}, "en"),
        ({"LC_ALL": "vi_VN.UTF-8", "LANG": "en_US.UTF-8"}, "vi"),
        ({"LC_ALL": "C", "LANG": "vi_VN.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "vi_VN", "LANG": "C"}, "vi"),
        ({"LANG": "vi_VN.UTF-8"}, "vi"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
    ],
)
def test_the_environment_chooses(environment: dict[str, str], language: str) -> None:
    assert language_of(environment) == language


def _run(*arguments: str, text: str = NUMBER, **variables: str) -> Any:
    clean = {"CCCD_ACCESS": None, "CCCD_LANG": None, "LC_ALL": "C"}
    return CliRunner(env={**clean, **variables}).invoke(main, arguments, input=text)


VERIFY = ("verify", "--simulate", "cccd", "--access", "-")


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The simulated country's CSCA and revocation list."""
    folder = tmp_path_factory.mktemp("trust")
    assert _run("simulate", "trust", str(folder)).exit_code == 0
    return str(folder)


def test_the_three_verdicts_in_vietnamese(trust: str, tmp_path: Path) -> None:
    assert "✔ CHẤP NHẬN" in _run(*VERIFY, "--trust", trust, "--lang", "vi").stdout
    late = _run(*VERIFY, "--trust", trust, "--lang", "vi", "--at", "2031-01-01").stdout
    assert "✘ TỪ CHỐI" in late
    assert "✘ Thời hạn thẻ: Thẻ đã hết hạn." in late
    assert "→ Yêu cầu khách xuất trình giấy tờ còn hạn." in late
    unknown = _run(*VERIFY, CCCD_LANG="vi", XDG_DATA_HOME=str(tmp_path)).stdout
    assert "? CHƯA XÁC ĐỊNH" in unknown
    assert "→ Nhờ quản trị viên nạp chứng thư CSCA" in unknown


def test_the_option_beats_the_variable(trust: str) -> None:
    assert "ACCEPTED" in _run(*VERIFY, "--trust", trust, "--lang", "en", CCCD_LANG="vi").stdout
    assert _run(*VERIFY, "--lang", "fr").exit_code == 2


def test_json_is_the_same_in_every_language(trust: str) -> None:
    found = []
    for language in catalogue.LANGUAGES:
        result = json.loads(_run(*VERIFY, "--trust", trust, "--lang", language, "--json", "--at", "2026-06-01").stdout)
        found.append({name: result[name] for name in ("verdict", "checks", "document", "files")})
    assert found[0] == found[1]


def test_an_error_speaks_the_language_of_its_command(trust: str) -> None:
    result = _run(*VERIFY, "--trust", trust, "--lang", "vi", "--json", text="001090654321")
    assert result.exit_code == 5
    assert "Số CCCD không khớp với chip" in result.stderr
    assert "Kiểm tra lại số đã nhập" in result.stderr
    assert json.loads(result.stdout)["error"]["message"] == "the chip refused the number"
    assert "654321" not in result.stderr


def test_a_wrong_entry_speaks_it_too() -> None:
    result = _run(*VERIFY, "--lang", "vi", text="00109")
    assert result.exit_code == 2
    assert "Đã nhập 5 số, cần 12 hoặc 6 số" in result.stderr


def test_read_and_check_speak_it(trust: str, tmp_path: Path) -> None:
    folder = str(tmp_path / "card")
    reading = _run("read", "--simulate", "cccd", "--access", "-", "--save", folder, "--lang", "vi")
    assert "Mới đọc, chưa kiểm tra" in reading.stdout
    assert "PACE bằng 6 số cuối: mở được" in reading.stderr
    checked = _run("check", folder, "--trust", trust, "--lang", "vi").stdout
    assert "Chữ ký đúng là của chứng thư ghi trong chip." in checked
    assert "Chỉ xem tệp thì không biết chip có phải bản sao không." in checked


def test_the_page_is_in_the_language(trust: str, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    assert _run(*VERIFY, "--trust", trust, "--lang", "vi", "--report", str(page)).exit_code == 0
    text = page.read_text(encoding="utf-8")
    assert '<html lang="vi">' in text
    assert "CHẤP NHẬN" in text
    assert "Chip gốc (AA): Chip đã chứng minh là bản gốc." in text
    assert "Các mục kiểm tra" in text
