# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Reading files: few commands, exact lengths, the ladder, and chips that lie."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cccd_reader.apdu import tlv
from cccd_reader.apdu.atr import historical_bytes, lengths_of
from cccd_reader.apdu.channel import Lengths, PlainChannel
from cccd_reader.apdu.command import Command
from cccd_reader.apdu.files import LADDER, MAX_FILE_SIZE, Blocks, FileReader
from cccd_reader.errors import MalformedData, StatusError
from cccd_simulators.chip import VirtualChip
from cccd_simulators.persona import SHORT, Access, File, Limits, LongRead, Persona
from tests.support.cards import Script, Tampering

FID, SFI = 0x0102, 0x02


def _file(size: int) -> bytes:
    """A file of exactly `size` bytes, header included."""
    body = bytes(index * 7 & 0xFF for index in range(size))
    for header in (2, 3, 4, 5):
        content = tlv.encode(0x75, body[: size - header])
        if len(content) == size:
            return content
    raise AssertionError


def _chip(content: bytes, limits: Limits = SHORT) -> VirtualChip:
    return VirtualChip(Persona("files", "", {}, (), {FID: File(content, Access.ALWAYS)}, limits=limits))


class _Recording:
    def __init__(self, chip: VirtualChip) -> None:
        self.chip = chip
        self.commands: list[Command] = []

    def exchange(self, command: bytes, /) -> bytes:
        self.commands.append(Command.parse(command))
        return self.chip.exchange(command)


@pytest.mark.parametrize("long_read", list(LongRead))
@pytest.mark.parametrize("size", [2, 6, 95, 129, 131, 255, 256, 257, 300, 515, 15000, 32767, 32768, 33000, 40000])
def test_files_of_every_size_come_whole(size: int, long_read: LongRead) -> None:
    card = _Recording(_chip(_file(size), Limits(255, 256, long_read)))
    assert FileReader(PlainChannel(card), Blocks(Lengths.SHORT)).read(FID, SFI) == _file(size)
    assert card.commands[0].p1 == 0x80 | SFI
    assert not any(command.ins == 0xA4 for command in card.commands)


