# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Chip Authentication: every way of it, terminal against chip; odd offers; chips that only pretend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cccd_reader.apdu import commands, tlv
from cccd_reader.apdu.channel import Lengths, PlainChannel
from cccd_reader.apdu.command import Command, Response
from cccd_reader.apdu.secure_messaging import SecureChannel, SecureSession, SessionKeys
from cccd_reader.crypto.dh import STANDARD_GROUPS, DhGroup
from cccd_reader.crypto.ec import STANDARD_CURVES
from cccd_reader.crypto.groups import Agreement, AnyGroup
from cccd_reader.crypto.signatures import BadSignature
from cccd_reader.crypto.suites import AES_128, AES_256, SUITES, TDES, Suite
from cccd_reader.errors import CccdError, MalformedData, SecureMessagingError, StatusError
from cccd_reader.lds import asn1
from cccd_reader.lds.domain_parameters import STANDARDIZED, encode_algorithm
from cccd_reader.lds.object_identifiers import CHIP_AUTHENTICATION, PACE, PUBLIC_KEY
from cccd_reader.lds.pkcs3 import DH_KEY_AGREEMENT
from cccd_reader.lds.security_infos import (
    ChipAuthenticationInfo,
    ChipAuthenticationPublicKeyInfo,
    OtherInfo,
    PaceInfo,
    SecurityInfo,
    SecurityInfos,
)
from cccd_reader.protocols import chip_authentication as ca
from cccd_reader.protocols.chip_authentication import CaProof
from cccd_reader.protocols.chip_authentication_options import MAX_KEYS, Basis, CaOption, Dialogue, read_options
from cccd_simulators import der, personas
from cccd_simulators.chip import VirtualChip
from cccd_simulators.persona import SHORT, ChipAuthenticationKey, ChipKey, File, Limits, Persona
from tests.support.cards import Script, Tampering

PRIVATE = 0x1234567
DG14 = 0x010E
GROUPS: dict[int, AnyGroup] = {**STANDARD_GROUPS, **STANDARD_CURVES}
ARC = {Agreement.DH: 1, Agreement.ECDH: 2}
BP_256, P_256 = STANDARD_CURVES[13], STANDARD_CURVES[12]
OLD = SessionKeys(AES_128, bytes(range(16)), bytes(range(16, 32)), bytes(15) + b"\x0a")


def _name(value: object) -> str:
    return str(getattr(value, "name", value))


def _protocol(group: AnyGroup, suite: Suite) -> str:
    last = next(arc for arc, known in SUITES.items() if known is suite)
    return f"{CHIP_AUTHENTICATION}.{ARC[group.agreement]}.{last}"


def _key_info(group: AnyGroup, key_id: int | None = None, algorithm: bytes = b"") -> ChipAuthenticationPublicKeyInfo:
    content = group.encode(group.power(group.generator, PRIVATE))
    if isinstance(group, DhGroup):
        content = der.integer(int.from_bytes(content, "big"))
    public_key = der.sequence(algorithm or encode_algorithm(group), der.bit_string(content))
    return ChipAuthenticationPublicKeyInfo(f"{PUBLIC_KEY}.{ARC[group.agreement]}", public_key, key_id)


def _by_number(group: AnyGroup) -> bytes:
    """Name a group by its standardized id: parameters in full have to be proven, which takes its time."""
    number = next(number for number, known in GROUPS.items() if known is group)
    return der.sequence(der.oid(STANDARDIZED), der.integer(number))


def _info(group: AnyGroup, suite: Suite, key_id: int | None = None, version: int = 1) -> ChipAuthenticationInfo:
    return ChipAuthenticationInfo(_protocol(group, suite), version, key_id)


def _infos(*infos: SecurityInfo) -> SecurityInfos:
    return SecurityInfos.parse(der.set_in_order(*(bytes(info) for info in infos)))


def _option(group: AnyGroup, suite: Suite) -> CaOption:
    (option,), skipped = read_options(_infos(_info(group, suite), _key_info(group, algorithm=_by_number(group))))
    assert not skipped
    return option


