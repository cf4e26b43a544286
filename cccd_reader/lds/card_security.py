# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""EF.CardSecurity: SecurityInfos in signed data, for chip authentication mapping (ICAO 9303-10, 3.11.4)."""

from __future__ import annotations

from dataclasses import dataclass, field

from cccd_reader.lds.security_infos import SecurityInfos
from cccd_reader.lds.signed_content import SignedContent


@dataclass(frozen=True)
class CardSecurity:
    """The infos, the signed data that they came in, and the file's bytes as they were read. Nothing is verified."""

    security_infos: SecurityInfos
    signed: SignedContent
    raw: bytes = field(repr=False, compare=False, kw_only=True)

    @classmethod
    def parse(cls, raw: bytes) -> CardSecurity:
        """Parse the file; raises `MalformedData`."""
        signed = SignedContent.parse(raw, "EF.CardSecurity")
        return cls(SecurityInfos.parse(signed.content), signed, raw=bytes(raw))
