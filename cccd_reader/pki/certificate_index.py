# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Find the certificate that issued another one among many, parsing only those that come into question.

Real certificates name their issuer badly: two keys share one identifier, a renewed authority changes its name, an
identifier is missing. So there are three ways, in this order: by key identifier, by name, and by trying the keys of the
same country. Whether a candidate is the issuer, its key decides and nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import chain

from cccd_reader.errors import MalformedData
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.names import Name

FACTS_VERSION = 1
"""Changes whenever `name_digest` or the fields of `CertificateRef` change their meaning."""


class FoundBy(StrEnum):
    """How an issuer was found; in the order in which the ways are tried."""

    KEY_IDENTIFIER = "key-identifier"
    NAME = "name"
    TRIAL = "trial"


@lru_cache(maxsize=256)
def name_digest(name: Name) -> str:
    """Return 32 hexadecimal digits that are equal where `Name.matches` is true."""
    return hashlib.sha256(repr(name.key).encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True)
class CertificateRef:
    """What finds a certificate without parsing it, and the way to its bytes.

    `fingerprint` is the SHA-256 of the certificate, 32 bytes; `subject` and `issuer` are `name_digest`s;
    `key_identifier` is the subject key identifier; `country` is that of the subject, in capitals.
    """

    fingerprint: bytes
    subject: str
    issuer: str
    key_identifier: bytes | None
    country: str
    read: Callable[[], bytes] = field(repr=False, compare=False)

    @classmethod
    def of(cls, certificate: Certificate) -> CertificateRef:
        """Return the reference to a certificate that is parsed already."""
        made = cls(
            certificate.fingerprint,
            name_digest(certificate.subject),
            name_digest(certificate.issuer),
            certificate.subject_key_identifier,
            certificate.subject.country,
            lambda: certificate.raw,
        )
        made.__dict__["certificate"] = certificate  # what the cached property would parse once more
        return made

    @cached_property
    def certificate(self) -> Certificate:
        """The certificate. Raises `MalformedData` where its bytes are not those of the fingerprint, parsed before."""
        raw = self.read()
        if hashlib.sha256(raw).digest() != self.fingerprint:
            raise MalformedData(
                f"the certificate {self.fingerprint.hex()[:16]} was changed after it was accepted",
                "trust store",
                "Remove it with: cccd trust remove FINGERPRINT, then add it again from its source.",
            )
        return Certificate(raw)


class CertificateIndex:
    """Certificates by what finds them."""

    def __init__(self, certificates: Iterable[CertificateRef]) -> None:
        self._by_fingerprint: dict[bytes, CertificateRef] = {}
        self._by_key: dict[bytes | None, list[CertificateRef]] = {}
        self._by_key_and_subject: dict[tuple[bytes | None, str], list[CertificateRef]] = {}
        self._by_subject: dict[str, list[CertificateRef]] = {}
        self._by_country: dict[str, list[CertificateRef]] = {}
        for each in certificates:
            if each.fingerprint in self._by_fingerprint:
                continue
            self._by_fingerprint[each.fingerprint] = each
            if each.key_identifier:
                self._by_key.setdefault(each.key_identifier, []).append(each)
                self._by_key_and_subject.setdefault((each.key_identifier, each.subject), []).append(each)
            self._by_subject.setdefault(each.subject, []).append(each)
            self._by_country.setdefault(each.country, []).append(each)

    @classmethod
    def of(cls, certificates: Iterable[Certificate]) -> CertificateIndex:
        """Return the index of certificates that are parsed already."""
        return cls(CertificateRef.of(each) for each in certificates)

    def __contains__(self, certificate: Certificate) -> bool:
        return certificate.fingerprint in self._by_fingerprint

    def by_subject(self, digest: str) -> list[CertificateRef]:
        """Return the certificates of a subject, given as `name_digest`."""
        return self._by_subject.get(digest, [])

    def issuers(self, certificate: Certificate, found_by: FoundBy) -> Iterator[CertificateRef]:
        """Yield who may have issued `certificate`, found in this way and in none that is tried before it.

        Within a way, candidates whose name fits come first. The certificate itself is never among them.
        """
        name, key = name_digest(certificate.issuer), certificate.authority_key_identifier or None
        found: Iterator[CertificateRef]
        if found_by is FoundBy.KEY_IDENTIFIER:
            others = (each for each in self._by_key.get(key, []) if each.subject != name)
            found = chain(self._by_key_and_subject.get((key, name), []), others)
        elif found_by is FoundBy.NAME:
            found = (each for each in self.by_subject(name) if key is None or each.key_identifier != key)
        else:
            rest = (each for each in self._neighbours(certificate) if each.subject != name)
            found = (each for each in rest if key is None or each.key_identifier != key)
        return (each for each in found if each.fingerprint != certificate.fingerprint)

    def _neighbours(self, certificate: Certificate) -> Iterator[CertificateRef]:
        """The certificates of the issuer's country, and those without one: no country issues for another one."""
        country = certificate.issuer.country
        if not country:
            return chain.from_iterable(self._by_country.values())
        return chain(self._by_country.get(country, []), self._by_country.get("", []))
