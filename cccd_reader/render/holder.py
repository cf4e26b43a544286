# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a document says of its holder, as far as a caller asked for it, and whether an authority signed it.

Three files tell it: the machine readable zone (DG1), the Vietnamese citizen record (DG13) and the photo (DG2). Each is
as good as the checks about it; without checks nothing is verified.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from cccd_reader.errors import CccdError
from cccd_reader.inspection import signature
from cccd_reader.inspection.citizen import RECORD, citizen_of
from cccd_reader.inspection.passive import authenticated
from cccd_reader.inspection.reading import Evidence
from cccd_reader.inspection.report import Report
from cccd_reader.inspection.results import Check, Reason
from cccd_reader.lds import files as ef
from cccd_reader.lds.dg2 import DataGroup2
from cccd_reader.lds.image import Image
from cccd_reader.lds.mrz import Mrz, NoExpiry
from cccd_reader.render.fields import ALL, COUNTER, PHOTO, Fields
from cccd_reader.vietnam.citizen_record import CitizenRecord
from cccd_reader.vietnam.citizen_record_codec import FIELDS, CitizenField, NoteKind
from cccd_reader.vietnam.crosscheck import Given
from cccd_reader.vietnam.partial_date import PartialDate

NEVER = "never"
_F = CitizenField
_ZONE_FIELDS = {
    "document_number": _F.PERSONAL_NUMBER,
    "personal_number": _F.PERSONAL_NUMBER,
    "surname": _F.FULL_NAME,
    "given_names": _F.FULL_NAME,
    "date_of_birth": _F.DATE_OF_BIRTH,
    "sex": _F.SEX,
    "date_of_expiry": _F.DATE_OF_EXPIRY,
}
"""Which choice gives a field of the zone; the others, which tell what kind of document it is, are always given."""


class Part(StrEnum):
    """Where data stands; the names are those of the keys in JSON."""

    CITIZEN = "citizen"
    DOCUMENT = "document"
    PHOTO = "photo"


class RecordState(StrEnum):
    """What became of the citizen record."""

    CLEAR = "clear"
    OPAQUE = "opaque"
    """Not in a readable form, as on cards issued since July 2024."""
    EMPTY = "empty"
    MALFORMED = "malformed"
    MISSING = "missing"
    """Not read, or not on the chip."""


_GROUPS = {Part.DOCUMENT: 1, Part.CITIZEN: 13, Part.PHOTO: 2}
_STATES = {
    Reason.CITIZEN_RECORD_READ: RecordState.CLEAR,
    Reason.CITIZEN_RECORD_OPAQUE: RecordState.OPAQUE,
    Reason.CITIZEN_RECORD_EMPTY: RecordState.EMPTY,
    Reason.CITIZEN_RECORD_MALFORMED: RecordState.MALFORMED,
}


@dataclass(frozen=True, repr=False)
class Holder:
    """What was asked for. `record` is None where the document is no citizen's card of Vietnam.

    `zone` and `citizen` hold texts by the names of JSON; dates are ISO 8601, as far as they are known. `unreadable` are
    the fields of the record that hold something which is no text. `verified` are the parts that an authority of the
    trust store signed. Hidden in `repr`.
    """

    fields: Fields
    zone: dict[str, str] | None
    record: RecordState | None
    citizen: dict[str, str | None]
    unreadable: tuple[str, ...]
    photo: Image | None
    verified: frozenset[Part]

    def as_json(self) -> dict[str, Any]:
        """Return the keys `fields`, `document`, `citizen`, `photo` and `verified` of the JSON forms."""
        return {
            "fields": sorted(str(name) for name in self.fields),
            Part.DOCUMENT.value: self.zone,
            Part.CITIZEN.value: None if self.record is None else self._citizen_as_json(self.record),
            Part.PHOTO.value: None if self.photo is None else _photo_as_json(self.photo),
            "verified": {part.value: part in self.verified for part in Part},
        }

    def _citizen_as_json(self, state: RecordState) -> dict[str, Any]:
        return {"state": state.value, "unreadable": list(self.unreadable), **self.citizen}

    def __repr__(self) -> str:
        return f"Holder({len(self.fields)} fields, hidden)"


def holder_of(evidence: Evidence, fields: Fields = COUNTER, checks: tuple[Check, ...] = ()) -> Holder:
    """Return what evidence says of the holder, with the fields asked for, as good as the checks about it."""
    citizen = citizen_of(evidence, signature.judge(evidence))
    return _holder(evidence, _Record(citizen.record, citizen.state.reason), fields, checks)


