# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""CSCA master lists: a country's signed statement which CSCA certificates it believes in (ICAO 9303-12, 9).

    CscaMasterList ::= SEQUENCE { version INTEGER { v0(0) }, certList SET OF Certificate }   -- 2.23.136.1.1.2

The list's word is its signature, whose signer must chain to a root that the reader of the list believes. What each
certificate's own signature adds is told by `examine`: it shows which key of the list, if any, signed it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from cccd_reader.crypto.signatures import BadSignature
from cccd_reader.errors import MalformedData, Unsupported
from cccd_reader.lds import asn1
from cccd_reader.pki import ber
from cccd_reader.pki.certificate_index import CertificateIndex, FoundBy
from cccd_reader.pki.certificate_rules import Role
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.chain import Anchors, ChainResult, build_chain
from cccd_reader.pki.cms import SignedData, SignerInfo
from cccd_reader.pki.issuer_search import MAX_EFFORT, Budget, ChainReason, Trials

CONTENT_TYPE = "2.23.136.1.1.2"
MAX_BYTES = 16 << 20
MAX_CERTIFICATES = 20_000
EFFORT_EACH = 8  # twice what the certificates of real lists take to examine, see `PublicKey.effort`
_WHERE = "master list"


@dataclass(frozen=True)
class MasterList:
    """A master list, parsed and not verified. `malformed` counts certificates that could not be parsed."""

    raw: bytes = field(repr=False)
    signed: SignedData = field(repr=False, compare=False)
    certificates: tuple[Certificate, ...] = field(repr=False, compare=False)
    malformed: int = field(compare=False)

    @classmethod
    def parse(cls, raw: bytes) -> MasterList:
        """Parse a CMS file; raises `MalformedData`, also for signed data that holds something else."""
        if len(raw) > MAX_BYTES:
            raise MalformedData(f"larger than {MAX_BYTES >> 20} MiB", _WHERE)
        signed = SignedData.parse(raw, _WHERE)
        if signed.content_type != CONTENT_TYPE:
            raise MalformedData("signed data that is no master list", _WHERE)
        parts = ber.children(ber.only(signed.content, asn1.SEQUENCE, _WHERE), asn1.SEQUENCE, _WHERE)
        if len(parts) != 2 or ber.integer(parts[0], _WHERE) != 0:
            raise MalformedData("version 0 and a set of certificates are expected", _WHERE)
        elements = ber.children(parts[1], asn1.SET, _WHERE)
        if len(elements) > MAX_CERTIFICATES:
            raise MalformedData(f"more than {MAX_CERTIFICATES} certificates", _WHERE)
        certificates = tuple(dict.fromkeys(_certificates(element.raw for element in elements)))
        malformed = len({element.raw for element in elements}) - len(certificates)
        return cls(bytes(raw), signed, certificates, malformed)

    @property
    def fingerprint(self) -> bytes:
        """SHA-256 of the file, 32 bytes."""
        return hashlib.sha256(self.raw).digest()

    def verify(self, roots: Anchors) -> ListSignature:
        """Return who signed the list and how the signer chains to `roots`.

        The signer is judged at the signing time; links between its authority's keys may come from the list itself,
        since their own signatures lead back to a root. Raises `BadSignature` where the signature does not fit,
        `Unsupported` where it cannot be judged, `MalformedData` where no certificate of the signer came along.
        """
        if len(self.signed.signers) != 1:
            raise MalformedData("one signature is expected", _WHERE)
        if self.signed.malformed:
            raise MalformedData(f"a certificate that came along: {self.signed.malformed[0]}", _WHERE)
        signer = self.signed.signers[0]
        certificate = _signer_certificate(self.signed, signer)
        others = (*self.signed.certificates, *self.certificates)
        chain = build_chain(certificate, roots, signer.signing_time, others, Role.MASTER_LIST_SIGNER)
        # Only a list that a root vouches for is worth the work that its certificates may cost.
        if chain.reason is ChainReason.VERIFIED and self._came_along_changed():
            # The list's signature does not cover them; one that was changed says that somebody had hands on the file.
            raise BadSignature("a certificate that came along with the list was changed")
        return ListSignature(certificate, signer.signing_time, chain, _top(certificate, self.signed))

    def _came_along_changed(self) -> bool:
        found = examine(self.signed.certificates, self.certificates)
        return any(each.reason is ListedReason.SIGNATURE_WRONG for each in found)


