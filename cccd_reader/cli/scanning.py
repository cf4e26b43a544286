# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A serial scanner that is listened to in a thread of its own, while a counter works in another."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event as Flag
from threading import Thread
from types import TracebackType
from typing import Self

from cccd_reader.scanners.events import Event
from cccd_reader.scanners.places import SerialPlace

_LOOK = 0.3
"""Seconds between two looks at whether to end."""


class Scanning:
    """Tells `listener` every event of the scanner at `place`, until the end of the block; None is no scanner."""

    def __init__(self, place: SerialPlace | None, listener: Callable[[Event], None]) -> None:
        self._listener = listener
        self._ends = Flag()
        self._thread = None if place is None else Thread(target=self._listen, args=(place,), daemon=True)

    def __enter__(self) -> Self:
        if self._thread is not None:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._ends.set()
        if self._thread is not None:
            self._thread.join()

    def _listen(self, place: SerialPlace) -> None:
        from cccd_reader.scanners.serial_port import SerialScanner  # noqa: PLC0415 -- pyserial only where it is used

        with SerialScanner(place) as scanner:
            while not self._ends.is_set():
                event = scanner.poll(_LOOK)
                if event is not None:
                    self._listener(event)
