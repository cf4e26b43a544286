# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The chip in software keeps the rules that a real one keeps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cccd_reader.apdu import commands
from cccd_reader.apdu.channel import Lengths, PlainChannel
from cccd_reader.apdu.command import Command, Response
from cccd_reader.apdu.secure_messaging import SecureChannel
from cccd_reader.errors import MalformedData, SecureMessagingError, Unsupported
from cccd_reader.lds import files as ef
from cccd_reader.protocols import pace
from cccd_simulators import personas
from cccd_simulators.chip import VirtualChip
from tests.support import pace_matrix

CCCD = personas.cccd()
CAN = personas.holder_keys()[1]


def _ask(chip: VirtualChip, text: str) -> str:
    return chip.exchange(bytes.fromhex(text)).hex().upper()


def _opened(chip: VirtualChip) -> SecureChannel:
    channel = PlainChannel(chip, Lengths.EXTENDED)
    result = pace.establish(channel, chip.persona.pace[0], CAN)
    return SecureChannel(channel, result.keys)


def test_the_vietnamese_card_refuses_the_master_file() -> None:
    assert _ask(VirtualChip(CCCD), "00A4000C023F00") == "6D00"
    assert _ask(VirtualChip(personas.passport_pace()), "00A4000C023F00") == "9000"


def test_card_access_is_there_before_the_application_and_not_in_it() -> None:
    chip = VirtualChip(CCCD)
    assert _ask(chip, "00A4020C02011C") == "9000"
    assert _ask(chip, "00B0000036").endswith("9000")
    assert _ask(chip, "00A4040C07A0000002471001") == "9000"
    assert _ask(chip, "00A4020C02011C") == "6A82"
    assert _ask(chip, "00B09C0000") == "6A82"
    assert _ask(chip, "00A4040C07A0000002471002") == "6A82"


@pytest.mark.parametrize(
    "file", [ef.COM, ef.SOD, ef.data_group(1), ef.data_group(2), ef.data_group(3), ef.data_group(13)]
)
def test_nothing_is_readable_before_access(file: ef.ElementaryFile) -> None:
    chip = VirtualChip(CCCD)
    _ask(chip, "00A4040C07A0000002471001")
    assert _ask(chip, f"00A4020C02{file.file_id:04X}") == "6982"
    assert _ask(chip, f"00B0{0x80 | file.sfi:02X}0000") == "6982"
    assert _ask(chip, "00B0000004") == "6986"


def test_after_access_fingerprints_stay_closed() -> None:
    channel = _opened(VirtualChip(CCCD))
    assert channel.send(commands.select_application()).ok
    assert channel.send(commands.select_file(0x0103)).sw == 0x6982
    assert channel.send(commands.select_file(0x010B)).sw == 0x6A82
    assert channel.send(commands.read_binary_sfi(1, 95)).ok


def test_a_plain_command_ends_the_session_and_its_rights() -> None:
    chip = VirtualChip(CCCD)
    channel = _opened(chip)
    channel.send(commands.select_application())
    assert _ask(chip, "00B0810000") == "6982"
    with pytest.raises(SecureMessagingError) as caught:
        channel.send(commands.read_binary_sfi(1, 95))
    assert caught.value.sw == 0x6882


def test_a_spoilt_protected_command_ends_the_session() -> None:
    chip = VirtualChip(CCCD)
    channel = _opened(chip)
    channel.send(commands.select_application())
    assert _ask(chip, "0CB081000D9701048E08000000000000000000") == "6988"
    with pytest.raises(SecureMessagingError):
        channel.send(commands.read_binary_sfi(1, 95))


def test_a_reset_forgets_everything() -> None:
    chip = VirtualChip(CCCD)
    channel = _opened(chip)
    channel.send(commands.select_application())
    chip.reset()
    with pytest.raises(SecureMessagingError):
        channel.send(commands.read_binary_sfi(1, 95))
    assert _ask(chip, "00B09C0036").endswith("9000")  # the master file is current again


def test_offsets_and_parameters() -> None:
    chip = VirtualChip(CCCD)
    assert _ask(chip, "00B0000004") == "6986"
    assert _ask(chip, "00B09C0004") == "3134300D9000"
    assert _ask(chip, "00B0003502") == "0D6282"
    assert _ask(chip, "00B0003601") == "6B00"
    assert _ask(chip, "00B0FC0004") == "6A86"
    assert _ask(chip, "00B09C00") == "6700"


