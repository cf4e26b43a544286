# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd verify` as a user types it: exit codes, forms, evidence that is kept."""

from __future__ import annotations

import json
import os
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from cccd_reader.cli import main
from cccd_reader.render.report import json_schema
from cccd_simulators import documents
from tests.support.command_line import NUMBER

MRZ = "\n".join(documents.HOLDER_MRZ)
ONCE: dict[str, Any] = {"at": None, "session": None}
"""What differs between two visits."""


def _run(*arguments: str, text: str = NUMBER, **variables: str) -> Any:
    return CliRunner(env={"CCCD_ACCESS": None, **variables}).invoke(main, arguments, input=text)


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("trust")
    assert _run("simulate", "trust", str(folder)).exit_code == 0
    return str(folder)


def _verify(persona: str, trust: str, *more: str, text: str = NUMBER) -> Any:
    return _run("verify", "--simulate", persona, "--access", "-", "--trust", trust, *more, text=text)


@pytest.mark.parametrize(
    ("persona", "code"),
    [
        ("cccd", 0),
        ("passport-pace", 0),
        ("cccd:clone-without-keys", 1),
        ("cccd:dg2-altered", 1),
        ("cccd:unknown-csca", 3),
    ],
)
def test_the_exit_code_is_the_verdict(persona: str, code: int, trust: str) -> None:
    result = _verify(persona, trust, "--json")
    assert result.exit_code == code, result.output
    found = json.loads(result.stdout)
    jsonschema.validate(found, json_schema())
    assert found["verdict"] == {0: "accepted", 1: "rejected", 3: "undetermined"}[code]


def test_the_text(trust: str) -> None:
    result = _verify("cccd", trust)
    assert result.exit_code == 0
    assert "✔ ACCEPTED" in result.stdout
    assert "\x1b" not in result.stdout


def _written(monkeypatch: pytest.MonkeyPatch, encoding: str, *arguments: str) -> bytes:
    """What the command writes to a standard output of this encoding."""
    written = BytesIO()
    stream = TextIOWrapper(written, encoding)
    with monkeypatch.context() as patch:
        patch.setattr("sys.stdout", stream)
        with pytest.raises(SystemExit) as ended:
            main.main([*arguments, "--lang", "vi", "--quiet"])
        stream.flush()
    assert ended.value.code == 0
    return written.getvalue()


def test_an_output_that_lacks_vietnamese_letters(trust: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe of Windows, say: a report is not lost for the encoding of what it is written to."""
    number = tmp_path / "number"
    number.write_text(NUMBER)
    arguments = ("verify", "--simulate", "cccd", "--access", str(number), "--trust", trust)
    monkeypatch.setenv("CCCD_CONFIG", os.devnull)
    monkeypatch.setenv("CCCD_CACHE", "off")
    monkeypatch.delenv("PYTHONIOENCODING", raising=False)
    found = json.loads(_written(monkeypatch, "cp1252", *arguments, "--json").decode("utf-8"))
    assert found["citizen"]["full_name"] == "Nguyễn Văn Thử"
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252")
    assert json.loads(_written(monkeypatch, "cp1252", *arguments, "--json").decode("cp1252")) | ONCE == found | ONCE
    text = _written(monkeypatch, "cp1252", *arguments).decode("cp1252")
    assert text.startswith(r" \u2714 CH\u1ea4P NH\u1eacN")


def test_without_trust_nothing_is_genuine(tmp_path: Path) -> None:
    result = _run("verify", "--simulate", "cccd", "--access", "-", XDG_DATA_HOME=str(tmp_path))
    assert result.exit_code == 3
    assert "NOT established" in result.stdout


def test_a_wrong_number(trust: str) -> None:
    assert _verify("cccd", trust, text="001090654321").exit_code == 5


def test_at_another_time(trust: str) -> None:
    assert _verify("cccd", trust, "--at", "2030-02-02").exit_code == 1
    assert _verify("cccd", trust, "--at", "2030-02-01T18:00:00").exit_code == 1  # the next day in Vietnam
    assert _verify("cccd", trust, "--at", "2030-02-01T23:00:00+07:00").exit_code == 0
    assert _verify("cccd", trust, "--at", "soon").exit_code == 2


def test_policies(trust: str, tmp_path: Path) -> None:
    assert _verify("cccd", trust, "--policy", "strict").exit_code == 0
    policy = tmp_path / "branch.toml"
    policy.write_text('one_of = [["chip.cam"]]\n')
    assert _verify("cccd", trust, "--policy", str(policy)).exit_code == 3
    policy.write_text("nonsense = 1\n")
    assert _verify("cccd", trust, "--policy", str(policy)).exit_code == 2
    assert _verify("cccd", trust, "--policy", "lax").exit_code == 2


def test_kept_evidence_verifies_without_the_card(trust: str, tmp_path: Path) -> None:
    kept = tmp_path / "visit.cccd"
    first = _verify("cccd", trust, "--save", str(kept), "--json", "--at", "2026-06-01")
    again = _run("check", str(kept), "--given", "-", "--trust", trust, "--json", "--at", "2026-06-01")
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert json.loads(again.stdout) == json.loads(first.stdout)
    spoilt = bytearray(kept.read_bytes())
    spoilt[len(spoilt) // 2] ^= 1
    kept.write_bytes(spoilt)
    result = _run("check", str(kept), "--trust", trust)
    assert result.exit_code == 4
    assert "changed after it was saved" in result.stderr
    assert _verify("cccd", trust, "--save", str(kept)).exit_code == 4


def test_kept_evidence_is_judged_by_the_policy_of_the_house(trust: str, tmp_path: Path) -> None:
    kept = str(tmp_path / "visit.cccd")
    assert _verify("cccd:pace-always-fails", trust, "--save", kept, text=MRZ).exit_code == 0
    assert _run("check", kept, "--trust", trust).exit_code == 0
    assert _run("check", kept, "--trust", trust, "--policy", "strict").exit_code == 1
    assert _run("check", kept, "--trust", trust, CCCD_POLICY="strict").exit_code == 1
    assert _run("check", kept, "--trust", trust, "--policy", "lax").exit_code == 2


def test_the_page(trust: str, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    assert _verify("cccd", trust, "--report", str(page)).exit_code == 0
    text = page.read_text(encoding="utf-8")
    assert page.stat().st_mode & 0o777 == 0o600
    assert "data:image/png;base64," in text
    assert "ACCEPTED" in text
    assert " out " in text  # the log of commands, without their content
    assert _verify("cccd", trust, "--report", str(page)).exit_code == 4


def test_simulate_list_names_the_faults() -> None:
    found = json.loads(_run("simulate", "list", "--json").stdout)
    kinds = {row["name"]: row["kind"] for row in found["faults"]}
    assert len(kinds) >= 25
    assert set(kinds.values()) == {"attack", "disturbance"}
    assert kinds["clone-without-keys"] == "attack"
    assert "clone-without-keys" in _run("simulate", "list").stdout


@pytest.mark.parametrize("persona", ["cccd:no-such-fault", "nobody:clone-without-keys", "cccd:"])
def test_unknown_faults(persona: str, trust: str) -> None:
    assert _verify(persona, trust).exit_code == (0 if persona == "cccd:" else 2)


def test_nothing_secret_in_talk_or_trace(trust: str) -> None:
    result = _verify("passport-pace", trust, "--trace", text=MRZ)
    for secret in (*documents.HOLDER_MRZ, NUMBER, "900201"):
        assert secret not in result.stderr
