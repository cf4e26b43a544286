# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Certificates by foreign issuers in every algorithm, and by hostile ones; real ones are in the reference data."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import asn1crypto.x509
import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st

from cccd_reader.apdu import tlv
from cccd_reader.crypto.ec import STANDARD_CURVES, Curve
from cccd_reader.crypto.ecdsa import BRAINPOOL_P160R1
from cccd_reader.crypto.signatures import BadSignature, EcKey, RsaKey, Scheme, SignatureAlgorithm
from cccd_reader.errors import MalformedData, Unsupported
from cccd_reader.lds import asn1, domain_parameters
from cccd_reader.pki import ber
from cccd_reader.pki import certificate_rules as rules
from cccd_reader.pki.certificates import MAX_BYTES, Certificate
from cccd_reader.pki.cms import SignedData
from cccd_reader.pki.extensions import Extensions, KeyUsage
from cccd_simulators import der
from cccd_simulators.issuer import Country
from tests.pki.openssl import CURVES, OpenSsl
from tests.support.reference import reference_files

ALL_CURVES = {curve.name: curve for curve in (*STANDARD_CURVES.values(), BRAINPOOL_P160R1)}
PRIME_FIELD = asn1.encode_object_identifier(domain_parameters.PRIME_FIELD)
"""What stands in explicit parameters alone."""
DIGESTS = ("sha1", "sha224", "sha256", "sha384", "sha512")


@pytest.fixture
def openssl(tmp_path: Path) -> OpenSsl:
    return OpenSsl(tmp_path)


# --- foreign certificates ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [(), ("-param_enc", "explicit")], ids=["named", "explicit"])
@pytest.mark.parametrize("name", CURVES)
def test_certificates_on_every_curve(openssl: OpenSsl, name: str, options: tuple[str, ...]) -> None:
    signer = openssl.self_signed(openssl.ec_key(name, *options), "/C=UT/CN=CSCA Utopia", "-sha384")
    certificate = Certificate.parse(signer.certificate)
    assert (PRIME_FIELD in certificate.key_info) == bool(options)
    assert certificate.signature_algorithm == SignatureAlgorithm(Scheme.ECDSA, "sha384")
    key = certificate.public_key
    assert isinstance(key, EcKey)
    assert key.curve is ALL_CURVES[name]
    certificate.verify(key)
    with pytest.raises(BadSignature):
        certificate.verify(EcKey(key.curve, key.curve.generator))


def pss(digest: str, mgf: str, salt: int) -> tuple[str, ...]:
    options = ("rsa_padding_mode:pss", f"rsa_mgf1_md:{mgf}", f"rsa_pss_saltlen:{salt}")
    return (f"-{digest}", *(part for option in options for part in ("-sigopt", option)))


RSA_SIGNATURES = {
    **{f"{digest} PKCS#1": ((f"-{digest}",), SignatureAlgorithm(Scheme.RSA_PKCS1, digest)) for digest in DIGESTS},
    **{
        f"{digest} PSS {mgf} {salt}": (
            pss(digest, mgf, salt),
            SignatureAlgorithm(Scheme.RSA_PSS, digest, mgf, salt),
        )
        for digest, mgf, salt in (
            ("sha1", "sha1", 20),
            ("sha1", "sha1", 0),
            ("sha224", "sha224", 28),
            ("sha256", "sha256", 32),
            ("sha256", "sha256", 20),
            ("sha256", "sha1", 32),
            ("sha384", "sha512", 5),
            ("sha512", "sha512", 64),
        )
    },
}


