# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A watch list on a disk: one sealed file, opened with a key that lies in another place.

    watchlist.sealed    AES-256-GCM over JSON: the entries, whose values are HMAC-SHA-256 marks
    watchlist.key       the key, 32 bytes; may be kept elsewhere, such as on a medium that is taken along

Who has the sealed file alone learns nothing but its size. Who has both can test whether a number stands in it, and with
patience all twelve digits of every number: keep the key apart where the machine may be lost.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from cccd_reader.crypto.entropy import SYSTEM, Entropy
from cccd_reader.crypto.sealed import derive, seal, unseal
from cccd_reader.errors import CccdError, MalformedData
from cccd_reader.storage.files import data_folder, read_bounded, write_whole
from cccd_reader.storage.key_file import load_key, load_or_create_key
from cccd_reader.watchlist.entries import Entry, EntryKind, Wanted, checked_text

MAX_BYTES = 256 << 20
"""The longest sealed file: about a million entries."""

SEALED, KEY = "watchlist.sealed", "watchlist.key"
_CONTEXT = b"cccd-watchlist/1"
_WHERE = "watch list"


@dataclass(frozen=True, repr=False)
class WatchList:
    """The entries, by their marks, and the key that marks are made with. Hidden in `repr`."""

    marking_key: bytes
    entries: dict[bytes, Entry] = field(default_factory=dict)

    def find(self, wanted: Iterable[Wanted], day: date) -> tuple[Entry, ...]:
        """Return the entries that count on a day and look for one of these, each once."""
        found = (self.entries.get(each.hashed(self.marking_key)) for each in wanted)
        return tuple(dict.fromkeys(entry for entry in found if entry is not None and entry.counts_on(day)))

    def marked(self, wanted: Wanted, like: Entry) -> Entry:
        """Return an entry for `wanted` with the rest of `like`."""
        return replace(like, kind=wanted.kind, mark=wanted.hashed(self.marking_key))

    def with_entries(self, entries: Iterable[Entry]) -> WatchList:
        """Return the list with these added; one for the same value is replaced."""
        return replace(self, entries=self.entries | {entry.mark: entry for entry in entries})

    def without(self, marks: Iterable[bytes]) -> WatchList:
        """Return the list without these."""
        gone = set(marks)
        return replace(self, entries={mark: entry for mark, entry in self.entries.items() if mark not in gone})

    def __repr__(self) -> str:
        return f"WatchList({len(self.entries)} entries)"


@dataclass(frozen=True)
class WatchListFile:
    """Where a list and its key lie."""

    sealed: Path
    key: Path

    @classmethod
    def default(cls, key: Path | None = None) -> WatchListFile:
        """Return the user's own; `key` is the key's file where it is kept elsewhere."""
        folder = data_folder(os.environ)
        return cls(folder / SEALED, key or folder / KEY)

    @property
    def exists(self) -> bool:
        """True where a list was saved."""
        return self.sealed.is_file()

    def load(self) -> WatchList:
        """Return the list. Raises `CccdError` without the key, `MalformedData` for a file that was changed."""
        key = load_key(self.key)
        sealed = read_bounded(self.sealed, MAX_BYTES)
        if key is None or sealed is None:
            missing = self.key.name if key is None else self.sealed.name
            raise CccdError(f"{missing} is missing", "Bring the medium that holds it, or name it with --key.")
        plain = unseal(derive(key, "watchlist file"), sealed, _CONTEXT)
        return WatchList(derive(key, "watchlist marks"), {entry.mark: entry for entry in _parsed(plain)})

    def load_or_new(self, entropy: Entropy = SYSTEM) -> WatchList:
        """Return the list, an empty one where there is none yet; its key is made then."""
        if self.exists:
            return self.load()
        return WatchList(derive(load_or_create_key(self.key, entropy.octets), "watchlist marks"))

    def save(self, watch_list: WatchList, entropy: Entropy = SYSTEM) -> None:
        """Write the list, whole or not at all."""
        key = load_or_create_key(self.key, entropy.octets)
        plain = json.dumps({"entries": [_row(entry) for entry in watch_list.entries.values()]}).encode("utf-8")
        write_whole(self.sealed, seal(derive(key, "watchlist file"), plain, _CONTEXT, entropy))


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "kind": entry.kind.value,
        "mark": entry.mark.hex(),
        "reason": entry.reason,
        "source": entry.source,
        "added": entry.added.isoformat(),
        "expires": None if entry.expires is None else entry.expires.isoformat(),
    }


def _parsed(plain: bytes) -> list[Entry]:
    try:
        return [_entry(row) for row in json.loads(plain)["entries"]]
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise MalformedData("an entry does not follow its format", _WHERE) from error


def _entry(row: dict[str, Any]) -> Entry:
    mark = bytes.fromhex(row["mark"])
    if len(mark) != 32:
        raise ValueError
    expires = None if row["expires"] is None else date.fromisoformat(row["expires"])
    reason, source = checked_text(row["reason"], "reason"), checked_text(row["source"], "source")
    return Entry(EntryKind(row["kind"]), mark, reason, source, date.fromisoformat(row["added"]), expires)
