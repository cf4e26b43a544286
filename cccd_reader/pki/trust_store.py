# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The trust store: which CSCA certificates are believed, and for each of them on whose word.

    trust = TrustStore.load("csca/")
    for anchor in trust.anchors:
        print(anchor.certificate.subject.text, anchor.acceptance, anchor.source)

A store is a value. How one is made of files is in `trust_import`, how one is kept on a disk in `store_folder`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from cccd_reader.errors import CccdError, MalformedData
from cccd_reader.pki.certificate_index import CertificateIndex, CertificateRef
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.crl import Crl


class Untrusted(CccdError):
    """Nobody who is trusted vouches for what was to be added."""

    default_hint = "Compare its SHA-256 with the one from another source, then give it with --fingerprint."


class Acceptance(StrEnum):
    """How a certificate came to be an anchor; the strongest first."""

    FINGERPRINT_CONFIRMED = "fingerprint-confirmed"
    """A person compared its fingerprint with one from another source."""
    GIVEN_DIRECTLY = "given-directly"
    """The caller gave the file itself."""
    VERIFIED_BY_LIST = "verified-by-list"
    """In a master list that a root vouches for, and signed by a key of the list: its own or another."""
    VERIFIED_BY_ANCHOR = "verified-by-anchor"
    """A link certificate that an anchor of the same country signed."""
    LISTED_ONLY = "listed-only"
    """In a master list that a root vouches for, but no key at hand tells whether its own signature is good."""
    UNVERIFIED_LIST = "unverified-list"
    """In a master list that the caller gave without a root."""

    @property
    def verified(self) -> bool:
        """False where something is missing that a careful person would want to know."""
        return self not in (Acceptance.LISTED_ONLY, Acceptance.UNVERIFIED_LIST)


_STRENGTH = {acceptance: place for place, acceptance in enumerate(Acceptance)}


@dataclass(frozen=True)
class ListRecord:
    """A master list that anchors came from.

    `fingerprint` is the SHA-256 of the file and `root` that of the certificate under which its signer chains, None
    where nobody vouched for it. `country` and `signer` are those of its signer, `signed` its signing time.
    """

    fingerprint: bytes
    source: str
    added: datetime
    country: str
    signer: str
    signed: datetime | None
    root: bytes | None


@dataclass(frozen=True)
class Provenance:
    """One reason to believe in an anchor: the file, the date, how, and the list if it was one.

    `reason` says in words what is missing, empty where nothing is.
    """

    source: str
    added: datetime
    acceptance: Acceptance
    reason: str = ""
    master_list: ListRecord | None = None


@dataclass(frozen=True)
class Anchor:
    """A certificate that is believed, and why: `provenances` is never empty, its first is the strongest."""

    ref: CertificateRef
    provenances: tuple[Provenance, ...]

    @classmethod
    def of(cls, certificate: Certificate, *provenances: Provenance) -> Anchor:
        """Return the anchor of a parsed certificate."""
        return cls(CertificateRef.of(certificate), _ranked(provenances))

    @property
    def certificate(self) -> Certificate:
        """The certificate, parsed when first asked for; raises `MalformedData` where its file was changed."""
        return self.ref.certificate

    @property
    def fingerprint(self) -> bytes:
        """SHA-256 of the certificate, 32 bytes."""
        return self.ref.fingerprint

    @property
    def source(self) -> str:
        """The file that it came from."""
        return self.provenances[0].source

    @property
    def added(self) -> datetime:
        """When it was first added."""
        return min(each.added for each in self.provenances)

    @property
    def acceptance(self) -> Acceptance:
        """The strongest way in which it was accepted."""
        return self.provenances[0].acceptance

    @property
    def reason(self) -> str:
        """What is missing, in words; empty where it is verified."""
        return self.provenances[0].reason

    @property
    def list_signer(self) -> str:
        """Who signed the list that it came from, empty where it came from none."""
        return self.provenances[0].master_list.signer if self.provenances[0].master_list else ""

    def believed_for(self, *more: Provenance) -> Anchor:
        """Return the anchor with further provenances; a list counts once, with the date of its first appearance."""
        return replace(self, provenances=_ranked((*self.provenances, *more)))


@dataclass(frozen=True)
class StoredCrl:
    """A revocation list in a store: `issuer` is the `name_digest` of its issuer, `read` gives its bytes."""

    fingerprint: bytes
    issuer: str
    source: str
    added: datetime
    read: Callable[[], Crl] = field(repr=False, compare=False)

    @cached_property
    def crl(self) -> Crl:
        """The list, parsed once."""
        found = self.read()
        if found.fingerprint != self.fingerprint:
            raise MalformedData("a revocation list was changed after it was accepted", "trust store")
        return found


