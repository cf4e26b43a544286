# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Who may vouch for a master list, and the anchors that a list then makes.

An anchor speaks for the documents of its country. It must not vouch for a list because it is an anchor: any country
could then speak for all the others. So a list needs a root that was named for lists, or else an authority of the same
country that an earlier list under such a root holds: that is how a country renews the key that signs its lists.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cccd_reader.crypto.signatures import BadSignature
from cccd_reader.pki.certificate_index import CertificateIndex, CertificateRef
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.master_list import Listed, ListedReason, ListSignature, MasterList, examine
from cccd_reader.pki.trust_store import Acceptance, Anchor, ListRecord, Provenance, Refusal, TrustStore, Untrusted


class ListRoots:
    """Certificates under which master lists are believed, each with the root that it owes its place to."""

    def __init__(self, certificates: Iterable[Certificate] = ()) -> None:
        self._origins: dict[bytes, bytes] = {}
        self._refs: list[CertificateRef] = []
        for certificate in certificates:
            self.add(CertificateRef.of(certificate), certificate.fingerprint)

    def add(self, ref: CertificateRef, origin: bytes) -> None:
        """Add a certificate that owes its place to the root with the fingerprint `origin`."""
        if ref.fingerprint not in self._origins:
            self._origins[ref.fingerprint] = origin
            self._refs.append(ref)

    def add_lists_of(self, store: TrustStore) -> None:
        """Add what the lists in a store vouch for in their own countries; where roots were given, lists under these."""
        given = set(self._origins)
        for anchor in store.anchors:
            for record in (each.master_list for each in anchor.provenances):
                if (
                    record
                    and record.root
                    and record.country == anchor.ref.country
                    and (not given or record.root in given)
                ):
                    self.add(anchor.ref, record.root)

    @property
    def index(self) -> CertificateIndex:
        """The certificates by what finds them."""
        return CertificateIndex(self._refs)

    def origin(self, certificate: Certificate) -> bytes:
        """Return the fingerprint of the root that a certificate owes its place to."""
        return self._origins[certificate.fingerprint]


@dataclass(frozen=True)
class SignedList:
    """A master list from a file, its signature, and what its certificates' own signatures say."""

    master_list: MasterList
    source: str
    signature: ListSignature
    root: bytes | None
    """Fingerprint of the root that vouches for it, None where there is none."""

    @property
    def country(self) -> str:
        """Whose list it is: the country of its signer."""
        return self.signature.certificate.country

    def record(self, added: datetime) -> ListRecord:
        """Return what a store keeps of the list."""
        return ListRecord(
            self.master_list.fingerprint,
            self.source,
            added,
            self.country,
            self.signature.certificate.subject.text,
            self.signature.signed,
            self.root,
        )


def verified(lists: Iterable[tuple[MasterList, str]], roots: ListRoots) -> tuple[SignedList, ...]:
    """Verify the lists of files; one that a root vouches for may help others of its country. `roots` grows.

    Raises `Untrusted` for a list whose signature does not fit its content, `Unsupported`, `MalformedData`.
    """
    done: list[SignedList] = []
    pending = [_signed(each, source, roots) for each, source in lists]
    while vouched := [each for each in pending if each.signature.vouched_for]:
        done += [_rooted(each, roots) for each in vouched]
        rest = [each for each in pending if not each.signature.vouched_for]
        pending = [_signed(each.master_list, each.source, roots) for each in rest]
    return (*done, *pending)


def _signed(master_list: MasterList, source: str, roots: ListRoots) -> SignedList:
    try:
        return SignedList(master_list, source, master_list.verify(roots), None)
    except BadSignature as error:
        hint = "The file was changed after it was signed: fetch it again from its publisher."
        raise Untrusted(f"{source}: {error}", hint) from error


def _rooted(signed: SignedList, roots: ListRoots) -> SignedList:
    anchor = signed.signature.chain.path[-1]
    origin = roots.origin(anchor)
    for certificate in signed.master_list.certificates:
        if certificate.country == signed.country:
            roots.add(CertificateRef.of(certificate), origin)
    return SignedList(signed.master_list, signed.source, signed.signature, origin)


def anchors_of(signed: SignedList, at: datetime) -> tuple[tuple[Anchor, ...], tuple[Listed, ...]]:
    """Return the anchors that a list makes, and every certificate of it with what its own signature says.

    A certificate whose own signature is wrong makes no anchor, whoever lists it.
    """
    listed = examine(signed.master_list.certificates)
    record = signed.record(at)
    return tuple(
        Anchor.of(each.certificate, _provenance(each, record))
        for each in listed
        if each.reason is not ListedReason.SIGNATURE_WRONG
    ), listed


def refusals(signed: SignedList, listed: Iterable[Listed]) -> tuple[Refusal, ...]:
    """Return what a list holds and makes no anchor."""
    wrong = [
        Refusal(signed.source, f"{each.certificate.subject.text}: its own signature is wrong")
        for each in listed
        if each.reason is ListedReason.SIGNATURE_WRONG
    ]
    if signed.master_list.malformed:
        wrong.append(Refusal(signed.source, f"{signed.master_list.malformed} certificates that cannot be parsed"))
    return tuple(wrong)


def _provenance(listed: Listed, record: ListRecord) -> Provenance:
    if record.root is None:
        return Provenance(
            record.source, record.added, Acceptance.UNVERIFIED_LIST, "nobody vouches for the list", record
        )
    if listed.reason.verified:
        return Provenance(record.source, record.added, Acceptance.VERIFIED_BY_LIST, "", record)
    return Provenance(record.source, record.added, Acceptance.LISTED_ONLY, listed.reason.value, record)