@pytest.mark.parametrize("size", [95, 2048, 15000, 40000])
def test_extended_length_takes_fewer_commands(size: int) -> None:
    card = _Recording(_chip(_file(size), Limits()))
    assert FileReader(PlainChannel(card, Lengths.EXTENDED), Blocks(Lengths.EXTENDED)).read(FID, SFI) == _file(size)
    assert len(card.commands) == -(-size // 2048)


def test_the_exact_rest_is_asked_for() -> None:
    card = _Recording(_chip(_file(600)))
    FileReader(PlainChannel(card), Blocks(Lengths.SHORT)).read(FID, SFI)
    assert [command.ne for command in card.commands] == [256, 256, 88]


def test_bytes_after_the_outer_length_are_cut() -> None:
    content = _file(95) + bytes(50)
    assert FileReader(PlainChannel(_chip(content)), Blocks(Lengths.SHORT)).read(FID, SFI) == _file(95)


def test_progress_is_in_bytes() -> None:
    heard: list[tuple[int, int]] = []
    FileReader(PlainChannel(_chip(_file(600))), Blocks(Lengths.SHORT), lambda *pair: heard.append(pair)).read(FID, SFI)
    assert heard == [(256, 600), (512, 600), (600, 600)]


def test_a_chip_without_short_identifiers_is_read_by_select() -> None:
    def refuse(number: int, command: bytes, answer: bytes) -> bytes:
        return b"\x6a\x86" if command[1] == 0xB0 and command[2] & 0x80 else answer

    blocks = Blocks(Lengths.SHORT)
    reader = FileReader(PlainChannel(Tampering(_chip(_file(300)), refuse)), blocks)
    assert reader.read(FID, SFI) == _file(300)
    assert not blocks.by_identifier


@pytest.mark.parametrize("limit", [255, 231, 200, 100, 40, 12, 4, 1])
def test_the_ladder_leads_down_to_what_the_chip_takes(limit: int) -> None:
    def refuse(number: int, command: bytes, answer: bytes) -> bytes:
        parsed = Command.parse(command)
        return b"\x67\x00" if parsed.ins == 0xB0 and parsed.ne > limit else answer

    blocks = Blocks(Lengths.SHORT)
    card = Tampering(_chip(_file(300)), refuse)
    assert FileReader(PlainChannel(card), blocks).read(FID, SFI) == _file(300)
    assert blocks.size == next(size for size in LADDER if size <= limit)


def test_a_length_that_is_never_right_ends() -> None:
    with pytest.raises(StatusError, match="6700"):
        FileReader(PlainChannel(Script([b"\x67\x00"] * 40)), Blocks(Lengths.SHORT)).read(FID, SFI)


HOSTILE: dict[str, Callable[[], tuple[list[bytes], type[Exception], str]]] = {
    "claims 100 MB": lambda: ([b"\x75\x84\x06\x00\x00\x00" + bytes(200) + b"\x90\x00"], MalformedData, "claims more"),
    "empty answer": lambda: ([b"\x90\x00"], MalformedData, "empty"),
    "empty answer later": lambda: (
        [b"\x75\x82\x04\x00" + bytes(252) + b"\x90\x00", b"\x90\x00"],
        MalformedData,
        "empty",
    ),
    "6282 without data": lambda: ([b"\x62\x82"], MalformedData, "empty"),
    "6282 too early": lambda: ([b"\x75\x82\x04\x00" + bytes(252) + b"\x62\x82"], MalformedData, "ends before"),
    "6B00 in the middle": lambda: ([b"\x75\x82\x04\x00" + bytes(252) + b"\x90\x00", b"\x6b\x00"], StatusError, "6B00"),
    "more than asked": lambda: ([b"\x75\x81\x80" + bytes(400) + b"\x90\x00"], MalformedData, "more data"),
    "no header": lambda: ([b"\x75\x80\x00\x00\x00\x00\x00\x90\x00"], MalformedData, "length"),
    "one byte at a time for ever": lambda: ([b"\xff\x90\x00"] * 10, MalformedData, "tag"),
    "refused": lambda: ([b"\x69\x82"], StatusError, "6982"),
    "absent": lambda: ([b"\x6a\x82", b"\x6a\x82"], StatusError, "6A82"),
    "garbage": lambda: ([b"\x12\x34"], MalformedData, "status word"),
    "nothing": lambda: ([b""], MalformedData, "status word"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_an_error(name: str) -> None:
    """NFCPassportReader loops for ever on an empty answer."""
    answers, kind, words = HOSTILE[name]()
    with pytest.raises(kind, match=words):
        FileReader(PlainChannel(Script(answers)), Blocks(Lengths.SHORT)).read(FID, SFI)


def test_the_largest_file_that_is_taken() -> None:
    assert 32768 < MAX_FILE_SIZE < 1 << 24


def test_blocks_take_what_the_caller_chose() -> None:
    assert Blocks(Lengths.SHORT, 100).size == 100
    assert Blocks(Lengths.SHORT, 5000).size == 256
    assert Blocks(Lengths.EXTENDED, 65536).size == 65536
    assert Blocks(Lengths.EXTENDED).size == 2048
    one = Blocks(Lengths.SHORT, 1)
    assert not one.shrink()
    assert one.size == 1


@pytest.mark.parametrize(
    ("atr", "lengths"),
    [
        ("3B8580018073C421C0D7", Lengths.EXTENDED),
        ("3B85800180" + "73C42180" + "97", Lengths.SHORT),
        ("3B8080010" + "1", Lengths.SHORT),
        ("3B888001E1F35E1177A7A70022", Lengths.SHORT),
        ("3B8A80018031C173C82140009000" + "00", Lengths.EXTENDED),
        ("", Lengths.SHORT),
        ("3B", Lengths.SHORT),
        ("3BFF", Lengths.SHORT),
        ("3B85800180", Lengths.SHORT),
    ],
)
def test_the_answer_to_reset_tells_the_lengths(atr: str, lengths: Lengths) -> None:
    assert lengths_of(bytes.fromhex(atr)) is lengths


def test_historical_bytes_after_every_interface_byte() -> None:
    assert historical_bytes(bytes.fromhex("3BF2" + "AABBCC" + "80" + "01" + "CAFE" + "00")) == bytes.fromhex("CAFE")


@pytest.mark.parametrize("known", [1, 5, 6, 95, 256, 300, 599])
def test_a_file_goes_on_behind_what_is_known(known: int) -> None:
    card = _Recording(_chip(_file(600)))
    assert FileReader(PlainChannel(card), Blocks(Lengths.SHORT)).read(FID, SFI, _file(600)[:known]) == _file(600)
    assert card.commands[0].ne == min(known, 6)
    assert sum(command.ne for command in card.commands[1:]) <= 600 - known + 6


def test_a_file_that_begins_otherwise_is_not_gone_on_with() -> None:
    with pytest.raises(MalformedData, match="begins otherwise"):
        FileReader(PlainChannel(_chip(_file(600))), Blocks(Lengths.SHORT)).read(FID, SFI, _file(700)[:300])


def test_what_came_before_an_error_is_kept() -> None:
    def fail(number: int, command: bytes, answer: bytes) -> bytes:
        return b"\x6f\x00" if number == 2 else answer

    reader = FileReader(PlainChannel(Tampering(_chip(_file(1000)), fail)), Blocks(Lengths.SHORT))
    with pytest.raises(StatusError):
        reader.read(FID, SFI)
    assert reader.received == _file(1000)[:512]
