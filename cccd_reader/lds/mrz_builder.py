# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The other direction of `mrz`: lines of TD1 and TD3 with all their check digits (ICAO 9303-5, 4.2; 9303-4, 4.2)."""

from __future__ import annotations

from dataclasses import dataclass

from cccd_reader.access_keys import check_digit
from cccd_reader.errors import MalformedData
from cccd_reader.lds.mrz import FILLER, Mrz


@dataclass(frozen=True, repr=False)
class MrzData:
    """What a zone is built of, in MRZ letters; words of a name are parted by blanks. Hidden in `repr`.

    `optional_data` is that of line 1 in TD1, and the personal number with its check digit in TD3.
    """

    document_code: str
    issuing_state: str
    document_number: str
    date_of_birth: str
    sex: str
    date_of_expiry: str
    nationality: str
    primary_identifier: str
    secondary_identifier: str
    optional_data: str = ""
    optional_data_2: str = ""

    def __repr__(self) -> str:
        return "MrzData(hidden)"


def vietnamese_optional_data(personal_number: str) -> str:
    """Return the optional data of the Vietnamese line 1: twelve digits, `<<` and the check digit over them."""
    if not (len(personal_number) == 12 and personal_number.isascii() and personal_number.isdigit()):
        raise MalformedData("a personal number has twelve digits", "personal number")
    return f"{personal_number}<<{check_digit(personal_number)}"


def build_td1(data: MrzData) -> Mrz:
    """Return the three lines of TD1; a document number of more than nine characters goes on in the optional data."""
    number, tail = data.document_number[:9], data.document_number[9:]
    optional = data.optional_data
    if tail:
        digit, optional = FILLER, tail + check_digit(data.document_number) + FILLER + optional
    else:
        digit = check_digit(_pad(number, 9))
    first = _pad(data.document_code, 2) + _pad(data.issuing_state, 3) + _pad(number, 9) + digit + _pad(optional, 15)
    second = _dates(data, "") + _pad(data.nationality, 3) + _pad(data.optional_data_2, 11)
    composite = check_digit(first[5:30] + second[0:7] + second[8:15] + second[18:29])
    return Mrz.parse((first + second + composite + _names(data, 30)).encode("latin-1"))


def build_td3(data: MrzData) -> Mrz:
    """Return the two lines of TD3; the document number has nine characters at most."""
    first = _pad(data.document_code, 2) + _pad(data.issuing_state, 3) + _names(data, 39)
    number, optional = _pad(data.document_number, 9), _pad(data.optional_data, 14)
    second = number + check_digit(number) + _dates(data, _pad(data.nationality, 3)) + optional + check_digit(optional)
    composite = check_digit(second[0:10] + second[13:20] + second[21:43])
    return Mrz.parse((first + second + composite).encode("latin-1"))


def _dates(data: MrzData, before: str) -> str:
    """Birth, sex and expiry with the two check digits, after whatever stands before them."""
    birth, expiry = _pad(data.date_of_birth, 6), _pad(data.date_of_expiry, 6)
    return before + birth + check_digit(birth) + _pad(data.sex, 1) + expiry + check_digit(expiry)


def _names(data: MrzData, length: int) -> str:
    secondary = data.secondary_identifier.replace(" ", FILLER)
    text = data.primary_identifier.replace(" ", FILLER) + (f"<<{secondary}" if secondary else "")
    return text[:length].ljust(length, FILLER)  # a name that is too long is cut (9303-3, 4.6)


def _pad(text: str, length: int) -> str:
    if len(text) > length:
        raise MalformedData("a field is longer than its place", "MRZ")
    return text.ljust(length, FILLER)
