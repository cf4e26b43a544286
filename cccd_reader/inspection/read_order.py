# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Which data groups are read, and when: text first, since a person waits for it; what is large or refused, last."""

from __future__ import annotations

from collections.abc import Collection

from cccd_reader.errors import CccdError, MalformedData
from cccd_reader.inspection.reading import FileRecord
from cccd_reader.lds.com import Com
from cccd_reader.lds.dg1 import DataGroup1
from cccd_reader.lds.sod import LdsSecurityObject

PICTURES = frozenset({2})
"""Data groups that hold what is seen: most of what is read of a chip."""

_TEXT = (1, 13, 11, 12)
_PROTECTED = (3, 4)


def plan(com: bytes, hashes: LdsSecurityObject | None, wanted: Collection[int] | None) -> list[int]:
    """Return the data groups to read, in order: those that EF.COM or EF.SOD lists and that are wanted (None: all)."""
    listed = {entry.number for entry in hashes.hashes} if hashes else set()
    listed |= _listed(com)
    return sorted((number for number in listed if wanted is None or number in wanted), key=_order)


def is_after_the_proofs(number: int) -> bool:
    """True for a data group that is read in the session which Chip Authentication opened."""
    return _order(number) >= (2, 0)


def is_vietnamese(record: FileRecord | None) -> bool:
    """Tell whether a DG1 is that of a card that has a citizen record: one of Vietnam, in the size of a card."""
    if record is None or record.content is None:
        return False
    try:
        mrz = DataGroup1.parse(record.content).mrz
    except MalformedData:
        return False
    return mrz.issuing_state == "VNM" and len(mrz.lines) == 3


def _listed(com: bytes) -> set[int]:
    """Return the data groups that EF.COM lists; a file that does not parse lists none, and is judged later."""
    try:
        return set(Com.parse(com).data_groups)
    except CccdError:
        return set()


def _order(number: int) -> tuple[int, int]:
    rank = 0 if number in _TEXT else 2 if number in PICTURES else 3 if number in _PROTECTED else 1
    return rank, number
