# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The machine readable zone, bare and in EF.DG1."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from cccd_reader.lds.dg1 import DataGroup1
from cccd_reader.lds.mrz import NO_EXPIRY, Mrz
from fuzz import seeds as all_seeds
from fuzz.oracle import ensure, parsed


def seeds() -> Iterator[bytes]:
    """Yield zones of every size."""
    yield from all_seeds.machine_readable_zones()


def consume(data: bytes) -> None:
    """Parse a zone, ask it everything, and take the same bytes as EF.DG1."""
    mrz = parsed(Mrz.parse, data)
    if mrz is not None:
        ensure(bytes(mrz) == data, "the zone was changed")
        ensure(mrz.expiry in (None, NO_EXPIRY) or isinstance(mrz.expiry, datetime.date), "an expiry of another kind")
        ensure(mrz.personal_number is None or len(mrz.personal_number) == 12, "a personal number of another length")
        parsed(mrz.key)
        ensure(data.decode()[5:14] not in repr(mrz), "the zone stands in the text of the value")
    parsed(DataGroup1.parse, data)
