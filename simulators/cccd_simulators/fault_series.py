# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Disturbances at the n-th command or answer, for any n: `6f00-at-command-7`, `dead-after-30-commands`.

Commands are counted as in a trace, protected answers for themselves; both from 1.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from cccd_reader.apdu.status import Sw
from cccd_simulators import fault_cards as cards
from cccd_simulators import removal
from cccd_simulators.fault_cards import Effect, meddled
from cccd_simulators.fault_files import Breaking

_NUMBER = "([0-9]{1,4})"


class Series(NamedTuple):
    """One disturbance for any number: name and title with a place for it, how, and the numbers that stand in lists."""

    name: str
    title: str
    make: Callable[[int], Breaking]
    listed: tuple[int, ...]

    def at(self, number: int) -> tuple[str, str, Breaking]:
        """Return name, title and breaking for one number."""
        return self.name.format(number), self.title.format(number), self.make(number)


def _at_answer(effect: Effect) -> Callable[[int], Breaking]:
    return lambda number: meddled(cards.protected_answer(number), effect)


SERIES = (
    Series(
        "6f00-at-command-{}",
        "command {} is answered with 6F00",
        lambda number: meddled(cards.command_number(number), cards.status(Sw.UNKNOWN)),
        (1, 4, 8, 14, 16),
    ),
    Series(
        "6f00-from-command-{}",
        "from command {} on there is nothing but 6F00",
        lambda number: meddled(cards.from_command(number), cards.status(Sw.UNKNOWN)),
        (12,),
    ),
    Series(
        "wrong-mac-at-answer-{}",
        "the MAC of protected answer {} is wrong",
        _at_answer(cards.wrong_mac),
        (1, 2, 8, 11),
    ),
    Series(
        "unprotected-success-at-answer-{}", "protected answer {} is 9000 alone", _at_answer(cards.in_clear(b"")), (4,)
    ),
    Series(
        "another-status-at-answer-{}",
        "protected answer {} says 6982 outside and 9000 inside",
        _at_answer(cards.with_status(0x6982)),
        (4,),
    ),
    Series(
        "answer-before-at-answer-{}",
        "protected answer {} is the answer before, once more",
        _at_answer(cards.previous_answer),
        (4,),
    ),
    Series("half-an-answer-at-answer-{}", "protected answer {} is cut off", _at_answer(cards.half), (4,)),
    Series(
        "silent-from-command-{}",
        "from command {} on there is no answer",
        lambda number: meddled(cards.from_command(number), cards.nothing),
        (1, 12),
    ),
    Series(
        "dead-after-{}-commands",
        "the card is gone after {} commands",
        lambda number: meddled(cards.from_command(number + 1), cards.removed),
        (0, 5, 15),
    ),
    Series(
        "taken-off-after-{}-commands",
        "the card is taken off after {} commands, and laid back",
        removal.taken_off,
        (0, 4, 9, 13, 17),
    ),
)

LISTED = tuple(series.at(number) for series in SERIES for number in series.listed)


def numbered(name: str) -> tuple[str, str, Breaking] | None:
    """Return the disturbance of this name, for any number of up to four digits; None for a name that is none.

    0 is a number only where it is listed: before the first command nothing can be disturbed.
    """
    for series in SERIES:
        found = re.fullmatch(series.name.format(_NUMBER), name)
        if found is not None and int(found[1]) >= min(1, *series.listed):
            return series.at(int(found[1]))
    return None
