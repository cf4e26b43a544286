# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`--fields` and `--checks` as a user types them, and that stderr never tells whose card it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cccd_reader.cli import main
from cccd_simulators import documents
from tests.support.command_line import NUMBER

AT = ("--at", "2026-06-01")
QR = f"{NUMBER}||Nguyễn Văn Thử|01021990|Nam|Số 1 Đường Thử Nghiệm, Phường Mẫu, Quận Thử, Hà Nội|15032022"
OTHER = "079160000000|200000000|Lê Thị Giả Định|20111960|Nữ|Tổ 9, Ấp Ví Dụ, Xã Giả Định|25042021"
MRZ = "\n".join(documents.HOLDER_MRZ)


def _run(*arguments: str, text: str = NUMBER, **variables: str) -> Any:
    return CliRunner(env={"CCCD_ACCESS": None, **variables}).invoke(main, arguments, input=text)


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("trust")
    assert _run("simulate", "trust", str(folder)).exit_code == 0
    return str(folder)


def _verify(trust: str, *more: str, **variables: str) -> Any:
    return _run("verify", "--simulate", "cccd", "--access", "-", "--trust", trust, *AT, *more, **variables)


def test_verify_gives_what_is_asked_for(trust: str, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    result = _verify(trust, "--fields", "name,residence", "--report", str(page))
    assert result.exit_code == 0
    for form in (result.stdout, page.read_text(encoding="utf-8")):
        assert "Nguyễn Văn Thử" in form
        assert "Số 1 Đường Thử Nghiệm" in form
        assert NUMBER not in form
        assert "Nguyễn Văn Cha" not in form
    assert "data:image" not in page.read_text(encoding="utf-8")
    assert page.stat().st_mode & 0o777 == 0o600


def test_a_setting_chooses_and_the_option_beats_it(trust: str) -> None:
    assert json.loads(_verify(trust, "--json", CCCD_FIELDS="sex").stdout)["fields"] == ["sex"]
    assert json.loads(_verify(trust, "--json", "--fields", "none", CCCD_FIELDS="sex").stdout)["fields"] == []


@pytest.mark.parametrize("command", ["verify", "read"])
@pytest.mark.parametrize("names", ["nmae", "name,", "", "name;number"])
def test_a_wrong_name_is_a_usage_error_that_lists_the_names(command: str, names: str) -> None:
    result = _run(command, "--simulate", "cccd", "--access", "-", "--fields", names)
    assert result.exit_code == 2
    assert "name, number, birth, sex, expiry, photo" in result.stderr
    assert "counter, all, none" in result.stderr


def test_read_gives_data_only_when_asked_and_unverified() -> None:
    plain = _run("read", "--simulate", "cccd", "--access", "-")
    assert "NGUYEN" not in plain.stdout
    assert "refused, 6982 (security status not satisfied): normal for this card" in plain.stdout
    asked = _run("read", "--simulate", "cccd", "--access", "-", "--fields", "name")
    assert "Citizen record in the chip (DG13): NOT VERIFIED\n? full name" in asked.stdout
    found = json.loads(_run("read", "--simulate", "cccd", "--access", "-", "--fields", "name", "--json").stdout)
    assert found["citizen"]["full_name"] == "Nguyễn Văn Thử"
    assert found["verified"] == {"document": False, "citizen": False, "photo": False}
    assert [entry["name"] for entry in found["files"] if entry.get("expected")] == ["DG3"]


def test_check_gives_data_of_a_kept_reading_and_of_a_folder_when_asked(trust: str, tmp_path: Path) -> None:
    kept, folder = str(tmp_path / "visit.cccd"), str(tmp_path / "card")
    assert _verify(trust, "--save", kept).exit_code == 0
    assert _run("read", "--simulate", "cccd", "--access", "-", "--save", folder).exit_code == 0
    checked = _run("check", kept, "--trust", trust, *AT, "--checks", "not-passed").stdout
    assert "Nguyễn Văn Thử" in checked
    assert "sod.hash" not in checked
    assert "NGUYEN" not in _run("check", folder, "--trust", trust, *AT).stdout
    files = _run("check", folder, "--trust", trust, *AT, "--fields", "name", "--checks", "not-passed").stdout
    assert "  full name      Nguyễn Văn Thử" in files
    assert "sod.hash" not in files
    found = json.loads(_run("check", folder, "--trust", trust, *AT, "--fields", "name", "--json").stdout)
    assert found["verified"]["citizen"]
    assert "fields" not in json.loads(_run("check", folder, "--trust", trust, *AT, "--json").stdout)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    ("persona", "text"),
    [
        ("cccd", NUMBER),
        ("cccd", QR),
        ("cccd", OTHER),
        ("passport-pace", MRZ),
        ("passport-bac", MRZ.replace("7001090", "8001090")),
        ("cccd", QR[:40]),
        ("cccd", f"{NUMBER} 1"),
    ],
    ids=["number", "QR", "QR of another", "MRZ", "mistyped MRZ", "half a QR line", "a digit more"],
)
def test_stderr_never_tells_whose_card_it_is(persona: str, text: str, language: str) -> None:
    result = _run("verify", "--simulate", persona, "--access", "-", "--trace", "--lang", language, *AT, text=text)
    secrets = [NUMBER, "079160000000", "200000000", "090000000", "NGUYEN", "Nguyễn", "Giả Định", "900201", "01021990"]
    assert not [secret for secret in (*secrets, *documents.HOLDER_MRZ) if secret in result.stderr]
    assert result.stderr


@pytest.mark.parametrize("place", [("verify",), ("check",), ("read", "--lengths"), ("verify", "--fields")])
def test_a_number_in_a_wrong_place_is_masked(place: tuple[str, ...]) -> None:
    result = _run(*place, NUMBER)
    assert result.exit_code in (2, 4)
    assert NUMBER not in result.output
    assert "001******000" in result.stderr


def test_an_error_as_json_is_masked_too(trust: str) -> None:
    result = _run("verify", "--simulate", "cccd", "--access", "-", "--trust", f"{trust}/none", "--json")
    assert result.exit_code == 2
    missing = _verify(trust, "--json", "--save", f"{trust}/{NUMBER}/x")
    assert missing.exit_code == 4
    assert NUMBER not in missing.output
