# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The standard streams as a user may have them: full, closed, a terminal of any kind. No traceback, no exit code 1."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import termios
from pathlib import Path
from typing import NoReturn

import pytest
from click.testing import CliRunner

from cccd_reader.cli import LazyGroup, main
from cccd_simulators import documents
from tests.support.command_line import NUMBER, environment
from tests.support.reference import REPOSITORY
from tests.support.terminal import OnTerminal, plain

REJECTED, USAGE, ABORTED = 1, 2, 4
READ = ("read", "--simulate", "cccd", "--group", "1")
MRZ = documents.HOLDER_MRZ
CLI = str(REPOSITORY / "cli.py")
full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")


def _shell(line: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `cccd` with these arguments, and with redirections as the shell knows them."""
    return subprocess.run(
        ["/bin/sh", "-c", f'"$0" "$@" {line}', sys.executable, CLI, *arguments],
        capture_output=True,
        text=True,
        env=environment(CCCD_ACCESS=NUMBER),
        check=False,
    )


@full
@pytest.mark.parametrize("arguments", [(*READ, "--json"), ("--help",), ("read", "--no", "--json")])
def test_a_full_disk_is_an_error_in_words_and_no_rejection(arguments: tuple[str, ...]) -> None:
    done = _shell("> /dev/full", *arguments)
    assert done.returncode == ABORTED
    assert "cccd: the output cannot be written: No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    assert "internal" not in done.stderr


@full
def test_where_nobody_hears_the_talk_the_result_is_there() -> None:
    done = _shell("2> /dev/full", *READ, "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["session"]["access"] == "pace-can"


def test_a_result_is_not_lost_without_a_word() -> None:
    done = _shell(">&-", *READ)
    assert done.returncode == ABORTED
    assert "standard output is closed" in done.stderr


def test_a_closed_standard_input_gives_nothing() -> None:
    done = _shell("<&-", *READ, "--access", "-", "--json")
    assert done.returncode == USAGE
    assert json.loads(done.stdout)["error"]["kind"] == "UsageError"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGPIPE and other pipes")
@pytest.mark.parametrize("arguments", [("--help",), ("check", CLI, "--json"), ("check", "--json")])
def test_who_reads_no_more_hears_nothing_and_rejects_nothing(arguments: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, CLI, *arguments], stdout=_unread_pipe(), stderr=subprocess.PIPE, env=environment(), check=False
    )
    assert done.returncode == ABORTED
    assert b"Traceback" not in done.stderr
    assert b"cannot be written" not in done.stderr


@pytest.mark.parametrize(
    ("cause", "words"), [(None, "internal error: RuntimeError in "), (KeyboardInterrupt(), "aborted")]
)
def test_what_fails_before_a_command_is_no_rejection(
    cause: BaseException | None, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    class Failing(LazyGroup):
        def make_context(self, *_arguments: object, **_extra: object) -> NoReturn:
            raise RuntimeError("of nobody's making") from cause

    with pytest.raises(SystemExit) as ended:
        Failing("cccd").main([])
    said = capsys.readouterr().err
    assert ended.value.code == ABORTED
    assert words in said
    assert "nobody" not in said


def _unread_pipe() -> int:
    read, write = os.pipe()
    os.close(read)
    return write


@pytest.mark.parametrize(
    "option",
    [
        ("verify", "--save"),
        ("verify", "--report"),
        ("read", "--save"),
        ("trust", "list", "--store"),
        ("watch", "--json", "--save-to"),
    ],
)
def test_a_name_that_was_not_set_is_not_the_folder_one_is_in(option: tuple[str, ...]) -> None:
    result = CliRunner(env={"CCCD_ACCESS": NUMBER}).invoke(main, (*option, ""))
    assert result.exit_code == USAGE
    assert "the path is empty" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        (*READ, "--json", "--access", "nowhere/at all"),
        (*READ, "--json", "--nothing"),
        ("read", "--simulate", "nobody", "--json"),
        (NUMBER, "--json"),
        ("--json", "read"),
        ("show", "--json"),
        ("trust", "list", "--json", NUMBER),
    ],
)
def test_a_usage_error_is_an_object_where_json_was_asked_for(arguments: tuple[str, ...]) -> None:
    result = CliRunner(env={"CCCD_ACCESS": NUMBER}).invoke(main, arguments)
    assert result.exit_code == USAGE
    found = json.loads(result.stdout)
    assert found["schema"] == "cccd-error/1"
    assert found["error"]["exit_code"] == USAGE
    assert found["error"]["message"] in result.stderr
    assert NUMBER not in result.output


def test_the_object_of_a_wrong_number_is_the_same_in_every_language() -> None:
    found = []
    for language in ("en", "vi"):
        result = CliRunner().invoke(main, (*READ, "--access", "-", "--json", "--lang", language), input="12345")
        assert result.exit_code == USAGE
        found.append(json.loads(result.stdout))
    assert found[0] == found[1]
    assert "12 digits" in found[0]["error"]["hint"]


# --- on a terminal ----------------------------------------------------------------------------------------------------


def test_the_lines_of_a_zone_come_at_once_from_a_scanner_that_types() -> None:
    with OnTerminal(CLI, *READ) as terminal:
        terminal.until("hidden")
        terminal.type("".join(f"{line}\r\n" for line in MRZ))
        assert terminal.ended() == 0
        assert not [line for line in MRZ if line.encode() in terminal.written]


def test_the_terminal_shows_again_what_is_typed_after_an_interrupt() -> None:
    with OnTerminal(CLI, *READ) as terminal:
        terminal.until("hidden")
        assert not termios.tcgetattr(terminal.master)[3] & termios.ECHO
        terminal.type("001\x03")
        terminal.until("cccd: aborted")
        assert termios.tcgetattr(terminal.master)[3] & termios.ECHO
        assert terminal.ended() == ABORTED


def test_a_signal_at_the_prompt_leaves_the_terminal_as_it_was() -> None:
    with OnTerminal(CLI, *READ) as terminal:
        terminal.until("hidden")
        terminal.type("001")
        terminal.signal(signal.SIGTERM)
        assert terminal.ended() == -signal.SIGTERM
        assert termios.tcgetattr(terminal.master)[3] & termios.ECHO


def test_a_plain_terminal_gets_plain_lines() -> None:
    with OnTerminal(CLI, *READ, TERM="dumb", CCCD_ACCESS=NUMBER) as terminal:
        assert terminal.ended() == 0
        assert b"\x1b" not in terminal.written
        assert b"DG1: 95 bytes" in terminal.written


@pytest.mark.slow
def test_a_narrow_terminal_is_not_overrun() -> None:
    with OnTerminal(CLI, *READ, CCCD_ACCESS=NUMBER, COLUMNS="30") as terminal:
        terminal.ended()
        bars = [line for line in plain(terminal.written).split("\r") if "[#" in line]
        assert bars
        assert max(map(len, bars)) < 32
