# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""EF.DG14: the SecurityInfos that Passive Authentication protects (ICAO 9303-10, 4.7.14; 9303-11, 9.2)."""

from __future__ import annotations

from dataclasses import dataclass, field

from cccd_reader.apdu import tlv
from cccd_reader.errors import MalformedData
from cccd_reader.lds import files
from cccd_reader.lds.security_infos import SecurityInfos


@dataclass(frozen=True)
class DataGroup14:
    """The infos, and the file's bytes as they were read, without padding."""

    security_infos: SecurityInfos
    raw: bytes = field(default=b"", repr=False, compare=False, kw_only=True)

    @classmethod
    def parse(cls, raw: bytes) -> DataGroup14:
        """Parse the file; single malformed infos are notes of the set, everything else raises `MalformedData`."""
        if tlv.read_header(raw, "EF.DG14").tag != files.data_group(14).tag:
            raise MalformedData("one data object 6E is expected", "EF.DG14")
        infos = SecurityInfos.parse(raw)
        return cls(infos, raw=infos.raw)

    def __bytes__(self) -> bytes:
        return self.raw or tlv.encode(files.data_group(14).tag, bytes(self.security_infos))
