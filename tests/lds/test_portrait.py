# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A portrait as PNG: decoded within limits, by the decoder that the first bytes name, and stripped to its pixels."""

from __future__ import annotations

import io
import struct
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Picture
from PIL import features

from cccd_reader.errors import MalformedData, Unsupported
from cccd_reader.lds import portrait
from cccd_reader.lds.portrait import check_portrait, portrait_png
from cccd_simulators import documents


def coded(plugin: str, mode: str = "RGB", size: tuple[int, int] = (32, 40), **options: Any) -> bytes:
    out = io.BytesIO()
    Picture.new(mode, size).save(out, plugin, **options)
    return out.getvalue()


def chunks(png: bytes) -> set[bytes]:
    found, position = set(), 8
    while position < len(png):
        length, kind = struct.unpack_from(">I4s", png, position)
        found.add(kind)
        position += 12 + length
    return found


def opened(png: bytes) -> Picture.Image:
    return Picture.open(io.BytesIO(png), formats=["PNG"])


def test_the_demonstration_portrait() -> None:
    png = portrait_png(documents.portrait())
    original = Picture.open(io.BytesIO(documents.portrait()))
    assert opened(png).size == (300, 400)
    assert opened(png).tobytes() == original.convert("RGB").tobytes()


@pytest.mark.parametrize(
    ("image", "mode"),
    [
        (coded("JPEG"), "RGB"),
        (coded("JPEG", "L"), "L"),
        (coded("JPEG", "CMYK"), "RGB"),
        (coded("JPEG", progressive=True), "RGB"),
        (coded("JPEG2000"), "RGB"),
        (coded("JPEG2000", "L", no_jp2=True), "L"),
        (coded("JPEG2000", "RGBA"), "RGB"),
        (coded("JPEG2000", "I;16"), "L"),
        (coded("JPEG") + bytes(16), "RGB"),
    ],
)
def test_every_mode_becomes_grey_or_rgb(image: bytes, mode: str) -> None:
    assert (opened(portrait_png(image)).mode, opened(portrait_png(image)).size) == (mode, (32, 40))


def test_grey_of_16_bits_keeps_its_shades() -> None:
    """Cut at 8 bits the picture would be white, and the check of the photo would call it good."""
    shades = Picture.new("I;16", (4, 1))
    for at, value in enumerate((0, 257, 257 * 100, 65535)):
        shades.putpixel((at, 0), value)
    out = io.BytesIO()
    shades.save(out, "JPEG2000")
    assert list(opened(portrait_png(out.getvalue())).tobytes()) == [0, 1, 100, 255]


def test_nothing_but_pixels_is_left() -> None:
    exif = Picture.Exif()
    exif[0x013B] = "an artist"
    image = coded("JPEG", exif=exif, comment=b"a comment", icc_profile=b"a profile", dpi=(300, 300))
    png = portrait_png(image)
    assert chunks(png) == {b"IHDR", b"IDAT", b"IEND"}
    assert opened(png).info == {}


@pytest.mark.parametrize("image", [b"", b"\x89PNG\r\n\x1a\n", coded("PNG"), coded("GIF"), coded("BMP"), coded("TIFF")])
def test_other_formats_never_reach_a_decoder(image: bytes) -> None:
    with pytest.raises(MalformedData, match="neither JPEG nor JPEG 2000"):
        portrait_png(image)


# --- bombs ---


def resized(image: bytes, width: int, height: int) -> bytes:
    """A JPEG whose frame header claims another size."""
    at = image.index(b"\xff\xc0") + 5
    return image[:at] + struct.pack(">HH", height, width) + image[at + 4 :]


def test_too_many_pixels() -> None:
    with pytest.raises(MalformedData, match="more than 40000000 pixels"):
        portrait_png(resized(coded("JPEG"), 6400, 6400))


@pytest.mark.parametrize("size", [(6400, 6400), (65000, 65000)])
def test_a_second_frame_header_does_not_smuggle_in_a_larger_picture(size: tuple[int, int]) -> None:
    image = coded("JPEG")
    frame = image.index(b"\xff\xc0")
    with pytest.raises(MalformedData, match="portrait"):
        portrait_png(image[: frame + 19] + resized(image, *size)[frame:])


