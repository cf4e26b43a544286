# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""RSA signatures, verified alone: PKCS#1 v1.5 and PSS (RFC 8017, 8.1.2 and 8.2.2).

OpenSSL does the usual keys and hashes, since it is many times as fast. All others go through plain integers here, so
that neither its version nor a policy of the machine (small keys, odd exponents, SHA-1) decides what can be judged.
Public keys hold no secret, so nothing here need run in constant time.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.padding import AsymmetricPadding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

from cccd_reader.crypto.digests import digest_of, function_of
from cccd_reader.errors import MalformedData, Unsupported

MIN_BITS, MAX_BITS = 1024, 8192
MAX_EXPONENT_BITS = 256  # FIPS 186-5, 5.1; it also bounds the work that a hostile key can ask for
_USUAL_EXPONENT = 65537

# DigestInfo up to the hash value (RFC 8017, 9.2, note 1)
_DIGEST_INFO = {
    "sha1": bytes.fromhex("3021300906052B0E03021A05000414"),
    "sha224": bytes.fromhex("302D300D06096086480165030402040500041C"),
    "sha256": bytes.fromhex("3031300D060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300D060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300D060960864801650304020305000440"),
}


@dataclass(frozen=True)
class Pss:
    """The parameters of RSA-PSS: hash, hash of the mask, and bytes of salt; None takes the salt as it is found."""

    digest: str
    mgf_digest: str
    salt_length: int | None


@dataclass(frozen=True)
class RsaKey:
    """An RSA public key of 1024 to 8192 bits.

    Raises `MalformedData` for numbers that are no RSA key, `Unsupported` for a size outside.
    """

    modulus: int
    exponent: int

    def __post_init__(self) -> None:
        if self.modulus <= 0 or not self.modulus & 1 or not self.exponent & 1 or not 3 <= self.exponent < self.modulus:
            raise MalformedData("no modulus and exponent of RSA", "RSA public key")
        if not MIN_BITS <= self.bits <= MAX_BITS or self.exponent.bit_length() > MAX_EXPONENT_BITS:
            raise Unsupported(f"an RSA key of {self.bits} bits, exponent of {self.exponent.bit_length()} bits")

    @property
    def bits(self) -> int:
        """Bits of the modulus."""
        return self.modulus.bit_length()

    @property
    def size(self) -> int:
        """Bytes of a signature."""
        return (self.bits + 7) // 8

    @property
    def effort(self) -> int:
        """About the milliseconds that checking one signature may take: for whoever tries keys of strangers."""
        return 1 + (self.bits >> 10) ** 2 * self.exponent.bit_length() // 128

    @property
    def name(self) -> str:
        """For people: "RSA 3072"."""
        return f"RSA {self.bits}"

    def verify_pkcs1(self, digest: str, message: bytes, signature: bytes) -> bool:
        """Return True for a good signature of RSASSA-PKCS1-v1_5; raises `Unsupported` for another hash."""
        if self._native_verdict(padding.PKCS1v15(), digest, message, signature):
            return True
        # step 3: the block is built and compared whole, never parsed (9.2); some signers leave out the NULL after the
        # hash function's identifier, which means the same (RFC 4055, 2.1) and which OpenSSL does not know
        hashed = digest_of(digest, message)
        return self._open(signature) in [self._block(head + hashed) for head in _digest_infos(digest)]

    def verify_pss(self, pss: Pss, message: bytes, signature: bytes) -> bool:
        """Return True for a good signature of RSASSA-PSS; raises `Unsupported` for other hashes."""
        mask, salt = padding.MGF1(function_of(pss.mgf_digest)), pss.salt_length
        if salt is not None and not 0 <= salt <= self.size:
            return False
        scheme = padding.PSS(mask, padding.PSS.AUTO if salt is None else salt)
        known = self._native_verdict(scheme, pss.digest, message, signature)
        if known is not None:
            return known
        opened = self._open(signature)
        # a modulus of 8k + 1 bits leaves an octet of zero before the encoded message (8.1.2, step 2c)
        bits = self.bits - 1
        spare = self.size - (bits + 7) // 8
        if opened is None or any(opened[:spare]):
            return False
        return _pss_fits(opened[spare:], bits, digest_of(pss.digest, message), pss)

    def _block(self, info: bytes) -> bytes:
        """EMSA-PKCS1-v1_5 (9.2, step 5)."""
        return b"\x00\x01" + b"\xff" * (self.size - len(info) - 3) + b"\x00" + info

    def _open(self, signature: bytes) -> bytes | None:
        """RSAVP1 and I2OSP: the encoded message at full length, None for a signature out of range (5.2.2)."""
        number = int.from_bytes(signature, "big")
        if len(signature) != self.size or number >= self.modulus:
            return None
        return pow(number, self.exponent, self.modulus).to_bytes(self.size, "big")

    def _native_verdict(self, scheme: AsymmetricPadding, digest: str, message: bytes, signature: bytes) -> bool | None:
        """OpenSSL's verdict, None where the key or the hash is none of the usual ones, or OpenSSL will not judge."""
        function = function_of(digest)
        if self._native is None or digest == "sha1":
            return None
        try:
            self._native.verify(signature, message, scheme, function)
        except InvalidSignature:
            return False
        except (UnsupportedAlgorithm, ValueError):
            return None
        return True

    @cached_property
    def _native(self) -> RSAPublicKey | None:
        """The key as OpenSSL has it, None where it is none of the usual ones or OpenSSL will not take it."""
        if self.bits < 2048 or self.exponent != _USUAL_EXPONENT:
            return None
        try:
            return RSAPublicNumbers(self.exponent, self.modulus).public_key()
        except (UnsupportedAlgorithm, ValueError):
            return None


def _digest_infos(digest: str) -> tuple[bytes, bytes]:
    """DigestInfo up to the hash value, with NULL and without: SEQUENCE { SEQUENCE { oid, NULL OPTIONAL }, value }."""
    whole = _DIGEST_INFO[digest]
    short = bytes([whole[0], whole[1] - 2, whole[2], whole[3] - 2, *whole[4:-4], *whole[-2:]])
    return whole, short


def _pss_fits(encoded: bytes, bits: int, digest: bytes, pss: Pss) -> bool:
    """EMSA-PSS-VERIFY (9.1.2): `encoded` is EM, of `bits` bits; `digest` is mHash."""
    size = len(digest)
    if len(encoded) < size + (pss.salt_length or 0) + 2 or encoded[-1] != 0xBC:  # steps 3 and 4
        return False
    masked, found = encoded[: -size - 1], encoded[-size - 1 : -1]  # step 5
    unused = 8 * len(encoded) - bits
    if masked[0] >> (8 - unused):  # step 6
        return False
    mask = _mask(found, len(masked), pss.mgf_digest)
    block = int.from_bytes(masked, "big") ^ int.from_bytes(mask, "big")  # step 8
    block &= (1 << (8 * len(masked) - unused)) - 1  # step 9
    data = block.to_bytes(len(masked), "big").lstrip(b"\x00")
    salt = data[1:]
    if data[:1] != b"\x01" or pss.salt_length not in (None, len(salt)):  # step 10
        return False
    return digest_of(pss.digest, bytes(8) + digest + salt) == found  # steps 12 to 14


def _mask(seed: bytes, length: int, digest: str) -> bytes:
    """MGF1 (B.2.1)."""
    mask = b""
    while len(mask) < length:
        mask += digest_of(digest, seed + (len(mask) // len(digest_of(digest, b""))).to_bytes(4, "big"))
    return mask[:length]
