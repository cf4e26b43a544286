# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The user's memory of readers and chips: `capabilities.json` in the cache folder, `cccd-capabilities/1`.

    entries   key: a hash over model of reader and answer to reset; reader: its model, for people; day of learning;
              lengths: short or extended; block: bytes or null; identifiers: whether short file identifiers work

It may be removed at any time, and anything in it that does not follow the format counts as not there. Nothing in it is
personal. The answer to reset stands in a hash all the same: the one of a travel document holds no number of the chip,
but cards of other kinds may be laid on the reader too.

An entry counts for `DAYS`: one that was learned from a card that moved makes nothing slow for good. The file is written
whole; of two processes that learn at once the later wins, and what the other has learned is learned again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from cccd_reader.apdu.capability import Known, Pair
from cccd_reader.apdu.channel import Lengths
from cccd_reader.apdu.command import EXTENDED_LE
from cccd_reader.capabilities.shipped import shipped
from cccd_reader.errors import CccdError
from cccd_reader.storage.files import cache_folder, read_bounded, write_whole

FORMAT = "cccd-capabilities/1"
NAME = "capabilities.json"
DAYS = 14
MAX_ENTRIES = 100
"""The oldest ones make room for new ones."""
MAX_BYTES = 1 << 16
_MAX_MODEL = 64

Row = dict[str, Any]


def _today() -> date:
    return datetime.now(UTC).date()


@dataclass
class CapabilityFile:
    """The user's memory, as `Capabilities`; read at each lookup, so that what another process learned counts too.

    `problem` is why the last change could not be kept, None where it was.
    """

    path: Path
    today: Callable[[], date] = _today
    problem: CccdError | None = None

    @classmethod
    def default(cls) -> CapabilityFile:
        """Return that of this user."""
        return cls(cache_folder(os.environ) / NAME)

    def find(self, pair: Pair) -> Known | None:
        """Return what was learned of a pair, else what is known of its reader beforehand."""
        row = self._rows().get(_key(pair))
        return shipped(pair) if row is None else _known(row)

    def learn(self, pair: Pair, known: Known) -> None:
        """Remember what worked from today on."""
        rows = self._rows()
        rows.pop(_key(pair), None)
        rows[_key(pair)] = {
            "reader": pair.model[:_MAX_MODEL],
            "day": self.today().isoformat(),
            "lengths": known.lengths.name.lower(),
            "block": known.block_size,
            "identifiers": known.short_identifiers,
        }
        self._write(rows)

    def forget(self, pair: Pair) -> None:
        """Drop what was learned of a pair; what is shipped stays, until something is learned in its place."""
        rows = self._rows()
        if rows.pop(_key(pair), None) is not None:
            self._write(rows)

    def _rows(self) -> dict[str, Row]:
        """Return the entries that count today, by their keys, in the order of the file."""
        try:
            raw = read_bounded(self.path, MAX_BYTES)
            entries = json.loads(raw)["entries"] if raw else []
            found = {str(row["key"]): row for row in entries if self._counts(row)}
        except (CccdError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
            return {}  # a memory that cannot be read is an empty one
        return found

    def _counts(self, row: Row) -> bool:
        """True for an entry of the last days; raises for one that does not follow the format."""
        _known(row)
        return timedelta(0) <= self.today() - date.fromisoformat(row["day"]) <= timedelta(days=DAYS)

    def _write(self, rows: dict[str, Row]) -> None:
        entries = [{**row, "key": key} for key, row in rows.items()][-MAX_ENTRIES:]
        text = json.dumps({"format": FORMAT, "entries": entries}, indent=1)
        try:
            write_whole(self.path, text.encode("utf-8"))
        except CccdError as error:
            self.problem = error
        else:
            self.problem = None


def _key(pair: Pair) -> str:
    text = f"{pair.model}\n{pair.atr.hex()}"
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]


def _known(row: Row) -> Known:
    """Return an entry as a value; raises `ValueError` or `LookupError` where it does not follow the format."""
    block, identifiers = row["block"], row["identifiers"]
    if not (block is None or (type(block) is int and 1 <= block <= EXTENDED_LE)) or type(identifiers) is not bool:
        raise ValueError("no such entry")
    return Known(Lengths[str(row["lengths"]).upper()], block, identifiers)
