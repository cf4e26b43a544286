# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Master lists: their form, who vouches for them, and what the certificates in them say; two real ones."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from hypothesis import given, settings
from hypothesis import strategies as st

from cccd_reader.crypto.signatures import BadSignature, EcKey
from cccd_reader.errors import MalformedData, Unsupported
from cccd_reader.pki import master_list as master_list_module
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.chain import ChainReason, FoundBy
from cccd_reader.pki.master_list import ListedReason, MasterList, examine
from cccd_reader.pki.trust_lists import ListRoots
from tests.pki import authority
from tests.pki.authority import NOW, Plan, csca, flipped, issued, link, master_list, named

UTOPIA = csca(1)
LIST_SIGNER = issued(UTOPIA, 2, "Master List Signer", authority.LIST_SIGNER)
ARCADIA = csca(3, named("AR", "CSCA Arcadia"))
RAW = master_list([UTOPIA.certificate, ARCADIA.certificate], LIST_SIGNER, UTOPIA)
NEWEST, OLDER = "DE_ML_2026-05-28-08-28-45.ml", "DE_ML_2024-08-07-07-38-24.ml"
WITHOUT_ISSUER = ["AE", "AT", "BG", "CY", "HU", "LB", "LV", "MA", "MD", "PH", "TR", "UZ"]


# --- form -------------------------------------------------------------------------------------------------------------


def test_a_list_is_parsed() -> None:
    found = MasterList.parse(RAW)
    assert set(found.certificates) == {UTOPIA.certificate, ARCADIA.certificate}
    assert found.malformed == 0
    assert found.fingerprint == MasterList.parse(RAW).fingerprint


def test_one_bad_certificate_does_not_spoil_the_list() -> None:
    bad = replace(ARCADIA.certificate, raw=ARCADIA.der.replace(b"\x17\x0d", b"\x04\x0d"))
    found = MasterList.parse(master_list([UTOPIA.certificate, bad], LIST_SIGNER, UTOPIA))
    assert (found.certificates, found.malformed) == ((UTOPIA.certificate,), 1)


def test_a_certificate_that_stands_twice_counts_once() -> None:
    found = MasterList.parse(master_list([UTOPIA.certificate, UTOPIA.certificate], LIST_SIGNER, UTOPIA))
    assert (found.certificates, found.malformed) == ((UTOPIA.certificate,), 0)


def test_other_signed_data_and_large_lists_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MalformedData, match="no master list"):
        MasterList.parse(master_list([], LIST_SIGNER, content_type="2.23.136.1.1.1"))
    with pytest.raises(MalformedData, match="version 0"):
        MasterList.parse(RAW.replace(b"\x02\x01\x00\x31", b"\x02\x01\x01\x31"))
    with pytest.raises(MalformedData, match="larger than"):
        MasterList.parse(bytes(master_list_module.MAX_BYTES + 1))
    monkeypatch.setattr(master_list_module, "MAX_CERTIFICATES", 1)
    with pytest.raises(MalformedData, match="more than 1"):
        MasterList.parse(RAW)


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, len(RAW) - 1), inserted=st.binary(max_size=3))
def test_other_bytes_in_a_list_are_refused_or_found_out(place: int, inserted: bytes) -> None:
    changed = RAW[:place] + inserted + RAW[place + len(inserted) :]
    if changed == RAW:
        return
    try:
        found = MasterList.parse(changed).verify(ListRoots([UTOPIA.certificate]))
    except (MalformedData, BadSignature, Unsupported):
        return
    assert found.certificate == LIST_SIGNER.certificate or not found.vouched_for


# --- who vouches ------------------------------------------------------------------------------------------------------


def test_a_list_under_its_root() -> None:
    signature = MasterList.parse(RAW).verify(ListRoots([UTOPIA.certificate]))
    assert signature.vouched_for
    assert signature.reason == ""
    assert (signature.certificate, signature.signed) == (LIST_SIGNER.certificate, NOW)
    assert (signature.chain.anchor, signature.top) == (UTOPIA.certificate, UTOPIA.certificate)


def test_a_list_under_another_root() -> None:
    signature = MasterList.parse(RAW).verify(ListRoots([ARCADIA.certificate]))
    assert not signature.vouched_for
    assert signature.chain.reason is ChainReason.ISSUER_UNKNOWN
    assert signature.reason != ""
    assert signature.top == UTOPIA.certificate


def test_every_bit_of_a_list_counts() -> None:
    content = RAW.find(UTOPIA.der) + 200
    with pytest.raises(BadSignature):
        MasterList.parse(flipped(RAW, content)).verify(ListRoots([UTOPIA.certificate]))
    with pytest.raises(BadSignature):
        MasterList.parse(flipped(RAW)).verify(ListRoots([UTOPIA.certificate]))
    with pytest.raises(BadSignature, match="came along"):
        MasterList.parse(flipped(RAW, RAW.rfind(UTOPIA.der) + len(UTOPIA.der) - 1)).verify(
            ListRoots([UTOPIA.certificate])
        )


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (authority.SIGNER, "may not sign master lists"),
        (replace(authority.LIST_SIGNER, end=datetime(2023, 1, 1, tzinfo=UTC)), "valid to 2023-01-01"),
        (replace(authority.LIST_SIGNER, usage=(1,)), "digital_signature"),
    ],
    ids=["no right", "expired", "usage"],
)
def test_a_signer_without_the_right(plan: Plan, words: str) -> None:
    raw = master_list([UTOPIA.certificate], issued(UTOPIA, 2, "Signer", plan), UTOPIA)
    signature = MasterList.parse(raw).verify(ListRoots([UTOPIA.certificate]))
    assert signature.chain.reason is ChainReason.VERIFIED
    assert not signature.vouched_for
    assert words in signature.reason


