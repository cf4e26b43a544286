# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Password Authenticated Connection Establishment, the terminal's dialogue (ICAO 9303-11, 4.4.3 and 4.4.4).

The arithmetic lies in `pace_arithmetic`, the choice among a chip's offers in `pace_options`.
"""

from __future__ import annotations

from dataclasses import dataclass

from cccd_reader.access_keys import AccessKey
from cccd_reader.apdu import commands, tlv
from cccd_reader.apdu.channel import Channel
from cccd_reader.apdu.command import CHAINING, Response
from cccd_reader.apdu.secure_messaging import SessionKeys
from cccd_reader.apdu.status import Sw, describe
from cccd_reader.crypto.entropy import SYSTEM, Entropy
from cccd_reader.crypto.groups import AnyElement
from cccd_reader.crypto.suites import equal
from cccd_reader.errors import MalformedData, StatusError, WrongKey
from cccd_reader.lds.asn1 import encode_object_identifier
from cccd_reader.protocols import pace_arithmetic as arithmetic
from cccd_reader.protocols.pace_options import Mapping, PaceOption

SET_AT_MUTUAL = 0xC1
DYNAMIC_DATA = 0x7C
NONCE, MAPPING_DATA, MAPPING_ANSWER = 0x80, 0x81, 0x82
PUBLIC_KEY, PUBLIC_KEY_ANSWER, TOKEN, TOKEN_ANSWER, CHIP_DATA = 0x83, 0x84, 0x85, 0x86, 0x8A
MAX_NONCE = 64

_PARAMETER_ID_REFUSED = (Sw.INCORRECT_DATA, Sw.INCORRECT_P1_P2, Sw.REFERENCED_DATA_NOT_FOUND)


@dataclass(frozen=True, repr=False)
class ChipMapping:
    """The evidence of PACE-CAM: the chip's mapping key as it came, and the decrypted chip authentication data."""

    public_key: bytes
    data: bytes

    def __repr__(self) -> str:
        return "ChipMapping(hidden)"


@dataclass(frozen=True, repr=False)
class PaceResult:
    """The session keys, the option that gave them, and the evidence of chip authentication mapping if it ran."""

    option: PaceOption
    keys: SessionKeys
    chip_mapping: ChipMapping | None

    def __repr__(self) -> str:
        return f"PaceResult({self.option.name})"


@dataclass(frozen=True)
class _Mapped:
    """The ephemeral generator and the chip's mapping key (empty for integrated mapping)."""

    generator: AnyElement
    chip_public: bytes


def establish(channel: Channel, option: PaceOption, key: AccessKey, entropy: Entropy = SYSTEM) -> PaceResult:
    """Run PACE and return the session keys (ICAO 9303-11, 4.4.4).

    Raises `WrongKey` where the password is not the chip's, `StatusError` where the chip refuses a step, and
    `MalformedData` for an answer that is none: a point off the curve, a trivial or reflected key, a missing object.
    """
    # step 0: MSE:Set AT names protocol, password and parameters
    select(channel, option, key)
    # step 1: the encrypted nonce
    answer = _general_authenticate(channel, b"", "encrypted nonce")
    encrypted = _object(answer, NONCE, "encrypted nonce")
    if not 1 <= len(encrypted) <= MAX_NONCE:
        raise MalformedData("its length is out of bounds", "encrypted nonce")
    nonce = option.suite.decrypt(arithmetic.password_key(option.suite, key), encrypted)
    # step 2: the mapping
    mapped = _map(channel, option, nonce, entropy)
    # step 3: key agreement over the ephemeral generator
    group = option.group
    private = entropy.scalar(group.order)
    own_public = group.power(mapped.generator, private)
    answer = _general_authenticate(channel, tlv.encode(PUBLIC_KEY, group.encode(own_public)), "ephemeral key")
    chip_public = _object(answer, PUBLIC_KEY_ANSWER, "ephemeral key")
    chip_element = group.decode(chip_public)
    if chip_element == own_public:
        raise MalformedData("the chip sent the terminal's own key back", "ephemeral key")
    keys = arithmetic.session_keys(option.suite, group.agree(chip_element, private))
    # step 4: mutual authentication by tokens over the keys as they went over the link
    token = arithmetic.authentication_token(option, keys.ks_mac, group.token_form(chip_public))
    answer = _authenticate(channel, token)
    expected = arithmetic.authentication_token(option, keys.ks_mac, group.encode(own_public))
    if not equal(_object(answer, TOKEN_ANSWER, "authentication token"), expected):
        raise WrongKey("the chip's authentication token is wrong: it did not prove that it knows the key")
    return PaceResult(option, keys, _chip_mapping(option, keys, mapped, answer))


