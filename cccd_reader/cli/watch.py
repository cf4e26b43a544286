# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd watch`: a counter, one customer after the other. As a full-screen view, or as JSON lines for a program."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from cccd_reader.cli.cards import card_options, memory
from cccd_reader.cli.check import trust_of
from cccd_reader.cli.failures import want_json_lines
from cccd_reader.cli.fields import fields_option
from cccd_reader.cli.language import language_option, spoken
from cccd_reader.cli.paths import TARGET_FOLDER
from cccd_reader.cli.photos import Photos, photo_cache_option
from cccd_reader.cli.times import moment
from cccd_reader.cli.verify import policy_of
from cccd_reader.cli.watched import Watched, watch_list_options
from cccd_reader.counter.loop import Judge, Times
from cccd_reader.counter.station import PcscStation, SerialStation, Station
from cccd_reader.errors import MalformedData, NoReader, Unsupported
from cccd_reader.inspection.options import ReadOptions
from cccd_reader.render.fields import COUNTER, Fields
from cccd_reader.scanners.places import KEYBOARD, SerialPlace, parse_place
from cccd_reader.transport.pn532_port import PREFIX

if TYPE_CHECKING:
    from cccd_reader.inspection.reading import Reading
    from cccd_reader.inspection.report import Report
    from cccd_reader.vietnam.crosscheck import Given

CLEAR_AFTER = 60.0
_JSON = "json"
_USUAL = ReadOptions()
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
    read_options: ReadOptions = _USUAL


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
@click.option("--save-to", type=TARGET_FOLDER, help="Folder for saved evidence and pages.")
@fields_option
@watch_list_options
@photo_cache_option
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
        want_json_lines(ctx)
        if options["scanner"] == KEYBOARD.value:
            raise click.UsageError(spoken().text("watch.no-keyboard"))
    desk = _desk(options)
    if output == _JSON:
        from cccd_reader.cli.watch_json import serve  # noqa: PLC0415 -- one of the two

        serve(desk, _commands())
        return
    from cccd_reader.cli.watch_screen import serve as serve_screen  # noqa: PLC0415 -- as above

    serve_screen(desk)


def _commands() -> BinaryIO:
    """Return the standard input without Python's buffer.

    A thread that waits for a command holds the buffer's lock, and at the end of the program Python aborts (SIGABRT,
    with a core dump perhaps) where it does not get that lock.
    """
    source: BinaryIO = getattr(sys.stdin.buffer, "raw", sys.stdin.buffer)
    return source


def _desk(options: dict[str, Any]) -> Desk:
    judge, reads = _judge(options)
    return Desk(
        station=_station(options),
        judge=judge,
        times=Times(clear=options["clear_after"], card=max(options["wait"], options["clear_after"])),
        fields=COUNTER if options["fields"] is None else options["fields"],
        scanner=_scanner(options["scanner"]),
        save_to=options["save_to"],
        read_options=reads,
    )


def _scanner(where: str | None) -> SerialPlace | None:
    try:
        place = None if where is None else parse_place(where)
    except MalformedData as error:
        message, hint = spoken().error(error)
        raise click.UsageError(f"{message}. {hint}") from error
    return place if isinstance(place, SerialPlace) else None


def _station(options: dict[str, Any]) -> Station:
    reader = options["reader"]
    if options["simulate"] is None:
        return _serial(reader) if reader is not None and reader.startswith(PREFIX) else PcscStation(reader)
    from cccd_simulators.station import SimulatedStation  # noqa: PLC0415 -- the simulator only where it is asked for

    try:
        return SimulatedStation(options["simulate"].split(","), options["files"])
    except Unsupported as error:
        raise click.UsageError(f"{error}. {error.hint}") from error


def _serial(reader: str) -> Station:
    station = SerialStation(reader)
    try:
        station.check()
    except NoReader as error:
        message, hint = spoken().error(error)
        raise click.UsageError(f"{message}. {hint}") from error
    return station


def _judge(options: dict[str, Any]) -> tuple[Judge, ReadOptions]:
    """Return what makes a report of a reading, and how cards are read for it."""
    from cccd_reader.inspection.verify import verify  # noqa: PLC0415 -- not for a usage error

    policy, trust = policy_of(options["policy"]), trust_of(options["trust"])
    fixed = moment(options["at"]) if options["at"] else None
    watched = Watched(options["watchlist"], options["watchlist_key"])

    photos = Photos(options["photo_cache"])

    def now() -> datetime:
        return fixed or datetime.now(UTC)

    def judge(reading: Reading, given: Given | None) -> Report:
        report = watched.asked(verify(reading, trust, policy, now(), given))
        photos.keep(report)
        return report

    return judge, ReadOptions(capabilities=memory(options["cache"]), known_files=photos.known(trust, now))
