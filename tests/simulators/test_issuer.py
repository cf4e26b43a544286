# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The signed files, verified by the `openssl` command line and parsed by asn1crypto, which made none of them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import cms, core, x509

from cccd_reader.apdu import tlv
from cccd_reader.errors import MalformedData
from cccd_simulators import der, documents
from cccd_simulators.certificates import Period
from cccd_simulators.cms_builder import SIGNED_AT, Form
from cccd_simulators.document_signer import DocumentSigner
from cccd_simulators.issuer import Country, card_security_file
from cccd_simulators.plans import SignerPlan
from tests.support.openssl import OpenSsl


def data_groups() -> dict[int, bytes]:
    """The data groups of the demonstration card."""
    return {
        1: documents.mrz_file(documents.HOLDER_MRZ),
        2: documents.face_file(documents.portrait()),
        3: documents.fingerprint_file(),
        13: documents.citizen_record_file(),
        14: documents.chip_authentication_file(documents.chip_authentication_public_key()),
        15: documents.active_authentication_file(documents.active_authentication_public_key()),
    }


def signed_data(content_info: bytes) -> cms.SignedData:
    info = cms.ContentInfo.load(content_info, strict=True)
    assert info["content_type"].native == "signed_data"
    return info["content"]


@pytest.fixture(scope="module")
def country() -> Country:
    return Country.demonstration()


@pytest.fixture(scope="module")
def signer(country: Country) -> DocumentSigner:
    return country.document_signer()


@pytest.fixture(scope="module")
def sod(signer: DocumentSigner) -> bytes:
    return signer.sign_sod(data_groups())


@pytest.fixture
def openssl(tmp_path: Path) -> OpenSsl:
    return OpenSsl(tmp_path)


def test_openssl_verifies_the_sod_and_its_hashes(openssl: OpenSsl, country: Country, sod: bytes) -> None:
    content = openssl.cms(tlv.expect(sod, 0x77), [country.csca_certificate], SIGNED_AT)
    assert isinstance(content, bytes)
    version, digest, hashes = tlv.decode(tlv.expect(content, 0x30))
    assert version.value == b"\x00"
    assert digest.children[0].value == bytes.fromhex("608648016503040201")
    found = {int.from_bytes(entry.children[0].value, "big"): entry.children[1].value for entry in hashes.children}
    assert found == {number: hashlib.sha256(file).digest() for number, file in data_groups().items()}
    assert list(found) == [1, 2, 3, 13, 14, 15]


def test_openssl_refuses_one_changed_bit_in_each_signed_part(openssl: OpenSsl, country: Country, sod: bytes) -> None:
    content_info = tlv.expect(sod, 0x77)
    parts = signed_data(content_info)
    hash_list = parts["encap_content_info"]["content"].native
    certificate = parts["certificates"][0].chosen
    signer_info = parts["signer_infos"][0]
    names = certificate["tbs_certificate"]["subject"].dump()
    time = next(item for item in signer_info["signed_attrs"] if item["type"].native == "signing_time").dump()
    for part in (hash_list, names, time, signer_info["signature"].native, certificate["signature_value"].native):
        position = content_info.index(part) + len(part) - 2
        changed = bytearray(content_info)
        changed[position] ^= 1
        assert isinstance(openssl.cms(bytes(changed), [country.csca_certificate], SIGNED_AT), str)


def test_openssl_refuses_another_country(openssl: OpenSsl, country: Country) -> None:
    stranger = Country.create("VN", b"another seed").document_signer()
    signed = stranger.sign_content("2.23.136.1.1.1", b"content")
    assert isinstance(openssl.cms(signed, [country.csca_certificate], SIGNED_AT), str)


def test_openssl_finds_both_certificates_in_order(openssl: OpenSsl, country: Country, signer: DocumentSigner) -> None:
    for certificate in (country.csca_certificate, signer.certificate):
        strict = ("-x509_strict", "-check_ss_sig")
        assert openssl.chain(certificate, [country.csca_certificate], SIGNED_AT, *strict) == ""


def test_sod_has_the_shape_and_size_of_the_real_card(sod: bytes) -> None:
    assert sod[:2] == bytes.fromhex("7782")
    assert 1710 <= len(sod) <= 1830
    parts = signed_data(tlv.expect(sod, 0x77))
    assert parts["version"].native == "v3"
    assert parts["encap_content_info"]["content_type"].native == "2.23.136.1.1.1"
    assert [item["algorithm"].native for item in parts["digest_algorithms"]] == ["sha256"]
    assert len(parts["certificates"]) == 1
    (signer_info,) = parts["signer_infos"]
    assert signer_info["version"].native == "v1"
    assert signer_info["sid"].name == "issuer_and_serial_number"
    assert signer_info["signature_algorithm"]["algorithm"].native == "sha256_ecdsa"
    attributes = {item["type"].native: item["values"].native for item in signer_info["signed_attrs"]}
    assert set(attributes) == {"content_type", "signing_time", "message_digest"}
    assert attributes["signing_time"] == [SIGNED_AT]


