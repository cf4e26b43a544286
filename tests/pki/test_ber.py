# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""BER and DER, read without losing a byte."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from itertools import count
from types import FrameType

import pytest
from asn1crypto import core
from hypothesis import given, settings
from hypothesis import strategies as st

from cccd_reader.apdu import tlv
from cccd_reader.errors import MalformedData
from cccd_reader.pki import ber
from cccd_reader.pki.ber import Element

WHERE = "example"


def one(text: str) -> Element:
    (element,) = ber.elements(bytes.fromhex(text), WHERE)
    return element


def test_content_and_whole_encoding() -> None:
    first, second, third = ber.elements(bytes.fromhex("0201FF 3080 0500 0000 7F4981020500"), WHERE)
    assert first == (2, b"\xff", b"\x02\x01\xff")
    assert second == (0x30, b"\x05\x00", bytes.fromhex("308005000000"))
    assert third == (0x7F49, b"\x05\x00", bytes.fromhex("7F4981020500"))
    assert ber.elements(b"", WHERE) == []


def test_indefinite_lengths_within_each_other_and_around_long_ones() -> None:
    inner = tlv.encode(0x04, bytes(300))
    outer = one("3080" + "A080" + inner.hex() + "0000" + "0500" + "0000")
    assert [each.tag for each in ber.elements(outer.value, WHERE)] == [0xA0, 0x05]
    assert ber.elements(outer.value, WHERE)[0].value == inner


@pytest.mark.parametrize(
    "text",
    [
        "02",
        "0202FF",
        "3081",
        "3082FF",
        "3085000000000000",
        "0000",
        "0201000000",
        "3080",
        "30800500",
        "308005",
        "30800000FF",
        "1F",
        "1F81",
        "1F8181810100",
        "3080" * (ber.MAX_DEPTH + 1) + "0000" * (ber.MAX_DEPTH + 1),
    ],
    ids=count(),
)
def test_what_is_no_data_object(text: str) -> None:
    with pytest.raises(MalformedData, match=WHERE):
        ber.elements(bytes.fromhex(text), WHERE)


def test_indefinite_lengths_are_followed_to_their_bound() -> None:
    assert one("3080" * ber.MAX_DEPTH + "0000" * ber.MAX_DEPTH).tag == 0x30


def test_a_list_without_end_is_refused() -> None:
    assert len(ber.elements(b"\x05\x00" * ber.MAX_ELEMENTS, WHERE)) == ber.MAX_ELEMENTS
    with pytest.raises(MalformedData, match="more than"):
        ber.elements(b"\x05\x00" * (ber.MAX_ELEMENTS + 1), WHERE)


def test_only_one_object_of_one_tag() -> None:
    assert ber.only(b"\x04\x01\x07", 0x04, WHERE).value == b"\x07"
    for data in (b"", b"\x04\x01\x07\x05\x00", b"\x05\x00"):
        with pytest.raises(MalformedData):
            ber.only(data, 0x04, WHERE)
    with pytest.raises(MalformedData):
        ber.children(one("0500"), 0x30, WHERE)


def test_octet_strings_in_pieces_of_pieces() -> None:
    assert ber.octets(one("0403010203"), WHERE) == b"\1\2\3"
    assert ber.octets(one("2480 040101 2404 04020203 0400 0000"), WHERE) == b"\1\2\3"
    deep = b"\x04\x00"
    for _ in range(ber.MAX_DEPTH + 2):
        deep = tlv.encode(0x24, deep)
    for wrong in ("0500", "2403020101", "24030403FF", deep.hex()):
        with pytest.raises(MalformedData):
            ber.octets(one(wrong), WHERE)


def test_numbers_truths_and_identifiers() -> None:
    assert [ber.integer(one(text), WHERE) for text in ("020100", "0201FF", "02020080", "0202FF7F")] == [
        0,
        -1,
        128,
        -129,
    ]
    assert ber.boolean(one("0101FF"), WHERE)
    assert ber.boolean(one("010101"), WHERE)
    assert not ber.boolean(one("010100"), WHERE)
    assert ber.object_identifier(one("0606678108010101"), WHERE) == "2.23.136.1.1.1"
    assert ber.bit_string(one("03020001"), WHERE) == b"\x01"


READERS: list[tuple[Callable[[Element, str], object], str]] = [
    (ber.integer, "0200"),
    (ber.integer, "040101"),
    (ber.integer, tlv.encode(2, bytes(ber.MAX_INTEGER_BYTES + 1)).hex()),
    (ber.boolean, "0100"),
    (ber.boolean, "01020000"),
    (ber.boolean, "020100"),
    (ber.object_identifier, "0600"),
    (ber.object_identifier, "060180"),
    (ber.object_identifier, "0401 2A"),
    (ber.bit_string, "0300"),
    (ber.bit_string, "03020100"),
    (ber.bit_string, "04020000"),
    (ber.time, "0500"),
]


@pytest.mark.parametrize(("reader", "text"), READERS, ids=count())
def test_values_that_are_none(reader: Callable[[Element, str], object], text: str) -> None:
    with pytest.raises(MalformedData, match=WHERE):
        reader(one(text), WHERE)


