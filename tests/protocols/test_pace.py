# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""PACE: hostile chips, odd chips, and the choice among a chip's offers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from cccd_reader.access_keys import Can
from cccd_reader.apdu import tlv
from cccd_reader.apdu.channel import Lengths, PlainChannel
from cccd_reader.apdu.command import Command
from cccd_reader.crypto.dh import STANDARD_GROUPS, explicit_group
from cccd_reader.crypto.ec import STANDARD_CURVES, explicit_curve
from cccd_reader.crypto.groups import AnyGroup
from cccd_reader.errors import CccdError, MalformedData, StatusError, Unsupported, WrongKey
from cccd_reader.lds.domain_parameters import encode_algorithm
from cccd_reader.lds.security_infos import PaceDomainParameterInfo, PaceInfo, SecurityInfos
from cccd_reader.protocols import pace
from cccd_reader.protocols.pace_options import MAX_EXPLICIT, Mapping, PaceOption, make_option, read_options
from cccd_simulators import der
from cccd_simulators.chip import VirtualChip
from cccd_simulators.persona import Persona
from tests.support import pace_matrix
from tests.support.cards import Script, Tampering
from tests.support.pace_matrix import CAN

GM = "0.4.0.127.0.7.2.2.4.2.2"
OPTION = make_option(GM, STANDARD_CURVES[13], 13)
DH_OPTION = make_option("0.4.0.127.0.7.2.2.4.1.2", STANDARD_GROUPS[0], 0)
MSE, NONCE, MAPPING, AGREEMENT, TOKEN = range(5)


def _dynamic(tag: int, value: bytes) -> bytes:
    return tlv.encode(0x7C, tlv.encode(tag, value)) + b"\x90\x00"


def _sent(command: bytes) -> bytes:
    """The value within the dynamic authentication data that the terminal sent."""
    return tlv.decode(tlv.expect(Command.parse(command).data, 0x7C))[0].value


def _against(change: Callable[[int, bytes, bytes], bytes], option: PaceOption = OPTION) -> pace.PaceResult:
    card = Tampering(pace_matrix.chip(option), change)
    return pace.establish(PlainChannel(card, Lengths.EXTENDED), option, CAN)


def _at(step: int, answer: Callable[[bytes, bytes], bytes]) -> Callable[[int, bytes, bytes], bytes]:
    return lambda number, command, real: answer(command, real) if number == step else real


@pytest.mark.parametrize("option", [OPTION, DH_OPTION], ids=pace_matrix.label)
@pytest.mark.parametrize(("step", "tag"), [(MAPPING, 0x82), (AGREEMENT, 0x84)])
def test_a_key_that_comes_back_is_refused(option: PaceOption, step: int, tag: int) -> None:
    with pytest.raises(MalformedData, match="own key"):
        _against(_at(step, lambda command, real: _dynamic(tag, _sent(command))), option)


def _bad_elements(group: AnyGroup) -> dict[str, bytes]:
    if group.name.startswith("MODP"):
        size = (group.field.bit_length() + 7) // 8
        numbers = {"zero": 0, "one": 1, "p - 1": group.field - 1, "p": group.field, "outside the subgroup": 2}
        return {name: number.to_bytes(size, "big") for name, number in numbers.items()}
    good = group.encode(group.generator)
    return {
        "off the curve": good[:-1] + bytes([good[-1] ^ 1]),
        "infinity": b"\x00",
        "zeros": b"\x04" + bytes(64),
        "compressed": b"\x02" + good[1:33],
        "nothing": b"",
        "of another curve": STANDARD_CURVES[12].encode(STANDARD_CURVES[12].generator),
    }


@pytest.mark.parametrize("step", [MAPPING, AGREEMENT])
@pytest.mark.parametrize(
    ("option", "name"),
    [(option, name) for option in (OPTION, DH_OPTION) for name in _bad_elements(option.group)],
    ids=lambda value: value if isinstance(value, str) else value.mapping,
)
def test_points_and_numbers_that_are_no_keys_are_refused(option: PaceOption, name: str, step: int) -> None:
    value = _bad_elements(option.group)[name]
    with pytest.raises(MalformedData):
        _against(_at(step, lambda command, real: _dynamic(0x80 + 2 * step - 2, value)), option)


@pytest.mark.parametrize("step", [NONCE, MAPPING, AGREEMENT, TOKEN])
@pytest.mark.parametrize(
    "answer",
    ["9000", "7C009000", "7C02820090 00", "DEADBEEF9000", "30009000", "7C85FFFFFFFFFF9000", "7C0400112233", "1234", ""],
)
def test_answers_that_are_none_end_in_an_error_of_ours(step: int, answer: str) -> None:
    with pytest.raises(CccdError):
        _against(_at(step, lambda command, real: bytes.fromhex(answer.replace(" ", ""))))


