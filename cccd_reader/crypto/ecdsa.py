# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""ECDSA signatures, verified alone (TR-03111, 4.2.1 and 5.2): by OpenSSL where it has the curve, else over `point`.

Verifying uses public numbers only, so the plain integers of `point` leak nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from cccd_reader.crypto import point
from cccd_reader.crypto.digests import digest_of, function_of
from cccd_reader.crypto.ec import Curve
from cccd_reader.crypto.point import Point
from cccd_reader.errors import MalformedData

BRAINPOOL_P160R1 = Curve(
    "brainpoolP160r1",
    0xE95E4A5F737059DC60DFC7AD95B3D8139515620F,
    0x340E7BE2A280EB74E2BE61BADA745D97E8F7C300,
    0x1E589A8595423412134FAA2DBDEC95C8D8675E58,
    Point(0xBED5AF16EA3F6A4F62938C4631EB5AF7BDBCDBC3, 0x1667CB477A1A8EC338F94741669C976316DA6321),
    0xE95E4A5F737059DC60DF5991D45029409E60FC09,
)
"""A curve that no chip agrees keys on, but old signers used (RFC 5639, 3.1)."""


@dataclass(frozen=True)
class EcKey:
    """A point of a curve; raises `MalformedData` for a point that is not on it."""

    curve: Curve
    point: Point

    def __post_init__(self) -> None:
        if not self.curve.contains(self.point):
            raise MalformedData("the point is not on the curve", "EC public key")

    def __hash__(self) -> int:
        return hash(self.point.x)  # tells keys apart as well as the curve's numbers with it, which `==` compares

    @property
    def bits(self) -> int:
        """Bits of the field."""
        return self.curve.field.bit_length()

    @property
    def effort(self) -> int:
        """About the milliseconds that checking one signature may take: for whoever tries keys of strangers."""
        return 1 + (self.bits // 256 if self.curve.native else (self.bits // 64) ** 2)

    @property
    def name(self) -> str:
        """For people: the curve's name, "P-256" or "brainpoolP384r1"."""
        return self.curve.name

    def verify_der(self, digest: str, message: bytes, signature: bytes) -> bool:
        """Return True for a good signature, SEQUENCE { r INTEGER, s INTEGER } (TR-03111, 5.2.2).

        Lengths and numbers may be longer than DER asks: that forges nothing, since r and s are compared as numbers.
        """
        numbers = _integers(signature)
        return numbers is not None and self._verify(digest, message, *numbers)

    def verify_plain(self, digest: str, message: bytes, signature: bytes) -> bool:
        """Return True for a good signature, r and s side by side at the length of the order (TR-03111, 5.2.1)."""
        size = (self.curve.order.bit_length() + 7) // 8
        if len(signature) != 2 * size:
            return False
        r, s = (int.from_bytes(part, "big") for part in (signature[:size], signature[size:]))
        return self._verify(digest, message, r, s)

    def _verify(self, digest: str, message: bytes, r: int, s: int) -> bool:
        order = self.curve.order
        if not (0 < r < order and 0 < s < order):  # step 1
            return False
        known = self._native_verdict(digest, message, r, s)
        return self._own_verdict(digest_of(digest, message), r, s) if known is None else known

    def _native_verdict(self, digest: str, message: bytes, r: int, s: int) -> bool | None:
        """OpenSSL's verdict, None where it does not have the curve."""
        algorithm = _algorithm(digest)
        if self._native is None:
            return None
        try:
            self._native.verify(encode_dss_signature(r, s), message, algorithm)
        except InvalidSignature:
            return False
        except (UnsupportedAlgorithm, ValueError):
            return None
        return True

    @cached_property
    def _native(self) -> ec.EllipticCurvePublicKey | None:
        """The key as OpenSSL has it, None where it will not take it."""
        if self.curve.native is None:
            return None
        try:
            return ec.EllipticCurvePublicNumbers(self.point.x, self.point.y, self.curve.native()).public_key()
        except (UnsupportedAlgorithm, ValueError):
            return None

    def _own_verdict(self, hashed: bytes, r: int, s: int) -> bool:
        curve, bits = self.curve, self.curve.order.bit_length()
        law = point.Field(curve.field, curve.a)
        # the leftmost bits of the hash, as many as the order has (4.2.1.2, step 2)
        value = int.from_bytes(hashed, "big") >> max(0, 8 * len(hashed) - bits)
        inverse = pow(s, -1, curve.order)
        first, second = value * inverse % curve.order, r * inverse % curve.order  # step 3
        total = point.multiply(law, second, self.point, bits)  # step 4
        base = point.multiply(law, first, curve.generator, bits)
        if total is not None and base is not None:
            total = point.add(law, base, total)
        return total is not None and total.x % curve.order == r  # step 5


@cache
def _algorithm(digest: str) -> ec.ECDSA:
    return ec.ECDSA(function_of(digest))


def _integers(signature: bytes) -> tuple[int, int] | None:
    """Return r and s, None where the bytes are not two INTEGERs that are not negative in one SEQUENCE."""
    body, rest = _content(signature, 0x30)
    first, more = _content(body, 0x02)
    second, end = _content(more, 0x02)
    if not first or not second or rest or end or (first[0] | second[0]) & 0x80:
        return None
    return int.from_bytes(first, "big"), int.from_bytes(second, "big")


def _content(data: bytes, tag: int) -> tuple[bytes, bytes]:
    """Return the content of the first data object and what follows it; empty content where it is another."""
    if len(data) < 2 or data[0] != tag:
        return b"", data
    start, length = 2, data[1]
    if length & 0x80:  # the layer of TLV stands above this one
        start += length & 0x7F
        length = int.from_bytes(data[2:start], "big") if 2 < start <= len(data) else len(data)
    return (data[start : start + length], data[start + length :]) if start + length <= len(data) else (b"", data)
