# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The bytes of the citizen record: the sixteen fields as data, and one element of its SET in both directions.

An element is SEQUENCE { INTEGER index, value }, where the value is a string, a SEQUENCE of strings, several of either,
or nothing. Only the framing can be malformed; a value of another kind is kept raw and noted.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from cccd_reader.apdu import tlv
from cccd_reader.apdu.tlv import Tlv
from cccd_reader.lds import asn1

WHERE = "EF.DG13"
MAX_NESTING = 3
MAX_TEXT = 4096
"""Bytes of one string; a longer one is kept raw. Composing costs the square of a run of combining characters."""

_PRINTABLE = 0x13
_CODINGS = {asn1.UTF8_STRING: "utf-8", _PRINTABLE: "utf-8", 0x12: "utf-8", 0x16: "utf-8", 0x1A: "utf-8"}
_CODINGS |= {asn1.OCTET_STRING: "utf-8", 0x14: "latin-1", 0x1C: "utf-32-be", 0x1E: "utf-16-be"}
_NAMES, _SPOUSE = 13, 14


class CitizenField(StrEnum):
    """What the record tells; index 13 holds both parents."""

    PERSONAL_NUMBER = "personal_number"
    FULL_NAME = "full_name"
    DATE_OF_BIRTH = "date_of_birth"
    SEX = "sex"
    NATIONALITY = "nationality"
    ETHNICITY = "ethnicity"
    RELIGION = "religion"
    PLACE_OF_ORIGIN = "place_of_origin"
    RESIDENCE = "residence"
    IDENTIFYING_MARKS = "identifying_marks"
    DATE_OF_ISSUE = "date_of_issue"
    DATE_OF_EXPIRY = "date_of_expiry"
    FATHER_NAME = "father_name"
    MOTHER_NAME = "mother_name"
    SPOUSE_NAME = "spouse_name"
    OLD_ID_NUMBER = "old_id_number"
    CHIP_SERIAL = "chip_serial"


_F = CitizenField
FIELDS: dict[int, tuple[CitizenField, ...]] = {
    **{index: (field,) for index, field in enumerate(list(_F)[:12], 1)},
    _NAMES: (_F.FATHER_NAME, _F.MOTHER_NAME),
    _SPOUSE: (_F.SPOUSE_NAME,),
    15: (_F.OLD_ID_NUMBER,),
    16: (_F.CHIP_SERIAL,),
}
"""By index, 1 to 16."""

PRINTABLE_FIELDS = frozenset({1, 3, 11, 15, 16})
"""The indexes that the card writes as PrintableString; all others are UTF8String, that of the date of expiry too."""


class NoteKind(StrEnum):
    """What in a record is not as on the cards that are known."""

    TRAILING_ZEROS = "trailing-zeros"
    UNKNOWN_VERSION = "unknown-version"
    UNKNOWN_OBJECT_IDENTIFIER = "unknown-object-identifier"
    INDEX_ORDER = "index-order"
    INDEX_MISSING = "index-missing"
    INDEX_UNKNOWN = "index-unknown"
    INDEX_REPEATED = "index-repeated"
    STRING_EMPTY = "string-empty"
    """A string of no bytes, where the known cards leave the string out."""
    STRING_TYPE = "string-type"
    NOT_COMPOSED = "not-nfc"
    PARENTS_IN_ONE_SEQUENCE = "parents-in-one-sequence"
    MORE_VALUES = "more-values"
    """More strings than the field has places; they are in the raw bytes alone."""
    VALUE_UNREADABLE = "value-unreadable"
    """Encrypted, of another type, too long, or text with wrong bytes: the field is None and the bytes are kept raw."""


@dataclass(frozen=True)
class Note:
    """One remark: its kind, and the index that it is about (None: the whole file)."""

    kind: NoteKind
    index: int | None = None


