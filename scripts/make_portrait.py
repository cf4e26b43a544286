# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Draw the portrait of the demonstration card: a cartoon face of nobody, JPEG, 300 x 400 pixels, always 14 916 bytes.

Run it as `python scripts/make_portrait.py`. The same Pillow gives the same bytes on every run; another Pillow may bring
another JPEG encoder, so the picture that the chip carries is kept under `simulators/`.
"""

from __future__ import annotations

import io
import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

WIDTH, HEIGHT = 300, 400
FILE_SIZE = 14_916  # with the 84 bytes before the picture, EF.DG2 has 15 000
TARGET = Path(__file__).resolve().parent.parent / "simulators" / "cccd_simulators" / "data" / "portrait.jpg"

_SCALE = 3  # drawn larger, then reduced: Pillow's shapes have hard edges
_SKIN, _SKIN_SHADE, _HAIR, _INK = (236, 196, 160), (216, 168, 132), (42, 36, 40), (60, 40, 40)
_SHIRT, _COLLAR, _LIPS, _WHITE = (70, 98, 150), (240, 240, 245), (190, 96, 96), (250, 250, 250)


def _box(*corners: int) -> list[tuple[int, int]]:
    left, top, right, bottom = (corner * _SCALE for corner in corners)
    return [(left, top), (right, bottom)]


def _points(*pairs: tuple[int, int]) -> list[tuple[int, int]]:
    return [(x * _SCALE, y * _SCALE) for x, y in pairs]


def _background() -> Image.Image:
    """A blue wall with grain: the grain gives the file the size of a photograph."""
    grain = random.Random("portrait of nobody").randbytes(WIDTH * HEIGHT)  # noqa: S311  -- no secret, but repeatable
    noise = Image.frombytes("L", (WIDTH, HEIGHT), grain).filter(ImageFilter.GaussianBlur(1.2))
    wall = Image.merge("RGB", [noise.point([base + value // 3 for value in range(256)]) for base in (120, 150, 170)])
    return wall.resize((WIDTH * _SCALE, HEIGHT * _SCALE), Image.Resampling.BICUBIC)


def _draw_body(draw: ImageDraw.ImageDraw) -> None:
    draw.ellipse(_box(10, 310, 290, 560), fill=_SHIRT)
    draw.polygon(_points((105, 318), (150, 372), (195, 318), (182, 300), (118, 300)), fill=_COLLAR)
    draw.polygon(_points((120, 260), (180, 260), (182, 316), (150, 344), (118, 316)), fill=_SKIN_SHADE)


def _draw_head(draw: ImageDraw.ImageDraw) -> None:
    draw.ellipse(_box(62, 48, 238, 240), fill=_HAIR)
    for ear in ((62, 170, 88, 222), (212, 170, 238, 222)):
        draw.ellipse(_box(*ear), fill=_SKIN_SHADE)
    draw.ellipse(_box(76, 84, 224, 302), fill=_SKIN)
    draw.chord(_box(76, 62, 224, 196), 190, 350, fill=_HAIR)


def _draw_features(draw: ImageDraw.ImageDraw) -> None:
    for middle in (116, 184):
        draw.ellipse(_box(middle - 17, 174, middle + 17, 196), fill=_WHITE, outline=_INK, width=_SCALE)
        draw.ellipse(_box(middle - 9, 176, middle + 9, 194), fill=_HAIR)
        draw.ellipse(_box(middle - 5, 179, middle - 1, 183), fill=_WHITE)
        draw.arc(_box(middle - 22, 152, middle + 22, 184), 205, 335, fill=_HAIR, width=5 * _SCALE)
    draw.line(_points((150, 190), (142, 228), (156, 230)), fill=_SKIN_SHADE, width=4 * _SCALE, joint="curve")
    draw.arc(_box(120, 222, 180, 262), 25, 155, fill=_LIPS, width=5 * _SCALE)


def portrait() -> Image.Image:
    """Return the drawing, RGB, 300 x 400 pixels."""
    image = _background()
    draw = ImageDraw.Draw(image)
    _draw_body(draw)
    _draw_head(draw)
    _draw_features(draw)
    font = ImageFont.load_default(size=26 * _SCALE)
    draw.text((WIDTH * _SCALE // 2, 385 * _SCALE), "SPECIMEN", fill=_WHITE, font=font, anchor="mm")
    return image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def _encode(image: Image.Image, quality: int, comment: bytes) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, comment=comment)
    return buffer.getvalue()


def jpeg(image: Image.Image) -> bytes:
    """Return the JPEG of exactly `FILE_SIZE` bytes: the best quality that fits, then a comment segment as filler."""
    comment = b"Drawn by scripts/make_portrait.py; no real person. "
    for quality in range(95, 10, -1):
        room = FILE_SIZE - len(_encode(image, quality, comment))
        if room >= 0:
            return _encode(image, quality, comment + b"." * room)
    raise SystemExit("the drawing does not fit at any quality")


if __name__ == "__main__":
    TARGET.write_bytes(jpeg(portrait()))
