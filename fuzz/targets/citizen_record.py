# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""EF.DG13 of the Vietnamese card, and the dates, numbers and names in it."""

from __future__ import annotations

from collections.abc import Iterator

from cccd_reader.vietnam import transliteration
from cccd_reader.vietnam.citizen_record import CitizenRecord, Content
from cccd_reader.vietnam.citizen_record_codec import MAX_TEXT, CitizenField, ParentNesting
from cccd_reader.vietnam.validity import candidates
from fuzz import seeds as all_seeds
from fuzz.oracle import ensure, parsed


def seeds() -> Iterator[bytes]:
    """Yield the records of all invented holders."""
    yield from all_seeds.citizen_records()


def consume(data: bytes) -> None:
    """Parse a record, ask it everything, and build it again in both nestings."""
    record = parsed(CitizenRecord.parse, data)
    if record is None:
        return
    ensure(data.startswith(bytes(record)), "the file was changed")
    ensure(record.content is Content.CLEAR or not any(record.select(CitizenField).values()), "opaque, but with texts")
    if len(data) <= MAX_TEXT // 4:  # as UTF-8, longer texts may come out too long
        _build_again(record)
    _ask(record)


def _build_again(record: CitizenRecord) -> None:
    for nesting in ParentNesting:
        again = parsed(CitizenRecord.parse, record.encode(nesting))
        # too many unknown elements beside the sixteen are refused then
        ensure(again is not None or len(record.unknown) > 40, "what it builds is malformed")
        same = again is None or again.select(CitizenField) == record.select(CitizenField)
        ensure(same, "built again, it tells something else")


def _ask(record: CitizenRecord) -> None:
    ensure(record.number is None or len(record.number.digits) == 12, "a number of another length")
    repr((record.elements, record.expiry, record.sex_value))
    if record.number is not None:
        repr((record.number.findings, record.number.province, record.number.masked))
    if record.birth is not None and record.issue is not None:
        ensure(len(candidates(record.birth, record.issue.earliest)) <= 8, "too many dates of expiry")
    for name in (record.full_name, record.father_name, record.spouse_name):
        parsed(transliteration.mrz_name, name or "")
