# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd watch --json`: events on the standard output, commands on the standard input, one JSON object a line each."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Lock
from typing import Any, Protocol

import click

from cccd_reader.cli.scanning import Scanning
from cccd_reader.cli.threads import Broken, started
from cccd_reader.cli.watch import Desk
from cccd_reader.counter.events import CounterEvent
from cccd_reader.counter.loop import Counter
from cccd_reader.counter.scene import Scene, advance
from cccd_reader.errors import CccdError, MalformedData
from cccd_reader.render import counter_event
from cccd_reader.render.counter_event import Source
from cccd_reader.render.fields import Fields
from cccd_reader.scanners.access_text import MAX_BYTES, parse_access
from cccd_reader.scanners.events import Event, Found, Scanned

MAX_LINE = 4 * MAX_BYTES
_WHERE = "command"
_HINT = "Send one JSON object a line, whose command is start (with the access text), cancel, or quit."


class Commands(Protocol):
    """Where commands come from, line by line: a binary file has it."""

    def readline(self, size: int = -1, /) -> bytes:
        """Return the next line, at most `size` bytes of it; b"" at the end."""
        ...


class Wire:
    """The standard output: whole lines, from any thread, each flushed at once."""

    def __init__(self, fields: Fields, write: Callable[[str], object] = click.echo) -> None:
        self._fields = fields
        self._write = write
        self._scene = Scene()
        self._lock = Lock()

    def tell(self, event: CounterEvent) -> None:
        """Write an event, if it says something to a program."""
        with self._lock:
            self._scene = advance(self._scene, event)
            self._line(counter_event.as_json(event, self._scene, datetime.now(UTC), self._fields))

    def error(self, error: CccdError, source: Source) -> None:
        """Write an error that is no customer's."""
        with self._lock:
            self._line(counter_event.error_as_json(error, source, datetime.now(UTC)))

    def scanner(self, port: str) -> None:
        """Write that a scanner can be used."""
        with self._lock:
            self._line(counter_event.scanner_as_json(port, datetime.now(UTC)))

    def stopped(self) -> None:
        """Write the last line."""
        with self._lock:
            self._line(counter_event.stopped_as_json(datetime.now(UTC)))

    def _line(self, found: dict[str, Any] | None) -> None:
        if found is not None:
            self._write(json.dumps(found, ensure_ascii=True))


def serve(desk: Desk, commands: Commands, wire: Wire | None = None) -> None:
    """Serve until a command, the end of the commands, or SIGTERM says to stop. Raises what a thread ended by."""
    wire = wire or Wire(desk.fields)
    counter = Counter(desk.station, desk.judge, wire.tell, desk.times)
    counter.read_options = desk.read_options
    broken: list[Broken] = []

    def failed(what: Broken) -> None:
        broken.append(what)
        counter.stop()

    def scanned(event: Event | Broken) -> None:
        failed(event) if isinstance(event, Broken) else _scanned(event, counter, wire)

    before = signal.signal(signal.SIGTERM, lambda _number, _frame: counter.stop())
    try:
        # Nobody can interrupt a thread that reads the standard input: it ends with the program.
        started(lambda: _obey(commands, counter, wire), failed)
        with Scanning(desk.scanner, scanned):
            counter.run()
    finally:
        signal.signal(signal.SIGTERM, before)
    if broken:
        raise broken[0].error
    wire.stopped()


def _scanned(event: Event, counter: Counter, wire: Wire) -> None:
    if isinstance(event, Scanned):
        counter.give(event.access)
    elif isinstance(event, Found):
        wire.scanner(event.port)
    else:
        wire.error(event.error, Source.SCANNER)


def _obey(commands: Commands, counter: Counter, wire: Wire) -> None:
    while line := commands.readline(MAX_LINE + 1):
        try:
            _do(line, counter)
        except CccdError as error:
            wire.error(error, Source.COMMAND)
            if len(line) > MAX_LINE:
                break  # where the next command would begin, nobody knows
    counter.stop()


def _do(line: bytes, counter: Counter) -> None:
    if not line.strip():
        return
    command = _parsed(line)
    name = command.get("command")
    if name == "start" and isinstance(command.get("access"), str):
        counter.give(parse_access(_text(command["access"])))
    elif name == "cancel":
        counter.cancel()
    elif name == "quit":
        counter.stop()
    else:
        raise MalformedData("it is no command of the counter", _WHERE, _HINT)


def _parsed(line: bytes) -> dict[str, Any]:
    if len(line) > MAX_LINE:
        raise MalformedData(f"longer than {MAX_LINE} bytes", _WHERE, _HINT)
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise MalformedData("it is no JSON", _WHERE, _HINT) from error
    if not isinstance(found, dict):
        raise MalformedData("it is no object", _WHERE, _HINT)
    return found


def _text(access: str) -> str:
    """JSON can hold halves of characters, which are no text."""
    return access.encode("utf-8", "replace").decode("utf-8")
