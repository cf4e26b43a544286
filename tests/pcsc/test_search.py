# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What cannot be had from a virtual reader: readers that come and go, other families of services, other programs."""

from __future__ import annotations

import subprocess
import sys
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
from cccd_reader.transport.pcsc_context import Context
from cccd_reader.transport.pcsc_errors import ScardCode
from tests.support.scard import ATR, MUTE, FakeScard, lay

COMMAND = bytes.fromhex("00B0000004")


@pytest.fixture
def scard(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeScard]:
    """One contactless reader without a card; at the end, no context may be left."""
    fake = FakeScard(PICC_0=b"")
    monkeypatch.setattr(pcsc, "load_scard", lambda: fake)
    yield fake
    assert not fake.contexts


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
