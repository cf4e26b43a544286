# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd doctor`: what it prints, in both languages and as JSON, and how it ends. No PC/SC service is asked here."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from cccd_reader.cli import main
from cccd_reader.doctor.cures import CURES
from cccd_reader.doctor.diagnose import CHECKS, diagnose
from cccd_reader.doctor.findings import Diagnosis
from cccd_reader.doctor.surroundings import Session
from cccd_reader.messages import catalogue
from cccd_reader.messages.words import Words
from cccd_reader.pki.store_folder import StoreFolder
from cccd_reader.render import doctor as render
from cccd_reader.watchlist.store import WatchList, WatchListFile
from cccd_simulators.chip import VirtualChip
from cccd_simulators.personas import cccd
from cccd_simulators.pn532 import SimulatedPn532
from cccd_simulators.pn532_pty import Pn532Pty
from tests.doctor.broken import CASES, UNSEEN
from tests.doctor.surroundings import HEALTHY, slot
from tests.support.command_line import environment
from tests.support.reference import REPOSITORY
from tests.support.trust import DEMONSTRATION

MACHINES = (HEALTHY, *(case.about for case in CASES), *UNSEEN)
VALIDATOR = Draft202012Validator(render.schema())


# words and schema


def test_everything_has_words_and_no_words_are_left_over() -> None:
    for language in catalogue.LANGUAGES:
        codes = set(catalogue.load(language))
        for prefix, expected in (
            ("diagnosis.", {each.code for each in Diagnosis}),
            ("cure.", set(CURES)),
            ("session.", {each.value for each in Session}),
            ("doctor.", {"count", "first"}),
        ):
            assert {code.removeprefix(prefix) for code in codes if code.startswith(prefix)} == expected


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_every_machine_is_described_in_words(language: str) -> None:
    for machine in MACHINES:
        text = "\n".join(render.as_lines(diagnose(machine), Words.of(language)))
        assert not any(f" {code}." in text for code in ("diagnosis", "cure", "session"))


def test_every_machine_is_described_as_the_schema_says() -> None:
    Draft202012Validator.check_schema(render.schema())
    for machine in MACHINES:
        VALIDATOR.validate(render.as_json(diagnose(machine), machine.machine))


def test_a_fault_is_told_with_what_it_is_about_what_to_do_and_the_line() -> None:
    case = next(each for each in CASES if each.name == "scanner: no right")
    lines = render.as_lines(diagnose(case.about), Words.of("vi"))
    at = next(number for number, line in enumerate(lines) if line.startswith("✘"))
    assert [line.strip() for line in lines[at : at + 4]] == [
        "✘ scanner.configured   Người dùng này không được mở cổng nối tiếp đã đặt.",
        "/dev/ttyUSB0",
        "→ Thêm người dùng vào nhóm sở hữu cổng rồi đăng nhập lại.",
        '$ sudo usermod -aG dialout "$USER"',
    ]
    assert lines[-1].startswith("Bắt đầu từ scanner.configured")


def test_what_the_library_says_is_said_in_the_language() -> None:
    case = next(each for each in CASES if each.name == "anchor ends")
    lines = render.as_lines(diagnose(case.about), Words.of("vi"))
    assert any(line.strip() == "C=VN, CN=CSCA: có hiệu lực đến ngày 24/12/2026" for line in lines), lines


def test_the_name_of_a_reader_cannot_steer_the_terminal() -> None:
    machine = replace(HEALTHY, slots=(slot("PICC\x1b[2J\u202e"),))
    assert "\x1b" not in "\n".join(render.as_lines(diagnose(machine), Words.of("en")))


# the command


