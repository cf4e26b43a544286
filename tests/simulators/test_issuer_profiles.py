# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Every way to sign a document, verified by the `openssl` command line, which made none of it.

What OpenSSL refuses on principle is named here, and only that may be refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms

from cccd_reader.apdu import tlv
from cccd_simulators.algorithms import Algorithm, Digest, KeyType, Parameters
from cccd_simulators.cms_builder import SIGNED_AT, Attributes, Form, SignerId
from cccd_simulators.names import NameForm
from cccd_simulators.profiles import Issued, Profile, all_algorithms, all_profiles, special_profiles
from tests.support.openssl import OpenSsl

DATA_GROUPS = {number: bytes([number]) * 20 for number in range(1, 17)}
EVERY = tuple(all_profiles())
SPECIAL = tuple(special_profiles())
BY_ALGORITHM = {key: list(found) for key, found in groupby(EVERY, lambda profile: profile.algorithm)}


def one_of_each_algorithm() -> list[Profile]:
    """Every algorithm once, with signer ids and attributes taking turns."""
    # Named and explicit parameters alternate in the table; half a turn apart, both meet all six forms.
    return [profiles[(turn // 2 + turn % 2 * 3) % 6] for turn, profiles in enumerate(BY_ALGORITHM.values())]


def is_explicit(algorithm: Algorithm) -> bool:
    return not algorithm.key.is_rsa and algorithm.parameters is not Parameters.NAMED


def refused_on_principle(profile: Profile) -> bool:
    """OpenSSL verifies attributes in the order received, and compares names in their order."""
    reversed_names = NameForm.REVERSED in (profile.issuer_form, profile.form.issuer_form)
    return profile.form.attributes is Attributes.RESORTED or reversed_names


def judge(openssl: OpenSsl, profile: Profile, issued: Issued) -> bytes | str:
    """Return the content, or what openssl has against it.

    Its chain building refuses explicit curve parameters, so there signature and certificate are verified apart.
    """
    content_info, anchor = tlv.expect(issued.sod, 0x77), issued.country.csca_certificate
    if not is_explicit(profile.algorithm):
        return openssl.cms(content_info, [anchor], SIGNED_AT)
    if not openssl.signature(issued.signer.certificate, anchor) or not openssl.signature(anchor, anchor):
        return "a certificate's signature is wrong"
    return openssl.cms(content_info, [anchor], SIGNED_AT, "-noverify")


def _a_third_at_once(values: Sequence[Any]) -> list[Any]:
    """Every third in each run, which meets every kind of key and every digest; the others are left to `make slow`."""
    return [pytest.param(each, marks=pytest.mark.slow if place % 3 else ()) for place, each in enumerate(values)]


@pytest.mark.parametrize("profile", _a_third_at_once(one_of_each_algorithm()), ids=str)
def test_openssl_verifies_every_algorithm(profile: Profile, tmp_path: Path) -> None:
    issued = profile.issue(DATA_GROUPS)
    assert judge(OpenSsl(tmp_path), profile, issued) == profile.security_object.content(DATA_GROUPS)


@pytest.mark.slow
@pytest.mark.parametrize("algorithm", BY_ALGORITHM, ids=str)
def test_openssl_verifies_every_form_of_every_algorithm(algorithm: Algorithm, tmp_path: Path) -> None:
    for profile in BY_ALGORITHM[algorithm]:
        issued = profile.issue(DATA_GROUPS)
        assert judge(OpenSsl(tmp_path), profile, issued) == profile.security_object.content(DATA_GROUPS)


@pytest.mark.parametrize("profile", [each for each in SPECIAL if not refused_on_principle(each)], ids=str)
def test_openssl_verifies_every_peculiarity(profile: Profile, tmp_path: Path) -> None:
    issued = profile.issue(DATA_GROUPS)
    assert judge(OpenSsl(tmp_path), profile, issued) == profile.security_object.content(DATA_GROUPS)


@pytest.mark.parametrize("profile", [each for each in SPECIAL if refused_on_principle(each)], ids=str)
def test_openssl_refuses_what_it_cannot(profile: Profile, tmp_path: Path) -> None:
    issued = profile.issue(DATA_GROUPS)
    assert isinstance(judge(OpenSsl(tmp_path), profile, issued), str)


def test_the_table_is_whole_and_every_line_another() -> None:
    assert len({str(profile) for profile in EVERY + SPECIAL}) == len(EVERY) + len(SPECIAL)
    keys = {(profile.algorithm.key, profile.algorithm.digest) for profile in EVERY}
    assert keys == {(key, digest) for key in KeyType for digest in Digest}
    forms = {(profile.form.signer_id, profile.form.attributes) for profile in EVERY}
    assert len(forms) == len(SignerId) * 3
    assert list(BY_ALGORITHM) == list(all_algorithms())
    assert len(BY_ALGORITHM) * len(forms) == len(EVERY) == 1260


@pytest.mark.parametrize("profile", one_of_each_algorithm()[::13], ids=str)
def test_openssl_refuses_one_changed_bit(profile: Profile, tmp_path: Path) -> None:
    issued = profile.issue(DATA_GROUPS)
    for position in (100, len(issued.sod) - 3):  # in the hash list, in the signature
        changed = bytearray(issued.sod)
        changed[position] ^= 1
        damaged = Issued(issued.country, issued.signer, bytes(changed))
        assert isinstance(judge(OpenSsl(tmp_path), profile, damaged), str)


@pytest.mark.parametrize("attributes", [Attributes.WRONG_DIGEST, Attributes.NO_DIGEST])
def test_openssl_refuses_wrong_attributes_that_are_well_signed(attributes: Attributes, tmp_path: Path) -> None:
    profile = Profile(form=Form(attributes=attributes))
    assert isinstance(judge(OpenSsl(tmp_path), profile, profile.issue(DATA_GROUPS)), str)


def test_openssl_overlooks_a_wrong_content_type(tmp_path: Path) -> None:
    profile = Profile(form=Form(attributes=Attributes.WRONG_CONTENT_TYPE))
    issued = profile.issue(DATA_GROUPS)
    assert judge(OpenSsl(tmp_path), profile, issued) == profile.security_object.content(DATA_GROUPS)
    signed = cms.ContentInfo.load(tlv.expect(issued.sod, 0x77))["content"]
    assert signed["encap_content_info"]["content_type"].native == "2.23.136.1.1.1"
    values = {item["type"].native: item["values"].native for item in signed["signer_infos"][0]["signed_attrs"]}
    assert values["content_type"] == ["data"]
