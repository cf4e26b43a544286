# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The chip's side of BAC and PACE (ICAO 9303-11, 4.3.3 and 4.4.4), over the arithmetic that both ends share."""

from __future__ import annotations

from dataclasses import dataclass

from cccd_reader.access_keys import AccessKey, MrzKey
from cccd_reader.apdu import tlv
from cccd_reader.apdu.secure_messaging import SessionKeys
from cccd_reader.apdu.status import Sw
from cccd_reader.crypto.entropy import Entropy
from cccd_reader.crypto.groups import AnyElement
from cccd_reader.crypto.suites import equal
from cccd_reader.errors import CccdError, SecureMessagingError
from cccd_reader.lds.asn1 import encode_object_identifier
from cccd_reader.protocols import bac, pace
from cccd_reader.protocols import pace_arithmetic as arithmetic
from cccd_reader.protocols.pace_options import Mapping, PaceOption
from cccd_simulators.persona import ChipKey, Persona


class Refused(Exception):
    """The chip refuses a command with the status word `sw`."""

    def __init__(self, sw: int) -> None:
        super().__init__(f"{sw:04X}")
        self.sw = sw


@dataclass(frozen=True, repr=False)
class Granted:
    """The end of an access protocol: the answer to its last command, and the keys of the session that follows."""

    answer: bytes
    keys: SessionKeys

    def __repr__(self) -> str:
        return "Granted(hidden)"


def answer_bac(cryptogram: bytes, challenge: bytes | None, key: AccessKey | None, entropy: Entropy) -> Granted:
    """Answer EXTERNAL AUTHENTICATE (ICAO 9303-11, 4.3.3, steps 3 and 4). `challenge` is the last GET CHALLENGE's."""
    if challenge is None or not isinstance(key, MrzKey):
        raise Refused(Sw.CONDITIONS_NOT_SATISFIED)
    try:
        terminal = bac.unseal(cryptogram, key)
    except SecureMessagingError as error:
        raise Refused(Sw.AUTHENTICATION_FAILED) from error
    except CccdError as error:
        raise Refused(Sw.WRONG_LENGTH) from error
    if not equal(terminal.other, challenge):
        raise Refused(Sw.AUTHENTICATION_FAILED)
    chip = bac.Token(challenge, terminal.own, entropy.octets(bac.KEY_SIZE))
    return Granted(bac.seal(chip, key), bac.session_keys(terminal, chip))


