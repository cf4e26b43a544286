# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""EF.DG13 of the Vietnamese card: the citizen record, sixteen fields in Vietnamese (country-specific, 9303-10, 4.7.13).

6D, SEQUENCE { INTEGER 1, OBJECT IDENTIFIER 1.0.10646.1.0.8, SET of elements in the order of their indexes }. The SET is
not sorted as DER asks, so nothing is re-encoded to be hashed. A content of another shape, as cards issued since July
2024 may have, is opaque: reported as such, and never an error.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cccd_reader.apdu import tlv
from cccd_reader.apdu.tlv import Tlv
from cccd_reader.errors import MalformedData
from cccd_reader.lds import asn1, files
from cccd_reader.lds.mrz import NoExpiry
from cccd_reader.vietnam import citizen_record_codec as codec
from cccd_reader.vietnam.citizen_record_codec import WHERE, CitizenField, Element, Note, NoteKind, ParentNesting
from cccd_reader.vietnam.partial_date import PartialDate, parse_expiry
from cccd_reader.vietnam.personal_number import PersonalNumber
from cccd_reader.vietnam.sex import Sex

OBJECT_IDENTIFIER = "1.0.10646.1.0.8"
"""ISO/IEC 10646 in the transfer encoding UTF-8."""

COUNTER_FIELDS = frozenset(
    {
        CitizenField.PERSONAL_NUMBER,
        CitizenField.FULL_NAME,
        CitizenField.DATE_OF_BIRTH,
        CitizenField.SEX,
        CitizenField.DATE_OF_EXPIRY,
    }
)
"""What a counter needs; everything else is given only to those who ask for it."""

_TAG = files.data_group(13).tag
_VERSION = 1
_MAX_ELEMENTS, _MAX_CLEAR = 64, 1 << 16


class Content(StrEnum):
    """What the file holds below its outer tag."""

    CLEAR = "clear"
    OPAQUE = "opaque"
    """Encrypted, or of a shape that is not known; `raw` has the bytes."""
    EMPTY = "empty"


@dataclass(frozen=True, repr=False)
class CitizenRecord:
    """The record as the card shows it: texts in NFC, None where a field is empty, missing or unreadable.

    Dates are texts here; `birth`, `issue` and `expiry` are their values. `unknown` are elements with an index above
    16, `notes` what is unusual, `raw` the file's bytes up to the end of its outer length. Hidden in `repr`.
    """

    personal_number: str | None = None
    full_name: str | None = None
    date_of_birth: str | None = None
    sex: str | None = None
    nationality: str | None = None
    ethnicity: str | None = None
    religion: str | None = None
    place_of_origin: str | None = None
    residence: str | None = None
    identifying_marks: str | None = None
    date_of_issue: str | None = None
    date_of_expiry: str | None = None
    father_name: str | None = None
    mother_name: str | None = None
    spouse_name: str | None = None
    old_id_number: str | None = None
    chip_serial: str | None = None
    unknown: tuple[Element, ...] = ()
    content: Content = Content.CLEAR
    notes: tuple[Note, ...] = field(default=(), compare=False)
    elements: tuple[Element, ...] = field(default=(), compare=False)
    raw: bytes = field(default=b"", compare=False, kw_only=True)

    @classmethod
    def parse(cls, raw: bytes) -> CitizenRecord:
        """Parse the file. Raises `MalformedData` for a wrong tag, a length past the end, and broken elements."""
        outer, rest = tlv.decode_first(raw, WHERE)
        if outer.tag != _TAG or rest.strip(b"\0"):
            raise MalformedData("one data object 6D is expected, with nothing but zeros after it", WHERE)
        notes = [Note(NoteKind.TRAILING_ZEROS)] if rest else []
        own = bytes(raw[: len(raw) - len(rest)])
        frame = _frame(outer.value)
        if frame is None:
            content = Content.OPAQUE if outer.value.strip(b"\0") else Content.EMPTY
            return cls(content=content, notes=tuple(notes), raw=own)
        version, oid, items = frame
        if version != _VERSION:
            notes.append(Note(NoteKind.UNKNOWN_VERSION))
        if oid != OBJECT_IDENTIFIER:
            notes.append(Note(NoteKind.UNKNOWN_OBJECT_IDENTIFIER))
        elements = _elements(items)
        notes += [note for element in elements for note in element.notes] + _index_notes(elements)
        unknown = tuple(element for element in elements if element.index not in codec.FIELDS)
        return cls(**_values(elements), unknown=unknown, notes=tuple(notes), elements=elements, raw=own)

    @property
    def number(self) -> PersonalNumber | None:
        """The personal number as a value, or None where it has not twelve digits."""
        try:
            return PersonalNumber.parse(self.personal_number or "")
        except MalformedData:
            return None

    @property
    def birth(self) -> PartialDate | None:
        """The date of birth as a value, perhaps a year alone; None where it is no date."""
        return _date(self.date_of_birth)

    @property
    def issue(self) -> PartialDate | None:
        """The date of issue as a value; None where it is no date."""
        return _date(self.date_of_issue)

    @property
    def expiry(self) -> PartialDate | NoExpiry | None:
        """The date of expiry as a value, `NO_EXPIRY` for "Không thời hạn"; None where it is neither."""
        try:
            return parse_expiry(self.date_of_expiry or "")
        except MalformedData:
            return None

    @property
    def sex_value(self) -> Sex | None:
        """The sex as a value; None where the word is neither Nam nor Nữ."""
        return Sex.of(self.sex or "")

    def select(self, fields: Iterable[CitizenField] = COUNTER_FIELDS) -> dict[CitizenField, str | None]:
        """Return the texts of the fields asked for, in the order of the record."""
        wanted = frozenset(fields)
        return {name: getattr(self, name) for name in CitizenField if name in wanted}

    def encode(self, parents: ParentNesting = ParentNesting.SIBLINGS) -> bytes:
        """Build the file anew from its fields: all sixteen indexes, then the unknown ones as they were."""
        known = b"".join(
            codec.encode_element(index, tuple(getattr(self, name) for name in names), parents)
            for index, names in codec.FIELDS.items()
        )
        items = tlv.encode(asn1.SET, known + b"".join(element.raw for element in self.unknown))
        head = asn1.encode_integer(_VERSION), asn1.encode_object_identifier(OBJECT_IDENTIFIER)
        return tlv.encode(_TAG, asn1.encode_sequence(*head, items))

    def __bytes__(self) -> bytes:
        return self.raw or self.encode()

    def __repr__(self) -> str:
        return f"CitizenRecord({self.content.value}, {len(self.raw)} bytes, hidden)"


