# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a counter types or scans against the chip, through `cccd verify` and `cccd check`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cccd_reader.cli import main
from cccd_simulators.holders import HOLDERS, MAN

WOMAN = HOLDERS[1]
"""Another person, whose number ends in the same six digits, so that her QR line opens the chip."""

AT = ("--at", "2026-06-01")


def _run(*arguments: str) -> Any:
    return CliRunner(env={"CCCD_ACCESS": None, "CCCD_LANG": "en"}).invoke(main, arguments)


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("trust")
    assert _run("simulate", "trust", str(folder)).exit_code == 0
    return str(folder)


@pytest.fixture
def texts(tmp_path: Path) -> dict[str, str]:
    """Files with what may be given, by name."""
    found = {
        "own": MAN.qr.text,
        "other": WOMAN.qr.text,
        "mistyped": f"002{MAN.number[3:]}",
        "elsewhere": "001090654321",
        "six": MAN.number[-6:],
        "reissued": MAN.qr.text.replace("|15032022", "|01062021"),
    }
    for name, text in found.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return {name: str(tmp_path / name) for name in found}


def _verify(trust: str, access: str, *more: str) -> Any:
    return _run("verify", "--simulate", "cccd", "--access", access, "--trust", trust, *AT, *more)


def test_the_qr_line_of_another_person_is_rejected_and_the_fields_are_named(trust: str, texts: dict[str, str]) -> None:
    result = _verify(trust, texts["other"])
    assert result.exit_code == 1
    assert "different: personal number, full name, date of birth, sex, date of issue" in result.stdout
    for value in (WOMAN.number, WOMAN.full_name, WOMAN.full_name.upper(), "17/08/1992", "1992-08-17"):
        assert value not in result.output
    spoken = _verify(trust, texts["other"], "--lang", "vi").stdout
    assert "KHÔNG khớp với chip" in spoken
    assert "khác: số định danh, họ và tên, ngày sinh, giới tính, ngày cấp" in spoken
    assert "quét lại mã QR" in spoken
    assert _verify(trust, texts["own"]).exit_code == 0


def test_a_number_whose_first_digits_differ_is_rejected(trust: str, texts: dict[str, str]) -> None:
    result = _verify(trust, texts["mistyped"], "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert found["decisive"] == ["consistency.given"]
    (check,) = [check for check in found["checks"] if check["id"] == "consistency.given"]
    assert (check["reason"], check["detail"]) == ("given-differs", "different: personal number")


def test_a_number_that_does_not_open_the_chip_is_access_denied(trust: str, texts: dict[str, str]) -> None:
    result = _verify(trust, texts["elsewhere"], "--lang", "vi")
    assert result.exit_code == 5
    assert "không khớp với chip" in result.stderr


def test_a_kept_reading_is_compared_again_and_keeps_nothing_of_it(
    trust: str, texts: dict[str, str], tmp_path: Path
) -> None:
    kept = tmp_path / "visit.cccd"
    assert _verify(trust, texts["other"], "--save", str(kept)).exit_code == 1
    assert "given" not in kept.read_text(encoding="utf-8")
    assert WOMAN.number not in kept.read_text(encoding="utf-8")
    codes = {None: 0, "own": 0, "other": 1, "mistyped": 1}
    for name, code in codes.items():
        given = () if name is None else ("--given", texts[name])
        result = _run("check", str(kept), "--trust", trust, *AT, "--json", *given)
        assert result.exit_code == code, (name, result.output)
        reasons = {check["id"]: check["reason"] for check in json.loads(result.stdout)["checks"]}
        expected = "nothing-given" if name is None else {0: "given-agrees", 1: "given-differs"}[code]
        assert reasons["consistency.given"] == expected


def test_raw_files_are_compared_too(trust: str, texts: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "card"
    assert _run("read", "--simulate", "cccd", "--access", texts["own"], "--save", str(folder)).exit_code == 0
    result = _run("check", str(folder), "--trust", trust, *AT, "--given", texts["own"], "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["checks"][-1]["reason"] == "given-agrees"
    result = _run("check", str(folder), "--trust", trust, *AT, "--given", texts["other"])
    assert result.exit_code == 1
    assert "different: personal number, full name" in result.stdout
    # whose files they are says nothing about the files
    assert "✔ The files are what an authority of the trust store had signed" in result.stdout
    assert "✘ What was typed or scanned does NOT agree with the chip." in result.stdout
    assert "→ Check what was typed" in result.stdout
    found = json.loads(_run("check", str(folder), "--trust", trust, *AT, "--given", texts["other"], "--json").stdout)
    assert (found["passive_authentication"], found["checks"][-1]["outcome"]) == ("passed", "failed")
    doubtful = _run("check", str(folder), "--trust", trust, *AT, "--given", texts["reissued"])
    assert doubtful.exit_code == 3
    assert "different: date of issue" in doubtful.stdout
    assert "→ Scan the QR code of the very card" in doubtful.stdout


def test_six_digits_are_nothing_to_compare_with(trust: str, texts: dict[str, str]) -> None:
    result = _run("check", str(Path(texts["six"]).parent), "--trust", trust, "--given", texts["six"])
    assert result.exit_code == 2
    assert "12 digits" in result.stderr


@pytest.mark.parametrize("shown", [(), ("--checks", "not-passed")], ids=["all", "not passed"])
def test_a_card_that_was_compared_with_nothing_asks_a_person_to_compare(
    trust: str, texts: dict[str, str], tmp_path: Path, shown: tuple[str, ...]
) -> None:
    page = tmp_path / "page.html"
    result = _verify(trust, texts["six"], "--report", str(page), *shown)
    assert result.exit_code == 0
    asked = "compare the number and the name on the card with those of the chip yourself"
    assert asked in result.stdout.splitlines()[1]
    assert asked in page.read_text(encoding="utf-8")
    assert asked not in _verify(trust, texts["own"], *shown).stdout


def test_a_card_that_is_not_accepted_need_not_be_compared(trust: str, texts: dict[str, str]) -> None:
    result = _run("verify", "--simulate", "cccd:dg2-altered", "--access", texts["six"], "--trust", trust, *AT)
    assert result.exit_code == 1
    assert "yourself" not in result.stdout


def test_what_is_given_must_be_something(trust: str, tmp_path: Path) -> None:
    text = tmp_path / "given"
    text.write_text("hello", encoding="utf-8")
    (tmp_path / "DG1.bin").write_bytes(b"")
    result = _run("check", str(tmp_path), "--trust", trust, "--given", str(text))
    assert result.exit_code == 2
    assert "hello" not in result.output
