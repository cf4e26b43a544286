# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Secure messaging: the worked example, every suite at both ends, and every way to be cheated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cccd_reader.apdu import tlv
from cccd_reader.apdu.channel import Lengths, PlainChannel
from cccd_reader.apdu.command import Command, Response
from cccd_reader.apdu.secure_messaging import (
    SecureChannel,
    SecureSession,
    SessionKeys,
    max_command_data,
    max_response_data,
)
from cccd_reader.crypto.suites import AES_128, AES_192, AES_256, TDES, MessageCipher, Suite
from cccd_reader.errors import SecureMessagingError
from tests.support.cards import Script

ALL = [TDES, AES_128, AES_192, AES_256]
READ = Command(0x00, 0xB0, 0x00, 0x00, ne=4)


def _keys(suite: Suite) -> SessionKeys:
    return SessionKeys(suite, bytes(range(suite.key_size)), bytes(range(1, suite.key_size + 1)), bytes(suite.block))


def test_worked_example() -> None:
    """ICAO 9303-11, appendix D.4: SELECT, READ 4, READ 18 under the keys of the BAC example."""
    keys = SessionKeys(
        TDES,
        bytes.fromhex("979EC13B1CBFE9DCD01AB0FED307EAE5"),
        bytes.fromhex("F1CB1F1FB5ADF208806B89DC579DC1F8"),
        bytes.fromhex("887022120C06C226"),
    )
    dialogue = [
        (
            "00A4020C02011E",
            "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800",
            "990290008E08FA855A5D4C50A8ED9000",
            "",
        ),
        (
            "00B0000004",
            "0CB000000D9701048E08ED6705417E96BA5500",
            "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000",
            "60145F01",
        ),
        (
            "00B0000412",
            "0CB000040D9701128E082EA28A70F3C7B53500",
            "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000",
            "04303130365F36063034303030305C026175",
        ),
    ]
    terminal, chip = SecureSession(keys), SecureSession(keys)
    for plain, protected, answer, data in dialogue:
        command = Command.parse(bytes.fromhex(plain))
        assert bytes(terminal.protect_command(command)).hex().upper() == protected
        assert chip.open_command(Command.parse(bytes.fromhex(protected))) == command
        response = terminal.open_response(Response.parse(bytes.fromhex(answer)))
        assert response.data.hex().upper() == data
        assert bytes(chip.protect_response(response, command)).hex().upper() == answer


@pytest.mark.parametrize("suite", ALL, ids=lambda suite: suite.name)
@given(
    command=st.builds(
        lambda ins, data, ne: Command(0x00, ins, 0x01, 0x02, data, ne),
        st.sampled_from([0xB0, 0xB1, 0x22, 0x86]),
        st.binary(max_size=300),
        st.sampled_from([0, 1, 223, 256, 257, 2048, 65536]),
    ),
    answer=st.binary(max_size=300),
    sw=st.sampled_from([0x9000, 0x6282, 0x6982]),
)
def test_both_ends_agree(suite: Suite, command: Command, answer: bytes, sw: int) -> None:
    terminal, chip = SecureSession(_keys(suite)), SecureSession(_keys(suite))
    opened = chip.open_command(Command.parse(bytes(terminal.protect_command(command))))
    assert opened == command
    sent = chip.protect_response(Response(answer, sw), opened)
    assert terminal.open_response(Response.parse(bytes(sent))) == Response(answer, sw)


@pytest.mark.parametrize("suite", ALL, ids=lambda suite: suite.name)
def test_one_short_answer_carries_what_it_says(suite: Suite) -> None:
    chip = SecureSession(_keys(suite))
    size = max_response_data(suite)
    assert size == (231 if suite is TDES else 223)
    assert len(chip.protect_response(Response(bytes(size), 0x9000), READ).data) + 2 <= 256 + 2
    assert len(chip.protect_response(Response(bytes(size), 0x9000), READ).data) <= 256
    assert len(chip.protect_response(Response(bytes(size + 1), 0x9000), READ).data) > 256 - suite.block


@pytest.mark.parametrize("suite", ALL, ids=lambda suite: suite.name)
def test_one_short_command_carries_what_it_says(suite: Suite) -> None:
    command = Command(0x00, 0x86, 0, 0, bytes(max_command_data(suite)), 256)
    assert not SecureSession(_keys(suite)).protect_command(command).extended


