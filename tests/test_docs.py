# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The documents tell the truth: their examples run, and print what they say, but for the times."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from cccd_reader.cli import main
from tests.support.command_line import cccd, environment, piped
from tests.support.reference import REPOSITORY

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"```console\n\$ (.*?)\n(.*?)```", README, re.DOTALL)
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
_DATES = re.compile(r"judged at \d{4}-\d\d-\d\d \d\d:\d\d")
_TIMES = re.compile(r"\d+\.\d+( s\b|(?=,?$))", re.MULTILINE)


def _timeless(text: str) -> str:
    return _DATES.sub("DATE", _TIMES.sub("TIME", text)).strip()


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the simulated country's certificate, as `make demo` has it."""
    folder = tmp_path_factory.mktemp("workshop")
    assert cccd("simulate", "trust", "demo-trust", folder=folder).returncode == 0
    return folder


RUNNABLE = [source for source in PYTHON if "open_card" not in source]
"""The first example needs a reader: it runs among the tests of the real service."""


def test_there_are_examples() -> None:
    assert len(CONSOLE) >= 3
    assert RUNNABLE
    assert len(PYTHON) == len(RUNNABLE) + 1


def _printed(command: str, text: str = "") -> str:
    result = CliRunner().invoke(main, command.split(), input=text, prog_name="cccd")
    return result.stdout or result.stderr


@pytest.mark.parametrize("number", range(len(CONSOLE)))
def test_a_command_prints_what_the_readme_shows(number: int, workshop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line, shown = CONSOLE[number]
    source, command = line.split(" | cccd ")
    monkeypatch.chdir(workshop)
    text = f"{source.split()[1]}\n" if source.startswith("echo ") else _printed(source.removeprefix("cccd "))
    assert _timeless(_printed(command, text)) == _timeless(shown)


def test_a_program_of_its_own_prints_the_same(workshop: Path) -> None:
    """As a user runs it, once: the others run in this process, which is quicker."""
    line, shown = CONSOLE[1]
    result = piped(line, workshop)
    assert _timeless(result.stdout or result.stderr) == _timeless(shown)


@pytest.mark.parametrize("number", range(len(RUNNABLE)))
def test_a_program_of_the_readme_runs(number: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RUNNABLE[number]], capture_output=True, text=True, env=environment(), check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"])
def test_links_to_files_lead_somewhere(name: str) -> None:
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in target]
    assert [target for target in targets if not (REPOSITORY / target).exists()] == []
