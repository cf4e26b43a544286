# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Time two ways of doing a thing in turn, so that whatever else the machine does hits both alike."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from types import FrameType


@dataclass(frozen=True)
class Result:
    """One line of the table: seconds of the floor and of ours, and what ours may cost.

    `floor_is` tells in words what the floor is. A `goal` is a number of floors, a `limit` seconds; where both are None
    the line is there for comparison.
    """

    name: str
    floor_is: str
    floor: float
    ours: float
    goal: float | None = None
    limit: float | None = None

    @property
    def ratio(self) -> float:
        """How many floors ours costs."""
        return self.ours / self.floor

    @property
    def met(self) -> bool:
        """True where ours is within goal and limit, or there is none."""
        return (self.goal is None or self.ratio <= self.goal) and (self.limit is None or self.ours <= self.limit)

    def node(self) -> dict[str, object]:
        """Return the line for JSON; times are seconds, `per_second` is how often ours can be done on one core."""
        figures = {"ratio": round(self.ratio, 4), "per_second": round(1 / self.ours, 2), "met": self.met}
        return {**asdict(self), **figures}


@dataclass(frozen=True)
class Count:
    """How often something costly is done or how many bytes it takes, the least possible, and the most allowed."""

    name: str
    floor: int
    ours: int
    limit: int | None = None

    @property
    def ratio(self) -> float:
        """How many floors ours costs."""
        return self.ours / self.floor

    @property
    def met(self) -> bool:
        """True where ours is within the limit, or there is none."""
        return self.limit is None or self.ours <= self.limit

    def node(self) -> dict[str, object]:
        """Return the line for JSON."""
        return {**asdict(self), "ratio": round(self.ratio, 4), "met": self.met}


@dataclass(frozen=True)
class Split:
    """What one result is made of: parts by name, in seconds."""

    name: str
    parts: dict[str, float]

    @property
    def whole(self) -> float:
        """The sum of the parts."""
        return sum(self.parts.values())

    def node(self) -> dict[str, object]:
        """Return the split for JSON; seconds."""
        return asdict(self)


def calls(way: Callable[[], object], counted: Callable[..., object]) -> int:
    """Return how often a function is called while `way` runs."""
    code, total = counted.__code__, 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal total
        total += event == "call" and frame.f_code is code

    sys.setprofile(note)
    try:
        way()
    finally:
        sys.setprofile(None)
    return total


def best(runs: int, *ways: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> tuple[float, ...]:
    """Return for each way the seconds of its fastest run of `runs`, the ways taking turns."""
    seconds = [float("inf")] * len(ways)
    for _ in range(runs):
        for number, way in enumerate(ways):
            seconds[number] = min(seconds[number], _seconds(way, clock))
    return tuple(seconds)


def _seconds(way: Callable[[], object], clock: Callable[[], float]) -> float:
    gc.collect()  # what one way leaves behind is not the next one's to sweep
    gc.disable()
    try:
        begin = clock()
        way()
        return clock() - begin
    finally:
        gc.enable()
