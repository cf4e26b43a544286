# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Public keys and algorithm identifiers: named, in full, in every form; and what must not be taken for one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from cccd_reader.crypto.ec import STANDARD_CURVES, Curve
from cccd_reader.crypto.ecdsa import BRAINPOOL_P160R1
from cccd_reader.crypto.point import Point
from cccd_reader.crypto.signatures import EcKey, Scheme, SignatureAlgorithm
from cccd_reader.errors import CccdError, MalformedData, Unsupported
from cccd_reader.lds import asn1, domain_parameters
from cccd_reader.pki import algorithms
from cccd_simulators import der
from tests.pki.openssl import CURVES, OpenSsl

ALL_CURVES = {curve.name: curve for curve in (*STANDARD_CURVES.values(), BRAINPOOL_P160R1)}


def explicit_key(curve: Curve) -> bytes:
    return der.sequence(domain_parameters.encode_algorithm(curve), der.bit_string(curve.encode(curve.generator)))


@pytest.mark.parametrize("parameters", ["named_curve", "explicit"])
@pytest.mark.parametrize("name", CURVES)
def test_ec_keys_of_openssl_in_every_form(tmp_path: Path, name: str, parameters: str) -> None:
    openssl, curve = OpenSsl(tmp_path), ALL_CURVES[name]
    private = openssl.ec_key(name)
    whole = openssl.public(private, "-param_enc", parameters)
    assert len(whole) > 2 * curve.size + (20 if parameters == "named_curve" else 5 * curve.size)
    key = algorithms.parse_public_key(whole)
    assert isinstance(key, EcKey)
    assert key.curve is curve
    short, hybrid = (
        openssl.public(private, "-param_enc", parameters, "-conv_form", form) for form in ("compressed", "hybrid")
    )
    assert len(short) <= len(whole) - curve.size
    assert algorithms.parse_public_key(short) == key
    assert hybrid != whole
    assert algorithms.parse_public_key(hybrid) == key


@pytest.mark.parametrize("name", ALL_CURVES)
def test_explicit_parameters_that_differ_in_one_number_are_unsupported(name: str) -> None:
    curve = ALL_CURVES[name]
    assert algorithms.parse_public_key(explicit_key(curve)) == EcKey(curve, curve.generator)
    other = curve.power(curve.generator, 2)
    for change in (
        {"field": curve.field + 2},
        {"a": curve.a - 1},
        {"b": curve.b - 1},
        {"order": curve.order + 2},
        {"generator_point": other},  # the forgery of CVE-2020-0601: with this base point, 1/2 is a private key
        {"generator_point": Point(curve.generator.x, curve.field - curve.generator.y)},
    ):
        wrong: Curve = replace(curve, **change)
        with pytest.raises(Unsupported, match="not those of a standardized one"):
            algorithms.parse_public_key(explicit_key(wrong))


def with_parameters(parts: list[bytes]) -> bytes:
    algorithm = der.sequence(der.oid("1.2.840.10045.2.1"), der.sequence(*parts))
    curve = ALL_CURVES["brainpoolP320r1"]
    return der.sequence(algorithm, der.bit_string(curve.encode(curve.generator)))


def parameters() -> list[bytes]:
    identifier = asn1.sequence(domain_parameters.encode_algorithm(ALL_CURVES["brainpoolP320r1"]))[1]
    return [bytes(item) for item in asn1.sequence(bytes(identifier))]


def test_explicit_parameters_may_have_a_seed_and_no_cofactor() -> None:
    parts = parameters()
    a, b = asn1.sequence(parts[2])
    seeded = der.sequence(bytes(a), bytes(b), der.bit_string(b"seed"))
    for each in (parts, parts[:5], [*parts[:2], seeded, *parts[3:]]):
        assert algorithms.parse_public_key(with_parameters(each)).name == "brainpoolP320r1"
    with pytest.raises(Unsupported):
        algorithms.parse_public_key(with_parameters([*parts[:5], der.integer(2)]))


def test_explicit_parameters_may_have_the_base_point_compressed() -> None:
    curve, parts = ALL_CURVES["brainpoolP320r1"], parameters()
    whole, odd = curve.encode(curve.generator), curve.generator.y & 1
    for form, good in ((2 | odd, True), (3 ^ odd, False), (6 | odd, True), (7 ^ odd, False), (4, True), (0, False)):
        point = bytes([form]) + (whole[1 : 1 + curve.size] if form in (2, 3) else whole[1:])
        raw = with_parameters([*parts[:3], der.octet_string(point), *parts[4:]])
        if good:
            assert algorithms.parse_public_key(raw).name == curve.name
        else:
            with pytest.raises(Unsupported):
                algorithms.parse_public_key(raw)


