# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The lowest channel: chaining, 61xx, 6Cxx, counting, and what it tells an observer."""

from __future__ import annotations

import pytest

from cccd_reader.apdu.channel import MAX_COMMANDS, Lengths, PlainChannel
from cccd_reader.apdu.command import Command
from cccd_reader.apdu.trace import Exchange
from cccd_reader.errors import MalformedData
from tests.support.cards import Script


def _hex(*texts: str) -> list[bytes]:
    return [bytes.fromhex(text) for text in texts]


def test_a_long_command_goes_in_a_chain() -> None:
    card = Script(_hex("9000", "9000", "AA9000"))
    command = Command(0x00, 0x86, 0, 0, bytes(600), 65536)
    assert PlainChannel(card).send(command).data == b"\xaa"
    assert [item[0] for item in card.commands] == [0x10, 0x10, 0x00]
    assert [item[4] for item in card.commands] == [255, 255, 90]
    assert len(card.commands[-1]) == 5 + 90 + 1  # a short Le, though 65536 were expected


def test_extended_lengths_need_no_chain() -> None:
    card = Script(_hex("9000"))
    PlainChannel(card, Lengths.EXTENDED).send(Command(0x00, 0x86, 0, 0, bytes(600), 65536))
    assert len(card.commands[0]) == 4 + 3 + 600 + 2


def test_a_refused_link_ends_the_chain() -> None:
    card = Script(_hex("6884"))
    assert PlainChannel(card).send(Command(0x00, 0x86, 0, 0, bytes(600))).sw == 0x6884


def test_61xx_is_followed_to_the_end() -> None:
    card = Script(_hex("AA6102", "BB6101", "CC9000"))
    response = PlainChannel(card).send(Command(0, 0x88, 0, 0, bytes(8), 256))
    assert (response.data.hex(), response.sw) == ("aabbcc", 0x9000)
    assert [item.hex() for item in card.commands[1:]] == ["00c0000002", "00c0000001"]


def test_a_card_is_not_asked_for_ever() -> None:
    card = Script([b"\x90\x00"])
    channel = PlainChannel(card)
    channel.traffic.apdus = MAX_COMMANDS - 1
    assert channel.send(Command(0, 0x84, 0, 0)).ok
    with pytest.raises(MalformedData, match="commands"):
        channel.send(Command(0, 0x84, 0, 0))
    assert len(card.commands) == 1


def test_61xx_without_progress_is_malformed() -> None:
    with pytest.raises(MalformedData, match="61xx"):
        PlainChannel(Script(_hex("6100", "6100"))).send(Command(0, 0x88, 0, 0))


def test_61xx_without_end_is_malformed() -> None:
    card = Script([bytes(256) + b"\x61\x00"] * 300)
    with pytest.raises(MalformedData, match="longer"):
        PlainChannel(card).send(Command(0, 0x88, 0, 0))


def test_6cxx_is_repeated_once_with_the_exact_length() -> None:
    card = Script(_hex("6C02", "AABB9000"))
    assert PlainChannel(card).send(Command(0, 0xB0, 0, 0, ne=256)).data == b"\xaa\xbb"
    assert card.commands[1].hex() == "00b0000002"
    assert PlainChannel(Script(_hex("6C02", "6C02"))).send(Command(0, 0xB0, 0, 0, ne=256)).sw == 0x6C02


def test_6cxx_is_not_repeated_under_secure_messaging() -> None:
    card = Script(_hex("6C02"))
    assert PlainChannel(card).send(Command(0x0C, 0xB0, 0, 0, bytes(13), 256)).sw == 0x6C02


@pytest.mark.parametrize("answer", ["", "90", "0000"])
def test_an_answer_that_is_none_is_malformed_and_counted(answer: str) -> None:
    channel = PlainChannel(Script(_hex(answer)))
    with pytest.raises(MalformedData):
        channel.send(Command(0, 0x84, 0, 0, ne=8))
    assert channel.traffic.apdus == 1


def test_an_observer_hears_sizes_and_never_content() -> None:
    heard: list[Exchange] = []
    ticks = iter((1.0, 1.5))
    card = Script(_hex("CAFEBABE9000"))
    channel = PlainChannel(card, observer=heard.append, clock=lambda: next(ticks))
    channel.send(Command(0, 0x82, 0, 0, bytes.fromhex("DEADBEEF"), 40))
    assert (heard[0].bytes_out, heard[0].bytes_in, heard[0].sw, heard[0].seconds) == (10, 6, 0x9000, 0.5)
    for text in (str(heard[0]), repr(heard[0]), repr(channel.traffic)):
        assert "deadbeef" not in text.lower()
        assert "cafe" not in text.lower()
    assert (channel.traffic.apdus, channel.traffic.bytes_out, channel.traffic.bytes_in) == (1, 10, 6)
