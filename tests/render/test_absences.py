# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What is absent and normally so is called normal, and nothing else is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cccd_reader.inspection.absences import expected_absences, is_expected
from cccd_reader.inspection.catalogue import CATALOGUE
from cccd_reader.inspection.reading import FileRecord
from cccd_reader.inspection.report import Report
from cccd_reader.inspection.results import Check, Reason
from cccd_reader.inspection.verify import verify
from cccd_reader.lds import files as ef
from cccd_reader.lds.files import ElementaryFile
from cccd_reader.lds.mrz import MrzFormat
from cccd_reader.messages.words import Words
from cccd_reader.render.page import page_of
from cccd_reader.render.reading import file_as_json
from cccd_reader.render.report import as_json, as_text
from tests.support.trust import AT, COUNTRY, DEMONSTRATION, GROUPS, evidence

VI, EN = Words.of("vi"), Words.of("en")
NORMAL = "which is normal: fingerprints"
FINGERPRINTS = {3: bytes.fromhex("6304") + bytes(4)}
SOD = COUNTRY.document_signer().sign_sod({**GROUPS, **FINGERPRINTS})


def refused(number: int, status: int) -> Report:
    """A report of a card that answers this status word for a data group that is signed."""
    record = FileRecord(ef.data_group(number), status=status)
    return verify(evidence(SOD, extra=[record]), DEMONSTRATION, at=AT)


def expected(report: Report) -> dict[str, bool]:
    return {check["id"]: check.get("expected", False) for check in as_json(report)["checks"]}


def test_fingerprints_that_are_refused_are_normal() -> None:
    report = refused(3, 0x6982)
    assert expected(report)["integrity.dg3"]
    assert NORMAL in as_text(report, EN).plain
    assert "điều này là bình thường: vân tay" in as_text(report, VI).plain
    assert NORMAL in page_of(report)


@pytest.mark.parametrize(("number", "status"), [(1, 0x6982), (2, 0x6982), (13, 0x6982), (3, 0x6985), (3, 0x6D00)])
def test_other_refusals_are_not(number: int, status: int) -> None:
    report = refused(number, status)
    assert not expected(report)[f"integrity.dg{number}"]
    assert "Not checked: the chip does not let it be read." in as_text(report, EN).plain
    assert f"integrity.dg{number}" in [check.id for check in report.not_passed]


def test_fingerprints_that_the_chip_does_not_hold_though_they_are_signed_are_stripped() -> None:
    report = refused(3, 0x6A82)
    assert not expected(report)["integrity.dg3"]
    assert report.check("integrity.dg3").reason is Reason.STRIPPED


def test_the_files_that_the_card_normally_lacks_are_named_in_one_line() -> None:
    report = verify(evidence(), DEMONSTRATION, at=AT)
    assert tuple(check.id for check in report.checks) == CATALOGUE
    found = expected(report)
    assert [name for name, normal in found.items() if normal] == [
        f"integrity.dg{number}" for number in (*range(3, 13), 16)
    ]
    assert "- Not on this document, which is normal: DG3–DG12, DG16.\n" in as_text(report, EN).plain
    assert "Thẻ không có, và điều này là bình thường: DG3–DG12, DG16." in as_text(report, VI).plain
    assert "which is normal: DG3–DG12, DG16." in page_of(report)


@pytest.mark.parametrize("number", [2, 13, 14])
def test_a_vietnamese_card_without_its_own_files_is_not_normal(number: int) -> None:
    groups = {each: content for each, content in GROUPS.items() if each != number}
    report = verify(evidence(groups=groups), DEMONSTRATION, at=AT)
    assert not expected(report)[f"integrity.dg{number}"]
    assert f"- integrity.dg{number} " in as_text(report, EN).plain


def test_another_document_needs_fewer_files() -> None:
    checks = tuple(Check(f"integrity.dg{number}", Reason.NOT_ON_DOCUMENT) for number in range(1, 17))
    vietnamese = evidence().mrz
    assert vietnamese is not None
    for mrz in (None, replace(vietnamese, issuing_state="UTO"), replace(vietnamese, format=MrzFormat.TD3)):
        assert expected_absences(checks, mrz) == {f"integrity.dg{number}" for number in range(3, 17)}


def test_of_what_was_not_read_fingerprints_alone_are_normal() -> None:
    checks = tuple(Check(f"integrity.dg{number}", Reason.NOT_READ) for number in range(1, 17))
    assert expected_absences(checks, None) == {"integrity.dg3", "integrity.dg4"}


@pytest.mark.parametrize(
    ("file", "status", "normal"),
    [
        (ef.data_group(3), 0x6982, True),
        (ef.data_group(4), 0x6982, True),
        (ef.CARD_ACCESS, 0x6D00, True),
        (ef.CARD_ACCESS, 0x6A82, False),
        (ef.data_group(1), 0x6982, False),
        (ef.data_group(3), 0x6F00, False),
        (ef.SOD, 0x6982, False),
    ],
)
def test_a_refusal_in_a_reading(file: ElementaryFile, status: int, normal: bool) -> None:
    record = FileRecord(file, status=status)
    assert is_expected(record) is normal
    assert file_as_json(record).get("expected", False) is normal
