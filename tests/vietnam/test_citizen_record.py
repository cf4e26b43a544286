# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The citizen record: both invented holders, every tolerance, and what is no record at all."""

from __future__ import annotations

import datetime
import json
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cccd_reader.apdu import tlv
from cccd_reader.errors import MalformedData
from cccd_reader.lds.mrz import NO_EXPIRY
from cccd_reader.vietnam.citizen_record import COUNTER_FIELDS, CitizenRecord, Content
from cccd_reader.vietnam.citizen_record_codec import FIELDS, CitizenField, Note, NoteKind, ParentNesting
from cccd_reader.vietnam.partial_date import PartialDate
from cccd_reader.vietnam.sex import Sex
from tests.vietnam import samples
from tests.vietnam.samples import element, record, text


def kinds(parsed: CitizenRecord, index: int | None) -> set[NoteKind]:
    return {note.kind for note in parsed.notes if note.index == index}


SINGLE = CitizenRecord(
    personal_number="001090000000",
    full_name="Nguyễn Văn Thử",
    date_of_birth="01/02/1990",
    sex="Nam",
    nationality="Việt Nam",
    ethnicity="Kinh",
    religion="Không",
    place_of_origin="Phường Mẫu, Quận Thử, Hà Nội",
    residence="Số 1 Đường Thử Nghiệm, Phường Mẫu, Quận Thử, Hà Nội",
    identifying_marks="Nốt ruồi C: 1cm dưới mắt trái",
    date_of_issue="15/03/2022",
    date_of_expiry="01/02/2030",
    father_name="Nguyễn Văn Cha",
    mother_name="Trần Thị Mẹ",
    chip_serial="0294000000010000",
)
MARRIED = CitizenRecord(
    personal_number="079160000000",
    full_name="Lê Thị Giả Định",
    date_of_birth="20/11/1960",
    sex="Nữ",
    nationality="Việt Nam",
    ethnicity="Hoa",
    religion="Phật giáo",
    place_of_origin="Xã Giả Định, Huyện Mẫu, Thành phố Hồ Chí Minh",
    residence="Tổ 9, Ấp Ví Dụ, Xã Giả Định, Huyện Mẫu, Thành phố Hồ Chí Minh",
    identifying_marks="Sẹo chấm C: 2cm trên sau đuôi mày phải",
    date_of_issue="25/04/2021",
    date_of_expiry="Không thời hạn",
    father_name="Lê Văn Không Có Thật",
    mother_name="Phạm Thị Hư Cấu",
    spouse_name="Hoàng Văn Tưởng Tượng",
    old_id_number="020000000",
    chip_serial="0294000000020000",
)


@pytest.mark.parametrize(("raw", "expected"), [(samples.SINGLE, SINGLE), (samples.MARRIED, MARRIED)])
def test_both_holders_are_parsed_and_built_again(raw: bytes, expected: CitizenRecord) -> None:
    parsed = CitizenRecord.parse(raw)
    assert parsed == expected
    assert parsed.notes == ()
    assert bytes(parsed) == bytes(expected) == replace(parsed, raw=b"").encode() == raw


@pytest.mark.reference_data
def test_the_samples_are_those_of_the_reference_data(reference_data: Path) -> None:
    fixtures = json.loads((reference_data / "cccd" / "fixtures.json").read_text(encoding="utf-8"))
    assert bytes.fromhex(fixtures["single_holder"]["dg13"]) == bytes(SINGLE)
    assert bytes.fromhex(fixtures["married_no_expiry"]["dg13"]) == bytes(MARRIED)


