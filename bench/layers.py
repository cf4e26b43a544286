# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Where time goes, layer by layer: functions are wrapped by stopwatches for the length of a block.

A layer is charged with its own time alone: what it calls in another layer is that one's.
"""

from __future__ import annotations

import functools
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

Places = tuple[tuple[Any, tuple[str, ...]], ...]
"""Modules or classes, each with the names of functions in it."""


class Stopwatches:
    """The seconds of every layer, exclusive of one another."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._running: list[str] = []
        self._since = 0.0

    def timed(self, layer: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function, charged to a layer."""

        @functools.wraps(function)
        def run(*arguments: object, **named: object) -> object:
            self._switch()
            self._running.append(layer)
            try:
                return function(*arguments, **named)
            finally:
                self._switch()
                self._running.pop()

        return run

    def _switch(self) -> None:
        now = self._clock()
        if self._running:
            self.seconds[self._running[-1]] += now - self._since
        self._since = now


@contextmanager
def stopwatches(layers: Mapping[str, Places], clock: Callable[[], float] = time.perf_counter) -> Iterator[Stopwatches]:
    """Wrap the functions of every layer while the block runs."""
    watches, found = Stopwatches(clock), []
    for layer, places in layers.items():
        for owner, names in places:
            for name in names:
                original = vars(owner)[name]
                found.append((owner, name, original))
                setattr(owner, name, _wrapped(watches, layer, original))
    try:
        yield watches
    finally:
        for owner, name, original in found:
            setattr(owner, name, original)


def _wrapped(watches: Stopwatches, layer: str, original: object) -> object:
    if isinstance(original, classmethod):
        return classmethod(watches.timed(layer, original.__func__))
    if not callable(original):
        raise TypeError("only functions can be timed")
    return watches.timed(layer, original)
