# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Signatures of certificates and signed data: RSA PKCS#1 v1.5, RSA-PSS, ECDSA (ICAO 9303-12, 4.4).

A bad signature and one that cannot be judged are two things, so there is no answer in between: `verify_signature`
returns, or raises `BadSignature`, or raises `Unsupported`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from cccd_reader.crypto.ecdsa import EcKey
from cccd_reader.crypto.rsa import Pss, RsaKey
from cccd_reader.errors import CccdError, Unsupported

__all__ = [
    "BadSignature",
    "EcKey",
    "PublicKey",
    "RsaKey",
    "Scheme",
    "SignatureAlgorithm",
    "SignedPart",
    "verify_signature",
]

PublicKey: TypeAlias = RsaKey | EcKey
"""Both have `bits`, `name` and `effort`."""


class SignedPart(StrEnum):
    """What disagreed: the signature itself, or a signed attribute with the content (RFC 5652, 5.4 and 5.6)."""

    SIGNATURE = "signature"
    MESSAGE_DIGEST = "message digest"
    CONTENT_TYPE = "content type"


class BadSignature(CccdError):
    """The signature is not one of this key over these bytes. `part` says where it failed."""

    def __init__(self, message: str, part: SignedPart = SignedPart.SIGNATURE, hint: str | None = None) -> None:
        super().__init__(message, hint)
        self.part = part


class Scheme(StrEnum):
    """How a signature is made of a digest."""

    RSA_PKCS1 = "RSA PKCS#1 v1.5"
    RSA_PSS = "RSA-PSS"
    RSA_PSS_BARE = "RSA-PSS without parameters"
    """They must be told (RFC 4055, 3.1): where the defaults fit it is good, where not nobody knows what was meant."""
    ECDSA = "ECDSA"
    ECDSA_PLAIN = "plain ECDSA"


@dataclass(frozen=True)
class SignatureAlgorithm:
    """A scheme and its hash, by its name in hashlib ("sha256").

    `mgf_digest` and `salt_length`, in bytes, are for PSS alone; a salt length of None takes the salt as it is found.
    """

    scheme: Scheme
    digest: str
    mgf_digest: str = ""
    salt_length: int | None = None

    @property
    def name(self) -> str:
        """For people: "RSA-PSS with SHA-256"."""
        return f"{self.scheme.value} with {self.digest.upper().replace('SHA', 'SHA-')}"


def verify_signature(key: PublicKey, algorithm: SignatureAlgorithm, message: bytes, signature: bytes) -> None:
    """Return if the signature is good.

    Raises `BadSignature`, also where key and scheme are of different kinds (no such key can have signed), and
    `Unsupported` for a hash function that documents are not signed with and for parameters that are not told.
    """
    if not _is_good(key, algorithm, message, signature):
        if algorithm.scheme is Scheme.RSA_PSS_BARE:
            raise Unsupported("RSA-PSS that does not tell its parameters and was not made with their defaults")
        raise BadSignature(f"the signature ({algorithm.name}) is not one of this key ({key.name}) over these bytes")


def _is_good(key: PublicKey, algorithm: SignatureAlgorithm, message: bytes, signature: bytes) -> bool:
    digest = algorithm.digest
    match (key, algorithm.scheme):
        case (RsaKey(), Scheme.RSA_PKCS1):
            return key.verify_pkcs1(digest, message, signature)
        case (RsaKey(), Scheme.RSA_PSS | Scheme.RSA_PSS_BARE):
            pss = Pss(digest, algorithm.mgf_digest or digest, algorithm.salt_length)
            return key.verify_pss(pss, message, signature)
        case (EcKey(), Scheme.ECDSA):
            return key.verify_der(digest, message, signature)
        case (EcKey(), Scheme.ECDSA_PLAIN):
            return key.verify_plain(digest, message, signature)
    return False
