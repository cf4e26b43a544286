# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What the person at the counter presses, and what comes of it, on a terminal that only remembers."""

from __future__ import annotations

import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import cast

import pytest
from rich.text import Text

from cccd_reader.cli.keys import Key
from cccd_reader.cli.threads import Broken
from cccd_reader.cli.watch_screen import Front, Inbox, News
from cccd_reader.counter.events import CounterEvent, Failed, Judged, Ready, Removed
from cccd_reader.counter.loop import Counter
from cccd_reader.errors import ServiceUnavailable
from cccd_reader.inspection.saved import load
from cccd_reader.messages.words import Words
from cccd_reader.render.counter_photo import Graphics, Picture
from cccd_reader.render.counter_screen import Size
from cccd_reader.scanners.access_text import Access, AccessKind
from cccd_reader.scanners.events import Found, Lost, Scanned, ScannerUnavailable, Why, unreadable
from tests.counter.test_keys import Clock
from tests.scanners.texts import LINES, QR
from tests.support.counter import CAN, NUMBER, Place, desk, serve

Batch = list[Key | str]
Step = Batch | Callable[[], None]


@dataclass
class FakeTerminal:
    """Plays steps: keys that are pressed together, or something that happens. Keeps the last screen, and a count."""

    steps: list[Step]
    clock: Clock
    shown: str = ""
    over: Picture | None = None
    wiped: int = 0
    painted: int = 0
    screen: Size = field(default_factory=Size)

    def size(self) -> Size:
        return self.screen

    def graphics(self) -> Graphics:
        return Graphics.KITTY

    def keys(self, timeout: float) -> Batch:
        self.clock.now += 1
        step = self.steps.pop(0)
        if isinstance(step, list):
            return step
        step()
        return []

    def paint(self, lines: Sequence[Text], over: Picture | None = None) -> None:
        self.shown = "\n".join(line.plain for line in lines)
        self.over = over
        self.painted += 1

    def wipe(self) -> None:
        self.shown, self.over = "", None
        self.wiped += 1


@dataclass
class StubCounter:
    """Keeps what it is given."""

    given: list[Access] = field(default_factory=list)
    cancelled: int = 0

    def give(self, access: Access) -> bool:
        self.given.append(access)
        return True

    def cancel(self) -> None:
        self.cancelled += 1


class Stage:
    """A front with its terminal and counter. `play` runs it; a step that is an event is told."""

    def __init__(self, save_to: Path | None = None) -> None:
        self.news: Inbox = SimpleQueue()
        self.counter = StubCounter()
        self.clock = Clock()
        self.terminal = FakeTerminal([], self.clock)
        place = desk(Place([]), save_to=save_to)
        self.front = Front(place, cast(Counter, self.counter), self.terminal, Words.of("en"), self.clock)
        self.seen: list[str] = []

    def play(self, *steps: Step | News | tuple[News, ...]) -> list[str]:
        """Play the steps, then quit; return what the screen showed after each. Events of a tuple are told at once."""
        for step in steps:
            self.terminal.steps += [step if isinstance(step, list) or callable(step) else self._told(step)]
            self.terminal.steps += [lambda: self.seen.append(self.terminal.shown)]
        self.terminal.steps += [[Key.QUIT], [Key.QUIT]]
        self.front.run(self.news)
        return self.seen

    def _told(self, events: News | tuple[News, ...]) -> Callable[[], None]:
        def tell() -> None:
            for event in events if isinstance(events, tuple) else (events,):
                self.news.put(event)

        return tell


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture(scope="module")
def told() -> list[CounterEvent]:
    """All that a counter tells of one customer, from Ready to Ready."""
    return list(serve(Place(["cccd"]), [NUMBER]).events)


def until(told: list[CounterEvent], kind: type[CounterEvent]) -> tuple[CounterEvent, ...]:
    """The events up to the first of a kind, that one included."""
    return tuple(told[: next(index for index, event in enumerate(told) if isinstance(event, kind)) + 1])


