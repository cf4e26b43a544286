# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""ISO/IEC 9796-2, scheme 1: every trailer and size, blocks built by hand, and all that is wrong with others."""

from __future__ import annotations

import hashlib
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateNumbers, RSAPublicNumbers

from cccd_reader.crypto import iso9796
from cccd_reader.crypto.iso9796 import Recovered, Trailer
from cccd_reader.crypto.rsa import RsaKey
from cccd_reader.crypto.signatures import BadSignature
from cccd_reader.errors import Unsupported
from cccd_simulators import documents

CHALLENGE = bytes.fromhex("0011223344556677")
SIZES = (*range(1024, 1033), 1536, 1792, 2047, 2048, 4096)


@cache
def _private(bits: int) -> RSAPrivateNumbers:
    """A key of this size. The long one has four primes, two of which stand for one, which changes nothing here."""
    if bits == 2048:
        return documents.active_authentication_key().private_numbers()
    if bits < 4096:
        return rsa.generate_private_key(65537, bits).private_numbers()
    parts = [rsa.generate_private_key(65537, bits // 2).private_numbers() for _ in range(2)]
    p, q = (part.public_numbers.n for part in parts)
    dmp1, dmq1 = (pow(65537, -1, (part.p - 1) * (part.q - 1)) for part in parts)
    return RSAPrivateNumbers(p, q, 0, dmp1, dmq1, pow(q, -1, p), RSAPublicNumbers(65537, p * q))


def _public(private: RSAPrivateNumbers) -> RsaKey:
    return RsaKey(private.public_numbers.n, private.public_numbers.e)


KEY = _public(_private(2048))


def _raw(number: int) -> bytes:
    """The signature that opens to a number of our choice."""
    private = _private(2048)
    left, right = pow(number, private.dmp1, private.p), pow(number, private.dmq1, private.q)
    return (right + (left - right) * private.iqmp % private.p * private.q).to_bytes(256, "big")


def _block(header: bytes, message: bytes, trailer: bytes, digest: str = "sha1", signed: bytes = CHALLENGE) -> bytes:
    """A whole block of 256 bytes, built without the code under test; `message` is filled up with 5A."""
    size = hashlib.new(digest).digest_size
    message = message.ljust(256 - len(header) - size - len(trailer), b"\x5a")
    return header + message + hashlib.new(digest, message + signed).digest() + trailer


def _verify(block: bytes) -> Recovered:
    return iso9796.verify(KEY, _raw(int.from_bytes(block, "big")), CHALLENGE)


@pytest.mark.parametrize("bits", SIZES)
def test_every_size_and_trailer(bits: int) -> None:
    private = _private(bits)
    key = _public(private)
    for trailer in Trailer if bits < 4096 else (Trailer.BC, Trailer.SHA512):
        message = b"\x00" + bytes(range(1, 256))[::-1] * 2
        message = message[: iso9796.capacity(key.bits, trailer)]
        signature = iso9796.sign(private, trailer, message, CHALLENGE)
        assert len(signature) == key.size
        assert iso9796.verify(key, signature, CHALLENGE) == Recovered(message, trailer)
        with pytest.raises(BadSignature):
            iso9796.verify(key, signature, CHALLENGE + b"\x00")


@pytest.mark.parametrize("bits", range(1024, 1033))
@pytest.mark.parametrize("rest", [b"", CHALLENGE], ids=["total", "partial"])
def test_short_messages_are_padded(rest: bytes, bits: int) -> None:
    private = _private(bits)
    for message in (b"", b"\x00", b"\xff\x00", bytes(7), b"\xff" * 80):
        signature = iso9796.sign(private, Trailer.SHA256, message, rest)
        assert iso9796.verify(_public(private), signature, rest).message == message


@pytest.mark.parametrize(
    ("trailer", "digest"),
    [
        ("BC", "sha1"),
        ("33CC", "sha1"),
        ("34CC", "sha256"),
        ("35CC", "sha512"),
        ("36CC", "sha384"),
        ("38CC", "sha224"),
    ],
)
@pytest.mark.parametrize("header", ["6A", "4A", "6BBBBA", "4BBA"])
def test_blocks_built_by_hand(header: str, trailer: str, digest: str) -> None:
    recovered = _verify(_block(bytes.fromhex(header), b"nonce", bytes.fromhex(trailer), digest))
    assert recovered.message.startswith(b"nonceZZ")
    assert recovered.trailer.digest == digest


def test_our_blocks_are_those() -> None:
    block = _block(b"\x6a", b"nonce", b"\xbc")
    message = block[1:-21]
    assert iso9796.representative(2048, Trailer.BC, message, CHALLENGE) == int.from_bytes(block, "big")
    short = iso9796.representative(2048, Trailer.SHA256, b"nonce", b"")
    assert short.to_bytes(256, "big").hex().startswith("4b" + "bb" * 215 + "ba" + b"nonce".hex())


def test_a_block_at_the_beginning_of_a_byte_counts_whatever_the_size() -> None:
    """Chips count in bytes: with 2047 bits they put 6A where one bit more would be."""
    private = _private(2047)
    for header in (b"\x6a", b"\x00\x6a"):
        block = int.from_bytes(_block(header, b"nonce", b"\xbc"), "big")
        if block >= private.public_numbers.n:
            continue
        signature = pow(block, private.d, private.public_numbers.n).to_bytes(256, "big")
        assert iso9796.verify(_public(private), signature, CHALLENGE).message.startswith(b"nonce")


def test_the_negative_of_a_signature_is_the_same_signature() -> None:
    signature = _raw(int.from_bytes(_block(b"\x6a", b"", b"\xbc"), "big"))
    negative = (KEY.modulus - int.from_bytes(signature, "big")).to_bytes(256, "big")
    assert iso9796.verify(KEY, negative, CHALLENGE) == iso9796.verify(KEY, signature, CHALLENGE)


@pytest.mark.parametrize("header", ["6B", "62", "2A", "EA", "AA", "00", "006A", "6BB0", "6B9A", "6BBBBB", "5A", "7A"])
def test_another_header_is_refused(header: str) -> None:
    with pytest.raises(BadSignature):
        _verify(_block(bytes.fromhex(header), b"", b"\xbc"))


def test_padding_without_end_is_refused() -> None:
    with pytest.raises(BadSignature):
        _verify(b"\x6b" + b"\xbb" * 254 + b"\xbc")


@pytest.mark.parametrize("trailer", ["31CC", "32CC", "37CC", "39CC", "00CC", "BCCC"])
def test_a_trailer_that_names_no_known_hash_is_unsupported(trailer: str) -> None:
    with pytest.raises(Unsupported, match=trailer):
        _verify(_block(b"\x6a", b"", bytes.fromhex(trailer)))


@pytest.mark.parametrize("trailer", ["BB", "BA", "AC", "CB", "0C", "00"])
def test_no_trailer_is_a_bad_signature(trailer: str) -> None:
    with pytest.raises(BadSignature):
        _verify(_block(b"\x6a", b"", bytes.fromhex(trailer)))


@pytest.mark.parametrize("trailer", ["34CC", "35CC", "36CC", "38CC"])
def test_a_hash_under_the_trailer_of_another_is_refused(trailer: str) -> None:
    with pytest.raises(BadSignature):
        _verify(_block(b"\x6a", b"", bytes.fromhex(trailer), "sha1"))


@pytest.mark.parametrize("signed", [b"", CHALLENGE[:-1], CHALLENGE[::-1], bytes(8)])
def test_another_challenge_is_refused(signed: bytes) -> None:
    with pytest.raises(BadSignature):
        _verify(_block(b"\x6a", b"", b"\xbc", signed=signed))


def test_any_flipped_bit_is_refused() -> None:
    good = _raw(int.from_bytes(_block(b"\x6a", b"", b"\x34\xcc", "sha256"), "big"))
    assert iso9796.verify(KEY, good, CHALLENGE).trailer is Trailer.SHA256
    for position in range(0, 256, 11):
        flipped = bytearray(good)
        flipped[position] ^= 1 << position % 8
        with pytest.raises(BadSignature):
            iso9796.verify(KEY, bytes(flipped), CHALLENGE)


def test_numbers_out_of_range_and_other_lengths_are_refused() -> None:
    good = _raw(int.from_bytes(_block(b"\x6a", b"", b"\xbc"), "big"))
    above = (int.from_bytes(good, "big") + KEY.modulus).to_bytes(257, "big")
    for signature in (
        b"",
        good[:-1],
        b"\x00" + good,
        good + b"\x00",
        above,
        bytes(256),
        b"\xff" * 256,
        good[1:] + b"\x01",
    ):
        with pytest.raises(BadSignature):
            iso9796.verify(KEY, signature, CHALLENGE)
    for number in (1, KEY.modulus - 1):
        with pytest.raises(BadSignature):
            iso9796.verify(KEY, number.to_bytes(256, "big"), CHALLENGE)


def test_a_message_that_is_too_long_is_an_error_of_the_caller() -> None:
    size = iso9796.capacity(1024, Trailer.SHA512)
    with pytest.raises(ValueError, match="longer"):
        iso9796.representative(1024, Trailer.SHA512, bytes(size + 1), b"")
