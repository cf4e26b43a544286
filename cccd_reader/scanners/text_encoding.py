# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""From the bytes of a scanner, a file or a pipe to text, with what was repaired on the way on record."""

from __future__ import annotations

import codecs
import re

from cccd_reader.vietnam import mojibake
from cccd_reader.vietnam.mojibake import Repair, Repaired

_AIM_IDENTIFIER = re.compile(r"\][A-Za-z][0-9A-Za-z]")
"""What a scanner may put before the content to name the symbology (ISO/IEC 15424), such as ]Q1 for a QR code."""
_BYTE_ORDER_MARK = "\ufeff"
_CONTROLS_OF_TEXT = frozenset(b"\x02\x03\t\n\v\f\r")
_MAX_TEXT = 16384
_QR_BEGINS = re.compile(r"(?:[0-9][ .]*){12}\|")


def decode(data: bytes) -> Repaired:
    """Return the bytes that a scanner sent for one code, or the content of a file, as text; never raises.

    Feed it raw bytes, whole and unchanged, frame characters and line ends included: some damage can only be undone
    while the bytes that look like control characters and blanks are there. UTF-8 is tried first, then UTF-16 with or
    without its mark, then Windows-1258, Latin-1, Windows-1252 and bytes that are code points. Frames are taken off.
    """
    wide = _utf16(data)
    done = mojibake.decode(data) if wide is None else mojibake.repair(wide)
    repairs = done.repairs if wide is None else (Repair.UTF16, *done.repairs)
    return Repaired(unframed(done.text), repairs)


def recoded(text: str) -> Repaired:
    """Return text that something else has decoded, repaired and without frame; never raises."""
    done = mojibake.repair(text)
    return Repaired(unframed(done.text), done.repairs)


def unframed(text: str) -> str:
    """Return a text without the blanks, control characters, byte order mark and symbology that stand around it."""
    start, end = 0, len(text)
    while start < end and _frames(text[start]):
        start += 1
    while end > start and _frames(text[end - 1]):
        end -= 1
    return _AIM_IDENTIFIER.sub("", text[start:end], count=1) if text[start : start + 1] == "]" else text[start:end]


def _frames(character: str) -> bool:
    return character.isspace() or ord(character) < 0x20 or character in (_BYTE_ORDER_MARK, "\x7f")


def _utf16(data: bytes) -> str | None:
    """UTF-16 by its mark, or because every other one of the first bytes is zero: what opens a card begins in ASCII."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        coding = "utf-16"
    elif len(data) >= 4 and data[1] == data[3] == 0 and data[0] and data[2]:
        coding = "utf-16-le"
    elif len(data) >= 4 and data[0] == data[2] == 0 and data[1] and data[3]:
        coding = "utf-16-be"
    else:
        return None
    # a scanner may end wide text with a narrow line end
    return data[: len(data) // 2 * 2].decode(coding, errors="replace")


def text_in(data: bytes) -> Repaired | None:
    """Return the content of a file as text, or None where it is none, as every file of a chip."""
    if len(data) > _MAX_TEXT:
        return None
    found = decode(data)
    if _QR_BEGINS.match(found.text):
        return found
    controls = _utf16(data) is None and any(byte < 0x20 and byte not in _CONTROLS_OF_TEXT for byte in data)
    clean = all(character.isprintable() or ord(character) in _CONTROLS_OF_TEXT for character in found.text)
    return found if found.text and clean and not controls and not found.damaged else None
