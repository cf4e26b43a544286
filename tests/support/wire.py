# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A program that embeds `cccd watch --json`: it writes commands, and every line that it reads follows its schema."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

import jsonschema

from cccd_reader.cli import watch_json
from cccd_reader.cli.watch_json import Wire
from cccd_reader.counter.station import Station
from cccd_reader.render import counter_event
from cccd_reader.render.fields import COUNTER, Fields
from cccd_reader.render.report import json_schema as report_schema
from tests.support.counter import desk

EVENTS = jsonschema.Draft202012Validator(counter_event.json_schema())
REPORTS = jsonschema.Draft202012Validator(report_schema())
PATIENCE = 60.0


def checked(line: str) -> dict[str, Any]:
    """One line, as a program reads it, after both schemas."""
    assert "\n" not in line
    assert line.isascii()
    found: dict[str, Any] = json.loads(line)
    EVENTS.validate(found)
    if found["event"] == "verdict":
        REPORTS.validate(found["report"])
    return found


class Commands:
    """Lines that a program writes. `send` returns once the command was done, so that no test depends on threads."""

    def __init__(self) -> None:
        self._lines: SimpleQueue[bytes] = SimpleQueue()
        self._asked = threading.Condition()
        self._reads = self._sent = 0
        self._reader: threading.Thread | None = None

    def readline(self, size: int = -1, /) -> bytes:
        """Return the next line; that it is asked for means that the one before was done."""
        with self._asked:
            self._reads += 1
            self._reader = threading.current_thread()
            self._asked.notify_all()
        return self._lines.get()

    def send(self, line: str) -> None:
        """Write a command, and wait until it was done."""
        self._lines.put(line.encode() + b"\n")
        with self._asked:
            self._sent += 1
            assert self._asked.wait_for(lambda: self._reads > self._sent, PATIENCE)

    def hang_up(self) -> None:
        """End the commands, and wait until that was heard."""
        with self._asked:
            assert self._asked.wait_for(lambda: self._reader is not None, PATIENCE)
        self._lines.put(b"")
        assert self._reader is not None
        self._reader.join(PATIENCE)


class Program:
    """A program that embeds the counter: it reads lines, and `react` says what it writes for each."""

    def __init__(self, react: Callable[[dict[str, Any]], str | None], fields: Fields = COUNTER) -> None:
        self._react = react
        self.commands = Commands()
        self.lines: list[dict[str, Any]] = []
        self.wire = Wire(fields, self._hear)

    def _hear(self, line: str) -> None:
        self.lines.append(checked(line))
        answer = self._react(self.lines[-1])
        if answer is not None:
            self.commands.send(answer)

    def run(self, station: Station, **others: object) -> list[str]:
        """Serve; return the events by name, each once where it comes again and again."""
        watch_json.serve(desk(station, **others), self.commands, self.wire)
        self.commands.hang_up()
        names = [line["event"] for line in self.lines]
        return [name for index, name in enumerate(names) if name != names[index - 1] or not index]


def start(text: str) -> str:
    """Return the command that serves a customer with this text."""
    return json.dumps({"command": "start", "access": text})


def follows(story: dict[str, list[str]]) -> Callable[[dict[str, Any]], str | None]:
    """Answer each event with the next of its commands."""
    return lambda line: story[line["event"]].pop(0) if story.get(line["event"]) else None


START = start("001090000000")
QUIT = '{"command": "quit"}'
CANCEL = '{"command": "cancel"}'
