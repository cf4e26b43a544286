# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The private keys of simulated authorities. None is a secret: EC keys follow from a seed, RSA keys are files.

An RSA key cannot follow from a seed quickly, so every country has the same four; a test that needs two countries whose
keys differ takes curves.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib import resources

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_der_private_key

from cccd_reader.crypto.ec import STANDARD_CURVES, Curve
from cccd_reader.errors import MalformedData, Unsupported
from cccd_simulators import der, ecdsa
from cccd_simulators.algorithms import (
    EC_PUBLIC_KEY,
    RSA_ENCRYPTION,
    RSASSA_PSS,
    Algorithm,
    Digest,
    KeyType,
    Parameters,
    Pss,
)

_PRIME_FIELD = "1.2.840.10045.1.1"
_BRAINPOOL = "1.3.36.3.3.2.8.1.1"

CURVES = {
    KeyType.P_192: "1.2.840.10045.3.1.1",
    KeyType.P_224: "1.3.132.0.33",
    KeyType.P_256: "1.2.840.10045.3.1.7",
    KeyType.P_384: "1.3.132.0.34",
    KeyType.P_521: "1.3.132.0.35",
    KeyType.BRAINPOOL_P192R1: f"{_BRAINPOOL}.3",
    KeyType.BRAINPOOL_P224R1: f"{_BRAINPOOL}.5",
    KeyType.BRAINPOOL_P256R1: f"{_BRAINPOOL}.7",
    KeyType.BRAINPOOL_P320R1: f"{_BRAINPOOL}.9",
    KeyType.BRAINPOOL_P384R1: f"{_BRAINPOOL}.11",
    KeyType.BRAINPOOL_P512R1: f"{_BRAINPOOL}.13",
}
"""The object identifier of each curve (RFC 5480, 2.1.1.1; RFC 5639, 4)."""

_SEEDS = {
    KeyType.P_192: "3045AE6FC8422F64ED579528D38120EAE12196D5",
    KeyType.P_224: "BD71344799D5C7FCDC45B59FA3B9AB8F6A948BC5",
    KeyType.P_256: "C49D360886E704936A6678E1139D26B7819F7E90",
    KeyType.P_384: "A335926AA319A27A1D00896A6773A4827ACDAC73",
    KeyType.P_521: "D09E8800291CB85396CC6717393284AAA0DA64BA",
}
"""The seeds of FIPS 186-4, D.1.2; the brainpool curves are written without theirs."""

_HASHES: dict[Digest, type[hashes.HashAlgorithm]] = {
    Digest.SHA1: hashes.SHA1,
    Digest.SHA224: hashes.SHA224,
    Digest.SHA256: hashes.SHA256,
    Digest.SHA384: hashes.SHA384,
    Digest.SHA512: hashes.SHA512,
}


@dataclass(frozen=True, repr=False)
class SigningKey(ABC):
    """A private key and how it signs."""

    algorithm: Algorithm

    @property
    @abstractmethod
    def public_key_info(self) -> bytes:
        """The SubjectPublicKeyInfo in DER."""

    @property
    @abstractmethod
    def public_key(self) -> bytes:
        """What the BIT STRING of the SubjectPublicKeyInfo holds: a point, or an RSAPublicKey in DER."""

    @abstractmethod
    def sign(self, data: bytes) -> bytes:
        """Return the signature of `data`."""

    @property
    def identifier(self) -> bytes:
        """The key identifier: SHA-1 of the public key, 20 octets (RFC 5280, 4.2.1.2, method 1)."""
        return hashlib.sha1(self.public_key, usedforsecurity=False).digest()


