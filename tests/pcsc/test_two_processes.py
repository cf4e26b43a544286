# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Two programs at one reader of the real pcscd: each has its own right answer, or hears that the reader is in use."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cccd_reader.inspection.saved import load
from cccd_reader.lds import files as ef
from cccd_simulators.chip import VirtualChip
from cccd_simulators.issuer import write_trust
from cccd_simulators.persona import Persona
from cccd_simulators.vpcd import VpcdBridge
from tests.soak.cases import persona
from tests.support.command_line import NUMBER, environment
from tests.support.fault_matrix import base
from tests.support.interrupted import heeding
from tests.support.pcscd import READER
from tests.support.reference import REPOSITORY

pytestmark = [pytest.mark.pcsc, pytest.mark.usefixtures("pcscd")]

ACCEPTED, ABORTED = 0, 4


@contextmanager
def _verifying(folder: Path, name: str) -> Iterator[subprocess.Popen[str]]:
    """Run `cccd verify` at the virtual reader; it keeps its evidence in the folder under this name."""
    options = ("--trust", str(folder / "csca"), "--save", str(folder / name), "--trace", "--json")
    command = ("verify", "--access", "-", "--wait", "20", "--reader", READER, *options)
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, str(REPOSITORY / "cli.py"), *command],
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        text=True,
        env=environment(),
        preexec_fn=heeding,  # noqa: PLW1509 -- it calls nothing that another thread could hold
    ) as process:
        assert process.stdin
        process.stdin.write(NUMBER)
        process.stdin.close()
        yield process
        process.kill()


def _answer(process: subprocess.Popen[str], folder: Path, name: str, chip: Persona) -> str:
    """Wait for the end; return the verdict or the kind of the error. What was read is the card's, to the byte."""
    assert process.stdout
    assert process.stderr
    found = json.loads(process.stdout.read())
    assert "Traceback" not in process.stderr.read()
    code = process.wait(60)
    if code == ABORTED:
        assert not (folder / name).exists()
        return str(found["error"]["kind"])
    assert code == ACCEPTED, found
    content = load(folder / name).content(ef.data_group(2))
    assert content == chip.application_files[0x0102].content
    return str(found["verdict"])


@pytest.mark.parametrize("rounds", [1, pytest.param(12, marks=pytest.mark.slow)])
def test_two_at_once(tmp_path: Path, rounds: int) -> None:
    write_trust(tmp_path / "csca")
    chip = base("cccd")
    with VpcdBridge(VirtualChip(chip)):
        for number in range(rounds):
            names = (f"first {number}", f"second {number}")
            with _verifying(tmp_path, names[0]) as first, _verifying(tmp_path, names[1]) as second:
                answers = [
                    _answer(each, tmp_path, name, chip) for each, name in zip((first, second), names, strict=True)
                ]
            assert "accepted" in answers
            assert set(answers) <= {"accepted", "ReaderBusy"}


@pytest.mark.slow
def test_one_comes_while_another_reads_a_slow_card(tmp_path: Path) -> None:
    """It waits for a while, and says then that the reader is in use; the reading goes on undisturbed."""
    write_trust(tmp_path / "csca")
    chip = persona("cccd:slow")
    with VpcdBridge(VirtualChip(chip)), _verifying(tmp_path, "first") as first:
        assert first.stderr
        while "pace-can: granted" not in first.stderr.readline():
            assert first.poll() is None
        with _verifying(tmp_path, "second") as second:
            assert _answer(second, tmp_path, "second", chip) in ("ReaderBusy", "accepted")
        assert _answer(first, tmp_path, "first", chip) == "accepted"


@pytest.mark.parametrize("name", [signal.SIGKILL, pytest.param(signal.SIGINT, marks=pytest.mark.slow)])
def test_one_is_ended_in_the_middle_and_the_next_reads(tmp_path: Path, name: signal.Signals) -> None:
    write_trust(tmp_path / "csca")
    chip = base("cccd")
    with VpcdBridge(VirtualChip(chip)):
        with _verifying(tmp_path, "ended") as ended:
            assert ended.stderr
            for _ in range(9):
                ended.stderr.readline()
            ended.send_signal(name)
            ended.wait(60)
        with _verifying(tmp_path, "next") as process:
            assert _answer(process, tmp_path, "next", chip) == "accepted"
