# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Cards that misbehave: wrappers around a chip, each with one habit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from cccd_reader.errors import CardRemoved
from cccd_simulators.chip import VirtualChip


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
