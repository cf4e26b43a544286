# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Which personal data a caller gets: sets of field names, and the short names that people choose them by.

A set is a frozenset of the names that stand in JSON: those of `CitizenField`, and `PHOTO`. What was not asked for is
neither in JSON, nor in text, nor on a page.
"""

from __future__ import annotations

from collections.abc import Iterable

from cccd_reader.errors import MalformedData
from cccd_reader.vietnam.citizen_record import COUNTER_FIELDS
from cccd_reader.vietnam.citizen_record_codec import CitizenField

Fields = frozenset[str]

PHOTO = "photo"

NONE: Fields = frozenset()
ALL: Fields = frozenset({*CitizenField, PHOTO})
COUNTER: Fields = COUNTER_FIELDS | {PHOTO}
"""What a counter needs, and the default wherever a report is shown: `vietnam.COUNTER_FIELDS` and the photo."""

_F = CitizenField
CHOICES: dict[str, Fields] = {
    "name": frozenset({_F.FULL_NAME}),
    "number": frozenset({_F.PERSONAL_NUMBER}),
    "birth": frozenset({_F.DATE_OF_BIRTH}),
    "sex": frozenset({_F.SEX}),
    "expiry": frozenset({_F.DATE_OF_EXPIRY}),
    "photo": frozenset({PHOTO}),
    "nationality": frozenset({_F.NATIONALITY}),
    "ethnicity": frozenset({_F.ETHNICITY}),
    "religion": frozenset({_F.RELIGION}),
    "origin": frozenset({_F.PLACE_OF_ORIGIN}),
    "residence": frozenset({_F.RESIDENCE}),
    "identification": frozenset({_F.IDENTIFYING_MARKS}),
    "issue": frozenset({_F.DATE_OF_ISSUE}),
    "parents": frozenset({_F.FATHER_NAME, _F.MOTHER_NAME}),
    "spouse": frozenset({_F.SPOUSE_NAME}),
    "old-number": frozenset({_F.OLD_ID_NUMBER}),
    "chip-serial": frozenset({_F.CHIP_SERIAL}),
    "counter": COUNTER,
    "all": ALL,
    "none": NONE,
}
"""The short names, and what each stands for; the last three stand for several fields, or for none."""


def chosen(names: Iterable[str]) -> Fields:
    """Return the set that short names stand for. Raises `MalformedData` for a name that is none of `CHOICES`."""
    found: set[str] = set()
    for name in names:
        if name not in CHOICES:
            raise MalformedData(f"no field is called {name[:40]!r}", "fields", f"Choose from: {', '.join(CHOICES)}.")
        found |= CHOICES[name]
    return frozenset(found)
