# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Only the personal data that was asked for is given, it is shown whole, and what is not verified says so."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import jsonschema
import pytest

from cccd_reader.errors import MalformedData
from cccd_reader.inspection.report import Report
from cccd_reader.inspection.verify import verify
from cccd_reader.lds import files as ef
from cccd_reader.lds.dg1 import DataGroup1
from cccd_reader.lds.mrz import Mrz
from cccd_reader.messages.words import Words
from cccd_reader.pki.trust_store import TrustStore
from cccd_reader.render.fields import ALL, CHOICES, COUNTER, NONE, PHOTO, Fields, chosen
from cccd_reader.render.holder import document_fields, holder_of
from cccd_reader.render.page import page_of
from cccd_reader.render.report import Shown, as_json, as_text, json_schema
from cccd_reader.vietnam.citizen_record import COUNTER_FIELDS, CitizenRecord
from cccd_reader.vietnam.citizen_record_codec import CitizenField
from cccd_simulators import documents
from cccd_simulators.crl import Revoked
from tests.lds import samples
from tests.support.trust import AT, COUNTRY, DEMONSTRATION, GROUPS, evidence, trust

VI, EN = Words.of("vi"), Words.of("en")
RECORD = CitizenRecord(
    personal_number="001090000000",
    full_name="Nguyễn Văn Thử",
    date_of_birth="01/02/1990",
    sex="Nam",
    nationality="Việt Nam",
    ethnicity="dân-tộc-mẫu",
    religion="tôn-giáo-mẫu",
    place_of_origin="quê-quán-mẫu",
    residence="nơi-trú-mẫu",
    identifying_marks="dấu-vết-mẫu",
    date_of_issue="15/03/2022",
    date_of_expiry="01/02/2030",
    father_name="người-cha-mẫu",
    mother_name="người-mẹ-mẫu",
    spouse_name="người-vợ-mẫu",
    old_id_number="123456789",
    chip_serial="0294000000000001",
)
FILES = {**GROUPS, 2: documents.face_file(documents.portrait()), 13: bytes(RECORD)}
SIGNED = evidence(groups=FILES)
REPORT = verify(SIGNED, DEMONSTRATION, at=AT)
SENSITIVE = {
    "ethnicity": ["dân-tộc-mẫu"],
    "religion": ["tôn-giáo-mẫu"],
    "origin": ["quê-quán-mẫu"],
    "residence": ["nơi-trú-mẫu"],
    "identification": ["dấu-vết-mẫu"],
    "issue": ["2022-03-15", "15/03/2022"],
    "parents": ["người-cha-mẫu", "người-mẹ-mẫu"],
    "spouse": ["người-vợ-mẫu"],
    "old-number": ["123456789"],
    "chip-serial": ["0294000000000001"],
}
COUNTERS = {
    "name": ["Nguyễn Văn Thử", "NGUYEN", "VAN THU"],
    "number": ["001090000000", "090000000"],
    "birth": ["1990-02-01", "01/02/1990", "900201"],
    "sex": ['"M"'],
    "expiry": ["2030-02-01", "01/02/2030", "300201"],
}


def renderings(report: Report, fields: Fields) -> tuple[str, ...]:
    """The report in every form."""
    values = as_json(report, fields)
    texts = (as_text(report, words, fields).plain for words in (VI, EN))
    pages = (page_of(report, words=words, fields=fields) for words in (VI, EN))
    return json.dumps(values, ensure_ascii=False), *texts, *pages


@cache
def rendered(fields: Fields) -> tuple[str, ...]:
    return renderings(REPORT, fields - {PHOTO})


# the names


def test_the_counter_gets_what_a_counter_needs() -> None:
    assert chosen(["counter"]) == COUNTER == COUNTER_FIELDS | {PHOTO}
    assert chosen(["name", "number", "birth", "sex", "expiry", "photo"]) == COUNTER
    assert chosen(["all"]) == ALL == {*CitizenField, PHOTO}
    assert chosen(["none"]) == NONE == frozenset()
    assert chosen(["none", "name", "parents"]) == {"full_name", "father_name", "mother_name"}


def test_every_field_is_in_one_choice() -> None:
    single = [field for name, fields in CHOICES.items() if name not in ("counter", "all", "none") for field in fields]
    assert sorted(single) == sorted(ALL)


def test_a_name_that_is_none_is_refused_and_the_names_are_listed() -> None:
    with pytest.raises(MalformedData, match="nmae") as caught:
        chosen(["name", "nmae"])
    assert all(name in caught.value.hint for name in CHOICES)
    spoken = VI.error(caught.value)
    assert spoken.message == "Không có mục dữ liệu nào tên 'nmae'"
    assert spoken.hint.startswith("Chọn trong: name, number")