@dataclass(frozen=True)
class ListSignature:
    """A master list's signature that fits its content: the signer, when it signed, and its chain to a root.

    `top` is the uppermost certificate that came along with the signer, for a person to compare its fingerprint.
    """

    certificate: Certificate
    signed: datetime | None
    chain: ChainResult
    top: Certificate

    @property
    def vouched_for(self) -> bool:
        """True where the signer chains to a root and breaks no rule, the right to sign lists among them."""
        return self.chain.reason is ChainReason.VERIFIED and not self._faults

    @property
    def reason(self) -> str:
        """Why nobody vouches for the list, in words; empty where a root does."""
        if self.chain.reason is not ChainReason.VERIFIED:
            return self.chain.detail
        return "; ".join(self._faults)

    @property
    def _faults(self) -> list[str]:
        below = self.chain.path[0]
        return [finding.detail for finding in self.chain.findings if finding.certificate == below]


class ListedReason(StrEnum):
    """What a certificate's own signature says within a set of certificates."""

    SELF_SIGNED = "self-signed"
    SIGNED_BY_LISTED_KEY = "signed by a key of the list"
    NO_ISSUER = "no issuer in the list"
    SIGNATURE_WRONG = "signature wrong"
    ALGORITHM_UNSUPPORTED = "algorithm unsupported"
    GIVEN_UP = "given up: too many keys to try, or too slow ones"

    @property
    def verified(self) -> bool:
        """True where a key of the set made the signature."""
        return self in (ListedReason.SELF_SIGNED, ListedReason.SIGNED_BY_LISTED_KEY)


@dataclass(frozen=True)
class Listed:
    """One certificate of a set, what its signature says, its issuer in the set and how that was found."""

    certificate: Certificate
    reason: ListedReason
    issuer: Certificate | None = None
    found_by: FoundBy | None = None


_REASONS = {
    ChainReason.ISSUER_UNKNOWN: ListedReason.NO_ISSUER,
    ChainReason.SIGNATURE_WRONG: ListedReason.SIGNATURE_WRONG,
    ChainReason.ALGORITHM_UNSUPPORTED: ListedReason.ALGORITHM_UNSUPPORTED,
}


def examine(certificates: Iterable[Certificate], others: Iterable[Certificate] = ()) -> tuple[Listed, ...]:
    """Return for each certificate which key of the whole set, `others` included, signed it.

    The work is bounded for the set as a whole, so that a list made to take long ends in `GIVEN_UP`.
    """
    given = tuple(certificates)
    index = CertificateIndex.of((*given, *others))
    budget = Budget(MAX_EFFORT + EFFORT_EACH * len(given))
    return tuple(_examine(certificate, index, budget) for certificate in given)


def _examine(certificate: Certificate, index: CertificateIndex, budget: Budget) -> Listed:
    if budget.spent():
        return Listed(certificate, ListedReason.GIVEN_UP)
    trials = Trials(certificate, budget)
    # Self-issued says nothing yet: of those in real lists, every fourth is signed with another key of the same name.
    if certificate.is_self_issued and trials.fits(certificate, None):
        return Listed(certificate, ListedReason.SELF_SIGNED, certificate)
    for found_by in FoundBy:
        for candidate in index.issuers(certificate, found_by):
            if trials.fits(candidate.certificate, found_by):
                return Listed(certificate, ListedReason.SIGNED_BY_LISTED_KEY, candidate.certificate, found_by)
            if budget.spent():
                return Listed(certificate, ListedReason.GIVEN_UP)
    return Listed(certificate, _REASONS[trials.failure().reason])


def _certificates(encoded: Iterable[bytes]) -> Iterable[Certificate]:
    for each in encoded:
        try:
            yield Certificate.parse(each)
        except MalformedData:
            continue  # counted by the caller: one bad certificate does not spoil a list


def _signer_certificate(signed: SignedData, signer: SignerInfo) -> Certificate:
    """Return the certificate whose key made the signature."""
    error: BadSignature | Unsupported | None = None
    for certificate in signed.signer_certificates(signer):
        try:
            signer.verify(signed.content, certificate)
        except (BadSignature, Unsupported) as failure:
            error = failure
        else:
            return certificate
    raise error or MalformedData("the signer's certificate did not come along", _WHERE)


def _top(certificate: Certificate, signed: SignedData) -> Certificate:
    """Return the signer's authority among the certificates that came along, the signer itself where it is alone."""
    chain = build_chain(certificate, _Nobody(), None, signed.certificates, Role.MASTER_LIST_SIGNER)
    return chain.path[-1]


class _Nobody:
    index = CertificateIndex(())
