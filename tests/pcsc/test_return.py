# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A connection that outlives its card: taken off and laid back, reset by others, unplugged, restarted, left idle."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from cccd_reader.errors import CardRemoved, NoCard, NoReader, ReaderBusy, ServiceUnavailable, TransportError
from cccd_reader.transport import pcsc_idle
from cccd_reader.transport.pcsc import PcscCard
from cccd_reader.transport.pcsc_context import Context
from cccd_reader.transport.pcsc_errors import ScardCode
from cccd_reader.transport.pcsc_idle import MAX_IDLE, PERIOD, KeepAlive
from tests.support.scard import ATR, MUTE, FakeScard, lay

COMMAND = bytes.fromhex("00B0000004")
NAME = "ACS ACR122U 00 00"


@pytest.fixture
def scard() -> Iterator[FakeScard]:
    """One contactless reader with a card; at the end, no context may be left."""
    fake = FakeScard()
    fake.slots[NAME] = ATR
    yield fake
    assert not fake.contexts


def opened(scard: FakeScard) -> PcscCard:
    context = Context(scard)
    return PcscCard(context, context.readers()[0], patience=0.01)


def lose(scard: FakeScard, card: PcscCard) -> None:
    scard.slots[NAME] = b""
    scard.codes["SCardTransmit"] = [ScardCode.SCARD_W_REMOVED_CARD]
    with pytest.raises(CardRemoved):
        card.exchange(COMMAND)


def test_a_card_that_is_laid_back(scard: FakeScard) -> None:
    with opened(scard) as card:
        lose(scard, card)
        scard.changes = [lambda: None, lay(scard, NAME)]
        scard.calls.clear()
        card.wait_for_return(10)
        assert card.exchange(COMMAND)[-2:] == b"\x90\x00"
        assert card.atr == ATR
    acts = [call for call in scard.calls if call not in ("SCardGetStatusChange", "SCardListReaders", "SCardStatus")]
    assert acts[:5] == [
        "SCardEndTransaction",  # nothing is held while we wait
        "SCardDisconnect",
        "SCardConnect",
        "SCardBeginTransaction",
        "SCardTransmit",
    ]


def test_a_card_that_does_not_come_back(scard: FakeScard) -> None:
    with opened(scard) as card:
        lose(scard, card)
        with pytest.raises(NoCard):
            card.wait_for_return(0)
        with pytest.raises(CardRemoved):
            card.exchange(COMMAND)
        with pytest.raises(CardRemoved):
            card.reset()
        lay(scard, NAME)()
        card.wait_for_return(0)
        assert card.exchange(COMMAND)[-2:] == b"\x90\x00"


def test_a_card_that_another_program_has_reset_is_there_at_once(scard: FakeScard) -> None:
    with opened(scard) as card:
        scard.codes["SCardTransmit"] = [ScardCode.SCARD_W_RESET_CARD]
        with pytest.raises(TransportError, match="another program"):
            card.exchange(COMMAND)
        card.wait_for_return(0)
        assert card.exchange(COMMAND)[-2:] == b"\x90\x00"


@pytest.mark.parametrize(
    ("function", "code"),
    [
        ("SCardConnect", ScardCode.SCARD_W_UNRESPONSIVE_CARD),
        ("SCardConnect", ScardCode.SCARD_W_UNPOWERED_CARD),
        ("SCardConnect", ScardCode.SCARD_F_COMM_ERROR),
        ("SCardBeginTransaction", ScardCode.SCARD_W_UNRESPONSIVE_CARD),
    ],
)
def test_a_card_that_trembles_before_it_lies(scard: FakeScard, function: str, code: ScardCode) -> None:
    with opened(scard) as card:
        lose(scard, card)
        scard.changes = [lay(scard, NAME), lay(scard, NAME, MUTE), lay(scard, NAME)]
        scard.codes[function] = [code, code]
        scard.calls.clear()
        card.wait_for_return(10)
        assert card.exchange(COMMAND)[-2:] == b"\x90\x00"
        failed = 2 if function == "SCardBeginTransaction" else 0
        assert scard.calls.count("SCardDisconnect") == 1 + failed  # no handle is left behind
        scard.codes[function] = [code]
        with pytest.raises(TransportError, match="SCARD_"):
            card.wait_for_return(0)


def test_a_reset_by_another_program_before_our_transaction_costs_nothing(scard: FakeScard) -> None:
    """Two programs begin at once: the first resets the card at its end, when the second is connected already."""
    scard.codes["SCardBeginTransaction"] = [ScardCode.SCARD_W_RESET_CARD] * 2
    with opened(scard) as card:
        assert scard.calls.count("SCardReconnect") == 2
        assert card.exchange(COMMAND)[-2:] == b"\x90\x00"
        scard.codes["SCardBeginTransaction"] = [ScardCode.SCARD_W_RESET_CARD] * 100
        with pytest.raises(TransportError, match="another program"):
            card.reset()


