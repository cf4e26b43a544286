# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The photos that the commands with a verdict keep, where `--photo-cache` says for how many days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

import click

from cccd_reader.errors import CccdError

if TYPE_CHECKING:
    from cccd_reader.inspection.known_files import KnownFiles
    from cccd_reader.inspection.report import Report
    from cccd_reader.photo_cache.store import PhotoStore
    from cccd_reader.pki.trust_store import TrustStore

_Command = TypeVar("_Command", bound=Callable[..., object])

MAX_DAYS = 365


def photo_cache_option(command: _Command) -> _Command:
    """Add `--photo-cache`."""
    return click.option(
        "--photo-cache",
        type=click.IntRange(0, MAX_DAYS),
        default=0,
        show_default=True,
        metavar="DAYS",
        help="Days to keep photos of accepted cards, sealed: a card that returns is read faster. 0 keeps none.",
    )(command)


class Photos:
    """The user's kept photos; none where they are kept for 0 days."""

    def __init__(self, days: int) -> None:
        """Open them. Raises `CccdError` where their key cannot be used."""
        self._store: PhotoStore | None = None
        self.problem: CccdError | None = None
        if days:
            from cccd_reader.photo_cache.store import PhotoStore  # noqa: PLC0415 -- only where it is asked for

            self._store = PhotoStore.default(days)

    def known(self, trust: TrustStore, at: Callable[[], datetime]) -> KnownFiles | None:
        """Return what a reading may take from them, judged under `trust` at the time that `at` yields."""
        if self._store is None:
            return None
        from cccd_reader.photo_cache.lookup import known_photos  # noqa: PLC0415 -- only where it is asked for

        return known_photos(self._store, trust, at)

    def keep(self, report: Report) -> None:
        """Keep the photo of an accepted document. Where it cannot be written, `problem` says why."""
        if self._store is None:
            return
        from cccd_reader.photo_cache.lookup import keep  # noqa: PLC0415 -- only where it is asked for

        try:
            keep(self._store, report)
        except CccdError as error:
            self.problem = error
