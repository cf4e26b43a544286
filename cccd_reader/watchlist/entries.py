# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a watch list holds: the keyed hash of what is looked for, why, from where, and until when."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cccd_reader.crypto.sealed import keyed_hash
from cccd_reader.errors import MalformedData
from cccd_reader.lds.mrz import FILLER

MAX_TEXT = 200
_WHERE = "watch list"
_NUMBER, _HASH = re.compile(r"[0-9]{12}"), re.compile(r"[0-9a-f]{64}")
_DOCUMENT = re.compile(r"[A-Z0-9]{1,30}")
_FORMS = {
    "number": "Give the 12 digits of the number.",
    "document": "Give the document number as it stands in the machine readable zone: letters and digits.",
    "hash": "Give the SHA-256 of a file of the chip as 64 hexadecimal digits.",
}


class EntryKind(StrEnum):
    """What is looked for."""

    NUMBER = "number"
    """A personal number, 12 digits."""
    DOCUMENT = "document"
    """A document number, of any issuer."""
    HASH = "hash"
    """The SHA-256 of a data group's raw content, as the security object may list it."""


@dataclass(frozen=True, repr=False)
class Wanted:
    """What a person or a file asks to look for, normalised. Hidden in `repr`."""

    kind: EntryKind
    value: str

    @classmethod
    def parse(cls, kind: EntryKind, text: str) -> Wanted:
        """Normalise and check a value. Raises `MalformedData`, which does not repeat it."""
        plain = "".join(text.split()).replace(".", "") if kind is EntryKind.NUMBER else "".join(text.split())
        value, form = {
            EntryKind.NUMBER: (plain, _NUMBER),
            EntryKind.DOCUMENT: (plain.upper().rstrip(FILLER), _DOCUMENT),
            EntryKind.HASH: (plain.lower(), _HASH),
        }[kind]
        if not form.fullmatch(value):
            raise MalformedData(f"it is no value of the kind {kind.value}", _WHERE, _FORMS[kind.value])
        return cls(kind, value)

    @classmethod
    def of_content(cls, content: bytes) -> Wanted:
        """Return the hash entry of a file's raw content."""
        return cls(EntryKind.HASH, hashlib.sha256(content).hexdigest())

    def hashed(self, key: bytes) -> bytes:
        """Return the keyed hash under which it is kept."""
        return keyed_hash(key, f"{self.kind.value}:{self.value}")

    def __repr__(self) -> str:
        return f"Wanted({self.kind.value}, hidden)"


@dataclass(frozen=True)
class Entry:
    """One line of a list. `mark` is the keyed hash, 32 bytes; `expires` is the last day on which it counts, or None.

    `reason` and `source` are what a person reads at a hit: they should name no one.
    """

    kind: EntryKind
    mark: bytes
    reason: str
    source: str
    added: date
    expires: date | None = None

    def counts_on(self, day: date) -> bool:
        """True up to the end of its last day."""
        return self.expires is None or day <= self.expires

    @property
    def id(self) -> str:
        """The first 16 hexadecimal digits of the mark: names the entry, and tells nothing of what it is."""
        return self.mark.hex()[:16]


def checked_text(text: str, what: str) -> str:
    """Return a reason or a source as it may be kept. Raises `MalformedData` for none, a long one, and control signs."""
    text = text.strip()
    if not text or len(text) > MAX_TEXT or not text.isprintable():
        raise MalformedData(f"the {what} is empty, longer than {MAX_TEXT} characters, or not printable", _WHERE)
    return text
