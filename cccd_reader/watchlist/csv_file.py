# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Watch list entries from a CSV file (RFC 4180) with the columns kind, value, reason, source, expires, named first."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cccd_reader.errors import MalformedData
from cccd_reader.watchlist.entries import Entry, EntryKind, Wanted, checked_text
from cccd_reader.watchlist.store import WatchList

MAX_BYTES, MAX_LINES = 64 << 20, 1_000_000
_WHERE = "watch list file"
_HINT = "The columns are: kind, value, reason, source, expires; the first line names them."


@dataclass(frozen=True)
class Refused:
    """A line that was not taken; `error` does not repeat what stands in it."""

    line: int
    error: MalformedData


def entries_of(raw: bytes, watch_list: WatchList, added: date) -> Iterator[Entry | Refused]:
    """Return the entry of each line, or why there is none. UTF-8, with or without a byte order mark.

    Raises `MalformedData` for a file that is no such table at all.
    """
    if len(raw) > MAX_BYTES:
        raise MalformedData(f"longer than {MAX_BYTES} bytes", _WHERE)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedData("it is not UTF-8", _WHERE, _HINT) from error
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        if not set(reader.fieldnames or ()) >= {"kind", "value", "reason", "source"}:
            raise MalformedData("a column is missing", _WHERE, _HINT)
        for count, row in enumerate(reader):
            if count >= MAX_LINES:
                raise MalformedData(f"more than {MAX_LINES} lines", _WHERE)
            yield _entry(row, reader.line_num, watch_list, added)
    except csv.Error as error:
        raise MalformedData("it is no CSV", _WHERE, _HINT) from error


def _entry(row: dict[str, str | None], line: int, watch_list: WatchList, added: date) -> Entry | Refused:
    try:
        kind = (row.get("kind") or "").strip()
        if kind not in tuple(EntryKind):
            raise MalformedData("the kind is none of number, document, hash", _WHERE, _HINT)
        wanted = Wanted.parse(EntryKind(kind), row.get("value") or "")
        reason, source = (
            checked_text(row.get("reason") or "", "reason"),
            checked_text(row.get("source") or "", "source"),
        )
        like = Entry(wanted.kind, b"", reason, source, added, day(row.get("expires") or ""))
    except MalformedData as error:
        return Refused(line, error)
    return watch_list.marked(wanted, like)


def day(text: str) -> date | None:
    """Parse a last day, YYYY-MM-DD; nothing is none. Raises `MalformedData`."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise MalformedData("a day such as 2027-01-31 is expected", _WHERE) from error
