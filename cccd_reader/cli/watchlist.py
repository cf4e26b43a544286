# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd watchlist`: what a station looks for. Values come from a file, the standard input or a hidden prompt."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import click

from cccd_reader.cli.failures import want_json
from cccd_reader.cli.language import language_option, spoken
from cccd_reader.errors import MalformedData
from cccd_reader.render.plain import json_text
from cccd_reader.watchlist.csv_file import MAX_BYTES, Refused, day, entries_of
from cccd_reader.watchlist.entries import Entry, EntryKind, Wanted, checked_text
from cccd_reader.watchlist.store import WatchListFile

SCHEMA = "cccd-watchlist/1"
_JSON = "json"
_KINDS = [kind.value for kind in EntryKind]
_LONGEST_VALUE = 1024
_Command = TypeVar("_Command", bound=Callable[..., Any])


def _options(command: _Command) -> _Command:
    for option in (
        language_option,
        click.option("--key", type=click.Path(path_type=Path), help="File of the key, where it is kept elsewhere."),
    ):
        command = option(command)
    return command


def _json_option(command: _Command) -> _Command:
    return click.option("--json", "output", flag_value=_JSON, default="text", help="Print one JSON object.")(command)


@click.group()
def watchlist() -> None:
    """Keep the numbers, documents and files that are looked for.

    They stand in the list as keyed hashes: it can be asked, and not be read. A hit is the check state.watchlist of a
    report. Reasons and sources are shown at a hit: let them name no one.
    """


@watchlist.command()
@click.argument("value", type=click.File("rb"), required=False)
@click.option("--kind", type=click.Choice(_KINDS), default="number", show_default=True, help="What VALUE is.")
@click.option("--reason", required=True, help="What to do at a hit, and why.")
@click.option("--source", required=True, help="Who asks for it.")
@click.option("--expires", default="", metavar="DAY", help="Last day on which it counts, such as 2027-01-31.")
@_options
def add(value: BinaryIO | None, kind: str, key: Path | None, **texts: str) -> None:
    """Add an entry. VALUE is a file that holds it (- is the standard input); without it, a hidden prompt asks."""
    file = WatchListFile.default(key)
    watch_list = file.load_or_new()
    reason, source = checked_text(texts["reason"], "reason"), checked_text(texts["source"], "source")
    like = Entry(EntryKind(kind), b"", reason, source, _today(), day(texts["expires"]))
    entry = watch_list.marked(Wanted.parse(EntryKind(kind), _value(value)), like)
    file.save(watch_list.with_entries([entry]))
    click.echo(spoken().text("watchlist.added", id=entry.id))


@watchlist.command()
@click.argument("ids", nargs=-1)
@click.option("--value", type=click.File("rb"), help="File that holds the value (- is the standard input).")
@click.option("--kind", type=click.Choice(_KINDS), default="number", show_default=True, help="What the value is.")
@click.option("--expired", is_flag=True, help="Remove every entry that no longer counts.")
@_options
def remove(ids: tuple[str, ...], value: BinaryIO | None, kind: str, key: Path | None, *, expired: bool) -> None:
    """Remove entries: by their ids, by a value, or those that have expired. It is an error if there is none."""
    file = WatchListFile.default(key)
    watch_list = file.load()
    marks = {mark for mark, entry in watch_list.entries.items() if entry.id in ids}
    if value is not None:
        marks.add(Wanted.parse(EntryKind(kind), _value(value)).hashed(watch_list.marking_key))
    if expired:
        marks |= {mark for mark, entry in watch_list.entries.items() if not entry.counts_on(_today())}
    found = marks & set(watch_list.entries)
    if not found:
        raise MalformedData("no entry is meant by that", "watch list", "See the ids with: cccd watchlist list")
    file.save(watch_list.without(found))
    click.echo(spoken().text("watchlist.removed", count=len(found)))


@watchlist.command("import")
@click.argument("table", type=click.File("rb"))
@_options
@click.pass_context
def import_table(ctx: click.Context, table: BinaryIO, key: Path | None) -> None:
    """Import a CSV file with the columns kind, value, reason, source, expires (the first line names them).

    Lines that are not understood are named and left out; the exit code is 1 then.
    """
    file = WatchListFile.default(key)
    watch_list, words = file.load_or_new(), spoken()
    found = list(entries_of(table.read(MAX_BYTES + 1), watch_list, _today()))
    refused = [each for each in found if isinstance(each, Refused)]
    entries = [each for each in found if isinstance(each, Entry)]
    file.save(watch_list.with_entries(entries))
    for each in refused:
        message, hint = words.error(each.error)
        click.echo(words.text("watchlist.line", line=each.line, message=f"{message}. {hint}".rstrip(". ")), err=True)
    click.echo(words.text("watchlist.imported", count=len(entries), refused=len(refused)))
    ctx.exit(1 if refused else 0)


@watchlist.command("list")
@_json_option
@_options
@click.pass_context
def list_entries(ctx: click.Context, output: str, key: Path | None) -> None:
    """List the entries: id, kind, reason, source, days. The values cannot be told by anyone."""
    if output == _JSON:
        want_json(ctx)
    file = WatchListFile.default(key)
    entries = tuple(file.load().entries.values()) if file.exists else ()
    if output == _JSON:
        click.echo(json_text({"schema": SCHEMA, "entries": [_row(entry) for entry in entries]}))
        return
    words = spoken()
    for entry in entries:
        row = _row(entry)
        days = f"{row['added']} - {row['expires'] or '':10}"
        click.echo(f"{row['id']}  {row['kind']:8}  {days}  {entry.reason}  [{entry.source}]")
    expired = sum(not entry.counts_on(_today()) for entry in entries)
    click.echo(
        words.text("watchlist.count", count=len(entries), expired=expired) if entries else words.text("watchlist.none")
    )


def _row(entry: Entry) -> dict[str, str | None]:
    expires = None if entry.expires is None else entry.expires.isoformat()
    about = {"reason": entry.reason, "source": entry.source}
    return {"id": entry.id, "kind": entry.kind.value, "added": entry.added.isoformat(), "expires": expires, **about}


def _value(source: BinaryIO | None) -> str:
    if source is not None:
        return source.read(_LONGEST_VALUE).decode("utf-8", "replace")
    if not sys.stdin.isatty():
        raise click.UsageError("Give the value as a file, or - for the standard input.")
    typed: str = click.prompt(spoken().text("watchlist.prompt"), hide_input=True, err=True)
    return typed


def _today() -> date:
    return datetime.now(UTC).date()
