# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The report: every check, the verdict that a policy makes of them, and what the document says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cccd_reader.errors import CccdError
from cccd_reader.inspection.policy import Policy, VerdictKind
from cccd_reader.inspection.reading import Evidence
from cccd_reader.inspection.results import Check, Outcome
from cccd_reader.lds.mrz import Mrz
from cccd_reader.vietnam.citizen_record import CitizenRecord


class Rejected(CccdError):
    """The verdict was not "accepted", and the caller asked for an exception. `report` tells why."""

    default_hint = "Do not rely on this document: see the checks of the report."

    def __init__(self, report: Report) -> None:
        super().__init__(f"the document is not accepted: {report.verdict.value}")
        self.report = report


@dataclass(frozen=True, repr=False)
class Report:
    """The result of an inspection. Frozen; it has no truth value, so that none can be read into it by accident.

    `checks` holds every check of the catalogue once. `policy` made the verdict of them, at the time `at`. `evidence` is
    what was judged, `mrz` the zone in it, None where DG1 was not read, and `citizen` the record of DG13, None where it
    was not read, cannot be, or the document is no citizen's card of Vietnam.
    """

    checks: tuple[Check, ...]
    policy: Policy
    at: datetime
    evidence: Evidence
    mrz: Mrz | None
    citizen: CitizenRecord | None = None

    @property
    def verdict(self) -> VerdictKind:
        """Accepted, rejected, or undetermined."""
        return self.policy.judge(self.checks)

    @property
    def not_passed(self) -> tuple[Check, ...]:
        """The checks that did not pass, apart from those for what the document does not have."""
        good = (Outcome.PASSED, Outcome.UNSUPPORTED)
        return tuple(check for check in self.checks if check.outcome not in good)

    @property
    def decisive(self) -> tuple[Check, ...]:
        """The checks that keep the document from being accepted, failures first."""
        blocking = [check for check in self.checks if self.policy.blocks(check)]
        if not blocking and self.verdict is VerdictKind.UNDETERMINED:
            groups: frozenset[str] = frozenset().union(*self.policy.one_of)
            blocking = [check for check in self.checks if check.id in groups]
        return tuple(sorted(blocking, key=lambda check: check.outcome is not Outcome.FAILED))

    def check(self, name: str) -> Check:
        """Return the check with this id. Raises `KeyError` for an id that the catalogue does not have."""
        for check in self.checks:
            if check.id == name:
                return check
        raise KeyError(name)

    def raise_for_rejection(self) -> None:
        """Raise `Rejected` unless the document is accepted."""
        if self.verdict is not VerdictKind.ACCEPTED:
            raise Rejected(self)

    def __bool__(self) -> bool:
        raise TypeError("a report is neither true nor false: ask for its verdict")

    def __repr__(self) -> str:
        return f"Report({self.verdict.value}, {len(self.checks)} checks)"
