# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Make many visits in this process, and tell what came of them and what they left behind."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from cccd_reader.errors import CccdError, TransportError
from cccd_reader.inspection.events import CardLost, Event
from cccd_reader.inspection.read import Patience, ReadOptions, read
from cccd_reader.transport.pcsc import open_card
from cccd_simulators.chip import power_up
from cccd_simulators.vpcd import VpcdBridge
from tests.soak.cases import Case, Troubled, persona
from tests.soak.machine import Holdings
from tests.soak.oracle import Outcome, failed, judged
from tests.support.pcscd import READER, wait_until_empty

Visit = Callable[[Case], Outcome]
EVERY = 500
"""Visits between two lines of progress."""
MEMORY = 24 * 1024
"""KiB by which a process may have grown since it was warm, whatever the number of visits: no leak of a file a visit."""


@dataclass
class Summary:
    """What came of the visits: outcomes by name, finds, and what the process held when warm and at the end."""

    visits: int = 0
    masked: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    warm: Holdings | None = None
    last: Holdings | None = None

    def add(self, case: Case, outcome: Outcome) -> None:
        """Count one visit."""
        self.visits += 1
        self.masked += outcome.masked
        self.outcomes[outcome.found] += 1
        if outcome.wrong:
            self.wrong.append(f"{case}: {outcome.found}: {outcome.wrong}")

    @property
    def leaks(self) -> list[str]:
        """What the process holds that it did not hold when it was warm."""
        if self.warm is None or self.last is None:
            return []
        found = [] if self.last.kib - self.warm.kib < MEMORY else [f"memory: {self.warm} -> {self.last}"]
        if self.last.files > self.warm.files:
            found.append(f"file descriptors: {self.warm.files} -> {self.last.files}")
        if self.last.threads > self.warm.threads:
            found.append(f"threads: {self.warm.threads} -> {self.last.threads}")
        return found

    def __str__(self) -> str:
        outcomes = ", ".join(f"{count} {name}" for name, count in self.outcomes.most_common())
        lines = [f"{self.visits} visits: {outcomes}; {self.masked} forged files that were not read"]
        lines += [f"warm: {self.warm}", f"last: {self.last}"]
        return "\n".join([*lines, *(f"WRONG {each}" for each in self.wrong), *(f"LEAK {each}" for each in self.leaks)])


def in_process(case: Case) -> Outcome:
    """Read and judge one chip in this process; a slow one takes no time of ours."""
    seconds = [0.0]

    def sleep(delay: float) -> None:
        seconds[0] += delay

    card = Troubled(power_up(persona(case.chip), sleep), case)
    options = ReadOptions(lengths=case.lengths, block_size=case.block_size, clock=lambda: seconds[0])
    try:
        return judged(case, card, read(card, persona(case.chip).keys, options), exact=True)
    except CccdError as error:
        return failed(case, error, exact=True)


def through_the_service(case: Case) -> Outcome:
    """Read and judge one chip that lies in the virtual reader of a running pcscd."""
    card = Troubled(power_up(persona(case.chip), lambda _: None), case)
    bridge = VpcdBridge(card)

    def lay_back(event: Event) -> None:
        if isinstance(event, CardLost):
            with suppress(TransportError):  # what ended the bridge is what has just been told
                bridge.close()
            bridge.start()

    options = ReadOptions(lengths=case.lengths, block_size=case.block_size, patience=Patience(20), on_event=lay_back)

    wait_until_empty()
    bridge.start()
    try:
        with open_card(READER, timeout=20) as opened:
            return judged(case, card, read(opened, persona(case.chip).keys, options), exact=False)
    except CccdError as error:
        return failed(case, error, exact=False)
    finally:
        with suppress(CccdError):  # a chip that went away by itself
            bridge.close()


def soak(visit: Visit, cases: Iterable[Case], warm: int, tell: Callable[[str], None] = print) -> Summary:
    """Make the visits one after the other; after the first `warm` ones nothing may grow any more."""
    summary = Summary()
    for case in cases:
        summary.add(case, _guarded(visit, case))
        if summary.visits % EVERY == 0 or summary.visits == warm:
            summary.last = Holdings.now()
            tell(f"{summary.visits:6} visits: {summary.last}, {len(summary.wrong)} wrong")
        if summary.visits == warm:
            summary.warm = summary.last
    summary.last = Holdings.now()
    return summary


def _guarded(visit: Visit, case: Case) -> Outcome:
    try:
        return visit(case)
    except Exception as error:  # noqa: BLE001 -- the find that a soak looks for
        return Outcome(type(error).__name__, traceback.format_exc())
