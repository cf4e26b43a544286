# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What may be added to a kept store, on whose word, and what a newer list takes away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cccd_reader.errors import CccdError
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.crl import Crl
from cccd_reader.pki.master_list import MasterList
from cccd_reader.pki.trust_additions import NOBODY, Addition, ListStatus, Vouchers, add
from cccd_reader.pki.trust_files import Material, gather
from cccd_reader.pki.trust_removal import find_anchor, without
from cccd_reader.pki.trust_store import Acceptance, TrustStore, Untrusted
from tests.pki import authority
from tests.pki.authority import NOW, Holder, crl, csca, flipped, issued, link, master_list, named

UTOPIA, ARCADIA, ZEMBLA = csca(1), csca(3, named("AR", "CSCA Arcadia")), csca(5, named("ZE", "CSCA Zembla"))
LIST_SIGNER = issued(UTOPIA, 2, "Master List Signer", authority.LIST_SIGNER)
LATER = NOW + timedelta(days=100)


def listed(holders: Iterable[Holder], signed: datetime = NOW, signer: Holder = LIST_SIGNER) -> MasterList:
    top = UTOPIA if signer is LIST_SIGNER else None
    return MasterList.parse(master_list([each.certificate for each in holders], signer, top, signed))


def material(*things: Holder | Certificate | MasterList | Crl) -> Material:
    certificates = [each.certificate if isinstance(each, Holder) else each for each in things]
    return Material(
        tuple((each, "file") for each in certificates if isinstance(each, Certificate)),
        tuple((each, "file") for each in things if isinstance(each, Crl)),
        tuple((each, "list") for each in things if isinstance(each, MasterList)),
    )


def rooted(*roots: Holder) -> Vouchers:
    return Vouchers(tuple(each.certificate for each in roots))


def confirmed(*holders: Holder) -> Vouchers:
    return Vouchers((), frozenset(each.certificate.fingerprint for each in holders))


def countries(addition: Addition) -> list[str]:
    return [each.ref.country for each in addition.store.anchors]


FIRST = add(TrustStore(), material(listed([UTOPIA, ARCADIA])), rooted(UTOPIA), NOW).store
"""A store that holds Utopia's list under Utopia's root."""


# --- certificates -----------------------------------------------------------------------------------------------------


def test_a_certificate_that_nobody_vouches_for() -> None:
    result = add(TrustStore(), material(UTOPIA), Vouchers(), NOW)
    assert result.store.anchors == ()
    assert [each.certificate for each in result.questions] == [UTOPIA.certificate]
    assert [each.reason for each in result.judged] == [NOBODY]


def test_a_person_confirms_a_fingerprint() -> None:
    result = add(TrustStore(), material(UTOPIA), confirmed(UTOPIA), NOW)
    (anchor,) = result.new
    assert (anchor.acceptance, anchor.source, anchor.added) == (Acceptance.FINGERPRINT_CONFIRMED, "file", NOW)
    assert (result.questions, [each.reason for each in result.judged]) == ((), [""])


def test_a_root_does_not_vouch_for_itself() -> None:
    assert len(add(TrustStore(), material(UTOPIA), rooted(UTOPIA), NOW).questions) == 1


def test_a_link_certificate_under_an_anchor() -> None:
    second, third = csca(11), csca(12, named("UT", "CSCA Utopia 3"))
    things = material(link(second, third), link(UTOPIA, second))
    result = add(FIRST, things, Vouchers(), NOW)
    assert result.questions == ()
    assert {each.acceptance for each in result.new} == {Acceptance.VERIFIED_BY_ANCHOR}
    assert len(result.new) == 2


def test_a_link_certificate_of_another_country_is_asked_about() -> None:
    stolen = link(UTOPIA, csca(11, named("ZE", "CSCA Zembla")))
    result = add(FIRST, material(stolen), Vouchers(), NOW)
    assert [each.certificate for each in result.questions] == [stolen.certificate]


