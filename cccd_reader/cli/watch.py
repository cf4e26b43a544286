# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd watch`: a counter, one customer after the other. As a full-screen view, or as JSON lines for a program."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cccd_reader.cli.cards import card_options
from cccd_reader.cli.check import trust_of
from cccd_reader.cli.failures import want_json
from cccd_reader.cli.fields import fields_option
from cccd_reader.cli.language import language_option, spoken
from cccd_reader.cli.times import moment
from cccd_reader.cli.verify import policy_of
from cccd_reader.cli.watched import Watched, watch_list_options
from cccd_reader.counter.loop import Judge, Times
from cccd_reader.counter.station import PcscStation, Station
from cccd_reader.errors import MalformedData, Unsupported
from cccd_reader.render.fields import COUNTER, Fields
from cccd_reader.scanners.places import SerialPlace, parse_place

if TYPE_CHECKING:
    from cccd_reader.inspection.reading import Reading
    from cccd_reader.inspection.report import Report
    from cccd_reader.vietnam.crosscheck import Given

CLEAR_AFTER = 60.0
_JSON = "json"
_PATH = click.Path(exists=True, path_type=Path)


@dataclass(frozen=True)
class Desk:
    """What a counter works with, whatever shows it."""

    station: Station
    judge: Judge
    times: Times
    fields: Fields
    scanner: SerialPlace | None
    save_to: Path | None


@click.command()
@card_options
@click.option("--scanner", metavar="WHERE", help="serial, serial:PORT@RATE, or keyboard; the keyboard always works.")
@click.option("--trust", type=_PATH, multiple=True, help="Store, folder, certificate or master list to trust.")
@click.option("--policy", default="default", show_default=True, help="default, strict, files-only, or a TOML file.")
@click.option("--at", help="Time to judge at, such as 2026-05-28; default: that of each customer.")
@click.option(
    "--clear-after",
    type=click.FloatRange(1),
    default=CLEAR_AFTER,
    show_default=True,
    help="Seconds after which nothing of a customer is shown any more.",
)
@click.option(
    "--save-to", type=click.Path(file_okay=False, path_type=Path), help="Folder for saved evidence and pages."
)
@fields_option
@watch_list_options
@click.option("--json", "output", flag_value=_JSON, default="screen", help="Print one JSON object a line; see below.")
@language_option
@click.pass_context
def watch(ctx: click.Context, /, output: str, **options: Any) -> None:  # noqa: ANN401 -- click's own values
    """Serve a counter: wait for a number, QR line or MRZ, then for the card, show the verdict, and begin anew.

    With --json the events are objects of the schema cccd-event/1, one a line, and the commands come from the standard
    input, one object a line: {"command": "start", "access": "..."}, {"command": "cancel"}, {"command": "quit"}.

    --simulate takes several names, separated by commas: one a customer. Exit code: 0.
    """
    if output == _JSON:
        want_json(ctx)
    desk = _desk(options)
    if output == _JSON:
        from cccd_reader.cli.watch_json import serve  # noqa: PLC0415 -- one of the two

        serve(desk, sys.stdin.buffer)
        return
    from cccd_reader.cli.watch_screen import serve as serve_screen  # noqa: PLC0415 -- as above

    serve_screen(desk)


def _desk(options: dict[str, Any]) -> Desk:
    return Desk(
        station=_station(options),
        judge=_judge(options),
        times=Times(clear=options["clear_after"], card=max(options["wait"], options["clear_after"])),
        fields=COUNTER if options["fields"] is None else options["fields"],
        scanner=_scanner(options["scanner"]),
        save_to=options["save_to"],
    )


def _scanner(where: str | None) -> SerialPlace | None:
    try:
        place = None if where is None else parse_place(where)
    except MalformedData as error:
        message, hint = spoken().error(error)
        raise click.UsageError(f"{message}. {hint}") from error
    return place if isinstance(place, SerialPlace) else None


def _station(options: dict[str, Any]) -> Station:
    if options["simulate"] is None:
        return PcscStation(options["reader"])
    from cccd_simulators.station import SimulatedStation  # noqa: PLC0415 -- the simulator only where it is asked for

    try:
        return SimulatedStation(options["simulate"].split(","), options["files"])
    except Unsupported as error:
        raise click.UsageError(f"{error}. {error.hint}") from error


def _judge(options: dict[str, Any]) -> Judge:
    from cccd_reader.inspection.verify import verify  # noqa: PLC0415 -- not for a usage error

    policy, trust = policy_of(options["policy"]), trust_of(options["trust"])
    fixed = moment(options["at"]) if options["at"] else None
    watched = Watched(options["watchlist"], options["watchlist_key"])

    def judge(reading: Reading, given: Given | None) -> Report:
        return watched.asked(verify(reading, trust, policy, fixed or datetime.now(UTC), given))

    return judge