# what is given


@pytest.mark.parametrize("name", SENSITIVE)
def test_what_was_not_asked_for_is_in_no_form(name: str) -> None:
    for without in (COUNTER, ALL - CHOICES[name]):
        for form in rendered(without):
            assert not [value for value in SENSITIVE[name] if value in form]
    asked = rendered(ALL)
    assert all(any(value in form for value in SENSITIVE[name]) for form in asked)


@pytest.mark.parametrize("name", COUNTERS)
def test_even_the_usual_fields_can_be_left_out(name: str) -> None:
    for form in rendered(COUNTER - CHOICES[name]):
        assert not [value for value in COUNTERS[name] if value in form]
    assert any(value in rendered(COUNTER)[0] for value in COUNTERS[name])


def test_none_leaves_the_kind_of_document() -> None:
    found = as_json(REPORT, NONE)
    jsonschema.validate(found, json_schema())
    assert found["fields"] == []
    assert found["document"] == {"document_code": "ID", "issuing_state": "VNM", "nationality": "VNM"}
    assert found["citizen"] == {"state": "clear", "unreadable": []}
    assert found["photo"] is None


def test_the_photo_is_a_field() -> None:
    photo = as_json(REPORT)["photo"]
    assert (photo["format"], photo["width"], photo["height"]) == ("jpeg", 300, 400)
    assert "<img" in page_of(REPORT)
    without = page_of(REPORT, fields=COUNTER - {PHOTO})
    assert "<img" not in without
    assert "Photo not asked for" in without


@pytest.mark.parametrize("fields", [NONE, COUNTER, ALL], ids=["none", "counter", "all"])
@pytest.mark.parametrize("store", [DEMONSTRATION, TrustStore()], ids=["trusted", "unknown"])
def test_every_choice_follows_the_schema(fields: Fields, store: TrustStore) -> None:
    found = as_json(verify(SIGNED, store, at=AT), fields)
    jsonschema.validate(found, json_schema())
    assert found["fields"] == sorted(fields)


def test_the_record_stands_beside_the_zone() -> None:
    found = as_json(REPORT)
    assert found["citizen"] == {
        "state": "clear",
        "unreadable": [],
        "personal_number": "001090000000",
        "full_name": "Nguyễn Văn Thử",
        "date_of_birth": "1990-02-01",
        "sex": "M",
        "date_of_expiry": "2030-02-01",
    }
    assert found["document"]["date_of_birth"] == "1990-02-01"
    text = as_text(REPORT, VI).plain
    assert "  ngày sinh       01/02/1990\n" in text
    assert "  giới tính       Nam\n" in text
    assert "  họ và tên       Nguyễn Văn Thử\n" in text
    assert "  tên đệm và tên  VAN THU\n" in text


# dates and states


@pytest.mark.parametrize(
    ("written", "iso", "said"),
    [
        ("01/02/1990", "1990-02-01", "01/02/1990"),
        ("02/1990", "1990-02", "02/1990"),
        ("1990", "1990", "1990"),
        ("mùa xuân", "mùa xuân", "mùa xuân"),
    ],
)
def test_dates_are_iso_in_json_and_of_the_language_in_text(written: str, iso: str, said: str) -> None:
    record = replace(RECORD, date_of_birth=written)
    report = verify(evidence(groups={**FILES, 13: bytes(record)}), DEMONSTRATION, at=AT)
    assert as_json(report)["citizen"]["date_of_birth"] == iso
    assert f"  ngày sinh       {said}\n" in as_text(report, VI).plain


def test_no_expiry_is_a_value_of_its_own() -> None:
    record = replace(RECORD, date_of_expiry="Không thời hạn")
    report = verify(evidence(groups={**FILES, 13: bytes(record)}), DEMONSTRATION, at=AT)
    assert as_json(report)["citizen"]["date_of_expiry"] == "never"
    assert "  có giá trị đến  không thời hạn\n" in as_text(report, VI).plain


def test_the_century_of_the_zone_is_that_of_the_number() -> None:
    found = document_fields(DataGroup1.parse(FILES[1]).mrz)
    assert found is not None
    assert found["date_of_birth"] == "1990-02-01"
    assert found["date_of_expiry"] == "2030-02-01"
    foreign = Mrz.parse(samples.TD3.encode())
    assert foreign.personal_number is None
    found = document_fields(foreign)
    assert found is not None
    assert found["date_of_birth"] == foreign.date_of_birth
    assert len(found["date_of_birth"]) == 6


