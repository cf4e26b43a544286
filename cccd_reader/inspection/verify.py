# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`verify`: from evidence to a report. Pure: no card, no network, no clock but the default of `at`.

What is proven, and by which checks:

    (1) EF.SOD is what its signer signed                    sod.*
    (2) an authority of the trust store issued the signer   issuer.*
    (3) the files are those that EF.SOD lists               integrity.*
    (4) the chip holds the key that was issued with them    chip.*, counted only after (1) to (3) for that key
    (5) no protection that is advertised was passed by      access.*, consistency.card-access
    (6) its files tell of one person, country and card      consistency.*
    (7) it is the chip of what was typed or scanned         consistency.given
    (8) the document is in date, and can be shown           document.*
    (9) no watch list looks for it                          state.watchlist, which `watched` answers afterwards

What the caller owes: that the person is the one of the photo, and that the trust store is the right one.
"""

from __future__ import annotations

from datetime import UTC, datetime

from cccd_reader.inspection import (
    chip,
    citizen,
    citizen_consistency,
    citizen_given,
    document,
    gate,
    issuer,
    passive,
    signature,
    watched,
)
from cccd_reader.inspection.policy import DEFAULT, Policy
from cccd_reader.inspection.reading import Evidence
from cccd_reader.inspection.report import Report
from cccd_reader.pki.trust_store import TrustStore
from cccd_reader.vietnam.crosscheck import Given


def verify(
    evidence: Evidence,
    trust: TrustStore,
    policy: Policy = DEFAULT,
    at: datetime | None = None,
    given: Given | None = None,
) -> Report:
    """Judge evidence under a trust store and a policy, as of `at` (aware; None is now).

    `given` is what the counter typed or scanned, to be compared with the chip; None where it did neither. Never raises
    for what a document holds: everything that is wrong with it is a check.
    """
    at = at or datetime.now(UTC)
    judged = issuer.chosen(signature.judge(evidence), trust, at)
    holder = citizen.citizen_of(evidence, judged)
    files = passive.judged_checks(evidence, judged, trust, at)  # (1), (2), (3), part of (5) and (6)
    proofs = chip.checks(evidence, files, trust, at)  # (4)
    access = gate.checks(evidence, proofs)  # the rest of (5)
    agreement = (
        document.zone_check(evidence),
        *citizen_consistency.checks(holder, judged.certificate),
    )  # the rest of (6)
    question = citizen_given.check(holder, given)  # (7)
    state = citizen.record_check(holder), *document.checks(evidence, holder, at), watched.NOT_ASKED  # (8)
    found = (*access, *proofs, *files, *agreement, question, *state)
    return Report(found, policy, at, evidence, holder.mrz, holder.record)
