# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What files of trust hold, told by their content: certificates, revocation lists, master lists, LDIF, PEM.

Nothing is believed here. A file that a person named must be one of these; in a folder, the others are passed over and
named, since such folders hold notes as well.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from cccd_reader.errors import CccdError, MalformedData
from cccd_reader.pki import ldif
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.crl import Crl
from cccd_reader.pki.master_list import MasterList
from cccd_reader.pki.trust_store import Refusal

MAX_FILES = 100_000
MAX_BYTES = ldif.MAX_BYTES
_WHERE = "trust file"
_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*)-----END \1-----")  # a body without "-": linear time
_SIGNED_DATA = bytes.fromhex("06092A864886F70D010702")
_MAX_LENGTH = 8  # bytes of a length field, which some programs always fill
_Found = TypeVar("_Found", Certificate, Crl, MasterList)


@dataclass(frozen=True)
class Material:
    """What files hold, each with the name of its file. Nothing stands twice."""

    certificates: tuple[tuple[Certificate, str], ...] = ()
    crls: tuple[tuple[Crl, str], ...] = ()
    lists: tuple[tuple[MasterList, str], ...] = ()
    refused: tuple[Refusal, ...] = ()


def gather(paths: Iterable[Path]) -> Material:
    """Return what files, and all files of folders, hold; raises as `TrustStore.load` does."""
    collector = _Collector()
    for path in paths:
        if path.is_dir():
            for file in _files(path):
                collector.add_from_folder(file)
        else:
            collector.add(path)
    return collector.material()


def read_file(path: Path) -> bytes:
    """Return the content of a file of bounded size; raises `CccdError` where it cannot be read."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise CccdError(f"{path} cannot be read: {reason}", "Check the name and the rights.") from error
    if len(content) > MAX_BYTES:
        raise MalformedData(f"larger than {MAX_BYTES >> 20} MiB", path.name)
    return content


def _files(folder: Path) -> Iterator[Path]:
    count = 0
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            count += 1
            if count > MAX_FILES:
                raise MalformedData(f"more than {MAX_FILES} files", folder.name)
            yield Path(parent, name)


class _Collector:
    def __init__(self) -> None:
        self._certificates: dict[Certificate, str] = {}
        self._crls: dict[Crl, str] = {}
        self._lists: dict[MasterList, str] = {}
        self._refused: list[Refusal] = []

    def material(self) -> Material:
        return Material(
            tuple(self._certificates.items()),
            tuple(self._crls.items()),
            tuple(self._lists.items()),
            tuple(self._refused),
        )

    def add(self, path: Path) -> None:
        """Take a file that somebody named: what cannot be parsed is an error."""
        content = read_file(path)
        try:
            self._take(content, path.name)
        except MalformedData as error:
            raise MalformedData(str(error), path.name, error.hint or _HINT) from error

    def add_from_folder(self, path: Path) -> None:
        """Take a file that was found: what cannot be parsed is noted."""
        if not path.is_file():  # a pipe would be waited for, a link may lead nowhere
            self._refused.append(Refusal(path.name, "no file"))
            return
        try:
            self._take(read_file(path), path.name)
        except MalformedData as error:
            self._refused.append(Refusal(path.name, str(error)))

    def _take(self, content: bytes, source: str) -> None:
        if _PEM.search(content):
            for label, body in _PEM.findall(content):
                self._take_binary(_unarmoured(body), f"{source} ({label.decode('ascii').lower()})", source)
        elif content[:1] == b"\x30":
            self._take_binary(content, source, source)
        elif ldif.looks_like_ldif(content):
            self._take_ldif(content, source)
        else:
            raise MalformedData("neither certificate, revocation list, master list, PEM nor LDIF", _WHERE)

    def _take_binary(self, content: bytes, name: str, source: str) -> None:
        if _SIGNED_DATA in content[2 : 2 + _MAX_LENGTH + len(_SIGNED_DATA)]:
            self._lists.setdefault(MasterList.parse(content), source)
            return
        try:
            self._certificates.setdefault(Certificate.parse(content), source)
        except MalformedData as no_certificate:
            try:
                self._crls.setdefault(Crl.parse(content), source)
            except MalformedData:
                raise MalformedData(f"no certificate: {no_certificate}", name) from no_certificate

    def _take_ldif(self, content: bytes, source: str) -> None:
        """Take the entries of an LDIF file; one that is malformed is noted, since the files hold tens of thousands."""
        for entry in ldif.entries(content):
            if entry.deletes:
                continue
            self._take_values(entry.get(ldif.CERTIFICATES), Certificate, self._certificates, source)
            self._take_values(entry.get(ldif.REVOCATION_LISTS), Crl, self._crls, source)
            self._take_values(entry.get(ldif.MASTER_LISTS), MasterList, self._lists, source)

    def _take_values(
        self, values: tuple[bytes, ...], kind: type[_Found], found: dict[_Found, str], source: str
    ) -> None:
        for value in values:
            try:
                found.setdefault(kind.parse(value), source)
            except MalformedData as error:
                self._refused.append(Refusal(source, str(error)))


_HINT = "Give a certificate (DER or PEM), a revocation list, a master list or an LDIF file."


def _unarmoured(body: bytes) -> bytes:
    try:
        return base64.b64decode(b"".join(body.split()), validate=True)
    except binascii.Error as error:
        raise MalformedData("a PEM block that is no base64", _WHERE) from error