def _key(group: AnyGroup, *suites: Suite, key_id: int | None = None) -> ChipAuthenticationKey:
    return ChipAuthenticationKey(
        ChipKey(group, PRIVATE), tuple(_protocol(group, suite) for suite in suites or SUITES.values()), key_id
    )


def _chip(*keys: ChipAuthenticationKey, limits: Limits | None = None) -> VirtualChip:
    """A chip in the middle of the session `OLD`."""
    files = {DG14: File(b"\x6e\x02\x31\x00")}
    chip = VirtualChip(Persona("one", "", files, (), limits=limits or Limits(), chip_authentication=keys))
    chip.resume(OLD)
    return chip


def _run(chip: VirtualChip | Tampering, option: CaOption, lengths: Lengths = Lengths.EXTENDED) -> CaProof:
    plain = PlainChannel(chip, lengths)
    return ca.prove(plain, ca.establish(SecureChannel(plain, OLD), option))


@pytest.mark.parametrize("lengths", Lengths)
@pytest.mark.parametrize("suite", SUITES.values(), ids=_name)
@pytest.mark.parametrize("group", GROUPS.values(), ids=_name)
def test_every_way_establishes_and_proves(group: AnyGroup, suite: Suite, lengths: Lengths) -> None:
    option = _option(group, suite)
    assert (option.suite, option.group, option.key_id, option.basis) == (suite, group, None, Basis.STATED)
    chip = _chip(_key(group, suite), limits=SHORT if lengths is Lengths.SHORT else None)
    proof = _run(chip, option, lengths)
    ca.verify(proof.evidence, option)
    # the session goes on where the proof left it
    secured = SecureChannel(PlainChannel(chip, lengths), proof.keys)
    assert secured.send(commands.read_binary_sfi(14, 4)).data == b"\x6e\x02\x31\x00"
    with pytest.raises(BadSignature):
        ca.verify(proof.evidence, replace(option, public_key=group.power(group.generator, PRIVATE + 1)))


@pytest.mark.parametrize("group", [STANDARD_GROUPS[0], BP_256, STANDARD_CURVES[14]], ids=_name)
def test_keys_over_parameters_in_full(group: AnyGroup) -> None:
    (option,), _ = read_options(_infos(_info(group, AES_256), _key_info(group)))
    assert (option.group, option.public_key) == (group, group.power(group.generator, PRIVATE))


def _pkcs3(prime: int, base: int, *length: bytes) -> bytes:
    parameters = der.sequence(der.integer(prime), der.integer(base), *length)
    return der.sequence(der.oid(DH_KEY_AGREEMENT), parameters)


@pytest.mark.parametrize("suite", [TDES, AES_128], ids=_name)
@pytest.mark.parametrize("length", [(), (der.integer(256),)], ids=["", "with length"])
def test_dh_keys_in_the_form_of_pkcs3(length: tuple[bytes, ...], suite: Suite) -> None:
    known = STANDARD_GROUPS[0]
    (option,), skipped = read_options(
        _infos(_info(known, suite), _key_info(known, algorithm=_pkcs3(known.field, known.g, *length)))
    )
    assert (option.group, skipped) == (known, ())
    other = DhGroup("MODP 1024 (PKCS#3)", known.field, 2, known.field - 1)
    key = _key_info(other, algorithm=_pkcs3(known.field, 2, *length))
    (option,), skipped = read_options(_infos(_info(known, suite), key))
    assert (option.group, skipped) == (other, ())
    ca.verify(_run(_chip(_key(other, suite)), option).evidence, option)


@pytest.mark.parametrize("key", [0, 1, STANDARD_GROUPS[0].field - 1, STANDARD_GROUPS[0].field, -5])
def test_numbers_that_are_no_keys_of_pkcs3_are_skipped(key: int) -> None:
    algorithm = _pkcs3(STANDARD_GROUPS[0].field, 2)
    info = ChipAuthenticationPublicKeyInfo(f"{PUBLIC_KEY}.1", der.sequence(algorithm, der.bit_string(der.integer(key))))
    options, (skipped,) = read_options(_infos(info))
    assert not options
    assert "DH public key" in skipped.why


