# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd simulate text` and `list`, as a user types them: what is printed on a simulated card opens it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cccd_reader.cli import main
from cccd_simulators import documents, personas
from tests.support.command_line import cccd


def _run(*arguments: str, text: str = "") -> Result:
    return CliRunner().invoke(main, list(arguments), input=text)


def test_all_three_as_json_and_as_text() -> None:
    found = json.loads(_run("simulate", "text", "cccd", "--json").stdout)
    assert found == {
        "schema": "cccd-simulate-text/1",
        "number": "001090000000",
        "qr": "001090000000||Nguyễn Văn Thử|01021990|Nam|Số 1 Đường Thử Nghiệm, Phường Mẫu, Quận Thử, Hà Nội|15032022",
        "mrz": "\n".join(documents.HOLDER_MRZ),
    }
    whole = _run("simulate", "text", "cccd").stdout
    assert whole == f"{found['number']}\n\n{found['qr']}\n\n{found['mrz']}\n"
    assert json.loads(_run("simulate", "text", "cccd", "--form", "qr", "--json").stdout).keys() == {"schema", "qr"}


@pytest.mark.parametrize("form", ["number", "qr", "mrz"])
def test_each_opens_the_card_as_a_file(form: str, tmp_path: Path) -> None:
    printed = _run("simulate", "text", "cccd-woman:clone-without-keys", "--form", form)
    assert printed.exit_code == 0
    file = tmp_path / "access.txt"
    file.write_bytes(printed.stdout_bytes)
    assert _run("read", "--simulate", "cccd-woman", "--access", str(file), "--group", "1").exit_code == 0


def test_the_text_is_utf8_in_every_locale() -> None:
    result = cccd("simulate", "text", "cccd-minority-name", "--form", "qr", PYTHONIOENCODING="ascii:replace")
    assert "Y Ƀlăn H'Ñŏk Êban Thử" in result.stdout


@pytest.mark.parametrize("name", ["nobody", "files", ""])
def test_a_persona_without_a_printed_card(name: str) -> None:
    result = _run("simulate", "text", name)
    assert result.exit_code == 2
    assert "cccd simulate list" in result.stderr


def test_the_list_names_every_persona_with_its_title() -> None:
    rows = {row["name"]: row["title"] for row in json.loads(_run("simulate", "list", "--json").stdout)["personas"]}
    assert {entry.name for entry in personas.ENTRIES} | {"files"} == rows.keys()
    assert all(rows.values())
    text = _run("simulate", "list").stdout
    assert all(name in text for name in rows)
