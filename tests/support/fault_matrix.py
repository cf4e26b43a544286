# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The fault matrix: read and judge a broken chip, compare with the genuine one, and write the table down."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from PIL import Image

from cccd_reader.errors import CccdError
from cccd_reader.inspection.policy import DEFAULT, STRICT
from cccd_reader.inspection.read import ReadOptions, read
from cccd_reader.inspection.reading import Reading
from cccd_reader.inspection.report import Report
from cccd_reader.inspection.verify import verify
from cccd_simulators import documents, personas, plans
from cccd_simulators.chip import power_up
from cccd_simulators.crl import Revoked
from cccd_simulators.fault_files import data_groups, issued
from cccd_simulators.fault_signatures import foreign_country
from cccd_simulators.faults import FaultKind, fault
from cccd_simulators.persona import Persona
from tests.support.reference import REPOSITORY
from tests.support.trust import AT, COUNTRY, trust

TRUST = trust(
    COUNTRY.csca_certificate,
    foreign_country().csca_certificate,
    crls=[COUNTRY.crl([Revoked(COUNTRY.document_signer(plans.REVOKED).serial)])],
)
"""The demonstration country with its revocation list, which names one signer; and a foreign country."""


@dataclass(frozen=True)
class Row:
    """What becomes of a broken chip under the policies `default` and `strict`, and every check that comes out another.

    `default` is the name of the exception that `read` raises instead, where it does.
    """

    default: str
    strict: str
    changes: Mapping[str, str]


NAMED: Mapping[str, tuple[str, ...]] = {
    "UNPROVEN": ("chip.aa chip-key-unauthenticated", "chip.ca chip-key-unauthenticated"),
    "UNSIGNED": tuple(f"issuer.{name} no-signer" for name in ("signature", "validity", "profile", "revocation")),
    "UNLISTED": tuple(f"integrity.dg{number} no-hash-list" for number in range(1, 17) if number != 3),
    "WITHOUT-DG1": tuple(f"consistency.{name} file-missing" for name in ("country", "citizen", "expiry", "number")),
    "WITHOUT-DG13": (
        *(f"consistency.{name} file-missing" for name in ("citizen", "expiry", "issue-date")),
        "document.citizen file-missing",
    ),
    "UNREADABLE-DG13": tuple(f"consistency.{name} not-comparable" for name in ("citizen", "expiry", "issue-date")),
}
"""Changes that go together, by one word."""


def row(default: str, strict: str = "-", *changes: str) -> Row:
    """Return a row of the table; each change is a check and its reason, or a word of `NAMED`."""
    pairs = (pair for change in changes for pair in NAMED.get(change, (change,)))
    return Row(default, strict, dict(pair.split(" ", 1) for pair in pairs))


@cache
def base(name: str) -> Persona:
    """Return a persona with a small photo, so that a reading costs little."""
    persona = personas.build(name)
    return issued(persona, data_groups(persona) | {2: documents.face_file(small_jpeg())})


@cache
def small_jpeg() -> bytes:
    """Return a picture of 8 x 8 pixels."""
    buffer = io.BytesIO()
    Image.new("L", (8, 8), 200).save(buffer, "JPEG")
    return buffer.getvalue()


def visit(persona: Persona) -> Reading:
    """Read a chip with all that opens it. A slow one takes no time of ours: its delay moves the clock alone."""
    seconds = [0.0]

    def sleep(delay: float) -> None:
        seconds[0] += delay

    return read(power_up(persona, sleep), persona.keys, ReadOptions(clock=lambda: seconds[0]))


@cache
def genuine(name: str) -> Report:
    """Return the report of an unbroken persona."""
    return verify(visit(base(name)), TRUST, DEFAULT, AT)


@cache
def observed(case: str) -> Row:
    """Return what becomes of `persona:fault`."""
    name, _, fault_name = case.partition(":")
    try:
        reading = visit(fault(fault_name).apply(base(name)))
    except CccdError as error:
        return row(type(error).__name__)
    report = verify(reading, TRUST, DEFAULT, AT)
    return Row(report.verdict.value, STRICT.judge(report.checks).value, _changes(genuine(name), report))


def _changes(before: Report, after: Report) -> dict[str, str]:
    pairs = zip(before.checks, after.checks, strict=True)
    return {now.id: now.reason.code for then, now in pairs if (then.id, then.reason) != (now.id, now.reason)}


_INTRODUCTION = """\
# The fault matrix

Every way in which the simulator can break a chip, and what the reader makes of it. Each case is read, judged under the
policies `default` and `strict`, and compared with the genuine chip: the last column names every check that comes out
another, with its reason; what is not named there comes out the same. Where reading ends in an error, its name stands
under the verdict.

An **attack** would have a document believed that should not be: none is accepted. A **disturbance** leaves the document
what it is: none is rejected by default. Try one: `cccd verify --simulate cccd:clone-without-keys`.

The trust store holds the demonstration country's CSCA with its revocation list, and that of one foreign country. What
no check can find is not in the table: a relay, which passes everything on to the genuine card somewhere else, looks
like that card. `scripts/fault_matrix` writes this page from the table that the tests prove.
"""

_HEAD = "| chip | what is done | default | strict | what changes |\n|---|---|---|---|---|\n"


_DEFECTS = """
## Defects of other readers

Each was proven in other software, and is tried on this one by a test of its name in `tests/test_fault_matrix.py`.

| | the defect |
|---|---|
"""
_DEFECT = re.compile(r"^def test_peer_defect_(\d\d)_(\w+)\(", re.MULTILINE)


def defects() -> list[tuple[str, str]]:
    """Return number and words of every defect of another reader, by the names of the tests that try it on ours."""
    source = (REPOSITORY / "tests" / "test_fault_matrix.py").read_text(encoding="utf-8")
    return [(number, words.replace("_", " ")) for number, words in _DEFECT.findall(source)]


def document(matrix: Mapping[str, Row]) -> str:
    """Return the page of the documentation."""
    parts = [_INTRODUCTION]
    for kind, title in ((FaultKind.ATTACK, "Attacks"), (FaultKind.DISTURBANCE, "Disturbances")):
        lines = "".join(_line(case, row) for case, row in matrix.items() if kind_of(case) is kind)
        parts.append(f"\n## {title}\n\n{_HEAD}{lines}")
    return "".join([*parts, _DEFECTS, *(f"| {number} | {words} |\n" for number, words in defects())])


def kind_of(case: str) -> FaultKind:
    """Return the kind of the fault in `persona:fault`."""
    return fault(case.partition(":")[2]).kind


def _line(case: str, row: Row) -> str:
    changes = "<br>".join(f"{name}: {reason}" for name, reason in _brief(row.changes).items())
    changes = changes or ("no report" if row.strict == "-" else "nothing")
    title = fault(case.partition(":")[2]).title
    return f"| `{case}` | {title} | {row.default} | {row.strict} | {changes} |\n"


def _brief(reasons: Mapping[str, str]) -> dict[str, str]:
    """Put the data groups that share a reason together: integrity.dg1, 2, 4."""
    groups: dict[str, list[str]] = {}
    for name, reason in reasons.items():
        if name.startswith("integrity.dg"):
            groups.setdefault(reason, []).append(name.removeprefix("integrity.dg"))
    kept = {name: reason for name, reason in reasons.items() if not name.startswith("integrity.dg")}
    return kept | {f"integrity.dg{', '.join(numbers)}": reason for reason, numbers in groups.items()}
