# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Generated holders: number, zone, QR line and DG13 agree after a round trip through bytes and through scanners."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings

from cccd_reader.lds.mrz import Mrz, NoExpiry
from cccd_reader.vietnam import crosscheck
from cccd_reader.vietnam.citizen_record import CitizenRecord
from cccd_reader.vietnam.citizen_record_codec import ParentNesting
from cccd_reader.vietnam.crosscheck import Agreement, Given
from cccd_reader.vietnam.partial_date import PartialDate
from cccd_reader.vietnam.qr_line import QrLine
from tests.vietnam.holders import Holder, holders
from tests.vietnam.test_mojibake import browsers_1252, code_points, windows_1258


def agrees(holder: Holder) -> None:
    """Send every form of the holder through bytes and compare all that comes out."""
    raw = bytes(holder.record)
    record, mrz = CitizenRecord.parse(raw), Mrz.parse(bytes(holder.mrz))
    qr = QrLine.parse(holder.qr.text.encode("utf-8") + b"\r\n")
    assert record == holder.record
    assert record.notes == ()
    assert record.encode() == raw
    assert CitizenRecord.parse(record.encode(ParentNesting.ONE_SEQUENCE)) == record
    assert (qr.text, qr.repairs) == (holder.qr.text, ())
    assert mrz.findings == ()
    assert record.number == qr.personal_number == holder.number
    findings = (
        *crosscheck.mrz_against_record(mrz, record),
        *crosscheck.number_against_mrz(mrz),
        *crosscheck.number_against_holder(holder.number, record.sex_value, record.birth),
        *crosscheck.given_against_chip(Given.of_qr(qr), mrz, record),
        *crosscheck.given_against_chip(Given.of_qr(qr), mrz, None)[:4],
    )
    assert [finding for finding in findings if finding.agreement is not Agreement.AGREE] == []
    assert mrz.key() in qr.mrz_keys
    assert holder.number.findings == ()
    expiry = mrz.expiry
    assert record.expiry == (PartialDate.of(expiry) if isinstance(expiry, datetime.date) else expiry)
    assert isinstance(expiry, datetime.date | NoExpiry)


def survives_scanners(holder: Holder) -> None:
    """Spoil the QR line in every known way; it must come back."""
    text = holder.qr.text
    raw = text.encode("utf-8")
    spoilt: list[str | bytes] = [raw.decode("latin-1"), browsers_1252(raw), raw.decode("latin-1").encode("utf-8")]
    spoilt += [windows_1258(text), code_points(text), code_points(text).decode("latin-1")]
    for data in spoilt:
        assert QrLine.parse(data).text == text


@settings(max_examples=60, deadline=None)
@given(holders())
def test_generated_holders_agree_with_themselves(holder: Holder) -> None:
    agrees(holder)


@settings(max_examples=60, deadline=None)
@given(holders())
def test_the_lines_of_generated_holders_survive_scanners(holder: Holder) -> None:
    survives_scanners(holder)


@pytest.mark.slow
@pytest.mark.parametrize("thousands", ["1-2", "3-4", "5-6", "7-8", "9-10"])
@settings(max_examples=2000, deadline=None)
@given(holder=holders())
def test_ten_thousand_holders(thousands: str, holder: Holder) -> None:
    agrees(holder)
    survives_scanners(holder)
