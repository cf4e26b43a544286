# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The watch list that the commands with a verdict ask: the user's, where there is one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from cccd_reader.inspection.report import Report
    from cccd_reader.watchlist.store import WatchList

_Command = TypeVar("_Command", bound=Callable[..., object])


def watch_list_options(command: _Command) -> _Command:
    """Add `--watchlist` and `--watchlist-key` to a command."""
    command = click.option(
        "--watchlist-key", type=click.Path(path_type=Path), help="File of the watch list's key, where it is elsewhere."
    )(command)
    return click.option(
        "--watchlist",
        type=click.Choice(["auto", "off"]),
        default="auto",
        show_default=True,
        help="auto asks the list of `cccd watchlist`, where there is one.",
    )(command)


class Watched:
    """Asks the list about reports; it is loaded when it is first asked, and again when its file has changed."""

    def __init__(self, choice: str, key: Path | None) -> None:
        self._off = choice == "off"
        self._key = key
        self._loaded: tuple[int, WatchList] | None = None

    def asked(self, report: Report) -> Report:
        """Return the report with the list's answer, as it is where there is no list, or it is not to be asked."""
        from cccd_reader.errors import CccdError  # noqa: PLC0415 -- as the next
        from cccd_reader.inspection.watched import (  # noqa: PLC0415 -- not for a usage error
            with_closed_watch_list,
            with_watch_list,
        )
        from cccd_reader.watchlist.store import WatchListFile  # noqa: PLC0415 -- as above

        file = WatchListFile.default(self._key)
        if self._off or not file.exists:
            return report
        try:
            version = file.sealed.stat().st_mtime_ns
            if self._loaded is None or self._loaded[0] != version:
                self._loaded = (version, file.load())
            return with_watch_list(report, self._loaded[1])
        except (CccdError, OSError) as error:
            self._loaded = None
            why = error if isinstance(error, CccdError) else CccdError("the watch list cannot be read")
            return with_closed_watch_list(report, why)
