# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a counter has in its hands, as keys: twelve digits, the six of a CAN, the card's QR line, or MRZ lines.

No error repeats what was typed: it may be the secret that opens the chip.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from cccd_reader.access_keys import AccessKey, Can
from cccd_reader.errors import MalformedData
from cccd_reader.lds.mrz import FILLER, Mrz, MrzField, MrzFormat
from cccd_reader.scanners.mrz_text import Slip, Zone, read_zone
from cccd_reader.scanners.text_encoding import decode, recoded
from cccd_reader.vietnam.crosscheck import Given
from cccd_reader.vietnam.mojibake import Repair, Repaired
from cccd_reader.vietnam.personal_number import PersonalNumber
from cccd_reader.vietnam.qr_line import QrLine

MAX_CHARACTERS = 4096
MAX_BYTES = 4 * MAX_CHARACTERS

_WHERE = "access text"
_WHAT_IS_TAKEN = "Give the 12 digits on the front of the card, its QR line, or all lines of its machine readable zone."
_LOOK_ALIKES = (
    "Compare it with the card: the letter O and the digit 0, the letter I and the digit 1 look alike, "
    "as do S and 5, B and 8, Z and 2."
)
_BETWEEN_DIGITS = re.compile(r"\.|(?<=\w)[-\u2010-\u2015](?=\w)")
_WITH_LETTERS = re.compile(r"(?=.*[0-9])(?=.*[a-z])(?:[0-9oqdilzsgb]{6}){1,2}", re.ASCII | re.IGNORECASE)
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

    `given` is what was typed or scanned, to be compared with the chip: unauthenticated, and None for the six digits of
    a CAN, which tell nothing about the holder. `qr` or `mrz` is the line or zone where one was given. `repairs` is what
    was done to the text before it could be understood, in order.
    """

    keys: tuple[AccessKey, ...]
    kind: AccessKind
    given: Given | None = None
    repairs: tuple[Repair | Slip, ...] = ()
    qr: QrLine | None = None
    mrz: Mrz | None = None

    def __repr__(self) -> str:
        return f"Access({self.kind.value}, hidden)"


def parse_access(data: str | bytes) -> Access:
    """Tell 12 digits, 6 digits, a QR line and MRZ lines apart, and return the keys that they hold.

    A scanner's bytes are best given as bytes, whole and as they came: all that one code or one zone gave, the line
    ends between the lines of a zone included. Text is for what was typed. Blanks, dots and dashes within numbers,
    line ends of any kind, lower case, control characters around it, a byte order mark and a symbology identifier are
    tolerated.
    Raises `MalformedData` for anything else, and for an MRZ whose check digits say that it was mistyped.
    """
    repaired = text_of(data)
    kind = kind_of(repaired.text)
    if kind is AccessKind.QR:
        return _qr_line(qr_line(repaired))
    if kind is AccessKind.MRZ:
        return _mrz_lines(read_zone(repaired.text), repaired.repairs)
    return replace(_number(_digits(repaired.text)), repairs=repaired.repairs)


def text_of(data: str | bytes) -> Repaired:
    """Return what was typed or scanned as text. Raises `MalformedData` where it is too long."""
    if len(data) > (MAX_CHARACTERS if isinstance(data, str) else MAX_BYTES):
        raise MalformedData(f"longer than {MAX_CHARACTERS} characters", _WHERE, _WHAT_IS_TAKEN)
    return recoded(data) if isinstance(data, str) else decode(data)


def kind_of(text: str) -> AccessKind:
    """Return the form of a text by its look; what is no QR line, no zone and not six digits is taken for a number."""
    characters = "".join(text.split())
    if "|" in text:
        return AccessKind.QR
    if FILLER in characters or len(characters) in {form.length for form in MrzFormat}:
        return AccessKind.MRZ
    return AccessKind.CAN if len(_digits(text)) == 6 else AccessKind.PERSONAL_NUMBER


def qr_line(repaired: Repaired) -> QrLine:
    """Return a QR line with what was done to its text on record. Raises `MalformedData` where it is none."""
    return replace(QrLine.parse(repaired.text), repairs=repaired.repairs)


def _digits(text: str) -> str:
    return _BETWEEN_DIGITS.sub("", "".join(text.split()))


def _number(digits: str) -> Access:
    if not digits:
        raise MalformedData("nothing is in it", _WHERE, _WHAT_IS_TAKEN)
    if _WITH_LETTERS.fullmatch(digits):
        raise MalformedData("a letter stands among the digits", _WHERE, _LOOK_ALIKES)
    if not (digits.isascii() and digits.isdigit()):
        raise MalformedData("neither digits, nor a QR line, nor MRZ lines", _WHERE, _WHAT_IS_TAKEN)
    if len(digits) == 12:
        number = PersonalNumber(digits)
        return Access((number.can,), AccessKind.PERSONAL_NUMBER, Given(number))
    if len(digits) == 6:
        return Access((Can(digits),), AccessKind.CAN)
    if len(digits) == 9:
        hint = "Nine digits are those of an old card (CMND), which has no chip; give the 12 digits of the chip card."
        raise MalformedData("nine digits open no chip", _WHERE, hint)
    raise MalformedData(f"{len(digits)} digits, where 12 or 6 are expected", _WHERE, _WHAT_IS_TAKEN)


def _qr_line(line: QrLine) -> Access:
    """The number alone opens the card; where it does not, the keys of BAC follow, the likeliest expiry first."""
    keys = (line.personal_number.can, *line.mrz_keys)
    return Access(keys, AccessKind.QR, Given.of_qr(line), line.repairs, qr=line)


def _mrz_lines(zone: Zone, repairs: tuple[Repair, ...]) -> Access:
    wrong = [field.value for field in _KEY_FIELDS if field in zone.wrong]
    if wrong:
        raise MalformedData(f"the check digit is wrong for: {', '.join(wrong)}", "MRZ", _LOOK_ALIKES)
    mrz = zone.mrz
    number = mrz.personal_number
    # the card of a Vietnamese citizen opens by PACE with the number alone, which is the surer way
    cans = () if number is None else (Can.from_personal_number(number),)
    return Access((*cans, mrz.key()), AccessKind.MRZ, Given.of_mrz(mrz), (*repairs, *zone.slips), mrz=mrz)
