# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A card on a PN532: found, talked to, lost, back again; over a real pseudo-terminal and the real pyserial."""

from __future__ import annotations

import pytest

from cccd_reader.apdu.channel import Lengths
from cccd_reader.errors import CardRemoved, MalformedData, NoCard, NoReader, ReaderBusy, TransportError, Unsupported
from cccd_reader.transport import pn532_errors
from cccd_reader.transport.pn532 import BitRate, Pn532Card, open_serial
from cccd_reader.transport.pn532_chip import Code
from cccd_reader.transport.pn532_port import DEFAULT_BAUD, Place, SerialPort, error_of, parse_place
from cccd_reader.transport.pn532_target import Modulation, atr_of, fastest, parse_target
from cccd_reader.transport.readers import open_card
from cccd_simulators.pn532 import BROKEN, NO_CONTEXT, TIME_OUT, Air, Incident, SimulatedPn532
from cccd_simulators.pn532_pty import Noise, Pn532Pty
from tests.support.pn532 import HASTY, Echo, on_reader, started

COMMAND = bytes.fromhex("00B0000004")


def test_a_card_is_found_and_answers() -> None:
    chip = Echo()
    with Pn532Pty(SimulatedPn532(chip)) as pty:
        with open_card(f"serial:{pty.path}", timeout=1.0) as card:
            assert isinstance(card, Pn532Card)
            assert card.atr == chip.atr
            assert card.reader == f"PN532 1.6 on {pty.path}"
            assert card.exchange(COMMAND) == COMMAND + b"\x90\x00"
        card.close()
        with pytest.raises(TransportError, match="closed"):
            card.exchange(COMMAND)
        commands = pty.pn532.commands
    assert commands[:2] == [Code.SAM_CONFIGURATION, Code.GET_FIRMWARE_VERSION]
    assert commands[-2:] == [Code.IN_RELEASE, Code.RF_CONFIGURATION]


def test_it_says_that_short_lengths_are_safe() -> None:
    assert Pn532Card.lengths is Lengths.SHORT


def test_a_second_program_finds_the_port_held() -> None:
    with (
        Pn532Pty(SimulatedPn532(Echo())) as pty,
        open_serial(f"serial:{pty.path}", timeout=1.0),
        pytest.raises(ReaderBusy),
    ):
        open_serial(f"serial:{pty.path}")


def test_a_command_before_sam_configuration_is_an_error() -> None:
    simulated = SimulatedPn532(Echo())
    firmware = bytes.fromhex("0000FF02FED4022A00")
    assert list(simulated.receive(firmware)) == []
    answers = list(simulated.receive(b"\x55\x55" + bytes(14) + firmware))
    assert answers == [bytes.fromhex("0000FF00FF00"), bytes.fromhex("0000FF01FF7F8100")]
    list(simulated.receive(bytes.fromhex("0000FF03FDD414011700")))
    assert list(simulated.receive(firmware))[1] == bytes.fromhex("0000FF06FAD50332010607E800")


# lengths