@pytest.fixture
def reader() -> Iterator[str]:
    """A simulated PN532 with a card, as a setting names it."""
    with Pn532Pty(SimulatedPn532(VirtualChip(cccd()))) as line:
        yield f"serial:{line.path}"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home folder of somebody who trusts the demonstration country."""
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "CCCD_SCANNER", "CCCD_WAIT", "CCCD_READER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    StoreFolder.default().save(DEMONSTRATION, "")
    return tmp_path


def _run(*arguments: str) -> Any:
    return CliRunner().invoke(main, ["doctor", *arguments])


def _broken(result: Any) -> dict[str, Any]:
    found = json.loads(result.stdout)
    VALIDATOR.validate(found)
    assert result.exit_code == (1 if found["state"] == "broken" else 0)
    # Of the clock of the machine that runs the tests nothing is asked here.
    return {each["id"]: each for each in found["findings"] if each["state"] == "broken" and each["id"] != "clock"}


@pytest.mark.usefixtures("home")
def test_warnings_do_not_fail(reader: str) -> None:
    result = _run("--reader", reader, "--json")
    assert _broken(result) == {}
    found = {each["id"]: each for each in json.loads(result.stdout)["findings"]}
    assert found["trust.csca"]["state"] == "warning"
    assert found["card.present"]["reason"] == "card-answers"


def test_an_empty_store_fails(home: Path, reader: str) -> None:
    (StoreFolder.default().path / "index.json").unlink()
    result = _run("--reader", reader, "--lang", "vi")
    assert result.exit_code == 1
    assert "Kho tin cậy trống" in result.stdout
    assert "$ cccd trust add CSCA.cer" in result.stdout
    assert str(home) not in result.stdout


@pytest.mark.parametrize("content", ["wait = [", "wiat = 3", "reader = 3", "trust = 3"])
def test_settings_that_stop_every_other_command(
    home: Path, reader: str, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    file = home / "config.toml"
    file.write_text(content, encoding="ascii")
    monkeypatch.setenv("CCCD_CONFIG", str(file))
    broken = _broken(_run("--reader", reader, "--json"))
    assert list(broken) == ["settings.file"]
    assert broken["settings.file"]["cure"] == {"code": "correct-file", "line": "nano ~/config.toml"}
    assert CliRunner().invoke(main, ["readers"]).exit_code == 4


@pytest.mark.usefixtures("home")
def test_a_variable_that_stops_every_other_command(reader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCCD_WAIT", "soon")
    assert _broken(_run("--reader", reader, "--json"))["settings.file"]["cure"]["line"] == "unset CCCD_WAIT"


def test_the_settings_name_what_is_looked_at(home: Path, reader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file = home / "config.toml"
    text = f'reader = "{reader}"\nscanner = "serial:/dev/ttyUSB99"\ntrust = "gone.der"\nsave_to = "desk"\n'
    file.write_text(text, encoding="ascii")
    monkeypatch.setenv("CCCD_CONFIG", str(file))
    broken = _broken(_run("--json"))
    assert {name: each["reason"] for name, each in broken.items()} == {
        "scanner.configured": "port-missing",
        "trust.store": "trust-missing",
    }


def test_no_secret_is_told(home: Path, reader: str) -> None:
    lists = WatchListFile.default()
    lists.save(WatchList(bytes(32)))
    lists.key.chmod(0o644)
    result = _run("--reader", reader, "--json")
    assert _broken(result)["watchlist.key"]["cure"]["line"] == "chmod 600 ~/.local/share/cccd-reader/watchlist.key"
    assert lists.key.read_bytes().hex() not in result.stdout.lower()
    assert str(home) not in result.stdout


def test_a_real_terminal_that_is_small_and_prints_no_vietnamese(home: Path, reader: str) -> None:
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 20, 60, 0, 0))
    command = [sys.executable, str(REPOSITORY / "cli.py"), "doctor", "--reader", reader, "--lang", "vi"]
    given = environment(HOME=str(home), PYTHONIOENCODING="ascii")
    done = subprocess.run(command, stdin=slave, stdout=subprocess.PIPE, stderr=slave, env=given, check=False)
    os.close(slave)
    os.close(master)
    text = done.stdout.decode("ascii")
    assert "60 x 20" in text
    assert "export LANG=C.UTF-8" in text


def test_the_document_names_every_check_and_shows_words_that_are_said() -> None:
    text = (REPOSITORY / "docs" / "doctor.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([a-z0-9.-]+)` \|", text, re.MULTILINE) == list(CHECKS)
    (shown,) = re.findall(r"```console\n\$ cccd doctor\n(.*?)```", text, re.DOTALL)
    heads = re.findall(r"^[✔✘!?] (\S+) +(.+?)(?: \(.*\))?$", shown, re.MULTILINE)
    said = set(catalogue.load("en").values())
    assert [name for name, _ in heads] == list(CHECKS)
    for _, words in heads:
        assert words in said or f"{words} (UTF-8)." in said, words
    for line in re.findall(r"^ +→ (.+)$", shown, re.MULTILINE):
        assert line in said
