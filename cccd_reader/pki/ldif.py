# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""LDIF, the form in which the ICAO PKD hands out its content (RFC 2849).

Folded lines, base64 values, options of attribute names and change records are understood; a value that lies behind a
URL is not fetched. The attributes that matter here are named below, without their options.
"""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Iterator
from dataclasses import dataclass

from cccd_reader.errors import MalformedData

CERTIFICATES = ("usercertificate", "cacertificate")
REVOCATION_LISTS = ("certificaterevocationlist", "authorityrevocationlist")
MASTER_LISTS = ("pkdmasterlistcontent", "cscamasterlistdata")

MAX_BYTES = 256 << 20
MAX_VALUE = 16 << 20
MAX_LINES = 4 << 20  # more than the largest file has, folded as usual
_WHERE = "LDIF"


@dataclass(frozen=True)
class LdifEntry:
    """One entry: its distinguished name as it stands, and (attribute, value) pairs.

    Attribute names are in lower case and without options such as ";binary"; values are the decoded octets.
    """

    name: str
    values: tuple[tuple[str, bytes], ...]

    @property
    def deletes(self) -> bool:
        """True for a change record that takes its entry away."""
        return any(value.strip().lower() == b"delete" for value in self.get(("changetype",)))

    def get(self, names: tuple[str, ...]) -> tuple[bytes, ...]:
        """Return the values of every attribute that `names` lists, in lower case."""
        return tuple(value for name, value in self.values if name in names)


def looks_like_ldif(data: bytes) -> bool:
    """True where the first line that is no comment names a version or an entry."""
    for line in data[:4096].removeprefix(b"\xef\xbb\xbf").splitlines():
        if line.strip() and not line.startswith((b"#", b" ")):  # a comment, or the rest of one
            return line.lower().startswith((b"dn:", b"version:"))
    return False


def entries(data: bytes) -> Iterator[LdifEntry]:
    """Yield the entries; raises `MalformedData` on the way for a line that is none or a value that is no base64."""
    if len(data) > MAX_BYTES:
        raise MalformedData(f"larger than {MAX_BYTES >> 20} MiB", _WHERE)
    if data.count(b"\n") > MAX_LINES:
        raise MalformedData(f"more than {MAX_LINES} lines", _WHERE)
    name = ""
    values: list[tuple[str, bytes]] = []
    for line in _lines(data.removeprefix(b"\xef\xbb\xbf")):
        if not line:
            if name:
                yield LdifEntry(name, tuple(values))
            name, values = "", []
        elif line != b"-":  # the end of one change within a change record
            attribute, value = _attribute(line)
            if attribute == "dn":
                name = value.decode("utf-8", "replace")
            else:
                values.append((attribute, value))
    if name:
        yield LdifEntry(name, tuple(values))


def _lines(data: bytes) -> Iterator[bytes]:
    """Yield logical lines: folds joined, comments dropped, an empty one after each entry (RFC 2849, note 2)."""
    logical = bytearray(b"#")
    for physical in io.BytesIO(data):
        line = physical.removesuffix(b"\n").removesuffix(b"\r")
        if line[:1] == b" ":
            logical += line[1:]
            continue
        if logical[:1] != b"#":
            yield bytes(logical)
        logical = bytearray(line)
    if logical[:1] != b"#":
        yield bytes(logical)


def _attribute(line: bytes) -> tuple[str, bytes]:
    description, colon, value = line.partition(b":")
    if not colon or not description or not description.isascii():
        raise MalformedData("a line that is no attribute", _WHERE)
    if len(value) > MAX_VALUE:
        raise MalformedData(f"a value larger than {MAX_VALUE >> 20} MiB", _WHERE)
    name = description.decode("ascii").partition(";")[0].strip().lower()
    if value[:1] == b":":
        try:
            return name, base64.b64decode(value[1:].strip(), validate=True)
        except binascii.Error as error:
            raise MalformedData("a value that is no base64", _WHERE) from error
    if value[:1] == b"<":
        return name, b""  # the value lies behind a URL
    return name, value.lstrip(b" ")
