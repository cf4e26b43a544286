# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Basic Access Control (ICAO 9303-11, 4.3): top half the arithmetic of either party, bottom half the terminal.

The chip's answer is authenticated, MAC and both nonces, before any key is made of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from cccd_reader.access_keys import MrzKey
from cccd_reader.apdu import commands
from cccd_reader.apdu.channel import Channel
from cccd_reader.apdu.secure_messaging import SessionKeys
from cccd_reader.apdu.status import Sw, describe
from cccd_reader.crypto.entropy import SYSTEM, Entropy
from cccd_reader.crypto.suites import MAC_SIZE, TDES, Purpose, equal
from cccd_reader.errors import MalformedData, SecureMessagingError, StatusError, WrongKey

NONCE_SIZE, KEY_SIZE = 8, 16
_REFUSALS = (
    Sw.SECURITY_STATUS_NOT_SATISFIED,
    Sw.CONDITIONS_NOT_SATISFIED,
    Sw.SM_OBJECTS_INCORRECT,
    Sw.INCORRECT_DATA,
)


@dataclass(frozen=True, repr=False)
class Token:
    """The 32 bytes that one party sends, decrypted: its nonce, the other's nonce, its key half."""

    own: bytes
    other: bytes
    key: bytes

    def __bytes__(self) -> bytes:
        return self.own + self.other + self.key

    def __repr__(self) -> str:
        return "Token(hidden)"


def seal(token: Token, key: MrzKey) -> bytes:
    """Return E(KEnc, token) || MAC(KMac, E), 40 bytes (ICAO 9303-11, 4.3.3, steps 2 and 3)."""
    cryptogram = TDES.encrypt(_derive(key, Purpose.ENCRYPTION), bytes(token))
    return cryptogram + TDES.mac(_derive(key, Purpose.MAC), cryptogram)


def unseal(data: bytes, key: MrzKey) -> Token:
    """Check the MAC and decrypt what the other party sent. Raises `SecureMessagingError` where it is not authentic."""
    size = 2 * NONCE_SIZE + KEY_SIZE
    if len(data) != size + MAC_SIZE:
        raise MalformedData("40 bytes are expected", "BAC answer")
    if not equal(TDES.mac(_derive(key, Purpose.MAC), data[:size]), data[size:]):
        raise SecureMessagingError("the MAC of the BAC answer is wrong: the chip did not prove that it knows the key")
    plain = TDES.decrypt(_derive(key, Purpose.ENCRYPTION), data[:size])
    return Token(plain[:NONCE_SIZE], plain[NONCE_SIZE : 2 * NONCE_SIZE], plain[2 * NONCE_SIZE :])


def session_keys(terminal: Token, chip: Token) -> SessionKeys:
    """Return the keys of both parties' halves; the counter joins the nonces' ends (ICAO 9303-11, 4.3.3 and 9.8.6.3)."""
    seed = bytes(left ^ right for left, right in zip(terminal.key, chip.key, strict=True))
    ks_enc, ks_mac = TDES.derive(seed, Purpose.ENCRYPTION), TDES.derive(seed, Purpose.MAC)
    return SessionKeys(TDES, ks_enc, ks_mac, chip.own[-4:] + terminal.own[-4:])


def _derive(key: MrzKey, purpose: Purpose) -> bytes:
    return TDES.derive(key.password[:KEY_SIZE], purpose)


def establish(channel: Channel, key: MrzKey, entropy: Entropy = SYSTEM) -> SessionKeys:
    """Run BAC with the selected application and return the session keys (ICAO 9303-11, 4.3.3).

    Raises `WrongKey` where the chip refuses the key, `StatusError` for another refusal, `SecureMessagingError` where
    the chip's answer is not authentic.
    """
    # step 1: the chip's nonce
    challenge = channel.send(commands.get_challenge())
    if not challenge.ok:
        raise StatusError(f"GET CHALLENGE refused: {describe(challenge.sw)}", challenge.sw)
    if len(challenge.data) != NONCE_SIZE:
        raise MalformedData("eight bytes are expected", "BAC challenge")
    # step 2: the terminal's nonce and key half, encrypted and authenticated
    terminal = Token(entropy.octets(NONCE_SIZE), challenge.data, entropy.octets(KEY_SIZE))
    answer = channel.send(commands.external_authenticate(seal(terminal, key)))
    if answer.sw >> 8 == 0x63 or answer.sw in _REFUSALS:
        raise WrongKey(f"the chip refused the MRZ key: {describe(answer.sw)}")
    if not answer.ok:
        raise StatusError(f"EXTERNAL AUTHENTICATE refused: {describe(answer.sw)}", answer.sw)
    # step 3: the chip's answer must be authentic, and must repeat both nonces
    chip = unseal(answer.data, key)
    if not (equal(chip.own, terminal.other) and equal(chip.other, terminal.own)):
        raise SecureMessagingError("the BAC answer does not belong to this dialogue: the nonces differ")
    # step 4: session keys of both halves
    return session_keys(terminal, chip)