@dataclass(frozen=True, repr=False)
class Element:
    """One element of the SET: `index`, its texts in NFC (None: no text in that place), and its bytes as they were."""

    index: int
    texts: tuple[str | None, ...]
    raw: bytes
    notes: tuple[Note, ...]

    def __repr__(self) -> str:
        return f"Element({self.index}, {len(self.raw)} bytes)"


class ParentNesting(StrEnum):
    """How index 13 holds the two names."""

    SIBLINGS = "siblings"
    """Two SEQUENCEs, as on every card that is known."""
    ONE_SEQUENCE = "one-sequence"


def decode_element(item: Tlv) -> Element:
    """Return one element of the SET; raises `MalformedData` where it is no SEQUENCE that begins with an INTEGER."""
    parts = asn1.sequence(bytes(item), WHERE)
    index = asn1.integer(parts[0], WHERE) if parts else asn1.integer(Tlv(0, b""), WHERE)
    kinds: list[NoteKind] = []
    texts = [text for part in parts[1:] for text in _texts(part, kinds, 0)]
    places = len(FIELDS.get(index, ()))
    if index in FIELDS and len(texts) > places:
        kinds.append(NoteKind.MORE_VALUES)
    if index == _NAMES and len(parts) == 2 and len(texts) > 1:
        kinds.append(NoteKind.PARENTS_IN_ONE_SEQUENCE)
    kinds += _type_notes(index, parts[1:])
    return Element(index, tuple(texts), bytes(item), tuple(Note(kind, index) for kind in dict.fromkeys(kinds)))


def encode_element(index: int, values: tuple[str | None, ...], parents: ParentNesting) -> bytes:
    """Return one element; what is None is left out, but a father unknown beside a known mother keeps his place.

    `values` are as many as the fields of the index.
    """
    head = asn1.encode_integer(index)
    if not any(values):
        return asn1.encode_sequence(head)
    tag = _PRINTABLE if index in PRINTABLE_FIELDS and all(_printable(each) for each in values) else asn1.UTF8_STRING
    strings = [b"" if value is None else tlv.encode(tag, value.encode("utf-8")) for value in values]
    if index not in (_NAMES, _SPOUSE):
        return asn1.encode_sequence(head, *strings)
    if parents is ParentNesting.ONE_SEQUENCE:
        return asn1.encode_sequence(head, asn1.encode_sequence(*(each or tlv.encode(tag, b"") for each in strings)))
    while not strings[-1]:
        strings.pop()
    return asn1.encode_sequence(head, *(asn1.encode_sequence(each) for each in strings))


def _texts(part: Tlv, kinds: list[NoteKind], depth: int) -> list[str | None]:
    """The texts of one value; an empty SEQUENCE is one place without text."""
    if part.tag in (asn1.SEQUENCE, asn1.SET) and depth < MAX_NESTING:
        children = tlv.decode(part.value, WHERE)
        return [text for child in children for text in _texts(child, kinds, depth + 1)] or [None]
    if part.tag == asn1.NULL and not part.value:
        return [None]
    coding = _CODINGS.get(part.tag)
    if coding is None or len(part.value) > MAX_TEXT:
        kinds.append(NoteKind.VALUE_UNREADABLE)
        return [None]
    if not part.value:
        kinds.append(NoteKind.STRING_EMPTY)
        return [None]
    try:
        text = part.value.decode(coding)
    except UnicodeDecodeError:
        kinds.append(NoteKind.VALUE_UNREADABLE)
        return [None]
    composed = unicodedata.normalize("NFC", text)
    if composed != text:
        kinds.append(NoteKind.NOT_COMPOSED)
    return [composed]


def _type_notes(index: int, parts: list[Tlv]) -> list[NoteKind]:
    expected = _PRINTABLE if index in PRINTABLE_FIELDS else asn1.UTF8_STRING
    odd = any(part.tag in _CODINGS and part.tag != expected for part in parts)
    return [NoteKind.STRING_TYPE] if odd and index in FIELDS else []


def _printable(text: str | None) -> bool:
    return text is None or text.isascii()
