# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Repairs that only scanners need: each is proven by digits, and what is not proven is named or left out."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cccd_reader.lds.mrz import Mrz
from cccd_reader.scanners.access_text import AccessKind
from cccd_reader.scanners.events import Scanned, ScanRepair, Unreadable, Why
from cccd_reader.scanners.mrz_repair import restore
from cccd_reader.scanners.understand import of_bytes, of_keys, of_lines
from cccd_simulators.scanner import Encoding, encoded
from tests.lds import samples
from tests.scanners.texts import CAN, CITIZEN_KEY, LINES, NAME, NUMBER, QR, TD3_LINES, ZONE


def understood(event: Scanned | Unreadable) -> Scanned:
    assert isinstance(event, Scanned)
    return event


def why(event: Scanned | Unreadable) -> Why:
    assert isinstance(event, Unreadable)
    assert event.error.hint
    return event.why


# prefixes


@pytest.mark.parametrize(
    ("before", "repair"),
    [
        (b"s", ScanRepair.PREFIX_REMOVED),
        (b"\\000026", ScanRepair.ECI_REMOVED),
        (b"]Q2\\000026", ScanRepair.ECI_REMOVED),
        (b"\x80\xff", ScanRepair.NOISE_REMOVED),
    ],
    ids=count(),
)
def test_what_stands_before_the_number_is_taken_off(before: bytes, repair: ScanRepair) -> None:
    for text in (QR, NUMBER):
        scanned = understood(of_bytes(before + text.encode()))
        assert (scanned.access.keys[0], scanned.repairs) == (CAN, (repair,))
    noisy = understood(of_bytes(b"\xff\xfe\xff" + before + QR.encode()))
    assert ScanRepair.NOISE_REMOVED in noisy.repairs


@pytest.mark.parametrize("text", [b"ss001090000000", b"1001090000000", b"s0010900000001|", b"\\00026001090000000"])
def test_what_might_belong_to_it_is_not(text: bytes) -> None:
    assert why(of_bytes(text)) is Why.NOT_UNDERSTOOD


@pytest.mark.parametrize("encoding", list(Encoding))
def test_every_encoding_gives_the_keys_and_all_but_one_the_name(encoding: Encoding) -> None:
    access = understood(of_bytes(encoded(QR, encoding))).access
    assert access.keys[0] == CAN
    assert access.qr is not None
    assert (access.qr.full_name == NAME) == (encoding is not Encoding.QUESTION_MARKS)


# keyboards


def test_caps_lock_is_turned_back() -> None:
    scanned = understood(of_keys(QR.swapcase().encode()))
    assert scanned.repairs == (ScanRepair.CASE_TURNED,)
    assert scanned.access.given is not None
    assert scanned.access.given.full_name == NAME
    assert understood(of_keys(QR.encode())).repairs == ()
    assert understood(of_keys(ZONE.lower().encode())).access.keys == (CAN, CITIZEN_KEY)


@pytest.mark.parametrize("row", ["đăâêô\u0300\u0309\u0303\u0301\u0323", "à&é\"'(-è_ç"], ids=["vietnamese", "french"])
@pytest.mark.parametrize("number", [NUMBER, "079160000000", "123456789012"])
def test_digits_of_another_layout_come_back(number: str, row: str) -> None:
    typed = "".join(row[int(digit)] for digit in number)
    scanned = understood(of_keys(typed.encode()))
    assert scanned.repairs == (ScanRepair.LAYOUT_DIGITS,)
    assert scanned.number is not None
    assert scanned.number.digits == number
    assert of_keys(typed[:-1].encode()) is not None
    assert why(of_keys(typed[:-1].encode())) in (Why.KEYBOARD_LAYOUT, Why.NOT_UNDERSTOOD)


def test_of_a_line_with_other_bars_the_number_is_kept() -> None:
    for bar in "~'@":
        scanned = understood(of_keys(QR.replace("|", bar).encode()))
        assert scanned.repairs == (ScanRepair.NUMBER_ALONE,)
        assert (scanned.access.kind, scanned.access.keys) == (AccessKind.PERSONAL_NUMBER, (CAN,))
    other_year = QR.replace("01021990", "01021991").replace("|", "~")
    assert why(of_keys(other_year.encode())) is Why.KEYBOARD_LAYOUT


@pytest.mark.parametrize("name", ["NGUYÊN<<VAN<THU<<<<<<<<<<<<<<<", "ĐOAN<<VAN<THU<<<<<<<<<<<<<<<"], ids=["ee", "dd"])
def test_a_name_that_an_input_method_changed_is_left_out(name: str) -> None:
    for event in (
        of_lines([LINES[0].encode(), LINES[1].encode(), name.encode()]),
        of_keys((ZONE[:60] + name).encode()),
    ):
        scanned = understood(event)
        assert scanned.access.keys == (CAN, CITIZEN_KEY)
        assert scanned.access.given is not None
        assert scanned.access.given.name_line is None
        assert ScanRepair.NAME_DROPPED in scanned.repairs


