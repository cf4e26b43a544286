# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What terminal and chip both compute in PACE, pure (ICAO 9303-11, 4.4.3, 4.4.4 and Appendix B)."""

from __future__ import annotations

from cccd_reader.access_keys import AccessKey
from cccd_reader.apdu import tlv
from cccd_reader.apdu.secure_messaging import SessionKeys
from cccd_reader.crypto.groups import Agreement, AnyElement, AnyGroup
from cccd_reader.crypto.point import Point
from cccd_reader.crypto.suites import AES_192, AES_256, Purpose, Suite, pad, unpad
from cccd_reader.lds.asn1 import encode_object_identifier
from cccd_reader.protocols.pace_options import PaceOption

_C0_128 = bytes.fromhex("A668892A7C41E3CA739F40B057D85904")
_C1_128 = bytes.fromhex("A4E136AC725F738B01C1F60217C188AD")
_C0_256 = bytes.fromhex("D463D65234124EF7897054986DCA0A174E28DF758CBAA03F240616414D5A1676")
_C1_256 = bytes.fromhex("54BD7255F0AAF831BEC3423FCF39D69B6CBF066677D0FAAE5AADD99DF8E53517")
_PUBLIC_KEY_DATA = 0x7F49


def password_key(suite: Suite, key: AccessKey) -> bytes:
    """Return K_pi = KDF(f(pi), 3) (ICAO 9303-11, 9.7.3)."""
    return suite.derive(key.password, Purpose.PASSWORD)


def mapping_nonce_size(suite: Suite) -> int:
    """Return the bytes of nonce s in integrated mapping: 16, or 32 with AES-192 and AES-256 (Appendix B.3)."""
    return 32 if suite in (AES_192, AES_256) else 16


def map_generic(group: AnyGroup, nonce: bytes, shared: AnyElement) -> AnyElement:
    """Return G~ = s * G + H, or g^s * h (ICAO 9303-11, B.1.1 and B.2.1)."""
    return group.combine(group.power(group.generator, int.from_bytes(nonce, "big")), shared)


def map_integrated(group: AnyGroup, suite: Suite, nonce: bytes, terminal_nonce: bytes) -> AnyElement:
    """Return G~ = f(R_p(s, t)) (ICAO 9303-11, B.1.2, B.2.2 and B.3)."""
    return group.hash_to_element(pseudo_random(suite, nonce, terminal_nonce, group.field) % group.field)


def pseudo_random(suite: Suite, nonce: bytes, terminal_nonce: bytes, field: int) -> int:
    """Return R(s, t) as an integer, before the reduction modulo p (ICAO 9303-11, B.3).

    `nonce` is s (16 or 32 bytes), `terminal_nonce` t has the length of a key of the suite. CBC mode, IV zero.
    """
    c0, c1 = (_C0_128, _C1_128) if len(nonce) == 16 else (_C0_256, _C1_256)
    key = suite.encrypt(terminal_nonce, nonce)[: suite.key_size]
    output = b""
    while 8 * len(output) < field.bit_length() + 64:
        output += suite.encrypt(key, c1)
        key = suite.encrypt(key, c0)[: suite.key_size]
    return int.from_bytes(output, "big")


def session_keys(suite: Suite, shared: bytes) -> SessionKeys:
    """Return KSenc and KSmac of the shared secret; the counter starts at zero (ICAO 9303-11, 9.7.1 and 9.8.6.3)."""
    ks_enc, ks_mac = suite.derive(shared, Purpose.ENCRYPTION), suite.derive(shared, Purpose.MAC)
    return SessionKeys(suite, ks_enc, ks_mac, bytes(suite.block))


def authentication_token(option: PaceOption, ks_mac: bytes, public_key: bytes) -> bytes:
    """Return the MAC over the *other* party's ephemeral public key, as sent over the link (ICAO 9303-11, 4.4.3.4)."""
    tag = 0x86 if option.group.agreement is Agreement.ECDH else 0x84
    content = encode_object_identifier(option.oid) + tlv.encode(tag, public_key)
    return option.suite.mac(ks_mac, tlv.encode(_PUBLIC_KEY_DATA, content))


def seal_chip_authentication_data(keys: SessionKeys, data: bytes) -> bytes:
    """Encrypt the chip authentication data of PACE-CAM under IV = E(KSenc, -1) (ICAO 9303-11, 4.4.3.5)."""
    suite = keys.suite
    return suite.encrypt(keys.ks_enc, pad(data, suite.block), _minus_one_iv(keys))


def open_chip_authentication_data(keys: SessionKeys, cryptogram: bytes) -> bytes:
    """Decrypt the chip authentication data. Raises `MalformedData` where they are no padded data."""
    suite = keys.suite
    return unpad(suite.decrypt(keys.ks_enc, cryptogram, _minus_one_iv(keys)), suite.block)


def is_chip_authentic(group: AnyGroup, data: bytes, static: Point, mapping: Point) -> bool:
    """True where CA_IC times the chip's static key gives the key it used for mapping (ICAO 9303-11, 4.4.3.5).

    It proves the chip only as far as `static` is authenticated: by EF.CardSecurity or DG14, under the issuer's
    signature.
    """
    scalar = int.from_bytes(data, "big") % group.order
    return bool(scalar) and group.power(static, scalar) == mapping


def _minus_one_iv(keys: SessionKeys) -> bytes:
    return keys.suite.encrypt(keys.ks_enc, b"\xff" * keys.suite.block)
