# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What cannot be had from a virtual reader: readers that come and go, other families of services, other programs."""

# ruff: noqa: N802  -- the names of the C interface

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from cccd_reader.errors import (
    CardRemoved,
    NoCard,
    NoReader,
    ReaderBusy,
    ServiceUnavailable,
    TransportError,
)
from cccd_reader.transport import pcsc
from cccd_reader.transport.pcsc import PcscCard, Reader, ReaderKind
from cccd_reader.transport.pcsc_context import STATE_CHANGED, STATE_PRESENT, Context, State
from cccd_reader.transport.pcsc_errors import ScardCode

ATR = bytes.fromhex("3B80800101")
MUTE = b"mute"
EMPTY = 0x10
NOTIFICATION = "\\\\?PnP?\\Notification"
COMMAND = bytes.fromhex("00B0000004")


class FakeScard:
    """The functions of `smartcard.scard` over a service in memory. `slots` maps a reader to the ATR of its card.

    `changes` are called one by one, one each time that somebody waits. `codes` gives the code that a function returns
    instead of doing its work, one by one. `calls` are the functions called.
    """

    def __init__(self, **slots: bytes) -> None:
        self.slots = {name.replace("_", " "): atr for name, atr in slots.items()}
        self.changes: list[Callable[[], None]] = []
        self.codes: dict[str, list[int]] = {}
        self.calls: list[str] = []
        self.contexts: set[int] = set()
        self.notifies = True
        self.gate = threading.Event()
        self.gate.set()
        self.released = threading.Event()

    def code(self, function: str) -> int:
        self.calls.append(function)
        codes = self.codes.get(function, [])
        return codes.pop(0) if codes else 0

    def SCardEstablishContext(self, scope: int, /) -> tuple[int, int]:
        code = self.code("SCardEstablishContext")
        context = len(self.calls)
        if not code:
            self.contexts.add(context)
        return code, context

    def SCardReleaseContext(self, context: int, /) -> int:
        self.contexts.remove(context)
        self.released.set()
        return self.code("SCardReleaseContext")

    def SCardListReaders(self, context: int, groups: list[str], /) -> tuple[int, list[str]]:
        code = self.code("SCardListReaders")
        return (code, list(self.slots)) if self.slots else (ScardCode.SCARD_E_NO_READERS_AVAILABLE, [])

    def SCardGetStatusChange(
        self, context: int, milliseconds: int, states: list[tuple[str, int]], /
    ) -> tuple[int, list[State]]:
        code = self.code("SCardGetStatusChange")
        names = [name for name, _ in states]
        if not self.notifies and NOTIFICATION in names:
            return ScardCode.SCARD_E_UNKNOWN_READER, []
        if milliseconds and not code:
            if self.changes:
                self.changes.pop(0)()
            else:
                code = ScardCode.SCARD_E_TIMEOUT
        if any(name not in self.slots for name in names if name != NOTIFICATION):
            return ScardCode.SCARD_E_UNKNOWN_READER, []
        return code, [(name, self.bits(name), self.reported(name)) for name in names]

    def bits(self, name: str) -> int:
        return STATE_CHANGED | (STATE_PRESENT if self.slots.get(name) else EMPTY)

    def reported(self, name: str) -> list[int]:
        atr = self.slots.get(name, b"")
        return [] if atr == MUTE else list(atr)

    def SCardConnect(self, context: int, reader: str, share: int, protocols: int, /) -> tuple[int, int, int]:
        self.gate.wait(20)
        code = self.code("SCardConnect")
        if not code and not self.slots.get(reader):
            code = ScardCode.SCARD_E_NO_SMARTCARD
        return code, 7, 2

    def SCardReconnect(self, card: int, share: int, protocols: int, disposition: int, /) -> tuple[int, int]:
        self.gate.wait(20)
        return self.code("SCardReconnect"), 1

    def SCardDisconnect(self, card: int, disposition: int, /) -> int:
        return self.code("SCardDisconnect")

    def SCardBeginTransaction(self, card: int, /) -> int:
        return self.code("SCardBeginTransaction")

    def SCardEndTransaction(self, card: int, disposition: int, /) -> int:
        return self.code("SCardEndTransaction")

    def SCardStatus(self, card: int, /) -> tuple[int, str, int, int, list[int]]:
        return self.code("SCardStatus"), "", 0, 2, list(ATR)

    def SCardTransmit(self, card: int, protocol: int, command: list[int], /) -> tuple[int, list[int]]:
        return self.code("SCardTransmit"), [protocol, 0x90, 0x00]