@pytest.mark.parametrize(
    "algorithm",
    [
        _pkcs3((1 << 1023) + 2, 2),  # even
        _pkcs3((1 << 1023) + 1, 1),
        _pkcs3((1 << 511) + 1, 2),
        _pkcs3((1 << 4999) + 1, 2),
        der.sequence(der.oid(DH_KEY_AGREEMENT)),
        der.sequence(der.oid(DH_KEY_AGREEMENT), der.sequence(der.integer(5))),
        der.sequence(der.oid(DH_KEY_AGREEMENT), der.null()),
        der.sequence(),
    ],
)
def test_parameters_that_are_none_of_pkcs3_are_skipped(algorithm: bytes) -> None:
    key = der.sequence(algorithm, der.bit_string(der.integer(5)))
    options, (skipped,) = read_options(_infos(ChipAuthenticationPublicKeyInfo(f"{PUBLIC_KEY}.1", key)))
    assert not options
    assert skipped.why


# --- what a chip offers -----------------------------------------------------------------------------------------------


def test_options_are_sorted() -> None:
    infos = _infos(
        _info(STANDARD_GROUPS[0], AES_128),
        _info(BP_256, TDES),
        _info(BP_256, AES_128),
        _info(BP_256, AES_256),
        _info(BP_256, AES_256),
        _key_info(STANDARD_GROUPS[0]),
        _key_info(BP_256),
    )
    options, skipped = read_options(infos)
    assert [(option.group.agreement, option.suite) for option in options] == [
        (Agreement.ECDH, AES_128),
        (Agreement.ECDH, AES_256),
        (Agreement.DH, AES_128),
        (Agreement.ECDH, TDES),
    ]
    assert not skipped
    assert options[0].name == "id-CA-ECDH-AES-CBC-CMAC-128 over brainpoolP256r1"


def test_of_many_keys_only_the_first_are_looked_at() -> None:
    """Proving one may take seconds, and a chip may name hundreds."""
    group = STANDARD_CURVES[12]
    options, skipped = read_options(_infos(*(_key_info(group, number) for number in range(1, MAX_KEYS + 3))))
    assert [option.key_id for option in options] == list(range(1, MAX_KEYS + 1))
    assert [item.why for item in skipped] == [f"more than {MAX_KEYS} keys"] * 2


def test_several_keys_are_told_apart_by_their_ids() -> None:
    infos = _infos(_info(BP_256, AES_128, 1), _info(P_256, AES_256, 200), _key_info(P_256, 200), _key_info(BP_256, 1))
    options, skipped = read_options(infos)
    assert [(option.group, option.suite, option.key_id) for option in options] == [
        (BP_256, AES_128, 1),
        (P_256, AES_256, 200),
    ]
    assert not skipped
    keys = _key(BP_256, AES_128, key_id=1), _key(P_256, AES_256, key_id=200)
    for option in options:
        ca.verify(_run(_chip(*keys), option).evidence, option)
    with pytest.raises(StatusError, match="6A88"):
        _run(_chip(*keys), replace(options[0], key_id=7))
    with pytest.raises(StatusError, match="6A88"):  # two keys and no id
        _run(_chip(*keys), replace(options[0], key_id=None))
    with pytest.raises(StatusError, match="6A80"):  # a protocol of the other key
        _run(_chip(*keys), replace(options[0], key_id=200))


def test_an_info_without_an_id_goes_with_every_key_of_its_kind() -> None:
    infos = _infos(_info(BP_256, AES_128), _key_info(BP_256, 1), _key_info(P_256, 2), _key_info(STANDARD_GROUPS[0], 3))
    options, _ = read_options(infos)
    assert [(option.key_id, option.basis) for option in options] == [
        (1, Basis.STATED),
        (2, Basis.STATED),
        (3, Basis.INFERRED),
    ]


def test_an_info_without_an_id_prefers_the_key_without_one() -> None:
    infos = _infos(_info(BP_256, AES_128), _key_info(P_256, 12), _key_info(BP_256))
    options, _ = read_options(infos)
    assert [(option.group, option.basis) for option in options] == [(BP_256, Basis.STATED), (P_256, Basis.INFERRED)]


