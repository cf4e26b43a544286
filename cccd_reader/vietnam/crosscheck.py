# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Whether the parts of a card, and what was typed or scanned, tell of the same person and card.

Every function returns each of its fields exactly once, as agreeing, differing or not comparable, and why. A finding
never holds a value of the card. What a difference means is the caller's to say: a number may have been replaced after
its holder's sex or year of birth was corrected, so there it is a warning.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from cccd_reader.errors import MalformedData
from cccd_reader.lds.mrz import FILLER, Mrz, MrzField, NoExpiry
from cccd_reader.vietnam.citizen_record import CitizenRecord
from cccd_reader.vietnam.mojibake import REPLACEMENT
from cccd_reader.vietnam.partial_date import PartialDate
from cccd_reader.vietnam.personal_number import PersonalNumber
from cccd_reader.vietnam.qr_line import QrLine
from cccd_reader.vietnam.sex import Sex
from cccd_reader.vietnam.transliteration import NameMatch, match_mrz, match_names

SIGNED_AFTER_ISSUE = datetime.timedelta(days=180)
"""How long after the date of issue a signer's certificate may begin: real cards are signed weeks after that date."""


class Agreement(StrEnum):
    """How two values relate."""

    AGREE = "agree"
    DIFFER = "differ"
    NOT_COMPARABLE = "not-comparable"


class Field(StrEnum):
    """What is compared."""

    PERSONAL_NUMBER = "personal-number"
    DOCUMENT_NUMBER = "document-number"
    CHECK_DIGIT = "check-digit"
    NAME = "name"
    DATE_OF_BIRTH = "date-of-birth"
    YEAR_OF_BIRTH = "year-of-birth"
    SEX = "sex"
    DATE_OF_EXPIRY = "date-of-expiry"
    DATE_OF_ISSUE = "date-of-issue"


class Why(StrEnum):
    """What explains an agreement that is not exact, a difference, or why nothing can be compared."""

    MISSING = "missing"
    """One side does not have the value, or has one that cannot be read."""
    UNREADABLE = "unreadable"
    """A name in which a scanner lost characters, or that has no transliteration."""
    PARTIAL = "partial"
    """A date of which one side knows less; what both know is the same."""
    TRUNCATED = "truncated"
    DIVIDED_ELSEWHERE = "divided-elsewhere"
    TONE_PLACED_ELSEWHERE = "tone-placed-elsewhere"
    WITHOUT_DIACRITICS = "without-diacritics"
    DIACRITICS_DIFFER = "diacritics-differ"
    SIGNER_LATER = "signer-begins-after-issue"
    """The signer's certificate begins after the date of issue."""
    SIGNER_EARLIER = "signer-ended-before-issue"


@dataclass(frozen=True)
class Finding:
    """One comparison: the field, how it went, and why where that needs a word."""

    field: Field
    agreement: Agreement
    why: Why | None = None


@dataclass(frozen=True, repr=False)
class Given:
    """What a counter typed or scanned, unauthenticated; None for what was not given. Hidden in `repr`.

    `name_line` is the name as a machine readable zone writes it, with its fillers: 30 characters of TD1, 31 or 39.
    """

    number: PersonalNumber | None = None
    full_name: str | None = None
    birth: PartialDate | None = None
    sex: Sex | None = None
    issue: PartialDate | None = None
    name_line: str | None = None

    @classmethod
    def of_qr(cls, line: QrLine) -> Given:
        """Return what a QR line says."""
        return cls(line.personal_number, line.full_name, line.birth, line.sex, line.issue)

    @classmethod
    def of_mrz(cls, mrz: Mrz) -> Given:
        """Return what a machine readable zone says: number and birth only where it is that of a Vietnamese card.

        The century of the birth is that of the personal number; no other document tells it. A name with digits in it
        is left out: it was mistyped, and no check digit protects it.
        """
        number = None if mrz.personal_number is None else PersonalNumber(mrz.personal_number)
        line = mrz.name_line
        mistyped = not line.strip(FILLER) or any(character.isdigit() for character in line)
        return cls(
            number=number,
            birth=_birth_of(mrz.date_of_birth, number),
            sex=Sex.of(mrz.sex),
            name_line=None if mistyped else line,
        )

    def __repr__(self) -> str:
        return "Given(hidden)"