@pytest.fixture
def scard(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeScard]:
    """One contactless reader without a card; at the end, no context may be left."""
    fake = FakeScard(PICC_0=b"")
    monkeypatch.setattr(pcsc, "load_scard", lambda: fake)
    yield fake
    assert not fake.contexts


def lay(scard: FakeScard, reader: str = "PICC 0", atr: bytes = ATR) -> Callable[[], None]:
    """Return the change of a card being laid on this reader; the reader is attached if it was not."""
    return lambda: scard.slots.update({reader: atr})


# --- readers and cards that come and go -------------------------------------------------------------------------------


def test_a_reader_attached_while_we_wait(scard: FakeScard) -> None:
    scard.changes = [lay(scard, "PICC 1")]
    with pcsc.open_card(timeout=None) as card:
        assert card.reader == Reader("PICC 1", ReaderKind.CONTACTLESS, True, ATR)


def test_a_service_without_notification_is_watched_too(scard: FakeScard) -> None:
    scard.notifies = False
    scard.changes = [lay(scard)]
    with pcsc.open_card(timeout=None) as card:
        assert card.reader.name == "PICC 0"


@pytest.mark.parametrize("notifies", [True, False])
def test_the_last_reader_detached_while_we_wait(scard: FakeScard, *, notifies: bool) -> None:
    scard.notifies = notifies
    scard.changes = [scard.slots.clear]
    with pytest.raises(NoReader):
        pcsc.open_card(timeout=None)


def test_no_reader(scard: FakeScard) -> None:
    scard.slots.clear()
    assert pcsc.list_readers() == ()
    with pytest.raises(NoReader):
        pcsc.open_card()


def test_a_card_that_left_before_we_connect_is_waited_for(scard: FakeScard) -> None:
    scard.slots["PICC 0"] = ATR
    scard.codes["SCardConnect"] = [ScardCode.SCARD_E_NO_SMARTCARD]
    scard.codes["SCardBeginTransaction"] = [ScardCode.SCARD_W_REMOVED_CARD]
    scard.changes = [lambda: None, lambda: None]
    waits: list[str] = []
    pcsc.open_card(timeout=None, on_wait=lambda: waits.append("waiting")).close()
    assert scard.calls.count("SCardConnect") == 3
    assert scard.calls.count("SCardDisconnect") == 2
    assert waits == ["waiting"]


def test_a_mute_slot_does_not_end_the_wait(scard: FakeScard) -> None:
    scard.slots["PICC 1"] = MUTE
    scard.changes = [lay(scard)]
    with pcsc.open_card(timeout=None) as card:
        assert card.reader.name == "PICC 0"


def test_a_mute_card_is_named_when_the_time_is_over(scard: FakeScard) -> None:
    scard.slots["PICC 1"] = MUTE
    scard.codes["SCardConnect"] = [ScardCode.SCARD_W_UNRESPONSIVE_CARD]
    with pytest.raises(TransportError, match="does not answer"):
        pcsc.open_card(timeout=0)


# --- the service ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code", [ScardCode.SCARD_E_SERVICE_STOPPED, ScardCode.SCARD_E_INVALID_HANDLE, ScardCode.SCARD_E_NO_SERVICE]
)
def test_a_context_that_the_service_dropped_is_rebuilt(scard: FakeScard, code: ScardCode) -> None:
    scard.codes["SCardGetStatusChange"] = [0, code - (1 << 32)]
    scard.changes = [lay(scard)]
    waits: list[str] = []
    with pcsc.open_card(timeout=None, on_wait=lambda: waits.append("waiting")) as card:
        assert card.exchange(COMMAND) == b"\x02\x90\x00"
    assert scard.calls.count("SCardEstablishContext") == 2
    assert waits == ["waiting"]


def test_a_context_is_not_rebuilt_for_ever(scard: FakeScard) -> None:
    scard.codes["SCardListReaders"] = [ScardCode.SCARD_E_SERVICE_STOPPED] * 100
    with pytest.raises(ServiceUnavailable):
        pcsc.open_card(timeout=None)
    assert scard.calls.count("SCardEstablishContext") == 2


