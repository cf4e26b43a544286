# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Cards that misbehave: wrappers around a chip, each with one habit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from cccd_reader.apdu.capability import ReaderCapability
from cccd_reader.errors import CardRemoved
from cccd_simulators.chip import VirtualChip
from cccd_simulators.persona import PoweredCard


@dataclass
class Script:
    """A card that answers from a list, whatever it is asked, and keeps what it was asked."""

    answers: list[bytes]
    commands: list[bytes] = field(default_factory=list)

    def exchange(self, command: bytes, /) -> bytes:
        """Answer with the next of the list."""
        self.commands.append(command)
        return self.answers.pop(0)


@dataclass
class Tampering:
    """A chip whose answers go through `change(number, command, answer)`; numbers count from 0."""

    chip: VirtualChip
    change: Callable[[int, bytes, bytes], bytes]
    count: int = 0

    @property
    def atr(self) -> bytes:
        """The chip's."""
        return self.chip.atr

    def exchange(self, command: bytes, /) -> bytes:
        """Pass the command on and change the answer."""
        answer = self.change(self.count, command, self.chip.exchange(command))
        self.count += 1
        return answer

    def reset(self) -> None:
        """Reset the chip."""
        self.chip.reset()


@dataclass
class Leaving:
    """A chip that is taken off the reader after `commands` commands."""

    chip: VirtualChip
    commands: int

    def exchange(self, command: bytes, /) -> bytes:
        """Answer while the card is there."""
        if not self.commands:
            raise CardRemoved("the card was removed")
        self.commands -= 1
        return self.chip.exchange(command)


def once(at: int, answer: bytes) -> Callable[[int, bytes, bytes], bytes]:
    """Return a change that replaces the answer number `at` and no other."""
    return lambda number, command, real: answer if number == at else real


@dataclass
class OnReader:
    """A chip on a reader with a name, which tells `capability` of itself; `extended` answers extended commands."""

    chip: PoweredCard
    extended: Callable[[bytes], bytes] | None = None
    reader: str = "Test Reader 00 00"
    capability: ReaderCapability | None = None
    tells: bytes = b""
    resets: int = 0

    @property
    def atr(self) -> bytes:
        """The chip's, or what it `tells` instead."""
        return self.tells or self.chip.atr

    def exchange(self, command: bytes, /) -> bytes:
        """Pass the command on, unless it is an extended one that the reader treats in its own way."""
        if self.extended is not None and len(command) > 6 and command[4] == 0:
            return self.extended(command)
        return self.chip.exchange(command)

    def reset(self) -> None:
        """Reset the chip."""
        self.resets += 1
        self.chip.reset()
