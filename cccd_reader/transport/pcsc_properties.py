# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a PC/SC reader says about itself: the TLV properties of part 10 (2.2 and 2.6.14)."""

from __future__ import annotations

import sys
from typing import Protocol

from cccd_reader.transport.pcsc_errors import ScardCode

MAX_APDU = 0x0A
"""dwMaxAPDUDataSize: bytes of data in one command, little endian; 0 stands for short length fields."""

_GET_FEATURES = 3400
_TLV_PROPERTIES = 0x12


class Control(Protocol):
    """The function of `smartcard.scard` that is used here."""

    # ruff: noqa: N802  -- the name of the C interface

    def SCardControl(self, card: int, code: int, data: list[int], /) -> tuple[int, list[int]]:
        """Send a command to the reader itself."""


def max_apdu(scard: Control, card: int) -> int | None:
    """Return how many bytes of data the reader takes in one command; None where it does not tell.

    `card` is the handle of a connection. Nothing is sent to the card.
    """
    value = properties(scard, card).get(MAX_APDU)
    return int.from_bytes(value, "little") if value else None


def properties(scard: Control, card: int) -> dict[int, bytes]:
    """Return what the reader tells of itself, by tag; nothing where its driver knows no such question.

    `card` is the handle of a connection. Nothing is sent to the card.
    """
    code = control_code_of(_asked(scard, card, _control_code(_GET_FEATURES)))
    return properties_of(_asked(scard, card, code)) if code else {}


def control_code_of(features: bytes) -> int:
    """Return the control code for the TLV properties from the list of features, 0 where they are not in it."""
    for tag, value in _objects(features):
        if tag == _TLV_PROPERTIES and len(value) == 4:
            return int.from_bytes(value, "big")
    return 0


def properties_of(raw: bytes) -> dict[int, bytes]:
    """Return the properties by tag; what is cut off at the end is left out."""
    return dict(_objects(raw))


def _objects(raw: bytes) -> list[tuple[int, bytes]]:
    found, position = [], 0
    while position + 2 <= len(raw):
        end = position + 2 + raw[position + 1]
        if end > len(raw):
            break
        found.append((raw[position], raw[position + 2 : end]))
        position = end
    return found


def _asked(scard: Control, card: int, code: int) -> bytes:
    result, answer = scard.SCardControl(card, code, [])
    return bytes(answer) if result == ScardCode.SCARD_S_SUCCESS else b""


def _control_code(number: int) -> int:
    """SCARD_CTL_CODE of winsmcrd.h, and of pcsc-lite's reader.h."""
    return (0x31 << 16) | (number << 2) if sys.platform == "win32" else 0x42000000 + number
