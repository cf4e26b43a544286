# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a keyboard layout or an input method makes of the keys that a scanner types, undone where that can be proven.

Two layouts type no digits on the row of digits: the Vietnamese one (ă â ê ô, five tones, đ) and the French one. They
turn each digit into one sign, so a number comes back whole. An input method (Telex: dd to đ, aa to â; VNI: d9, a6)
swallows keys and forgets them, so it is only named.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from cccd_reader.errors import MalformedData
from cccd_reader.scanners.events import ScanRepair, Why
from cccd_reader.vietnam.personal_number import PersonalNumber

_VIETNAMESE_ROW = "đăâêô\u0300\u0309\u0303\u0301\u0323"
_FRENCH_ROW = "à&é\"'(-è_ç"
_ROWS = tuple({ord(sign): str(digit) for digit, sign in enumerate(row)} for row in (_VIETNAMESE_ROW, _FRENCH_ROW))
_DIGITS = 12
_BARS = 5  # a QR line has at least six fields
_SPOILT_LINE = re.compile(r"(\d{12})([^\w\s<]|[¦çéèüöäåøñ])", re.ASCII)
_ZONE = re.compile(r"[\w<\s]{20,}")


@dataclass(frozen=True, repr=False)
class Straightened:
    """A text as the scanner meant it, and what was undone. Hidden in `repr`."""

    text: str
    repairs: tuple[ScanRepair, ...] = ()

    def __repr__(self) -> str:
        return f"Straightened({', '.join(self.repairs)}, hidden)"


def turned_case(text: str) -> Straightened:
    """Undo Caps Lock in a QR line: the card writes the sex as Nam or Nữ, never as nAM or nỮ."""
    words = {unicodedata.normalize("NFC", part.strip()) for part in text.split("|")}
    return Straightened(text.swapcase(), (ScanRepair.CASE_TURNED,)) if words & {"nAM", "nỮ"} else Straightened(text)


def number_of(text: str) -> Straightened | None:
    """Return the twelve digits that another layout typed, or that begin a QR line whose bars it changed.

    None where the text is nothing of the kind. A row of twelve signs that all stand for digits is a number: there is
    nothing else that a scanner types here.
    """
    signs = text.strip()
    for row in _ROWS:
        digits = signs.translate(row)
        if len(signs) == _DIGITS == len(digits) and digits.isascii() and digits.isdigit() and not signs.isdigit():
            return Straightened(digits, (ScanRepair.LAYOUT_DIGITS,))
    found = _SPOILT_LINE.match(signs)
    if found is None:
        return None
    fields = signs.split(found[2])
    if len(fields) > _BARS and any(_eight_digits(field) for field in fields[2:4]) and _plausible(found[1], fields):
        return Straightened(found[1], (ScanRepair.NUMBER_ALONE,))
    return None


def _plausible(digits: str, fields: list[str]) -> bool:
    """Number and date of birth tell the same year: the signs between them part fields."""
    try:
        year = PersonalNumber.parse(digits).birth_year
    except MalformedData:
        return False
    return any(field.endswith(str(year)) for field in fields[2:4])


def _eight_digits(field: str) -> bool:
    return len(field) == 8 and field.isascii() and field.isdigit()


def reason_of(text: str) -> Why:
    """Return why a typed text cannot be used, as far as it shows that."""
    marks = [each for each in unicodedata.normalize("NFD", text) if unicodedata.combining(each) or each in "đĐ"]
    if marks and "|" not in text:
        if all(ord(each) in _ROWS[0] or each.isdigit() or each.isspace() for each in text):
            return Why.KEYBOARD_LAYOUT
        if _ZONE.fullmatch(unicodedata.normalize("NFC", text)):
            return Why.INPUT_METHOD
    return Why.KEYBOARD_LAYOUT if _SPOILT_LINE.match(text.strip()) else Why.NOT_UNDERSTOOD
