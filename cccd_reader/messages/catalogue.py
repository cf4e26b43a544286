# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A compiled catalogue of gettext (`cccd.mo`) as a mapping from code to words.

People edit `cccd.po` beside it; `scripts/compile_messages` compiles. The standard library's reader of the format does
not list what a catalogue holds, which `Words.said` needs, so the two tables of the format are read here.
"""

from __future__ import annotations

import struct
from pathlib import Path

LANGUAGES = ("vi", "en")
"""The languages that every message is in (BCP 47)."""

_LOCALE = Path(__file__).parent / "locale"
_MAGIC = 0x950412DE


def load(language: str) -> dict[str, str]:
    """Return the words of one of `LANGUAGES` by their code. Raises `ValueError` for another language."""
    if language not in LANGUAGES:
        raise ValueError(f"the languages are {', '.join(LANGUAGES)}")
    return parse((_LOCALE / language / "LC_MESSAGES" / "cccd.mo").read_bytes())


def parse(raw: bytes) -> dict[str, str]:
    """Return the messages of a little-endian `.mo` file, without its header, whose code is empty."""
    magic, _, count, codes, words = struct.unpack_from("<5I", raw)
    if magic != _MAGIC:
        raise ValueError("no compiled catalogue")
    found = ((_entry(raw, codes + 8 * number), _entry(raw, words + 8 * number)) for number in range(count))
    return {code: text for code, text in found if code}


def _entry(raw: bytes, at: int) -> str:
    length, offset = struct.unpack_from("<2I", raw, at)
    return raw[offset : offset + length].decode("utf-8")
