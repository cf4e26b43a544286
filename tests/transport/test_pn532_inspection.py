# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Whole inspections over a simulated PN532: a noisy line, a card that moves, the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cccd_reader import Can, CccdError, ReadOptions, Report, VerdictKind, read, verify
from cccd_reader.apdu.channel import Lengths
from cccd_reader.transport.pn532_line import Timing
from cccd_reader.transport.pn532_target import Modulation
from cccd_simulators.by_name import persona_of
from cccd_simulators.chip import power_up
from cccd_simulators.issuer import write_trust
from cccd_simulators.pn532 import TIME_OUT, Air, Incident, SimulatedPn532
from cccd_simulators.pn532_pty import QUIET, Noise
from tests.support.command_line import NUMBER, cccd, environment
from tests.support.pn532 import HASTY, PATIENT, on_reader
from tests.support.reference import REPOSITORY
from tests.support.trust import AT, DEMONSTRATION

KEY = Can.from_personal_number(NUMBER)


DEFAULTS = ReadOptions()
TYPE_A = Air()


def _reader(incidents: tuple[Incident, ...] = (), air: Air = TYPE_A) -> SimulatedPn532:
    return SimulatedPn532(power_up(persona_of("cccd", None)), air, incidents)


def _inspect(
    simulated: SimulatedPn532, noise: Noise = QUIET, options: ReadOptions = DEFAULTS, timing: Timing = PATIENT
) -> Report:
    with on_reader(simulated, noise, timing=timing) as (card, _):
        return verify(read(card, KEY, options), DEMONSTRATION, at=AT)


@pytest.mark.parametrize("share", [0.01, pytest.param(0.05, marks=pytest.mark.slow)])
def test_one_frame_in_a_hundred_is_damaged(share: float) -> None:
    """One bit a frame: the checksums find every one, so the inspection is as on a quiet line."""
    with on_reader(_reader(), Noise(1, frames=share)) as (card, pty):
        reading = read(card, KEY)
        damaged = pty.line.damaged
    assert verify(reading, DEMONSTRATION, at=AT).verdict is VerdictKind.ACCEPTED
    assert damaged or share < 0.05


def test_lost_acks_are_not_missed() -> None:
    assert _inspect(_reader(), Noise(lost_acks=0.5)).verdict is VerdictKind.ACCEPTED


def test_a_card_of_type_b() -> None:
    assert _inspect(_reader(air=Air(Modulation.TYPE_B))).verdict is VerdictKind.ACCEPTED


def test_extended_lengths_where_they_are_asked_for() -> None:
    simulated = _reader()
    assert _inspect(simulated, options=ReadOptions(lengths=Lengths.EXTENDED)).verdict is VerdictKind.ACCEPTED
    assert simulated.exchanges < 90
    assert _inspect(simulated := _reader()).verdict is VerdictKind.ACCEPTED
    assert simulated.exchanges > 90


@pytest.mark.parametrize("at", [2, 8, 30, 60])
def test_a_card_that_is_taken_off_and_laid_back(at: int) -> None:
    assert _inspect(_reader((Incident(at, TIME_OUT, absent=2),))).verdict is VerdictKind.ACCEPTED


@pytest.mark.slow
def test_one_byte_in_a_hundred_is_damaged() -> None:
    """A command of two damaged bytes may pass its checksum and spoil an attempt, but never gives a wrong verdict."""
    verdicts = []
    for seed in range(4):
        noise = Noise(seed, flipped=0.008, lost=0.001, inserted=0.001)
        try:
            verdicts.append(_inspect(_reader(), noise, timing=HASTY).verdict)
        except CccdError:
            continue
        assert verdicts[-1] is not VerdictKind.REJECTED
    assert VerdictKind.ACCEPTED in verdicts


# the command line


@contextmanager
def _served(*arguments: str) -> Iterator[str]:
    """Run `cccd simulate serve` on a PN532; the path of its port."""
    process = subprocess.Popen(
        [sys.executable, "-u", str(REPOSITORY / "cli.py"), "simulate", "serve", *arguments, "--on", "pn532"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        path = process.stdout.readline().strip()
        assert f"--reader serial:{path}" in process.stderr.readline()
        yield path
    finally:
        process.terminate()
        process.communicate(timeout=60)


def test_the_command_line_reads_a_card_on_a_pn532(tmp_path: Path) -> None:
    write_trust(tmp_path / "trust")
    with _served("cccd") as path:
        asked = ("verify", "--access", "-", "--trust", str(tmp_path / "trust"), "--at", "2026-06-01", "--json")
        done = cccd(*asked, "--reader", f"serial:{path}@460800", text=NUMBER)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["verdict"] == "accepted"


def test_the_command_line_explains_a_port_that_is_not_there() -> None:
    done = cccd("verify", "--access", "-", "--reader", "serial:/dev/no-such-port", "--lang", "vi", text=NUMBER)
    assert done.returncode == 4
    assert "Không có cổng nối tiếp /dev/no-such-port" in done.stderr
    assert "Kiểm tra bộ chuyển đổi" in done.stderr
