# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A counter left alone with random cards: `python -m tests.counter.soak --customers 2000`.

Counter and front work as in `cccd watch`, in two threads; the terminal is a sheet of paper that checks what it shows.
An hour of real customers is mostly waiting for people, so the number of customers counts here, not the time.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections import Counter as Tally
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from random import Random

from rich.text import Text

from cccd_reader.apdu.channel import Card
from cccd_reader.cli.keys import Key
from cccd_reader.cli.threads import started
from cccd_reader.cli.watch import Desk
from cccd_reader.cli.watch_screen import Front, Inbox
from cccd_reader.counter.loop import Counter, Times
from cccd_reader.counter.scene import Stage
from cccd_reader.inspection.read import Patience, ReadOptions
from cccd_reader.messages.words import Words
from cccd_reader.render.counter_photo import Graphics, Picture
from cccd_reader.render.counter_screen import Size
from cccd_reader.render.fields import ALL
from cccd_simulators.chip import power_up
from cccd_simulators.documents import HOLDER_MRZ
from cccd_simulators.holders import MAN
from tests.soak.cases import Troubled, make, persona
from tests.soak.machine import Holdings
from tests.support.counter import judge

EVERY = 200
SECRETS = ("001090000000", "090000000", "Nguyễn", "NGUYEN", "Văn Thử", "VAN THU", "Thử Nghiệm")
TEXTS: tuple[list[Key | str], ...] = (
    ["001090000000", Key.ENTER],
    [MAN.qr.text, Key.ENTER],
    [MAN.qr.text],
    [each for line in HOLDER_MRZ for each in (line, Key.ENTER)],
    ["001090000001", Key.ENTER],
    ["000000", Key.ENTER],
)
ENDS: tuple[list[Key | str], ...] = ([Key.CLEAR], [Key.DETAILS], [Key.LANGUAGE], [Key.DOWN], [], [], [])


class RandomPlace:
    """A reader on which one random card after the other is laid, and taken off after some looks."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._numbers, self._seed = count(), seed
        self._left = 0

    @contextmanager
    def open(self, timeout: float) -> Iterator[Card]:
        case = make(self._seed, next(self._numbers))
        yield Troubled(power_up(persona(case.chip), lambda _: None), case)
        self._left = self._random.randrange(20)

    def occupied(self) -> bool:
        self._left -= 1
        return self._left > 0


@dataclass
class Paper:
    """A screen that keeps what is on it, presses keys by chance, and complains of what is left of a customer."""

    random: Random
    wanted: int
    stages: Tally[Stage] = field(default_factory=Tally)
    rows: tuple[str, ...] = ()
    over: Picture | None = None
    dirty: list[str] = field(default_factory=list)
    customers: int = 0
    front: Front | None = None
    warm: Holdings | None = None
    _given: bool = False

    def size(self) -> Size:
        return Size(cell_width=8, cell_height=16)

    def graphics(self) -> Graphics:
        return Graphics.SIXEL

    def paint(self, lines: Sequence[Text], over: Picture | None = None) -> None:
        self.rows, self.over = tuple(line.plain for line in lines), over

    def wipe(self) -> None:
        self.rows, self.over = (), None

    def keys(self, timeout: float) -> list[Key | str]:
        assert self.front is not None
        view = self.front._view
        stage = view.scene.stage
        self.stages[stage] += 1
        if stage is Stage.TAKE_OFF or (stage is Stage.READY and not self._given):
            self._check()
        if stage is not Stage.READY:
            self._given = False
            time.sleep(0.001)
            return list(self.random.choice(ENDS)) if stage in (Stage.VERDICT, Stage.FAILED) else []
        if self._given:
            time.sleep(0.001)
            return []
        if self.customers >= self.wanted:
            time.sleep(0.4)  # each press stands alone
            return [Key.QUIT]
        self._given, self.customers = True, self.customers + 1
        self._tell()
        return list(self.random.choice(TEXTS))

    def _check(self) -> None:
        shown = "\n".join(self.rows)
        self.dirty += [f"{self.customers}: {secret!r} is left" for secret in SECRETS if secret in shown]
        if self.over is not None:
            self.dirty.append(f"{self.customers}: the photo is left")

    def _tell(self) -> None:
        if self.customers % EVERY == 0:
            holdings = Holdings.now()
            self.warm = self.warm or holdings
            print(f"{self.customers:6} customers: {holdings}, {len(self.dirty)} dirty screens", flush=True)


def soak(customers: int, seed: int = 1) -> Paper:
    """Serve so many customers."""
    paper = Paper(Random(seed), customers)
    news: Inbox = SimpleQueue()
    times = Times(clear=0.05, card=1.0, look=0.001, turn=0.01)
    counter = Counter(RandomPlace(seed), judge, news.put, times)
    counter.read_options = ReadOptions(patience=Patience(0.05))
    desk = Desk(RandomPlace(seed), judge, times, ALL, None, Path())
    paper.front = Front(desk, counter, paper, Words.of("vi"))
    worker = started(counter.run, news.put)
    try:
        paper.front.run(news)
    finally:
        counter.stop()
        worker.join(60)
    return paper


def main() -> int:
    """Serve, and print what is left."""
    parser = argparse.ArgumentParser(description="A counter left alone with random cards.")
    parser.add_argument("--customers", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    start = time.monotonic()
    paper = soak(options.customers, options.seed)
    last = Holdings.now()
    print(f"{paper.customers} customers in {time.monotonic() - start:.0f} s; stages seen: {dict(paper.stages)}")
    print(f"warm: {paper.warm}\nlast: {last}\ndirty screens: {paper.dirty[:5]}")
    print(f"garbage: {len(gc.garbage)}")
    return 1 if paper.dirty else 0


if __name__ == "__main__":
    sys.exit(main())