@pytest.mark.parametrize(
    "key",
    [
        "RSA 2048, exponent 3",
        "RSA-PSS 2048",
        *(pytest.param(key, marks=pytest.mark.slow) for key in ("RSA 1024", "RSA 2048")),
    ],
)
def test_rsa_in_every_algorithm(openssl: OpenSsl, key: str) -> None:
    kind, bits, *_ = key.replace(",", "").split()
    private = openssl.rsa_key(int(bits), 3 if "exponent" in key else 65537, kind)
    for options, algorithm in RSA_SIGNATURES.values():
        if kind == "RSA-PSS" and algorithm.scheme is Scheme.RSA_PKCS1:
            continue
        if bits == "1024" and algorithm.salt_length == 64:  # hash and salt fill more than the key
            continue
        certificate = Certificate.parse(openssl.self_signed(private, "/C=UT/CN=CSCA", *options).certificate)
        assert certificate.signature_algorithm == algorithm
        assert isinstance(certificate.public_key, RsaKey)
        assert certificate.public_key.bits == int(bits)
        certificate.verify(certificate.public_key)
        spoilt = Certificate.parse(certificate.raw.replace(b"CSCA", b"csca"))
        with pytest.raises(BadSignature):
            spoilt.verify(certificate.public_key)


def test_other_algorithms_are_not_judged(openssl: OpenSsl) -> None:
    key = openssl.folder / "ed25519.pem"
    key.write_bytes(openssl.run("genpkey", "-algorithm", "ED25519"))
    certificate = Certificate.parse(openssl.self_signed(key).certificate)
    with pytest.raises(Unsupported, match=r"public key algorithm 1\.3\.101\.112"):
        _ = certificate.public_key
    with pytest.raises(Unsupported, match=r"signature algorithm 1\.3\.101\.112"):
        certificate.verify(EcKey(ALL_CURVES["P-256"], ALL_CURVES["P-256"].generator))
    weak = Certificate.parse(openssl.self_signed(openssl.rsa_key(1024), "/CN=x", "-md5").certificate)
    with pytest.raises(Unsupported, match="MD5, whose collisions"):
        weak.verify(weak.public_key)


def test_the_same_fields_as_another_library_reads(openssl: OpenSsl) -> None:
    options = ["-addext", "keyUsage=critical,keyCertSign,cRLSign", "-addext", "extendedKeyUsage=codeSigning,1.2.3"]
    options += ["-addext", "crlDistributionPoints=URI:http://a.example.test/1.crl,URI:http://b.example.test/2.crl"]
    options += [
        "-addext",
        "authorityInfoAccess=caIssuers;URI:http://a.example.test/1.crt,OCSP;URI:http://o.example.test",
    ]
    raw = openssl.self_signed(openssl.ec_key("P-256"), "/C=ut/O=Utopia/CN=CSCA", *options).certificate
    ours, theirs = Certificate.parse(raw), x509.load_der_x509_certificate(raw)
    assert ours.serial == theirs.serial_number
    assert (ours.not_before, ours.not_after) == (theirs.not_valid_before_utc, theirs.not_valid_after_utc)
    assert ours.tbs == theirs.tbs_certificate_bytes
    assert ours.signature == theirs.signature
    assert ours.subject.raw == theirs.subject.public_bytes()
    assert ours.subject.text == "C=ut, O=Utopia, CN=CSCA"
    assert ours.country == "UT"
    identifier = theirs.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    assert ours.subject_key_identifier == ours.authority_key_identifier == identifier
    assert ours.key_usage == frozenset({KeyUsage.KEY_CERT_SIGN, KeyUsage.CRL_SIGN})
    assert ours.extended_key_usage == ("1.3.6.1.5.5.7.3.3", "1.2.3")
    assert (ours.is_ca, ours.path_length, ours.is_self_issued) == (True, None, True)
    assert ours.crl_urls == ("http://a.example.test/1.crl", "http://b.example.test/2.crl")
    assert ours.issuer_urls == ("http://a.example.test/1.crt",)
    assert ours.private_key_usage is None
    assert ours.document_types is None
    assert ours.unknown_critical == ()