def test_digits_are_shown_and_given_with_enter(stage: Stage) -> None:
    seen = stage.play([*"0010"], [*"90000000", Key.ENTER])
    assert "Typed: 0010" in seen[0]
    assert "Typed" not in seen[1]
    assert stage.counter.given == [NUMBER]


def test_a_burst_without_enter_is_given_after_a_pause(stage: Stage) -> None:
    stage.play([QR], [])
    assert [access.kind for access in stage.counter.given] == [AccessKind.QR]


def test_lines_of_a_zone_are_typed_and_corrected(stage: Stage) -> None:
    seen = stage.play([LINES[0], Key.ENTER], ["X"], [Key.BACKSPACE], [LINES[1], Key.ENTER], [LINES[2], Key.ENTER])
    assert "Line 2: X" in seen[1]
    assert [access.kind for access in stage.counter.given] == [AccessKind.MRZ]


def test_what_is_no_number_is_said_in_words(stage: Stage) -> None:
    seen = stage.play(["00109000000", Key.ENTER], ["0"])
    assert "11 digits" in seen[0]
    assert "11 digits" not in seen[1], "the next key is the next try"
    assert stage.counter.given == []


def test_details_and_back(stage: Stage, told: list[CounterEvent]) -> None:
    seen = stage.play([Key.DETAILS], [Key.DETAILS], until(told, Judged), [Key.DETAILS], [Key.DOWN], [Key.UP], [Key.UP])
    assert "There is no report yet" in seen[0]
    assert "document number" not in seen[-5]
    top, down, up, still = seen[-4:]
    assert "document number" in top
    assert down != top
    assert up == still == top


def test_the_photo_is_painted_but_not_over_the_details(stage: Stage, told: list[CounterEvent]) -> None:
    photos: list[bool] = []
    stage.play(until(told, Judged), lambda: photos.append(stage.terminal.over is not None), [Key.DETAILS])
    assert photos == [True]
    assert stage.terminal.over is None


def test_the_language_is_switched_and_the_page_is_in_it(tmp_path: Path, told: list[CounterEvent]) -> None:
    stage = Stage(tmp_path)
    seen = stage.play(until(told, Judged), [Key.LANGUAGE], [Key.REPORT], [Key.LANGUAGE])
    assert "C H Ấ P" in seen[-3]
    assert "A C C E P T E D" in seen[-1]
    assert 'lang="vi"' in next(tmp_path.glob("*.html")).read_text(encoding="utf-8")


def test_evidence_and_page_are_saved_for_their_owner_alone(tmp_path: Path, told: list[CounterEvent]) -> None:
    folder = tmp_path / "kept" / "here"
    seen = Stage(folder).play(until(told, Judged), [Key.SAVE], [Key.REPORT], Removed())
    [evidence], [page] = folder.glob("*.cccd"), folder.glob("*.html")
    assert f"Saved: {evidence.name}" in seen[-3]
    assert f"Saved: {page.name}" in seen[-2]
    assert f"Saved: {page.name}" in seen[-1], "taking the card off is no answer to it"
    assert {stat.S_IMODE(path.stat().st_mode) for path in (evidence, page)} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    judged = next(event for event in told if isinstance(event, Judged))
    assert load(evidence) == judged.reading
    assert not any("001090000000" in path.name for path in (evidence, page))


def test_nothing_is_saved_without_a_report_a_folder_or_the_right(tmp_path: Path, told: list[CounterEvent]) -> None:
    assert "nothing to save" in Stage(tmp_path).play([Key.SAVE])[0]
    assert "--save-to" in Stage().play(until(told, Judged), [Key.REPORT])[-1]
    (tmp_path / "file").write_text("", encoding="utf-8")
    seen = Stage(tmp_path / "file").play(until(told, Judged), [Key.SAVE])
    assert "cannot be made" in seen[-1]


def test_escape_clears_what_was_typed_and_cancels(stage: Stage) -> None:
    seen = stage.play(["0010"], [Key.CLEAR])
    assert "Typed" not in seen[-1]
    assert stage.counter.cancelled == 1


