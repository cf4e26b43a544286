# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The counter's loop: every way in which a customer is served, or not, and what is left on the desk."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from cccd_reader.apdu.channel import Card
from cccd_reader.counter.events import (
    AccessTaken,
    CardAwaited,
    CardPresent,
    Cleared,
    CounterEvent,
    Failed,
    Heard,
    Judged,
    Ready,
    Removed,
)
from cccd_reader.counter.loop import Counter, Times
from cccd_reader.counter.mailbox import Mailbox
from cccd_reader.counter.station import Station
from cccd_reader.errors import AccessDenied, CardRemoved, NoCard, ServiceUnavailable
from cccd_reader.inspection.policy import VerdictKind
from cccd_reader.inspection.reading import Reading
from cccd_reader.inspection.report import Report
from cccd_reader.inspection.verify import verify
from cccd_reader.scanners.access_text import Access, parse_access
from cccd_reader.vietnam.crosscheck import Given
from cccd_simulators.by_name import persona_of
from cccd_simulators.chip import power_up
from tests.support.trust import DEMONSTRATION

AT = datetime(2026, 6, 1, tzinfo=UTC)
NUMBER = parse_access("001090000000")


def _judge(reading: Reading, given: Given | None) -> Report:
    return verify(reading, DEMONSTRATION, at=AT, given=given)


