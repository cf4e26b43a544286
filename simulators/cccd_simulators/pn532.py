# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A PN532 in software that carries a chip: bytes of the serial line in, bytes out (UM0701-02, 6.2 and 7).

It sleeps until it hears the edges of a wake-up, asks for SAMConfiguration first, acknowledges what its checksums prove,
is silent to the rest, and repeats its last answer for a NACK. On the air it is a model: a card is there or not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from cccd_reader.apdu.atr import historical_bytes
from cccd_reader.transport import pn532_frames as frames
from cccd_reader.transport.pn532_chip import MAX_DATA, Code
from cccd_reader.transport.pn532_errors import MORE
from cccd_reader.transport.pn532_frames import Kind
from cccd_reader.transport.pn532_port import BAUD_CODES, DEFAULT_BAUD
from cccd_reader.transport.pn532_target import Modulation
from cccd_simulators.persona import PoweredCard

TIME_OUT, BROKEN, NO_CONTEXT = 0x01, 0x02, 0x27
"""Errors of the radio link: no answer, wrong CRC, no card active any more."""

_FIRMWARE = bytes.fromhex("32010607")
_EDGE = 0x55
_NUMBER = 1
_FRAMES_OF_256_BYTES = 0x08
_ATQB = bytes.fromhex("50") + bytes.fromhex("1A2B3C4D")


@dataclass(frozen=True)
class Air:
    """How the card answers on the air: its kind, TA(1) of its answer to select, and whether it keeps to that."""

    modulation: Modulation = Modulation.TYPE_A
    rates: int = 0x77
    refuses_rates: tuple[int, ...] = ()
    """Codes of InPSL at which the card fails although it announces them."""


@dataclass(frozen=True)
class Incident:
    """At exchange `at` (from 0) the radio link fails with `status`; then `absent` searches of each kind find nothing.

    With `absent` None the link alone fails, and the card keeps its session.
    """

    at: int
    status: int = TIME_OUT
    absent: int | None = 0


