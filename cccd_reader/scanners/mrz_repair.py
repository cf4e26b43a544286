# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Machine readable zones as scanners of lines and keyboards spoil them, restored where the check digits prove it.

Blanks or another sign stand for the filler `<`; fillers at a line's end or within it are missing. A restored zone has
every check digit right, and there is no other way to restore it. Names have no check digit: where they are in doubt
they are left out, for the keys do not need them.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cccd_reader.errors import MalformedData
from cccd_reader.lds.mrz import FILLER, Mrz, MrzFormat
from cccd_reader.scanners.events import ScanRepair

_STRANGE_FILLERS = ";>\\«‹/_~*^"
_MAX_MISSING = 14
_PART = re.compile(rf"[\w<{re.escape(_STRANGE_FILLERS)} ]+")
_PART_LENGTHS = range(3, 90)  # from the end of a name to all but one character
_NAME = re.compile("[A-Z<]+")
_MOVED = re.compile("[YZ]")  # stand elsewhere on the keyboards that have another sign in the filler's place
# Of other documents too few digits are checked to tell where fillers within a line stood.
_CARD_LINES = (re.compile(r"I[A-Z<]VNM\d{22}<<[\d<]"), re.compile(r"\d{7}[MFX<]\d{7}VNM<{11}\d"))
_HEAD = 5  # the document code and the issuing state, before the names of TD2 and TD3
_SHORTEST_NAME = 3


@dataclass(frozen=True, repr=False)
class Restored:
    """A whole zone in lines, and what was done to it. Without `has_name` the name was left out. Hidden in `repr`."""

    text: str
    repairs: tuple[ScanRepair, ...]
    has_name: bool

    def __repr__(self) -> str:
        return f"Restored({', '.join(self.repairs)}, hidden)"


def may_be_a_part(text: str) -> bool:
    """Tell whether a text can be a part of a zone, spoilt or not: letters, digits and fillers, not digits alone."""
    return len(text) in _PART_LENGTHS and _PART.fullmatch(text) is not None and not "".join(text.split()).isdigit()


def restore(lines: Sequence[str]) -> Restored | None:
    """Return the zone that these lines must have been, None where that cannot be proven.

    `lines` are those of one zone in their order, or all of it in one.
    """
    given = [line.upper().strip() for line in lines]
    strange = "".join({character for line in given for character in line if character in _STRANGE_FILLERS})
    if len(strange) > 1 or (strange and FILLER in "".join(given)):
        return None
    plain = [re.sub(rf"[ {re.escape(strange)}]", FILLER, line) for line in given]
    parted = [(form, found) for form in MrzFormat if len(found := _parted(plain, form)) == form.value[0]]
    zones = {(zone, form, tuple(found)) for form, found in parted for zone in _zones(found, form)}
    if len(zones) != 1:
        return None
    ((zone, form, found),) = zones
    at = _names_at(form)
    name = None if strange and _MOVED.search(found[at]) else _name(found[at], form)
    done = {
        ScanRepair.FILLERS_REPLACED: plain != given,
        ScanRepair.FILLERS_RESTORED: sum(map(len, found)) != form.length,
        ScanRepair.NAME_DROPPED: name is None,
    }
    text = "\n".join((*zone[:at], zone[at] if name is None else name, *zone[at + 1 :]))
    return Restored(text, tuple(repair for repair, was_done in done.items() if was_done), name is not None)


def _names_at(form: MrzFormat) -> int:
    return 2 if form is MrzFormat.TD1 else 0


def _parted(lines: Sequence[str], form: MrzFormat) -> Sequence[str]:
    """The lines of a zone that came in one; in TD1 the fillers at its end, behind the name, may be missing."""
    columns = form.value[1]
    shortest = form.length - columns + _SHORTEST_NAME if form is MrzFormat.TD1 else form.length
    if len(lines) == 1 and shortest <= len(lines[0]) <= form.length:
        return [lines[0][start : start + columns] for start in range(0, form.length, columns)]
    return lines


def _zones(lines: Sequence[str], form: MrzFormat) -> Iterator[tuple[str, ...]]:
    """All proven zones of a form that these lines can be, with an empty name."""
    columns, at = form.value[1], _names_at(form)
    head = "" if form is MrzFormat.TD1 else lines[at][:_HEAD]
    known = [head if number == at else line for number, line in enumerate(lines)]
    patterns = _CARD_LINES if form is MrzFormat.TD1 else ()
    choices = [{line.ljust(columns, FILLER)} for line in known]
    for number, pattern in enumerate(patterns):
        choices[number] |= {line for line in _filled(known[number], columns) if pattern.fullmatch(line)}
    yield from (zone for zone in itertools.product(*choices) if _is_right(zone))


def _filled(line: str, columns: int) -> Iterator[str]:
    """The line with the fillers that it lacks, all in one place."""
    missing = columns - len(line)
    if 0 < missing <= _MAX_MISSING:
        yield from (line[:at] + FILLER * missing + line[at:] for at in range(len(line)))


def _is_right(zone: tuple[str, ...]) -> bool:
    """Tell whether a zone keeps every rule of the standard, and of the Vietnamese card where it is one."""
    try:
        mrz = Mrz.parse("".join(zone).encode("latin-1", errors="replace"))
    except MalformedData:
        return False
    letters = mrz.nationality.isalpha() and mrz.issuing_state.isalpha() and mrz.sex in ("M", "F", "X", "")
    number = mrz.personal_number
    whole = number is None or number.endswith(mrz.document_number)
    return letters and whole and bool(mrz.document_number) and not mrz.findings


def _name(line: str, form: MrzFormat) -> str | None:
    """The line with the name, None where letters, or the mark between the names, may be lost."""
    columns = form.value[1]
    own = line if form is MrzFormat.TD1 else line[_HEAD:]
    whole = len(line) == columns or (len(line) < columns and FILLER * 2 in own.rstrip(FILLER))
    return line.ljust(columns, FILLER) if whole and _NAME.fullmatch(own) else None
