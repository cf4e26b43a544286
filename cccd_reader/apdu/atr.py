# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What an answer to reset tells of a chip: does it take extended length fields (ISO/IEC 7816-4, 12.1.1)."""

from __future__ import annotations

from cccd_reader.apdu.channel import Lengths

_CATEGORY_COMPACT_TLV = 0x80
_CAPABILITIES = 0x73
_EXTENDED_LENGTHS = 0x40


def lengths_of(atr: bytes) -> Lengths:
    """Return EXTENDED where the card capabilities among the historical bytes say so, else SHORT.

    Silence means SHORT: a wrong guess costs a session, a missed chance only time.
    """
    return lengths_told(atr) or Lengths.SHORT


def lengths_told(atr: bytes) -> Lengths | None:
    """Return which length fields the card capabilities tell of, None where there are none."""
    history = historical_bytes(atr)
    if history[:1] != bytes([_CATEGORY_COMPACT_TLV]):
        return None
    position = 1
    while position < len(history):
        size = history[position] & 0x0F
        value = history[position + 1 : position + 1 + size]
        if history[position] == _CAPABILITIES and len(value) == 3:
            return Lengths.EXTENDED if value[2] & _EXTENDED_LENGTHS else Lengths.SHORT
        position += 1 + size
    return None


def historical_bytes(atr: bytes) -> bytes:
    """Return the historical bytes of an answer to reset, none where it is cut off (ISO/IEC 7816-3, 8.2)."""
    if len(atr) < 2:
        return b""
    count, indicator, position = atr[1] & 0x0F, atr[1] >> 4, 2
    while indicator:
        following = bin(indicator & 0x07).count("1")  # TA, TB and TC; TD goes on with the next group
        position += following
        if not indicator & 0x08:
            break
        if position >= len(atr):
            return b""
        indicator, position = atr[position] >> 4, position + 1
    return atr[position : position + count]
