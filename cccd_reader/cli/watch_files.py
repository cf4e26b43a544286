# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a counter keeps when somebody asks for it: evidence and page, in files that are named after the time alone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from cccd_reader.cli.verify import write_page
from cccd_reader.cli.watch import Desk
from cccd_reader.counter.scene import Scene
from cccd_reader.errors import CccdError
from cccd_reader.inspection.saved import save
from cccd_reader.messages.words import Words


def save_evidence(scene: Scene, desk: Desk) -> str:
    """Save the reading, for its owner alone, and return the file's name. `cccd check FILE` judges it again."""
    if scene.reading is None:
        raise CccdError("there is no reading to save")
    path = _new_path(desk, ".cccd")
    save(scene.reading, path)
    return path.name


def save_page(scene: Scene, desk: Desk, words: Words) -> str:
    """Save the report as a page in this language, for its owner alone, and return the file's name."""
    if scene.report is None:
        raise CccdError("there is no report to save")
    path = _new_path(desk, ".html")
    write_page(scene.report, path, [], desk.fields, words)
    return path.name


def _new_path(desk: Desk, suffix: str) -> Path:
    if desk.save_to is None:
        raise CccdError("there is no folder to save to")
    try:
        desk.save_to.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CccdError(f"the folder cannot be made: {error.strerror}", "Check the path and its rights.") from error
    # to the microsecond: a second file of the same second is not in its way
    return desk.save_to / f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}{suffix}"
