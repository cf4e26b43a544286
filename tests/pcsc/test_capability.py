# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What readers tell of themselves: parsed as hostile input, and asked over the handle of a connection."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cccd_reader.apdu.capability import Pair, ReaderCapability
from cccd_reader.apdu.channel import Lengths
from cccd_reader.transport.pcsc import PcscCard, open_card
from cccd_reader.transport.pcsc_capability import capability_of
from cccd_reader.transport.pcsc_context import Context
from cccd_reader.transport.pcsc_errors import ScardCode
from cccd_reader.transport.pcsc_properties import properties_of
from cccd_simulators.vpcd import VpcdBridge
from tests.support.pcscd import EchoChip
from tests.support.scard import FakeScard, lay

FEATURES = (0x31 << 16) | (3400 << 2) if sys.platform == "win32" else 0x42000000 + 3400
TELL = 0x42330012
OFFER = bytes.fromhex("0604423300061204") + TELL.to_bytes(4, "big")
TOLD = bytes.fromhex("0A0400000100 0B022F07 0C023B22 0805312E303720")


def _card(scard: FakeScard) -> PcscCard:
    context = Context(scard)
    return PcscCard(context, context.readers()[0])


def test_a_reader_is_asked_once_and_by_its_own_code() -> None:
    scard = FakeScard(PICC_0=b"\x3b\x00")
    scard.controls = {FEATURES: list(OFFER), TELL: list(TOLD)}
    with _card(scard) as card:
        expected = ReaderCapability(65536, 0x072F, 0x223B, "1.07")
        assert (card.capability, card.capability) == (expected, expected)
        assert (expected.lengths, expected.model) == (Lengths.EXTENDED, "072F:223B 1.07")
    assert scard.calls.count("SCardControl") == 2
    assert "SCardTransmit" not in scard.calls


def test_another_reader_is_asked_anew_and_one_that_has_gone_tells_nothing() -> None:
    scard = FakeScard(PICC_0=b"\x3b\x00")
    scard.controls = {FEATURES: list(OFFER), TELL: list(TOLD)}
    with _card(scard) as card:
        assert card.capability.vendor == 0x072F
        scard.slots["PICC 0"] = b""
        scard.changes = [lay(scard)]
        card.wait_for_return(5)
        scard.controls = {}
        assert card.capability == ReaderCapability()
    assert card.capability == ReaderCapability()


@pytest.mark.parametrize(
    "answer", [b"", b"\x12", b"\x12\x04\x42", b"\x12\x03\x42\x33\x00", b"\x13\x04\x42\x33\x00\x13"]
)
def test_a_driver_that_offers_nothing_usable(answer: bytes) -> None:
    scard = FakeScard(PICC_0=b"\x3b\x00")
    scard.controls = {FEATURES: list(answer)}
    with _card(scard) as card:
        assert card.capability == ReaderCapability()
        assert card.capability.lengths is None


def test_a_driver_that_fails_at_the_question() -> None:
    scard = FakeScard(PICC_0=b"\x3b\x00")
    scard.controls = {FEATURES: list(OFFER), TELL: list(TOLD)}
    scard.codes["SCardControl"] = [0, ScardCode.SCARD_F_COMM_ERROR]
    with _card(scard) as card:
        assert card.capability == ReaderCapability()


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("0A0400000000", ReaderCapability(0)),
        ("0A020001", ReaderCapability()),
        ("0B022F07", ReaderCapability(None, 0x072F)),
        ("0803FF4100", ReaderCapability(firmware="A")),
        ("0822" + "41" * 34, ReaderCapability(firmware="A" * 32)),
        ("0A04FFFFFF", ReaderCapability()),
    ],
)
def test_values_of_another_size_count_as_not_told(told: str, expected: ReaderCapability) -> None:
    assert capability_of(properties_of(bytes.fromhex(told))) == expected
    assert expected.model == ""


@given(st.binary(max_size=600))
def test_whatever_a_driver_answers_is_a_value(raw: bytes) -> None:
    told = capability_of(properties_of(raw))
    assert len(told.firmware) <= 32
    assert told.max_data is None or 0 <= told.max_data < 1 << 32
    assert told.model.isascii()


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("ACS ACR122U PICC Interface 00 00", "ACS ACR122U PICC Interface"),
        ("ACS ACR122U PICC Interface (RR123456) 01 0A", "ACS ACR122U PICC Interface"),
        ("ACS ACR1252 1S CL Reader PICC 0", "ACS ACR1252 1S CL Reader PICC"),
        ("OMNIKEY 5022 CL", "OMNIKEY 5022 CL"),
        ("PN532 1.6 on /dev/ttyUSB0", "PN532 1.6"),
        ("", ""),
    ],
)
def test_the_name_of_a_model_is_without_slot_and_serial_number(name: str, model: str) -> None:
    assert Pair(name, b"\x3b").model == model
    assert Pair(name, b"\x3b", ReaderCapability(None, 1, 2)).model == "0001:0002"


@pytest.mark.pcsc
@pytest.mark.usefixtures("pcscd")
def test_the_virtual_reader_through_the_real_service() -> None:
    """Its driver tells what it takes, in newer versions, or nothing; it is asked without disturbing the card."""
    with VpcdBridge(EchoChip()), open_card("Virtual PCD", timeout=20) as card:
        assert card.capability.max_data in {None, 65535, 65536}
        assert card.exchange(bytes.fromhex("00B0000004")).endswith(b"\x90\x00")