def mrz_against_record(mrz: Mrz, record: CitizenRecord) -> tuple[Finding, ...]:
    """Compare DG1 with DG13: number, name, birth, sex, expiry."""
    number = None if record.number is None else record.number.digits
    return (
        _equal(Field.PERSONAL_NUMBER, mrz.personal_number, number),
        _mrz_name(mrz, record.full_name),
        _mrz_birth(mrz, record.birth),
        _equal(Field.SEX, Sex.of(mrz.sex), record.sex_value),
        _expiry(mrz, record.expiry),
    )


def number_against_mrz(mrz: Mrz) -> tuple[Finding, ...]:
    """Compare the personal number in the optional data of the zone with its document number and its check digit."""
    number = None if mrz.personal_number is None else mrz.personal_number[3:]
    right = None if number is None else MrzField.PERSONAL_NUMBER not in mrz.findings
    return _equal(Field.DOCUMENT_NUMBER, mrz.document_number, number), _equal(Field.CHECK_DIGIT, right, True)


def number_against_holder(number: PersonalNumber, sex: Sex | None, birth: PartialDate | None) -> tuple[Finding, ...]:
    """Compare what the number says with the holder's sex and year of birth; a difference is a warning only."""
    year = None if birth is None else birth.year
    return _equal(Field.SEX, number.sex, sex), _equal(Field.YEAR_OF_BIRTH, number.birth_year, year)


def given_against_chip(given: Given, mrz: Mrz | None, record: CitizenRecord | None) -> tuple[Finding, ...]:
    """Compare typed or scanned data with the chip: DG13 where it has the value, else DG1."""
    record = record or CitizenRecord()
    digits = record.number.digits if record.number else mrz.personal_number if mrz else None
    sex = record.sex_value or (Sex.of(mrz.sex) if mrz else None)
    if record.birth is None and mrz is not None:
        birth = _mrz_birth(mrz, given.birth)
    else:
        birth = _dates(Field.DATE_OF_BIRTH, given.birth, record.birth)
    return (
        _equal(Field.PERSONAL_NUMBER, given.number.digits if given.number else None, digits),
        _given_name(given, mrz, record.full_name),
        birth,
        _equal(Field.SEX, given.sex, sex),
        _dates(Field.DATE_OF_ISSUE, given.issue, record.issue),
    )


def issue_against_signer(issue: PartialDate | None, not_before: datetime.date, not_after: datetime.date) -> Finding:
    """Compare the date of issue with the days on which the signer's certificate begins and ends.

    One that begins up to `SIGNED_AFTER_ISSUE` after the date of issue agrees: a card is signed when it is made.
    """
    if issue is None:
        return Finding(Field.DATE_OF_ISSUE, Agreement.NOT_COMPARABLE, Why.MISSING)
    if issue.earliest > not_after:
        return Finding(Field.DATE_OF_ISSUE, Agreement.DIFFER, Why.SIGNER_EARLIER)
    if issue.latest < not_before:
        late = issue.latest + SIGNED_AFTER_ISSUE < not_before
        return Finding(Field.DATE_OF_ISSUE, Agreement.DIFFER if late else Agreement.AGREE, Why.SIGNER_LATER)
    return Finding(Field.DATE_OF_ISSUE, Agreement.AGREE)


def _birth_of(text: str, number: PersonalNumber | None) -> PartialDate | None:
    """YYMMDD in the century that lies nearest to the year of the number; None for no date, and without that year."""
    year = None if number is None else number.birth_year
    parts = [int(part) if part.isdigit() else None for part in (text[:2], text[2:4], text[4:])]
    if year is None or parts[0] is None:
        return None
    short = parts[0]
    nearest = min((year - year % 100 + shift + short for shift in (-100, 0, 100)), key=lambda each: abs(each - year))
    try:
        return PartialDate(nearest, *parts[1:])
    except MalformedData:
        return None


def _equal(field: Field, left: object, right: object) -> Finding:
    if left in (None, "") or right in (None, ""):
        return Finding(field, Agreement.NOT_COMPARABLE, Why.MISSING)
    return Finding(field, Agreement.AGREE if left == right else Agreement.DIFFER)


