# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The tools of the benchmarks: what they call a floor, a ratio and a layer."""

from __future__ import annotations

import pytest

from bench.__main__ import count_line, line, split_lines
from bench.cards import Card, Way
from bench.layers import Places, stopwatches
from bench.machine import machine
from bench.measure import Count, Result, Split, calls
from bench.own_time import LAYERS, Subject
from bench.replay import Recording


def test_a_result_is_met_within_goal_and_limit() -> None:
    assert Result("a", "floor", 1.0, 2.0).met
    assert Result("a", "floor", 1.0, 2.0, goal=2.0).met
    assert not Result("a", "floor", 1.0, 2.1, goal=2.0).met
    assert not Result("a", "floor", 1.0, 2.1, limit=2.0).met
    assert Result("a", "floor", 2.0, 4.0).node()["per_second"] == 0.25
    assert Count("a", 2, 3, 3).met
    assert not Count("a", 2, 4, 3).met


def test_the_tables_say_what_is_missed() -> None:
    missed = line(Result("a", "floor", 0.001, 0.003, goal=2.0, limit=0.002))
    assert " ".join(missed.split()) == "a 1.000 3.000 3.00 333.3 <= 2.00 floors, <= 2 ms MISSED"
    assert " ".join(count_line(Count("a", 2, 3, 3)).split()) == "a 2 3 1.50 <= 3 met"
    assert [row.split() for row in split_lines(Split("a", {"b": 0.001, "c": 0.003}))] == [
        ["a", "4.000"],
        ["b", "1.000", "25%"],
        ["c", "3.000", "75%"],
    ]


class _Outer:
    def run(self) -> str:
        return _Inner.make("x") + _Inner.make("y")


class _Inner:
    @classmethod
    def make(cls, text: str) -> str:
        return f"{cls.__name__}{text}"


def test_a_layer_is_charged_with_its_own_time_alone() -> None:
    before = vars(_Inner)["make"]
    ticks = iter((10, 11, 14, 16, 21, 28))  # the outer begins; the inner begins and ends, twice; the outer ends
    layers: dict[str, Places] = {"outer": ((_Outer, ("run",)),), "inner": ((_Inner, ("make",)),)}
    with stopwatches(layers, lambda: next(ticks)) as watches:
        assert _Outer().run() == "_Innerx_Innery"
    assert vars(_Inner)["make"] is before
    assert watches.seconds == {"outer": 1 + 2 + 7, "inner": 3 + 5}


def test_an_error_leaves_no_stopwatch_running() -> None:
    with stopwatches({"inner": ((_Inner, ("make",)),)}) as watches:
        with pytest.raises(TypeError):
            _Inner.make()  # type: ignore[call-arg]  # -- that is the error
        assert _Inner.make("x") == "_Innerx"
    assert list(watches.seconds) == ["inner"]


@pytest.fixture(scope="module")
def subject() -> Subject:
    return Subject(Way.EXTENDED)


def test_the_recorded_visit_is_read_and_accepted_again(subject: Subject) -> None:
    first, second = subject.read(), subject.read()
    assert (first.files, first.proofs) == (second.files, second.proofs)
    subject.inspect()
    subject.floor()()


def test_every_layer_is_found_in_an_inspection(subject: Subject) -> None:
    with stopwatches(LAYERS) as watches:
        subject.inspect()
    assert set(watches.seconds) == set(LAYERS)


def test_a_recording_refuses_another_terminal() -> None:
    recording = Recording.of(Card.of(15_000, Way.EXTENDED), Way.EXTENDED)
    recording.dialogue[3] = (b"", b"")
    with pytest.raises(AssertionError, match="repeat"):
        recording.read()


def test_calls_are_counted() -> None:
    assert calls(lambda: [_called(each) for each in range(3)], _called) == 3


def _called(number: int) -> int:
    return number


def test_a_run_says_what_it_was_made_with() -> None:
    about = machine()
    assert set(about) == {"commit", "python", "openssl", "cpu", "cores", "load"}
    assert all(about.values())