def select(channel: Channel, option: PaceOption, key: AccessKey) -> None:
    """Send MSE:Set AT; the parameter id goes with it wherever the chip published one.

    A chip that refuses an id which names nothing that its identifier does not name already is asked once without.
    """
    content = tlv.encode(0x80, encode_object_identifier(option.oid)[2:]) + tlv.encode(0x83, bytes([key.reference]))
    if option.parameter_id is None:
        response = channel.send(commands.mse_set_at(SET_AT_MUTUAL, content))
    else:
        parameter = tlv.encode(0x84, bytes([option.parameter_id]))
        response = channel.send(commands.mse_set_at(SET_AT_MUTUAL, content + parameter))
        if response.sw in _PARAMETER_ID_REFUSED and not option.ambiguous:
            response = channel.send(commands.mse_set_at(SET_AT_MUTUAL, content))
    # 63Cx only warns how many tries a PIN has left.
    if not response.ok and response.sw & 0xFFF0 != 0x63C0:
        raise StatusError(f"PACE refused at MSE:Set AT: {describe(response.sw)}", response.sw)


def _map(channel: Channel, option: PaceOption, nonce: bytes, entropy: Entropy) -> _Mapped:
    group, suite = option.group, option.suite
    if option.mapping is Mapping.INTEGRATED:
        if len(nonce) != arithmetic.mapping_nonce_size(suite):
            raise MalformedData("its length does not fit integrated mapping", "encrypted nonce")
        terminal_nonce = entropy.octets(suite.key_size)
        _general_authenticate(channel, tlv.encode(MAPPING_DATA, terminal_nonce), "mapping nonce")
        return _Mapped(arithmetic.map_integrated(group, suite, nonce, terminal_nonce), b"")
    private = entropy.scalar(group.order)
    public = group.power(group.generator, private)
    answer = _general_authenticate(channel, tlv.encode(MAPPING_DATA, group.encode(public)), "mapping key")
    chip_public = _object(answer, MAPPING_ANSWER, "mapping key")
    chip_element = group.decode(chip_public)
    if chip_element == public:
        raise MalformedData("the chip sent the terminal's own key back", "mapping key")
    shared = group.power(chip_element, private)
    return _Mapped(arithmetic.map_generic(group, nonce, shared), chip_public)


def _chip_mapping(option: PaceOption, keys: SessionKeys, mapped: _Mapped, answer: Response) -> ChipMapping | None:
    if option.mapping is not Mapping.CHIP_AUTHENTICATION:
        return None
    encrypted = _object(answer, CHIP_DATA, "chip authentication data")
    return ChipMapping(mapped.chip_public, arithmetic.open_chip_authentication_data(keys, encrypted))


def _authenticate(channel: Channel, token: bytes) -> Response:
    response = channel.send(commands.general_authenticate(tlv.encode(TOKEN, token), 0x00))
    # The password is proven here and nowhere else: 6300, a counter, or one of the 69xx mean that it is wrong.
    if response.sw >> 8 in (0x63, 0x69):
        raise WrongKey(f"the chip refused the password: {describe(response.sw)}")
    return _ok(response, "authentication token")


def _general_authenticate(channel: Channel, data: bytes, step: str) -> Response:
    return _ok(channel.send(commands.general_authenticate(data, CHAINING)), step)


def _ok(response: Response, step: str) -> Response:
    if not response.ok:
        raise StatusError(f"PACE refused at the {step}: {describe(response.sw)}", response.sw)
    return response


def _object(answer: Response, tag: int, where: str) -> bytes:
    value = tlv.find(tlv.decode(tlv.expect(answer.data, DYNAMIC_DATA, where), where), tag)
    if value is None:
        raise MalformedData(f"the data object {tag:02X} is missing", where)
    return value