class ChipPace:
    """One run of PACE, from MSE:Set AT to the token; `answer` takes one GENERAL AUTHENTICATE after another."""

    def __init__(self, option: PaceOption, key: AccessKey, entropy: Entropy, mapping_key: ChipKey | None) -> None:
        self._option = option
        self._group = option.group
        self._key = key
        self._entropy = entropy
        self._mapping_key = mapping_key
        self._steps = iter((self._nonce_step, self._mapping_step, self._agreement_step))
        self._nonce = b""
        self._mapping_private = 0
        self._generator: AnyElement = None
        self._keys: SessionKeys | None = None
        self._public = self._terminal_public = b""

    @classmethod
    def select(cls, persona: Persona, data: bytes, entropy: Entropy) -> ChipPace:
        """Start from the data of MSE:Set AT: 80 protocol, 83 password, 84 parameters (ICAO 9303-11, 4.4.4.1)."""
        try:
            objects = tlv.decode(data)
        except CccdError as error:
            raise Refused(Sw.INCORRECT_DATA) from error
        oid, reference, parameter = (tlv.find(objects, tag) for tag in (0x80, 0x83, 0x84))
        fitting = [option for option in persona.pace if encode_object_identifier(option.oid)[2:] == oid]
        if parameter is not None:
            number = int.from_bytes(parameter, "big")
            fitting = [option for option in fitting if option.parameter_id == number]
        if not fitting or (len(fitting) > 1 and parameter is None):
            raise Refused(Sw.INCORRECT_DATA)
        key = persona.key(int.from_bytes(reference or b"", "big"))
        if key is None:
            raise Refused(Sw.REFERENCED_DATA_NOT_FOUND)
        return cls(fitting[0], key, entropy, persona.mapping_key)

    def answer(self, data: bytes) -> bytes | Granted:
        """Return the content of 7C for one step, `Granted` after the token."""
        try:
            objects = tlv.decode(tlv.expect(data, pace.DYNAMIC_DATA))
            step = next(self._steps, None)
            return step(objects) if step else self._token_step(objects)
        except CccdError as error:
            raise Refused(Sw.INCORRECT_DATA) from error

    def _nonce_step(self, objects: list[tlv.Tlv]) -> bytes:
        if objects:
            raise Refused(Sw.INCORRECT_DATA)
        suite = self._option.suite
        integrated = self._option.mapping is Mapping.INTEGRATED
        self._nonce = self._entropy.octets(arithmetic.mapping_nonce_size(suite) if integrated else 16)
        return _dynamic(pace.NONCE, suite.encrypt(arithmetic.password_key(suite, self._key), self._nonce))

    def _mapping_step(self, objects: list[tlv.Tlv]) -> bytes:
        received = _one(objects, pace.MAPPING_DATA)
        if self._option.mapping is Mapping.INTEGRATED:
            suite = self._option.suite
            if len(received) != suite.key_size:
                raise Refused(Sw.INCORRECT_DATA)
            self._generator = arithmetic.map_integrated(self._group, suite, self._nonce, received)
            return _dynamic(pace.MAPPING_ANSWER, b"")
        peer = self._group.decode(received)
        self._mapping_private = self._entropy.scalar(self._group.order)
        public = self._group.power(self._group.generator, self._mapping_private)
        shared = self._group.power(peer, self._mapping_private)
        self._generator = arithmetic.map_generic(self._group, self._nonce, shared)
        return _dynamic(pace.MAPPING_ANSWER, self._group.encode(public))

    def _agreement_step(self, objects: list[tlv.Tlv]) -> bytes:
        self._terminal_public = _one(objects, pace.PUBLIC_KEY)
        peer = self._group.decode(self._terminal_public)
        private = self._entropy.scalar(self._group.order)
        element = self._group.power(self._generator, private)
        if element == peer:
            raise Refused(Sw.INCORRECT_DATA)
        self._public = self._group.encode(element)
        self._keys = arithmetic.session_keys(self._option.suite, self._group.agree(peer, private))
        return _dynamic(pace.PUBLIC_KEY_ANSWER, self._public)

    def _token_step(self, objects: list[tlv.Tlv]) -> Granted:
        if self._keys is None:
            raise Refused(Sw.CONDITIONS_NOT_SATISFIED)
        expected = arithmetic.authentication_token(self._option, self._keys.ks_mac, self._public)
        if not equal(_one(objects, pace.TOKEN), expected):
            raise Refused(Sw.AUTHENTICATION_FAILED)
        covered = self._group.token_form(self._terminal_public)
        token = arithmetic.authentication_token(self._option, self._keys.ks_mac, covered)
        content = tlv.encode(pace.TOKEN_ANSWER, token)
        if self._option.mapping is Mapping.CHIP_AUTHENTICATION:
            content += tlv.encode(pace.CHIP_DATA, self._chip_data(self._keys))
        return Granted(tlv.encode(pace.DYNAMIC_DATA, content), self._keys)

    def _chip_data(self, keys: SessionKeys) -> bytes:
        if self._mapping_key is None:
            raise Refused(Sw.CONDITIONS_NOT_SATISFIED)
        order = self._group.order
        scalar = pow(self._mapping_key.private, -1, order) * self._mapping_private % order
        data = scalar.to_bytes((order.bit_length() + 7) // 8, "big")
        return arithmetic.seal_chip_authentication_data(keys, data)


def _one(objects: list[tlv.Tlv], tag: int) -> bytes:
    value = tlv.find(objects, tag)
    if value is None or len(objects) != 1:
        raise Refused(Sw.INCORRECT_DATA)
    return value


def _dynamic(tag: int, value: bytes) -> bytes:
    return tlv.encode(pace.DYNAMIC_DATA, tlv.encode(tag, value))