@pytest.mark.parametrize("image", [resized(coded("JPEG"), 6400, 6400), coded("JPEG")[:-40], b"no picture"], ids=len)
def test_a_check_refuses_what_could_not_be_shown(image: bytes) -> None:
    for judge in (portrait_png, check_portrait):
        with pytest.raises(MalformedData, match="portrait"):
            judge(image)
    check_portrait(coded("JPEG"))


def test_too_many_bytes() -> None:
    with pytest.raises(MalformedData, match="bytes"):
        portrait_png(coded("JPEG") + bytes(portrait.MAX_BYTES))


def test_too_many_scans() -> None:
    image = coded("JPEG", progressive=True)
    last = image.rindex(b"\xff\xda")
    scans = image.count(b"\xff\xda")
    repeated = image[:-2] + image[last:-2] * (portrait.MAX_SCANS - scans) + image[-2:]
    assert opened(portrait_png(repeated)).size == (32, 40)
    with pytest.raises(MalformedData, match="scans"):
        portrait_png(repeated[:-2] + image[last:])


def with_tiles(image: bytes, width: int, height: int) -> bytes:
    at = image.index(b"\xff\x4f\xff\x51") + 24
    return image[:at] + struct.pack(">II", width, height) + image[at + 8 :]


@pytest.mark.parametrize("options", [{"no_jp2": True}, {}])
def test_too_many_tiles(options: dict[str, Any]) -> None:
    image = coded("JPEG2000", "L", **options)
    with pytest.raises(MalformedData, match="1024 tiles"):
        portrait_png(with_tiles(image, 1, 1))
    assert opened(portrait_png(with_tiles(image, 32, 8))).size == (32, 40)


def test_a_harmless_codestream_before_the_real_one_hides_nothing() -> None:
    image = coded("JPEG2000", "L")
    start = image.index(b"\xff\x4f\xff\x51")
    box = struct.pack(">I4s", 8 + 60, b"free") + image[start : start + 60]
    before = image.index(b"jp2c") - 4
    assert opened(portrait_png(image[:before] + box + image[before:])).size == (32, 40)
    bomb = image[:before] + box + with_tiles(image, 1, 1)[before:]
    with pytest.raises(MalformedData, match="1024 tiles"):
        portrait_png(bomb)


# --- broken images ---


def test_a_jpeg_that_ends_early_is_refused() -> None:
    image = documents.portrait()
    for length in (len(image) // 3, len(image) // 2, len(image) - 200):
        with pytest.raises(MalformedData, match="cannot be decoded"):
            portrait_png(image[:length])


def test_what_pillow_only_warns_of_is_refused() -> None:
    claim = b"\xff\xe2\x00\x0eMPF\x00II*\x00\x08\x00\x00\x00"  # a table of further pictures that is cut off
    image = coded("JPEG")
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        Picture.open(io.BytesIO(image[:2] + claim + image[2:]), formats=["JPEG"]).close()
    assert seen  # otherwise the next lines would prove nothing
    with pytest.raises(MalformedData, match="Warning"):
        portrait_png(image[:2] + claim + image[2:])


def test_the_filters_of_warnings_are_left_as_they_were() -> None:
    before = list(warnings.filters)
    portrait_png(coded("JPEG"))
    with pytest.raises(MalformedData):
        portrait_png(coded("JPEG")[:-80])
    assert list(warnings.filters) == before


SEEDS = [coded("JPEG"), coded("JPEG", progressive=True), coded("JPEG2000"), coded("JPEG2000", "L", no_jp2=True)]


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_spoilt_images_are_refused_or_decoded(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from(SEEDS)))
    for _ in range(data.draw(st.integers(1, 5))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    with suppress(MalformedData):  # and nothing else
        assert chunks(portrait_png(bytes(raw))) == {b"IHDR", b"IDAT", b"IEND"}


def test_a_pillow_without_jpeg_2000(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "check", lambda name: name != "jpg_2000")
    with pytest.raises(Unsupported, match="JPEG 2000"):
        portrait_png(coded("JPEG2000"))
    assert opened(portrait_png(coded("JPEG"))).size == (32, 40)


@pytest.mark.reference_data
def test_a_jpeg_2000_of_another_encoder(reference_data: Path) -> None:
    png = portrait_png((reference_data / "lds" / "silver.jp2").read_bytes())
    assert (opened(png).size, opened(png).mode) == ((413, 531), "RGB")
    assert len(set(opened(png).resize((8, 8)).tobytes())) > 50  # a picture, and no grey area
