# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Vietnamese text that a scanner or a terminal spoilt, repaired with the repair on record.

Scanners on serial lines send UTF-8 that is then read as Latin-1 or Windows-1252, once or twice; some send Windows-1258;
some send each code point as raw bytes (1E C5 for U+1EC5, E0 for U+00E0). A text that is right already stays as it is.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

REPLACEMENT = "\ufffd"
_ROUNDS = 3
_LETTERS = "aăâeêioôơuưy"
_MARKS = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_VIETNAMESE = frozenset("đĐ") | {
    form for letter in _LETTERS for mark in _MARKS for form in unicodedata.normalize("NFC", letter + mark)
}
_ACCENTED = frozenset(each for each in _VIETNAMESE | {each.upper() for each in _VIETNAMESE} if not each.isascii())
# U+01xx and U+03xx as the letters and marks of Vietnamese; U+1EA0 to U+1EF9 as a range
_CODE_POINTS = re.compile(
    r"\x1e([\xa0-\xf9])|\x01([\x02\x03\x10\x11\x28\x29\x68\x69\xa0\xa1\xaf\xb0])|\x03([\x00\x01\x03\x09\x23])"
)
_PAGES = (0x1E00, 0x0100, 0x0300)


class Repair(StrEnum):
    """What was done to a text, in the order of `Repaired.repairs`; one that stands there twice was done twice."""

    UTF8_AS_LATIN1 = "utf8-read-as-latin1"
    UTF8_AS_CP1252 = "utf8-read-as-cp1252"
    CP1258 = "cp1258"
    UTF16 = "utf-16"
    CODE_POINT_BYTES = "code-points-as-bytes"
    BYTES_REPLACED = "unreadable-bytes-replaced"
    BYTE_ORDER_MARK = "byte-order-mark-removed"
    COMPOSED = "composed-to-nfc"


@dataclass(frozen=True, repr=False)
class Repaired:
    """The text in NFC, and what was done to get it. Hidden in `repr`."""

    text: str
    repairs: tuple[Repair, ...]

    @property
    def damaged(self) -> bool:
        """True where a character is lost for good."""
        return REPLACEMENT in self.text

    def __repr__(self) -> str:
        return f"Repaired(hidden, {', '.join(self.repairs) or 'nothing'} done)"


def decode(data: bytes) -> Repaired:
    """Return bytes of a scanner as text; never raises. Bytes of no known encoding become U+FFFD."""
    try:
        return repair(data.decode("utf-8"))
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    found = _code_points(text) or _clean_cp1258(data)
    if found is not None:
        return Repaired(unicodedata.normalize("NFC", found[0]), (found[1],))
    if not _oddities(text):
        return Repaired(text, (Repair.CODE_POINT_BYTES,))
    done = repair(data.decode("utf-8", errors="replace"))
    return Repaired(done.text, (Repair.BYTES_REPLACED, *done.repairs))


def repair(text: str) -> Repaired:
    """Return a text with the damage undone that can be told for sure, composed to NFC; never raises."""
    repairs = []
    if text.startswith("\ufeff"):
        text = text[1:]
        repairs.append(Repair.BYTE_ORDER_MARK)
    for _ in range(_ROUNDS):
        found = _utf8_again(text)
        if found is None:
            break
        text, kind = found
        repairs.append(kind)
    found = _code_points(text) or _cp1258(text)
    if found is not None:
        text, kind = found
        repairs.append(kind)
    composed = unicodedata.normalize("NFC", text)
    if composed != text and Repair.CP1258 not in repairs:  # that code page has its tones apart
        repairs.append(Repair.COMPOSED)
    return Repaired(composed, tuple(repairs))


def _utf8_again(text: str) -> tuple[str, Repair] | None:
    """UTF-8 that was read as one character a byte: it has sequences that no text has by chance."""
    for kind, raw in ((Repair.UTF8_AS_LATIN1, _latin1(text)), (Repair.UTF8_AS_CP1252, _cp1252(text))):
        if raw is None or raw.isascii():
            continue
        try:
            return raw.decode("utf-8"), kind
        except UnicodeDecodeError:
            continue
    return None


def _code_points(text: str) -> tuple[str, Repair] | None:
    raw = _latin1(text) or _cp1252(text)
    if raw is None or not _CODE_POINTS.search(raw.decode("latin-1")):
        return None
    return _CODE_POINTS.sub(_code_point, raw.decode("latin-1")), Repair.CODE_POINT_BYTES


def _code_point(found: re.Match[str]) -> str:
    return next(chr(page + ord(low)) for page, low in zip(_PAGES, found.groups(), strict=True) if low is not None)


def _cp1258(text: str) -> tuple[str, Repair] | None:
    """Windows-1258 that was read as Latin-1 or Windows-1252: its tones stand for letters there."""
    raw = _latin1(text) or _cp1252(text)
    if raw is None or raw.isascii() or not _oddities(text):
        return None
    try:
        repaired = unicodedata.normalize("NFC", raw.decode("cp1258"))
    except UnicodeDecodeError:
        return None
    return (repaired, Repair.CP1258) if 2 * _oddities(repaired) < _oddities(text) else None


def _clean_cp1258(data: bytes) -> tuple[str, Repair] | None:
    """Bytes that are no UTF-8 and read as faultless Vietnamese in Windows-1258."""
    try:
        text = unicodedata.normalize("NFC", data.decode("cp1258"))
    except UnicodeDecodeError:
        return None
    return None if _oddities(text) else (text, Repair.CP1258)


def _oddities(text: str) -> int:
    """How often a text does what Vietnamese does not: foreign letters, capitals within words, marks in a row."""
    text = unicodedata.normalize("NFC", text)
    foreign = sum(not (each.isascii() or each in _ACCENTED) for each in text)
    pairs = list(itertools.pairwise(text))
    capitals = sum(left.islower() and right.isupper() for left, right in pairs)
    marked = sum(left in _ACCENTED and right in _ACCENTED and left not in "ưƯđĐ" for left, right in pairs)
    return foreign + capitals + marked


def _latin1(text: str) -> bytes | None:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return None


def _cp1252(text: str) -> bytes | None:
    """As browsers do it: the five bytes that Windows-1252 leaves open stand for themselves."""
    try:
        return b"".join(each.encode("latin-1" if 0x80 <= ord(each) < 0xA0 else "cp1252") for each in text)
    except UnicodeEncodeError:
        return None
