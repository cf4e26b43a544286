# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A counter for tests: a reader on which cards are laid from a list, a clock that never waits, an ear for events."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cccd_reader.apdu.channel import Card
from cccd_reader.cli.watch import Desk
from cccd_reader.counter.events import Cleared, CounterEvent, Failed, Judged, Ready
from cccd_reader.counter.loop import Counter, Times
from cccd_reader.counter.station import Station
from cccd_reader.errors import NoCard
from cccd_reader.inspection.reading import Reading
from cccd_reader.inspection.report import Report
from cccd_reader.inspection.verify import verify
from cccd_reader.render.fields import COUNTER
from cccd_reader.scanners.access_text import Access, parse_access
from cccd_reader.vietnam.crosscheck import Given
from cccd_simulators.by_name import persona_of
from cccd_simulators.chip import power_up
from tests.support.trust import DEMONSTRATION

AT = datetime(2026, 6, 1, tzinfo=UTC)
NUMBER = parse_access("001090000000")
CAN = parse_access("000000")
"""Opens the same cards, and tells of nobody."""
WRONG_PERSON = parse_access("079090000000")
"""Opens the same cards, and is another's number."""


def judge(reading: Reading, given: Given | None) -> Report:
    """Judge under the demonstration country's trust store."""
    return verify(reading, DEMONSTRATION, at=AT, given=given)


class Ticks:
    """A clock that goes on by one second whenever somebody looks at it."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


@dataclass
class Place:
    """A reader on which the cards of a list are laid, each after `late` looks, and taken off after `stay` looks."""

    personas: list[str]
    late: int = 0
    stay: int = 2
    fails: Exception | None = None
    lying: int = 0
    opened: int = 0

    @contextmanager
    def open(self, timeout: float) -> Iterator[Card]:
        """Lay the next card there."""
        if self.late:
            self.late -= 1
            raise NoCard("no card")
        self.opened += 1
        self.lying = self.stay
        yield power_up(persona_of(self.personas.pop(0), None))

    def occupied(self) -> bool:
        """Count down to the removal."""
        if self.fails is not None:
            raise self.fails
        self.lying -= 1
        return self.lying >= 0


def quick() -> Times:
    """Times that pass by themselves."""
    return Times(clear=50.0, card=20.0, look=0.0, clock=Ticks())


def desk(station: Station, **others: object) -> Desk:
    """Return what a counter works with."""
    values = {"times": quick(), "fields": COUNTER, "scanner": None, "save_to": None} | others
    return Desk(station=station, judge=judge, **values)  # type: ignore[arg-type]  # -- each test's own


@dataclass
class Log:
    """Keeps what was told, and acts on it: `acts` are called with each event."""

    acts: list[Callable[[CounterEvent], None]] = field(default_factory=list)
    events: list[CounterEvent] = field(default_factory=list)

    def __call__(self, event: CounterEvent) -> None:
        self.events.append(event)
        for act in self.acts:
            act(event)

    @property
    def story(self) -> list[str]:
        """The events by name, those of the reading once."""
        names = [_name(event) for event in self.events]
        return [name for index, name in enumerate(names) if name != "Heard" or names[index - 1] != "Heard"]


def _name(event: CounterEvent) -> str:
    if isinstance(event, Cleared):
        return f"Cleared {event.why.value}"
    if isinstance(event, Failed):
        return f"Failed {type(event.error).__name__}"
    if isinstance(event, Judged):
        return f"Judged {event.report.verdict.value}"
    return type(event).__name__


def serve(
    place: Station,
    customers: list[Access],
    *acts: Callable[[CounterEvent, Counter], None],
    early: dict[str, Access] | None = None,
) -> Log:
    """Give a text whenever the desk is ready, unless one came early, and stop when there are no more."""
    log, early = Log(), early if early is not None else {}
    counter = Counter(place, judge, log, quick())

    def host(event: CounterEvent) -> None:
        if isinstance(event, Ready):
            if customers:
                counter.give(customers.pop(0))
            elif not early.pop("text", None):
                counter.stop()

    log.acts = [host, *(lambda event, act=act: act(event, counter) for act in acts)]
    counter.run()
    return log
