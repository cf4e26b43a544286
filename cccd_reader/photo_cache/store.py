# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The kept photos: one sealed file for each DG2, in the user's cache folder; their key lies in the data folder.

    photos/NAME.sealed    AES-256-GCM over the second of keeping (eight bytes) and DG2; NAME is HMAC-SHA-256 of its hash
    photos.key            the key, 32 bytes; without it nothing of the photos is left, which is how they are cleared

Who has the files alone learns how many there are, when each was kept and how long it is. Who has the key too sees
photos, without names or numbers. A photo counts for the days that the caller gives, from when it was read off a chip:
using it keeps it no longer. It is removed when it is met after them, and by every `keep`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cccd_reader.crypto.entropy import SYSTEM, Entropy
from cccd_reader.crypto.sealed import derive, keyed_hash, seal, unseal
from cccd_reader.errors import CccdError, MalformedData
from cccd_reader.storage.files import cache_folder, data_folder, read_bounded, write_whole
from cccd_reader.storage.key_file import load_or_create_key

FOLDER, KEY = "photos", "photos.key"
MAX_PHOTO = 1 << 18
"""Bytes of DG2; a longer one is not kept."""
MAX_PHOTOS = 1000
"""The oldest ones make room for new ones."""
_SUFFIX = ".sealed"
_STAMP = 8
_OVERHEAD = 64


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, repr=False)
class PhotoStore:
    """Photos by the hash of their file, kept for `days`; `now` is the time, aware."""

    folder: Path
    key: bytes
    days: int
    now: Callable[[], datetime] = _now
    entropy: Entropy = SYSTEM

    @classmethod
    def default(cls, days: int, entropy: Entropy = SYSTEM) -> PhotoStore:
        """Return the user's own; its key is made when there is none. Raises `CccdError` where it cannot be used."""
        key = load_or_create_key(default_key(), entropy.octets)
        return cls(default_folder(), key, days, entropy=entropy)

    def find(self, algorithm: str, digest: bytes) -> bytes | None:
        """Return the file that was kept under this hash, None where there is none that counts.

        The caller compares its hash. What is broken, or too old, is removed.
        """
        path = self._path(algorithm, digest)
        try:
            sealed = read_bounded(path, MAX_PHOTO + _OVERHEAD)
            if sealed is None:
                return None
            plain = unseal(derive(self.key, "photos"), sealed, path.name.encode())
        except MalformedData:
            _remove([path])
            return None
        except CccdError:
            return None  # a cache that cannot be read is an empty one
        if not self._counts(int.from_bytes(plain[:_STAMP], "big")):
            _remove([path])
            return None
        return plain[_STAMP:]

    def keep(self, algorithm: str, digest: bytes, content: bytes) -> bool:
        """Keep a file under its hash, and remove what is too old or too much. False where it is too long.

        Raises `CccdError` where it cannot be written.
        """
        if len(content) > MAX_PHOTO:
            return False
        self.sweep()
        path, second = self._path(algorithm, digest), int(self.now().timestamp())
        plain = second.to_bytes(_STAMP, "big") + content
        write_whole(path, seal(derive(self.key, "photos"), plain, path.name.encode(), self.entropy))
        os.utime(path, (second, second))  # what `sweep` goes by; the stamp inside decides
        return True

    def sweep(self) -> int:
        """Remove the photos that are too old, and the oldest where there are too many; return how many."""
        found = sorted(kept_photos(self.folder), key=lambda each: each.second, reverse=True)
        old = [each for number, each in enumerate(found) if number >= MAX_PHOTOS - 1 or not self._counts(each.second)]
        return _remove(each.path for each in old)

    def _counts(self, second: int) -> bool:
        age = int(self.now().timestamp()) - second
        return 0 <= age < timedelta(days=self.days).total_seconds()

    def _path(self, algorithm: str, digest: bytes) -> Path:
        name = keyed_hash(derive(self.key, "photo names"), f"{algorithm}:{digest.hex()}").hex()
        return self.folder / f"{name}{_SUFFIX}"


@dataclass(frozen=True)
class KeptPhoto:
    """A sealed file: its bytes, and the second of the epoch at which it says to have been kept."""

    path: Path
    size: int
    second: int


def default_folder() -> Path:
    """Return the folder of the user's kept photos."""
    return cache_folder(os.environ) / FOLDER


def default_key() -> Path:
    """Return the file of the user's key."""
    return data_folder(os.environ) / KEY


def kept_photos(folder: Path) -> tuple[KeptPhoto, ...]:
    """Return the sealed files of a folder, by name; none where it cannot be read."""
    found = []
    try:
        for path in sorted(folder.glob(f"*{_SUFFIX}")):
            status = path.stat()
            found.append(KeptPhoto(path, status.st_size, int(status.st_mtime)))
    except OSError:
        return tuple(found)  # another process has just removed one, or the folder is not ours to read
    return tuple(found)


def clear(folder: Path, key: Path) -> int:
    """Remove every kept photo, the key first; return how many there were. Raises `CccdError` where the key stays."""
    try:
        key.unlink(missing_ok=True)
    except OSError as error:
        raise CccdError(f"{key.name} cannot be removed: {error.strerror}", "Check the path and its rights.") from error
    return _remove(each.path for each in kept_photos(folder))


def _remove(paths: Iterable[Path]) -> int:
    count = 0
    for path in paths:
        try:
            path.unlink()
        except OSError:
            continue  # another process was quicker, or may; without its key it is nothing
        count += 1
    return count
