# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Whom this machine believes: is the store there and whole, has it what Vietnam's cards need, and is it fresh."""

from __future__ import annotations

from cccd_reader.doctor.cures import cure, typed
from cccd_reader.doctor.findings import Diagnosis, Finding
from cccd_reader.doctor.surroundings import StoreState, Surroundings
from cccd_reader.pki.audit import AuditFinding, AuditKind

STORE, AUTHORITY, LISTS, ANCHORS = "trust.store", "trust.csca", "trust.lists", "trust.anchors"

CARD_AUTHORITY_KEY = bytes.fromhex("57AB7508224483F049CC635B2C95C4E446A58808")
"""Key identifier of the authority that signs the document signers of Vietnam's cards, as those name it."""
VIETNAM = "VN"

_OLD = (AuditKind.OLD_LIST, AuditKind.CRL_OVERDUE, AuditKind.CRL_UNUSABLE, AuditKind.UNVERIFIED_LIST)
_OUT_OF_DATE = (AuditKind.EXPIRED, AuditKind.NOT_YET_VALID)


def store(about: Surroundings) -> Finding:
    """Is there anybody to believe?"""
    trust, machine = about.trust, about.machine
    if trust.state is StoreState.MISSING:
        return Finding(STORE, Diagnosis.TRUST_MISSING, trust.problem, cure("correct-trust", machine))
    if trust.state is StoreState.UNREADABLE:
        remedy = cure("own-folder", machine, path=typed(trust.place, machine))
        return Finding(STORE, Diagnosis.STORE_UNREADABLE, trust.place, remedy)
    if trust.state is StoreState.DAMAGED:
        return _damaged(about)
    if not trust.anchors:
        return Finding(STORE, Diagnosis.STORE_EMPTY, trust.place, cure("add-trust", machine))
    return Finding(STORE, Diagnosis.STORE_LOADED, f"{trust.place} ({trust.anchors})")


def authority(about: Surroundings) -> Finding:
    """Is the authority there that Vietnam's cards need? No public master list holds it."""
    if blocked := _blocked(about, AUTHORITY):
        return blocked
    if about.trust.card_authority:
        return Finding(AUTHORITY, Diagnosis.CSCA_THERE)
    diagnosis = Diagnosis.CSCA_OTHER if about.trust.vietnamese else Diagnosis.CSCA_MISSING
    detail = CARD_AUTHORITY_KEY.hex().upper()
    return Finding(AUTHORITY, diagnosis, detail, cure("ask-for-csca", about.machine))


def lists(about: Surroundings) -> Finding:
    """Are master lists and revocation lists fresh, and good?"""
    if blocked := _blocked(about, LISTS):
        return blocked
    old = [each for each in about.trust.audit if each.kind in _OLD]
    if old:
        return Finding(LISTS, Diagnosis.LISTS_OLD, _first(old), cure("renew-lists", about.machine))
    return Finding(LISTS, Diagnosis.LISTS_CURRENT, str(about.trust.lists))


def anchors(about: Surroundings) -> Finding:
    """Are the certificates of Vietnam's authorities in date, and for a while? Those of others: `cccd trust audit`."""
    if blocked := _blocked(about, ANCHORS):
        return blocked
    own = [each for each in about.trust.audit if each.country == VIETNAM]
    for kinds, diagnosis in (
        (_OUT_OF_DATE, Diagnosis.ANCHORS_OUT_OF_DATE),
        ((AuditKind.EXPIRING,), Diagnosis.ANCHORS_EXPIRING),
    ):
        found = [each for each in own if each.kind in kinds]
        if found:
            return Finding(ANCHORS, diagnosis, _first(found), cure("renew-anchors", about.machine))
    return Finding(ANCHORS, Diagnosis.ANCHORS_VALID)


def _damaged(about: Surroundings) -> Finding:
    trust, machine = about.trust, about.machine
    if not trust.own_store:
        return Finding(STORE, Diagnosis.STORE_DAMAGED, trust.problem, cure("correct-trust", machine))
    if trust.damaged:
        remedy = cure("replace-certificate", machine, digits=trust.damaged[:16])
    else:
        remedy = cure("rebuild-store", machine, path=typed(trust.place, machine))
    return Finding(STORE, Diagnosis.STORE_DAMAGED, trust.problem, remedy)


def _blocked(about: Surroundings, name: str) -> Finding | None:
    there = about.trust.state is StoreState.LOADED and about.trust.anchors
    return None if there else Finding(name, Diagnosis.BLOCKED, STORE)


def _first(findings: list[AuditFinding]) -> str:
    """The gravest of them; the cure's line shows all."""
    return f"{findings[0].subject}: {findings[0].detail}"
