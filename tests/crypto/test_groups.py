# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Groups: OpenSSL against our own arithmetic, hostile points, parameters in full."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cccd_reader.crypto import point
from cccd_reader.crypto.dh import STANDARD_GROUPS, DhGroup, explicit_group
from cccd_reader.crypto.ec import STANDARD_CURVES, Curve, explicit_curve
from cccd_reader.crypto.entropy import SYSTEM
from cccd_reader.crypto.groups import AnyGroup
from cccd_reader.crypto.point import Point
from cccd_reader.crypto.primes import is_prime
from cccd_reader.errors import MalformedData, Unsupported
from cccd_reader.lds.domain_parameters import encode_algorithm, parse_algorithm, parse_public_key, standardized

CURVES = list(STANDARD_CURVES.values())
NATIVE = [curve for curve in CURVES if curve.native]
FIELDS = list(STANDARD_GROUPS.values())
EVERY: list[AnyGroup] = [*FIELDS, *CURVES]


def _name(group: AnyGroup) -> str:
    return group.name


def test_every_standardized_id_is_there() -> None:
    assert sorted(STANDARD_GROUPS | STANDARD_CURVES) == [0, 1, 2, *range(8, 19)]
    assert [curve.name for curve in CURVES if not curve.native] == [
        "brainpoolP192r1",
        "brainpoolP224r1",
        "brainpoolP320r1",
    ]


@pytest.mark.parametrize("number", [3, 7, 19, 31, 32, 255])
def test_other_ids_are_unsupported(number: int) -> None:
    with pytest.raises(Unsupported):
        standardized(number)


@pytest.mark.parametrize("curve", NATIVE, ids=_name)
def test_openssl_and_our_arithmetic_agree(curve: Curve) -> None:
    """The y that is recovered from two x of OpenSSL is the y of the ladder."""
    base = curve.power(curve.generator, SYSTEM.scalar(curve.order))
    law = point.Field(curve.field, curve.a)
    for scalar in (1, 2, 3, curve.order - 2, curve.order - 1, SYSTEM.scalar(curve.order)):
        assert curve.power(base, scalar) == point.multiply(law, scalar, base, curve.order.bit_length())


@pytest.mark.parametrize("group", EVERY, ids=_name)
def test_agreement_is_symmetric_and_of_full_length(group: AnyGroup) -> None:
    left, right = SYSTEM.scalar(group.order), SYSTEM.scalar(group.order)
    shared = group.agree(group.power(group.generator, right), left)
    assert shared == group.agree(group.power(group.generator, left), right)
    assert len(shared) == (group.field.bit_length() + 7) // 8


@pytest.mark.parametrize("group", EVERY, ids=_name)
def test_public_keys_survive_a_round_trip(group: AnyGroup) -> None:
    element = group.power(group.generator, SYSTEM.scalar(group.order))
    assert group.decode(group.encode(element)) == element


def test_a_shared_secret_keeps_its_leading_zeros() -> None:
    """Defect of gmrtd: the x coordinate loses them, and one session in 256 fails; on P-521 one in two."""
    for curve in (STANDARD_CURVES[12], STANDARD_CURVES[14]):
        scalar = next(k for k in range(2, 5000) if curve.power(curve.generator, k).x >> 8 * (curve.size - 1) == 0)
        assert curve.agree(curve.generator, scalar)[0] == 0
        assert len(curve.agree(curve.generator, scalar)) == curve.size
    assert STANDARD_CURVES[18].agree(STANDARD_CURVES[18].generator, 5)[0] in (0, 1)
    group = STANDARD_GROUPS[0]
    exponent = next(k for k in range(2, 5000) if pow(group.g, k, group.field) >> 8 * (group.size - 1) == 0)
    assert group.agree(group.g, exponent)[0] == 0
    assert len(group.encode(group.power(group.g, exponent))) == group.size - 1  # but a public key drops them


@pytest.mark.parametrize("curve", CURVES, ids=_name)
def test_points_off_the_curve_are_refused(curve: Curve) -> None:
    good = curve.encode(curve.generator)
    bad = {
        "y + 1": good[:-1] + bytes([good[-1] ^ 1]),
        "infinity": b"\x00",
        "zeros": b"\x04" + bytes(2 * curve.size),
        "compressed": b"\x02" + good[1 : 1 + curve.size],
        "short": good[:-1],
        "long": good + b"\x00",
        "x + p": b"\x04"
        + ((curve.generator.x + curve.field) % (1 << 8 * curve.size)).to_bytes(curve.size, "big")
        + good[-curve.size :],
        "hybrid": b"\x06" + good[1:],
        "none": b"",
    }
    for name, data in bad.items():
        with pytest.raises(MalformedData):
            curve.decode(data)
        assert name


