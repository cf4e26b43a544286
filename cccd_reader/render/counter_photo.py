# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The photo of a counter's scene, decoded once a customer, in the form that the terminal shows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cccd_reader.counter.scene import Scene, Stage
from cccd_reader.errors import MalformedData, Unsupported
from cccd_reader.lds import files as ef
from cccd_reader.lds.portrait import Thumbnail, thumbnail
from cccd_reader.render.counter_screen import BODY_ROW, PHOTO_COLUMNS, PHOTO_ROWS, Size
from cccd_reader.render.fields import PHOTO, Fields
from cccd_reader.render.holder import photo_of
from cccd_reader.render.terminal_photo import half_blocks, kitty, sixel

if TYPE_CHECKING:
    from rich.text import Text

_USUAL_CELL = 10, 20
"""Pixels of a cell where the terminal does not tell."""


class Graphics(StrEnum):
    """How a terminal shows a picture."""

    KITTY = "kitty"
    SIXEL = "sixel"
    BLOCKS = "blocks"
    NONE = "none"


@dataclass(frozen=True, repr=False)
class Picture:
    """What is written over a frame to show a picture, its place included, and the rows whose painting spoils it."""

    written: str
    rows: range = range(0)

    def __repr__(self) -> str:
        return "Picture(hidden)"


@dataclass(frozen=True, repr=False)
class Shown:
    """The photo as cells of the frame, or as what is written over the frame; both None where there is none."""

    cells: Text | None = None
    over: Picture | None = None

    def __repr__(self) -> str:
        return "Shown(hidden)"


_NOTHING = Shown()


class PhotoPainter:
    """Makes the photo once for each customer and size of the screen, and forgets it with the customer."""

    def __init__(self, graphics: Graphics, fields: Fields) -> None:
        self._graphics = graphics if PHOTO in fields else Graphics.NONE
        self._made_of: tuple[bytes, Size] | None = None
        self._shown = _NOTHING

    def of(self, scene: Scene, size: Size) -> Shown:
        """Return the photo of a scene, whose place on a screen of this size is `counter_screen`'s."""
        if self._graphics is Graphics.NONE or scene.stage in (Stage.READY, Stage.FAILED, Stage.TAKE_OFF):
            return _NOTHING
        evidence = scene.evidence if scene.reading is None else scene.reading
        content = evidence.content(ef.data_group(2))
        if content is None:
            return _NOTHING
        if self._made_of != (content, size):
            image = photo_of(evidence)
            self._made_of = content, size
            self._shown = _NOTHING if image is None else self._made(image.data, size)
        return self._shown

    def forget(self) -> None:
        """Drop the photo."""
        self._made_of, self._shown = None, _NOTHING

    def _made(self, data: bytes, size: Size) -> Shown:
        known = size.cell_width > 0 and size.cell_height > 0
        width, height = (size.cell_width, size.cell_height) if known else _USUAL_CELL
        place = f"\x1b[{BODY_ROW};{size.columns - PHOTO_COLUMNS + 1}H"
        try:
            if self._graphics is Graphics.KITTY:
                small = thumbnail(data, PHOTO_COLUMNS * width, PHOTO_ROWS * height)
                return Shown(over=Picture(place + kitty(small, _fitting(small, width, height))))
            if self._graphics is Graphics.SIXEL and known:
                small = thumbnail(data, PHOTO_COLUMNS * width, PHOTO_ROWS * height)
                return Shown(over=Picture(place + sixel(small), range(BODY_ROW - 1, BODY_ROW - 1 + PHOTO_ROWS)))
            # also for sixels whose size in cells nobody can tell: a picture that is too high scrolls the screen
            return Shown(half_blocks(thumbnail(data, PHOTO_COLUMNS, 2 * PHOTO_ROWS)))
        except (MalformedData, Unsupported):  # the check document.image says so
            return _NOTHING


def _fitting(small: Thumbnail, width: int, height: int) -> str:
    """The one measure in cells that bounds a picture; kitty finds the other by the picture's shape."""
    wide = small.width * PHOTO_ROWS * height > small.height * PHOTO_COLUMNS * width
    return f"c={PHOTO_COLUMNS}" if wide else f"r={PHOTO_ROWS}"
