# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Until when a card is valid, from the dates of birth and issue: the laws of 2014 and of 2023.

Law on Citizen Identification 59/2014/QH13, 21, for cards issued before 1 July 2024; Law on Identification 26/2023/QH15,
21, since. A card is changed at certain ages; one issued within the two years before such an age lasts to the next age,
and one issued from 58 on does not expire. The chip's own value always wins: this is for a check, and for the key of BAC
where only a QR line is at hand. PACE with the card access number needs no date at all and is to be preferred.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum

from cccd_reader.lds.mrz import NO_EXPIRY, NoExpiry
from cccd_reader.vietnam.partial_date import PartialDate

LAW_OF_2023_SINCE = datetime.date(2024, 7, 1)
NEAR = datetime.timedelta(days=31)
"""How far the date in the QR code and the day of the decision may lie apart."""
_EXTENSION = (datetime.date(2024, 1, 15), datetime.date(2024, 6, 30))
_CHILD = 14

Expiry = datetime.date | NoExpiry


class Law(StrEnum):
    """Which law set the ages of change, by its official number."""

    OF_2014 = "59/2014/QH13"
    OF_2023 = "26/2023/QH15"

    @property
    def ages(self) -> tuple[int, ...]:
        """The ages at which a card is changed."""
        adult = (25, 40, 60)
        return adult if self is Law.OF_2014 else (_CHILD, *adult)

    @classmethod
    def on(cls, issue: datetime.date) -> Law:
        """Return the law in force on the day of issue."""
        return cls.OF_2023 if issue >= LAW_OF_2023_SINCE else cls.OF_2014


class Basis(StrEnum):
    """Why a card lasts to its age."""

    NEXT_AGE = "next-age"
    TWO_YEAR_RULE = "two-year-rule"
    """The next age was less than two years away, so the one after it counts."""
    NO_FURTHER_AGE = "no-further-age"
    """Issued at 58 or later."""


class Ambiguity(StrEnum):
    """Why the date computed may not be the one on the card."""

    ON_THE_BOUNDARY = "issued-on-the-boundary"
    """Issued on the very birthday two years before an age; the law does not say to which side that day belongs."""
    NEAR_THE_BOUNDARY = "issued-near-the-boundary"
    """The day of the decision may lie on the other side."""
    LEAP_DAY = "born-on-29-february"
    """The expiry falls into a year without that day: 28 February is computed, 1 March is possible."""
    PARTIAL_BIRTH = "birth-date-incomplete"
    CHILD = "holder-below-14"
    NEAR_THE_NEW_LAW = "issued-near-1-july-2024"
    EXTENDED_IN_2024 = "extended-to-30-june-2024"
    """A card that ran out between 15 January and 30 June 2024 stayed valid to the latter (Law of 2023, 46)."""
    ISSUED_BEFORE_BIRTH = "issued-before-birth"


@dataclass(frozen=True)
class Rule:
    """The rule that applied: the law, the age that the card lasts to (None: it does not expire), and why."""

    law: Law
    age: int | None
    basis: Basis


@dataclass(frozen=True, repr=False)
class Validity:
    """What the rule gives. `value` is the last day, `NO_EXPIRY`, or None where the birth date is too incomplete.

    `rule` is None where the days that the birth may be lead to different rules. Hidden in `repr`.
    """

    value: Expiry | None
    rule: Rule | None
    ambiguities: tuple[Ambiguity, ...]

    @property
    def ambiguous(self) -> bool:
        """True where the card may well hold another date."""
        return bool(self.ambiguities)

    def __repr__(self) -> str:
        return f"Validity(hidden, {', '.join(self.ambiguities) or 'unambiguous'})"


class ExpiryState(StrEnum):
    """A card on a given day."""

    VALID = "valid"
    EXPIRED = "expired"
    WITHOUT_EXPIRY = "without-expiry"


def state_on(expiry: Expiry, day: datetime.date) -> ExpiryState:
    """Judge a date of expiry on a day; the last day of validity is valid still."""
    if isinstance(expiry, NoExpiry):
        return ExpiryState.WITHOUT_EXPIRY
    return ExpiryState.EXPIRED if day > expiry else ExpiryState.VALID


