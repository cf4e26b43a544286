# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Make a trust store of files whose names the caller vouches for; `TrustStore.load` is its front door.

A store that is kept and grows asks more than that: see `trust_additions`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from cccd_reader.errors import MalformedData
from cccd_reader.pki.certificate_index import name_digest
from cccd_reader.pki.certificate_rules import may_issue
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.crl import Crl
from cccd_reader.pki.issuer_search import ChainReason, Trials
from cccd_reader.pki.master_list import MasterList
from cccd_reader.pki.store_folder import StoreFolder
from cccd_reader.pki.trust_files import gather
from cccd_reader.pki.trust_lists import ListRoots, anchors_of, refusals, verified
from cccd_reader.pki.trust_store import Acceptance, Anchor, Provenance, Refusal, StoredCrl, TrustStore, Untrusted

NO_AUTHORITY = "a certificate that is no authority's"


def certificates_of(roots: Iterable[Certificate | str | Path]) -> tuple[Certificate, ...]:
    """Return root certificates given as such or as files; raises `MalformedData` for a file without any."""
    found: list[Certificate] = []
    for root in roots:
        if isinstance(root, Certificate):
            found.append(root)
            continue
        held = [certificate for certificate, _ in gather([Path(root)]).certificates]
        if not held:
            raise MalformedData("it holds no certificate", Path(root).name, "Give the root's certificate, DER or PEM.")
        found += held
    return tuple(found)


def load(paths: tuple[Path, ...], roots: tuple[Certificate, ...], at: datetime) -> TrustStore:
    """Return the store of all that lies at `paths`; see `TrustStore.load`."""
    kept = [StoreFolder(path).load() for path in paths if StoreFolder.is_at(path)]
    material = gather(path for path in paths if not StoreFolder.is_at(path))
    direct = _direct(material.certificates, at)
    crls = tuple(stored_crl(crl, source, at) for crl, source in material.crls)
    listed = _listed(material.lists, _list_roots(roots, direct, kept), roots, at)
    refused = TrustStore(refused=material.refused)
    return TrustStore().merged(*kept, direct, *listed, TrustStore(crls=crls), refused)


def stored_crl(crl: Crl, source: str, at: datetime) -> StoredCrl:
    """Return a revocation list as a store holds it."""
    return StoredCrl(crl.fingerprint, name_digest(crl.issuer), source, at, lambda: crl)


def damage(certificate: Certificate) -> str:
    """Return in words why a self-signed certificate cannot be as it was made, empty where nothing is wrong."""
    failure = Trials(certificate).failure()
    return failure.detail if failure.reason is ChainReason.SIGNATURE_WRONG else ""


def _direct(certificates: Iterable[tuple[Certificate, str]], at: datetime) -> TrustStore:
    anchors, others, refused = [], [], []
    for certificate, source in certificates:
        if not may_issue(certificate):
            others.append(certificate)
        elif fault := damage(certificate):
            refused.append(Refusal(source, f"{certificate.subject.text}: {fault}"))
        else:
            anchors.append(Anchor.of(certificate, Provenance(source, at, Acceptance.GIVEN_DIRECTLY)))
    return TrustStore(tuple(anchors), (), tuple(others), tuple(refused))


def _list_roots(roots: tuple[Certificate, ...], direct: TrustStore, kept: list[TrustStore]) -> ListRoots:
    found = ListRoots(roots)
    if not roots:
        for anchor in direct.anchors:
            found.add(anchor.ref, anchor.fingerprint)
    for store in kept:
        found.add_lists_of(store)
    return found


def _listed(
    lists: Iterable[tuple[MasterList, str]], trusted: ListRoots, roots: tuple[Certificate, ...], at: datetime
) -> list[TrustStore]:
    stores = []
    for signed in verified(lists, trusted):
        if roots and signed.root is None:
            raise untrusted_list(signed.source, signed.signature.reason)
        anchors, listed = anchors_of(signed, at)
        stores.append(TrustStore(anchors, refused=refusals(signed, listed)))
    return stores


def untrusted_list(source: str, reason: str) -> Untrusted:
    """Return the error for a list that no root vouches for."""
    return Untrusted(
        f"{source}: the root given does not vouch for this master list: {reason}",
        "Give the CSCA certificate under which the list's signer was issued, from a source that you trust.",
    )