def test_an_input_method_is_named_where_it_changed_what_is_needed() -> None:
    number = TD3_LINES[1].replace("ZE184226B", "ZÊ184226B")
    assert why(of_lines([TD3_LINES[0].encode(), number.encode()])) is Why.INPUT_METHOD
    assert (
        why(of_keys((LINES[0].replace("VNM0", "VNM").replace("D", "Đ") + "\n" + LINES[1]).encode())) is Why.INPUT_METHOD
    )


# zones


@pytest.mark.parametrize(
    "lines",
    [
        [line.replace("<", " ") for line in LINES],
        [line.replace("<", " ").rstrip() for line in LINES],
        [LINES[0], LINES[1], LINES[2].rstrip("<")],
        [LINES[0].replace("<", ""), LINES[1], LINES[2]],
        [LINES[0], LINES[1].replace("<", ""), LINES[2]],
        [LINES[0].replace("<<", "<"), LINES[1].replace("<" * 11, "<" * 4), LINES[2].rstrip("<")],
        [LINES[0].replace("<", ""), LINES[1].replace("<", ""), LINES[2].rstrip("<").replace("<", " ")],
        [ZONE.replace("<", " ").rstrip()],
    ],
    ids=count(),
)
def test_blanks_and_missing_fillers_come_back_where_the_digits_prove_it(lines: list[str]) -> None:
    restored = restore(lines)
    assert restored is not None
    assert restored.text == "\n".join(LINES)
    assert restored.repairs
    assert understood(of_lines([line.encode() for line in lines])).access.keys == (CAN, CITIZEN_KEY)


def test_another_sign_for_the_filler_is_replaced_and_a_name_that_may_have_moved_is_left_out() -> None:
    scanned = understood(of_keys(ZONE.replace("<", ";").encode()))
    assert scanned.access.keys == (CAN, CITIZEN_KEY)
    assert scanned.repairs == (ScanRepair.FILLERS_REPLACED, ScanRepair.NAME_DROPPED)
    assert scanned.access.given is not None
    assert scanned.access.given.name_line is None
    without = samples.CITIZEN_WITHOUT_EXPIRY.replace("<", ">")
    assert understood(of_keys(without.encode())).repairs == (ScanRepair.FILLERS_REPLACED,)


def test_a_name_whose_parts_cannot_be_told_is_left_out() -> None:
    restored = restore([LINES[0], LINES[1], "NGUYEN<VAN<THU"])
    assert restored is not None
    assert (restored.has_name, restored.repairs) == (False, (ScanRepair.FILLERS_RESTORED, ScanRepair.NAME_DROPPED))
    assert "NGUYEN" not in restored.text
    assert restore(["NGUYEN"] * 3) is None


def test_zones_of_two_lines() -> None:
    trimmed = [TD3_LINES[0].rstrip("<"), TD3_LINES[1]]
    restored = restore(trimmed)
    assert restored is not None
    assert restored.text == "\n".join(TD3_LINES)
    blank = restore([line.replace("<", " ") for line in TD3_LINES])
    assert blank is not None
    assert blank.text == "\n".join(TD3_LINES)


@pytest.mark.parametrize(
    "lines",
    [
        [LINES[0], LINES[1].replace("9002018", "9002028"), LINES[2]],
        [LINES[0].replace("<", ";"), LINES[1], LINES[2]],
        [LINES[0].replace("<", ";"), LINES[1].replace("<", ">"), LINES[2]],
        [samples.TD1[:30], samples.TD1[30:60].replace("<", ""), samples.TD1[60:]],
        [LINES[0][:20], LINES[1], LINES[2]],
        [LINES[0], LINES[1]],
        [],
        [""],
        ["<" * 30] * 3,
    ],
    ids=count(),
)
def test_what_is_not_proven_is_not_restored(lines: list[str]) -> None:
    assert restore(lines) is None


@given(st.lists(st.text("A0<; 19", max_size=50), max_size=4))
def test_a_restored_zone_has_no_finding(lines: list[str]) -> None:
    restored = restore(lines)
    if restored is not None:
        assert Mrz.parse(restored.text.replace("\n", "").encode()).findings == ()


@given(st.binary(max_size=200))
def test_bytes_are_understood_or_named(data: bytes) -> None:
    for event in (of_bytes(data), of_keys(data), of_lines([data, data])):
        assert isinstance(event, Scanned | Unreadable)