def test_texts_as_values() -> None:
    assert SINGLE.number is not None
    assert SINGLE.number.digits == "001090000000"
    assert SINGLE.birth == PartialDate(1990, 2, 1)
    assert SINGLE.issue == PartialDate.of(datetime.date(2022, 3, 15))
    assert SINGLE.expiry == PartialDate(2030, 2, 1)
    assert MARRIED.expiry is NO_EXPIRY
    assert (SINGLE.sex_value, MARRIED.sex_value) == (Sex.MALE, Sex.FEMALE)
    assert replace(SINGLE, date_of_birth="1990").birth == PartialDate(1990)
    nothing = CitizenRecord(personal_number="1", date_of_birth="?", date_of_expiry="soon", sex="X")
    assert {nothing.number, nothing.birth, nothing.issue, nothing.expiry, nothing.sex_value} == {None}


def test_only_the_fields_asked_for_are_given() -> None:
    assert set(SINGLE.select()) == COUNTER_FIELDS
    assert SINGLE.select([CitizenField.SPOUSE_NAME, CitizenField.SEX]) == {"sex": "Nam", "spouse_name": None}


def test_nothing_of_the_holder_is_in_repr() -> None:
    parsed = CitizenRecord.parse(samples.MARRIED)
    assert [part for part in ("Giả", "0791", "Hoàng") if part in repr(parsed)] == []
    assert "Giả" not in repr(parsed.elements)


# --- tolerances -------------------------------------------------------------------------------------------------------


def test_a_field_may_be_empty_or_missing_or_an_empty_string() -> None:
    parsed = CitizenRecord.parse(record(element(14), element(15, b"\x0c\x00"), element(7, b"\x05\x00")))
    assert (parsed.spouse_name, parsed.old_id_number, parsed.religion, parsed.full_name) == (None, None, None, None)
    assert kinds(parsed, 14) == set()
    assert NoteKind.STRING_EMPTY in kinds(parsed, 15)
    assert kinds(parsed, 2) == {NoteKind.INDEX_MISSING}


@pytest.mark.parametrize(
    "value", [b"", b"\x0c\x00", b"\x13\x00", b"\x05\x00", None], ids=["", "0C", "13", "NULL", "gone"]
)
def test_any_field_may_be_empty_or_missing_and_no_other_suffers(value: bytes | None) -> None:
    elements = CitizenRecord.parse(samples.MARRIED).elements
    assert [each.index for each in elements] == list(range(1, 17))
    for without in range(1, 17):
        kept = [element(without, value or b"") if each.index == without else each.raw for each in elements]
        if value is None:
            kept.pop(without - 1)
        parsed = CitizenRecord.parse(record(*kept))
        lost = set(FIELDS[without])
        expected = {name: None if name in lost else text for name, text in MARRIED.select(CitizenField).items()}
        assert parsed.select(CitizenField) == expected
        assert {note.index for note in parsed.notes} <= {without}
        if value == b"":
            assert parsed.notes == ()


def test_both_parents_in_one_sequence() -> None:
    raw = SINGLE.encode(ParentNesting.ONE_SEQUENCE)
    assert raw != samples.SINGLE
    parsed = CitizenRecord.parse(raw)
    assert parsed == SINGLE
    assert parsed.notes == (Note(NoteKind.PARENTS_IN_ONE_SEQUENCE, 13),)
    assert bytes(parsed) == raw


def test_a_mother_who_is_unknown_leaves_no_empty_sequence() -> None:
    raw = bytes(replace(SINGLE, mother_name=None, raw=b""))
    assert element(13, tlv.encode(0x30, text("Nguyễn Văn Cha"))) in raw


@pytest.mark.parametrize("nesting", ParentNesting)
@pytest.mark.parametrize(("father", "mother"), [(None, "Trần Thị Mẹ"), ("Nguyễn Văn Cha", None), (None, None)])
def test_a_parent_who_is_unknown_keeps_the_place(
    nesting: ParentNesting, father: str | None, mother: str | None
) -> None:
    built = replace(SINGLE, father_name=father, mother_name=mother, raw=b"")
    parsed = CitizenRecord.parse(built.encode(nesting))
    assert (parsed.father_name, parsed.mother_name) == (father, mother)