def test_no_service(scard: FakeScard) -> None:
    for attempt in (pcsc.list_readers, pcsc.open_card):
        scard.codes["SCardEstablishContext"] = [ScardCode.SCARD_E_NO_SERVICE]
        with pytest.raises(ServiceUnavailable, match="SCARD_E_NO_SERVICE"):
            attempt()


def test_without_pyscard_the_hint_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "smartcard", None)
    with pytest.raises(ServiceUnavailable) as caught:
        pcsc.list_readers()
    assert "pyscard" in caught.value.hint


def test_importing_this_part_does_not_import_pyscard() -> None:
    program = "import sys, cccd_reader.transport.pcsc; sys.exit('smartcard' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


# --- other programs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (ScardCode.SCARD_W_RESET_CARD, TransportError),
        (ScardCode.SCARD_W_REMOVED_CARD, CardRemoved),
        (ScardCode.SCARD_E_READER_UNAVAILABLE, NoReader),
        (ScardCode.SCARD_E_SERVICE_STOPPED, ServiceUnavailable),
    ],
)
def test_an_exchange_that_fails(scard: FakeScard, code: ScardCode, kind: type[TransportError]) -> None:
    scard.slots["PICC 0"] = ATR
    scard.codes["SCardTransmit"] = [code]
    with pcsc.open_card() as card, pytest.raises(TransportError, match=code.name) as caught:
        card.exchange(COMMAND)
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda slots: slots.update({"PICC 0": b""}), "SCARD_W_REMOVED_CARD"),
        (lambda slots: slots.clear(), "SCARD_E_READER_UNAVAILABLE"),
    ],
)
def test_a_failed_exchange_is_explained_by_what_is_noticed_later(
    scard: FakeScard, change: Callable[[dict[str, bytes]], None], code: str
) -> None:
    scard.slots["PICC 0"] = ATR
    with pcsc.open_card() as card:
        scard.codes["SCardTransmit"] = [ScardCode.SCARD_E_NOT_TRANSACTED]
        scard.changes = [lambda: change(scard.slots)]
        with pytest.raises(TransportError, match=code):
            card.exchange(COMMAND)


def test_a_failed_exchange_with_the_card_still_there(scard: FakeScard) -> None:
    scard.slots["PICC 0"] = ATR
    scard.codes["SCardTransmit"] = [ScardCode.SCARD_E_NOT_TRANSACTED]
    with pcsc.open_card() as card, pytest.raises(TransportError, match="SCARD_E_NOT_TRANSACTED"):
        card.exchange(COMMAND)


def test_a_reset_may_change_the_protocol(scard: FakeScard) -> None:
    scard.slots["PICC 0"] = ATR
    with pcsc.open_card() as card:
        assert card.exchange(COMMAND)[0] == 2
        card.reset()
        assert card.exchange(COMMAND)[0] == 1


def test_a_card_that_fails_to_come_back_can_still_be_closed(scard: FakeScard) -> None:
    scard.slots["PICC 0"] = ATR
    scard.codes["SCardReconnect"] = [ScardCode.SCARD_W_UNRESPONSIVE_CARD]
    scard.codes["SCardEndTransaction"] = [0, ScardCode.SCARD_E_NOT_TRANSACTED]
    with pcsc.open_card() as card, pytest.raises(TransportError, match="does not answer"):
        card.reset()
    assert scard.calls[-3:] == ["SCardEndTransaction", "SCardDisconnect", "SCardReleaseContext"]


def test_a_call_that_blocks_gives_its_context_back_when_it_returns() -> None:
    scard = FakeScard(PICC_0=ATR)
    scard.gate.clear()
    context = Context(scard)
    with pytest.raises(ReaderBusy):
        PcscCard(context, context.readers()[0], patience=0.01)
    context.release()
    assert scard.contexts  # still in use: releasing it now would block as well
    scard.gate.set()
    assert scard.released.wait(20)
    assert not scard.contexts


def test_a_reset_that_meets_another_transaction(scard: FakeScard) -> None:
    scard.slots["PICC 0"] = ATR
    context = Context(scard)
    card = PcscCard(context, context.readers()[0], patience=0.01)
    scard.gate.clear()
    with pytest.raises(ReaderBusy):
        card.reset()
    card.close()
    assert scard.contexts
    scard.gate.set()
    assert scard.released.wait(20)


def test_a_wait_without_time_does_not_wait(scard: FakeScard) -> None:
    scard.changes = [lay(scard)]
    with pytest.raises(NoCard):
        pcsc.open_card(timeout=0)
    assert len(scard.changes) == 1
