# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The chip's side of Active and Chip Authentication (ICAO 9303-11, 6.1 and 6.2), over the arithmetic of both ends."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from cccd_reader.apdu import tlv
from cccd_reader.apdu.secure_messaging import SessionKeys
from cccd_reader.apdu.status import Sw
from cccd_reader.crypto import iso9796
from cccd_reader.crypto.ec import Curve
from cccd_reader.crypto.entropy import Entropy
from cccd_reader.crypto.iso9796 import Trailer
from cccd_reader.crypto.signatures import Scheme
from cccd_reader.crypto.suites import SUITES, Suite
from cccd_reader.errors import CccdError
from cccd_reader.lds.asn1 import encode_object_identifier
from cccd_reader.protocols import chip_authentication as protocol
from cccd_reader.protocols.chip_authentication_options import Dialogue
from cccd_reader.protocols.pace_arithmetic import session_keys
from cccd_simulators import ecdsa
from cccd_simulators.access_control import Granted, Refused
from cccd_simulators.persona import ChipAuthenticationKey, Persona

_SUITE_OF_TEMPLATE = 1
"""The last arc of the one suite that a key agreement template serves: 3DES."""


@dataclass(frozen=True, repr=False)
class RsaSigner:
    """Active Authentication with RSA, ISO/IEC 9796-2 scheme 1, under one of its trailers (ICAO 9303-11, 6.1.2.2)."""

    private: RSAPrivateKey
    trailer: Trailer = Trailer.BC

    def sign(self, challenge: bytes, entropy: Entropy, /) -> bytes:
        """Return the signature over a nonce of the chip and the challenge, as long as the modulus."""
        nonce = entropy.octets(iso9796.capacity(self.private.key_size, self.trailer))
        return iso9796.sign(self.private.private_numbers(), self.trailer, nonce, challenge)

    def __repr__(self) -> str:
        return f"RsaSigner({self.private.key_size}, hidden)"


@dataclass(frozen=True, repr=False)
class EcSigner:
    """Active Authentication with ECDSA: plain, as the standard asks, or in DER (ICAO 9303-11, 6.1.2.3).

    `digest` is a name of hashlib.
    """

    curve: Curve
    private: int
    digest: str
    scheme: Scheme = Scheme.ECDSA_PLAIN

    def sign(self, challenge: bytes, _entropy: Entropy, /) -> bytes:
        """Return the signature over the challenge."""
        signature = ecdsa.sign(self.curve, self.private, challenge, self.digest)
        if self.scheme is Scheme.ECDSA:
            return signature
        size = (self.curve.order.bit_length() + 7) // 8
        numbers = tlv.decode(tlv.expect(signature, 0x30))
        return b"".join(int.from_bytes(number.value, "big").to_bytes(size, "big") for number in numbers)

    def __repr__(self) -> str:
        return f"EcSigner({self.curve.name}, hidden)"


class ChipAuthentication:
    """One run by MSE:Set AT and GENERAL AUTHENTICATE (ICAO 9303-11, 6.2.4.2)."""

    def __init__(self, key: ChipAuthenticationKey, suite: Suite) -> None:
        self._key = key
        self._suite = suite

    @classmethod
    def select(cls, persona: Persona, data: bytes) -> ChipAuthentication:
        """Start from the data of MSE:Set AT: 80 protocol, 84 key id."""
        objects = _objects(data)
        named = tlv.find(objects, protocol.PROTOCOL)
        key = _key(persona, objects, Dialogue.AUTHENTICATION_TEMPLATE)
        for oid in key.protocols:
            if encode_object_identifier(oid)[2:] == named:
                return cls(key, SUITES[int(oid.rpartition(".")[2])])
        raise Refused(Sw.INCORRECT_DATA)

    def answer(self, data: bytes) -> bytes | Granted:
        """Return the answer to GENERAL AUTHENTICATE, an empty 7C, with the keys of the session that follows it."""
        try:
            objects = tlv.decode(tlv.expect(data, protocol.DYNAMIC_DATA))
        except CccdError as error:
            raise Refused(Sw.INCORRECT_DATA) from error
        keys = _agree(self._key, self._suite, tlv.find(objects, protocol.EPHEMERAL_KEY))
        content = tlv.encode(protocol.DYNAMIC_DATA, b"")
        return Granted(content, keys) if self._key.renews_session else content


def answer_template(persona: Persona, data: bytes) -> bytes | Granted:
    """Answer MSE:Set KAT: 91 the terminal's key, 84 key id (ICAO 9303-11, 6.2.4.1). There is no response data."""
    objects = _objects(data)
    key = _key(persona, objects, Dialogue.KEY_AGREEMENT_TEMPLATE)
    if not any(oid.endswith(f".{_SUITE_OF_TEMPLATE}") for oid in key.protocols):
        raise Refused(Sw.INCORRECT_P1_P2)
    keys = _agree(key, SUITES[_SUITE_OF_TEMPLATE], tlv.find(objects, protocol.TEMPLATE_KEY))
    return Granted(b"", keys) if key.renews_session else b""


def _agree(key: ChipAuthenticationKey, suite: Suite, public: bytes | None) -> SessionKeys:
    if public is None:
        raise Refused(Sw.INCORRECT_DATA)
    group = key.key.group
    try:
        return session_keys(suite, group.agree(group.decode(public), key.key.private))
    except CccdError as error:
        raise Refused(Sw.INCORRECT_DATA) from error


def _key(persona: Persona, objects: list[tlv.Tlv], dialogue: Dialogue) -> ChipAuthenticationKey:
    """Return the key that the terminal means: by its id, or without one the only key there is."""
    taking = [key for key in persona.chip_authentication if dialogue in key.dialogues]
    if not taking:
        raise Refused(Sw.INCORRECT_P1_P2)
    reference = tlv.find(objects, protocol.KEY_ID)
    named = [key for key in taking if reference is None or key.key_id == int.from_bytes(reference, "big")]
    if len(named) != 1:
        raise Refused(Sw.REFERENCED_DATA_NOT_FOUND)
    return named[0]


def _objects(data: bytes) -> list[tlv.Tlv]:
    try:
        return tlv.decode(data)
    except CccdError as error:
        raise Refused(Sw.INCORRECT_DATA) from error