def test_a_certificate_is_its_bytes(openssl: OpenSsl) -> None:
    raw = openssl.self_signed(openssl.ec_key("P-256"), "/C=ut/O=Utopia/CN=CSCA").certificate
    ours = Certificate.parse(raw)
    assert ours.fingerprint == hashlib.sha256(raw).digest()
    assert (ours.raw, ours) == (raw, Certificate(raw))
    assert hash(ours) == hash(Certificate(raw))
    assert repr(ours) == f"Certificate('C=ut, O=Utopia, CN=CSCA', {ours.fingerprint.hex()})"


def test_the_simulated_country() -> None:
    country = Country.demonstration()
    root = Certificate.parse(country.csca_certificate)
    signer = Certificate.parse(country.document_signer().certificate)
    root.verify(root.public_key)
    signer.verify(root.public_key)
    with pytest.raises(BadSignature):
        root.verify(signer.public_key)
    assert signer.authority_key_identifier == root.subject_key_identifier
    assert signer.issuer.matches(root.subject)
    assert signer.key_usage == frozenset({KeyUsage.DIGITAL_SIGNATURE})
    assert (root.path_length, root.is_ca, signer.is_ca, signer.country) == (0, True, False, "VN")
    assert signer.private_key_usage == (datetime(2022, 4, 11, tzinfo=UTC), datetime(2022, 7, 10, tzinfo=UTC))
    assert len(signer.crl_urls) == len(signer.issuer_urls) == 2


# --- certificates piece by piece --------------------------------------------------------------------------------------

NAME = der.sequence(der.set_of(der.sequence(der.oid("2.5.4.6"), der.printable_string("UT"))))
OTHER = der.sequence(der.set_of(der.sequence(der.oid("2.5.4.6"), der.printable_string("XO"))))
ECDSA = der.sequence(der.oid("1.2.840.10045.4.3.2"))
TIMES = der.sequence(tlv.encode(0x17, b"210101000000Z"), tlv.encode(0x18, b"20510101000000Z"))
VERSION = der.tagged(0, der.integer(2))


def explicit_key(curve: Curve) -> bytes:
    return der.sequence(domain_parameters.encode_algorithm(curve), der.bit_string(curve.encode(curve.generator)))


KEY = explicit_key(ALL_CURVES["brainpoolP256r1"])
FIELDS = [VERSION, der.integer(7), ECDSA, OTHER, TIMES, NAME, KEY]


def assembled(fields: Iterable[bytes], *extensions: bytes) -> bytes:
    """A certificate with a signature of no key."""
    tail = [der.tagged(3, der.sequence(*extensions))] if extensions else []
    signature = der.sequence(der.integer(5), der.integer(6))
    return der.sequence(der.sequence(*fields, *tail), ECDSA, der.bit_string(signature))


def changed(position: int, *value: bytes) -> bytes:
    """`FIELDS` with another value in one place, or none."""
    return assembled([*FIELDS[:position], *value, *FIELDS[position + 1 :]])


def extension(oid: str, value: bytes, *critical: bytes) -> bytes:
    return der.sequence(der.oid(oid), *critical, der.octet_string(value))


def with_extensions(*extensions: bytes) -> Certificate:
    return Certificate.parse(assembled(FIELDS, *extensions))


@pytest.mark.parametrize("serial", [0, 7, -1, -129, 1 << 159, -(1 << 200)])
def test_serial_numbers_of_either_sign(serial: int) -> None:
    assert Certificate.parse(changed(1, der.integer(serial))).serial == serial


def test_a_certificate_without_extensions_says_nothing() -> None:
    certificate = Certificate.parse(changed(0))  # version 1
    assert (certificate.not_before, certificate.not_after) == (
        datetime(2021, 1, 1, tzinfo=UTC),
        datetime(2051, 1, 1, tzinfo=UTC),
    )
    assert certificate.extensions == Extensions()
    assert certificate.key_usage is None
    assert certificate.path_length is None
    assert (certificate.is_ca, certificate.crl_urls, certificate.issuer_urls) == (False, (), ())
    assert (certificate.country, certificate.is_self_issued) == ("UT", False)


