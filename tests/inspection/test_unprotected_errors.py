# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A bare status word in a session is nobody's: the chip may have said it, or the link, or whoever sits between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import jsonschema
import pytest

from cccd_reader.apdu import commands
from cccd_reader.apdu.command import SECURE_MESSAGING
from cccd_reader.inspection import saved
from cccd_reader.inspection.policy import STRICT, VerdictKind
from cccd_reader.inspection.read import ReadOptions, read
from cccd_reader.inspection.reading import FileRecord, ProofKind, ProofOutcome, Reading, StatusSource
from cccd_reader.inspection.report import Report
from cccd_reader.inspection.results import Reason
from cccd_reader.inspection.verify import verify
from cccd_reader.lds import files as ef
from cccd_reader.lds.files import ElementaryFile
from cccd_reader.messages.words import Words
from cccd_reader.render.reading import as_lines
from cccd_reader.render.report import as_json, json_schema
from cccd_simulators.chip import VirtualChip, power_up
from cccd_simulators.fault_cards import Moment, meddle, status
from cccd_simulators.fault_files import content_of, with_file
from cccd_simulators.faults import fault
from cccd_simulators.persona import Persona
from tests.support.cards import Tampering
from tests.support.fault_matrix import TRUST, base, visit
from tests.support.trust import AT

CCCD, PACE = base("cccd"), base("passport-pace")
BARE = StatusSource.UNPROTECTED


def _report(reading: Reading) -> Report:
    return verify(reading, TRUST, at=AT)


def _record(reading: Reading, file: ElementaryFile) -> FileRecord:
    record = reading.file(file)
    assert record is not None
    return record


def _headers(persona: Persona) -> list[bytes]:
    """The headers of all protected commands of a reading, each once."""
    seen: dict[bytes, None] = {}

    def watch(_number: int, command: bytes, answer: bytes) -> bytes:
        if command[0] & SECURE_MESSAGING:
            seen[command[:4]] = None
        return answer

    read(Tampering(VirtualChip(persona), watch), persona.keys)
    return list(seen)


@pytest.mark.parametrize("persona", [CCCD, pytest.param(PACE, marks=pytest.mark.slow)], ids=lambda each: each.name)
def test_whatever_is_answered_so_makes_no_genuine_card_a_forged_one(persona: Persona) -> None:
    for header in _headers(persona):
        if header[1:4] == b"\xa4\x04\x0c":
            continue  # the application itself: without it there is nothing to judge

        def when(moment: Moment, header: bytes = header) -> bool:
            return moment.command[:4] == header

        report = _report(visit(replace(persona, disguise=meddle(when, status(0x6A82)))))
        assert report.verdict is not VerdictKind.REJECTED, (header.hex(), report.not_passed)
        assert STRICT.judge(report.checks) is not VerdictKind.REJECTED, header.hex()


def test_once_it_costs_a_session_and_nothing_else() -> None:
    left = [1]

    def when(moment: Moment) -> bool:
        hit = moment.protected > 0 and moment.command[1:3] == b"\xb0\x8e" and bool(left)
        return hit and bool(left.pop())

    reading = visit(replace(CCCD, disguise=meddle(when, status(0x6A82))))
    assert reading.access.renewals == 1
    assert reading.files == visit(CCCD).files
    assert _report(reading).verdict is VerdictKind.ACCEPTED


def test_fingerprints_refused_so_cost_one_session_more_and_are_normal() -> None:
    reading = visit(fault("unprotected-error-at-dg3").apply(CCCD))
    assert _record(reading, ef.data_group(3)) == FileRecord(ef.data_group(3), status=0x6982, status_source=BARE)
    assert reading.access.renewals == 1
    found = as_json(_report(reading))
    jsonschema.validate(found, json_schema())
    assert next(check for check in found["checks"] if check["id"] == "integrity.dg3")["expected"]
    assert next(file for file in found["files"] if file["name"] == "DG3")["status_source"] == "unprotected"
    assert "normal for this card" in "\n".join(as_lines(reading, Words.of("en")))


def test_it_is_told_as_such_and_kept_so() -> None:
    reading = visit(fault("unprotected-error").apply(CCCD))
    assert "refused without protection, 6A82" in "\n".join(as_lines(reading, Words.of("en")))
    assert saved.parse(saved.dump(reading)) == reading
    assert _report(reading).check("integrity.dg13").reason is Reason.REFUSED_UNPROTECTED


