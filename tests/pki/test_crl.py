# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Revocation lists: their form, their signature, and what they say about a certificate at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from hypothesis import given
from hypothesis import strategies as st

from cccd_reader.apdu import tlv
from cccd_reader.crypto.signatures import BadSignature
from cccd_reader.errors import MalformedData
from cccd_reader.lds import asn1
from cccd_reader.pki import crl as crl_module
from cccd_reader.pki.ber import Element
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.chain import build_chain
from cccd_reader.pki.crl import Crl, CrlReason
from cccd_reader.pki.revocation import RevocationStatus, revocation, revocations, verify_crl
from cccd_reader.pki.trust_import import stored_crl
from cccd_reader.pki.trust_store import Acceptance, Anchor, Provenance, TrustStore
from tests.pki import authority
from tests.pki.authority import NOW, Holder, Plan, crl, crl_of_version_1, csca, flipped, issued, link, named

MAY, JULY = datetime(2024, 5, 1, tzinfo=UTC), datetime(2024, 7, 1, tzinfo=UTC)
COMPROMISED = x509.ReasonFlags.key_compromise


def store_of(holders: Iterable[Holder], *crls: Crl) -> TrustStore:
    given_ = Provenance("test", NOW, Acceptance.GIVEN_DIRECTLY)
    anchors = tuple(Anchor.of(each.certificate, given_) for each in holders)
    return TrustStore(anchors, tuple(stored_crl(each, "test", NOW) for each in crls))


def status(certificate: Certificate, store: TrustStore, at: datetime = NOW) -> RevocationStatus:
    return revocation(certificate, store, at).status


# --- form -------------------------------------------------------------------------------------------------------------


def test_the_fields_of_version_2() -> None:
    top = csca()
    number = (x509.CRLNumber(7), False)
    found = crl(top, [(5, MAY, COMPROMISED), (6, JULY, None)], extensions=[number])
    assert (found.version, found.number, found.authority_key_identifier) == (2, 7, top.identifier)
    assert found.issuer.matches(top.certificate.subject)
    assert (found.this_update, found.next_update) == (MAY, datetime(2024, 8, 1, tzinfo=UTC))
    assert found.unsupported == ()
    assert found.revoked[5].reason is CrlReason.KEY_COMPROMISE
    assert found.revoked[5].reason.words == "key compromise"
    assert (found.revoked[6].date, found.revoked[6].reason) == (JULY, CrlReason.UNSPECIFIED)
    found.verify(top.certificate.public_key)


def test_version_1_without_extensions() -> None:
    top = csca()
    found = Crl.parse(crl_of_version_1(top, [5]))
    assert (found.version, found.authority_key_identifier, found.number) == (1, None, None)
    assert list(found.revoked) == [5]
    found.verify(top.certificate.public_key)
    assert Crl.parse(crl_of_version_1(top, next_update=b"")).next_update is None


def test_the_signature_is_over_every_byte() -> None:
    top = csca()
    key = top.certificate.public_key
    raw = crl(top, [(5, MAY, None)]).raw
    for place in range(len(raw)):
        with pytest.raises((MalformedData, BadSignature)):
            Crl.parse(flipped(raw, place)).verify(key)


def test_reasons_that_do_not_exist() -> None:
    assert crl_module._reason({}) is CrlReason.UNSPECIFIED
    for content, expected in (("0A0101", CrlReason.KEY_COMPROMISE), ("0A0107", CrlReason.UNSPECIFIED)):
        given_ = {"2.5.29.21": crl_module._Extension(False, bytes.fromhex(content))}
        assert crl_module._reason(given_) is expected


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: raw[:-1],
        lambda raw: raw + b"\x00",
        lambda raw: tlv.encode(asn1.SEQUENCE, tlv.expect(raw, asn1.SEQUENCE)[:-2]),
        lambda raw: b"",
        lambda raw: bytes(crl_module.MAX_BYTES + 1),
    ],
)
def test_malformed_lists(damage: object) -> None:
    assert callable(damage)
    with pytest.raises(MalformedData):
        Crl.parse(damage(crl(csca()).raw))


def test_a_certificate_is_no_revocation_list() -> None:
    with pytest.raises(MalformedData):
        Crl.parse(csca().der)


