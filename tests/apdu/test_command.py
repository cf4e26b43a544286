# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Command and response APDUs: every case of ISO/IEC 7816-4, both ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cccd_reader.apdu.command import Command, Response
from cccd_reader.apdu.commands import read_binary, read_binary_sfi, select_application, select_file
from cccd_reader.apdu.status import Sw, describe, meaning
from cccd_reader.errors import MalformedData

CASES = {
    "1": ("00A4000C", Command(0, 0xA4, 0, 0x0C)),
    "2S": ("00B0000006", Command(0, 0xB0, 0, 0, ne=6)),
    "2S, all": ("00B0000000", Command(0, 0xB0, 0, 0, ne=256)),
    "3S": ("00A4020C02011E", Command(0, 0xA4, 2, 0x0C, b"\x01\x1e")),
    "4S": ("0086000002AABB00", Command(0, 0x86, 0, 0, b"\xaa\xbb", 256)),
    "2E": ("00B00000000800", Command(0, 0xB0, 0, 0, ne=2048)),
    "2E, all": ("00B00000000000", Command(0, 0xB0, 0, 0, ne=65536)),
    "3E": ("0022C1A4000100" + "55" * 256, Command(0, 0x22, 0xC1, 0xA4, b"\x55" * 256)),
    "4E": ("0086000000000255550400", Command(0, 0x86, 0, 0, b"\x55\x55", 1024)),
}


@pytest.mark.parametrize("name", CASES)
def test_each_case_encodes_and_parses(name: str) -> None:
    text, command = CASES[name]
    assert bytes(command).hex().upper() == text.upper()
    assert Command.parse(bytes.fromhex(text)) == command


@given(
    st.tuples(*[st.integers(0, 255)] * 4),
    st.binary(max_size=700),
    st.one_of(st.integers(0, 700), st.just(65536)),
)
def test_any_command_survives_a_round_trip(header: tuple[int, int, int, int], data: bytes, ne: int) -> None:
    command = Command(*header, data, ne)
    assert Command.parse(bytes(command)) == command


@given(st.binary(max_size=300))
def test_hostile_commands_only_raise_malformed_data(data: bytes) -> None:
    try:
        Command.parse(data)
    except MalformedData:
        return


@pytest.mark.parametrize(
    "text",
    ["", "00A404", "00A4040C0201", "00A4040C020102030405", "00A4040C0000", "00A4040C000000AA", "00A4040C000003AA"],
)
def test_malformed_commands_are_refused(text: str) -> None:
    with pytest.raises(MalformedData):
        Command.parse(bytes.fromhex(text))


def test_values_out_of_range_are_refused() -> None:
    for arguments in ((256, 0, 0, 0), (0, 0, -1, 0)):
        with pytest.raises(ValueError, match="single bytes"):
            Command(*arguments)
    with pytest.raises(ValueError, match="at most"):
        Command(0, 0, 0, 0, ne=65537)


@pytest.mark.parametrize("text", ["", "90", "0000", "6000", "AABB1234", "FFFF"])
def test_an_answer_without_a_status_word_is_malformed(text: str) -> None:
    with pytest.raises(MalformedData):
        Response.parse(bytes.fromhex(text))


def test_a_response_parses_and_shows_no_data() -> None:
    response = Response.parse(bytes.fromhex("CAFE9000"))
    assert (response.data, response.sw, response.ok) == (b"\xca\xfe", 0x9000, True)
    assert bytes(response).hex() == "cafe9000"
    assert "cafe" not in repr(response).lower()
    assert "cafe" not in repr(Command(0, 0x82, 0, 0, b"\xca\xfe")).lower()


@pytest.mark.parametrize("sw", [0x6700, 0x6A00, 0x6F00, 0x6100])
def test_a_status_word_that_ends_in_00_is_no_success(sw: int) -> None:
    """NFCPassportReader takes these for success."""
    assert not Response(b"", sw).ok


def test_a_wrong_length_is_that_and_nothing_else() -> None:
    """JMRTD takes 6F00 for 6700 by a bit mask."""
    assert int(Sw.WRONG_LENGTH) == 0x6700
    assert meaning(0x6F00) != meaning(0x6700)


def test_status_words_have_meanings() -> None:
    assert describe(0x6982) == "6982 (security status not satisfied)"
    assert meaning(0x63C2) == "authentication failed, 2 tries left"
    assert meaning(0x6AFF) == "wrong parameters"
    assert meaning(0x1234) == "status word not known"


def test_named_commands() -> None:
    assert bytes(select_application()).hex().upper() == "00A4040C07A0000002471001"
    assert bytes(select_file(0x011E)).hex().upper() == "00A4020C02011E"
    assert bytes(read_binary_sfi(0x1C, 256)).hex().upper() == "00B09C0000"
    assert bytes(read_binary(0x7FFF, 1)).hex().upper() == "00B07FFF01"


def test_past_32_kib_the_odd_instruction_is_used() -> None:
    """Peers (gmrtd, NFCPassportReader) send B0 with bit 8 of P1 there, which names another file."""
    command = read_binary(0x8000, 223)
    assert (command.ins, command.p1, command.p2) == (0xB1, 0, 0)
    assert command.data == bytes.fromhex("54028000")
    assert command.ne == 223 + 3
    assert read_binary(0x012345, 16).data == bytes.fromhex("5403012345")