@dataclass(frozen=True)
class Refusal:
    """What a file held and was not taken, and why, in words."""

    source: str
    reason: str


@dataclass(frozen=True)
class TrustStore:
    """Anchors and revocation lists. `others` are certificates that nobody believes, useful to build paths.

    `refused` tells what the loaded files held beside.
    """

    anchors: tuple[Anchor, ...] = ()
    crls: tuple[StoredCrl, ...] = ()
    others: tuple[Certificate, ...] = field(default=(), repr=False)
    refused: tuple[Refusal, ...] = field(default=(), compare=False)

    @classmethod
    def load(
        cls, *paths: str | Path, roots: Iterable[Certificate | str | Path] = (), at: datetime | None = None
    ) -> TrustStore:
        """Return the store of all that lies at `paths`.

        A path is a file with a certificate (DER; PEM with any number), a revocation list, an LDIF file of the ICAO
        PKD or a master list; a folder of such files, with the folders in it; or a store that `cccd trust` keeps.

        A master list must be signed by a certificate that it carries. With `roots`, that one must chain to one of
        them, else the list is refused; without, to one of the certificates given, else its anchors are marked
        `Acceptance.UNVERIFIED_LIST`. `at` is the date on record, by default now.

        Raises `MalformedData` for a file that is none of these, `Untrusted` for a refused list, `CccdError` for a
        file that cannot be read. In a folder, files of other kinds are passed over and named in `refused`.
        """
        from cccd_reader.pki.trust_import import certificates_of, load  # noqa: PLC0415 -- stands above this module

        given = tuple(Path(path) for path in paths)
        return load(given, certificates_of(roots), at or datetime.now(UTC))

    @cached_property
    def index(self) -> CertificateIndex:
        """The anchors by what finds them."""
        return CertificateIndex(anchor.ref for anchor in self.anchors)

    @cached_property
    def links(self) -> tuple[tuple[str, str], ...]:
        """The old and the new names of authorities, as `name_digest`s: the subject and the issuer of link certificates.

        A certificate for another country ties nothing together, and neither does one that nobody vouches for.
        """
        refs = [each.ref for each in self.anchors if each.acceptance is not Acceptance.UNVERIFIED_LIST]
        others = [ref for ref in refs if ref.subject != ref.issuer]
        return tuple((ref.subject, ref.issuer) for ref in others if self._is_of(ref.country, ref.issuer))

    @cached_property
    def lists(self) -> tuple[ListRecord, ...]:
        """The master lists that anchors came from, in the order of their appearance."""
        records = (each.master_list for anchor in self.anchors for each in anchor.provenances)
        return tuple(dict.fromkeys(record for record in records if record is not None))

    def anchor(self, fingerprint: bytes) -> Anchor | None:
        """Return the anchor with this SHA-256, or None."""
        return self._by_fingerprint.get(fingerprint)

    def crls_of(self, issuers: Iterable[str]) -> tuple[StoredCrl, ...]:
        """Return the revocation lists of issuers, given as `name_digest`s."""
        wanted = set(issuers)
        return tuple(each for each in self.crls if each.issuer in wanted)

    def merged(self, *others: TrustStore) -> TrustStore:
        """Return one store of several; what stands in two of them keeps both provenances."""
        anchors: dict[bytes, Anchor] = {}
        for anchor in (each for store in (self, *others) for each in store.anchors):
            known = anchors.get(anchor.fingerprint)
            anchors[anchor.fingerprint] = known.believed_for(*anchor.provenances) if known else anchor
        crls = {each.fingerprint: each for store in (self, *others) for each in store.crls}
        loose = {each.fingerprint: each for store in (self, *others) for each in store.others}
        refused = tuple(each for store in (self, *others) for each in store.refused)
        return TrustStore(tuple(anchors.values()), tuple(crls.values()), tuple(loose.values()), refused)

    def _is_of(self, country: str, name: str) -> bool:
        return all(each.country == country for each in self.index.by_subject(name))

    @cached_property
    def _by_fingerprint(self) -> dict[bytes, Anchor]:
        return {anchor.fingerprint: anchor for anchor in self.anchors}


def _ranked(provenances: Iterable[Provenance]) -> tuple[Provenance, ...]:
    """Return the provenances, the strongest first, without repeating a list or a file; the earliest date is kept."""
    kept: dict[object, Provenance] = {}
    for each in sorted(provenances, key=lambda one: one.added):
        kept.setdefault(each.master_list.fingerprint if each.master_list else (each.acceptance, each.source), each)
    return tuple(sorted(kept.values(), key=lambda one: _STRENGTH[one.acceptance]))