def test_two_algorithms_and_an_extension_that_stands_twice() -> None:
    raw = crl_of_version_1(csca())
    sha256, sha384 = bytes.fromhex("2A8648CE3D040302"), bytes.fromhex("2A8648CE3D040303")
    with pytest.raises(MalformedData, match="two different signature algorithms"):
        Crl.parse(raw.replace(sha256, sha384, 1))
    twice = asn1.encode_sequence(*[asn1.encode_sequence(bytes.fromhex("0603551D14"), bytes.fromhex("0403020101"))] * 2)
    with pytest.raises(MalformedData, match="stands twice"):
        crl_module._extensions(Element(0xA0, twice, twice))


@given(st.binary(max_size=120))
def test_any_bytes_are_a_list_or_malformed(raw: bytes) -> None:
    for content in (raw, tlv.encode(asn1.SEQUENCE, raw)):
        with pytest.raises(MalformedData):
            Crl.parse(content)


@given(st.integers(0, 400), st.binary(min_size=1, max_size=4))
def test_a_list_with_other_bytes_in_it(place: int, inserted: bytes) -> None:
    raw = crl_of_version_1(csca(), [5, 6])
    try:
        _ = Crl.parse(raw[:place] + inserted + raw[place + len(inserted) :]).revoked
    except MalformedData:
        return


# --- status -----------------------------------------------------------------------------------------------------------


def test_not_revoked_on_a_fresh_list() -> None:
    top = csca()
    signer = issued(top, 2, "Signer")
    found = revocation(signer.certificate, store_of([top], crl(top, [(5, MAY, None)])), NOW)
    assert (found.status, found.entry) == (RevocationStatus.NOT_REVOKED, None)
    assert found.crl is not None


def test_revoked_with_date_and_reason() -> None:
    top = csca()
    signer = issued(top, 2, "Signer")
    entries = [(5, MAY, None), (signer.certificate.serial, MAY, COMPROMISED)]
    found = revocation(signer.certificate, store_of([top], crl(top, entries)), NOW)
    assert found.status is RevocationStatus.REVOKED
    assert found.entry is not None
    assert (found.entry.date, found.entry.reason) == (MAY, CrlReason.KEY_COMPROMISE)
    assert found.detail == "revoked on 2024-05-01: key compromise"


def test_revoked_later_than_the_time_in_question() -> None:
    top = csca()
    signer = issued(top, 2, "Signer")
    store = store_of([top], crl(top, [(signer.certificate.serial, JULY, None)]))
    assert status(signer.certificate, store) is RevocationStatus.NOT_REVOKED
    assert status(signer.certificate, store, JULY) is RevocationStatus.REVOKED


def test_what_an_old_list_says() -> None:
    top = csca()
    signer, revoked = issued(top, 2, "Signer"), issued(top, 3, "Signer 3")
    store = store_of([top], crl(top, [(revoked.certificate.serial, MAY, None)]))
    later = datetime(2025, 1, 1, tzinfo=UTC)
    assert status(signer.certificate, store, later) is RevocationStatus.CRL_TOO_OLD
    assert status(revoked.certificate, store, later) is RevocationStatus.REVOKED
    assert status(signer.certificate, store, MAY - timedelta(days=1)) is RevocationStatus.CRL_NOT_YET_ISSUED


def test_a_list_that_does_not_say_how_long_it_holds() -> None:
    top = csca()
    store = store_of([top], Crl.parse(crl_of_version_1(top, next_update=b"")))
    assert status(issued(top, 2, "Signer").certificate, store) is RevocationStatus.CRL_TOO_OLD


def test_no_list_at_hand() -> None:
    top, other = csca(1), csca(2, named("ZZ", "CSCA Zz"))
    store = store_of([top, other], crl(other))
    assert status(issued(top, 3, "Signer").certificate, store) is RevocationStatus.NO_CRL


