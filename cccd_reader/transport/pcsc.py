# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The card in a PC/SC reader. pyscard is imported at the first call, so this module needs no service.

A session is a connection in shared mode with a transaction: other programs may stay connected, and none of their
commands comes between ours. Windows ends a transaction that was idle for five seconds, and resets the card; so ours is
never idle for longer than four (`pcsc_idle`). While a card is waited for there is no transaction.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeVar

from cccd_reader.apdu.capability import ReaderCapability
from cccd_reader.errors import CardRemoved, NoCard, NoReader, ReaderBusy, ServiceUnavailable, TransportError
from cccd_reader.transport import pcsc_capability, pcsc_context, pcsc_idle
from cccd_reader.transport.pcsc_context import Context, Scard, check
from cccd_reader.transport.pcsc_errors import ScardCode, error_of
from cccd_reader.transport.pcsc_idle import KeepAlive
from cccd_reader.transport.pcsc_readers import Reader, ReaderKind, choose, model_of, ready

__all__ = ["DEFAULT_TIMEOUT", "PcscCard", "Reader", "ReaderKind", "list_readers", "open_card"]

DEFAULT_TIMEOUT = 30.0
"""Seconds that `open_card` waits for a card."""

_BUSY_SECONDS = 5.0
_RESETS = 5
"""Times that another program may reset the card between our connection and our transaction."""
_SLICE_SECONDS = 0.5  # the service's call cannot be interrupted, so Ctrl-C is heard between two slices
_NOTICE_SECONDS = 1.0
_NOTICES = 8  # of changes at any reader: one that flutters keeps nobody waiting for ever
_T = TypeVar("_T")
_PERHAPS_REMOVED = (
    ScardCode.SCARD_E_NOT_TRANSACTED,
    ScardCode.SCARD_F_COMM_ERROR,
    ScardCode.SCARD_E_NO_SMARTCARD,
    ScardCode.SCARD_E_COMM_DATA_LOST,
)


def list_readers() -> tuple[Reader, ...]:
    """Return the slots that are attached, perhaps none. Raises `ServiceUnavailable` where no PC/SC service answers."""
    context = Context(load_scard())
    try:
        return context.readers()
    finally:
        context.release()


def open_card(
    reader: str | None = None,
    *,
    timeout: float | None = DEFAULT_TIMEOUT,
    on_wait: Callable[[], None] | None = None,
) -> PcscCard:
    """Connect to the card on a reader; wait for one up to `timeout` seconds, for ever with None.

    `reader` is the name of a reader or a part of it; without one a contactless slot is preferred, see
    `pcsc_readers.choose`. `on_wait` is called once, when there is no card yet. Raises `ServiceUnavailable`, `NoReader`,
    `NoCard` when the time is over, `ReaderBusy`, and `TransportError` for a card that does not answer.
    """
    search = _Search(reader, timeout, on_wait)
    context = Context(load_scard())
    try:
        return search.within(context, lambda found: PcscCard(context, found))
    except BaseException:
        context.release()
        raise