def test_an_anchor_that_is_not_verified_vouches_for_nobody() -> None:
    """Else what a list holds and nobody's key signed could make another certificate one that is verified."""
    loose = link(csca(21, named("AR", "Arcadia 1")), csca(22, named("AR", "Arcadia 2")))
    store = add(TrustStore(), material(listed([UTOPIA, loose])), rooted(UTOPIA), NOW).store
    assert {each.acceptance for each in store.anchors} == {Acceptance.VERIFIED_BY_LIST, Acceptance.LISTED_ONLY}
    next_one = link(loose, csca(23, named("AR", "Arcadia 3")))
    found = add(store, material(next_one), Vouchers(), NOW)
    assert [each.certificate for each in found.questions] == [next_one.certificate]
    assert found.new == ()


@pytest.mark.parametrize("number", [0, 1])
def test_a_changed_certificate_is_refused(number: int) -> None:
    genuine = (csca(11), link(UTOPIA, csca(11)))[number]
    result = add(FIRST, material(Certificate.parse(flipped(genuine.der))), Vouchers(), NOW)
    assert (result.questions, result.new) == ((), ())
    assert "C=UT, CN=CSCA Utopia" in result.refused[0].reason


def test_a_document_signer_is_no_anchor() -> None:
    result = add(FIRST, material(issued(UTOPIA, 9, "Signer")), Vouchers(), NOW)
    assert (result.new, result.questions, result.judged) == ((), (), ())
    assert len(result.refused) == 1


def test_a_certificate_that_is_known() -> None:
    result = add(FIRST, material(UTOPIA), Vouchers(), LATER)
    assert (result.new, result.questions, result.store) == ((), (), FIRST)
    again = add(FIRST, material(UTOPIA), confirmed(UTOPIA), LATER)
    assert again.new == ()
    (anchor,) = (each for each in again.store.anchors if each.ref.country == "UT")
    assert [each.acceptance for each in anchor.provenances] == [
        Acceptance.FINGERPRINT_CONFIRMED,
        Acceptance.VERIFIED_BY_LIST,
    ]
    assert anchor.added == NOW


# --- master lists -----------------------------------------------------------------------------------------------------


def test_a_list_under_a_root() -> None:
    result = add(TrustStore(), material(listed([UTOPIA, ARCADIA])), rooted(UTOPIA), NOW)
    assert [each.status for each in result.lists] == [ListStatus.ADDED]
    assert {each.acceptance for each in result.new} == {Acceptance.VERIFIED_BY_LIST}
    assert [each.reason for each in result.judged] == ["", ""]


def test_a_wrong_root_refuses_the_list() -> None:
    for store in (TrustStore(), FIRST):
        with pytest.raises(Untrusted, match="does not vouch"):
            add(store, material(listed([UTOPIA, ARCADIA])), rooted(ARCADIA), NOW)


def test_a_list_without_a_root_asks_for_the_fingerprint_of_its_authority() -> None:
    things = material(listed([UTOPIA, ARCADIA]))
    result = add(TrustStore(), things, Vouchers(), NOW)
    assert result.store.anchors == ()
    assert [each.certificate for each in result.questions] == [UTOPIA.certificate]
    assert "master list of UT" in result.questions[0].purpose
    result = add(TrustStore(), things, confirmed(UTOPIA), NOW)
    assert result.questions == ()
    assert result.store.lists[0].root == UTOPIA.certificate.fingerprint


def test_an_anchor_of_another_country_vouches_for_no_list() -> None:
    """Arcadia is believed, and so it speaks for its own documents; not for a list of everybody's certificates."""
    signer = issued(ARCADIA, 6, "Master List Signer", authority.LIST_SIGNER)
    result = add(FIRST, material(listed([ARCADIA, ZEMBLA], signer=signer)), Vouchers(), NOW)
    assert result.store == FIRST
    assert len(result.questions) == 1


def test_the_next_list_of_a_country_needs_no_root() -> None:
    newer = listed([UTOPIA, ZEMBLA], LATER)
    result = add(FIRST, material(newer), Vouchers(), LATER)
    (change,) = result.lists
    assert (change.status, result.questions) == (ListStatus.REPLACED, ())
    assert change.compared == FIRST.lists[0]
    assert (change.new, change.gone) == ((ZEMBLA.certificate,), (ARCADIA.certificate,))
    assert [each.ref.country for each in result.new] == ["ZE"]
    assert [each.ref.country for each in result.gone] == ["AR"]
    assert {each.ref.country: each.added for each in result.store.anchors} == {"UT": NOW, "ZE": LATER}
    assert [each.signed for each in result.store.lists] == [LATER]


