# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd read`: open a chip and read everything that it lets be read. Evidence only, no verdict."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from cccd_reader.apdu.channel import Lengths
from cccd_reader.cli.access import access_option, load_access
from cccd_reader.cli.cards import Source, card_options, memory, opened
from cccd_reader.cli.failures import Exit, want_json
from cccd_reader.cli.fields import JSON, fields_option_or
from cccd_reader.cli.language import language_option, spoken
from cccd_reader.cli.paths import TARGET
from cccd_reader.cli.streams import tell
from cccd_reader.cli.talk import Talk
from cccd_reader.cli.talking import Level, level, say_settings, talking_options

if TYPE_CHECKING:
    from cccd_reader.render.fields import Fields

_LENGTHS = {"auto": None, "short": Lengths.SHORT, "extended": Lengths.EXTENDED}
_TRACE = "trace"


@dataclass(frozen=True)
class Request:
    """The options of one call, as click hands them over."""

    access: BinaryIO | None
    reader: str | None
    wait: float
    simulate: str | None
    files: Path | None
    cache: str
    group: tuple[int, ...]
    lengths: str
    block: int | None
    save: Path | None
    fields: Fields | None
    output: str
    trace: str


@click.command()
@access_option
@card_options
@click.option("--group", type=click.IntRange(1, 16), multiple=True, help="Data group to read; default: all.")
@click.option("--lengths", type=click.Choice(list(_LENGTHS)), default="auto", show_default=True, help="Length fields.")
@click.option("--block", type=click.IntRange(1, 65536), help="Most bytes to ask for at once.")
@click.option("--save", type=TARGET, help="Folder to write the raw files to; it must hold none.")
@fields_option_or("none, for nothing is verified")
@click.option("--json", "output", flag_value=JSON, default="text", help="Print one JSON object.")
@click.option("--trace", flag_value=_TRACE, default="", help="Show every command on stderr, without its content.")
@talking_options
@language_option
@click.pass_context
def read(ctx: click.Context, /, **options: Any) -> None:  # noqa: ANN401 -- click's own values, typed by Request
    """Read every file that a chip lets be read, and say what it refused.

    Nothing is verified. Results go to stdout, talk to stderr. Exit codes: 0 read, 2 usage, 4 no card or aborted,
    5 access denied.
    """
    from cccd_reader.inspection.read import Patience, ReadOptions  # noqa: PLC0415 -- not for a usage error
    from cccd_reader.inspection.read import read as read_chip  # noqa: PLC0415 -- as above
    from cccd_reader.render.reading import save  # noqa: PLC0415 -- as above

    request = Request(**options)
    if request.output == JSON:
        want_json(ctx)
    say_settings(ctx)
    access = load_access(request.access)
    talk = Talk(spoken())
    chosen = ReadOptions(
        data_groups=frozenset(request.group) or None,
        lengths=_LENGTHS[request.lengths],
        block_size=request.block,
        proofs=frozenset(),
        patience=Patience(request.wait),
        capabilities=memory(request.cache),
        on_event=talk.on_event,
        observer=talk.on_exchange if request.trace or level() is Level.VERBOSE else None,
    )
    try:
        with opened(Source(request.reader, request.wait, request.simulate, request.files), talk) as card:
            reading = read_chip(card, access.keys, chosen)
    finally:
        talk.close()
    _print(reading, request, save(reading, request.save) if request.save else None)
    if any(record.problem for record in reading.files):
        _name_problems(reading)
        ctx.exit(int(Exit.ABORTED))


def _name_problems(reading: Any) -> None:  # noqa: ANN401 -- imported lazily
    from cccd_reader.render.redaction import redacted  # noqa: PLC0415 -- as above

    words = spoken()
    for record in reading.files:
        if record.problem:
            problem = f"{record.file.short}: {words.said(record.problem)}"
            tell(redacted(f"cccd: {words.text('text.not-read', problem=problem)}"))
    tell(f"      {words.text('text.lay-back')}")


def _print(reading: Any, request: Request, saved: list[str] | None) -> None:  # noqa: ANN401 -- imported lazily
    from cccd_reader.render.fields import NONE  # noqa: PLC0415 -- as above
    from cccd_reader.render.plain import json_text  # noqa: PLC0415 -- as above
    from cccd_reader.render.reading import as_json, as_lines, saved_line  # noqa: PLC0415 -- as above

    fields = request.fields or NONE
    if request.output == JSON:
        click.echo(json_text(as_json(reading, fields) | ({} if saved is None else {"saved": saved})))
        return
    words = spoken()
    for line in as_lines(reading, words, fields):
        click.echo(line)
    if saved is not None:
        click.echo(saved_line(saved, words))
