# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd readers`: the readers of this machine."""

from __future__ import annotations

import json

import click

from cccd_reader.cli.failures import want_json
from cccd_reader.errors import NoReader

_JSON = "json"


@click.command()
@click.option("--json", "output", flag_value=_JSON, default="text", help="Print one JSON object.")
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
        click.echo(json.dumps({"schema": "cccd-readers/1", "readers": rows}, ensure_ascii=False, indent=2))
    if not found:
        raise NoReader("no reader is attached", "Attach a contactless reader and check its cable and driver.")
    if output != _JSON:
        for reader in found:
            card = "card present" if reader.has_card else "no card"
            click.echo(f"{reader.name}  ({reader.kind.value}, {card})")
