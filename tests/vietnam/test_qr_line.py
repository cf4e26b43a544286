# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The QR line in all its forms, and the keys that it gives."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cccd_reader.access_keys import MrzKey
from cccd_reader.errors import MalformedData
from cccd_reader.lds.mrz import Mrz
from cccd_reader.vietnam.mojibake import Repair
from cccd_reader.vietnam.partial_date import PartialDate
from cccd_reader.vietnam.qr_line import MAX_LENGTH, QrFinding, QrLine
from cccd_reader.vietnam.sex import Sex
from tests.vietnam import samples


def test_the_seven_fields() -> None:
    line = QrLine.parse(samples.MARRIED_QR)
    assert line.personal_number.digits == "079160000000"
    assert (line.old_id_number, line.full_name, line.sex) == ("020000000", "Lê Thị Giả Định", Sex.FEMALE)
    assert (line.birth, line.issue) == (PartialDate(1960, 11, 20), PartialDate(2021, 4, 25))
    assert line.residence == "Tổ 9, Ấp Ví Dụ, Xã Giả Định, Huyện Mẫu, Thành phố Hồ Chí Minh"
    assert (line.extra, line.repairs, line.findings) == ((), (), ())
    assert not line.authenticated
    assert line.text == samples.MARRIED_QR
    assert repr(line) == "QrLine(7 fields, hidden)"


def test_an_empty_second_field() -> None:
    line = QrLine.parse(samples.SINGLE_QR)
    assert (line.old_id_number, line.findings, line.text) == (None, (), samples.SINGLE_QR)


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\r\n\r\n", "  "])
def test_line_ends(end: str) -> None:
    line = QrLine.parse(end + samples.SINGLE_QR + end)
    assert (line.text, line.findings) == (samples.SINGLE_QR, ())


def test_what_follows_the_first_line_is_noted() -> None:
    line = QrLine.parse(samples.SINGLE_QR + "\r\n" + samples.MARRIED_QR)
    assert (line.text, line.findings) == (samples.SINGLE_QR, (QrFinding.MORE_LINES,))


@pytest.mark.parametrize(
    ("text", "date"), [("1990", PartialDate(1990)), ("021990", PartialDate(1990, 2)), ("0", None), ("", None)]
)
@pytest.mark.parametrize("bar", ["||", "|"])
def test_partial_dates_of_birth(text: str, date: PartialDate | None, bar: str) -> None:
    line = QrLine.parse(samples.SINGLE_QR.replace("01021990", text).replace("||", bar, 1))
    assert (line.birth, line.full_name, line.sex) == (date, "Nguyễn Văn Thử", Sex.MALE)
    assert (QrFinding.BIRTH_PARTIAL if date else QrFinding.BIRTH_UNREADABLE) in line.findings
    assert (QrFinding.WITHOUT_OLD_NUMBER_FIELD in line.findings) == (bar == "|")
    assert line.issue == PartialDate(2022, 3, 15)
    assert line.mrz_keys == ()


@pytest.mark.parametrize("extra", [(), ("x",), ("", "Nguyễn Văn Cha", "Trần Thị Mẹ", "001090999999")])
@pytest.mark.parametrize("bar", ["||", "|"])
def test_six_fields_and_extra_ones(extra: tuple[str, ...], bar: str) -> None:
    line = QrLine.parse("|".join((samples.SINGLE_QR.replace("||", bar), *extra)))
    assert (line.full_name, line.birth, line.issue) == (
        "Nguyễn Văn Thử",
        PartialDate(1990, 2, 1),
        PartialDate(2022, 3, 15),
    )
    assert line.extra == extra
    assert (QrFinding.EXTRA_FIELDS in line.findings) == bool(extra)
    assert line.text == "|".join((samples.SINGLE_QR, *extra))


def test_sex_and_issue_that_cannot_be_read() -> None:
    line = QrLine.parse("001090000000||A|01021990|?|B|?")
    assert (line.sex, line.issue, line.mrz_keys) == (None, None, ())
    assert line.findings == (QrFinding.ISSUE_UNREADABLE, QrFinding.SEX_UNREADABLE)
    assert line.text == "001090000000||A|01021990||B|"


def test_a_spoilt_line_is_repaired_on_record() -> None:
    line = QrLine.parse(samples.SINGLE_QR.encode("utf-8").decode("latin-1"))
    assert (line.text, line.repairs) == (samples.SINGLE_QR, (Repair.UTF8_AS_LATIN1,))
    lost = QrLine.parse(samples.SINGLE_QR.replace("Thử", "Th\ufffd"))
    assert lost.findings == (QrFinding.CHARACTERS_LOST,)


@pytest.mark.parametrize(
    "text",
    ["", "\r\n", "001090000000", "|" * 5, "00109000000||A|01021990|Nam|B|15032022", "001090000000|A|01021990|Nam|B",
     samples.SINGLE_QR + "|" * 60, samples.SINGLE_QR + "x" * MAX_LENGTH],
)  # fmt: skip
def test_what_is_no_qr_line(text: str) -> None:
    for data in (text, text.encode("utf-8")):
        with pytest.raises(MalformedData) as error:
            QrLine.parse(data)
        assert "00109" not in str(error.value)


@pytest.mark.parametrize(
    ("qr", "mrz"), [(samples.SINGLE_QR, samples.SINGLE_MRZ), (samples.MARRIED_QR, samples.MARRIED_MRZ)]
)
def test_the_keys_of_a_line_are_those_of_the_zone(qr: str, mrz: bytes) -> None:
    line, zone = QrLine.parse(qr), Mrz.parse(mrz)
    assert line.mrz_keys == (zone.key(),)
    assert line.personal_number.digits == zone.personal_number


def test_near_a_boundary_a_line_gives_several_keys() -> None:
    line = QrLine.parse(samples.SINGLE_QR.replace("15032022", "15012028"))
    assert line.mrz_keys == (MrzKey("090000000", "900201", "300201"), MrzKey("090000000", "900201", "500201"))


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_whatever_a_scanner_sends(data: st.DataObject) -> None:
    good = samples.MARRIED_QR.encode("utf-8")
    spoilt = bytearray(good)
    for _ in range(data.draw(st.integers(0, 6))):
        spoilt[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    junk = st.text(alphabet=st.sampled_from("|0129NamĐê\r\n\x1e\x01\xcd"), max_size=80)
    for raw in (bytes(spoilt), data.draw(st.binary(max_size=80)), data.draw(junk)):
        try:
            line = QrLine.parse(raw)
        except MalformedData:
            continue
        assert repr((line, line.mrz_keys))
        assert QrLine.parse(line.text).personal_number == line.personal_number


@pytest.mark.parametrize("birth", ["1958", "021958"])
def test_a_partial_birth_makes_no_key_even_where_the_card_surely_never_expires(birth: str) -> None:
    assert QrLine.parse(f"001058000000||A|{birth}|Nam|B|15032022").mrz_keys == ()
