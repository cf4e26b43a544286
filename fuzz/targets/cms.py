# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""CMS signed data and its signatures."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from operator import attrgetter

from cccd_reader.apdu import tlv
from cccd_reader.pki.cms import SignedData
from fuzz import seeds as all_seeds
from fuzz.oracle import parsed, refused
from fuzz.targets import certificate


def seeds() -> Iterator[bytes]:
    """Yield ContentInfos: those of EF.SOD, and master lists."""
    yield from (tlv.expect(sod, 0x77) for sod in all_seeds.sods())
    yield from all_seeds.master_lists()


def consume(data: bytes) -> None:
    """Parse the signed data and check its signatures."""
    signed = parsed(SignedData.parse, data)
    if signed is not None:
        look_into(signed)


def look_into(signed: SignedData) -> None:
    """Ask everything of signed data that was parsed: only checks of a signature and of an algorithm may refuse."""
    for each in signed.certificates[:4]:
        certificate.look_into(each)
    for signer in signed.signers[:4]:
        refused(attrgetter("digest"), signer)
        refused(attrgetter("signature_algorithm"), signer)
        _ = signer.signing_time
        for candidate in islice(signed.signer_certificates(signer), 4):
            refused(signer.verify, signed.content, candidate)
