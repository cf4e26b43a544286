# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Paths to write to, as people and scripts give them."""

from __future__ import annotations

import os
from pathlib import Path

import click


class _Target(click.Path):
    """A path with a name: an empty one, as of a variable that is not set, would be the folder one happens to be in."""

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        if value == "":
            self.fail("the path is empty", param, ctx)
        return super().convert(value, param, ctx)


TARGET = _Target(path_type=Path)
"""A file or folder to write, which need not be there."""

TARGET_FOLDER = _Target(file_okay=False, path_type=Path)
"""A folder to write to, which need not be there."""
