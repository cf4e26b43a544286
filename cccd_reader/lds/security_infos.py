# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""SecurityInfos: what the chip says that it can do, in EF.CardAccess and EF.DG14 (ICAO 9303-11, 9.2).

    SecurityInfo ::= SEQUENCE { protocol OBJECT IDENTIFIER, requiredData ANY, optionalData ANY OPTIONAL }

Order and raw bytes are kept. One malformed or unknown info does not hide the others: it stays as an `OtherInfo`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

from cccd_reader.apdu import tlv
from cccd_reader.apdu.tlv import Tlv
from cccd_reader.errors import MalformedData
from cccd_reader.lds import asn1, files
from cccd_reader.lds import object_identifiers as oids

MAX_INFOS = 256
_LONGEST_SHARED = 48
"""Bytes of an info without a key, which is the same on all cards of a country."""
_WHERE = "SecurityInfos"


@dataclass(frozen=True)
class SecurityInfo:
    """Base of all infos. `raw` is the SEQUENCE as it was read, empty for a built info; it takes no part in equality."""

    oid: str
    raw: bytes = field(default=b"", repr=False, compare=False, kw_only=True)

    def __bytes__(self) -> bytes:
        return self.raw or asn1.encode_sequence(asn1.encode_object_identifier(self.oid), *self._data())

    def _data(self) -> tuple[bytes, ...]:
        raise NotImplementedError


@dataclass(frozen=True)
class PaceInfo(SecurityInfo):
    """PACE with a mapping and a cipher suite; `parameter_id` names the domain parameters (9.2.1)."""

    version: int
    parameter_id: int | None = None

    def _data(self) -> tuple[bytes, ...]:
        return asn1.encode_integer(self.version), *_optional(self.parameter_id)


@dataclass(frozen=True)
class PaceDomainParameterInfo(SecurityInfo):
    """Explicit domain parameters for PACE: an AlgorithmIdentifier in DER, unparsed (9.2.2)."""

    domain_parameter: bytes = field(repr=False)
    parameter_id: int | None = None

    def _data(self) -> tuple[bytes, ...]:
        return self.domain_parameter, *_optional(self.parameter_id)


@dataclass(frozen=True)
class ChipAuthenticationInfo(SecurityInfo):
    """Chip Authentication with a cipher suite; `key_id` names the key where there are several (9.2.5)."""

    version: int
    key_id: int | None = None

    def _data(self) -> tuple[bytes, ...]:
        return asn1.encode_integer(self.version), *_optional(self.key_id)


@dataclass(frozen=True)
class ChipAuthenticationPublicKeyInfo(SecurityInfo):
    """A key of Chip Authentication: a SubjectPublicKeyInfo in DER, unparsed (9.2.6)."""

    public_key: bytes = field(repr=False)
    key_id: int | None = None

    def _data(self) -> tuple[bytes, ...]:
        return self.public_key, *_optional(self.key_id)


@dataclass(frozen=True)
class TerminalAuthenticationInfo(SecurityInfo):
    """Terminal Authentication; `cvca_file` is the FileID of EF.CVCA in DER where it is not the usual one (9.2.8)."""

    version: int
    cvca_file: bytes = b""

    def _data(self) -> tuple[bytes, ...]:
        return asn1.encode_integer(self.version), self.cvca_file


@dataclass(frozen=True)
class ActiveAuthenticationInfo(SecurityInfo):
    """The signature algorithm of Active Authentication with ECDSA, dotted (9.2.4)."""

    version: int
    signature_algorithm: str

    def _data(self) -> tuple[bytes, ...]:
        return asn1.encode_integer(self.version), asn1.encode_object_identifier(self.signature_algorithm)


@dataclass(frozen=True)
class OtherInfo(SecurityInfo):
    """An info that is not known, or malformed: then `note` says why, and `oid` may be empty. `raw` is all there is."""

    note: str = ""

    def _data(self) -> tuple[bytes, ...]:
        raise ValueError("an info of another kind is made of its raw bytes")


_Info = TypeVar("_Info", bound=SecurityInfo)


