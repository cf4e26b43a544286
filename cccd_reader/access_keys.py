# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What opens a chip, as plain values: `MrzKey`, `Can`, `Pin`, `Puk` (ICAO 9303-11, 4.3 and 4.4; TR-03110-3, B.3).

The secrets are hidden in `repr`. Telling 12 digits, QR text and MRZ lines apart is done above, in `scanners/`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import ClassVar

from cccd_reader.errors import MalformedData

_ALPHABET, _NO_VALUE = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", 0xFF
_VALUES = bytes(0 if octet == ord("<") else _ALPHABET.find(octet) & _NO_VALUE for octet in range(256))


def check_digit(text: str) -> str:
    """Return the check digit, one character, of MRZ characters (ICAO 9303-3, 4.9).

    Raises `MalformedData` for a character that an MRZ cannot hold; the character itself is not repeated.
    """
    values = text.encode("ascii", "replace").translate(_VALUES)  # a question mark has no value either
    if _NO_VALUE in values:
        raise MalformedData(f"character {values.index(_NO_VALUE) + 1} is not of the MRZ alphabet", "MRZ")
    return str((7 * sum(values[::3]) + 3 * sum(values[1::3]) + sum(values[2::3])) % 10)


@dataclass(frozen=True, repr=False)
class AccessKey:
    """Base of all keys. `reference` is the password id of PACE (ICAO 9303-11, 4.4.4.1; 0 where PACE has none)."""

    name: ClassVar[str] = ""
    reference: ClassVar[int] = 0

    @property
    def password(self) -> bytes:
        """The octets K of f(pi) = K that key derivation starts from (ICAO 9303-11, 9.7.3)."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}(hidden)"


@dataclass(frozen=True, repr=False)
class MrzKey(AccessKey):
    """The MRZ information: document number, date of birth, date of expiry (both YYMMDD), without check digits.

    The document number is as printed in the MRZ, with or without its trailing fillers; on the Vietnamese card it is the
    nine digits of the document number, never the twelve of the personal number.
    """

    name: ClassVar[str] = "mrz"
    reference: ClassVar[int] = 1

    document_number: str
    date_of_birth: str
    date_of_expiry: str

    def __post_init__(self) -> None:
        if not 1 <= len(self.document_number) <= 22:
            raise MalformedData("the document number has 1 to 22 characters", "MRZ key")
        for value in (self.date_of_birth, self.date_of_expiry):
            if len(value) != 6:
                raise MalformedData("a date has six characters, YYMMDD", "MRZ key")
        check_digit(self.document_number + self.date_of_birth + self.date_of_expiry)

    @property
    def information(self) -> bytes:
        """Number, birth and expiry, each followed by its check digit, as ASCII (ICAO 9303-11, 4.3.2, step 1)."""
        number = self.document_number.ljust(9, "<")
        parts = (number, self.date_of_birth, self.date_of_expiry)
        return "".join(part + check_digit(part) for part in parts).encode("ascii")

    @property
    def password(self) -> bytes:
        """SHA-1 of the MRZ information, 20 octets; BAC takes its first 16 as the key seed (ICAO 9303-11, 9.7.2)."""
        return hashlib.sha1(self.information, usedforsecurity=False).digest()


@dataclass(frozen=True, repr=False)
class _Digits(AccessKey):
    """A password of characters that PACE takes as they are, in ISO 8859-1."""

    value: str

    @property
    def password(self) -> bytes:
        """The characters in ISO 8859-1 (ICAO 9303-11, 9.7.3)."""
        return self.value.encode("latin-1")


@dataclass(frozen=True, repr=False)
class Can(_Digits):
    """The Card Access Number: six digits (ICAO 9303-11, 4.4). The Vietnamese card takes the last six of its number."""

    name: ClassVar[str] = "can"
    reference: ClassVar[int] = 2

    def __post_init__(self) -> None:
        if not (len(self.value) == 6 and self.value.isascii() and self.value.isdigit()):
            raise MalformedData("a card access number has six digits", "CAN")

    @classmethod
    def from_personal_number(cls, number: str) -> Can:
        """Return the CAN of a Vietnamese card: the last six of the twelve digits of the personal number."""
        if not (len(number) == 12 and number.isascii() and number.isdigit()):
            raise MalformedData("a personal number has twelve digits", "personal number")
        return cls(number[-6:])


def _check_secret(value: str, where: str) -> None:
    if not 4 <= len(value) <= 32 or any(ord(character) > 0xFF for character in value):
        raise MalformedData("4 to 32 characters of ISO 8859-1 are expected", where)


@dataclass(frozen=True, repr=False)
class Pin(_Digits):
    """The holder's PIN (password id 3). No travel document asks for it; identity cards of other countries do."""

    name: ClassVar[str] = "pin"
    reference: ClassVar[int] = 3

    def __post_init__(self) -> None:
        _check_secret(self.value, "PIN")


@dataclass(frozen=True, repr=False)
class Puk(_Digits):
    """The unblocking key (password id 4)."""

    name: ClassVar[str] = "puk"
    reference: ClassVar[int] = 4

    def __post_init__(self) -> None:
        _check_secret(self.value, "PUK")
