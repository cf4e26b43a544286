# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`verify`: from evidence to a report. Pure: no card, no network, no clock but the default of `at`.

What is proven, and by which checks:

    (1) EF.SOD is what its signer signed                    sod.*
    (2) an authority of the trust store issued the signer   issuer.*
    (3) the files are those that EF.SOD lists               integrity.*
    (4) the chip holds the key that was issued with them    chip.*, counted only after (1) to (3) for that key
    (5) no protection that is advertised was passed by      access.*, consistency.*
    (6) the document is in date, and can be shown           document.*

What the caller owes: that the person is the one of the photo, and that the trust store is the right one.
"""

from __future__ import annotations

from datetime import UTC, datetime

from cccd_reader.inspection import chip, document, gate, passive, signature
from cccd_reader.inspection.consistency import mrz_of
from cccd_reader.inspection.policy import DEFAULT, Policy
from cccd_reader.inspection.reading import Evidence
from cccd_reader.inspection.report import Report
from cccd_reader.pki.trust_store import TrustStore


def verify(evidence: Evidence, trust: TrustStore, policy: Policy = DEFAULT, at: datetime | None = None) -> Report:
    """Judge evidence under a trust store and a policy, as of `at` (aware; None is now).

    Never raises for what a document holds: everything that is wrong with it is a check.
    """
    at = at or datetime.now(UTC)
    judged = signature.judge(evidence)
    files = passive.judged_checks(evidence, judged, trust, at)  # (1), (2), (3), half of (5)
    proofs = chip.checks(evidence, files, trust, at)  # (4)
    access = gate.checks(evidence, proofs)  # the other half of (5)
    state = document.checks(evidence, at)  # (6)
    return Report((*access, *proofs, *files, *state), policy, at, evidence, mrz_of(evidence))
