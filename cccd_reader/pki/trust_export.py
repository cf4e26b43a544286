# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Write anchors in the forms that other programs read: one PEM file (RFC 7468), or a folder of DER files."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from pathlib import Path

from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.trust_store import Anchor
from cccd_reader.storage.files import write_public


def pem(anchors: Iterable[Anchor]) -> str:
    """Return the certificates in PEM, each with its subject, SHA-256 and provenance in the lines before it."""
    return "\n".join(_block(anchor) for anchor in anchors)


def write_pem(anchors: Iterable[Anchor], path: Path) -> None:
    """Write one PEM file, whole or not at all; raises `CccdError` where that is not possible."""
    write_public(path, pem(anchors).encode("utf-8"))


def write_der(anchors: Iterable[Anchor], folder: Path) -> None:
    """Write one DER file a certificate, named after its country and SHA-256, each whole; raises `CccdError`."""
    for anchor in anchors:
        country = "".join(filter(str.isalnum, anchor.ref.country)) or "XX"
        write_public(folder / f"{country}-{anchor.fingerprint.hex()[:16]}.der", anchor.certificate.raw)


def armoured(certificate: Certificate) -> str:
    """Return one certificate in PEM."""
    body = base64.encodebytes(certificate.raw).decode("ascii").replace("\n", "")
    rows = [body[start : start + 64] for start in range(0, len(body), 64)]
    return "\n".join(["-----BEGIN CERTIFICATE-----", *rows, "-----END CERTIFICATE-----", ""])


def _block(anchor: Anchor) -> str:
    about = (
        f"# {anchor.certificate.subject.text}",
        f"# SHA-256 {anchor.fingerprint.hex()}",
        f"# {anchor.acceptance.value}, from {anchor.source}, {anchor.added:%Y-%m-%d}",
    )
    # A name could hold the words that begin a block; nothing printed before one may look like one.
    return "\n".join([*(line.replace("-----", "- - -") for line in about), armoured(anchor.certificate)])
