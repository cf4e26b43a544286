# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd simulate text`: what a counter would type or scan from a simulated card. Its holder is invented."""

from __future__ import annotations

import json

import click

from cccd_reader.cli.failures import want_json
from cccd_reader.cli.language import spoken
from cccd_reader.errors import Unsupported

_FORMS = ("number", "qr", "mrz")
_JSON = "json"


@click.command("text")
@click.argument("persona")
@click.option("--form", type=click.Choice(_FORMS), help="Print this one alone, fit for --access.")
@click.option("--json", "output", flag_value=_JSON, default="text", help="Print one JSON object.")
@click.pass_context
def print_text(ctx: click.Context, persona: str, form: str | None, output: str) -> None:
    """Print the number, the QR line and the MRZ lines of a simulated card, in UTF-8.

    A fault in the name (PERSONA:FAULT) changes nothing: they are those printed on the card.
    """
    found = _texts(persona.partition(":")[0])
    wanted = {name: text for name, text in found.items() if form in (None, name)}
    if output == _JSON:
        want_json(ctx)
        click.echo(json.dumps({"schema": "cccd-simulate-text/1", **wanted}, ensure_ascii=False, indent=2))
        return
    # Bytes, because the locale's encoding may lack the letters of Vietnamese names, and a file is to be UTF-8.
    click.echo("\n\n".join(wanted.values()).encode("utf-8"))


def _texts(name: str) -> dict[str, str]:
    from cccd_simulators.personas import entry_of  # noqa: PLC0415 -- the simulator only where it is asked for

    try:
        holder = entry_of(name).holder
    except Unsupported as error:
        message, hint = spoken().error(error)
        raise click.UsageError(f"{message}. {hint}".strip()) from error
    return {"number": holder.number, "qr": holder.qr.text, "mrz": "\n".join(holder.mrz.lines)}
