# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What lies on the disk: who may read or change it, whether it can be written, and the watch list's key."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cccd_reader.doctor.shown import is_there, shown
from cccd_reader.doctor.surroundings import Files, Folder, OpenPath, WatchListFiles, WatchListState
from cccd_reader.errors import CccdError, MalformedData
from cccd_reader.storage.files import open_to_others
from cccd_reader.watchlist.store import WatchListFile

_MOST = 2048


@dataclass(frozen=True)
class Kept:
    """Where things are kept: the store, the files that decide whom to trust, and the folders that are written to.

    `private` are folders of what may hold somebody's data.
    """

    store: Path
    deciding: tuple[Path, ...]
    written: tuple[Path, ...]
    private: tuple[Path, ...]
    watch_list: WatchListFile


def gather_files(kept: Kept) -> Files:
    """Look at all of them. A folder is tried by writing a file without a name into it."""
    found = [*_writable((kept.store, *_below(kept.store), *kept.deciding)), *_readable(kept.private)]
    return Files(tuple(found), tuple(_folder(path) for path in kept.written), gather_watch_list(kept.watch_list))


def gather_watch_list(file: WatchListFile) -> WatchListFiles:
    """Open the watch list, where there is one, and forget it."""
    key = shown(file.key)
    try:
        if not file.sealed.exists():
            return WatchListFiles(WatchListState.NONE, key)
        if not file.key.exists():
            return WatchListFiles(WatchListState.NO_KEY, key)
        if open_to_others(file.key):
            return WatchListFiles(WatchListState.KEY_OPEN, key)
        file.load()
    except (MalformedData, CccdError, OSError):
        return WatchListFiles(WatchListState.DAMAGED, key)
    return WatchListFiles(WatchListState.OPENS, key)


def _writable(paths: Iterable[Path]) -> Iterator[OpenPath]:
    for path in paths:
        status = _status(path)
        if status is None or os.name == "nt":
            continue
        # A group that bears the number of its user is that user's alone on most distributions.
        mask = stat.S_IWOTH | (0 if status.st_gid == status.st_uid else stat.S_IWGRP)
        if status.st_mode & mask:
            yield OpenPath(shown(path), writable=True)


def _readable(paths: Iterable[Path]) -> Iterator[OpenPath]:
    for path in paths:
        status = _status(path)
        if status is not None and os.name != "nt" and status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield OpenPath(shown(path), writable=False)


def _status(path: Path) -> os.stat_result | None:
    try:
        found = path.stat()
    except OSError:  # there is none, or another check says that it cannot be looked at
        return None
    return found if stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode) else None


def _below(folder: Path) -> Iterator[Path]:
    count = 0
    for name, folders, files in os.walk(folder):
        for each in (*folders, *files):
            if count < _MOST:
                yield Path(name, each)
            count += 1


def _folder(path: Path) -> Folder:
    """Try the folder, or where it is not there yet, the nearest one above it that is."""
    nearest = next(each for each in (path, *path.absolute().parents) if is_there(each))
    try:
        with tempfile.TemporaryFile(dir=nearest):
            pass
        return Folder(shown(path), free=shutil.disk_usage(nearest).free)
    except OSError:
        return Folder(shown(path), writable=False)
