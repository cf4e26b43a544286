# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Vietnamese names in MRZ letters, and compared with each other."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cccd_reader.errors import MalformedData
from cccd_reader.vietnam.transliteration import NameMatch, match_mrz, match_names, mrz_name, transliterate

LONG = "Nguyễn Hoàng Phương Thảo Nguyên Khánh Linh"
LONG_LINE = "NGUYEN<<HOANG<PHUONG<THAO<NGUY"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Nguyễn Văn Thử", "NGUYEN VAN THU"),
        ("Đặng đình ĐÔ", "DANG DINH DO"),
        ("Lê Thị Ước Ưng Ơn", "LE THI UOC UNG ON"),
        ("H'Hen Niê", "HHEN NIE"),
        ("H’Bia Êban", "HBIA EBAN"),
        ("Y-Moan  Ƀuôn\tYa", "Y MOAN BUON YA"),
        ("Ðinh ẫẩậẵẳặỗổộỡởợữửựỷỹỵ", "DINH AAAAAAOOOOOOUUUYYY"),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_letters(name: str, letters: str, form: str) -> None:
    assert transliterate(unicodedata.normalize("NFD", name) if form == "NFD" else name) == letters


def test_every_vietnamese_letter() -> None:
    letters = "aăâeêioôơuưyđ"
    marked = [
        unicodedata.normalize("NFC", letter + mark) for letter in letters for mark in "\u0300\u0301\u0303\u0309\u0323"
    ]
    plain = {letter: letter.upper() for letter in "aeiouy"} | dict(zip("ăâêôơưđ", "AAEOOUD", strict=True))
    for letter, form in zip((each for each in letters for _ in range(5)), marked, strict=True):
        assert transliterate(form) == transliterate(form.upper()) == plain[letter]


@pytest.mark.parametrize("name", ["Иван", "阮", "Nguyễn 2", "A/B", "A\x00B"])
def test_no_other_script(name: str) -> None:
    with pytest.raises(MalformedData) as error:
        transliterate(name)
    assert name not in str(error.value)


def test_the_line_of_a_name() -> None:
    name = mrz_name("Nguyễn Văn Thử")
    assert (name.primary, name.secondary, repr(name)) == ("NGUYEN", "VAN THU", "MrzName(hidden)")
    assert name.line == "NGUYEN<<VAN<THU<<<<<<<<<<<<<<<"
    assert mrz_name("Thử").line == "THU".ljust(30, "<")
    assert mrz_name(LONG).line == LONG_LINE
    with pytest.raises(MalformedData):
        mrz_name(" ' ")


@pytest.mark.parametrize(
    ("line", "name", "match"),
    [
        ("NGUYEN<<VAN<THU<<<<<<<<<<<<<<<", "Nguyễn Văn Thử", "same"),
        ("NGUYEN<VAN<<THU<<<<<<<<<<<<<<<", "Nguyễn Văn Thử", "same"),
        ("NGUYEN<<VAN<THU<<<<<<<<<<<<<<<", "Nguyễn Văn Thừa", "different"),
        ("NGUYEN<<VAN<<<<<<<<<<<<<<<<<<<", "Nguyễn Văn Thử", "different"),
        ("NGUYEN<<VAN<THU<HAI<<<<<<<<<<<", "Nguyễn Văn Thử", "different"),
        (LONG_LINE, LONG, "truncated"),
        ("NGUYEN<<HOANG<PHUONG<THAO<NG<K", LONG, "truncated"),
        ("NGUYEN<<HOANG<PHUONG<TAO<NGUYE", LONG, "different"),
        ("NGUYEN<<HOANG<PHUONG<THAO<NG<<", LONG, "different"),
        ("NGUYEN<<HOANG<PHUONG<THAOO<AN<", "Nguyễn Hoàng Phương Thảoo An Bình", "truncated"),
        ("".ljust(30, "<"), "Nguyễn Văn Thử", "different"),
        ("", "Nguyễn Văn Thử", "different"),
        ("H<<HEN<NIE".ljust(30, "<"), "H'Hen Niê", "divided-elsewhere"),
        ("HHEN<<NIE".ljust(30, "<"), "H’Hen Niê", "same"),
        ("NIE<<KDAM".ljust(30, "<"), "Niê-Kdăm", "same"),
        ("NGUYEN<<VANTHU".ljust(30, "<"), "Nguyễn Văn Thử", "divided-elsewhere"),
        ("NGUYEN<<VAN<T".ljust(30, "<"), "Nguyễn Văn Thử", "different"),
        ("NGUYEN<<VAN<THU<HAI<BA<BON<NAM", "Nguyễn Văn Thử", "different"),
    ],
)
def test_the_zone_against_a_name(line: str, name: str, match: str) -> None:
    assert match_mrz(line, name).value == match


