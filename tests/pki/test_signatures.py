# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Signatures by foreign signers over every algorithm, and by keys that OpenSSL's bindings would not take."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from functools import cache
from itertools import count, islice, product
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from cccd_reader.apdu import tlv
from cccd_reader.crypto import ecdsa, point
from cccd_reader.crypto.digests import DIGESTS, digest_of
from cccd_reader.crypto.ec import STANDARD_CURVES, Curve
from cccd_reader.crypto.ecdsa import BRAINPOOL_P160R1
from cccd_reader.crypto.point import Point
from cccd_reader.crypto.signatures import (
    BadSignature,
    EcKey,
    PublicKey,
    RsaKey,
    Scheme,
    SignatureAlgorithm,
    SignedPart,
    verify_signature,
)
from cccd_reader.errors import MalformedData, Unsupported
from cccd_reader.lds import asn1
from cccd_reader.pki.algorithms import parse_public_key
from tests.pki.openssl import CURVES, OpenSsl

MESSAGE = b"the hashes of the data groups"
ALL_CURVES = {curve.name: curve for curve in (*STANDARD_CURVES.values(), BRAINPOOL_P160R1)}


@cache
def private_key(bits: int, exponent: int = 65537) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(exponent, bits)


def public_key(private: rsa.RSAPrivateKey) -> RsaKey:
    numbers = private.public_key().public_numbers()
    return RsaKey(numbers.n, numbers.e)


@cache
def prime_pair(number: int) -> tuple[int, int]:
    """Two primes of 1024 bits, by the number that tells them from others."""
    numbers = rsa.generate_private_key(3, 2048).private_numbers()
    return numbers.p, numbers.q


@dataclass(frozen=True)
class ManyPrimes:
    """A key whose modulus has any number of primes of 1024 bits: large keys, without the search for large primes."""

    primes: tuple[int, ...]
    exponent: int

    @classmethod
    def of(cls, exponent: int, amount: int) -> ManyPrimes:
        pool = (prime for number in count() for prime in prime_pair(number))
        fitting = (prime for prime in pool if math.gcd(prime - 1, exponent) == 1)
        return cls(tuple(islice(fitting, amount)), exponent)

    @property
    def public(self) -> RsaKey:
        return RsaKey(math.prod(self.primes), self.exponent)

    def sign(self, block: bytes) -> bytes:
        """RSASP1 of an encoded message, put together from its remainders."""
        modulus, number = math.prod(self.primes), int.from_bytes(block, "big")
        result = 0
        for prime in self.primes:
            others = modulus // prime
            result += pow(number, pow(self.exponent, -1, prime - 1), prime) * others * pow(others, -1, prime)
        return (result % modulus).to_bytes(self.public.size, "big")


def pkcs1_block(size: int, digest: str, tail: bytes = b"", parameters: bytes = b"\x05\x00") -> bytes:
    """The block that RFC 8017, 9.2 describes; a `tail` takes bytes of the padding."""
    oid = {"sha1": "1.3.14.3.2.26"} | {f"sha{bits}": f"2.16.840.1.101.3.4.2.{arc}" for bits, arc in _SHA2}
    algorithm = asn1.encode_sequence(asn1.encode_object_identifier(oid[digest]), parameters)
    info = asn1.encode_sequence(algorithm, tlv.encode(4, hashlib.new(digest, MESSAGE).digest()))
    return b"\x00\x01" + b"\xff" * (size - len(info) - len(tail) - 3) + b"\x00" + info + tail


_SHA2 = ((256, 1), (384, 2), (512, 3), (224, 4))


def is_good(key: PublicKey, algorithm: SignatureAlgorithm, signature: bytes, message: bytes = MESSAGE) -> bool:
    try:
        verify_signature(key, algorithm, message, signature)
    except BadSignature:
        return False
    return True


def spoilt(signature: bytes, position: int = -2) -> bytes:
    changed = bytearray(signature)
    changed[position] ^= 1
    return bytes(changed)


