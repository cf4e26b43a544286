# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""EF.SOD and EF.CardSecurity: parsed, not verified."""

from __future__ import annotations

import datetime
import hashlib
from itertools import count
from pathlib import Path

import pytest

from cccd_reader.apdu import tlv
from cccd_reader.errors import MalformedData
from cccd_reader.lds import asn1
from cccd_reader.lds.card_security import CardSecurity
from cccd_reader.lds.security_infos import SecurityInfos
from cccd_reader.lds.signed_content import MAX_BYTES, CertificateSummary, SignedContent
from cccd_reader.lds.sod import DataGroupHash, LdsSecurityObject, Sod
from tests.lds import samples

HASHES = {1: b"\x11" * 32, 2: b"\x22" * 32, 13: b"\x33" * 32}
OBJECT = samples.security_object(HASHES)


def test_version_0() -> None:
    sod = Sod.parse(samples.sod(OBJECT, samples.certificate()))
    assert sod.security_object == LdsSecurityObject(0, "sha256", tuple(DataGroupHash(*item) for item in HASHES.items()))
    assert sod.security_object.value(13) == b"\x33" * 32
    assert sod.security_object.value(14) is None
    assert sod.signed.content_type == "2.23.136.1.1.1"
    assert sod.signed.content == OBJECT
    assert sod.signed_data == tlv.expect(sod.raw, 0x77)


def test_version_1_holds_the_versions_of_the_lds() -> None:
    parsed = LdsSecurityObject.parse(samples.security_object(HASHES, "1.8", "4.0.0"))
    assert (parsed.version, parsed.lds_version, parsed.unicode_version) == (1, "1.8", "4.0.0")


def test_the_certificate_is_told_in_short() -> None:
    signed = Sod.parse(samples.sod(OBJECT, samples.certificate(), samples.certificate())).signed
    assert len(signed.certificates) == 2
    summary = CertificateSummary.parse(signed.certificates[0])
    assert summary.subject == "C=UT, CN=Document Signer 1"
    assert summary.issuer == "C=UT, CN=CSCA Utopia"
    assert summary.serial_number == 0x4D
    assert summary.not_before == datetime.datetime(2021, 5, 28, tzinfo=datetime.UTC)
    assert summary.not_after == datetime.datetime(2043, 8, 21, tzinfo=datetime.UTC)
    assert summary.raw == samples.certificate().dump()


def test_a_sod_without_certificates_is_well_formed() -> None:
    assert Sod.parse(samples.sod(OBJECT)).signed.certificates == ()


def test_an_unknown_hash_is_told_by_its_identifier() -> None:
    strange = OBJECT.replace(
        asn1.encode_object_identifier(samples.SHA256), asn1.encode_object_identifier("1.2.3.4.5.6.7.8.9.1")
    )
    assert LdsSecurityObject.parse(strange).hash_algorithm == "1.2.3.4.5.6.7.8.9.1"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        OBJECT + b"\x00",
        OBJECT[:-1],
        asn1.encode_sequence(asn1.encode_integer(2), *(bytes(item) for item in asn1.sequence(OBJECT)[1:])),
        asn1.encode_sequence(*(bytes(item) for item in asn1.sequence(OBJECT)[:2])),
        asn1.encode_sequence(*(bytes(item) for item in asn1.sequence(OBJECT)), b"\x30\x00"),
        asn1.encode_sequence(*(bytes(item) for item in asn1.sequence(OBJECT)), b"\x04\x00"),
        samples.security_object({0: bytes(32)}),
        samples.security_object({17: bytes(32)}),
        OBJECT.replace(b"\x02\x01\x0d\x04", b"\x02\x01\x01\x04"),
        OBJECT.replace(b"\x02\x01\x0d\x04", b"\x02\x01\x0d\x05"),
    ],
    ids=count(),
)
def test_a_malformed_security_object_is_refused(content: bytes) -> None:
    with pytest.raises(MalformedData):
        LdsSecurityObject.parse(content)
    with pytest.raises(MalformedData):
        Sod.parse(samples.sod(content))


