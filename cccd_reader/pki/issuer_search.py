# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The walk from a certificate upwards to an anchor, key by key. `chain` tells what it means and is what to call.

Each certificate is climbed once and what the signature checks cost is counted, so that a thicket of certificates that
all seem to sign each other, with keys that are slow on purpose, costs little.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from itertools import takewhile

from cccd_reader.crypto.signatures import BadSignature, PublicKey
from cccd_reader.errors import MalformedData, Unsupported
from cccd_reader.pki import certificate_rules as rules
from cccd_reader.pki.certificate_index import CertificateIndex, CertificateRef, FoundBy
from cccd_reader.pki.certificates import Certificate

MAX_EFFORT = 1024
"""What the signature checks of a chain may cost: more than any country needs, and about a second."""
MAX_DEPTH = 16


class ChainReason(StrEnum):
    """How the search for an anchor ended."""

    VERIFIED = "verified"
    ISSUER_UNKNOWN = "issuer-unknown"
    SIGNATURE_WRONG = "signature-wrong"
    ALGORITHM_UNSUPPORTED = "algorithm-unsupported"


@dataclass(frozen=True)
class Step:
    """One signature of a chain that was verified: `issuer` signed `certificate`, and how it was found."""

    certificate: Certificate
    issuer: Certificate
    found_by: FoundBy


@dataclass(frozen=True)
class Trail:
    """Where a walk ended: the reason, words for it, and the verified signatures from below."""

    reason: ChainReason
    detail: str
    steps: tuple[Step, ...] = ()

    def below(self, step: Step) -> Trail:
        """Return the trail that begins one step further down."""
        return Trail(self.reason, self.detail, (step, *self.steps))


class Budget:
    """What may still be spent on trying keys, in the units of `PublicKey.effort`; looking at a key again costs one."""

    def __init__(self, effort: int) -> None:
        self.left = effort

    def spent(self) -> bool:
        """True where nothing is left."""
        return self.left <= 0


class Search:
    """One walk: under which anchors, with which certificates that nobody vouches for, and at which time of signing."""

    def __init__(self, anchors: CertificateIndex, others: Iterable[Certificate], at: datetime | None) -> None:
        self._anchors = anchors
        self._given = others
        self._at = at
        self._climbed: set[bytes] = set()
        self._budget = Budget(MAX_EFFORT)

    @cached_property
    def _others(self) -> CertificateIndex:  # mostly an anchor fits at once, and nobody asks
        return CertificateIndex.of(self._given)

    def climb(self, certificate: Certificate, depth: int = 0) -> Trail:
        """Return the way from a certificate to an anchor, or why there is none."""
        if certificate in self._anchors:
            return Trail(ChainReason.VERIFIED, "it is an anchor of the trust store")
        self._climbed.add(certificate.fingerprint)
        trials = Trials(certificate, self._budget)
        dead_end = None
        for found_by in FoundBy:
            fitting = self._fitting(trials, self._anchors.issuers(certificate, found_by), found_by)
            if fitting:
                step = Step(certificate, self._best(certificate, fitting), found_by)
                return Trail(ChainReason.VERIFIED, "an anchor's key fits", (step,))
            for issuer in self._fitting(trials, self._others.issuers(certificate, found_by), None):
                if depth < MAX_DEPTH and issuer.fingerprint not in self._climbed and rules.may_issue(issuer):
                    trail = self.climb(issuer, depth + 1).below(Step(certificate, issuer, found_by))
                    if trail.reason is ChainReason.VERIFIED:
                        return trail
                    dead_end = dead_end or trail
        failure = trials.failure()
        if failure.reason is not ChainReason.ISSUER_UNKNOWN:
            return failure
        if self._budget.spent():
            return Trail(ChainReason.ISSUER_UNKNOWN, "given up: too many keys to try, or too slow ones")
        return dead_end or failure

    def _fitting(
        self, trials: Trials, candidates: Iterable[CertificateRef], found_by: FoundBy | None
    ) -> list[Certificate]:
        affordable = takewhile(lambda _: not self._budget.spent(), candidates)
        return [each.certificate for each in affordable if trials.fits(each.certificate, found_by)]

    def _best(self, certificate: Certificate, issuers: list[Certificate]) -> Certificate:
        """Several certificates may hold the key that fits: take one with the least to find fault with.

        Of a key's own certificate and a link to it, take the first, whose signature is proven without another key.
        """

        def faults(issuer: Certificate) -> tuple[int, bool]:
            own = issuer.is_self_issued and issuer.authority_key_identifier in (None, issuer.subject_key_identifier)
            return len(rules.issuer(certificate, issuer, self._at, rules.Role.ANCHOR)), not own

        return min(issuers, key=faults) if len(issuers) > 1 else issuers[0]


