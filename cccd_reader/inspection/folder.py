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

    Zeros after the outer length are cut before anything is hashed. Other files are passed over. Raises
    `MalformedData` where two files are the same elementary file or none is any, `CccdError` for what cannot be read.
    """
    found: dict[ElementaryFile, bytes] = {}
    try:
        paths = sorted(path for path in folder.iterdir() if path.is_file())
        for path in paths[:MAX_FILES]:
            content = _content(path)
            file = ef.recognise(path.name, content) if content else None
            if file is None:
                continue
            if file in found and found[file] != content:
                raise MalformedData(f"two different files are {file.name}", "folder", "Keep one document a folder.")
            found[file] = content
    except OSError as error:
        raise CccdError(f"the folder cannot be read: {error.strerror}", "Check the folder and its rights.") from error
    if not found:
        raise MalformedData("no file of a chip is in it", "folder", "Name a folder with files such as EF_SOD.bin.")
    return Evidence(tuple(FileRecord(file, content) for file, content in found.items()))


def _content(path: Path) -> bytes:
    with path.open("rb") as source:
        content = source.read(MAX_FILE + 1)
    return b"" if len(content) > MAX_FILE else ef.without_padding(content)
