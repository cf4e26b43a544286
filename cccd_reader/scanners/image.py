# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The card's QR code in a photo or a scanned page, found by zxing-cpp (the extra `image`).

Pictures are bounded before they are decoded. Of several codes the one counts that opens a card; codes of two cards are
refused, since nobody can tell which is meant.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cccd_reader.errors import MalformedData, Unsupported
from cccd_reader.scanners.access_text import Access, AccessKind, parse_access

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_BYTES = 32 << 20
"""The largest file."""
MAX_PIXELS = 64_000_000
"""The most pixels that are decoded: a photo of a telephone has 12 to 50 million."""

_WHERE = "picture"
_MAX_CODES = 16
_MAX_ENLARGED = 4_000_000
_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"BM", b"II*\x00", b"MM\x00*", b"GIF8")
_HEIF = (b"heic", b"heix", b"mif1", b"hevc", b"avif")
_INSTALL = "Install it with: pip install 'cccd-reader[image]'"
_PHOTO = "Take the photo again: the whole QR code, flat, sharp, without glare; or type the 12 digits."
_JPEG = "Save the picture as JPEG or PNG, then try again."


def is_image(data: bytes) -> bool:
    """Tell by its first 16 bytes whether a file is a picture; text that opens a card is none."""
    return data.startswith(_MAGIC) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP") or _is_heif(data)


def access_of_image(data: bytes) -> Access:
    """Return what the QR code in a picture opens.

    Raises `MalformedData` where the picture is broken, too large, or has no such code or those of several cards, and
    `Unsupported` for HEIF, and where zxing-cpp is not installed.
    """
    found: dict[tuple[object, ...], Access] = {}
    for image in _views(_opened(data)):
        for raw in _codes(image):
            access = _access(raw)
            if access is not None:
                found[access.keys] = access
        if found:
            break
    if not found:
        raise MalformedData("no QR code of a card was found in it", _WHERE, _PHOTO)
    best = [access for access in found.values() if access.kind is AccessKind.QR] or list(found.values())
    if len(best) > 1:
        raise MalformedData("it shows the codes of several cards", _WHERE, "Give a picture of one card alone.")
    return best[0]


def _access(raw: bytes) -> Access | None:
    try:
        access = parse_access(raw)
    except MalformedData:
        return None
    return None if access.kind is AccessKind.CAN else access


def _opened(data: bytes) -> Image:
    """The picture in grey, decoded. Pillow is in C: sizes are checked before, and its warnings are errors."""
    from PIL import Image  # noqa: PLC0415 -- only where a picture is given

    if len(data) > MAX_BYTES:
        raise MalformedData(f"more than {MAX_BYTES} bytes", _WHERE, _JPEG)
    if _is_heif(data):
        raise Unsupported("pictures in HEIF", _JPEG)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            image = Image.open(io.BytesIO(data), formats=_FORMATS)
            if image.width * image.height > MAX_PIXELS:
                raise MalformedData(f"more than {MAX_PIXELS} pixels", _WHERE, _JPEG)
            return image.convert("L")
    except (OSError, SyntaxError, ValueError, LookupError, ArithmeticError, TypeError, MemoryError, Warning) as error:
        raise MalformedData("it cannot be decoded", _WHERE, _JPEG) from error
    except Image.DecompressionBombError as error:
        raise MalformedData(f"more than {MAX_PIXELS} pixels", _WHERE, _JPEG) from error


def _views(image: Image) -> Iterator[Image]:
    """The picture, then with more contrast and enlarged: what finds small and pale codes."""
    from PIL import ImageOps  # noqa: PLC0415 -- as above

    yield image
    contrast = ImageOps.autocontrast(image, cutoff=1)
    yield contrast
    if 4 * image.width * image.height <= _MAX_ENLARGED:
        yield contrast.resize((2 * image.width, 2 * image.height))


def _codes(image: Image) -> list[bytes]:
    try:
        import zxingcpp  # noqa: PLC0415 -- an extra of its own
    except ImportError as error:
        raise Unsupported("pictures, without zxing-cpp", _INSTALL) from error
    barcodes = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return [barcode.bytes for barcode in barcodes[:_MAX_CODES] if barcode.valid]


def _is_heif(data: bytes) -> bool:
    return data[4:8] == b"ftyp" and data[8:12] in _HEIF
