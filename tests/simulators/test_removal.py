# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Cards that are taken off in software, and what lies there afterwards."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from cccd_reader.errors import CardRemoved, NoCard
from cccd_simulators.removal import MovingCard, Stay


@dataclass
class Counter:
    """A chip that answers its name, and counts."""

    name: bytes
    commands: int = 0
    resets: int = 0

    @property
    def atr(self) -> bytes:
        return self.name

    def exchange(self, command: bytes, /) -> bytes:
        self.commands += 1
        return self.name + b"\x90\x00"

    def reset(self) -> None:
        self.resets += 1


def test_a_card_stays_for_its_commands_and_the_next_lies_there_when_waited_for() -> None:
    first, second = Counter(b"1"), Counter(b"2")
    card = MovingCard([Stay(first, 2), Stay(second)])
    assert [card.exchange(b"") for _ in range(2)] == [b"1\x90\x00"] * 2
    for _ in range(3):
        with pytest.raises(CardRemoved):
            card.exchange(b"")
    assert first.commands == 3  # the last was obeyed, and its answer is lost
    card.wait_for_return(1)
    assert card.atr == b"2"
    assert card.exchange(b"") == b"2\x90\x00"
    assert second.resets == 1


def test_who_waits_for_a_card_that_lies_there_has_it_powered_up_anew() -> None:
    chip = Counter(b"1")
    card = MovingCard([Stay(chip)])
    card.wait_for_return(1)
    card.reset()
    assert chip.resets == 2
    assert card.exchange(b"") == b"1\x90\x00"


def test_after_the_last_stay_no_card_comes() -> None:
    card = MovingCard([Stay(Counter(b"1"), 0)])
    with pytest.raises(CardRemoved):
        card.exchange(b"")
    with pytest.raises(NoCard):
        card.wait_for_return(1)
