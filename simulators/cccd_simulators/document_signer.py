# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The document signer, and EF.SOD as it signs it (ICAO 9303-10, 4.6.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from cccd_reader.apdu import tlv
from cccd_simulators import der
from cccd_simulators.algorithms import Digest, Identifiers, hash_identifier
from cccd_simulators.cms_builder import DATA, Form, Signer, signed_data

LDS_SECURITY_OBJECT = "2.23.136.1.1.1"
LEGACY_CONTENT_TYPES = ("1.3.27.1.1.1", "1.2.528.1.1006.1.20.1", DATA)
"""What documents of the first years name instead: a draft's identifier, a national one, and plain data."""


class LdsVersion(IntEnum):
    """Version of the security object. Only V1 tells the versions of the LDS and of Unicode."""

    V0 = 0
    V1 = 1


@dataclass(frozen=True)
class SecurityObject:
    """How the LDS security object is written; the signer's own hash function is another matter."""

    digest: Digest = Digest.SHA256
    version: LdsVersion = LdsVersion.V0
    content_type: str = LDS_SECURITY_OBJECT
    identifiers: Identifiers = Identifiers.STANDARD

    def content(self, data_groups: Mapping[int, bytes]) -> bytes:
        """Return the LDSSecurityObject over raw data groups by number, in DER."""
        hash_list = [
            der.sequence(der.integer(number), der.octet_string(self.digest.of(data_groups[number])))
            for number in sorted(data_groups)
        ]
        versions = b""
        if self.version is LdsVersion.V1:
            versions = der.sequence(der.printable_string("0108"), der.printable_string("040000"))
        algorithm = hash_identifier(self.digest, self.identifiers)
        return der.sequence(der.integer(self.version), algorithm, der.sequence(*hash_list), versions)


@dataclass(frozen=True, repr=False)
class DocumentSigner(Signer):
    """A document signer."""

    def sign_sod(
        self,
        data_groups: Mapping[int, bytes],
        form: Form | None = None,
        security_object: SecurityObject | None = None,
    ) -> bytes:
        """Return EF.SOD over raw data groups by number; by default as the real card has it, version 0 and SHA-256."""
        return sign_sod_together([self], data_groups, form, security_object)


def sign_sod_together(
    signers: Sequence[Signer],
    data_groups: Mapping[int, bytes],
    form: Form | None = None,
    security_object: SecurityObject | None = None,
) -> bytes:
    """Return EF.SOD with one SignerInfo for each of `signers`."""
    written = security_object or SecurityObject()
    return tlv.encode(0x77, signed_data(written.content_type, written.content(data_groups), signers, form))