def test_the_odd_instruction_has_no_padding_indicator() -> None:
    chip = SecureSession(_keys(AES_128))
    command = Command(0x00, 0xB1, 0, 0, b"\x54\x02\x80\x00", 16)
    tags = [item.tag for item in tlv.decode(chip.protect_command(command).data)]
    assert tags == [0x85, 0x97, 0x8E]
    assert tlv.decode(chip.protect_response(Response(b"\x53\x00", 0x9000), command).data)[0].tag == 0x85


def _answer(suite: Suite, data: bytes = b"\x61\x5d\x5f\x1f") -> tuple[SecureSession, Response]:
    """A terminal that has sent a command, and the chip's true answer to it."""
    terminal, chip = SecureSession(_keys(suite)), SecureSession(_keys(suite))
    opened = chip.open_command(terminal.protect_command(READ))
    return terminal, chip.protect_response(Response(data, 0x9000), opened)


@pytest.mark.parametrize("suite", ALL, ids=lambda suite: suite.name)
def test_every_flipped_bit_of_an_answer_is_noticed(suite: Suite) -> None:
    """NFCPassportReader compares the AES MAC with itself and takes any answer."""
    _, true = _answer(suite)
    raw = bytes(true)
    for bit in range(8 * len(raw)):
        terminal, _ = _answer(suite)
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        sw = int.from_bytes(flipped[-2:], "big")
        with pytest.raises(SecureMessagingError):
            terminal.open_response(Response(bytes(flipped[:-2]), sw))


CHEATS: dict[str, Callable[[Response], Response]] = {
    "unprotected success": lambda true: Response(b"", 0x9000),
    "unprotected data": lambda true: Response(b"\x60\x14\x5f\x01", 0x9000),
    "another status outside": lambda true: Response(true.data, 0x6282),
    "no MAC": lambda true: Response(true.data[:-10], 0x9000),
    "no status": lambda true: Response(tlv.encode(0x8E, bytes(8)), 0x9000),
    "short MAC": lambda true: Response(true.data[:-10] + tlv.encode(0x8E, true.data[-8:-1]), 0x9000),
    "status twice": lambda true: Response(tlv.encode(0x99, b"\x90\x00") + true.data, 0x9000),
    "MAC not last": lambda true: Response(true.data[-10:] + true.data[:-10], 0x9000),
    "foreign object": lambda true: Response(tlv.encode(0x81, b"x") + true.data, 0x9000),
    "cut off": lambda true: Response(true.data[:-1], 0x9000),
    "empty objects": lambda true: Response(b"\x00", 0x9000),
}


@pytest.mark.parametrize("name", CHEATS)
@pytest.mark.parametrize("suite", [TDES, AES_128], ids=lambda suite: suite.name)
def test_cheats_are_refused(suite: Suite, name: str) -> None:
    terminal, true = _answer(suite)
    with pytest.raises(SecureMessagingError):
        terminal.open_response(CHEATS[name](true))


def test_a_replayed_answer_is_refused() -> None:
    terminal, true = _answer(AES_128)
    terminal.open_response(true)
    terminal.protect_command(READ)
    with pytest.raises(SecureMessagingError, match="MAC"):
        terminal.open_response(true)


def _sealed(suite: Suite, body: bytes) -> Response:
    """An answer with a right MAC over a cryptogram of the caller's."""
    keys = _keys(suite)
    ssc = (2).to_bytes(suite.block, "big")
    objects = body + tlv.encode(0x99, b"\x90\x00")
    return Response(
        objects + tlv.encode(0x8E, MessageCipher(suite, keys.ks_enc, keys.ks_mac).mac(ssc + objects)), 0x9000
    )


@pytest.mark.parametrize("suite", [TDES, AES_128], ids=lambda suite: suite.name)
@pytest.mark.parametrize("cryptogram", [b"", b"\x01", b"\x01\x55", b"\x02" + bytes(16), b"\x01" + bytes(16)], ids=len)
def test_a_cryptogram_that_is_none_is_refused(suite: Suite, cryptogram: bytes) -> None:
    terminal, _ = _answer(suite)
    response = _sealed(suite, tlv.encode(0x87, cryptogram))
    if cryptogram == b"\x01":  # an empty cryptogram under a right MAC is an answer without data
        assert terminal.open_response(response).data == b""
        return
    with pytest.raises(SecureMessagingError):
        terminal.open_response(response)


