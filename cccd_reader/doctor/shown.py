# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Paths: as a person is shown them, and whether they are there.

What the home folder is called is nobody's business, and ~ can be typed.
"""

from __future__ import annotations

from pathlib import Path


def shown(path: Path) -> str:
    """Return an absolute path, with ~ for the home folder."""
    path, home = path.absolute(), Path.home()
    if path == home:
        return "~"
    return f"~/{path.relative_to(home).as_posix()}" if path.is_relative_to(home) else str(path)


def is_there(path: Path) -> bool:
    """True where this user sees the path; Python 3.11 raises in `exists` where it may not look."""
    try:
        path.stat()
    except OSError:
        return False
    return True
