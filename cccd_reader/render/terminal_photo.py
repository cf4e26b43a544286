# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A photo in a terminal: by kitty's graphics protocol, as sixels (DEC STD 070), or as half blocks, which all show."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cccd_reader.lds.portrait import Thumbnail

if TYPE_CHECKING:
    from rich.text import Text

KITTY_DELETE = "\x1b_Ga=d,d=A,q=2\x1b\\"
"""Deletes every picture of kitty's, and its data in the terminal."""

_KITTY_CHUNK = 4096
_LEVELS = 6
_HALF_BLOCK = "\u2580"


def half_blocks(picture: Thumbnail) -> Text:
    """Return a picture as text: a cell is two pixels, one above the other."""
    from rich.color import Color  # noqa: PLC0415 -- slow to import, and only for a screen
    from rich.style import Style  # noqa: PLC0415 -- as above
    from rich.text import Text  # noqa: PLC0415 -- as above

    text = Text(no_wrap=True)
    for y in range(0, picture.height, 2):
        for x in range(picture.width):
            top = Color.from_rgb(*picture.pixel(x, y))
            bottom = Color.from_rgb(*picture.pixel(x, y + 1)) if y + 1 < picture.height else None
            text.append(_HALF_BLOCK, Style(color=top, bgcolor=bottom))
        text.append("\n")
    text.rstrip()
    return text


def kitty(picture: Thumbnail, measure: str) -> str:
    """Return what shows a picture at the cursor, which stays where it is, in place of kitty's other pictures.

    `measure` is its width or height in cells as kitty writes it: `c=26` or `r=16`.
    """
    coded = base64.b64encode(zlib.compress(picture.rgb)).decode("ascii")
    pieces = [coded[start : start + _KITTY_CHUNK] for start in range(0, len(coded), _KITTY_CHUNK)]
    first = f"a=T,f=24,o=z,s={picture.width},v={picture.height},q=2,C=1,{measure},"
    return KITTY_DELETE + "".join(
        f"\x1b_G{'' if index else first}m={int(index + 1 < len(pieces))};{piece}\x1b\\"
        for index, piece in enumerate(pieces)
    )


def sixel(picture: Thumbnail) -> str:
    """Return a picture as sixels, in 216 colours."""
    body = "".join(_band(picture, top) for top in range(0, picture.height, 6))
    return f'\x1bP0;1;0q"1;1;{picture.width};{picture.height}{_palette()}{body}\x1b\\'


def _palette() -> str:
    steps = [round(100 * level / (_LEVELS - 1)) for level in range(_LEVELS)]
    colours = ((red, green, blue) for red in steps for green in steps for blue in steps)
    return "".join(f"#{number};2;{red};{green};{blue}" for number, (red, green, blue) in enumerate(colours))


def _band(picture: Thumbnail, top: int) -> str:
    """Six rows of pixels: each colour's own line, one printed over the other."""
    columns: dict[int, bytearray] = {}
    for y in range(top, min(top + 6, picture.height)):
        for x in range(picture.width):
            bits = columns.setdefault(_colour(picture.pixel(x, y)), bytearray(picture.width))
            bits[x] |= 1 << (y - top)
    return "$".join(f"#{number}{''.join(_runs(bits))}" for number, bits in sorted(columns.items())) + "-"


def _colour(pixel: tuple[int, int, int]) -> int:
    red, green, blue = (round(value * (_LEVELS - 1) / 255) for value in pixel)
    return (red * _LEVELS + green) * _LEVELS + blue


def _runs(bits: bytearray) -> Iterator[str]:
    start = 0
    while start < len(bits):
        end = start
        while end < len(bits) and bits[end] == bits[start]:
            end += 1
        sign = chr(0x3F + bits[start])
        yield sign * (end - start) if end - start < 4 else f"!{end - start}{sign}"
        start = end
