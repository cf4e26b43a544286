# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Randomness as a value that is passed in, so that a recorded dialogue replays (nothing is patched in tests)."""

from __future__ import annotations

import secrets
from typing import Any, Protocol


class PrivateScalar(int):
    """A private key as a number, hidden in `repr`.

    Making OpenSSL's key from a number takes two multiplications, so a group keeps on the number what it has made. That
    dies with the number and goes into no copy: `kept` maps the name of a group to the group's own object.
    """

    kept: dict[str, Any]

    def __init__(self, _value: int) -> None:
        self.kept = {}

    def __repr__(self) -> str:
        return "PrivateScalar(hidden)"

    def __reduce__(self) -> tuple[type[int], tuple[int]]:
        return int, (int(self),)  # copies are plain numbers


class Entropy(Protocol):
    """A source of nonces and private keys."""

    def octets(self, count: int) -> bytes:
        """Return `count` bytes."""
        ...

    def scalar(self, bound: int) -> int:
        """Return a private key, 1 to `bound` - 1."""
        ...


class SystemEntropy:
    """The operating system's generator, through `secrets`."""

    def octets(self, count: int) -> bytes:
        """Return `count` unpredictable bytes."""
        return secrets.token_bytes(count)

    def scalar(self, bound: int) -> int:
        """Return an unpredictable private key, 1 to `bound` - 1."""
        return PrivateScalar(1 + secrets.randbelow(bound - 1))


SYSTEM = SystemEntropy()
