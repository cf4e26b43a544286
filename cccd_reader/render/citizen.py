# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The Vietnamese card's own data, as JSON-like values and as lines for a person: number, QR line, citizen record.

`cccd show` prints them in full: they are what was asked for. Nothing of it is authenticated here.
"""

from __future__ import annotations

from collections.abc import Iterable

from cccd_reader.lds.mrz import NoExpiry
from cccd_reader.messages.words import Words
from cccd_reader.render.holder import NEVER, iso_date
from cccd_reader.render.plain import Value, visible
from cccd_reader.scanners.access_text import Access, AccessKind
from cccd_reader.scanners.mrz_text import Slip
from cccd_reader.vietnam.citizen_record import CitizenRecord, Content
from cccd_reader.vietnam.citizen_record_codec import FIELDS, CitizenField, Note
from cccd_reader.vietnam.mojibake import Repair
from cccd_reader.vietnam.partial_date import PartialDate
from cccd_reader.vietnam.personal_number import PersonalNumber
from cccd_reader.vietnam.qr_line import QrLine
from cccd_reader.vietnam.validity import Validity, expiry_of

Node = dict[str, Value]
_WIDTH = 26
_SILENT = (Repair.BYTE_ORDER_MARK, Repair.COMPOSED)
"""Repairs that change nothing that a person could see."""


def row(label: str, value: str) -> str:
    """Return one line: a label, then a value that cannot steer the terminal."""
    return f"{label:{_WIDTH}} {visible(value) or '-'}"


def repair_lines(repairs: Iterable[Repair | Slip], words: Words) -> list[str]:
    """Return what was repaired in a text that somebody typed or scanned, without any other part of it."""
    return [repair_text(repair, words) for repair in repairs if repair not in _SILENT]


def repair_text(repair: Repair | Slip, words: Words) -> str:
    """Return one repair in words."""
    if isinstance(repair, Slip):
        field = words.field(repair.field.value.replace(" ", "_"))
        return words.text("repair.slip", field=field, letter=repair.letter, digit=repair.digit)
    return words.text(f"repair.{repair.value}")


def repair_node(repair: Repair | Slip) -> Node:
    """Return one repair: its kind, and for a letter in place of a digit both of them and the field."""
    if isinstance(repair, Slip):
        return {"kind": "look-alike", "field": repair.field.value, "read": repair.letter, "meant": repair.digit}
    return {"kind": repair.value}


def number_node(number: PersonalNumber) -> Node:
    """Return what a personal number says."""
    province = number.province
    return {
        "personal_number": number.digits,
        "prefix": number.prefix,
        "province": province.name if province else None,
        "province_since_july_2025": province.successor if province else None,
        "sex": number.sex.value if number.sex else None,
        "century": _century(number),
        "birth_year": number.birth_year,
        "document_number": number.document_number,
        "findings": [finding.value for finding in number.findings],
    }


def number_lines(number: PersonalNumber, words: Words) -> list[str]:
    """Return what a personal number says, for a person."""
    unknown = words.text("show.unknown")
    sex, year, century = number.sex, number.birth_year, _century(number)
    return [
        row(words.field("personal_number"), number.digits),
        row(words.text("show.province"), _province(number, words)),
        row(words.field("sex"), words.value("sex", sex.value) if sex else unknown),
        row(words.text("show.century"), unknown if century is None else str(century)),
        row(words.text("show.birth-year"), unknown if year is None else str(year)),
        *(row(words.text("show.note"), words.text(f"number.{finding.value}")) for finding in number.findings),
    ]


def qr_node(line: QrLine) -> Node:
    """Return the fields of a QR line; dates as ISO 8601, as much of them as is known."""
    return {
        "personal_number": line.personal_number.digits,
        "old_id_number": line.old_id_number,
        "full_name": line.full_name,
        "date_of_birth": _iso(line.birth),
        "sex": line.sex.value if line.sex else None,
        "residence": line.residence,
        "date_of_issue": _iso(line.issue),
        "extra": list(line.extra),
        "findings": [finding.value for finding in line.findings],
        "validity": _validity_node(validity) if (validity := _validity(line)) else None,
        "number": number_node(line.personal_number),
    }


def qr_lines(line: QrLine, words: Words) -> list[str]:
    """Return the fields of a QR line and what is noteworthy in it, for a person."""
    node = qr_node(line)
    names = ("old_id_number", "full_name", "date_of_birth", "sex", "residence", "date_of_issue")
    extra = (row(words.text("show.extra", number=at), text) for at, text in enumerate(line.extra, 1))
    return [
        *number_lines(line.personal_number, words)[:1],
        *(row(words.field(name), words.value(name, str(node[name] or ""))) for name in names),
        *extra,
        *(row(words.text("show.note"), words.text(f"qr.{finding.value}")) for finding in line.findings),
        *(_validity_lines(validity, words) if (validity := _validity(line)) else []),
        words.text("show.number-says"),
        *(f"  {each}" for each in number_lines(line.personal_number, words)[1:]),
    ]


def record_node(record: CitizenRecord) -> Node:
    """Return all that a citizen record holds, and what is unusual in it."""
    return {
        "record": record.content.value,
        "fields": {name.value: text for name, text in record.select(CitizenField).items()},
        "unknown": [{"index": each.index, "texts": list(each.texts), "raw": each.raw.hex()} for each in record.unknown],
        "notes": [{"kind": note.kind.value, "index": note.index} for note in record.notes],
    }


def record_lines(record: CitizenRecord, words: Words) -> list[str]:
    """Return all that a citizen record holds, and what is unusual in it, for a person."""
    if record.content is not Content.CLEAR:
        return [words.text(f"record.{record.content.value}")]
    fields = record.select(CitizenField)
    unknown = (
        row(words.text("show.extra", number=each.index), ", ".join(text or "-" for text in each.texts))
        for each in record.unknown
    )
    notes = (row(words.text("show.note"), _note(note, words)) for note in record.notes)
    return [*(row(words.field(name.value), text or "") for name, text in fields.items()), *unknown, *notes]


def opening_node(access: Access) -> list[Value]:
    """Return the kinds of key that a text gives, in the order to try them; never a value."""
    return [key.name for key in access.keys]


def opening_lines(access: Access, words: Words) -> list[str]:
    """Return how what was given opens a chip, for a person; never a value."""
    names = [key.name for key in access.keys]
    found = []
    if "can" in names:
        kind = "can" if access.kind is AccessKind.CAN else "number"
        found.append(words.text(f"opens.{kind}"))
    if "mrz" in names:
        kind = "dates" if access.kind is AccessKind.QR else "mrz"
        found.append(words.text(f"opens.{kind}", count=names.count("mrz")))
    return [row(words.text("show.opens"), text) for text in found or [words.text("opens.none")]]


def _validity(line: QrLine) -> Validity | None:
    """What the law says of the expiry, which the line itself leaves out; None where a date is missing."""
    issue = None if line.issue is None else line.issue.date
    return None if line.birth is None or issue is None else expiry_of(line.birth, issue)


def _validity_node(validity: Validity) -> Node:
    """The date of expiry by the law, the rule that applied (None: no single one does), and what makes it doubtful."""
    rule = validity.rule
    return {
        "date_of_expiry": _by_law(validity),
        "rule": None if rule is None else {"law": rule.law.value, "age": rule.age, "basis": rule.basis.value},
        "ambiguities": [each.value for each in validity.ambiguities],
    }


def _validity_lines(validity: Validity, words: Words) -> list[str]:
    date, rule = _by_law(validity), validity.rule
    said = words.text("show.unknown") if date is None else words.value("date_of_expiry", date)
    found = [row(words.text("show.expiry-by-law"), said)]
    if rule is not None:
        reason = words.text(f"basis.{rule.basis.value}", age=rule.age, law=rule.law.value)
        found.append(row(words.text("show.rule"), reason))
    doubts = (words.text(f"ambiguity.{each.value}") for each in validity.ambiguities)
    return [*found, *(row(words.text("show.note"), doubt) for doubt in doubts)]


def _by_law(validity: Validity) -> str | None:
    value = validity.value
    return NEVER if isinstance(value, NoExpiry) else None if value is None else value.isoformat()


def _iso(date: PartialDate | None) -> str | None:
    return None if date is None else iso_date(date)


def _century(number: PersonalNumber) -> int | None:
    return None if number.birth_year is None else number.birth_year // 100 + 1


def _province(number: PersonalNumber, words: Words) -> str:
    province = number.province
    if province is None:
        return words.text("province.unknown", code=number.prefix)
    kind = "known" if province.successor == province.name else "merged"
    return words.text(f"province.{kind}", code=province.code, name=province.name, successor=province.successor)


def _note(note: Note, words: Words) -> str:
    said = words.text(f"note.{note.kind.value}")
    if note.index is None:
        return said
    names = [words.field(name.value) for name in FIELDS.get(note.index, ())]
    return f"{', '.join(names) or note.index}: {said}"
