# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""When a kept photo is given to a reading, and when one is kept.

Given: where EF.SOD, as it was read from the chip just now, is what an authority of the trust store signed, and the chip
has proven with a key of it that it is no copy. So neither a forged EF.SOD nor a copied chip gets a photo, or learns
whether there is one. The verdict rests on none of this: `verify` judges the same evidence anew.

Kept: where the document was accepted, and its photo was read off the chip and is the one that is signed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from cccd_reader.errors import MalformedData, Unsupported
from cccd_reader.inspection import chip, passive, signature
from cccd_reader.inspection.integrity import data_group_id
from cccd_reader.inspection.known_files import KnownFiles, Wanted
from cccd_reader.inspection.policy import VerdictKind
from cccd_reader.inspection.reading import FileSource, ProofKind
from cccd_reader.inspection.report import Report
from cccd_reader.inspection.results import Reason
from cccd_reader.lds import files as ef
from cccd_reader.photo_cache.store import PhotoStore
from cccd_reader.pki.trust_store import TrustStore

_PHOTO = ef.data_group(2)
_KEYS = {ProofKind.ACTIVE: 15, ProofKind.CHIP: 14}
"""The data groups that hold the keys of the proofs."""


def known_photos(store: PhotoStore, trust: TrustStore, at: Callable[[], datetime]) -> KnownFiles:
    """Return what `ReadOptions.known_files` takes. `at` yields the time to judge at, as `verify` takes it."""

    def find(wanted: Wanted) -> bytes | None:
        digest = wanted.hashes.value(wanted.file.number or 0)
        if wanted.file != _PHOTO or digest is None or not _proven(wanted, trust, at()):
            return None
        return store.find(wanted.hashes.hash_algorithm, digest)

    return find


def keep(store: PhotoStore, report: Report) -> bool:
    """Keep the photo of an accepted document; tell whether it was. Raises `CccdError` where it cannot be written."""
    evidence = report.evidence
    record, sod = evidence.file(_PHOTO), evidence.content(ef.SOD)
    if report.verdict is not VerdictKind.ACCEPTED or record is None or record.content is None or sod is None:
        return False
    if record.source is not FileSource.READ or report.check(data_group_id(2)).reason is not Reason.HASH_MATCHES:
        return False
    try:
        _, hashes = signature.opened(sod)
    except (MalformedData, Unsupported):
        return False
    digest = hashes.value(2)
    return digest is not None and store.keep(hashes.hash_algorithm, digest, record.content)


def _proven(wanted: Wanted, trust: TrustStore, at: datetime) -> bool:
    checks = passive.passive_authentication(wanted.evidence, trust, at)
    return any(
        passive.authenticated(checks, _KEYS[proof.kind]) and chip.holds(wanted.evidence, proof)
        for proof in wanted.proofs
    )