@dataclass
class SimulatedPn532:
    """The reader and its card (None: nothing lies on it). `receive` is the serial line; `baud` its rate."""

    card: PoweredCard | None
    air: Air = Air()
    incidents: tuple[Incident, ...] = ()
    max_baud: int = max(BAUD_CODES)
    """A faster rate is acknowledged, and then the line fails: a cable that is too long."""
    baud: int = DEFAULT_BAUD
    exchanges: int = 0
    commands: list[int] = field(default_factory=list)
    """The codes of all commands that arrived whole."""
    rate: int = 0
    """The bit rate on the air, as a code of InPSL."""
    next_baud: int | None = None
    """The rate of the line that counts as soon as the host has confirmed it."""
    _awake: bool = False
    _configured: bool = False
    _active: bool = False
    _absent: int = 0
    _buffer: bytearray = field(default_factory=bytearray)
    _message: bytes = b""
    _waiting: bytes = b""
    _last: bytes = b""

    def receive(self, data: bytes) -> Iterator[bytes]:
        """Take bytes of the line, yield the frames that go back: the ACK before the command is carried out."""
        self._awake = self._awake or _EDGE in data
        if not self._awake or self.baud > self.max_baud:
            return
        self._buffer += data
        while (frame := frames.take(self._buffer)) is not None:
            if frame.kind is Kind.NACK and self._last:
                yield self._last
            elif frame.kind is Kind.ACK:
                self._confirmed()
            elif frame.kind is Kind.DATA and len(frame.payload) > 1 and frame.payload[0] == frames.TO_READER:
                yield frames.ACK
                yield self._answer(frame.payload[1], frame.payload[2:])
        if len(self._buffer) > 2 * frames.MAX_PAYLOAD:
            self._buffer.clear()

    def forget_noise(self) -> None:
        """Drop a frame that was begun: the line has been silent for long."""
        self._buffer.clear()

    def lay(self, card: PoweredCard) -> None:
        """Lay another card on the reader."""
        self.card, self._active, self._absent = card, False, 0

    def take_off(self) -> None:
        """Take the card off the reader."""
        self.card, self._active = None, False

    def _confirmed(self) -> None:
        if self.next_baud is not None:
            self.baud, self.next_baud = self.next_baud, None

    def _answer(self, code: int, data: bytes) -> bytes:
        self.commands.append(code)
        handler = self._HANDLERS.get(code)
        self._configured = self._configured or code == Code.SAM_CONFIGURATION
        answer = handler(self, data) if handler and self._configured else None
        if answer is None:
            self._last = frames.ERROR
        else:
            self._last = frames.encode(bytes([frames.TO_HOST, code + 1]) + answer)
        return self._last

    def _diagnose(self, data: bytes) -> bytes | None:
        if data[:1] == b"\x00":
            return data
        if data != b"\x06":
            return None
        return bytes([0 if self._active else TIME_OUT])

    def _firmware(self, _data: bytes) -> bytes:
        return _FIRMWARE

    def _serial_rate(self, data: bytes) -> bytes | None:
        rates = {code: baud for baud, code in BAUD_CODES.items()}
        if len(data) != 1 or data[0] not in rates:
            return None
        self.next_baud = rates[data[0]]
        return b""

    def _accept(self, data: bytes) -> bytes | None:
        return b"" if data else None

    def _field(self, data: bytes) -> bytes | None:
        if data[:1] == b"\x01":
            self._active = False
            if self.card is not None:
                self.card.reset()
        return b"" if len(data) > 1 else None

    def _list(self, data: bytes) -> bytes | None:
        if data not in [each.value for each in Modulation]:
            return None
        self._active, self.rate, self._message, self._waiting = False, 0, b"", b""
        if data != self.air.modulation.value:
            return b"\x00"
        if self._absent:
            self._absent -= 1
            return b"\x00"
        if self.card is None:
            return b"\x00"
        self._active = True
        history = historical_bytes(self.card.atr)
        found = self._type_a(history) if self.air.modulation is Modulation.TYPE_A else self._type_b(history)
        return bytes([1, _NUMBER]) + found

    def _type_a(self, history: bytes) -> bytes:
        interface = bytes([0x70 | _FRAMES_OF_256_BYTES, self.air.rates, 0x80, 0x02])
        ats = bytes([1 + len(interface) + len(history)]) + interface + history
        return bytes.fromhex("0004 20 04 08112233") + ats

    def _type_b(self, history: bytes) -> bytes:
        application_data = (history + bytes(4))[:4]
        return _ATQB + application_data + bytes([self.air.rates, 0x81, 0x80]) + bytes.fromhex("01 00")

    def _select_rate(self, data: bytes) -> bytes | None:
        if len(data) != 3:
            return None
        if not self._active:
            return bytes([NO_CONTEXT])
        if data[1] in self.air.refuses_rates:
            self._active = False
            return bytes([TIME_OUT])
        self.rate = data[1]
        return b"\x00"

    def _exchange(self, data: bytes) -> bytes | None:
        if not data or data[0] & ~MORE != _NUMBER:
            return None
        incident = next((each for each in self.incidents if each.at == self.exchanges), None)
        self.exchanges += 1
        if incident is not None and self._active:
            self._happens(incident)
            return bytes([incident.status])
        if not self._active or self.card is None:
            return bytes([NO_CONTEXT])
        if data[0] & MORE:
            self._message += data[1:]
            return b"\x00"
        if not self._waiting:
            message, self._message = self._message + data[1:], b""
            self._waiting = self.card.exchange(message)
        part, self._waiting = self._waiting[:MAX_DATA], self._waiting[MAX_DATA:]
        return bytes([MORE if self._waiting else 0]) + part

    def _happens(self, incident: Incident) -> None:
        self._message = self._waiting = b""
        if incident.absent is not None:
            self._active, self._absent = False, incident.absent
            if self.card is not None:
                self.card.reset()

    def _release(self, data: bytes) -> bytes | None:
        self._active = False
        return b"\x00" if len(data) == 1 else None

    _HANDLERS: ClassVar[dict[int, Callable[[SimulatedPn532, bytes], bytes | None]]] = {
        Code.DIAGNOSE: _diagnose,
        Code.GET_FIRMWARE_VERSION: _firmware,
        Code.SET_SERIAL_BAUD_RATE: _serial_rate,
        Code.SET_PARAMETERS: _accept,
        Code.SAM_CONFIGURATION: _accept,
        Code.RF_CONFIGURATION: _field,
        Code.IN_DATA_EXCHANGE: _exchange,
        Code.IN_LIST_PASSIVE_TARGET: _list,
        Code.IN_PSL: _select_rate,
        Code.IN_RELEASE: _release,
    }
