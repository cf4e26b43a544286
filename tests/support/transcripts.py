# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Recorded dialogues between other people's readers and chips, as scripts for either end of ours.

A dialogue holds the terminal's secrets, never the chip's. The chip end replays all the same: its public keys stand in
its answers, and whatever its private keys yield in them follows from the terminal's private keys, for both ends agree.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cccd_reader.access_keys import AccessKey, Can, MrzKey, Pin, Puk
from cccd_reader.apdu import commands, tlv
from cccd_reader.apdu.command import Command, Response
from cccd_reader.apdu.secure_messaging import SecureSession, SessionKeys
from cccd_reader.apdu.status import Sw
from cccd_reader.crypto.entropy import Entropy
from cccd_reader.crypto.groups import AnyElement, AnyGroup, Group
from cccd_reader.crypto.suites import AES_128, AES_192, AES_256, TDES, Suite
from cccd_reader.lds.security_infos import SecurityInfos
from cccd_reader.protocols import chip_authentication_options as ca_options
from cccd_reader.protocols import pace_arithmetic as arithmetic
from cccd_reader.protocols.chip_authentication_options import CaOption, Dialogue
from cccd_reader.protocols.pace_options import Mapping, PaceOption, read_options
from cccd_simulators.persona import Access, ChipAuthenticationKey, ChipKey, File

_MAPPING, _AGREEMENT = 2, 3
"""Stand-ins for the chip's private keys, which nobody knows."""
_READS = (commands.READ_BINARY, commands.READ_BINARY_ODD)
_MARGIN = 0x10000


@dataclass(frozen=True)
class Pair:
    """A command and its answer, as bytes."""

    command: bytes
    response: bytes


@dataclass(frozen=True)
class Handshake:
    """The access handshake of a dialogue: protocol, secrets of the terminal, APDUs, session keys.

    `protected` are the commands of the session that follows, `recorded_plain` the same without protection, empty where
    they were not recorded; `unread` are those between access and another protocol.
    """

    protocol: str
    key: AccessKey
    terminal: dict[str, str]
    card_access: bytes
    oid: str
    parameter_id: int | None
    pairs: tuple[Pair, ...]
    session: SessionKeys | None
    protected: tuple[Pair, ...]
    recorded_plain: tuple[Pair, ...]
    unread: tuple[Pair, ...] = ()

    @property
    def plain(self) -> tuple[Pair, ...]:
        """The commands of the session, unprotected: as they were recorded, else as they open under its keys."""
        if self.recorded_plain or self.session is None:
            return self.recorded_plain
        return opened(self.session, self.protected)

    @property
    def option(self) -> PaceOption:
        """The way of PACE that the dialogue took, as the chip's EF.CardAccess offers it."""
        options, _ = read_options(SecurityInfos.parse(self.card_access))
        fitting = [option for option in options if option.oid == self.oid]
        if self.parameter_id is not None:
            fitting = [option for option in fitting if option.parameter_id == self.parameter_id]
        # Readers differ in whether they send the parameter id where nothing is ambiguous; ours does as it is told.
        return replace(fitting[0], parameter_id=self.parameter_id)

    @property
    def objects(self) -> list[tuple[dict[int, bytes], dict[int, bytes]]]:
        """The dynamic authentication data of each GENERAL AUTHENTICATE, sent and received."""
        return [
            (_dynamic(Command.parse(pair.command).data), _dynamic(Response.parse(pair.response).data))
            for pair in self.pairs
            if pair.command[1] == 0x86
        ]


@dataclass(frozen=True)
class Authentication:
    """Active or Chip Authentication in a dialogue: the sessions before and after it, and the commands under each.

    `prior` are the commands between the access handshake and it, `following` those after it. All are protected.
    """

    before: SessionKeys
    after: SessionKeys
    prior: tuple[Pair, ...]
    pairs: tuple[Pair, ...]
    following: tuple[Pair, ...]
    dg14: bytes
    dg15: bytes
    challenge: bytes
    """Empty for Chip Authentication."""
    private: int

    @property
    def plain(self) -> tuple[Pair, ...]:
        """The commands of the protocol itself, unprotected."""
        return opened(self.before, self.pairs)

    @property
    def everything_plain(self) -> tuple[Pair, ...]:
        """All commands since access, unprotected."""
        start = int.from_bytes(self.before.ssc, "big") - 2 * len(self.prior)
        session = replace(self.before, ssc=start.to_bytes(len(self.before.ssc), "big"))
        return opened(session, self.prior) + self.plain + self.following_plain

    @property
    def following_plain(self) -> tuple[Pair, ...]:
        """The commands after it, unprotected."""
        return opened(self.after, self.following)

    @property
    def option(self) -> CaOption:
        """The way of Chip Authentication that the dialogue took, as the chip's EF.DG14 offers it."""
        options, skipped = ca_options.read_options(SecurityInfos.parse(self.dg14))
        assert not skipped
        template = Command.parse(self.plain[0].command).p2 == 0xA6
        dialogue = Dialogue.KEY_AGREEMENT_TEMPLATE if template else Dialogue.AUTHENTICATION_TEMPLATE
        assert dialogue in options[0].dialogues
        return replace(options[0], dialogues=(dialogue,))


