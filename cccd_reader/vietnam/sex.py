# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Sex as the card writes it: M and F in the machine readable zone, "Nam" and "Nữ" in DG13 and in the QR code."""

from __future__ import annotations

import unicodedata
from enum import StrEnum


class Sex(StrEnum):
    """The two values of the card, as the letters of the zone (ICAO 9303-5, 4.2.2)."""

    MALE = "M"
    FEMALE = "F"

    @classmethod
    def of(cls, text: str) -> Sex | None:
        """Return the sex that a word or letter names, in any case and normal form; None for every other text."""
        return _WORDS.get(unicodedata.normalize("NFC", text.strip()).casefold())


_WORDS = {"nam": Sex.MALE, "m": Sex.MALE, "nữ": Sex.FEMALE, "nu": Sex.FEMALE, "f": Sex.FEMALE}
