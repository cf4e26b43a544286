# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a slot's name says about it, and which slot is used. The names are those that readers on the market have."""

from __future__ import annotations

import pytest

from cccd_reader.errors import NoReader
from cccd_reader.transport.pcsc_readers import Reader, ReaderKind, choose, kind_of, ready

ATR = bytes.fromhex("3B8880010000000000000000000009")


def slot(name: str, atr: bytes = b"") -> Reader:
    return Reader(name, kind_of(name), bool(atr), atr)


def mute(name: str) -> Reader:
    return Reader(name, kind_of(name), True, b"")


DUAL = (
    "ACS ACR1252 Dual Reader [ACR1252 Dual Reader PICC] 00 00",
    "ACS ACR1252 Dual Reader [ACR1252 Dual Reader SAM] 01 00",
)
FEITIAN = ("Feitian R502 [R502 Contact Reader] 00 00", "Feitian R502 [R502 Contactless Reader] 01 00")
TOKEN = "Feitian ePass2003 00 00"
PLAIN = ("Virtual PCD 00 00", "Virtual PCD 00 01")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (DUAL[0], ReaderKind.CONTACTLESS),
        (DUAL[1], ReaderKind.SAM),
        ("ACS ACR1252 1S CL Reader PICC 0", ReaderKind.CONTACTLESS),
        ("ACS ACR1252 1S CL Reader SAM 0", ReaderKind.SAM),
        ("ACS ACR122U PICC Interface", ReaderKind.CONTACTLESS),
        ("ACS ACR122U 00 00", ReaderKind.CONTACTLESS),
        ("HID Global OMNIKEY 5422CL Smartcard Reader 0", ReaderKind.CONTACTLESS),
        ("OMNIKEY CardMan (076B:5321) 5321 (OMNIKEY CardMan 5x21-CL 0)", ReaderKind.CONTACTLESS),
        ("SCM Microsystems Inc. SCL011 Contactless Reader [CCID Interface] 00 00", ReaderKind.CONTACTLESS),
        ("Feitian R502 [R502 SAM1 Reader] 02 00", ReaderKind.SAM),
        (FEITIAN[0], ReaderKind.OTHER),
        (FEITIAN[1], ReaderKind.CONTACTLESS),
        ("Watchdata W5181  [SAM Reader ] 02 00", ReaderKind.SAM),
        ("ACS ACR1281 1S Dual Reader 00 02", ReaderKind.OTHER),
        ("Samsung Reader 00 00", ReaderKind.OTHER),
        ("Circle Idaxis 00 00", ReaderKind.OTHER),
        (TOKEN, ReaderKind.OTHER),
        (PLAIN[0], ReaderKind.OTHER),
    ],
)
def test_the_kind_follows_from_the_name(name: str, kind: ReaderKind) -> None:
    assert kind_of(name) is kind


def chosen(names: tuple[str, ...], wanted: str | None) -> list[str]:
    return [reader.name for reader in choose([slot(name) for name in names], wanted)]


def test_without_a_name_the_contactless_slots_are_used() -> None:
    assert chosen((*DUAL, *FEITIAN, TOKEN), None) == [DUAL[0], FEITIAN[1]]


def test_without_a_name_a_plain_reader_is_used_where_no_name_tells() -> None:
    assert chosen((*PLAIN, DUAL[1]), None) == list(PLAIN)


def test_a_slot_for_a_security_module_is_never_used_without_being_named() -> None:
    with pytest.raises(NoReader):
        chosen((DUAL[1],), None)
    assert chosen(DUAL, DUAL[1]) == [DUAL[1]]


def test_no_reader_at_all() -> None:
    with pytest.raises(NoReader):
        chosen((), None)
    with pytest.raises(NoReader, match="no reader") as caught:
        chosen((), "ACR122")
    assert "none" in caught.value.hint


@pytest.mark.parametrize(
    ("names", "wanted", "expected"),
    [
        ((*DUAL, *FEITIAN), "acr1252", [DUAL[0]]),
        ((*DUAL, *FEITIAN), "FEITIAN", [FEITIAN[1]]),
        ((*DUAL, *FEITIAN), FEITIAN[0], [FEITIAN[0]]),
        ((*DUAL, *FEITIAN), "R502 Contact Reader", [FEITIAN[0]]),
        ((*DUAL, *PLAIN), "virtual", list(PLAIN)),
        ((*PLAIN,), PLAIN[1], [PLAIN[1]]),
    ],
)
def test_a_part_of_the_name_is_enough(names: tuple[str, ...], wanted: str, expected: list[str]) -> None:
    assert chosen(names, wanted) == expected


def test_a_part_that_fits_two_readers_is_refused_with_their_names() -> None:
    with pytest.raises(NoReader, match="several") as caught:
        chosen((*DUAL, "ACS ACR122U 00 00", TOKEN), "ACS")
    assert DUAL[0] in caught.value.hint
    assert TOKEN not in caught.value.hint


def test_an_unknown_name_is_refused_with_all_names() -> None:
    with pytest.raises(NoReader, match="no reader") as caught:
        chosen((*DUAL, TOKEN), "Nirvana")
    assert all(name in caught.value.hint for name in (*DUAL, TOKEN))


def test_the_first_card_that_answers_is_taken() -> None:
    empty, full, other = slot("A 00 00"), slot("A 00 01", ATR), slot("A 00 02", ATR)
    assert ready([empty, full, other]) == full
    assert ready([mute("A 00 03"), full]) == full
    assert ready([empty]) is None


def test_a_mute_card_counts_where_no_other_slot_is_empty() -> None:
    silent, empty = mute("A 00 00"), slot("A 00 01")
    assert ready([silent]) == silent
    assert ready([silent, empty]) is None
