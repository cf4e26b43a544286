# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The holder's data as blocks of labelled values in a person's language; data that is not verified says so itself."""

from __future__ import annotations

from typing import NamedTuple

from cccd_reader.messages.words import Words
from cccd_reader.render.fields import PHOTO
from cccd_reader.render.holder import Holder, Part, RecordState
from cccd_reader.render.plain import visible

EMPTY = "–"
"""Stands for a field that the document leaves empty."""
_UNVERIFIED_MARK = "?"


class Block(NamedTuple):
    """What one file says: a title, labels with their values, and a sentence where it cannot be shown.

    `warning` is empty where an authority of the trust store signed the file.
    """

    title: str
    warning: str
    rows: tuple[tuple[str, str], ...]
    note: str = ""

    @property
    def heading(self) -> str:
        """The title, with the warning where there is one."""
        return f"{self.title}: {self.warning}" if self.warning else self.title


def blocks_of(holder: Holder, words: Words) -> tuple[Block, ...]:
    """Return the blocks of the citizen record and of the zone, those that there are."""
    return tuple(block for block in (_citizen(holder, words), _zone(holder, words)) if block is not None)


def warning_of(holder: Holder, part: Part, words: Words) -> str:
    """Return the words that data needs which nobody is known to have signed, else an empty text."""
    return "" if part in holder.verified else words.text("data.unverified")


def lines_of(blocks: tuple[Block, ...]) -> list[tuple[Block, str]]:
    """Return the text form, a line each with the block that it belongs to; an empty one before each block.

    Every value is made visible.
    """
    width = max((len(label) for block in blocks for label, _ in block.rows), default=0)
    found = []
    for block in blocks:
        mark = _UNVERIFIED_MARK if block.warning else " "
        found += [(block, ""), (block, block.heading)]
        found += [(block, f"{mark} {label:{width}}  {visible(value)}") for label, value in block.rows]
        found += [(block, f"  {block.note}")] if block.note else []
    return found


def _citizen(holder: Holder, words: Words) -> Block | None:
    if holder.record is None or not holder.fields - {PHOTO}:
        return None
    title = words.text("data.citizen")
    if holder.record is not RecordState.CLEAR:
        missing = holder.record is RecordState.MISSING
        code = "data.citizen-missing" if missing else f"reason.citizen-record-{holder.record.value}"
        return Block(title, "", (), words.text(code))
    lost = words.text("data.unreadable")
    rows = tuple(
        (words.field(name), lost if name in holder.unreadable else _value(words, name, text))
        for name, text in holder.citizen.items()
    )
    return Block(title, warning_of(holder, Part.CITIZEN, words), rows)


def _zone(holder: Holder, words: Words) -> Block | None:
    if holder.zone is None:
        return None
    rows = tuple((words.field(name), _value(words, name, text)) for name, text in holder.zone.items())
    return Block(words.text("data.zone"), warning_of(holder, Part.DOCUMENT, words), rows)


def _value(words: Words, name: str, text: str | None) -> str:
    return words.value(name, text) if text else EMPTY
