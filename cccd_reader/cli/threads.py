# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Threads whose failure somebody hears: it is handed over, and raised again where a command ends in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Thread


@dataclass(frozen=True, repr=False)
class Broken:
    """A thread has ended by an error, which may hold in its frames what was read. Hidden in `repr`."""

    error: BaseException

    def __repr__(self) -> str:
        return f"Broken({type(self.error).__name__})"


def started(run: Callable[[], None], failed: Callable[[Broken], object]) -> Thread:
    """Start a thread that does not keep the program alive; whatever ends it is told to `failed`, in that thread."""
    thread = Thread(target=_guarded, args=(run, failed), daemon=True)
    thread.start()
    return thread


def _guarded(run: Callable[[], None], failed: Callable[[Broken], object]) -> None:
    try:
        run()
    except BaseException as error:  # noqa: BLE001 -- handed over; the thread's own traceback could show what was read
        failed(Broken(error))
