# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Are the files those that were signed: EF.COM and the data groups against the hash list (ICAO 9303-11, 5.1)."""

from __future__ import annotations

from cccd_reader.apdu.status import describe
from cccd_reader.crypto.digests import digest_of
from cccd_reader.crypto.suites import equal
from cccd_reader.errors import MalformedData, Unsupported
from cccd_reader.inspection.reading import REFUSED, Evidence, FileRecord, FileSource, StatusSource
from cccd_reader.inspection.results import Check, Reason
from cccd_reader.lds import files as ef
from cccd_reader.lds.com import Com
from cccd_reader.lds.files import ElementaryFile
from cccd_reader.lds.sod import LdsSecurityObject

COM = "integrity.com"
_CLAUSE = "ICAO 9303-11, 5.1"
_COM_CLAUSE = "ICAO 9303-10, 4.6.1"


def data_group_id(number: int) -> str:
    """Return the id of a data group's check."""
    return f"integrity.dg{number}"


def checks(evidence: Evidence, hashes: LdsSecurityObject | None) -> tuple[Check, ...]:
    """Return the check of EF.COM and those of the sixteen data groups, each exactly once."""
    groups = [_data_group(number, file, evidence, hashes) for number, file in enumerate(ef.DATA_GROUPS, 1)]
    return (_com(evidence, hashes), *groups)


def _data_group(number: int, file: ElementaryFile, evidence: Evidence, hashes: LdsSecurityObject | None) -> Check:
    record = evidence.file(file)
    reason, detail = _judge(record, hashes.value(number) if hashes else None, hashes)
    return Check(data_group_id(number), reason, detail, _CLAUSE)


def _judge(record: FileRecord | None, signed: bytes | None, hashes: LdsSecurityObject | None) -> tuple[Reason, str]:
    if record is not None and record.content is not None:
        reason, detail = _hash(record.content, signed, hashes)
        if record.source is FileSource.KEPT and reason is Reason.HASH_MATCHES:
            detail = f"{detail}, of the copy that is kept here: it was not read from the chip"
        return reason, detail
    if record is not None and record.problem is not None:
        return Reason.READING_BROKE, record.problem
    if hashes is not None and signed is None:
        return Reason.NOT_ON_DOCUMENT, ""
    if record is None or record.status is None:
        return (Reason.NOT_READ, "it is signed, and was not read") if signed else (Reason.NO_HASH_LIST, "")
    if record.status_source is StatusSource.UNPROTECTED:
        return Reason.REFUSED_UNPROTECTED, f"{record.status:04X}"
    if record.is_absent:
        stripped = Reason.STRIPPED, f"signed by the issuer, but the chip answers {record.status:04X}"
        return stripped if signed else (Reason.NO_HASH_LIST, f"the chip answers {describe(record.status)}")
    if record.status in REFUSED:
        return Reason.REFUSED_BY_CHIP, f"{record.status:04X}"
    return Reason.READING_BROKE, describe(record.status)


def _hash(content: bytes, signed: bytes | None, hashes: LdsSecurityObject | None) -> tuple[Reason, str]:
    if hashes is None:
        return Reason.NO_HASH_LIST, "EF.SOD gives no hash to compare with"
    if signed is None:
        return Reason.NOT_SIGNED, "the chip holds it, but its issuer did not sign it"
    try:
        digest = digest_of(hashes.hash_algorithm, content)
    except Unsupported as error:
        return Reason.ALGORITHM_UNSUPPORTED, str(error)
    return (Reason.HASH_MATCHES, hashes.hash_algorithm) if equal(digest, signed) else (Reason.HASH_MISMATCH, "")


def _com(evidence: Evidence, hashes: LdsSecurityObject | None) -> Check:
    record = evidence.file(ef.COM)
    if record is None or record.content is None:
        broke = record is not None and record.problem is not None
        return Check(COM, Reason.READING_BROKE if broke else Reason.NOT_READ, "", _COM_CLAUSE)
    try:
        com = Com.parse(record.content)
    except MalformedData as error:
        return Check(COM, Reason.COM_MALFORMED, str(error), _COM_CLAUSE)
    if hashes is None:
        return Check(COM, Reason.NO_HASH_LIST, "", _COM_CLAUSE)
    reason, detail = _compare(com, hashes)
    return Check(COM, reason, detail, _COM_CLAUSE)


def _compare(com: Com, hashes: LdsSecurityObject) -> tuple[Reason, str]:
    listed, signed = set(com.data_groups), {entry.number for entry in hashes.hashes}
    if listed - signed or com.unknown_tags:
        return Reason.COM_LISTS_UNSIGNED, _names(listed - signed, com.unknown_tags)
    if signed - listed:
        return Reason.COM_HIDES_SIGNED, _names(signed - listed)
    if hashes.lds_version and _digits(hashes.lds_version) != _digits(com.lds_version):
        return Reason.COM_VERSION_DIFFERS, f"EF.COM says {com.lds_version}, EF.SOD {hashes.lds_version}"
    return Reason.COM_MATCHES, ""


def _names(numbers: set[int], unknown_tags: tuple[int, ...] = ()) -> str:
    return ", ".join((*(f"DG{number}" for number in sorted(numbers)), *(f"tag {tag:02X}" for tag in unknown_tags)))


def _digits(version: str) -> str:
    """Bring "1.8", "1.8.0" and "0108" to one form."""
    if "." in version:
        return "".join(part.zfill(2) for part in version.split(".")[:2])
    return version[:4]
