# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Extended length: tried where it is told of, believed once it was shown, remembered by reader and chip."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from cccd_reader.access_keys import AccessKey
from cccd_reader.apdu import commands
from cccd_reader.apdu.capability import Known, Pair, ReaderCapability
from cccd_reader.apdu.channel import Lengths
from cccd_reader.apdu.command import Command, Response
from cccd_reader.capabilities.file import CapabilityFile
from cccd_reader.errors import CardRemoved, TransportError
from cccd_reader.inspection.events import CardLost, Event
from cccd_reader.inspection.read import ReadOptions, read
from cccd_reader.inspection.reading import Reading
from cccd_reader.lds import files as ef
from cccd_simulators import personas
from cccd_simulators.chip import VirtualChip
from cccd_simulators.persona import SHORT, Persona
from tests.support.cards import OnReader, Tampering

CAN = personas.holder_keys()[1]
CCCD, PACE = personas.cccd(), personas.passport_pace()
ATR = VirtualChip(CCCD).atr
SILENT = bytes.fromhex("3B80800101")
SHORT_ONLY, TAKES_ALL = ReaderCapability(0), ReaderCapability(65536)

COMMANDS = {"extended": 26, "short": 97, "learning": 111}
"""Commands of a whole inspection: each new session costs PACE and the application; the first one was tried in vain."""


@pytest.fixture
def memory(tmp_path: Path) -> CapabilityFile:
    return CapabilityFile(tmp_path / "capabilities.json")


def refuse(command: bytes) -> bytes:
    return b"\x67\x00"


def fail(command: bytes) -> bytes:
    raise TransportError("the exchange with the card failed")


def _cutting(chip: VirtualChip) -> Callable[[bytes], bytes]:
    """A reader that lets extended commands through and cuts the answers."""

    def cut(command: bytes) -> bytes:
        answer = chip.exchange(command)
        return answer if len(answer) <= 258 else answer[:256] + answer[-2:]

    return cut


def _whole(reading: Reading, persona: Persona = CCCD) -> bool:
    """Every file was read as the chip holds it, or refused."""
    for record in reading.files:
        held = persona.master_files if record.file in ef.MASTER_FILES else persona.application_files
        if record.problem or (record.content is not None and record.content != held[record.file.file_id].content):
            return False
    return True


def _read(card: OnReader, memory: CapabilityFile | None = None, key: AccessKey = CAN) -> Reading:
    return read(card, key, ReadOptions(capabilities=memory))


def test_a_reader_that_refuses_extended_length_is_remembered(memory: CapabilityFile) -> None:
    first, second = (_read(OnReader(VirtualChip(CCCD), refuse), memory) for _ in range(2))
    assert _whole(first)
    assert _whole(second)
    assert (first.session.apdus, first.access.renewals) == (COMMANDS["learning"], 2)
    assert (second.session.apdus, second.access.renewals) == (COMMANDS["short"], 0)
    assert memory.find(Pair("Test Reader 07 00", ATR)) == Known(Lengths.SHORT)
    assert _read(OnReader(VirtualChip(CCCD), refuse)).session.apdus == COMMANDS["learning"]


def test_one_that_takes_it_has_nothing_to_remember(memory: CapabilityFile) -> None:
    reading = _read(OnReader(VirtualChip(CCCD)), memory)
    assert (reading.session.apdus, reading.access.renewals) == (COMMANDS["extended"], 0)
    assert not memory.path.exists()


def test_a_link_that_fails_at_extended_commands_is_read_short_and_nobody_is_asked(memory: CapabilityFile) -> None:
    heard: list[Event] = []
    card = OnReader(VirtualChip(CCCD), fail)
    reading = read(card, CAN, ReadOptions(capabilities=memory, on_event=heard.append))
    assert _whole(reading)
    assert (reading.access.renewals, reading.access.visits, card.resets) == (1, 1, 1)
    assert not any(isinstance(event, CardLost) for event in heard)
    assert _read(OnReader(VirtualChip(CCCD), fail), memory).session.apdus == COMMANDS["short"]


def test_a_card_that_is_taken_off_says_nothing_of_its_reader(memory: CapabilityFile) -> None:
    def gone(command: bytes) -> bytes:
        raise CardRemoved("the card was removed")

    with pytest.raises(CardRemoved):
        _read(OnReader(VirtualChip(CCCD), gone), memory)
    assert not memory.path.exists()


def test_a_reader_that_cuts_long_answers_is_found_out_by_the_first(memory: CapabilityFile) -> None:
    chip = VirtualChip(CCCD)
    reading = _read(OnReader(chip, _cutting(chip)), memory)
    assert _whole(reading)
    assert reading.access.renewals == 2
    assert memory.find(Pair("Test Reader 00 00", ATR)) == Known(Lengths.SHORT)


def test_one_spoilt_answer_is_no_reason_to_give_extended_length_up(memory: CapabilityFile) -> None:
    def spoil(number: int, command: bytes, answer: bytes) -> bytes:
        return answer[:20] + bytes([answer[20] ^ 1]) + answer[21:] if number == 7 else answer

    reading = _read(OnReader(Tampering(VirtualChip(CCCD), spoil)), memory)
    assert _whole(reading)
    assert reading.access.renewals == 1
    assert reading.session.apdus < COMMANDS["short"]
    assert not memory.path.exists()


