# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The line of the card's QR code: fields parted by bars, not signed by anybody.

number | old number or nothing | name | ddmmyyyy of birth | sex | residence | ddmmyyyy of issue, and on cards since July
2024 more fields, of which neither the order nor the meaning is published. Some writers leave the old number out: which
form it is, is told by where the first date stands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from cccd_reader.access_keys import MrzKey
from cccd_reader.errors import MalformedData
from cccd_reader.vietnam import mojibake
from cccd_reader.vietnam.mojibake import Repair, Repaired
from cccd_reader.vietnam.partial_date import PartialDate
from cccd_reader.vietnam.personal_number import PersonalNumber
from cccd_reader.vietnam.sex import Sex
from cccd_reader.vietnam.validity import candidates, mrz_date

MAX_LENGTH = 4096
"""Characters or bytes."""

_WHERE = "QR line"
_SCAN_AGAIN = "Scan the QR code again, or type the 12 digits."
_MIN_FIELDS, _MAX_FIELDS = 6, 64
_BIRTH_WITH_OLD_NUMBER, _BIRTH_WITHOUT = 3, 2


class QrFinding(StrEnum):
    """What is noteworthy in a line that could be read."""

    WITHOUT_OLD_NUMBER_FIELD = "without-old-number-field"
    """The line has no place for the old number: six fields instead of seven."""
    EXTRA_FIELDS = "extra-fields"
    BIRTH_UNREADABLE = "birth-unreadable"
    BIRTH_PARTIAL = "birth-partial"
    ISSUE_UNREADABLE = "issue-unreadable"
    SEX_UNREADABLE = "sex-unreadable"
    CHARACTERS_LOST = "characters-lost"
    """A scanner spoilt characters for good."""
    MORE_LINES = "more-lines"
    """Something follows the first line."""


@dataclass(frozen=True, repr=False)
class QrLine:
    """A QR line in its parts, all unauthenticated. Hidden in `repr`.

    Texts are in NFC; None stands for an empty field, and for a date or sex that cannot be read. `fields` are all
    fields after the repair, `extra` those behind the date of issue, `repairs` what was done to the text.
    """

    authenticated: ClassVar[bool] = False

    personal_number: PersonalNumber
    old_id_number: str | None
    full_name: str | None
    birth: PartialDate | None
    sex: Sex | None
    residence: str | None
    issue: PartialDate | None
    extra: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    repairs: tuple[Repair, ...] = ()
    findings: tuple[QrFinding, ...] = ()

    @classmethod
    def parse(cls, data: str | bytes) -> QrLine:
        """Parse what a scanner sent. Raises `MalformedData` where it is too long, or has no number or few fields."""
        if len(data) > MAX_LENGTH:
            raise MalformedData(f"longer than {MAX_LENGTH} characters", _WHERE, _SCAN_AGAIN)
        repaired = mojibake.repair(data) if isinstance(data, str) else mojibake.decode(data)
        lines = [line.strip() for line in repaired.text.replace("\r", "\n").split("\n") if line.strip()]
        fields = tuple(part.strip() for part in lines[0].split("|")) if lines else ()
        if not _MIN_FIELDS <= len(fields) <= _MAX_FIELDS:
            message = f"a QR line has at least {_MIN_FIELDS} fields, this one has {len(fields)}"
            raise MalformedData(message, _WHERE, _SCAN_AGAIN)
        return _line(fields, repaired, lines[1:])

    @property
    def mrz_keys(self) -> tuple[MrzKey, ...]:
        """The keys for BAC, the likeliest first: the expiry is computed, so there are several near a boundary.

        Empty where a date is missing or partial. The number alone gives the card access number, which is surer.
        """
        issue = None if self.issue is None else self.issue.date
        if self.birth is None or self.birth.date is None or issue is None:
            return ()
        expiries = candidates(self.birth, issue)
        number, birth = self.personal_number.document_number, self.birth.mrz
        return tuple(MrzKey(number, birth, mrz_date(expiry)) for expiry in expiries)

    @property
    def text(self) -> str:
        """The line as the card writes it, seven fields and the extra ones."""
        sex = "" if self.sex is None else {Sex.MALE: "Nam", Sex.FEMALE: "Nữ"}[self.sex]
        birth, issue = ("" if date is None else date.compact for date in (self.birth, self.issue))
        texts = (self.old_id_number or "", self.full_name or "", birth, sex, self.residence or "", issue)
        return "|".join((self.personal_number.digits, *texts, *self.extra))

    def __repr__(self) -> str:
        return f"QrLine({len(self.fields)} fields, hidden)"


def _line(fields: tuple[str, ...], repaired: Repaired, more: list[str]) -> QrLine:
    try:
        number = PersonalNumber.parse(fields[0])
    except MalformedData as error:
        raise MalformedData("the first field has not twelve digits", _WHERE, _SCAN_AGAIN) from error
    at = _place_of_birth_date(fields)
    padded = (*fields, "", "")
    birth, sex, issue = _date(padded[at]), Sex.of(padded[at + 1]), _date(padded[at + 3])
    line = QrLine(
        personal_number=number,
        old_id_number=(fields[1] or None) if at == _BIRTH_WITH_OLD_NUMBER else None,
        full_name=fields[at - 1] or None,
        birth=birth,
        sex=sex,
        residence=padded[at + 2] or None,
        issue=issue,
        extra=fields[at + 4 :],
        fields=fields,
        repairs=repaired.repairs,
    )
    return replace(line, findings=_findings(line, at, repaired, more))


def _findings(line: QrLine, at: int, repaired: Repaired, more: list[str]) -> tuple[QrFinding, ...]:
    findings = {
        QrFinding.WITHOUT_OLD_NUMBER_FIELD: at == _BIRTH_WITHOUT,
        QrFinding.EXTRA_FIELDS: bool(line.extra),
        QrFinding.BIRTH_UNREADABLE: line.birth is None,
        QrFinding.BIRTH_PARTIAL: line.birth is not None and line.birth.date is None,
        QrFinding.ISSUE_UNREADABLE: line.issue is None,
        QrFinding.SEX_UNREADABLE: line.sex is None,
        QrFinding.CHARACTERS_LOST: repaired.damaged,
        QrFinding.MORE_LINES: bool(more),
    }
    return tuple(finding for finding, present in findings.items() if present)


def _place_of_birth_date(fields: tuple[str, ...]) -> int:
    """Where the date of birth stands: with or without a field for the old number before the name."""
    if _date(fields[_BIRTH_WITH_OLD_NUMBER]) is not None:
        return _BIRTH_WITH_OLD_NUMBER
    if _date(fields[_BIRTH_WITHOUT]) is not None:
        return _BIRTH_WITHOUT
    return _BIRTH_WITH_OLD_NUMBER if len(fields) > _MIN_FIELDS else _BIRTH_WITHOUT


def _date(text: str) -> PartialDate | None:
    try:
        return PartialDate.parse(text)
    except MalformedData:
        return None
