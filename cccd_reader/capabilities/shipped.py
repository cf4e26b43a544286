# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Readers whose limits are known beforehand, each with its source. What a user's own reader shows counts more."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cccd_reader.apdu.capability import Known, Pair
from cccd_reader.apdu.channel import Lengths


@dataclass(frozen=True)
class Shipped:
    """Readers by a pattern of their names, what works with them whatever the chip, and who says so."""

    name: re.Pattern[str]
    known: Known
    source: str


def _readers(names: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Z0-9])({names})(?![0-9])", re.IGNORECASE)


_SHORT = Known(Lengths.SHORT)
# Frames of 64 bytes, as a PN532 asks for them, need no smaller block: reader and chip chain them.
SHIPPED = (
    Shipped(_readers("ACR122U?"), _SHORT, "proxmark3 #70: RATS E050, frames of 64 bytes; nfcpy #105: 255 bytes"),
    Shipped(_readers("PN53[23]"), _SHORT, "UM0701-02: frames of at most 262 bytes between host and PN532"),
    Shipped(_readers("ACR1281U?"), _SHORT, "acshk/acsccid #42: cbSendLength = 264 > 255"),
    Shipped(_readers("ACR1252U?"), _SHORT, "LudovicRousseau/PCSC #54: an error of the reader at long commands"),
    Shipped(_readers("ACR33U?"), _SHORT, "acshk/acsccid #19: no more than 255 bytes"),
)


def shipped(pair: Pair) -> Known | None:
    """Return what is known beforehand of a reader, None for every other one."""
    return next((each.known for each in SHIPPED if each.name.search(pair.name)), None)
