# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""How much a command says on stderr, and that nothing of it is data."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cccd_reader.cli import main
from cccd_simulators.holders import MAN
from tests.support.command_line import NUMBER

AT = ("--at", "2026-06-01")
SIMULATED = ("--simulate", "cccd", "--access", "-")
MOVED = ("--simulate", "cccd:taken-off-after-13-commands", "--access", "-")


def run(*arguments: str, text: str = NUMBER, **variables: str) -> Result:
    return CliRunner().invoke(main, arguments, input=text, env=variables)


@pytest.mark.parametrize("command", [("verify", *AT), ("read",)])
def test_quiet_says_nothing_but_the_result(command: tuple[str, ...]) -> None:
    loud, quiet = run(*command, *SIMULATED), run(*command, *SIMULATED, "--quiet")
    assert "pace-can: granted" in loud.stderr
    assert quiet.stderr == ""
    assert quiet.exit_code == loud.exit_code
    assert quiet.stdout.splitlines()[:3] == loud.stdout.splitlines()[:3]


def test_quiet_still_asks_for_the_card_and_tells_errors() -> None:
    moved = run("read", *MOVED, "-q")
    assert moved.exit_code == 0
    [line] = moved.stderr.splitlines()
    assert "Lay the card back within" in line
    denied = run("read", *SIMULATED, "-q", text="001090000001")
    assert denied.exit_code == 5
    assert denied.stderr.startswith("cccd: ")


def test_quiet_keeps_repairs_to_itself() -> None:
    spoilt = MAN.qr.text.encode().decode("latin-1")
    loud = run("verify", *SIMULATED, *AT, text=spoilt).stderr
    assert len(loud.splitlines()) > len(run("verify", *SIMULATED, *AT, text=MAN.qr.text).stderr.splitlines())
    assert run("verify", *SIMULATED, *AT, "-q", text=spoilt).stderr == ""


def test_verbose_shows_commands_reader_and_settings_and_no_data(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('wait = 4\npolicy = "files-only"', encoding="utf-8")
    result = run("verify", *SIMULATED, *AT, "--fields", "name,number", "-v", CCCD_CONFIG=str(file), CCCD_WAIT="5")
    said = result.stderr
    assert "Setting wait: 5  [variable CCCD_WAIT]" in said
    assert f"Setting policy: files-only  [file of the user, {file}]" in said
    assert "Setting fields: full_name, personal_number  [option]" in said
    assert "Reader: chip in software, answer to reset: 3B" in said
    assert re.search(r"^ +1 00 B0 9C 00  out +5  in +\d+  9000", said, re.MULTILINE)
    assert re.search(r"^\d+ commands, \d+ bytes out, \d+ bytes in, ", said, re.MULTILINE)
    assert not any(secret in said for secret in (NUMBER, "090000000", "NGUYEN", "Nguyễn", "000000 "))


def test_check_says_its_settings(tmp_path: Path) -> None:
    evidence = tmp_path / "kept.cccd"
    run("verify", *SIMULATED, *AT, "--save", str(evidence))
    for arguments, said in (("-v", "Setting fields: name  [variable CCCD_FIELDS]"), ("-q", ""), ("--json", "")):
        result = run("check", str(evidence), *AT, arguments, CCCD_FIELDS="name")
        assert result.exit_code == 3
        assert bool(result.stderr) == bool(said)
        assert said in result.stderr


def test_both_are_a_usage_error() -> None:
    result = run("verify", *SIMULATED, "-q", "-v")
    assert result.exit_code == 2
    assert "either --quiet or --verbose" in result.stderr