# --- RSA PKCS#1 v1.5 --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("digest", DIGESTS)
@pytest.mark.parametrize(("bits", "exponent"), [(1024, 65537), (1024, 3), (1031, 65537), (2048, 65537), (2048, 3)])
def test_pkcs1(bits: int, exponent: int, digest: str) -> None:
    private = private_key(bits, exponent)
    key, algorithm = public_key(private), SignatureAlgorithm(Scheme.RSA_PKCS1, digest)
    signature = private.sign(MESSAGE, padding.PKCS1v15(), DIGESTS[digest])
    assert is_good(key, algorithm, signature)
    assert not is_good(key, algorithm, spoilt(signature))
    assert not is_good(key, algorithm, signature, MESSAGE + b".")
    assert not is_good(key, algorithm, b"\x00" + signature)
    assert not is_good(key, algorithm, signature[1:])
    assert not is_good(key, algorithm, b"")
    assert not is_good(key, algorithm, b"\xff" * key.size)
    other = "sha256" if digest != "sha256" else "sha384"
    assert not is_good(key, SignatureAlgorithm(Scheme.RSA_PKCS1, other), signature)
    assert not is_good(key, SignatureAlgorithm(Scheme.RSA_PSS, digest, digest), signature)


@pytest.mark.parametrize(("exponent", "primes"), [(38129, 7), (65537, 8), (3, 8), ((1 << 255) + 95, 8)])
def test_pkcs1_of_large_keys_and_odd_exponents(exponent: int, primes: int) -> None:
    private = ManyPrimes.of(exponent, primes)
    key = private.public
    assert 7100 < key.bits <= 8192
    signature = private.sign(pkcs1_block(key.size, "sha256"))
    assert is_good(key, SignatureAlgorithm(Scheme.RSA_PKCS1, "sha256"), signature)
    assert not is_good(key, SignatureAlgorithm(Scheme.RSA_PKCS1, "sha256"), spoilt(signature))


@pytest.mark.parametrize("tail", [b"\x00", b"garbage", bytes(60)], ids=count())
@pytest.mark.parametrize("exponent", [3, 65537])
def test_a_block_with_anything_after_the_hash_is_no_signature(exponent: int, tail: bytes) -> None:
    private = ManyPrimes.of(exponent, 2)
    key = private.public
    for digest, end, good in (("sha256", b"", True), ("sha256", tail, False), ("sha1", tail, False)):
        signature = private.sign(pkcs1_block(key.size, digest, end))
        assert is_good(key, SignatureAlgorithm(Scheme.RSA_PKCS1, digest), signature) is good


@pytest.mark.parametrize("digest", DIGESTS)
def test_the_hash_may_stand_without_null_and_with_nothing_else(digest: str) -> None:
    private, algorithm = ManyPrimes.of(65537, 2), SignatureAlgorithm(Scheme.RSA_PKCS1, digest)
    key = private.public
    for parameters, good in ((b"", True), (b"\x05\x00", True), (b"\x04\x00", False), (b"\x05\x00" * 2, False)):
        signature = private.sign(pkcs1_block(key.size, digest, parameters=parameters))
        assert is_good(key, algorithm, signature) is good
        assert not is_good(key, algorithm, spoilt(signature))


