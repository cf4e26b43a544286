# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The TLV codec."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cccd_reader.apdu import tlv
from cccd_reader.errors import MalformedData


@pytest.mark.parametrize(
    ("length", "field"), [(0, "00"), (127, "7F"), (128, "8180"), (255, "81FF"), (256, "820100"), (65536, "83010000")]
)
def test_length_fields_are_the_shortest(length: int, field: str) -> None:
    assert tlv.encode_length(length).hex().upper() == field


@given(st.sampled_from([0x04, 0x30, 0x7C, 0x5F1F, 0x7F49, 0x7F60]), st.binary(max_size=400))
def test_a_data_object_survives_a_round_trip(tag: int, value: bytes) -> None:
    assert tlv.decode(tlv.encode(tag, value)) == [tlv.Tlv(tag, value)]


@given(st.binary(max_size=200))
def test_hostile_bytes_only_raise_malformed_data(data: bytes) -> None:
    try:
        for item in tlv.decode(data):
            assert len(item.value) <= len(data)
    except MalformedData:
        return


@pytest.mark.parametrize(
    "text", ["7C", "7C80", "7C85", "7C8501010101010101", "7C02AA", "5F", "5FFF", "5FFFFF01", "7C00AA", ""]
)
def test_malformed_objects_are_refused(text: str) -> None:
    with pytest.raises(MalformedData):
        tlv.expect(bytes.fromhex(text), 0x7C)


def test_long_form_of_short_lengths_is_read() -> None:
    assert tlv.decode(bytes.fromhex("04820002AABB")) == [tlv.Tlv(0x04, b"\xaa\xbb")]


def test_a_header_can_be_read_before_its_value() -> None:
    assert tlv.read_header(bytes.fromhex("75823A94")) == tlv.Header(0x75, 0x3A94, 4)


def test_an_object_shows_no_value() -> None:
    item = tlv.Tlv(0x5F1F, b"secret")
    assert "secret" not in repr(item)
    assert not item.constructed
    assert tlv.Tlv(0x7F49, b"").constructed
