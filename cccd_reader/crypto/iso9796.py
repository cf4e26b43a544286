# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""ISO/IEC 9796-2, digital signature scheme 1: RSA signatures that give back part of what they sign, both halves.

The message is M1 || M2; M1 is recovered from the signature, M2 is known. A modulus of k bits signs the number

    01 | more-data bit | zeros, then a border bit 1 | M1 | hash of M1 || M2 | trailer        (k bits in all)

in which the half-bytes after the first hide the padding: zeros become B, and the one with the border is changed by B.
So the usual padding reads 6A (M2 is not empty) or 4A, and longer ones 6BB...BA. Active Authentication signs a nonce M1
of the chip and the terminal's challenge M2 with it (ICAO 9303-11, 6.1.2.2).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateNumbers

from cccd_reader.crypto.digests import digest_of
from cccd_reader.crypto.rsa import RsaKey
from cccd_reader.crypto.signatures import BadSignature
from cccd_reader.crypto.suites import equal
from cccd_reader.errors import Unsupported

_IMPLICIT, _EXPLICIT = 0xBC, 0xCC
_HIDING = 0xB


class Trailer(Enum):
    """The last one or two bytes, which name the hash function (ISO/IEC 10118-3; ICAO 9303-11, 6.1.2.2)."""

    BC = b"\xbc", "sha1"
    SHA1 = b"\x33\xcc", "sha1"
    SHA256 = b"\x34\xcc", "sha256"
    SHA512 = b"\x35\xcc", "sha512"
    SHA384 = b"\x36\xcc", "sha384"
    SHA224 = b"\x38\xcc", "sha224"

    @property
    def octets(self) -> bytes:
        """The trailer itself."""
        return self.value[0]

    @property
    def digest(self) -> str:
        """The hash function, by its name in hashlib."""
        return self.value[1]


@dataclass(frozen=True)
class Recovered:
    """What a good signature gave back: the recoverable part M1, and the trailer."""

    message: bytes = field(repr=False)
    trailer: Trailer


def verify(key: RsaKey, signature: bytes, rest: bytes) -> Recovered:
    """Return M1 if the signature is one of this key over M1 || `rest`; `rest` is M2, the challenge.

    The hash covers `rest` whatever the more-data bit says. Raises `Unsupported` for a trailer that names no hash
    function of this table, and `BadSignature` for everything else that is wrong.
    """
    opened = _open(key, signature)
    # The first two bits are 01, so the bit length tells where the header begins: at the first of the k bits, or at the
    # first of a byte, as chips do it that count in bytes.
    bits = opened.bit_length() + 1
    if bits not in (key.bits, 8 * key.size, key.bits // 8 * 8):
        raise _bad(key)
    trailer = _trailer(key, opened)
    message, found = _content(key, opened, bits, trailer)
    if not equal(digest_of(trailer.digest, message + rest), found):
        raise _bad(key)
    return Recovered(message, trailer)


def capacity(bits: int, trailer: Trailer) -> int:
    """Return the bytes of M1 that fill a modulus of `bits` bits but for the header of one byte."""
    return (bits - 8 * _tail(trailer) - 8) // 8


def representative(bits: int, trailer: Trailer, message: bytes, rest: bytes) -> int:
    """Return the number to sign: `message` is M1, `rest` is M2, `bits` the length of the modulus.

    Raises `ValueError` where M1 is longer than `capacity`.
    """
    tail = message + digest_of(trailer.digest, message + rest) + trailer.octets
    room = bits - 8 * len(tail)
    if room < 8:
        raise ValueError("the recoverable part is longer than the modulus has room for")
    more_data = 0b10 if rest else 0b00
    number = (0b0100 | more_data) << bits - 4 | 1 << 8 * len(tail) | int.from_bytes(tail, "big")
    for position in range(bits - 8, -1, -4):
        hidden = number >> position & 0xF
        number ^= _HIDING << position
        if hidden:
            break
    return number


def sign(private: RSAPrivateNumbers, trailer: Trailer, message: bytes, rest: bytes) -> bytes:
    """Return the signature over M1 || M2 (`message`, `rest`), as long as the modulus: the chip's half, by B.6."""
    modulus = private.public_numbers.n
    number = representative(modulus.bit_length(), trailer, message, rest)
    # Chinese remainders: two exponentiations of half the length
    left, right = pow(number, private.dmp1, private.p), pow(number, private.dmq1, private.q)
    signature = right + (left - right) * private.iqmp % private.p * private.q
    return signature.to_bytes((modulus.bit_length() + 7) // 8, "big")


def _open(key: RsaKey, signature: bytes) -> int:
    """The signature opening functions of ISO/IEC 9796-2, B.4 and B.6; inspection takes both (ICAO 9303-11, 6.1.2.2)."""
    number = int.from_bytes(signature, "big")
    if len(signature) != key.size or number >= key.modulus:
        raise _bad(key)
    opened = pow(number, key.exponent, key.modulus)
    # By B.4 the signer sends the smaller of s and n - s. Only one of the two opens to an even number, as a C at the end
    # makes it.
    return opened if opened & 1 == 0 else key.modulus - opened


def _trailer(key: RsaKey, opened: int) -> Trailer:
    octets = (opened & 0xFFFF).to_bytes(2, "big")
    if octets[1] not in (_IMPLICIT, _EXPLICIT):
        raise _bad(key)
    octets = octets[1:] if octets[1] == _IMPLICIT else octets
    for trailer in Trailer:
        if trailer.octets == octets:
            return trailer
    raise Unsupported(f"the trailer {octets.hex().upper()} of ISO/IEC 9796-2")


def _content(key: RsaKey, opened: int, bits: int, trailer: Trailer) -> tuple[bytes, bytes]:
    """Return M1 and the hash value."""
    number, border = _unhide(opened, bits)
    size = border - 8 * _tail(trailer)
    if size < 0 or size % 8:  # hash functions of chips take whole bytes
        raise _bad(key)
    body = (number & (1 << border) - 1) >> 8 * len(trailer.octets)
    octets = body.to_bytes(size // 8 + _digest_size(trailer), "big")
    return octets[: size // 8], octets[size // 8 :]


def _unhide(number: int, bits: int) -> tuple[int, int]:
    """Return the number with the half-byte of the border as it was, and the border's position, -1 if there is none."""
    position = bits - 4
    if number >> position & 1:
        return number, position
    while position >= 4:
        position -= 4
        plain = (number >> position & 0xF) ^ _HIDING
        if plain:
            return number ^ _HIDING << position, position + plain.bit_length() - 1
    return number, -1


def _tail(trailer: Trailer) -> int:
    return _digest_size(trailer) + len(trailer.octets)


def _digest_size(trailer: Trailer) -> int:
    return len(digest_of(trailer.digest, b""))


def _bad(key: RsaKey) -> BadSignature:
    return BadSignature(f"the signature (ISO/IEC 9796-2) is not one of this key ({key.name}) over these bytes")
