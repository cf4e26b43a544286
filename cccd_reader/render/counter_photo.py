# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The photo of a counter's scene, decoded once a customer, in the form that the terminal shows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cccd_reader.counter.scene import Scene, Stage
from cccd_reader.errors import MalformedData, Unsupported
from cccd_reader.lds.image import Image
from cccd_reader.lds.portrait import portrait_png, thumbnail
from cccd_reader.render.counter_screen import BODY_ROW, PHOTO_COLUMNS, PHOTO_ROWS, Size
from cccd_reader.render.fields import PHOTO, Fields
from cccd_reader.render.holder import photo_of
from cccd_reader.render.terminal_photo import CELL_HEIGHT, CELL_WIDTH, KITTY_DELETE, half_blocks, kitty, sixel

if TYPE_CHECKING:
    from rich.text import Text


class Graphics(StrEnum):
    """How a terminal shows a picture."""

    KITTY = "kitty"
    SIXEL = "sixel"
    BLOCKS = "blocks"
    NONE = "none"


@dataclass(frozen=True, repr=False)
class Shown:
    """The photo as cells of the frame, or as what is written over the frame; both empty where there is none."""

    cells: Text | None = None
    over: str = ""

    def __repr__(self) -> str:
        return "Shown(hidden)"


class PhotoPainter:
    """Makes the photo once for each customer, and forgets it with the customer."""

    def __init__(self, graphics: Graphics, fields: Fields) -> None:
        self._graphics = graphics if PHOTO in fields else Graphics.NONE
        self._image: Image | None = None
        self._shown = Shown()

    def of(self, scene: Scene, size: Size) -> Shown:
        """Return the photo of a scene, whose place on a screen of this size is `counter_screen`'s."""
        if self._graphics is Graphics.NONE or scene.stage in (Stage.READY, Stage.FAILED, Stage.TAKE_OFF):
            return Shown()
        image = photo_of(scene.evidence if scene.reading is None else scene.reading)
        if image is None:
            return Shown()
        if self._image is None or image.data != self._image.data:
            self._image, self._shown = image, self._made(image.data)
        if not self._shown.over:
            return self._shown
        place = f"\x1b[{BODY_ROW};{size.columns - PHOTO_COLUMNS + 1}H"
        return Shown(over=place + self._shown.over)

    def forget(self) -> None:
        """Drop the photo."""
        self._image, self._shown = None, Shown()

    def _made(self, data: bytes) -> Shown:
        try:
            if self._graphics is Graphics.KITTY:
                return Shown(over=KITTY_DELETE + kitty(portrait_png(data), PHOTO_COLUMNS - 2, PHOTO_ROWS))
            if self._graphics is Graphics.SIXEL:
                small = thumbnail(data, PHOTO_COLUMNS * CELL_WIDTH, PHOTO_ROWS * CELL_HEIGHT)
                return Shown(over=sixel(small))
            return Shown(half_blocks(thumbnail(data, PHOTO_COLUMNS, 2 * PHOTO_ROWS)))
        except (MalformedData, Unsupported):  # the check document.image says so
            return Shown()
