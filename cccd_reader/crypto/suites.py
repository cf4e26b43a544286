# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The cipher suites of secure messaging: encryption, MAC, padding, key derivation (ICAO 9303-11, 9.7 and 9.8).

A suite is data and four verbs; protocols never ask which cipher it is.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import IntEnum

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import constant_time
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

from cccd_reader.errors import MalformedData

MAC_SIZE = 8
"""Bytes of every MAC and token of ICAO 9303-11."""


class Purpose(IntEnum):
    """The counter of the key derivation function (ICAO 9303-11, 9.7.1)."""

    ENCRYPTION = 1
    MAC = 2
    PASSWORD = 3


def pad(data: bytes, block: int) -> bytes:
    """Append 80 and zeros up to a multiple of `block` bytes (ISO/IEC 9797-1, padding method 2)."""
    return data + b"\x80" + b"\x00" * (-(len(data) + 1) % block)


def unpad(data: bytes, block: int) -> bytes:
    """Remove padding method 2. Raises `MalformedData` where it is missing or longer than a block."""
    end = len(data) - 1
    while end >= 0 and data[end] == 0 and len(data) - end < block:
        end -= 1
    if end < 0 or data[end] != 0x80:
        raise MalformedData("the padding is wrong", "decrypted data")
    return data[:end]


def equal(left: bytes, right: bytes) -> bool:
    """Compare two secrets, MACs or tokens in constant time."""
    return constant_time.bytes_eq(left, right)


@dataclass(frozen=True)
class Suite:
    """One cipher with its MAC and its hash for key derivation; sizes in bytes."""

    name: str
    key_size: int
    block: int
    digest: str

    def derive(self, secret: bytes, purpose: Purpose) -> bytes:
        """Return the key KDF(K, c): the first octets of H(K || c) (ICAO 9303-11, 9.7.1).

        3DES keys are returned as they are derived; parity bits do not matter to the cipher.
        """
        value = hashlib.new(self.digest, secret + purpose.to_bytes(4, "big"), usedforsecurity=False)
        return value.digest()[: self.key_size]

    def encrypt(self, key: bytes, data: bytes, iv: bytes | None = None) -> bytes:
        """Encrypt whole blocks in CBC mode; without `iv` it is zero."""
        return _run(Cipher(self.algorithm(key), modes.CBC(iv or bytes(self.block))).encryptor(), data)

    def decrypt(self, key: bytes, data: bytes, iv: bytes | None = None) -> bytes:
        """Decrypt whole blocks in CBC mode. Raises `MalformedData` for a cryptogram that is not whole blocks."""
        self.check_blocks(data)
        return _run(Cipher(self.algorithm(key), modes.CBC(iv or bytes(self.block))).decryptor(), data)

    def check_blocks(self, cryptogram: bytes) -> None:
        """Raise `MalformedData` for a cryptogram that is not whole blocks."""
        if len(cryptogram) % self.block:
            raise MalformedData("the cryptogram is not a multiple of the block size", "cryptogram")

    def mac(self, key: bytes, data: bytes) -> bytes:
        """Return the eight-byte MAC of `data`, which needs no padding here (ICAO 9303-11, 9.8.6.1 and 9.8.7.1).

        3DES: retail MAC, ISO/IEC 9797-1 algorithm 3 with padding method 2. AES: CMAC, its first eight bytes.
        """
        if self.block == 8:
            return _retail_mac(key, pad(data, 8))
        cmac = CMAC(algorithms.AES(key))
        cmac.update(data)
        return cmac.finalize()[:MAC_SIZE]

    def algorithm(self, key: bytes) -> TripleDES | algorithms.AES:
        """Return the block cipher under a key."""
        return TripleDES(key + key[:8]) if self.block == 8 else algorithms.AES(key)


class MessageCipher:
    """Encryption and MAC of secure messaging under the keys of one session; what every message shares is made once.

    The IV of a message is zero for 3DES and E(KSenc, SSC) for AES, which also pads before the CMAC (ICAO 9303-11,
    9.8.6 and 9.8.7). `counter` is the send sequence counter, one block.
    """

    def __init__(self, suite: Suite, ks_enc: bytes, ks_mac: bytes) -> None:
        self._suite, self._ks_mac = suite, ks_mac
        self._algorithm = suite.algorithm(ks_enc)
        self._single = Cipher(self._algorithm, modes.ECB()).encryptor()  # noqa: S305 -- one block, which is the IV  # nosec B305
        self._cmac = None if suite.block == 8 else CMAC(algorithms.AES(ks_mac))

    def encrypt(self, padded: bytes, counter: bytes) -> bytes:
        """Encrypt whole blocks."""
        return _run(Cipher(self._algorithm, self._mode(counter)).encryptor(), padded)

    def decrypt(self, cryptogram: bytes, counter: bytes) -> bytes:
        """Decrypt whole blocks. Raises `MalformedData` for a cryptogram that is not whole blocks."""
        self._suite.check_blocks(cryptogram)
        return _run(Cipher(self._algorithm, self._mode(counter)).decryptor(), cryptogram)

    def mac(self, data: bytes) -> bytes:
        """Return the eight-byte MAC of a message, which begins with the counter and needs no padding here."""
        if self._cmac is None:
            return self._suite.mac(self._ks_mac, data)
        cmac = self._cmac.copy()
        cmac.update(pad(data, self._suite.block))
        return cmac.finalize()[:MAC_SIZE]

    def _mode(self, counter: bytes) -> modes.CBC:
        return modes.CBC(bytes(8) if self._cmac is None else self._single.update(counter))


def _run(context: CipherContext, data: bytes) -> bytes:
    return context.update(data) + context.finalize()


def _retail_mac(key: bytes, data: bytes) -> bytes:
    # Single DES is 3DES with one key three times over; the last block goes on with the second key.
    left, right = key[:8], key[8:16]
    chain = Cipher(TripleDES(left * 3), modes.CBC(bytes(8))).encryptor()
    last = (chain.update(data) + chain.finalize())[-8:]
    middle = Cipher(TripleDES(right * 3), modes.ECB()).decryptor()  # noqa: S305 -- one block, as ISO/IEC 9797-1 says  # nosec B305
    last = middle.update(last) + middle.finalize()
    final = Cipher(TripleDES(left * 3), modes.ECB()).encryptor()  # noqa: S305 -- one block, as ISO/IEC 9797-1 says  # nosec B305
    return final.update(last) + final.finalize()


TDES = Suite("3DES", 16, 8, "sha1")
AES_128 = Suite("AES-128", 16, 16, "sha1")
AES_192 = Suite("AES-192", 24, 16, "sha256")
AES_256 = Suite("AES-256", 32, 16, "sha256")

SUITES = {1: TDES, 2: AES_128, 3: AES_192, 4: AES_256}
"""The suites by the last arc of the PACE and Chip Authentication object identifiers (ICAO 9303-11, 9.2)."""
