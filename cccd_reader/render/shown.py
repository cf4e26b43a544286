# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What `cccd show` prints about a file of a chip, or about what a counter types or scans: JSON and lines of one thing.

Content is what was asked for, so it is all there; nothing of it is verified.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cccd_reader.lds import files
from cccd_reader.lds.dg1 import DataGroup1
from cccd_reader.lds.files import ElementaryFile
from cccd_reader.lds.mrz import MrzField
from cccd_reader.messages.words import Words
from cccd_reader.render import citizen
from cccd_reader.render.citizen import Node
from cccd_reader.render.elementary_file import content_of
from cccd_reader.render.labels import labelled
from cccd_reader.render.plain import lines, visible
from cccd_reader.render.zone import zone_lines, zone_node
from cccd_reader.scanners.access_text import Access, AccessKind, kind_of, parse_access, qr_line
from cccd_reader.scanners.mrz_text import Zone, read_zone
from cccd_reader.scanners.text_encoding import text_in
from cccd_reader.vietnam.citizen_record import CitizenRecord, Content
from cccd_reader.vietnam.mojibake import Repaired


@dataclass(frozen=True, repr=False)
class Shown:
    """One thing as JSON and as lines. Hidden in `repr`."""

    node: Node
    lines: list[str]


def shown(name: str, content: bytes, words: Words) -> Shown:
    """Return what a file holds: raw bytes of a chip's file, or a number, a QR line, or MRZ lines as text.

    Raises `MalformedData` where it does not follow its format.
    """
    text = text_in(content) if files.by_name(name) is None else None
    return _file(name, content, words) if text is None else _text(text, words)


def _file(name: str, content: bytes, words: Words) -> Shown:
    raw = files.without_padding(content)
    known = files.recognise(name, raw)
    digest = hashlib.sha256(raw).hexdigest()
    padding = len(content) - len(raw)
    found = content_of(known, raw)
    node: Node = {
        "file": known.short if known else None,
        "size": len(raw),
        "padding": padding,
        "sha256": digest,
        "content": found,
    }
    explained = _explained(known, raw, words)
    if explained is None:
        return Shown(node, lines(labelled(node, words)))
    head = words.text("show.file", name=known.short if known else visible(name), size=len(raw), digest=digest)
    rest = [words.text("show.padding", count=padding)] if padding else []
    return Shown(node, [head, *rest, "", *explained, "", words.text("show.not-verified")])


def _explained(file: ElementaryFile | None, raw: bytes, words: Words) -> list[str] | None:
    """The lines of a file that counters ask about; None for every other one."""
    if file == files.data_group(1):
        mrz = DataGroup1.parse(raw).mrz
        return zone_lines(Zone(mrz, wrong=mrz.findings), words)
    if file == files.data_group(13):
        record = CitizenRecord.parse(raw)
        return citizen.record_lines(record, words) if record.content is Content.CLEAR else None
    return None


def _text(text: Repaired, words: Words) -> Shown:
    kind = kind_of(text.text)
    if kind is AccessKind.MRZ:
        return _zone(text, read_zone(text.text), words)
    access = parse_access(text.text)
    if kind is AccessKind.QR:
        line = qr_line(text)
        return _framed(text, access, (citizen.qr_node(line), citizen.qr_lines(line, words)), words)
    number = access.given.number if access.given else None
    if number is None:
        return _framed(text, access, ({}, []), words)
    return _framed(text, access, (citizen.number_node(number), citizen.number_lines(number, words)), words)


def _zone(text: Repaired, zone: Zone, words: Words) -> Shown:
    """A zone is explained even where its check digits forbid to make a key of it."""
    usable = not set(zone.wrong) - {MrzField.COMPOSITE}
    access = parse_access(text.text) if usable else Access((), AccessKind.MRZ, repairs=zone.slips)
    return _framed(text, access, (zone_node(zone), zone_lines(zone, words)), words)


def _framed(text: Repaired, access: Access, content: tuple[Node, list[str]], words: Words) -> Shown:
    """What was given, its content, repairs, and how it opens a chip."""
    repairs = (*text.repairs, *(each for each in access.repairs if each not in text.repairs))
    node: Node = {
        "text": access.kind.value,
        "authenticated": False,
        "repairs": [citizen.repair_node(each) for each in repairs],
        "opens_with": citizen.opening_node(access),
        "content": content[0],
    }
    said = [citizen.row(words.text("show.repair"), each) for each in citizen.repair_lines(repairs, words)]
    opening = citizen.opening_lines(access, words)
    kind = words.text(f"show.kind.{access.kind.value}")
    return Shown(node, [kind, "", *content[1], *said, *opening, "", words.text("show.unauthenticated")])
