# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd simulate`: chips in software, listed, or laid into the virtual reader of a running PC/SC service."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cccd_reader.cli.failures import want_json
from cccd_reader.errors import ServiceUnavailable, Unsupported

if TYPE_CHECKING:
    from cccd_simulators.vpcd import Chip

_JSON = "json"
_FILES_TITLE = "document of the raw files in a folder, opened by the MRZ of its own DG1 (needs --files)"


@click.group()
def simulate() -> None:
    """Work with chips in software: invented holders, invented issuer, real protocols."""


@simulate.command("list")
@click.option("--json", "output", flag_value=_JSON, default="text", help="Print one JSON object.")
@click.pass_context
def list_personas(ctx: click.Context, output: str) -> None:
    """List the personas, and the faults that any of them can be given: PERSONA:FAULT."""
    from cccd_simulators.faults import FAULTS  # noqa: PLC0415 -- the simulator only where it is asked for
    from cccd_simulators.personas import ENTRIES  # noqa: PLC0415 -- as above

    rows = [{"name": entry.name, "title": entry.title} for entry in ENTRIES]
    rows.append({"name": "files", "title": _FILES_TITLE})
    faults = [{"name": fault.name, "kind": fault.kind.value, "title": fault.title} for fault in FAULTS]
    if output == _JSON:
        want_json(ctx)
        found = {"schema": "cccd-simulate/1", "personas": rows, "faults": faults}
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(f"{row['name']:34} {row['title']}")
    for row in faults:
        click.echo(f":{row['name']:33} {row['kind']}: {row['title']}")


@simulate.command("trust")
@click.argument("folder", type=click.Path(path_type=Path))
def write_trust(folder: Path) -> None:
    """Write the simulated country's CSCA certificate and revocation list into FOLDER.

    They are for demonstrations and tests: whoever trusts them trusts every simulated card.
    """
    from cccd_simulators.issuer import write_trust as write  # noqa: PLC0415 -- as above

    for path in write(folder):
        click.echo(str(path))


@simulate.command()
@click.argument("persona")
@click.option("--files", type=click.Path(path_type=Path), help="Folder of raw files for the persona `files`.")
@click.option("--port", type=click.IntRange(1, 65535), help="TCP port of the virtual reader; default: 35963, 35964.")
def serve(persona: str, files: Path | None, port: int | None) -> None:
    """Lay a chip into the virtual reader (vpcd) of the running PC/SC service, until interrupted.

    The holder of every persona but `files` is invented: the number 001090000000 opens it.
    """
    from cccd_simulators import vpcd  # noqa: PLC0415 -- the simulator only where it is asked for
    from cccd_simulators.by_name import persona_of  # noqa: PLC0415 -- as above
    from cccd_simulators.chip import power_up  # noqa: PLC0415 -- as above

    try:
        chip = power_up(persona_of(persona, files))
    except Unsupported as error:
        raise click.UsageError(f"{error}. {error.hint}") from error
    try:
        _serve(chip, persona, port or vpcd.DEFAULT_PORT)
    except ServiceUnavailable:
        if port:
            raise
        _serve(chip, persona, vpcd.DEFAULT_PORT + 1)


def _serve(chip: Chip, name: str, port: int) -> None:
    from cccd_simulators import vpcd  # noqa: PLC0415 -- as above

    try:
        vpcd.serve(chip, port=port, on_insert=partial(_announce, name, port))
    except KeyboardInterrupt:
        click.echo("The chip was taken out.", err=True)


def _announce(persona: str, port: int) -> None:
    click.echo(f"The chip {persona!r} lies in the virtual reader on port {port}. Ctrl-C takes it out.", err=True)