SIGNED = samples.signed_data(OBJECT, "2.23.136.1.1.1", samples.certificate())


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        SIGNED[:-1],
        SIGNED + b"\x00",
        b"\x30\x80" * 5000,
        b"\x24\x80" * 5000,
        b"\x30\x00",
        asn1.encode_sequence(asn1.encode_object_identifier("1.2.840.113549.1.7.1"), tlv.encode(0xA0, b"\x04\x00")),
        bytes(MAX_BYTES + 1),
    ],
    ids=["empty", "cut", "trailing", "deep", "deep-octets", "no-content", "data", "large"],
)
def test_what_is_no_signed_data_is_refused(raw: bytes) -> None:
    with pytest.raises(MalformedData, match=r"EF\.SOD"):
        SignedContent.parse(raw, "EF.SOD")


def test_indefinite_lengths_and_a_content_in_pieces_are_accepted() -> None:
    pieces = b"\x24\x80" + tlv.encode(4, OBJECT[:50]) + tlv.encode(4, OBJECT[50:]) + b"\x00\x00"
    inner = asn1.encode_sequence(asn1.encode_object_identifier("2.23.136.1.1.1"), tlv.encode(0xA0, pieces))
    body = asn1.encode_sequence(asn1.encode_integer(3), tlv.encode(0x31, b""), inner, tlv.encode(0x31, b""))
    identifier = asn1.encode_object_identifier("1.2.840.113549.1.7.2")
    raw = b"\x30\x80" + identifier + b"\xa0\x80" + body + bytes(4)
    signed = SignedContent.parse(raw, "EF.SOD")
    assert (signed.content, signed.content_type) == (OBJECT, "2.23.136.1.1.1")


def test_legacy_content_types_are_kept_as_they_are() -> None:
    assert SignedContent.parse(samples.signed_data(OBJECT, "1.2.528.1.1006.1.20.1"), "EF.SOD").content == OBJECT


@pytest.mark.parametrize("raw", [b"", samples.certificate().dump()[:-1], OBJECT, b"\x30\x80" * 5000], ids=count())
def test_a_malformed_certificate_is_refused(raw: bytes) -> None:
    with pytest.raises(MalformedData, match="certificate"):
        CertificateSummary.parse(raw)


def test_a_certificate_with_an_impossible_time_is_refused() -> None:
    raw = samples.certificate().dump().replace(b"210528000000Z", b"219928000000Z")
    with pytest.raises(MalformedData, match="certificate"):
        CertificateSummary.parse(raw)


def test_card_security_holds_the_infos() -> None:
    raw = samples.signed_data(samples.CARD_ACCESS, "0.4.0.127.0.7.3.2.1", samples.certificate())
    file = CardSecurity.parse(raw)
    assert file.security_infos == SecurityInfos.parse(samples.CARD_ACCESS)
    assert file.raw == raw
    with pytest.raises(MalformedData):
        CardSecurity.parse(samples.CARD_ACCESS)


@pytest.mark.reference_data
@pytest.mark.parametrize(("folder", "groups"), [("loes2006", (1, 2, 15)), ("openssl_issued", (1, 2, 11, 14, 15))])
def test_the_hashes_of_other_makers_are_those_of_their_files(
    reference_data: Path, folder: str, groups: tuple[int, ...]
) -> None:
    files = {
        path.name[-8:-4].upper(): path.read_bytes() for path in (reference_data / "lds" / folder).glob("*01??.bin")
    }
    sod = Sod.parse(files["011D"])
    assert tuple(entry.number for entry in sod.security_object.hashes) == groups
    for entry in sod.security_object.hashes:
        content = files[f"01{entry.number:02X}"]
        assert hashlib.new(sod.security_object.hash_algorithm, content).digest() == entry.value
    (certificate,) = sod.signed.certificates
    assert "C=NL" in CertificateSummary.parse(certificate).subject
