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
from cccd_reader.cli.language import language_option, spoken
from cccd_reader.cli.paths import TARGET
from cccd_reader.cli.simulate_scanner import run_scanner
from cccd_reader.cli.simulate_text import print_text
from cccd_reader.cli.streams import tell
from cccd_reader.errors import ServiceUnavailable, Unsupported

if TYPE_CHECKING:
    from cccd_simulators.persona import PoweredCard
    from cccd_simulators.vpcd import Chip

_JSON = "json"
_RATES = ("106", "212", "424", "848")
_VPCD, _PN532 = "vpcd", "pn532"
_FILES_TITLE = "document of the raw files in a folder, opened by the MRZ of its own DG1 (needs --files)"


@click.group()
def simulate() -> None:
    """Work with chips in software: invented holders, invented issuer, real protocols."""


simulate.add_command(print_text)
simulate.add_command(run_scanner)


@simulate.command("list")
@click.option("--json", "output", flag_value=_JSON, default="text", help="Print one JSON object.")
@language_option
@click.pass_context
def list_personas(ctx: click.Context, output: str) -> None:
    """List the personas, and the faults that any of them can be given: PERSONA:FAULT.

    Where a fault counts commands or answers, it takes any other number too: cccd:6f00-at-command-7.
    """
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
    words = spoken()
    for row in rows:
        click.echo(f"{row['name']:34} {words.title('persona', row['name'], row['title'])}")
    for row in faults:
        kind = words.text(f"fault-kind.{row['kind']}")
        click.echo(f":{row['name']:33} {kind}: {words.title('fault', row['name'], row['title'])}")


@simulate.command("trust")
@click.argument("folder", type=TARGET)
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
@click.option("--link", type=click.Choice(_RATES), help="Answer as slowly as a radio link of so many kbit/s.")
@click.option("--on", "place", type=click.Choice((_VPCD, _PN532)), default=_VPCD, show_default=True, help="Reader.")
@language_option
def serve(persona: str, files: Path | None, port: int | None, link: str | None, place: str) -> None:
    """Lay a chip into the virtual reader (vpcd) of the running PC/SC service, until interrupted.

    With --on pn532 it lies on a simulated PN532, whose serial port is printed: --reader serial:PORT opens it.
    The holder of every persona but `files` is invented: `cccd simulate text` prints what opens it.
    """
    from cccd_simulators import vpcd  # noqa: PLC0415 -- the simulator only where it is asked for
    from cccd_simulators.by_name import persona_of  # noqa: PLC0415 -- as above
    from cccd_simulators.chip import power_up  # noqa: PLC0415 -- as above

    try:
        chip = linked(power_up(persona_of(persona, files)), link)
    except Unsupported as error:
        message, hint = spoken().error(error)
        raise click.UsageError(f"{message}. {hint}") from error
    if place == _PN532:
        from cccd_reader.cli.simulate_pn532 import serve_on_pn532  # noqa: PLC0415 -- as above

        serve_on_pn532(chip, persona)
        return
    try:
        _serve(chip, persona, port or vpcd.DEFAULT_PORT)
    except ServiceUnavailable:
        if port:
            raise
        _serve(chip, persona, vpcd.DEFAULT_PORT + 1)


def linked(chip: PoweredCard, rate: str | None) -> PoweredCard:
    """Return the chip, behind a radio link of this rate where one is given."""
    if rate is None:
        return chip
    from cccd_simulators.link import Link, LinkedCard  # noqa: PLC0415 -- as above

    return LinkedCard(chip, Link(int(rate)))


def _serve(chip: Chip, name: str, port: int) -> None:
    from cccd_simulators import vpcd  # noqa: PLC0415 -- as above

    try:
        vpcd.serve(chip, port=port, on_insert=partial(_announce, name, port))
    except KeyboardInterrupt:
        tell(spoken().text("simulate.out"))


def _announce(persona: str, port: int) -> None:
    tell(spoken().text("simulate.lies", name=repr(persona), port=port))
