# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What files would add to a trust store that is kept, under whose word, and what a newer list takes away.

Nothing is added because it lies in a file. A master list needs a root (see `trust_lists`), a link certificate a
verified anchor of its own country that signed it, and all else a person who confirms its fingerprint, known from
another source.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from cccd_reader.pki.certificate_index import CertificateRef
from cccd_reader.pki.certificate_rules import Rule, may_issue
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.chain import ChainReason, ChainResult, build_chain
from cccd_reader.pki.crl import Crl
from cccd_reader.pki.master_list import Listed, MasterList
from cccd_reader.pki.revocation import verify_crl
from cccd_reader.pki.trust_files import Material
from cccd_reader.pki.trust_import import NO_AUTHORITY, damage, stored_crl, untrusted_list
from cccd_reader.pki.trust_lists import ListRoots, SignedList, anchors_of, refusals, verified
from cccd_reader.pki.trust_store import Acceptance, Anchor, ListRecord, Provenance, Refusal, StoredCrl, TrustStore

NOBODY = "nobody vouches for it"


@dataclass(frozen=True)
class Vouchers:
    """Who vouches: certificates given as roots of master lists, and SHA-256 values that a person confirmed."""

    roots: tuple[Certificate, ...] = ()
    confirmed: frozenset[bytes] = frozenset()


@dataclass(frozen=True)
class Question:
    """A certificate whose fingerprint a person would have to confirm, its file, and what that would allow."""

    certificate: Certificate
    source: str
    purpose: str


class ListStatus(StrEnum):
    """What became of a master list."""

    ADDED = "added"
    REPLACED = "replaced an older one"
    KNOWN = "known"
    OLDER = "older than the one in the store"


@dataclass(frozen=True)
class ListChange:
    """A master list and how it differs from the one of the same country that the store held, `compared`.

    `new` and `gone` are read from the older list to the newer one, whichever of them is now added.
    """

    record: ListRecord
    status: ListStatus
    listed: tuple[Listed, ...]
    compared: ListRecord | None = None
    new: tuple[Certificate, ...] = ()
    gone: tuple[Certificate, ...] = ()


@dataclass(frozen=True)
class Judged:
    """One certificate of the files; `reason` says why it is not verified, empty where it is."""

    certificate: Certificate
    source: str
    reason: str


@dataclass(frozen=True)
class Addition:
    """What would become of a store. Nothing must be kept while there are `questions`.

    `judged` has every authority's certificate of the files once; `new` and `gone` are the store's anchors before and
    after; `crls` are the revocation lists that were taken; `refused` is what was not.
    """

    store: TrustStore
    judged: tuple[Judged, ...]
    lists: tuple[ListChange, ...]
    crls: tuple[StoredCrl, ...]
    new: tuple[Anchor, ...]
    gone: tuple[Anchor, ...]
    refused: tuple[Refusal, ...]
    questions: tuple[Question, ...]


def add(store: TrustStore, material: Material, vouchers: Vouchers, at: datetime) -> Addition:
    """Return what adding `material` to `store` at `at` does.

    Raises `Untrusted` for a master list whose signature is wrong or that the given roots do not vouch for.
    """
    work = _Work(store, vouchers, at)
    work.refused += material.refused
    work.take_lists(material.lists)
    work.take_certificates(material.certificates)
    for crl, source in material.crls:
        work.take_crl(crl, source)
    before, after = ({each.fingerprint for each in one.anchors} for one in (store, work.store))
    return Addition(
        work.store,
        tuple(work.judged.values()),
        tuple(work.lists),
        tuple(work.crls),
        tuple(each for each in work.store.anchors if each.fingerprint not in before),
        tuple(each for each in store.anchors if each.fingerprint not in after),
        tuple(dict.fromkeys(work.refused)),
        tuple(work.questions),
    )


