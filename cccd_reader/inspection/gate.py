# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""How the chip was opened, and whether a protection that the document advertises was passed by."""

from __future__ import annotations

from collections.abc import Callable

from cccd_reader.errors import CccdError
from cccd_reader.inspection.reading import Attempt, AttemptOutcome, CardAccessSource, Evidence, Method, Reading
from cccd_reader.inspection.results import Check, Outcome, Reason
from cccd_reader.lds import files as ef
from cccd_reader.lds.security_infos import PaceInfo

PROTOCOL, DOWNGRADE = "access.protocol", "access.downgrade"
_CLAUSE = "ICAO 9303-11, 4.2"


def checks(evidence: Evidence, chip_checks: tuple[Check, ...]) -> tuple[Check, ...]:
    """Return both checks. `chip_checks` are those of the chip's proofs, to see which was passed by."""
    if not isinstance(evidence, Reading):
        return tuple(Check(name, Reason.NO_CHIP_VISITED, "", _CLAUSE) for name in (PROTOCOL, DOWNGRADE))
    used = Reason.BAC_USED if evidence.access.method is Method.BAC else Reason.PACE_USED
    protocol = Check(PROTOCOL, used, evidence.access.attempts[-1].protocol, _CLAUSE)
    return protocol, _downgrade(evidence, chip_checks)


def _downgrade(reading: Reading, chip_checks: tuple[Check, ...]) -> Check:
    tried = [attempt for attempt in reading.access.attempts if attempt.method is not Method.BAC]
    if reading.access.method is Method.BAC and (_offers_pace(reading) or _offered_pace(reading, tried)):
        return Check(
            DOWNGRADE,
            Reason.PACE_BYPASSED,
            f"PACE: {', '.join(each.outcome for each in tried) or 'not tried'}",
            _CLAUSE,
        )
    proven = any(check.outcome is Outcome.PASSED for check in chip_checks)
    # Mapping is one way of PACE among others: that another was taken passes nothing by, if the chip proved itself.
    asked = [check for check in chip_checks if not (check.id == "chip.cam" and proven)]
    for reason, matches in _SHORTCOMINGS:
        found = [check.id for check in asked if matches(check)]
        if found:
            return Check(DOWNGRADE, reason, ", ".join(found), _CLAUSE)
    return Check(DOWNGRADE, Reason.NO_DOWNGRADE, "", _CLAUSE)


_SHORTCOMINGS: tuple[tuple[Reason, Callable[[Check], bool]], ...] = (
    (Reason.CHIP_PROTOCOL_SKIPPED, lambda check: check.outcome is Outcome.NOT_PERFORMED),
    (Reason.CHIP_PROOF_BROKE, lambda check: check.outcome is Outcome.ABORTED),
    (Reason.REFUSED_UNPROTECTED, lambda check: check.reason is Reason.REFUSED_UNPROTECTED),
    (Reason.NO_HASH_LIST, lambda check: check.reason is Reason.NO_HASH_LIST),
)
"""What may have become of a proof that the document advertises, the most telling first."""


def _offered_pace(reading: Reading, tried: list[Attempt]) -> bool:
    """True where PACE was tried since the chip had offered it, be it in an earlier visit, or since the chip went along.

    A chip that hides EF.CardAccess is tried by a constant, and promises nothing by refusing that. Its last word counts:
    an attempt may also have failed since the card was taken off.
    """
    if reading.access.card_access is not CardAccessSource.CONSTANT:
        return bool(tried)
    last = {(each.method, each.protocol): each.outcome for each in tried}
    return any(outcome is not AttemptOutcome.REFUSED for outcome in last.values())


def _offers_pace(reading: Reading) -> bool:
    for file in (ef.CARD_ACCESS, ef.data_group(14)):
        try:
            if reading.security_infos(file).of(PaceInfo):
                return True
        except CccdError:
            continue
    return False
