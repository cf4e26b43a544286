# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a counter has in its hands, as keys: twelve digits, the six of a CAN, the card's QR line, or MRZ lines.

No error repeats what was typed: it may be the secret that opens the chip.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from cccd_reader.access_keys import AccessKey, Can
from cccd_reader.errors import MalformedData
from cccd_reader.lds.mrz import FILLER, Mrz, MrzField, MrzFormat

MAX_CHARACTERS = 4096
_MIN_QR_FIELDS = 6
_WHERE = "access text"
_WHAT_IS_TAKEN = "Give the 12 digits on the front of the card, its QR line, or all lines of its machine readable zone."
_LOOK_ALIKES = "Compare it with the card: the letter O and the digit 0, the letter I and the digit 1 look alike."
# the fields that go into the keys; a wrong composite digit alone leaves them right
_KEY_FIELDS = (
    MrzField.DOCUMENT_NUMBER,
    MrzField.DATE_OF_BIRTH,
    MrzField.DATE_OF_EXPIRY,
    MrzField.PERSONAL_NUMBER,
)


class AccessKind(StrEnum):
    """The forms in which a counter gives what opens a card."""

    PERSONAL_NUMBER = "personal-number"
    CAN = "can"
    QR = "qr"
    MRZ = "mrz"


@dataclass(frozen=True, repr=False)
class Access:
    """The keys in the order to try them, and the form that they came in. Everything but the form is hidden in `repr`.

    `fields` are those of a QR line, as read and unauthenticated; `mrz` is the zone where one was given.
    """

    keys: tuple[AccessKey, ...]
    kind: AccessKind
    fields: tuple[str, ...] = field(default=())
    mrz: Mrz | None = None

    def __repr__(self) -> str:
        return f"Access({self.kind.value}, hidden)"


def parse_access(text: str) -> Access:
    """Tell 12 digits, 6 digits, a QR line and MRZ lines apart, and return the keys that they hold.

    Blanks and dots within numbers, line ends of any kind, lower case and a byte order mark are tolerated. Raises
    `MalformedData` for anything else, and for an MRZ whose check digits say that it was mistyped.
    """
    if len(text) > MAX_CHARACTERS:
        raise MalformedData(f"longer than {MAX_CHARACTERS} characters", _WHERE, _WHAT_IS_TAKEN)
    text = text.removeprefix("\ufeff").strip()
    if "|" in text:
        return _qr_line(text)
    characters = "".join(text.split())
    if FILLER in characters or len(characters) in {form.length for form in MrzFormat}:
        return _mrz_lines(text.upper())
    return _number(characters.replace(".", ""))


def _number(digits: str) -> Access:
    if not (digits.isascii() and digits.isdigit()):
        raise MalformedData("neither digits, nor a QR line, nor MRZ lines", _WHERE, _WHAT_IS_TAKEN)
    if len(digits) == 12:
        return Access((Can.from_personal_number(digits),), AccessKind.PERSONAL_NUMBER)
    if len(digits) == 6:
        return Access((Can(digits),), AccessKind.CAN)
    if len(digits) == 9:
        hint = "Nine digits are those of an old card (CMND), which has no chip; give the 12 digits of the chip card."
        raise MalformedData("nine digits open no chip", _WHERE, hint)
    raise MalformedData(f"{len(digits)} digits, where 12 or 6 are expected", _WHERE, _WHAT_IS_TAKEN)


def _qr_line(text: str) -> Access:
    fields = tuple(part.strip() for part in text.split("|"))
    if len(fields) < _MIN_QR_FIELDS:
        message = f"a QR line has at least {_MIN_QR_FIELDS} fields, this one has {len(fields)}"
        raise MalformedData(message, _WHERE, "Scan the QR code again, or type the 12 digits.")
    number = next((part for part in fields if len(part) == 12 and part.isascii() and part.isdigit()), None)
    if number is None:
        raise MalformedData("no field of the QR line has 12 digits", _WHERE, "Scan it again, or type the 12 digits.")
    return Access((Can.from_personal_number(number),), AccessKind.QR, fields)


def _mrz_lines(text: str) -> Access:
    mrz = Mrz.parse(_joined(text).encode("latin-1", errors="replace"))
    wrong = [field.value for field in _KEY_FIELDS if field in mrz.findings]
    if wrong:
        raise MalformedData(f"the check digit is wrong for: {', '.join(wrong)}", "MRZ", _LOOK_ALIKES)
    number = mrz.personal_number
    # the card of a Vietnamese citizen opens by PACE with the number alone, which is the surer way
    cans = () if number is None else (Can.from_personal_number(number),)
    return Access((*cans, mrz.key()), AccessKind.MRZ, mrz=mrz)


def _joined(text: str) -> str:
    """All characters of the zone; names the line whose length is wrong, since a count over all of it helps nobody."""
    lines = ["".join(line.split()) for line in text.splitlines()]
    lines = [line for line in lines if line]
    shapes = [form.value for form in MrzFormat if form.value[0] == len(lines)]
    if shapes:
        columns = min((shape[1] for shape in shapes), key=lambda width: abs(len(lines[0]) - width))
        for number, line in enumerate(lines, 1):
            if len(line) != columns:
                message = f"line {number} has {len(line)} characters, where {columns} are expected"
                raise MalformedData(message, "MRZ", "Give each line in full, with the < at its end.")
    characters = "".join(lines)
    if len(characters) not in {form.length for form in MrzFormat}:
        message = f"it has {len(characters)} characters, where 90, 72 or 88 are expected"
        raise MalformedData(message, "MRZ", "Give all lines in full, with the < at their end.")
    return characters
