# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Chip Authentication version 1: a key agreement with the chip's static key of EF.DG14 (ICAO 9303-11, 6.2).

`establish` returns new session keys, which nothing has proven yet: only an answer under them does. `prove` sends the
first command of the new session and keeps what is needed to check the answer again; `verify` does that without a card.

The evidence convinces only whoever ran the protocol: the terminal knows the session keys, so it could have made the
chip's answer itself. What a third party can believe, Active Authentication has to bring. It proves the document only
as far as Passive Authentication proves EF.DG14. The choice among a chip's offers lies in `chip_authentication_options`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from cccd_reader.apdu import commands, tlv
from cccd_reader.apdu.channel import Channel
from cccd_reader.apdu.command import Command, Response
from cccd_reader.apdu.secure_messaging import SecureSession, SessionKeys
from cccd_reader.apdu.status import describe
from cccd_reader.crypto.entropy import SYSTEM, Entropy
from cccd_reader.crypto.signatures import BadSignature
from cccd_reader.errors import MalformedData, SecureMessagingError, StatusError
from cccd_reader.lds import files
from cccd_reader.lds.asn1 import encode_object_identifier
from cccd_reader.lds.object_identifiers import protocol_name
from cccd_reader.protocols.chip_authentication_options import CaOption, Dialogue
from cccd_reader.protocols.pace_arithmetic import session_keys

SET_AT_INTERNAL = 0x41
DYNAMIC_DATA = 0x7C
PROTOCOL, EPHEMERAL_KEY, KEY_ID, TEMPLATE_KEY = 0x80, 0x80, 0x84, 0x91


@dataclass(frozen=True, repr=False)
class CaResult:
    """The option that ran, the terminal's ephemeral private key, and the keys of a session that nothing has proven."""

    option: CaOption
    private: int
    keys: SessionKeys

    def __repr__(self) -> str:
        return f"CaResult({self.option.name})"


@dataclass(frozen=True, repr=False)
class CaEvidence:
    """What `verify` needs: protocol and key id, the ephemeral private key, the protected command and its answer.

    Whoever has the private key can compute the session keys, so it is kept as secret as the document's data.
    """

    oid: str
    key_id: int | None
    private: int
    command: bytes
    response: bytes

    def __repr__(self) -> str:
        return f"CaEvidence({protocol_name(self.oid) or self.oid}, hidden)"


@dataclass(frozen=True, repr=False)
class CaProof:
    """The keys of the proven session as they stand after the first command, for a `SecureChannel`, and the evidence."""

    keys: SessionKeys
    evidence: CaEvidence

    def __repr__(self) -> str:
        return "CaProof(hidden)"


def establish(channel: Channel, option: CaOption, entropy: Entropy = SYSTEM) -> CaResult:
    """Run Chip Authentication under the session of `channel` and return the new keys (ICAO 9303-11, 6.2.1).

    The chip has left the old session when this returns; `prove` tells whether it came along. Raises `StatusError`
    where the chip refuses every dialogue of the option, and `MalformedData` for an answer that is none.
    """
    # step 1: the chip's static key, which was proven to be in its group when it was parsed
    group = option.group
    # step 2: the terminal's ephemeral key
    private = entropy.scalar(group.order)
    public = group.encode(group.power(group.generator, private))
    response = _send(channel, option, public)
    if not response.ok:
        raise StatusError(f"Chip Authentication refused: {describe(response.sw)}", response.sw)
    # step 3: the shared secret, and the keys that follow from it
    return CaResult(option, private, session_keys(option.suite, group.agree(option.public_key, private)))


def prove(channel: Channel, result: CaResult, file_id: int = files.data_group(14).file_id) -> CaProof:
    """Send the first command of the new session, SELECT of a file, and return the session that goes on.

    `channel` is the one below the old session. Any protected answer proves the session, a refusal too. Raises
    `SecureMessagingError` where the answer is not protected by the new keys: the chip does not hold the private key
    of its static key, or has kept the old session.
    """
    session = SecureSession(result.keys)
    command = session.protect_command(commands.select_file(file_id))
    response = channel.send(command)
    session.open_response(response)
    option = result.option
    evidence = CaEvidence(option.oid, option.key_id, result.private, bytes(command), bytes(response))
    ssc = int.from_bytes(result.keys.ssc, "big") + 2
    return CaProof(replace(result.keys, ssc=ssc.to_bytes(len(result.keys.ssc), "big")), evidence)


def verify(evidence: CaEvidence, option: CaOption) -> None:
    """Return if the chip's answer is one under the keys that only the holder of the option's static key can have.

    Only to whoever knows that the ephemeral key was drawn at random and its private half kept from the chip does it
    prove anything. Raises `BadSignature`, and `MalformedData` for evidence that is no dialogue.
    """
    group = option.group
    if not 0 < evidence.private < group.order:
        raise MalformedData("the private key is none of the group", "Chip Authentication evidence")
    keys = session_keys(option.suite, group.agree(option.public_key, evidence.private))
    command, response = Command.parse(evidence.command), Response.parse(evidence.response)
    chip, terminal = SecureSession(keys), SecureSession(keys)
    try:
        sent = terminal.protect_command(chip.open_command(command))
        terminal.open_response(response)
    except SecureMessagingError as error:
        raise BadSignature(f"the chip's answer does not follow from its static key: {error}") from error
    if bytes(sent) != evidence.command:
        raise BadSignature("the command is not the one that the terminal sends under these keys")


def _send(channel: Channel, option: CaOption, public: bytes) -> Response:
    """Send the terminal's key by the first dialogue that the chip takes; return its last answer."""
    response = Response(b"", 0x6F00)
    for dialogue in option.dialogues:
        if dialogue is Dialogue.KEY_AGREEMENT_TEMPLATE:
            response = channel.send(commands.mse_set_kat(tlv.encode(TEMPLATE_KEY, public) + _key_reference(option)))
        else:
            response = _by_authentication_template(channel, option, public)
        if response.ok:
            break
    return response


def _by_authentication_template(channel: Channel, option: CaOption, public: bytes) -> Response:
    protocol = tlv.encode(PROTOCOL, encode_object_identifier(option.oid)[2:])
    response = channel.send(commands.mse_set_at(SET_AT_INTERNAL, protocol + _key_reference(option)))
    if not response.ok:
        return response
    response = channel.send(commands.general_authenticate(tlv.encode(EPHEMERAL_KEY, public), 0x00))
    if response.data:  # an empty 7C; some chips leave it out
        tlv.decode(tlv.expect(response.data, DYNAMIC_DATA, "Chip Authentication"), "Chip Authentication")
    return response


def _key_reference(option: CaOption) -> bytes:
    if option.key_id is None:
        return b""
    return tlv.encode(KEY_ID, option.key_id.to_bytes(max(1, (option.key_id.bit_length() + 7) // 8), "big"))