@dataclass(frozen=True)
class SecurityInfos:
    """The infos in the order of the file, remarks on its form, and the file's bytes without padding."""

    infos: tuple[SecurityInfo, ...]
    notes: tuple[str, ...] = ()
    raw: bytes = field(default=b"", repr=False, compare=False)

    @classmethod
    def parse(cls, raw: bytes) -> SecurityInfos:
        """Parse the bare SET of EF.CardAccess or the same within tag 6E, as in EF.DG14.

        Zeros after the outer data object are padding, which is noted; other bytes there are refused. Raises
        `MalformedData` where the SET itself is not well-formed.
        """
        outer, rest = tlv.decode_first(raw, _WHERE)
        if rest.strip(b"\x00"):
            raise MalformedData("bytes follow the outer data object", _WHERE)
        notes = [f"{len(rest)} zero bytes follow the file"] if rest else []
        file = bytes(raw[: len(raw) - len(rest)])
        wrapped = outer.tag == files.data_group(14).tag
        body = tlv.expect(outer.value if wrapped else file, asn1.SET, _WHERE)
        infos = tuple(_parse_infos(body))
        notes += [
            f"info {number}: {info.note}"
            for number, info in enumerate(infos, 1)
            if isinstance(info, OtherInfo) and info.note
        ]
        return cls(infos, tuple(notes), file)

    def of(self, kind: type[_Info]) -> tuple[_Info, ...]:
        """Return the infos of one kind, in the order of the file."""
        return tuple(info for info in self.infos if isinstance(info, kind))

    def __bytes__(self) -> bytes:
        """The bare SET, re-encoded from the infos in their order (EF.CardAccess)."""
        return tlv.encode(asn1.SET, b"".join(bytes(info) for info in self.infos))


def _parse_infos(body: bytes) -> list[SecurityInfo]:
    infos: list[SecurityInfo] = []
    position = 0
    while position < len(body):
        if len(infos) == MAX_INFOS:
            raise MalformedData(f"more than {MAX_INFOS} infos", _WHERE)
        _, end = tlv.decode_at(body, position, _WHERE)
        infos.append(_parse_info(body[position:end]))
        position = end
    return infos


def _parse_info(raw: bytes) -> SecurityInfo:
    """Parse one info; a key, which tells one card from all others, or what is large on purpose is not remembered."""
    return _recalled(raw) if len(raw) <= _LONGEST_SHARED else _parsed(raw)


def _parsed(raw: bytes) -> SecurityInfo:
    oid = ""
    try:
        item, _ = tlv.decode_first(raw, _WHERE)
        if item.tag != asn1.SEQUENCE:
            raise MalformedData("it is no SEQUENCE", _WHERE)
        elements = item.children
        oid = asn1.object_identifier(elements[0], _WHERE) if elements else ""
        if not 2 <= len(elements) <= 3:
            raise MalformedData("it has other than two or three elements", _WHERE)
        return _known_info(oid, elements[1], elements[2] if len(elements) == 3 else None, raw)
    except MalformedData as error:
        return OtherInfo(oid, str(error).partition(": ")[2], raw=raw)


_recalled = lru_cache(maxsize=64)(_parsed)


def _known_info(oid: str, required: Tlv, optional: Tlv | None, raw: bytes) -> SecurityInfo:
    protocol, cipher_arcs = _protocol(oid)
    if oid == oids.TERMINAL_AUTHENTICATION:
        cvca_file = bytes(optional) if optional else b""
        return TerminalAuthenticationInfo(oid, asn1.integer(required, _WHERE), cvca_file, raw=raw)
    if oid == oids.ACTIVE_AUTHENTICATION:
        if optional is None:
            raise MalformedData("the signature algorithm is missing", _WHERE)
        version, algorithm = asn1.integer(required, _WHERE), asn1.object_identifier(optional, _WHERE)
        return ActiveAuthenticationInfo(oid, version, algorithm, raw=raw)
    if not (protocol and 1 <= cipher_arcs <= 2):
        return OtherInfo(oid, raw=raw)
    identifier = asn1.integer(optional, _WHERE) if optional else None
    if cipher_arcs == 2 and protocol == oids.PACE:
        return PaceInfo(oid, asn1.integer(required, _WHERE), identifier, raw=raw)
    if cipher_arcs == 2 and protocol == oids.CHIP_AUTHENTICATION:
        return ChipAuthenticationInfo(oid, asn1.integer(required, _WHERE), identifier, raw=raw)
    if cipher_arcs == 1 and protocol == oids.PACE:
        return PaceDomainParameterInfo(oid, _structure(required), identifier, raw=raw)
    if cipher_arcs == 1 and protocol == oids.PUBLIC_KEY:
        return ChipAuthenticationPublicKeyInfo(oid, _structure(required), identifier, raw=raw)
    return OtherInfo(oid, raw=raw)


@lru_cache(maxsize=64)
def _protocol(oid: str) -> tuple[str, int]:
    """The protocol that an identifier lies under, and how many arcs follow it: one names parameters, two a suite."""
    for protocol in (oids.PACE, oids.CHIP_AUTHENTICATION, oids.PUBLIC_KEY):
        if oid.startswith(protocol + "."):
            return protocol, oid.count(".") - protocol.count(".")
    return "", 0


def _structure(item: Tlv) -> bytes:
    if item.tag != asn1.SEQUENCE:
        raise MalformedData("the required data is no SEQUENCE", _WHERE)
    return bytes(item)


def _optional(number: int | None) -> tuple[bytes, ...]:
    return () if number is None else (asn1.encode_integer(number),)