@dataclass(frozen=True)
class _Failure:
    reason: ChainReason
    detail: str


class Trials:
    """The keys that were tried on one certificate, each once, and how they failed. `budget` is charged for them."""

    def __init__(self, certificate: Certificate, budget: Budget | None = None) -> None:
        self._certificate = certificate
        self._budget = budget or Budget(MAX_EFFORT)
        self._tried: dict[PublicKey, _Failure | None] = {}
        self._wrong: list[tuple[FoundBy, Certificate]] = []
        self._unsupported: list[str] = []

    def fits(self, issuer: Certificate, found_by: FoundBy | None) -> bool:
        """Try a key; `found_by` is None for an issuer that nobody vouches for, whose failure tells nothing."""
        failure = self._failure_of(issuer)
        if failure is None:
            return True
        if found_by is FoundBy.KEY_IDENTIFIER or found_by is FoundBy.NAME:
            if failure.reason is ChainReason.SIGNATURE_WRONG:
                self._wrong.append((found_by, issuer))
            else:
                self._unsupported.append(failure.detail)
        return False

    def failure(self) -> Trail:
        """Return why no key fits, the most telling reason first."""
        if any(self._is_named(found_by, issuer) for found_by, issuer in self._wrong):
            return Trail(ChainReason.SIGNATURE_WRONG, "the key that it names did not make its signature")
        own = self._failure_of(self._certificate) if _names_itself(self._certificate) else None
        if own is not None:
            return Trail(own.reason, f"its own key: {own.detail}")
        if self._unsupported:
            return Trail(ChainReason.ALGORITHM_UNSUPPORTED, self._unsupported[0])
        if self._wrong:
            return Trail(ChainReason.ISSUER_UNKNOWN, "the keys at hand under the issuer's name do not fit")
        return Trail(ChainReason.ISSUER_UNKNOWN, "nothing at hand has the issuer's name or key")

    def _is_named(self, found_by: FoundBy, issuer: Certificate) -> bool:
        """True where key identifier and name, or at least country, point to this key.

        A short identifier alone is shared by strangers, and a name alone by the next key of the same authority.
        """
        wanted = self._certificate.issuer
        same = issuer.subject.matches(wanted) or (issuer.subject.country == wanted.country and wanted.country != "")
        return found_by is FoundBy.KEY_IDENTIFIER and same

    def _failure_of(self, issuer: Certificate) -> _Failure | None:
        self._budget.left -= 1
        try:
            key = issuer.public_key
        except (Unsupported, MalformedData) as error:
            return _Failure(ChainReason.ALGORITHM_UNSUPPORTED, f"the issuer's key: {error}")
        if key not in self._tried:
            self._budget.left -= key.effort
            self._tried[key] = self._check(key)
        return self._tried[key]

    def _check(self, key: PublicKey) -> _Failure | None:
        try:
            self._certificate.verify(key)
        except Unsupported as error:
            return _Failure(ChainReason.ALGORITHM_UNSUPPORTED, str(error))
        except (BadSignature, MalformedData) as error:
            return _Failure(ChainReason.SIGNATURE_WRONG, str(error))
        return None


def _names_itself(certificate: Certificate) -> bool:
    own, key = certificate.subject_key_identifier, certificate.authority_key_identifier
    return certificate.is_self_issued and own is not None and key == own
