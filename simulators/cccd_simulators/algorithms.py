# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""How an authority signs, as one value: key, hash, padding, and how all of that is written down.

    Algorithm(KeyType.P_256, Digest.SHA1, parameters=Parameters.EXPLICIT)
    Algorithm(KeyType.RSA_3072, Digest.SHA512, Pss(mask=Digest.SHA256, salt=20))

The standard's defaults are ours: the curve by its name, no NULL where it means nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from cccd_reader.errors import Unsupported
from cccd_simulators import der

RSA_ENCRYPTION, RSASSA_PSS = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10"
EC_PUBLIC_KEY = "1.2.840.10045.2.1"
_MGF1 = "1.2.840.113549.1.1.8"
_HASHES, _ECDSA, _PKCS1 = "2.16.840.1.101.3.4.2", "1.2.840.10045.4", "1.2.840.113549.1.1"


class Digest(Enum):
    """A hash function: its name in hashlib and three object identifiers, alone, with ECDSA and with RSA (RFC 5754)."""

    SHA1 = ("sha1", "1.3.14.3.2.26", f"{_ECDSA}.1", f"{_PKCS1}.5")
    SHA224 = ("sha224", f"{_HASHES}.4", f"{_ECDSA}.3.1", f"{_PKCS1}.14")
    SHA256 = ("sha256", f"{_HASHES}.1", f"{_ECDSA}.3.2", f"{_PKCS1}.11")
    SHA384 = ("sha384", f"{_HASHES}.2", f"{_ECDSA}.3.3", f"{_PKCS1}.12")
    SHA512 = ("sha512", f"{_HASHES}.3", f"{_ECDSA}.3.4", f"{_PKCS1}.13")

    def __init__(self, hash_name: str, alone: str, with_ecdsa: str, with_rsa: str) -> None:
        self.hash_name = hash_name
        self.alone = alone
        self.with_ecdsa = with_ecdsa
        self.with_rsa = with_rsa

    @property
    def size(self) -> int:
        """Octets of a hash."""
        return hashlib.new(self.hash_name).digest_size

    def of(self, data: bytes) -> bytes:
        """Return the hash of `data`."""
        return hashlib.new(self.hash_name, data).digest()


class KeyType(StrEnum):
    """The keys that can sign: a standardized curve by its name, or one of the fixed RSA keys by bits and exponent."""

    P_192 = "P-192"
    P_224 = "P-224"
    P_256 = "P-256"
    P_384 = "P-384"
    P_521 = "P-521"
    BRAINPOOL_P192R1 = "brainpoolP192r1"
    BRAINPOOL_P224R1 = "brainpoolP224r1"
    BRAINPOOL_P256R1 = "brainpoolP256r1"
    BRAINPOOL_P320R1 = "brainpoolP320r1"
    BRAINPOOL_P384R1 = "brainpoolP384r1"
    BRAINPOOL_P512R1 = "brainpoolP512r1"
    RSA_2048 = "rsa-2048"
    RSA_2048_E3 = "rsa-2048-e3"
    RSA_2048_E38129 = "rsa-2048-e38129"
    RSA_3072 = "rsa-3072"

    @property
    def is_rsa(self) -> bool:
        """True for the RSA keys, False for curves."""
        return self.value.startswith("rsa")


class Parameters(Enum):
    """How a SubjectPublicKeyInfo tells the domain parameters (TR-03111, 5.1.1; RFC 4055, 1.2)."""

    NAMED = auto()
    """The curve by its object identifier. RSA: rsaEncryption with NULL."""
    EXPLICIT = auto()
    """The curve in full, without a seed. RSA: id-RSASSA-PSS with its parameters, for keys that sign with PSS."""
    SEEDED = auto()
    """The curve in full, with the seed of the NIST curves. Not for RSA."""
    MINIMAL = auto()
    """The curve in full but for the cofactor and the leading zeros of a and b. RSA: rsaEncryption without NULL."""


class Identifiers(Enum):
    """How AlgorithmIdentifiers of hashes and signatures are written."""

    STANDARD = auto()
    """As RFC 5754 and 5758 ask: NULL for RSA signatures alone."""
    WITH_NULL = auto()
    """NULL for hashes and for ECDSA too."""
    WITHOUT_NULL = auto()
    """No NULL, for RSA signatures neither."""
    OF_KEY = auto()
    """A SignerInfo names the algorithm of the key alone; the hash follows from its digest algorithm."""


