# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The machine readable zone: TD1, TD2 and TD3 (ICAO 9303-3, 4; 9303-4, -5 and -6, 4.2), and what Vietnam adds to TD1.

A wrong check digit is a finding, kept beside the data; only a wrong length or alphabet is an error. The Vietnamese card
holds the personal number of twelve digits as optional data, `<<`, and at position 30 of line 1 a check digit over it
that ICAO does not define; the date of expiry 991231 says there that the card does not expire.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import Enum, StrEnum

from cccd_reader.access_keys import MrzKey, check_digit
from cccd_reader.errors import MalformedData

FILLER = "<"
_VIETNAM = "VNM"
_WITHOUT_EXPIRY = "991231"


class MrzFormat(Enum):
    """The three sizes of document: number of lines and characters a line."""

    TD1 = (3, 30)
    TD2 = (2, 36)
    TD3 = (2, 44)

    def __init__(self, lines: int, columns: int) -> None:
        self.columns = columns
        self.length = lines * columns
        """All characters: 90, 72 or 88."""


_BY_LENGTH = {form.length: form for form in MrzFormat}
_LONGEST_NUMBER = {MrzFormat.TD1: 22, MrzFormat.TD2: 14, MrzFormat.TD3: 9}


class MrzField(StrEnum):
    """What a check digit protects."""

    DOCUMENT_NUMBER = "document number"
    DATE_OF_BIRTH = "date of birth"
    DATE_OF_EXPIRY = "date of expiry"
    PERSONAL_NUMBER = "personal number"
    COMPOSITE = "composite"


class NoExpiry(Enum):
    """The document does not expire: a statement of its own, neither a date nor the lack of one."""

    NO_EXPIRY = "no expiry"


NO_EXPIRY = NoExpiry.NO_EXPIRY


@dataclass(frozen=True, repr=False)
class Mrz:
    """One machine readable zone. Fields stand as in the zone, without the fillers at their end; hidden in `repr`.

    Dates are YYMMDD and may hold fillers. `findings` names each field whose check digit is wrong, or that is a date
    with letters in it. `document_number` is complete where a long number goes on in the optional data.
    """

    format: MrzFormat
    lines: tuple[str, ...]
    document_code: str
    issuing_state: str
    document_number: str
    date_of_birth: str
    sex: str
    date_of_expiry: str
    nationality: str
    primary_identifier: str
    secondary_identifier: str
    optional_data: str
    optional_data_2: str
    findings: tuple[MrzField, ...]

    @classmethod
    def parse(cls, data: bytes) -> Mrz:
        """Parse 90, 72 or 88 characters without line ends. Raises `MalformedData` for the length and the alphabet."""
        form = _BY_LENGTH.get(len(data))
        if form is None:
            raise MalformedData("it has 90, 72 or 88 characters", "MRZ")
        text = data.decode("latin-1")
        check_digit(text)  # refuses every character outside of the alphabet
        return _parse(form, text)

    @property
    def personal_number(self) -> str | None:
        """The twelve digits on a Vietnamese card (TD1, issued by VNM), or None on every other document."""
        return _personal_number(self.format, self.lines[0])

    @property
    def name_line(self) -> str:
        """The characters of the name with their fillers: 30 of TD1, 31 of TD2, 39 of TD3."""
        return "".join(self.lines)[_LAYOUTS[self.format].names]

    @property
    def expiry(self) -> datetime.date | NoExpiry | None:
        """The last day of validity, always of this century; `NO_EXPIRY` (Vietnamese TD1); None where it is no date."""
        if self.personal_number is not None and self.date_of_expiry == _WITHOUT_EXPIRY:
            return NO_EXPIRY
        if not (len(self.date_of_expiry) == 6 and self.date_of_expiry.isdigit()):
            return None
        year, month, day = (int(self.date_of_expiry[start : start + 2]) for start in (0, 2, 4))
        try:
            return datetime.date(2000 + year, month, day)
        except ValueError:
            return None  # such as the 31st of February: the characters stay in `date_of_expiry`

    def key(self) -> MrzKey:
        """Return the key that opens the chip; raises `MalformedData` where the document number is empty."""
        return MrzKey(self.document_number, self.date_of_birth, self.date_of_expiry)

    def __bytes__(self) -> bytes:
        return "".join(self.lines).encode("ascii")

    def __repr__(self) -> str:
        return f"Mrz({self.format.name}, hidden)"


@dataclass(frozen=True)
class _Layout:
    """Where each field stands in all the characters of the zone; number and dates with their check digits."""

    names: slice
    number: slice
    optional: slice
    birth: slice
    sex: slice
    expiry: slice
    nationality: slice
    optional_2: slice
    composite: tuple[slice, ...]
    composite_digit: int


