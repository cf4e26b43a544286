# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Chains: how an issuer is found, every way to end, and what is found along the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519

from cccd_reader.errors import MalformedData
from cccd_reader.pki import certificate_rules as rules
from cccd_reader.pki import issuer_search
from cccd_reader.pki.certificate_index import CertificateIndex, CertificateRef, name_digest
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.chain import ChainReason, ChainResult, FoundBy, Role, Rule, build_chain
from cccd_reader.pki.trust_store import Acceptance, Anchor, Provenance, TrustStore
from tests.pki import authority
from tests.pki.authority import NOW, Holder, Plan, csca, flipped, issued, link, named


def store_of(*holders: Holder) -> TrustStore:
    given = Provenance("test", NOW, Acceptance.GIVEN_DIRECTLY)
    return TrustStore(tuple(Anchor.of(each.certificate, given) for each in holders))


def found_by(result: ChainResult) -> list[FoundBy]:
    return [step.found_by for step in result.steps]


def broken(result: ChainResult) -> set[Rule]:
    return {finding.rule for finding in result.findings}


# --- how an issuer is found -------------------------------------------------------------------------------------------


def test_by_key_identifier() -> None:
    top = csca()
    signer = issued(top, 2, "Signer")
    result = build_chain(signer.certificate, store_of(csca(7, named("UT", "Other")), top), NOW)
    assert (result.reason, result.anchor) == (ChainReason.VERIFIED, top.certificate)
    assert found_by(result) == [FoundBy.KEY_IDENTIFIER]
    assert result.path == (signer.certificate, top.certificate)
    assert result.findings == ()
    assert result.missing is None


def test_by_key_identifier_under_another_name() -> None:
    top = csca()
    renamed = replace(top, name=named("UT", "Former name"))
    result = build_chain(issued(renamed, 2, "Signer").certificate, store_of(top), NOW)
    assert (result.reason, found_by(result)) == (ChainReason.VERIFIED, [FoundBy.KEY_IDENTIFIER])


def test_by_name_whatever_its_case_and_order() -> None:
    top = csca()
    written = replace(top, name=named("ut", "CSCA  UTOPIA"))
    assert written.name != top.name
    signer = issued(written, 2, "Signer", replace(authority.SIGNER, issuer_identifier=None))
    result = build_chain(signer.certificate, store_of(top), NOW)
    assert (result.reason, found_by(result)) == (ChainReason.VERIFIED, [FoundBy.NAME])


@pytest.mark.parametrize("identifier", [None, b"wrong"])
def test_by_trying_the_keys_of_the_country(identifier: bytes | None) -> None:
    top = csca()
    renamed = replace(top, name=named("UT", "Former name"))
    signer = issued(renamed, 2, "Signer", replace(authority.SIGNER, issuer_identifier=identifier))
    result = build_chain(signer.certificate, store_of(csca(8), top), NOW)
    assert (result.reason, found_by(result)) == (ChainReason.VERIFIED, [FoundBy.TRIAL])


def test_a_name_without_a_country_is_tried_with_every_key() -> None:
    top = csca()
    renamed = replace(top, name=named(None, "Former name"))
    signer = issued(renamed, 2, "Signer", replace(authority.SIGNER, issuer_identifier=None), named("UT", "Signer"))
    assert found_by(build_chain(signer.certificate, store_of(top), NOW)) == [FoundBy.TRIAL]


def test_the_keys_of_another_country_are_not_tried() -> None:
    top = csca()
    foreign = replace(top, name=named("ZZ", "Former name"))
    signer = issued(foreign, 2, "Signer", replace(authority.SIGNER, issuer_identifier=None))
    assert build_chain(signer.certificate, store_of(top), NOW).reason is ChainReason.ISSUER_UNKNOWN


def test_several_keys_under_one_name() -> None:
    tops = [csca(number) for number in (1, 2, 3)]
    for top in tops:
        signer = issued(top, 9, "Signer", replace(authority.SIGNER, issuer_identifier=None))
        assert build_chain(signer.certificate, store_of(*tops), NOW).anchor == top.certificate


def test_two_keys_under_one_key_identifier() -> None:
    tops = [csca(number, plan=Plan(identifier=b"\x01")) for number in (1, 2)]
    for top in tops:
        result = build_chain(issued(top, 9, "Signer").certificate, store_of(*tops), NOW)
        assert (result.anchor, found_by(result)) == (top.certificate, [FoundBy.KEY_IDENTIFIER])