def test_a_list_that_nobody_of_the_name_signed() -> None:
    top, impostor = csca(1), csca(2)
    forged = replace(impostor, identifier=top.identifier)
    signer = issued(top, 3, "Signer")
    assert status(signer.certificate, store_of([top], crl(forged))) is RevocationStatus.CRL_SIGNATURE_WRONG
    assert status(signer.certificate, store_of([top], crl(impostor))) is RevocationStatus.CRL_ISSUER_UNKNOWN
    assert status(signer.certificate, store_of([], crl(top))) is RevocationStatus.CRL_ISSUER_UNKNOWN
    two_keys = store_of([top, csca(4)], crl(forged))
    assert status(signer.certificate, two_keys) is RevocationStatus.CRL_SIGNATURE_WRONG


def test_a_forged_list_revokes_nothing_and_hides_nothing() -> None:
    top, impostor = csca(1), csca(2)
    forger = replace(impostor, identifier=top.identifier)
    signer, revoked = issued(top, 3, "Signer"), issued(top, 4, "Signer 4")
    genuine = crl(top, [(revoked.certificate.serial, MAY, None)])
    newer = (JULY - timedelta(days=40), datetime(2025, 8, 1, tzinfo=UTC))
    store = store_of([top], crl(forger, [(signer.certificate.serial, MAY, None)], newer), genuine)
    assert status(signer.certificate, store) is RevocationStatus.NOT_REVOKED
    assert status(revoked.certificate, store) is RevocationStatus.REVOKED


def test_the_newest_of_several_lists() -> None:
    top = csca()
    signer = issued(top, 2, "Signer")
    old = crl(top, days=(datetime(2023, 1, 1, tzinfo=UTC), datetime(2023, 6, 1, tzinfo=UTC)))
    fresh = crl(top)
    found = revocation(signer.certificate, store_of([top], old, fresh), NOW)
    assert (found.status, found.crl) == (RevocationStatus.NOT_REVOKED, fresh)
    assert revocation(signer.certificate, store_of([top], old), NOW).status is RevocationStatus.CRL_TOO_OLD


@pytest.mark.parametrize("name", [named(), named("UT", "CSCA Utopia 2")], ids=["same name", "new name"])
def test_a_list_signed_with_the_next_key(name: x509.Name) -> None:
    old, new = csca(1), csca(2, name)
    signer = issued(old, 3, "Signer")
    fresh = crl(new, [(signer.certificate.serial, MAY, None)])
    store = store_of([old, new, link(old, new)], fresh)
    assert status(signer.certificate, store) is RevocationStatus.REVOKED
    assert status(issued(new, 4, "Signer 4").certificate, store) is RevocationStatus.NOT_REVOKED


def test_an_unlinked_name_of_the_same_country_says_nothing() -> None:
    old, other = csca(1), csca(2, named("UT", "Another authority"))
    signer = issued(old, 3, "Signer")
    store = store_of([old, other], crl(other, [(signer.certificate.serial, MAY, None)]))
    assert status(signer.certificate, store) is RevocationStatus.NO_CRL


@pytest.mark.parametrize(
    ("extension", "critical"),
    [
        (x509.DeltaCRLIndicator(1), True),
        (x509.IssuingDistributionPoint(None, None, False, False, None, True, False), True),
        (x509.IssuingDistributionPoint(None, None, True, False, None, False, False), True),
        (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True),
    ],
    ids=["delta", "indirect", "users alone", "unknown and critical"],
)
def test_kinds_of_lists_that_are_not_judged(extension: x509.ExtensionType, critical: bool) -> None:
    top = csca()
    found = crl(top, extensions=[(extension, critical)])
    assert found.unsupported != ()
    assert status(issued(top, 2, "Signer").certificate, store_of([top], found)) is RevocationStatus.CRL_UNSUPPORTED


def test_extensions_that_limit_nothing() -> None:
    top = csca()
    point = [x509.UniformResourceIdentifier("http://utopia.example/csca.crl")]
    everything = x509.IssuingDistributionPoint(point, None, False, False, None, False, False)
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    found = crl(top, extensions=[(everything, True), (unknown, False)])
    assert status(issued(top, 2, "Signer").certificate, store_of([top], found)) is RevocationStatus.NOT_REVOKED


def test_a_signature_that_cannot_be_judged() -> None:
    top = csca(key=ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)))
    signer = issued(top, 2, "Signer")
    assert status(signer.certificate, store_of([top], crl(top))) is RevocationStatus.CRL_UNSUPPORTED


