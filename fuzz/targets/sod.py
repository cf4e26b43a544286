# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""EF.SOD: the hash list, and the signed data around it as two parsers see it."""

from __future__ import annotations

from collections.abc import Iterator

from cccd_reader.lds.signed_content import CertificateSummary
from cccd_reader.lds.sod import Sod
from cccd_reader.pki.cms import SignedData
from fuzz import seeds as all_seeds
from fuzz.oracle import ensure, parsed
from fuzz.targets import cms


def seeds() -> Iterator[bytes]:
    """Yield EF.SOD in every form."""
    yield from all_seeds.sods()


def consume(data: bytes) -> None:
    """Parse the file. Where both parsers of signed data take it, they must see the same content and certificates."""
    sod = parsed(Sod.parse, data)
    if sod is None:
        return
    ensure(sod.raw == data, "the file was changed")
    hashes = sod.security_object
    ensure(all(hashes.value(entry.number) == entry.value for entry in hashes.hashes), "a hash is not found again")
    for each in sod.signed.certificates[:4]:
        parsed(CertificateSummary.parse, each)
    signed = parsed(SignedData.parse, sod.signed_data, "EF.SOD")
    if signed is not None:
        ensure(signed.content == sod.signed.content, "what is signed is not what is compared")
        ensure(signed.content_type == sod.signed.content_type, "the content types differ")
        cms.look_into(signed)
