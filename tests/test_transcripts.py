# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Dialogues of other implementations, replayed at our terminal and at our chip, byte for byte.

One case a file and end. Further folders come from the variable CCCD_TRANSCRIPTS: every dialogue in them has to be
understood, and a folder without any fails the run.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cccd_reader.access_keys import MrzKey
from cccd_reader.apdu import commands, tlv
from cccd_reader.apdu.channel import Lengths, PlainChannel
from cccd_reader.apdu.command import Command, Response
from cccd_reader.apdu.secure_messaging import SecureChannel, SecureSession, SessionKeys
from cccd_reader.errors import CccdError, SecureMessagingError, WrongKey
from cccd_reader.lds.security_infos import SecurityInfos
from cccd_reader.protocols import active_authentication, bac, chip_authentication, pace
from cccd_reader.protocols import pace_arithmetic as arithmetic
from cccd_reader.protocols.pace_options import Mapping
from cccd_simulators.chip import VirtualChip
from cccd_simulators.persona import ChipKey, Persona
from tests.support import transcripts
from tests.support.cards import Script
from tests.support.transcript_folders import transcript_files
from tests.support.transcripts import Authentication, Handshake, Pair, RecordedSigner, ScriptedCard, ScriptedEntropy


def _authentication(path: Path) -> Authentication:
    recorded = transcripts.authentication(transcripts.load(path))
    assert recorded
    return recorded


def _parts(path: Path) -> tuple[bool, bool, bool]:
    """Tell whether a file holds an access handshake, Active Authentication, Chip Authentication."""
    data = transcripts.load(path)
    proof = transcripts.authentication(data)
    return bool(transcripts.handshake(data)), bool(proof and proof.challenge), bool(proof and not proof.challenge)


def _parts_or_none(path: Path) -> tuple[bool, bool, bool]:
    try:
        return _parts(path)
    except (ValueError, LookupError, TypeError, AttributeError, CccdError):
        return False, False, False  # which `test_transcript_is_understood` fails for


FILES = transcript_files()
PARTS = {path: _parts_or_none(path) for path in FILES}
ACCESS = [path for path in FILES if PARTS[path][0]]
ACTIVE = [path for path in FILES if PARTS[path][1]]
CHIP = [path for path in FILES if PARTS[path][2]]
PROTECTED = ACTIVE + CHIP


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
    assert len(ACTIVE) >= 2
    assert len(CHIP) >= 10


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_transcript_is_understood(path: Path) -> None:
    assert any(_parts(path))
    for session, protected, plain in transcripts.told_twice(transcripts.load(path)):
        opened = transcripts.opened(session, protected)
        assert [pair.response for pair in opened] == [pair.response for pair in plain]
        assert [Command.parse(pair.command) for pair in opened] == [Command.parse(pair.command) for pair in plain]


def test_transcripts_of_a_folder_without_any_are_an_error(tmp_path: Path) -> None:
    """Whoever names a folder wants it replayed: a slip in its name must not pass for a success."""
    empty, full = tmp_path / "empty", tmp_path / "full"
    for folder in (empty, full):
        folder.mkdir()
    for named in (empty, tmp_path / "missing"):
        with pytest.raises(ValueError, match="holds no dialogue"):
            transcript_files(str(named))
    (full / f"{FILES[0].stem}.json").write_bytes(FILES[0].read_bytes())
    assert len(transcript_files(str(full))) == len(transcript_files("")) + 1


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


def _chip(shake: Handshake, **fields: Any) -> VirtualChip:
    """A chip that holds what the recorded one showed, and draws what it drew; `fields` are those of its persona."""
    fields = {"application_files": transcripts.files_of(shake.plain), "keys": (shake.key,)} | fields
    if shake.protocol == "BAC":
        assert isinstance(shake.key, MrzKey)
        answer = Response.parse(shake.pairs[1].response).data
        token = bac.unseal(answer, shake.key)
        chip = VirtualChip(Persona("recorded", "", **fields), ScriptedEntropy([token.own, token.key], []))
        assert chip.exchange(bytes(commands.select_application())) == b"\x90\x00"
        return chip
    option = transcripts.chip_option(shake)
    mapping_key = None
    if option.mapping is Mapping.CHIP_AUTHENTICATION:
        keys = arithmetic.session_keys(option.suite, option.group.agree(None, 3))
        data = arithmetic.open_chip_authentication_data(keys, shake.objects[3][1][0x8A])
        mapping_key = ChipKey(option.group, transcripts.mapping_scalar(shake, data, option.group.order))
    persona = Persona("recorded", "", pace=(option,), mapping_key=mapping_key, **fields)
    return VirtualChip(persona, transcripts.chip_entropy(shake))


