# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""EF.DG2: the coded face, as far as the images themselves (ICAO 9303-10, 4.7.2; ISO/IEC 7816-11, table C.1).

The nesting is `75 { 7F61 { 02 count, 7F60 { A1 header, 5F2E or 7F2E record } ... } }`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cccd_reader.apdu import tlv
from cccd_reader.apdu.tlv import Tlv
from cccd_reader.errors import MalformedData
from cccd_reader.lds import files
from cccd_reader.lds.image import Image

_GROUP, _COUNT, _TEMPLATE = 0x7F61, 0x02, 0x7F60
_RECORDS = (0x5F2E, 0x7F2E)
_MAX_FACES = 9
_WHERE = "EF.DG2"


@dataclass(frozen=True)
class DataGroup2:
    """The image of each biometric template, in the order of the file, and the file's bytes as they were read."""

    faces: tuple[Image, ...]
    raw: bytes = field(default=b"", repr=False, compare=False, kw_only=True)

    @classmethod
    def parse(cls, raw: bytes) -> DataGroup2:
        """Parse the file; raises `MalformedData`, also where the count of templates is wrong."""
        value = tlv.expect(raw, files.data_group(2).tag, _WHERE)
        objects = tlv.decode(tlv.expect(value, _GROUP, _WHERE), _WHERE)
        templates = [item for item in objects if item.tag == _TEMPLATE]
        count = tlv.find(objects, _COUNT)
        if count is None or int.from_bytes(count[:4], "big") != len(templates) or not 1 <= len(templates) <= _MAX_FACES:
            raise MalformedData("the count of templates does not agree, or there is none", _WHERE)
        return cls(tuple(Image.find(_record(template)) for template in templates), raw=bytes(raw))


def _record(template: Tlv) -> bytes:
    record = next((item for item in template.children if item.tag in _RECORDS), None)
    if record is None:
        raise MalformedData("a template without biometric data", _WHERE)
    return record.value