def _expiry(mrz: Mrz, expiry: PartialDate | NoExpiry | None) -> Finding:
    value = PartialDate.of(mrz.expiry) if isinstance(mrz.expiry, datetime.date) else mrz.expiry
    if isinstance(value, PartialDate) and isinstance(expiry, PartialDate):
        return _dates(Field.DATE_OF_EXPIRY, value, expiry)
    return _equal(Field.DATE_OF_EXPIRY, value, expiry)


def _dates(field: Field, left: PartialDate | None, right: PartialDate | None) -> Finding:
    if left is None or right is None:
        return Finding(field, Agreement.NOT_COMPARABLE, Why.MISSING)
    pairs = ((left.year, right.year), (left.month, right.month), (left.day, right.day))
    return _parts(field, pairs)


def _mrz_birth(mrz: Mrz, birth: PartialDate | None) -> Finding:
    """The zone has two digits of the year, and fillers for what is unknown."""
    text = mrz.date_of_birth
    parts = [int(part) if part.isdigit() else None for part in (text[:2], text[2:4], text[4:])]
    if birth is None or parts[0] is None:
        return Finding(Field.DATE_OF_BIRTH, Agreement.NOT_COMPARABLE, Why.MISSING)
    others = (birth.year % 100, birth.month, birth.day)
    return _parts(Field.DATE_OF_BIRTH, tuple(zip(parts, others, strict=True)))


def _parts(field: Field, pairs: tuple[tuple[int | None, int | None], ...]) -> Finding:
    if any(left != right for left, right in pairs if left is not None and right is not None):
        return Finding(field, Agreement.DIFFER)
    partial = any(left != right for left, right in pairs)
    return Finding(field, Agreement.AGREE, Why.PARTIAL if partial else None)


_NAME_FINDINGS = {
    NameMatch.SAME: Finding(Field.NAME, Agreement.AGREE),
    NameMatch.TRUNCATED: Finding(Field.NAME, Agreement.AGREE, Why.TRUNCATED),
    NameMatch.DIVIDED_ELSEWHERE: Finding(Field.NAME, Agreement.AGREE, Why.DIVIDED_ELSEWHERE),
    NameMatch.CHARACTERS_LOST: Finding(Field.NAME, Agreement.NOT_COMPARABLE, Why.UNREADABLE),
    NameMatch.TONE_PLACED_ELSEWHERE: Finding(Field.NAME, Agreement.AGREE, Why.TONE_PLACED_ELSEWHERE),
    NameMatch.WITHOUT_DIACRITICS: Finding(Field.NAME, Agreement.AGREE, Why.WITHOUT_DIACRITICS),
    NameMatch.DIACRITICS_DIFFER: Finding(Field.NAME, Agreement.DIFFER, Why.DIACRITICS_DIFFER),
    NameMatch.DIFFERENT: Finding(Field.NAME, Agreement.DIFFER),
}


def _mrz_name(mrz: Mrz, full_name: str | None) -> Finding:
    line = mrz.lines[-1] if len(mrz.lines) == 3 else ""
    return _matched(full_name, line, lambda: match_mrz(line, full_name or ""))


def _name(given: str | None, held: str | None) -> Finding:
    return _matched(given, held, lambda: match_names(given or "", held or ""))


def _given_name(given: Given, mrz: Mrz | None, held: str | None) -> Finding:
    """The name that was given against that of DG13, else against that of DG1."""
    line = given.name_line
    if given.full_name or not line:
        return _mrz_name(mrz, given.full_name) if mrz and not held else _name(given.full_name, held)
    if held or mrz is None:
        return _matched(line, held, lambda: match_mrz(line, held or ""))
    same = line.replace(FILLER, " ").split() == mrz.name_line.replace(FILLER, " ").split()
    return _NAME_FINDINGS[NameMatch.SAME if same else NameMatch.DIFFERENT]


def _matched(left: str | None, right: str | None, match: Callable[[], NameMatch]) -> Finding:
    if not left or not right:
        return Finding(Field.NAME, Agreement.NOT_COMPARABLE, Why.MISSING)
    if REPLACEMENT in left + right:
        return Finding(Field.NAME, Agreement.NOT_COMPARABLE, Why.UNREADABLE)
    try:
        return _NAME_FINDINGS[match()]
    except MalformedData:
        return Finding(Field.NAME, Agreement.NOT_COMPARABLE, Why.UNREADABLE)
