# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Keeping a transaction alive while nothing is sent.

Windows ends a transaction that was idle for five seconds and resets the card, so that a caller who shows something to a
person between two commands would lose the session. Any call on the card counts as use.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from threading import Event, Lock, Thread
from types import TracebackType

MAX_IDLE = 4.0
"""Seconds without a call on the card that a transaction never reaches."""

PERIOD = MAX_IDLE / 4
"""Seconds between two looks at the clock; the card is touched where it was idle for twice as long."""


class KeepAlive:
    """Touches a card in good time whenever it is idle.

    Calls on the card are made inside `with`, one at a time: a touch never comes between a command and its answer.
    `touch` is called on the watching thread; `clock` yields seconds.
    """

    def __init__(self, touch: Callable[[], object], clock: Callable[[], float] = time.monotonic) -> None:
        self._touch = touch
        self._clock = clock
        self._lock = Lock()
        self._used = clock()
        self._stopped = Event()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._used = self._clock()
        self._lock.release()

    def look(self) -> None:
        """Touch the card if it has been idle; one that is being talked to is not."""
        if self._clock() - self._used < 2 * PERIOD or not self._lock.acquire(blocking=False):
            return
        try:
            if not self._stopped.is_set():
                self._touch()
                self._used = self._clock()
        finally:
            self._lock.release()

    def watch(self) -> None:
        """Look from now on, in a thread of its own, until `stop`."""
        Thread(target=self._watch, name="pcsc-keep-alive", daemon=True).start()

    def stop(self) -> None:
        """Look no more. Returns when no touch is under way."""
        self._stopped.set()
        with self:
            return

    def _watch(self) -> None:
        while not self._stopped.wait(PERIOD):
            self.look()


def is_needed() -> bool:
    """True on the system that ends idle transactions."""
    return os.name == "nt"
