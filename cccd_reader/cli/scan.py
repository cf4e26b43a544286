# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd scan`: what a scanner sends, to set it up at a branch. Numbers are masked; nothing opens a card here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cccd_reader.cli.failures import want_json
from cccd_reader.cli.language import language_option, spoken
from cccd_reader.errors import MalformedData

if TYPE_CHECKING:
    from cccd_reader.scanners.events import Event
    from cccd_reader.scanners.keyboard import KeyboardScanner
    from cccd_reader.scanners.places import Keyboard, SerialPlace
    from cccd_reader.scanners.serial_port import SerialScanner

_JSON, _LIST = "json", "list"
_SCHEMA = "cccd-scan/1"
_LOOK_SECONDS = 3600.0


@click.command()
@click.option("--scanner", "--port", "scanner", metavar="WHERE", help="serial, serial:PORT@RATE, or keyboard.")
@click.option(
    "--image", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Look at a picture instead."
)
@click.option("--list", "what", flag_value=_LIST, default="scan", help="List the serial ports instead.")
@click.option("--count", type=click.IntRange(1), help="End after so many scans that were understood.")
@click.option("--json", "output", flag_value=_JSON, default="text", help="Print one JSON object a line.")
@language_option
@click.pass_context
def scan(ctx: click.Context, /, output: str, **options: Any) -> None:  # noqa: ANN401 -- click's own values
    """Show what a scanner sends: its kind, the number masked, what was repaired, and what is wrong with its settings.

    Without --scanner the one USB scanner in serial mode is looked for. Ctrl-C ends. Exit code: 0.
    """
    if output == _JSON:
        want_json(ctx)
    if options["what"] == _LIST:
        _list_ports(output)
    elif options["image"] is not None:
        _show(_of_image(options["image"]), output)
    else:
        _follow(_place(options["scanner"]), options["count"], output)


def _follow(place: SerialPlace | Keyboard, count: int | None, output: str) -> None:
    from cccd_reader.scanners.events import Scanned  # noqa: PLC0415 -- not for --help

    with _scanner(place) as scanner:
        _show(scanner.connect(), output)
        click.echo(spoken().text("scan.waiting"), err=True)
        try:
            events = _shown(scanner.poll, lambda event: _show(event, output))
            for _ in islice((event for event in events if isinstance(event, Scanned)), count):
                continue
        except KeyboardInterrupt:
            click.echo("", err=True)


def _shown(poll: Callable[[float], Event | None], show: Callable[[Event], None]) -> Iterator[Event]:
    """Show every event as it comes, until the scanner's input has ended."""
    from cccd_reader.scanners.events import Lost  # noqa: PLC0415 -- not for --help

    while True:
        event = poll(_LOOK_SECONDS)
        if isinstance(event, Lost) and event.final:
            return
        if event is not None:
            show(event)
            yield event


def _scanner(place: SerialPlace | Keyboard) -> SerialScanner | KeyboardScanner:
    from cccd_reader.scanners.places import SerialPlace  # noqa: PLC0415 -- not for --help

    if isinstance(place, SerialPlace):
        from cccd_reader.scanners.serial_port import SerialScanner  # noqa: PLC0415 -- pyserial only where it is used

        return SerialScanner(place)
    from cccd_reader.scanners.keyboard import KeyboardScanner  # noqa: PLC0415 -- one of the two

    return KeyboardScanner()


def _place(where: str | None) -> SerialPlace | Keyboard:
    from cccd_reader.scanners.places import SerialPlace, parse_place  # noqa: PLC0415 -- not for --help

    try:
        return SerialPlace() if where is None else parse_place(where)
    except MalformedData as error:
        message, hint = spoken().error(error)
        raise click.UsageError(f"{message}. {hint}".strip()) from error


def _of_image(path: Path) -> Event:
    from cccd_reader.scanners.events import Scanned  # noqa: PLC0415 -- not for --help
    from cccd_reader.scanners.image import MAX_BYTES, access_of_image  # noqa: PLC0415 -- as above

    with path.open("rb") as file:
        return Scanned(access_of_image(file.read(MAX_BYTES + 1)))


def _list_ports(output: str) -> None:
    from cccd_reader.render.scan import port_line, port_node  # noqa: PLC0415 -- not for --help
    from cccd_reader.scanners.places import attached_ports  # noqa: PLC0415 -- as above

    ports = attached_ports()
    if output == _JSON:
        found = {"schema": _SCHEMA, "ports": [port_node(port) for port in ports]}
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    words = spoken()
    for port in ports:
        click.echo(port_line(port, words))
    if not ports:
        click.echo(words.text("scan.no-ports"), err=True)


def _show(event: Event, output: str) -> None:
    from cccd_reader.render.scan import event_lines, event_node  # noqa: PLC0415 -- not for --help

    if output == _JSON:
        click.echo(json.dumps({"schema": _SCHEMA, **event_node(event)}, ensure_ascii=False))
        return
    for line in event_lines(event, spoken()):
        click.echo(line)
