# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Python, the libraries beside this one, and the parts of them that may be missing."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
import sys

from cccd_reader.doctor.surroundings import Requirement, Software

_DISTRIBUTION = "cccd-reader"
_NEEDED = re.compile(r"([A-Za-z0-9._-]+)\s*>=\s*([0-9][0-9A-Za-z.]*)")


def gather_software() -> Software:
    """Return what is installed."""
    return Software(
        (sys.version_info.major, sys.version_info.minor),
        _requirements(),
        importlib.util.find_spec("zxingcpp") is not None,
        _decodes_jpeg2000(),
        "pipx" in sys.prefix.replace("\\", "/").split("/"),
    )


def requirement(text: str) -> tuple[str, str] | None:
    """Return name and least version of a requirement that always holds (PEP 508); None for those of extras."""
    found = _NEEDED.match(text)
    return (found[1], found[2]) if found and ";" not in text else None


def _requirements() -> tuple[Requirement, ...] | None:
    try:
        texts = importlib.metadata.requires(_DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:  # a checkout, or one folder with all in it
        return None
    needed = (found for text in texts if (found := requirement(text)) is not None)
    return tuple(Requirement(name, version, _installed(name)) for name, version in needed)


def _installed(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _decodes_jpeg2000() -> bool:
    try:
        from PIL import features  # noqa: PLC0415 -- Pillow may be what is missing
    except ImportError:
        return False
    return bool(features.check("jpg_2000"))