def test_names_without_a_sequence_around_them() -> None:
    parsed = CitizenRecord.parse(record(element(13, text("Cha") + text("Mẹ")), element(14, text("Chồng"))))
    assert (parsed.father_name, parsed.mother_name, parsed.spouse_name) == ("Cha", "Mẹ", "Chồng")


def test_more_names_than_places_are_noted() -> None:
    two = tlv.encode(0x30, text("A")) + tlv.encode(0x30, text("B"))
    parsed = CitizenRecord.parse(record(element(13, two + tlv.encode(0x30, text("C"))), element(14, two)))
    assert (parsed.father_name, parsed.mother_name, parsed.spouse_name) == ("A", "B", "A")
    assert kinds(parsed, 13) == kinds(parsed, 14) == {NoteKind.MORE_VALUES}


@pytest.mark.parametrize("length", [127, 128, 200, 255, 256, 1000])
def test_long_values(length: int) -> None:
    built = replace(SINGLE, residence="Đ" * (length // 2) + "x" * (length % 2), raw=b"")
    raw = bytes(built)
    assert CitizenRecord.parse(raw) == built
    assert replace(CitizenRecord.parse(raw), raw=b"").encode() == raw
    if 128 <= length < 250:
        assert b"\x30\x81" + bytes([length + 6]) + b"\x02\x01\x09\x0c\x81" + bytes([length]) in raw


def test_lengths_that_are_longer_than_need_be() -> None:
    item = bytes.fromhex("3082000B 02810104 0C8200034E616D")
    assert CitizenRecord.parse(record(item)).sex == "Nam"


@pytest.mark.parametrize(
    ("tag", "coding", "name"),
    [
        (0x0C, "utf-8", "Nguyễn Văn Thử"),  # UTF8String
        (0x12, "utf-8", "001090000000"),  # NumericString
        (0x13, "utf-8", "Nguyễn Văn Thử"),  # PrintableString, whatever it may hold
        (0x14, "latin-1", "Hà Thành Bình"),  # T61String, as Latin-1
        (0x16, "utf-8", "Nguyễn Văn Thử"),  # IA5String
        (0x1A, "utf-8", "Nguyễn Văn Thử"),  # VisibleString
        (0x1C, "utf-32-be", "Nguyễn Văn Thử"),  # UniversalString
        (0x1E, "utf-16-be", "Nguyễn Văn Thử"),  # BMPString
        (0x04, "utf-8", "Nguyễn Văn Thử"),  # OCTET STRING
    ],
)
def test_any_string_type(tag: int, coding: str, name: str) -> None:
    parsed = CitizenRecord.parse(record(element(2, text(name, tag, coding))))
    assert parsed.full_name == name
    assert (NoteKind.STRING_TYPE in kinds(parsed, 2)) == (tag != 0x0C)


def test_text_is_composed_and_its_bytes_are_kept() -> None:
    apart = unicodedata.normalize("NFD", "Nguyễn Văn Thử")
    raw = record(element(2, text(apart)))
    parsed = CitizenRecord.parse(raw)
    assert parsed.full_name == "Nguyễn Văn Thử"
    assert kinds(parsed, 2) == {NoteKind.NOT_COMPOSED}
    assert apart.encode() in parsed.elements[0].raw
    assert bytes(parsed) == raw


def test_unknown_indexes_are_kept_and_built_again() -> None:
    extra = element(17, text("mới"))
    body = tlv.decode(tlv.expect(tlv.expect(samples.SINGLE, 0x6D), 0x30))[2].value
    longer = record(body + extra)
    parsed = CitizenRecord.parse(longer)
    assert [(each.index, each.raw, each.texts) for each in parsed.unknown] == [(17, extra, ("mới",))]
    assert kinds(parsed, 17) == {NoteKind.INDEX_UNKNOWN}
    assert replace(parsed, raw=b"").encode() == longer


def test_zeros_after_the_file_are_noted_and_cut() -> None:
    parsed = CitizenRecord.parse(samples.SINGLE + bytes(1625))
    assert parsed == SINGLE
    assert parsed.notes == (Note(NoteKind.TRAILING_ZEROS),)
    assert bytes(parsed) == samples.SINGLE


def test_order_and_repetition_are_noted() -> None:
    parsed = CitizenRecord.parse(record(element(4, text("Nam")), element(2, text("A")), element(4, text("Nữ"))))
    assert (parsed.sex, parsed.full_name) == ("Nam", "A")
    assert kinds(parsed, None) == {NoteKind.INDEX_ORDER}
    assert kinds(parsed, 4) == {NoteKind.INDEX_REPEATED}


def test_another_version_and_object_identifier_are_noted() -> None:
    parsed = CitizenRecord.parse(record(element(4, text("Nam")), head=bytes.fromhex("020102 0606 28D316010009")))
    assert parsed.sex == "Nam"
    assert kinds(parsed, None) == {NoteKind.UNKNOWN_VERSION, NoteKind.UNKNOWN_OBJECT_IDENTIFIER}


@pytest.mark.parametrize("value", [b"\x04\x04\xff\xfe\x80\x81", b"\x0c\x02\xc3\x28", b"\x80\x02ab", b"\x1e\x01a"])
def test_a_value_that_is_no_text_leaves_the_other_fields(value: bytes) -> None:
    parsed = CitizenRecord.parse(record(element(2, text("A")), element(6, value)))
    assert (parsed.full_name, parsed.ethnicity) == ("A", None)
    assert NoteKind.VALUE_UNREADABLE in kinds(parsed, 6)
    assert value in parsed.elements[1].raw


# --- opaque, and broken -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content", [b"\x8f" * 400, b"\x30" * 64, b"\x04\x10" + bytes(range(16)), b"\x30\x03\x02\x01\x01"]
)
def test_encrypted_content_is_opaque(content: bytes) -> None:
    raw = tlv.encode(0x6D, content)
    parsed = CitizenRecord.parse(raw + bytes(3))
    assert parsed.content is Content.OPAQUE
    assert parsed.full_name is None
    assert bytes(parsed) == raw


@pytest.mark.parametrize("content", [b"", bytes(16)])
def test_an_empty_file(content: bytes) -> None:
    assert CitizenRecord.parse(tlv.encode(0x6D, content)).content is Content.EMPTY


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x6d",
        samples.SINGLE[:-1],
        samples.SINGLE[:20],
        samples.SINGLE + b"\0\1",
        b"\x61" + samples.SINGLE[1:],
        samples.SINGLE.replace(bytes.fromhex("30110201 01"), bytes.fromhex("30120201 01")),
        record(b"\x30\x00"),
        record(element(2)[:-1] + b"\x80"),
        record(tlv.encode(0x30, text("A"))),
        record(b"\x31\x03\x02\x01\x02"),
        record(*[element(2)] * 65),
        record(element(13, b"\x30\x05\x0c\x09")),
    ],
)
def test_a_broken_record_is_malformed(raw: bytes) -> None:
    with pytest.raises(MalformedData):
        CitizenRecord.parse(raw)


@pytest.mark.parametrize("raw", [samples.SINGLE, samples.MARRIED])
def test_a_record_cut_short_anywhere_is_malformed(raw: bytes) -> None:
    for length in range(len(raw)):
        with pytest.raises(MalformedData):
            CitizenRecord.parse(raw[:length])


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_spoilt_records_raise_nothing_else(data: st.DataObject) -> None:
    spoilt = bytearray(data.draw(st.sampled_from([samples.SINGLE, samples.MARRIED])))
    for _ in range(data.draw(st.integers(1, 4))):
        spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))
    try:
        parsed = CitizenRecord.parse(bytes(spoilt))
    except MalformedData:
        return
    assert bytes(parsed) == bytes(spoilt[: len(parsed.raw)])
    assert repr((parsed, parsed.number, parsed.birth, parsed.issue, parsed.expiry, parsed.sex_value))
    assert CitizenRecord.parse(parsed.encode()).full_name == parsed.full_name or parsed.content is not Content.CLEAR
