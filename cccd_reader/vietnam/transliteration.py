# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Vietnamese names in the letters of the machine readable zone (ICAO 9303-3, 4.6 and 6), and compared with them.

The zone of the card writes the first word as the primary identifier and all others as the secondary one, without any
diacritic; what does not fit into its 30 characters is cut.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from cccd_reader.errors import MalformedData
from cccd_reader.lds.mrz import FILLER

NAME_LENGTH = 30
_WHERE = "name"
_OMITTED = frozenset("'\u2019\u2018\u02bc.,")
_BLANKS = frozenset("-\u2010\u2011\u2013")
_LOOK_LIKE_D_WITH_STROKE = str.maketrans("ðɖ", "đđ")
# letters that do not fall apart into a base letter and marks; U+00D0 and U+0189 look like Đ and are typed for it
_LETTERS = {"Đ": "D", "Ð": "D", "Ɖ": "D", "Ƀ": "B", "Ł": "L", "Ø": "OE", "Æ": "AE", "Œ": "OE", "ẞ": "SS", "Þ": "TH"}
_INVISIBLE = ("Mn", "Cf")
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")


class NameMatch(StrEnum):
    """How two forms of a name relate."""

    SAME = "same"
    TONE_PLACED_ELSEWHERE = "tone-placed-elsewhere"
    """The same syllables with the tone mark on the other vowel, as in Hòa and Hoà."""
    WITHOUT_DIACRITICS = "without-diacritics"
    """The same letters where one form has no diacritics at all."""
    DIVIDED_ELSEWHERE = "divided-elsewhere"
    """The same letters with blanks in other places, as where an apostrophe is left out or made a blank."""
    TRUNCATED = "truncated"
    """The zone holds as much of the name as fits."""
    CHARACTERS_LOST = "characters-lost"
    """What is left of the other name where its letters beyond ASCII were lost, as some scanners type it."""
    DIACRITICS_DIFFER = "diacritics-differ"
    """The same letters with other diacritics: another name."""
    DIFFERENT = "different"


@dataclass(frozen=True, repr=False)
class MrzName:
    """Both identifiers in MRZ letters, words parted by blanks. Hidden in `repr`."""

    primary: str
    secondary: str

    @property
    def line(self) -> str:
        """Line 3 of TD1: 30 characters, padded with fillers or cut."""
        text = self.primary + (f"<<{self.secondary}" if self.secondary else "")
        return text.replace(" ", FILLER)[:NAME_LENGTH].ljust(NAME_LENGTH, FILLER)

    def __repr__(self) -> str:
        return "MrzName(hidden)"


def transliterate(text: str) -> str:
    """Return A to Z and single blanks. Raises `MalformedData` for a letter that is not of the Latin script."""
    letters = []
    for character in unicodedata.normalize("NFD", text.upper()):
        if character.isspace() or character in _BLANKS:
            letters.append(" ")
        elif "A" <= character <= "Z":
            letters.append(character)
        elif character in _LETTERS:
            letters.append(_LETTERS[character])
        elif not (unicodedata.category(character) in _INVISIBLE or character in _OMITTED):
            raise MalformedData("a character has no transliteration", _WHERE)
    return " ".join("".join(letters).split())


def mrz_name(full_name: str) -> MrzName:
    """Return a Vietnamese full name, surname first, as the zone splits it. Raises `MalformedData` where it is empty."""
    words = transliterate(full_name).split()
    if not words:
        raise MalformedData("it is empty", _WHERE)
    return MrzName(words[0], " ".join(words[1:]))


def match_mrz(line: str, full_name: str) -> NameMatch:
    """Compare the 30 characters of line 3 with a full name; raises `MalformedData` where it has no transliteration.

    Where the zone splits surname and given names does not matter: only the words do.
    """
    expected = mrz_name(full_name)
    printed, words = line.replace(FILLER, " ").split(), f"{expected.primary} {expected.secondary}".split()
    if printed == words:
        return NameMatch.SAME
    if "".join(printed) == "".join(words):
        return NameMatch.DIVIDED_ELSEWHERE
    if expected.line == line:
        return NameMatch.TRUNCATED
    # 9303-3, 4.6: an issuer may shorten any word, but then a letter stands in the last place
    full = len(line) == NAME_LENGTH and line[-1] != FILLER and len(printed) <= len(words)
    if full and all(word.startswith(short) for short, word in zip(printed, words, strict=False)):
        return NameMatch.TRUNCATED
    return NameMatch.DIFFERENT


def match_names(given: str, held: str) -> NameMatch:
    """Compare two full names in Vietnamese, in any case and normal form; typed ones may lack all diacritics.

    Raises `MalformedData` where one of them has no transliteration.
    """
    left, right = _plain(given), _plain(held)
    if left == right:
        return NameMatch.SAME
    if _joined(left) == _joined(right):
        return NameMatch.DIVIDED_ELSEWHERE
    if left == _remains(right) or right == _remains(left):
        return NameMatch.CHARACTERS_LOST
    if _joined(transliterate(given)) != _joined(transliterate(held)):
        return NameMatch.DIFFERENT
    if [_syllable(word) for word in left.split()] == [_syllable(word) for word in right.split()]:
        return NameMatch.TONE_PLACED_ELSEWHERE
    return NameMatch.WITHOUT_DIACRITICS if left.isascii() or right.isascii() else NameMatch.DIACRITICS_DIFFER


def _plain(text: str) -> str:
    """A name without what tells no two persons apart: case, form, blanks, hyphens, apostrophes, and invisible signs."""
    letters = unicodedata.normalize("NFC", text).casefold().translate(_LOOK_LIKE_D_WITH_STROKE)
    kept = (" " if each in _BLANKS else each for each in letters if each not in _OMITTED)
    return " ".join("".join(each for each in kept if unicodedata.category(each) != "Cf").split())


def _joined(text: str) -> str:
    return text.replace(" ", "")


def _remains(text: str) -> str:
    """What is left of a name without its letters beyond ASCII; empty where it has none of these."""
    return "" if text.isascii() else " ".join("".join(each for each in text if each.isascii()).split())


def _syllable(word: str) -> tuple[str, list[str]]:
    characters = unicodedata.normalize("NFD", word)
    letters = "".join(character for character in characters if character not in _TONES)
    return unicodedata.normalize("NFC", letters), [character for character in characters if character in _TONES]
