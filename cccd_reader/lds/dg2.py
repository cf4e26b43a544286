# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""EF.DG2: the coded face (ICAO 9303-10, 4.7.2; ISO/IEC 7816-11, table C.1).

The nesting is `75 { 7F61 { 02 count, 7F60 { A1 header, 5F2E or 7F2E record } ... } }`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cccd_reader.apdu import tlv
from cccd_reader.errors import MalformedData
from cccd_reader.lds import files
from cccd_reader.lds.face_record import FaceRecord, RecordFormat
from cccd_reader.lds.image import Image

_GROUP, _COUNT, _TEMPLATE, _HEADER = 0x7F61, 0x02, 0x7F60, 0xA1
_BIOMETRIC_TYPE, _FORMAT_TYPE = 0x81, 0x88
_RECORDS = (0x5F2E, 0x7F2E)
_MAX_TEMPLATES = 9
_FACIAL_FEATURES = 0x02
_FORMAT_TYPES = {RecordFormat.ISO_19794_5: 0x0008, RecordFormat.ISO_39794_5: 0x002A}
_WHERE = "EF.DG2"


@dataclass(frozen=True)
class DataGroup2:
    """The face record of each biometric template in the order of the file, and the file's bytes as they were read.

    `notes` are remarks on the form: where the file says of itself what is not so.
    """

    records: tuple[FaceRecord, ...]
    notes: tuple[str, ...] = ()
    raw: bytes = field(default=b"", repr=False, compare=False, kw_only=True)

    @property
    def faces(self) -> tuple[Image, ...]:
        """The images of all records, in the order of the file: at least one; the first is the portrait."""
        return tuple(face.image for record in self.records for face in record.faces)

    @classmethod
    def parse(cls, raw: bytes) -> DataGroup2:
        """Parse the file; raises `MalformedData`, also where the count of templates or one of the images is wrong."""
        value = tlv.expect(raw, files.data_group(2).tag, _WHERE)
        objects = tlv.decode(tlv.expect(value, _GROUP, _WHERE), _WHERE)
        templates = [item.value for item in objects if item.tag == _TEMPLATE]
        count = tlv.find(objects, _COUNT)
        agrees = count is not None and int.from_bytes(count[:4], "big") == len(templates)
        if not agrees or not 1 <= len(templates) <= _MAX_TEMPLATES:
            raise MalformedData("the count of templates does not agree, or there is none", _WHERE)
        records, notes = [], []
        for number, template in enumerate(templates, 1):
            record, remarks = _parse_template(template, f"{_WHERE}, template {number}")
            records.append(record)
            notes += [f"template {number}: {note}" for note in (*remarks, *record.notes)]
        return cls(tuple(records), tuple(notes), raw=bytes(raw))


def _parse_template(template: bytes, where: str) -> tuple[FaceRecord, list[str]]:
    objects = tlv.decode(template, where)
    block = next((item.value for item in objects if item.tag in _RECORDS), None)
    if block is None:
        raise MalformedData("a template without biometric data", where)
    record = FaceRecord.parse(block, where)
    header = tlv.decode(tlv.find(objects, _HEADER) or b"", where)
    return record, _header_notes(header, record.format)


def _header_notes(header: list[tlv.Tlv], actual: RecordFormat) -> list[str]:
    """Compare the biometric header template with the record; its two elements are optional (7816-11, table C.1)."""
    notes = []
    kind, form = tlv.find(header, _BIOMETRIC_TYPE), tlv.find(header, _FORMAT_TYPE)
    if kind is not None and int.from_bytes(kind[-4:], "big") != _FACIAL_FEATURES:
        notes.append("the header names another biometric type than the face")
    if form is not None and int.from_bytes(form[-4:], "big") != _FORMAT_TYPES.get(actual):
        notes.append(f"the header names another format than that of the record, {actual.value}")
    return notes
