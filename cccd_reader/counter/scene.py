# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a counter's screen shows, as a value that each event turns into the next. Pure, so that screens can be tested.

Whatever belongs to a customer stands in it from AccessTaken until Cleared, and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from cccd_reader.counter.events import (
    AccessTaken,
    CardAwaited,
    CardPresent,
    CounterEvent,
    Failed,
    Heard,
    Judged,
    Ready,
    Removed,
)
from cccd_reader.errors import CccdError
from cccd_reader.inspection.events import CardLost, CardReturned, Event, FileRead, Progress
from cccd_reader.inspection.reading import Evidence, FileRecord, Reading
from cccd_reader.inspection.report import Report
from cccd_reader.scanners.access_text import Access


class Stage(StrEnum):
    """Where the customer is."""

    READY = "ready"
    CARD = "card"
    READING = "reading"
    LOST = "lost"
    VERDICT = "verdict"
    FAILED = "failed"
    TAKE_OFF = "take-off"
    """The screen is clean, and the last customer's card lies there still."""


@dataclass(frozen=True, repr=False)
class Scene:
    """What is known now. `files` are there until the verdict, and not verified; then `report` and `reading` are.

    `reader` is None until a card was there, and empty for a chip in software. `card_lies` is what was last heard of it.
    `progress` is the newest of the reading. Hidden in `repr`.
    """

    stage: Stage = Stage.READY
    access: Access | None = None
    reader: str | None = None
    files: tuple[FileRead, ...] = ()
    progress: Progress | None = None
    report: Report | None = None
    reading: Reading | None = field(default=None, compare=False)
    error: CccdError | None = None
    card_lies: bool = False

    @property
    def evidence(self) -> Evidence:
        """What has come so far, as evidence that nobody has verified."""
        return Evidence(tuple(FileRecord(each.file, each.content) for each in self.files))

    @property
    def busy(self) -> bool:
        """True while the next customer has to wait: a card is being read, or lies there still."""
        lies = self.card_lies and self.stage in (Stage.VERDICT, Stage.TAKE_OFF)
        return lies or self.stage in (Stage.READING, Stage.LOST)

    def __repr__(self) -> str:
        return f"Scene({self.stage.value}, {len(self.files)} files)"


def advance(scene: Scene, event: CounterEvent) -> Scene:
    """Return the scene after an event."""
    if isinstance(event, Ready):
        return Scene(reader=scene.reader)
    if isinstance(event, AccessTaken):
        return Scene(Stage.CARD, event.access, scene.reader)
    if isinstance(event, CardAwaited):
        return replace(scene, stage=Stage.CARD)
    if isinstance(event, CardPresent):
        return Scene(Stage.READING, scene.access, event.reader, card_lies=True)
    if isinstance(event, Heard):
        return _heard(scene, event.event)
    if isinstance(event, Judged | Failed):
        return _ended(scene, event)
    if isinstance(event, Removed):
        return replace(scene, card_lies=False)
    return _cleared(scene)


def _heard(scene: Scene, event: Event) -> Scene:
    if isinstance(event, Progress):
        return replace(scene, progress=event)
    if isinstance(event, FileRead):
        others = tuple(each for each in scene.files if each.file != event.file)
        return replace(scene, files=(*others, event))
    if isinstance(event, CardLost):
        return replace(scene, stage=Stage.LOST, card_lies=False)
    if isinstance(event, CardReturned):
        return replace(scene, stage=Stage.READING, card_lies=True)
    return scene


def _ended(scene: Scene, event: Judged | Failed) -> Scene:
    if isinstance(event, Judged):
        judged = Scene(Stage.VERDICT, scene.access, scene.reader, report=event.report, reading=event.reading)
        return replace(judged, card_lies=scene.card_lies)
    if scene.stage in (Stage.VERDICT, Stage.TAKE_OFF):  # the reader failed after the verdict, which stays true
        return replace(scene, error=event.error)
    # what was read of a card that could not be read whole is worth nothing
    return replace(scene, stage=Stage.FAILED, error=event.error, files=(), progress=None)


def _cleared(scene: Scene) -> Scene:
    if scene.card_lies and scene.stage is Stage.VERDICT:
        return Scene(Stage.TAKE_OFF, reader=scene.reader, card_lies=True)
    return Scene(reader=scene.reader)