@pytest.mark.parametrize("size", [1, 15, 17, 80])
def test_a_nonce_of_another_size_is_malformed(size: int) -> None:
    with pytest.raises(MalformedData):
        _against(_at(NONCE, lambda command, real: _dynamic(0x80, bytes(size))))


def test_integrated_mapping_takes_its_own_nonce_size_only() -> None:
    option = make_option("0.4.0.127.0.7.2.2.4.4.4", STANDARD_CURVES[13], 13)
    with pytest.raises(MalformedData, match="integrated mapping"):
        _against(_at(NONCE, lambda command, real: _dynamic(0x80, bytes(16))), option)


def test_a_token_that_is_wrong_or_reflected_is_refused() -> None:
    for change in (
        lambda command, real: _dynamic(0x86, bytes(8)),
        lambda command, real: _dynamic(0x86, _sent(command)),
    ):
        with pytest.raises(WrongKey, match="token"):
            _against(_at(TOKEN, change))


@pytest.mark.parametrize("sw", ["6300", "63C2", "6982", "6983", "6985", "6988"])
def test_the_last_step_tells_a_wrong_password(sw: str) -> None:
    with pytest.raises(WrongKey, match=sw):
        _against(_at(TOKEN, lambda command, real: bytes.fromhex(sw)))


@pytest.mark.parametrize("step", [NONCE, MAPPING, AGREEMENT])
def test_a_refused_step_names_itself(step: int) -> None:
    with pytest.raises(StatusError, match="6F00"):
        _against(_at(step, lambda command, real: b"\x6f\x00"))


def test_a_pin_warning_is_no_refusal() -> None:
    assert _against(_at(MSE, lambda command, real: b"\x63\xc2")).option is OPTION


def test_the_parameter_id_is_left_out_once_where_the_chip_refuses_it() -> None:
    inner = pace_matrix.chip(OPTION)
    commands: list[bytes] = []

    class Refusing:
        def exchange(self, command: bytes, /) -> bytes:
            commands.append(command)
            if command[1] == 0x22 and b"\x84\x01\x0d" in command:
                return b"\x6a\x80"
            return inner.exchange(command)

    assert pace.establish(PlainChannel(Refusing()), OPTION, CAN).option is OPTION
    assert [command[1] for command in commands[:2]] == [0x22, 0x22]
    with pytest.raises(StatusError):
        pace.establish(PlainChannel(Refusing()), replace(OPTION, ambiguous=True), CAN)


def test_cam_without_its_data_or_with_spoilt_data_is_refused() -> None:
    option = make_option("0.4.0.127.0.7.2.2.4.6.2", STANDARD_CURVES[13], 13)

    def without(command: bytes, real: bytes) -> bytes:
        token = tlv.find(tlv.decode(tlv.expect(real[:-2], 0x7C)), 0x86) or b""
        return _dynamic(0x86, token)

    def short(command: bytes, real: bytes) -> bytes:
        # a spoilt byte may by chance decrypt to a right padding, and is refused later; half a block never decrypts
        inner = tlv.decode(tlv.expect(real[:-2], 0x7C))
        token, sealed = tlv.find(inner, 0x86) or b"", tlv.find(inner, 0x8A) or b""
        return tlv.encode(0x7C, tlv.encode(0x86, token) + tlv.encode(0x8A, sealed[:-8])) + b"\x90\x00"

    for change in (without, short):
        with pytest.raises(MalformedData):
            _against(_at(TOKEN, change), option)


def _infos(*infos: object) -> SecurityInfos:
    return SecurityInfos.parse(der.set_of(*(bytes(info) for info in infos)))  # type: ignore[call-overload]  # -- any info


def test_options_are_sorted_and_the_unusable_are_named() -> None:
    options, skipped = read_options(
        _infos(
            PaceInfo("0.4.0.127.0.7.2.2.4.1.2", 2, 0),
            PaceInfo("0.4.0.127.0.7.2.2.4.2.1", 2, 12),
            PaceInfo(GM, 2, 13),
            PaceInfo("0.4.0.127.0.7.2.2.4.6.4", 2, 16),
            PaceInfo("0.4.0.127.0.7.2.2.4.4.2", 2, 10),
            PaceInfo("0.4.0.127.0.7.2.2.4.6.1", 2, 13),
            PaceInfo(GM, 1, 13),
            PaceInfo(GM, 2, 5),
            PaceInfo(GM, 2, 0),
        )
    )
    assert [option.oid.removeprefix("0.4.0.127.0.7.2.2.4.") for option in options] == ["6.4", "2.2", "2.1", "1.2"]
    assert len(skipped) == 5
    assert all(item.why for item in skipped)
    assert options[0].mapping is Mapping.CHIP_AUTHENTICATION


