# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A reading as one file that verifies years later: `cccd-evidence/1`.

Three lines of UTF-8: the name of the format, the SHA-256 of the third line in hexadecimal, and one JSON object.

    access        method of each attempt, protocol, outcome, detail; where EF.CardAccess came from; renewals; visits
    session       reader, answer to reset (hexadecimal), commands, bytes both ways, seconds
    files         name, and content (base64), or status, or problem; source: read, or a kept copy; status_source: the
                  chip's word, or unprotected
    chip_mapping  PACE-CAM: the chip's mapping key and its chip authentication data (hexadecimal)
    proofs        kind, protocol, outcome, detail; Active Authentication: challenge and signature; Chip Authentication:
                  protocol, key id, ephemeral private key, command and answer (hexadecimal)

The hash finds every flipped byte; it is no seal, for whoever changes the content can compute it anew. What each piece
proves to somebody who was not there is told in docs/evidence.md. The file holds personal data: it is written with
mode 0600, and it never holds what opened the chip.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from pathlib import Path
from typing import Any

from cccd_reader.errors import CccdError, MalformedData
from cccd_reader.inspection.reading import (
    AccessRecord,
    Attempt,
    AttemptOutcome,
    CardAccessSource,
    FileRecord,
    FileSource,
    Method,
    ProofKind,
    ProofOutcome,
    ProofRecord,
    Reading,
    SessionRecord,
    StatusSource,
)
from cccd_reader.lds import files as ef
from cccd_reader.protocols.active_authentication import AaEvidence
from cccd_reader.protocols.chip_authentication import CaEvidence
from cccd_reader.protocols.pace import ChipMapping
from cccd_reader.storage.files import create_new

FORMAT = "cccd-evidence/1"
MAX_SIZE = 32 << 20
_WHERE = "saved reading"
_FILES = {file.name: file for file in (*ef.MASTER_FILES, *ef.APPLICATION_FILES)}


def save(reading: Reading, path: Path) -> None:
    """Write a reading to a new file, for its owner alone, whole or not at all.

    Raises `CccdError` where it exists or cannot be written.
    """
    if not path.parent.is_dir():
        raise CccdError("the reading cannot be saved: there is no such folder", "Check the path and its rights.")
    if not create_new(path, dump(reading)):
        raise CccdError("the file exists already", "Name a new file: nothing is overwritten.")


def load(path: Path) -> Reading:
    """Read a saved reading. Raises `MalformedData` where a byte of it was changed, `CccdError` where it is gone."""
    try:
        with path.open("rb") as source:
            raw = source.read(MAX_SIZE + 1)
    except OSError as error:
        raise CccdError(f"the reading cannot be read: {error.strerror}", "Check the path and its rights.") from error
    return parse(raw)