def test_the_key_of_chip_authentication_mapping_is_not_taken_for_another() -> None:
    """EF.DG14 repeats it from EF.CardSecurity; a chip that has no more than that does no Chip Authentication."""
    mapping = PaceInfo(f"{PACE}.6.2", 2, 13)
    options, skipped = read_options(_infos(mapping, _key_info(BP_256, 13)))
    assert (options, skipped) == ((), ())
    options, _ = read_options(_infos(mapping, _key_info(BP_256, 13), _info(BP_256, AES_128, 13)))
    assert [option.basis for option in options] == [Basis.STATED]
    options, _ = read_options(_infos(PaceInfo(f"{PACE}.2.2", 2, 13), _key_info(BP_256, 13)))
    assert [option.basis for option in options] == [Basis.INFERRED]


def test_the_only_key_needs_no_id() -> None:
    (option,), skipped = read_options(_infos(_info(BP_256, AES_128, 4), _key_info(BP_256)))
    assert (option.basis, option.key_id, option.suite) == (Basis.ONLY_KEY, 4, AES_128)
    assert not skipped


@pytest.mark.parametrize("group", [STANDARD_GROUPS[0], BP_256], ids=_name)
@pytest.mark.parametrize("key_id", [None, 0, 5])
def test_a_key_alone_means_3des(group: AnyGroup, key_id: int | None) -> None:
    (option,), skipped = read_options(_infos(_key_info(group, key_id)))
    assert (option.basis, option.suite, option.key_id) == (Basis.INFERRED, TDES, key_id)
    assert option.oid == _protocol(group, TDES)
    assert option.dialogues == (Dialogue.KEY_AGREEMENT_TEMPLATE, Dialogue.AUTHENTICATION_TEMPLATE)
    assert not skipped
    ca.verify(_run(_chip(_key(group, TDES, key_id=key_id)), option).evidence, option)


def test_an_info_that_names_no_key_is_skipped_and_the_key_is_taken_alone() -> None:
    for info in (_info(BP_256, AES_128, 9), _info(STANDARD_GROUPS[0], AES_128)):
        (option,), (skipped,) = read_options(_infos(info, _key_info(BP_256, 1)))
        assert option.basis is Basis.INFERRED
        assert skipped.oid == info.oid
        assert "no key" in skipped.why


@pytest.mark.parametrize(
    "info",
    [
        ChipAuthenticationInfo(f"{CHIP_AUTHENTICATION}.2.2", 2),
        ChipAuthenticationInfo(f"{CHIP_AUTHENTICATION}.2.9", 1),
    ],
    ids=["version 2", "unknown cipher"],
)
def test_what_cannot_be_run_is_skipped_and_its_key_with_it(info: ChipAuthenticationInfo) -> None:
    """The chip says what the key is for; another protocol must not be made of it."""
    options, (skipped,) = read_options(_infos(info, _key_info(BP_256)))
    assert not options
    assert "not supported" in skipped.why


def test_an_unknown_kind_of_agreement_is_skipped() -> None:
    options, (skipped,) = read_options(_infos(ChipAuthenticationInfo(f"{CHIP_AUTHENTICATION}.3.2", 1)))
    assert (options, skipped.oid) == ((), f"{CHIP_AUTHENTICATION}.3.2")


def _spoilt(info: ChipAuthenticationPublicKeyInfo) -> dict[str, SecurityInfo]:
    key = bytearray(info.public_key)
    key[-1] ^= 1
    return {
        "off the curve": replace(info, public_key=bytes(key)),
        "cut off": replace(info, public_key=der.sequence(encode_algorithm(BP_256))),
        "no key": replace(info, public_key=der.sequence()),
        "of the other kind": replace(info, oid=f"{PUBLIC_KEY}.1"),
        "of an unknown kind": replace(info, oid=f"{PUBLIC_KEY}.3"),
        "no sequence": OtherInfo(info.oid, raw=asn1.encode_sequence(der.oid(info.oid), der.integer(1))),
    }