@dataclass(frozen=True, repr=False)
class EcKey(SigningKey):
    """A key on a curve; signs the same data always with the same bytes."""

    curve: Curve
    private: int

    @cached_property
    def public_key(self) -> bytes:
        """The uncompressed point."""
        return self.curve.encode(self.curve.power(self.curve.generator, self.private))

    @property
    def public_key_info(self) -> bytes:
        """The SubjectPublicKeyInfo in DER."""
        algorithm = der.sequence(der.oid(EC_PUBLIC_KEY), self._parameters())
        return der.sequence(algorithm, der.bit_string(self.public_key))

    def sign(self, data: bytes) -> bytes:
        """Return the ECDSA signature in DER."""
        return ecdsa.sign(self.curve, self.private, data, self.algorithm.digest.hash_name)

    def impostor(self) -> EcKey:
        """Return a key with the same public point, made without the private key: the generator is the point itself.

        Its parameters are explicit, and wrong in the generator alone; who does not compare it takes this key for ours.
        """
        point = self.curve.power(self.curve.generator, self.private)
        # Without its name, or OpenSSL's curve with the true generator would be used.
        curve = replace(self.curve, name="impostor", generator_point=point)
        return EcKey(replace(self.algorithm, parameters=Parameters.EXPLICIT), curve, 1)

    def _parameters(self) -> bytes:
        form = self.algorithm.parameters
        if form is Parameters.NAMED:
            return der.oid(CURVES[self.algorithm.key])
        curve, end = self.curve, der.integer(1)
        a, b = (number.to_bytes(curve.size, "big") for number in (curve.a, curve.b))
        if form is Parameters.MINIMAL:
            a, b, end = a.lstrip(b"\x00"), b.lstrip(b"\x00"), b""
        has_seed = form is Parameters.SEEDED and self.algorithm.key in _SEEDS
        seed = der.bit_string(bytes.fromhex(_SEEDS[self.algorithm.key])) if has_seed else b""
        return der.sequence(
            der.integer(1),
            der.sequence(der.oid(_PRIME_FIELD), der.integer(curve.field)),
            der.sequence(der.octet_string(a), der.octet_string(b), seed),
            der.octet_string(curve.encode(curve.generator)),
            der.integer(curve.order),
            end,
        )


@dataclass(frozen=True, repr=False)
class RsaKey(SigningKey):
    """One of the fixed RSA keys. PSS draws its salt anew for each signature."""

    private: RSAPrivateKey

    @property
    def public_key(self) -> bytes:
        """The RSAPublicKey in DER (RFC 8017, A.1.1)."""
        numbers = self.private.public_key().public_numbers()
        return der.sequence(der.integer(numbers.n), der.integer(numbers.e))

    @property
    def public_key_info(self) -> bytes:
        """The SubjectPublicKeyInfo in DER."""
        return der.sequence(self._key_algorithm(), der.bit_string(self.public_key))

    def sign(self, data: bytes) -> bytes:
        """Return the signature, as long as the modulus."""
        used, hash_function = self.algorithm, _HASHES[self.algorithm.digest]()
        if isinstance(used.padding, Pss):
            mask = padding.MGF1(_HASHES[used.mask]())
            return self.private.sign(data, padding.PSS(mask, used.salt), hash_function)
        return self.private.sign(data, padding.PKCS1v15(), hash_function)

    def _key_algorithm(self) -> bytes:
        if self.algorithm.parameters is Parameters.NAMED:
            return der.sequence(der.oid(RSA_ENCRYPTION), der.null())
        if self.algorithm.parameters is Parameters.MINIMAL:
            return der.sequence(der.oid(RSA_ENCRYPTION))
        if self.algorithm.parameters is Parameters.EXPLICIT:
            return der.sequence(der.oid(RSASSA_PSS), self.algorithm.pss_parameters)
        raise Unsupported("an RSA key with a seed")


def signing_key(seed: bytes, label: str, algorithm: Algorithm) -> SigningKey:
    """Return the key that follows from a seed and a label; of the RSA keys, the one that the algorithm names."""
    if algorithm.key.is_rsa:
        return RsaKey(algorithm, _rsa_key(algorithm.key))
    curve = next(curve for curve in STANDARD_CURVES.values() if curve.name == algorithm.key)
    # 64 bits more than the order has, so that the remainder favours no number.
    digest = hashlib.shake_256(b"key" + seed + label.encode("utf-8")).digest(curve.order.bit_length() // 8 + 9)
    return EcKey(algorithm, curve, 1 + int.from_bytes(digest, "big") % (curve.order - 1))


@cache
def _rsa_key(kind: KeyType) -> RSAPrivateKey:
    raw = resources.files("cccd_simulators").joinpath("data", f"demonstration-{kind}.der").read_bytes()
    # The keys are ours and fixed: testing their primes again would cost more than all the signatures.
    key = load_der_private_key(raw, None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, RSAPrivateKey):
        raise MalformedData("an RSA key is expected", "demonstration key")
    return key