def dump(reading: Reading) -> bytes:
    """Return the bytes of the file."""
    body = json.dumps(_values(reading), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return b"\n".join((FORMAT.encode(), hashlib.sha256(body).hexdigest().encode(), body))


def parse(raw: bytes) -> Reading:
    """Parse the bytes of the file; raises `MalformedData` for anything but what `dump` wrote."""
    parts = raw.split(b"\n", 2)
    if len(raw) > MAX_SIZE or len(parts) != 3 or parts[0] != FORMAT.encode():
        raise MalformedData(f"it is none of the format {FORMAT}", _WHERE)
    if parts[1] != hashlib.sha256(parts[2]).hexdigest().encode():
        raise MalformedData("it was changed after it was saved: its hash is another", _WHERE)
    try:
        values = json.loads(parts[2])
        json.dumps(values, ensure_ascii=False).encode()  # half a surrogate is no text, and cannot be shown
        return _reading(values)
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
        raise MalformedData("its content does not follow the format", _WHERE) from error


def _values(reading: Reading) -> dict[str, Any]:
    access, session, mapping = reading.access, reading.session, reading.chip_mapping
    return {
        "access": {
            "attempts": [
                {"method": each.method, "protocol": each.protocol, "outcome": each.outcome, "detail": each.detail}
                for each in access.attempts
            ],
            "card_access": access.card_access,
            "renewals": access.renewals,
            "visits": access.visits,
        },
        "session": {**vars(session), "atr": session.atr.hex()},
        "files": [_file_values(record) for record in reading.files],
        "chip_mapping": mapping and {"public_key": mapping.public_key.hex(), "data": mapping.data.hex()},
        "proofs": [_proof_values(record) for record in reading.proofs],
    }


def _file_values(record: FileRecord) -> dict[str, Any]:
    content = None if record.content is None else base64.b64encode(record.content).decode()
    values = {"name": record.file.name, "content": content, "status": record.status, "problem": record.problem}
    return {**values, "source": record.source, "status_source": record.status_source}


def _proof_values(record: ProofRecord) -> dict[str, Any]:
    values: dict[str, Any] = {"kind": record.kind, "protocol": record.protocol, "outcome": record.outcome}
    values |= {"detail": record.detail, "evidence": None}
    evidence = record.evidence
    if isinstance(evidence, AaEvidence):
        values["evidence"] = {"challenge": evidence.challenge.hex(), "signature": evidence.signature.hex()}
    elif isinstance(evidence, CaEvidence):
        values["evidence"] = {
            "oid": evidence.oid,
            "key_id": evidence.key_id,
            "private": f"{evidence.private:X}",
            "command": evidence.command.hex(),
            "response": evidence.response.hex(),
        }
    return values


def _reading(values: dict[str, Any]) -> Reading:
    access, session, mapping = values["access"], values["session"], values["chip_mapping"]
    attempts = tuple(
        Attempt(Method(each["method"]), str(each["protocol"]), AttemptOutcome(each["outcome"]), str(each["detail"]))
        for each in access["attempts"]
    )
    if not attempts:
        raise ValueError("a reading has an attempt that succeeded")
    source, visits = CardAccessSource(access["card_access"]), int(access.get("visits", 1))  # files before 0.2 lack it
    record = AccessRecord(attempts, source, int(access["renewals"]), visits)
    return Reading(
        files=tuple(_file(each) for each in values["files"]),
        access=record,
        session=_session(session),
        chip_mapping=None if mapping is None else _chip_mapping(mapping),
        proofs=tuple(_proof(each) for each in values["proofs"]),
    )


def _chip_mapping(values: dict[str, Any]) -> ChipMapping:
    return ChipMapping(bytes.fromhex(values["public_key"]), bytes.fromhex(values["data"]))


def _session(values: dict[str, Any]) -> SessionRecord:
    return SessionRecord(
        reader=str(values["reader"]),
        atr=bytes.fromhex(values["atr"]),
        apdus=int(values["apdus"]),
        bytes_out=int(values["bytes_out"]),
        bytes_in=int(values["bytes_in"]),
        seconds=float(values["seconds"]),
        chip_seconds=float(values["chip_seconds"]),
    )


def _file(values: dict[str, Any]) -> FileRecord:
    file, content = _FILES[values["name"]], values["content"]
    if content is not None:
        try:
            source = FileSource(values.get("source", FileSource.READ))  # files before 0.2 lack it
            return FileRecord(file, base64.b64decode(content, validate=True), source=source)
        except binascii.Error as error:
            raise ValueError("no base64") from error
    if values["status"] is not None:
        told = StatusSource(values.get("status_source", StatusSource.CHIP))  # files before 0.2 lack it
        return FileRecord(file, status=int(values["status"]), status_source=told)
    return FileRecord(file, problem=str(values["problem"]))


def _proof(values: dict[str, Any]) -> ProofRecord:
    kind, found = ProofKind(values["kind"]), values["evidence"]
    evidence: AaEvidence | CaEvidence | None = None
    if found is not None and kind is ProofKind.ACTIVE:
        evidence = AaEvidence(bytes.fromhex(found["challenge"]), bytes.fromhex(found["signature"]))
    elif found is not None:
        key_id = None if found["key_id"] is None else int(found["key_id"])
        command, response = bytes.fromhex(found["command"]), bytes.fromhex(found["response"])
        evidence = CaEvidence(str(found["oid"]), key_id, int(found["private"], 16), command, response)
    outcome = ProofOutcome(values["outcome"])
    return ProofRecord(kind, str(values["protocol"]), outcome, str(values["detail"]), evidence)