@dataclass(frozen=True)
class Pkcs1:
    """RSASSA-PKCS1-v1_5 (RFC 8017, 8.2)."""


@dataclass(frozen=True)
class Pss:
    """RSASSA-PSS (RFC 8017, 8.1). None: the mask uses the hash of the message, the salt is as long as it."""

    mask: Digest | None = None
    salt: int | None = None


@dataclass(frozen=True)
class Algorithm:
    """How one authority signs. `padding` matters to RSA keys alone."""

    key: KeyType = KeyType.BRAINPOOL_P384R1
    digest: Digest = Digest.SHA256
    padding: Pkcs1 | Pss = Pkcs1()
    parameters: Parameters = Parameters.NAMED
    identifiers: Identifiers = Identifiers.STANDARD

    def __str__(self) -> str:
        padding = ""
        if self.key.is_rsa:
            pss = f"pss-{self.mask.hash_name}-{self.salt}" if isinstance(self.padding, Pss) else "pkcs1"
            padding = f"-{pss}"
        return f"{self.key}-{self.digest.hash_name}{padding}-{self.parameters.name.lower()}"

    @property
    def mask(self) -> Digest:
        """The hash of PSS's mask generation function."""
        return (self.padding.mask if isinstance(self.padding, Pss) else None) or self.digest

    @property
    def salt(self) -> int:
        """Octets of PSS's salt."""
        given = self.padding.salt if isinstance(self.padding, Pss) else None
        return self.digest.size if given is None else given

    @property
    def digest_identifier(self) -> bytes:
        """The AlgorithmIdentifier of the hash, in DER."""
        return hash_identifier(self.digest, self.identifiers)

    @property
    def signature_identifier(self) -> bytes:
        """The AlgorithmIdentifier of the signature, in DER, for certificates and revocation lists."""
        if not self.key.is_rsa:
            end = der.null() if self.identifiers is Identifiers.WITH_NULL else b""
            return der.sequence(der.oid(self.digest.with_ecdsa), end)
        if isinstance(self.padding, Pss):
            return der.sequence(der.oid(RSASSA_PSS), self.pss_parameters)
        end = b"" if self.identifiers is Identifiers.WITHOUT_NULL else der.null()
        return der.sequence(der.oid(self.digest.with_rsa), end)

    @property
    def signer_info_identifier(self) -> bytes:
        """The AlgorithmIdentifier of the signature, in DER, for a SignerInfo (RFC 5652, 5.3; RFC 3370, 3.2)."""
        if self.identifiers is not Identifiers.OF_KEY or isinstance(self.padding, Pss):
            return self.signature_identifier
        if self.key.is_rsa:
            return der.sequence(der.oid(RSA_ENCRYPTION), der.null())
        return der.sequence(der.oid(EC_PUBLIC_KEY))

    @property
    def pss_parameters(self) -> bytes:
        """RSASSA-PSS-params in DER: SHA-1, its mask and 20 octets of salt are defaults (RFC 4055, 3.1)."""
        if not isinstance(self.padding, Pss):
            raise Unsupported("PSS parameters of another signature algorithm")
        end = Identifiers.WITHOUT_NULL if self.identifiers is Identifiers.WITHOUT_NULL else Identifiers.WITH_NULL
        fields = []
        if self.digest is not Digest.SHA1:
            fields.append(der.tagged(0, hash_identifier(self.digest, end)))
        if self.mask is not Digest.SHA1:
            fields.append(der.tagged(1, der.sequence(der.oid(_MGF1), hash_identifier(self.mask, end))))
        if self.salt != 20:
            fields.append(der.tagged(2, der.integer(self.salt)))
        return der.sequence(*fields)


def hash_identifier(digest: Digest, identifiers: Identifiers = Identifiers.STANDARD) -> bytes:
    """Return the AlgorithmIdentifier of a hash function in DER."""
    end = der.null() if identifiers is Identifiers.WITH_NULL else b""
    return der.sequence(der.oid(digest.alone), end)
