# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A coded face as PNG, for a page or a window. Pillow decodes it, in C: so the work is bounded before that begins.

The bounds are on bytes, pixels, scans (JPEG) and tiles (JPEG 2000). The image's first bytes alone choose the decoder.
"""

from __future__ import annotations

import io
import struct
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cccd_reader.errors import MalformedData, Unsupported
from cccd_reader.lds.image import Image, ImageFormat

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

MAX_PIXELS = 40_000_000
"""The most pixels that are decoded."""

MAX_BYTES = 8 << 20
"""The longest image that is decoded, in bytes; a chip's is some tens of thousands."""

MAX_SCANS = 50
"""The most scans of a JPEG; about ten are usual in a progressive one. Each passes over the whole picture."""

MAX_TILES = 1024
"""The most tiles of a JPEG 2000; one is usual. Each costs the decoder some ten thousand bytes, even an empty one."""

_START_OF_SCAN, _CODESTREAM = b"\xff\xda", b"\xff\x4f\xff\x51"
_GRID = struct.Struct(">8I")  # the codestream's SIZ: grid, offset of the image, tile, offset of the first tile
_GRID_AT = 8
_PLUGINS = {ImageFormat.JPEG: "JPEG", ImageFormat.JPEG_2000: "JPEG2000"}
_WHERE = "portrait"

# What Pillow is known to raise for spoilt images, once its warnings are errors. Its DecompressionBombError is added
# where Pillow is loaded.
_PILLOW_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    EOFError,
    MemoryError,
    struct.error,
    Warning,
)

_one_at_a_time = threading.Lock()


def portrait_png(image: bytes) -> bytes:
    """Return a JPEG or JPEG 2000 as PNG, greyscale or RGB with 8 bits a channel, without any metadata.

    Raises `MalformedData` for an image that is broken, whatever Pillow only warned of, or beyond the limits, and
    `Unsupported` where this installation of Pillow lacks JPEG 2000. A JPEG 2000 that was cut short still decodes, the
    rest of it grey: that nothing is missing is proven by the hash of its file.
    """
    with _pillow_errors():
        out = io.BytesIO()
        _decoded(_checked(image)).save(out, "PNG")
        return out.getvalue()


def check_portrait(image: bytes) -> None:
    """Raise what `portrait_png` would raise, without making a PNG: that takes ten times as long as decoding."""
    with _pillow_errors():
        _decoded(_checked(image))


@dataclass(frozen=True, repr=False)
class Thumbnail:
    """A small picture: `rgb` holds `width` * `height` pixels of three bytes, by rows from the top. Hidden in `repr`."""

    width: int
    height: int
    rgb: bytes

    def pixel(self, x: int, y: int) -> tuple[int, int, int]:
        """Return red, green and blue at a place, from 0 to 255."""
        start = 3 * (y * self.width + x)
        red, green, blue = self.rgb[start : start + 3]
        return red, green, blue


def thumbnail(image: bytes, width: int, height: int) -> Thumbnail:
    """Return a JPEG or JPEG 2000 in the largest size of its shape that fits into `width` x `height` pixels.

    Raises as `portrait_png` does.
    """
    with _pillow_errors():
        picture = _decoded(_checked(image)).convert("RGB")
        picture.thumbnail((width, height))
        return Thumbnail(*picture.size, picture.tobytes())


def _checked(image: bytes) -> Image:
    if len(image) > MAX_BYTES:
        raise MalformedData(f"more than {MAX_BYTES} bytes", _WHERE)
    coded = Image.parse(image, _WHERE)
    _check_size(coded.width, coded.height)
    if coded.format is ImageFormat.JPEG:
        _check_scans(image)
    else:
        _check_tiles(image)
    return coded


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise MalformedData(f"more than {MAX_PIXELS} pixels", _WHERE)


def _check_scans(image: bytes) -> None:
    # Coded data never holds a marker, so its bytes count the scans, and at worst something in the metadata.
    if image.count(_START_OF_SCAN) > MAX_SCANS:
        raise MalformedData(f"more than {MAX_SCANS} scans", _WHERE)


def _check_tiles(image: bytes) -> None:
    # Every possible start of a codestream is judged: a box before the real one may hold a harmless copy.
    start = image.find(_CODESTREAM)
    while start >= 0 and start + _GRID_AT + _GRID.size <= len(image):
        right, bottom, _, _, width, height, left, top = _GRID.unpack_from(image, start + _GRID_AT)
        if width and height and -(-(right - left) // width) * -(-(bottom - top) // height) > MAX_TILES:
            raise MalformedData(f"more than {MAX_TILES} tiles", _WHERE)
        start = image.find(_CODESTREAM, start + 1)


@contextmanager
def _pillow_errors() -> Iterator[None]:
    from PIL.Image import DecompressionBombError  # noqa: PLC0415 -- loaded only where a picture is wanted

    # The filters of `warnings` belong to the whole process: one at a time, and only for what Pillow itself warns of.
    with _one_at_a_time, warnings.catch_warnings():
        warnings.filterwarnings("error", module=r"PIL\.")
        try:
            yield
        except (*_PILLOW_ERRORS, DecompressionBombError) as error:
            raise MalformedData(f"it cannot be decoded ({type(error).__name__})", _WHERE) from error


def _decoded(coded: Image) -> Picture:
    from PIL import Image as pillow  # noqa: N813, PLC0415 -- loaded only where a picture is wanted; a module's name
    from PIL import features  # noqa: PLC0415 -- the same

    if coded.format is ImageFormat.JPEG_2000 and not features.check("jpg_2000"):
        raise Unsupported("JPEG 2000: this installation of Pillow has no decoder for it")
    with pillow.open(io.BytesIO(coded.data), formats=[_PLUGINS[coded.format]]) as source:
        _check_size(*source.size)  # the decoder's own reading of the headers
        source.load()
        pixels = _of_8_bits(source)
        # A new picture takes the pixels and nothing else: no profile, no comment, no position.
        clean = pillow.new("L" if pixels.mode == "L" else "RGB", pixels.size)
        clean.paste(pixels)
    return clean


def _of_8_bits(picture: Picture) -> Picture:
    """Scale a greyscale JPEG 2000 of up to 16 bits, which the decoder has made 16; others have 8 bits a channel."""
    if picture.mode != "I;16":
        return picture
    return picture.convert("I").point(lambda value: value * (1 / 257)).convert("L")
