# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Dialogues of other implementations, replayed at our terminal and at our chip, byte for byte.

One case a file and end. Further folders come from the variable CCCD_TRANSCRIPTS.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cccd_reader.access_keys import MrzKey
from cccd_reader.apdu import commands, tlv
from cccd_reader.apdu.channel import Lengths, PlainChannel
from cccd_reader.apdu.command import Command, Response
from cccd_reader.apdu.secure_messaging import SecureChannel, SecureSession, SessionKeys
from cccd_reader.errors import WrongKey
from cccd_reader.protocols import bac, pace
from cccd_reader.protocols import pace_arithmetic as arithmetic
from cccd_reader.protocols.pace_options import Mapping
from cccd_simulators.chip import VirtualChip
from cccd_simulators.persona import ChipKey, File, Persona
from tests.support import transcripts
from tests.support.transcripts import Handshake, Pair, ScriptedCard, ScriptedEntropy

FILES = transcripts.transcript_files()
ACCESS = [path for path in FILES if transcripts.handshake(transcripts.load(path))]
PROTECTED = [path for path in FILES if "session_before" in transcripts.load(path)]


def _shake(path: Path) -> Handshake:
    shake = transcripts.handshake(transcripts.load(path))
    assert shake
    return shake


def _assert_keys(found: SessionKeys, expected: SessionKeys) -> None:
    assert found.suite is expected.suite
    for left, right in ((found.ks_enc, expected.ks_enc), (found.ks_mac, expected.ks_mac)):
        assert transcripts.without_parity(left, found.suite) == transcripts.without_parity(right, found.suite)
    assert found.ssc == expected.ssc


def test_transcripts_are_there() -> None:
    assert len(ACCESS) >= 60


@pytest.mark.parametrize("path", ACCESS, ids=lambda path: path.stem)
def test_transcript_at_the_terminal(path: Path) -> None:
    shake = _shake(path)
    card = ScriptedCard(shake.pairs + shake.protected)
    channel = PlainChannel(card, Lengths.EXTENDED)
    entropy = transcripts.terminal_entropy(shake)
    if shake.protocol == "BAC":
        assert isinstance(shake.key, MrzKey)
        keys = bac.establish(channel, shake.key, entropy)
    else:
        keys = pace.establish(channel, shake.option, shake.key, entropy).keys
    if shake.session:
        _assert_keys(keys, shake.session)
    if shake.unread:
        _replay(keys, shake.unread)
    secured = SecureChannel(channel, keys)
    for plain in shake.plain:
        assert bytes(secured.send(Command.parse(plain.command))) == plain.response


@pytest.mark.parametrize("path", ACCESS, ids=lambda path: path.stem)
def test_transcript_at_the_chip(path: Path) -> None:
    shake = _shake(path)
    chip = _chip(shake)
    for pair in shake.pairs + shake.protected:
        assert chip.exchange(pair.command) == pair.response


def _chip(shake: Handshake) -> VirtualChip:
    """A chip that holds what the recorded one showed, and draws what it drew."""
    files = _files(shake.plain)
    if shake.protocol == "BAC":
        assert isinstance(shake.key, MrzKey)
        answer = Response.parse(shake.pairs[1].response).data
        token = bac.unseal(answer, shake.key)
        chip = VirtualChip(Persona("recorded", "", files, (shake.key,)), ScriptedEntropy([token.own, token.key], []))
        assert chip.exchange(bytes(commands.select_application())) == b"\x90\x00"
        return chip
    option = transcripts.chip_option(shake)
    mapping_key = None
    if option.mapping is Mapping.CHIP_AUTHENTICATION:
        keys = arithmetic.session_keys(option.suite, option.group.agree(None, 3))
        data = arithmetic.open_chip_authentication_data(keys, shake.objects[3][1][0x8A])
        mapping_key = ChipKey(option.group, transcripts.mapping_scalar(shake, data, option.group.order))
    persona = Persona("recorded", "", files, (shake.key,), pace=(option,), mapping_key=mapping_key)
    return VirtualChip(persona, transcripts.chip_entropy(shake))


def _files(plain: tuple[Pair, ...]) -> dict[int, File]:
    """The elementary files as far as the dialogue read them; a margin of zeros keeps every read within the file."""
    contents: dict[int, bytearray] = {}
    current = 0
    for pair in plain:
        command, response = Command.parse(pair.command), Response.parse(pair.response)
        if command.ins == commands.SELECT and command.p1 == 0x02 and response.ok:
            current = int.from_bytes(command.data, "big")
        elif command.ins == commands.READ_BINARY and response.ok:
            offset = command.p1 << 8 | command.p2
            if command.p1 & 0x80:
                current, offset = 0x0100 | command.p1 & 0x1F, command.p2
            content = contents.setdefault(current, bytearray(0x8000))
            content[offset : offset + len(response.data)] = response.data
    return {file_id: File(bytes(content)) for file_id, content in contents.items()}


@pytest.mark.parametrize("path", PROTECTED, ids=lambda path: path.stem)
def test_transcript_opens_under_secure_messaging(path: Path) -> None:
    """Chip and Active Authentication dialogues: what runs under the session before opens at both ends."""
    data = transcripts.load(path)
    before, after = transcripts.keys(data["session_before"]), transcripts.keys(data["session_after"])
    recorded = transcripts.pairs(data["apdus"])
    if "prior" not in data and after.ks_enc != before.ks_enc:
        recorded = recorded[:-1]  # the last command proves the new session
    _replay(before, recorded)


def _replay(keys: SessionKeys, recorded: tuple[Pair, ...]) -> None:
    """Open and protect again, at both ends, what went under these keys."""
    chip, terminal = SecureSession(keys), SecureSession(keys)
    assert recorded
    for pair in recorded:
        plain = chip.open_command(Command.parse(pair.command))
        assert bytes(terminal.protect_command(plain)) == pair.command
        answer = terminal.open_response(Response.parse(pair.response))
        assert bytes(chip.protect_response(answer, plain)) == pair.response


def test_transcript_with_a_flipped_bit_fails_at_the_terminal() -> None:
    """The replay can fail: any bit of the chip's last handshake answer decides."""
    path = next(path for path in ACCESS if path.stem == "persosim-epass-bp256-aes128-can")
    shake = _shake(path)
    last = bytearray(shake.pairs[-1].response)
    last[6] ^= 1
    pairs = (*shake.pairs[:-1], Pair(shake.pairs[-1].command, bytes(last)))
    with pytest.raises(WrongKey):
        pace.establish(PlainChannel(ScriptedCard(pairs)), shake.option, shake.key, transcripts.terminal_entropy(shake))
    assert tlv.find(tlv.decode(tlv.expect(bytes(last[:-2]), 0x7C)), 0x86) is not None
