# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The index of a kept trust store as JSON, and back. Times are ISO 8601 in UTC, fingerprints hexadecimal SHA-256."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from cccd_reader.errors import CccdError, MalformedData, Unsupported
from cccd_reader.pki.certificate_index import FACTS_VERSION, CertificateRef
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.crl import Crl
from cccd_reader.pki.trust_store import Acceptance, Anchor, ListRecord, Provenance, StoredCrl, TrustStore

FORMAT, VERSION = "cccd-reader trust store", 1
_WHERE = "trust store index"
Content = Callable[[bytes], bytes]
"""From a fingerprint to the content of its file."""
Node = dict[str, Any]


def encode(store: TrustStore) -> bytes:
    """Return the index of a store."""
    index = {
        "format": FORMAT,
        "version": VERSION,
        "facts": FACTS_VERSION,
        "lists": [_list_node(record) for record in store.lists],
        "certificates": [_anchor_node(anchor) for anchor in store.anchors],
        "crls": [_crl_node(stored) for stored in store.crls],
    }
    return json.dumps(index, ensure_ascii=False, indent=1).encode("utf-8")


def decode(index: bytes, certificate: Content, crl: Content) -> TrustStore:
    """Return the store of an index; its files are read when needed. Raises `MalformedData`, `Unsupported`."""
    try:
        return _decode(json.loads(index), certificate, crl)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        hint = "Restore it from a backup, or remove the folder and add the certificates again."
        raise MalformedData("it cannot be understood", _WHERE, hint) from error


def _decode(index: Node, certificate: Content, crl: Content) -> TrustStore:
    if index["format"] != FORMAT:
        raise MalformedData("the file is another program's", _WHERE)
    if index["version"] != VERSION:
        raise Unsupported(f"a trust store of version {index['version']!r:.20}", "Update this program.")
    lists = {record.fingerprint: record for record in map(_list_record, index["lists"])}
    fresh = index["facts"] == FACTS_VERSION
    make_ref = _ref if fresh else _ref_from_file
    anchors = tuple(
        Anchor(
            make_ref(node, certificate),
            tuple(_provenance(each, lists) for each in node["provenances"]) or _without_provenance(),
        )
        for node in index["certificates"]
    )
    return TrustStore(anchors, tuple(_crl(node, crl) for node in index["crls"]))


def _anchor_node(anchor: Anchor) -> Node:
    ref = anchor.ref
    return {
        "fingerprint": ref.fingerprint.hex(),
        "subject": ref.subject,
        "issuer": ref.issuer,
        "key_identifier": ref.key_identifier.hex() if ref.key_identifier is not None else None,
        "country": ref.country,
        "provenances": [_provenance_node(each) for each in anchor.provenances],
    }


def _ref(node: Node, content: Content) -> CertificateRef:
    fingerprint = _fingerprint(node["fingerprint"])
    key = node["key_identifier"]
    return CertificateRef(
        fingerprint,
        _text(node["subject"]),
        _text(node["issuer"]),
        bytes.fromhex(key) if key is not None else None,
        _text(node["country"]),
        partial(content, fingerprint),
    )


def _ref_from_file(node: Node, content: Content) -> CertificateRef:
    """Find out again what another version of this program knew about a certificate."""
    return CertificateRef.of(Certificate.parse(_ref(node, content).certificate.raw))


def _provenance_node(provenance: Provenance) -> Node:
    node: Node = {
        "source": provenance.source,
        "added": provenance.added.isoformat(),
        "acceptance": provenance.acceptance.value,
    }
    if provenance.reason:
        node["reason"] = provenance.reason
    if provenance.master_list:
        node["list"] = provenance.master_list.fingerprint.hex()
    return node


def _provenance(node: Node, lists: dict[bytes, ListRecord]) -> Provenance:
    return Provenance(
        _text(node["source"]),
        _time(node["added"]),
        Acceptance(node["acceptance"]),
        _text(node.get("reason", "")),
        lists[bytes.fromhex(node["list"])] if "list" in node else None,
    )


def _without_provenance() -> tuple[Provenance, ...]:
    raise ValueError("a certificate that nobody added")


def _list_node(record: ListRecord) -> Node:
    return {
        "fingerprint": record.fingerprint.hex(),
        "source": record.source,
        "added": record.added.isoformat(),
        "country": record.country,
        "signer": record.signer,
        "signed": record.signed.isoformat() if record.signed else None,
        "root": record.root.hex() if record.root else None,
    }


def _list_record(node: Node) -> ListRecord:
    return ListRecord(
        _fingerprint(node["fingerprint"]),
        _text(node["source"]),
        _time(node["added"]),
        _text(node["country"]),
        _text(node["signer"]),
        _time(node["signed"]) if node["signed"] is not None else None,
        _fingerprint(node["root"]) if node["root"] is not None else None,
    )


def _crl_node(stored: StoredCrl) -> Node:
    return {
        "fingerprint": stored.fingerprint.hex(),
        "issuer": stored.issuer,
        "source": stored.source,
        "added": stored.added.isoformat(),
    }


def _crl(node: Node, content: Content) -> StoredCrl:
    fingerprint = _fingerprint(node["fingerprint"])
    return StoredCrl(
        fingerprint,
        _text(node["issuer"]),
        _text(node["source"]),
        _time(node["added"]),
        lambda: Crl.parse(content(fingerprint)),
    )


def read_file(path: Path) -> bytes:
    """Return what a file of the store holds; raises `CccdError` where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise CccdError(f"{path} cannot be read: {reason}", "Check the trust store: cccd trust audit") from error


def _fingerprint(text: str) -> bytes:
    value = bytes.fromhex(text)
    if len(value) != 32:
        raise ValueError("a SHA-256 has 32 bytes")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is expected")
    return value


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC)