def test_the_country_is_the_issuers_where_the_subject_has_none() -> None:
    assert Certificate.parse(changed(5, der.sequence())).country == "XO"
    assert Certificate.parse(assembled([*FIELDS[:3], der.sequence(), TIMES, der.sequence(), KEY])).country == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0300", None),
        ("030100", frozenset()),
        ("03020780", {KeyUsage.DIGITAL_SIGNATURE}),
        ("03020106", {KeyUsage.KEY_CERT_SIGN, KeyUsage.CRL_SIGN}),
        ("0303078080", {KeyUsage.DIGITAL_SIGNATURE, KeyUsage.DECIPHER_ONLY}),
        ("030200FF", frozenset(KeyUsage) - {KeyUsage.DECIPHER_ONLY}),
        ("03020880", None),
        ("030400000000", None),
        ("04020780", None),
    ],
)
def test_key_usage(value: str, expected: frozenset[KeyUsage] | None) -> None:
    certificate = with_extensions(extension("2.5.29.15", bytes.fromhex(value), der.boolean_true()))
    assert certificate.key_usage == expected
    assert certificate.extensions.malformed == (("2.5.29.15",) if expected is None else ())


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("3000", (False, None)),
        ("30030101FF", (True, None)),
        ("3003010100", (False, None)),
        ("30060101FF020100", (True, 0)),
        ("3003020101", (False, 1)),
        ("30060101FF0201FF", None),
        ("30090101FF020100020100", None),
        ("3000 00", None),
        ("0101FF", None),
    ],
)
def test_basic_constraints(value: str, expected: tuple[bool, int | None] | None) -> None:
    certificate = with_extensions(extension("2.5.29.19", bytes.fromhex(value), der.boolean_true()))
    assert (certificate.is_ca, certificate.path_length) == (expected or (False, None))
    assert certificate.extensions.malformed == (("2.5.29.19",) if expected is None else ())


@pytest.mark.parametrize(
    ("start", "end"), [(b"20220101000000Z", b"20220401000000Z"), (b"", b"20220401000000Z"), (b"", b"")]
)
def test_private_key_usage_period(start: bytes, end: bytes) -> None:
    parts = [tlv.encode(tag, time) for tag, time in ((0x80, start), (0x81, end)) if time]
    period = with_extensions(extension("2.5.29.16", der.sequence(*parts))).private_key_usage
    assert period is not None
    assert [bool(time) for time in period] == [bool(start), bool(end)]
    assert period[1] in (None, datetime(2022, 4, 1, tzinfo=UTC))


def test_document_types() -> None:
    types = der.set_of(der.printable_string("ID"), der.printable_string("P"))
    certificate = with_extensions(extension("2.23.136.1.1.6.2", der.sequence(der.integer(0), types)))
    assert certificate.document_types == ("P", "ID")
    foreign = der.sequence(der.integer(0), der.set_of(tlv.encode(0x13, b"\xc0")))
    for wrong in (der.sequence(types), der.sequence(der.integer(0), der.set_of(der.integer(1))), types, foreign):
        certificate = with_extensions(extension("2.23.136.1.1.6.2", wrong))
        assert (certificate.document_types, certificate.extensions.malformed) == (None, ("2.23.136.1.1.6.2",))


def test_an_authority_key_identifier_may_lack_the_key() -> None:
    value = der.sequence(tlv.encode(0xA1, der.tagged(4, NAME)), tlv.encode(0x82, b"\x07"))
    assert with_extensions(extension("2.5.29.35", value)).authority_key_identifier is None


