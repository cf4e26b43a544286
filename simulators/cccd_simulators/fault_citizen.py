# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Data groups that the issuer filled oddly and signed so: what DG1 and DG13 say of the holder and of the card.

Every function returns a breaking of a persona. What opens the chip stays as it was.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cccd_reader.access_keys import check_digit
from cccd_reader.apdu import tlv
from cccd_reader.errors import Unsupported
from cccd_reader.lds import files as ef
from cccd_reader.lds.dg1 import DataGroup1
from cccd_reader.lds.mrz import Mrz, MrzFormat
from cccd_reader.lds.mrz_builder import MrzData, build_td1, build_td3
from cccd_reader.vietnam.citizen_record import CitizenRecord, Content
from cccd_reader.vietnam.sex import Sex
from cccd_simulators import documents
from cccd_simulators.fault_files import Breaking, content_of, data_groups, issued
from cccd_simulators.persona import Persona

_BUILDERS = {MrzFormat.TD1: build_td1, MrzFormat.TD3: build_td3}
_DG1, _DG13 = ef.data_group(1), ef.data_group(13)
_LONG_AGO = "240131", "31/01/2024"


def zone_says(**fields: str) -> Breaking:
    """DG1 says something else in these fields of `MrzData`, with check digits that fit; signed so."""
    return lambda persona: issued(persona, data_groups(persona) | {1: _zone(persona, fields)})


def record_says(**fields: str | None) -> Breaking:
    """DG13 says something else in these fields of `CitizenRecord`, nothing in those that are None; signed so."""
    return lambda persona: issued(persona, data_groups(persona) | {13: _record(persona, fields)})


def record_is(content: bytes) -> Breaking:
    """DG13 holds these bytes below its tag; signed so."""

    def breaking(persona: Persona) -> Persona:
        content_of(persona, _DG13)
        return issued(persona, data_groups(persona) | {13: tlv.encode(_DG13.tag, content)})

    return breaking


def with_expired_document(persona: Persona) -> Persona:
    """The document was in date until the end of January 2024, by DG1 and by DG13 where it has one."""
    zone, record = _LONG_AGO
    changed = {1: _zone(persona, {"date_of_expiry": zone})}
    if 13 in data_groups(persona):
        changed[13] = _record(persona, {"date_of_expiry": record})
    return issued(persona, data_groups(persona) | changed)


def with_number_of_another_sex(persona: Persona) -> Persona:
    """DG1 and DG13 agree on a sex that is not the one in the number, as after a correction."""
    female = _mrz(persona).sex == Sex.FEMALE
    zone, record = ("M", "Nam") if female else ("F", "Nữ")
    changed = {1: _zone(persona, {"sex": zone}), 13: _record(persona, {"sex": record})}
    return issued(persona, data_groups(persona) | changed)


def with_wrong_digit_of_the_number(persona: Persona) -> Persona:
    """The check digit that Vietnam adds behind the personal number is one too high; the composite one fits."""
    optional = _mrz(persona).optional_data
    wrong = optional[:-1] + str((int(check_digit(optional[:-1])) + 1) % 10)
    return zone_says(optional_data=wrong)(persona)


def _mrz(persona: Persona) -> Mrz:
    return DataGroup1.parse(content_of(persona, _DG1)).mrz


def _zone(persona: Persona, fields: dict[str, Any]) -> bytes:
    mrz = _mrz(persona)
    if mrz.format not in _BUILDERS:
        raise Unsupported("this fault on a document of format TD2")
    said = {name: getattr(mrz, name) for name in MrzData.__dataclass_fields__}
    return documents.mrz_file(_BUILDERS[mrz.format](MrzData(**(said | fields))).lines)


def _record(persona: Persona, fields: dict[str, Any]) -> bytes:
    record = CitizenRecord.parse(content_of(persona, _DG13))
    if record.content is not Content.CLEAR:
        raise Unsupported("this fault on a persona whose DG13 is opaque", "Choose another persona or another fault.")
    return replace(record, **fields, raw=b"").encode()
