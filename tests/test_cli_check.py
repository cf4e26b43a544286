# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd check` and `cccd simulate trust`, as a user types them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cccd_reader.cli import main
from cccd_reader.inspection.catalogue import PASSIVE
from tests.support.command_line import NUMBER, cccd


def _run(*arguments: str, text: str = "", **variables: str) -> Any:
    return CliRunner(env={"CCCD_ACCESS": None, **variables}).invoke(main, arguments, input=text)


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """The raw files of the simulated card."""
    folder = tmp_path / "card"
    assert _run("read", "--simulate", "cccd", "--access", "-", "--save", str(folder), text=NUMBER).exit_code == 0
    return folder


@pytest.fixture
def trust(tmp_path: Path) -> Path:
    """The simulated country's CSCA and revocation list."""
    folder = tmp_path / "trust"
    assert _run("simulate", "trust", str(folder)).exit_code == 0
    return folder


def _json(*arguments: str, code: int) -> dict[str, Any]:
    result = _run("check", *arguments, "--json", "--at", "2026-06-01")
    assert result.exit_code == code, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    assert [check["id"] for check in found["checks"]] == list(PASSIVE)
    return found


def test_genuine_files(card: Path, trust: Path) -> None:
    found = _json(str(card), "--trust", str(trust), code=0)
    assert found["passive_authentication"] == "passed"
    assert found["at"] == "2026-06-01T00:00:00+00:00"
    reasons = {check["id"]: check["reason"] for check in found["checks"]}
    assert reasons["issuer.signature"] == "chain-verified"
    assert reasons["integrity.dg3"] == "not-read"


def test_an_altered_file(card: Path, trust: Path) -> None:
    photo = bytearray((card / "DG2.bin").read_bytes())
    photo[5000] ^= 1
    (card / "DG2.bin").write_bytes(photo)
    found = _json(str(card), "--trust", str(trust), code=1)
    (failed,) = [check for check in found["checks"] if check["outcome"] == "failed"]
    assert (failed["id"], failed["reason"]) == ("integrity.dg2", "hash-mismatch")


def test_without_trust_nothing_is_established(card: Path, tmp_path: Path) -> None:
    result = _run("check", str(card), XDG_DATA_HOME=str(tmp_path / "none"))
    assert result.exit_code == 3
    assert "NOT established" in result.stdout
    assert "Public master lists do not hold it" in result.stdout


def test_several_paths_of_trust(card: Path, trust: Path) -> None:
    paths = [argument for path in trust.iterdir() for argument in ("--trust", str(path))]
    assert _json(str(card), *paths, code=0)


def test_the_text_says_every_outcome_in_words_and_symbols(card: Path, trust: Path) -> None:
    result = _run("check", str(card), "--trust", str(trust))
    assert result.exit_code == 0
    assert "✔ sod.signature" in result.stdout
    assert "- integrity.dg3" in result.stdout
    assert "Whether the chip is a copy, files cannot tell" in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("/nowhere",),
        (".", "--at", "yesterday"),
        (".", "--at", "9999-12-31"),
        (".", "--at", "0001-01-01T00:00+07:00"),
        (".", "--trust", "/nowhere"),
    ],
)
def test_usage_errors(arguments: tuple[str, ...]) -> None:
    assert _run("check", *arguments).exit_code == 2


def test_any_time_that_is_one(card: Path, trust: Path) -> None:
    for at in ("0002-01-01", "9998-12-31T23:59:59-12:00"):
        result = _run("check", str(card), "--trust", str(trust), "--at", at, "--json")
        assert json.loads(result.stdout)["at"][:4] in ("0002", "9999")


def test_a_folder_without_files_of_a_chip(tmp_path: Path) -> None:
    result = _run("check", str(tmp_path))
    assert result.exit_code == 4
    assert "no file of a chip" in result.stderr


def test_two_documents_in_one_folder(card: Path) -> None:
    (card / "EF.DG1").write_bytes(b"\x61\x00")
    assert _run("check", str(card)).exit_code == 4


@pytest.mark.reference_data
def test_a_specimen_of_2006(reference_data: Path) -> None:
    result = cccd("check", str(reference_data / "lds" / "loes2006"), "--json")
    assert result.returncode == 3
    found = {check["id"]: check["reason"] for check in json.loads(result.stdout)["checks"]}
    assert found["sod.hash"] == "digest-matches"
    assert found["sod.signature"] == "signature-valid"
    assert found["issuer.signature"] == "csca-unknown"


def test_a_policy_that_would_decide_nothing_is_not_passed_over(card: Path, tmp_path: Path) -> None:
    refused = _run("check", str(card), "--policy", "strict")
    assert refused.exit_code == 2
    assert "--policy is for a kept reading" in refused.stderr
    config = tmp_path / "config.toml"
    config.write_text('policy = "strict"\n')
    assert _run("check", str(card), CCCD_CONFIG=str(config)).exit_code == 3
