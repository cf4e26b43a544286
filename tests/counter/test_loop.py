# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The counter's loop: every way in which a customer is served, or not, and what is left on the desk."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

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
from cccd_reader.counter.loop import Counter
from cccd_reader.counter.mailbox import Mailbox
from cccd_reader.errors import AccessDenied, CardRemoved, ServiceUnavailable
from cccd_reader.inspection.events import CardLost
from cccd_reader.inspection.policy import VerdictKind
from cccd_reader.inspection.reading import Reading
from cccd_reader.inspection.report import Report
from cccd_reader.scanners.access_text import Access, parse_access
from cccd_reader.vietnam.crosscheck import Given
from cccd_simulators.by_name import persona_of
from cccd_simulators.chip import power_up
from cccd_simulators.removal import MovingCard, Stay
from tests.support.counter import CAN, NUMBER, WRONG_PERSON, Log, Place, quick, serve

SERVED = ["Ready", "AccessTaken", "CardPresent", "Heard", "Judged accepted", "Removed", "Cleared time"]


def test_two_customers_one_after_the_other() -> None:
    log = serve(Place(["cccd", "cccd:clone-without-keys"]), [NUMBER, NUMBER])
    rejected = ["Judged rejected" if name == "Judged accepted" else name for name in SERVED]
    assert log.story == [*SERVED, *rejected, "Ready"]


def test_the_reader_is_waited_for() -> None:
    log = serve(Place(["cccd"], late=3), [NUMBER])
    assert log.story == ["Ready", "AccessTaken", "CardAwaited", *SERVED[2:], "Ready"]
    assert sum(isinstance(event, CardAwaited) for event in log.events) == 1


def test_a_card_that_never_comes() -> None:
    log = serve(Place(["cccd"], late=1000), [NUMBER])
    assert log.story == ["Ready", "AccessTaken", "CardAwaited", "Failed NoCard", "Cleared time", "Ready"]


def test_the_wrong_number_and_then_the_right_one_while_the_card_lies_there() -> None:
    log = serve(Place(["cccd", "cccd"]), [parse_access("001090000001"), NUMBER])
    assert log.story[:6] == ["Ready", "AccessTaken", "CardPresent", "Heard", "Failed AccessDenied", "Cleared time"]
    assert log.story[6:] == [*SERVED, "Ready"]
    assert any(isinstance(event, Failed) and isinstance(event.error, AccessDenied) for event in log.events)


def test_a_text_that_comes_early_waits_for_the_removal() -> None:
    def hurry(event: CounterEvent, counter: Counter) -> None:
        if isinstance(event, Judged) and desk.personas:
            early["text"] = CAN
            counter.give(CAN)

    desk = Place(["cccd", "cccd"], stay=4)
    early: dict[str, Access] = {}
    log = serve(desk, [NUMBER], hurry, early=early)
    first = [*SERVED[:-1], "Cleared next"]
    assert log.story == [*first, *SERVED, "Ready"]


def test_a_card_that_is_left_lying_shows_nothing_for_ever() -> None:
    log = serve(Place(["cccd"], stay=200), [NUMBER])
    assert log.story == [*SERVED[:5], "Cleared time", "Removed", "Ready"]


def test_somebody_clears_the_screen_twice_while_the_card_lies_there() -> None:
    def impatient(event: CounterEvent, counter: Counter) -> None:
        if isinstance(event, Judged | Cleared):
            counter.cancel()

    log = serve(Place(["cccd"], stay=5), [NUMBER], impatient)
    assert log.story == [*SERVED[:5], "Cleared person", "Removed", "Ready"]


@pytest.mark.parametrize("kind", [CardPresent, Heard, AccessTaken])
def test_a_reading_is_cancelled(kind: type[CounterEvent]) -> None:
    def regret(event: CounterEvent, counter: Counter) -> None:
        if isinstance(event, kind):
            counter.cancel()

    log = serve(Place(["cccd", "cccd"]), [NUMBER], regret)
    assert log.story[-2:] == ["Cleared person", "Ready"]
    assert not any(isinstance(event, Judged) for event in log.events)


