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
    """One line of the table: the best seconds of the floor and of ours, and how many floors ours may cost.

    `floor_is` tells in words what the floor is; a `goal` of None is a line for comparison.
    """

    name: str
    floor_is: str
    floor: float
    ours: float
    goal: float | None = None

    @property
    def ratio(self) -> float:
        """How many floors ours costs."""
        return self.ours / self.floor

    @property
    def met(self) -> bool:
        """True where the ratio is within the goal, or there is none."""
        return self.goal is None or self.ratio <= self.goal

    def node(self) -> dict[str, object]:
        """Return the line for JSON; times are seconds."""
        return {**asdict(self), "ratio": round(self.ratio, 4), "met": self.met}


@dataclass(frozen=True)
class Count:
    """How often something costly is done, and how often it must be at the least; the same on every machine."""

    name: str
    floor: int
    ours: int


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


def best(runs: int, *ways: Callable[[], object]) -> tuple[float, ...]:
    """Return for each way the seconds of its fastest run of `runs`, the ways taking turns."""
    seconds = [float("inf")] * len(ways)
    for _ in range(runs):
        for number, way in enumerate(ways):
            seconds[number] = min(seconds[number], _seconds(way))
    return tuple(seconds)


def _seconds(way: Callable[[], object]) -> float:
    gc.collect()  # what one way leaves behind is not the next one's to sweep
    gc.disable()
    try:
        begin = time.perf_counter()
        way()
        return time.perf_counter() - begin
    finally:
        gc.enable()