def test_a_cube_root_is_no_signature() -> None:
    """Bleichenbacher's forgery of 2006: exponent 3, and a block whose end nobody looks at."""
    key = public_key(private_key(2048, 3))
    beginning = pkcs1_block(72, "sha1")  # a third of the block is free to choose; the rest follows
    number = int.from_bytes(beginning + bytes(key.size - len(beginning)), "big")
    low, high = 0, 1 << (key.bits // 3 + 1)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if middle**3 < number else (low, middle)
    assert (low**3).to_bytes(key.size, "big").startswith(beginning[:-1])
    assert not is_good(key, SignatureAlgorithm(Scheme.RSA_PKCS1, "sha1"), low.to_bytes(key.size, "big"))


# --- RSA-PSS ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("salt", [0, 20, 33, None])
@pytest.mark.parametrize(
    ("digest", "mgf"), [("sha1", "sha1"), ("sha224", "sha512"), ("sha256", "sha1"), ("sha512",) * 2]
)
@pytest.mark.parametrize("bits", [*range(1160, 1170), 2048, 2049])
def test_pss(bits: int, digest: str, mgf: str, salt: int | None) -> None:
    """Ten sizes side by side: the encoded message has every number of spare bits, also a whole spare octet."""
    private = private_key(bits)
    key, algorithm = public_key(private), SignatureAlgorithm(Scheme.RSA_PSS, digest, mgf, salt)
    length = padding.PSS.MAX_LENGTH if salt is None else salt
    scheme = padding.PSS(padding.MGF1(DIGESTS[mgf]), length)
    signature = private.sign(MESSAGE, scheme, DIGESTS[digest])
    assert is_good(key, algorithm, signature)
    assert is_good(key, SignatureAlgorithm(Scheme.RSA_PSS, digest, mgf), signature)
    assert not is_good(key, SignatureAlgorithm(Scheme.RSA_PSS, digest, mgf, 21), signature)
    assert not is_good(key, algorithm, spoilt(signature))
    assert not is_good(key, algorithm, signature, MESSAGE[:-1])
    assert not is_good(key, SignatureAlgorithm(Scheme.RSA_PSS, digest, "sha384", salt), signature)
    assert not is_good(key, SignatureAlgorithm(Scheme.RSA_PSS, "sha384", mgf, salt), signature)
    assert not is_good(key, SignatureAlgorithm(Scheme.RSA_PKCS1, digest), signature)


def test_the_mask_takes_the_hash_of_the_message_by_default() -> None:
    private = private_key(2048)
    signature = private.sign(MESSAGE, padding.PSS(padding.MGF1(hashes.SHA384()), 48), hashes.SHA384())
    assert is_good(public_key(private), SignatureAlgorithm(Scheme.RSA_PSS, "sha384", salt_length=48), signature)


def test_parameters_that_are_not_told_are_the_defaults_or_unknown() -> None:
    private, bare = private_key(2048), SignatureAlgorithm(Scheme.RSA_PSS_BARE, "sha1", "sha1", 20)
    for digest, salt, known in ((hashes.SHA1(), 20, True), (hashes.SHA1(), 32, False), (hashes.SHA256(), 32, False)):
        signature = private.sign(MESSAGE, padding.PSS(padding.MGF1(digest), salt), digest)
        if known:
            assert is_good(public_key(private), bare, signature)
        else:
            with pytest.raises(Unsupported, match="does not tell its parameters"):
                is_good(public_key(private), bare, signature)


def test_a_salt_too_long_for_the_key_is_no_signature() -> None:
    for bits, salt in product((1024, 2048), (250, 300, 1 << 40, -1)):
        algorithm = SignatureAlgorithm(Scheme.RSA_PSS, "sha256", "sha256", salt)
        assert not is_good(public_key(private_key(bits)), algorithm, bytes(bits // 8))


def encoded_pss(bits: int, salt: bytes, change: str = "") -> bytes:
    """EMSA-PSS-ENCODE (9.1.1) with SHA-256, with one part spoilt on demand; `bits` are emBits."""
    size = (bits + 7) // 8
    hashed = hashlib.sha256(bytes(8) + hashlib.sha256(MESSAGE).digest() + salt).digest()
    block = bytearray(size - len(salt) - 34) + b"\x01" + salt
    block[-len(salt) - 2] ^= change == "padding"
    block[-len(salt) - 1] ^= {"separator": 2, "no separator": 1}.get(change, 0)
    mask = b"".join(hashlib.sha256(hashed + number.to_bytes(4, "big")).digest() for number in range(9))
    masked = bytearray(left ^ right for left, right in zip(block, mask, strict=False))
    masked[0] &= 0xFF >> (8 * size - bits)
    masked[0] |= 0x80 if change == "top bit" else 0
    return bytes(masked) + hashed + (b"\xbb" if change == "trailer" else b"\xbc")


@pytest.mark.parametrize("change", ["", "trailer", "top bit", "padding", "separator", "no separator"])
def test_each_part_of_the_encoded_message_is_looked_at(change: str) -> None:
    private = ManyPrimes.of(3, 2)
    algorithm = SignatureAlgorithm(Scheme.RSA_PSS, "sha256", "sha256", 20)
    encoded = encoded_pss(private.public.bits - 1, b"s" * 20, change)
    assert is_good(private.public, algorithm, private.sign(encoded)) == (not change)


def test_the_spare_octet_before_the_encoded_message_is_looked_at() -> None:
    """With a modulus of 8k + 1 bits the message has one octet less than the signature."""
    private = private_key(1161)
    key, algorithm = public_key(private), SignatureAlgorithm(Scheme.RSA_PSS, "sha256", "sha256", 20)
    modulus, exponent = key.modulus, private.private_numbers().d
    messages = (int.from_bytes(encoded_pss(1160, number.to_bytes(20, "big")), "big") for number in count())
    fitting = next(message for message in messages if message + (1 << 1160) < modulus)
    for number, good in ((fitting, True), (fitting + (1 << 1160), False)):
        assert is_good(key, algorithm, pow(number, exponent, modulus).to_bytes(key.size, "big")) is good


def test_a_signature_is_a_number_below_the_modulus() -> None:
    private = private_key(1031)
    key, algorithm = public_key(private), SignatureAlgorithm(Scheme.RSA_PKCS1, "sha256")
    number = int.from_bytes(private.sign(MESSAGE, padding.PKCS1v15(), hashes.SHA256()), "big")
    assert is_good(key, algorithm, number.to_bytes(key.size, "big"))
    assert not is_good(key, algorithm, (number + key.modulus).to_bytes(key.size, "big"))


# --- RSA keys ---------------------------------------------------------------------------------------------------------

GOOD_MODULUS = (1 << 2047) + 1


@pytest.mark.parametrize(
    ("modulus", "exponent", "error"),
    [
        (GOOD_MODULUS + 1, 65537, MalformedData),
        (-GOOD_MODULUS, 65537, MalformedData),
        (0, 65537, MalformedData),
        (GOOD_MODULUS, 65536, MalformedData),
        (GOOD_MODULUS, 1, MalformedData),
        (GOOD_MODULUS, -3, MalformedData),
        (GOOD_MODULUS, GOOD_MODULUS + 2, MalformedData),
        (GOOD_MODULUS, (1 << 256) + 1, Unsupported),
        ((1 << 1022) + 1, 65537, Unsupported),
        ((1 << 8192) + 1, 65537, Unsupported),
    ],
    ids=count(),
)
def test_numbers_that_are_no_rsa_key(modulus: int, exponent: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        RsaKey(modulus, exponent)


def test_keys_tell_what_they_are() -> None:
    assert (RsaKey(GOOD_MODULUS, 3).name, RsaKey(GOOD_MODULUS, 3).bits) == ("RSA 2048", 2048)
    key = EcKey(ALL_CURVES["P-521"], ALL_CURVES["P-521"].generator)
    assert (key.name, key.bits) == ("P-521", 521)
    assert SignatureAlgorithm(Scheme.RSA_PSS, "sha256").name == "RSA-PSS with SHA-256"


@pytest.mark.parametrize("digest", ["md5", "sha3_256", "ripemd160", "", "sha512_256"])
@pytest.mark.parametrize("scheme", Scheme)
def test_other_hash_functions_are_not_judged(scheme: Scheme, digest: str) -> None:
    rsa_key = RsaKey(GOOD_MODULUS, 65537)
    curve = ALL_CURVES["brainpoolP320r1"]
    key = rsa_key if "RSA" in scheme.name else EcKey(curve, curve.generator)
    signature = encode_dss_signature(1, 1) if scheme is Scheme.ECDSA else b"\x01" * 80
    with pytest.raises(Unsupported, match="hash function"):
        verify_signature(key, SignatureAlgorithm(scheme, digest, "sha256"), MESSAGE, signature)
    with pytest.raises(Unsupported, match="hash function"):
        digest_of(digest, MESSAGE)


def test_a_mask_with_another_hash_function_is_not_judged() -> None:
    with pytest.raises(Unsupported, match="md5"):
        verify_signature(
            RsaKey(GOOD_MODULUS, 65537), SignatureAlgorithm(Scheme.RSA_PSS, "sha256", "md5"), MESSAGE, bytes(256)
        )


def test_a_bad_signature_says_what_failed() -> None:
    with pytest.raises(BadSignature, match=r"RSA PKCS#1 v1\.5 with SHA-256.*RSA 2048") as caught:
        verify_signature(RsaKey(GOOD_MODULUS, 3), SignatureAlgorithm(Scheme.RSA_PKCS1, "sha256"), MESSAGE, bytes(256))
    assert caught.value.part is SignedPart.SIGNATURE


def test_a_key_of_another_kind_cannot_have_signed() -> None:
    curve = ALL_CURVES["P-256"]
    assert not is_good(EcKey(curve, curve.generator), SignatureAlgorithm(Scheme.RSA_PKCS1, "sha256"), bytes(256))
    assert not is_good(EcKey(curve, curve.generator), SignatureAlgorithm(Scheme.RSA_PSS, "sha256"), bytes(256))
    assert not is_good(RsaKey(GOOD_MODULUS, 3), SignatureAlgorithm(Scheme.ECDSA, "sha256"), encode_dss_signature(1, 1))
    assert not is_good(RsaKey(GOOD_MODULUS, 3), SignatureAlgorithm(Scheme.ECDSA_PLAIN, "sha256"), bytes(64))


# --- ECDSA ------------------------------------------------------------------------------------------------------------


def plain(curve: Curve, r: int, s: int) -> bytes:
    size = (curve.order.bit_length() + 7) // 8
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


@pytest.mark.parametrize("name", CURVES)
def test_ecdsa_by_openssl_on_every_curve_with_every_hash(tmp_path: Path, name: str) -> None:
    """Hashes both longer and shorter than the curve."""
    openssl = OpenSsl(tmp_path)
    private = openssl.ec_key(name)
    key = parse_public_key(openssl.public(private))
    assert isinstance(key, EcKey)
    assert key.curve is ALL_CURVES[name]
    for digest in DIGESTS:
        algorithm = SignatureAlgorithm(Scheme.ECDSA, digest)
        signature = openssl.sign(private, digest, MESSAGE)
        assert is_good(key, algorithm, signature)
        assert not is_good(key, algorithm, signature, MESSAGE + b".")
        assert not is_good(key, algorithm, spoilt(signature))
        r, s = decode_dss_signature(signature)
        assert is_good(key, SignatureAlgorithm(Scheme.ECDSA_PLAIN, digest), plain(key.curve, r, s))
        assert is_good(key, algorithm, encode_dss_signature(r, key.curve.order - s))
        assert not is_good(key, algorithm, encode_dss_signature(s, r))
        assert not is_good(key, SignatureAlgorithm(Scheme.ECDSA_PLAIN, digest), signature)


@pytest.mark.parametrize("name", ["P-256", "brainpoolP224r1"])
def test_numbers_out_of_range_are_no_signature(name: str) -> None:
    curve = ALL_CURVES[name]
    key, order = EcKey(curve, curve.generator), curve.order
    for r, s in ((0, 1), (1, 0), (0, 0), (order, 1), (1, order), (order + 1, order + 1)):
        assert not is_good(key, SignatureAlgorithm(Scheme.ECDSA, "sha256"), encode_dss_signature(r, s))
    for data in (b"", bytes(2 * curve.size), b"\x01" * (2 * curve.size + 1), plain(curve, 1, 1)[:-1]):
        assert not is_good(key, SignatureAlgorithm(Scheme.ECDSA_PLAIN, "sha256"), data)


def known_signature(curve: Curve) -> tuple[EcKey, int, int]:
    """A key and a signature of `MESSAGE` by SHA-256, from a private key and a nonce that nobody keeps secret."""
    private, nonce, order = 0xC0FFEE, 0xBEEF, curve.order
    value = int.from_bytes(hashlib.sha256(MESSAGE).digest(), "big") >> max(0, 256 - order.bit_length())
    r = curve.power(curve.generator, nonce).x % order
    return EcKey(curve, curve.power(curve.generator, private)), r, pow(nonce, -1, order) * (value + r * private) % order


def integer(number: int, zeros: int = 0) -> bytes:
    return tlv.encode(2, bytes(zeros) + number.to_bytes(number.bit_length() // 8 + 1, "big"))


@pytest.mark.parametrize("name", ["P-256", "brainpoolP320r1"])
def test_the_encoding_may_be_longer_than_der_but_nothing_else(name: str) -> None:
    key, r, s = known_signature(ALL_CURVES[name])
    body = integer(r) + integer(s)
    accepted = [
        tlv.encode(0x30, body),
        tlv.encode(0x30, integer(r, 3) + integer(s, 1)),
        b"\x30\x81" + bytes([len(body)]) + body,
        b"\x30\x84\x00\x00\x00" + bytes([len(body)]) + body,
    ]
    refused = [
        b"",
        b"\x30",
        b"\x30\x80" + body + b"\x00\x00",
        tlv.encode(0x30, body) + b"\x00",
        tlv.encode(0x30, body + b"\x02\x01\x00"),
        tlv.encode(0x30, body)[:-1],
        tlv.encode(0x31, body),
        tlv.encode(0x30, integer(r)),
        tlv.encode(0x30, b"\x02\x00" + integer(s)),
        tlv.encode(0x30, integer(r) + b"\x04" + integer(s)[1:]),
        tlv.encode(0x30, tlv.encode(2, (r | 1 << 8 * key.curve.size - 1).to_bytes(key.curve.size, "big")) + integer(s)),
        b"\x30\x84\xff\xff\xff\xff" + body,
        b"\x30\x88" + body,
    ]
    algorithm = SignatureAlgorithm(Scheme.ECDSA, "sha256")
    assert [is_good(key, algorithm, each) for each in accepted] == [True] * len(accepted)
    assert [is_good(key, algorithm, each) for each in refused] == [False] * len(refused)


def test_numbers_side_by_side_have_the_length_of_the_order() -> None:
    curve = ALL_CURVES["P-256"]
    key, r, s = known_signature(curve)
    algorithm, good = SignatureAlgorithm(Scheme.ECDSA_PLAIN, "sha256"), plain(curve, r, s)
    assert is_good(key, algorithm, good)
    assert not is_good(key, algorithm, good[: curve.size] + b"\x00" + good[curve.size :])


@pytest.mark.parametrize("name", ALL_CURVES)
def test_own_arithmetic_agrees_with_that_of_openssl(name: str) -> None:
    """A curve under a name that OpenSSL does not know goes through plain integers, whichever curve it is."""
    curve = ALL_CURVES[name]
    key, r, s = known_signature(curve)
    unnamed = Curve("unnamed", curve.field, curve.a, curve.b, curve.generator_point, curve.order)
    assert unnamed.native is None
    algorithm = SignatureAlgorithm(Scheme.ECDSA, "sha256")
    for each in (key, EcKey(unnamed, key.point)):
        assert is_good(each, algorithm, encode_dss_signature(r, s))
        assert not is_good(each, algorithm, encode_dss_signature(r, s ^ 1))
        assert not is_good(each, algorithm, encode_dss_signature(r ^ 1, s))


def test_degenerate_sums_are_no_signature() -> None:
    """Where u1 G + u2 Q is the point at infinity, and where both summands are one point."""
    curve = BRAINPOOL_P160R1
    value = int.from_bytes(hashlib.sha256(MESSAGE).digest(), "big") >> 96
    algorithm = SignatureAlgorithm(Scheme.ECDSA, "sha256")
    opposite = Point(curve.generator.x, curve.field - curve.generator.y)
    assert not is_good(EcKey(curve, opposite), algorithm, encode_dss_signature(value % curve.order, 1))
    doubled = curve.power(curve.generator, 2)
    r = doubled.x % curve.order
    quotient = value * pow(r, -1, curve.order) % curve.order  # then u1 G = u2 Q
    key = EcKey(curve, curve.power(curve.generator, quotient))
    assert is_good(key, algorithm, encode_dss_signature(r, value))


def test_a_hash_of_zeros_is_one_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then u1 G is the point at infinity."""
    monkeypatch.setattr(ecdsa, "digest_of", lambda *_: bytes(32))
    curve, private, nonce = BRAINPOOL_P160R1, 0xC0FFEE, 0xBEEF
    r = curve.power(curve.generator, nonce).x % curve.order
    s = pow(nonce, -1, curve.order) * r * private % curve.order
    key = EcKey(curve, curve.power(curve.generator, private))
    assert is_good(key, SignatureAlgorithm(Scheme.ECDSA, "sha256"), encode_dss_signature(r, s))
    assert not is_good(key, SignatureAlgorithm(Scheme.ECDSA, "sha256"), encode_dss_signature(r, s + 1))


def test_a_point_off_the_curve_is_no_key() -> None:
    generator = ALL_CURVES["P-256"].generator
    for wrong in (Point(generator.x, generator.y ^ 1), Point(-1, 1), Point(ALL_CURVES["P-256"].field, 1)):
        with pytest.raises(MalformedData, match="not on the curve"):
            EcKey(ALL_CURVES["P-256"], wrong)


def test_the_curve_of_160_bits_is_a_group_of_its_order() -> None:
    curve = BRAINPOOL_P160R1
    assert curve.contains(curve.generator)
    law = point.Field(curve.field, curve.a)
    assert point.multiply(law, curve.order, curve.generator, curve.order.bit_length()) is None


FUZZED: list[tuple[PublicKey, Scheme]] = [
    (RsaKey(GOOD_MODULUS, 65537), Scheme.RSA_PKCS1),
    (RsaKey((1 << 1024) + 1, 3), Scheme.RSA_PSS),
    (EcKey(BRAINPOOL_P160R1, BRAINPOOL_P160R1.generator), Scheme.ECDSA),
    (EcKey(ALL_CURVES["P-384"], ALL_CURVES["P-384"].generator), Scheme.ECDSA),
]


@pytest.mark.parametrize(("key", "scheme"), FUZZED, ids=count())
@settings(max_examples=60, deadline=None)
@given(signature=st.binary(max_size=150), salt=st.integers(0, 200) | st.none())
def test_no_bytes_are_a_signature_by_chance(key: PublicKey, scheme: Scheme, signature: bytes, salt: int | None) -> None:
    whole = signature.ljust((key.bits + 7) // 8, b"\x00")
    for each in (signature, whole, tlv.encode(0x30, signature), tlv.encode(0x30, tlv.encode(2, signature) * 2)):
        assert not is_good(key, SignatureAlgorithm(scheme, "sha256", "sha256", salt), each)


def test_native_keys_of_the_curves_are_those_of_openssl() -> None:
    native = {curve.name for curve in ALL_CURVES.values() if curve.native}
    assert native == {*(f"P-{bits}" for bits in (192, 224, 256, 384, 521)), *_native_brainpool()}
    for name in native:
        curve = ALL_CURVES[name].native
        assert curve is not None
        assert isinstance(ec.generate_private_key(curve()), ec.EllipticCurvePrivateKey)


def _native_brainpool() -> set[str]:
    return {f"brainpoolP{bits}r1" for bits in (256, 384, 512)}
