# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd photo-cache`: what is kept of photos, and how to have it gone."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from cccd_reader.cli.failures import want_json
from cccd_reader.cli.language import language_option, spoken
from cccd_reader.photo_cache.store import clear, default_folder, default_key, kept_photos
from cccd_reader.render.plain import json_text

SCHEMA = "cccd-photo-cache/1"
_JSON = "json"


@click.group("photo-cache")
def photo_cache() -> None:
    """Look after the photos that are kept where --photo-cache asks for it.

    A photo is biometric data: keeping it needs a legal ground, such as the holder's consent.
    """


@photo_cache.command()
@click.option("--json", "output", flag_value=_JSON, default="text", help="Print one JSON object.")
@language_option
@click.pass_context
def status(ctx: click.Context, output: str) -> None:
    """Tell how many photos are kept, how long they are together, and from which day the oldest is."""
    if output == _JSON:
        want_json(ctx)
    found = kept_photos(default_folder())
    oldest = min((each.second for each in found), default=None)
    day = None if oldest is None else datetime.fromtimestamp(oldest, UTC).date().isoformat()
    size = sum(each.size for each in found)
    if output == _JSON:
        click.echo(json_text({"schema": SCHEMA, "photos": len(found), "bytes": size, "oldest": day}))
        return
    words = spoken()
    if day is None:
        click.echo(words.text("photo-cache.none"))
        return
    since = words.value("date_kept", day)
    click.echo(words.text("photo-cache.status", count=len(found), size=f"{size:,}", day=since))


@photo_cache.command("clear")
@language_option
def clear_photos() -> None:
    """Remove every kept photo, and the key without which none can be opened."""
    count = clear(default_folder(), default_key())
    click.echo(spoken().text("photo-cache.cleared", count=count))