def test_card_security_is_read_where_the_reader_refuses_extended_length(memory: CapabilityFile) -> None:
    """It is the first file of a session, before there is anything to go on with."""
    for card in (OnReader(VirtualChip(PACE), refuse), OnReader(VirtualChip(PACE), fail)):
        reading = _read(card)
        assert _whole(reading, PACE)
        assert reading.content(ef.CARD_SECURITY)
        assert reading.access.renewals == 1


@pytest.mark.parametrize(
    ("atr", "told", "commands"),
    [
        (ATR, SHORT_ONLY, "short"),
        (ATR, ReaderCapability(256), "short"),
        (SILENT, TAKES_ALL, "extended"),
        (SILENT, ReaderCapability(), "short"),
    ],
    ids=["reader tells short", "reader tells 256", "chip silent, reader tells extended", "nobody tells"],
)
def test_what_is_tried_first(atr: bytes, told: ReaderCapability, commands: str, memory: CapabilityFile) -> None:
    reading = _read(OnReader(VirtualChip(CCCD), tells=atr, capability=told), memory)
    assert (reading.session.apdus, reading.access.renewals) == (COMMANDS[commands], 0)
    assert not memory.path.exists()


def test_a_try_is_made_only_where_its_outcome_is_remembered(memory: CapabilityFile) -> None:
    persona = replace(CCCD, limits=SHORT)

    def card() -> OnReader:
        return OnReader(VirtualChip(persona), tells=SILENT, capability=TAKES_ALL)

    assert [_read(card(), each).access.renewals for each in (None, memory, memory)] == [0, 2, 0]


def test_a_reader_with_little_room_is_asked_for_less_and_a_transport_says_what_it_takes(memory: CapabilityFile) -> None:
    seen: list[int] = []

    def watch(number: int, command: bytes, answer: bytes) -> bytes:
        seen.append(len(answer))
        return answer

    card = OnReader(Tampering(VirtualChip(CCCD), watch), capability=ReaderCapability(1024))
    assert _whole(_read(card, memory))
    assert 900 < max(seen) <= 1024
    card = OnReader(VirtualChip(CCCD))
    card.lengths = Lengths.SHORT  # type: ignore[attr-defined]  # -- as the card on a PN532 has it
    memory.learn(Pair(card.reader, card.atr), Known(Lengths.EXTENDED))
    assert _read(card, memory).session.apdus == COMMANDS["short"]


def test_what_led_to_a_failure_is_forgotten_and_learned_anew(memory: CapabilityFile) -> None:
    pair = Pair("Test Reader 00 00", SILENT)
    memory.learn(pair, Known(Lengths.EXTENDED, 1024))
    reading = _read(OnReader(VirtualChip(CCCD), refuse, tells=SILENT), memory)
    assert _whole(reading)
    assert reading.access.renewals == 1
    assert memory.find(pair) == Known(Lengths.SHORT)
    known = Pair("ACS ACR122U PICC Interface 00 00", ATR)
    assert memory.find(known) == Known(Lengths.SHORT)
    memory.learn(known, Known(Lengths.EXTENDED))
    assert _read(OnReader(VirtualChip(CCCD), refuse, known.reader), memory).access.renewals == 2
    assert memory.find(known) == Known(Lengths.SHORT)


def test_a_smaller_block_and_a_chip_without_short_identifiers_are_remembered(memory: CapabilityFile) -> None:
    def habit(command: Command, response: Response) -> Response:
        if command.ins == commands.READ_BINARY and (command.p1 & 0x80 or command.ne > 150):
            return Response(b"", 0x6A86 if command.p1 & 0x80 else 0x6700)
        return response

    persona = replace(CCCD, habit=habit)
    first, second = (_read(OnReader(VirtualChip(persona)), memory) for _ in range(2))
    assert _whole(first)
    assert _whole(second)
    known = memory.find(Pair("Test Reader 00 00", ATR))
    assert known == Known(Lengths.SHORT, 128, short_identifiers=False)
    assert second.session.apdus < first.session.apdus


def test_who_asks_for_lengths_or_blocks_gets_them_and_nothing_is_learned(memory: CapabilityFile) -> None:
    memory.learn(Pair("Test Reader 00 00", ATR), Known(Lengths.SHORT, 64))
    before = memory.path.read_bytes()
    for options in (ReadOptions(lengths=Lengths.EXTENDED), ReadOptions(block_size=2048)):
        reading = read(OnReader(VirtualChip(CCCD)), CAN, replace(options, capabilities=memory))
        assert reading.session.apdus == COMMANDS["extended"]
        read(OnReader(VirtualChip(CCCD), refuse), CAN, replace(options, capabilities=memory))
    assert memory.path.read_bytes() == before


def test_a_chip_that_lies_on_no_reader_leaves_no_trace(memory: CapabilityFile) -> None:
    read(OnReader(VirtualChip(CCCD), refuse, reader=""), CAN, ReadOptions(capabilities=memory))
    assert not memory.path.exists()
