# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What the people and programs around a counter ask of it, handed from their threads to the counter's own."""

from __future__ import annotations

from threading import Condition

from cccd_reader.scanners.access_text import Access


class Mailbox:
    """The latest text that opens a card, and the two requests that interrupt: cancel and stop.

    Any thread may call any method, a signal handler too: the lock lets the same thread in again.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._access: Access | None = None
        self._served: Access | None = None
        self._cancelled = False
        self._stopped = False

    def give(self, access: Access) -> bool:
        """Leave a text; one that was not taken yet is replaced, since the last scan is the one that is meant.

        The text of the customer who is being served is dropped, and False returned: some scanners read a code again and
        again.
        """
        with self._changed:
            if self._served is not None and _same(access, self._served):
                return False
            self._access = access
            self._changed.notify_all()
            return True

    def serve(self, access: Access | None) -> None:
        """Note whose card is being read or lies there still, None when it does not any more."""
        with self._changed:
            self._served = access

    def cancel(self) -> None:
        """Ask to drop the customer who is being served, and a text that was left."""
        with self._changed:
            self._access = None
            self._cancelled = True
            self._changed.notify_all()

    def stop(self) -> None:
        """Ask to close the counter."""
        with self._changed:
            self._access = None
            self._stopped = True
            self._changed.notify_all()

    @property
    def stopped(self) -> bool:
        """True once the counter was asked to close."""
        return self._stopped

    @property
    def interrupted(self) -> bool:
        """True while there is something to heed at once."""
        return self._stopped or self._cancelled

    @property
    def waiting(self) -> bool:
        """True while a text lies here."""
        return self._access is not None

    def take_access(self) -> Access | None:
        """Take the text, if there is one."""
        with self._changed:
            access, self._access = self._access, None
            return access

    def take_cancel(self) -> bool:
        """Take the request to cancel, if there is one."""
        with self._changed:
            cancelled, self._cancelled = self._cancelled, False
            return cancelled

    def sleep(self, seconds: float) -> None:
        """Sleep, unless something is there already or comes meanwhile."""
        with self._changed:
            self._changed.wait_for(lambda: self.interrupted or self.waiting, seconds)

    def doze(self, seconds: float) -> None:
        """Sleep, unless an interruption is there or comes; a text may wait for its turn."""
        with self._changed:
            self._changed.wait_for(lambda: self.interrupted, seconds)


def _same(one: Access, other: Access) -> bool:
    """The same text, or the same person's number in another form."""
    numbers = [None if each.given is None else each.given.number for each in (one, other)]
    return one == other or (numbers[0] is not None and numbers[0] == numbers[1])
