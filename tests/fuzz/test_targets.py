# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Every target of `fuzz/` holds for its own seeds and for spoilt ones; `make fuzz` goes on from here with atheris."""

from __future__ import annotations

from functools import cache
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fuzz.mutation import mutate
from fuzz.targets import NAMES, Target, load

FEW, MANY = 30, 5_000

every_target = pytest.mark.parametrize("name", NAMES)


@cache
def seeds_of(name: str) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(load(name).seeds()))


def holds_for_spoilt_seeds(name: str, examples: int) -> None:
    """One number makes a whole case, and hypothesis prints it where the target fails; shrinking it tells nothing."""
    target: Target = load(name)
    seeds = seeds_of(name)

    @settings(
        max_examples=examples,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(number=st.integers(0, (1 << 64) - 1))
    def run(number: int) -> None:
        random = Random(number)
        target.consume(mutate(random.choice(seeds), random, seeds))

    run()


@every_target
def test_the_seeds(name: str) -> None:
    assert len(seeds_of(name)) > 1
    for seed in seeds_of(name):
        load(name).consume(seed)


@every_target
def test_spoilt_seeds(name: str) -> None:
    holds_for_spoilt_seeds(name, FEW if name != "reader" else 5)  # each of its cases is a whole visit


@pytest.mark.slow
@every_target
def test_many_spoilt_seeds(name: str) -> None:
    holds_for_spoilt_seeds(name, MANY if name != "reader" else MANY // 10)
