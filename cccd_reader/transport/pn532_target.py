# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A card as the PN532 lists it (UM0701-02, 7.3.5): its answer to reset and the bit rates that it takes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import reduce

from cccd_reader.errors import MalformedData, Unsupported

_WHERE = "target of the PN532"
_BLOCK_PROTOCOL = 0x20
_MAX_HISTORY = 15
_ATQB_SIZE = 12
_ALONE = "Lay a card with a chip on the reader, alone."


class Modulation(Enum):
    """The two kinds of ISO/IEC 14443 cards: what InListPassiveTarget takes for each."""

    TYPE_A = b"\x01\x00"
    TYPE_B = b"\x01\x03\x00"
    """With application family identifier 00: all cards."""


class BitRate(Enum):
    """The bit rates of the PN532 on the air in kbit/s; `code` is that of InPSL (7.3.7)."""

    KBIT_106 = 106
    KBIT_212 = 212
    KBIT_424 = 424

    @property
    def code(self) -> int:
        """0, 1, 2."""
        return list(BitRate).index(self)


@dataclass(frozen=True)
class Target:
    """A card in the field: its number at the PN532, its ATR, and the fastest rate in both directions."""

    number: int
    modulation: Modulation
    atr: bytes
    fastest: BitRate


def parse_target(data: bytes, modulation: Modulation) -> Target:
    """Parse the data of one target. Raises `MalformedData`, and `Unsupported` for a card without ISO/IEC 14443-4."""
    return _type_a(data) if modulation is Modulation.TYPE_A else _type_b(data)


def _type_a(data: bytes) -> Target:
    """Number, ATQA (2), SAK, length of the UID, UID, ATS."""
    if len(data) < 5:
        raise MalformedData("too short", _WHERE)
    if not data[3] & _BLOCK_PROTOCOL:
        raise Unsupported("a card without the protocol of ISO/IEC 14443-4", _ALONE)
    ats = data[5 + data[4] :]
    if not ats or ats[0] != len(ats):
        raise MalformedData("its answer to select does not fit its length", _WHERE)
    interface, history = _split_ats(ats)
    return Target(data[0], Modulation.TYPE_A, atr_of(history), fastest(interface.get("TA", 0)))


def _split_ats(ats: bytes) -> tuple[dict[str, int], bytes]:
    """Return interface bytes by name and historical bytes (ISO/IEC 14443-4, 5.2)."""
    if len(ats) < 2:
        return {}, b""
    names = [name for bit, name in ((0x10, "TA"), (0x20, "TB"), (0x40, "TC")) if ats[1] & bit]
    if len(ats) < 2 + len(names):
        raise MalformedData("its answer to select is cut off", _WHERE)
    return dict(zip(names, ats[2:], strict=False)), ats[2 + len(names) :]


def _type_b(data: bytes) -> Target:
    """Number, ATQB (12: 50, PUPI, application data, protocol information), length of the answer to ATTRIB, answer."""
    if len(data) < 1 + _ATQB_SIZE + 2:
        raise MalformedData("too short", _WHERE)
    atqb, attrib = data[1 : 1 + _ATQB_SIZE], data[2 + _ATQB_SIZE :]
    if len(attrib) != data[1 + _ATQB_SIZE] or not attrib:
        raise MalformedData("its answer to ATTRIB does not fit its length", _WHERE)
    if not atqb[10] & 0x01:
        raise Unsupported("a card without the protocol of ISO/IEC 14443-4", _ALONE)
    # The PN532 has sent ATTRIB itself, for 106 kbit/s, and there is no way to change the rate afterwards.
    history = atqb[5:12] + bytes([attrib[0] & 0xF0])
    return Target(data[0], Modulation.TYPE_B, atr_of(history), BitRate.KBIT_106)


def atr_of(history: bytes) -> bytes:
    """Return the answer to reset that a PC/SC reader composes for a contactless card (PC/SC part 3, 3.1.3.2.3)."""
    if len(history) > _MAX_HISTORY:
        raise MalformedData("more than 15 historical bytes", _WHERE)
    body = bytes([0x80 | len(history), 0x80, 0x01]) + history
    return b"\x3b" + body + bytes([reduce(lambda left, right: left ^ right, body)])


def fastest(interface_a: int) -> BitRate:
    """Return the fastest rate for both directions by TA(1) of the answer to select (ISO/IEC 14443-4, 5.2.4).

    Bits 1 and 2 are 212 and 424 kbit/s towards the card, bits 5 and 6 from it; the same rate both ways always does.
    """
    both = interface_a & interface_a >> 4
    if both & 0x02:
        return BitRate.KBIT_424
    return BitRate.KBIT_212 if both & 0x01 else BitRate.KBIT_106