def test_critical_extensions_that_are_not_known() -> None:
    known = [f"2.5.29.{arc}" for arc in (17, 18, 32)] + ["2.23.136.1.1.6.1"]
    items = [extension(oid, der.sequence(), der.boolean_true()) for oid in (*known, "2.5.29.30", "1.2.3.4")]
    certificate = with_extensions(*items, extension("1.2.3.5", b""), extension("1.2.3.6", b"", b"\x01\x01\x00"))
    assert certificate.unknown_critical == ("2.5.29.30", "1.2.3.4")
    assert {"2.23.136.1.1.6.1", "1.2.3.6"} <= certificate.extensions.present


def test_unique_identifiers_are_passed_over() -> None:
    """Of version 2; nobody has written them for decades (RFC 5280, 4.1.2.8)."""
    fields = [*FIELDS, tlv.encode(0x81, b"\x00\x01"), tlv.encode(0x82, b"\x00\x02")]
    assert Certificate.parse(
        assembled(fields, extension("2.5.29.14", der.octet_string(b"id")))
    ).extensions == Extensions(subject_key_identifier=b"id", present=frozenset({"2.5.29.14"}))


def test_addresses_are_hints_and_never_an_obstacle() -> None:
    address = tlv.encode(0x86, b"ldap://example.test/%20")
    odd = [b"\x30\x05\x00", b"", der.sequence(der.integer(1)), der.sequence(tlv.encode(0x86, b"http://\x1b[2J"))]
    odd += [der.sequence(tlv.encode(0x86, b"\xc3\xa9")), der.sequence(der.sequence(der.oid("1.3.6.1.5.5.7.48.2")))]
    for value in odd:
        certificate = with_extensions(extension("2.5.29.31", value), extension("1.3.6.1.5.5.7.1.1", value))
        assert (certificate.crl_urls, certificate.issuer_urls) == ((), ())
    points = der.sequence(der.sequence(der.tagged(0, der.tagged(0, address))))
    assert with_extensions(extension("2.5.29.31", points)).crl_urls == ("ldap://example.test/%20",)
    deep = tlv.encode(0x86, b"http://example.test")
    for _ in range(2000):
        deep = der.sequence(deep)
    assert with_extensions(extension("2.5.29.31", deep)).crl_urls == ()


@pytest.mark.parametrize(
    "item",
    [
        der.sequence(der.oid("1.2.3")),
        der.sequence(der.oid("1.2.3"), der.octet_string(b""), der.octet_string(b"")),
        der.sequence(der.oid("1.2.3"), der.boolean_true(), der.octet_string(b""), der.octet_string(b"")),
        der.sequence(der.octet_string(b""), der.octet_string(b"")),
        der.set_of(),
        extension("1.2.3", b"") * 2,
    ],
    ids=count(),
)
def test_malformed_extensions(item: bytes) -> None:
    with pytest.raises(MalformedData):
        with_extensions(item)


MALFORMED_VALUES = {
    "2.5.29.14": b"\x05\x00",
    "2.5.29.35": b"",
    "2.5.29.37": der.sequence(der.integer(1)),
    "2.5.29.16": der.sequence(tlv.encode(0x80, b"220101000000Z")),
    "2.5.29.15": b"\x04\x00",
    "2.5.29.19": b"\x04\x00",
    "2.23.136.1.1.6.2": der.set_of(der.printable_string("P")),
}


@pytest.mark.parametrize("oid", MALFORMED_VALUES)
def test_a_malformed_value_is_a_finding_of_its_own(oid: str) -> None:
    usage = extension("2.5.29.15", bytes.fromhex("03020106"))
    basic = extension("2.5.29.19", bytes.fromhex("30030101FF"))
    rest = [item for known, item in (("2.5.29.15", usage), ("2.5.29.19", basic)) if known != oid]
    certificate = with_extensions(*rest, extension(oid, MALFORMED_VALUES[oid]))
    assert [finding.rule for finding in rules.profile(certificate, rules.Role.ANCHOR)] == [
        rules.Rule.EXTENSION_MALFORMED
    ]
    assert oid in certificate.extensions.present


