# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The key of what is kept on this machine: 32 random bytes in a file of its owner's alone, made when first needed.

It protects a copy of the kept files (a backup, a lost disk without the key), not against who works as this user.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cccd_reader.errors import CccdError, MalformedData
from cccd_reader.storage.files import create_new, open_to_others, read_bounded

KEY_BYTES = 32


def load_key(path: Path) -> bytes | None:
    """Return the key, None where there is no such file.

    Raises `MalformedData` for a file that is no key, and `CccdError` for one that others may read: what it protects
    may be known to them, and only a person can tell.
    """
    key = read_bounded(path, KEY_BYTES)
    if key is None:
        return None
    if len(key) != KEY_BYTES:
        raise MalformedData(f"{len(key)} bytes, where {KEY_BYTES} are expected", f"key {path.name}")
    if open_to_others(path):
        hint = "Make it readable for its owner alone (chmod 600), if nobody else has read it."
        raise CccdError(f"the key {path.name} can be read by others", hint)
    return key


def load_or_create_key(path: Path, octets: Callable[[int], bytes]) -> bytes:
    """Return the key; make it of `octets` where there is none. Raises as `load_key` does."""
    key = load_key(path)
    if key is None:
        create_new(path, octets(KEY_BYTES))
        key = load_key(path)  # ours, or that of who was quicker
    if key is None:
        raise CccdError(f"the key {path.name} cannot be made", "Check the path and its rights.")
    return key