def test_of_two_certificates_of_one_key_the_one_that_was_valid() -> None:
    expired = csca(plan=Plan(end=datetime(2022, 1, 1, tzinfo=UTC)))
    renewed = csca()
    result = build_chain(issued(renewed, 2, "Signer").certificate, store_of(expired, renewed), NOW)
    assert (result.anchor, result.findings) == (renewed.certificate, ())


def test_an_anchor_itself() -> None:
    top = csca()
    result = build_chain(top.certificate, store_of(top), NOW, role=Role.CSCA)
    assert (result.reason, result.steps, result.anchor) == (ChainReason.VERIFIED, (), top.certificate)


# --- link certificates ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [named(), named("UT", "CSCA Utopia 2")], ids=["same name", "new name"])
def test_a_link_certificate_leads_to_the_old_key(name: x509.Name) -> None:
    old, new = csca(1), csca(2, name)
    bridge = link(old, new)
    signer = issued(new, 3, "Signer")
    result = build_chain(signer.certificate, store_of(old), NOW, [new.certificate, bridge.certificate])
    assert (result.reason, result.anchor) == (ChainReason.VERIFIED, old.certificate)
    assert result.path[-1] == old.certificate
    assert len(result.steps) >= 2
    for step in result.steps:
        step.certificate.verify(step.issuer.public_key)


def test_a_link_certificate_as_an_anchor() -> None:
    old, new = csca(1), csca(2)
    bridge = link(old, new)
    result = build_chain(issued(new, 3, "Signer").certificate, store_of(bridge), NOW)
    assert (result.reason, result.anchor) == (ChainReason.VERIFIED, bridge.certificate)


def test_a_link_without_its_anchor_names_the_old_key() -> None:
    old, new = csca(1), csca(2)
    bridge = link(old, new)
    result = build_chain(issued(new, 3, "Signer").certificate, store_of(csca(7)), NOW, [bridge.certificate])
    assert result.reason is ChainReason.ISSUER_UNKNOWN
    assert result.missing is not None
    assert result.missing.key_identifier == old.identifier
    assert len(result.steps) == 1


def test_what_came_along_is_no_anchor() -> None:
    impostor = csca(5)
    signer = issued(impostor, 3, "Signer")
    result = build_chain(signer.certificate, store_of(csca(1)), NOW, [impostor.certificate])
    assert result.reason is ChainReason.ISSUER_UNKNOWN
    assert result.anchor is None
    assert result.missing is not None
    assert result.missing.certificate == impostor.certificate
    silent = csca(5, plan=Plan(issuer_identifier=None))
    result = build_chain(signer.certificate, store_of(csca(1)), NOW, [silent.certificate])
    assert result.missing is not None
    assert result.missing.key_identifier == silent.identifier


def test_a_document_signer_issues_nothing() -> None:
    top = csca()
    signer = issued(top, 2, "Signer")
    below = issued(signer, 3, "Signer below")
    result = build_chain(below.certificate, store_of(top), NOW, [signer.certificate])
    assert result.reason is ChainReason.ISSUER_UNKNOWN


def test_links_in_a_ring_come_to_an_end() -> None:
    first, second = csca(1), csca(2, named("UT", "CSCA Utopia 2"))
    ring = [link(first, second).certificate, link(second, first).certificate]
    result = build_chain(issued(second, 3, "Signer").certificate, store_of(csca(7)), NOW, ring)
    assert result.reason is ChainReason.ISSUER_UNKNOWN


def test_a_thicket_of_certificates_costs_a_bounded_number_of_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issuer_search, "MAX_EFFORT", 10)
    tops = [csca(number, plan=Plan(identifier=b"\x01")).certificate for number in range(1, 31)]
    signer = issued(csca(40, plan=Plan(identifier=b"\x01")), 3, "Signer")
    result = build_chain(signer.certificate, TrustStore(), NOW, tops)
    given_up = "given up: too many keys to try, or too slow ones"
    assert (result.reason, result.detail) == (ChainReason.ISSUER_UNKNOWN, given_up)


# --- how it can end ---------------------------------------------------------------------------------------------------


