# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Files of ours in the user's folders: written whole or not at all, readable by their owner alone."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from cccd_reader.errors import CccdError

_HINT = "Check the path and its rights."


def data_folder(environment: Mapping[str, str]) -> Path:
    """Return the user's data folder of this program (XDG Base Directory Specification; LOCALAPPDATA on Windows)."""
    return _folder(environment, "XDG_DATA_HOME", Path(".local", "share"))


def cache_folder(environment: Mapping[str, str]) -> Path:
    """Return the user's cache folder of this program, which may be emptied at any time."""
    return _folder(environment, "XDG_CACHE_HOME", Path(".cache"))


def _folder(environment: Mapping[str, str], variable: str, usual: Path) -> Path:
    if os.name == "nt":
        base = environment.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
        folder = Path(base, "cccd-reader")
        return folder / "cache" if variable == "XDG_CACHE_HOME" else folder
    return Path(environment.get(variable) or Path.home() / usual, "cccd-reader")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, whole, even after a loss of power; mode 0600.

    Its folder is made, for its owner alone, where it is missing. Raises `CccdError`.
    """
    name = ""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")  # with mode 0600
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except OSError as error:
        if name:
            Path(name).unlink(missing_ok=True)
        raise CccdError(f"{path.name} cannot be written: {error.strerror}", _HINT) from error


def create_new(path: Path, content: bytes) -> bool:
    """Write a file that must not exist yet, mode 0600; return False where it does. Raises `CccdError`."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            # A link fails where the name is taken, so of two who create it at once one wins, with a whole file.
            os.link(name, path)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        if isinstance(error, FileExistsError) and path.is_file():
            return False
        raise CccdError(f"{path.name} cannot be written: {error.strerror}", _HINT) from error
    return True


def read_bounded(path: Path, most: int) -> bytes | None:
    """Return a file's content, None where there is none. Raises `CccdError` where it cannot be read or is longer."""
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CccdError(f"{path.name} cannot be read: {error.strerror}", _HINT) from error
    if len(content) > most:
        raise CccdError(f"{path.name} is longer than {most} bytes", "It is not a file of this program; move it away.")
    return content


def open_to_others(path: Path) -> bool:
    """True where others than the owner may read or write a file (POSIX modes; Windows keeps a profile to its user)."""
    return os.name != "nt" and bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