@pytest.mark.parametrize("group", FIELDS, ids=_name)
def test_trivial_and_foreign_field_elements_are_refused(group: DhGroup) -> None:
    outside = next(value for value in range(2, 100) if pow(value, group.order, group.field) != 1)
    for value in (0, 1, group.field - 1, group.field, group.field + group.g, outside):
        with pytest.raises(MalformedData):
            group.decode(value.to_bytes(group.size + 1, "big").lstrip(b"\x00"))
    with pytest.raises(MalformedData):
        group.decode(bytes(group.size + 1))
    assert group.decode(group.g.to_bytes(group.size, "big")) == group.g


@pytest.mark.parametrize("group", EVERY, ids=_name)
def test_a_zero_scalar_is_refused(group: AnyGroup) -> None:
    for scalar in (0, group.order):
        with pytest.raises(MalformedData):
            group.power(group.generator, scalar)


@pytest.mark.parametrize("curve", CURVES, ids=_name)
def test_a_sum_at_infinity_is_refused(curve: Curve) -> None:
    with pytest.raises(MalformedData):
        curve.combine(curve.generator, curve.power(curve.generator, curve.order - 1))
    assert curve.combine(curve.generator, curve.generator) == curve.power(curve.generator, 2)


@pytest.mark.parametrize("curve", [curve for curve in CURVES if curve.field % 4 == 3], ids=_name)
@given(value=st.integers(2, 2**500))
@settings(max_examples=15)
def test_integrated_mapping_lands_on_the_curve(curve: Curve, value: int) -> None:
    assert curve.contains(curve.hash_to_element(value % (curve.field - 3) + 2))


def test_integrated_mapping_refuses_what_the_standard_leaves_out() -> None:
    with pytest.raises(Unsupported):
        STANDARD_CURVES[10].hash_to_element(5)
    for degenerate in (0, 1, STANDARD_CURVES[12].field - 1):
        with pytest.raises(MalformedData):
            STANDARD_CURVES[12].hash_to_element(degenerate)


@pytest.mark.parametrize("group", EVERY, ids=_name)
def test_parameters_in_full_are_the_standard_group(group: AnyGroup) -> None:
    assert parse_algorithm(encode_algorithm(group)) is group


def _tiny_change(curve: Curve) -> dict[str, Curve]:
    other = curve.power(curve.generator, 2)
    return {
        "b": replace(curve, b=curve.b ^ 1),
        "a": replace(curve, a=curve.a ^ 1),
        "order": replace(curve, order=curve.order + 2),
        "prime": replace(curve, field=curve.field + 2),
        "anomalous": replace(curve, order=curve.field),
        "generator off the curve": replace(curve, generator_point=Point(other.x, other.y ^ 1)),
    }


@pytest.mark.parametrize("change", _tiny_change(STANDARD_CURVES[13]))
def test_changed_parameters_are_refused(change: str) -> None:
    with pytest.raises(MalformedData):
        explicit_curve(_tiny_change(STANDARD_CURVES[13])[change], 1)


def test_another_generator_makes_another_group_and_not_the_known_one() -> None:
    known = STANDARD_CURVES[13]
    other = replace(known, name="own", generator_point=known.power(known.generator, 7))
    group = explicit_curve(other, 1)
    assert group is not known
    assert group.native is None
    left, right = 12345, 67890
    assert group.agree(group.power(group.generator, left), right) == group.agree(
        group.power(group.generator, right), left
    )
    with pytest.raises(Unsupported):
        explicit_curve(other, 2)


def test_changed_dh_parameters_are_refused() -> None:
    group = STANDARD_GROUPS[0]
    p, g, q = group.field, group.g, group.order
    for numbers in ((p, 1, q), (p, g + 1, q), (p, g, q + 2), (p + 2, g, q), (p, p - 1, q)):
        with pytest.raises(MalformedData):
            explicit_group(*numbers)
    with pytest.raises(Unsupported):
        explicit_group(23, 2, 11)


def test_dh_of_another_generator_is_taken_after_proof() -> None:
    known = STANDARD_GROUPS[0]
    group = explicit_group(known.field, pow(known.g, 5, known.field), known.order)
    assert group is not known
    assert group.decode(group.encode(group.g)) == group.g


@given(st.binary(max_size=80))
def test_hostile_parameters_only_raise_our_errors(data: bytes) -> None:
    for parse in (parse_algorithm, parse_public_key):
        try:
            parse(data)
        except (MalformedData, Unsupported):
            continue


def test_primes() -> None:
    assert [number for number in range(60) if is_prime(number)] == [
        2,
        3,
        5,
        7,
        11,
        13,
        17,
        19,
        23,
        29,
        31,
        37,
        41,
        43,
        47,
        53,
        59,
    ]
    assert is_prime(2**521 - 1)
    for pseudoprime in (561, 41041, 3215031751, 3825123056546413051, (2**61 - 1) * (2**31 - 1)):
        assert not is_prime(pseudoprime)
