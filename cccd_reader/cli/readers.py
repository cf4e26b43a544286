# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd readers`: the readers of this machine."""

from __future__ import annotations

import click

from cccd_reader.cli.failures import want_json
from cccd_reader.cli.language import language_option, spoken
from cccd_reader.errors import NoReader
from cccd_reader.render.plain import json_text, visible

_JSON = "json"


@click.command()
@click.option("--json", "output", flag_value=_JSON, default="text", help="Print one JSON object.")
@language_option
@click.pass_context
def readers(ctx: click.Context, output: str) -> None:
    """List the readers of this machine, and say which holds a card."""
    from cccd_reader.transport.pcsc import list_readers  # noqa: PLC0415 -- pyscard only where it is used

    if output == _JSON:
        want_json(ctx)
    found = list_readers()
    if output == _JSON:
        rows = [
            {"name": r.name, "kind": r.kind.value, "has_card": r.has_card, "atr": r.atr.hex().upper()} for r in found
        ]
        click.echo(json_text({"schema": "cccd-readers/1", "readers": rows}))
    if not found:
        raise NoReader("no reader is attached", "Attach a contactless reader and check its cable and driver.")
    if output != _JSON:
        words = spoken()
        for reader in found:
            card = words.text("reader.card" if reader.has_card else "reader.no-card")
            click.echo(visible(f"{reader.name}  ({words.text(f'reader.{reader.kind.value}')}, {card})"))
