# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What certificates of strangers may cost: keys that are slow on purpose, and signatures that were checked before."""

from __future__ import annotations

from itertools import count
from random import Random

import pytest

from cccd_reader.apdu import tlv
from cccd_reader.crypto.ec import STANDARD_CURVES
from cccd_reader.crypto.ecdsa import EcKey
from cccd_reader.crypto.rsa import RsaKey
from cccd_reader.crypto.signatures import BadSignature, PublicKey, SignatureAlgorithm, verify_signature
from cccd_reader.lds import asn1
from cccd_reader.pki import algorithms, ber
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.chain import ChainReason, build_chain
from cccd_reader.pki.crl import Crl
from cccd_reader.pki.issuer_search import MAX_EFFORT
from cccd_reader.pki.master_list import EFFORT_EACH, ListedReason, MasterList, examine
from cccd_reader.pki.trust_lists import ListRoots
from cccd_reader.pki.trust_store import TrustStore
from tests.pki import authority
from tests.pki.authority import NOW, csca, issued, master_list

RSA_ENCRYPTION, RSA_SHA256 = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.11"
SLOWEST = RsaKey((1 << 8192) - 1, (1 << 256) - 1)
MANY = 40


def slow(number: int) -> Certificate:
    """An authority's certificate with a key of 8192 bits and an exponent of 256, and a signature of nobody."""
    tbs = ber.elements(ber.only(csca(number).der, asn1.SEQUENCE, "test").value, "test")[0]
    parts = [element.raw for element in ber.elements(tbs.value, "test")]
    modulus = Random(number).getrandbits(8192) | 1 | 1 << 8191
    numbers = asn1.encode_sequence(asn1.encode_integer(modulus), asn1.encode_integer(SLOWEST.exponent))
    parts[2] = algorithm = identifier(RSA_SHA256)
    parts[6] = asn1.encode_sequence(identifier(RSA_ENCRYPTION), tlv.encode(asn1.BIT_STRING, b"\x00" + numbers))
    signature = tlv.encode(asn1.BIT_STRING, bytes(1024) + b"\x01")
    return Certificate.parse(asn1.encode_sequence(asn1.encode_sequence(*parts), algorithm, signature))


def identifier(oid: str) -> bytes:
    return asn1.encode_sequence(asn1.encode_object_identifier(oid), tlv.encode(asn1.NULL, b""))


@pytest.fixture
def spent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The effort of every signature of a certificate that is checked; all of them are found wrong."""
    efforts: list[int] = []

    def verify(_: Certificate, key: PublicKey) -> None:
        efforts.append(key.effort)
        raise BadSignature("nobody made it")

    monkeypatch.setattr(Certificate, "verify", verify)
    return efforts


# --- strangers --------------------------------------------------------------------------------------------------------


def test_effort_grows_with_what_takes_long() -> None:
    usual = [RsaKey((1 << bits) - 1, 65537).effort for bits in (2048, 4096, 8192)]
    assert usual == sorted(usual)
    assert usual[0] == 1
    assert SLOWEST.effort > 10 * usual[-1]
    keys = {curve.name: EcKey(curve, curve.generator).effort for curve in STANDARD_CURVES.values()}
    assert max(keys["P-256"], keys["brainpoolP512r1"]) < 5 < keys["brainpoolP224r1"] < keys["brainpoolP320r1"]


def test_a_list_that_is_made_to_take_long(spent: list[int]) -> None:
    found = examine([slow(number) for number in range(1, MANY + 1)])
    assert 0 < sum(spent) <= MAX_EFFORT + EFFORT_EACH * MANY + SLOWEST.effort
    assert {each.reason for each in found[-MANY // 2 :]} == {ListedReason.GIVEN_UP}
    assert not any(each.reason.verified for each in found)


def test_keys_that_are_looked_at_again_cost_something_too(spent: list[int]) -> None:
    """One key in many certificates is checked once for each of them, and still not looked at without end."""
    same = authority.new_key(1)
    looks = 0

    def counted(certificate: Certificate) -> PublicKey:
        nonlocal looks
        looks += 1
        return algorithms.parse_public_key(certificate.key_info)

    given = [csca(1, authority.named("UT", f"CSCA {number}"), key=same).certificate for number in range(200)]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Certificate, "public_key", property(counted))
        found = examine(given)
    assert found[-1].reason is ListedReason.GIVEN_UP
    assert looks <= MAX_EFFORT + EFFORT_EACH * len(given)
    assert len(spent) <= len(given)


def test_a_document_whose_certificates_are_made_to_take_long(spent: list[int]) -> None:
    signer = issued(csca(99), 100, "Signer")
    others = [slow(number) for number in range(1, MANY + 1)]
    result = build_chain(signer.certificate, TrustStore(), NOW, others)
    assert 0 < sum(spent) <= MAX_EFFORT + SLOWEST.effort
    assert (result.reason, result.detail[:8]) == (ChainReason.ISSUER_UNKNOWN, "given up")


def test_a_list_that_nobody_vouches_for_examines_nothing_but_its_signer(monkeypatch: pytest.MonkeyPatch) -> None:
    signer = issued(csca(99), 100, "Signer", authority.LIST_SIGNER)
    found = MasterList.parse(master_list([slow(number) for number in range(1, 5)], signer))
    checked: list[Certificate] = []

    def verify(certificate: Certificate, _: PublicKey) -> None:
        checked.append(certificate)
        raise BadSignature("nobody made it")

    monkeypatch.setattr(Certificate, "verify", verify)
    assert not found.verify(ListRoots()).vouched_for
    assert set(checked) == {signer.certificate}


# --- what was checked before ------------------------------------------------------------------------------------------


def test_the_certificate_of_a_signer_is_the_same_value_again() -> None:
    der = issued(csca(1), 2, "Signer").der
    assert Certificate.recall(der) is Certificate.recall(bytes(bytearray(der)))
    assert Certificate.recall(der) == Certificate.parse(der)
    assert Certificate.recall(authority.flipped(der)) != Certificate.recall(der)


def test_a_good_signature_is_checked_once_for_each_key(monkeypatch: pytest.MonkeyPatch) -> None:
    checks = count()

    def counted(key: PublicKey, algorithm: SignatureAlgorithm, message: bytes, signature: bytes) -> None:
        next(checks)
        verify_signature(key, algorithm, message, signature)

    monkeypatch.setattr("cccd_reader.pki.certificates.verify_signature", counted)
    top, other = csca(1), csca(3)
    signer = Certificate.parse(issued(top, 2, "Signer").der)
    for _ in range(3):
        signer.verify(top.certificate.public_key)
    assert next(checks) == 1
    for _ in range(3):
        with pytest.raises(BadSignature):
            signer.verify(other.certificate.public_key)
    assert next(checks) == 1 + 1 + 3


def test_a_revocation_list_is_not_believed_under_another_key_afterwards() -> None:
    top, other = csca(1), csca(3)
    found = Crl.parse(authority.crl(top).raw)
    found.verify(top.certificate.public_key)
    found.verify(top.certificate.public_key)
    with pytest.raises(BadSignature):
        found.verify(other.certificate.public_key)
