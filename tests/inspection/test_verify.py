# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The inspection: verdicts, policies, what a report refuses to be, and evidence that is kept."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cccd_reader.errors import CccdError, MalformedData
from cccd_reader.inspection import saved
from cccd_reader.inspection.catalogue import CATALOGUE
from cccd_reader.inspection.policy import BUILT_IN, DEFAULT, FILES_ONLY, STRICT, Policy, VerdictKind
from cccd_reader.inspection.read import ReadOptions, read
from cccd_reader.inspection.reading import ProofKind, ProofOutcome, ProofRecord, Reading
from cccd_reader.inspection.report import Rejected, Report
from cccd_reader.inspection.results import Check, Outcome, Reason
from cccd_reader.inspection.verify import verify
from cccd_reader.lds import files as ef
from cccd_reader.messages.words import Words
from cccd_reader.pki.trust_store import TrustStore
from cccd_reader.protocols.active_authentication import AaEvidence
from cccd_reader.protocols.chip_authentication import CaEvidence
from cccd_reader.render.page import page_of
from cccd_reader.render.report import as_json, as_text, json_schema
from cccd_simulators import personas
from cccd_simulators.chip import VirtualChip
from tests.support.reference import REPOSITORY
from tests.support.report_page import document as report_page
from tests.support.trust import AT, DEMONSTRATION

MRZ, CAN = personas.holder_keys()
CCCD = read(VirtualChip(personas.cccd()), CAN)
BAC = read(VirtualChip(personas.passport_bac()), MRZ)
PACE = read(VirtualChip(personas.passport_pace()), CAN)
GENUINE = verify(CCCD, DEMONSTRATION, at=AT)


def _reason(report: Report, name: str) -> Reason:
    return report.check(name).reason


@pytest.mark.parametrize("reading", [CCCD, BAC, PACE])
def test_genuine_chips_are_accepted(reading: Reading) -> None:
    report = verify(reading, DEMONSTRATION, at=AT)
    assert report.verdict is VerdictKind.ACCEPTED
    assert tuple(check.id for check in report.checks) == CATALOGUE
    report.raise_for_rejection()


def test_every_proof_of_the_vietnamese_card_holds() -> None:
    assert _reason(GENUINE, "chip.aa") is Reason.CHIP_PROVEN
    assert _reason(GENUINE, "chip.ca") is Reason.CHIP_PROVEN
    assert _reason(GENUINE, "chip.cam") is Reason.CHIP_PROOF_NOT_OFFERED
    assert _reason(GENUINE, "access.downgrade") is Reason.NO_DOWNGRADE
    assert _reason(verify(PACE, DEMONSTRATION, at=AT), "chip.cam") is Reason.CHIP_PROVEN
    assert _reason(verify(BAC, DEMONSTRATION, at=AT), "access.protocol") is Reason.BAC_USED


