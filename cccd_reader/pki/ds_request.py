# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What an authority is asked when its CSCA certificate is not at hand: is this your document signer?

The document signer's certificate lies in every EF.SOD. The authority's verification service takes that certificate; a
letter to the authority needs its names, its serial number and its SHA-256. Nothing of it concerns the card's holder.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import TypeAlias

from cccd_reader.apdu import tlv
from cccd_reader.errors import CccdError, MalformedData
from cccd_reader.lds import files
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.chain import MissingIssuer
from cccd_reader.pki.cms import SignedData
from cccd_reader.pki.trust_files import read_file
from cccd_reader.storage.files import write_public

MAX_FILES = 1000
_WHERE = "EF.SOD"
Description: TypeAlias = dict[str, "str | list[str] | None"]


def signer_of(path: Path) -> Certificate:
    """Return the document signer's certificate in an EF.SOD file, or in the EF.SOD of a folder of raw files.

    Raises `MalformedData` where there is none, `CccdError` for a file that cannot be read.
    """
    raw = _security_object(path) if path.is_dir() else files.without_padding(read_file(path))
    content = tlv.expect(raw, files.SOD.tag, _WHERE) if raw[:1] == bytes([files.SOD.tag]) else raw
    signed = SignedData.parse(content, _WHERE)
    for signer in signed.signers:
        for certificate in signed.signer_certificates(signer):
            return certificate
    raise MalformedData("the document signer's certificate did not come along", _WHERE, "Ask the authority for it.")


def describe(signer: Certificate) -> Description:
    """Return what identifies a document signer, and who should know it."""
    missing = MissingIssuer.of(signer)
    return {
        "subject": signer.subject.text,
        "issuer": signer.issuer.text,
        "serial": f"{signer.serial:X}",
        "sha256": signer.fingerprint.hex(),
        "not_before": signer.not_before.isoformat(),
        "not_after": signer.not_after.isoformat(),
        "subject_key_identifier": _hex(signer.subject_key_identifier),
        "authority_key_identifier": _hex(signer.authority_key_identifier),
        "issuer_urls": list(signer.issuer_urls),
        "crl_urls": list(signer.crl_urls),
        "missing": missing.text,
    }


def write(signer: Certificate, folder: Path) -> tuple[Path, Path]:
    """Write the certificate (DER), and a JSON file about it with it in base64, each whole; return their names.

    Raises `CccdError`.
    """
    stem = f"document-signer-{signer.fingerprint.hex()[:16]}"
    paths = folder / f"{stem}.der", folder / f"{stem}.json"
    about = {**describe(signer), "certificate": base64.b64encode(signer.raw).decode("ascii")}
    write_public(paths[0], signer.raw)
    write_public(paths[1], (json.dumps(about, ensure_ascii=False, indent=2) + "\n").encode("utf-8"))
    return paths


def _security_object(folder: Path) -> bytes:
    for path in _files(folder)[:MAX_FILES]:
        raw = files.without_padding(read_file(path))
        if files.recognise(path.name, raw) is files.SOD:
            return raw
    raise MalformedData("no file of the folder is an EF.SOD", folder.name, "Give the EF.SOD file itself.")


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_file())
    except OSError as error:
        raise CccdError(
            f"{folder} cannot be read: {error.strerror or 'unknown reason'}", "Check the rights."
        ) from error


def _hex(value: bytes | None) -> str | None:
    return value.hex().upper() if value is not None else None
