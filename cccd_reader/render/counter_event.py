# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A counter's events as JSON values, one object a line (schema `cccd-event/1`), for a program that embeds the counter.

Personal data stands in two of them alone, as far as it was asked for: `fields`, which is not verified, and `verdict`.
"""

from __future__ import annotations

import json
from datetime import datetime
from enum import StrEnum
from functools import singledispatch
from pathlib import Path
from typing import Any

from cccd_reader.counter import events as counter
from cccd_reader.counter.scene import Scene
from cccd_reader.errors import CccdError
from cccd_reader.inspection import events as reading
from cccd_reader.lds import files as ef
from cccd_reader.render import report as render_report
from cccd_reader.render.fields import COUNTER, Fields
from cccd_reader.render.holder import holder_of

SCHEMA = "cccd-event/1"
_SHOWN = (ef.data_group(1), ef.data_group(13), ef.data_group(2))
"""The files that hold something to show, as soon as they are read."""


class Source(StrEnum):
    """Whose error an `error` event tells."""

    CUSTOMER = "customer"
    """The customer who is being served, and whose desk is cleared next."""
    COMMAND = "command"
    """A command's on the standard input: it was not done."""
    SCANNER = "scanner"
    """A scan that was not understood, or a scanner that is gone."""


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of `as_json`, as it is published with the package."""
    text = (Path(__file__).parent / "schemas" / "cccd-event-1.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def as_json(event: counter.CounterEvent, scene: Scene, at: datetime, fields: Fields = COUNTER) -> dict[str, Any] | None:
    """Return the object of an event, None for one that says nothing to a program. `scene` is that after the event."""
    body = _fields(scene, fields) if _brings_fields(event) else _body(event, fields)
    return None if body is None else _enveloped(body, at)


def error_as_json(error: CccdError, source: Source, at: datetime) -> dict[str, Any]:
    """Return the object of an error; it names neither keys nor data."""
    return _enveloped(_error(error, source), at)


def scanner_as_json(port: str, at: datetime) -> dict[str, Any]:
    """Return the object that tells that the scanner at a port can be used; its loss is an error of its own."""
    return _enveloped({"event": "scanner", "port": port}, at)


def stopped_as_json(at: datetime) -> dict[str, Any]:
    """Return the object that is the last."""
    return _enveloped({"event": "stopped"}, at)


def _enveloped(body: dict[str, Any], at: datetime) -> dict[str, Any]:
    return {"schema": SCHEMA, "at": at.isoformat(), **body}


def _error(error: CccdError, source: Source) -> dict[str, str]:
    said = {"kind": type(error).__name__, "message": str(error), "hint": error.hint}
    return {"event": "error", "source": source.value, **said}


def _brings_fields(event: counter.CounterEvent) -> bool:
    inner = event.event if isinstance(event, counter.Heard) else None
    return isinstance(inner, reading.FileRead) and inner.file in _SHOWN


def _fields(scene: Scene, fields: Fields) -> dict[str, Any]:
    return {"event": "fields", **holder_of(scene.evidence, fields).as_json()}


@singledispatch
def _body(event: object, fields: Fields) -> dict[str, Any] | None:
    return None


@_body.register
def _ready(event: counter.Ready, fields: Fields) -> dict[str, Any]:
    return {"event": "ready"}


@_body.register
def _access_taken(event: counter.AccessTaken, fields: Fields) -> dict[str, Any]:
    return {"event": "access", "kind": event.access.kind.value}


@_body.register
def _card_awaited(event: counter.CardAwaited, fields: Fields) -> dict[str, Any]:
    return {"event": "card-awaited"}


@_body.register
def _card_present(event: counter.CardPresent, fields: Fields) -> dict[str, Any]:
    return {"event": "card-present", "reader": event.reader}


@_body.register
def _heard(event: counter.Heard, fields: Fields) -> dict[str, Any] | None:
    return _body(event.event, fields)


@_body.register
def _progress(event: reading.Progress, fields: Fields) -> dict[str, Any]:
    step = {"step": event.step.value, "subject": event.subject}
    return {"event": "progress", **step, "done": event.done, "total": event.total}


@_body.register
def _attempted(event: reading.Attempted, fields: Fields) -> dict[str, Any]:
    attempt = event.attempt
    return {"event": "attempt", "method": attempt.method.value, "outcome": attempt.outcome.value}


@_body.register
def _card_lost(event: reading.CardLost, fields: Fields) -> dict[str, Any]:
    return {"event": "card-lost", "seconds": event.seconds}


@_body.register
def _card_returned(event: reading.CardReturned, fields: Fields) -> dict[str, Any]:
    return {"event": "card-returned"}


@_body.register
def _judged(event: counter.Judged, fields: Fields) -> dict[str, Any]:
    return {"event": "verdict", "report": render_report.as_json(event.report, fields)}


@_body.register
def _removed(event: counter.Removed, fields: Fields) -> dict[str, Any]:
    return {"event": "removed"}


@_body.register
def _failed(event: counter.Failed, fields: Fields) -> dict[str, Any]:
    return _error(event.error, Source.CUSTOMER)


@_body.register
def _cleared(event: counter.Cleared, fields: Fields) -> dict[str, Any]:
    return {"event": "cleared", "why": event.why.value}
