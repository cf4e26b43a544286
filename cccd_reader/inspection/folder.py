# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A folder of raw files as evidence. What is not there was not read; that the chip lacked it, a folder cannot tell."""

from __future__ import annotations

from pathlib import Path

from cccd_reader.errors import CccdError, MalformedData
from cccd_reader.inspection.reading import Evidence, FileRecord
from cccd_reader.lds import files as ef
from cccd_reader.lds.files import ElementaryFile

MAX_FILE = 1 << 20
MAX_FILES = 256


def evidence_of_folder(folder: Path) -> Evidence:
    """Return the elementary files that a folder holds, recognised by name or outer tag (`lds.files.recognise`).

    Zeros after the outer length are cut before anything is hashed. Other files are passed over; one with the name of
    an elementary file that is empty or too large for one is a file whose reading broke. Raises `MalformedData` where
    two files are the same elementary file, none is any or there are too many, `CccdError` for what cannot be read.
    """
    found: dict[ElementaryFile, FileRecord] = {}
    try:
        for path in _paths(folder):
            record = _record(path)
            if record is None:
                continue
            if found.setdefault(record.file, record) != record:
                name = record.file.name
                raise MalformedData(f"two different files are {name}", "folder", "Keep one document a folder.")
    except OSError as error:
        raise CccdError(f"the folder cannot be read: {error.strerror}", "Check the folder and its rights.") from error
    if not found:
        raise MalformedData("no file of a chip is in it", "folder", "Name a folder with files such as EF_SOD.bin.")
    return Evidence(tuple(found.values()))


def _paths(folder: Path) -> list[Path]:
    paths = sorted(path for path in folder.iterdir() if path.is_file())
    if len(paths) > MAX_FILES:
        raise MalformedData(f"more than {MAX_FILES} files are in it", "folder", "Keep one document a folder.")
    return paths


def _record(path: Path) -> FileRecord | None:
    with path.open("rb") as source:
        content = source.read(MAX_FILE + 1)
    if 0 < len(content) <= MAX_FILE:
        content = ef.without_padding(content)
        file = ef.recognise(path.name, content)
        return None if file is None else FileRecord(file, content)
    file = ef.by_name(path.name)
    problem = f"the file is larger than {MAX_FILE >> 20} MiB" if content else "the file is empty"
    return None if file is None else FileRecord(file, problem=problem)
