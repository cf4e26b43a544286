# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""LDIF, PEM, and what a file of trust is told to be by its content."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cccd_reader.pki import ldif
from cccd_reader.pki.trust_files import gather
from fuzz import seeds as all_seeds
from fuzz.oracle import ensure, parsed

_FOLDER = tempfile.TemporaryDirectory(prefix="fuzz-ldif-")


def seeds() -> Iterator[bytes]:
    """Yield LDIF with and without content, and armoured files."""
    yield from all_seeds.ldif_files()
    certificate = base64.encodebytes(all_seeds.quick_country().csca_certificate)
    yield b"dn: c=VN\nuserCertificate:: " + certificate.replace(b"\n", b"\n ") + b"\n"
    yield b"-----BEGIN CERTIFICATE-----\n" + certificate + b"-----END CERTIFICATE-----\n"
    crl = base64.encodebytes(next(all_seeds.revocation_lists()))
    yield b"-----BEGIN X509 CRL-----\n" + crl + b"-----END X509 CRL-----"


def consume(data: bytes) -> None:
    """Parse the entries, and take the same bytes as a file of trust."""
    ldif.looks_like_ldif(data)
    entries = parsed(_entries, data) or []
    ensure(sum(len(value) for entry in entries for _, value in entry.values) <= len(data), "octets out of nothing")
    path = Path(_FOLDER.name, "file")
    path.write_bytes(data)
    parsed(gather, [path])
    gather([path.parent])


def _entries(data: bytes) -> list[ldif.LdifEntry]:
    return list(ldif.entries(data))