def malformed_parameters() -> Iterator[bytes]:
    parts = parameters()
    field, coefficients = asn1.sequence(parts[1]), asn1.sequence(parts[2])
    yield with_parameters(parts[:4])
    yield with_parameters([*parts, b"\x05\x00"])
    yield with_parameters([parts[0], der.sequence(bytes(field[0])), *parts[2:]])
    yield with_parameters([*parts[:2], der.sequence(bytes(coefficients[0])), *parts[3:]])
    yield with_parameters([*parts[:2], der.sequence(*[der.integer(1)] * 2), *parts[3:]])
    yield with_parameters([*parts[:4], der.octet_string(b"\x07"), *parts[5:]])


@pytest.mark.parametrize("raw", list(malformed_parameters()), ids=count())
def test_malformed_explicit_parameters(raw: bytes) -> None:
    with pytest.raises(MalformedData):
        algorithms.parse_public_key(raw)


def key_info(algorithm: bytes, key: bytes) -> bytes:
    return der.sequence(algorithm, der.bit_string(key))


RSA = der.sequence(der.oid("1.2.840.113549.1.1.1"), b"\x05\x00")
EC = "1.2.840.10045.2.1"
P256 = der.sequence(der.oid(EC), der.oid("1.2.840.10045.3.1.7"))
P224 = der.sequence(der.oid(EC), der.oid("1.3.132.0.33"))
POINT = ALL_CURVES["P-256"].encode(ALL_CURVES["P-256"].generator)


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (b"", MalformedData),
        (der.sequence(RSA), MalformedData),
        (der.sequence(RSA, der.octet_string(b"")), MalformedData),
        (key_info(RSA, b""), MalformedData),
        (key_info(RSA, der.sequence(der.integer((1 << 2047) + 1))), MalformedData),
        (key_info(RSA, der.sequence(der.integer(-(1 << 2047) + 1), der.integer(3))), MalformedData),
        (key_info(RSA, der.sequence(der.integer((1 << 766) + 1), der.integer(3))), Unsupported),
        (key_info(der.sequence(der.oid("1.2.840.10040.4.1")), b""), Unsupported),
        (key_info(der.sequence(), POINT), MalformedData),
        (key_info(der.sequence(der.oid(EC)), POINT), Unsupported),
        (key_info(der.sequence(der.oid(EC), b"\x05\x00"), POINT), Unsupported),
        (key_info(der.sequence(der.oid(EC), der.oid("1.3.132.0.10")), POINT), Unsupported),
        (key_info(P256, b""), MalformedData),
        (key_info(P256, b"\x00"), MalformedData),
        (key_info(P256, POINT[:-1]), MalformedData),
        (key_info(P256, POINT[:-1] + bytes([POINT[-1] ^ 1])), MalformedData),
        (key_info(P256, b"\x02" + POINT[1:32]), MalformedData),
        (key_info(P256, b"\x02" + b"\xff" * 32), MalformedData),
        (key_info(P256, b"\x02" + (5).to_bytes(32, "big")), None),
        (key_info(P256, b"\x03" + (1).to_bytes(32, "big")), MalformedData),
        (key_info(P256, bytes([7 ^ POINT[-1] & 1]) + POINT[1:]), MalformedData),
        (key_info(P256, bytes([6 | POINT[-1] & 1]) + POINT[2:]), MalformedData),
        (key_info(P224, b"\x02" + bytes(28)), MalformedData),
        (key_info(P224, b"\x02" + bytes(27)), MalformedData),
    ],
    ids=count(),
)
def test_public_keys_that_are_none(raw: bytes, error: type[CccdError] | None) -> None:
    if error is None:
        key = algorithms.parse_public_key(raw)
        assert isinstance(key, EcKey)
        assert (key.point.x, key.point.y & 1) == (5, 0)
        return
    with pytest.raises(error):
        algorithms.parse_public_key(raw)


PSS = "1.2.840.113549.1.1.10"
SHA256 = der.sequence(der.oid("2.16.840.1.101.3.4.2.1"))
MGF = der.sequence(der.oid("1.2.840.113549.1.1.8"), SHA256)