GOOD = assembled(FIELDS)
BODY = der.sequence(*FIELDS)
SIGNATURE = der.bit_string(der.sequence())


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        GOOD[:-1],
        GOOD + b"\x00",
        assembled(FIELDS, extension("1.2.3", bytes(MAX_BYTES))),
        b"\x30\x80" * 5000,
        der.sequence(der.sequence(), ECDSA, SIGNATURE),
        der.sequence(BODY, ECDSA),
        der.sequence(BODY, ECDSA, SIGNATURE, SIGNATURE),
        der.sequence(BODY, der.sequence(der.oid("1.2.840.10045.4.3.3")), SIGNATURE),
        der.sequence(BODY, ECDSA, tlv.encode(0x03, b"\x01\x00")),
        der.sequence(BODY, ECDSA, der.octet_string(b"")),
        changed(0, der.integer(2)),
        changed(1, der.octet_string(b"\x07")),
        changed(1),
        changed(3, der.set_of()),
        changed(4, der.sequence(tlv.encode(0x17, b"210101000000Z"))),
        changed(4, der.sequence(tlv.encode(0x17, b"210101000000Z"), tlv.encode(0x17, b"211301000000Z"))),
        changed(5, der.integer(1)),
        changed(6),
        assembled([*FIELDS, *[der.tagged(3, der.sequence())] * 2]),
        assembled([*FIELDS, der.tagged(3, der.set_of())]),
        assembled([*FIELDS, *[tlv.encode(0x81, b"")] * 4]),
    ],
    ids=count(),
)
def test_what_is_no_certificate(raw: bytes) -> None:
    with pytest.raises(MalformedData):
        Certificate.parse(raw)


def test_a_certificate_that_was_never_parsed_raises_when_asked() -> None:
    with pytest.raises(MalformedData):
        _ = Certificate(b"\x30\x00").subject


# --- hostile certificates ---------------------------------------------------------------------------------------------

SEED = assembled(
    FIELDS,
    extension("2.5.29.14", der.octet_string(bytes(20))),
    extension("2.5.29.35", der.sequence(tlv.encode(0x80, bytes(20)))),
    extension("2.5.29.15", bytes.fromhex("03020106"), der.boolean_true()),
    extension("2.5.29.19", bytes.fromhex("30060101FF020100"), der.boolean_true()),
    extension("2.5.29.16", der.sequence(tlv.encode(0x80, b"20220101000000Z"))),
    extension("2.5.29.37", der.sequence(der.oid("2.23.136.1.1.3"))),
    extension("2.5.29.31", der.sequence(der.sequence(der.tagged(0, der.tagged(0, tlv.encode(0x86, b"http://x")))))),
    extension("2.23.136.1.1.6.2", der.sequence(der.integer(0), der.set_of(der.printable_string("P")))),
)


def use(raw: bytes) -> None:
    """Ask a certificate for everything."""
    try:
        certificate = Certificate.parse(raw)
    except MalformedData:
        return
    assert repr(certificate)
    assert repr(certificate.extensions)
    assert certificate.not_before.tzinfo is certificate.not_after.tzinfo is UTC
    assert isinstance(certificate.is_self_issued, bool)
    try:
        certificate.verify(certificate.public_key)
    except (MalformedData, Unsupported, BadSignature):
        return


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_spoilt_certificates(data: st.DataObject) -> None:
    spoilt = bytearray(SEED)
    for _ in range(data.draw(st.integers(1, 4))):
        spoilt[data.draw(st.integers(0, len(SEED) - 1))] = data.draw(st.integers(0, 255))
    use(bytes(spoilt))
    use(bytes(spoilt[: data.draw(st.integers(0, len(SEED)))]))


@settings(max_examples=60, deadline=None)
@given(part=st.binary(max_size=60), position=st.integers(0, 6))
def test_any_bytes_in_any_field(part: bytes, position: int) -> None:
    use(part)
    use(changed(position, part))
    use(changed(position, der.sequence(part)))
    use(assembled(FIELDS, extension(f"2.5.29.{14 + position}", part), extension("2.5.29.31", der.sequence(part))))


