# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Images are told by their first bytes and measured without decoding."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image as Picture

from cccd_reader.errors import MalformedData
from cccd_reader.lds.image import Image, ImageFormat
from cccd_simulators import documents
from tests.lds import samples


def coded(plugin: str, size: tuple[int, int], mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    Picture.new(mode, size, 90).save(out, plugin, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("image", "form"),
    [
        (coded("JPEG", (31, 43)), ImageFormat.JPEG),
        (coded("JPEG", (31, 43), progressive=True), ImageFormat.JPEG),
        (coded("JPEG", (31, 43), mode="L"), ImageFormat.JPEG),
        (coded("JPEG2000", (31, 43)), ImageFormat.JPEG_2000),
        (coded("JPEG2000", (31, 43), no_jp2=True), ImageFormat.JPEG_2000),
    ],
)
def test_an_encoder_s_image_is_measured(image: bytes, form: ImageFormat) -> None:
    assert Image.parse(image) == Image(form, 31, 43, image)


def test_the_demonstration_portrait() -> None:
    portrait = Image.parse(documents.portrait())
    assert (portrait.format, portrait.width, portrait.height) == (ImageFormat.JPEG, 300, 400)


def test_an_image_is_found_wherever_it_starts() -> None:
    file = coded("JPEG2000", (31, 43))
    found = Image.find(b"\xff\xd8 no image yet" + file)
    assert found.data == file  # the whole file, and not the codestream within it


def test_the_first_image_counts() -> None:
    first, second = coded("JPEG2000", (31, 43), no_jp2=True), coded("JPEG", (7, 9))
    assert Image.find(b"\x00" + first + second).width == 31
    assert Image.find(b"\x00" + second + first).width == 7


@pytest.mark.parametrize("image", [b"", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM", b"RIFF\x00\x00\x00\x00WEBP"])
def test_another_format_is_refused(image: bytes) -> None:
    with pytest.raises(MalformedData, match="neither JPEG nor JPEG 2000"):
        Image.find(image)


@pytest.mark.parametrize("length", [3, 12, 20, 40])
@pytest.mark.parametrize("plugin", ["JPEG", "JPEG2000"])
def test_an_error_names_the_structure_around_the_image(plugin: str, length: int) -> None:
    with pytest.raises(MalformedData) as caught:
        Image.parse(coded(plugin, (31, 43))[:length], "EF.DG2, template 1, face 1")
    assert caught.value.where == "EF.DG2, template 1, face 1"
    assert "image" in str(caught.value) or "JPEG" in str(caught.value)


def test_the_data_is_not_shown() -> None:
    assert "data" not in repr(Image.parse(samples.JPEG))


@pytest.mark.reference_data
def test_a_jpeg_2000_of_another_encoder(reference_data: Path) -> None:
    portrait = Image.parse((reference_data / "lds" / "silver.jp2").read_bytes())
    assert (portrait.format, portrait.width, portrait.height) == (ImageFormat.JPEG_2000, 413, 531)
