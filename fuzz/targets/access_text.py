# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a counter types or scans to open a card: digits, a QR line, MRZ lines, told apart."""

from __future__ import annotations

from collections.abc import Iterator

from cccd_reader.access_keys import Can, MrzKey
from cccd_reader.scanners.access_text import Access, parse_access
from fuzz import seeds as all_seeds
from fuzz.oracle import ensure, parsed


def seeds() -> Iterator[bytes]:
    """Yield everything that opens a card, as typed and as scanned."""
    yield b"001090000000"
    yield b"\xef\xbb\xbf0010 9000 0000\r\n"
    yield b"000000"
    yield from all_seeds.qr_lines()
    for zone in all_seeds.machine_readable_zones():
        yield zone
        width = {90: 30, 72: 36, 88: 44}[len(zone)]
        lines = [zone[start : start + width] for start in range(0, len(zone), width)]
        yield b"\r\n".join(lines).lower()
        yield b"\n".join(lines).replace(b"0", b"O").replace(b"1", b"I")


def consume(data: bytes) -> None:
    """Parse bytes and text."""
    for access in (parsed(parse_access, data), parsed(parse_access, data.decode("utf-8", "replace"))):
        if access is not None:
            _check(access)


def _check(access: Access) -> None:
    ensure(access.keys, "no key")
    ensure(all(isinstance(key, Can | MrzKey) for key in access.keys), "a key of another kind")
    ensure(len(access.keys) <= 10, "more keys than a chip should be asked")
    words = repr(access) + repr(access.given) + repr(access.qr) + repr(access.mrz)
    ensure(access.given is None or access.given.number is None or access.given.number.digits not in words, "in a text")
