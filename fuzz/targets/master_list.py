# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""CSCA master lists: parsed, their signature verified, their certificates examined."""

from __future__ import annotations

from collections.abc import Iterator

from cccd_reader.pki.certificate_index import CertificateIndex
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.master_list import MasterList, examine
from fuzz import seeds as all_seeds
from fuzz.oracle import ensure, parsed, refused

_GENUINE = frozenset(all_seeds.master_lists())


class _Roots:
    index = CertificateIndex.of([Certificate.parse(all_seeds.quick_country().csca_certificate)])


def seeds() -> Iterator[bytes]:
    """Yield small lists."""
    yield from all_seeds.master_lists()


def consume(data: bytes) -> None:
    """Parse a list and verify it. One that a root vouches for must hold what its signer put in."""
    found = parsed(MasterList.parse, data)
    if found is None:
        return
    ensure(len(examine(found.certificates[:8])) == len(found.certificates[:8]), "a certificate without a reason")
    if refused(found.verify, _Roots()):
        return
    signature = found.verify(_Roots())
    ensure(signature.vouched_for or signature.reason, "a list without a reason")
    genuine = {MasterList.parse(each).signed.content for each in _GENUINE}
    ensure(not signature.vouched_for or found.signed.content in genuine, "a root vouches for what nobody signed")
