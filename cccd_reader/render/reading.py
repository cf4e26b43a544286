# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A `Reading` as JSON values, as text, and as raw files in a folder.

Its content stays out of the first two but for the fields that a caller asks for, none of which is verified.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cccd_reader.apdu.status import describe, meaning
from cccd_reader.errors import CccdError
from cccd_reader.inspection.absences import is_expected
from cccd_reader.inspection.reading import Attempt, FileRecord, FileSource, Reading, StatusSource
from cccd_reader.messages.words import Words
from cccd_reader.render.fields import NONE, Fields
from cccd_reader.render.holder import holder_of
from cccd_reader.render.holder_text import blocks_of, lines_of
from cccd_reader.render.plain import visible
from cccd_reader.storage.files import create_all

SCHEMA = "cccd-reading/1"


def as_json(reading: Reading, fields: Fields = NONE) -> dict[str, Any]:
    """Return the stable JSON form: `schema`, `session`, `files`, and the keys of `Holder.as_json` for any fields."""
    session, access = reading.session, reading.access
    return {
        "schema": SCHEMA,
        "session": {
            "access": access.method.value,
            "protocol": access.attempts[-1].protocol,
            "card_access": access.card_access.value,
            "attempts": [_attempt(attempt) for attempt in access.attempts],
            "renewals": access.renewals,
            "visits": access.visits,
            "reader": session.reader,
            "atr": session.atr.hex().upper(),
            "apdus": session.apdus,
            "bytes_out": session.bytes_out,
            "bytes_in": session.bytes_in,
            "seconds": round(session.seconds, 4),
            "chip_seconds": round(session.chip_seconds, 4),
        },
        "files": [file_as_json(record) for record in reading.files],
        **(holder_of(reading, fields).as_json() if fields else {}),
    }


def as_lines(reading: Reading, words: Words, fields: Fields = NONE) -> list[str]:
    """Return the text form, a line each, with the personal data asked for at its end."""
    session, access = reading.session, reading.access
    lines = [_labelled("access", f"{words.method(access.method)}: {access.attempts[-1].protocol}", words)]
    for attempt in access.attempts[:-1]:
        outcome = f"{words.method(attempt.method)}: {words.attempt(attempt.outcome)}. {words.said(attempt.detail)}"
        lines.append(f"  {words.text('text.before'):10}{outcome}".rstrip(" ."))
    lines.append(_labelled("parameters", words.parameters(access.card_access), words))
    lines += [_line(record, words) for record in reading.files]
    cost = words.text(
        "text.cost",
        commands=session.apdus,
        sent=session.bytes_out,
        received=session.bytes_in,
        seconds=f"{session.seconds:.2f}",
    )
    lines += [_labelled("session", cost, words), words.text("text.not-verified")]
    blocks = blocks_of(holder_of(reading, fields), words) if fields else ()
    return [visible(line) for line in (*lines, *(line for _, line in lines_of(blocks)))]


def saved_line(names: list[str], words: Words) -> str:
    """Return the line that says how many files were saved."""
    return _labelled("saved", words.text("text.files", count=len(names)), words)


def _labelled(name: str, value: str, words: Words) -> str:
    return f"{words.text(f'text.{name}'):12}{value}"


def save(reading: Reading, folder: Path) -> list[str]:
    """Write every file that was read into `folder` (0700, files 0600) and return their names.

    All of them or none. Raises `CccdError` where one is there already: two persons' files must never mix.
    """
    contents = {f"{record.file.short}.bin".replace("/", "-"): record.content for record in reading.files}
    found = {name: content for name, content in contents.items() if content is not None}
    if not create_all(folder, found):
        raise CccdError("the folder holds files of an earlier reading", "Name a new folder: nothing is overwritten.")
    return sorted(found)


def _attempt(attempt: Attempt) -> dict[str, str]:
    return {
        "method": attempt.method.value,
        "protocol": attempt.protocol,
        "outcome": attempt.outcome.value,
        "detail": attempt.detail,
    }


def file_as_json(record: FileRecord) -> dict[str, Any]:
    """Return the JSON form of one file: its name and its size, refusal (`expected` where it is normal) or problem.

    `source` is there where its content was not read from the chip, `status_source` where a refusal may not be its word.
    """
    entry: dict[str, Any] = {"name": record.file.short, "file_id": f"{record.file.file_id:04X}"}
    if record.content is not None:
        entry["size"] = len(record.content)
        entry |= {"source": record.source.value} if record.source is not FileSource.READ else {}
    elif record.status is not None:
        entry |= {"status": f"{record.status:04X}", "meaning": meaning(record.status)}
        bare = record.status_source is not StatusSource.CHIP
        entry |= {"status_source": record.status_source.value} if bare else {}
        entry |= {"expected": True} if is_expected(record) else {}
    else:
        entry["problem"] = record.problem
    return entry


def _line(record: FileRecord, words: Words) -> str:
    if record.content is not None:
        return f"{record.file.short:11} {words.text('text.bytes', count=f'{len(record.content):6}')}"
    if record.status is not None:
        bare = record.status_source is StatusSource.UNPROTECTED
        usual = "text.refused-unprotected" if bare else "text.refused"
        code = "text.refused-normally" if is_expected(record) else usual
        return f"{record.file.short:11} {words.text(code, meaning=words.said(describe(record.status)))}"
    return f"{record.file.short:11} {words.text('text.not-read', problem=words.said(record.problem or ''))}"
