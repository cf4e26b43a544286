# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Names that differ in string type, case, white space or order are one name; others are not."""

from __future__ import annotations

from itertools import count

import pytest
from asn1crypto import x509
from hypothesis import given, settings
from hypothesis import strategies as st

from cccd_reader.apdu import tlv
from cccd_reader.errors import MalformedData
from cccd_reader.lds import asn1
from cccd_reader.pki.names import MAX_ATTRIBUTES, Name

COUNTRY, BODY, UNIT, COMMON = (asn1.encode_object_identifier(f"2.5.4.{arc}") for arc in (6, 10, 11, 3))
UTF8, PRINTABLE, TELETEX, IA5, UNIVERSAL, BMP = 0x0C, 0x13, 0x14, 0x16, 0x1C, 0x1E


def attribute(kind: bytes, text: str | bytes, tag: int = UTF8, codec: str = "utf-8") -> bytes:
    value = text if isinstance(text, bytes) else text.encode(codec)
    return asn1.encode_sequence(kind, tlv.encode(tag, value))


def name(*relative: bytes) -> Name:
    return Name.parse(asn1.encode_sequence(*(tlv.encode(0x31, each) for each in relative)))


REFERENCE = name(attribute(COUNTRY, "VN"), attribute(BODY, "Công an"), attribute(COMMON, "CSCA Vietnam 2"))


@pytest.mark.parametrize(
    "other",
    [
        name(attribute(COUNTRY, "VN", PRINTABLE), attribute(BODY, "Công an"), attribute(COMMON, "CSCA Vietnam 2")),
        name(attribute(COUNTRY, "vn"), attribute(BODY, "CÔNG AN"), attribute(COMMON, "Csca vietnam 2")),
        name(attribute(COMMON, "CSCA Vietnam 2"), attribute(BODY, "Công an"), attribute(COUNTRY, "VN")),
        name(attribute(COUNTRY, " VN "), attribute(BODY, "Công  an"), attribute(COMMON, "\tCSCA Vietnam  2")),
        name(attribute(COUNTRY, "VN") + attribute(BODY, "Công an"), attribute(COMMON, "CSCA Vietnam 2")),
        name(
            attribute(COUNTRY, "VN"),
            attribute(BODY, "Công an", BMP, "utf-16-be"),
            attribute(COMMON, "CSCA Vietnam 2", IA5),
        ),
        name(
            attribute(COUNTRY, "VN"),
            attribute(BODY, "Công an", TELETEX, "latin-1"),
            attribute(COMMON, "CSCA Vietnam 2"),
        ),
        name(
            attribute(COUNTRY, "VN"),
            attribute(BODY, "Công an", UNIVERSAL, "utf-32-be"),
            attribute(COMMON, "CSCA Vietnam 2"),
        ),
        name(attribute(COUNTRY, "VN"), attribute(BODY, "Co\u0302ng an"), attribute(COMMON, "CSCA Vietnam 2")),
        name(attribute(COUNTRY, "ＶＮ"), attribute(BODY, "Công\u00a0an"), attribute(COMMON, "CSCA Vietnam 2")),
    ],
    ids=count(),
)
def test_one_name_in_other_clothes(other: Name) -> None:
    assert other != REFERENCE
    assert other.matches(REFERENCE)
    assert REFERENCE.matches(other)
    assert hash(other.key) == hash(REFERENCE.key)


@pytest.mark.parametrize(
    "other",
    [
        name(),
        name(attribute(COUNTRY, "VN"), attribute(BODY, "Công an")),
        name(attribute(COUNTRY, "VN"), attribute(BODY, "Cong an"), attribute(COMMON, "CSCA Vietnam 2")),
        name(attribute(COUNTRY, "VN"), attribute(UNIT, "Công an"), attribute(COMMON, "CSCA Vietnam 2")),
        name(attribute(COUNTRY, "VN"), attribute(COMMON, "Công an"), attribute(BODY, "CSCA Vietnam 2")),
        name(*[attribute(COMMON, "CSCA Vietnam 2")] * 3),
        name(attribute(COUNTRY, "VN"), attribute(BODY, "Công an"), attribute(COMMON, "CSCA Vietnam2")),
    ],
    ids=count(),
)
def test_other_names(other: Name) -> None:
    assert not other.matches(REFERENCE)
    assert not REFERENCE.matches(other)


def test_text_for_people() -> None:
    assert REFERENCE.text == "C=VN, O=Công an, CN=CSCA Vietnam 2"
    assert repr(REFERENCE) == "Name('C=VN, O=Công an, CN=CSCA Vietnam 2')"
    assert name(attribute(COMMON, "one, C=two\\")).text == "CN=one\\, C=two\\\\"
    assert name(attribute(COMMON, "a\x1b[2Jb\u202ec\n")).text == "CN=a\ufffd[2Jb\ufffdc\ufffd"
    assert name(attribute(asn1.encode_object_identifier("1.2.3.4"), "x")).text == "1.2.3.4=x"
    assert name().text == ""


def test_country() -> None:
    assert name(attribute(COMMON, "x"), attribute(COUNTRY, "vn")).country == "VN"
    assert name(attribute(COMMON, "x")).country == ""


@pytest.mark.parametrize(
    ("value", "tag"), [(b"\xff\xfe", UTF8), (b"\xd8\x00", BMP), (b"\x00", BMP), (b"\x01", 0x02), (b"", 0x30)]
)
def test_a_value_that_is_no_text_is_told_in_hexadecimal(value: bytes, tag: int) -> None:
    odd = name(attribute(COMMON, value, tag))
    assert odd.text == "CN=#" + tlv.encode(tag, value).hex()
    assert odd.matches(Name.parse(odd.raw))
    assert not odd.matches(name(attribute(COMMON, value + b"\x01", tag)))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        REFERENCE.raw[:-1],
        REFERENCE.raw + b"\x00",
        tlv.encode(0x31, b""),
        asn1.encode_sequence(attribute(COUNTRY, "VN")),
        asn1.encode_sequence(tlv.encode(0x31, asn1.encode_sequence(COUNTRY))),
        asn1.encode_sequence(tlv.encode(0x31, asn1.encode_sequence(*[COUNTRY] * 3))),
        asn1.encode_sequence(tlv.encode(0x31, asn1.encode_sequence(tlv.encode(12, b"VN"), COUNTRY))),
        asn1.encode_sequence(*[tlv.encode(0x31, attribute(COUNTRY, "VN"))] * (MAX_ATTRIBUTES + 1)),
    ],
    ids=count(),
)
def test_what_is_no_name(raw: bytes) -> None:
    with pytest.raises(MalformedData, match="name"):
        Name.parse(raw)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["common_name", "organization_name", "locality_name"]),
        st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"]), min_size=1, max_size=20),
    )
)
def test_every_name_that_another_library_builds(parts: dict[str, str]) -> None:
    built = x509.Name.build(parts)
    parsed = Name.parse(built.dump())
    assert sorted(text for _, text in parsed.attributes) == sorted(parts.values())
    assert parsed.text.isprintable()


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=80), st.integers(0, len(REFERENCE.raw) - 1))
def test_any_bytes(data: bytes, position: int) -> None:
    for raw in (data, tlv.encode(0x30, data), REFERENCE.raw[:position] + data[:3] + REFERENCE.raw[position + 3 :]):
        try:
            parsed = Name.parse(raw)
        except MalformedData:
            continue
        assert parsed.matches(parsed)
        assert parsed.text.isprintable()
        assert parsed.country == parsed.country.upper()