def _frame(value: bytes) -> tuple[int, str, list[Tlv]] | None:
    """Version, object identifier and elements; None where the content is of another shape, or encrypted."""
    if not _begins_like_a_record(value):
        return None
    version, oid, elements = asn1.sequence(value, WHERE)[:3]
    return asn1.integer(version, WHERE), asn1.object_identifier(oid, WHERE), tlv.decode(elements.value, WHERE)


def _begins_like_a_record(value: bytes) -> bool:
    """Tell SEQUENCE, INTEGER, OBJECT IDENTIFIER, SET by the headers alone, so that a broken record is still one."""
    try:
        outer = tlv.read_header(value)
        version = tlv.read_header(value, start=outer.size)
        after_version = outer.size + version.size + version.length
        oid = tlv.read_header(value, start=after_version)
        elements = tlv.read_header(value, start=after_version + oid.size + oid.length)
    except MalformedData:
        return False
    tags = (outer.tag, version.tag, oid.tag, elements.tag)
    return tags == (asn1.SEQUENCE, asn1.INTEGER, asn1.OBJECT_IDENTIFIER, asn1.SET)


def _elements(items: list[Tlv]) -> tuple[Element, ...]:
    if len(items) > _MAX_ELEMENTS or sum(len(item.value) for item in items) > _MAX_CLEAR:
        raise MalformedData(f"more than {_MAX_ELEMENTS} elements, or more than {_MAX_CLEAR} bytes in them", WHERE)
    return tuple(codec.decode_element(item) for item in items)


def _values(elements: tuple[Element, ...]) -> dict[str, Any]:
    """The texts by the names of their fields; of an index that stands there twice, the first."""
    found: dict[str, Any] = {}
    for element in reversed(elements):
        for place, name in enumerate(codec.FIELDS.get(element.index, ())):
            found[name.value] = element.texts[place] if place < len(element.texts) else None
    return found


def _index_notes(elements: tuple[Element, ...]) -> list[Note]:
    indexes = [element.index for element in elements]
    notes = [Note(NoteKind.INDEX_MISSING, index) for index in codec.FIELDS if index not in indexes]
    notes += [Note(NoteKind.INDEX_UNKNOWN, index) for index in indexes if index not in codec.FIELDS]
    notes += [Note(NoteKind.INDEX_REPEATED, index) for index in dict.fromkeys(indexes) if indexes.count(index) > 1]
    return notes + ([Note(NoteKind.INDEX_ORDER)] if indexes != sorted(indexes) else [])


def _date(text: str | None) -> PartialDate | None:
    try:
        return PartialDate.parse(text or "")
    except MalformedData:
        return None