def birthday(birth: datetime.date, age: int) -> datetime.date:
    """Return the day on which an age is reached; for 29 February in a year without it, 28 February."""
    try:
        return birth.replace(year=birth.year + age)
    except ValueError:
        return birth.replace(year=birth.year + age, day=28)


def expiry_of(birth: PartialDate, issue: datetime.date) -> Validity:
    """Return the date of expiry that the law gives, the rule that applied, and what makes it doubtful."""
    first, last = _rule(birth.earliest, issue), _rule(birth.latest, issue)
    rule = first if first == last else None
    doubts = dict.fromkeys((*_doubts(birth.earliest, issue, first), *_doubts(birth.latest, issue, last)))
    if birth.date is None:
        value = NO_EXPIRY if last.age is None else None  # of the latest birth, hence of all
        return Validity(value, rule, (Ambiguity.PARTIAL_BIRTH, *doubts))
    return Validity(_value(birth.date, first), first, tuple(doubts))


def candidates(birth: PartialDate, issue: datetime.date) -> tuple[Expiry, ...]:
    """Return the dates that the card may hold, the likeliest first: several near a boundary, else one.

    Empty where the birth date is incomplete, unless the card certainly does not expire.
    """
    validity = expiry_of(birth, issue)
    if birth.date is None or validity.value is None:
        return () if validity.value is None else (validity.value,)
    found: dict[Expiry, None] = {validity.value: None}
    for law in dict.fromkeys((Law.on(issue), Law.on(issue - NEAR), Law.on(issue + NEAR))):
        for day in (issue, issue - NEAR, issue + NEAR):
            rule = _rule_of(law, birth.date, day)
            found[_value(birth.date, rule)] = None
    for value in list(found):
        if isinstance(value, datetime.date) and _moved(birth.date, value):
            found[value + datetime.timedelta(days=1)] = None
    return tuple(found)


def mrz_date(expiry: Expiry) -> str:
    """Return the date of expiry as the card's machine readable zone has it: YYMMDD, 991231 for none."""
    return "991231" if isinstance(expiry, NoExpiry) else expiry.strftime("%y%m%d")


def _value(birth: datetime.date, rule: Rule) -> Expiry:
    return NO_EXPIRY if rule.age is None else birthday(birth, rule.age)


def _rule(birth: datetime.date, issue: datetime.date) -> Rule:
    return _rule_of(Law.on(issue), birth, issue)


def _rule_of(law: Law, birth: datetime.date, issue: datetime.date) -> Rule:
    age = next((age for age in law.ages if issue < birthday(birth, age - 2)), None)
    if age is None:
        return Rule(law, None, Basis.NO_FURTHER_AGE)
    passed = [each for each in law.ages if each < age]
    skipped = bool(passed) and issue < birthday(birth, passed[-1])
    return Rule(law, age, Basis.TWO_YEAR_RULE if skipped else Basis.NEXT_AGE)


def _moved(birth: datetime.date, value: datetime.date) -> bool:
    return (birth.month, birth.day) == (2, 29) and value.day == 28


def _doubts(birth: datetime.date, issue: datetime.date, rule: Rule) -> list[Ambiguity]:
    boundaries = [birthday(birth, age - 2) for age in rule.law.ages]
    value = _value(birth, rule)
    expires = value if isinstance(value, datetime.date) else datetime.date.max
    extended = _EXTENSION[0] <= expires <= _EXTENSION[1]
    young = issue < birthday(birth, _CHILD)
    found = {
        Ambiguity.ON_THE_BOUNDARY: issue in boundaries,
        Ambiguity.NEAR_THE_BOUNDARY: any(_near(issue, day) for day in boundaries),
        Ambiguity.LEAP_DAY: _moved(birth, expires),
        Ambiguity.CHILD: young,
        Ambiguity.NEAR_THE_NEW_LAW: young and _near(issue, LAW_OF_2023_SINCE),
        Ambiguity.EXTENDED_IN_2024: extended,
        Ambiguity.ISSUED_BEFORE_BIRTH: issue < birth,
    }
    return [ambiguity for ambiguity, present in found.items() if present]


def _near(left: datetime.date, right: datetime.date) -> bool:
    """Tell whether two days lie at most `NEAR` and at least one day apart."""
    return datetime.timedelta(0) < abs(left - right) <= NEAR
