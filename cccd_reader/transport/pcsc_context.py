# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""One connection to the PC/SC service, over the functions of pyscard that mirror the C interface (PC/SC part 5).

pyscard is not imported here: the module `smartcard.scard` is handed in. No connection outlives its use, so none is
stale when the service was restarted or the last reader unplugged.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from threading import Thread
from typing import Protocol, TypeVar

from cccd_reader.errors import ReaderBusy
from cccd_reader.transport.pcsc_errors import ScardCode, error_of
from cccd_reader.transport.pcsc_readers import Reader, kind_of

_T = TypeVar("_T")

State = tuple[str, int, list[int]]
"""Name of a reader, its state bits with a count of events in the upper half, and the ATR."""

# The values of the C interface, the same in every implementation.
SCOPE_USER, SHARE_SHARED, PROTOCOL_T0_OR_T1 = 0, 2, 3
LEAVE_CARD, RESET_CARD = 0, 1
STATE_UNAWARE, STATE_CHANGED, STATE_PRESENT = 0x0000, 0x0002, 0x0020
_NOTIFICATION = "\\\\?PnP?\\Notification"
"""The name that stands for "a reader was attached or removed"."""
_GONE = (ScardCode.SCARD_E_UNKNOWN_READER, ScardCode.SCARD_E_READER_UNAVAILABLE)
_MAX_WATCHED = 15
"""pcsc-lite takes 16 names in one call; one is the notification's."""


class Scard(Protocol):
    """The functions of `smartcard.scard` that are used here. Each returns a code, or a code and its results."""

    # ruff: noqa: N802  -- the names of the C interface

    def SCardEstablishContext(self, scope: int, /) -> tuple[int, int]:
        """Return a context."""

    def SCardReleaseContext(self, context: int, /) -> int:
        """Give a context back, and all that was opened in it."""

    def SCardListReaders(self, context: int, groups: list[str], /) -> tuple[int, list[str]]:
        """Return the names of the slots that are attached."""

    def SCardGetStatusChange(
        self, context: int, milliseconds: int, states: list[tuple[str, int]], /
    ) -> tuple[int, list[State]]:
        """Wait until a slot is not in the state that is given for it; return the states of all."""

    def SCardConnect(self, context: int, reader: str, share: int, protocols: int, /) -> tuple[int, int, int]:
        """Return a handle of the card and the protocol that was negotiated. Blocks during a transaction of others."""

    def SCardReconnect(self, card: int, share: int, protocols: int, disposition: int, /) -> tuple[int, int]:
        """Make a handle usable again after a reset; return the protocol. Blocks during a transaction of others."""

    def SCardDisconnect(self, card: int, disposition: int, /) -> int:
        """Give a handle back."""

    def SCardBeginTransaction(self, card: int, /) -> int:
        """Keep others out. Blocks during a transaction of others."""

    def SCardEndTransaction(self, card: int, disposition: int, /) -> int:
        """Let others in again, after the disposition has been carried out."""

    def SCardStatus(self, card: int, /) -> tuple[int, str, int, int, list[int]]:
        """Return the slot's name, its state, the protocol and the ATR."""

    def SCardTransmit(self, card: int, protocol: int, command: list[int], /) -> tuple[int, list[int]]:
        """Exchange one APDU. The answer holds anything where the code is not success."""

    def SCardControl(self, card: int, code: int, data: list[int], /) -> tuple[int, list[int]]:
        """Send a command to the reader itself. The answer holds anything where the code is not success."""


def check(code: int, *tolerated: ScardCode) -> int:
    """Return 0 for success, or a code that the caller tolerates; any other raises the error that it stands for."""
    unsigned = code & 0xFFFFFFFF  # some implementations return negative numbers
    if unsigned != ScardCode.SCARD_S_SUCCESS and unsigned not in tolerated:
        raise error_of(code)
    return unsigned


