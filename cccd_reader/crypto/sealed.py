# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What is kept on a disk, sealed: AES-256-GCM (NIST SP 800-38D), HMAC-SHA-256 marks, keys by HKDF (RFC 5869)."""

from __future__ import annotations

import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cccd_reader.crypto.entropy import SYSTEM, Entropy
from cccd_reader.errors import MalformedData

KEY_BYTES = 32
_NONCE, _TAG = 12, 16


def derive(key: bytes, label: str) -> bytes:
    """Return the key of 32 bytes for one use (HKDF-SHA-256 of a key that is uniform, so without salt; one block)."""
    extracted = hmac.digest(bytes(32), key, "sha256")
    return hmac.digest(extracted, label.encode("utf-8") + b"\x01", "sha256")


def keyed_hash(key: bytes, text: str) -> bytes:
    """Return 32 bytes that tell nothing about a text without the key, even where there are few possible texts."""
    return hmac.digest(key, text.encode("utf-8"), hashlib.sha256)


def seal(key: bytes, plain: bytes, context: bytes, entropy: Entropy = SYSTEM) -> bytes:
    """Encrypt and authenticate: nonce, ciphertext, tag. `context` (what this is) must be the same to open it."""
    nonce = entropy.octets(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, context)


def unseal(key: bytes, sealed: bytes, context: bytes) -> bytes:
    """Return what was sealed. Raises `MalformedData` where key, content or context is not the one of `seal`."""
    if len(sealed) < _NONCE + _TAG:
        raise MalformedData("too short", "sealed file")
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], context)
    except InvalidTag as error:
        raise MalformedData("it was changed, or it belongs to another key", "sealed file") from error