def test_document_signer_is_named_and_limited_as_the_real_one(signer: DocumentSigner, country: Country) -> None:
    certificate = x509.Certificate.load(signer.certificate, strict=True)
    anchor = x509.Certificate.load(country.csca_certificate, strict=True)
    body = certificate["tbs_certificate"]
    assert (body["version"].native, certificate.hash_algo, certificate.signature_algo) == ("v3", "sha384", "ecdsa")
    assert certificate.public_key.curve == ("named", "brainpoolp384r1")
    assert certificate.issuer == anchor.subject == anchor.issuer
    assert certificate.authority_key_identifier == anchor.key_identifier == anchor.public_key.sha1
    assert certificate.key_identifier == certificate.public_key.sha1
    assert certificate.key_usage_value.native == {"digital_signature"}
    assert "key_usage" in certificate.critical_extensions
    use = certificate.private_key_usage_period_value.native
    assert (use["not_after"] - use["not_before"]).days == 90
    assert use["not_before"] <= SIGNED_AT <= use["not_after"] < certificate.not_valid_after


@pytest.mark.parametrize("of", ["CSCA", "document signer"])
def test_no_certificate_can_be_taken_for_a_real_one(of: str, country: Country, signer: DocumentSigner) -> None:
    der_bytes = country.csca_certificate if of == "CSCA" else signer.certificate
    certificate = x509.Certificate.load(der_bytes)
    assert certificate.subject.native["common_name"].startswith("TEST ")
    assert "Demonstration" in certificate.subject.native["common_name"]
    hosts = [point["distribution_point"].native[0] for point in certificate.crl_distribution_points]
    assert len(hosts) == 2
    assert all(".example.test/" in host for host in hosts)


def test_csca_may_sign_certificates_and_lists_only(country: Country) -> None:
    certificate = x509.Certificate.load(country.csca_certificate, strict=True)
    assert certificate.key_usage_value.native == {"key_cert_sign", "crl_sign"}
    assert certificate.basic_constraints_value.native == {"ca": True, "path_len_constraint": 0}
    assert certificate.critical_extensions == {"basic_constraints", "key_usage"}
    assert certificate.serial_number > 0


def test_the_demonstration_country_is_the_same_on_every_run(country: Country, sod: bytes) -> None:
    again = Country.demonstration()
    assert again.csca_certificate == country.csca_certificate
    assert again.document_signer().sign_sod(data_groups()) == sod


def test_new_countries_and_other_signers_have_other_keys(country: Country) -> None:
    one, other = Country.create("UT"), Country.create("UT")
    certificates = [one.csca_certificate, other.csca_certificate, country.csca_certificate]
    certificates += [country.document_signer(SignerPlan(number)).certificate for number in (1, 2)]
    found = [x509.Certificate.load(each) for each in certificates]
    assert len({each.public_key.dump() for each in found}) == len({each.serial_number for each in found}) == 5


@pytest.mark.parametrize("name", ["", "V", "VNM", "vn", "V1", "ĐN"])
def test_country_codes_refused(name: str) -> None:
    with pytest.raises(MalformedData, match="country code"):
        Country.create(name)


def test_times_are_those_that_were_given(country: Country) -> None:
    life = Period(datetime(2030, 1, 1, tzinfo=UTC), datetime(2055, 1, 1, tzinfo=UTC))
    use = replace(life, end=datetime(2030, 4, 1, tzinfo=UTC))
    signer = country.document_signer(SignerPlan(7, validity=life, key_use=use))
    certificate = x509.Certificate.load(signer.certificate, strict=True)
    assert (certificate.not_valid_before, certificate.not_valid_after) == (life.start, life.end)
    validity = certificate["tbs_certificate"]["validity"]
    assert (validity["not_before"].name, validity["not_after"].name) == ("utc_time", "general_time")
    assert certificate.private_key_usage_period_value["not_after"].native == use.end
    form = Form(signed_at=datetime(2050, 1, 1, tzinfo=UTC))
    parts = signed_data(signer.sign_content("2.23.136.1.1.1", b"", form))
    values = {item["type"].native: item["values"][0] for item in parts["signer_infos"][0]["signed_attrs"]}
    assert values["signing_time"].name == "generalized_time"
    assert values["signing_time"].native == datetime(2050, 1, 1, tzinfo=UTC)


def test_openssl_verifies_the_card_security_file(openssl: OpenSsl, country: Country, signer: DocumentSigner) -> None:
    key_info = documents.standardized_key_info(documents.chip_authentication_public_key(), 13)
    infos = der.set_of(*(bytes(info) for info in tlv.decode(tlv.expect(documents.CARD_ACCESS, 0x31))), key_info)
    file = card_security_file(infos, signer)
    assert signed_data(file)["encap_content_info"]["content_type"].native == "0.4.0.127.0.7.3.2.1"
    assert openssl.cms(file, [country.csca_certificate], SIGNED_AT) == infos
    assert core.SetOf.load(infos, spec=core.Any, strict=True).dump(force=True) == infos


def test_card_security_refuses_what_is_no_set(signer: DocumentSigner) -> None:
    with pytest.raises(MalformedData, match="SecurityInfos"):
        card_security_file(b"\x30\x00", signer)
