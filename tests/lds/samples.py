# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Files of invented holders, in the layout of real ones, and the examples of ICAO 9303."""

from __future__ import annotations

from asn1crypto import algos, cms, core, keys, x509

from cccd_reader.apdu import tlv
from cccd_reader.lds import asn1

CARD_ACCESS = bytes.fromhex(
    "3134300D060804007F0007020202020101300F060A04007F000702020302020201013012060A04007F0007020204020202010202010D"
)
"""EF.CardAccess of the Vietnamese card: TA, CA-ECDH-AES-128, PACE-ECDH-GM-AES-128 with parameter id 13."""

CITIZEN = "IDVNM0900000007001090000000<<89002018M3002016VNM<<<<<<<<<<<6NGUYEN<<VAN<THU<<<<<<<<<<<<<<<"
CITIZEN_WITHOUT_EXPIRY = "IDVNM1600000005079160000000<<56011206F9912315VNM<<<<<<<<<<<8LE<<THI<GIA<DINH<<<<<<<<<<<<<<"
TD1 = "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<"
TD1_LONG = "I<UTOD23145890<7349<<<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2STEVENSON<<PETER<<<<<<<<<<<<<<"
TD2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<6"
TD2_LONG = "I<UTOSTEVENSON<<PETER<<<<<<<<<<<<<<<D23145890<UTO3407127M95071227349<<<8"
TD3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10"

DG13 = bytes.fromhex(
    "6D8201A33082019F020101060628D316010008318201903011020101130C30303130393030303030303030180201020C134E"
    "677579E1BB856E2056C4836E205468E1BBAD300F020103130A30312F30322F3139393030080201040C034E616D300F020105"
    "0C0A5669E1BB8774204E616D30090201060C044B696E68300B0201070C064B68C3B46E67302D0201080C285068C6B0E1BB9D"
    "6E67204DE1BAAB752C205175E1BAAD6E205468E1BBAD2C2048C3A0204EE1BB9969304E0201090C4953E1BB91203120C490C6"
    "B0E1BB9D6E67205468E1BBAD204E676869E1BB876D2C205068C6B0E1BB9D6E67204DE1BAAB752C205175E1BAAD6E205468E1"
    "BBAD2C2048C3A0204EE1BB9969302C02010A0C274EE1BB9174207275E1BB936920433A2031636D2064C6B0E1BB9B69206DE1"
    "BAAF74207472C3A169300F02010B130A31352F30332F32303232300F02010C0C0A30312F30322F32303330302D02010D3013"
    "0C114E677579E1BB856E2056C4836E2043686130130C115472E1BAA76E205468E1BB8B204DE1BAB9300302010E300302010F"
    "3015020110131030323934303030303030303130303030"
)

JPEG = bytes.fromhex(
    "FFD8FFE000104A46494600010100000100010000FFC0001108019001 2C03012200021101031101 FFDA".replace(" ", "")
)
"""The headers of a JPEG of 300 x 400 pixels."""

SHA256 = "2.16.840.1.101.3.4.2.1"


def dg1(mrz: str) -> bytes:
    return tlv.encode(0x61, tlv.encode(0x5F1F, mrz.encode("ascii")))


def dg2(*images: bytes) -> bytes:
    """A data group 2 whose face records say 480 x 400 pixels, whatever the image is."""
    header = bytes.fromhex("46414300303130000000FFFF0001") + bytes(20) + bytes.fromhex("010001E0019000000000 0000")
    templates = b"".join(
        tlv.encode(0x7F60, tlv.encode(0xA1, tlv.encode(0x81, b"\x02")) + tlv.encode(0x5F2E, header + image))
        for image in images
    )
    return tlv.encode(0x75, tlv.encode(0x7F61, tlv.encode(0x02, bytes([len(images)])) + templates))


def rsa_key(modulus_bits: int) -> bytes:
    """A SubjectPublicKeyInfo whose modulus is no product of primes, but has that many bits."""
    numbers = asn1.encode_sequence(asn1.encode_integer(1 << modulus_bits - 1), asn1.encode_integer(65537))
    algorithm = asn1.encode_sequence(asn1.encode_object_identifier("1.2.840.113549.1.1.1"), tlv.encode(asn1.NULL, b""))
    return asn1.encode_sequence(algorithm, tlv.encode(asn1.BIT_STRING, b"\x00" + numbers))


def security_object(hashes: dict[int, bytes], *versions: str) -> bytes:
    """An LDS security object with SHA-256; of version 1 where the two versions are given."""
    entries = [
        asn1.encode_sequence(asn1.encode_integer(number), tlv.encode(4, value)) for number, value in hashes.items()
    ]
    info = [asn1.encode_sequence(*(tlv.encode(0x13, text.encode("ascii")) for text in versions))] if versions else []
    return asn1.encode_sequence(
        asn1.encode_integer(len(info)),
        asn1.encode_sequence(asn1.encode_object_identifier(SHA256)),
        asn1.encode_sequence(*entries),
        *info,
    )


def certificate() -> x509.Certificate:
    """A certificate with a signature of zeros."""
    key = keys.PublicKeyInfo.load(rsa_key(1024))
    algorithm = algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"})
    body = {
        "version": "v3",
        "serial_number": 0x4D,
        "signature": algorithm,
        "issuer": x509.Name.build({"country_name": "UT", "common_name": "CSCA Utopia"}),
        "validity": {
            "not_before": x509.Time({"utc_time": x509.UTCTime("210528000000Z")}),
            "not_after": x509.Time({"utc_time": x509.UTCTime("430821000000Z")}),
        },
        "subject": x509.Name.build({"country_name": "UT", "common_name": "Document Signer 1"}),
        "subject_public_key_info": key,
    }
    return x509.Certificate(
        {"tbs_certificate": body, "signature_algorithm": algorithm, "signature_value": core.OctetBitString(bytes(128))}
    )


def signed_data(content: bytes, content_type: str, *certificates: x509.Certificate) -> bytes:
    """A ContentInfo with signed data that nobody signed."""
    body = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [],
            "encap_content_info": {
                "content_type": content_type,
                "content": cms.ParsableOctetString(content),
            },
            "certificates": [cms.CertificateChoices({"certificate": each}) for each in certificates],
            "signer_infos": [],
        }
    )
    encoded: bytes = cms.ContentInfo({"content_type": "signed_data", "content": body}).dump()
    return encoded


def sod(security: bytes, *certificates: x509.Certificate) -> bytes:
    return tlv.encode(0x77, signed_data(security, "2.23.136.1.1.1", *certificates))
