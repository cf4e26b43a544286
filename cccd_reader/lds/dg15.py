# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""EF.DG15: the public key of Active Authentication (ICAO 9303-10, 4.7.15)."""

from __future__ import annotations

from dataclasses import dataclass, field

from cccd_reader.apdu import tlv
from cccd_reader.lds import files
from cccd_reader.lds.public_key import PublicKeyInfo


@dataclass(frozen=True)
class DataGroup15:
    """The key in short, with its SubjectPublicKeyInfo in `key.raw`, and the file's bytes as they were read."""

    key: PublicKeyInfo
    raw: bytes = field(default=b"", repr=False, compare=False, kw_only=True)

    @classmethod
    def parse(cls, raw: bytes) -> DataGroup15:
        """Parse the file; raises `MalformedData`."""
        return cls(PublicKeyInfo.parse(tlv.expect(raw, files.data_group(15).tag, "EF.DG15")), raw=bytes(raw))

    def __bytes__(self) -> bytes:
        return self.raw or tlv.encode(files.data_group(15).tag, self.key.raw)
