# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd watch` on a terminal: keys in, screens out. The counter works in a thread; only this one paints.

A scanner that types can type keys too, and whoever holds a code before it chooses which. So a key that does something
is heeded only where it does not come in one burst with text, and the one that quits has to be pressed twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import Protocol, TypeAlias

from rich.text import Text

from cccd_reader.cli.keys import Key
from cccd_reader.cli.language import spoken
from cccd_reader.cli.scanning import Scanning
from cccd_reader.cli.terminal import Terminal
from cccd_reader.cli.threads import Broken, started
from cccd_reader.cli.typed import Typing
from cccd_reader.cli.watch import Desk
from cccd_reader.cli.watch_files import save_evidence, save_page
from cccd_reader.counter.events import AccessTaken, Cleared, CounterEvent, Failed, Why
from cccd_reader.counter.loop import Counter
from cccd_reader.counter.scene import Scene, Stage, advance
from cccd_reader.errors import CccdError
from cccd_reader.messages.catalogue import LANGUAGES
from cccd_reader.messages.words import Words
from cccd_reader.render.counter_photo import Graphics, PhotoPainter, Picture, Shown
from cccd_reader.render.counter_screen import Size, View, frame, scrolled
from cccd_reader.scanners import events as scanner

_LOOK = 0.1
"""Seconds between two looks at what was told while no key comes."""
_BURST = 0.1
"""Seconds between text and a key that nobody presses so fast."""
_QUIT = 0.3, 5.0
"""Seconds from which, and up to which, a second press quits."""
_PATIENCE = 5.0
_SCROLL = 5

News: TypeAlias = CounterEvent | scanner.Event | Broken
Inbox: TypeAlias = "SimpleQueue[News]"


class Screen(Protocol):
    """What `Front` needs of a terminal: `cli.terminal.Terminal` has it, and tests have their own."""

    def size(self) -> Size:
        """Return the size in cells."""
        ...

    def graphics(self) -> Graphics:
        """Return how a picture is shown."""
        ...

    def keys(self, timeout: float) -> list[Key | str]:
        """Return what was typed."""
        ...

    def paint(self, lines: Sequence[Text], over: Picture | None = None) -> None:
        """Show lines and a picture over them."""
        ...

    def wipe(self) -> None:
        """Erase everything."""
        ...


def serve(desk: Desk) -> None:
    """Serve until somebody quits or closes the window. Raises what a thread ended by, once the terminal is whole."""
    news: Inbox = SimpleQueue()
    counter = Counter(desk.station, desk.judge, news.put, desk.times)
    counter.read_options = desk.read_options
    terminal = Terminal(spoken())
    worker = None
    try:
        with Scanning(desk.scanner, news.put), terminal:
            front = Front(desk, counter, terminal, spoken())
            worker = started(counter.run, news.put)
            front.run(news)
    except EOFError:
        return  # the window was closed: nobody is there to be told
    finally:
        counter.stop()
        if worker is not None:
            worker.join(_PATIENCE)  # a reader that hangs does not keep the screen