def test_an_unknown_issuer_is_named() -> None:
    top = csca()
    signer = issued(top, 2, "Signer", replace(authority.SIGNER, urls=True))
    result = build_chain(signer.certificate, TrustStore(), NOW)
    assert (result.reason, result.anchor, result.steps) == (ChainReason.ISSUER_UNKNOWN, None, ())
    missing = result.missing
    assert missing is not None
    assert (missing.subject, missing.country) == ("C=UT, CN=CSCA Utopia", "UT")
    assert missing.key_identifier == top.identifier
    assert missing.issuer_urls == ("http://utopia.example/csca.crt",)
    assert missing.crl_urls == ("http://utopia.example/csca.crl",)
    assert not missing.unpublished
    for part in ("C=UT, CN=CSCA Utopia", top.identifier.hex().upper(), *missing.issuer_urls, *missing.crl_urls):
        assert part in missing.text
    assert "ublic master lists" not in missing.text


@pytest.mark.parametrize(("common", "unpublished"), [("CSCA Vietnam", True), ("CSCA ePassport Vietnam", False)])
def test_the_identity_cards_authority_is_in_no_public_list(common: str, unpublished: bool) -> None:
    signer = issued(csca(name=named("VN", common)), 2, "Document Signer")
    missing = build_chain(signer.certificate, TrustStore(), NOW).missing
    assert missing is not None
    assert missing.unpublished == unpublished
    assert ("Public master lists do not hold it" in missing.text) == unpublished


def test_another_key_of_the_same_name_is_no_forgery() -> None:
    signer = issued(csca(1), 3, "Signer")
    result = build_chain(signer.certificate, store_of(csca(2)), NOW)
    assert result.reason is ChainReason.ISSUER_UNKNOWN
    assert "do not fit" in result.detail


def test_a_wrong_signature_under_the_key_that_is_named() -> None:
    top = csca()
    forged = Certificate.parse(flipped(issued(top, 2, "Signer").der))
    result = build_chain(forged, store_of(top), NOW)
    assert (result.reason, result.anchor, result.missing) == (ChainReason.SIGNATURE_WRONG, None, None)


def test_every_bit_of_a_signers_certificate_counts() -> None:
    top = csca()
    genuine = issued(top, 2, "Signer").certificate
    store = store_of(top)
    refused = 0
    for place in range(len(genuine.raw)):
        try:
            forged = Certificate.parse(flipped(genuine.raw, place))
        except MalformedData:
            refused += 1
            continue
        assert build_chain(forged, store, NOW).reason is not ChainReason.VERIFIED
    assert 0 < refused < len(genuine.raw)


def test_an_embedded_impostor_hides_no_wrong_signature() -> None:
    top, impostor = csca(1), csca(5)
    copied = replace(impostor, identifier=top.identifier)
    signer = issued(copied, 3, "Signer")
    mimic = csca(5, plan=Plan(identifier=top.identifier, issuer_identifier=top.identifier))
    result = build_chain(signer.certificate, store_of(top), NOW, [mimic.certificate])
    assert result.reason is ChainReason.SIGNATURE_WRONG


def test_a_stranger_with_the_same_short_identifier_proves_nothing() -> None:
    stranger = csca(1, named("ZZ", "CSCA Zz"), Plan(identifier=b"\x01"))
    signer = issued(csca(2, plan=Plan(identifier=b"\x01")), 3, "Signer")
    assert build_chain(signer.certificate, store_of(stranger), NOW).reason is ChainReason.ISSUER_UNKNOWN


def test_a_broken_self_signed_certificate() -> None:
    broken_top = Certificate.parse(flipped(csca().der))
    assert build_chain(broken_top, TrustStore(), NOW).reason is ChainReason.SIGNATURE_WRONG


def test_an_unsupported_algorithm_is_no_verdict() -> None:
    top = csca(key=ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)))
    result = build_chain(issued(top, 2, "Signer").certificate, store_of(top), NOW)
    assert (result.reason, result.missing) == (ChainReason.ALGORITHM_UNSUPPORTED, None)
    assert "not supported" in result.detail


# --- what is found along the way --------------------------------------------------------------------------------------

PERIOD = "3022800F32303234303130313030303030305A810F32303234303430313030303030305A"
"""1 January to 1 April 2024."""


def test_validity_at_the_time_of_signing() -> None:
    top = csca()
    signer = issued(top, 2, "Signer", replace(authority.SIGNER, end=datetime(2025, 1, 1, tzinfo=UTC)))
    for at, expected in (
        (NOW, set()),
        (authority.BEGIN, set()),
        (datetime(2025, 1, 1, tzinfo=UTC), set()),
        (datetime(2025, 1, 2, tzinfo=UTC), {Rule.EXPIRED}),
        (datetime(2019, 1, 2, tzinfo=UTC), {Rule.NOT_YET_VALID}),
        (datetime(2036, 1, 2, tzinfo=UTC), {Rule.EXPIRED}),
        (None, {Rule.TIME_UNKNOWN}),
    ):
        result = build_chain(signer.certificate, store_of(top), at)
        assert result.reason is ChainReason.VERIFIED
        assert broken(result) == expected


