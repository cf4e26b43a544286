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

from dataclasses import dataclass, field, replace
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
_DETAIL_ROWS = 2
_WITH_PHOTO = (Stage.READING, Stage.LOST, Stage.VERDICT)
_UNVERIFIED = "yellow"
_QR_MARK = "|"
_MEASURE = Console(color_system=None, width=MIN_WIDTH, file=StringIO())
"""Prints nothing; rich wraps lines by it."""


@dataclass(frozen=True)
class Size:
    """Columns and rows of a terminal; `cell_width` and `cell_height` are the pixels of a cell, 0 where not known."""

    columns: int = MIN_WIDTH
    rows: int = MIN_HEIGHT
    cell_width: int = 0
    cell_height: int = 0

    @property
    def body(self) -> int:
        """Rows between head and foot."""
        return max(0, self.rows - _HEAD - _FOOT)


@dataclass(frozen=True, repr=False)
class View:
    """What is on the screen besides the scene: what was typed so far, a message, whether details are shown, from where.

    `typed` may hold several lines. `photo` is the photo as half blocks; None where there is none, or where the terminal
    paints it over the frame.
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
    head = _title(view.scene, words, size), *_banner(view.scene, words, size), *_sentence_rows(view, words, size)
    foot = *_message_rows(view, size), _line(f" {words.text('watch.keys')}", size, "reverse")
    room = size.rows - len(head) - len(foot)
    body = _details(view, words, size) if view.details is not None else _body(view, words, size, room)
    rows = [*body[:room], *[Text()] * (room - len(body))]
    return (*head, *(_fitted(row, size) for row in rows), *foot)


def scrolled(view: View, words: Words, size: Size, lines: int) -> View:
    """Return the view with its details moved by so many lines, within their bounds; unchanged where none are shown."""
    if view.details is None or view.scene.report is None:
        return view
    last = max(0, len(_detail_lines(view, view.scene.report, words, size)) - size.body)
    return replace(view, details=max(0, min(last, view.details + lines)))


def _title(scene: Scene, words: Words, size: Size) -> Text:
    left, right = words.text("watch.title"), visible(scene.reader or "")
    right = right or words.text("watch.no-reader" if scene.reader is None else "watch.software")
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


def _sentence_rows(view: View, words: Words, size: Size) -> list[Text]:
    """Two rows, the second often empty."""
    rows = _wrapped(Text(_sentence(view, words), "bold"), size.columns - 2)
    return [_fitted(Text(" ") + row, size) for row in (*rows, Text())[:2]]


def _message_rows(view: View, size: Size) -> list[Text]:
    """One row beside a photo, whose place is fixed; elsewhere as many as it needs, up to three."""
    message = Text(visible(view.message), "italic")
    if view.scene.stage in _WITH_PHOTO:
        message.truncate(size.columns - 2, overflow="ellipsis")
    return [_fitted(Text(" ") + row, size) for row in _wrapped(message, size.columns - 2)[:3]]


def _sentence(view: View, words: Words) -> str:
    scene = view.scene
    if scene.stage is Stage.VERDICT and scene.report is not None:
        return words.sentence(scene.report.verdict)
    if scene.stage is Stage.FAILED and scene.error is not None:
        return visible(words.error(scene.error).message)
    if scene.stage is Stage.READING and scene.progress is not None:
        return words.step(scene.progress.step, scene.progress.subject)
    return words.text(f"watch.{scene.stage.value}.do")


def _body(view: View, words: Words, size: Size, room: int) -> list[Text]:
    left = size.columns - PHOTO_COLUMNS - 3
    lines = _left(view, words, left, _DETAIL_ROWS)
    if len(lines) > room:  # better without what only explains than without the holder's data
        lines = _left(view, words, left, 0)
    if len(lines) > room:
        lines[room - 1 :] = [Text(words.text("watch.more"), "bold")]
    photo = [] if view.photo is None else list(view.photo.split("\n"))
    rows = []
    for row in range(room):
        line = lines[row].copy() if row < len(lines) else Text()
        line.truncate(left, pad=True)
        rows.append(Text(" ") + line + Text(" ") + (photo[row] if row < len(photo) else Text()))
    return rows


def _left(view: View, words: Words, width: int, detail_rows: int) -> list[Text]:
    """What stands at the left of the photo, cut to its width; of each detail so many rows."""
    found: list[Text] = []
    for line, most in _lines(view, words, detail_rows):
        rows = _wrapped(line, width)
        if most is not None and len(rows) > most > 0:
            rows[most - 1].truncate(width - 2)
            rows[most - 1].append(" …")
        found += rows[:most]
    return found


def _lines(view: View, words: Words, detail_rows: int) -> Iterable[tuple[Text, int | None]]:
    """Lines and how many rows each may take."""
    scene = view.scene
    if view.typed:
        yield Text(_typed(view.typed, words), "bold"), None
    if scene.stage is Stage.FAILED and scene.error is not None:
        yield from _todo(words.error(scene.error).hint)
    if scene.stage is Stage.VERDICT and scene.report is not None:
        yield from _reasons(scene.report, words, detail_rows)
        if scene.card_lies:
            yield from _todo(words.text("watch.take-off.do"))
    yield from ((line, None) for line in _fields(view, words))


def _typed(typed: str, words: Words) -> str:
    """The line that is being typed. A QR line, which tells of the holder, is only counted: nobody edits it."""
    *lines, line = typed.split("\n")
    shown = "•" * min(len(line), 20) if _QR_MARK in line else visible(line)
    if lines:
        return words.text("watch.typed-line", number=len(lines) + 1, typed=shown)
    return words.text("watch.typed", typed=shown)


def _reasons(report: Report, words: Words, detail_rows: int) -> Iterable[tuple[Text, int | None]]:
    for check in report.decisive:
        symbol = render_checks.SYMBOLS[check.outcome]
        yield Text(f"{symbol} {words.check(check.id)}: {words.reason(check.reason)}", "bold"), None
        if check.detail:
            yield Text(f"  {visible(words.detail(check))}", "dim"), detail_rows
    for todo in render_checks.todos(report, words):
        yield from _todo(todo)


def _todo(words: str) -> Iterable[tuple[Text, int | None]]:
    if words:
        yield Text(f"→ {visible(words)}", "bold"), None


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
        return [Text(f" {words.text('watch.no-details')}")]
    lines = _detail_lines(view, view.scene.report, words, size)
    first = min(view.details or 0, max(0, len(lines) - size.body))
    return [Text(" ") + line for line in lines[first : first + size.body]]


def _detail_lines(view: View, report: Report, words: Words, size: Size) -> list[Text]:
    whole = as_text(report, words, view.fields).split("\n")
    return [piece for line in whole for piece in _wrapped(line, size.columns - 2)]


def _wrapped(line: Text, width: int) -> list[Text]:
    """Cut a line at blanks; what is one word and too long is cut where the room ends."""
    return list(line.wrap(_MEASURE, width)) or [Text()]


def _fitted(line: Text, size: Size) -> Text:
    line = line.copy()
    line.truncate(size.columns, pad=True)
    return line


def _line(words: str, size: Size, style: str = "") -> Text:
    return Text(set_cell_size(words, size.columns), style)
