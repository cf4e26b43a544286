# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A copy that proves itself by a mapping key of its own, in an EF.CardSecurity whose signer may not speak for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cccd_reader.apdu import tlv
from cccd_reader.inspection.policy import VerdictKind
from cccd_reader.inspection.reading import Reading
from cccd_reader.inspection.report import Report
from cccd_reader.inspection.results import Reason
from cccd_reader.inspection.verify import verify
from cccd_reader.lds import files as ef
from cccd_reader.lds.card_security import CardSecurity
from cccd_reader.lds.security_infos import ChipAuthenticationPublicKeyInfo, SecurityInfos
from cccd_reader.pki.trust_store import Acceptance, TrustStore
from cccd_reader.protocols.chip_authentication_options import MAX_KEYS
from cccd_simulators import der, plans
from cccd_simulators.cms_builder import Signer
from cccd_simulators.fault_files import content_of, data_groups, issued, with_file
from cccd_simulators.fault_keys import clone_hiding_its_keys, computing_with_own_keys, own_key, public_half
from cccd_simulators.fault_signatures import foreign_country
from cccd_simulators.issuer import Country, card_security_file
from tests.support.fault_matrix import TRUST, base, visit
from tests.support.trust import AT, COUNTRY, trust

PACE = base("passport-pace")
UNVOUCHED = Country.create("VN", b"a list that nobody vouches for")


def _copy(signer: Signer) -> Reading:
    """A copy that hides DG14, so that its mapping key has to be that of EF.CardSecurity."""
    key = PACE.mapping_key
    assert key is not None
    infos = CardSecurity.parse(content_of(PACE, ef.CARD_SECURITY)).signed.content
    infos = infos.replace(public_half(key), public_half(own_key(key)))
    copy = clone_hiding_its_keys(PACE)
    copy = replace(copy, pace=PACE.pace, mapping_key=computing_with_own_keys(PACE).mapping_key)
    return visit(with_file(copy, ef.CARD_SECURITY, card_security_file(infos, signer)))


def _report(signer: Signer, store: TrustStore = TRUST) -> Report:
    return verify(_copy(signer), store, at=AT)


def test_the_issuers_own_signer_may() -> None:
    """So the cases below fail for what is wrong with their signers alone."""
    for store in (TRUST, trust(COUNTRY.csca_certificate)):  # with a revocation list and without
        assert _report(COUNTRY.document_signer(), store).check("chip.cam").reason is Reason.CHIP_PROVEN


def test_more_keys_than_are_looked_at_prove_nothing_and_disprove_nothing() -> None:
    """To prove that a key lies in its group may take seconds, and a chip may name hundreds."""
    infos = SecurityInfos.parse(CardSecurity.parse(content_of(PACE, ef.CARD_SECURITY)).signed.content)
    key = infos.of(ChipAuthenticationPublicKeyInfo)[0]
    many = der.set_of(*(bytes(replace(key, key_id=number)) for number in range(MAX_KEYS + 1)))
    copy = with_file(PACE, ef.CARD_SECURITY, card_security_file(many, COUNTRY.document_signer()))
    reading = visit(copy)
    files = tuple(record for record in reading.files if record.file != ef.data_group(14))
    check = verify(replace(reading, files=files), TRUST, at=AT).check("chip.cam")
    assert (check.reason, check.detail) == (
        Reason.CHIP_PROOF_UNSUPPORTED,
        f"not supported: more than {MAX_KEYS} static keys",
    )


@pytest.mark.parametrize(
    "plan",
    [plans.REVOKED, plans.WRONG_KEY_USAGE, plans.WRONG_COUNTRY, plans.EXPIRED],
    ids=lambda plan: str(plan.number),
)
def test_a_signer_that_may_not_sign_proves_no_chip(plan: plans.SignerPlan) -> None:
    report = _report(COUNTRY.document_signer(plan))
    assert report.check("chip.cam").reason is Reason.CHIP_KEY_UNAUTHENTICATED


def test_the_signer_of_another_country_proves_no_chip() -> None:
    report = _report(foreign_country().document_signer())
    assert report.check("chip.cam").reason is Reason.CHIP_KEY_UNAUTHENTICATED


@pytest.mark.parametrize("code", ["QQ", "UT"])
def test_the_signer_of_a_country_that_nobody_knows_proves_no_chip(code: str) -> None:
    """Whoever trusts a specimen's authority has not trusted it with the chips of another country."""
    specimen = Country.create(code, b"a specimen")
    report = _report(specimen.document_signer(), TRUST.merged(trust(specimen.csca_certificate)))
    assert report.check("chip.cam").reason is Reason.CHIP_KEY_UNAUTHENTICATED
    assert report.verdict is VerdictKind.UNDETERMINED


def test_a_signer_under_an_anchor_that_nobody_vouches_for_proves_no_chip() -> None:
    unvouched = trust(UNVOUCHED.csca_certificate, acceptance=Acceptance.UNVERIFIED_LIST)
    store = replace(TRUST, anchors=(*TRUST.anchors, *unvouched.anchors))
    report = _report(UNVOUCHED.document_signer(), store)
    assert report.check("chip.cam").reason is Reason.CHIP_KEY_UNAUTHENTICATED


def test_a_mapping_key_of_dg14_counts_as_far_as_dg14_does() -> None:
    groups = data_groups(PACE)
    own = SecurityInfos.parse(groups[14]).infos
    mapping = SecurityInfos.parse(CardSecurity.parse(content_of(PACE, ef.CARD_SECURITY)).signed.content)
    keys = mapping.of(ChipAuthenticationPublicKeyInfo)
    dg14 = tlv.encode(0x6E, der.set_in_order(*dict.fromkeys(bytes(info) for info in (*own, *keys))))
    for persona, reason in (
        (issued(PACE, groups | {14: dg14}), Reason.CHIP_PROVEN),
        (with_file(PACE, ef.data_group(14), dg14), Reason.CHIP_KEY_UNAUTHENTICATED),
    ):
        check = verify(visit(with_file(persona, ef.CARD_SECURITY, None)), TRUST, at=AT).check("chip.cam")
        assert check.reason is reason
        assert "DG14" in check.detail
