# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Elementary files as raw bytes, in the layout of the Vietnamese ID card of 2021 (ICAO 9303-10 and 9303-11).

All of it belongs to nobody: the holder, the picture and the keys are invented, and the private keys are public.
EF.SOD and EF.CardSecurity are signed, so `issuer.py` makes them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from importlib import resources

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_private_key

from cccd_reader.apdu import tlv
from cccd_reader.crypto.entropy import PrivateScalar
from cccd_reader.errors import MalformedData
from cccd_reader.lds import files
from cccd_simulators import der
from cccd_simulators.holders import MAN

CARD_ACCESS = bytes.fromhex(
    "3134300D060804007F0007020202020101300F060A04007F000702020302020201013012060A04007F0007020204020202010202010D"
)
"""EF.CardAccess of the card: id-TA, id-CA-ECDH-AES-CBC-CMAC-128, PACE generic mapping over brainpoolP256r1 (id 13)."""

HOLDER_MRZ = MAN.mrz.lines
"""The MRZ of the demonstration card's holder, TD1: three lines of 30 characters."""

CHIP_AUTHENTICATION_SCALAR = PrivateScalar(
    int.from_bytes(hashlib.sha256(b"chip authentication key of nobody").digest(), "big") >> 1
)
"""The demonstration chip's private key for Chip Authentication, on brainpoolP256r1: 255 bits, below the order."""

_PK_ECDH = der.oid("0.4.0.127.0.7.2.2.1.2")
_EC_PUBLIC_KEY = der.oid("1.2.840.10045.2.1")
_PRIME_FIELD = der.oid("1.2.840.10045.1.1")
_STANDARDIZED_DOMAIN_PARAMETERS = der.oid("0.4.0.127.0.7.1.2")

# brainpoolP256r1 (RFC 5639, 3.4): p, a, b, the uncompressed generator, and the order.
_P = 0xA9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377
_A = bytes.fromhex("7D5A0975FC2C3057EEF67530417AFFE7FB8055C126DC5C6CE94A4B44F330B5D9")
_B = bytes.fromhex("26DC5C6CE94A4B44F330B5D9BBD77CBF958416295CF7E1CE6BCCDC18FF8C07B6")
_G = bytes.fromhex(
    "048BD2AEB9CB7E57CB2C4B482FFC81B7AFB9DE27E1E3BD23C23A4453BD9ACE3262"
    "547EF835C3DAC4FD97F8461A14611DC9C27745132DED8E545C1D54C72F046997"
)
_N = 0xA9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7


def _data(name: str) -> bytes:
    return resources.files("cccd_simulators").joinpath("data", name).read_bytes()


def portrait() -> bytes:
    """Return the demonstration portrait: a drawing, JPEG, 300 x 400 pixels, 14 916 bytes."""
    return _data("portrait.jpg")


def active_authentication_key() -> RSAPrivateKey:
    """Return the demonstration chip's private key for Active Authentication, RSA-2048 with exponent 65537."""
    # The key is ours and fixed: testing its primes again would cost more than making all the files.
    key = load_der_private_key(_data("demonstration-aa-rsa2048.der"), None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, RSAPrivateKey):
        raise MalformedData("an RSA key is expected", "demonstration key for Active Authentication")
    return key


def active_authentication_public_key() -> bytes:
    """Return the public half of `active_authentication_key`: SubjectPublicKeyInfo in DER, 294 bytes."""
    return active_authentication_key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def chip_authentication_public_key() -> bytes:
    """Return the point of `CHIP_AUTHENTICATION_SCALAR` on brainpoolP256r1: uncompressed, 65 bytes."""
    key = ec.derive_private_key(CHIP_AUTHENTICATION_SCALAR, ec.BrainpoolP256R1())
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def com_file(data_groups: Iterable[int]) -> bytes:
    """Return EF.COM (ICAO 9303-10, 4.6.1): LDS 1.7, Unicode 4.0.0, the tags of the data groups in the order given.

    The card lists 1, 2, 3, 13, 15, 14. Raises `ValueError` for a number that is none of 1 to 16.
    """
    tags = bytes(files.data_group(number).tag for number in data_groups)
    return tlv.encode(0x60, tlv.encode(0x5F01, b"0107") + tlv.encode(0x5F36, b"040000") + tlv.encode(0x5C, tags))


