# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The table: algorithm x parameter form x signer id x attribute form, issued, verified, and tampered."""

from __future__ import annotations

from collections import defaultdict

import pytest

from cccd_reader.inspection.catalogue import SOD_SIGNATURE
from cccd_reader.inspection.passive import conclusion, passive_authentication
from cccd_reader.inspection.results import Outcome, Reason
from cccd_simulators.profiles import Profile, all_profiles, special_profiles
from tests.support.trust import AT, GROUPS, evidence, trust

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
    spoilt = bytearray(issued.sod)
    spoilt[spoilt.index(GROUPS_HASH_MARK) + 9] ^= 1
    tampered = passive_authentication(evidence(bytes(spoilt)), store, AT)
    assert conclusion(tampered) is Outcome.FAILED


GROUPS_HASH_MARK = b"\x02\x01\x01\x04"
"""DG1's number and the beginning of its hash: where one bit of the hash list is changed."""


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
