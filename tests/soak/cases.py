# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""One visit of a soak: which chip, how it is read, and what happens on the way. All of it follows from two numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from random import Random

from cccd_reader.apdu.channel import Lengths
from cccd_reader.apdu.command import SECURE_MESSAGING
from cccd_reader.errors import CardRemoved, NoCard
from cccd_reader.inspection.resume import Returning
from cccd_simulators.faults import FaultKind, fault
from cccd_simulators.persona import Persona, PoweredCard
from tests.support.fault_matrix import base, kind_of
from tests.support.fault_table import MATRIX

GENUINE = ("cccd", "passport-bac", "passport-pace")
CHIPS = (*GENUINE, *MATRIX)
"""The unbroken chips, and every one of the fault matrix."""

_ERRORS = (0x6F00, 0x6400, 0x6581, 0x6700, 0x6987, 0x6988)
"""What chips and readers answer when the link, or the chip for want of power, has failed."""
_LAST = 40
"""Troubles happen within so many commands; a visit has 17 to 60."""


class Trouble(Enum):
    """What happens to one command."""

    TAKEN_OFF = "the card is taken off before it, and laid back when it is waited for"
    REMOVED_AFTER = "the chip obeys, the card is gone before its answer, and laid back when it is waited for"
    ERROR = "it is answered with the status word of a failure, unprotected"
    NOTHING = "it is answered with nothing"
    HALF = "its answer is cut off"
    AGAIN = "it is answered with the answer before"
    FLIPPED = "one bit of its answer is another: outside of secure messaging that is a forger's work"


_GONE = (Trouble.TAKEN_OFF, Trouble.REMOVED_AFTER)
_FORGING = (Trouble.FLIPPED, Trouble.AGAIN)


@dataclass(frozen=True)
class Case:
    """A chip by name, the length fields and the block size to read with, and the troubles by number of command."""

    number: int
    chip: str
    lengths: Lengths | None
    block_size: int | None
    troubles: Mapping[int, Trouble]
    seed: str

    @property
    def attack(self) -> bool:
        """True where somebody would have a document believed that should not be."""
        return self.chip not in GENUINE and kind_of(self.chip) is FaultKind.ATTACK

    @property
    def as_in_the_matrix(self) -> bool:
        """True where the visit is the one that the fault matrix tells of."""
        return not self.troubles and self.lengths is None and self.block_size is None

    @property
    def moved_alone(self) -> bool:
        """True where the card is at most taken off and laid back."""
        return all(trouble in _GONE for trouble in self.troubles.values())

    def __str__(self) -> str:
        troubles = ", ".join(f"{number} {trouble.name}" for number, trouble in sorted(self.troubles.items()))
        return f"#{self.number} {self.chip} {self.lengths} {self.block_size} [{troubles}]"


def make(seed: int, number: int) -> Case:
    """Return the case of a number. The first ones go once through all chips, undisturbed."""
    if number < len(CHIPS):
        return Case(number, CHIPS[number], None, None, {}, "")
    text = f"{seed}/{number}"
    random = Random(text)
    chip = random.choice(GENUINE if random.random() < 0.4 else CHIPS)
    count = random.choice((0, 1, 1, 1, 2, 2, 3, 4))
    troubles = {random.randrange(_LAST): random.choice(list(Trouble)) for _ in range(count)}
    lengths = random.choice((None, None, Lengths.SHORT))
    return Case(number, chip, lengths, random.choice((None, None, None, 200, 100)), troubles, text)


@cache
def persona(chip: str) -> Persona:
    """Return the chip's persona, broken where it has a fault."""
    name, _, fault_name = chip.partition(":")
    return fault(fault_name).apply(base(name)) if fault_name else base(name)


class Troubled:
    """The card of a case. `forged` is set when an answer outside of secure messaging was changed to another."""

    def __init__(self, card: PoweredCard, case: Case) -> None:
        self.forged = False
        self._card = card
        self._troubles = dict(case.troubles)
        self._random = Random(case.seed)
        self._count = 0
        self._away = False
        self._previous = b"\x90\x00"

    @property
    def atr(self) -> bytes:
        """The chip's."""
        return self._card.atr

    def exchange(self, command: bytes, /) -> bytes:
        """Answer, with what is due to happen at this command."""
        if self._away:
            raise CardRemoved("the card was taken off the reader")
        trouble = self._troubles.get(self._count)
        self._count += 1
        if trouble is Trouble.TAKEN_OFF:
            self._leave()
        answer = self._card.exchange(command)
        if trouble is Trouble.REMOVED_AFTER:
            self._leave()
        found = answer if trouble is None else self._spoilt(answer, trouble)
        protected = bool(command and command[0] & SECURE_MESSAGING)
        self.forged |= not protected and trouble in _FORGING and found != answer
        self._previous = answer
        return found

    def reset(self) -> None:
        """Reset the chip."""
        self._card.reset()

    def wait_for_return(self, timeout: float, /) -> None:
        """Lay the card back. A chip that has gone by itself is waited for by its own means, or does not return."""
        if self._away:
            self._away = False
            self._card.reset()
        elif isinstance(self._card, Returning):
            self._card.wait_for_return(timeout)
        else:
            raise NoCard("no card was laid back")

    def _leave(self) -> None:
        self._away = True
        raise CardRemoved("the card was taken off the reader")

    def _spoilt(self, answer: bytes, trouble: Trouble) -> bytes:
        if trouble is Trouble.ERROR:
            return self._random.choice(_ERRORS).to_bytes(2, "big")
        if trouble is Trouble.NOTHING:
            return b""
        if trouble is Trouble.HALF:
            return answer[: len(answer) // 2]
        if trouble is Trouble.AGAIN:
            return self._previous
        if not answer:
            return answer
        place = self._random.randrange(len(answer))
        return answer[:place] + bytes([answer[place] ^ 1 << self._random.randrange(8)]) + answer[place + 1 :]
