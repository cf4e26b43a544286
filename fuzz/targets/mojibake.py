# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Repair of text that a scanner spoilt: it never raises, and leaves alone what it has no repair for."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from cccd_reader.vietnam import mojibake
from cccd_reader.vietnam.mojibake import Repair
from fuzz import seeds as all_seeds
from fuzz.oracle import ensure

LONGEST = 1 << 14
"""As many bytes as anything hands over."""


def seeds() -> Iterator[bytes]:
    """Yield texts, whole and spoilt."""
    yield from all_seeds.qr_lines()


def consume(data: bytes) -> None:
    """Repair bytes, and the same as text."""
    data = data[:LONGEST]
    done = mojibake.decode(data)
    ensure(unicodedata.is_normalized("NFC", done.text), "not composed")
    ensure(done.repairs or done.text.encode("utf-8") == data, "changed without a word")
    ensure(Repair.BYTES_REPLACED not in done.repairs or done.damaged, "nothing was lost")
    ensure(repr(done), "a value without a text")
    text = data.decode("utf-8", "replace")
    repaired = mojibake.repair(text)
    ensure(repaired.repairs or repaired.text == text, "changed without a word")
