# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The chip in software lets nobody in by another way than the protocol: order, objects, keys, tokens, chains."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from cccd_reader.apdu import tlv
from cccd_reader.apdu.channel import Lengths, PlainChannel
from cccd_reader.apdu.command import Command
from cccd_reader.crypto.dh import STANDARD_GROUPS
from cccd_reader.crypto.ec import STANDARD_CURVES
from cccd_reader.errors import StatusError, WrongKey
from cccd_reader.protocols import pace
from cccd_reader.protocols.pace_options import PaceOption, make_option
from cccd_simulators import personas
from cccd_simulators.chip import VirtualChip
from cccd_simulators.persona import SHORT, Limits, Persona
from tests.support import pace_matrix
from tests.support.pace_matrix import CAN

GM = make_option("0.4.0.127.0.7.2.2.4.2.2", STANDARD_CURVES[13], 13)
IM = make_option("0.4.0.127.0.7.2.2.4.4.4", STANDARD_CURVES[13], 13)
DH = make_option("0.4.0.127.0.7.2.2.4.1.2", STANDARD_GROUPS[0], 0)
SET_AT = "0022C1A412800A04007F0007020204020283010284010D"
NONCE = "10860000027C0000"
MAPPING, AGREEMENT, TOKEN = 2, 3, 4


def _ask(chip: VirtualChip, text: str) -> str:
    return chip.exchange(bytes.fromhex(text)).hex().upper()


@dataclass
class _Changing:
    """A chip to which the dynamic data of the command number `at` arrive changed."""

    chip: VirtualChip
    at: int
    change: Callable[[bytes], bytes]
    count: int = -1

    def exchange(self, command: bytes, /) -> bytes:
        self.count += 1
        if self.count != self.at:
            return self.chip.exchange(command)
        sent = Command.parse(command)
        data = tlv.encode(0x7C, self.change(tlv.expect(sent.data, 0x7C)))
        return self.chip.exchange(bytes(Command(sent.cla, sent.ins, 0, 0, data, sent.ne)))


def _run(option: PaceOption, at: int, change: Callable[[bytes], bytes]) -> VirtualChip:
    chip = pace_matrix.chip(option)
    pace.establish(PlainChannel(_Changing(chip, at, change), Lengths.EXTENDED), option, CAN)
    return chip


@pytest.mark.parametrize("at", [0, 7])
def test_a_wrong_token_opens_nothing(at: int) -> None:
    chip = pace_matrix.chip(GM)

    def spoil(data: bytes) -> bytes:
        return data[: 2 + at] + bytes([data[2 + at] ^ 1]) + data[3 + at :]

    with pytest.raises(WrongKey, match="6300"):
        pace.establish(PlainChannel(_Changing(chip, TOKEN, spoil), Lengths.EXTENDED), GM, CAN)
    assert _ask(chip, "0CB081000D9701048E08000000000000000000") == "6882"
    assert _ask(chip, "008600000C7C0A8508000000000000000000") == "6985"


def test_steps_out_of_order_end_the_protocol() -> None:
    chip = VirtualChip(personas.cccd())
    assert _ask(chip, NONCE) == "6985"
    for early in ("008600000C7C0A8508000000000000000000", "10860000047C02810000", "10860000047C02830000"):
        assert _ask(chip, SET_AT) == "9000"
        assert _ask(chip, NONCE).endswith("9000")
        assert _ask(chip, early) == "6A80"
        assert _ask(chip, NONCE) == "6985"
    assert _ask(chip, SET_AT) == "9000"
    assert _ask(chip, "10860000047C02810000") == "6A80"


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        ("800A04007F00070202040203830102", "6A80"),
        ("800A04007F0007020204020283010284010C", "6A80"),
        ("830102", "6A80"),
        ("800A04007F00070202040202", "6A88"),
        ("800A04007F00070202040202830103", "6A88"),
        ("800A04007F00070202040202830107", "6A88"),
    ],
)
def test_only_what_the_chip_offers_is_set(data: str, answer: str) -> None:
    assert _ask(VirtualChip(personas.cccd()), f"0022C1A4{len(data) // 2:02X}{data}") == answer


BAD_POINT = b"\x04" + bytes(64)
BAD_NUMBER = (STANDARD_GROUPS[0].field - 1).to_bytes(128, "big")


@pytest.mark.parametrize(
    ("option", "at", "value"),
    [
        (GM, MAPPING, tlv.encode(0x81, BAD_POINT)),
        (GM, AGREEMENT, tlv.encode(0x83, BAD_POINT)),
        (DH, MAPPING, tlv.encode(0x81, BAD_NUMBER)),
        (DH, AGREEMENT, tlv.encode(0x83, BAD_NUMBER)),
        (DH, AGREEMENT, tlv.encode(0x83, b"\x01")),
        (DH, AGREEMENT, tlv.encode(0x83, b"\x02")),
        (IM, MAPPING, tlv.encode(0x81, bytes(16))),
    ],
)
def test_keys_and_nonces_that_are_none_are_refused(option: PaceOption, at: int, value: bytes) -> None:
    with pytest.raises(StatusError, match="6A80"):
        _run(option, at, lambda data: value)


@pytest.mark.parametrize("at", [1, MAPPING, AGREEMENT])
@pytest.mark.parametrize("extra", [b"\x84\x00", b"\x80"])
def test_other_objects_than_those_of_the_step_are_refused(at: int, extra: bytes) -> None:
    with pytest.raises(StatusError, match="6A80"):
        _run(GM, at, lambda data: data + extra)


def test_a_terminal_with_the_chips_own_key_is_refused() -> None:
    class Drawing:
        def octets(self, count: int) -> bytes:
            return b"\x01" * count

        def scalar(self, bound: int) -> int:
            return self.scalars.pop()

        def __init__(self, *scalars: int) -> None:
            self.scalars = list(scalars)

    chip = VirtualChip(Persona("one", "", {}, (CAN,), pace=(GM,)), Drawing(77, 5))
    with pytest.raises(StatusError, match="6A80"):
        pace.establish(PlainChannel(chip), GM, CAN, Drawing(77, 6))


def test_a_chain_that_another_command_breaks_into_is_given_up() -> None:
    chip = VirtualChip(personas.cccd())
    assert _ask(chip, "10" + SET_AT[2:8] + "04800A0400") == "9000"
    assert _ask(chip, "00A4040C07A0000002471001") == "6883"
    assert _ask(chip, "00A4040C07A0000002471001") == "9000"
    assert _ask(chip, SET_AT) == "9000"


def test_a_short_chip_takes_no_extended_form_of_short_lengths() -> None:
    chip = VirtualChip(Persona("short", "", {}, (CAN,), limits=SHORT))
    assert _ask(chip, "00A4040C000007A0000002471001") == "6700"
    assert _ask(chip, "00B09C00000000") == "6700"
    assert _ask(chip, "00A4040C07A0000002471001") == "9000"


def test_a_command_longer_than_the_chip_takes_is_refused() -> None:
    chip = VirtualChip(Persona("small", "", {}, (CAN,), limits=Limits(max_command=8)))
    assert _ask(chip, "00A4040C09A00000024710010000") == "6700"
    assert _ask(chip, "00A4040C07A0000002471001") == "9000"