class _Search:
    """A search for a card that may be taken up again in a new context."""

    def __init__(self, name: str | None, timeout: float | None, on_wait: Callable[[], None] | None) -> None:
        self._name = name
        self._end = None if timeout is None else time.monotonic() + timeout
        self._on_wait = on_wait

    def within(self, context: Context, connect: Callable[[Reader], _T]) -> _T:
        """Return what `connect` makes of the slot whose card was found."""
        try:
            return self._run(context, connect)
        except ServiceUnavailable:
            context.renew()  # raises again where the service is down; else it was restarted while we waited
            return self._run(context, connect)

    def again(self, context: Context, connect: Callable[[Reader], None]) -> None:
        """Search for a card on a reader that had one; it may be unplugged, and plugged in again elsewhere.

        A card in a hand that trembles is mute, or reset, before it lies; it has the same time as one that is not there.
        """
        while True:
            try:
                return self.within(context, connect)
            except TransportError as error:
                if type(error) not in (NoReader, TransportError) or self._left() <= 0:
                    raise
                context.wait(min(self._left(), _SLICE_SECONDS))
                if isinstance(error, NoReader):
                    self._name = model_of(self._name or "")

    def _left(self) -> float:
        return _SLICE_SECONDS if self._end is None else self._end - time.monotonic()

    def _run(self, context: Context, connect: Callable[[Reader], _T]) -> _T:
        while True:
            candidates = choose(context.readers(), self._name)
            left = self._left()
            found = ready(candidates)
            if found is None and left <= 0:
                # A mute card gets its own words from the attempt to connect to it.
                found = next((reader for reader in candidates if reader.has_card), candidates[0])
            if found is not None:
                try:
                    return connect(found)
                except (NoCard, CardRemoved):
                    if left <= 0:
                        raise
            self._tell()
            context.wait(min(left, _SLICE_SECONDS))

    def _tell(self) -> None:
        tell, self._on_wait = self._on_wait, None
        if tell is not None:
            tell()


