# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A `Reading` as JSON values, as text, and as raw files in a folder. Its content stays out of the first two."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from cccd_reader.apdu.status import describe, meaning
from cccd_reader.errors import CccdError
from cccd_reader.inspection.reading import Attempt, FileRecord, Reading

SCHEMA = "cccd-reading/1"
NOT_VERIFIED = "Read, not verified: nothing here says yet that the chip is genuine."


def as_json(reading: Reading) -> dict[str, Any]:
    """Return the stable JSON form: `schema`, `session`, `files`."""
    session, access = reading.session, reading.access
    return {
        "schema": SCHEMA,
        "session": {
            "access": access.method.value,
            "protocol": access.attempts[-1].protocol,
            "card_access": access.card_access.value,
            "attempts": [_attempt(attempt) for attempt in access.attempts],
            "renewals": access.renewals,
            "reader": session.reader,
            "atr": session.atr.hex().upper(),
            "apdus": session.apdus,
            "bytes_out": session.bytes_out,
            "bytes_in": session.bytes_in,
            "seconds": round(session.seconds, 4),
            "chip_seconds": round(session.chip_seconds, 4),
        },
        "files": [file_as_json(record) for record in reading.files],
    }


def as_lines(reading: Reading) -> list[str]:
    """Return the text form, a line each."""
    session, access = reading.session, reading.access
    lines = [f"Access      {access.method.value}: {access.attempts[-1].protocol}"]
    for attempt in access.attempts[:-1]:
        lines.append(f"  before    {attempt.method.value}: {attempt.outcome.value}. {attempt.detail}".rstrip())
    lines.append(
        f"Parameters  from the {access.card_access.value}" if access.card_access != "none" else "Parameters  none"
    )
    lines += [_line(record) for record in reading.files]
    lines.append(
        f"Session     {session.apdus} commands, {session.bytes_out} bytes out, {session.bytes_in} bytes in, "
        f"{session.seconds:.2f} s"
    )
    lines.append(NOT_VERIFIED)
    return lines


def save(reading: Reading, folder: Path) -> list[str]:
    """Write every file that was read into `folder` (0700, files 0600) and return their names.

    Raises `CccdError` where one of them is there already: two persons' files must never mix.
    """
    contents = {f"{record.file.short}.bin".replace("/", "-"): record.content for record in reading.files}
    found = {name: content for name, content in contents.items() if content is not None}
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, content in found.items():
            descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as target:
                target.write(content)
    except FileExistsError as error:
        raise CccdError(
            "the folder holds files of an earlier reading", "Name a new folder: nothing is overwritten."
        ) from error
    except OSError as error:
        raise CccdError(f"the files cannot be saved: {error.strerror}", "Check the folder and its rights.") from error
    return sorted(found)


def _attempt(attempt: Attempt) -> dict[str, str]:
    return {
        "method": attempt.method.value,
        "protocol": attempt.protocol,
        "outcome": attempt.outcome.value,
        "detail": attempt.detail,
    }


def file_as_json(record: FileRecord) -> dict[str, Any]:
    """Return the JSON form of one file: its name and its size, refusal or problem."""
    entry: dict[str, Any] = {"name": record.file.short, "file_id": f"{record.file.file_id:04X}"}
    if record.content is not None:
        entry["size"] = len(record.content)
    elif record.status is not None:
        entry |= {"status": f"{record.status:04X}", "meaning": meaning(record.status)}
    else:
        entry["problem"] = record.problem
    return entry


def _line(record: FileRecord) -> str:
    if record.content is not None:
        return f"{record.file.short:11} {len(record.content):6} bytes"
    if record.status is not None:
        return f"{record.file.short:11} refused, {describe(record.status)}"
    return f"{record.file.short:11} not read: {record.problem}"
