# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd config`: the settings, and where each value comes from."""

from __future__ import annotations

import json

import click

from cccd_reader.cli.failures import want_json
from cccd_reader.cli.language import language_option, spoken
from cccd_reader.cli.settings import Chosen, Origin, Places, Value, resolve

SCHEMA = "cccd-config/1"
_JSON = "json"


@click.group()
def config() -> None:
    """Show the settings of this user and folder."""


@config.command()
@click.option("--json", "output", flag_value=_JSON, default="text", help="Print one JSON object.")
@language_option
@click.pass_context
def show(ctx: click.Context, output: str) -> None:
    """Show every setting, its value, and where it comes from.

    The later source wins: the file of the user, the file cccd.toml in the current folder, the variable CCCD_NAME, the
    option of a command. CCCD_CONFIG names another file of the user. The file of a folder may not set trust or policy.
    """
    if output == _JSON:
        want_json(ctx)
    places = Places.here()
    chosen = resolve(places)
    if output == _JSON:
        files = {
            "user": _state(places.user.is_file(), places.user),
            "folder": _state(places.folder.is_file(), places.folder),
        }
        found = {"schema": SCHEMA, "files": files, "settings": [_row(each) for each in chosen]}
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    words = spoken()
    for origin, path in ((Origin.USER, places.user), (Origin.FOLDER, places.folder)):
        known = words.text("config.there" if path.is_file() else "config.not-there")
        click.echo(f"{words.text(f'config.file.{origin.value}')}: {path} ({known})")
    for each in chosen:
        value = words.text("config.unset") if each.value is None else text_of(each.value)
        source = words.text(f"config.origin.{each.origin.value}", place=each.place)
        click.echo(f"{each.setting.name:12} {value}  [{source}]")


def text_of(value: Value) -> str:
    """Return a setting's value as a person writes it."""
    if isinstance(value, tuple):
        return ", ".join(value)
    return f"{value:g}" if isinstance(value, float) else value


def _state(exists: bool, path: object) -> dict[str, object]:
    return {"path": str(path), "exists": exists}


def _row(chosen: Chosen) -> dict[str, object]:
    value = list(chosen.value) if isinstance(chosen.value, tuple) else chosen.value
    origin = {"origin": chosen.origin.value, "place": chosen.place}
    return {"name": chosen.setting.name, "value": value, **origin, "variable": chosen.setting.variable}
