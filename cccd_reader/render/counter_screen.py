# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The counter's screen as lines, from 80 x 24 upwards: pure, so that every screen can be tested and printed in docs.

title                           what this is, the reader
banner                          one large word, with colour and symbol
sentence                        what it means
body                            reasons and what to do, fields; the photo at the right
message                         what just happened at this desk
keys                            what can be pressed
"""

from __future__ import annotations

from dataclasses import dataclass, field
from io import StringIO
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from cccd_reader.counter.scene import Scene, Stage
from cccd_reader.messages.words import Words
from cccd_reader.render import checks as render_checks
from cccd_reader.render.fields import COUNTER, Fields
from cccd_reader.render.holder import holder_of, holder_of_report
from cccd_reader.render.holder_text import blocks_of, lines_of
from cccd_reader.render.plain import visible
from cccd_reader.render.report import VERDICT_COLOURS, VERDICT_SYMBOLS, as_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cccd_reader.inspection.report import Report

MIN_WIDTH, MIN_HEIGHT = 80, 24
PHOTO_COLUMNS, PHOTO_ROWS = 26, 16
"""Where the photo may be: at the right edge of the body, in cells."""
_HEAD, _FOOT = 6, 2
BODY_ROW = _HEAD + 1
"""The first row of the body, counted from 1 as terminals do."""
_BANNERS = {
    Stage.READY: "bold white on blue",
    Stage.CARD: "bold white on blue",
    Stage.READING: "bold black on cyan",
    Stage.LOST: "bold black on yellow",
    Stage.FAILED: "bold black on yellow",
    Stage.TAKE_OFF: "bold white on blue",
}
_SYMBOLS = {
    Stage.READY: "▸",
    Stage.CARD: "▸",
    Stage.READING: "…",
    Stage.LOST: "!",
    Stage.FAILED: "!",
    Stage.TAKE_OFF: "▸",
}
_UNVERIFIED = "yellow"
_MEASURE = Console(color_system=None, width=MIN_WIDTH, file=StringIO())
"""Prints nothing; rich wraps lines by it."""


@dataclass(frozen=True)
class Size:
    """Columns and rows of a terminal."""

    columns: int = MIN_WIDTH
    rows: int = MIN_HEIGHT

    @property
    def body(self) -> int:
        """Rows between head and foot."""
        return max(0, self.rows - _HEAD - _FOOT)


@dataclass(frozen=True, repr=False)
class View:
    """What is on the screen besides the scene: what was typed so far, a message, whether details are shown, from where.

    `photo` is the photo as half blocks; None where there is none, or where the terminal paints it over the frame.
    """

    scene: Scene
    typed: str = ""
    message: str = ""
    details: int | None = None
    """The first line of the details that is shown, None where they are not."""
    photo: Text | None = None
    fields: Fields = field(default=COUNTER)

    def __repr__(self) -> str:
        return f"View({self.scene.stage.value})"


def frame(view: View, words: Words, size: Size) -> tuple[Text, ...]:
    """Return the lines of the screen, each of exactly `size.columns` cells, exactly `size.rows` of them."""
    if size.columns < MIN_WIDTH or size.rows < MIN_HEIGHT:
        small = words.text("watch.small", columns=MIN_WIDTH, rows=MIN_HEIGHT)
        return tuple(_line(small if row == 0 else "", size) for row in range(size.rows))
    body = _details(view, words, size) if view.details is not None else _body(view, words, size)
    head = [
        _title(view.scene, words, size),
        *_banner(view.scene, words, size),
        _line(_sentence(view, words), size, "bold"),
    ]
    rows = [*head, _line("", size), *_filled(body, size), _line(view.message, size, "italic"), _keys(view, words, size)]
    return tuple(rows)


def detail_lines(report: Report, words: Words, fields: Fields) -> list[Text]:
    """Return the whole report, as lines that are not cut to any width."""
    return list(as_text(report, words, fields).split("\n"))


def _title(scene: Scene, words: Words, size: Size) -> Text:
    left, right = words.text("watch.title"), visible(scene.reader) or words.text("watch.no-reader")
    gap = size.columns - cell_len(left) - cell_len(right) - 2
    return _line(f" {left}{' ' * max(1, gap)}{right} ", size, "reverse")


def _banner(scene: Scene, words: Words, size: Size) -> tuple[Text, ...]:
    if scene.report is not None and scene.stage is Stage.VERDICT:
        verdict = scene.report.verdict
        word, symbol, style = words.verdict(verdict), VERDICT_SYMBOLS[verdict], VERDICT_COLOURS[verdict]
    else:
        word = words.text(f"watch.{scene.stage.value}")
        symbol, style = _SYMBOLS[scene.stage], _BANNERS[scene.stage]
    large = f"{symbol}   {_spaced(word, size.columns - 8)}"
    left = max(0, (size.columns - cell_len(large)) // 2)
    return _line("", size, style), _line(" " * left + large, size, style), _line("", size, style)


def _spaced(word: str, room: int) -> str:
    wide = " ".join(word.upper().replace(" ", "  "))
    return wide if cell_len(wide) <= room else word.upper()


def _sentence(view: View, words: Words) -> str:
    scene = view.scene
    if scene.stage is Stage.VERDICT and scene.report is not None:
        return words.sentence(scene.report.verdict)
    if scene.stage is Stage.FAILED and scene.error is not None:
        return words.error(scene.error).message
    if scene.stage is Stage.READING and scene.progress is not None:
        return words.step(scene.progress.step, scene.progress.subject)
    return words.text(f"watch.{scene.stage.value}.do")


def _body(view: View, words: Words, size: Size) -> list[Text]:
    left = size.columns - PHOTO_COLUMNS - 3
    lines = [piece for line in _left(view, words) for piece in _wrapped(line, left)]
    photo = [] if view.photo is None else list(view.photo.split("\n"))
    rows = []
    for row in range(size.body):
        line = lines[row].copy() if row < len(lines) else Text()
        line.truncate(left, pad=True)
        rows.append(Text("  ") + line + Text(" ") + (photo[row] if row < len(photo) else Text()))
    return rows


def _left(view: View, words: Words) -> Iterable[Text]:
    scene = view.scene
    if scene.stage is Stage.READY:
        yield Text(words.text("watch.typed", typed=visible(view.typed)) if view.typed else "")
    if scene.stage is Stage.FAILED and scene.error is not None:
        yield from _todo(words.error(scene.error).hint)
    if scene.stage is Stage.VERDICT and scene.report is not None:
        yield from _reasons(scene.report, words)
        if scene.card_lies:
            yield from _todo(words.text("watch.take-off.do"))
    yield from _fields(view, words)


def _reasons(report: Report, words: Words) -> Iterable[Text]:
    for check in report.decisive:
        symbol = render_checks.SYMBOLS[check.outcome]
        yield Text(f"{symbol} {words.check(check.id)}: {words.reason(check.reason)}", "bold")
        if check.detail:
            yield Text(f"  {visible(words.detail(check))}", "dim")
    for todo in words.todos(report.decisive):
        yield from _todo(todo)


def _todo(words: str) -> Iterable[Text]:
    if words:
        yield Text(f"→ {words}", "bold")


def _fields(view: View, words: Words) -> Iterable[Text]:
    scene = view.scene
    report = scene.report if scene.stage is Stage.VERDICT else None
    if report is None and not scene.files:
        return
    holder = holder_of(scene.evidence, view.fields) if report is None else holder_of_report(report, view.fields)
    blocks = blocks_of(holder, words)
    best = next((block for block in blocks if block.rows), None)
    for block, line in lines_of(blocks if best is None else (best,)):
        yield Text(line, _UNVERIFIED if block.warning else "bold" if line == block.heading else "")


def _details(view: View, words: Words, size: Size) -> list[Text]:
    if view.scene.report is None:
        return [Text(f"  {words.text('watch.no-details')}")]
    width = size.columns - 3
    lines = [p for line in detail_lines(view.scene.report, words, view.fields) for p in _wrapped(line, width)]
    first = min(view.details or 0, max(0, len(lines) - size.body))
    return [Text("  ") + line for line in lines[first : first + size.body]]


def _keys(view: View, words: Words, size: Size) -> Text:
    return _line(f" {words.text('watch.keys')}", size, "reverse")


def _wrapped(line: Text, width: int) -> list[Text]:
    """Cut a line at blanks; what is one word and too long is cut where the room ends."""
    return list(line.wrap(_MEASURE, width)) or [Text()]


def _filled(lines: list[Text], size: Size) -> list[Text]:
    kept = [_fitted(line, size) for line in lines[: size.body]]
    return kept + [_line("", size)] * (size.body - len(kept))


def _fitted(line: Text, size: Size) -> Text:
    line.truncate(size.columns, pad=True)
    return line


def _line(words: str, size: Size, style: str = "") -> Text:
    return Text(set_cell_size(words, size.columns), style)
