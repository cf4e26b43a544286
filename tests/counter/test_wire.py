# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd watch --json`: every line follows its schema, and every command does what it says, or says why not."""

from __future__ import annotations

import io
import json
import signal
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import pytest

from cccd_reader.cli import watch_json
from cccd_reader.cli.watch_json import MAX_LINE, Wire
from cccd_reader.counter.events import Why
from cccd_reader.counter.scene import Scene
from cccd_reader.inspection.events import Step
from cccd_reader.inspection.reading import AttemptOutcome, Method
from cccd_reader.render import counter_event
from cccd_reader.render.counter_event import Source
from cccd_reader.render.fields import ALL, COUNTER, NONE, Fields
from cccd_reader.render.report import json_schema as report_schema
from cccd_reader.scanners.access_text import AccessKind
from cccd_reader.scanners.events import Found, Lost, Scanned, ScannerUnavailable
from cccd_simulators.holders import HOLDERS, MAN
from tests.support.counter import CAN, NUMBER, Place, desk, serve
from tests.support.wire import CANCEL, QUIT, START, Program, checked, follows, start

WOMAN = next(holder for holder in HOLDERS if holder.persona == "cccd-woman")


def test_a_customer_is_served() -> None:
    program = Program(follows({"ready": [START, QUIT]}))
    story = program.run(Place(["cccd"]))
    assert [name for name in story if name not in ("progress", "fields", "attempt")] == [
        "ready", "access", "card-present", "verdict", "removed", "cleared", "ready", "stopped",
    ]  # fmt: skip
    verdict = next(line for line in program.lines if line["event"] == "verdict")
    assert verdict["report"]["verdict"] == "accepted"
    fields = [line for line in program.lines if line["event"] == "fields"]
    assert fields[-1]["citizen"]["full_name"] == "Nguyễn Văn Thử"
    assert not any(fields[-1]["verified"].values())


def test_three_customers() -> None:
    texts = [start(holder.qr.text) for holder in (MAN, MAN, WOMAN)]
    program = Program(follows({"ready": [*texts, QUIT]}))
    program.run(Place(["cccd", "cccd:clone-without-keys", "cccd"]))
    reports = [line["report"] for line in program.lines if line["event"] == "verdict"]
    assert [(report["verdict"], report["decisive"]) for report in reports] == [
        ("accepted", []),
        ("rejected", ["chip.aa", "chip.ca"]),
        ("rejected", ["consistency.given"]),
    ]


@pytest.mark.parametrize(("fields", "kept"), [(ALL, True), (NONE, False)])
def test_the_fields_are_those_that_were_asked_for(fields: Fields, kept: bool) -> None:
    program = Program(follows({"ready": [START, QUIT]}), fields)
    program.run(Place(["cccd"]), fields=fields)
    assert ("residence" in json.dumps(program.lines)) == kept
    assert ("Nguy\\u1ec5n" in json.dumps(program.lines)) == kept


def test_every_kind_of_event_has_its_schema() -> None:
    """Those of a quiet customer are seen above; these are the others."""
    titles = {each["title"] for each in counter_event.json_schema()["oneOf"]}
    seen = set()
    for place, story in (
        (Place(["cccd"], late=3), {"ready": [START, QUIT]}),
        (Place(["cccd:taken-off-after-13-commands"]), {"ready": [START, QUIT]}),
        (Place(["cccd"]), {"ready": [start("001090000001"), QUIT]}),
    ):
        program = Program(follows(story))
        program.run(place)
        seen |= {line["event"] for line in program.lines}
    at = datetime.now(UTC)
    seen.add(checked(json.dumps(counter_event.scanner_as_json("COM3", at)))["event"])
    assert titles == seen


def test_the_schema_knows_every_value_of_every_code() -> None:
    found = {each["title"]: each["properties"] for each in counter_event.json_schema()["oneOf"]}

    def values(kind: type[StrEnum]) -> list[str]:
        return [each.value for each in kind]

    assert found["progress"]["step"]["enum"] == values(Step)
    assert found["attempt"]["method"]["enum"] == values(Method)
    assert found["attempt"]["outcome"]["enum"] == values(AttemptOutcome)
    assert found["access"]["kind"]["enum"] == values(AccessKind)
    assert found["cleared"]["why"]["enum"] == values(Why)
    assert found["error"]["source"]["enum"] == values(Source)
    report = report_schema()["properties"]
    for name in ("fields", "document", "citizen", "photo"):
        assert found["fields"][name] == report[name]


def test_a_customer_who_cannot_be_served() -> None:
    program = Program(follows({"ready": [start("001090000001"), QUIT]}))
    story = program.run(Place(["cccd"]))
    assert story[-4:] == ["error", "cleared", "ready", "stopped"]
    error = next(line for line in program.lines if line["event"] == "error")
    assert (error["source"], error["kind"]) == ("customer", "AccessDenied")
    assert "001090000001" not in json.dumps(program.lines)


