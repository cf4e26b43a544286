# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The personal number of twelve digits, and what it says (Decree 137/2015/ND-CP, 13; Circular 59/2021/TT-BCA, 4).

PPP C YY NNNNNN: where the birth was registered, sex and century, year of birth, six random digits; no check digit. What
looks wrong in it is a finding, never an error: prefixes of countries are not published here, and numbers are replaced.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cccd_reader.access_keys import Can
from cccd_reader.errors import MalformedData
from cccd_reader.vietnam.provinces import PROVINCES, Province
from cccd_reader.vietnam.sex import Sex

_WHERE = "personal number"
_FIRST_CENTURY = 19
_LAST_DIGIT_OF_THE_RULE = 7


class NumberFinding(StrEnum):
    """What is noteworthy in a number that is well-formed."""

    UNKNOWN_PREFIX = "unknown-prefix"
    """No province has the first three digits: perhaps a birth that was registered abroad."""
    CENTURY_UNDEFINED = "century-undefined"
    """The fourth digit is 8 or 9, which the rule does not define."""
    BORN_AFTER_2099 = "born-after-2099"
    """The fourth digit is 4 to 7: a century that no living holder was born in."""


@dataclass(frozen=True, repr=False)
class PersonalNumber:
    """Twelve digits, hidden in `repr` and `str`; `digits` holds them, `masked` is fit for a log."""

    digits: str

    def __post_init__(self) -> None:
        if not (len(self.digits) == 12 and self.digits.isascii() and self.digits.isdigit()):
            raise MalformedData("a personal number has twelve digits", _WHERE)

    @classmethod
    def parse(cls, text: str) -> PersonalNumber:
        """Parse twelve digits; blanks and dots between them are tolerated. Raises `MalformedData` for all else."""
        return cls("".join(text.split()).replace(".", ""))

    @property
    def prefix(self) -> str:
        """The three digits of the place where the birth was registered."""
        return self.digits[:3]

    @property
    def province(self) -> Province | None:
        """The province of that place, or None where no province has the prefix."""
        return PROVINCES.get(self.prefix)

    @property
    def sex(self) -> Sex | None:
        """The sex when the number was given: even digits male, odd ones female; None where the rule ends."""
        digit = int(self.digits[3])
        if digit > _LAST_DIGIT_OF_THE_RULE:
            return None
        return Sex.FEMALE if digit % 2 else Sex.MALE

    @property
    def birth_year(self) -> int | None:
        """The year of birth, 1900 to 2299; None where the digit of the century is not defined."""
        digit = int(self.digits[3])
        if digit > _LAST_DIGIT_OF_THE_RULE:
            return None
        return 100 * (_FIRST_CENTURY + digit // 2) + int(self.digits[4:6])

    @property
    def findings(self) -> tuple[NumberFinding, ...]:
        """What is noteworthy; empty for a usual number."""
        year = self.birth_year
        found = {
            NumberFinding.UNKNOWN_PREFIX: self.province is None,
            NumberFinding.CENTURY_UNDEFINED: year is None,
            NumberFinding.BORN_AFTER_2099: year is not None and year > 2099,
        }
        return tuple(finding for finding, present in found.items() if present)

    @property
    def document_number(self) -> str:
        """The document number of the machine readable zone: the last nine digits."""
        return self.digits[3:]

    @property
    def can(self) -> Can:
        """The card access number: the last six digits."""
        return Can.from_personal_number(self.digits)

    @property
    def masked(self) -> str:
        """The first three and the last three digits."""
        return mask(self.digits)

    def __repr__(self) -> str:
        return "PersonalNumber(hidden)"


def mask(number: str) -> str:
    """Return a number with all but its first three and last three characters as asterisks; short ones wholly."""
    return number[:3] + "*" * (len(number) - 6) + number[-3:] if len(number) > 8 else "*" * len(number)