def holder_of_report(report: Report, fields: Fields = COUNTER) -> Holder:
    """Return what the document of a report says of its holder, with the fields asked for."""
    record = _Record(report.citizen, report.check(RECORD).reason)
    return _holder(report.evidence, record, fields, report.checks)


class _Record(NamedTuple):
    """The citizen record, and why it is or is not there."""

    content: CitizenRecord | None
    reason: Reason

    @property
    def state(self) -> RecordState | None:
        if self.reason is Reason.NO_CITIZEN_CARD:
            return None
        return _STATES.get(self.reason, RecordState.MISSING)


def _holder(evidence: Evidence, record: _Record, fields: Fields, checks: tuple[Check, ...]) -> Holder:
    clear = record.content if record.state is RecordState.CLEAR else None
    return Holder(
        fields=fields & ALL,
        zone=document_fields(evidence.mrz, fields),
        record=record.state,
        citizen={} if clear is None else citizen_fields(clear, fields),
        unreadable=() if clear is None else unreadable_fields(clear, fields),
        photo=photo_of(evidence) if PHOTO in fields else None,
        verified=frozenset(part for part, number in _GROUPS.items() if authenticated(checks, number)),
    )


def document_fields(mrz: Mrz | None, fields: Fields = COUNTER) -> dict[str, str] | None:
    """Return what the machine readable zone says, None without one.

    The birth is an ISO date where the personal number tells the century, else as in the zone: YYMMDD.
    """
    if mrz is None:
        return None
    birth = Given.of_mrz(mrz).birth
    found = {
        "document_code": mrz.document_code,
        "issuing_state": mrz.issuing_state,
        "document_number": mrz.document_number,
        "personal_number": mrz.personal_number or "",
        "surname": mrz.primary_identifier,
        "given_names": mrz.secondary_identifier,
        "nationality": mrz.nationality,
        "date_of_birth": mrz.date_of_birth if birth is None else iso_date(birth),
        "sex": mrz.sex,
        "date_of_expiry": _zone_expiry(mrz),
    }
    return {name: text for name, text in found.items() if _ZONE_FIELDS.get(name) in {*fields, None}}


def citizen_fields(record: CitizenRecord, fields: Fields = COUNTER) -> dict[str, str | None]:
    """Return what the citizen record says: dates as ISO 8601, sex as M or F, the expiry perhaps "never".

    A text that is no date and no sex stays as the card has it; None is a field that is empty or unreadable.
    """
    found: dict[str, str | None] = {
        name.value: text for name, text in record.select(_F(name) for name in fields if name != PHOTO).items()
    }
    birth, issue, expiry, sex = record.birth, record.issue, record.expiry, record.sex_value
    known = {
        _F.DATE_OF_BIRTH: None if birth is None else iso_date(birth),
        _F.DATE_OF_ISSUE: None if issue is None else iso_date(issue),
        _F.DATE_OF_EXPIRY: NEVER if isinstance(expiry, NoExpiry) else None if expiry is None else iso_date(expiry),
        _F.SEX: None if sex is None else sex.value,
    }
    return found | {name.value: text for name, text in known.items() if text is not None and name in found}


def unreadable_fields(record: CitizenRecord, fields: Fields = COUNTER) -> tuple[str, ...]:
    """Return the names of the fields that are not empty and yet no text: encrypted perhaps, as on cards of 2024."""
    indexes = {note.index for note in record.notes if note.kind is NoteKind.VALUE_UNREADABLE}
    names = [name for index, found in FIELDS.items() if index in indexes for name in found]
    return tuple(name.value for name in names if name in fields and getattr(record, name) is None)


def photo_of(evidence: Evidence) -> Image | None:
    """Return the photo as it is on the chip, None where there is none that can be read: the check of it tells why."""
    content = evidence.content(ef.data_group(2))
    if content is None:
        return None
    try:
        return DataGroup2.parse(content).faces[0]
    except CccdError:
        return None


def iso_date(date: PartialDate) -> str:
    """Return a date as ISO 8601, of reduced precision where it is not all known: 1990-02-01, 1990-02, 1990."""
    parts = [f"{part:02}" for part in (date.month, date.day) if part is not None]
    return "-".join([f"{date.year:04}", *parts])


def _zone_expiry(mrz: Mrz) -> str:
    expiry = mrz.expiry
    if isinstance(expiry, NoExpiry):
        return NEVER
    return mrz.date_of_expiry if expiry is None else expiry.isoformat()


def _photo_as_json(photo: Image) -> dict[str, Any]:
    data = base64.b64encode(photo.data).decode("ascii")
    return {"format": photo.format.value, "width": photo.width, "height": photo.height, "data": data}