def test_an_expired_authority_is_told_as_its_own() -> None:
    top = csca(plan=Plan(end=datetime(2022, 1, 1, tzinfo=UTC)))
    result = build_chain(issued(top, 2, "Signer").certificate, store_of(top), NOW)
    assert [(each.rule, each.certificate) for each in result.findings] == [(Rule.EXPIRED, top.certificate)]


def test_private_key_usage_periods() -> None:
    top = csca()
    signer = issued(top, 2, "Signer", replace(authority.SIGNER, extensions=(("2.5.29.16", PERIOD),)))
    for at, expected in (
        (datetime(2024, 1, 1, tzinfo=UTC), set()),
        (datetime(2024, 4, 1, tzinfo=UTC), set()),
        (NOW, {Rule.KEY_USED_TOO_LATE}),
        (datetime(2023, 2, 1, tzinfo=UTC), {Rule.KEY_USED_TOO_EARLY}),
        (None, {Rule.TIME_UNKNOWN}),
    ):
        assert broken(build_chain(signer.certificate, store_of(top), at)) == expected


@pytest.mark.parametrize(
    ("half", "early", "late"),
    [
        ("3011" + PERIOD[4:38], {Rule.KEY_USED_TOO_EARLY}, set()),
        ("3011" + PERIOD[38:], set(), {Rule.KEY_USED_TOO_LATE}),
    ],
)
def test_a_private_key_usage_period_may_be_open(half: str, early: set[Rule], late: set[Rule]) -> None:
    top = csca()
    signer = issued(top, 2, "Signer", replace(authority.SIGNER, extensions=(("2.5.29.16", half),)))
    for year, expected in ((2023, early), (2026, late)):
        assert broken(build_chain(signer.certificate, store_of(top), datetime(year, 2, 1, tzinfo=UTC))) == expected


def test_an_authoritys_key_is_judged_when_it_issued() -> None:
    top = csca(plan=Plan(extensions=(("2.5.29.16", PERIOD),)))
    for begin, expected in (
        (datetime(2024, 2, 1, tzinfo=UTC), set()),
        (datetime(2024, 5, 1, tzinfo=UTC), {Rule.KEY_USED_TOO_LATE}),
    ):
        signer = issued(top, 2, "Signer", replace(authority.SIGNER, begin=begin))
        assert broken(build_chain(signer.certificate, store_of(top), NOW)) == expected


@pytest.mark.parametrize(
    ("top", "signer", "expected"),
    [
        (Plan(), replace(authority.SIGNER, usage=None), Rule.USAGE_MISSING),
        (Plan(), replace(authority.SIGNER, usage=(1,)), Rule.USAGE_WRONG),
        (Plan(usage=(6,)), authority.SIGNER, Rule.USAGE_WRONG),
        (Plan(), replace(authority.SIGNER, extensions=(("1.2.3.4", "0500"),), critical=True), Rule.CRITICAL_EXTENSION),
    ],
)
def test_usage_and_constraints(top: Plan, signer: Plan, expected: Rule) -> None:
    authority_ = csca(plan=top)
    result = build_chain(issued(authority_, 2, "Signer", signer).certificate, store_of(authority_), NOW)
    assert (result.reason, broken(result)) == (ChainReason.VERIFIED, {expected})


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (Plan(authority=None), set()),
        (Plan(authority=False), set()),
        (Plan(usage=None), set()),
        (Plan(usage=None, authority=None), {Rule.USAGE_MISSING}),
        (Plan(usage=None, authority=False), {Rule.USAGE_MISSING, Rule.NO_AUTHORITY}),
        (Plan(usage=(6,), authority=None), {Rule.USAGE_WRONG}),
    ],
)
def test_of_an_anchor_one_extension_is_enough(plan: Plan, expected: set[Rule]) -> None:
    """Belgium, China, Italy, Luxembourg and Turkey issue under authorities that lack the other or deny it."""
    top = csca(plan=plan)
    assert broken(build_chain(issued(top, 2, "Signer").certificate, store_of(top), NOW)) == expected


