# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Link certificates, revocation lists, master lists, and faults on purpose, judged by the `openssl` command line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import cms, crl, x509

from cccd_reader.apdu import tlv
from cccd_reader.errors import MalformedData
from cccd_simulators import plans
from cccd_simulators.algorithms import Algorithm, Digest, KeyType
from cccd_simulators.certificates import AuthorityKey, Credential
from cccd_simulators.cms_builder import SIGNED_AT, Form, signed_data
from cccd_simulators.crl import ENDLESS_CRL, FUTURE_CRL, KEY_COMPROMISE, OUTDATED_CRL, CrlPlan, Revoked
from cccd_simulators.document_signer import DocumentSigner, sign_sod_together
from cccd_simulators.issuer import Country, write_trust
from cccd_simulators.master_list import sign_master_list
from cccd_simulators.names import NameForm
from cccd_simulators.plans import CscaPlan, SignerPlan
from tests.support.openssl import OpenSsl

DAY = timedelta(days=1)
LATER = datetime(2040, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def country() -> Country:
    return Country.demonstration()


@pytest.fixture
def openssl(tmp_path: Path) -> OpenSsl:
    return OpenSsl(tmp_path)


def parsed(credential: Credential) -> x509.Certificate:
    return x509.Certificate.load(credential.certificate, strict=True)


# --- link certificates ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [KeyType.BRAINPOOL_P320R1, KeyType.P_521, KeyType.RSA_3072])
def test_a_link_leads_from_the_old_csca_to_the_new_key(key: KeyType, country: Country, openssl: OpenSsl) -> None:
    renewed = country.renew(CscaPlan(generation=2, algorithm=Algorithm(key, Digest.SHA512)))
    signer = renewed.document_signer().certificate
    links = openssl.pem_file("CERTIFICATE", renewed.links)
    assert openssl.chain(signer, [country.csca_certificate], SIGNED_AT, "-untrusted", links) == ""
    assert "unable to get local issuer" in openssl.chain(signer, [country.csca_certificate], SIGNED_AT)
    assert openssl.chain(signer, [renewed.csca_certificate], SIGNED_AT) == ""
    (link,) = (x509.Certificate.load(each) for each in renewed.links)
    old, new = parsed(country.csca), parsed(renewed.csca)
    assert link.subject == link.issuer == old.subject == new.subject
    assert (link.authority_key_identifier, link.key_identifier) == (old.key_identifier, new.key_identifier)
    assert link.public_key.dump() == new.public_key.dump() != old.public_key.dump()


def test_a_link_leads_to_a_new_name(country: Country, openssl: OpenSsl) -> None:
    renewed = country.renew(CscaPlan(generation=2, common_name="TEST CSCA Renamed VN"))
    (link,) = renewed.links
    assert openssl.chain(link, [country.csca_certificate], SIGNED_AT) == ""
    signer = renewed.document_signer().certificate
    assert openssl.chain(signer, [link], SIGNED_AT, "-partial_chain") == ""
    # To OpenSSL such a link is a second CA on the path, which the CSCA's path length of 0 excludes.
    whole = openssl.chain(
        signer, [country.csca_certificate], SIGNED_AT, "-untrusted", openssl.pem_file("CERTIFICATE", [link])
    )
    assert "path length constraint exceeded" in whole
    found = x509.Certificate.load(link)
    assert found.issuer == parsed(country.csca).subject != found.subject == parsed(renewed.csca).subject
    assert "2.23.136.1.1.6.1" in {item["extn_id"].dotted for item in found["tbs_certificate"]["extensions"]}


def test_links_follow_each_other(country: Country, openssl: OpenSsl) -> None:
    third = country.renew(CscaPlan(generation=2)).renew(CscaPlan(generation=3))
    links = openssl.pem_file("CERTIFICATE", third.links)
    signer = third.document_signer().certificate
    assert openssl.chain(signer, [country.csca_certificate], SIGNED_AT, "-untrusted", links) == ""
    assert third.csca.key_identifier not in (
        country.csca.key_identifier,
        x509.Certificate.load(third.links[0]).key_identifier,
    )


def test_the_same_name_may_be_written_otherwise(country: Country, openssl: OpenSsl) -> None:
    renewed = country.renew(CscaPlan(generation=2, name_form=NameForm.UPPER_CASE))
    assert bytes(renewed.csca.subject) != bytes(country.csca.subject)
    assert "2.23.136.1.1.6.1" not in str(x509.Certificate.load(renewed.links[0]).native)
    links = openssl.pem_file("CERTIFICATE", renewed.links)
    signer = renewed.document_signer().certificate
    assert openssl.chain(signer, [country.csca_certificate], SIGNED_AT, "-untrusted", links) == ""


def test_two_keys_may_share_a_name_and_an_identifier(country: Country, openssl: OpenSsl) -> None:
    twin = Country.create("VN", b"twin", CscaPlan(key_identifier=country.csca.key_identifier))
    assert parsed(twin.csca).subject == parsed(country.csca).subject
    assert parsed(twin.csca).key_identifier == parsed(country.csca).key_identifier
    for each in (country, twin):
        signer = each.document_signer().certificate
        assert openssl.signature(signer, each.csca_certificate)
        assert not openssl.signature(signer, (twin if each is country else country).csca_certificate)


def test_an_impostor_has_the_public_point_but_not_the_trust(country: Country, openssl: OpenSsl) -> None:
    impostor = country.impostor()
    false, true = parsed(impostor.csca), parsed(country.csca)
    assert (false.subject, false.key_identifier, false.serial_number) == (
        true.subject,
        true.key_identifier,
        true.serial_number,
    )
    assert false.public_key["public_key"].native == true.public_key["public_key"].native
    assert false.public_key["algorithm"]["parameters"].name == "specified"
    signer = impostor.document_signer()
    assert openssl.signature(signer.certificate, impostor.csca_certificate)
    assert not openssl.signature(signer.certificate, country.csca_certificate)
    signed = signer.sign_content("2.23.136.1.1.1", b"content")
    assert isinstance(openssl.cms(signed, [country.csca_certificate], SIGNED_AT), str)


def test_there_is_no_impostor_of_an_rsa_key() -> None:
    country = Country.create("UT", b"rsa", CscaPlan(algorithm=Algorithm(KeyType.RSA_3072)))
    with pytest.raises(MalformedData, match="elliptic curve"):
        country.impostor()


# --- revocation lists -------------------------------------------------------------------------------------------------

CRL_ALGORITHMS = [
    Algorithm(KeyType.BRAINPOOL_P224R1, Digest.SHA224),
    Algorithm(KeyType.P_384, Digest.SHA384),
    Algorithm(KeyType.RSA_3072, Digest.SHA1),
]


@pytest.mark.parametrize("algorithm", CRL_ALGORITHMS, ids=str)
def test_openssl_verifies_revocation_lists(algorithm: Algorithm, openssl: OpenSsl) -> None:
    country = Country.create("UT", b"lists", CscaPlan(algorithm=algorithm))
    revoked = [Revoked(0x1234, reason=KEY_COMPROMISE), Revoked(-5), Revoked(1 << 120, datetime(2055, 1, 1, tzinfo=UTC))]
    text = openssl.crl(country.crl(revoked, CrlPlan(number=77)), country.csca_certificate)
    for part in (
        "Serial Number: 1234",
        "Serial Number: -05",
        "Key Compromise",
        "2055 GMT",
        "Version 2",
        "Jul  5 00:00:00 2044",
    ):
        assert part in text
    parts = crl.CertificateList.load(country.crl(revoked, CrlPlan(number=77)), strict=True)
    assert parts.crl_number_value.native == 77
    assert parts.authority_key_identifier_value["key_identifier"].native == country.csca.key_identifier
    assert [each["user_certificate"].native for each in parts["tbs_cert_list"]["revoked_certificates"]] == [
        0x1234,
        -5,
        1 << 120,
    ]


def test_an_empty_list_names_nobody(country: Country, openssl: OpenSsl) -> None:
    assert "No Revoked Certificates" in openssl.crl(country.crl(), country.csca_certificate)
    assert "Next Update: NONE" in openssl.crl(country.crl(plan=ENDLESS_CRL), country.csca_certificate)


def checked(openssl: OpenSsl, country: Country, plan: SignerPlan, list_: bytes) -> str:
    """Return what openssl says of a document signer with a revocation list at hand, when the card was signed."""
    lists = openssl.pem_file("X509 CRL", [list_])
    signer = country.document_signer(plan).certificate
    return openssl.chain(signer, [country.csca_certificate], SIGNED_AT + 360 * DAY, "-crl_check", "-CRLfile", lists)


def test_openssl_heeds_the_lists(country: Country, openssl: OpenSsl) -> None:
    revoked = [Revoked(country.document_signer(plans.REVOKED).serial)]
    assert checked(openssl, country, SignerPlan(), country.crl(revoked)) == ""
    assert "certificate revoked" in checked(openssl, country, plans.REVOKED, country.crl(revoked))
    assert "CRL has expired" in checked(openssl, country, SignerPlan(), country.crl(plan=OUTDATED_CRL))
    assert "CRL is not yet valid" in checked(openssl, country, SignerPlan(), country.crl(plan=FUTURE_CRL))
    stranger = Country.create("VN", b"stranger")
    forged = replace(country, csca=replace(country.csca, key=stranger.csca.key)).crl()
    assert "CRL signature failure" in checked(openssl, country, SignerPlan(), forged)
    assert "unable to get certificate CRL" in checked(openssl, country, SignerPlan(), stranger.crl(plan=CrlPlan()))


def test_the_trust_folder_serves_as_long_as_the_demonstration(tmp_path: Path, openssl: OpenSsl) -> None:
    certificate, list_ = (path.read_bytes() for path in write_trust(tmp_path / "trust"))
    assert sorted(path.name for path in (tmp_path / "trust").iterdir()) == ["csca-test-vn.cer", "csca-test-vn.crl"]
    country = Country.demonstration()
    assert certificate == country.csca_certificate
    options = ("-crl_check", "-CRLfile", openssl.pem_file("X509 CRL", [list_]))
    good, bad = (country.document_signer(plan).certificate for plan in (SignerPlan(), plans.REVOKED))
    for at in (SIGNED_AT, LATER, datetime(2044, 7, 4, tzinfo=UTC)):
        assert openssl.chain(good, [certificate], at, *options) == ""
        assert "certificate revoked" in openssl.chain(bad, [certificate], at, *options)


def test_another_countrys_trust_can_be_written(tmp_path: Path) -> None:
    country = Country.create("UT", b"another")
    paths = write_trust(tmp_path, country)
    assert [path.name for path in paths] == ["csca-test-ut.cer", "csca-test-ut.crl"]
    assert paths[0].read_bytes() == country.csca_certificate


# --- master lists -----------------------------------------------------------------------------------------------------


def test_openssl_verifies_a_master_list(country: Country, openssl: OpenSsl) -> None:
    members = [Country.create(name, b"members").csca_certificate for name in ("UT", "VN", "ZZ")]
    signer = country.master_list_signer()
    signed = sign_master_list(members, signer)
    content = openssl.cms(signed, [country.csca_certificate], SIGNED_AT, "-purpose", "any")
    assert isinstance(content, bytes)
    version, listed = tlv.decode(tlv.expect(content, 0x30))
    assert (version.value, listed.tag) == (b"\x00", 0x31)
    assert {bytes(each) for each in listed.children} == set(members)
    parts = cms.ContentInfo.load(signed, strict=True)["content"]
    assert parts["encap_content_info"]["content_type"].native == "2.23.136.1.1.2"
    assert {each.chosen.dump() for each in parts["certificates"]} == {signer.certificate, country.csca_certificate}
    assert parsed(signer).extended_key_usage_value.native == ["2.23.136.1.1.3"]
    assert "extended_key_usage" in parsed(signer).critical_extensions


def test_a_master_list_signer_may_lack_its_purpose(country: Country) -> None:
    signer = country.master_list_signer(plans.MASTER_LIST_SIGNER_WITHOUT_PURPOSE)
    assert parsed(signer).extended_key_usage_value is None


# --- more than one ----------------------------------------------------------------------------------------------------


def test_two_signers_sign_together(country: Country, openssl: OpenSsl) -> None:
    algorithms = (Algorithm(), Algorithm(KeyType.RSA_2048, Digest.SHA512))
    one, two = (country.document_signer(SignerPlan(n, each)) for n, each in enumerate(algorithms, 1))
    content_info = tlv.expect(sign_sod_together([one, two], {1: b"one"}), 0x77)
    assert isinstance(openssl.cms(content_info, [country.csca_certificate], SIGNED_AT), bytes)
    parts = cms.ContentInfo.load(content_info, strict=True)["content"]
    assert (len(parts["signer_infos"]), len(parts["certificates"]), len(parts["digest_algorithms"])) == (2, 2, 2)
    stranger = Country.create("VN", b"stranger").document_signer()
    mixed = signed_data("2.23.136.1.1.1", b"content", [one, stranger])
    assert isinstance(openssl.cms(mixed, [country.csca_certificate], SIGNED_AT), str)


def test_certificates_come_along_as_told(country: Country, openssl: OpenSsl) -> None:
    signer, other = (country.document_signer(SignerPlan(number)) for number in (1, 2))
    none, two = Form(certificates=()), Form(certificates=(other.certificate, signer.certificate))
    anchors = [country.csca_certificate]
    assert openssl.cms(signer.sign_content("2.23.136.1.1.1", b"content", two), anchors, SIGNED_AT) == b"content"
    alone = signer.sign_content("2.23.136.1.1.1", b"content", none)
    assert "signer certificate not found" in str(openssl.cms(alone, anchors, SIGNED_AT))
    own = openssl.pem_file("CERTIFICATE", [signer.certificate])
    assert openssl.cms(alone, anchors, SIGNED_AT, "-certfile", own) == b"content"


# --- wrong on purpose -------------------------------------------------------------------------------------------------

SEEN_BY_OPENSSL = {
    "expired": "certificate has expired",
    "not-yet-valid": "certificate is not yet valid",
    "wrong-key-usage": "certificate purpose",
    "wrong-authority-key": "unable to get local issuer certificate",
    "unknown-critical-extension": "unhandled critical extension",
}
"""The other faults are those of documents or of the time of verification, of which openssl knows nothing here."""


@pytest.mark.parametrize("fault", plans.FAULTY_SIGNERS)
def test_openssl_sees_the_faults_that_it_knows(fault: str, country: Country, openssl: OpenSsl) -> None:
    signed = country.document_signer(plans.FAULTY_SIGNERS[fault]).sign_content("2.23.136.1.1.1", b"content")
    verdict = openssl.cms(signed, [country.csca_certificate], SIGNED_AT)
    if fault in SEEN_BY_OPENSSL:
        assert SEEN_BY_OPENSSL[fault] in str(verdict)
    else:
        assert verdict == b"content"


def extensions(signer: DocumentSigner) -> dict[str, bytes]:
    found = parsed(signer)["tbs_certificate"]["extensions"]
    return {each["extn_id"].dotted: each["extn_value"].contents for each in found}


def test_the_faults_that_openssl_does_not_know_are_there(country: Country, openssl: OpenSsl) -> None:
    signers = {name: country.document_signer(plan) for name, plan in plans.FAULTY_SIGNERS.items()}
    assert parsed(signers["wrong-country"]).subject.native["country_name"] == "UT"
    assert parsed(signers["wrong-country"]).issuer.native["country_name"] == "VN"
    assert "2.5.29.35" not in extensions(signers["no-authority-key"])
    types = extensions(signers["wrong-document-types"])["2.23.136.1.1.6.2"]
    assert types == bytes.fromhex("300C 020100 3107 1301 50 1302 5044")  # version 0; "P", "PD"
    use = parsed(signers["key-use-over"]).private_key_usage_period_value["not_after"].native
    assert use < SIGNED_AT < parsed(signers["key-use-over"]).not_valid_after
    since = signers["expired-since"].certificate
    assert openssl.chain(since, [country.csca_certificate], SIGNED_AT) == ""
    assert "certificate has expired" in openssl.chain(since, [country.csca_certificate], LATER)
    assert (
        len({each.serial for each in signers.values()}) == len({each.key_identifier for each in signers.values()}) == 11
    )


@pytest.mark.parametrize("form", AuthorityKey)
def test_the_issuer_is_pointed_at_in_five_ways(form: AuthorityKey, country: Country, openssl: OpenSsl) -> None:
    signer = country.document_signer(SignerPlan(authority_key=form))
    verdict = openssl.chain(signer.certificate, [country.csca_certificate], SIGNED_AT)
    assert (verdict == "") == (form is not AuthorityKey.WRONG)
    found = parsed(signer).authority_key_identifier_value
    present = {name for name, value in found.native.items() if value is not None} if found else set()
    identifier, issuer = {"key_identifier"}, {"authority_cert_issuer", "authority_cert_serial_number"}
    assert (
        present
        == {
            AuthorityKey.IDENTIFIER: identifier,
            AuthorityKey.ISSUER_AND_SERIAL: issuer,
            AuthorityKey.BOTH: identifier | issuer,
            AuthorityKey.ABSENT: set(),
            AuthorityKey.WRONG: identifier,
        }[form]
    )
