# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Is a number prime: Miller-Rabin with bases drawn at random, since explicit parameters may come from an enemy."""

from __future__ import annotations

import secrets

ROUNDS = 20
_SMALL = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)


def is_prime(number: int) -> bool:
    """Return False for a composite except with probability below 4^-20."""
    if number < 2:
        return False
    for small in _SMALL:
        if number % small == 0:
            return number == small
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    return all(not _is_witness(secrets.randbelow(number - 3) + 2, number, odd, twos) for _ in range(ROUNDS))


def _is_witness(base: int, number: int, odd: int, twos: int) -> bool:
    value = pow(base, odd, number)
    if value in (1, number - 1):
        return False
    for _ in range(twos - 1):
        value = value * value % number
        if value == number - 1:
            return False
    return True