class Ticks:
    """A clock that goes on by one second whenever somebody looks at it."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


@dataclass
class Desk:
    """A reader on which the cards of a list are laid, each after `late` looks, and taken off after `stay` looks."""

    personas: list[str]
    late: int = 0
    stay: int = 2
    fails: Exception | None = None
    lying: int = 0
    opened: int = 0

    @contextmanager
    def open(self, timeout: float) -> Iterator[Card]:
        if self.late:
            self.late -= 1
            raise NoCard("no card")
        self.opened += 1
        self.lying = self.stay
        yield power_up(persona_of(self.personas.pop(0), None))

    def occupied(self) -> bool:
        if self.fails is not None:
            raise self.fails
        self.lying -= 1
        return self.lying >= 0


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


def _serve(
    desk: Station,
    customers: list[Access],
    *acts: Callable[[CounterEvent, Counter], None],
    early: dict[str, Access] | None = None,
) -> Log:
    """Give a text whenever the desk is ready, unless one came early, and stop when there are no more."""
    log, early = Log(), early if early is not None else {}
    counter = Counter(desk, _judge, log, Times(clear=50.0, card=20.0, look=0.0, clock=Ticks()))

    def host(event: CounterEvent) -> None:
        if isinstance(event, Ready):
            if customers:
                counter.give(customers.pop(0))
            elif not early.pop("text", None):
                counter.stop()

    log.acts = [host, *(lambda event, act=act: act(event, counter) for act in acts)]
    counter.run()
    return log


SERVED = ["Ready", "AccessTaken", "CardPresent", "Heard", "Judged accepted", "Removed", "Cleared time"]


def test_two_customers_one_after_the_other() -> None:
    log = _serve(Desk(["cccd", "cccd:clone-without-keys"]), [NUMBER, NUMBER])
    rejected = ["Judged rejected" if name == "Judged accepted" else name for name in SERVED]
    assert log.story == [*SERVED, *rejected, "Ready"]


def test_the_reader_is_waited_for() -> None:
    log = _serve(Desk(["cccd"], late=3), [NUMBER])
    assert log.story == ["Ready", "AccessTaken", "CardAwaited", *SERVED[2:], "Ready"]
    assert sum(isinstance(event, CardAwaited) for event in log.events) == 1


def test_a_card_that_never_comes() -> None:
    log = _serve(Desk(["cccd"], late=1000), [NUMBER])
    assert log.story == ["Ready", "AccessTaken", "CardAwaited", "Failed NoCard", "Cleared time", "Ready"]


def test_the_wrong_number_and_then_the_right_one_while_the_card_lies_there() -> None:
    log = _serve(Desk(["cccd", "cccd"]), [parse_access("001090000001"), NUMBER])
    assert log.story[:6] == ["Ready", "AccessTaken", "CardPresent", "Heard", "Failed AccessDenied", "Cleared time"]
    assert log.story[6:] == [*SERVED, "Ready"]
    assert any(isinstance(event, Failed) and isinstance(event.error, AccessDenied) for event in log.events)


def test_a_text_that_comes_early_waits_for_the_removal() -> None:
    def hurry(event: CounterEvent, counter: Counter) -> None:
        if isinstance(event, Judged) and desk.personas:
            early["text"] = NUMBER
            counter.give(NUMBER)

    desk = Desk(["cccd", "cccd"], stay=4)
    early: dict[str, Access] = {}
    log = _serve(desk, [NUMBER], hurry, early=early)
    first = [*SERVED[:-1], "Cleared next"]
    assert log.story == [*first, *SERVED, "Ready"]


def test_a_card_that_is_left_lying_shows_nothing_for_ever() -> None:
    log = _serve(Desk(["cccd"], stay=200), [NUMBER])
    assert log.story == [*SERVED[:5], "Cleared time", "Removed", "Ready"]


def test_somebody_clears_the_screen_twice_while_the_card_lies_there() -> None:
    def impatient(event: CounterEvent, counter: Counter) -> None:
        if isinstance(event, Judged | Cleared):
            counter.cancel()

    log = _serve(Desk(["cccd"], stay=5), [NUMBER], impatient)
    assert log.story == [*SERVED[:5], "Cleared person", "Removed", "Ready"]


@pytest.mark.parametrize("kind", [CardPresent, Heard, AccessTaken])
def test_a_reading_is_cancelled(kind: type[CounterEvent]) -> None:
    def regret(event: CounterEvent, counter: Counter) -> None:
        if isinstance(event, kind):
            counter.cancel()

    log = _serve(Desk(["cccd", "cccd"]), [NUMBER], regret)
    assert log.story[-2:] == ["Cleared person", "Ready"]
    assert not any(isinstance(event, Judged) for event in log.events)


@pytest.mark.parametrize("kind", [Ready, AccessTaken, CardPresent, Heard, Judged, Removed])
def test_closing_at_any_moment_leaves_nothing(kind: type[CounterEvent]) -> None:
    def close(event: CounterEvent, counter: Counter) -> None:
        if isinstance(event, kind):
            counter.stop()

    log = _serve(Desk(["cccd"]), [NUMBER], close)
    assert log.story[-1] == ("Ready" if kind is Ready else "Cleared stopped")


def test_a_card_taken_off_too_early_is_said() -> None:
    log = _serve(Desk(["cccd:dead-after-15-commands"]), [NUMBER])
    assert log.story[-3:] == ["Failed CardRemoved", "Cleared time", "Ready"]
    assert any(isinstance(event, Failed) and isinstance(event.error, CardRemoved) for event in log.events)


def test_a_reader_that_is_gone_after_the_verdict() -> None:
    desk = Desk(["cccd"])
    desk.fails = ServiceUnavailable("stopped")
    log = _serve(desk, [NUMBER])
    assert log.story == [*SERVED[:5], "Failed ServiceUnavailable", "Removed", "Cleared time", "Ready"]


def test_what_was_typed_is_compared() -> None:
    log = _serve(Desk(["cccd"]), [parse_access("079090000000")])
    judged = next(event for event in log.events if isinstance(event, Judged))
    assert judged.report.verdict is VerdictKind.REJECTED
    assert "consistency.given" in {check.id for check in judged.report.decisive}


def test_no_event_shows_what_it_holds() -> None:
    log = _serve(Desk(["cccd"]), [NUMBER])
    shown = " ".join(repr(event) for event in log.events)
    for secret in ("001090000000", "NGUYEN", "090000000", "Nguyễn"):
        assert secret not in shown


# the mailbox


def test_the_last_text_is_the_one_that_is_meant() -> None:
    mail = Mailbox()
    other = parse_access("001090000001")
    mail.give(other)
    mail.give(NUMBER)
    assert mail.take_access() is NUMBER
    assert mail.take_access() is None


def test_a_cancel_drops_the_text_too() -> None:
    mail = Mailbox()
    mail.give(NUMBER)
    mail.cancel()
    assert (mail.take_access(), mail.take_cancel(), mail.take_cancel()) == (None, True, False)


def test_a_request_from_another_thread_wakes_the_sleeper() -> None:
    mail = Mailbox()
    helper = threading.Timer(0.05, mail.stop)
    helper.start()
    mail.sleep(60.0)
    mail.doze(60.0)
    helper.join()
    assert mail.stopped
