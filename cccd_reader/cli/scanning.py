# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A serial scanner that is listened to in a thread of its own, while a counter works in another."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event as Flag
from threading import Thread
from types import TracebackType
from typing import Self

from cccd_reader.cli.threads import Broken, started
from cccd_reader.scanners.events import Event
from cccd_reader.scanners.places import SerialPlace

_LOOK = 0.3
"""Seconds between two looks at whether to end."""
_PATIENCE = 3.0


class Scanning:
    """Tells `listener` every event of the scanner at `place`, until the end of the block; None is no scanner.

    The listener is called in another thread, and hears `Broken` where that ends by an error.
    """

    def __init__(self, place: SerialPlace | None, listener: Callable[[Event | Broken], object]) -> None:
        self._place = place
        self._listener = listener
        self._ends = Flag()
        self._thread: Thread | None = None

    def __enter__(self) -> Self:
        if self._place is not None:
            place = self._place
            self._thread = started(lambda: self._listen(place), self._listener)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._ends.set()
        if self._thread is not None:
            self._thread.join(_PATIENCE)

    def _listen(self, place: SerialPlace) -> None:
        from cccd_reader.scanners.serial_port import SerialScanner  # noqa: PLC0415 -- pyserial only where it is used

        with SerialScanner(place) as scanner:
            while not self._ends.is_set():
                event = scanner.poll(_LOOK)
                if event is not None:
                    self._listener(event)
