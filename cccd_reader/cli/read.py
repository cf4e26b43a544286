# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd read`: open a chip and read everything that it lets be read. Evidence only, no verdict."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import click

from cccd_reader.apdu.channel import Card, Lengths
from cccd_reader.cli.access import access_option, load_access
from cccd_reader.cli.failures import Exit, want_json
from cccd_reader.cli.talk import Talk
from cccd_reader.errors import Unsupported

DEFAULT_WAIT = 10.0
_LENGTHS = {"auto": None, "short": Lengths.SHORT, "extended": Lengths.EXTENDED}
_JSON, _TRACE = "json", "trace"


@dataclass(frozen=True)
class Request:
    """The options of one call, as click hands them over."""

    access: BinaryIO | None
    reader: str | None
    wait: float
    simulate: str | None
    files: Path | None
    group: tuple[int, ...]
    lengths: str
    block: int | None
    save: Path | None
    output: str
    trace: str


@click.command()
@access_option
@click.option("--reader", metavar="NAME", help="Reader to use, or a part of its name; default: the one with a card.")
@click.option("--wait", type=click.FloatRange(0), default=DEFAULT_WAIT, show_default=True, help="Seconds to wait.")
@click.option("--simulate", metavar="PERSONA", help="Read a chip in software instead; see: cccd simulate list.")
@click.option("--files", type=click.Path(path_type=Path), help="Folder of raw files for the persona `files`.")
@click.option("--group", type=click.IntRange(1, 16), multiple=True, help="Data group to read; default: all.")
@click.option("--lengths", type=click.Choice(list(_LENGTHS)), default="auto", show_default=True, help="Length fields.")
@click.option("--block", type=click.IntRange(1, 65536), help="Most bytes to ask for at once.")
@click.option("--save", type=click.Path(path_type=Path), help="Folder to write the raw files to; it must hold none.")
@click.option("--json", "output", flag_value=_JSON, default="text", help="Print one JSON object.")
@click.option("--trace", flag_value=_TRACE, default="", help="Show every command on stderr, without its content.")
@click.pass_context
def read(ctx: click.Context, /, **options: Any) -> None:  # noqa: ANN401 -- click's own values, typed by Request
    """Read every file that a chip lets be read, and say what it refused.

    Nothing is verified. Results go to stdout, talk to stderr. Exit codes: 0 read, 2 usage, 4 no card or aborted,
    5 access denied.
    """
    from cccd_reader.inspection.read import ReadOptions  # noqa: PLC0415 -- not for a usage error
    from cccd_reader.inspection.read import read as read_chip  # noqa: PLC0415 -- as above
    from cccd_reader.render.reading import save  # noqa: PLC0415 -- as above

    request = Request(**options)
    if request.output == _JSON:
        want_json(ctx)
    access = load_access(request.access)
    talk = Talk()
    chosen = ReadOptions(
        data_groups=frozenset(request.group) or None,
        lengths=_LENGTHS[request.lengths],
        block_size=request.block,
        on_event=talk.on_event,
        observer=talk.on_exchange if request.trace else None,
    )
    try:
        with opened(request, talk) as card:
            reading = read_chip(card, access.keys, chosen)
    finally:
        talk.close()
    saved = save(reading, request.save) if request.save else None
    _print(reading, request, saved)
    problems = [f"{record.file.short}: {record.problem}" for record in reading.files if record.problem]
    for problem in problems:
        click.echo(f"cccd: not read: {problem}", err=True)
    if problems:
        click.echo("      Take the card off, lay it back and try again.", err=True)
        ctx.exit(int(Exit.ABORTED))


@contextmanager
def opened(request: Request, talk: Talk) -> Iterator[Card]:
    """Open the reader's card, or power up a chip in software."""
    if request.simulate is not None:
        yield simulated(request.simulate, request.files)
        return
    from cccd_reader.transport.pcsc import open_card  # noqa: PLC0415 -- pyscard only where it is used

    with open_card(request.reader, timeout=request.wait, on_wait=talk.on_wait) as card:
        yield card


def simulated(name: str, folder: Path | None) -> Card:
    """Return a chip in software. An unknown persona is a usage error."""
    from cccd_simulators.chip import VirtualChip  # noqa: PLC0415 -- the simulator only where it is asked for
    from cccd_simulators.personas import build  # noqa: PLC0415 -- as above

    try:
        return VirtualChip(build(name, folder))
    except Unsupported as error:
        raise click.UsageError(f"{error}. {error.hint}") from error


def _print(reading: Any, request: Request, saved: list[str] | None) -> None:  # noqa: ANN401 -- imported lazily
    from cccd_reader.render.reading import as_json, as_lines  # noqa: PLC0415 -- as above

    if request.output == _JSON:
        result = as_json(reading) | ({} if saved is None else {"saved": saved})
        click.echo(json.dumps(result, ensure_ascii=False, indent=2))
        return
    for line in as_lines(reading):
        click.echo(line)
    if saved is not None:
        click.echo(f"Saved       {len(saved)} files")
