# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""ECDSA with deterministic nonces (RFC 6979; TR-03111, 4.2.1) over any curve, OpenSSL's or not.

For demonstration keys alone: the modular arithmetic with the private key is Python's and leaks time.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator

from cccd_reader.crypto.ec import Curve
from cccd_simulators import der


def sign(curve: Curve, private: int, message: bytes, hash_name: str) -> bytes:
    """Return the signature in DER (TR-03111, 5.2.2); `hash_name` is a name of hashlib."""
    n = curve.order
    hashed = hashlib.new(hash_name, message).digest()
    value = _leftmost(hashed, n)
    nonces = _nonces(n, private, hashed, hash_name)
    while True:
        nonce = next(nonces)
        r = curve.power(curve.generator, nonce).x % n
        s = pow(nonce, -1, n) * (value + r * private) % n
        if r and s:
            return der.sequence(der.integer(r), der.integer(s))


def _leftmost(octets: bytes, n: int) -> int:
    """The first bits of `octets`, as many as n has (RFC 6979, 2.3.2)."""
    return int.from_bytes(octets, "big") >> max(0, 8 * len(octets) - n.bit_length())


def _nonces(n: int, private: int, hashed: bytes, hash_name: str) -> Iterator[int]:
    """Yield the nonces of RFC 6979, 3.2, steps b to h."""
    size = (n.bit_length() + 7) // 8
    secret = private.to_bytes(size, "big") + (_leftmost(hashed, n) % n).to_bytes(size, "big")
    v, k = b"\x01" * len(hashed), b"\x00" * len(hashed)
    for separator in (b"\x00", b"\x01"):
        k = hmac.digest(k, v + separator + secret, hash_name)
        v = hmac.digest(k, v, hash_name)
    while True:
        octets = b""
        while len(octets) < size:
            v = hmac.digest(k, v, hash_name)
            octets += v
        nonce = _leftmost(octets[:size], n)
        if 1 <= nonce < n:
            yield nonce
        k = hmac.digest(k, v + b"\x00", hash_name)
        v = hmac.digest(k, v, hash_name)