@pytest.mark.parametrize(
    "command",
    [
        b"\xff",
        b"{",
        b"[]",
        b'"start"',
        b"1e999999",
        b"9" * 5000,
        b"[" * 60_000,
        b"{}",
        b'{"command": "stop"}',
        b'{"command": ["quit"]}',
        b'{"command": "start"}',
        b'{"command": "start", "access": 1}',
        b'{"command": "start", "access": "12"}',
        b'{"command": "start", "access": ""}',
        b'{"command": "start", "access": "\\ud800"}',
        b'{"command": "start", "access": "' + b"1" * 20_000 + b'"}',
    ],
    ids=lambda command: command[:40].decode("latin-1"),
)
def test_what_is_no_command_is_said_and_the_next_is_done(command: bytes) -> None:
    commands = io.BytesIO(command + b"\n\n" + QUIT.encode() + b"\n")
    lines: list[dict[str, Any]] = []
    watch_json.serve(desk(Place([])), commands, Wire(COUNTER, lambda line: lines.append(checked(line))))
    assert [line["event"] for line in lines if line["event"] != "ready"] == ["error", "stopped"]
    error = next(line for line in lines if line["event"] == "error")
    assert (error["source"], error["kind"]) == ("command", "MalformedData")


def test_a_line_without_end_ends_the_counter() -> None:
    lines: list[dict[str, Any]] = []
    commands = io.BytesIO(b"x" * (MAX_LINE + 2) + b"\n" + START.encode())
    watch_json.serve(desk(Place(["cccd"])), commands, Wire(COUNTER, lambda line: lines.append(checked(line))))
    assert [line["event"] for line in lines if line["event"] != "ready"] == ["error", "stopped"]


@pytest.mark.parametrize("moment", ["access", "card-present", "progress", "fields"])
def test_a_customer_is_dropped_at_any_moment(moment: str) -> None:
    program = Program(follows({"ready": [START, QUIT], moment: [CANCEL]}))
    story = program.run(Place(["cccd"]))
    assert "verdict" not in story
    assert story[-3:] == ["cleared", "ready", "stopped"]
    assert program.lines[-3]["why"] == "person"


@pytest.mark.parametrize("moment", ["ready", "card-awaited", "progress", "verdict"])
def test_the_end_of_the_commands_ends_the_counter(moment: str) -> None:
    def react(line: dict[str, Any]) -> str | None:
        if line["event"] == moment and not ended:
            ended.append(moment)
            program.commands.hang_up()
        return START if line["event"] == "ready" and not ended else None

    ended: list[str] = []
    program = Program(react)
    story = program.run(Place(["cccd"], late=2))
    assert story[-1] == "stopped"
    if moment != "ready":
        assert program.lines[-2]["why"] == "stopped"


def test_sigterm_ends_the_counter_in_order() -> None:
    def react(line: dict[str, Any]) -> str | None:
        if line["event"] == "ready":
            signal.raise_signal(signal.SIGTERM)
        return None

    before = signal.getsignal(signal.SIGTERM)
    assert Program(react).run(Place([])) == ["ready", "stopped"]
    assert signal.getsignal(signal.SIGTERM) is before


class Broken(Exception):
    """What nobody expects."""


def test_what_breaks_the_commands_or_the_wire_ends_with_it() -> None:
    class Commands(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            raise Broken

    def no_room(line: str) -> None:
        raise Broken

    with pytest.raises(Broken):
        watch_json.serve(desk(Place([])), Commands(), Wire(COUNTER, lambda _line: None))
    with pytest.raises(Broken):
        watch_json.serve(desk(Place([])), io.BytesIO(), Wire(COUNTER, no_room))


def test_a_serial_scanner_is_heard() -> None:
    lines: list[dict[str, Any]] = []
    wire = Wire(COUNTER, lambda line: lines.append(checked(line)))
    given: list[object] = []

    class Stub:
        def give(self, access: object) -> None:
            given.append(access)

    for event in (Found("COM3", 9600), Scanned(CAN), Lost("COM3", ScannerUnavailable("unplugged"))):
        watch_json._scanned(event, Stub(), wire)  # type: ignore[arg-type]  # -- all that it takes of a counter
    assert [(line["event"], line.get("source")) for line in lines] == [("scanner", None), ("error", "scanner")]
    assert given == [CAN]


def test_an_event_of_the_counter_alone_says_nothing_of_the_holder() -> None:
    at = datetime(2026, 6, 1, tzinfo=UTC)
    scene = Scene()
    told = serve(Place(["cccd"]), [NUMBER]).events
    found = [counter_event.as_json(event, scene, at, NONE) for event in told]
    text = json.dumps([each for each in found if each is not None and each["event"] != "verdict"])
    assert not any(secret in text for secret in ("001090000000", "Nguy", "NGUYEN", "090000000"))
