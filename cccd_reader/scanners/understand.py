# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""From what a scanner sent in one go to an event: repairs that only scanners need, around `parse_access`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cccd_reader.errors import MalformedData
from cccd_reader.scanners import layouts, mrz_repair
from cccd_reader.scanners.access_text import AccessKind, parse_access, text_of
from cccd_reader.scanners.events import Scanned, ScanRepair, Unreadable, Why, unreadable

_NOISE = re.compile(rb"[^!-~]+(?=[\]\\0-9A-Za-z])")
_LETTER = re.compile(rb"[A-Za-z](?=\d{12}(?:\||$))")
_ECI = re.compile(rb"(?:\][A-Za-z][0-9A-Za-z])?\\\d{6}(?=\d{12}(?:\||$))")  # \000026 is UTF-8
_FEWEST_PRINTABLE = 0.6
_PRINTABLE = re.compile("[ -~]")


def of_bytes(raw: bytes) -> Scanned | Unreadable:
    """Understand what came over a serial line, without its line end."""
    try:
        return Scanned(parse_access(raw))
    except MalformedData as error:
        wrong = error
    for cleaned, repairs in _cleaned(raw):
        try:
            return Scanned(parse_access(cleaned), repairs)
        except MalformedData:
            continue
    if _is_garbled(raw):
        return unreadable(Why.GARBLED)
    return _restored([raw]) or unreadable(Why.NOT_UNDERSTOOD, wrong)


def of_keys(raw: bytes) -> Scanned | Unreadable:
    """Understand what a scanner typed, in UTF-8, without the Enter at its end."""
    text = raw.decode("utf-8", errors="replace")
    try:
        return _typed(layouts.turned_case(text))
    except MalformedData as error:
        wrong = error
    number = layouts.number_of(text)
    if number is not None:
        return _typed(number)
    why = layouts.reason_of(text)
    return _restored([raw]) or unreadable(why, wrong if why is Why.NOT_UNDERSTOOD else None)


def of_lines(lines: Sequence[bytes]) -> Scanned | Unreadable:
    """Understand the lines of a machine readable zone that came one by one."""
    try:
        # the lines of a zone are of one length; anything else are pieces of it that pauses have parted
        end = b"\n" if len({len(line) for line in lines}) == 1 else b""
        return Scanned(parse_access(end.join(lines)))
    except MalformedData as error:
        restored = _restored(lines)
        if restored is not None:
            return restored
        why = layouts.reason_of("\n".join(line.decode("utf-8", errors="replace") for line in lines))
        return unreadable(why, error if why is Why.NOT_UNDERSTOOD else None)


def is_whole(scanned: Scanned) -> bool:
    """Tell whether nothing can be missing at the end, for a scan that no line end has ended.

    Six digits may be the half of twelve, and a QR line goes on up to its date of issue.
    """
    access = scanned.access
    if access.qr is not None:
        return access.qr.issue is not None and access.qr.issue.date is not None
    return access.kind is not AccessKind.CAN


def _is_garbled(raw: bytes) -> bool:
    """Tell noise from text in any of the known encodings, most of which is ASCII in every language."""
    text = text_of(raw).text
    return len(_PRINTABLE.findall(text)) < _FEWEST_PRINTABLE * len(text) or not text


def _typed(straightened: layouts.Straightened) -> Scanned:
    return Scanned(parse_access(straightened.text), straightened.repairs)


def _cleaned(raw: bytes) -> Iterator[tuple[bytes, tuple[ScanRepair, ...]]]:
    """The bytes without what scanners and lines add before the text, more and more of it."""
    repairs: tuple[ScanRepair, ...] = ()
    for pattern, repair in (
        (_NOISE, ScanRepair.NOISE_REMOVED),
        (_ECI, ScanRepair.ECI_REMOVED),
        (_LETTER, ScanRepair.PREFIX_REMOVED),
    ):
        found = pattern.match(raw)
        if found:
            raw, repairs = raw[found.end() :], (*repairs, repair)
            yield raw, repairs


def _restored(lines: Sequence[bytes]) -> Scanned | None:
    """A machine readable zone with its fillers put right, None where that is not proven."""
    try:
        restored = mrz_repair.restore([text_of(line).text for line in lines])
        return None if restored is None else Scanned(parse_access(restored.text), restored.repairs)
    except MalformedData:
        return None
