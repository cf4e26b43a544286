# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Elliptic curve groups: OpenSSL's constant-time code where it has the curve, `point` where it has not.

OpenSSL's ECDH multiplies any point P by a secret k but yields only x(kP). The y follows from that, from x(k(P + G)) and
from kG, the public half of k, which is known whole: with Q = kP, K = kG and R = Q + K = k(P + G) the addition law gives
(y_Q - y_K)^2 = (x_R + x_Q + x_K)(x_Q - x_K)^2, and both squares are known from the curve equation, so y_Q is a quotient
by 2 y_K. It holds for every P but G and -G, whose multiples are K and -K.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec

from cccd_reader.crypto import point
from cccd_reader.crypto.entropy import PrivateScalar
from cccd_reader.crypto.groups import Agreement, Group
from cccd_reader.crypto.point import Point
from cccd_reader.errors import MalformedData, Unsupported


@dataclass(frozen=True)
class Curve(Group[Point]):
    """A curve of prime order (cofactor 1) over GF(`field`), as in TR-03111, 4.1.2."""

    name: str
    field: int
    a: int
    b: int
    generator_point: Point
    order: int
    agreement = Agreement.ECDH

    @property
    def size(self) -> int:
        """Bytes of a coordinate."""
        return (self.field.bit_length() + 7) // 8

    @property
    def generator(self) -> Point:
        """The base point G."""
        return self.generator_point

    @property
    def native(self) -> type[ec.EllipticCurve] | None:
        """OpenSSL's curve of this name, None where it has none."""
        return _NATIVE.get(self.name)

    def contains(self, candidate: Point) -> bool:
        """True where both coordinates are reduced and satisfy the curve equation."""
        if not (0 <= candidate.x < self.field and 0 <= candidate.y < self.field):
            return False
        return (candidate.y * candidate.y - self._right_side(candidate.x)) % self.field == 0

    def decode(self, data: bytes) -> Point:
        """Parse an uncompressed point and prove that it lies on the curve; with cofactor 1 that is the whole group."""
        if len(data) != 1 + 2 * self.size or data[0] != 0x04:
            raise MalformedData("not an uncompressed point of this curve", "EC public key")
        found = Point(
            int.from_bytes(data[1 : 1 + self.size], "big"),
            int.from_bytes(data[1 + self.size :], "big"),
        )
        if not self.contains(found):
            raise MalformedData("the point is not on the curve", "EC public key")
        return found

    def encode(self, element: Point) -> bytes:
        """04 and both coordinates at full length (TR-03111, 3.2.1)."""
        return b"\x04" + element.x.to_bytes(self.size, "big") + element.y.to_bytes(self.size, "big")

    def power(self, base: Point, scalar: int) -> Point:
        """Scalar multiplication of any point."""
        scalar = self._reduced(scalar)
        if not scalar:
            raise MalformedData("the point at infinity", "EC")
        if self.native is None:
            return self._finite(point.multiply(self._law, scalar, base, self.order.bit_length()))
        if base == self.generator_point:
            return _point_of(self._private(scalar))
        return self._native_power(base, scalar)

    def combine(self, left: Point, right: Point) -> Point:
        """Point addition."""
        return self._finite(point.add(self._law, left, right))

    def agree(self, public: Point, private: int) -> bytes:
        """The x coordinate of the shared point at full length (TR-03111, 4.3.1)."""
        if self.native is None:
            return self.power(public, private).x.to_bytes(self.size, "big")
        return self._exchange(public, self._private(self._reduced(private)))

    @property
    def takes_integrated_mapping(self) -> bool:
        """False for p = 1 mod 4 (P-224), which the standard leaves out, and for a = 0, by which f divides."""
        return self.field % 4 == 3 and self.a != 0

    def hash_to_element(self, value: int) -> Point:
        """The point encoding for integrated mapping, affine form, p = 3 mod 4 (ICAO 9303-11, B.1.1).

        Raises `Unsupported` for a curve that it is not defined for.
        """
        p = self.field
        if not self.takes_integrated_mapping:
            raise Unsupported(f"integrated mapping over {self.name}")
        alpha = -value * value % p  # step 1
        denominator = (alpha + alpha * alpha) % p
        if not denominator:
            raise MalformedData("a degenerate value of the pseudo-random function", "integrated mapping")
        x2 = -self.b * pow(self.a, -1, p) * (1 + pow(denominator, -1, p)) % p  # step 2
        x3 = alpha * x2 % p  # step 3
        h2 = self._right_side(x2)  # step 4
        u = pow(value, 3, p) * h2 % p  # step 6
        root = pow(h2, p - 1 - (p + 1) // 4, p)  # step 7
        if root * root * h2 % p == 1:  # step 8
            return Point(x2, root * h2 % p)
        return Point(x3, root * u % p)  # step 9

    @property
    def _law(self) -> point.Field:
        return point.Field(self.field, self.a)

    def _right_side(self, x: int) -> int:
        return (x * x * x + self.a * x + self.b) % self.field

    def _finite(self, result: Point | None) -> Point:
        if result is None:
            raise MalformedData("the point at infinity", "EC")
        return result

    def _reduced(self, scalar: int) -> int:
        """Return the scalar modulo the order; one that is reduced already as it is, with what is kept on it."""
        return scalar if 0 <= scalar < self.order else scalar % self.order

    def _native_power(self, base: Point, scalar: int) -> Point:
        p, private = self.field, self._private(scalar)
        known = _point_of(private)
        if base == self._negative(self.generator_point):
            return self._negative(known)
        x = int.from_bytes(self._exchange(base, private), "big")
        sum_x = int.from_bytes(self._exchange(self.combine(base, self.generator_point), private), "big")
        squares = self._right_side(x) + self._right_side(known.x)
        product = (sum_x + x + known.x) * (x - known.x) * (x - known.x)
        return Point(x, (squares - product) * pow(2 * known.y, -1, p) % p)

    def _negative(self, element: Point) -> Point:
        return Point(element.x, self.field - element.y)

    def _private(self, scalar: int) -> ec.EllipticCurvePrivateKey:
        """Return OpenSSL's key of a scalar, the one that was made before where the scalar keeps it."""
        assert self.native is not None  # noqa: S101 -- callers branch on it  # nosec B101
        kept = scalar.kept if isinstance(scalar, PrivateScalar) else {}
        if self.name not in kept:
            try:
                kept[self.name] = ec.derive_private_key(int(scalar), self.native())
            except ValueError as error:
                raise MalformedData("OpenSSL refuses the private key", "EC") from error
        found: ec.EllipticCurvePrivateKey = kept[self.name]
        return found

    def _exchange(self, public: Point, private: ec.EllipticCurvePrivateKey) -> bytes:
        try:
            peer = ec.EllipticCurvePublicNumbers(public.x, public.y, private.curve).public_key()
            return private.exchange(ec.ECDH(), peer)
        except ValueError as error:
            raise MalformedData("OpenSSL refuses the point or the key", "EC") from error


def _point_of(private: ec.EllipticCurvePrivateKey) -> Point:
    numbers = private.public_key().public_numbers()
    return Point(numbers.x, numbers.y)


def explicit_curve(curve: Curve, cofactor: int) -> Curve:
    """Return the group of parameters that a chip gave in full: the known curve if all agree, else proven one by one.

    Raises `MalformedData` where they are no curve of prime order, `Unsupported` outside 160 to 640 bits or for a
    cofactor other than 1.
    """
    from cccd_reader.crypto.primes import is_prime  # noqa: PLC0415 -- only explicit parameters need it

    for known in STANDARD_CURVES.values():
        if known.order == curve.order and cofactor == 1 and _same(known, curve):
            return known
    p, n, bits = curve.field, curve.order, curve.field.bit_length()
    if not 160 <= bits <= 640 or cofactor != 1:
        raise Unsupported(f"explicit curve over {bits} bits with cofactor {cofactor}")
    if abs(p + 1 - n) ** 2 > 4 * p or n == p or not is_prime(n) or not is_prime(p):  # Hasse; anomalous curves
        raise MalformedData("no curve of prime order", "EC domain parameters")
    if (4 * curve.a**3 + 27 * curve.b**2) % p == 0 or not curve.contains(curve.generator):
        raise MalformedData("a singular curve, or a generator off the curve", "EC domain parameters")
    if any(pow(p, degree, n) == 1 for degree in range(1, 21)):  # Menezes-Okamoto-Vanstone
        raise MalformedData("a curve of small embedding degree", "EC domain parameters")
    if point.multiply(point.Field(p, curve.a), n, curve.generator, n.bit_length()) is not None:
        raise MalformedData("the order is not that of the generator", "EC domain parameters")
    return curve


def _same(known: Curve, given: Curve) -> bool:
    return (known.field, known.a, known.b, known.generator) == (
        given.field,
        given.a,
        given.b,
        given.generator,
    )


def _curve(name: str, *numbers: str) -> Curve:
    p, a, b, x, y, n = (int(number, 16) for number in numbers)
    return Curve(name, p, a, b, Point(x, y), n)


_NATIVE: dict[str, type[ec.EllipticCurve]] = {
    "P-192": ec.SECP192R1,
    "P-224": ec.SECP224R1,
    "P-256": ec.SECP256R1,
    "P-384": ec.SECP384R1,
    "P-521": ec.SECP521R1,
    "brainpoolP256r1": ec.BrainpoolP256R1,
    "brainpoolP384r1": ec.BrainpoolP384R1,
    "brainpoolP512r1": ec.BrainpoolP512R1,
}

STANDARD_CURVES = {
    8: _curve(
        "P-192",
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFFFFFFFFFF",
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFFFFFFFFFC",
        "64210519E59C80E70FA7E9AB72243049FEB8DEECC146B9B1",
        "188DA80EB03090F67CBF20EB43A18800F4FF0AFD82FF1012",
        "07192B95FFC8DA78631011ED6B24CDD573F977A11E794811",
        "FFFFFFFFFFFFFFFFFFFFFFFF99DEF836146BC9B1B4D22831",
    ),
    9: _curve(
        "brainpoolP192r1",
        "C302F41D932A36CDA7A3463093D18DB78FCE476DE1A86297",
        "6A91174076B1E0E19C39C031FE8685C1CAE040E5C69A28EF",
        "469A28EF7C28CCA3DC721D044F4496BCCA7EF4146FBF25C9",
        "C0A0647EAAB6A48753B033C56CB0F0900A2F5C4853375FD6",
        "14B690866ABD5BB88B5F4828C1490002E6773FA2FA299B8F",
        "C302F41D932A36CDA7A3462F9E9E916B5BE8F1029AC4ACC1",
    ),
    10: _curve(
        "P-224",
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF000000000000000000000001",
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFE",
        "B4050A850C04B3ABF54132565044B0B7D7BFD8BA270B39432355FFB4",
        "B70E0CBD6BB4BF7F321390B94A03C1D356C21122343280D6115C1D21",
        "BD376388B5F723FB4C22DFE6CD4375A05A07476444D5819985007E34",
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFF16A2E0B8F03E13DD29455C5C2A3D",
    ),
    11: _curve(
        "brainpoolP224r1",
        "D7C134AA264366862A18302575D1D787B09F075797DA89F57EC8C0FF",
        "68A5E62CA9CE6C1C299803A6C1530B514E182AD8B0042A59CAD29F43",
        "2580F63CCFE44138870713B1A92369E33E2135D266DBB372386C400B",
        "0D9029AD2C7E5CF4340823B2A87DC68C9E4CE3174C1E6EFDEE12C07D",
        "58AA56F772C0726F24C6B89E4ECDAC24354B9E99CAA3F6D3761402CD",
        "D7C134AA264366862A18302575D0FB98D116BC4B6DDEBCA3A5A7939F",
    ),
    12: _curve(
        "P-256",
        "FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF",
        "FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFC",
        "5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B",
        "6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296",
        "4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5",
        "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
    ),
    13: _curve(
        "brainpoolP256r1",
        "A9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377",
        "7D5A0975FC2C3057EEF67530417AFFE7FB8055C126DC5C6CE94A4B44F330B5D9",
        "26DC5C6CE94A4B44F330B5D9BBD77CBF958416295CF7E1CE6BCCDC18FF8C07B6",
        "8BD2AEB9CB7E57CB2C4B482FFC81B7AFB9DE27E1E3BD23C23A4453BD9ACE3262",
        "547EF835C3DAC4FD97F8461A14611DC9C27745132DED8E545C1D54C72F046997",
        "A9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7",
    ),
    14: _curve(
        "brainpoolP320r1",
        "D35E472036BC4FB7E13C785ED201E065F98FCFA6F6F40DEF4F92B9EC7893EC28FCD412B1F1B32E27",
        "3EE30B568FBAB0F883CCEBD46D3F3BB8A2A73513F5EB79DA66190EB085FFA9F492F375A97D860EB4",
        "520883949DFDBC42D3AD198640688A6FE13F41349554B49ACC31DCCD884539816F5EB4AC8FB1F1A6",
        "43BD7E9AFB53D8B85289BCC48EE5BFE6F20137D10A087EB6E7871E2A10A599C710AF8D0D39E20611",
        "14FDD05545EC1CC8AB4093247F77275E0743FFED117182EAA9C77877AAAC6AC7D35245D1692E8EE1",
        "D35E472036BC4FB7E13C785ED201E065F98FCFA5B68F12A32D482EC7EE8658E98691555B44C59311",
    ),
    15: _curve(
        "P-384",
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFF0000000000000000FFFFFFFF",
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFF0000000000000000FFFFFFFC",
        "B3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF",
        "AA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7",
        "3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F",
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973",
    ),
    16: _curve(
        "brainpoolP384r1",
        "8CB91E82A3386D280F5D6F7E50E641DF152F7109ED5456B412B1DA197FB71123ACD3A729901D1A71874700133107EC53",
        "7BC382C63D8C150C3C72080ACE05AFA0C2BEA28E4FB22787139165EFBA91F90F8AA5814A503AD4EB04A8C7DD22CE2826",
        "04A8C7DD22CE28268B39B55416F0447C2FB77DE107DCD2A62E880EA53EEB62D57CB4390295DBC9943AB78696FA504C11",
        "1D1C64F068CF45FFA2A63A81B7C13F6B8847A3E77EF14FE3DB7FCAFE0CBD10E8E826E03436D646AAEF87B2E247D4AF1E",
        "8ABE1D7520F9C2A45CB1EB8E95CFD55262B70B29FEEC5864E19C054FF99129280E4646217791811142820341263C5315",
        "8CB91E82A3386D280F5D6F7E50E641DF152F7109ED5456B31F166E6CAC0425A7CF3AB6AF6B7FC3103B883202E9046565",
    ),
    17: _curve(
        "brainpoolP512r1",
        "AADD9DB8DBE9C48B3FD4E6AE33C9FC07CB308DB3B3C9D20ED6639CCA703308717D4D9B009BC66842AECDA12AE6A380E62881"
        "FF2F2D82C68528AA6056583A48F3",
        "7830A3318B603B89E2327145AC234CC594CBDD8D3DF91610A83441CAEA9863BC2DED5D5AA8253AA10A2EF1C98B9AC8B57F11"
        "17A72BF2C7B9E7C1AC4D77FC94CA",
        "3DF91610A83441CAEA9863BC2DED5D5AA8253AA10A2EF1C98B9AC8B57F1117A72BF2C7B9E7C1AC4D77FC94CADC083E679840"
        "50B75EBAE5DD2809BD638016F723",
        "81AEE4BDD82ED9645A21322E9C4C6A9385ED9F70B5D916C1B43B62EEF4D0098EFF3B1F78E2D0D48D50D1687B93B97D5F7C6D"
        "5047406A5E688B352209BCB9F822",
        "7DDE385D566332ECC0EABFA9CF7822FDF209F70024A57B1AA000C55B881F8111B2DCDE494A5F485E5BCA4BD88A2763AED1CA"
        "2B2FA8F0540678CD1E0F3AD80892",
        "AADD9DB8DBE9C48B3FD4E6AE33C9FC07CB308DB3B3C9D20ED6639CCA70330870553E5C414CA92619418661197FAC10471DB1"
        "D381085DDADDB58796829CA90069",
    ),
    18: _curve(
        "P-521",
        "01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
        "01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC",
        "0051953EB9618E1C9A1F929A21A0B68540EEA2DA725B99B315F3B8B489918EF109E156193951EC7E937B1652C0BD3BB1BF07"
        "3573DF883D2C34F1EF451FD46B503F00",
        "00C6858E06B70404E9CD9E3ECB662395B4429C648139053FB521F828AF606B4D3DBAA14B5E77EFE75928FE1DC127A2FFA8DE"
        "3348B3C1856A429BF97E7E31C2E5BD66",
        "011839296A789A3BC0045C8A5FB42C7D1BD998F54449579B446817AFBD17273E662C97EE72995EF42640C550B9013FAD0761"
        "353C7086A272C24088BE94769FD16650",
        "01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA51868783BF2F966B7FCC0148F709A5D0"
        "3BB5C9B8899C47AEBB6FB71E91386409",
    ),
}
"""By standardized domain parameter id (ICAO 9303-11, 9.5.1): FIPS 186 and RFC 5639."""
