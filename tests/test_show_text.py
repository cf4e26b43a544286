# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd show` on what a counter types or scans, in both languages: a number, a QR line, an MRZ; and on a record."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cccd_reader.cli.show import show
from cccd_reader.errors import MalformedData
from cccd_reader.lds.com import Com
from cccd_reader.messages.words import Words
from cccd_reader.render.shown import shown
from cccd_reader.vietnam.citizen_record import CitizenRecord
from cccd_reader.vietnam.citizen_record_codec import CitizenField
from tests.lds.samples import CITIZEN_WITHOUT_EXPIRY, TD2, TD3
from tests.vietnam import samples

NUMBER = b"001090000000\n"
QR = samples.SINGLE_QR.encode()
ZONE = samples.SINGLE_MRZ


def run(raw: bytes, *options: str) -> str:
    result = CliRunner(env={"CCCD_LANG": "en"}).invoke(show, ["-", *options], input=raw, catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def as_json(raw: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(raw, "--json"))
    assert (list(found), found["authenticated"]) == (
        ["text", "authenticated", "repairs", "opens_with", "content"],
        False,
    )
    return found


def typed(place: int, character: bytes) -> bytes:
    return ZONE[:place] + character + ZONE[place + 1 :]


# the number


def test_a_number_in_json() -> None:
    found = as_json(NUMBER)
    assert (found["text"], found["opens_with"], found["repairs"]) == ("personal-number", ["can"], [])
    assert found["content"] == {
        "personal_number": "001090000000",
        "prefix": "001",
        "province": "Hà Nội",
        "province_since_july_2025": "Hà Nội",
        "sex": "M",
        "century": 20,
        "birth_year": 1990,
        "document_number": "090000000",
        "findings": [],
    }


@pytest.mark.parametrize(
    ("number", "lines"),
    [
        ("001090000000", ["Hà Nội (mã 001)", "giới tính                  Nam", "năm sinh                   1990"]),
        ("002305000000", ["Hà Giang (mã 002); từ 01/07/2025 thuộc Tuyên Quang", "sinh ở thế kỷ              21", "Nữ"]),
        ("999090000000", ["mã 999: không phải mã tỉnh nào", "lưu ý                      3 số đầu"]),
        ("001890000000", ["năm sinh                   không xác định", "số thứ tư là 8 hoặc 9"]),
        ("001490000000", ["sinh sau năm 2099"]),
    ],
    ids=count(),
)
def test_a_number_in_vietnamese(number: str, lines: list[str]) -> None:
    text = run(f"{number}\n".encode(), "--lang", "vi")
    assert text.startswith("Số định danh cá nhân (số CCCD)\n")
    for line in [*lines, "6 số cuối của số định danh (PACE)", "Chưa được xác thực"]:
        assert line in text


def test_a_number_in_english() -> None:
    text = run(b"002305000000", "--lang", "en")
    assert "birth registered in        Hà Giang (code 002); since 1 July 2025 part of Tuyên Quang\n" in text
    assert "born in century            21\n" in text
    assert "opens the chip by          the last six digits of the number (PACE)\n" in text


def test_six_digits() -> None:
    assert as_json(b"123456") == {
        "text": "can",
        "authenticated": False,
        "repairs": [],
        "opens_with": ["can"],
        "content": {},
    }
    assert "6 số này (PACE)" in run(b"123456", "--lang", "vi")


# the QR line


def test_a_qr_line_in_json() -> None:
    found = as_json(QR + b"|Cha|M\xe1\xba\xb9\r\n")
    assert (found["text"], found["opens_with"], found["repairs"]) == ("qr", ["can", "mrz"], [])
    content = found["content"]
    assert content["number"]["province"] == "Hà Nội"
    assert content["extra"] == ["Cha", "Mẹ"]
    assert content["findings"] == ["extra-fields"]
    assert (content["full_name"], content["date_of_birth"], content["sex"]) == ("Nguyễn Văn Thử", "1990-02-01", "M")


def qr(birth: str, issue: str) -> bytes:
    return f"001090000000||A|{birth}|Nam|B|{issue}".encode()


@pytest.mark.parametrize(
    ("birth", "issue", "expiry", "rule", "ambiguities"),
    [
        ("01021990", "15032022", "2030-02-01", ("59/2014/QH13", 40, "next-age"), []),
        ("01021990", "15032028", "2050-02-01", ("26/2023/QH15", 60, "two-year-rule"), []),
        ("01021960", "15032022", "never", ("59/2014/QH13", None, "no-further-age"), []),
        ("29022000", "15032022", "2025-02-28", ("59/2014/QH13", 25, "next-age"), ["born-on-29-february"]),
        ("1990", "15032022", None, ("59/2014/QH13", 40, "next-age"), ["birth-date-incomplete"]),
        ("1984", "15062022", None, None, ["birth-date-incomplete"]),
    ],
)
def test_until_when_by_the_law(birth: str, issue: str, expiry: str | None, rule: Any, ambiguities: list[str]) -> None:
    found = as_json(qr(birth, issue))["content"]["validity"]
    names = ("law", "age", "basis")
    assert found == {
        "date_of_expiry": expiry,
        "rule": None if rule is None else dict(zip(names, rule, strict=True)),
        "ambiguities": ambiguities,
    }


def test_until_when_by_the_law_in_words() -> None:
    text = run(qr("29022000", "15032022"), "--lang", "vi")
    assert "hạn dùng theo luật         28/02/2025\n" in text
    assert "căn cứ                     dùng đến khi đủ 25 tuổi (Luật số 59/2014/QH13)\n" in text
    assert "sinh ngày 29/02" in text
    assert "hạn dùng theo luật         không thời hạn\n" in run(qr("01021960", "15032022"), "--lang", "vi")
    unknown = run(qr("1984", "15062022"), "--lang", "en")
    assert "expires, by the law        not known\n" in unknown
    assert "rule  " not in unknown


@pytest.mark.parametrize(("birth", "issue"), [("?", "15032022"), ("01021990", "?"), ("01021990", "2022")])
def test_nothing_is_computed_of_a_date_that_is_missing(birth: str, issue: str) -> None:
    assert as_json(qr(birth, issue))["content"]["validity"] is None
    assert "hạn dùng" not in run(qr(birth, issue), "--lang", "vi")


def test_a_spoilt_qr_line_is_repaired_and_the_repair_told() -> None:
    spoilt = QR.decode("latin-1").encode()
    assert as_json(spoilt)["repairs"] == [{"kind": "utf8-read-as-latin1"}]
    vietnamese, english = run(spoilt, "--lang", "vi"), run(spoilt, "--lang", "en")
    assert "họ và tên                  Nguyễn Văn Thử\n" in vietnamese
    assert "ngày sinh                  01/02/1990\n" in vietnamese
    assert "đã sửa                     Máy quét gửi sai bảng mã" in vietnamese
    assert "1 khả năng (BAC)" in vietnamese
    assert "full name                  Nguyễn Văn Thử\n" in english
    assert "date of birth              1990-02-01\n" in english
    assert "repaired                   The scanner spoilt the letters" in english


def test_what_is_odd_in_a_qr_line() -> None:
    text = run(b"001090000000|020000000|A|1990|X|B|\n\nmore", "--lang", "vi")
    for words in (
        "không đọc được giới tính",
        "ngày sinh không đủ ngày, tháng",
        "không đọc được ngày cấp",
        "còn nội dung khác",
        "số CMND cũ                 020000000",
    ):
        assert words in text


# the zone


def test_a_zone_in_json() -> None:
    found = as_json(ZONE)
    assert (found["text"], found["opens_with"], found["repairs"]) == ("mrz", ["can", "mrz"], [])
    content = found["content"]
    assert (content["personal_number"], content["date_of_birth"]) == ("001090000000", "1990-02-01")
    assert set(content["check_digits"].values()) == {"right"}
    assert list(content["check_digits"]) == [
        "document number",
        "date of birth",
        "date of expiry",
        "personal number",
        "composite",
    ]
    assert as_json(CITIZEN_WITHOUT_EXPIRY.encode())["content"]["date_of_expiry"] == "never"
    assert "personal number" not in as_json(TD2.encode())["content"]["check_digits"]


def test_a_letter_for_a_digit_is_named() -> None:
    found = as_json(typed(31, b"O"))
    assert found["repairs"] == [{"kind": "look-alike", "field": "date of birth", "read": "O", "meant": "0"}]
    assert set(found["content"]["check_digits"].values()) == {"right"}
    text = run(typed(31, b"O"), "--lang", "vi")
    assert "ngày sinh                  đúng; chữ O đã được hiểu là số 0\n" in text
    assert "right; the letter O was taken for the digit 0" in run(typed(31, b"O"))


def test_a_letter_that_the_check_digits_do_not_prove() -> None:
    found = as_json(typed(31, b"B"))
    assert (found["opens_with"], found["repairs"]) == ([], [])
    assert found["content"]["suspects"] == [{"field": "date of birth", "read": "B", "perhaps": "8"}]
    wrong = [name for name, state in found["content"]["check_digits"].items() if state == "wrong"]
    assert wrong == ["date of birth", "composite"]
    text = run(typed(31, b"B"), "--lang", "vi")
    assert "sai, so lại với thẻ; có chữ B ở chỗ chỉ có số, có lẽ là số 8" in text
    assert "mở chip bằng               chưa dùng để mở chip được" in text


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (ZONE, "có giá trị đến             01/02/2030"),
        (CITIZEN_WITHOUT_EXPIRY.encode(), "có giá trị đến             không thời hạn"),
        (TD3.encode(), "TD3, hộ chiếu"),
        (TD2.encode(), "TD2"),
    ],
    ids=count(),
)
def test_a_zone_in_vietnamese(raw: bytes, words: str) -> None:
    text = run(raw, "--lang", "vi")
    assert text.startswith("Vùng MRZ\n")
    assert words in text