@pytest.mark.parametrize(
    ("plan", "expected"), [(Plan(authority=False), Rule.NO_AUTHORITY), (Plan(usage=None), Rule.USAGE_MISSING)]
)
def test_of_what_came_along_both_are_asked(plan: Plan, expected: Rule) -> None:
    old, new = csca(1), csca(2)
    bridge, signer = link(old, new, plan), issued(new, 3, "Signer")
    result = build_chain(signer.certificate, store_of(old), NOW, [bridge.certificate])
    assert (result.anchor, broken(result)) == (old.certificate, {expected})


@pytest.mark.parametrize(
    ("usage", "constraints", "expected"),
    [
        (None, True, True),
        ((0,), True, True),
        ((5,), None, True),
        ((5,), False, True),
        ((0,), None, False),
        ((0,), False, False),
        (None, None, True),
    ],
)
def test_who_may_be_an_authority(usage: tuple[int, ...] | None, constraints: bool | None, expected: bool) -> None:
    assert rules.may_issue(csca(plan=Plan(usage=usage, authority=constraints)).certificate) is expected
    below = issued(csca(), 2, "Signer", Plan(usage=usage, authority=constraints)).certificate
    assert rules.may_issue(below) is (expected and (usage, constraints) != (None, None))


def test_a_keys_own_certificate_comes_before_a_link_to_it() -> None:
    """The link alone may be unverified, where a list lacks the older key."""
    new = csca(2)
    bridge = link(csca(1), new)
    signer = issued(new, 3, "Signer")
    for anchors in ((bridge, new), (new, bridge)):
        assert build_chain(signer.certificate, store_of(*anchors), NOW).anchor == new.certificate


def test_countries_that_differ() -> None:
    top = csca()
    signer = issued(top, 2, "Signer", name=named("ZZ", "Signer"))
    result = build_chain(signer.certificate, store_of(top), NOW)
    assert broken(result) == {Rule.COUNTRY_DIFFERS}
    assert result.findings[0].detail == "it names ZZ, its issuer UT"
    lower = issued(csca(name=named("ut")), 2, "Signer", name=named("UT", "Signer"))
    assert rules.country(lower.certificate, top.certificate) == ()
    nowhere = csca(name=named(None))
    stateless = issued(nowhere, 2, "Signer", name=named(None, "Signer"))
    assert broken(build_chain(stateless.certificate, store_of(nowhere), NOW)) == {Rule.COUNTRY_DIFFERS}


def test_document_types() -> None:
    top = csca()
    free = issued(top, 2, "Signer").certificate
    passports = issued(
        top, 3, "Signer", replace(authority.SIGNER, extensions=(("2.23.136.1.1.6.2", "30080201003103130150"),))
    ).certificate
    assert rules.document_type(free, "ID") == ()
    assert rules.document_type(passports, "P<") == ()
    assert rules.document_type(passports, "PD") == ()
    assert [each.rule for each in rules.document_type(passports, "ID")] == [Rule.DOCUMENT_TYPE]


def test_a_master_list_signer_needs_the_right_to_sign_lists() -> None:
    top = csca()
    for plan, expected in ((authority.SIGNER, {Rule.USAGE_WRONG}), (authority.LIST_SIGNER, set())):
        signer = issued(top, 2, "Signer", plan)
        assert broken(build_chain(signer.certificate, store_of(top), NOW, role=Role.MASTER_LIST_SIGNER)) == expected


# --- the index --------------------------------------------------------------------------------------------------------


def test_a_reference_refuses_bytes_that_were_changed() -> None:
    certificate = csca().certificate
    of = CertificateRef.of(certificate)
    stored = CertificateRef(of.fingerprint, of.subject, of.issuer, of.key_identifier, of.country, lambda: b"changed")
    with pytest.raises(MalformedData, match="changed after it was accepted"):
        _ = stored.certificate
    assert CertificateIndex([of, of]).by_subject(of.subject) == [of]


def test_the_digest_of_a_name_is_what_kept_stores_hold() -> None:
    """A change here needs another FACTS_VERSION, so that kept stores are read anew."""
    digest = "6b33687598343491cbaffc182d67aff0"
    assert name_digest(csca().certificate.subject) == digest
    assert name_digest(csca(name=named("ut", "csca UTOPIA")).certificate.subject) == digest


def test_nothing_depends_on_the_clock() -> None:
    top = csca(plan=Plan(begin=NOW - timedelta(days=2), end=NOW - timedelta(days=1)))
    signer = issued(top, 2, "Signer")
    at = NOW - timedelta(hours=36)
    assert build_chain(signer.certificate, store_of(top), at).findings == ()