def authentication(data: dict[str, Any]) -> Authentication | None:
    """Return the Active or Chip Authentication of a dialogue, or None."""
    if "session_before" not in data:
        return None
    terminal = data.get("terminal", data)
    chip = data.get("protocol", {}).get("name", "AA" if "rnd_ifd" in terminal else "CA") == "CA"
    rows, following = pairs(data["apdus"]), pairs(data.get("session_apdus", []))
    if chip and "prior" not in data:
        rows, following = rows[:-1], rows[-1:]  # the last command is the first of the new session
    after = keys(data["session_after"])
    size = len(after.ssc)
    return Authentication(
        before=keys(data["session_before"]),
        after=replace(after, ssc=bytes(size)) if chip else after,
        prior=pairs(data["prior"]["session_apdus"]) if "prior" in data else (),
        pairs=rows,
        following=following,
        dg14=bytes.fromhex(data.get("dg14") or ""),
        dg15=bytes.fromhex(data.get("dg15") or ""),
        challenge=bytes.fromhex(terminal.get("rnd_ifd", "")),
        private=int(terminal.get("ephemeral_private", terminal.get("terminal_private", "0")), 16),
    )


def opened(session: SessionKeys, protected: tuple[Pair, ...]) -> tuple[Pair, ...]:
    """Return protected commands and answers without their protection."""
    chip, terminal = SecureSession(session), SecureSession(session)
    found = []
    for pair in protected:
        command = chip.open_command(Command.parse(pair.command))
        terminal.protect_command(command)
        response = terminal.open_response(Response.parse(pair.response))
        chip.protect_response(response, command)
        found.append(Pair(bytes(command), bytes(response)))
    return tuple(found)


def told_twice(data: dict[str, Any]) -> list[tuple[SessionKeys, tuple[Pair, ...], tuple[Pair, ...]]]:
    """Return whatever a dialogue holds both protected and plain: the keys before it, and the two forms of it."""
    found = []
    for name, session in (("apdus", "session_before"), ("session_apdus", "session")):
        if session in data and f"{name}_plain" in data:
            found.append((keys(data[session]), pairs(data[name]), pairs(data[f"{name}_plain"])))
    return found


def load(path: Path) -> dict[str, Any]:
    """Read one dialogue."""
    data: dict[str, Any] = json.loads(path.read_text())
    return data


def handshake(data: dict[str, Any]) -> Handshake | None:
    """Return the access handshake of a dialogue (of its `prior` for Chip and Active Authentication), or None."""
    part = data.get("prior", data)
    protocol = part.get("protocol", {})
    first = part["apdus"][0]["command"][2:8]
    name = protocol.get("name", {"840000": "BAC", "22C1A4": "PACE"}.get(first, ""))
    if name not in ("BAC", "PACE"):
        return None
    session = data.get("session_before") if "prior" in data else data.get("session")
    terminal = {key: part[key] for key in ("rnd_ifd", "k_ifd") if key in part} | part.get("terminal", {})
    terminal |= {
        new: part[old]
        for new, old in (
            ("map_private", "terminal_mapping_private"),
            ("ephemeral_private", "terminal_agreement_private"),
        )
        if old in part
    }
    oid, parameter_id = _protocol_of(part) if name == "PACE" else ("", None)
    return Handshake(
        protocol=name,
        key=_key(data),
        terminal=terminal,
        card_access=bytes.fromhex(data.get("card_access") or part.get("card_access") or ""),
        oid=oid,
        parameter_id=parameter_id,
        pairs=pairs(part["apdus"]),
        session=None if "prior" in data else _final_keys(session, part, name),
        protected=() if "prior" in data else pairs(data.get("session_apdus", [])),
        recorded_plain=() if "prior" in data else pairs(data.get("session_apdus_plain", [])),
        unread=pairs(part.get("session_apdus", [])) if "prior" in data else (),
    )


def pairs(rows: list[dict[str, str]]) -> tuple[Pair, ...]:
    """Return rows of hexadecimal commands and answers as bytes."""
    return tuple(Pair(bytes.fromhex(row["command"]), bytes.fromhex(row["response"])) for row in rows)