def test_two_infos_of_one_protocol_are_ambiguous() -> None:
    options, _ = read_options(_infos(PaceInfo(GM, 2, 13), PaceInfo(GM, 2, 12)))
    assert all(option.ambiguous for option in options)
    persona = Persona("two", "", {}, (CAN,), pace=options)
    for option in options:
        assert pace.establish(PlainChannel(VirtualChip(persona)), option, CAN).option is option
    with pytest.raises(StatusError, match="6A80"):
        pace.establish(PlainChannel(VirtualChip(persona)), replace(options[0], parameter_id=None), CAN)


@cache
def _own_curve() -> AnyGroup:
    known = STANDARD_CURVES[13]
    return explicit_curve(replace(known, name="own", generator_point=known.power(known.generator, 7)), 1)


@cache
def _own_field() -> AnyGroup:
    known = STANDARD_GROUPS[1]
    return explicit_group(known.field, pow(known.g, 9, known.field), known.order)


@pytest.mark.parametrize("parameter_id", [40, pytest.param(None, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("family", "make"),
    [
        ("0.4.0.127.0.7.2.2.4.2", lambda: STANDARD_CURVES[13]),
        ("0.4.0.127.0.7.2.2.4.2", _own_curve),
        ("0.4.0.127.0.7.2.2.4.4", _own_curve),
        ("0.4.0.127.0.7.2.2.4.6", _own_curve),
        ("0.4.0.127.0.7.2.2.4.1", lambda: STANDARD_GROUPS[2]),
        ("0.4.0.127.0.7.2.2.4.1", _own_field),
        ("0.4.0.127.0.7.2.2.4.3", _own_field),
    ],
    ids=["known curve", "GM", "IM", "CAM", "known field", "GM, field", "IM, field"],
)
def test_explicit_domain_parameters(family: str, make: Callable[[], AnyGroup], parameter_id: int | None) -> None:
    group = make()
    infos = _infos(
        PaceInfo(f"{family}.2", 2, parameter_id),
        PaceDomainParameterInfo(family, encode_algorithm(group), parameter_id),
    )
    (option,), skipped = read_options(infos)
    assert not skipped
    assert option.group.generator == group.generator
    assert pace_matrix.establish(option, Lengths.EXTENDED)


def test_a_standardized_id_is_not_overruled_by_explicit_parameters() -> None:
    """A chip cannot make the terminal compute in a group of its own under a standardized name."""
    family = GM.rpartition(".")[0]
    infos = _infos(PaceInfo(GM, 2, 13), PaceDomainParameterInfo(family, encode_algorithm(_own_curve()), 13))
    (option,), _ = read_options(infos)
    assert option.group is STANDARD_CURVES[13]


def test_of_explicit_parameters_only_a_few_are_looked_at() -> None:
    """Proving one may take seconds, and a chip may name hundreds before anybody knows it."""
    family, der_of_group = GM.rpartition(".")[0], encode_algorithm(_own_curve())
    numbers = range(40, 40 + MAX_EXPLICIT + 2)
    options, skipped = read_options(
        _infos(
            *(PaceInfo(GM, 2, number) for number in numbers),
            *(PaceDomainParameterInfo(family, der_of_group, number) for number in numbers),
        )
    )
    assert (len(options), len(skipped)) == (MAX_EXPLICIT, 2)


def test_neither_id_nor_parameters_is_unusable() -> None:
    options, skipped = read_options(_infos(PaceInfo(GM, 2, None)))
    assert not options
    assert "neither" in skipped[0].why


@pytest.mark.parametrize(
    "oid",
    ["0.4.0.127.0.7.2.2.4.5.2", "0.4.0.127.0.7.2.2.4.2.9", "0.4.0.127.0.7.2.2.4.2", "1.2.3", "0.4.0.127.0.7.2.2.4.x.y"],
)
def test_unknown_protocols_are_unsupported(oid: str) -> None:
    with pytest.raises(Unsupported):
        make_option(oid, STANDARD_CURVES[13])


def test_results_hide_their_keys() -> None:
    result = pace.establish(PlainChannel(pace_matrix.chip(OPTION)), OPTION, CAN)
    for text in (repr(result), str(result), repr(result.keys), repr(Can("123456"))):
        assert result.keys.ks_enc.hex() not in text
        assert "123456" not in text


def test_no_answer_at_all() -> None:
    with pytest.raises(MalformedData):
        pace.establish(PlainChannel(Script([b""])), OPTION, CAN)
