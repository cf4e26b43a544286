# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""EF.DG1: the machine readable zone (ICAO 9303-10, 4.7.1)."""

from __future__ import annotations

from dataclasses import dataclass, field

from cccd_reader.apdu import tlv
from cccd_reader.lds import files
from cccd_reader.lds.mrz import Mrz

_MRZ = 0x5F1F


@dataclass(frozen=True, repr=False)
class DataGroup1:
    """The zone of 90, 72 or 88 characters, and the file's bytes as they were read."""

    mrz: Mrz
    raw: bytes = field(default=b"", compare=False, kw_only=True)

    @classmethod
    def parse(cls, raw: bytes) -> DataGroup1:
        """Parse the file; wrong check digits are findings of the zone, everything else raises `MalformedData`."""
        value = tlv.expect(raw, files.data_group(1).tag, "EF.DG1")
        return cls(Mrz.parse(tlv.expect(value, _MRZ, "EF.DG1")), raw=bytes(raw))

    def __bytes__(self) -> bytes:
        return self.raw or tlv.encode(files.data_group(1).tag, tlv.encode(_MRZ, bytes(self.mrz)))

    def __repr__(self) -> str:
        return f"DataGroup1({self.mrz!r})"
