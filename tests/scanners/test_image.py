# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""QR codes in pictures: turned, small, several, none; and pictures that are a danger."""

from __future__ import annotations

import io
import sys
from itertools import count
from unittest.mock import patch

import pytest
import zxingcpp
from PIL import Image, ImageFilter

from cccd_reader.errors import MalformedData, Unsupported
from cccd_reader.scanners.access_text import AccessKind
from cccd_reader.scanners.image import MAX_BYTES, MAX_PIXELS, access_of_image, is_image
from tests.scanners.texts import CAN, NAME, NUMBER, QR, QR_2024

OTHER_QR = QR.replace("001090000000", "079160000000")


def code(text: str, scale: int = 4) -> Image.Image:
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    return Image.fromarray(barcode.to_image(scale=scale))


def page(*codes: Image.Image, angle: float = 0.0) -> Image.Image:
    """A page, not quite white, with codes side by side."""
    whole = Image.new("L", (sum(each.width + 60 for each in codes) + 60, max(each.height for each in codes) + 120), 235)
    left = 60
    for each in codes:
        whole.paste(each, (left, 60))
        left += each.width + 60
    return whole.rotate(angle, expand=True, fillcolor=235, resample=Image.Resampling.BICUBIC)


def saved(image: Image.Image, form: str = "PNG") -> bytes:
    target = io.BytesIO()
    image.save(target, form)
    return target.getvalue()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "BMP", "TIFF", "WEBP", "GIF"])
def test_every_kind_of_picture(form: str) -> None:
    data = saved(page(code(QR)), form)
    assert is_image(data[:16])
    access = access_of_image(data)
    assert (access.kind, access.keys[0]) == (AccessKind.QR, CAN)
    assert access.qr is not None
    assert access.qr.full_name == NAME


@pytest.mark.parametrize(
    "picture",
    [
        page(code(QR), angle=90),
        page(code(QR), angle=-33),
        page(code(QR, scale=1)),
        page(code(QR)).filter(ImageFilter.GaussianBlur(1.5)),
        page(code(QR)).point(lambda value: 120 + value // 12),
        page(code(QR)).convert("RGBA"),
        page(code(QR)).convert("1"),
        page(code(QR_2024)),
        page(code(NUMBER)),
        page(code("https://example.test/"), code(QR), code("123456")),
        page(code(QR), code(QR)),
        page(code(NUMBER), code(QR)),
    ],
    ids=count(),
)
def test_turned_small_pale_and_among_others(picture: Image.Image) -> None:
    assert access_of_image(saved(picture)).keys[0] == CAN


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (saved(page(code("https://example.test/"))), "no QR code"),
        (saved(page(code("123456"))), "no QR code"),
        (saved(Image.new("L", (64, 64))), "no QR code"),
        (saved(page(code(QR), code(OTHER_QR))), "several cards"),
        (saved(page(code(QR)))[:200], "decoded"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "decoded"),
        (b"", "decoded"),
        (bytes(MAX_BYTES + 1), "bytes"),
    ],
    ids=count(),
)
def test_pictures_that_open_nothing(data: bytes, words: str) -> None:
    with pytest.raises(MalformedData, match=words) as caught:
        access_of_image(data)
    assert caught.value.hint


@pytest.mark.parametrize("side", [9000, 12000, 40000])
def test_a_picture_that_would_fill_the_memory_is_not_decoded(side: int) -> None:
    assert side * side > MAX_PIXELS
    png = bytearray(saved(Image.new("1", (8, 8))))
    header = b"IHDR" + side.to_bytes(4, "big") * 2 + png[24:29]
    png[12:33] = header + _crc(header)
    with pytest.raises(MalformedData, match=r"pixels|decoded"):
        access_of_image(bytes(png))


def _crc(chunk: bytes) -> bytes:
    import zlib

    return zlib.crc32(chunk).to_bytes(4, "big")


def test_what_is_missing_is_said() -> None:
    with pytest.raises(Unsupported, match="HEIF") as caught:
        access_of_image(b"\x00\x00\x00\x18ftypheic" + bytes(40))
    assert "JPEG" in caught.value.hint
    with patch.dict(sys.modules, {"zxingcpp": None}), pytest.raises(Unsupported, match="zxing") as caught:
        access_of_image(saved(page(code(QR))))
    assert "pip install" in caught.value.hint


@pytest.mark.parametrize("text", [QR, NUMBER, "IDVNM0900000007", "\ufeff" + QR, ""])
def test_text_is_no_picture(text: str) -> None:
    assert not is_image(text.encode())