@pytest.mark.parametrize("name", _spoilt(_key_info(BP_256)))
def test_a_malformed_key_is_skipped_and_the_others_are_not(name: str) -> None:
    spoilt = _spoilt(_key_info(BP_256))[name]
    options, skipped = read_options(_infos(_info(P_256, AES_128), spoilt, _key_info(P_256)))
    assert [option.group for option in options] == [P_256]
    assert [bool(item.why) for item in skipped] == [True]


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_no_info_breaks_the_rest(key: bytes, whole: bytes) -> None:
    spoilt = ChipAuthenticationPublicKeyInfo(f"{PUBLIC_KEY}.2", der.sequence(key))
    other = der.sequence(der.oid(f"{CHIP_AUTHENTICATION}.2.2"), whole)
    try:
        infos = SecurityInfos.parse(der.set_in_order(bytes(spoilt), other, bytes(_key_info(P_256, 3))))
    except MalformedData:
        return
    options, _ = read_options(infos)
    assert P_256 in [option.group for option in options]


# --- dialogues --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("taken", "sent"),
    [
        ((Dialogue.KEY_AGREEMENT_TEMPLATE,), ["41A6"]),
        ((Dialogue.AUTHENTICATION_TEMPLATE,), ["41A6", "41A4"]),
        (tuple(Dialogue), ["41A6"]),
    ],
)
def test_3des_goes_by_either_dialogue(taken: tuple[Dialogue, ...], sent: list[str]) -> None:
    seen: list[str] = []

    def note(number: int, command: bytes, answer: bytes) -> bytes:
        if command[1] == commands.MANAGE_SECURITY_ENVIRONMENT:
            seen.append(command[2:4].hex().upper())
        return answer

    option = _option(BP_256, TDES)
    proof = _run(Tampering(_chip(replace(_key(BP_256, TDES), dialogues=taken)), note), option)
    ca.verify(proof.evidence, option)
    assert seen == sent


@pytest.mark.parametrize(
    ("key_id", "sent"), [(None, ""), (0, "840100"), (5, "840105"), (255, "8401FF"), (256, "84020100")]
)
def test_a_key_id_is_sent_as_short_as_it_is(key_id: int | None, sent: str) -> None:
    card = Script([b"\x90\x00"] * 2)
    ca.establish(PlainChannel(card), replace(_option(BP_256, AES_128), key_id=key_id))
    assert card.commands[0].hex().upper() == f"002241A4{12 + len(sent) // 2:02X}800A04007F00070202030202{sent}"


def test_aes_never_goes_by_a_template() -> None:
    option = _option(BP_256, AES_128)
    assert option.dialogues == (Dialogue.AUTHENTICATION_TEMPLATE,)
    chip = _chip(_key(BP_256, AES_128))
    with pytest.raises(StatusError, match="6A86"):
        _run(chip, replace(option, dialogues=(Dialogue.KEY_AGREEMENT_TEMPLATE,)))


def test_a_chip_without_a_key_refuses() -> None:
    with pytest.raises(StatusError) as caught:
        _run(_chip(), _option(BP_256, AES_128))
    assert caught.value.sw == 0x6A86


@pytest.mark.parametrize(
    ("command", "sw"),
    [
        (commands.mse_set_kat(b""), 0x6A80),
        (commands.mse_set_kat(b"\x91"), 0x6A80),
        (commands.mse_set_kat(tlv.encode(0x91, b"\x04" + bytes(64))), 0x6A80),  # a point off the curve
        (commands.mse_set_kat(tlv.encode(0x91, P_256.encode(P_256.generator))), 0x6A80),  # of another curve
        (commands.mse_set_kat(tlv.encode(0x91, BP_256.encode(BP_256.generator)) + b"\x84\x01\x09"), 0x6A88),
        (commands.mse_set_at(0x41, b""), 0x6A80),
        (commands.mse_set_at(0x41, b"\x80\x03\x01\x02\x03"), 0x6A80),
        (commands.mse_set_at(0x41, b"\x80"), 0x6A80),
        (commands.mse_set_at(0x41, b"\x84\x01\x09"), 0x6A88),
        (commands.general_authenticate(b"", 0x00), 0x6985),
    ],
)
def test_the_chip_refuses_what_it_must(command: Command, sw: int) -> None:
    channel = SecureChannel(PlainChannel(_chip(_key(BP_256)), Lengths.EXTENDED), OLD)
    assert channel.send(command).sw == sw


