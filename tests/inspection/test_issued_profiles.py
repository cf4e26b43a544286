# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The table: algorithm x parameter form x signer id x attribute form, issued, verified, and tampered."""

from __future__ import annotations

from collections import defaultdict

import pytest

from cccd_reader.apdu import tlv
from cccd_reader.inspection.catalogue import SOD_SIGNATURE
from cccd_reader.inspection.passive import conclusion, passive_authentication
from cccd_reader.inspection.reading import Evidence
from cccd_reader.inspection.results import Outcome, Reason
from cccd_reader.lds import files as ef
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.cms import SignedData
from cccd_reader.pki.trust_store import TrustStore
from cccd_simulators.profiles import Issued, Profile, all_profiles, special_profiles
from tests.support.trust import AT, GROUPS, evidence, trust

GROUPS_HASH_MARK = b"\x02\x01\x01\x04"
"""DG1's number and the beginning of its hash: where one bit of the hash list is changed."""

BY_ALGORITHM: dict[str, list[Profile]] = defaultdict(list)
for _profile in all_profiles():
    BY_ALGORITHM[str(_profile.algorithm)].append(_profile)


def _verify(profile: Profile) -> None:
    issued = profile.issue(GROUPS)
    store = trust(issued.country.csca_certificate, crls=[issued.country.crl()])
    checks = passive_authentication(evidence(issued.sod), store, AT)
    assert conclusion(checks) is not Outcome.FAILED, [check for check in checks if check.outcome is Outcome.FAILED]
    by_id = {check.id: check for check in checks}
    assert by_id[SOD_SIGNATURE].reason is Reason.SIGNATURE_VALID
    assert by_id["issuer.signature"].reason is Reason.CHAIN_VERIFIED
    assert by_id["integrity.dg1"].reason is Reason.HASH_MATCHES
    _find_each_tampering(issued, store)


def _find_each_tampering(issued: Issued, store: TrustStore) -> None:
    """One bit in each data group, in the hash list, in the signature, and in each certificate."""
    groups = {number: _flipped(content, -1) for number, content in GROUPS.items()}
    found = _reasons(evidence(issued.sod, groups), store)
    assert {found[f"integrity.dg{number}"] for number in groups} == {Reason.HASH_MISMATCH}
    in_hash = issued.sod.index(GROUPS_HASH_MARK) + 9
    found = _reasons(evidence(_flipped(issued.sod, in_hash)), store)
    assert found["integrity.dg1"] is Reason.HASH_MISMATCH
    assert Reason.DIGEST_MISMATCH in found.values() or Reason.SIGNATURE_INVALID in found.values()
    signature = SignedData.parse(tlv.expect(issued.sod, ef.SOD.tag)).signers[0].signature
    found = _reasons(evidence(_changed(issued.sod, signature)), store)
    assert found[SOD_SIGNATURE] is Reason.SIGNATURE_INVALID
    spoilt = evidence(_changed(issued.sod, issued.signer.certificate))
    assert _reasons(spoilt, store)["issuer.signature"] is Reason.CHAIN_SIGNATURE_INVALID
    # an anchor is believed for its key, which stands in it once
    key = Certificate.parse(issued.country.csca_certificate).key_info
    other = trust(_changed(issued.country.csca_certificate, key, -6))
    assert _reasons(evidence(issued.sod), other)["issuer.signature"].outcome is not Outcome.PASSED


def _reasons(document: Evidence, store: TrustStore) -> dict[str, Reason]:
    checks = passive_authentication(document, store, AT)
    assert conclusion(checks) is not Outcome.PASSED
    return {check.id: check.reason for check in checks}


def _flipped(data: bytes, position: int) -> bytes:
    changed = bytearray(data)
    changed[position] ^= 1
    return bytes(changed)


def _changed(whole: bytes, part: bytes, position: int = -1) -> bytes:
    """One bit of a part that stands in the whole once."""
    assert whole.count(part) == 1
    return whole.replace(part, _flipped(part, position))


def test_the_table_is_whole() -> None:
    assert len(BY_ALGORITHM) == 210
    assert {len(profiles) for profiles in BY_ALGORITHM.values()} == {6}


@pytest.mark.parametrize(
    "algorithm",
    [pytest.param(each, marks=pytest.mark.slow if place % 3 else ()) for place, each in enumerate(BY_ALGORITHM)],
)
def test_every_algorithm_in_every_form(algorithm: str) -> None:
    # One of the six forms, another one for the next algorithm: all six for each kind of key.
    profiles = BY_ALGORITHM[algorithm]
    _verify(profiles[list(BY_ALGORITHM).index(algorithm) % 6])


@pytest.mark.slow
@pytest.mark.parametrize("algorithm", BY_ALGORITHM)
def test_all_of_the_table(algorithm: str) -> None:
    for profile in BY_ALGORITHM[algorithm]:
        _verify(profile)


@pytest.mark.parametrize("profile", list(special_profiles()), ids=str)
def test_peculiarities(profile: Profile) -> None:
    issued = profile.issue(GROUPS)
    store = trust(issued.country.csca_certificate)
    checks = {check.id: check for check in passive_authentication(evidence(issued.sod), store, AT)}
    assert checks[SOD_SIGNATURE].reason is Reason.SIGNATURE_VALID
    assert checks["issuer.signature"].reason is Reason.CHAIN_VERIFIED