# the record


def test_a_record_in_both_languages() -> None:
    vietnamese, english = run(samples.MARRIED, "--lang", "vi"), run(samples.MARRIED, "--lang", "en")
    assert "vợ hoặc chồng              Hoàng Văn Tưởng Tượng\n" in vietnamese
    assert "có giá trị đến             Không thời hạn\n" in vietnamese
    assert "spouse                     Hoàng Văn Tưởng Tượng\n" in english
    record = CitizenRecord.parse(samples.MARRIED)
    for value in record.select(CitizenField).values():
        assert value is None or value in vietnamese


def test_tolerances_are_noted() -> None:
    odd = samples.record(
        samples.element(2, samples.text("Nguye\u0302\u0303n")),
        samples.element(1, samples.text("001090000000")),
        samples.element(40, samples.text("x\x1b[2J")),
    )
    text = run(odd + bytes(3), "--lang", "vi")
    for words in ("dấu tách rời khỏi chữ", "các mục không theo thứ tự", "mục chưa biết", "3 byte 0"):
        assert words in text
    assert "quốc tịch: không có mục này" in text
    assert "\x1b" not in text
    notes = json.loads(run(odd, "--json"))["content"]["notes"]
    assert {"kind": "index-order", "index": None} in notes
    assert {"kind": "not-nfc", "index": 2} in notes