def mrz_file(lines: Sequence[str]) -> bytes:
    """Return EF.DG1 (ICAO 9303-10, 4.7.1) of the MRZ lines, all of them ASCII; check digits are taken as given."""
    return tlv.encode(0x61, tlv.encode(0x5F1F, "".join(lines).encode("ascii")))


def face_file(jpeg: bytes) -> bytes:
    """Return EF.DG2 with one JPEG portrait (ICAO 9303-10, 4.7.2; ISO/IEC 19794-5:2005, 5): 84 bytes, then the picture.

    As on the real card, the record says 480 x 400 whatever the JPEG is: a reader takes the size from the JPEG.
    """
    header = bytes.fromhex("A10E 810102 820100 87020101 88020008")  # face, no subtype, owner 0101, type 0008
    information = tlv.encode(0x7F60, header + tlv.encode(0x5F2E, _facial_record(jpeg)))
    return tlv.encode(0x75, tlv.encode(0x7F61, der.integer(1) + information))


def _facial_record(jpeg: bytes) -> bytes:
    block_length = 20 + 12 + len(jpeg)
    record_header = b"FAC\x00010\x00" + (14 + block_length).to_bytes(4, "big") + (1).to_bytes(2, "big")
    facial_information = block_length.to_bytes(4, "big") + bytes(16)  # no feature points, nothing specified
    # Full frontal, JPEG, width, height, 24 bit RGB; source, device and quality unspecified.
    image_information = bytes([1, 0]) + (480).to_bytes(2, "big") + (400).to_bytes(2, "big") + bytes([1, 0, 0, 0, 0, 0])
    return record_header + facial_information + image_information + jpeg


def fingerprint_file() -> bytes:
    """Return EF.DG3 without any finger: an empty group and filler (ICAO 9303-10, 4.7.3). The card refuses it."""
    return tlv.encode(0x63, tlv.encode(0x7F61, der.integer(0)) + tlv.encode(0x53, b"NO FINGERPRINT IS STORED HERE"))


def citizen_record_file() -> bytes:
    """Return EF.DG13, the Vietnamese citizen record, of the demonstration card's holder."""
    return MAN.record_file


def chip_authentication_file(public_key: bytes, card_access: bytes = CARD_ACCESS) -> bytes:
    """Return EF.DG14 (ICAO 9303-10, 4.7.14): the SecurityInfos of `card_access`, then the key of Chip Authentication.

    `public_key` is an uncompressed point of brainpoolP256r1; its domain parameters stand in the file explicitly.
    """
    infos = tlv.expect(card_access, 0x31, "EF.CardAccess")
    return tlv.encode(0x6E, der.set_in_order(infos, explicit_key_info(public_key)))


def active_authentication_file(public_key: bytes) -> bytes:
    """Return EF.DG15 (ICAO 9303-10, 4.7.15) of a SubjectPublicKeyInfo in DER."""
    return tlv.encode(0x6F, public_key)


def explicit_key_info(public_key: bytes) -> bytes:
    """Return a ChipAuthenticationPublicKeyInfo with explicit brainpoolP256r1 and no key id (ICAO 9303-11, 9.2.6).

    The parameters are ECParameters version 1 without a seed (TR-03111, 5.1.1); `public_key` is an uncompressed point.
    """
    field = der.sequence(_PRIME_FIELD, der.integer(_P))
    curve = der.sequence(der.octet_string(_A), der.octet_string(_B))
    parameters = der.sequence(der.integer(1), field, curve, der.octet_string(_G), der.integer(_N), der.integer(1))
    return _key_info(der.sequence(_EC_PUBLIC_KEY, parameters), public_key)


def standardized_key_info(public_key: bytes, parameter_id: int) -> bytes:
    """Return a ChipAuthenticationPublicKeyInfo with a standardized curve and no key id, as EF.CardSecurity holds it.

    `parameter_id` is 8 to 18 (ICAO 9303-11, 9.5.1); `public_key` is an uncompressed point of that curve.
    """
    return _key_info(der.sequence(_STANDARDIZED_DOMAIN_PARAMETERS, der.integer(parameter_id)), public_key)


def _key_info(algorithm: bytes, public_key: bytes) -> bytes:
    return der.sequence(_PK_ECDH, der.sequence(algorithm, der.bit_string(public_key)))
