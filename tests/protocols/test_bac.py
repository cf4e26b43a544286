# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""BAC: the chip must prove itself too, and every refusal has its own words."""

from __future__ import annotations

import pytest

from cccd_reader.access_keys import MrzKey
from cccd_reader.apdu.channel import PlainChannel
from cccd_reader.apdu.secure_messaging import SessionKeys
from cccd_reader.errors import CccdError, MalformedData, SecureMessagingError, StatusError, WrongKey
from cccd_reader.protocols import bac
from cccd_simulators import personas
from cccd_simulators.chip import VirtualChip
from tests.support.cards import Script, Tampering, once

KEY = MrzKey("L898902C", "690806", "940623")
CHALLENGE = bytes(range(8)) + b"\x90\x00"


class _Fixed:
    def octets(self, count: int) -> bytes:
        return bytes(range(100, 100 + count))

    def scalar(self, bound: int) -> int:
        raise AssertionError


OWN = bac.Token(_Fixed().octets(8), CHALLENGE[:8], _Fixed().octets(16))


def _answered(answer: bytes) -> SessionKeys:
    return bac.establish(PlainChannel(Script([CHALLENGE, answer])), KEY, _Fixed())


def test_a_true_answer_opens() -> None:
    chip = bac.Token(OWN.other, OWN.own, bytes(16))
    assert _answered(bac.seal(chip, KEY) + b"\x90\x00").ssc == OWN.other[-4:] + OWN.own[-4:]


def _wrong(token: bac.Token, key: MrzKey = KEY) -> bytes:
    return bac.seal(token, key)


FORGED = {
    "a key that it does not know": _wrong(bac.Token(OWN.other, OWN.own, bytes(16)), MrzKey("X", "690806", "940623")),
    "another terminal nonce": _wrong(bac.Token(OWN.other, bytes(8), bytes(16))),
    "another chip nonce": _wrong(bac.Token(bytes(8), OWN.own, bytes(16))),
    "the terminal's own token": _wrong(OWN),
    "a flipped cryptogram": bytes([_wrong(bac.Token(OWN.other, OWN.own, bytes(16)))[0] ^ 1])
    + _wrong(bac.Token(OWN.other, OWN.own, bytes(16)))[1:],
    "no MAC": _wrong(bac.Token(OWN.other, OWN.own, bytes(16)))[:32] + bytes(8),
}


@pytest.mark.parametrize("name", FORGED)
def test_an_answer_without_proof_is_refused(name: str) -> None:
    """Defect of JMRTD: the answer is decrypted and used, neither its MAC nor its nonces are looked at."""
    with pytest.raises(SecureMessagingError):
        _answered(FORGED[name] + b"\x90\x00")


@pytest.mark.parametrize("length", [0, 8, 39, 41])
def test_an_answer_of_another_length_is_malformed(length: int) -> None:
    with pytest.raises(MalformedData):
        _answered(bytes(length) + b"\x90\x00")


@pytest.mark.parametrize("sw", ["6300", "63CF", "6982", "6985", "6988", "6A80"])
def test_a_refused_key_is_called_so(sw: str) -> None:
    with pytest.raises(WrongKey):
        _answered(bytes.fromhex(sw))


@pytest.mark.parametrize("sw", ["6700", "6D00", "6F00"])
def test_another_refusal_is_no_wrong_key(sw: str) -> None:
    with pytest.raises(StatusError, match=sw):
        _answered(bytes.fromhex(sw))


@pytest.mark.parametrize(("answer", "kind"), [(b"\x6d\x00", StatusError), (bytes(7) + b"\x90\x00", MalformedData)])
def test_a_challenge_that_is_none(answer: bytes, kind: type[CccdError]) -> None:
    with pytest.raises(kind):
        bac.establish(PlainChannel(Script([answer])), KEY)


def test_the_chip_takes_each_challenge_once() -> None:
    chip = VirtualChip(personas.passport_bac())
    key = personas.holder_keys()[0]
    assert isinstance(key, MrzKey)
    chip.exchange(bytes.fromhex("00A4040C07A0000002471001"))
    sent: list[bytes] = []

    def keep(number: int, command: bytes, answer: bytes) -> bytes:
        sent.append(command)
        return answer

    bac.establish(PlainChannel(Tampering(chip, keep)), key)
    assert chip.exchange(sent[1]) == b"\x69\x85"
    chip.reset()
    chip.exchange(bytes.fromhex("00A4040C07A0000002471001"))
    assert chip.exchange(sent[1]) == b"\x69\x85"
    chip.exchange(sent[0])
    assert chip.exchange(sent[1]) == b"\x63\x00"


def test_a_wrong_key_at_our_chip_and_its_answer_tampered() -> None:
    chip = VirtualChip(personas.passport_bac())
    chip.exchange(bytes.fromhex("00A4040C07A0000002471001"))
    with pytest.raises(WrongKey):
        bac.establish(PlainChannel(chip), KEY)
    key = personas.holder_keys()[0]
    assert isinstance(key, MrzKey)
    with pytest.raises(SecureMessagingError):
        bac.establish(PlainChannel(Tampering(chip, once(1, bytes(40) + b"\x90\x00"))), key)


def test_tokens_are_hidden() -> None:
    assert repr(OWN) == "Token(hidden)"
