# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The dialogue with a PN532 on a line that fails: each failure on purpose, without threads or a clock of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cccd_reader.errors import MalformedData, TransportError, Unsupported
from cccd_reader.transport import pn532_frames as frames
from cccd_reader.transport.pn532_chip import Code, Pn532
from cccd_reader.transport.pn532_line import Line, Timing
from cccd_reader.transport.pn532_target import Modulation
from cccd_simulators.pn532 import SimulatedPn532
from tests.support.pn532 import Echo

TIMING = Timing(ack=0.2, gap=0.05, answer=1.0, silent=4, tries=30)
POLL = 0.01
COMMAND = bytes.fromhex("00B0000004")
ANSWER = COMMAND + b"\x90\x00"

Damage = Callable[[int, bytes], bytes]


class Wire:
    """A port without time: the simulated PN532 answers at once; `inward` and `outward` damage by number of frame."""

    def __init__(self, pn532: SimulatedPn532) -> None:
        self.baudrate = 115200
        self.pn532 = pn532
        self.now = 0.0
        self.written: list[bytes] = []
        self.outward: Damage = lambda _, data: data
        self.inward: Damage = lambda _, data: data
        self._received = 0
        self._waiting = b""

    @property
    def in_waiting(self) -> int:
        return len(self._waiting)

    def clock(self) -> float:
        return self.now

    def read(self, size: int, /) -> bytes:
        data, self._waiting = self._waiting[:size], self._waiting[size:]
        self.now += 0 if data else POLL
        return data

    def write(self, data: bytes, /) -> None:
        self.pn532.forget_noise()
        self.written.append(data)
        for answer in self.pn532.receive(self.outward(len(self.written) - 1, data)):
            self._waiting += self.inward(self._received, answer)
            self._received += 1

    def reset_input_buffer(self) -> None:
        self._waiting = b""

    def close(self) -> None:
        pass

    def count_from_here(self) -> None:
        """Number the next frame 0, in either direction."""
        self.written.clear()
        self._received = 0


def _connected(chip: Echo) -> tuple[Pn532, Wire]:
    wire = Wire(SimulatedPn532(chip))
    pn532 = Pn532(Line(wire, TIMING, wire.clock), sleep=lambda _: None)
    pn532.start(115200)
    pn532.power_cycle()
    pn532.find(Modulation.TYPE_A)
    wire.count_from_here()
    return pn532, wire


def _only(numbers: set[int], change: Callable[[bytes], bytes]) -> Damage:
    return lambda number, data: change(data) if number in numbers else data


def _flip(place: int) -> Callable[[bytes], bytes]:
    return lambda data: data[:place] + bytes([data[place] ^ 0x10]) + data[place + 1 :]


def _lost(_: bytes) -> bytes:
    return b""


ACK, REPLY = 0, 1
"""What comes back for a command, by number."""

INWARD = {
    "one bit of the answer": (_only({REPLY}, _flip(8)), 1),
    "the answer's length": (_only({REPLY}, _flip(3)), 1),
    "the answer's start": (_only({REPLY}, _flip(2)), 1),
    "the answer's checksum": (_only({REPLY}, _flip(-2)), 1),
    "a lost byte of the answer": (_only({REPLY}, lambda data: data[:9] + data[10:]), 1),
    "half of the answer": (_only({REPLY}, lambda data: data[:7]), 1),
    "the answer twice damaged": (_only({REPLY, 2}, _flip(9)), 1),
    "the whole answer": (_only({REPLY}, _lost), 1),
    "one bit of the ACK": (_only({ACK}, _flip(4)), 1),
    "a lost byte of the ACK": (_only({ACK}, lambda data: data[:2] + data[3:]), 1),
    "the whole ACK": (_only({ACK}, _lost), 1),
    "ACK and answer damaged": (lambda number, data: _flip(4)(data) if number < 2 else data, 1),
    "noise in front": (lambda _, data: b"\x55\xaa\x00\xfe" + data, 1),
    "noise between": (lambda _, data: data + b"\x13\x37", 1),
    "noise like a start code": (_only({ACK}, lambda data: b"\x00\xff\x05" + data), 1),
}
"""Damage on the way to the host, and how often the card sees the command."""


@pytest.mark.parametrize("name", INWARD)
def test_damage_on_the_way_to_the_host(name: str) -> None:
    chip = Echo()
    pn532, wire = _connected(chip)
    wire.inward, times = INWARD[name]
    assert pn532.exchange(1, COMMAND) == ANSWER
    assert chip.commands == [COMMAND] * times
    wire.inward = lambda _, data: data
    assert pn532.exchange(1, b"next") == b"next\x90\x00"


