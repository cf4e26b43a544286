# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A short soak, what the long ones have found, and that the oracle and the look at leaks can say no."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from cccd_reader.apdu import commands
from cccd_reader.apdu.command import SECURE_MESSAGING
from cccd_reader.errors import CardRemoved
from cccd_reader.inspection.policy import VerdictKind
from cccd_reader.inspection.read import read
from cccd_reader.inspection.reading import ProofKind, ProofOutcome
from cccd_reader.inspection.verify import verify
from cccd_simulators.chip import VirtualChip, power_up
from tests.soak.cases import CHIPS, Case, Trouble, Troubled, make, persona
from tests.soak.machine import Holdings
from tests.soak.oracle import failed, judged
from tests.soak.run import Summary, in_process, soak, through_the_service
from tests.support.cards import Tampering
from tests.support.fault_matrix import TRUST
from tests.support.pcscd import missing, running_pcscd
from tests.support.trust import AT


def _quiet(_: str) -> None:
    """Say nothing of how it goes."""


@pytest.mark.parametrize("count", [20, pytest.param(1_000, marks=pytest.mark.slow)])
def test_a_soak_in_this_process(count: int) -> None:
    cases = (make(7, number) for number in range(len(CHIPS), len(CHIPS) + count))
    summary = soak(in_process, cases, count // 2, _quiet)
    assert not summary.wrong
    assert not summary.leaks
    assert summary.visits == count


@pytest.mark.slow
@pytest.mark.pcsc
def test_a_soak_through_the_service() -> None:
    if reason := missing():
        pytest.skip(reason)
    with running_pcscd():
        summary = soak(through_the_service, (make(8, number) for number in range(200, 230)), 10, _quiet)
    assert not summary.wrong
    assert not summary.leaks


def test_a_case_can_be_made_again() -> None:
    assert [make(3, number) for number in range(200, 240)] == [make(3, number) for number in range(200, 240)]
    assert {trouble for number in range(200, 400) for trouble in make(3, number).troubles.values()} == set(Trouble)


# --- what was found ---------------------------------------------------------------------------------------------------


def _at_the_proof(*spoilt: Callable[[bytes], bytes]) -> Callable[[int, bytes, bytes], bytes]:
    """Spoil the first answer in the session that each run of Chip Authentication has opened."""
    effects, proof = list(spoilt), [False]

    def change(_: int, command: bytes, answer: bytes) -> bytes:
        first, proof[0] = proof[0], _is_agreement(command)
        return effects.pop(0)(answer) if first and effects else answer

    return change


def _is_agreement(command: bytes) -> bool:
    return bool(command[0] & SECURE_MESSAGING) and command[1] == commands.GENERAL_AUTHENTICATE


def _wrong_mac(answer: bytes) -> bytes:
    return answer[:-3] + bytes([answer[-3] ^ 1]) + answer[-2:]


def _failure(_: bytes) -> bytes:
    return b"\x64\x00"


@pytest.mark.parametrize(
    "spoilt", [(_wrong_mac, _failure), (_failure, _wrong_mac)], ids=["wrong MAC, 6400", "6400, wrong MAC"]
)
def test_two_failures_of_the_link_at_a_proof_say_nothing_against_the_card(
    spoilt: tuple[Callable[[bytes], bytes], ...],
) -> None:
    """It was rejected: the second failure was taken for the chip's word."""
    genuine = persona("cccd")
    reading = read(Tampering(VirtualChip(genuine), _at_the_proof(*spoilt)), genuine.keys)
    assert verify(reading, TRUST, at=AT).verdict is VerdictKind.ACCEPTED


def test_a_failure_of_the_link_hides_no_wrong_proof() -> None:
    """It was accepted, by its other proof: the failure was taken for all that there was."""
    copy = persona("cccd:ca-keeps-the-old-session")
    reading = read(Tampering(VirtualChip(copy), _at_the_proof(bytes, _failure)), copy.keys)
    proof = reading.proof(ProofKind.CHIP)
    assert proof is not None
    assert proof.outcome is ProofOutcome.WRONG
    assert verify(reading, TRUST, at=AT).verdict is VerdictKind.REJECTED


# --- the oracle can say no --------------------------------------------------------------------------------------------


def _case(chip: str, troubles: dict[int, Trouble] | None = None) -> Case:
    return Case(0, chip, None, None, troubles or {}, "seed")


def _judged_as(case: Case, chip: str) -> str:
    """Judge the reading of one chip as if it were that of a case."""
    card = Troubled(power_up(persona(chip)), _case(chip))
    return judged(case, card, read(card, persona(chip).keys), exact=False).wrong


def test_an_accepted_attack_is_a_find() -> None:
    assert _judged_as(_case("cccd:clone-without-keys"), "cccd") == "an attack is accepted"
    assert _judged_as(_case("cccd:dg1-altered", {3: Trouble.ERROR}), "cccd") == "an attack is accepted"
    assert not _judged_as(_case("cccd:clone-without-keys"), "cccd:clone-without-keys")


def test_a_rejected_card_is_a_find() -> None:
    assert "is rejected: " in _judged_as(_case("cccd"), "cccd:clone-without-keys")
    assert "is rejected: " in _judged_as(_case("cccd:slow"), "cccd:dg1-altered")
    assert "laid back" in _judged_as(_case("cccd"), "cccd:unknown-csca")


def test_another_outcome_than_that_of_the_matrix_is_a_find() -> None:
    reading = read(VirtualChip(persona("cccd")), persona("cccd").keys)
    for chip, expected in (("cccd:com-missing", ""), ("cccd:unknown-csca", "undetermined was expected")):
        card = Troubled(power_up(persona(chip)), _case(chip))
        assert judged(_case(chip), card, reading, exact=True).wrong == expected


def test_an_error_where_the_card_came_back_is_a_find() -> None:
    assert failed(_case("cccd", {3: Trouble.TAKEN_OFF}), CardRemoved("gone"), exact=True).wrong
    assert not failed(_case("cccd", {3: Trouble.ERROR}), CardRemoved("gone"), exact=True).wrong
    assert failed(_case("cccd:slow"), CardRemoved("gone"), exact=True).wrong


def test_an_exception_that_is_none_of_ours_is_a_find() -> None:
    def broken(_: Case) -> object:
        raise KeyError("what nobody foresaw")

    summary = soak(broken, [_case("cccd")], 1, _quiet)  # type: ignore[arg-type]  # -- it returns nothing at all
    assert "KeyError" in summary.wrong[0]


def test_what_is_kept_is_found(tmp_path: Path) -> None:
    before = Holdings.now()
    kept, stop = [bytearray(64 << 20)], threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    with (tmp_path / "file").open("wb"):
        for page in range(0, len(kept[0]), 4096):
            kept[0][page] = 1
        summary = Summary(warm=before, last=Holdings.now())
    stop.set()
    thread.join()
    assert [leak.partition(":")[0] for leak in summary.leaks] == ["memory", "file descriptors", "threads"]
    assert not Summary(warm=Holdings.now(), last=Holdings.now()).leaks
