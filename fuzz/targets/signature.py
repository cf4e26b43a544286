# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Signature values: two numbers in DER, or a number below a modulus, checked under a good key."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from cccd_reader.crypto.signatures import Scheme, SignatureAlgorithm, verify_signature
from cccd_reader.pki.algorithms import parse_public_key, parse_signature_algorithm
from cccd_reader.pki.certificates import Certificate
from cccd_simulators.algorithms import Algorithm, KeyType
from cccd_simulators.issuer import DEMONSTRATION_SEED, Country
from cccd_simulators.plans import CscaPlan
from fuzz.oracle import ensure, parsed, refused

_SCHEMES = (
    *(SignatureAlgorithm(scheme, "sha256") for scheme in (Scheme.RSA_PKCS1, Scheme.ECDSA, Scheme.ECDSA_PLAIN)),
    SignatureAlgorithm(Scheme.RSA_PSS, "sha256", "sha256", None),
    SignatureAlgorithm(Scheme.RSA_PSS, "sha512", "sha1", 20),
)
_KEYS = (KeyType.P_256, KeyType.BRAINPOOL_P192R1, KeyType.RSA_2048, KeyType.RSA_2048_E3)


def seeds() -> Iterator[bytes]:
    """Yield signatures, keys and identifiers of algorithms."""
    for certificate in _certificates():
        yield from (certificate.signature, certificate.key_info)


def consume(data: bytes) -> None:
    """Check the bytes as a signature under every key, and parse them as a key and as an algorithm."""
    genuine = {certificate.signature for certificate in _certificates()}
    for certificate in _certificates():
        for algorithm in _SCHEMES:
            bad = refused(verify_signature, certificate.public_key, algorithm, certificate.tbs, data)
            ensure(bad or data in genuine or algorithm.scheme is Scheme.ECDSA, "a signature that nobody made is good")
    parsed(parse_public_key, data)
    parsed(parse_signature_algorithm, data, "sha256")


@cache
def _certificates() -> tuple[Certificate, ...]:
    countries = (Country.create("VN", DEMONSTRATION_SEED, CscaPlan(algorithm=Algorithm(key))) for key in _KEYS)
    return tuple(Certificate.parse(country.csca_certificate) for country in countries)
