# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Points of short Weierstrass curves y^2 = x^3 + ax + b over GF(p), in plain integers (TR-03111, 4.3).

For curves that OpenSSL lacks. Secret scalars go through a ladder of fixed length whose every step does the same
operations; Python's integers still leak some timing, so curves that OpenSSL has never come here with a secret.
"""

from __future__ import annotations

from dataclasses import dataclass

Jacobian = tuple[int, int, int]
"""X, Y, Z with x = X/Z^2 and y = Y/Z^3; Z = 0 is the point at infinity."""

INFINITY: Jacobian = (1, 1, 0)


@dataclass(frozen=True)
class Point:
    """An affine point. The point at infinity has no value here: functions return None for it."""

    x: int
    y: int


@dataclass(frozen=True)
class Field:
    """The curve's p and a, all that the group law needs."""

    p: int
    a: int


def _double(field: Field, point: Jacobian) -> Jacobian:
    x, y, z = point
    p = field.p
    if not z or not y:
        return INFINITY
    yy = y * y % p
    s = 4 * x * yy % p
    zz = z * z % p
    m = (3 * x * x + field.a * zz * zz) % p
    x3 = (m * m - 2 * s) % p
    return x3, (m * (s - x3) - 8 * yy * yy) % p, 2 * y * z % p


def _add(field: Field, left: Jacobian, right: Jacobian) -> Jacobian:
    if not left[2]:
        return right
    if not right[2]:
        return left
    p = field.p
    (x1, y1, z1), (x2, y2, z2) = left, right
    zz1, zz2 = z1 * z1 % p, z2 * z2 % p
    u1, u2 = x1 * zz2 % p, x2 * zz1 % p
    s1, s2 = y1 * z2 * zz2 % p, y2 * z1 * zz1 % p
    h, r = (u2 - u1) % p, (s2 - s1) % p
    if not h:
        return INFINITY if r else _double(field, left)
    hh = h * h % p
    hhh, v = h * hh % p, u1 * hh % p
    x3 = (r * r - hhh - 2 * v) % p
    return x3, (r * (v - x3) - s1 * hhh) % p, h * z1 * z2 % p


def _affine(field: Field, point: Jacobian) -> Point | None:
    x, y, z = point
    if not z:
        return None
    inverse = pow(z, -1, field.p)
    square = inverse * inverse % field.p
    return Point(x * square % field.p, y * square * inverse % field.p)


def add(field: Field, left: Point, right: Point) -> Point | None:
    """Return the sum of two points, None for the point at infinity."""
    return _affine(field, _add(field, (left.x, left.y, 1), (right.x, right.y, 1)))


def multiply(field: Field, scalar: int, point: Point, bits: int) -> Point | None:
    """Return `scalar` times `point` by a Montgomery ladder over `bits` bits, None for the point at infinity."""
    ladder: list[Jacobian] = [INFINITY, (point.x, point.y, 1)]
    for position in range(bits - 1, -1, -1):
        bit = scalar >> position & 1
        ladder[1 - bit] = _add(field, ladder[0], ladder[1])
        ladder[bit] = _double(field, ladder[bit])
    return _affine(field, ladder[0])
