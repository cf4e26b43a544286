# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""AlgorithmIdentifier and SubjectPublicKeyInfo as keys and algorithms of `crypto.signatures` (RFC 3279, 4055, 5480).

Parameters of a curve in full, as ICAO 9303-12, 4.4 asks for them, are mapped to a standardized curve only if every
number agrees. Others are unsupported, whatever they are: with a base point of one's choice any public key has a known
private key.
"""

from __future__ import annotations

from functools import lru_cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from cccd_reader.crypto.ec import STANDARD_CURVES, Curve
from cccd_reader.crypto.ecdsa import BRAINPOOL_P160R1
from cccd_reader.crypto.point import Point
from cccd_reader.crypto.signatures import EcKey, PublicKey, RsaKey, Scheme, SignatureAlgorithm
from cccd_reader.errors import MalformedData, Unsupported
from cccd_reader.lds import asn1, domain_parameters
from cccd_reader.pki import ber
from cccd_reader.pki.ber import Element

_ALGORITHM, _KEY, _CURVE = "algorithm", "public key", "EC domain parameters"
_MAX_SALT = 1024
_MAX_IDENTIFIER = 2048  # bytes, twice what a curve in full takes; what is parsed is kept for the next document

_RSA = "1.2.840.113549.1.1"
_RSA_ENCRYPTION, _MGF1, _RSA_PSS = f"{_RSA}.1", f"{_RSA}.8", f"{_RSA}.10"
_ECDSA_SPECIFIED = "1.2.840.10045.4.3"
_BRAINPOOL_P160R1 = "1.3.36.3.3.2.8.1.1.1"

_DIGESTS = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_SIGNATURES = {
    f"{_RSA}.5": (Scheme.RSA_PKCS1, "sha1"),
    "1.3.14.3.2.29": (Scheme.RSA_PKCS1, "sha1"),
    f"{_RSA}.14": (Scheme.RSA_PKCS1, "sha224"),
    f"{_RSA}.11": (Scheme.RSA_PKCS1, "sha256"),
    f"{_RSA}.12": (Scheme.RSA_PKCS1, "sha384"),
    f"{_RSA}.13": (Scheme.RSA_PKCS1, "sha512"),
    "1.2.840.10045.4.1": (Scheme.ECDSA, "sha1"),
    **{
        f"{_ECDSA_SPECIFIED}.{arc}": (Scheme.ECDSA, digest)
        for arc, digest in enumerate(("sha224", "sha256", "sha384", "sha512"), 1)
    },
    **{
        f"0.4.0.127.0.7.1.1.4.1.{arc}": (Scheme.ECDSA_PLAIN, digest)
        for arc, digest in enumerate(("sha1", "sha224", "sha256", "sha384", "sha512"), 1)
    },
}
_UNFIT = {
    "1.2.840.113549.2.5": "MD5, whose collisions are easy to make",
    f"{_RSA}.4": "RSA with MD5, whose collisions are easy to make",
    f"{_RSA}.2": "RSA with MD2, whose collisions are easy to make",
    "1.3.36.3.2.1": "RIPEMD-160",
    "1.2.840.10040.4.1": "a DSA key",
    "1.2.840.10040.4.3": "DSA",
    "2.16.840.1.101.3.4.3.2": "DSA",
}


@lru_cache(maxsize=64)
def parse_digest(der: bytes) -> str:
    """Return the name in hashlib of a hash function's AlgorithmIdentifier.

    Raises `Unsupported` for one that documents are not signed with, and `MalformedData`.
    """
    oid, _ = _identifier(der)
    if oid not in _DIGESTS:
        raise Unsupported(f"the hash function {_UNFIT.get(oid, oid)}")
    return _DIGESTS[oid]


@lru_cache(maxsize=64)
def parse_signature_algorithm(der: bytes, digest: str | None = None) -> SignatureAlgorithm:
    """Return the algorithm of an AlgorithmIdentifier; raises `Unsupported` and `MalformedData`.

    `digest` serves where the identifier names a scheme alone, as signed data may (RFC 3370, 3.2).
    """
    oid, parameters = _identifier(der)
    if oid in _SIGNATURES:
        return SignatureAlgorithm(*_SIGNATURES[oid])
    if oid == _RSA_PSS:
        return _pss(parameters)
    if oid == _ECDSA_SPECIFIED and parameters is not None:
        return SignatureAlgorithm(Scheme.ECDSA, parse_digest(parameters.raw))
    if digest is not None and oid in (_RSA_ENCRYPTION, domain_parameters.EC_PUBLIC_KEY):
        return SignatureAlgorithm(Scheme.RSA_PKCS1 if oid == _RSA_ENCRYPTION else Scheme.ECDSA, digest)
    raise Unsupported(f"the signature algorithm {_UNFIT.get(oid, oid)}")


def parse_public_key(der: bytes) -> PublicKey:
    """Return the key of a SubjectPublicKeyInfo; raises `Unsupported` for a key that cannot be judged, `MalformedData`.

    An EC point may be compressed or hybrid. The parameters of an RSA-PSS key only narrow its use and are not looked at.
    """
    parts = ber.children(ber.only(der, asn1.SEQUENCE, _KEY), asn1.SEQUENCE, _KEY)
    if len(parts) != 2:
        raise MalformedData("an algorithm and a bit string are expected", _KEY)
    identifier, data = parts[0].raw, ber.bit_string(parts[1], _KEY)
    oid, _ = _identifier(identifier)
    if oid in (_RSA_ENCRYPTION, _RSA_PSS):
        numbers = ber.children(ber.only(data, asn1.SEQUENCE, _KEY), asn1.SEQUENCE, _KEY)
        if len(numbers) != 2:
            raise MalformedData("a modulus and an exponent are expected", _KEY)
        return RsaKey(*(ber.integer(number, _KEY) for number in numbers))
    if oid == domain_parameters.EC_PUBLIC_KEY:
        curve = _curve(identifier)
        return EcKey(curve, _point(curve, data))
    raise Unsupported(f"the public key algorithm {_UNFIT.get(oid, oid)}")


@lru_cache(maxsize=64)
def _identifier(der: bytes) -> tuple[str, Element | None]:
    if len(der) > _MAX_IDENTIFIER:
        raise MalformedData("larger than any algorithm identifier", _ALGORITHM)
    parts = ber.elements(ber.only(der, asn1.SEQUENCE, _ALGORITHM).value, _ALGORITHM)
    if not 1 <= len(parts) <= 2:
        raise MalformedData("an identifier and parameters are expected", _ALGORITHM)
    return ber.object_identifier(parts[0], _ALGORITHM), parts[1] if len(parts) == 2 else None


def _pss(parameters: Element | None) -> SignatureAlgorithm:
    """RSASSA-PSS-params, each with its default (RFC 4055, 3.1)."""
    if parameters is None or parameters.tag == asn1.NULL:
        return SignatureAlgorithm(Scheme.RSA_PSS_BARE, "sha1", "sha1", 20)
    parts = ber.children(parameters, asn1.SEQUENCE, _ALGORITHM)
    given = {part.tag: part.value for part in parts}
    if len(given) != len(parts) or not given.keys() <= {0xA0, 0xA1, 0xA2, 0xA3}:
        raise MalformedData("the parameters of RSA-PSS are four at most, each once", _ALGORITHM)
    digest = parse_digest(given[0xA0]) if 0xA0 in given else "sha1"
    mgf_digest = _mgf1(given[0xA1]) if 0xA1 in given else "sha1"
    salt = ber.integer(ber.only(given[0xA2], asn1.INTEGER, _ALGORITHM), _ALGORITHM) if 0xA2 in given else 20
    trailer = ber.integer(ber.only(given[0xA3], asn1.INTEGER, _ALGORITHM), _ALGORITHM) if 0xA3 in given else 1
    if not 0 <= salt <= _MAX_SALT:
        raise MalformedData("a salt longer than any key", _ALGORITHM)
    if trailer != 1:
        raise Unsupported("a trailer field of RSA-PSS other than 1")
    return SignatureAlgorithm(Scheme.RSA_PSS, digest, mgf_digest, salt)


def _mgf1(der: bytes) -> str:
    oid, parameters = _identifier(der)
    if oid != _MGF1 or parameters is None:
        raise Unsupported(f"the mask generation function {oid}")
    return parse_digest(parameters.raw)


@lru_cache(maxsize=64)
def _curve(identifier: bytes) -> Curve:
    """Return the curve of an AlgorithmIdentifier: by name, or with all its numbers."""
    _, parameters = _identifier(identifier)
    if parameters is not None and parameters.tag == asn1.SEQUENCE:
        return _standardized(ber.elements(parameters.value, _CURVE))
    if parameters is None or parameters.tag != asn1.OBJECT_IDENTIFIER:
        raise Unsupported("an EC key that does not tell its curve")
    if ber.object_identifier(parameters, _CURVE) == _BRAINPOOL_P160R1:
        return BRAINPOOL_P160R1
    curve = domain_parameters.parse_algorithm(identifier)
    if not isinstance(curve, Curve):
        raise Unsupported("an EC key in a group that is no curve")
    return curve


def _standardized(parts: list[Element]) -> Curve:
    """Return the one curve whose every number is given: ECParameters (RFC 3279, 2.3.5; TR-03111, 5.1.1)."""
    if not 5 <= len(parts) <= 6:
        raise MalformedData("five or six elements are expected", _CURVE)
    field = ber.children(parts[1], asn1.SEQUENCE, _CURVE)
    coefficients = ber.children(parts[2], asn1.SEQUENCE, _CURVE)
    if len(field) != 2 or not 2 <= len(coefficients) <= 3:  # the third is the seed, which no arithmetic uses
        raise MalformedData("a field and two coefficients are expected", _CURVE)
    if ber.object_identifier(field[0], _CURVE) != domain_parameters.PRIME_FIELD:
        raise Unsupported("an elliptic curve that is not over a prime field")
    prime, order = ber.integer(field[1], _CURVE), ber.integer(parts[4], _CURVE)
    a, b = (int.from_bytes(ber.octets(each, _CURVE), "big") for each in coefficients[:2])
    cofactor = ber.integer(parts[5], _CURVE) if len(parts) == 6 else 1
    base = ber.octets(parts[3], _CURVE)
    for curve in (*STANDARD_CURVES.values(), BRAINPOOL_P160R1):
        numbers = (curve.field, curve.a, curve.b, curve.order, 1)
        if numbers == (prime, a, b, order, cofactor) and base in _encodings(curve):
            return curve
    raise Unsupported("explicit parameters of an elliptic curve that are not those of a standardized one")


def _encodings(curve: Curve) -> tuple[bytes, ...]:
    """The base point uncompressed, compressed and hybrid (X9.62, 4.3.6; TR-03111, 3.2 has the first two)."""
    whole, odd = curve.encode(curve.generator), curve.generator.y & 1
    return whole, bytes([2 | odd]) + whole[1 : 1 + curve.size], bytes([6 | odd]) + whole[1:]


def _point(curve: Curve, data: bytes) -> Point:
    if data[:1] in (b"\x06", b"\x07"):  # hybrid: both coordinates, and whether y is odd
        if data[-1] & 1 != data[0] & 1:
            raise MalformedData("a point that contradicts itself", _KEY)
        return curve.decode(b"\x04" + data[1:])
    if data[:1] not in (b"\x02", b"\x03"):
        return curve.decode(data)
    p, x = curve.field, int.from_bytes(data[1:], "big")
    if len(data) != 1 + curve.size or x >= p:
        raise MalformedData("not a point of this curve", _KEY)
    if p % 4 != 3:
        return _decompressed(curve, data)
    square = (pow(x, 3, p) + curve.a * x + curve.b) % p
    y = pow(square, (p + 1) // 4, p)
    if y * y % p != square:
        raise MalformedData("the point is not on the curve", _KEY)
    return Point(x, y if y & 1 == data[0] & 1 else p - y)


def _decompressed(curve: Curve, data: bytes) -> Point:
    """Take the root of P-224, which takes more than one power, from OpenSSL."""
    if curve.native is None:
        raise Unsupported(f"a compressed point of {curve.name}")
    try:
        numbers = EllipticCurvePublicKey.from_encoded_point(curve.native(), data).public_numbers()
    except UnsupportedAlgorithm as error:
        raise Unsupported(f"a compressed point of {curve.name}") from error
    except ValueError as error:
        raise MalformedData("the point is not on the curve", _KEY) from error
    return Point(numbers.x, numbers.y)
