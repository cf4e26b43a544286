# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A counter's reader in software: cards of a list are laid on it, one a customer, and taken off a while later."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

from cccd_reader.apdu.channel import Card
from cccd_simulators.by_name import persona_of
from cccd_simulators.chip import power_up


class SimulatedStation:
    """A reader that holds the next card of `names` (`persona` or `persona:fault`) whenever it is opened.

    Each lies there until `stay` seconds after it was read. After the last the first comes again. Raises `Unsupported`
    for a name that is none.
    """

    def __init__(
        self,
        names: Sequence[str],
        folder: Path | None = None,
        stay: float = 3.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._personas = cycle([persona_of(name, folder) for name in names])
        self._stay = stay
        self._clock = clock
        self._gone_at = clock()

    @contextmanager
    def open(self, timeout: float) -> Iterator[Card]:
        """Lay the next card there and power it up."""
        try:
            yield power_up(next(self._personas))
        finally:
            self._gone_at = self._clock() + self._stay

    def occupied(self) -> bool:
        """True until the card is taken off."""
        return self._clock() < self._gone_at
