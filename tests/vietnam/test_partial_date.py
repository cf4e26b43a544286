# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Dates of which the day or the month is unknown, and the card that does not expire."""

from __future__ import annotations

import datetime
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cccd_reader.errors import MalformedData
from cccd_reader.lds.mrz import NO_EXPIRY
from cccd_reader.vietnam.partial_date import PartialDate, parse_expiry


@pytest.mark.parametrize(
    ("text", "year", "month", "day", "mrz"),
    [
        ("01/02/1990", 1990, 2, 1, "900201"),
        ("01021990", 1990, 2, 1, "900201"),
        (" 01-02-1990 ", 1990, 2, 1, "900201"),
        ("01.02.1990", 1990, 2, 1, "900201"),
        ("02/1990", 1990, 2, None, "9002<<"),
        ("021990", 1990, 2, None, "9002<<"),
        ("122000", 2000, 12, None, "0012<<"),
        ("1990", 1990, None, None, "90<<<<"),
        ("29/02/2000", 2000, 2, 29, "000229"),
    ],
)
def test_forms(text: str, year: int, month: int | None, day: int | None, mrz: str) -> None:
    date = PartialDate.parse(text)
    assert date == PartialDate(year, month, day)
    assert date.mrz == mrz
    assert PartialDate.parse(str(date)) == PartialDate.parse(date.compact) == date


@pytest.mark.parametrize(
    "text",
    ["", "90", "29/02/1900", "31/04/1990", "00/01/1990", "13/1990", "131990", "01/021990", "01/02-1990", "0102199",
     "1990-02-01", "010219900", "1799", "9999", "０１０２１９９０", "01/02/1990x"],
)  # fmt: skip
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(MalformedData):
        PartialDate.parse(text)


def test_a_day_needs_a_month() -> None:
    with pytest.raises(MalformedData):
        PartialDate(1990, None, 1)


def test_the_days_that_it_may_be() -> None:
    year, month, day = PartialDate(2000), PartialDate(2000, 2), PartialDate(2000, 2, 3)
    assert (year.earliest, year.latest) == (datetime.date(2000, 1, 1), datetime.date(2000, 12, 31))
    assert (month.earliest, month.latest) == (datetime.date(2000, 2, 1), datetime.date(2000, 2, 29))
    assert day.earliest == day.latest == day.date == datetime.date(2000, 2, 3)
    assert (year.date, month.date) == (None, None)
    assert repr(day) == "PartialDate(hidden)"


@pytest.mark.parametrize("text", ["Không thời hạn", "KHÔNG THỜI HẠN", "không thời  hạn", " Không thời hạn "])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_no_expiry(text: str, form: str) -> None:
    spelt = unicodedata.normalize("NFD", text) if form == "NFD" else text
    assert parse_expiry(spelt) is NO_EXPIRY


def test_an_expiry_that_is_a_date() -> None:
    assert parse_expiry("01/02/2030") == PartialDate(2030, 2, 1)
    with pytest.raises(MalformedData):
        parse_expiry("Khong thoi han")


@given(st.text(max_size=16) | st.from_regex(r"[0-9/]{0,10}", fullmatch=True))
def test_any_text(text: str) -> None:
    try:
        date = parse_expiry(text)
    except MalformedData:
        return
    assert date is NO_EXPIRY or isinstance(date, PartialDate)