def test_one_parser_reads_what_is_signed_and_what_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another one, as the summary of a file has it, could be shown other things in the same bytes."""
    monkeypatch.setitem(sys.modules, "asn1crypto", None)
    reading = read(VirtualChip(personas.passport_pace()), CAN)
    report = verify(reading, DEMONSTRATION, at=AT)
    assert (report.verdict, _reason(report, "chip.cam")) == (VerdictKind.ACCEPTED, Reason.CHIP_PROVEN)


def test_a_proof_counts_only_under_an_authenticated_key() -> None:
    report = verify(CCCD, TrustStore(), at=AT)
    assert _reason(report, "chip.aa") is Reason.CHIP_KEY_UNAUTHENTICATED
    assert _reason(report, "chip.ca") is Reason.CHIP_KEY_UNAUTHENTICATED
    assert report.verdict is VerdictKind.UNDETERMINED
    with pytest.raises(Rejected) as caught:
        report.raise_for_rejection()
    assert caught.value.report is report


def test_a_chip_without_proofs_may_be_a_copy() -> None:
    reading = read(VirtualChip(personas.cccd()), CAN, ReadOptions(proofs=frozenset()))
    report = verify(reading, DEMONSTRATION, at=AT)
    assert report.verdict is VerdictKind.UNDETERMINED
    assert _reason(report, "chip.aa") is Reason.CHIP_PROOF_NOT_RUN
    assert _reason(report, "access.downgrade") is Reason.CHIP_PROTOCOL_SKIPPED
    assert {check.id for check in report.decisive} == {"chip.aa", "chip.ca", "chip.cam"}
    assert verify(reading, DEMONSTRATION, FILES_ONLY, AT).verdict is VerdictKind.ACCEPTED
    assert verify(reading, DEMONSTRATION, STRICT, AT).verdict is VerdictKind.REJECTED


def test_the_document_expires_at_the_end_of_its_last_day() -> None:
    def outcome(*when: int) -> Outcome:
        return verify(CCCD, DEMONSTRATION, at=datetime(*when, tzinfo=UTC)).check("document.expiry").outcome  # type: ignore[arg-type,misc]  # -- year, month, day, hour

    # midnight in Vietnam
    assert outcome(2030, 2, 1, 16) is Outcome.PASSED
    assert outcome(2030, 2, 1, 17) is Outcome.FAILED


def test_a_challenge_from_outside_binds_the_proof() -> None:
    challenge = bytes.fromhex("0102030405060708")
    reading = read(VirtualChip(personas.cccd()), CAN, ReadOptions(challenge=challenge))
    record = reading.proof(ProofKind.ACTIVE)
    assert record is not None
    assert isinstance(record.evidence, AaEvidence)
    assert record.evidence.challenge == challenge
    other = replace(record.evidence, challenge=bytes(8))
    forged = replace(reading, proofs=(replace(record, evidence=other), *reading.proofs[1:]))
    assert _reason(verify(forged, DEMONSTRATION, at=AT), "chip.aa") is Reason.CHIP_PROOF_INVALID


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (ProofOutcome.REFUSED, Reason.CHIP_REFUSED_PROOF),
        (ProofOutcome.WRONG, Reason.CHIP_PROOF_INVALID),
        (ProofOutcome.BROKE, Reason.CHIP_PROOF_BROKE),
    ],
)
@pytest.mark.parametrize("kind", list(ProofKind))
def test_a_proof_that_did_not_come_about(kind: ProofKind, outcome: ProofOutcome, reason: Reason) -> None:
    others = tuple(record for record in CCCD.proofs if record.kind is not kind)
    reading = replace(CCCD, proofs=(ProofRecord(kind, "", outcome), *others))
    report = verify(reading, DEMONSTRATION, at=AT)
    assert _reason(report, f"chip.{kind.value}") is reason
    assert report.verdict is (VerdictKind.ACCEPTED if outcome is ProofOutcome.BROKE else VerdictKind.REJECTED)


def test_evidence_of_another_chip_does_not_fit() -> None:
    record = CCCD.proof(ProofKind.CHIP)
    assert record is not None
    assert isinstance(record.evidence, CaEvidence)
    for change in ({"private": record.evidence.private + 1}, {"oid": "0.4.0.127.0.7.2.2.3.2.1"}):
        evidence = replace(record.evidence, **change)
        reading = replace(CCCD, proofs=(replace(record, evidence=evidence),))
        assert _reason(verify(reading, DEMONSTRATION, at=AT), "chip.ca") is Reason.CHIP_PROOF_INVALID
    signed = CCCD.proof(ProofKind.ACTIVE)
    assert signed is not None
    confused = replace(CCCD, proofs=(replace(signed, kind=ProofKind.CHIP), replace(record, kind=ProofKind.ACTIVE)))
    for name in ("chip.aa", "chip.ca"):
        assert _reason(verify(confused, DEMONSTRATION, at=AT), name) is Reason.CHIP_PROOF_UNSUPPORTED
    unknown = replace(CCCD, proofs=(ProofRecord(ProofKind.CHIP, "", ProofOutcome.DONE, "", AaEvidence(bytes(8), b"")),))
    assert verify(unknown, DEMONSTRATION, at=AT).check("chip.ca").outcome is not Outcome.PASSED


def test_a_spoilt_mapping_proof_fails() -> None:
    assert PACE.chip_mapping
    spoilt = replace(PACE, chip_mapping=replace(PACE.chip_mapping, data=bytes(31) + b"\x05"))
    assert _reason(verify(spoilt, DEMONSTRATION, at=AT), "chip.cam") is Reason.CHIP_PROOF_INVALID
    without = replace(PACE, files=tuple(record for record in PACE.files if record.file != ef.CARD_SECURITY))
    assert _reason(verify(without, DEMONSTRATION, at=AT), "chip.cam") is Reason.CHIP_PROOF_INVALID
    assert _reason(verify(PACE, TrustStore(), at=AT), "chip.cam") is Reason.CHIP_KEY_UNAUTHENTICATED
    content = bytearray(PACE.content(ef.CARD_SECURITY) or b"")
    content[-5] ^= 1
    files = tuple(replace(r, content=bytes(content)) if r.file == ef.CARD_SECURITY else r for r in PACE.files)
    assert _reason(verify(replace(PACE, files=files), DEMONSTRATION, at=AT), "chip.cam") is Reason.CHIP_PROOF_INVALID


def test_a_broken_photo_is_a_finding_and_no_forgery() -> None:
    content = (CCCD.content(ef.data_group(2)) or b"")[:200]
    files = tuple(replace(r, content=content) if r.file == ef.data_group(2) else r for r in CCCD.files)
    report = verify(replace(CCCD, files=files), DEMONSTRATION, at=AT)
    assert _reason(report, "document.image") is Reason.IMAGE_BROKEN
    assert "<img" not in page_of(report)


def test_a_report_has_no_truth_value() -> None:
    with pytest.raises(TypeError, match="verdict"):
        bool(GENUINE)
    with pytest.raises(KeyError):
        GENUINE.check("no.such")
    assert "NGUYEN" not in repr(GENUINE)


def test_a_contradictory_check_cannot_be_built() -> None:
    assert Check("x", Reason.REVOKED).outcome is Outcome.FAILED
    with pytest.raises(TypeError):
        Check("x", Reason.REVOKED, outcome=Outcome.PASSED)  # type: ignore[call-arg]  # -- that is the point


# the policies


def _checks(**outcomes: Reason) -> tuple[Check, ...]:
    genuine = {check.id: check for check in GENUINE.checks}
    return tuple(genuine[name] if name not in outcomes else Check(name, outcomes[name]) for name in CATALOGUE)


@pytest.mark.parametrize("policy", BUILT_IN.values(), ids=lambda policy: policy.name)
@pytest.mark.parametrize("name", CATALOGUE)
def test_a_failed_check_rejects_unless_it_is_tolerated(policy: Policy, name: str) -> None:
    checks = _checks(**{name: Reason.HASH_MISMATCH})
    tolerated = name in policy.tolerated
    assert policy.judge(checks) is (VerdictKind.ACCEPTED if tolerated else VerdictKind.REJECTED)


@pytest.mark.parametrize("name", sorted(DEFAULT.required))
def test_a_required_check_that_is_undetermined_leaves_the_verdict_so(name: str) -> None:
    assert DEFAULT.judge(_checks(**{name: Reason.CSCA_UNKNOWN})) is VerdictKind.UNDETERMINED


def test_revocation_and_downgrade_are_shown_and_do_not_block_but_strict_lets_neither_pass() -> None:
    for name, reason in (("issuer.revocation", Reason.CRL_MISSING), ("access.downgrade", Reason.PACE_BYPASSED)):
        checks = _checks(**{name: reason})
        assert DEFAULT.judge(checks) is VerdictKind.ACCEPTED
        assert STRICT.judge(checks) is not VerdictKind.ACCEPTED
    assert DEFAULT.judge(_checks(**{"issuer.revocation": Reason.REVOKED})) is VerdictKind.REJECTED


def test_one_proof_of_the_chip_is_enough_and_none_is_not() -> None:
    not_run = Reason.CHIP_PROOF_NOT_RUN
    assert DEFAULT.judge(_checks(**{"chip.aa": not_run})) is VerdictKind.ACCEPTED
    assert DEFAULT.judge(_checks(**{"chip.aa": not_run, "chip.ca": not_run})) is VerdictKind.UNDETERMINED


ANY = {outcome: next(reason for reason in Reason if reason.outcome is outcome) for outcome in Outcome}
WORSE = (VerdictKind.ACCEPTED, VerdictKind.UNDETERMINED, VerdictKind.REJECTED)


@given(
    st.dictionaries(st.sampled_from(CATALOGUE), st.sampled_from(list(Outcome)), max_size=6),
    st.sampled_from(CATALOGUE),
)
def test_a_verdict_gets_no_better_by_a_failure_and_no_worse_by_a_success(found: dict[str, Outcome], name: str) -> None:
    changed = {each: ANY[outcome] for each, outcome in found.items()}
    for policy in BUILT_IN.values():
        here = policy.judge(_checks(**changed))
        failed = policy.judge(_checks(**changed | {name: ANY[Outcome.FAILED]}))
        passed = policy.judge(_checks(**changed | {name: ANY[Outcome.PASSED]}))
        assert WORSE.index(passed) <= WORSE.index(here) <= WORSE.index(failed)
        report = replace(GENUINE, checks=_checks(**changed), policy=policy)
        assert bool(report.decisive) is (report.verdict is not VerdictKind.ACCEPTED)
        failures = [check.id for check in report.checks if check.outcome is Outcome.FAILED]
        assert (here is VerdictKind.REJECTED) is any(each not in policy.tolerated for each in failures)
    verdicts = [policy.judge(_checks(**changed)) for policy in (DEFAULT, STRICT)]
    assert WORSE.index(verdicts[0]) <= WORSE.index(verdicts[1])


def test_a_policy_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "branch.toml"
    path.write_text('base = "strict"\ntolerated = ["access.downgrade"]\none_of = [["chip.aa"]]\n')
    policy = Policy.load(path)
    assert policy.settled == STRICT.settled
    assert (policy.name, policy.required) == ("branch", STRICT.required)
    assert policy.tolerated == {"access.downgrade"}
    assert policy.one_of == (frozenset({"chip.aa"}),)
    path.write_text('settled = ["document.citizen"]\n')
    assert Policy.load(path) == Policy(
        "branch", DEFAULT.required, DEFAULT.one_of, DEFAULT.tolerated, frozenset({"document.citizen"})
    )


@pytest.mark.parametrize(
    "text",
    [
        "required = [",
        "x = 1",
        'base = "lax"',
        'required = ["no.such"]',
        "required = []",
        "required = 5",
        "one_of = 5",
        'one_of = ["chip.aa"]',
        'settled = ["no.such"]',
        "one_of = [[]]",
        'one_of = [["chip.aa"], []]',
        'name = ["branch"]',
        "name = 5",
        "base = 5",
        "tolerated = [5]",
        '[required]\nsod = "hash"',
        pytest.param(f"required = {'[' * 5000}", id="deep"),
    ],
)
def test_a_policy_that_is_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(text)
    with pytest.raises(MalformedData):
        Policy.load(path)
    with pytest.raises(CccdError):
        Policy.load(tmp_path / "absent.toml")


# the forms of a report


@pytest.mark.parametrize("reading", [CCCD, BAC, PACE])
@pytest.mark.parametrize("trust", [DEMONSTRATION, TrustStore()])
def test_the_json_follows_its_schema(reading: Reading, trust: TrustStore) -> None:
    found = json.loads(json.dumps(as_json(verify(reading, trust, at=AT))))
    jsonschema.validate(found, json_schema())
    assert [check["id"] for check in found["checks"]] == list(CATALOGUE)


def test_the_page_of_the_documentation_lists_every_check_and_reason() -> None:
    """Programs build on them: one that is gone, or called otherwise, is a change that this page has to tell."""
    page = (REPOSITORY / "docs" / "report.md").read_text(encoding="utf-8")
    assert page == report_page(), "run make pages"
    assert all(f"| `{key}`" in page or f", `{key}`" in page for key in json_schema()["properties"] if key != "schema")


def test_the_schema_refuses_what_it_should() -> None:
    found = as_json(GENUINE)
    changes: tuple[dict[str, object], ...] = ({"verdict": "genuine"}, {"checks": []}, {"more": 1})
    for change in changes:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(found | change, json_schema())


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("document.image", Reason.IMAGE_BROKEN),
        ("access.downgrade", Reason.PACE_BYPASSED),
        ("consistency.mrz", Reason.MRZ_DIGITS_WRONG),
        ("consistency.expiry", Reason.EXPIRY_DIFFERS),
    ],
)
def test_an_acceptance_says_what_is_left_to_a_person(name: str, reason: Reason) -> None:
    checks = tuple(Check(name, reason) if check.id == name else check for check in GENUINE.checks)
    report = replace(GENUINE, checks=checks)
    assert report.verdict is VerdictKind.ACCEPTED
    todo = Words.of("en").todo(reason)
    assert todo
    assert f"→ {todo}" in as_text(report).plain
    assert escape(todo) in page_of(report)
    assert todo not in as_text(GENUINE).plain


def test_the_text_survives_without_colour() -> None:
    text = as_text(GENUINE).plain
    assert "✔ ACCEPTED" in text
    assert "✔ chip.aa" in text
    assert "NOT established" in as_text(verify(CCCD, TrustStore(), at=AT)).plain
    assert "? UNDETERMINED" in as_text(verify(CCCD, TrustStore(), at=AT)).plain


def test_the_page_shows_photo_fields_and_every_reason() -> None:
    page = page_of(GENUINE)
    assert page.lower().startswith("<!doctype html>")
    for words in ("ACCEPTED", "data:image/png;base64,", "NGUYEN", "chip.aa", "issuer.signature"):
        assert words in page
    assert "<script" not in page
    assert ' src="http' not in page


# kept evidence


@pytest.mark.parametrize("reading", [CCCD, BAC, PACE])
def test_a_kept_reading_is_the_same_reading(reading: Reading, tmp_path: Path) -> None:
    path = tmp_path / "visit.cccd"
    saved.save(reading, path)
    assert path.stat().st_mode & 0o777 == 0o600
    again = saved.load(path)
    assert again == reading
    assert verify(again, DEMONSTRATION, at=AT).checks == verify(reading, DEMONSTRATION, at=AT).checks
    with pytest.raises(CccdError, match="exists"):
        saved.save(reading, path)


def test_what_opened_the_chip_is_not_kept() -> None:
    raw = saved.dump(CCCD)
    for secret in (b'000000"', CAN.password + b'"'):
        assert secret not in raw


DUMPED = saved.dump(CCCD)


@given(st.integers(0, len(DUMPED) - 1), st.integers(1, 255))
def test_any_flipped_byte_of_a_kept_reading_is_found(position: int, change: int) -> None:
    spoilt = bytearray(DUMPED)
    spoilt[position] ^= change
    with pytest.raises(MalformedData):
        saved.parse(bytes(spoilt))


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        "[]",
        "5",
        '{"access": {}}',
        "{",
        '{"access":{"attempts":[],"card_access":"chip","renewals":0},"session":{},"files":[],"chip_mapping":null,"proofs":[]}',
    ],
)
def test_a_right_hash_over_a_wrong_content(body: str) -> None:
    import hashlib

    raw = f"{saved.FORMAT}\n{hashlib.sha256(body.encode()).hexdigest()}\n{body}".encode()
    with pytest.raises(MalformedData):
        saved.parse(raw)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CccdError):
        saved.load(tmp_path / "none")
    with pytest.raises(CccdError):
        saved.save(CCCD, tmp_path / "none" / "file")