class _Work:
    """The store as it grows, and what there is to tell about it."""

    def __init__(self, store: TrustStore, vouchers: Vouchers, at: datetime) -> None:
        self.store = store
        self.judged: dict[Certificate, Judged] = {}
        self.lists: list[ListChange] = []
        self.crls: list[StoredCrl] = []
        self.refused: list[Refusal] = []
        self.questions: list[Question] = []
        self._vouchers = vouchers
        self._at = at

    def take_lists(self, lists: tuple[tuple[MasterList, str], ...]) -> None:
        """Take the lists that somebody vouches for, the oldest first, so that the newest stays."""
        roots = ListRoots(self._vouchers.roots)
        roots.add_lists_of(self.store)
        for certificate in (each for one, _ in lists for each in one.signed.certificates):
            if certificate.fingerprint in self._vouchers.confirmed:
                roots.add(CertificateRef.of(certificate), certificate.fingerprint)
        for signed in sorted(verified(lists, roots), key=lambda each: _moment(each.signature.signed)):
            if signed.root is not None:
                self._take_list(signed)
            elif self._vouchers.roots:
                raise untrusted_list(signed.source, signed.signature.reason)
            else:
                purpose = f"vouches for the master list of {signed.country or 'nobody'}"
                self.questions.append(Question(signed.signature.top, signed.source, purpose))

    def take_certificates(self, certificates: tuple[tuple[Certificate, str], ...]) -> None:
        """Take what is known, confirmed, or signed by an anchor of its country; ask about the rest."""
        pending = [each for each in certificates if not self._settled(*each)]
        while taken := [each for each in pending if self._linked(*each)]:
            pending = [each for each in pending if each not in taken]
        for certificate, source in pending:
            if certificate not in self.judged:
                self._judge(certificate, source, NOBODY)
                self.questions.append(Question(certificate, source, "is to be an anchor"))

    def take_crl(self, crl: Crl, source: str) -> None:
        """Take a revocation list that an anchor signed and that is the newest of its key."""
        fault = verify_crl(crl, self.store)
        if fault is not None:
            self.refused.append(Refusal(source, f"revocation list of {crl.issuer.text}: {fault.value}"))
            return
        fresh = stored_crl(crl, source, self._at)
        same = [each for each in self.store.crls if each.issuer == fresh.issuer and _same_key(each.crl, crl)]
        if any(each.crl.this_update >= crl.this_update for each in same):
            if fresh not in same:
                self.refused.append(Refusal(source, "the store has a newer revocation list of the same key"))
            return
        self.crls.append(fresh)
        self.store = replace(self.store, crls=(*(each for each in self.store.crls if each not in same), fresh))

    def _take_list(self, signed: SignedList) -> None:
        anchors, listed = anchors_of(signed, self._at)
        self.refused += refusals(signed, listed)
        for each in listed:
            self._judge(each.certificate, signed.source, "" if each.reason.verified else each.reason.value)
        current, record = self._current(signed.country), signed.record(self._at)
        status = _status(record, current)
        compared = current if status in (ListStatus.REPLACED, ListStatus.OLDER) else None
        held = {each.fingerprint: each for each in self.store.anchors if _is_from(each, compared)}
        given = {each.fingerprint: each for each in anchors}
        older, newer = (given, held) if status is ListStatus.OLDER else (held, given)
        new = tuple(newer[each].certificate for each in newer if each not in older) if compared else ()
        gone = tuple(older[each].certificate for each in older if each not in newer)
        self.lists.append(ListChange(record, status, listed, compared, new, gone if compared else ()))
        if status in (ListStatus.ADDED, ListStatus.REPLACED):
            self.store = _exchanged(self.store, signed.country, anchors)

    def _current(self, country: str) -> ListRecord | None:
        records = [record for record in self.store.lists if record.country == country]
        return max(records, key=lambda record: _moment(record.signed), default=None)

    def _settled(self, certificate: Certificate, source: str) -> bool:
        confirmed = certificate.fingerprint in self._vouchers.confirmed
        known = self.store.anchor(certificate.fingerprint)
        if known is not None and not confirmed:
            self._judge(certificate, source, known.reason)
        elif not may_issue(certificate):
            self.refused.append(Refusal(source, NO_AUTHORITY))
        elif fault := damage(certificate):
            self._refuse(certificate, source, fault)
        elif confirmed:
            self._believe(certificate, source, Acceptance.FINGERPRINT_CONFIRMED)
        else:
            return False
        return True

    def _linked(self, certificate: Certificate, source: str) -> bool:
        chain = build_chain(certificate, self._with_roots(), None)
        if chain.reason is ChainReason.SIGNATURE_WRONG:
            self._refuse(certificate, source, chain.detail)
            return True
        if chain.reason is not ChainReason.VERIFIED or not _is_own(chain):
            return False
        self._believe(certificate, source, Acceptance.VERIFIED_BY_ANCHOR)
        return True

    def _with_roots(self) -> TrustStore:
        """Who may vouch for another: the roots, and the anchors that are verified themselves."""
        given = Provenance("", self._at, Acceptance.GIVEN_DIRECTLY)
        verified = tuple(each for each in self.store.anchors if each.acceptance.verified)
        return TrustStore(verified).merged(TrustStore(tuple(Anchor.of(root, given) for root in self._vouchers.roots)))

    def _believe(self, certificate: Certificate, source: str, acceptance: Acceptance) -> None:
        anchor = Anchor.of(certificate, Provenance(source, self._at, acceptance))
        self.store = self.store.merged(TrustStore((anchor,)))
        self._judge(certificate, source, "")

    def _refuse(self, certificate: Certificate, source: str, reason: str) -> None:
        self.refused.append(Refusal(source, f"{certificate.subject.text}: {reason}"))
        self._judge(certificate, source, reason)

    def _judge(self, certificate: Certificate, source: str, reason: str) -> None:
        before = self.judged.get(certificate)
        if before is None or before.reason:
            self.judged[certificate] = Judged(certificate, source, reason)