def test_a_chip_that_knows_no_short_identifiers_and_says_so_without_protection_is_read() -> None:
    def when(moment: Moment) -> bool:
        return moment.protected > 0 and moment.command[1] == commands.READ_BINARY and bool(moment.command[2] & 0x80)

    for sw in (0x6A82, 0x6A86, 0x6985):
        reading = visit(replace(CCCD, disguise=meddle(when, status(sw))))
        assert _report(reading).verdict is VerdictKind.ACCEPTED
        assert reading.access.renewals == 2  # one for each file until it is believed


def test_a_proof_is_not_refused_by_it() -> None:
    reading = visit(fault("unprotected-error-at-the-proofs").apply(CCCD))
    assert [proof.outcome for proof in reading.proofs] == [ProofOutcome.BROKE] * 2


def test_in_place_of_the_hash_list_it_is_not_said_to_be_the_chips_answer() -> None:
    report = _report(visit(fault("unprotected-error-at-the-sod").apply(CCCD)))
    check = report.check("sod.hash")
    assert (check.reason, check.detail) == (
        Reason.SOD_NOT_READ,
        "in its place came 6A82 (file or application not found), unprotected: it need not be the chip's answer",
    )
    said = Words.of("vi").detail(check)
    assert said.startswith("thay cho tệp này là 6A82 (")
    assert said.endswith("), không được bảo vệ: chưa chắc là chip trả lời")


def test_without_a_hash_list_nothing_is_stripped() -> None:
    """EF.SOD cannot be read, EF.COM lists DG15, and the chip says that it has none: the list is nobody's word."""
    stripped = fault("dg15-stripped").apply(CCCD)
    listing = with_file(stripped, ef.COM, content_of(CCCD, ef.COM))
    report = _report(visit(fault("memory-failure-at-the-sod").apply(listing)))
    assert report.check("integrity.dg15").reason is Reason.NO_HASH_LIST
    assert report.verdict is VerdictKind.UNDETERMINED


def _at_card_security(sw: int, times: int) -> Callable[[int, bytes, bytes], bytes]:
    """EF.CardSecurity has the short identifier of EF.SOD, and is read before the application is selected."""
    left, selected = [times], [False]

    def change(_number: int, command: bytes, answer: bytes) -> bytes:
        if not command[0] & SECURE_MESSAGING:
            selected[0] = False
            return answer
        selected[0] = selected[0] or command[1:3] == b"\xa4\x04"
        if selected[0] or not left[0]:
            return answer
        left[0] -= 1
        return sw.to_bytes(2, "big")

    return change


@pytest.mark.parametrize(
    ("times", "renewals", "reason"),
    [(1, 1, Reason.CHIP_PROVEN), (2, 2, Reason.CHIP_PROOF_BROKE), (99, 2, Reason.CHIP_PROOF_BROKE)],
)
def test_card_security_is_asked_for_once_more(times: int, renewals: int, reason: Reason) -> None:
    reading = read(Tampering(VirtualChip(PACE), _at_card_security(0x6A82, times)), PACE.keys)
    assert reading.access.renewals == renewals
    report = _report(reading)
    assert report.check("chip.cam").reason is reason
    assert report.check("access.downgrade").reason is Reason.NO_DOWNGRADE  # the chip has proven itself another way
    assert report.verdict is VerdictKind.ACCEPTED
    assert times == 1 or _record(reading, ef.CARD_SECURITY).status_source is BARE


def test_a_copy_gains_nothing_by_it() -> None:
    copy = fault("clone-withholding-its-keys").apply(CCCD)
    reading = read(power_up(copy), copy.keys, ReadOptions(clock=lambda: 0.0))
    assert not reading.proofs
    assert reading.access.renewals == 4  # each of the two files is asked for twice, in sessions of its own
    assert _report(reading).verdict is VerdictKind.UNDETERMINED
    proven = visit(CCCD).proof(ProofKind.ACTIVE)
    assert proven is not None
    later = _report(replace(reading, proofs=(proven,)))  # whose key DG15 is, nothing tells
    assert later.verdict is VerdictKind.UNDETERMINED