class Context:
    """A context of the PC/SC service. Raises `ServiceUnavailable` where no service answers.

    An `abandoned` context belongs to a call that blocks, and is of no use any more.
    """

    def __init__(self, scard: Scard) -> None:
        self.scard = scard
        self._handle = self._establish()
        self._states: list[tuple[str, int]] = []
        self._notified = STATE_UNAWARE
        self.abandoned = False

    def renew(self) -> None:
        """Replace the context by a new one: the service has dropped the old one, or a call that blocks has taken it."""
        self.release()
        self.abandoned = True  # until there is a new one, there is none to release
        self._handle = self._establish()
        self._states, self._notified = [], STATE_UNAWARE
        self.abandoned = False

    def release(self) -> None:
        """Give the context back; handles opened in it and transactions held through it end."""
        if not self.abandoned:
            self.scard.SCardReleaseContext(self._handle)  # an error says that the service has dropped it already

    def within(self, seconds: float, call: Callable[[], _T]) -> _T:
        """Return what `call` returns; where another program makes it block for longer, raise `ReaderBusy`.

        Connecting and beginning a transaction know no time limit, and while they block the context cannot be released
        either. So they run in a thread of their own, which releases the context itself where nobody waits any more.
        """
        future: Future[_T] = Future()
        Thread(target=self._call, args=(future, call, self._handle), name="pcsc", daemon=True).start()
        try:
            return future.result(seconds)
        except BaseException as error:  # also Ctrl-C
            self.abandoned = future.cancel()
            if not isinstance(error, TimeoutError):
                raise
            if not self.abandoned:  # it came at the last moment
                return future.result()
            raise ReaderBusy("another program holds the card in a transaction") from None

    def _call(self, future: Future[_T], call: Callable[[], _T], handle: int) -> None:
        try:
            try:
                result = call()
            except Exception as error:  # noqa: BLE001  -- it is raised where the result is awaited
                future.set_exception(error)
            else:
                future.set_result(result)
        except InvalidStateError:
            self.scard.SCardReleaseContext(handle)

    def readers(self) -> tuple[Reader, ...]:
        """Return the slots that are attached now, and keep their states for `wait`."""
        code, names = self.scard.SCardListReaders(self._handle, [])
        if check(code, ScardCode.SCARD_E_NO_READERS_AVAILABLE):
            names = []
        found = [state for name in names if (state := self.state(name)) is not None]
        self._states = [(name, bits & ~STATE_CHANGED) for name, bits, _ in found]
        return tuple(Reader(name, kind_of(name), bool(bits & STATE_PRESENT), bytes(atr)) for name, bits, atr in found)

    def state(self, reader: str) -> State | None:
        """Return the state of a reader as it is now, or None where the reader has left."""
        code, states = self.scard.SCardGetStatusChange(self._handle, 0, [(reader, STATE_UNAWARE)])
        return None if check(code, *_GONE) else states[0]

    def wait(self, seconds: float) -> bool:
        """Return True as soon as a card or a reader has come or gone since `readers`, False after `seconds`."""
        milliseconds = int(seconds * 1000)
        watched = self._states[:_MAX_WATCHED]
        notification = (_NOTIFICATION, self._notified)
        code, states = self.scard.SCardGetStatusChange(self._handle, milliseconds, [notification, *watched])
        result = check(code, ScardCode.SCARD_E_TIMEOUT, *_GONE)
        if result not in _GONE:
            self._notified = states[0][1] & ~STATE_CHANGED
            return result != ScardCode.SCARD_E_TIMEOUT
        # A reader has just left, or this service knows no notification (macOS): then only what is attached is watched,
        # and with nothing attached there is nothing to wait for.
        if not watched:
            raise error_of(ScardCode.SCARD_E_NO_READERS_AVAILABLE)
        code, _ = self.scard.SCardGetStatusChange(self._handle, milliseconds, watched)
        return check(code, ScardCode.SCARD_E_TIMEOUT, *_GONE) != ScardCode.SCARD_E_TIMEOUT

    def connect(self, reader: str) -> tuple[int, int]:
        """Connect to the card, shared. Returns the card's handle and the protocol that was negotiated."""
        code, card, protocol = self.scard.SCardConnect(self._handle, reader, SHARE_SHARED, PROTOCOL_T0_OR_T1)
        check(code)
        return card, protocol

    def _establish(self) -> int:
        code, handle = self.scard.SCardEstablishContext(SCOPE_USER)
        check(code)
        return handle
