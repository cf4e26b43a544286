# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Diffie-Hellman over a prime field with a subgroup of prime order (ICAO 9303-11, 9.4; RFC 5114, 2.1 to 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from cccd_reader.crypto.groups import Agreement, Group
from cccd_reader.errors import MalformedData, Unsupported


@dataclass(frozen=True)
class DhGroup(Group[int]):
    """The integers modulo the prime `field`, generator `g` of order `order`."""

    name: str
    field: int
    g: int
    order: int
    agreement = Agreement.DH

    @property
    def size(self) -> int:
        """Bytes of a field element."""
        return (self.field.bit_length() + 7) // 8

    @property
    def generator(self) -> int:
        """The generator of the subgroup."""
        return self.g

    def decode(self, data: bytes) -> int:
        """Accept 2 to p - 2 in the subgroup only, with leading zeros or without (RFC 2631, 2.1.5)."""
        if len(data) > self.size + 1:  # one more byte for the sign, as ICAO 9303-11, G.2, shows it
            raise MalformedData("longer than the field", "DH public key")
        return self._checked(int.from_bytes(data, "big"))

    def encode(self, element: int) -> bytes:
        """An unsigned integer without leading zeros (TR-03110-3, D.2.1.1)."""
        return element.to_bytes((element.bit_length() + 7) // 8, "big")

    def token_form(self, received: bytes) -> bytes:
        """As it was sent, but without the sign byte of an INTEGER: so ICAO 9303-11, G.2, computes its tokens."""
        return received.lstrip(b"\x00") if len(received) > self.size else received

    def power(self, base: int, scalar: int) -> int:
        """Modular exponentiation by the interpreter's `pow`."""
        return self._nontrivial(pow(base, scalar, self.field))

    def combine(self, left: int, right: int) -> int:
        """Modular multiplication."""
        return self._nontrivial(left * right % self.field)

    def agree(self, public: int, private: int) -> bytes:
        """The shared secret, padded to the length of p (ICAO 9303-11, 9.6: KA returns an element of the field)."""
        return self.power(public, private).to_bytes(self.size, "big")

    def hash_to_element(self, value: int) -> int:
        """f(x) = x^((p-1)/q) (ICAO 9303-11, B.2)."""
        return self._nontrivial(pow(value, (self.field - 1) // self.order, self.field))

    def _checked(self, value: int) -> int:
        if not 2 <= value <= self.field - 2 or pow(value, self.order, self.field) != 1:
            raise MalformedData("not an element of the subgroup, or a trivial one", "DH public key")
        return value

    def _nontrivial(self, value: int) -> int:
        if value in (0, 1, self.field - 1):
            raise MalformedData("a trivial group element", "DH")
        return value


def explicit_group(p: int, g: int, q: int) -> DhGroup:
    """Return the group of parameters that a chip gave in full, after proving that they make one.

    Raises `MalformedData` where they do not, `Unsupported` for a field under 1024 or over 4096 bits.
    """
    for known in STANDARD_GROUPS.values():
        if (known.field, known.g, known.order) == (p, g, q):
            return known
    if not 1024 <= p.bit_length() <= 4096 or not 160 <= q.bit_length() <= 512:
        raise Unsupported(f"DH over {p.bit_length()} bits with a subgroup of {q.bit_length()} bits")
    return _proven(p, g, q)


@lru_cache(maxsize=16)
def _proven(p: int, g: int, q: int) -> DhGroup:
    """Prove a group once: the primality of a large p takes seconds, so it is looked at last, and not again."""
    from cccd_reader.crypto.primes import is_prime  # noqa: PLC0415 -- only explicit parameters need it

    # Where p and q are prime, an element with g^q = 1 has the order q, which then divides p - 1.
    if not 1 < g < p - 1 or pow(g, q, p) != 1 or not is_prime(q) or not is_prime(p):
        raise MalformedData("p, q and g are no group of prime order", "DH domain parameters")
    return DhGroup(f"MODP {p.bit_length()}/{q.bit_length()} (explicit)", p, g, q)


def _group(name: str, p: str, g: str, q: str) -> DhGroup:
    return DhGroup(name, int(p, 16), int(g, 16), int(q, 16))


STANDARD_GROUPS = {
    0: _group(
        "MODP 1024/160",
        "B10B8F96A080E01DDE92DE5EAE5D54EC52C99FBCFB06A3C69A6A9DCA52D23B616073E28675A23D189838EF1E2EE652C013EC"
        "B4AEA906112324975C3CD49B83BFACCBDD7D90C4BD7098488E9C219A73724EFFD6FAE5644738FAA31A4FF55BCCC0A151AF5F"
        "0DC8B4BD45BF37DF365C1A65E68CFDA76D4DA708DF1FB2BC2E4A4371",
        "A4D1CBD5C3FD34126765A442EFB99905F8104DD258AC507FD6406CFF14266D31266FEA1E5C41564B777E690F5504F2131602"
        "17B4B01B886A5E91547F9E2749F4D7FBD7D3B9A92EE1909D0D2263F80A76A6A24C087A091F531DBF0A0169B6A28AD662A4D1"
        "8E73AFA32D779D5918D08BC8858F4DCEF97C2A24855E6EEB22B3B2E5",
        "F518AA8781A8DF278ABA4E7D64B7CB9D49462353",
    ),
    1: _group(
        "MODP 2048/224",
        "AD107E1E9123A9D0D660FAA79559C51FA20D64E5683B9FD1B54B1597B61D0A75E6FA141DF95A56DBAF9A3C407BA1DF15EB3D"
        "688A309C180E1DE6B85A1274A0A66D3F8152AD6AC2129037C9EDEFDA4DF8D91E8FEF55B7394B7AD5B7D0B6C12207C9F98D11"
        "ED34DBF6C6BA0B2C8BBC27BE6A00E0A0B9C49708B3BF8A317091883681286130BC8985DB1602E714415D9330278273C7DE31"
        "EFDC7310F7121FD5A07415987D9ADC0A486DCDF93ACC44328387315D75E198C641A480CD86A1B9E587E8BE60E69CC928B2B9"
        "C52172E413042E9B23F10B0E16E79763C9B53DCF4BA80A29E3FB73C16B8E75B97EF363E2FFA31F71CF9DE5384E71B81C0AC4"
        "DFFE0C10E64F",
        "AC4032EF4F2D9AE39DF30B5C8FFDAC506CDEBE7B89998CAF74866A08CFE4FFE3A6824A4E10B9A6F0DD921F01A70C4AFAAB73"
        "9D7700C29F52C57DB17C620A8652BE5E9001A8D66AD7C17669101999024AF4D027275AC1348BB8A762D0521BC98AE2471504"
        "22EA1ED409939D54DA7460CDB5F6C6B250717CBEF180EB34118E98D119529A45D6F834566E3025E316A330EFBB77A86F0C1A"
        "B15B051AE3D428C8F8ACB70A8137150B8EEB10E183EDD19963DDD9E263E4770589EF6AA21E7F5F2FF381B539CCE3409D13CD"
        "566AFBB48D6C019181E1BCFE94B30269EDFE72FE9B6AA4BD7B5A0F1C71CFFF4C19C418E1F6EC017981BC087F2A7065B384B8"
        "90D3191F2BFA",
        "801C0D34C58D93FE997177101F80535A4738CEBCBF389A99B36371EB",
    ),
    2: _group(
        "MODP 2048/256",
        "87A8E61DB4B6663CFFBBD19C651959998CEEF608660DD0F25D2CEED4435E3B00E00DF8F1D61957D4FAF7DF4561B2AA3016C3"
        "D91134096FAA3BF4296D830E9A7C209E0C6497517ABD5A8A9D306BCF67ED91F9E6725B4758C022E0B1EF4275BF7B6C5BFC11"
        "D45F9088B941F54EB1E59BB8BC39A0BF12307F5C4FDB70C581B23F76B63ACAE1CAA6B7902D52526735488A0EF13C6D9A51BF"
        "A4AB3AD8347796524D8EF6A167B5A41825D967E144E5140564251CCACB83E6B486F6B3CA3F7971506026C0B857F689962856"
        "DED4010ABD0BE621C3A3960A54E710C375F26375D7014103A4B54330C198AF126116D2276E11715F693877FAD7EF09CADB09"
        "4AE91E1A1597",
        "3FB32C9B73134D0B2E77506660EDBD484CA7B18F21EF205407F4793A1A0BA12510DBC15077BE463FFF4FED4AAC0BB555BE3A"
        "6C1B0C6B47B1BC3773BF7E8C6F62901228F8C28CBB18A55AE31341000A650196F931C77A57F2DDF463E5E9EC144B777DE62A"
        "AAB8A8628AC376D282D6ED3864E67982428EBC831D14348F6F2F9193B5045AF2767164E1DFC967C1FB3F2E55A4BD1BFFE83B"
        "9C80D052B985D182EA0ADB2A3B7313D3FE14C8484B1E052588B9B7D2BBD2DF016199ECD06E1557CD0915B3353BBB64E0EC37"
        "7FD028370DF92B52C7891428CDC67EB6184B523D1DB246C32F63078490F00EF8D647D148D47954515E2327CFEF98C582664B"
        "4C0F6CC41659",
        "8CF83642A709A097B447997640129DA299B1A47D1EB3750BA308B0FE64F5FBD3",
    ),
}
"""By standardized domain parameter id (ICAO 9303-11, 9.5.1)."""