def test_entries_that_cannot_be_parsed() -> None:
    top = csca()
    tbs = tlv.decode(tlv.expect(crl_of_version_1(top, [5]), asn1.SEQUENCE))[0]
    broken = bytes(tbs).replace(b"\x02\x01\x05", b"\x04\x01\x05")
    signature = tlv.encode(asn1.BIT_STRING, b"\x00" + authority._sign(top, broken))
    algorithm = asn1.encode_sequence(asn1.encode_object_identifier("1.2.840.10045.4.3.2"))
    found = Crl.parse(asn1.encode_sequence(broken, algorithm, signature))
    assert status(issued(top, 2, "Signer").certificate, store_of([top], found)) is RevocationStatus.CRL_UNSUPPORTED


def test_an_entry_that_may_mean_another_authoritys_certificate() -> None:
    """RFC 5280, 5.3: with a critical entry extension that nobody knows, a list says nothing about any certificate."""
    top = csca()
    signer = issued(top, 2, "Signer")
    builder = x509.CertificateRevocationListBuilder().issuer_name(top.name).last_update(MAY).next_update(NOW)
    other = x509.CertificateIssuer([x509.DirectoryName(named("AR", "CSCA Arcadia"))])
    entry = x509.RevokedCertificateBuilder().serial_number(signer.certificate.serial).revocation_date(MAY)
    for critical, expected in ((True, RevocationStatus.CRL_UNSUPPORTED), (False, RevocationStatus.REVOKED)):
        listed = builder.add_revoked_certificate(entry.add_extension(other, critical=critical).build())
        raw = listed.sign(top.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
        assert status(signer.certificate, store_of([top], Crl.parse(raw))) is expected


def test_a_link_from_another_country_makes_no_family() -> None:
    """Britain signs for Bermuda in the lists of 2026; that says nothing about whose revocation list is whose."""
    home, island = csca(1, named("GB", "CSCA")), csca(2, named("BM", "CSCA"))
    store = store_of([home, island, link(home, island)], crl(island))
    assert status(issued(home, 3, "Signer").certificate, store) is RevocationStatus.NO_CRL
    assert status(issued(island, 3, "Signer").certificate, store) is RevocationStatus.NOT_REVOKED


def test_a_family_ends_where_no_link_leads_on() -> None:
    renamed = csca(5, named("AR", "CSCA Arcadia 2"))
    old = csca(4, named("AR", "CSCA Arcadia"))
    top = csca(1)
    store = store_of([top, old, renamed, link(old, renamed)], crl(renamed))
    assert status(issued(top, 3, "Signer").certificate, store) is RevocationStatus.NO_CRL
    assert status(issued(old, 6, "Signer").certificate, store) is RevocationStatus.NOT_REVOKED


def test_a_key_of_a_list_that_nobody_vouches_for_signs_no_revocation_list() -> None:
    true, false = csca(1), csca(2)
    signer = issued(true, 3, "Signer")
    forged = crl(false, [(signer.certificate.serial, MAY, None)])
    unverified = Provenance("list", NOW, Acceptance.UNVERIFIED_LIST)
    store = store_of([true], forged).merged(TrustStore((Anchor.of(false.certificate, unverified),)))
    assert status(signer.certificate, store) is RevocationStatus.CRL_ISSUER_UNKNOWN


def test_every_level_of_a_chain() -> None:
    old, new = csca(1), csca(2)
    bridge = link(old, new)
    signer = issued(new, 3, "Signer")
    store = store_of([old], crl(old, [(bridge.certificate.serial, MAY, x509.ReasonFlags.superseded)]))
    chain = build_chain(signer.certificate, store, NOW, [bridge.certificate])
    found = revocations(chain.path, store, NOW)
    assert [each.certificate for each in found] == [signer.certificate, bridge.certificate, old.certificate]
    assert [each.status for each in found] == [
        RevocationStatus.NOT_REVOKED,
        RevocationStatus.REVOKED,
        RevocationStatus.NOT_REVOKED,
    ]


def test_a_list_alone_is_verified_too() -> None:
    top = csca()
    assert verify_crl(crl(top), store_of([top])) is None
    assert (
        verify_crl(crl(top), store_of([csca(2, plan=Plan(identifier=b"\x01"))])) is RevocationStatus.CRL_ISSUER_UNKNOWN
    )
