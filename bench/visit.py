# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""One whole visit to a chip, split by phase: commands, bytes and seconds, and when the first text was there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bench.cards import KEY, Card, Way
from cccd_reader.apdu import commands
from cccd_reader.apdu.trace import Exchange, Traffic
from cccd_reader.inspection.events import Attempted, Event, Progress, Step
from cccd_reader.inspection.read import read
from cccd_reader.inspection.reading import ProofOutcome, Reading
from cccd_simulators.chip import VirtualChip
from cccd_simulators.link import Link, LinkedCard, VirtualClock


class Phase(StrEnum):
    """What the time went into."""

    ACCESS = "access"
    LISTS = "lists and signature"
    TEXT = "text files"
    KEYS = "keys of the chip"
    PROOFS = "proofs"
    PHOTO = "photo"
    REFUSED = "refused files"


ON_TOP = (Phase.ACCESS, Phase.PROOFS)
"""What is counted on top of the files: EF.CardAccess, PACE, Active and Chip Authentication."""

_FILES = {"DG14": Phase.KEYS, "DG15": Phase.KEYS, "DG2": Phase.PHOTO, "DG3": Phase.REFUSED, "DG4": Phase.REFUSED}
_FIRST_TEXT = {"DG1", "DG13"}


@dataclass
class Visit:
    """A listener and observer of one reading; afterwards its account."""

    clock: Callable[[], float]
    phases: dict[Phase, Traffic] = field(default_factory=lambda: {phase: Traffic() for phase in Phase})
    opened: float = 0.0
    first_text: float = 0.0
    """Seconds from the moment that access was granted until DG1 and DG13 were whole."""
    _phase: Phase = Phase.ACCESS
    _texts: set[str] = field(default_factory=set)

    def on_event(self, event: Event) -> None:
        """Note which phase begins, and when something has arrived."""
        if isinstance(event, Attempted):
            self.opened = self.clock()
        elif isinstance(event, Progress) and event.step is Step.PROOF:
            self._phase = Phase.PROOFS
        elif isinstance(event, Progress) and event.step is Step.FILE:
            self._file(event)

    def observe(self, exchange: Exchange) -> None:
        """Book one command. SELECT of the application belongs to the files, whichever protocol opened the chip."""
        selects = exchange.header[1] == commands.SELECT and exchange.header[2] == 0x04
        self.phases[Phase.LISTS if selects else self._phase].add(exchange)

    def of(self, *phases: Phase) -> Traffic:
        """Return the sum over some phases, all of them where none is named."""
        total = Traffic()
        for each in (self.phases[phase] for phase in phases or Phase):
            total.apdus += each.apdus
            total.bytes_out += each.bytes_out
            total.bytes_in += each.bytes_in
            total.seconds += each.seconds
        return total

    @property
    def files(self) -> Traffic:
        """The sum without what is counted on top."""
        return self.of(*(phase for phase in Phase if phase not in ON_TOP))

    def _file(self, event: Progress) -> None:
        text = Phase.LISTS if event.subject in {"COM", "SOD"} else Phase.TEXT
        self._phase = _FILES.get(event.subject, text)
        if event.total and event.done >= event.total and event.subject in _FIRST_TEXT - self._texts:
            self._texts.add(event.subject)
            self.first_text = self.clock() - self.opened


def visit(card: Card, way: Way, link: Link) -> tuple[Reading, Visit]:
    """Read the card over a modelled link, on a virtual clock, and return what it gave and the account."""
    clock = VirtualClock()
    account = Visit(clock)
    options = replace(way.options, clock=clock, on_event=account.on_event, observer=account.observe)
    reading = read(LinkedCard(VirtualChip(card.persona), link, clock), KEY, options)
    if any(proof.outcome is not ProofOutcome.DONE for proof in reading.proofs) or reading.access.renewals:
        raise AssertionError("the reading was disturbed")
    return reading, account
