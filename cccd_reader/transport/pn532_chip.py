# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The commands of a PN532 that a reader of documents needs, one method each (UM0701-02, 7.2 and 7.3)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from cccd_reader.errors import MalformedData, NoReader, TransportError, Unsupported
from cccd_reader.transport.pn532_errors import MORE, code_of, error_of
from cccd_reader.transport.pn532_line import NOISY, WIRING, Line
from cccd_reader.transport.pn532_port import BAUD_CODES, DEFAULT_BAUD
from cccd_reader.transport.pn532_target import BitRate, Modulation, Target, parse_target

MAX_DATA = 262
"""Bytes that one InDataExchange carries, either way (7.3.8)."""
MAX_ANSWER = 65538
"""Bytes of the longest answer that a chip may give: 65536 and the status word."""

_IC = 0x32
_FEW_TRIES = 5
_AUTOMATIC_ATR_RES_AND_RATS = 0x14
_MAX_RETRIES, _FIELD = 0x05, 0x01
_FIELD_SECONDS = 0.02  # ISO/IEC 14443-3 asks for 5 ms, both for the pause and before the first command
_SWITCH_SECONDS = 0.01
_LIKELY = (460800, 921600, 230400)
"""Rates at which a program that was killed may have left the PN532."""
_PRESENCE = b"\x06"
_LINE_TEST = b"\x00"
_TEST_PATTERN = bytes(range(128))


class Code(IntEnum):
    """Commands; the answer bears the next number."""

    DIAGNOSE = 0x00
    GET_FIRMWARE_VERSION = 0x02
    SET_SERIAL_BAUD_RATE = 0x10
    SET_PARAMETERS = 0x12
    SAM_CONFIGURATION = 0x14
    RF_CONFIGURATION = 0x32
    IN_DATA_EXCHANGE = 0x40
    IN_LIST_PASSIVE_TARGET = 0x4A
    IN_PSL = 0x4E
    IN_RELEASE = 0x52


@dataclass(frozen=True)
class Firmware:
    """What GetFirmwareVersion says: chip, version, revision, and which kinds of cards it supports, as bits."""

    ic: int
    version: int
    revision: int
    support: int

    def __str__(self) -> str:
        return f"PN5{self.ic:02X} {self.version}.{self.revision}"


class Pn532:
    """A PN532 at the other end of a line."""

    def __init__(self, line: Line, sleep: Callable[[float], None] = time.sleep) -> None:
        self.line = line
        self._sleep = sleep

    def start(self, baud: int) -> Firmware:
        """Find the rate at which the PN532 listens, configure it, and go over to `baud` where it can.

        Raises `NoReader` where no PN532 answers at any rate.
        """
        if not any(self._answers_at(rate) for rate in dict.fromkeys((DEFAULT_BAUD, baud, *_LIKELY))):
            raise NoReader("no PN532 answers on the serial port", WIRING)
        firmware = self.firmware()
        if baud != self.line.port.baudrate:
            self.switch(baud)
        self._do(Code.SET_PARAMETERS, bytes([_AUTOMATIC_ATR_RES_AND_RATS]))
        # For ATR and PSL as after power-up; a card that is not there is looked for three times, not for ever.
        self._do(Code.RF_CONFIGURATION, bytes([_MAX_RETRIES, 0xFF, 0x01, 0x02]))
        return firmware

    def firmware(self) -> Firmware:
        """Ask for chip and version. Raises `Unsupported` for another chip."""
        data = self._do(Code.GET_FIRMWARE_VERSION)
        if len(data) != 4:
            raise MalformedData("not four bytes", "firmware version")
        if data[0] != _IC:
            raise Unsupported("a reader on a serial port that is not a PN532", WIRING)
        return Firmware(*data)

    def switch(self, baud: int) -> None:
        """Change the rate of the line; where that does not work, stay at the one before (7.2.7)."""
        before = self.line.port.baudrate
        self._do(Code.SET_SERIAL_BAUD_RATE, bytes([BAUD_CODES[baud]]))
        self.line.acknowledge()  # the PN532 changes after this ACK
        self._sleep(_SWITCH_SECONDS)
        self.line.port.baudrate = baud
        if not self._echoes() and not any(self._answers_at(rate) for rate in (before, baud)):
            raise NoReader("no PN532 answers since the rate of the line was changed", NOISY)

    def find(self, modulation: Modulation) -> Target | None:
        """Look for one card and activate it, with RATS or ATTRIB; None where there is none (7.3.5)."""
        data = self._do(Code.IN_LIST_PASSIVE_TARGET, modulation.value)
        return parse_target(data[1:], modulation) if data and data[0] else None

    def speed_up(self, target: Target, rate: BitRate) -> bool:
        """Ask a card just activated to go over to a rate in both directions; False where it does not (7.3.7)."""
        data = self._do(Code.IN_PSL, bytes([target.number, rate.code, rate.code]))
        return bool(data) and code_of(data[0]) == 0

    def exchange(self, number: int, message: bytes) -> bytes:
        """Pass a message to the card and return its answer; messages over 262 bytes go with the MI bit (7.3.8)."""
        while len(message) > MAX_DATA:
            self._part(number | MORE, message[:MAX_DATA])
            message = message[MAX_DATA:]
        more, answer = self._part(number, message)
        while more:
            more, part = self._part(number, b"")
            if not part or len(answer) + len(part) > MAX_ANSWER:
                raise TransportError("the PN532 announces more data than there can be", NOISY)
            answer += part
        return answer

    def is_present(self) -> bool:
        """Tell whether the active card still answers: test 6, a NACK block on the air (7.2.1)."""
        data = self._do(Code.DIAGNOSE, _PRESENCE)
        return bool(data) and code_of(data[0]) == 0

    def release(self) -> None:
        """Deselect all cards (7.3.11). It is not tried for long: a reader that is dead need not be told."""
        self._do(Code.IN_RELEASE, b"\x00", _FEW_TRIES)

    def power_cycle(self) -> None:
        """Switch the field off and on: every chip forgets its session."""
        self.field_off()
        self._sleep(_FIELD_SECONDS)
        self._do(Code.RF_CONFIGURATION, bytes([_FIELD, 0x01]))
        self._sleep(_FIELD_SECONDS)

    def field_off(self) -> None:
        """Take the power from every card."""
        self._do(Code.RF_CONFIGURATION, bytes([_FIELD, 0x00]))

    def _part(self, number: int, message: bytes) -> tuple[bool, bytes]:
        data = self._do(Code.IN_DATA_EXCHANGE, bytes([number]) + message)
        if not data:
            raise MalformedData("no status", "answer of the PN532")
        if code_of(data[0]):
            raise error_of(data[0])
        return bool(data[0] & MORE), data[1:]

    def _answers_at(self, baud: int) -> bool:
        """Wake the PN532 at a rate; SAMConfiguration must be the first command after power-up (7.2.10)."""
        self.line.port.baudrate = baud
        self.line.wake()
        try:
            self._do(Code.SAM_CONFIGURATION, b"\x01", _FEW_TRIES)
        except NoReader:
            raise
        except TransportError:
            return False
        return True

    def _echoes(self) -> bool:
        try:
            return self._do(Code.DIAGNOSE, _LINE_TEST + _TEST_PATTERN, _FEW_TRIES) == _LINE_TEST + _TEST_PATTERN
        except NoReader:
            raise
        except TransportError:
            return False

    def _do(self, code: Code, data: bytes = b"", silent: int | None = None) -> bytes:
        return self.line.command(code, data, silent)