def test_two_cryptograms_are_refused() -> None:
    terminal, _ = _answer(TDES)
    with pytest.raises(SecureMessagingError, match="two"):
        terminal.open_response(_sealed(TDES, tlv.encode(0x85, bytes(8)) + tlv.encode(0x87, b"\x01" + bytes(8))))


@pytest.mark.parametrize("extra", ["810178", "99029000", "970100"])
def test_objects_that_do_not_belong_there_are_refused_under_a_right_mac(extra: str) -> None:
    terminal, _ = _answer(TDES)
    with pytest.raises(SecureMessagingError, match="unexpected"):
        terminal.open_response(_sealed(TDES, bytes.fromhex(extra)))


def test_a_protected_length_of_three_bytes_is_refused_by_the_chip() -> None:
    keys = _keys(AES_128)
    objects = bytes.fromhex("9703000004")
    covered = (1).to_bytes(16, "big") + b"\x0c\xb0\x00\x00\x80" + bytes(11) + objects
    checksum = MessageCipher(AES_128, keys.ks_enc, keys.ks_mac).mac(covered)
    command = Command(0x0C, 0xB0, 0, 0, objects + tlv.encode(0x8E, checksum), 256)
    with pytest.raises(SecureMessagingError, match="Le"):
        SecureSession(keys).open_command(command)
    with pytest.raises(SecureMessagingError, match="MAC"):
        SecureSession(keys).open_command(replace(command, p2=1))


def test_a_refused_link_ends_a_protected_chain() -> None:
    chip = SecureSession(_keys(AES_128))
    heard: list[bytes] = []

    class Refusing:
        def exchange(self, command: bytes, /) -> bytes:
            heard.append(command)
            opened = chip.open_command(Command.parse(command))
            return bytes(chip.protect_response(Response(b"", 0x6884), opened))

    channel = SecureChannel(PlainChannel(Refusing()), _keys(AES_128))
    assert channel.send(Command(0x00, 0x86, 0, 0, bytes(600))).sw == 0x6884
    assert len(heard) == 1


def test_the_counter_wraps_around() -> None:
    keys = replace(_keys(TDES), ssc=b"\xff" * 8)
    terminal, chip = SecureSession(keys), SecureSession(keys)
    opened = chip.open_command(terminal.protect_command(READ))
    assert terminal.open_response(chip.protect_response(Response(b"\xaa", 0x9000), opened)).data == b"\xaa"


def test_an_unprotected_error_ends_the_session_and_keeps_its_status() -> None:
    channel = SecureChannel(PlainChannel(Script([b"\x69\x82", b"\x90\x00"])), _keys(AES_128))
    with pytest.raises(SecureMessagingError) as caught:
        channel.send(READ)
    assert caught.value.sw == 0x6982
    with pytest.raises(SecureMessagingError, match="over"):
        channel.send(READ)


def test_a_protected_error_does_not_end_the_session() -> None:
    chip = SecureSession(_keys(AES_128))
    statuses = iter((0x6982, 0x9000))

    class Answering:
        def exchange(self, command: bytes, /) -> bytes:
            opened = chip.open_command(Command.parse(command))
            return bytes(chip.protect_response(Response(b"", next(statuses)), opened))

    channel = SecureChannel(PlainChannel(Answering()), _keys(AES_128))
    assert channel.send(READ).sw == 0x6982
    assert channel.send(READ).ok


def test_a_long_protected_command_goes_in_protected_links() -> None:
    chip = SecureSession(_keys(AES_128))
    received = b""

    class Joining:
        def exchange(self, command: bytes, /) -> bytes:
            nonlocal received
            opened = chip.open_command(Command.parse(command))
            received += opened.data
            return bytes(chip.protect_response(Response(b"", 0x9000), opened))

    channel = SecureChannel(PlainChannel(Joining(), Lengths.SHORT), _keys(AES_128))
    assert channel.send(Command(0x00, 0x86, 0, 0, bytes(range(256)) * 3, 256)).ok
    assert received == bytes(range(256)) * 3


def test_keys_and_sessions_show_nothing() -> None:
    keys = _keys(AES_128)
    for value in (keys, SecureSession(keys), SecureChannel(PlainChannel(Script([])), keys)):
        assert keys.ks_enc.hex() not in repr(value)
        assert repr(keys.ks_enc) not in repr(value)
