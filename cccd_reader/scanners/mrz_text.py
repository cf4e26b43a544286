# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A machine readable zone that somebody typed or a scanner read: lines joined, letters taken for digits repaired.

A repair is made only where nothing else can be meant: the place holds digits alone, each letter in it looks like one
digit, and all check digits are right afterwards. Everything else is named, never guessed.
"""

from __future__ import annotations

import string
from dataclasses import dataclass

from cccd_reader.errors import MalformedData
from cccd_reader.lds.mrz import FILLER, Mrz, MrzField, MrzFormat

WHERE = "MRZ"
_EACH_LINE = "Give each line in full, with the < at its end."
_ALL_LINES = "Give all lines in full, with the < at their end."
_ALPHABET_HINT = "The zone has the letters A to Z without any mark, digits, and < alone."
_ALPHABET = frozenset(string.ascii_uppercase + string.digits + FILLER)
_DIGIT_OF = {"O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "G": "6", "B": "8"}
_VIETNAMESE_CARD = "IDVNM"

# the places that hold digits only (ICAO 9303-5, -6 and -4, 4.2), by the field that they belong to
_PLACES: dict[MrzFormat, dict[MrzField, tuple[int, ...]]] = {
    MrzFormat.TD1: {
        MrzField.DOCUMENT_NUMBER: (14,),
        MrzField.DATE_OF_BIRTH: tuple(range(30, 37)),
        MrzField.DATE_OF_EXPIRY: tuple(range(38, 45)),
        MrzField.COMPOSITE: (59,),
    },
    MrzFormat.TD2: {
        MrzField.DOCUMENT_NUMBER: (45,),
        MrzField.DATE_OF_BIRTH: tuple(range(49, 56)),
        MrzField.DATE_OF_EXPIRY: tuple(range(57, 64)),
        MrzField.COMPOSITE: (71,),
    },
    MrzFormat.TD3: {
        MrzField.DOCUMENT_NUMBER: (53,),
        MrzField.DATE_OF_BIRTH: tuple(range(57, 64)),
        MrzField.DATE_OF_EXPIRY: tuple(range(65, 72)),
        MrzField.PERSONAL_NUMBER: (86,),
        MrzField.COMPOSITE: (87,),
    },
}
_PLACES_OF_THE_CARD: dict[MrzField, tuple[int, ...]] = _PLACES[MrzFormat.TD1] | {
    MrzField.DOCUMENT_NUMBER: tuple(range(5, 15)),
    MrzField.PERSONAL_NUMBER: (*range(15, 27), 29),
}
"""The Vietnamese card writes its numbers in digits alone."""


@dataclass(frozen=True, order=True)
class Slip:
    """A letter that was taken for a digit, and the field that it stood in. It tells no place and no other character."""

    field: MrzField
    letter: str
    digit: str


@dataclass(frozen=True, repr=False)
class Zone:
    """A zone as it was meant, the slips that were repaired in it, and the fields that are wrong still.

    `suspects` are letters in places for digits that were not repaired, since the check digits do not prove it. Hidden
    in `repr`.
    """

    mrz: Mrz
    slips: tuple[Slip, ...] = ()
    wrong: tuple[MrzField, ...] = ()
    suspects: tuple[Slip, ...] = ()

    def __repr__(self) -> str:
        return f"Zone({self.mrz.format.name}, hidden)"


def read_zone(text: str) -> Zone:
    """Read the lines of a zone in any case, with blanks and empty lines anywhere.

    Raises `MalformedData` for a length or a character of no zone; wrong check digits are told in `wrong`.
    """
    characters = _joined(text.upper())
    mrz = Mrz.parse(characters.encode("ascii"))
    places = _places(mrz.format, characters)
    slips = _slips(characters, places)
    if not slips:
        return Zone(mrz, wrong=mrz.findings)
    mended = Mrz.parse(_mended(characters, places).encode("ascii"))
    if not mended.findings:
        return Zone(mended, slips)
    fields = {slip.field for slip in slips}
    return Zone(mrz, wrong=tuple(field for field in MrzField if field in fields | set(mrz.findings)), suspects=slips)


def _places(form: MrzFormat, characters: str) -> dict[MrzField, tuple[int, ...]]:
    """The places for digits; those of the Vietnamese card where the optional data begins as its number."""
    if form is MrzFormat.TD1 and characters.startswith(_VIETNAMESE_CARD) and characters[27:29] == "<<":
        return _PLACES_OF_THE_CARD
    return _PLACES[form]


def _slips(characters: str, places: dict[MrzField, tuple[int, ...]]) -> tuple[Slip, ...]:
    found = {
        Slip(field, letter, _DIGIT_OF[letter])
        for field, positions in places.items()
        for position in positions
        if (letter := characters[position]) in _DIGIT_OF
    }
    return tuple(sorted(found))


def _mended(characters: str, places: dict[MrzField, tuple[int, ...]]) -> str:
    digits = {position for positions in places.values() for position in positions}
    return "".join(
        _DIGIT_OF.get(character, character) if position in digits else character
        for position, character in enumerate(characters)
    )


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
                raise MalformedData(message, WHERE, _EACH_LINE)
    characters = "".join(lines)
    form = next((form for form in MrzFormat if form.length == len(characters)), None)
    if form is None:
        message = f"it has {len(characters)} characters, where 90, 72 or 88 are expected"
        raise MalformedData(message, WHERE, _ALL_LINES)
    for place, character in enumerate(characters):
        if character not in _ALPHABET:
            row, column = divmod(place, form.value[1])
            message = f"line {row + 1} has at place {column + 1} a character that no zone has"
            raise MalformedData(message, WHERE, _ALPHABET_HINT)
    return characters
