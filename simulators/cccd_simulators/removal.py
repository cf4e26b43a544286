# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A place on the reader from which cards are taken off, and on which the same or others are laid down.

    card = MovingCard([Stay(chip, 11), Stay(chip)])  # taken off at its twelfth command, laid back when waited for

In process a reader that waits gets the next card at once. Behind the virtual reader (`vpcd`) the bridge hangs up where
a card is taken off, and the next card lies there when the bridge is inserted again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from cccd_reader.errors import CardRemoved, NoCard
from cccd_simulators.chip import power_up
from cccd_simulators.fault_files import Breaking
from cccd_simulators.persona import Persona, PoweredCard


@dataclass(frozen=True, repr=False)
class Stay:
    """A card on the reader, and the commands that it answers before it is taken off; None: it stays."""

    card: PoweredCard
    commands: int | None = None

    def __repr__(self) -> str:
        return f"Stay({self.commands} commands)"


class MovingCard:
    """The card on the reader: that of the first stay, of which there is one, and then of the next when waited for.

    The chip still obeys the command at which it is taken off; nobody hears its answer.
    """

    def __init__(self, stays: Iterable[Stay]) -> None:
        self._stays = iter(stays)
        self._stay = next(self._stays)
        self._left = self._stay.commands
        self._lies = True

    def __repr__(self) -> str:
        return f"MovingCard({self._stay!r})"

    @property
    def atr(self) -> bytes:
        """That of the card which lies there, or lay there last."""
        return self._stay.card.atr

    def exchange(self, command: bytes, /) -> bytes:
        """Answer while the card is there. Raises `CardRemoved` at the command after its last, and from then on."""
        if self._lies:
            answer = self._stay.card.exchange(command)
            if self._left is None or self._left > 0:
                self._left = None if self._left is None else self._left - 1
                return answer
        self._lies = False
        raise CardRemoved("the card was taken off the reader")

    def reset(self) -> None:
        """Power the chip down and up; one that was taken off has no power."""
        self._stay.card.reset()

    def wait_for_return(self, timeout: float, /) -> None:
        """Lay the next card down, and power it up, where the last has gone. Raises `NoCard` where there is none."""
        if not self._lies:
            stay = next(self._stays, None)
            if stay is None:
                raise NoCard("no card was laid back")
            self._stay, self._left, self._lies = stay, stay.commands, True
        self._stay.card.reset()


def taken_off(commands: int) -> Breaking:
    """The card is taken off once, after so many commands, and laid back when it is waited for."""
    return lambda persona: replace(persona, disguise=lambda card: MovingCard([Stay(card, commands), Stay(card)]))


def exchanged(commands: int, other: Breaking) -> Breaking:
    """After so many commands the card is taken off, and one that is broken so is laid down in its place."""

    def apply(persona: Persona) -> Persona:
        second = power_up(other(persona))
        return replace(persona, disguise=lambda card: MovingCard([Stay(card, commands), Stay(second)]))

    return apply