def test_quitting_takes_two_presses_with_a_pause_between(stage: Stage) -> None:
    seen = stage.play([Key.QUIT, Key.QUIT, Key.QUIT], [], [], [], [], [], [], [], ["1"])
    assert "Press Ctrl-Q once more" in seen[0]
    assert "Typed: 1" in seen[-1], "three at once were one, and long ago"


@pytest.mark.parametrize("key", [Key.QUIT, Key.SAVE, Key.CLEAR, Key.DETAILS, Key.LANGUAGE])
def test_a_code_that_holds_keys_does_nothing_but_type(key: Key, tmp_path: Path, told: list[CounterEvent]) -> None:
    stage = Stage(tmp_path)
    seen = stage.play(until(told, Judged), [key, "00109", key, "0000000", key, Key.ENTER])
    assert "A C C E P T E D" in seen[-1]
    assert stage.counter.given == [NUMBER]
    assert stage.counter.cancelled == 0
    assert list(tmp_path.iterdir()) == []


def test_a_key_right_after_text_is_of_the_same_code(stage: Stage) -> None:
    def at_once() -> None:
        stage.clock.now -= 5

    stage.play(["0010"], at_once, [Key.CLEAR])
    assert stage.counter.cancelled == 0


def test_a_serial_scanner(stage: Stage) -> None:
    lost = Lost("/dev/ttyACM0", ScannerUnavailable("the scanner was unplugged"))
    events = Found("/dev/ttyACM0", 9600), Scanned(CAN), unreadable(Why.INPUT_METHOD), lost
    seen = stage.play(*events)
    assert "Scanner ready: /dev/ttyACM0" in seen[0]
    assert "Scanner ready" not in seen[1]
    assert stage.counter.given == [CAN]
    assert "Unikey" in seen[2]
    assert "unplugged" in seen[3]


def test_a_scan_that_has_to_wait_is_said(stage: Stage, told: list[CounterEvent]) -> None:
    seen = stage.play(until(told, Judged), Scanned(CAN), Removed(), Scanned(CAN))
    assert "take this card off first" in seen[-3]
    assert "take this card off first" not in seen[-1]


def test_a_reader_that_fails_after_the_verdict_is_said_below_it(stage: Stage, told: list[CounterEvent]) -> None:
    seen = stage.play(until(told, Judged), Failed(ServiceUnavailable("no PC/SC service answers")))
    assert "A C C E P T E D" in seen[-1]
    assert "PC/SC" in seen[-1]


def test_a_cleared_screen_holds_nothing_and_says_why(stage: Stage, told: list[CounterEvent]) -> None:
    seen = stage.play(until(told, Judged), tuple(told[-3:]), Ready())
    assert "Nguyễn Văn Thử" in seen[0]
    assert "Nguyễn Văn Thử" not in seen[1] + seen[2]
    assert "nobody was here" in seen[-1]
    assert stage.terminal.wiped == 1
    assert "001090000000" not in repr(vars(stage.front))


def test_what_was_typed_for_the_next_customer_survives_the_clearing(stage: Stage, told: list[CounterEvent]) -> None:
    seen = stage.play(until(told, Removed), ["0790"], told[-2], told[-1], ["90000000", Key.ENTER])
    assert "Typed: 0790" in seen[-2]
    assert len(stage.counter.given) == 1


def test_nothing_is_painted_while_nothing_happens() -> None:
    still, resized = Stage(), Stage()
    still.play([], [], [], [], [])
    resized.play([], [], lambda: setattr(resized.terminal, "screen", Size(100, 30)), [], [])
    assert still.terminal.painted == 2, "the first screen, and the question whether to quit"
    assert resized.terminal.painted == 3


def test_what_breaks_a_thread_ends_the_front(stage: Stage) -> None:
    with pytest.raises(ZeroDivisionError):
        stage.play(Broken(ZeroDivisionError("1")))
    assert "1" not in repr(Broken(ZeroDivisionError("1")))