def test_the_next_list_may_be_signed_under_the_next_key() -> None:
    renewed = csca(11)
    signer = issued(renewed, 12, "Master List Signer", authority.LIST_SIGNER)
    newer = listed([UTOPIA, renewed, link(UTOPIA, renewed)], LATER, signer)
    for vouchers in (Vouchers(), rooted(UTOPIA), rooted(renewed)):
        result = add(FIRST, material(newer), vouchers, LATER)
        assert [each.status for each in result.lists] == [ListStatus.REPLACED]
    assert add(FIRST, material(newer), Vouchers(), LATER).store.lists[0].root == UTOPIA.certificate.fingerprint


def test_what_a_person_confirmed_stays_when_a_list_drops_it() -> None:
    both = add(FIRST, material(ARCADIA), confirmed(ARCADIA), NOW).store
    result = add(both, material(listed([UTOPIA], LATER)), Vouchers(), LATER)
    assert result.gone == ()
    (anchor,) = (each for each in result.store.anchors if each.ref.country == "AR")
    assert [each.acceptance for each in anchor.provenances] == [Acceptance.FINGERPRINT_CONFIRMED]


def test_what_another_list_holds_stays_too() -> None:
    signer = issued(ZEMBLA, 6, "Master List Signer", authority.LIST_SIGNER)
    other = add(FIRST, material(listed([ZEMBLA, ARCADIA], signer=signer)), rooted(ZEMBLA), NOW).store
    result = add(other, material(listed([UTOPIA], LATER)), Vouchers(), LATER)
    assert sorted(countries(result)) == ["AR", "UT", "ZE"]
    assert result.gone == ()


def test_an_older_list_is_compared_and_not_taken() -> None:
    older = listed([UTOPIA, ZEMBLA], NOW - timedelta(days=100))
    result = add(FIRST, material(older), Vouchers(), LATER)
    (change,) = result.lists
    assert (change.status, result.store, result.new) == (ListStatus.OLDER, FIRST, ())
    assert (change.new, change.gone) == ((ARCADIA.certificate,), (ZEMBLA.certificate,))


def test_the_same_list_again() -> None:
    result = add(FIRST, material(listed([UTOPIA, ARCADIA])), Vouchers(), LATER)
    assert result.lists[0].status is not ListStatus.OLDER  # its signature is random, so the file is another
    same = add(result.store, material(*[listed([UTOPIA, ARCADIA])] * 2), Vouchers(), LATER)
    assert [each.new for each in same.lists] == [(), ()]
    assert sorted(countries(same)) == ["AR", "UT"]


def test_a_known_list_changes_nothing() -> None:
    one = listed([UTOPIA, ARCADIA])
    store = add(TrustStore(), material(one), rooted(UTOPIA), NOW).store
    result = add(store, material(one), Vouchers(), LATER)
    assert ([each.status for each in result.lists], result.store) == ([ListStatus.KNOWN], store)


def test_two_lists_at_once_help_each_other() -> None:
    """The older one is signed under a key that only the newer list vouches for."""
    renewed = csca(11)
    signer = issued(renewed, 12, "Master List Signer", authority.LIST_SIGNER)
    newer = listed([UTOPIA, renewed, ARCADIA], LATER, signer)
    older = listed([UTOPIA, ZEMBLA])
    result = add(TrustStore(), material(older, newer), rooted(renewed), LATER)
    assert [each.status for each in result.lists] == [ListStatus.ADDED, ListStatus.REPLACED]
    assert result.lists[1].gone == (ZEMBLA.certificate,)
    assert sorted(countries(result)) == ["AR", "UT", "UT"]
    assert {each.root for each in result.store.lists} == {renewed.certificate.fingerprint}


# --- revocation lists -------------------------------------------------------------------------------------------------


def test_a_revocation_list_of_an_anchor() -> None:
    fresh = crl(UTOPIA)
    result = add(FIRST, material(fresh), Vouchers(), NOW)
    assert [each.crl for each in result.crls] == [fresh]
    assert [each.crl for each in result.store.crls] == [fresh]
    again = add(result.store, material(fresh), Vouchers(), NOW)
    assert (again.crls, again.refused) == ((), ())