def keys(row: dict[str, str]) -> SessionKeys:
    """Return the session keys of a JSON object, whichever of the names in use it has."""
    enc, mac = (row.get(f"ks_{end}") or row[f"k_{end}"] for end in ("enc", "mac"))
    suite = _suite(row["cipher"], len(enc) // 2)
    return SessionKeys(suite, bytes.fromhex(enc), bytes.fromhex(mac), bytes.fromhex(row["ssc"]))


def without_parity(key: bytes, suite: Suite) -> bytes:
    """Return a key with the parity bits of DES cleared, as a chip may set them; others as they are."""
    return bytes(byte & 0xFE for byte in key) if suite is TDES else key


def files_of(plain: tuple[Pair, ...]) -> dict[int, File]:
    """Return the elementary files as far as a dialogue read them; a margin of zeros keeps every read within the file.

    Files that the chip refused are closed, and a file of which it said that it ends there ends there.
    """
    contents: dict[int, bytearray] = {}
    closed: set[int] = set()
    current = 0
    for pair in plain:
        command, response = Command.parse(pair.command), Response.parse(pair.response)
        named = _named_file(command)
        if named is not None and response.sw == Sw.SECURITY_STATUS_NOT_SATISFIED:
            closed.add(named)
        elif response.sw in (Sw.OK, Sw.END_OF_FILE) and (named or command.ins in _READS):
            current = named or current
            content = contents.setdefault(current, bytearray(_MARGIN))
            offset, data = _part(command, response) if command.ins in _READS else (0, b"")
            content[offset : offset + len(data)] = data
            if response.sw == Sw.END_OF_FILE:
                del content[offset + len(data) :]
    files = {file_id: File(bytes(content)) for file_id, content in contents.items()}
    return files | {file_id: File(b"", Access.INSPECTION_SYSTEM) for file_id in closed}


def _named_file(command: Command) -> int | None:
    if command.ins == commands.SELECT and command.p1 == 0x02:
        return int.from_bytes(command.data, "big")
    if command.ins == commands.READ_BINARY and command.p1 & 0x80:
        return 0x0100 | command.p1 & 0x1F
    return None


def _part(command: Command, response: Response) -> tuple[int, bytes]:
    """Return what a READ BINARY has read, and from where."""
    if command.ins == commands.READ_BINARY_ODD:
        return int.from_bytes(tlv.expect(command.data, 0x54), "big"), tlv.expect(response.data, 0x53)
    return command.p2 if command.p1 & 0x80 else command.p1 << 8 | command.p2, response.data


def _final_keys(session: dict[str, str] | None, part: dict[str, Any], name: str) -> SessionKeys | None:
    if session is not None:
        return keys(session)
    if name == "PACE" and "ks_enc" in part:
        suite = _suite("AES", len(part["ks_enc"]) // 2)
        return SessionKeys(suite, bytes.fromhex(part["ks_enc"]), bytes.fromhex(part["ks_mac"]), bytes(suite.block))
    return None


def _suite(name: str, size: int) -> Suite:
    if "DES" in name:
        return TDES
    return {16: AES_128, 24: AES_192, 32: AES_256}[size]


def _key(data: dict[str, Any]) -> AccessKey:
    for name, kind in (("can", Can), ("pin", Pin), ("puk", Puk)):
        if name in data:
            return kind(data[name])
    row = data["mrz_information"]
    return MrzKey(row["document_number"], row["date_of_birth"], row["date_of_expiry"])


def _protocol_of(part: dict[str, Any]) -> tuple[str, int | None]:
    objects = tlv.decode(Command.parse(bytes.fromhex(part["apdus"][0]["command"])).data)
    oid = tlv.find(objects, 0x80) or b""
    parameter = tlv.find(objects, 0x84)
    dotted = "0.4.0.127.0.7.2.2.4." + ".".join(str(arc) for arc in oid[-2:])
    return dotted, int.from_bytes(parameter, "big") if parameter else None


def _dynamic(data: bytes) -> dict[int, bytes]:
    return {item.tag: item.value for item in tlv.decode(tlv.expect(data, 0x7C))} if data else {}


class ScriptedCard:
    """A card that knows one dialogue by heart and fails the test at the first byte that differs."""

    def __init__(self, script: tuple[Pair, ...]) -> None:
        self._script: Iterator[Pair] = iter(script)

    def exchange(self, command: bytes, /) -> bytes:
        """Answer the next command of the script."""
        pair = next(self._script)
        assert command == pair.command, f"sent {len(command)} bytes that differ from the recorded command"
        return pair.response


@dataclass
class ScriptedEntropy:
    """Randomness from lists, whatever size is asked for."""

    strings: list[bytes]
    scalars: list[int]

    def octets(self, count: int) -> bytes:
        """Return the next recorded string."""
        return self.strings.pop(0)

    def scalar(self, bound: int) -> int:
        """Return the next recorded private key."""
        return self.scalars.pop(0)


@dataclass(frozen=True)
class RecordedGroup(Group[Any]):
    """A group in which the chip's two unknown private keys are stand-ins whose results were recorded."""

    base: AnyGroup
    mapping_public: AnyElement
    mapping_shared: AnyElement
    agreement_public: AnyElement
    agreement_shared: bytes

    def __post_init__(self) -> None:
        """Take over the attributes of the group underneath."""
        for attribute in ("name", "agreement", "order", "field"):
            object.__setattr__(self, attribute, getattr(self.base, attribute))

    @property
    def generator(self) -> AnyElement:
        """The generator."""
        return self.base.generator

    def decode(self, data: bytes) -> AnyElement:
        """As the group does."""
        return self.base.decode(data)

    def encode(self, element: AnyElement) -> bytes:
        """As the group does."""
        return self.base.encode(element)

    def combine(self, left: AnyElement, right: AnyElement) -> AnyElement:
        """As the group does."""
        return self.base.combine(left, right)

    def hash_to_element(self, value: int) -> AnyElement:
        """As the group does."""
        return self.base.hash_to_element(value)

    def power(self, base: AnyElement, scalar: int) -> AnyElement:
        """What was recorded for the chip's private keys, else the group's own result."""
        if scalar == _MAPPING:
            return self.mapping_public if base == self.generator else self.mapping_shared
        if scalar == _AGREEMENT:
            return self.agreement_public
        return self.base.power(base, scalar)

    def agree(self, public: AnyElement, private: int) -> bytes:
        """The recorded shared secret."""
        assert private == _AGREEMENT
        return self.agreement_shared


def chip_option(shake: Handshake) -> PaceOption:
    """Return the chip's way of PACE with a group that answers as the recorded chip did."""
    option, group = shake.option, shake.option.group
    objects = shake.objects
    agreement = group.decode(objects[2][1][0x84])
    mapping = shared = None
    if option.mapping is not Mapping.INTEGRATED:
        mapping = group.decode(objects[1][1][0x82])
        shared = group.power(mapping, int(shake.terminal["map_private"], 16))
    secret = group.agree(agreement, int(shake.terminal["ephemeral_private"], 16))
    return replace(option, group=RecordedGroup(group, mapping, shared, agreement, secret))


def chip_entropy(shake: Handshake) -> ScriptedEntropy:
    """Return what the recorded chip drew: its nonce, and stand-ins for its private keys."""
    suite = shake.option.suite
    nonce = suite.decrypt(arithmetic.password_key(suite, shake.key), shake.objects[0][1][0x80])
    scalars = [_AGREEMENT] if shake.option.mapping is Mapping.INTEGRATED else [_MAPPING, _AGREEMENT]
    return ScriptedEntropy([nonce], scalars)


def terminal_entropy(shake: Handshake) -> ScriptedEntropy:
    """Return what the recorded terminal drew."""
    if shake.protocol == "BAC":
        return ScriptedEntropy([bytes.fromhex(shake.terminal[name]) for name in ("rnd_ifd", "k_ifd")], [])
    if shake.option.mapping is Mapping.INTEGRATED:
        nonce = shake.objects[1][0][0x81]
        return ScriptedEntropy([nonce], [int(shake.terminal["ephemeral_private"], 16)])
    names = ("map_private", "ephemeral_private")
    return ScriptedEntropy([], [int(shake.terminal[name], 16) for name in names])


def mapping_scalar(shake: Handshake, data: bytes, order: int) -> int:
    """Return the static private key that turns the stand-in into the recorded chip authentication data."""
    return pow(int.from_bytes(data, "big"), -1, order) * _MAPPING % order


def chip_authentication_key(recorded: Authentication) -> ChipAuthenticationKey:
    """Return a stand-in for the chip's static key, in a group that agrees as the recorded chip did."""
    option = recorded.option
    secret = option.group.agree(option.public_key, recorded.private)
    group = RecordedGroup(option.group, None, None, None, secret)
    return ChipAuthenticationKey(ChipKey(group, _AGREEMENT), (option.oid,), option.key_id, option.dialogues)


@dataclass(frozen=True)
class RecordedSigner:
    """A stand-in for the chip's key of Active Authentication: it knows one challenge and the answer to it."""

    challenge: bytes
    signature: bytes = field(repr=False)

    def sign(self, challenge: bytes, _entropy: Entropy, /) -> bytes:
        """Return the recorded signature."""
        assert challenge == self.challenge
        return self.signature
