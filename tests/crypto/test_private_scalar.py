# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A private scalar keeps what was made from it, tells nothing, and computes what a plain number does."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from cccd_reader.crypto.ec import STANDARD_CURVES, Curve
from cccd_reader.crypto.entropy import SYSTEM, PrivateScalar

NATIVE = [curve for curve in STANDARD_CURVES.values() if curve.native]
P_256 = STANDARD_CURVES[12]


@pytest.mark.parametrize("curve", NATIVE, ids=lambda curve: curve.name)
def test_it_gives_the_points_of_the_plain_number(curve: Curve) -> None:
    scalar = SYSTEM.scalar(curve.order)
    plain = int(scalar)
    assert isinstance(scalar, PrivateScalar)
    base = curve.power(curve.generator, 7)
    assert curve.power(curve.generator, scalar) == curve.power(curve.generator, plain)
    assert curve.power(base, scalar) == curve.power(base, plain)
    assert (
        curve.agree(base, scalar) == curve.agree(base, plain) == curve.power(base, plain).x.to_bytes(curve.size, "big")
    )


def test_the_key_is_made_once_and_for_one_group() -> None:
    other = STANDARD_CURVES[13]
    scalar = SYSTEM.scalar(other.order)  # the smaller of the two: a number past an order is reduced, and not kept
    P_256.power(P_256.generator, scalar)
    made = scalar.kept["P-256"]  # type: ignore[attr-defined]  # -- SYSTEM gives private scalars
    P_256.agree(P_256.generator, scalar)
    assert scalar.kept == {"P-256": made}  # type: ignore[attr-defined]  # -- as above
    assert other.power(other.generator, scalar) == other.power(other.generator, int(scalar))
    assert set(scalar.kept) == {"P-256", other.name}  # type: ignore[attr-defined]  # -- as above


def test_numbers_past_the_order_and_their_negatives_are_reduced() -> None:
    base = P_256.power(P_256.generator, 7)
    for scalar in (5, 5 + P_256.order, 5 - P_256.order, PrivateScalar(5 + P_256.order)):
        assert P_256.power(base, scalar) == P_256.power(P_256.generator, 35)
        assert P_256.agree(base, scalar) == P_256.agree(P_256.generator, 35)


def test_it_shows_nothing_and_its_copies_are_plain_numbers() -> None:
    scalar = SYSTEM.scalar(P_256.order)
    P_256.power(P_256.generator, scalar)
    assert repr(scalar) == "PrivateScalar(hidden)"
    copies = (
        copy.copy(scalar),
        copy.deepcopy(scalar),
        pickle.loads(pickle.dumps(scalar)),
        json.loads(json.dumps(scalar)),
    )
    for each in copies:
        assert type(each) is int
        assert each == scalar
    assert type(scalar + 1) is int
