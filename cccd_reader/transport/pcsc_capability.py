# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a PC/SC reader tells of itself, as a value (PC/SC part 10, 2.2 and 2.6.14). Whatever it tells is hostile input.

Most drivers tell nothing, or a part. A value of an unexpected size counts as not told.
"""

from __future__ import annotations

from collections.abc import Mapping

from cccd_reader.apdu.capability import ReaderCapability
from cccd_reader.transport.pcsc_properties import MAX_APDU, Control, properties

FIRMWARE, VENDOR, PRODUCT = 0x08, 0x0B, 0x0C
"""sFirmwareID, text; wIdVendor and wIdProduct, those of USB, little endian."""

_MAX_FIRMWARE = 32


def capability(scard: Control, card: int) -> ReaderCapability:
    """Ask a reader about itself over the handle of a connection. Nothing is sent to the card."""
    return capability_of(properties(scard, card))


def capability_of(told: Mapping[int, bytes]) -> ReaderCapability:
    """Return what these properties, by tag, say."""
    firmware = told.get(FIRMWARE, b"")[:_MAX_FIRMWARE].decode("ascii", "replace")
    return ReaderCapability(
        _number(told.get(MAX_APDU), 4),
        _number(told.get(VENDOR), 2),
        _number(told.get(PRODUCT), 2),
        "".join(letter for letter in firmware if letter.isascii() and letter.isprintable()).strip(),
    )


def _number(value: bytes | None, size: int) -> int | None:
    return int.from_bytes(value, "little") if value is not None and len(value) == size else None