class Front:
    """What the person at the counter sees and presses."""

    def __init__(
        self,
        desk: Desk,
        counter: Counter,
        terminal: Screen,
        words: Words,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._desk, self._counter, self._terminal, self._words = desk, counter, terminal, words
        self._view = View(Scene(), fields=desk.fields)
        self._photo = PhotoPainter(terminal.graphics(), desk.fields)
        self._clock = clock
        self._typing = Typing(clock)
        self._size = Size()
        self._painted: tuple[View, str, Size] | None = None
        self._asked_to_quit: float | None = None
        self._quits = False
        self._actions: dict[Key, Callable[[], None]] = {
            Key.DETAILS: self._details,
            Key.SAVE: lambda: self._keep(save_evidence),
            Key.REPORT: lambda: self._keep(lambda scene, desk: save_page(scene, desk, self._words)),
            Key.LANGUAGE: self._language,
            Key.CLEAR: self._clear,
            Key.QUIT: self._quit,
            Key.UP: lambda: self._scroll(-_SCROLL),
            Key.DOWN: lambda: self._scroll(_SCROLL),
        }

    def run(self, news: Inbox) -> None:
        """Paint, listen, and go on, until the key that quits. Raises what a thread ended by."""
        while not self._quits:
            self._paint()
            self._take(self._terminal.keys(_LOOK))
            self._hear_all(news)

    # what is told

    def _hear_all(self, news: Inbox) -> None:
        while True:
            try:
                event = news.get_nowait()
            except Empty:
                return
            self._hear(event)

    def _hear(self, event: News) -> None:
        if isinstance(event, Broken):
            raise event.error
        if isinstance(event, scanner.Scanned | scanner.Unreadable | scanner.Found | scanner.Lost):
            self._scanned(event)
            return
        before = self._view.scene
        self._view = replace(self._view, scene=advance(before, event))
        if isinstance(event, Cleared):
            self._wipe(event.why)
        elif isinstance(event, AccessTaken):
            self._say("")
        elif isinstance(event, Failed) and before.stage in (Stage.VERDICT, Stage.TAKE_OFF):
            self._say(self._words.error(event.error).message)

    def _scanned(self, event: scanner.Event) -> None:
        if isinstance(event, scanner.Scanned):
            if not self._counter.give(event.access):
                self._say(self._words.text("watch.same"))
            else:
                self._say(self._words.text("watch.waits") if self._view.scene.busy else "")
        elif isinstance(event, scanner.Found):
            self._say(self._words.text("watch.scanner-found", port=event.port))
        else:
            self._tell_error(event.error)

    # what is pressed

    def _take(self, keys: list[Key | str]) -> None:
        burst = any(not isinstance(key, Key) for key in keys) or self._typing.idle < _BURST
        for key in keys:
            if not isinstance(key, Key) or key in (Key.ENTER, Key.BACKSPACE):
                self._say("")
                self._typing.press(key)
            elif not burst:
                self._actions[key]()
        for event in self._typing.events():
            self._scanned(event)
        if self._view.typed != self._typing.text:
            self._view = replace(self._view, typed=self._typing.text)

    def _details(self) -> None:
        self._view = replace(self._view, details=None if self._view.details is not None else 0)

    def _scroll(self, lines: int) -> None:
        self._view = scrolled(self._view, self._words, self._size, lines)

    def _language(self) -> None:
        place = LANGUAGES.index(self._words.language)
        self._words = Words.of(LANGUAGES[(place + 1) % len(LANGUAGES)])
        self._say("")

    def _clear(self) -> None:
        self._typing.forget()
        self._say("")
        self._counter.cancel()

    def _quit(self) -> None:
        asked, now = self._asked_to_quit, self._clock()
        self._quits = asked is not None and _QUIT[0] <= now - asked <= _QUIT[1]
        self._asked_to_quit = now
        self._say(self._words.text("watch.quit-again"))

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
        self._size = self._terminal.size()
        wanted = self._words.language, self._size
        if self._painted is not None and self._painted[0] is self._view and self._painted[1:] == wanted:
            return
        self._painted = (self._view, *wanted)
        shown = self._photo.of(self._view.scene, self._size) if self._view.details is None else Shown()
        self._terminal.paint(frame(replace(self._view, photo=shown.cells), self._words, self._size), shown.over)

    def _wipe(self, why: Why) -> None:
        self._view = View(self._view.scene, self._typing.text, fields=self._desk.fields)
        self._photo.forget()
        self._terminal.wipe()
        self._say(self._words.text("watch.cleared-time") if why is Why.TIME else "")

    def _tell_error(self, error: CccdError) -> None:
        message, hint = self._words.error(error)
        self._say(f"{message}. {hint}" if hint else message)

    def _say(self, words: str) -> None:
        if self._view.message != words:
            self._view = replace(self._view, message=words)