@pytest.mark.parametrize("size", [4, 245, 256, 262, 263, 524, 525, 4000])
def test_long_commands_and_answers_go_in_parts(size: int) -> None:
    command = bytes(range(256)) * 16
    chip = Echo(times=2)
    with on_reader(SimulatedPn532(chip)) as (card, pty):
        assert card.exchange(command[:size]) == command[:size] * 2 + b"\x90\x00"
        parts = pty.pn532.commands.count(Code.IN_DATA_EXCHANGE)
    assert chip.commands == [command[:size]]
    assert parts == -(-size // 262) + -(-(2 * size + 2) // 262) - 1


def test_more_data_than_there_can_be_is_refused() -> None:
    simulated = SimulatedPn532(Echo(answers=[bytes(70000)]))
    with on_reader(simulated) as (card, _), pytest.raises(TransportError, match="more data"):
        card.exchange(COMMAND)


@pytest.mark.parametrize("answer", [b"", b"\x90"])
def test_an_answer_without_a_status_word_is_an_error(answer: bytes) -> None:
    with on_reader(SimulatedPn532(Echo(answers=[answer]))) as (card, _):
        with pytest.raises(TransportError, match="status word"):
            card.exchange(COMMAND)
        assert card.exchange(COMMAND)


def test_an_empty_answer_of_a_card_that_left_is_a_removal() -> None:
    class Leaving(Echo):
        def exchange(self, command: bytes, /) -> bytes:
            simulated.take_off()
            return b""

    simulated = SimulatedPn532(Leaving())
    with on_reader(simulated) as (card, _):
        assert card.pn532.is_present()
        with pytest.raises(CardRemoved):
            card.exchange(COMMAND)
        assert not card.pn532.is_present()


def test_a_command_has_four_bytes() -> None:
    with on_reader(SimulatedPn532(Echo())) as (card, _), pytest.raises(ValueError, match="four"):
        card.exchange(b"\x00\xb0\x00")


# on the air


@pytest.mark.parametrize(
    ("rates", "wanted", "code"),
    [(0x77, 424, 2), (0x11, 212, 1), (0x00, 106, 0), (0x80, 106, 0), (0xB3, 424, 2), (0x12, 106, 0), (0x44, 106, 0)],
)
def test_the_fastest_rate_of_both_is_taken(rates: int, wanted: int, code: int) -> None:
    with on_reader(SimulatedPn532(Echo(), Air(rates=rates))) as (card, pty):
        assert card.bit_rate is BitRate(wanted)
        assert pty.pn532.rate == code
        assert card.exchange(COMMAND)
        assert card.exchange(COMMAND)


def test_the_rate_may_be_bounded() -> None:
    with on_reader(SimulatedPn532(Echo()), fastest=BitRate.KBIT_212) as (card, pty):
        assert (card.bit_rate, pty.pn532.rate) == (BitRate.KBIT_212, 1)


def test_a_card_that_fails_at_its_rate_is_read_at_106() -> None:
    with on_reader(SimulatedPn532(Echo(), Air(refuses_rates=(1, 2)))) as (card, pty):
        assert (card.bit_rate, pty.pn532.rate) == (BitRate.KBIT_106, 0)
        assert card.exchange(COMMAND)


def test_a_card_of_type_b_is_found_too() -> None:
    with on_reader(SimulatedPn532(Echo(), Air(Modulation.TYPE_B))) as (card, _):
        assert card.atr == atr_of(bytes.fromhex("8073C421 778180 00"))
        assert card.bit_rate is BitRate.KBIT_106
        assert card.exchange(COMMAND)


@pytest.mark.parametrize("status", [TIME_OUT, BROKEN, NO_CONTEXT])
def test_a_card_that_leaves_is_waited_for(status: int) -> None:
    chip = Echo()
    with on_reader(SimulatedPn532(chip, incidents=(Incident(1, status, absent=3),))) as (card, _):
        assert card.exchange(COMMAND)
        for _ in range(2):
            with pytest.raises(CardRemoved):
                card.exchange(COMMAND)
        with pytest.raises(CardRemoved):
            card.reset()
        card.wait_for_return(2.0)
        assert card.exchange(COMMAND)
    assert len(chip.commands) == 2


def test_a_wait_has_an_end() -> None:
    asked: list[str] = []
    with started(SimulatedPn532(None)) as (pn532, _):
        card = Pn532Card(pn532, "simulated", sleep=lambda _: None)
        with pytest.raises(NoCard):
            card.find(0.0, lambda: asked.append("card"))
        with pytest.raises(NoCard):
            card.wait_for_return(0.0)
    assert asked == []


def test_a_card_is_asked_for_once() -> None:
    asked: list[str] = []
    simulated = SimulatedPn532(None)

    def ask() -> None:
        asked.append("card")
        simulated.lay(Echo())

    with started(simulated) as (pn532, _):
        Pn532Card(pn532, "simulated", sleep=lambda _: None).find(None, ask)
    assert asked == ["card"]


def test_a_reset_takes_the_power_from_the_chip() -> None:
    chip = Echo()
    with on_reader(SimulatedPn532(chip)) as (card, _):
        before = chip.resets
        card.reset()
        assert chip.resets > before
        assert card.exchange(COMMAND)


@pytest.mark.parametrize("status", [0x04, 0x07, 0x0D, 0x10, 0x14, 0x2D])
def test_an_error_of_the_reader_is_no_removal(status: int) -> None:
    with on_reader(SimulatedPn532(Echo(), incidents=(Incident(0, status, absent=None),))) as (card, _):
        with pytest.raises(TransportError, match=f"{status:02X}") as caught:
            card.exchange(COMMAND)
        assert type(caught.value) is TransportError
        assert caught.value.hint
        assert card.exchange(COMMAND)


def test_every_status_is_an_error_with_a_hint() -> None:
    for status in range(1, 0x40):
        error = pn532_errors.error_of(status | pn532_errors.MORE)
        assert isinstance(error, TransportError)
        assert f"PN532 error {status:02X}" in str(error)
        assert error.hint
    removed = {0x01, 0x02, 0x03, 0x05, 0x0A, 0x0B, 0x13, 0x23, 0x25, 0x27, 0x29, 0x2A, 0x2B, 0x2C, 0x2E}
    assert {code for code in range(1, 0x40) if isinstance(pn532_errors.error_of(code), CardRemoved)} == removed


# what a PN532 lists


def test_the_atr_is_that_of_a_reader() -> None:
    assert atr_of(b"").hex() == "3b80800101"
    assert atr_of(bytes.fromhex("80734021C0")).hex().startswith("3b858001" + "80734021c0")


@pytest.mark.parametrize(
    ("listed", "atr"),
    [
        ("01 0004 20 04 01020304 01", "3B80800101"),
        ("01 0004 20 04 01020304 02 08", "3B80800101"),
        ("01 0344 20 07 01020304050607 05 78 77 80 02", "3B80800101"),
        ("01 0344 20 04 01020304 06 78 77 80 02 41", "3B8180014141"),
    ],
)
def test_answers_to_select(listed: str, atr: str) -> None:
    assert parse_target(bytes.fromhex(listed), Modulation.TYPE_A).atr == bytes.fromhex(atr)


@pytest.mark.parametrize(
    ("listed", "modulation"),
    [
        ("", Modulation.TYPE_A),
        ("01 0004 20 04 0102", Modulation.TYPE_A),
        ("01 0004 20 04 01020304", Modulation.TYPE_A),
        ("01 0004 20 04 01020304 02 78", Modulation.TYPE_A),
        ("01 0004 20 04 01020304 03 78", Modulation.TYPE_A),
        ("01 0004 20 04 01020304 12 00" + "00" * 16, Modulation.TYPE_A),
        ("01 50 01020304", Modulation.TYPE_B),
        ("01 5001020304 00000000 008181 00", Modulation.TYPE_B),
        ("01 5001020304 00000000 008181 0200", Modulation.TYPE_B),
    ],
)
def test_malformed_targets(listed: str, modulation: Modulation) -> None:
    with pytest.raises(MalformedData):
        parse_target(bytes.fromhex(listed), modulation)


@pytest.mark.parametrize(
    ("listed", "modulation"),
    [
        ("01 0004 08 04 01020304", Modulation.TYPE_A),
        ("01 5001020304 00000000 008081 0100", Modulation.TYPE_B),
    ],
)
def test_cards_without_the_protocol(listed: str, modulation: Modulation) -> None:
    with pytest.raises(Unsupported, match="14443-4"):
        parse_target(bytes.fromhex(listed), modulation)


def test_rates_need_both_directions() -> None:
    assert fastest(0x70) is BitRate.KBIT_106
    assert fastest(0x07) is BitRate.KBIT_106


# the port


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("serial:/dev/ttyUSB0", Place("/dev/ttyUSB0", DEFAULT_BAUD)),
        ("serial:COM3@460800", Place("COM3", 460800)),
        ("serial:/dev/a@b@9600", Place("/dev/a@b", 9600)),
    ],
)
def test_names_of_places(name: str, place: Place) -> None:
    assert parse_place(name) == place