_LAYOUTS = {
    MrzFormat.TD1: _Layout(
        names=slice(60, 90),
        number=slice(5, 15),
        optional=slice(15, 30),
        birth=slice(30, 37),
        sex=slice(37, 38),
        expiry=slice(38, 45),
        nationality=slice(45, 48),
        optional_2=slice(48, 59),
        composite=(slice(5, 30), slice(30, 37), slice(38, 45), slice(48, 59)),
        composite_digit=59,
    ),
    MrzFormat.TD2: _Layout(
        names=slice(5, 36),
        number=slice(36, 46),
        optional=slice(64, 71),
        birth=slice(49, 56),
        sex=slice(56, 57),
        expiry=slice(57, 64),
        nationality=slice(46, 49),
        optional_2=slice(0),
        composite=(slice(36, 46), slice(49, 56), slice(57, 71)),
        composite_digit=71,
    ),
    MrzFormat.TD3: _Layout(
        names=slice(5, 44),
        number=slice(44, 54),
        optional=slice(72, 86),
        birth=slice(57, 64),
        sex=slice(64, 65),
        expiry=slice(65, 72),
        nationality=slice(54, 57),
        optional_2=slice(0),
        composite=(slice(44, 54), slice(57, 64), slice(65, 87)),
        composite_digit=87,
    ),
}


def _parse(form: MrzFormat, text: str) -> Mrz:
    layout = _LAYOUTS[form]
    number, optional, number_right = _document_number(form, text[layout.number], text[layout.optional])
    primary, secondary = _names(text[layout.names])
    rights = {
        MrzField.DOCUMENT_NUMBER: number_right,
        MrzField.DATE_OF_BIRTH: _date_right(text[layout.birth]),
        MrzField.DATE_OF_EXPIRY: _date_right(text[layout.expiry]),
        MrzField.PERSONAL_NUMBER: _personal_number_right(form, text),
        MrzField.COMPOSITE: text[layout.composite_digit] == check_digit("".join([text[at] for at in layout.composite])),
    }
    return Mrz(
        format=form,
        lines=tuple([text[start : start + form.columns] for start in range(0, form.length, form.columns)]),
        document_code=_field(text[0:2]),
        issuing_state=_field(text[2:5]),
        document_number=number,
        date_of_birth=text[layout.birth][:6],
        sex=_field(text[layout.sex]),
        date_of_expiry=text[layout.expiry][:6],
        nationality=_field(text[layout.nationality]),
        primary_identifier=primary,
        secondary_identifier=secondary,
        optional_data=optional,
        optional_data_2=_field(text[layout.optional_2]),
        findings=tuple([field for field, right in rights.items() if not right]),
    )


def _personal_number(form: MrzFormat, text: str) -> str | None:
    """The number of a Vietnamese card; `text` is the zone or its first line."""
    number, vietnamese = text[15:27], form is MrzFormat.TD1 and text[2:5] == _VIETNAM
    return number if vietnamese and number.isdigit() and text[27:29] == FILLER * 2 else None


def _personal_number_right(form: MrzFormat, text: str) -> bool:
    if form is MrzFormat.TD3:
        data, digit = text[72:86], text[86]
        return digit == check_digit(data) or (digit == FILLER and not _field(data))
    number = _personal_number(form, text)
    # a filler at position 30 is a document without Vietnam's extra digit
    return number is None or text[29] in (FILLER, check_digit(number))


def _document_number(form: MrzFormat, number_and_digit: str, optional: str) -> tuple[str, str, bool]:
    """The whole number, the optional data that is left, and whether its check digit is right (9303-5, 4.2.2)."""
    nine, digit, longest = number_and_digit[:9], number_and_digit[9], _LONGEST_NUMBER[form]
    if longest == 9 or digit != FILLER or optional[0] == FILLER:
        return _field(nine), _field(optional), digit == check_digit(nine)
    tail, _, rest = optional.partition(FILLER)
    number = nine + tail[:-1]
    return number[:longest], _field(rest), len(tail) >= 2 and len(number) <= longest and tail[-1] == check_digit(number)


def _date_right(date_and_digit: str) -> bool:
    date, digit = date_and_digit[:6], date_and_digit[6]
    # 6 and G, ten apart, have the same check digit, so letters are looked for too
    return digit == check_digit(date) and date.replace(FILLER, "0").isdigit()


def _field(text: str) -> str:
    return text.rstrip(FILLER)


def _names(text: str) -> tuple[str, str]:
    primary, _, secondary = text.partition(FILLER * 2)
    return " ".join(primary.replace(FILLER, " ").split()), " ".join(secondary.replace(FILLER, " ").split())
