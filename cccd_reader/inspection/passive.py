# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Passive authentication: a pure function over evidence, trust and a time (ICAO 9303-11, 5.1).

It proves: the files are those that the holder of the signer's key signed, and an authority of the trust store issued
that key. It does not prove that the chip is the one they were written to; that is chip authentication's part.

    1. sod.hash, sod.signature       EF.SOD is what its signer signed
    2. issuer.*                      the signer chains to an anchor, was valid, may sign this, is not revoked
    3. integrity.*                   EF.COM and every data group are what EF.SOD lists
    4. consistency.*                 EF.CardAccess is what DG14 signs; signer and MRZ name one country
"""

from __future__ import annotations

from datetime import datetime

from cccd_reader.inspection import consistency, integrity, issuer, signature
from cccd_reader.inspection.catalogue import SOD_HASH, SOD_SIGNATURE
from cccd_reader.inspection.reading import Evidence
from cccd_reader.inspection.results import Check, Outcome
from cccd_reader.pki.trust_store import TrustStore

_ESSENTIAL = (SOD_HASH, SOD_SIGNATURE, issuer.SIGNATURE, issuer.VALIDITY, issuer.PROFILE)


def conclusion(checks: tuple[Check, ...]) -> Outcome:
    """Return PASSED, FAILED or UNDETERMINED for passive authentication as a whole.

    One failed check fails it. It passes where EF.SOD, its signer and the signer's issuer are judged good and at least
    one data group was compared; a revocation list that is missing or old is told by its own check and does not block.
    That a signer's country is none that is known does: nobody has said that it may speak for the document's.
    """
    outcomes = {check.id: check.outcome for check in checks}
    if Outcome.FAILED in outcomes.values():
        return Outcome.FAILED
    compared = [outcome for name, outcome in outcomes.items() if name.startswith("integrity.dg")]
    broken = {Outcome.UNDETERMINED, Outcome.ABORTED}
    compared_too = [*compared, outcomes.get(consistency.COUNTRY)]
    if any(outcomes[name] is not Outcome.PASSED for name in _ESSENTIAL) or broken.intersection(compared_too):
        return Outcome.UNDETERMINED
    return Outcome.PASSED if Outcome.PASSED in compared else Outcome.UNDETERMINED


def authenticated(checks: tuple[Check, ...], number: int) -> bool:
    """Tell whether a data group is what an authority of the trust store signed; whose chip holds it is not asked.

    Only then may its content be shown as the authority's word. `number` is that of the data group, 1 to 16.
    """
    outcomes = {check.id: check.outcome for check in checks}
    needed = (*_ESSENTIAL, integrity.data_group_id(number))
    proven = all(outcomes.get(name) is Outcome.PASSED for name in needed)
    foreign = outcomes.get(consistency.COUNTRY) in (Outcome.FAILED, Outcome.UNDETERMINED)
    return proven and not foreign and outcomes.get(issuer.REVOCATION) is not Outcome.FAILED


def passive_authentication(evidence: Evidence, trust: TrustStore, at: datetime) -> tuple[Check, ...]:
    """Return the checks of `catalogue.PASSIVE`. `at`, aware, is the time of the check; no check reads the clock."""
    return judged_checks(evidence, issuer.chosen(signature.judge(evidence), trust, at), trust, at)


def judged_checks(
    evidence: Evidence, judged: signature.SodSignature, trust: TrustStore, at: datetime
) -> tuple[Check, ...]:
    """Return the same checks where the signature of EF.SOD is judged, and its signer chosen, already."""
    mrz = evidence.mrz
    return (
        Check(SOD_HASH, judged.digest.reason, judged.digest.detail, "ICAO 9303-10, 4.6.2"),
        Check(SOD_SIGNATURE, judged.signature.reason, judged.signature.detail, "ICAO 9303-11, 5.1"),
        *issuer.checks(judged, trust, at, mrz.document_code if mrz else ""),
        *integrity.checks(evidence, judged.hashes),
        *consistency.checks(evidence, judged),
    )