def test_a_field_that_is_there_and_cannot_be_read_is_not_shown_as_empty() -> None:
    raw = bytes(RECORD).replace("tôn-giáo-mẫu".encode(), b"\xff" * len("tôn-giáo-mẫu".encode()))
    report = verify(evidence(groups={**FILES, 13: raw}), DEMONSTRATION, at=AT)
    found = as_json(report, ALL)["citizen"]
    assert found["religion"] is None
    assert found["unreadable"] == ["religion"]
    assert "there, but not readable" in as_text(report, EN, ALL).plain
    assert as_json(report)["citizen"]["unreadable"] == []


@pytest.mark.parametrize(
    ("content", "state", "said"),
    [
        (bytes.fromhex("6D08") + bytes(range(1, 9)), "opaque", "normal for cards issued since July 2024"),
        (bytes.fromhex("6D020000"), "empty", "holds no citizen record"),
        (bytes(RECORD) + b"\1", "malformed", "not well formed"),
        (None, "missing", "not among what was read"),
    ],
    ids=["opaque", "empty", "malformed", "missing"],
)
def test_a_record_that_cannot_be_shown_is_explained(content: bytes | None, state: str, said: str) -> None:
    groups = {number: raw for number, raw in FILES.items() if number != 13} | ({13: content} if content else {})
    report = verify(evidence(groups=groups), DEMONSTRATION, at=AT)
    found = as_json(report, ALL)
    jsonschema.validate(found, json_schema())
    assert found["citizen"] == {"state": state, "unreadable": []}
    assert said in as_text(report, EN, ALL).plain
    assert said in page_of(report, fields=ALL)


# verified or not


def test_signed_data_is_verified() -> None:
    assert as_json(REPORT)["verified"] == {"document": True, "citizen": True, "photo": True}
    for form in rendered(COUNTER)[1:]:
        assert "NOT VERIFIED" not in form
        assert "CHƯA XÁC THỰC" not in form


def test_data_under_an_unknown_authority_is_marked() -> None:
    report = verify(SIGNED, TrustStore(), at=AT)
    assert as_json(report)["verified"] == {"document": False, "citizen": False, "photo": False}
    text = as_text(report, VI).plain
    assert "Thông tin công dân trong chip (DG13): CHƯA XÁC THỰC\n" in text
    assert "? họ và tên       Nguyễn Văn Thử\n" in text
    page = page_of(report, words=EN)
    assert page.count("<small>NOT VERIFIED</small>") == 16  # every field, and the photo


@pytest.mark.parametrize(("number", "part"), [(1, "document"), (2, "photo"), (13, "citizen")])
def test_an_altered_file_is_marked_and_no_other(number: int, part: str) -> None:
    altered = replace(RECORD, full_name="Nguyễn Văn Giả")
    zone = [line.replace("THU", "GIA") for line in documents.HOLDER_MRZ]
    others = {1: documents.mrz_file(zone), 2: documents.face_file(documents.portrait() + b"\0"), 13: bytes(altered)}
    sod = SIGNED.content(ef.SOD)
    report = verify(evidence(sod, {**FILES, number: others[number]}), DEMONSTRATION, at=AT)
    verified = as_json(report)["verified"]
    assert [name for name, value in verified.items() if not value] == [part]
    assert as_text(report, EN).plain.count("NOT VERIFIED") == (0 if part == "photo" else 1)
    assert "NOT VERIFIED" in page_of(report)


def test_data_of_a_revoked_signer_is_not_verified() -> None:
    lists = [COUNTRY.crl([Revoked(COUNTRY.document_signer().serial)])]
    unlisted, revoked = trust(COUNTRY.csca_certificate), trust(COUNTRY.csca_certificate, crls=lists)
    assert as_json(verify(SIGNED, unlisted, at=AT))["verified"]["citizen"]
    assert not as_json(verify(SIGNED, revoked, at=AT))["verified"]["citizen"]


def test_without_checks_nothing_is_verified() -> None:
    holder = holder_of(SIGNED)
    assert holder.verified == frozenset()
    assert holder.citizen["full_name"] == "Nguyễn Văn Thử"
    assert "Thử" not in repr(holder)


# the list of checks


def test_the_checks_that_did_not_pass_alone() -> None:
    assert "sod.hash" not in as_text(REPORT, EN, shown=Shown.NOT_PASSED).plain
    unknown = as_text(verify(SIGNED, TrustStore(), at=AT), EN, shown=Shown.NOT_PASSED).plain
    assert "issuer.revocation" in unknown
    assert "sod.hash" not in unknown
    assert unknown.count("issuer.signature") == 0  # it decides, and stands in words at the top