def test_a_reader_that_is_plugged_in_again_has_another_number(scard: FakeScard) -> None:
    with opened(scard) as card:
        scard.slots.clear()
        scard.changes = [lay(scard, "Cherry TC 1300 00 00"), lay(scard, "ACS ACR122U 01 00")]
        card.wait_for_return(10)
        assert card.reader.name == "ACS ACR122U 01 00"
        assert card.exchange(COMMAND)[-2:] == b"\x90\x00"


def test_a_reader_that_stays_unplugged(scard: FakeScard) -> None:
    with opened(scard) as card:
        scard.slots.clear()
        with pytest.raises(NoReader):
            card.wait_for_return(0)


def test_a_service_that_was_restarted(scard: FakeScard) -> None:
    with opened(scard) as card:
        scard.codes["SCardListReaders"] = [ScardCode.SCARD_E_INVALID_HANDLE]
        card.wait_for_return(10)
        assert card.exchange(COMMAND)[-2:] == b"\x90\x00"
    assert scard.calls.count("SCardEstablishContext") == 2


def test_a_service_that_is_down(scard: FakeScard) -> None:
    with opened(scard) as card:
        scard.codes["SCardListReaders"] = [ScardCode.SCARD_E_NO_SERVICE]
        scard.codes["SCardEstablishContext"] = [ScardCode.SCARD_E_NO_SERVICE]
        with pytest.raises(ServiceUnavailable):
            card.wait_for_return(10)


def test_after_another_programs_transaction_a_new_context_is_used(scard: FakeScard) -> None:
    card = opened(scard)
    scard.gate.clear()
    with pytest.raises(ReaderBusy):
        card.reset()
    with pytest.raises(ReaderBusy):
        card.wait_for_return(10)
    scard.gate.set()
    card.wait_for_return(10)
    assert card.exchange(COMMAND)[-2:] == b"\x90\x00"
    card.close()
    for thread in threading.enumerate():
        if thread.name == "pcsc":
            thread.join(20)


def test_a_connection_that_was_closed_waits_for_nothing(scard: FakeScard) -> None:
    card = opened(scard)
    card.close()
    with pytest.raises(TransportError, match="closed"):
        card.wait_for_return(10)


# --- idle -------------------------------------------------------------------------------------------------------------


class ImpatientScard(FakeScard):
    """The service of Windows: five seconds without a call on the card, and it resets the card."""

    def __init__(self) -> None:
        super().__init__()
        self.slots[NAME] = ATR
        self.now = self.used = 0.0
        self.longest = 0.0

    def code(self, function: str) -> int:
        code = super().code(function)
        if function in ("SCardBeginTransaction", "SCardTransmit", "SCardStatus"):
            idle, self.used = self.now - self.used, self.now
            if function != "SCardBeginTransaction":
                self.longest = max(self.longest, idle)
                return ScardCode.SCARD_W_RESET_CARD if idle > 5 else code
        return code


def test_a_caller_who_takes_his_time_keeps_the_session() -> None:
    scard = ImpatientScard()
    context = Context(scard)
    with PcscCard(context, context.readers()[0], clock=lambda: scard.now) as card:
        for seconds in (1, 2, 3, 4, 5, 60, 300):
            for _ in range(seconds):
                scard.now += PERIOD
                card.keep_alive.look()
            assert card.exchange(COMMAND)[-2:] == b"\x90\x00"
        assert scard.longest < MAX_IDLE
        scard.now += 6  # nobody looked
        with pytest.raises(TransportError, match="another program"):
            card.exchange(COMMAND)


def test_a_card_that_is_talked_to_is_left_alone() -> None:
    now, touched = [0.0], [0]

    def touch() -> None:
        touched[0] += 1

    keep_alive = KeepAlive(touch, lambda: now[0])
    for _ in range(100):
        now[0] += PERIOD
        keep_alive.look()
        with keep_alive:
            now[0] += 30
            keep_alive.look()  # a command is under way
    assert touched[0] == 0
    now[0] += MAX_IDLE
    keep_alive.look()
    assert touched[0] == 1
    keep_alive.stop()
    now[0] += MAX_IDLE
    keep_alive.look()
    assert touched[0] == 1


def _watchers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "pcsc-keep-alive"]


@pytest.mark.parametrize("needed", [True, False])
def test_it_is_watched_where_the_system_asks_for_it(
    scard: FakeScard, monkeypatch: pytest.MonkeyPatch, *, needed: bool
) -> None:
    monkeypatch.setattr(pcsc_idle, "is_needed", lambda: needed)
    with opened(scard):
        watchers = _watchers()
        assert len(watchers) == needed
    for thread in watchers:
        thread.join(20)
        assert not thread.is_alive()