@pytest.mark.parametrize("content", ["", "8000", "81020000", "8041" + "04" + "00" * 64, "3000"])
def test_the_chip_refuses_keys_that_are_none(content: str) -> None:
    channel = SecureChannel(PlainChannel(_chip(_key(BP_256)), Lengths.EXTENDED), OLD)
    protocol = asn1.encode_object_identifier(_protocol(BP_256, AES_128))[2:]
    assert channel.send(commands.mse_set_at(0x41, tlv.encode(0x80, protocol))).ok
    assert channel.send(commands.general_authenticate(bytes.fromhex(content), 0x00)).sw == 0x6A80
    assert channel.send(commands.read_binary_sfi(14, 4)).ok  # the old session goes on


def test_nothing_runs_before_access() -> None:
    chip = VirtualChip(Persona("one", "", {}, (), chip_authentication=(_key(BP_256),)))
    public = BP_256.encode(BP_256.generator)
    protocol = asn1.encode_object_identifier(_protocol(BP_256, AES_128))[2:]
    for command in (
        commands.mse_set_kat(tlv.encode(0x91, public)),
        commands.mse_set_at(0x41, tlv.encode(0x80, protocol)),
    ):
        assert chip.exchange(bytes(command)) == b"\x69\x82"
    chip.resume(OLD)
    channel = SecureChannel(PlainChannel(chip), OLD)
    assert channel.send(commands.mse_set_at(0x41, tlv.encode(0x80, protocol))).ok
    general = commands.general_authenticate(tlv.encode(0x80, public), 0x00)
    assert chip.exchange(bytes(general)) == b"\x69\x82"  # unprotected: the session ends, and what it began


# --- chips that pretend -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suite", [TDES, AES_128], ids=_name)
def test_a_chip_that_keeps_the_old_session_is_found(suite: Suite) -> None:
    with pytest.raises(SecureMessagingError):
        _run(_chip(replace(_key(BP_256, suite), renews_session=False)), _option(BP_256, suite))


@pytest.mark.parametrize("suite", [TDES, AES_128], ids=_name)
def test_a_chip_with_another_key_is_found(suite: Suite) -> None:
    stranger = replace(_key(BP_256, suite), key=ChipKey(BP_256, PRIVATE + 1))
    with pytest.raises(SecureMessagingError):
        _run(_chip(stranger), _option(BP_256, suite))


def _last(change: Callable[[bytes], bytes]) -> Callable[[int, bytes, bytes], bytes]:
    """Change the answer to the first command of the new session: the third."""
    return lambda number, command, answer: change(answer) if number == 2 else answer


