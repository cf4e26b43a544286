# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Randomness as a value that is passed in, so that a recorded dialogue replays (nothing is patched in tests)."""

from __future__ import annotations

import secrets
from typing import Protocol


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
        return 1 + secrets.randbelow(bound - 1)


SYSTEM = SystemEntropy()