def _status(record: ListRecord, current: ListRecord | None) -> ListStatus:
    if current is None:
        return ListStatus.ADDED
    if record.fingerprint == current.fingerprint:
        return ListStatus.KNOWN
    return ListStatus.OLDER if _moment(record.signed) < _moment(current.signed) else ListStatus.REPLACED


def _exchanged(store: TrustStore, country: str, anchors: Iterable[Anchor]) -> TrustStore:
    """Return the store with a country's list in the place of its older ones. Who stays, stays since he came."""
    kept, since = [], {}
    for anchor in store.anchors:
        staying = tuple(each for each in anchor.provenances if not _of_country(each, country))
        if staying != anchor.provenances:
            since[anchor.fingerprint] = min(each.added for each in anchor.provenances if each not in staying)
        if staying:
            kept.append(replace(anchor, provenances=staying))
    fresh = tuple(_dated(anchor, since.get(anchor.fingerprint)) for anchor in anchors)
    return replace(store, anchors=tuple(kept)).merged(TrustStore(fresh))


def _dated(anchor: Anchor, since: datetime | None) -> Anchor:
    if since is None:
        return anchor
    return replace(anchor, provenances=tuple(replace(each, added=since) for each in anchor.provenances))


def _of_country(provenance: Provenance, country: str) -> bool:
    return provenance.master_list is not None and provenance.master_list.country == country


def _is_from(anchor: Anchor, record: ListRecord | None) -> bool:
    return record is not None and any(each.master_list == record for each in anchor.provenances)


def _is_own(chain: ChainResult) -> bool:
    """True where somebody else of the same country signed: nobody vouches for himself, nor for another country."""
    return bool(chain.steps) and all(finding.rule is not Rule.COUNTRY_DIFFERS for finding in chain.findings)


def _same_key(one: Crl, other: Crl) -> bool:
    return one.authority_key_identifier == other.authority_key_identifier


def _moment(signed: datetime | None) -> datetime:
    """A list without a signing time counts as older than any other."""
    return signed or datetime.min.replace(tzinfo=UTC)