@pytest.mark.parametrize(
    ("given_name", "match"),
    [
        ("Nguyễn Văn Hòa", NameMatch.SAME),
        ("NGUYỄN  VĂN HÒA", NameMatch.SAME),
        (unicodedata.normalize("NFD", "Nguyễn Văn Hòa"), NameMatch.SAME),
        ("Nguyễn Văn Hoà", NameMatch.TONE_PLACED_ELSEWHERE),
        ("nguyen van hoa", NameMatch.WITHOUT_DIACRITICS),
        ("Nguyễn Văn Hoa", NameMatch.DIACRITICS_DIFFER),
        ("Nguyễn Văn Hỏa", NameMatch.DIACRITICS_DIFFER),
        ("Nguyễn Vân Hòa", NameMatch.DIACRITICS_DIFFER),
        ("Nguyễn Văn Hòan", NameMatch.DIFFERENT),
        ("Nguyễn Hòa Văn", NameMatch.DIFFERENT),
    ],
)
def test_two_names(given_name: str, match: NameMatch) -> None:
    assert match_names(given_name, "Nguyễn Văn Hòa") is match
    assert match_names("Nguyễn Văn Hòa", given_name) is match


@pytest.mark.parametrize(
    ("one", "other", "match"),
    [
        ("H'Hen Niê", "H’HEN NIÊ", NameMatch.SAME),
        ("Niê-Kdăm", "Niê Kdăm", NameMatch.SAME),
        ("Ðặng Văn Á", "Đặng Văn Á", NameMatch.SAME),
        ("Ɖặng Văn Á", "đặng văn á", NameMatch.SAME),
        ("Nguyễn\u200b Văn\ufeff Á", "Nguyễn Văn Á", NameMatch.SAME),
        ("H Hen Niê", "H'Hen Niê", NameMatch.DIVIDED_ELSEWHERE),
        ("NguyễnVăn Á", "Nguyễn Văn Á", NameMatch.DIVIDED_ELSEWHERE),
        ("H HEN NIE", "H'Hen Niê", NameMatch.WITHOUT_DIACRITICS),
        ("Nguyn Vn Th", "Nguyễn Văn Thử", NameMatch.CHARACTERS_LOST),
        ("ng Vn", "Đặng Văn Ý", NameMatch.CHARACTERS_LOST),
        ("Nguyn Van Th", "Nguyễn Văn Thử", NameMatch.DIFFERENT),
        ("An", "Anh", NameMatch.DIFFERENT),
        ("Trần Dũng", "Trần Đũng", NameMatch.DIACRITICS_DIFFER),
    ],
)
def test_what_keyboards_scanners_and_issuers_do_to_one_name(one: str, other: str, match: NameMatch) -> None:
    assert match_names(one, other) is match
    assert match_names(other, one) is match


@given(st.text(max_size=40))
def test_any_name(text: str) -> None:
    try:
        line = mrz_name(text).line
    except MalformedData:
        return
    assert len(line) == 30
    assert set(line) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ<")
    assert match_mrz(line, text) in (NameMatch.SAME, NameMatch.TRUNCATED)
