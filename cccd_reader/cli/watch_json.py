# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd watch --json`: events on the standard output, commands on the standard input, one JSON object a line each."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Lock, Thread
from typing import Any, BinaryIO

import click

from cccd_reader.cli.scanning import Scanning
from cccd_reader.cli.watch import Desk
from cccd_reader.counter.events import CounterEvent
from cccd_reader.counter.loop import Counter
from cccd_reader.counter.scene import Scene, advance
from cccd_reader.errors import CccdError, MalformedData
from cccd_reader.render.counter_event import SCHEMA, as_json, error_body
from cccd_reader.render.fields import Fields
from cccd_reader.scanners.access_text import MAX_BYTES, parse_access
from cccd_reader.scanners.events import Event, Lost, Scanned, Unreadable

MAX_LINE = 4 * MAX_BYTES
_WHERE = "command"
_HINT = "Send one JSON object a line, whose command is start (with the access text), cancel, or quit."


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
            found = as_json(event, self._scene, datetime.now(UTC), self._fields)
            if found is not None:
                self._write(json.dumps(found, ensure_ascii=True))

    def error(self, error: CccdError) -> None:
        """Write an error that is no customer's: of a command, or of the scanner."""
        with self._lock:
            body = {"schema": SCHEMA, "at": datetime.now(UTC).isoformat(), **error_body(error)}
            self._write(json.dumps(body, ensure_ascii=True))

    def stopped(self) -> None:
        """Write the last line."""
        with self._lock:
            self._write(json.dumps({"schema": SCHEMA, "at": datetime.now(UTC).isoformat(), "event": "stopped"}))


def serve(desk: Desk, commands: BinaryIO) -> None:
    """Serve until a command or the end of the standard input says to stop."""
    wire = Wire(desk.fields)
    counter = Counter(desk.station, desk.judge, wire.tell, desk.times)
    # A daemon: nobody can interrupt a thread that reads the standard input.
    Thread(target=_obey, args=(commands, counter, wire), daemon=True).start()
    with Scanning(desk.scanner, lambda event: _scanned(event, counter, wire)):
        counter.run()
    wire.stopped()


def _scanned(event: Event, counter: Counter, wire: Wire) -> None:
    if isinstance(event, Scanned):
        counter.give(event.access)
    elif isinstance(event, Unreadable | Lost):
        wire.error(event.error)


def _obey(commands: BinaryIO, counter: Counter, wire: Wire) -> None:
    while line := commands.readline(MAX_LINE + 1):
        try:
            _do(line, counter)
        except CccdError as error:
            wire.error(error)
            if len(line) > MAX_LINE:
                break  # where the next command would begin, nobody knows
    counter.stop()


def _do(line: bytes, counter: Counter) -> None:
    if not line.strip():
        return
    command = _parsed(line)
    name = command.get("command")
    if name == "start" and isinstance(command.get("access"), str):
        counter.give(parse_access(command["access"]))
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
