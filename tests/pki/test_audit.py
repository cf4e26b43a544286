# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What an audit of a trust store finds: each kind once, and nothing in a store that is well kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from cccd_reader.pki.audit import AuditFinding, AuditKind, AuditLimits, Severity, audit
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.crl import Crl
from cccd_reader.pki.trust_import import stored_crl
from cccd_reader.pki.trust_store import Acceptance, Anchor, ListRecord, Provenance, TrustStore
from tests.pki.authority import NOW, Plan, crl, crl_of_version_1, csca, flipped, link, named

UTOPIA = csca(1)
RECORD = ListRecord(bytes(32), "list.ml", NOW, "UT", "C=UT, CN=Signer", NOW, bytes(32))


def store_of(*certificates: Certificate, record: ListRecord | None = None, crls: tuple[Crl, ...] = ()) -> TrustStore:
    given = Provenance("test", NOW, Acceptance.GIVEN_DIRECTLY, master_list=record)
    anchors = tuple(Anchor.of(each, given) for each in certificates)
    return TrustStore(anchors, tuple(stored_crl(each, "test", NOW) for each in crls))


def kinds(store: TrustStore, at: datetime = NOW, limits: AuditLimits | None = None) -> list[AuditKind]:
    return [each.kind for each in audit(store, at, limits or AuditLimits())]


def test_nothing_is_wrong_with_a_well_kept_store() -> None:
    renewed = csca(2)
    certificates = (UTOPIA.certificate, renewed.certificate, link(UTOPIA, renewed).certificate)
    assert audit(store_of(*certificates, record=RECORD, crls=(crl(UTOPIA),)), NOW) == ()


def test_a_broken_link_names_its_issuer() -> None:
    orphan = link(csca(3, named("UT", "Old")), csca(4, named("UT", "New"))).certificate
    (finding,) = audit(store_of(orphan), NOW)
    assert (finding.kind, finding.severity) == (AuditKind.BROKEN_LINK, Severity.PROBLEM)
    assert (finding.subject, finding.country, finding.fingerprint) == ("C=UT, CN=New", "UT", orphan.fingerprint)
    assert "C=UT, CN=Old" in finding.detail


def test_a_certificate_with_a_wrong_signature() -> None:
    assert kinds(store_of(Certificate.parse(flipped(UTOPIA.der)))) == [AuditKind.SIGNATURE_WRONG]


@pytest.mark.parametrize(
    ("days", "kind"),
    [(-1, AuditKind.EXPIRED), (1, AuditKind.EXPIRING), (179, AuditKind.EXPIRING)],
)
def test_certificates_that_end(days: int, kind: AuditKind) -> None:
    ending = csca(plan=Plan(end=NOW + timedelta(days=days))).certificate
    (finding,) = audit(store_of(ending), NOW)
    assert (finding.kind, finding.severity) == (kind, Severity.WARNING)


def test_certificates_that_begin_later_and_end_much_later() -> None:
    assert kinds(store_of(csca(plan=Plan(begin=NOW + timedelta(days=1))).certificate)) == [AuditKind.NOT_YET_VALID]
    assert kinds(store_of(csca(plan=Plan(end=NOW + timedelta(days=181))).certificate)) == []


def test_keys_by_their_size() -> None:
    store = store_of(UTOPIA.certificate)
    assert kinds(store, limits=AuditLimits(weak_ec=384)) == [AuditKind.WEAK_KEY]
    assert kinds(store, limits=AuditLimits(short_ec=384)) == [AuditKind.SHORT_KEY]
    foreign = csca(key=ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))).certificate
    assert AuditKind.UNKNOWN_KEY in kinds(store_of(foreign))


def test_old_and_unverified_lists() -> None:
    store = store_of(UTOPIA.certificate, record=RECORD)
    (finding,) = audit(store, NOW + timedelta(days=200))
    assert (finding.kind, finding.severity) == (AuditKind.OLD_LIST, Severity.PROBLEM)
    assert "200 days ago" in finding.detail
    undated = replace(RECORD, signed=None, root=None)
    assert kinds(store_of(UTOPIA.certificate, record=undated)) == [AuditKind.UNVERIFIED_LIST, AuditKind.OLD_LIST]


def test_revocation_lists() -> None:
    def found(fresh: Crl, at: datetime = NOW) -> list[AuditKind]:
        return kinds(store_of(UTOPIA.certificate, crls=(fresh,)), at)

    assert found(crl(UTOPIA), datetime(2024, 9, 1, tzinfo=UTC)) == [AuditKind.CRL_OVERDUE]
    assert found(Crl.parse(crl_of_version_1(UTOPIA, next_update=b""))) == [AuditKind.CRL_OVERDUE]
    assert found(crl(csca(2))) == [AuditKind.CRL_UNUSABLE]


def test_one_key_twice_and_one_identifier_of_two_keys() -> None:
    again = csca(1)
    assert kinds(store_of(UTOPIA.certificate, again.certificate)) == [AuditKind.SAME_KEY_TWICE] * 2
    shared = [csca(number, plan=Plan(identifier=b"\x01")).certificate for number in (5, 6)]
    assert kinds(store_of(*shared)) == [AuditKind.SHARED_KEY_IDENTIFIER] * 2


def test_files_that_nobody_added() -> None:
    (finding,) = audit(TrustStore(), NOW, strays=["certificates/x.der"])
    assert finding == AuditFinding(
        AuditKind.STRAY_FILE, "certificates/x.der", "lies in the store's folder; nobody added it"
    )


def test_problems_come_first() -> None:
    ending = csca(plan=Plan(end=NOW + timedelta(days=1))).certificate
    orphan = link(csca(3, named("UT", "Old")), csca(4, named("UT", "New"))).certificate
    assert kinds(store_of(ending, orphan)) == [AuditKind.BROKEN_LINK, AuditKind.EXPIRING]


@pytest.mark.reference_data
def test_a_real_list(reference_data: Path) -> None:
    path = reference_data / "master_lists" / "DE_ML_2026-05-28-08-28-45.ml"
    store = TrustStore.load(path, roots=[reference_data / "csca" / "DE_ROOT_CA_CSCA07.cer"], at=NOW)
    found = Counter(each.kind for each in audit(store, datetime(2026, 11, 22, tzinfo=UTC)))
    assert found[AuditKind.BROKEN_LINK] == 12
    assert found[AuditKind.WEAK_HASH] == 34
    assert found[AuditKind.EXPIRED] == 17
    assert found[AuditKind.SHARED_KEY_IDENTIFIER] >= 4
    assert AuditKind.OLD_LIST not in found
    assert AuditKind.UNKNOWN_KEY not in found
