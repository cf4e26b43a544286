# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""EF.SOD: the signed hashes of the data groups, parsed and not verified (ICAO 9303-10, 4.6.2.3).

    LDSSecurityObject ::= SEQUENCE { version INTEGER { v0(0), v1(1) }, hashAlgorithm AlgorithmIdentifier,
        dataGroupHashValues SEQUENCE OF SEQUENCE { number INTEGER, value OCTET STRING },
        ldsVersionInfo SEQUENCE { lds PrintableString, unicode PrintableString } OPTIONAL -- v1 alone }

The layer `pki` verifies the signature over the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from cccd_reader.apdu import tlv
from cccd_reader.apdu.tlv import Tlv
from cccd_reader.errors import MalformedData
from cccd_reader.lds import asn1, files
from cccd_reader.lds.signed_content import SignedContent

_WHERE = "EF.SOD"
_PRINTABLE_STRING = 0x13
_HASHES = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}


@dataclass(frozen=True)
class DataGroupHash:
    """The hash value of data group `number`, 1 to 16."""

    number: int
    value: bytes = field(repr=False)


@dataclass(frozen=True)
class LdsSecurityObject:
    """What is signed. `hash_algorithm` is a name of hashlib ("sha256"), or the dotted identifier of another algorithm.

    `lds_version` and `unicode_version` are texts of version 1 ("1.8", "4.0.0"), empty in version 0.
    """

    version: int
    hash_algorithm: str
    hashes: tuple[DataGroupHash, ...]
    lds_version: str = ""
    unicode_version: str = ""

    @classmethod
    def parse(cls, raw: bytes) -> LdsSecurityObject:
        """Parse the content of the signed data; raises `MalformedData`, also for a data group that stands twice."""
        elements = asn1.sequence(raw, _WHERE)
        if not 3 <= len(elements) <= 4:
            raise MalformedData("the security object has three or four elements", _WHERE)
        version = asn1.integer(elements[0], _WHERE)
        if version > 1:
            raise MalformedData("a security object of version 0 or 1 is expected", _WHERE)
        algorithm = _sequence(elements[1])
        oid = asn1.object_identifier(algorithm[0], _WHERE) if algorithm else ""
        hashes = tuple(_hash(item) for item in _sequence(elements[2]))
        if len({entry.number for entry in hashes}) != len(hashes):
            raise MalformedData("a data group is listed twice", _WHERE)
        versions = _versions(elements[3]) if len(elements) == 4 else ("", "")
        return cls(version, _HASHES.get(oid, oid), hashes, *versions)

    def value(self, number: int) -> bytes | None:
        """Return the hash of a data group, or None where the object does not list it."""
        return self._values.get(number)

    @cached_property
    def _values(self) -> dict[int, bytes]:
        return {entry.number: entry.value for entry in self.hashes}


@dataclass(frozen=True)
class Sod:
    """EF.SOD: the security object, the signed data that it came in, and the file's bytes as they were read."""

    security_object: LdsSecurityObject
    signed: SignedContent
    raw: bytes = field(repr=False, compare=False, kw_only=True)

    @classmethod
    def parse(cls, raw: bytes) -> Sod:
        """Parse the file; raises `MalformedData`. Nothing is verified."""
        signed = SignedContent.parse(tlv.expect(raw, files.SOD.tag, _WHERE), _WHERE)
        return cls(LdsSecurityObject.parse(signed.content), signed, raw=bytes(raw))

    @property
    def signed_data(self) -> bytes:
        """The ContentInfo within the file, for the signature's verification."""
        return tlv.expect(self.raw, files.SOD.tag, _WHERE)


def _sequence(item: Tlv) -> list[Tlv]:
    if item.tag != asn1.SEQUENCE:
        raise MalformedData("a SEQUENCE is expected", _WHERE)
    return tlv.decode(item.value, _WHERE)


def _hash(item: Tlv) -> DataGroupHash:
    elements = _sequence(item)
    if len(elements) != 2 or elements[1].tag != asn1.OCTET_STRING:
        raise MalformedData("a hash is a number and an octet string", _WHERE)
    number = asn1.integer(elements[0], _WHERE)
    if not 1 <= number <= len(files.DATA_GROUPS):
        raise MalformedData("data groups are numbered 1 to 16", _WHERE)
    return DataGroupHash(number, elements[1].value)


def _versions(item: Tlv) -> tuple[str, str]:
    elements = _sequence(item)
    if len(elements) != 2 or any(each.tag != _PRINTABLE_STRING or not each.value.isascii() for each in elements):
        raise MalformedData("the version information is two strings", _WHERE)
    return elements[0].value.decode("ascii"), elements[1].value.decode("ascii")
