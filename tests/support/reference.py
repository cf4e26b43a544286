# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Where the reference data lies: the folder `shared/data` beside the repository, or what CCCD_REFERENCE_DATA names."""

from __future__ import annotations

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def reference_folder() -> Path | None:
    """Return the folder of the reference data, or None where there is none. Fit for collection time."""
    folder = Path(os.environ.get("CCCD_REFERENCE_DATA") or REPOSITORY.parent / "shared" / "data")
    return folder.resolve() if folder.is_dir() else None


def reference_files(pattern: str) -> list[Path]:
    """Return the files that match a glob pattern below the reference data, sorted; empty where there is no data."""
    folder = reference_folder()
    return sorted(folder.glob(pattern)) if folder else []