@pytest.mark.parametrize("change", [_flip(3), _flip(4), _flip(7), _flip(-2), _lost, lambda data: data[:6] + data[7:]])
def test_damage_on_the_way_to_the_pn532(change: Callable[[bytes], bytes]) -> None:
    chip = Echo()
    pn532, wire = _connected(chip)
    wire.outward = _only({0, 1}, change)
    assert pn532.exchange(1, COMMAND) == ANSWER
    assert chip.commands == [COMMAND]
    assert pn532.line.tally.resent == 2


def test_a_nack_that_is_lost_is_sent_again() -> None:
    chip = Echo()
    pn532, wire = _connected(chip)
    wire.inward = _only({REPLY}, _flip(8))
    wire.outward = _only({1}, _lost)
    assert pn532.exchange(1, COMMAND) == ANSWER
    assert wire.written[1:3] == [frames.NACK, frames.NACK]
    assert chip.commands == [COMMAND]


def test_a_damage_that_passes_the_checksum_is_found_on_a_noisy_line() -> None:
    """Two bytes change against each other: only another copy tells."""

    def cancel(data: bytes) -> bytes:
        changed = bytearray(data)
        changed[8] += 1
        changed[9] -= 1
        return bytes(changed)

    chip = Echo(answers=[b"\x10\x20\x30\x90\x00"] * 3)
    pn532, wire = _connected(chip)
    wire.inward = _only({REPLY}, _flip(9))
    assert pn532.exchange(1, COMMAND) == b"\x10\x20\x30\x90\x00"
    wire.count_from_here()
    wire.inward = _only({REPLY}, cancel)
    assert pn532.exchange(1, COMMAND) == b"\x10\x20\x30\x90\x00"
    assert len(chip.commands) == 2


def test_a_line_that_is_quiet_again_needs_no_second_copy() -> None:
    pn532, wire = _connected(Echo())
    wire.inward = _only({REPLY}, _flip(9))
    for _ in range(12):
        pn532.exchange(1, COMMAND)
    before = pn532.line.tally.repetitions
    pn532.exchange(1, COMMAND)
    assert pn532.line.tally.repetitions == before


def test_a_command_that_arrived_wrong_but_whole_is_sent_again() -> None:
    """The checksums fit, the command does not: the PN532 answers with its error frame."""
    chip = Echo()
    pn532, wire = _connected(chip)
    wire.outward = _only({0}, lambda _: frames.encode(b"\xd4\x99"))
    assert pn532.exchange(1, COMMAND) == ANSWER
    wire.outward = lambda _, data: frames.encode(b"\xd4\x99") if data != frames.ACK else data
    with pytest.raises(TransportError, match="understand"):
        pn532.exchange(1, COMMAND)


def test_an_answer_to_another_command_is_none() -> None:
    pn532, wire = _connected(Echo())
    wire.inward = _only({REPLY}, lambda _: frames.encode(b"\xd5\x03\x32\x01\x06\x07"))
    assert pn532.exchange(1, COMMAND) == ANSWER


@pytest.mark.parametrize(
    ("inward", "words"),
    [
        (lambda _, data: b"", "no PN532 answers"),
        (lambda _, data: _flip(8)(data) if len(data) > 8 else data, "noisy"),
        (lambda _, data: b"" if len(data) > 8 else data, "in time"),
    ],
)
def test_a_line_that_is_of_no_use_ends_with_words(inward: Damage, words: str) -> None:
    pn532, wire = _connected(Echo())
    wire.inward = inward
    with pytest.raises(TransportError, match=words) as caught:
        pn532.exchange(1, COMMAND)
    assert caught.value.hint
    assert wire.written[-1] == frames.ACK, "what may still run is ended"
    wire.inward = lambda _, data: data
    assert pn532.exchange(1, COMMAND) == ANSWER


def test_noise_without_end_ends() -> None:
    pn532, wire = _connected(Echo())
    wire.inward = lambda _, data: b"\x5a" * 1100
    with pytest.raises(TransportError):
        pn532.exchange(1, COMMAND)


def test_another_chip_is_refused() -> None:
    pn532, wire = _connected(Echo())
    wire.inward = lambda number, data: frames.encode(b"\xd5\x03\x33\x01\x06\x07") if number == REPLY else data
    with pytest.raises(Unsupported, match="not a PN532"):
        pn532.firmware()
    wire.count_from_here()
    wire.inward = lambda number, data: frames.encode(b"\xd5\x03\x32") if number == REPLY else data
    with pytest.raises(MalformedData):
        pn532.firmware()


def test_an_answer_without_a_status_is_malformed() -> None:
    pn532, wire = _connected(Echo())
    wire.inward = lambda number, data: frames.encode(bytes([0xD5, Code.IN_DATA_EXCHANGE + 1])) if number else data
    with pytest.raises(MalformedData, match="status"):
        pn532.exchange(1, COMMAND)
