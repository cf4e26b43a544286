# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Comparisons of what was given, DG1 and DG13: never raises, answers every field once.

An input is up to three data objects: a QR line, a machine readable zone, a citizen record. What cannot be parsed is
taken from the demonstration card.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from cccd_reader.apdu import tlv
from cccd_reader.lds.mrz import Mrz
from cccd_reader.vietnam import crosscheck
from cccd_reader.vietnam.citizen_record import CitizenRecord
from cccd_reader.vietnam.crosscheck import Field, Finding, Given
from cccd_reader.vietnam.qr_line import QrLine
from cccd_simulators.holders import HOLDERS, MAN
from fuzz.oracle import ensure, parsed

_QR, _MRZ, _RECORD = MAN.qr, MAN.mrz, CitizenRecord.parse(MAN.record_file)
_FIVE = {Field.PERSONAL_NUMBER, Field.NAME, Field.DATE_OF_BIRTH, Field.SEX}


def seeds() -> Iterator[bytes]:
    """Yield each invented holder with himself and with the next one."""
    for holder, other in zip(HOLDERS, (*HOLDERS[1:], MAN), strict=True):
        for given in (holder, other):
            parts = (given.qr.text.encode("utf-8"), bytes(holder.mrz), holder.record_file)
            yield b"".join(tlv.encode(0x04, part) for part in parts)


def consume(data: bytes) -> None:
    """Compare all with all."""
    parts = [item.value for item in parsed(tlv.decode, data) or []][:3]
    parts += [b""] * (3 - len(parts))
    qr, mrz = parsed(QrLine.parse, parts[0]) or _QR, parsed(Mrz.parse, parts[1]) or _MRZ
    record = parsed(CitizenRecord.parse, parts[2]) or _RECORD
    _once(crosscheck.mrz_against_record(mrz, record), _FIVE | {Field.DATE_OF_EXPIRY})
    _once(crosscheck.number_against_mrz(mrz), {Field.DOCUMENT_NUMBER, Field.CHECK_DIGIT})
    number = record.number or qr.personal_number
    found = crosscheck.number_against_holder(number, qr.sex, record.birth)
    _once(found, {Field.SEX, Field.YEAR_OF_BIRTH})
    for given in (Given.of_qr(qr), Given.of_mrz(mrz), Given()):
        for chip in ((mrz, record), (mrz, None), (None, record), (None, None)):
            _once(crosscheck.given_against_chip(given, *chip), _FIVE | {Field.DATE_OF_ISSUE})
    repr(crosscheck.issue_against_signer(record.issue, date(2022, 4, 11), date(2044, 7, 5)))


def _once(findings: tuple[Finding, ...], fields: set[Field]) -> None:
    ensure(Counter(finding.field for finding in findings) == Counter(fields), "a field is missing or stands twice")
