# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What is asked of the PC/SC service: with services in memory that refuse, hang, or hold a card."""

# ruff: noqa: N802  -- the names of the C interface

from __future__ import annotations

from collections.abc import Callable
from threading import Event

import pytest

from cccd_reader.doctor.gather_service import Limits, bounded, gather_service
from cccd_reader.doctor.surroundings import Answer, Greeting, Library, Service, Slot, Use
from cccd_reader.errors import ServiceUnavailable
from cccd_reader.transport.pcsc_context import Scard
from cccd_reader.transport.pcsc_errors import ScardCode
from cccd_reader.transport.pcsc_properties import control_code_of, max_apdu, properties_of
from tests.support.scard import ATR, MUTE, FakeScard

HASTY = Limits(call=0.2, card=0.1)
FEATURES = bytes.fromhex("06 04 42000001 12 04 42330012")
PROPERTIES = bytes.fromhex("0A 04 00000100 0B 02 2F07")


class TalkingScard(FakeScard):
    """A service in memory whose readers tell of themselves, and one of whose slots others may hold."""

    def __init__(self, bits: int = 0, **slots: bytes) -> None:
        super().__init__(**slots)
        self.held = bits
        self.answers = {0x42000000 + 3400: FEATURES, 0x42330012: PROPERTIES}

    def bits(self, name: str) -> int:
        return super().bits(name) | self.held

    def SCardControl(self, card: int, code: int, data: list[int], /) -> tuple[int, list[int]]:
        answer = self.answers.get(code)
        return (0, list(answer)) if answer is not None else (ScardCode.SCARD_E_INVALID_PARAMETER, [])


def _asked(scard: FakeScard) -> tuple[Service, tuple[Slot, ...]]:
    return gather_service(Service(), lambda: scard, HASTY)


def test_a_reader_with_a_card_is_greeted_and_left() -> None:
    scard = TalkingScard(PICC_0=ATR, SAM_0=ATR, PICC_1=b"")
    service, slots = _asked(scard)
    assert (service.library, service.answer) == (Library.LOADED, Answer.WELCOME)
    assert [slot.greeting for slot in slots] == [Greeting.ANSWERED, Greeting.NOT_TRIED, Greeting.NOT_TRIED]
    assert [slot.max_apdu for slot in slots] == [65536, None, None]
    assert {slot.use for slot in slots} == {Use.FREE}
    assert scard.calls.count("SCardConnect") == scard.calls.count("SCardDisconnect") == 1
    assert "SCardTransmit" not in scard.calls
    assert "SCardBeginTransaction" not in scard.calls
    assert not scard.contexts


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        (ScardCode.SCARD_E_NO_SERVICE, Answer.NOBODY),
        (ScardCode.SCARD_E_SERVICE_STOPPED - (1 << 32), Answer.NOBODY),
        (ScardCode.SCARD_W_SECURITY_VIOLATION, Answer.REFUSED),
        (ScardCode.SCARD_E_NO_ACCESS, Answer.REFUSED),
    ],
)
def test_a_service_that_gives_no_context(code: int, answer: Answer) -> None:
    scard = TalkingScard(PICC_0=ATR)
    scard.codes["SCardEstablishContext"] = [code]
    service, slots = _asked(scard)
    assert (service.answer, slots) == (answer, ())


def test_a_service_that_stops_meanwhile() -> None:
    scard = TalkingScard(PICC_0=ATR)
    scard.codes["SCardEstablishContext"] = [0, ScardCode.SCARD_E_SERVICE_STOPPED]
    assert _asked(scard)[0].answer is Answer.NOBODY


def test_a_service_that_hangs() -> None:
    release = Event()

    class Hanging(TalkingScard):
        def SCardEstablishContext(self, scope: int, /) -> tuple[int, int]:
            release.wait(20)
            return super().SCardEstablishContext(scope)

    try:
        assert _asked(Hanging())[0].answer is Answer.SILENT
    finally:
        release.set()


