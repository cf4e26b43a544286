# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A card that is waited for in short turns, so that whoever waits can be interrupted between them."""

from __future__ import annotations

from collections.abc import Callable

from cccd_reader.apdu.channel import Card
from cccd_reader.errors import NoCard, NoReader
from cccd_reader.inspection.resume import Returning


def attentive(card: Card, turn: float, clock: Callable[[], float], between: Callable[[], None]) -> Card:
    """Return the card; where it can be waited for, that is done in turns of `turn` seconds.

    `between` is called after each turn in vain, and ends the waiting by raising.
    """
    return _Attentive(card, card.wait_for_return, (turn, clock, between)) if isinstance(card, Returning) else card


class _Attentive:
    """Everything is the card's own but the waiting."""

    def __init__(
        self,
        card: Card,
        wait: Callable[[float], None],
        turns: tuple[float, Callable[[], float], Callable[[], None]],
    ) -> None:
        self._card, self._wait = card, wait
        self._turn, self._clock, self._between = turns

    def exchange(self, command: bytes, /) -> bytes:
        return self._card.exchange(command)

    def wait_for_return(self, timeout: float, /) -> None:
        """A reader that is gone may come back within the time, as `PcscCard` has it."""
        end = self._clock() + timeout
        while True:
            try:
                return self._wait(max(0.0, min(self._turn, end - self._clock())))
            except (NoCard, NoReader):
                if self._clock() >= end:
                    raise
            self._between()

    def __getattr__(self, name: str) -> object:
        return getattr(self._card, name)
