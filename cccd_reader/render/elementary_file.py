# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The content of one elementary file as a value for JSON and text. Nothing is verified here.

A file that has a parser is shown in its fields; any other one as a tree of its data objects.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable

from cccd_reader.errors import MalformedData
from cccd_reader.lds import files
from cccd_reader.lds.card_security import CardSecurity
from cccd_reader.lds.com import Com
from cccd_reader.lds.dg1 import DataGroup1
from cccd_reader.lds.dg2 import DataGroup2
from cccd_reader.lds.dg14 import DataGroup14
from cccd_reader.lds.dg15 import DataGroup15
from cccd_reader.lds.files import ElementaryFile
from cccd_reader.lds.mrz import Mrz, NoExpiry
from cccd_reader.lds.object_identifiers import protocol_name
from cccd_reader.lds.security_infos import SecurityInfo, SecurityInfos
from cccd_reader.lds.signed_content import CertificateSummary, SignedContent
from cccd_reader.lds.sod import Sod
from cccd_reader.render.citizen import record_node
from cccd_reader.render.plain import Value
from cccd_reader.render.tlv_tree import tlv_tree
from cccd_reader.vietnam.citizen_record import CitizenRecord
from cccd_reader.vietnam.citizen_record import Content as RecordContent

Content = dict[str, Value]


def content_of(file: ElementaryFile | None, raw: bytes) -> Content:
    """Return what a file holds; raises `MalformedData` where it does not follow its format."""
    parser = _PARSERS.get(file) if file is not None else None
    return parser(raw) if parser else {"tlv": tlv_tree(raw)}


def _com(raw: bytes) -> Content:
    com = Com.parse(raw)
    return {
        "lds_version": com.lds_version,
        "unicode_version": com.unicode_version,
        "data_groups": list(com.data_groups),
        "unknown_tags": [f"{tag:02X}" for tag in com.unknown_tags],
    }


def _data_group_1(raw: bytes) -> Content:
    mrz = DataGroup1.parse(raw).mrz
    names = [entry.name for entry in dataclasses.fields(Mrz) if entry.name not in ("format", "lines", "findings")]
    return {
        "format": mrz.format.name,
        "lines": list(mrz.lines),
        **{name: getattr(mrz, name) for name in names},
        "personal_number": mrz.personal_number,
        "expiry": _expiry(mrz.expiry),
        "wrong_check_digits": [finding.value for finding in mrz.findings],
    }


def _expiry(expiry: datetime.date | NoExpiry | None) -> str | None:
    if expiry is None:
        return None
    return expiry.value if isinstance(expiry, NoExpiry) else expiry.isoformat()


def _data_group_2(raw: bytes) -> Content:
    faces = DataGroup2.parse(raw).faces
    return {
        "faces": [
            {"format": face.format.value, "width": face.width, "height": face.height, "bytes": len(face.data)}
            for face in faces
        ]
    }


def _data_group_13(raw: bytes) -> Content:
    """The citizen record of the Vietnamese card; every state may lay out this file in its own way."""
    record = CitizenRecord.parse(raw)
    found = record_node(record)
    return found if record.content is RecordContent.CLEAR else {"record": found["record"], "tlv": tlv_tree(raw)}


def _data_group_14(raw: bytes) -> Content:
    return _security_infos(DataGroup14.parse(raw).security_infos)


def _data_group_15(raw: bytes) -> Content:
    key = DataGroup15.parse(raw).key
    return {"algorithm": key.algorithm, "bits": key.bits, "curve": key.curve or None}


def _card_access(raw: bytes) -> Content:
    return _security_infos(SecurityInfos.parse(raw))


def _card_security(raw: bytes) -> Content:
    file = CardSecurity.parse(raw)
    return {**_security_infos(file.security_infos), **_signed_content(file.signed)}


def _security_infos(infos: SecurityInfos) -> Content:
    return {"security_infos": [_security_info(info) for info in infos.infos], "notes": list(infos.notes)}


def _security_info(info: SecurityInfo) -> Content:
    content: Content = {"kind": type(info).__name__, "protocol": protocol_name(info.oid) or None}
    for entry in dataclasses.fields(info):
        value = getattr(info, entry.name)
        if entry.name != "raw" and value not in (None, b"", ""):
            content[entry.name] = value.hex().upper() if isinstance(value, bytes) else value
    return content


def _sod(raw: bytes) -> Content:
    sod = Sod.parse(raw)
    signed = sod.security_object
    return {
        "version": signed.version,
        "lds_version": signed.lds_version or None,
        "unicode_version": signed.unicode_version or None,
        "hash_algorithm": signed.hash_algorithm,
        "hashes": {f"DG{entry.number}": entry.value.hex() for entry in signed.hashes},
        **_signed_content(sod.signed),
    }


def _signed_content(signed: SignedContent) -> Content:
    return {"content_type": signed.content_type, "certificates": [_certificate(raw) for raw in signed.certificates]}


def _certificate(raw: bytes) -> Content:
    try:
        summary = CertificateSummary.parse(raw)
    except MalformedData as error:
        return {"error": str(error)}  # one bad certificate does not hide the rest of the file
    return {
        "subject": summary.subject,
        "issuer": summary.issuer,
        "serial_number": f"{summary.serial_number:X}",
        "not_before": summary.not_before.isoformat(),
        "not_after": summary.not_after.isoformat(),
    }


_PARSERS: dict[ElementaryFile, Callable[[bytes], Content]] = {
    files.COM: _com,
    files.data_group(1): _data_group_1,
    files.data_group(2): _data_group_2,
    files.data_group(13): _data_group_13,
    files.data_group(14): _data_group_14,
    files.data_group(15): _data_group_15,
    files.SOD: _sod,
    files.CARD_ACCESS: _card_access,
    files.CARD_SECURITY: _card_security,
}
