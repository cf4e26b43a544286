# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd watch` as a command: its options, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cccd_reader.cli import main
from tests.support.wire import QUIT, checked


def run(*arguments: str, text: str = "") -> Result:
    return CliRunner().invoke(main, ["watch", *arguments], input=text)


@pytest.mark.parametrize("text", ["", QUIT + "\n"])
def test_json_lines_to_the_last(text: str) -> None:
    result = run("--json", "--simulate", "cccd", text=text)
    assert result.exit_code == 0
    assert result.stderr == ""
    assert checked(result.stdout.splitlines()[-1])["event"] == "stopped"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--simulate", "cccd"], "a program uses --json"),
        (["--json", "--simulate", "nothing"], "nothing"),
        (["--json", "--simulate", "cccd,"], "not supported"),
        (["--json", "--scanner", "keyboard"], "standard input is for commands"),
        (["--json", "--scanner", "usb"], "scanner"),
        (["--json", "--reader", "serial:"], "no name"),
        (["--json", "--reader", "serial:/dev/ttyUSB0@7"], "rate"),
        (["--json", "--clear-after", "0"], "clear-after"),
        (["--json", "--fields", "shoe"], "shoe"),
    ],
)
def test_what_cannot_be_is_a_usage_error(arguments: list[str], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert [json.loads(line)["error"]["exit_code"] for line in result.stdout.splitlines()] == [2] * (
        "--json" in arguments
    )


def test_a_failure_is_a_line_too(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ml"
    broken.write_bytes(b"\x30\x80")
    result = run("--json", "--simulate", "cccd", "--trust", str(broken))
    assert result.exit_code == 4
    [line] = result.stdout.splitlines()
    assert json.loads(line)["schema"] == "cccd-error/1"