@pytest.mark.parametrize("path", ACTIVE, ids=lambda path: path.stem)
def test_transcript_of_active_authentication_at_the_terminal(path: Path) -> None:
    recorded = _authentication(path)
    lengths = Lengths.EXTENDED if Command.parse(recorded.pairs[0].command).extended else Lengths.SHORT
    channel = SecureChannel(PlainChannel(ScriptedCard(recorded.pairs), lengths), recorded.before)
    evidence = active_authentication.run(channel, recorded.challenge, recorded.dg15)
    assert evidence.signature == Response.parse(recorded.plain[0].response).data
    infos = SecurityInfos.parse(recorded.dg14) if recorded.dg14 else None
    assert active_authentication.verify(evidence, recorded.dg15, infos)


@pytest.mark.parametrize("path", CHIP, ids=lambda path: path.stem)
def test_transcript_of_chip_authentication_at_the_terminal(path: Path) -> None:
    recorded = _authentication(path)
    plain = PlainChannel(ScriptedCard(recorded.pairs + recorded.following), Lengths.EXTENDED)
    entropy = ScriptedEntropy([], [recorded.private])
    result = chip_authentication.establish(SecureChannel(plain, recorded.before), recorded.option, entropy)
    _assert_keys(result.keys, recorded.after)
    first, *others = (Command.parse(pair.command) for pair in recorded.following_plain)
    proof = chip_authentication.prove(plain, result, int.from_bytes(first.data, "big"))
    chip_authentication.verify(proof.evidence, recorded.option)
    secured = SecureChannel(plain, proof.keys)
    for command, pair in zip(others, recorded.following_plain[1:], strict=True):
        assert bytes(secured.send(command)) == pair.response


@pytest.mark.parametrize("path", PROTECTED, ids=lambda path: path.stem)
def test_transcript_of_authentication_at_the_chip(path: Path) -> None:
    """Access, reading, Active or Chip Authentication, and reading again: one dialogue from end to end."""
    recorded, data = _authentication(path), transcripts.load(path)
    fields: dict[str, Any] = {"application_files": transcripts.files_of(recorded.everything_plain)}
    if recorded.challenge:
        signature = Response.parse(recorded.plain[0].response).data
        fields["active_authentication"] = RecordedSigner(recorded.challenge, signature)
    else:
        fields["chip_authentication"] = (transcripts.chip_authentication_key(recorded),)
    shake = transcripts.handshake(data)
    if shake:
        chip = _chip(shake, **fields)
    else:
        chip = VirtualChip(Persona("recorded", "", keys=(), **fields))
        chip.resume(recorded.before)
    for pair in (*(shake.pairs if shake else ()), *recorded.prior, *recorded.pairs, *recorded.following):
        assert chip.exchange(pair.command) == pair.response


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


def test_transcript_with_another_static_key_fails_at_the_proof() -> None:
    """The replay of Chip Authentication can fail: the chip's static key decides."""
    recorded = _authentication(next(path for path in CHIP if path.stem == "persosim-epass-ca-bp256-aes128"))
    plain = PlainChannel(ScriptedCard(recorded.pairs + recorded.following), Lengths.EXTENDED)
    group = recorded.option.group
    option = replace(recorded.option, public_key=group.power(group.generator, 2))
    entropy = ScriptedEntropy([], [recorded.private])
    result = chip_authentication.establish(SecureChannel(plain, recorded.before), option, entropy)
    answer = recorded.following[0].response
    with pytest.raises(SecureMessagingError):
        chip_authentication.prove(PlainChannel(Script([answer])), result, 0x011E)