@pytest.mark.parametrize(
    ("code", "greeting"),
    [
        (ScardCode.SCARD_W_UNRESPONSIVE_CARD, Greeting.MUTE),
        (ScardCode.SCARD_W_UNPOWERED_CARD, Greeting.MUTE),
        (ScardCode.SCARD_W_SECURITY_VIOLATION, Greeting.REFUSED),
        (ScardCode.SCARD_E_SHARING_VIOLATION, Greeting.HELD),
    ],
)
def test_a_card_that_cannot_be_greeted(code: int, greeting: Greeting) -> None:
    scard = TalkingScard(PICC_0=MUTE)
    scard.codes["SCardConnect"] = [code]
    assert [slot.greeting for slot in _asked(scard)[1]] == [greeting]
    assert not scard.contexts


def test_a_card_that_was_taken_off_meanwhile_is_none() -> None:
    scard = TalkingScard(PICC_0=ATR)
    scard.codes["SCardConnect"] = [ScardCode.SCARD_E_NO_SMARTCARD]
    (slot,) = _asked(scard)[1]
    assert (slot.greeting, slot.reader.has_card) == (Greeting.NOT_TRIED, False)


def test_a_card_in_a_transaction_of_others_is_not_waited_for() -> None:
    scard = TalkingScard(0x0100, PICC_0=ATR)
    scard.gate.clear()
    try:
        (slot,) = _asked(scard)[1]
        assert (slot.greeting, slot.use) == (Greeting.HELD, Use.SHARED)
    finally:
        scard.gate.set()
    assert scard.released.wait(20)


def test_a_card_that_others_hold_alone_is_not_touched() -> None:
    scard = TalkingScard(0x0180, PICC_0=ATR)
    (slot,) = _asked(scard)[1]
    assert (slot.greeting, slot.use) == (Greeting.HELD, Use.EXCLUSIVE)
    assert "SCardConnect" not in scard.calls


def _loads(cause: ImportError) -> Callable[[], Scard]:
    def load() -> Scard:
        raise ServiceUnavailable("pyscard cannot be loaded") from cause

    return load


def test_a_library_that_cannot_be_loaded() -> None:
    missing, _ = gather_service(Service(), _loads(ModuleNotFoundError("smartcard")), HASTY)
    damaged, _ = gather_service(Service(), _loads(ImportError("libpcsclite.so.1")), HASTY)
    assert (missing.library, damaged.library) == (Library.NO_PYSCARD, Library.BROKEN)


def test_what_takes_too_long_is_none_and_errors_are_raised() -> None:
    release = Event()
    try:
        assert bounded(0.05, lambda: release.wait(20)) is None
    finally:
        release.set()
    assert bounded(20, lambda: 5) == 5
    with pytest.raises(ZeroDivisionError):
        bounded(20, lambda: 1 // 0)


@pytest.mark.parametrize(
    ("features", "properties", "expected"),
    [
        (FEATURES, PROPERTIES, 65536),
        (FEATURES, bytes.fromhex("0A 04 00000000"), 0),
        (FEATURES, b"", None),
        (FEATURES[:6], PROPERTIES, None),
        (FEATURES[:-1], PROPERTIES, None),
        (b"", b"", None),
        (FEATURES, PROPERTIES[:5], None),
    ],
)
def test_what_a_reader_tells_of_itself(features: bytes, properties: bytes, expected: int | None) -> None:
    scard = TalkingScard()
    scard.answers = {0x42000000 + 3400: features, 0x42330012: properties}
    assert max_apdu(scard, 7) == expected


def test_features_and_properties_are_lists_of_objects() -> None:
    assert control_code_of(FEATURES) == 0x42330012
    assert properties_of(PROPERTIES) == {0x0A: bytes.fromhex("00000100"), 0x0B: bytes.fromhex("2F07")}
