# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The line of the card's QR code, as bytes of a scanner and as text."""

from __future__ import annotations

from collections.abc import Iterator

from cccd_reader.vietnam.qr_line import QrLine
from fuzz import seeds as all_seeds
from fuzz.oracle import ensure, parsed


def seeds() -> Iterator[bytes]:
    """Yield the lines of all invented holders, whole and as scanners spoil them."""
    yield from all_seeds.qr_lines()


def consume(data: bytes) -> None:
    """Parse a line, ask it everything, and read again what it writes."""
    for line in (parsed(QrLine.parse, data), parsed(QrLine.parse, data.decode("utf-8", "replace"))):
        if line is None:
            continue
        number = line.personal_number.digits
        ensure(len(number) == 12 and number.isdigit(), "a personal number of another kind")
        ensure(number not in repr(line), "the number stands in the text of the value")
        ensure(len(line.mrz_keys) <= 8, "too many keys")
        ensure(not line.authenticated, "nobody signed it")
        again = parsed(QrLine.parse, line.text)
        ensure(again is None or again.personal_number == line.personal_number, "written again, another number")