def test_an_opaque_record_says_so() -> None:
    raw = bytes.fromhex("6D100102030405060708090A0B0C0D0E0F10")
    assert json.loads(run(raw, "--json"))["content"]["record"] == "opaque"
    assert "không phải lỗi" in run(raw, "--lang", "vi")
    assert "that is no error" in run(raw, "--lang", "en")


# all of it


def test_other_files_have_their_names_in_vietnamese() -> None:
    text = run(bytes(Com.of_data_groups(1, 2)), "--lang", "vi")
    assert "tệp: COM\n" in text
    assert "các nhóm dữ liệu: 1, 2\n" in text


@pytest.mark.parametrize("text", [b"00109", b"a|b", b"hello", b"IDVNM<", b"123456789"], ids=count())
def test_what_is_neither_is_refused_without_repeating_it(text: bytes) -> None:
    result = CliRunner().invoke(show, ["-"], input=text)
    assert isinstance(result.exception, MalformedData)
    assert text.decode() not in str(result.exception)


@given(st.binary(max_size=100) | st.text("0123456789|<AOI \n", max_size=100).map(str.encode))
@example(b"001090000000|" * 9)
@settings(deadline=None)
def test_anything_is_shown_or_malformed(raw: bytes) -> None:
    try:
        found = shown("-", raw, Words.of("vi"))
    except MalformedData:
        return
    assert found.lines
    assert all(line.isprintable() for line in found.lines)
    assert json.dumps(found.node)