class PcscCard:
    """A card held in a transaction until `close`; as a context manager, until the end of the block.

    `reader` is the slot as it was found. `atr` is the answer to reset, which the reader composes itself for a
    contactless card (PC/SC part 3, 3.1.3.2.3).
    """

    def __init__(
        self,
        context: Context,
        reader: Reader,
        patience: float = _BUSY_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Connect; `open_card` does the rest. Raises `ReaderBusy` when others hold the card for `patience` seconds."""
        self.reader = reader
        self.atr = b""
        self._context = context
        self._scard = context.scard
        self._patience = patience
        self._card: int | None = None
        self._protocol = 0
        self._closed = False
        self._capability: ReaderCapability | None = None
        self.keep_alive = KeepAlive(self.touch, clock)
        self._connect(reader)
        if pcsc_idle.is_needed():
            self.keep_alive.watch()

    @property
    def capability(self) -> ReaderCapability:
        """What the reader tells of itself, asked once; nothing of it where the card or the service has gone."""
        if self._capability is None:
            with self.keep_alive:
                if self._card is None or self._context.abandoned:
                    return ReaderCapability()
                self._capability = pcsc_capability.capability(self._scard, self._card)
        return self._capability

    def exchange(self, command: bytes, /) -> bytes:
        """Send one command APDU, return data and status word.

        Raises `CardRemoved`, `ServiceUnavailable`, `NoReader` where the reader has left, and `TransportError` for the
        rest, a reset by another program among them. The session with the chip is lost then.
        """
        if len(command) < 4:
            raise ValueError("a command APDU has at least four bytes")
        with self.keep_alive:
            code, answer = self._scard.SCardTransmit(self._held(), self._protocol, list(command))
        if code != ScardCode.SCARD_S_SUCCESS:
            raise self._failure(code)
        if not answer:  # some drivers report so the card that was taken off meanwhile
            raise self._failure(ScardCode.SCARD_E_NOT_TRANSACTED)
        return bytes(answer)

    def reset(self) -> None:
        """Reset the chip, which forgets its session, and go on in a new transaction."""
        with self.keep_alive:
            self._reset(self._held())

    def touch(self) -> None:
        """Let the service know that the card is in use. A card that has gone is noticed at the next command."""
        if self._card is not None and not self._context.abandoned:
            self._scard.SCardStatus(self._card)

    def wait_for_return(self, timeout: float, /) -> None:
        """Wait up to `timeout` seconds until a card lies on this reader again, and go on with it in a new transaction.

        Whatever has ended the session before: the card was taken off, another program has reset it, the service was
        restarted, or the reader was unplugged. Raises `NoCard` when the time is over, `NoReader`, `ServiceUnavailable`,
        `ReaderBusy`, and `TransportError` for a card that does not answer.
        """
        self._check_open()
        with self.keep_alive:
            self._leave()
            if self._context.abandoned:
                self._context.renew()
            _Search(self.reader.name, timeout, None).again(self._context, self._connect)

    def close(self) -> None:
        """Reset the chip, so that its session ends here, and give the reader free. May be called again."""
        if self._closed:
            return
        self._closed = True
        self.keep_alive.stop()
        self._leave()
        self._context.release()

    def _connect(self, reader: Reader) -> None:
        self._card, self._protocol = self._context.within(self._patience, lambda: self._context.connect(reader.name))
        try:
            self._begin(self._card)
        except ReaderBusy:  # and the call that blocks has taken the context
            raise
        except TransportError:  # the caller may try again in this context
            self._scard.SCardDisconnect(self._card, pcsc_context.LEAVE_CARD)
            self._card = None
            raise
        self.reader, self._capability = reader, None

    def _reset(self, card: int) -> None:
        # The reset is done at the end of the transaction, still inside it: so no other program ever meets our session.
        # Whether reconnecting ends a transaction differs between Windows and pcsc-lite; here there is none to end.
        check(self._scard.SCardEndTransaction(card, pcsc_context.RESET_CARD))
        code, self._protocol = self._context.within(self._patience, lambda: self._reconnect(card))
        check(code)
        self._begin(card)

    def _leave(self) -> None:
        card, self._card = self._card, None
        if card is not None and not self._context.abandoned:
            # Errors mean that the card or the service has gone, and the session with it.
            self._scard.SCardEndTransaction(card, pcsc_context.RESET_CARD)
            self._scard.SCardDisconnect(card, pcsc_context.LEAVE_CARD)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _check_open(self) -> None:
        if self._closed:
            raise TransportError("the connection to the card is closed", "")

    def _held(self) -> int:
        self._check_open()
        if self._card is None:
            raise error_of(ScardCode.SCARD_W_REMOVED_CARD)
        return self._card

    def _reconnect(self, card: int) -> tuple[int, int]:
        return self._scard.SCardReconnect(
            card, pcsc_context.SHARE_SHARED, pcsc_context.PROTOCOL_T0_OR_T1, pcsc_context.LEAVE_CARD
        )

    def _begin(self, card: int) -> None:
        """Begin a transaction. A reset by another program before it is no loss: nothing was said to the chip yet."""
        for _ in range(_RESETS):
            code = self._context.within(self._patience, lambda: self._scard.SCardBeginTransaction(card))
            if check(code, ScardCode.SCARD_W_RESET_CARD) != ScardCode.SCARD_W_RESET_CARD:
                break
            code, self._protocol = self._context.within(self._patience, lambda: self._reconnect(card))
            check(code)
        else:
            raise error_of(ScardCode.SCARD_W_RESET_CARD)
        code, _, _, _, atr = self._scard.SCardStatus(card)
        check(code)
        self.atr = bytes(atr)

    def _failure(self, code: int) -> TransportError:
        """Tell why an exchange failed; a card that was taken off fails first, and its absence is noticed later."""
        for _ in range(_NOTICES if code & 0xFFFFFFFF in _PERHAPS_REMOVED else 0):
            slots = [slot for slot in self._context.readers() if slot.name == self.reader.name]
            if not slots:
                return error_of(ScardCode.SCARD_E_READER_UNAVAILABLE)
            if not slots[0].has_card:
                return error_of(ScardCode.SCARD_W_REMOVED_CARD)
            if not self._context.wait(_NOTICE_SECONDS):
                break
        return error_of(code)


def load_scard() -> Scard:
    """Import pyscard. Raises `ServiceUnavailable` where it is not installed."""
    try:
        from smartcard import scard  # noqa: PLC0415  -- only who uses PC/SC needs pyscard
    except ImportError as error:
        raise ServiceUnavailable("pyscard cannot be loaded", "Install it with: pip install pyscard") from error
    module: Scard = scard
    return module