def pss_identifier(*parts: bytes) -> bytes:
    return der.sequence(der.oid(PSS), der.sequence(*parts))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (der.sequence(der.oid(PSS)), SignatureAlgorithm(Scheme.RSA_PSS_BARE, "sha1", "sha1", 20)),
        (der.sequence(der.oid(PSS), b"\x05\x00"), SignatureAlgorithm(Scheme.RSA_PSS_BARE, "sha1", "sha1", 20)),
        (pss_identifier(), SignatureAlgorithm(Scheme.RSA_PSS, "sha1", "sha1", 20)),
        (pss_identifier(der.tagged(0, SHA256)), SignatureAlgorithm(Scheme.RSA_PSS, "sha256", "sha1", 20)),
        (
            pss_identifier(der.tagged(0, SHA256), der.tagged(1, MGF), der.tagged(2, der.integer(0))),
            SignatureAlgorithm(Scheme.RSA_PSS, "sha256", "sha256", 0),
        ),
        (pss_identifier(der.tagged(3, der.integer(1))), SignatureAlgorithm(Scheme.RSA_PSS, "sha1", "sha1", 20)),
        (
            pss_identifier(
                *(der.tagged(at, each) for at, each in enumerate((SHA256, MGF, der.integer(32), der.integer(1))))
            ),
            SignatureAlgorithm(Scheme.RSA_PSS, "sha256", "sha256", 32),
        ),
        (pss_identifier(der.tagged(3, der.integer(2))), Unsupported),
        (pss_identifier(der.tagged(2, der.integer(-1))), MalformedData),
        (pss_identifier(der.tagged(2, der.integer(1 << 20))), MalformedData),
        (pss_identifier(*[der.tagged(2, der.integer(20))] * 2), MalformedData),
        (pss_identifier(der.tagged(4, der.integer(20))), MalformedData),
        (pss_identifier(der.tagged(1, SHA256)), Unsupported),
        (pss_identifier(der.tagged(1, der.sequence(der.oid("1.2.840.113549.1.1.9"), SHA256))), Unsupported),
        (pss_identifier(der.tagged(0, der.sequence(der.oid("1.2.840.113549.2.5")))), Unsupported),
        (der.sequence(der.oid(PSS), der.integer(1)), MalformedData),
        (der.sequence(der.oid("1.2.840.10045.4.3"), SHA256), SignatureAlgorithm(Scheme.ECDSA, "sha256")),
        (der.sequence(der.oid("1.2.840.10045.4.3")), Unsupported),
        (der.sequence(der.oid("1.2.840.10045.4.2")), Unsupported),
        (der.sequence(der.oid("1.3.14.3.2.29")), SignatureAlgorithm(Scheme.RSA_PKCS1, "sha1")),
        (der.sequence(der.oid("0.4.0.127.0.7.1.1.4.1.3")), SignatureAlgorithm(Scheme.ECDSA_PLAIN, "sha256")),
        (der.sequence(der.oid("0.4.0.127.0.7.1.1.4.1.4")), SignatureAlgorithm(Scheme.ECDSA_PLAIN, "sha384")),
        (der.sequence(der.oid("0.4.0.127.0.7.1.1.4.1.5")), SignatureAlgorithm(Scheme.ECDSA_PLAIN, "sha512")),
        (der.sequence(der.oid("0.4.0.127.0.7.1.1.4.1.6")), Unsupported),
        (RSA, Unsupported),
        (der.sequence(), MalformedData),
        (der.sequence(der.oid("1.2.3"), b"\x05\x00", b"\x05\x00"), MalformedData),
        (der.sequence(der.oid("1.2.840.10045.4.3.2"), der.octet_string(bytes(2048))), MalformedData),
        (b"", MalformedData),
    ],
    ids=count(),
)
def test_signature_algorithms(raw: bytes, expected: SignatureAlgorithm | type[CccdError]) -> None:
    if isinstance(expected, SignatureAlgorithm):
        assert algorithms.parse_signature_algorithm(raw) == expected
    else:
        with pytest.raises(expected):
            algorithms.parse_signature_algorithm(raw)


def test_a_scheme_alone_takes_the_hash_that_stands_beside_it() -> None:
    ec = der.sequence(der.oid(EC))
    assert algorithms.parse_signature_algorithm(RSA, "sha512") == SignatureAlgorithm(Scheme.RSA_PKCS1, "sha512")
    assert algorithms.parse_signature_algorithm(ec, "sha224") == SignatureAlgorithm(Scheme.ECDSA, "sha224")
    named = der.sequence(der.oid("1.2.840.10045.4.3.4"))
    assert algorithms.parse_signature_algorithm(named, "sha1") == SignatureAlgorithm(Scheme.ECDSA, "sha512")
