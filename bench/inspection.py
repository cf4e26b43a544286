# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A whole inspection over a modelled radio link: commands, bytes, seconds by phase, and the time to the first text.

The same on every machine: the clock is virtual, and the seconds are the model's of `cccd_simulators.link`, 8 ms for
each command included. The floor of commands is one READ BINARY for each block of each file, and the messages of the
protocols; that of bytes are the files alone; that of seconds are those bytes on the air without any protocol.

The limits of commands and seconds hold for the files alone, as in the usual comparisons: EF.CardAccess, PACE, Active
and Chip Authentication come on top, and so does what the chip computes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product

from bench.cards import PHOTOS, Card, Way, reads
from bench.measure import Count, Result, Split
from bench.visit import Visit, visit
from cccd_simulators.link import ChipTimes, Link

RATES = (106, 424, 848)
LIMITED_RATE = 424
COMMANDS = {(15_000, Way.SHORT): 87, (15_000, Way.EXTENDED): 18, (15_000, Way.WHOLE): 11}
SECONDS = {(15_000, Way.SHORT): 1.19, (15_000, Way.EXTENDED): 0.58, (15_000, Way.WHOLE): 0.51}
FIRST_TEXT = 0.3
_SELECT = 1
_PROTOCOLS = 1 + 5 + 1 + 3
"""EF.CardAccess; PACE; Active Authentication; Chip Authentication and the command that proves its session."""
_IDLE = ChipTimes(0.0, 0.0, (0.0, 0.0, 0.0, 0.0), 0.0, 0.0)
_FLOOR = "the bytes of the files on the air at that rate, without any protocol, and nothing that the chip computes"


@cache
def account(photo: int, way: Way, rate: int) -> Visit:
    """Return the account of one visit to a chip that computes at ordinary speed."""
    return visit(Card.of(photo, way), way, Link(rate))[1]


@cache
def idle_account(photo: int, way: Way, rate: int) -> Visit:
    """Return the account of one visit to a chip that computes in no time."""
    return visit(Card.of(photo, way), way, Link(rate, chip=_IDLE))[1]


def missing() -> str:
    """Return an empty string: everything that is measured here comes from the simulator."""
    return ""


def counts() -> Iterator[Count]:
    """Yield commands and bytes for every way of reading."""
    for photo, way in product(PHOTOS, Way):
        found = account(photo, way, LIMITED_RATE)
        sizes = Card.of(photo, way).sizes.values()
        least = _SELECT + sum(reads(size, way.block) for size in sizes)
        name = f"DG2 of {photo // 1000} KB, {way.title}"
        files, whole = found.files, found.of()
        yield Count(f"{name}: commands for the files", least, files.apdus, COMMANDS.get((photo, way)))
        yield Count(f"{name}: commands in all", least + _PROTOCOLS, whole.apdus)
        yield Count(f"{name}: bytes in all", sum(sizes), whole.bytes_out + whole.bytes_in)


def results() -> Iterator[Result]:
    """Yield modelled seconds: for the files alone, for everything with the chip's own, and to the first text."""
    for photo, way, rate in product(PHOTOS, Way, RATES):
        floor = Link(rate).raw(sum(Card.of(photo, way).sizes.values()))
        name = f"DG2 of {photo // 1000} KB, {way.title}, {rate} kbit/s"
        limit = SECONDS.get((photo, way)) if rate == LIMITED_RATE else None
        yield Result(f"{name}: files", _FLOOR, floor, idle_account(photo, way, rate).files.seconds, limit=limit)
        yield Result(f"{name}: all, chip too", _FLOOR, floor, account(photo, way, rate).of().seconds)
    for way, rate in product(Way, RATES):
        sizes = Card.of(PHOTOS[0], way).sizes
        texts = sum(size for file, size in sizes.items() if file.short in {"DG1", "DG13"})
        floor = Link(rate).raw(texts)
        text = account(PHOTOS[0], way, rate).first_text
        yield Result(f"first text after access, {way.title}, {rate} kbit/s", _FLOOR, floor, text, limit=FIRST_TEXT)


def splits() -> Iterator[Split]:
    """Yield the phases of every way at every rate, with what the chip computes."""
    for way, rate in product(Way, RATES):
        phases = account(PHOTOS[0], way, rate).phases
        parts = {phase.value: traffic.seconds for phase, traffic in phases.items()}
        yield Split(f"DG2 of {PHOTOS[0] // 1000} KB, {way.title}, {rate} kbit/s", parts)
