# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The photo in a terminal: each form is decoded again by a reader of its own, and shows the same picture."""

from __future__ import annotations

import base64
import io
import itertools
import re
import zlib

import pytest
from PIL import Image as pillow  # noqa: N813 -- a module's name
from rich.color import Color
from rich.style import Style

from cccd_reader.counter.scene import Scene, Stage
from cccd_reader.inspection.events import FileRead
from cccd_reader.lds import files as ef
from cccd_reader.lds.portrait import Thumbnail, thumbnail
from cccd_reader.render.counter_photo import Graphics, PhotoPainter, Picture
from cccd_reader.render.counter_screen import BODY_ROW, PHOTO_COLUMNS, PHOTO_ROWS, Size
from cccd_reader.render.fields import COUNTER, NONE
from cccd_reader.render.terminal_photo import KITTY_DELETE, half_blocks, kitty, sixel
from cccd_simulators import documents

IMAGE = documents.portrait()
DG2 = documents.face_file(IMAGE)
SIZE = Size(cell_width=9, cell_height=18)


def scene_of(content: bytes, stage: Stage = Stage.READING) -> Scene:
    return Scene(stage, files=(FileRead(ef.data_group(2), content),))


SCENE = scene_of(DG2)


def picture(width: int = 37, height: int = 19) -> Thumbnail:
    """A picture whose sides divide by nothing: a slope of each colour."""
    pixels = (
        (x * 255 // (width - 1), y * 255 // (height - 1), (x + y) % 2 * 255)
        for y in range(height)
        for x in range(width)
    )
    return Thumbnail(width, height, b"".join(bytes(pixel) for pixel in pixels))


def unkitty(text: str) -> tuple[dict[str, str], bytes]:
    """Read kitty's protocol: the keys of the first piece, and the pixels."""
    pieces = re.findall(r"\x1b_G([^;\x1b]*);([^\x1b]*)\x1b\\", text)
    assert all(len(data) <= 4096 for _, data in pieces)
    assert [keys.rpartition("m=")[2] for keys, _ in pieces] == ["1"] * (len(pieces) - 1) + ["0"]
    assert all(keys in ("m=0", "m=1") for keys, _ in pieces[1:])
    keys = dict(each.split("=") for each in pieces[0][0].split(","))
    return keys, zlib.decompress(base64.b64decode("".join(data for _, data in pieces), validate=True))


def unsixel(text: str) -> Thumbnail:
    """Read sixels (DEC STD 070): raster attributes, colours in percent, repeats, carriage returns and new lines."""
    body = re.fullmatch(r'\x1bP0;1;0q"1;1;(\d+);(\d+)(.*)\x1b\\', text, re.DOTALL)
    assert body is not None
    width, height = int(body[1]), int(body[2])
    colours: dict[int, bytes] = {}
    pixels = bytearray(3 * width * height)
    x = top = colour = 0
    for number, rgb, repeat, sign, move in re.findall(r"#(\d+)((?:;\d+){4})?|(?:!(\d+))?([?-~])|([$-])", body[3]):
        if number:
            colour = int(number)
            if rgb:
                kind, *levels = (int(each) for each in rgb[1:].split(";"))
                assert kind == 2
                colours[colour] = bytes(round(255 * level / 100) for level in levels)
        elif move:
            x, top = 0, top + (6 if move == "-" else 0)
        else:
            end = x + int(repeat or 1)
            for column, bit in itertools.product(range(x, end), range(6)):
                if ord(sign) - 0x3F >> bit & 1:
                    start = 3 * ((top + bit) * width + column)
                    pixels[start : start + 3] = colours[colour]
            x = end
    return Thumbnail(width, height, bytes(pixels))


def distance(one: Thumbnail, other: Thumbnail) -> int:
    """The largest difference of a channel, 0 to 255."""
    assert (one.width, one.height) == (other.width, other.height)
    return max(abs(a - b) for a, b in zip(one.rgb, other.rgb, strict=True))


@pytest.mark.parametrize("made", [picture(), picture(2, 2), thumbnail(IMAGE, 120, 160)], ids=["slope", "tiny", "face"])
def test_sixels_show_the_picture(made: Thumbnail) -> None:
    assert distance(unsixel(sixel(made)), made) <= 26  # half a step of six levels


@pytest.mark.parametrize("made", [picture(2, 2), thumbnail(IMAGE, 240, 320)], ids=["tiny", "face"])
def test_kitty_shows_the_picture(made: Thumbnail) -> None:
    text = kitty(made, "r=16")
    assert text.startswith(KITTY_DELETE)
    keys, pixels = unkitty(text.removeprefix(KITTY_DELETE))
    assert pixels == made.rgb
    assert keys == {
        "a": "T", "f": "24", "o": "z", "s": str(made.width), "v": str(made.height), "q": "2", "C": "1", "r": "16",
        "m": keys["m"],
    }  # fmt: skip


def test_half_blocks_show_the_picture() -> None:
    made = picture(5, 7)
    rows = half_blocks(made).split("\n")
    assert [row.plain for row in rows] == ["▀" * 5] * 4
    for y, row in enumerate(rows):
        for span in row.spans:
            style = span.style
            assert isinstance(style, Style)
            assert colour(style.color) == made.pixel(span.start, 2 * y)
            below = made.pixel(span.start, 2 * y + 1) if 2 * y + 1 < made.height else None
            assert colour(style.bgcolor) == below


def colour(shown: Color | None) -> tuple[int, ...] | None:
    return None if shown is None or shown.triplet is None else tuple(shown.triplet)


def over(graphics: Graphics, size: Size = SIZE) -> Picture:
    shown = PhotoPainter(graphics, COUNTER).of(SCENE, size)
    assert shown.cells is None
    assert shown.over is not None
    return shown.over


@pytest.mark.parametrize("size", [SIZE, Size(120, 40, 9, 18)])
def test_the_picture_fits_into_its_place(size: Size) -> None:
    place = f"\x1b[{BODY_ROW};{size.columns - PHOTO_COLUMNS + 1}H"
    assert over(Graphics.KITTY, size).written.startswith(place)
    assert over(Graphics.KITTY).rows == range(0)
    shown = over(Graphics.SIXEL, size)
    made = unsixel(shown.written.removeprefix(place))
    assert made.width <= PHOTO_COLUMNS * size.cell_width
    assert made.height <= PHOTO_ROWS * size.cell_height
    assert distance(made, thumbnail(IMAGE, PHOTO_COLUMNS * 9, PHOTO_ROWS * 18)) <= 26
    assert (shown.rows.start, len(shown.rows)) == (BODY_ROW - 1, PHOTO_ROWS)
    cells = PhotoPainter(Graphics.BLOCKS, COUNTER).of(SCENE, size).cells
    assert cells is not None
    assert len(cells.split("\n")) <= PHOTO_ROWS


def test_a_cell_of_unknown_size_gets_half_blocks_where_sixels_could_scroll_the_screen() -> None:
    assert PhotoPainter(Graphics.SIXEL, COUNTER).of(SCENE, Size()).cells is not None


def test_a_picture_is_bounded_by_its_longer_side() -> None:
    out = io.BytesIO()
    pillow.new("RGB", (300, 100)).save(out, "JPEG")
    wide = PhotoPainter(Graphics.KITTY, COUNTER).of(scene_of(documents.face_file(out.getvalue())), SIZE).over
    assert wide is not None
    assert f",c={PHOTO_COLUMNS}," in wide.written
    assert f",r={PHOTO_ROWS}," in over(Graphics.KITTY).written


@pytest.mark.parametrize("stage", [Stage.READY, Stage.FAILED, Stage.TAKE_OFF])
def test_no_photo_where_nobody_is_served(stage: Stage) -> None:
    painter = PhotoPainter(Graphics.BLOCKS, COUNTER)
    assert painter.of(SCENE, SIZE).cells is not None
    assert painter.of(scene_of(DG2, stage), SIZE).cells is None


def test_a_photo_is_made_once_and_forgotten() -> None:
    painter = PhotoPainter(Graphics.BLOCKS, COUNTER)
    first = painter.of(SCENE, SIZE)
    assert painter.of(SCENE, SIZE) is first
    assert painter.of(SCENE, Size(120, 40)) is not first
    painter.forget()
    assert painter.of(Scene(), SIZE).cells is None
    assert repr(first) == "Shown(hidden)"


@pytest.mark.parametrize("graphics", Graphics)
def test_what_is_no_photo_is_none(graphics: Graphics) -> None:
    cut, rubbish = documents.face_file(IMAGE[:400]), b"\x75\x01\x00"
    for scene in (scene_of(cut), scene_of(rubbish), Scene(Stage.READING)):
        shown = PhotoPainter(graphics, COUNTER).of(scene, SIZE)
        assert (shown.cells, shown.over) == (None, None)
    shown = PhotoPainter(graphics, NONE).of(SCENE, SIZE)
    assert (shown.cells, shown.over) == (None, None)
