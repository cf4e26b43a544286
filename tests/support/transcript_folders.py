# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Where recorded dialogues lie: the tests' own, the reference data's, and the folders of CCCD_TRANSCRIPTS.

Whoever names a folder wants it replayed: one that is not there, or holds none, is an error and never a silent pass.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from tests.support.reference import reference_folder

_OWN = Path(__file__).parent.parent / "transcripts"
_KINDS = ("vectors", "foreign", "computed")


def transcript_files(further: str | None = None) -> list[Path]:
    """Return every dialogue, those with equal names and bytes once; `further` replaces the variable's value."""
    reference = reference_folder()
    folders = [_OWN / kind for kind in _KINDS] + ([reference / kind for kind in _KINDS] if reference else [])
    found: dict[object, Path] = {}
    for folder in folders:
        for path in _dialogues(folder):
            found.setdefault((path.stem, path.read_bytes()), path)
    named = os.environ.get("CCCD_TRANSCRIPTS", "") if further is None else further
    for item in filter(None, named.split(os.pathsep)):
        paths = _dialogues(Path(item))
        if not paths:
            raise ValueError(f"CCCD_TRANSCRIPTS names {item}, which holds no dialogue")
        found |= {path.resolve(): path for path in paths}
    return list(found.values())


def _dialogues(folder: Path) -> list[Path]:
    """Return the files with APDUs in them; worked examples of arithmetic alone have none, and tests of their own."""
    return [path for path in sorted(folder.rglob("*.json")) if "apdus" in json.loads(path.read_text())]
