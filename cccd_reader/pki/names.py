# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Distinguished names, compared as real documents need it (RFC 5280, 7.1; RFC 4518, 2).

Issuers change the string type, the case or the order of a name between a CSCA certificate and what it signs. Names
only find candidates here; what proves a certificate is a signature, so a tolerant comparison lets nothing in.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from cccd_reader.errors import MalformedData
from cccd_reader.lds import asn1
from cccd_reader.pki import ber

COUNTRY = "2.5.4.6"
MAX_ATTRIBUTES = 64
MAX_BYTES = 1 << 12  # folding a text takes time that grows with the square of its combining characters

_WHERE = "name"
_SHORT = {
    "2.5.4.3": "CN",
    "2.5.4.4": "SN",
    "2.5.4.5": "serialNumber",
    COUNTRY: "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "street",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.12": "title",
    "2.5.4.97": "organizationIdentifier",
    "1.2.840.113549.1.9.1": "emailAddress",
    "0.9.2342.19200300.100.1.25": "DC",
}
# UTF8String, NumericString, PrintableString, TeletexString, IA5String, VisibleString, UniversalString, BMPString
_CODECS = {
    0x0C: "utf-8",
    0x12: "ascii",
    0x13: "latin-1",  # no more than ASCII is allowed, and more has been seen
    0x14: "latin-1",
    0x16: "latin-1",
    0x1A: "latin-1",
    0x1C: "utf-32-be",
    0x1E: "utf-16-be",
}


@dataclass(frozen=True)
class Name:
    """A distinguished name. `raw` is the DER, and what `==` compares; `matches` compares as people do."""

    raw: bytes = field(repr=False)

    @classmethod
    def parse(cls, der: bytes) -> Name:
        """Parse one Name, RDNSequence; raises `MalformedData`."""
        return _parsed(bytes(der))

    @cached_property
    def attributes(self) -> tuple[tuple[str, str], ...]:
        """(dotted type, text) in the order given, RDNs of several attributes laid flat.

        A value that is no text of its type is "#" and its bytes in hexadecimal (RFC 4514, 2.4).
        """
        relative = ber.elements(ber.only(self.raw, asn1.SEQUENCE, _WHERE).value, _WHERE)
        found = [_attribute(item) for each in relative for item in ber.children(each, asn1.SET, _WHERE)]
        if len(found) > MAX_ATTRIBUTES:
            raise MalformedData(f"more than {MAX_ATTRIBUTES} attributes", _WHERE)
        return tuple(found)

    @cached_property
    def key(self) -> tuple[tuple[str, str], ...]:
        """Hashable, and equal for names that differ in string type, case, white space or order alone."""
        return tuple(sorted((kind, _folded(text)) for kind, text in self.attributes))

    @cached_property
    def text(self) -> str:
        """For people: "C=VN, O=Police, CN=CSCA"; separators in a value are escaped, what does not print is U+FFFD."""
        return ", ".join(f"{_SHORT.get(kind, kind)}={_printable(text)}" for kind, text in self.attributes)

    @cached_property
    def country(self) -> str:
        """The letters of the country in upper case, or an empty string."""
        return next((text.strip().upper() for kind, text in self.attributes if kind == COUNTRY), "")

    def matches(self, other: Name) -> bool:
        """Return True for the same attributes, whatever their string type, case, white space and order."""
        return self.raw == other.raw or self.key == other.key

    def __repr__(self) -> str:
        return f"Name({self.text!r})"


@lru_cache(maxsize=256)
def _parsed(der: bytes) -> Name:  # an authority's name stands in everything that it signs
    if len(der) > MAX_BYTES:
        raise MalformedData("larger than any name", _WHERE)
    name = Name(der)
    _ = name.attributes  # parsed here, so that no later use raises
    return name


def _attribute(item: ber.Element) -> tuple[str, str]:
    parts = ber.children(item, asn1.SEQUENCE, _WHERE)
    if len(parts) != 2:
        raise MalformedData("an attribute is a type and a value", _WHERE)
    return ber.object_identifier(parts[0], _WHERE), _text(parts[1])


def _text(value: ber.Element) -> str:
    codec = _CODECS.get(value.tag)
    if codec is None:
        return "#" + value.raw.hex()
    try:
        return value.value.decode(codec)
    except UnicodeDecodeError:
        return "#" + value.raw.hex()


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).split())


def _printable(text: str) -> str:
    shown = "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
    return shown.replace("\\", "\\\\").replace(",", "\\,")
