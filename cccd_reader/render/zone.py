# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A machine readable zone as JSON-like values and as lines for a person: fields, check digits, letters for digits."""

from __future__ import annotations

from cccd_reader.lds.mrz import Mrz, MrzField, MrzFormat
from cccd_reader.messages.words import Words
from cccd_reader.render.citizen import Node, row
from cccd_reader.render.fields import ALL
from cccd_reader.render.holder import document_fields
from cccd_reader.scanners.mrz_text import Slip, Zone


def zone_node(zone: Zone) -> Node:
    """Return the fields of a zone, and for each check digit whether it is right."""
    return {
        "format": zone.mrz.format.name,
        "lines": list(zone.mrz.lines),
        **(document_fields(zone.mrz, ALL) or {}),
        "check_digits": {
            field.value: "wrong" if field in zone.wrong else "right" for field in protected_fields(zone.mrz)
        },
        "suspects": [{"field": each.field.value, "read": each.letter, "perhaps": each.digit} for each in zone.suspects],
    }


def zone_lines(zone: Zone, words: Words) -> list[str]:
    """Return the fields of a zone and its check digits, for a person; what looks mistyped is named."""
    fields = document_fields(zone.mrz, ALL) or {}
    return [
        row(words.text("show.format"), words.text(f"format.{zone.mrz.format.name.lower()}")),
        *(row(words.field(name), words.value(name, value)) for name, value in fields.items()),
        words.text("show.digits"),
        *(f"  {row(_name(field, words), _digit(zone, field, words))}" for field in protected_fields(zone.mrz)),
    ]


def protected_fields(mrz: Mrz) -> list[MrzField]:
    """Return the fields that have a check digit in this zone."""
    without = mrz.format is not MrzFormat.TD3 and mrz.personal_number is None
    return [
        field for field in MrzField if field is not MrzField.PERSONAL_NUMBER or not without or field in mrz.findings
    ]


def _digit(zone: Zone, field: MrzField, words: Words) -> str:
    state = words.text("digit.wrong" if field in zone.wrong else "digit.right")
    repaired = [_slip("digit.repaired", each, words) for each in zone.slips if each.field is field]
    suspected = [_slip("digit.suspect", each, words) for each in zone.suspects if each.field is field]
    return "; ".join([state, *repaired, *suspected])


def _slip(code: str, slip: Slip, words: Words) -> str:
    return words.text(code, letter=slip.letter, digit=slip.digit)


def _name(field: MrzField, words: Words) -> str:
    return words.field(field.value.replace(" ", "_"))
