# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The scene: pure, defined for every event in every stage, and empty of a customer once the desk is cleared."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from types import FunctionType, ModuleType

import pytest

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
    Why,
)
from cccd_reader.counter.scene import Scene, Stage, advance
from cccd_reader.errors import AccessDenied, CardRemoved, CccdError
from cccd_reader.inspection.events import CardLost, CardReturned, Event, FileRead, Progress, Step
from cccd_reader.inspection.reading import Evidence
from cccd_reader.inspection.report import Report
from cccd_reader.lds import files as ef
from cccd_reader.scanners.access_text import Access
from tests.support.counter import NUMBER, Place, serve

NAME = "A reader"
DG1 = FileRead(ef.data_group(1), b"first")
DG1_AGAIN = FileRead(ef.data_group(1), b"again")


@pytest.fixture(scope="module")
def judged() -> Judged:
    """The verdict of a real customer."""
    return next(event for event in serve(Place(["cccd"]), [NUMBER]).events if isinstance(event, Judged))


@pytest.fixture(scope="module")
def events(judged: Judged) -> dict[str, CounterEvent]:
    """One of each kind."""
    heard: dict[str, Event] = {
        "progress": Progress(Step.FILE, "DG1", 1, 2),
        "file": DG1,
        "lost": CardLost(CardRemoved("gone"), 20.0),
        "returned": CardReturned(),
    }
    told: list[CounterEvent] = [Ready(), AccessTaken(NUMBER), CardAwaited(), CardPresent(NAME), judged, Removed()]
    failed, cleared = Failed(AccessDenied("no")), Cleared(Why.PERSON)
    named = {type(event).__name__: event for event in (*told, failed, cleared)}
    return named | {name: Heard(event) for name, event in heard.items()}


def scene_of(events: dict[str, CounterEvent], *names: str) -> Scene:
    scene = Scene()
    for name in names:
        scene = advance(scene, events[name])
    return scene


SERVED = ("Ready", "AccessTaken", "CardPresent", "progress", "file", "Judged")
WAYS = {
    Stage.READY: ("Ready",),
    Stage.CARD: ("Ready", "AccessTaken", "CardAwaited"),
    Stage.READING: SERVED[:-1],
    Stage.LOST: (*SERVED[:-1], "lost"),
    Stage.VERDICT: SERVED,
    Stage.FAILED: (*SERVED[:-1], "Failed"),
    Stage.TAKE_OFF: (*SERVED, "Cleared"),
}
EXPECTED = {
    "Ready": dict.fromkeys(Stage, Stage.READY),
    "AccessTaken": dict.fromkeys(Stage, Stage.CARD),
    "CardAwaited": dict.fromkeys(Stage, Stage.CARD),
    "CardPresent": dict.fromkeys(Stage, Stage.READING),
    "Judged": dict.fromkeys(Stage, Stage.VERDICT),
    "Failed": dict.fromkeys(Stage, Stage.FAILED) | {each: each for each in (Stage.VERDICT, Stage.TAKE_OFF)},
    "Removed": {stage: stage for stage in Stage},
    "Cleared": dict.fromkeys(Stage, Stage.READY) | {Stage.VERDICT: Stage.TAKE_OFF},
    "progress": {stage: stage for stage in Stage},
    "file": {stage: stage for stage in Stage},
    "lost": dict.fromkeys(Stage, Stage.LOST),
    "returned": dict.fromkeys(Stage, Stage.READING),
}


def test_every_stage_is_reached(events: dict[str, CounterEvent]) -> None:
    assert {stage: scene_of(events, *way).stage for stage, way in WAYS.items()} == {stage: stage for stage in Stage}


def test_every_event_in_every_stage(events: dict[str, CounterEvent]) -> None:
    found = {name: {stage: scene_of(events, *WAYS[stage], name).stage for stage in Stage} for name in events}
    assert found == EXPECTED


CUSTOMERS = (Access, FileRead, Evidence, Report, CccdError, bytes)
"""Whatever belongs to a customer is one of these, or is held by one."""


def held(found: object) -> Iterable[object]:
    """Everything that can be reached from an object, but for code."""
    seen: dict[int, object] = {}
    waiting = [found]
    while waiting:
        each = waiting.pop()
        if id(each) not in seen and not isinstance(each, type | ModuleType | FunctionType):
            seen[id(each)] = each
            waiting += gc.get_referents(each)
    return seen.values()


@pytest.mark.parametrize("end", [("Cleared",), ("Cleared", "Removed"), ("Removed", "Cleared"), ("Cleared", "Ready")])
@pytest.mark.parametrize("stage", Stage)
def test_nothing_of_a_customer_is_held_after_clearing(
    stage: Stage, end: tuple[str, ...], events: dict[str, CounterEvent]
) -> None:
    scene = scene_of(events, *WAYS[stage], *end)
    assert [type(each) for each in held(scene) if isinstance(each, CUSTOMERS)] == []
    assert scene.reader in (None, NAME)


def test_what_is_looked_for_is_found(events: dict[str, CounterEvent]) -> None:
    kinds = {kind for kind in CUSTOMERS for each in held(scene_of(events, *SERVED)) if isinstance(each, kind)}
    assert kinds >= {Access, Evidence, Report, bytes}


def test_a_file_that_comes_again_replaces_the_first(events: dict[str, CounterEvent]) -> None:
    scene = advance(scene_of(events, *SERVED[:-1]), Heard(DG1_AGAIN))
    assert [each.content for each in scene.files] == [b"again"]
    assert scene.evidence.content(ef.data_group(1)) == b"again"


def test_the_next_card_begins_without_the_files_of_the_last(events: dict[str, CounterEvent]) -> None:
    assert scene_of(events, *SERVED[:-1], "CardPresent").files == ()


def test_files_that_nobody_verified_end_with_the_verdict(events: dict[str, CounterEvent]) -> None:
    for end in ("Judged", "Failed"):
        assert scene_of(events, *SERVED[:-1], end).files == ()


def test_the_next_customer_waits_while_a_card_lies_there(events: dict[str, CounterEvent]) -> None:
    busy = {stage for stage, way in WAYS.items() if scene_of(events, *way).busy}
    assert busy == {Stage.READING, Stage.LOST, Stage.VERDICT, Stage.TAKE_OFF}
    assert not scene_of(events, *SERVED, "Removed").busy


def test_a_scene_hides_what_it_holds(events: dict[str, CounterEvent]) -> None:
    assert {repr(scene_of(events, *way)) for way in WAYS.values()} <= {
        f"Scene({stage.value}, {count} files)" for stage in Stage for count in (0, 1)
    }
