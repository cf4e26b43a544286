# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Every way in which scanners spoil Vietnamese text, and the texts that must stay as they are."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cccd_reader.vietnam.mojibake import Repair, decode, repair
from tests.vietnam import samples

TEXTS = (
    samples.SINGLE_QR,
    samples.MARRIED_QR,
    "Đặng Thị Ngọc Ươm|Ấp Đông Hưng, Xã Bờ Y, Tỉnh Kon Tum|NGUYỄN QUỐC ƯỚC|quýt, khuỷu, nghĩa, ẵm, ợ",
)
TONES = "\u0300\u0301\u0303\u0309\u0323"


def windows_1258(text: str) -> bytes:
    """Each vowel with its own mark, then its tone: that code page has them apart."""
    apart = []
    for character in text:
        marks = unicodedata.normalize("NFD", character)
        tone = [mark for mark in marks if mark in TONES]
        base = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in TONES))
        apart.append(base + "".join(tone))
    return "".join(apart).encode("cp1258")


def code_points(text: str) -> bytes:
    """Each code point below 256 as one byte, every other one as two."""
    return b"".join(ord(each).to_bytes(1 if ord(each) < 256 else 2, "big") for each in text)


def browsers_1252(raw: bytes) -> str:
    """Windows-1252 in which the five open bytes stand for themselves."""
    return "".join(bytes([each]).decode("latin-1" if each in b"\x81\x8d\x8f\x90\x9d" else "cp1252") for each in raw)


@pytest.mark.parametrize("text", TEXTS)
def test_a_right_text_stays_as_it_is(text: str) -> None:
    for done in (repair(text), decode(text.encode("utf-8"))):
        assert (done.text, done.repairs, done.damaged) == (text, (), False)
        assert repr(done) == "Repaired(hidden, nothing done)"


@pytest.mark.parametrize(
    "text", ["", "Nam", "Hà", "Hòa", "Lê Hòa", "Cà Mau", "Tì", "tháng, Hà Nam, Bà Rí", "NguyÊn", "Ã", "Hoà Bình"]
)
def test_a_short_text_of_latin_letters_stays_as_it_is(text: str) -> None:
    assert repair(text).text == text
    assert repair(text).repairs == ()


@pytest.mark.parametrize("text", TEXTS)
def test_utf8_read_as_something_else(text: str) -> None:
    raw = text.encode("utf-8")
    once = repair(raw.decode("latin-1"))
    assert (once.text, once.repairs) == (text, (Repair.UTF8_AS_LATIN1,))
    once = repair(browsers_1252(raw))
    assert (once.text, once.repairs) == (text, (Repair.UTF8_AS_CP1252,))
    twice = decode(raw.decode("latin-1").encode("utf-8").decode("latin-1").encode("utf-8"))
    assert (twice.text, twice.repairs) == (text, (Repair.UTF8_AS_LATIN1,) * 2)
    mixed = repair(browsers_1252(raw.decode("latin-1").encode("utf-8")))
    assert (mixed.text, mixed.repairs) == (text, (Repair.UTF8_AS_CP1252, Repair.UTF8_AS_LATIN1))


@pytest.mark.parametrize("text", TEXTS)
def test_windows_1258(text: str) -> None:
    raw = windows_1258(text)
    for done in (decode(raw), repair(raw.decode("latin-1")), repair(browsers_1252(raw))):
        assert (done.text, done.repairs) == (text, (Repair.CP1258,))


@pytest.mark.parametrize("text", TEXTS)
def test_code_points_as_bytes(text: str) -> None:
    raw = code_points(text)
    for done in (decode(raw), repair(raw.decode("latin-1")), repair(browsers_1252(raw))):
        assert (done.text, done.repairs) == (text, (Repair.CODE_POINT_BYTES,))


def test_code_points_of_latin_letters_alone() -> None:
    done = decode("Tì Bà|Hòa".encode("latin-1"))
    assert (done.text, done.repairs) == ("Tì Bà|Hòa", (Repair.CODE_POINT_BYTES,))


def test_marks_apart_and_a_byte_order_mark() -> None:
    done = repair("\ufeff" + unicodedata.normalize("NFD", TEXTS[0]))
    assert (done.text, done.repairs) == (TEXTS[0], (Repair.BYTE_ORDER_MARK, Repair.COMPOSED))
    assert decode(TEXTS[0].encode("utf-8-sig")).repairs == (Repair.BYTE_ORDER_MARK,)


def test_bytes_of_no_encoding_are_replaced() -> None:
    done = decode("001090000000||Nguyễn".encode() + b"\xff\xc3(|")
    assert done.text.startswith("001090000000||Nguyễn\ufffd")
    assert done.repairs == (Repair.BYTES_REPLACED,)
    assert done.damaged


@given(st.binary(max_size=60) | st.text(max_size=60))
def test_anything(data: bytes | str) -> None:
    done = decode(data) if isinstance(data, bytes) else repair(data)
    assert unicodedata.is_normalized("NFC", done.text)
