# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd watch` on a terminal: keys in, screens out. The counter works in a thread; only this one paints."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeAlias

from cccd_reader.cli.keys import Key
from cccd_reader.cli.language import spoken
from cccd_reader.cli.scanning import Scanning
from cccd_reader.cli.terminal import Terminal
from cccd_reader.cli.watch import Desk
from cccd_reader.cli.watch_files import save_evidence, save_page
from cccd_reader.counter.events import Cleared, CounterEvent, Failed, Heard, Ready, Why
from cccd_reader.counter.loop import Counter
from cccd_reader.counter.scene import Scene, Stage, advance
from cccd_reader.errors import CccdError
from cccd_reader.inspection.events import Progress
from cccd_reader.messages.catalogue import LANGUAGES
from cccd_reader.messages.words import Words
from cccd_reader.render.counter_photo import PhotoPainter, Shown
from cccd_reader.render.counter_screen import View, frame
from cccd_reader.scanners import events as scanner
from cccd_reader.scanners.assembly import Assembler, Timing
from cccd_reader.scanners.keyboard import typed_text

_TIMING = Timing(gap=0.25, stall=30.0, between_lines=10.0)
_LOOK = 0.1
"""Seconds between two looks at what was told while no key comes."""
_MOST_TYPED = 64

_News: TypeAlias = CounterEvent | scanner.Found | scanner.Lost | scanner.Scanned | scanner.Unreadable


def serve(desk: Desk) -> None:
    """Serve until somebody quits."""
    news: SimpleQueue[_News] = SimpleQueue()
    counter = Counter(desk.station, desk.judge, news.put, desk.times)
    worker = Thread(target=counter.run, daemon=True)
    with Terminal() as terminal, Scanning(desk.scanner, news.put):
        worker.start()
        try:
            Front(desk, counter, terminal, spoken()).run(news)
        finally:
            counter.stop()
            worker.join()


class Front:
    """What the person at the counter sees and presses."""

    def __init__(self, desk: Desk, counter: Counter, terminal: Terminal, words: Words) -> None:
        self._desk, self._counter, self._terminal, self._words = desk, counter, terminal, words
        self._view = View(Scene(), fields=desk.fields)
        self._photo = PhotoPainter(terminal.graphics(), desk.fields)
        self._typing: Assembler = typed_text(_TIMING)
        self._quits = False
        self._actions: dict[Key, Callable[[], None]] = {
            Key.DETAILS: self._details,
            Key.SAVE: self._save,
            Key.REPORT: self._report,
            Key.LANGUAGE: self._language,
            Key.CLEAR: self._clear,
            Key.QUIT: self._quit,
            Key.ENTER: self._enter,
            Key.BACKSPACE: self._backspace,
            Key.UP: lambda: self._scroll(-5),
            Key.DOWN: lambda: self._scroll(5),
        }

    def run(self, news: SimpleQueue[_News]) -> None:
        """Paint, listen, and go on, until the key that quits."""
        while not self._quits:
            self._paint()
            for key in self._terminal.keys(_LOOK):
                self._pressed(key)
            self._typed_so_far()
            self._hear_all(news)

    # what is told

    def _hear_all(self, news: SimpleQueue[_News]) -> None:
        while True:
            try:
                event = news.get_nowait()
            except Empty:
                return
            self._hear(event)

    def _hear(self, event: _News) -> None:
        if isinstance(event, scanner.Scanned | scanner.Unreadable | scanner.Found | scanner.Lost):
            self._scanned(event)
            return
        before = self._view.scene
        self._view = replace(self._view, scene=advance(before, event))
        if isinstance(event, Cleared):
            self._wipe(event.why)
        elif isinstance(event, Failed) and before.stage is Stage.VERDICT:
            self._say(self._words.error(event.error).message)
        elif not isinstance(event, Heard | Ready) or (
            isinstance(event, Heard) and not isinstance(event.event, Progress)
        ):
            self._say("")

    def _scanned(self, event: scanner.Event) -> None:
        if isinstance(event, scanner.Scanned):
            self._view = replace(self._view, typed="", message="")
            self._counter.give(event.access)
        elif isinstance(event, scanner.Found):
            self._say(self._words.text("watch.scanner-found", port=event.port))
        else:
            self._tell_error(event.error)

    # what is pressed

    def _pressed(self, key: Key | str) -> None:
        if isinstance(key, Key):
            self._actions[key]()
            return
        self._typing.feed(key.encode("utf-8"), time.monotonic())
        self._view = replace(self._view, typed=(self._view.typed + key)[-_MOST_TYPED:], message="")

    def _typed_so_far(self) -> None:
        self._typing.expire(time.monotonic())
        while (event := self._typing.next_event()) is not None:
            self._view = replace(self._view, typed="")
            self._scanned(event)

    def _enter(self) -> None:
        self._typing.feed(b"\r", time.monotonic())
        self._view = replace(self._view, typed="")

    def _backspace(self) -> None:
        typed = self._view.typed[:-1]
        self._forget_typed()
        if typed:
            self._pressed(typed)

    def _details(self) -> None:
        self._view = replace(self._view, details=None if self._view.details is not None else 0)

    def _scroll(self, lines: int) -> None:
        if self._view.details is not None:
            self._view = replace(self._view, details=max(0, self._view.details + lines))

    def _language(self) -> None:
        place = LANGUAGES.index(self._words.language)
        self._words = Words.of(LANGUAGES[(place + 1) % len(LANGUAGES)])

    def _clear(self) -> None:
        self._forget_typed()
        self._counter.cancel()

    def _quit(self) -> None:
        self._quits = True

    def _save(self) -> None:
        self._keep(save_evidence)

    def _report(self) -> None:
        self._keep(save_page)

    def _keep(self, write: Callable[[Scene, Desk], str]) -> None:
        if self._view.scene.report is None:
            self._say(self._words.text("watch.nothing-to-save"))
        elif self._desk.save_to is None:
            self._say(self._words.text("watch.no-folder"))
        else:
            try:
                self._say(self._words.text("watch.saved", name=write(self._view.scene, self._desk)))
            except CccdError as error:
                self._tell_error(error)

    # what is shown

    def _paint(self) -> None:
        size = self._terminal.size()
        shown = self._photo.of(self._view.scene, size) if self._view.details is None else Shown()
        self._terminal.paint(frame(replace(self._view, photo=shown.cells), self._words, size), shown.over)

    def _wipe(self, why: Why) -> None:
        self._view = View(self._view.scene, fields=self._desk.fields)
        self._photo.forget()
        self._terminal.wipe()
        self._say(self._words.text("watch.cleared-time") if why is Why.TIME else "")

    def _forget_typed(self) -> None:
        self._typing = typed_text(_TIMING)
        self._view = replace(self._view, typed="")

    def _tell_error(self, error: CccdError) -> None:
        self._say(" ".join(part for part in self._words.error(error) if part))

    def _say(self, words: str) -> None:
        self._view = replace(self._view, message=words)
