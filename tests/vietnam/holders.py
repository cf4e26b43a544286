# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Invented holders for hypothesis, and all forms in which a card tells of one."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from hypothesis import strategies as st

from cccd_reader.lds.mrz import Mrz, NoExpiry
from cccd_reader.lds.mrz_builder import MrzData, build_td1, vietnamese_optional_data
from cccd_reader.vietnam.citizen_record import CitizenRecord
from cccd_reader.vietnam.partial_date import PartialDate
from cccd_reader.vietnam.personal_number import PersonalNumber
from cccd_reader.vietnam.provinces import PROVINCES
from cccd_reader.vietnam.qr_line import QrLine
from cccd_reader.vietnam.sex import Sex
from cccd_reader.vietnam.transliteration import mrz_name
from cccd_reader.vietnam.validity import candidates, mrz_date

SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Đặng", "Đỗ", "Ngô", "Vũ", "Ưng", "Ấu", "Ông", "Y", "H'Hen")
SYLLABLES = (
    "Văn", "Thị", "Thử", "Giả", "Định", "Ước", "Phương", "Quỳnh", "Nghiêm", "Thuỷ", "Khoái", "Hưởng", "Ẩn", "Đẵng",
    "Ơn", "Nguyệt", "Khuê", "Phẫn", "Tỵ", "Ễnh", "Ổi", "Lụa", "Bẩm", "Kỳ",
)  # fmt: skip
PLACES = ("Phường Mẫu", "Xã Giả Định", "Quận Thử", "Ấp Ví Dụ", "Tổ 9", "Hà Nội", "Số 1/2 Đường Thử Nghiệm")
WORDS = {Sex.MALE: "Nam", Sex.FEMALE: "Nữ"}

names = st.builds(
    lambda first, rest: " ".join((first, *rest)),
    st.sampled_from(SURNAMES),
    st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=7),
)
places = st.lists(st.sampled_from(PLACES), min_size=1, max_size=12).map(", ".join)
nothing_or_name = st.none() | names


@dataclass(frozen=True)
class Holder:
    """One invented holder with the documents that tell of him or her."""

    number: PersonalNumber
    record: CitizenRecord
    qr: QrLine
    mrz: Mrz


@st.composite
def holders(draw: st.DrawFn) -> Holder:
    birth = draw(st.dates(datetime.date(1920, 1, 1), datetime.date(2020, 12, 31)))
    issue = draw(st.dates(datetime.date(2021, 1, 1), datetime.date(2030, 12, 31)))
    sex = draw(st.sampled_from(Sex))
    digit = 2 * (birth.year // 100 - 19) + (sex is Sex.FEMALE)
    random = draw(st.integers(0, 999999))
    number = PersonalNumber(f"{draw(st.sampled_from(sorted(PROVINCES)))}{digit}{birth.year % 100:02}{random:06}")
    expiry = draw(st.sampled_from(candidates(PartialDate.of(birth), issue)))
    name, residence = draw(names), draw(places)
    old = draw(st.none() | st.integers(0, 10**9 - 1).map("{:09}".format))
    days = PartialDate.of(birth), PartialDate.of(issue)
    record = CitizenRecord(
        personal_number=number.digits,
        full_name=name,
        date_of_birth=str(days[0]),
        sex=WORDS[sex],
        nationality="Việt Nam",
        ethnicity=draw(st.sampled_from(["Kinh", "Hoa", "Ê Đê", None])),
        religion=draw(st.sampled_from(["Không", "Phật giáo", None])),
        place_of_origin=draw(places),
        residence=residence,
        identifying_marks=draw(st.none() | st.just("Nốt ruồi C: 1cm dưới mắt trái")),
        date_of_issue=str(days[1]),
        date_of_expiry="Không thời hạn" if isinstance(expiry, NoExpiry) else str(PartialDate.of(expiry)),
        father_name=draw(nothing_or_name),
        mother_name=draw(nothing_or_name),
        spouse_name=draw(nothing_or_name),
        old_id_number=old,
        chip_serial=f"0294{random:08X}0000",
    )
    split = mrz_name(name)
    data = MrzData(
        document_code="ID",
        issuing_state="VNM",
        document_number=number.document_number,
        date_of_birth=days[0].mrz,
        sex=sex.value,
        date_of_expiry=mrz_date(expiry),
        nationality="VNM",
        primary_identifier=split.primary,
        secondary_identifier=split.secondary,
        optional_data=vietnamese_optional_data(number.digits),
    )
    extra = draw(st.just(()) | st.tuples(names, names))
    return Holder(number, record, QrLine(number, old, name, days[0], sex, residence, days[1], extra), build_td1(data))
