# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Dates as the Vietnamese card writes them: a day, a month or a year, and "Không thời hạn" where a card never expires.

DG13 writes dd/mm/yyyy, the QR code ddmmyyyy; holders whose day or month of birth is not known have mm/yyyy or yyyy.
"""

from __future__ import annotations

import calendar
import datetime
import re
import unicodedata
from dataclasses import dataclass

from cccd_reader.errors import MalformedData
from cccd_reader.lds.mrz import FILLER, NO_EXPIRY, NoExpiry

YEARS = range(1800, 2400)
"""The years that a card may name."""

_WHERE = "date"
_FORMS = re.compile(
    r"(?:(?P<day>\d\d)(?P<slash>[/.-]?))?(?P<month>\d\d)(?(slash)(?P=slash)|[/.-]?)(?P<year>\d{4})|(?P<only>\d{4})",
    re.ASCII,
)
_NO_EXPIRY_WORDS = "không thời hạn"


@dataclass(frozen=True, repr=False)
class PartialDate:
    """A date of which month and day, or the day alone, may be unknown (None). Hidden in `repr`: it may be a birth."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.month is None and self.day is not None:
            raise MalformedData("a day without a month", _WHERE)
        if self.year not in YEARS:
            raise MalformedData("a year of no card", _WHERE)
        try:
            datetime.date(self.year, *(1 if part is None else part for part in (self.month, self.day)))
        except ValueError as error:
            raise MalformedData("no day of the calendar", _WHERE) from error

    @classmethod
    def of(cls, date: datetime.date) -> PartialDate:
        """Return a date of which everything is known."""
        return cls(date.year, date.month, date.day)

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Parse dd/mm/yyyy, ddmmyyyy, mm/yyyy, mmyyyy or yyyy. Raises `MalformedData` without repeating the text."""
        found = _FORMS.fullmatch(text.strip())
        if found is None:
            raise MalformedData("neither dd/mm/yyyy, nor mm/yyyy, nor yyyy", _WHERE)
        year, month, day = (found[name] for name in ("year", "month", "day"))
        return cls(int(year or found["only"]), int(month) if month else None, int(day) if day else None)

    @property
    def date(self) -> datetime.date | None:
        """The date where all of it is known, else None."""
        if self.month is None or self.day is None:
            return None
        return datetime.date(self.year, self.month, self.day)

    @property
    def earliest(self) -> datetime.date:
        """The first day that it may be."""
        return datetime.date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> datetime.date:
        """The last day that it may be."""
        month = self.month or 12
        return datetime.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    @property
    def mrz(self) -> str:
        """YYMMDD, with fillers for what is unknown (ICAO 9303-3, 4.8)."""
        parts = (self.year % 100, self.month, self.day)
        return "".join(FILLER * 2 if part is None else f"{part:02}" for part in parts)

    @property
    def compact(self) -> str:
        """As the QR code writes it: ddmmyyyy, mmyyyy or yyyy."""
        return str(self).replace("/", "")

    def __str__(self) -> str:
        parts = [f"{part:02}" for part in (self.day, self.month) if part is not None]
        return "/".join([*parts, f"{self.year:04}"])

    def __repr__(self) -> str:
        return "PartialDate(hidden)"


def parse_expiry(text: str) -> PartialDate | NoExpiry:
    """Parse the date of expiry of DG13: a date, or "Không thời hạn" in any case and normal form."""
    words = " ".join(unicodedata.normalize("NFC", text).casefold().split())
    return NO_EXPIRY if words == _NO_EXPIRY_WORDS else PartialDate.parse(text)
