# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Certificate extensions (ICAO 9303-12, 7.1.1; RFC 5280, 4.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import cached_property
from typing import Any

from cccd_reader.errors import MalformedData
from cccd_reader.lds import asn1
from cccd_reader.pki import ber
from cccd_reader.pki.ber import Element

_WHERE = "certificate extension"
_CE = "2.5.29"
KEY_USAGE = f"{_CE}.15"
NAME_CHANGE, DOCUMENT_TYPES = "2.23.136.1.1.6.1", "2.23.136.1.1.6.2"
_CA_ISSUERS = "1.3.6.1.5.5.7.48.2"
_PRINTABLE_STRING = 0x13
_URI = 0x86
_ADDRESS_DEPTH = 6


class KeyUsage(Enum):
    """What a key may do; the values are the bits (RFC 5280, 4.2.1.3)."""

    DIGITAL_SIGNATURE = 0
    NON_REPUDIATION = 1
    KEY_ENCIPHERMENT = 2
    DATA_ENCIPHERMENT = 3
    KEY_AGREEMENT = 4
    KEY_CERT_SIGN = 5
    CRL_SIGN = 6
    ENCIPHER_ONLY = 7
    DECIPHER_ONLY = 8


_USES = tuple(KeyUsage)


@dataclass(frozen=True)
class Extensions:
    """What the extensions of a certificate say; None where it has no such extension."""

    subject_key_identifier: bytes | None = None
    authority_key_identifier: bytes | None = None
    key_usage: frozenset[KeyUsage] | None = None
    extended_key_usage: tuple[str, ...] | None = None
    """Dotted identifiers."""
    basic_constraints: tuple[bool, int | None] | None = None
    """Is it an authority, and how many authorities may stand below it."""
    private_key_usage: tuple[datetime | None, datetime | None] | None = None
    document_types: tuple[str, ...] | None = None
    crl_points: bytes | None = field(default=None, repr=False)
    issuer_access: bytes | None = field(default=None, repr=False)
    """cRLDistributionPoints and authorityInfoAccess as they stand."""
    unknown_critical: tuple[str, ...] = ()
    """Identifiers of critical extensions that this version does not know, which it therefore must not ignore."""
    malformed: tuple[str, ...] = ()
    """Identifiers of extensions that it knows and cannot read. The certificate is its issuer's all the same."""
    present: frozenset[str] = frozenset()
    """Identifiers of all extensions."""

    @classmethod
    def parse(cls, items: list[Element]) -> Extensions:
        """Parse the elements of Extensions; raises `MalformedData`, also for one that stands twice (RFC 5280, 4.2).

        One whose own value does not follow its format is noted: authorities have written wrong document type lists and
        times into certificates that they did issue.
        """
        values: dict[str, Any] = {}
        present: set[str] = set()
        unknown, malformed = [], []
        for item in items:
            oid, critical, value = _extension(item)
            if oid in present:
                raise MalformedData("an extension stands twice", _WHERE)
            present.add(oid)
            if oid in _PARSERS:
                name, parser = _PARSERS[oid]
                try:
                    values[name] = parser(value)
                except MalformedData:
                    malformed.append(oid)
            elif critical and oid not in _HARMLESS:
                unknown.append(oid)
        return cls(**values, unknown_critical=tuple(unknown), malformed=tuple(malformed), present=frozenset(present))

    # Addresses only tell people where to ask: they are looked for when somebody does, and what cannot be read has none.

    @cached_property
    def crl_urls(self) -> tuple[str, ...]:
        """The addresses of cRLDistributionPoints (RFC 5280, 4.2.1.13)."""
        return _hints(lambda value: _addresses(value, 0), self.crl_points)

    @cached_property
    def issuer_urls(self) -> tuple[str, ...]:
        """The addresses of authorityInfoAccess from which the issuer's certificate comes (RFC 5280, 4.2.2.1)."""
        return _hints(_issuer_addresses, self.issuer_access)


def _extension(item: Element) -> tuple[str, bool, bytes]:
    parts = ber.children(item, asn1.SEQUENCE, _WHERE)
    if not 2 <= len(parts) <= 3:
        raise MalformedData("two or three elements are expected", _WHERE)
    critical = len(parts) == 3 and ber.boolean(parts[1], _WHERE)
    return ber.object_identifier(parts[0], _WHERE), critical, ber.octets(parts[-1], _WHERE)