def test_a_list_without_a_signing_time_cannot_be_judged() -> None:
    raw = master_list([UTOPIA.certificate], LIST_SIGNER, UTOPIA, signed=None)
    assert not MasterList.parse(raw).verify(ListRoots([UTOPIA.certificate])).vouched_for


def test_a_signer_of_another_country_than_its_authority() -> None:
    signer = issued(UTOPIA, 2, "Signer", authority.LIST_SIGNER, named("AR", "Signer"))
    raw = master_list([UTOPIA.certificate], signer, UTOPIA)
    assert not MasterList.parse(raw).verify(ListRoots([UTOPIA.certificate])).vouched_for


def test_a_link_in_the_list_leads_to_an_older_root() -> None:
    new = csca(9)
    bridge = link(UTOPIA, new)
    signer = issued(new, 2, "Signer", authority.LIST_SIGNER)
    raw = master_list([new.certificate, bridge.certificate], signer, new)
    signature = MasterList.parse(raw).verify(ListRoots([UTOPIA.certificate]))
    assert signature.vouched_for
    assert bridge.certificate in signature.chain.path


def test_a_signer_that_came_alone_is_its_own_top() -> None:
    signature = MasterList.parse(master_list([UTOPIA.certificate], LIST_SIGNER)).verify(ListRoots())
    assert signature.top == LIST_SIGNER.certificate


def test_a_signer_whose_certificate_is_missing() -> None:
    other = replace(LIST_SIGNER, identifier=b"another")
    raw = master_list([UTOPIA.certificate], other, UTOPIA)
    with pytest.raises(MalformedData, match="did not come along"):
        MasterList.parse(raw).verify(ListRoots([UTOPIA.certificate]))


# --- the certificates -------------------------------------------------------------------------------------------------


def test_what_the_signatures_of_a_set_say() -> None:
    new, lonely = csca(4, named("UT", "CSCA Utopia 2")), csca(5, named("LO", "Lonely"))
    bridge, orphan = link(UTOPIA, new), link(lonely, csca(6, named("LO", "Lonely 2")))
    strange = csca(7, named("ST", "Strange"), key=ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)))
    damaged = Certificate.parse(flipped(csca(8, named("DA", "Damaged")).der))
    given_ = [UTOPIA, bridge, orphan, strange]
    found = examine([*(each.certificate for each in given_), damaged])
    assert [each.reason for each in found] == [
        ListedReason.SELF_SIGNED,
        ListedReason.SIGNED_BY_LISTED_KEY,
        ListedReason.NO_ISSUER,
        ListedReason.ALGORITHM_UNSUPPORTED,
        ListedReason.SIGNATURE_WRONG,
    ]
    assert [each.reason.verified for each in found] == [True, True, False, False, False]
    assert (found[1].issuer, found[1].found_by) == (UTOPIA.certificate, FoundBy.KEY_IDENTIFIER)


# --- the real lists ---------------------------------------------------------------------------------------------------


@pytest.mark.reference_data
def test_the_list_of_2026(reference_data: Path) -> None:
    root = Certificate.parse((reference_data / "csca" / "DE_ROOT_CA_CSCA07.cer").read_bytes())
    found = MasterList.parse((reference_data / "master_lists" / NEWEST).read_bytes())
    signature = found.verify(ListRoots([root]))
    assert signature.vouched_for
    assert signature.chain.anchor == root
    assert (len(found.certificates), found.malformed) == (588, 0)
    listed = examine(found.certificates)
    assert Counter(each.reason for each in listed) == {
        ListedReason.SELF_SIGNED: 375,
        ListedReason.SIGNED_BY_LISTED_KEY: 201,
        ListedReason.NO_ISSUER: 12,
    }
    assert sorted(each.certificate.country for each in listed if not each.reason.verified) == WITHOUT_ISSUER
    (vietnam,) = (each for each in listed if each.certificate.country == "VN")
    assert vietnam.reason is ListedReason.SELF_SIGNED
    key = vietnam.certificate.public_key
    assert isinstance(key, EcKey)
    assert key.name == "brainpoolP512r1"
    assert vietnam.certificate.subject_key_identifier == bytes.fromhex("88918F5A25ECE37A3E04C52D38A4F2B5123C85C7")


@pytest.mark.reference_data
def test_the_list_of_2024_is_older_than_the_root_of_2026(reference_data: Path) -> None:
    """Its signer chains to the key that the root of 2026 replaced; the list of 2026 holds that one."""
    root = Certificate.parse((reference_data / "csca" / "DE_ROOT_CA_CSCA07.cer").read_bytes())
    found = MasterList.parse((reference_data / "master_lists" / OLDER).read_bytes())
    newest = MasterList.parse((reference_data / "master_lists" / NEWEST).read_bytes())
    assert not found.verify(ListRoots([root])).vouched_for
    assert found.verify(ListRoots(each for each in newest.certificates if each.country == "DE")).vouched_for
    listed = examine(found.certificates)
    assert (len(listed), sum(each.reason.verified for each in listed)) == (541, 534)


@pytest.mark.reference_data
@pytest.mark.parametrize("place", [0.1, 0.3, 0.5, 0.7, 0.9, 0.999])
def test_a_bit_of_the_real_list_is_flipped(reference_data: Path, place: float) -> None:
    root = Certificate.parse((reference_data / "csca" / "DE_ROOT_CA_CSCA07.cer").read_bytes())
    raw = (reference_data / "master_lists" / NEWEST).read_bytes()
    with pytest.raises((MalformedData, BadSignature)):
        MasterList.parse(flipped(raw, int(place * len(raw)))).verify(ListRoots([root]))
