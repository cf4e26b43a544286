# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd doctor`: what is wrong with this machine's set-up, and the line that cures it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cccd_reader.cli.failures import Exit, want_json
from cccd_reader.cli.language import language_option, spoken
from cccd_reader.cli.settings import SETTINGS, Places, resolve
from cccd_reader.errors import CccdError

if TYPE_CHECKING:
    from cccd_reader.doctor.surroundings import Settings

_JSON = "json"
_PATH = click.Path(path_type=Path)


@click.command()
@click.option("--reader", metavar="NAME", help="Reader that is to be used, or serial:PORT[@BAUD] for a PN532.")
@click.option("--scanner", metavar="WHERE", help="Scanner that is to be used: serial, serial:PORT@RATE, or keyboard.")
@click.option("--trust", type=_PATH, multiple=True, help="Store, folder, certificate or master list to trust.")
@click.option("--save-to", type=_PATH, help="Folder that the counter saves to.")
@click.option("--watchlist-key", type=_PATH, help="File of the watch list's key, where it is elsewhere.")
@click.option("--json", "output", flag_value=_JSON, default="text", help="Print one JSON object (cccd-doctor/1).")
@language_option
@click.pass_context
def doctor(ctx: click.Context, /, output: str, **options: Any) -> None:  # noqa: ANN401 -- click's own values
    """Say what is wrong with this machine's set-up, and the line that cures it.

    Looks at the PC/SC service, rights, drivers, readers, serial ports, settings, the trust store, the watch list, files
    and folders, clock, terminal and software. The options default to the settings. A card on the reader is powered up,
    and asked nothing. What is listed first comes first: one fault often hides others.

    Exit codes: 0 all good, or warnings only; 1 something is broken.
    """
    from cccd_reader.doctor.diagnose import diagnose, worst  # noqa: PLC0415 -- not for a usage error
    from cccd_reader.doctor.findings import State  # noqa: PLC0415 -- as above
    from cccd_reader.doctor.gather import Wishes, gather  # noqa: PLC0415 -- as above
    from cccd_reader.render import doctor as render  # noqa: PLC0415 -- as above
    from cccd_reader.render.plain import json_text  # noqa: PLC0415 -- as above

    if output == _JSON:
        want_json(ctx)
    places = Places.here()
    about = gather(Wishes(_settings(places), (places.user,), **options), datetime.now(UTC))
    findings = diagnose(about)
    if output == _JSON:
        text = json_text(render.as_json(findings, about.machine))
    else:
        text = "\n".join(render.as_lines(findings, spoken()))
    click.echo(_printable(text, about.terminal.encoding))
    ctx.exit(int(Exit.REJECTED if worst(findings) is State.BROKEN else Exit.DONE))


def _printable(text: str, encoding: str) -> str:
    """Return what the terminal can print: that it cannot print Vietnamese is one of the things to be said."""
    return text.encode(encoding, "replace").decode(encoding)


def _settings(places: Places) -> Settings:
    """Return which files hold settings, and what is wrong with them."""
    from cccd_reader.doctor.shown import shown  # noqa: PLC0415 -- not for a usage error
    from cccd_reader.doctor.surroundings import Settings  # noqa: PLC0415 -- as above

    there = [path for path in (places.user, places.folder) if path.is_file()]
    files = tuple(shown(path) for path in there)
    try:
        resolve(places)
    except CccdError as error:
        where = str(getattr(error, "where", ""))
        variable = next((each.variable for each in SETTINGS if each.variable == where), "")
        wrong = sorted(there, key=lambda path: path.name not in where)
        return Settings(tuple(shown(path) for path in wrong), str(error), variable)
    return Settings(files)