def test_the_odd_instruction_reads_data_objects() -> None:
    chip = VirtualChip(CCCD)
    _ask(chip, "00B09C0004")
    response = Response.parse(chip.exchange(bytes(Command(0, 0xB1, 0, 0, bytes.fromhex("54020002"), 6))))
    assert response.data.hex().upper() == "5304300D0608"
    assert _ask(chip, "00B10000025300") == "6A80"
    assert _ask(chip, "00B1000004540200FF08") == "6B00"


def test_a_short_chip_takes_no_extended_lengths() -> None:
    chip = VirtualChip(personas.passport_bac())
    assert not chip.persona.limits.extended
    assert _ask(chip, "00B09C00000400") == "6700"


def test_long_answers_to_short_commands_are_announced() -> None:
    option = next(option for option in pace_matrix.options() if option.parameter_id == 1 and option.mapping == "GM")
    chip = pace_matrix.chip(option)
    channel = PlainChannel(chip, Lengths.SHORT)
    pace.establish(channel, option, pace_matrix.CAN)
    assert channel.traffic.apdus > 5  # GET RESPONSE and links of chains on top
    assert _ask(chip, "00C0000000") == "6985"


@pytest.mark.parametrize(
    "command",
    [
        "",
        "00",
        "00A4",
        "00A4040C0711",
        "80CA000000",
        "00FF000000",
        "00440000",
        "00840000 08",
        "0082000000",
        "0086000000",
        "0022C1A400",
        "002241A400",
        "0022C1A4028000",
    ],
)
def test_whatever_comes_is_answered(command: str) -> None:
    answer = VirtualChip(CCCD).exchange(bytes.fromhex(command.replace(" ", "")))
    assert Response.parse(answer).sw != 0x9000


@given(st.lists(st.binary(max_size=40), max_size=8))
def test_the_chip_never_raises(script: list[bytes]) -> None:
    chip = VirtualChip(CCCD)
    for command in script:
        Response.parse(chip.exchange(command))


@given(
    st.lists(
        st.tuples(
            st.sampled_from([0x00, 0x0C, 0x10, 0x1C]),
            st.sampled_from([0xA4, 0xB0, 0xB1, 0x84, 0x82, 0x22, 0x86, 0xC0]),
            st.sampled_from([0, 2, 4, 0xC1, 0x9C, 0x81]),
            st.sampled_from([0, 0x0C, 0xA4]),
            st.binary(max_size=60),
        ),
        max_size=8,
    )
)
def test_no_sequence_of_plain_commands_yields_a_protected_file(script: list[tuple[int, int, int, int, bytes]]) -> None:
    chip = VirtualChip(CCCD)
    dg1 = CCCD.application_files[0x0101].content
    for row in script:
        assert dg1[5:] not in chip.exchange(bytes(Command(*row, 256)))


def test_a_chain_without_end_is_refused() -> None:
    chip = VirtualChip(CCCD)
    answers = {_ask(chip, "10A4040CFF" + "00" * 255) for _ in range(80)}
    assert answers == {"9000", "6700"}


def test_the_answer_to_reset_is_sound() -> None:
    for persona in (CCCD, personas.passport_bac()):
        atr = persona.atr
        check = 0
        for byte in atr[1:]:
            check ^= byte
        assert check == 0
        assert atr[1] & 0x0F == len(atr) - 5


def test_personas_by_name() -> None:
    assert personas.build("cccd").name == "cccd"
    with pytest.raises(Unsupported):
        personas.build("nobody")
    with pytest.raises(Unsupported):
        personas.build("files")


def test_a_folder_is_a_chip(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("card")
    with pytest.raises(MalformedData):
        personas.build("files", folder)
    for file_id, file in CCCD.application_files.items():
        (folder / f"{file_id:04X}.bin").write_bytes(file.content)
    (folder / "notes.txt").write_text("not a file of a chip")
    persona = personas.build("files", folder)
    assert {file_id: file.content for file_id, file in persona.application_files.items()} == {
        file_id: file.content for file_id, file in CCCD.application_files.items()
    }


def test_nothing_shows_a_key() -> None:
    for persona in (CCCD, personas.passport_pace()):
        text = repr(persona) + repr(VirtualChip(persona)) + repr(persona.keys) + repr(persona.mapping_key)
        assert "000000" not in text
        assert "900201" not in text