def _sequence(value: bytes) -> list[Element]:
    return ber.elements(ber.only(value, asn1.SEQUENCE, _WHERE).value, _WHERE)


def _subject_key_identifier(value: bytes) -> bytes:
    return ber.octets(ber.only(value, asn1.OCTET_STRING, _WHERE), _WHERE)


def _authority_key_identifier(value: bytes) -> bytes | None:
    return next((part.value for part in _sequence(value) if part.tag == 0x80), None)


def _key_usage(value: bytes) -> frozenset[KeyUsage]:
    body = ber.only(value, asn1.BIT_STRING, _WHERE).value
    if not 1 <= len(body) <= 3 or body[0] > 7:
        raise MalformedData("nine named bits are expected", _WHERE)
    number, count = int.from_bytes(body[1:], "big"), 8 * (len(body) - 1)
    return frozenset([use for bit, use in enumerate(_USES) if bit < count and number >> (count - 1 - bit) & 1])


def _extended_key_usage(value: bytes) -> tuple[str, ...]:
    return tuple(ber.object_identifier(part, _WHERE) for part in _sequence(value))


def _basic_constraints(value: bytes) -> tuple[bool, int | None]:
    parts = _sequence(value)
    authority = bool(parts) and parts[0].tag == ber.BOOLEAN and ber.boolean(parts.pop(0), _WHERE)
    length = ber.integer(parts.pop(0), _WHERE) if parts else None
    if parts or (length is not None and length < 0):
        raise MalformedData("a truth value and a path length are expected", _WHERE)
    return authority, length


def _private_key_usage(value: bytes) -> tuple[datetime | None, datetime | None]:
    times = {part.tag: ber.generalized_time(part.value, _WHERE) for part in _sequence(value)}
    return times.get(0x80), times.get(0x81)


def _document_types(value: bytes) -> tuple[str, ...]:
    """DocumentTypeList ::= SEQUENCE { version, SET OF PrintableString } (ICAO 9303-12, 7.1.1.4)."""
    parts = _sequence(value)
    if len(parts) != 2:
        raise MalformedData("a version and a set are expected", _WHERE)
    types = ber.children(parts[1], asn1.SET, _WHERE)
    if any(each.tag != _PRINTABLE_STRING or not each.value.isascii() for each in types):
        raise MalformedData("document types are printable strings", _WHERE)
    return tuple(each.value.decode("ascii") for each in types)


def _issuer_addresses(value: bytes) -> list[str]:
    found = []
    for part in _sequence(value):
        method, location = ber.elements(part.value, _WHERE)
        if ber.object_identifier(method, _WHERE) == _CA_ISSUERS:
            found += _addresses(location.raw, 0)
    return found


def _addresses(data: bytes, depth: int) -> list[str]:
    """Every address within, wherever it stands; what would not print in a message is none."""
    found = []
    for element in ber.elements(data, _WHERE):
        if element.tag == _URI:
            found += [text for text in [element.value.decode("latin-1")] if text.isascii() and text.isprintable()]
        elif element.tag & 0x20 and depth < _ADDRESS_DEPTH:
            found += _addresses(element.value, depth + 1)
    return found


def _hints(parser: Callable[[bytes], list[str]], value: bytes | None) -> tuple[str, ...]:
    try:
        return tuple(parser(value or b""))
    except (MalformedData, ValueError):
        return ()


_PARSERS: dict[str, tuple[str, Callable[[bytes], object]]] = {
    f"{_CE}.14": ("subject_key_identifier", _subject_key_identifier),
    f"{_CE}.35": ("authority_key_identifier", _authority_key_identifier),
    KEY_USAGE: ("key_usage", _key_usage),
    f"{_CE}.37": ("extended_key_usage", _extended_key_usage),
    f"{_CE}.19": ("basic_constraints", _basic_constraints),
    f"{_CE}.16": ("private_key_usage", _private_key_usage),
    DOCUMENT_TYPES: ("document_types", _document_types),
    f"{_CE}.31": ("crl_points", bytes),
    "1.3.6.1.5.5.7.1.1": ("issuer_access", bytes),
}
# Known, and nothing in them changes what a certificate may do here: alternative names, policies, change of name
_HARMLESS = {f"{_CE}.17", f"{_CE}.18", f"{_CE}.32", NAME_CHANGE}
