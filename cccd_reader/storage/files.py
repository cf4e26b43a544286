# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Files of ours: written whole or not at all, and readable by their owner alone but for what is public."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from cccd_reader.errors import CccdError

_HINT = "Check the path and its rights."
_OWNER_ALONE, _PUBLIC = 0o600, 0o666
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)
"""What a file system answers that knows no links."""
_NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)


def data_folder(environment: Mapping[str, str]) -> Path:
    """Return the user's data folder of this program (XDG Base Directory Specification; LOCALAPPDATA on Windows)."""
    return _folder(environment, "XDG_DATA_HOME", Path(".local", "share"))


def cache_folder(environment: Mapping[str, str]) -> Path:
    """Return the user's cache folder of this program, which may be emptied at any time."""
    return _folder(environment, "XDG_CACHE_HOME", Path(".cache"))


def config_folder(environment: Mapping[str, str]) -> Path:
    """Return the user's folder of settings of this program (APPDATA on Windows)."""
    if os.name == "nt":
        return Path(environment.get("APPDATA") or Path.home() / "AppData" / "Roaming", "cccd-reader")
    return _folder(environment, "XDG_CONFIG_HOME", Path(".config"))


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
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _beside(path) as name:
            _write(name, content)
            os.replace(name, path)
    except OSError as error:
        raise CccdError(f"{path.name} cannot be written: {error.strerror}", _HINT) from error


def write_public(path: Path, content: bytes) -> None:
    """Write a file of no secrets, such as a certificate, whole as `write_whole` does; its mode is what the umask says.

    A link stays one: what it points to is replaced. What is no plain file, such as /dev/stdout, is written to. Raises
    `CccdError`.
    """
    place = os.path.realpath(path)
    try:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        if os.path.exists(path) and not os.path.isfile(path):
            path.write_bytes(content)
            return
        with _beside(Path(place)) as name:
            _write(name, content, _PUBLIC)
            os.replace(name, place)
    except OSError as error:
        raise CccdError(f"{path.name} cannot be written: {error.strerror}", _HINT) from error


def create_new(path: Path, content: bytes) -> bool:
    """Write a file that must not exist yet, whole or not at all, mode 0600; return False where it exists.

    Its folder is made, for its owner alone, where it is missing. Raises `CccdError`.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _beside(path) as name:
            _write(name, content)
            _put(name, path)
    except OSError as error:
        if isinstance(error, FileExistsError) and path.is_file():
            return False
        raise CccdError(f"{path.name} cannot be written: {error.strerror}", _HINT) from error
    return True


def create_all(folder: Path, contents: Mapping[str, bytes]) -> bool:
    """Write files of these names into a folder, all of them or none, mode 0600; return False where one exists.

    A folder that is missing is made, for its owner alone, and appears with all of them at once. In one that is there
    already the files come one after the other, each whole: only SIGKILL and a loss of power leave some of them.
    Raises `CccdError`.
    """
    if os.path.isdir(folder):
        return _add_all(folder, contents)
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _beside(folder) as name:
            os.mkdir(name, 0o700)
            for each, content in contents.items():
                _write(os.path.join(name, each), content)
            os.rename(name, folder)
    except OSError as error:
        raise CccdError(f"{folder.name} cannot be made: {error.strerror}", _HINT) from error
    return True


def _add_all(folder: Path, contents: Mapping[str, bytes]) -> bool:
    if any(os.path.lexists(folder / name) for name in contents):
        return False
    written: list[Path] = []
    try:
        for name, content in contents.items():
            written.append(folder / name)
            if not create_new(folder / name, content):
                written.pop()  # another program was quicker, and it is that program's
                raise CccdError(f"{name} was made by another program meanwhile", _HINT)
    except BaseException:  # also Ctrl-C
        for path in written:
            if os.path.lexists(path):
                os.unlink(path)
        raise
    return True


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Wait until no other program changes a folder's files, and keep others waiting; raises `OSError`.

    A program that ends in any way lets go. Where there are no such locks (Windows, some network shares), nobody waits.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl  # noqa: PLC0415 -- POSIX alone

    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
        yield
    finally:
        os.close(handle)


@contextmanager
def _beside(path: Path) -> Iterator[str]:
    """Give a name for what is written first; at the end nothing has it, also after Ctrl-C at any moment.

    So the name is known before anything has it.
    """
    name = str(path.parent / f".new-{secrets.token_hex(8)}")
    try:
        yield name
    finally:
        if os.path.isdir(name):
            shutil.rmtree(name)
        elif os.path.lexists(name):
            os.unlink(name)


def _write(name: str, content: bytes, mode: int = _OWNER_ALONE) -> None:
    with open(name, "xb", opener=lambda path, flags: os.open(path, flags, mode)) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _put(name: str, path: Path) -> None:
    """Give a file its name, which must be free. Of two programs that do it at once one wins, with a whole file."""
    try:
        os.link(name, path)
        os.unlink(name)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # A medium without links, such as a memory stick: the name is taken first, and filled in one step.
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            os.replace(name, path)
        except BaseException:
            os.unlink(path)
            raise


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