@pytest.mark.parametrize(
    ("tag", "text", "expected"),
    [
        (0x17, "210531030000Z", datetime(2021, 5, 31, 3, tzinfo=UTC)),
        (0x17, "491231235959Z", datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (0x17, "500101000000Z", datetime(1950, 1, 1, tzinfo=UTC)),
        (0x17, "2105310300Z", datetime(2021, 5, 31, 3, tzinfo=UTC)),
        (0x17, "210531030000+0700", datetime(2021, 5, 30, 20, tzinfo=UTC)),
        (0x17, "2105310300-0130", datetime(2021, 5, 31, 4, 30, tzinfo=UTC)),
        (0x18, "20500101000000Z", datetime(2050, 1, 1, tzinfo=UTC)),
        (0x18, "99991231235959Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (0x18, "2021053103Z", datetime(2021, 5, 31, 3, tzinfo=UTC)),
        (0x18, "202105310304Z", datetime(2021, 5, 31, 3, 4, tzinfo=UTC)),
        (0x18, "20210531030405.678Z", datetime(2021, 5, 31, 3, 4, 5, tzinfo=UTC)),
        (0x18, "20210531030405", datetime(2021, 5, 31, 3, 4, 5, tzinfo=UTC)),
        (0x18, "20210531030405+0700", datetime(2021, 5, 30, 20, 4, 5, tzinfo=UTC)),
    ],
)
def test_times(tag: int, text: str, expected: datetime) -> None:
    assert ber.time(one(tlv.encode(tag, text.encode()).hex()), WHERE) == expected


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        (0x17, "210532030000Z"),
        (0x17, "210531030060Z"),
        (0x17, "210531030000"),
        (0x17, "2105310300000Z"),
        (0x17, "210531030000+9900"),
        (0x17, "21053103000٠Z"),
        (0x18, "00000101000000Z"),
        (0x18, "00010101000000+0700"),
        (0x18, "99991231235959-0700"),
        (0x18, "20210531Z"),
        (0x18, "20210531030405.Z"),
        (0x18, ""),
    ],
)
def test_times_that_the_calendar_does_not_have(tag: int, text: str) -> None:
    with pytest.raises(MalformedData, match="time"):
        ber.time(one(tlv.encode(tag, text.encode()).hex()), WHERE)


def test_to_der() -> None:
    unsorted = one("3180 3080 060129 0000 2480 040101 040102 0000 020103 0000")
    assert ber.to_der(unsorted, WHERE).hex().upper() == "310C" + "020103" + "04020102" + "3003060129"
    twice = core.SetOf.load(ber.to_der(unsorted, WHERE), spec=core.Any, strict=True)
    assert twice.dump(force=True) == ber.to_der(unsorted, WHERE)


def test_to_der_follows_nesting_to_a_bound() -> None:
    deep = b"\x05\x00"
    for _ in range(ber.MAX_DEPTH + 1):
        deep = tlv.encode(0x30, deep)
    with pytest.raises(MalformedData):
        ber.to_der(one(deep.hex()), WHERE)


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=60))
def test_any_bytes(data: bytes) -> None:
    for raw in (data, tlv.encode(0x24, data), tlv.encode(0x31, data), b"\x30\x80" + data):
        try:
            found = ber.elements(raw, WHERE)
            assert b"".join(each.raw for each in found) == raw
            for each in found:
                ber.to_der(each, WHERE)
        except MalformedData:
            continue


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=25), octets=st.binary(max_size=25))
def test_any_time(text: str, octets: bytes) -> None:
    for value in (text.encode("utf-8", "replace"), octets):
        for tag in (0x17, 0x18):
            try:
                assert ber.time(Element(tag, value, b""), WHERE).tzinfo is UTC
            except MalformedData:
                continue


def _calls(run: Callable[[], object]) -> int:
    """How many Python functions are called: the work, on every machine the same."""
    made = 0

    def note(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal made
        made += event == "call"

    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(None)
    return made


@pytest.mark.parametrize(("read", "expected"), [(ber.octets, b""), (ber.to_der, b"\x04\x00")])
def test_an_end_is_looked_for_once_however_deep_it_lies(read: Callable[[Element, str], bytes], expected: bytes) -> None:
    def work(depth: int) -> None:
        encoded = b"\x24\x80" * depth + b"\x04\x00" * 4000 + b"\x00\x00" * depth
        assert read(ber.only(encoded, 0x24, WHERE), WHERE) == expected

    shallow, deep = (_calls(partial(work, depth)) for depth in (1, ber.MAX_DEPTH - 2))
    assert deep < shallow + 4000


def test_an_indefinite_content_has_no_more_elements_than_a_list() -> None:
    head, tail = b"\x30\x80" * 2, b"\x00\x00" * 2
    fits = head + b"\x05\x00" * (ber.MAX_ELEMENTS - 1) + tail
    assert ber.only(fits, 0x30, WHERE).raw == fits
    with pytest.raises(MalformedData, match="more than"):
        ber.elements(head + b"\x05\x00" * ber.MAX_ELEMENTS + tail, WHERE)


def test_the_whole_encoding_of_an_indefinite_length_stays_as_it_stood() -> None:
    outer = one("3080" + "A080" + "0500" + "0000" + "0101FF" + "0000")
    assert outer.raw == bytes.fromhex("3080A08005000000" + "0101FF0000")
    assert outer.value == bytes.fromhex("A0020500" + "0101FF")