@pytest.mark.parametrize("name", ["serial:", "serial:@115200", "serial:x@", "serial:x@1", "serial:x@²", "serial:x@9e9"])
def test_places_that_are_none(name: str) -> None:
    with pytest.raises(NoReader) as caught:
        parse_place(name)
    assert caught.value.hint


def test_a_port_that_is_not_there() -> None:
    with pytest.raises(NoReader, match="no serial port"):
        open_serial("serial:/dev/no-such-port")
    with pytest.raises(NoReader):
        open_serial("serial:/dev/null")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (PermissionError(13, "Permission denied"), TransportError),
        (OSError("could not open port 'COM3': Access is denied"), TransportError),
        (OSError("Could not exclusively lock port"), ReaderBusy),
        (OSError("the system cannot find the file"), NoReader),
        (OSError(5, "Input/output error"), NoReader),
    ],
)
def test_errors_of_a_port(error: Exception, kind: type[TransportError]) -> None:
    converted = error_of(error, "COM3")
    assert type(converted) is kind
    assert converted.hint


def test_a_port_that_goes_away() -> None:
    pty = Pn532Pty(SimulatedPn532(Echo()))
    port = SerialPort(pty.path)
    pty.close()
    with pytest.raises(NoReader, match="gone"):
        port.read(1)
    port.close()


# the rate of the line


def test_a_faster_line() -> None:
    with started(SimulatedPn532(Echo()), baud=921600, timing=HASTY) as (pn532, pty):
        assert (pn532.line.port.baudrate, pty.pn532.baud) == (921600, 921600)
        with Pn532Card(pn532, "simulated", sleep=lambda _: None) as card:
            card.find(1.0)
            assert card.exchange(COMMAND)
        assert pty.pn532.baud == DEFAULT_BAUD


def test_a_pn532_that_was_left_at_another_rate_is_found() -> None:
    simulated = SimulatedPn532(Echo(), baud=460800)
    with started(simulated, timing=HASTY) as (pn532, _):
        assert (pn532.line.port.baudrate, simulated.baud) == (DEFAULT_BAUD, DEFAULT_BAUD)


def test_a_line_that_cannot_be_faster_ends_with_words() -> None:
    with (
        pytest.raises(NoReader, match="rate"),
        started(SimulatedPn532(Echo(), max_baud=460800), baud=921600, timing=HASTY),
    ):
        pytest.fail("started")


def test_a_line_without_a_pn532() -> None:
    with pytest.raises(NoReader, match="no PN532"), started(SimulatedPn532(Echo()), Noise(lost=1.0), timing=HASTY):
        pytest.fail("started")