@pytest.mark.parametrize(
    "change",
    [
        lambda answer: b"\x90\x00",
        lambda answer: b"\x69\x88",
        lambda answer: answer[:-2] + b"\x6a\x82",
        lambda answer: answer[:6] + bytes([answer[6] ^ 1]) + answer[7:],
        lambda answer: bytes.fromhex("990290008E0800000000000000009000"),
    ],
    ids=["unprotected success", "unprotected error", "other status", "flipped bit", "zero MAC"],
)
def test_an_answer_that_is_not_protected_by_the_new_keys_is_found(change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(SecureMessagingError):
        _run(Tampering(_chip(_key(BP_256)), _last(change)), _option(BP_256, AES_128))


def test_a_protected_refusal_proves_the_session_too() -> None:
    plain = PlainChannel(_chip(_key(BP_256)), Lengths.EXTENDED)
    option = _option(BP_256, AES_128)
    proof = ca.prove(plain, ca.establish(SecureChannel(plain, OLD), option), 0x010B)
    assert proof.evidence.response.endswith(b"\x6a\x82")
    ca.verify(proof.evidence, option)


@pytest.mark.parametrize(
    ("content", "accepted"), [("", True), ("7C00", True), ("7C0481021234", True), ("7C05", False), ("3000", False)]
)
def test_what_general_authenticate_may_answer(content: str, accepted: bool) -> None:
    chip = _chip(_key(BP_256))
    session = SecureSession(OLD)

    def change(number: int, command: bytes, answer: bytes) -> bytes:
        # An answer of our own under the old keys: the session sees every command and answers for the chip.
        opened = session.open_command(Command.parse(command)) if number < 2 else None
        if opened is None:
            return answer
        data = bytes.fromhex(content) if number == 1 else b""
        return bytes(session.protect_response(Response(data, 0x9000), opened))

    run = Tampering(chip, change)
    if accepted:
        ca.verify(_run(run, _option(BP_256, AES_128)).evidence, _option(BP_256, AES_128))
    else:
        with pytest.raises(MalformedData):
            _run(run, _option(BP_256, AES_128))


# --- evidence ---------------------------------------------------------------------------------------------------------


def test_evidence_with_any_change_does_not_hold() -> None:
    option = _option(BP_256, AES_256)
    evidence = _run(_chip(_key(BP_256)), option).evidence
    ca.verify(evidence, option)
    for name in ("command", "response"):
        whole = getattr(evidence, name)
        for position in range(len(whole)):
            changed = whole[:position] + bytes([whole[position] ^ 0x04]) + whole[position + 1 :]
            with pytest.raises((BadSignature, MalformedData)):
                ca.verify(replace(evidence, **{name: changed}), option)
    for private in (0, -1, BP_256.order):
        with pytest.raises(MalformedData):
            ca.verify(replace(evidence, private=private), option)
    with pytest.raises(BadSignature):
        ca.verify(replace(evidence, private=evidence.private ^ 1), option)
    with pytest.raises(BadSignature):
        ca.verify(evidence, _option(P_256, AES_256))


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_garbage_is_no_evidence(command: bytes, response: bytes) -> None:
    with pytest.raises((BadSignature, MalformedData)):
        ca.verify(ca.CaEvidence("1.2", None, 5, command, response), _option(P_256, AES_128))


def test_nothing_shows_a_key() -> None:
    option = _option(BP_256, AES_128)
    plain = PlainChannel(_chip(_key(BP_256)), Lengths.EXTENDED)
    result = ca.establish(SecureChannel(plain, OLD), option)
    proof = ca.prove(plain, result)
    text = repr(result) + repr(proof) + repr(proof.evidence) + repr(_key(BP_256)) + repr(proof.keys)
    for secret in (str(result.private), f"{result.private:x}", str(PRIVATE), proof.keys.ks_mac.hex()):
        assert secret not in text


def test_every_session_has_its_own_keys() -> None:
    option = _option(BP_256, AES_128)
    first, second = (_run(_chip(_key(BP_256)), option) for _ in range(2))
    assert first.keys.ks_mac != second.keys.ks_mac
    assert first.evidence.private != second.evidence.private


def test_errors_come_as_ours_whatever_the_chip_answers() -> None:
    for answer in (b"", b"\x90", b"\x90\x00", b"\x61\x00", b"\x12\x34", b"\x7c\x00\x90\x00"):
        channel = SecureChannel(PlainChannel(Script([answer] * 4)), OLD)
        with pytest.raises(CccdError):
            ca.establish(channel, _option(BP_256, AES_128))


@pytest.mark.parametrize(("name", "suite"), [("cccd", AES_128), ("passport-pace", AES_256)])
def test_the_personas_hold_the_key_of_their_file(name: str, suite: Suite) -> None:
    persona = personas.build(name)
    options, skipped = read_options(SecurityInfos.parse(persona.application_files[DG14].content))
    assert not skipped
    assert [(option.suite, option.group, option.basis) for option in options] == [(suite, BP_256, Basis.STATED)]
    chip = VirtualChip(persona)
    chip.resume(OLD)
    ca.verify(_run(chip, options[0]).evidence, options[0])