@pytest.mark.parametrize("kind", [Ready, AccessTaken, CardPresent, Heard, Judged, Removed])
def test_closing_at_any_moment_leaves_nothing(kind: type[CounterEvent]) -> None:
    def close(event: CounterEvent, counter: Counter) -> None:
        if isinstance(event, kind):
            counter.stop()

    log = serve(Place(["cccd"]), [NUMBER], close)
    assert log.story[-1] == ("Ready" if kind is Ready else "Cleared stopped")


def test_a_card_taken_off_too_early_is_said() -> None:
    log = serve(Place(["cccd:dead-after-15-commands"]), [NUMBER])
    assert log.story[-3:] == ["Failed CardRemoved", "Cleared time", "Ready"]
    assert any(isinstance(event, Failed) and isinstance(event.error, CardRemoved) for event in log.events)


def test_a_reader_that_is_gone_after_the_verdict() -> None:
    desk = Place(["cccd"])
    desk.fails = ServiceUnavailable("stopped")
    log = serve(desk, [NUMBER])
    assert log.story == [*SERVED[:5], "Failed ServiceUnavailable", "Removed", "Cleared time", "Ready"]


def test_what_was_typed_is_compared() -> None:
    log = serve(Place(["cccd"]), [WRONG_PERSON])
    judged = next(event for event in log.events if isinstance(event, Judged))
    assert judged.report.verdict is VerdictKind.REJECTED
    assert "consistency.given" in {check.id for check in judged.report.decisive}


def test_a_scanner_that_reads_the_same_code_again_and_again() -> None:
    taken = []

    def again(event: CounterEvent, counter: Counter) -> None:
        if isinstance(event, CardPresent | Heard | Judged):
            taken.append(counter.give(parse_access("001090000000")))

    log = serve(Place(["cccd"], stay=4), [NUMBER], again)
    assert log.story == [*SERVED, "Ready"]
    assert not any(taken)


def test_the_same_text_begins_anew_once_the_card_has_gone() -> None:
    def again(event: CounterEvent, counter: Counter) -> None:
        if isinstance(event, Removed) and place.personas:
            early["text"] = NUMBER
            assert counter.give(NUMBER)

    place, early = Place(["cccd", "cccd"]), dict[str, Access]()
    log = serve(place, [NUMBER], again, early=early)
    assert log.story == [*SERVED[:-1], "Cleared next", *SERVED, "Ready"]


def test_another_text_replaces_one_whose_card_has_not_come() -> None:
    def correct(event: CounterEvent, counter: Counter) -> None:
        if isinstance(event, CardAwaited):
            early["text"] = NUMBER
            counter.give(NUMBER)

    early: dict[str, Access] = {}
    log = serve(Place(["cccd"], late=2), [WRONG_PERSON], correct, early=early)
    assert log.story == ["Ready", "AccessTaken", "CardAwaited", "Cleared next", *SERVED, "Ready"]


class Gone:
    """A reader whose card is taken off in the midst, and never laid back."""

    @contextmanager
    def open(self, timeout: float) -> Iterator[Card]:
        yield MovingCard([Stay(power_up(persona_of("cccd")), 12)])

    def occupied(self) -> bool:
        return False


def test_a_card_that_does_not_come_back_in_time() -> None:
    log = serve(Gone(), [NUMBER])
    assert log.story[-4:] == ["Heard", "Failed CardRemoved", "Cleared time", "Ready"]
    assert any(isinstance(event, Heard) and isinstance(event.event, CardLost) for event in log.events)


def test_waiting_for_a_card_to_come_back_is_cancelled() -> None:
    def regret(event: CounterEvent, counter: Counter) -> None:
        if isinstance(event, Heard) and isinstance(event.event, CardLost):
            counter.cancel()

    assert serve(Gone(), [NUMBER], regret).story[-2:] == ["Cleared person", "Ready"]


def test_what_a_listener_or_the_judge_raises_ends_the_counter() -> None:
    def clumsy(event: CounterEvent, counter: Counter) -> None:
        if isinstance(event, Judged):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        serve(Place(["cccd"]), [NUMBER], clumsy)

    def broken(reading: Reading, given: Given | None) -> Report:
        raise ZeroDivisionError

    counter = Counter(Place(["cccd"]), broken, Log(), quick())
    counter.give(NUMBER)
    with pytest.raises(ZeroDivisionError):
        counter.run()


def test_no_event_shows_what_it_holds() -> None:
    log = serve(Place(["cccd"]), [NUMBER])
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
