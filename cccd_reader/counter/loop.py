# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The counter's loop: for each customer the same steps, told as events.

    Ready          a scan or a typed number is awaited
    AccessTaken    it came
    CardAwaited    only where no card lies there yet; another text replaces the first
    CardPresent    the card is read: Heard, Heard, ...
    Judged         the verdict; the card can be taken off
    Removed        it was; the verdict stays until the next text, a request, or `Times.clear`
    Cleared        nothing of this customer may be shown any more

A customer who cannot be served ends in Failed, then Cleared. A text that comes while a card still lies there waits for
its removal, so that one customer's number never meets another's card; the same customer's text is dropped then.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TypeAlias

from cccd_reader.apdu.channel import Card
from cccd_reader.apdu.trace import Exchange
from cccd_reader.counter.attentive import attentive
from cccd_reader.counter.events import (
    AccessTaken,
    CardAwaited,
    CardPresent,
    Cleared,
    Failed,
    Heard,
    Judged,
    Listener,
    Ready,
    Removed,
    Why,
)
from cccd_reader.counter.mailbox import Mailbox
from cccd_reader.counter.station import Station
from cccd_reader.errors import CccdError, NoCard
from cccd_reader.inspection.events import Event
from cccd_reader.inspection.read import ReadOptions, read
from cccd_reader.inspection.reading import Reading
from cccd_reader.inspection.report import Report
from cccd_reader.scanners.access_text import Access
from cccd_reader.vietnam.crosscheck import Given

Judge: TypeAlias = Callable[[Reading, Given | None], Report]


@dataclass(frozen=True)
class Times:
    """Seconds: until an unattended desk is cleared, until a card must have come, between two looks at the reader.

    `turn` is how long a card that was taken off too early is waited for before somebody may interrupt.
    """

    clear: float = 60.0
    card: float = 60.0
    look: float = 0.3
    turn: float = 1.0
    clock: Callable[[], float] = time.monotonic


class _Interrupted(Exception):
    """Unwinds a reading that nobody waits for any more. Not one of ours, so that `read` does not put it on record."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


class Counter:
    """One place at a counter. `run` serves until `stop`; the other methods may be called from any thread.

    `judge` makes the report of a reading. `listener` hears every event in the thread of `run`.
    """

    def __init__(self, station: Station, judge: Judge, listener: Listener, times: Times = Times()) -> None:
        self._station = station
        self._judge = judge
        self._tell = listener
        self._times = times
        self._mail = Mailbox()
        self.read_options = ReadOptions()
        """How cards are read; its listeners are the counter's."""

    def give(self, access: Access) -> bool:
        """Hand over what a scanner read or a person typed.

        Returns False where it was dropped, since the card of the same text is being read or lies there still.
        """
        return self._mail.give(access)

    def cancel(self) -> None:
        """Drop the customer who is being served, and clear the desk."""
        self._mail.cancel()

    def stop(self) -> None:
        """Close the counter."""
        self._mail.stop()

    def run(self) -> None:
        """Serve one customer after the other until `stop`.

        Raises nothing for what a customer or a reader does; what `judge` and the listener raise, but for `CccdError` of
        `judge`, ends it.
        """
        while not self._mail.stopped:
            self._tell(Ready())
            self._serve_next()

    def _serve_next(self) -> None:
        access = self._next_text()
        if access is not None:
            self._mail.serve(access)
            try:
                self._serve(access)
            finally:
                self._mail.serve(None)

    def _next_text(self) -> Access | None:
        while not self._mail.stopped:
            self._mail.take_cancel()  # there is nothing to drop
            if (access := self._mail.take_access()) is not None:
                return access
            self._mail.sleep(self._times.look)
        return None

    def _serve(self, access: Access) -> None:
        self._tell(AccessTaken(access))
        try:
            reading = self._read(access)
            report = self._judge(reading, access.given)
        except _Interrupted as interrupted:
            self._clear(interrupted.why)
            return
        except CccdError as error:
            self._mail.serve(None)  # the same text may be tried again
            self._tell(Failed(error))
            self._show_until(self._times.clock() + self._times.clear)
            return
        self._tell(Judged(report, reading))
        self._leave(self._times.clock() + self._times.clear)

    def _read(self, access: Access) -> Reading:
        with ExitStack() as stack:
            card = self._opened(stack)
            reader = getattr(card, "reader", "")
            self._tell(CardPresent(str(getattr(reader, "name", reader))))
            options = replace(self.read_options, on_event=self._hear, observer=self._observe)
            return read(attentive(card, self._times.turn, self._times.clock, self._rest), access.keys, options)

    def _opened(self, stack: ExitStack) -> Card:
        """Wait for the card, and open it until the end of the stack."""
        end, told = self._times.clock() + self._times.card, False
        while True:
            self._heed()
            try:
                return stack.enter_context(self._station.open(self._times.look))
            except NoCard:
                if self._times.clock() >= end:
                    raise
            if self._mail.waiting:
                raise _Interrupted(Why.NEXT)
            if not told:
                self._tell(CardAwaited())
                told = True

    def _hear(self, event: Event) -> None:
        self._heed()
        self._tell(Heard(event))

    def _observe(self, exchange: Exchange) -> None:
        self._heed()

    def _rest(self) -> None:
        self._mail.doze(self._times.look)
        self._heed()

    def _heed(self) -> None:
        if self._mail.interrupted:
            raise _Interrupted(Why.STOPPED if self._mail.stopped else Why.PERSON)

    def _leave(self, end: float) -> None:
        """Wait for the card to be taken off; the verdict leaves the screen in time though it lies there for ever."""
        cleared = False
        while self._occupied() and not self._mail.stopped:
            self._mail.doze(self._times.look)
            why = self._cleared_by(end)
            if not cleared and why is not None and why is not Why.NEXT:
                self._clear(why)
                cleared = True
        self._mail.serve(None)
        if not self._mail.stopped:
            self._tell(Removed())
        if not cleared:
            self._show_until(end)  # stopped: at once

    def _occupied(self) -> bool:
        try:
            return self._station.occupied()
        except CccdError as error:  # no reader, no service: no card either, as far as anybody can tell
            self._tell(Failed(error))
            return False

    def _show_until(self, end: float) -> None:
        while (why := self._cleared_by(end)) is None:
            self._mail.sleep(self._times.look)
        self._clear(why)

    def _cleared_by(self, end: float) -> Why | None:
        if self._mail.stopped:
            return Why.STOPPED
        if self._mail.take_cancel():
            return Why.PERSON
        if self._times.clock() >= end:
            return Why.TIME
        return Why.NEXT if self._mail.waiting else None

    def _clear(self, why: Why) -> None:
        self._mail.take_cancel()
        self._tell(Cleared(why))