def test_a_newer_revocation_list_replaces_an_older_one() -> None:
    days = (datetime(2023, 1, 1, tzinfo=UTC), datetime(2023, 6, 1, tzinfo=UTC))
    old, fresh = crl(UTOPIA, days=days), crl(UTOPIA)
    store = add(FIRST, material(old), Vouchers(), NOW).store
    store = add(store, material(fresh), Vouchers(), NOW).store
    assert [each.crl for each in store.crls] == [fresh]
    result = add(store, material(old), Vouchers(), NOW)
    assert ([each.crl for each in result.store.crls], len(result.refused)) == ([fresh], 1)


def test_a_revocation_list_that_nobody_signed_is_refused() -> None:
    forged = crl(replace(csca(2), identifier=UTOPIA.identifier))
    result = add(FIRST, material(forged, crl(ZEMBLA)), Vouchers(), NOW)
    assert (result.crls, result.store.crls) == ((), ())
    assert [each.reason.rpartition(": ")[2] for each in result.refused] == [
        "crl-signature-wrong",
        "crl-issuer-unknown",
    ]


# --- taking out -------------------------------------------------------------------------------------------------------


def test_an_anchor_is_found_and_taken_out_by_its_first_digits() -> None:
    digits = ARCADIA.certificate.fingerprint.hex().upper()[:10]
    assert find_anchor(FIRST, digits).certificate == ARCADIA.certificate
    assert [each.ref.country for each in without(FIRST, [f"{digits[:4]}:{digits[4:]}"]).anchors] == ["UT"]


def test_a_list_goes_with_what_it_alone_vouches_for() -> None:
    store = add(FIRST, material(ARCADIA), confirmed(ARCADIA), NOW).store
    left = without(store, [FIRST.lists[0].fingerprint.hex()])
    assert [each.ref.country for each in left.anchors] == ["AR"]
    assert left.lists == ()


def test_a_revocation_list_is_taken_out() -> None:
    fresh = crl(UTOPIA)
    store = add(FIRST, material(fresh), Vouchers(), NOW).store
    left = without(store, [fresh.fingerprint.hex()])
    assert (left.crls, len(left.anchors)) == ((), 2)


@pytest.mark.parametrize(("text", "words"), [("00" * 32, "nothing in the store"), ("0011", "at least 8")])
def test_what_is_not_there_cannot_be_taken_out(text: str, words: str) -> None:
    with pytest.raises(CccdError, match=words):
        without(FIRST, [text])
    with pytest.raises(CccdError, match=words):
        find_anchor(FIRST, text)


def test_digits_that_mean_two_things(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cccd_reader.pki.trust_removal.MIN_DIGITS", 0)
    with pytest.raises(CccdError, match="more than one"):
        without(FIRST, [""])
    with pytest.raises(CccdError, match="nothing in the store"):
        find_anchor(FIRST, FIRST.lists[0].fingerprint.hex())


# --- real lists -------------------------------------------------------------------------------------------------------


@pytest.mark.reference_data
def test_two_real_lists_and_their_difference(reference_data: Path) -> None:
    lists = reference_data / "master_lists"
    older, newer = (gather([path]) for path in sorted(lists.glob("*.ml")))
    (root,) = (each for each, _ in gather([reference_data / "csca"]).certificates)
    with pytest.raises(Untrusted):
        add(TrustStore(), older, Vouchers((root,)), NOW)
    first = add(TrustStore(), newer, Vouchers((root,)), NOW)
    assert (len(first.judged), sum(not each.reason for each in first.judged)) == (588, 576)
    assert {each.reason for each in first.judged} == {"", "no issuer in the list"}
    second = add(first.store, older, Vouchers((root,)), LATER)
    (change,) = second.lists
    assert (change.status, len(change.new), len(change.gone)) == (ListStatus.OLDER, 106, 59)
    both = add(TrustStore(), gather([lists]), Vouchers((root,)), NOW)
    assert [each.status for each in both.lists] == [ListStatus.ADDED, ListStatus.REPLACED]
    assert (len(both.lists[1].new), len(both.lists[1].gone)) == (106, 59)
    assert {each.fingerprint for each in both.store.anchors} == {each.fingerprint for each in first.store.anchors}