# --- real certificates ------------------------------------------------------------------------------------------------


def listed(path: Path) -> list[Certificate]:
    """CscaMasterList ::= SEQUENCE { version INTEGER, certList SET OF Certificate } (ICAO 9303-12, 9.2)."""
    content = SignedData.parse(path.read_bytes()).content
    _, certificates = ber.elements(ber.only(content, 0x30, "list").value, "list")
    return [Certificate.parse(each.raw) for each in ber.elements(certificates.value, "list")]


def issuers(certificate: Certificate, among: list[Certificate]) -> Iterator[Certificate]:
    """Candidates by key identifier, then by name, then all."""
    identifier = certificate.authority_key_identifier
    yield from (each for each in among if identifier and each.subject_key_identifier == identifier)
    yield from (each for each in among if each.subject.matches(certificate.issuer))
    yield from among


def has_issuer(certificate: Certificate, among: list[Certificate]) -> bool:
    for candidate in issuers(certificate, among):
        try:
            certificate.verify(candidate.public_key)
        except BadSignature:
            continue
        return True
    return False


@pytest.mark.reference_data
def test_the_german_master_list_of_2026(reference_data: Path) -> None:
    """The yardstick that the data's description gives."""
    certificates = listed(reference_data / "master_lists" / "DE_ML_2026-05-28-08-28-45.ml")
    assert len(set(certificates)) == 588
    assert len({each.country for each in certificates}) == 112
    keys = Counter(type(each.public_key) for each in certificates)
    assert keys == {RsaKey: 424, EcKey: 164}
    explicit = [each for each in certificates if PRIME_FIELD in each.key_info]
    assert len(explicit) == 160
    orphans = [each.country for each in certificates if not has_issuer(each, certificates)]
    assert sorted(orphans) == sorted(["LV", "CY", "AE", "UZ", "LB", "AT", "HU", "BG", "TR", "MA", "PH", "MD"])
    (vietnam,) = [each for each in certificates if each.country == "VN"]
    assert vietnam.public_key.name == "brainpoolP512r1"
    assert vietnam in explicit
    vietnam.verify(vietnam.public_key)
    assert vietnam.subject.text == (
        "C=VN, O=Vietnam Government Information Security Commission, CN=CSCA ePassport Vietnam"
    )
    assert sum(each.serial < 0 for each in certificates) == 1
    assert all(each.unknown_critical == () for each in certificates)


@pytest.mark.reference_data
@pytest.mark.parametrize("path", reference_files("master_lists/*.ml"), ids=lambda path: path.stem)
def test_another_library_reads_the_same(path: Path) -> None:
    for ours in listed(path):
        theirs = asn1crypto.x509.Certificate.load(ours.raw, strict=True)
        body = theirs["tbs_certificate"]
        assert (ours.serial, ours.tbs, ours.signature) == (
            theirs.serial_number,
            body.dump(),
            theirs["signature_value"].native,
        )
        assert (ours.not_before, ours.not_after) == (theirs.not_valid_before, theirs.not_valid_after)
        assert ours.country == theirs.subject.native["country_name"].upper()
        assert ours.subject_key_identifier == theirs.key_identifier
        assert ours.authority_key_identifier == theirs.authority_key_identifier
        assert ours.extensions.present == {each["extn_id"].dotted for each in body["extensions"]}
        usage = theirs.key_usage_value
        assert ours.key_usage == (None if usage is None else frozenset(KeyUsage[name.upper()] for name in usage.native))
        constraints = theirs.basic_constraints_value
        found = (False, None) if constraints is None else tuple(constraints.native.values())
        assert (ours.is_ca, ours.path_length) == found
        assert ours.is_self_issued >= (theirs.self_issued is True)
