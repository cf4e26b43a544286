# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The card on a PN532 at a serial port (UART): `serial:/dev/ttyUSB0`, `serial:COM3@460800`.

The PN532 speaks ISO/IEC 14443-4 itself: RATS or ATTRIB when it lists a card, blocks, chaining and waiting times when it
exchanges data. Its RATS asks for frames of 64 bytes at most, and nothing changes that but doing the whole protocol of
blocks on this side of the serial line; at 115200 baud the line costs more than the blocks do.

Its manual defines the exchange of more than 262 bytes for other targets than these, so a card here says `lengths` SHORT
whatever its chip can; extended length must be asked for, and then depends on the firmware.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from cccd_reader.apdu.channel import Lengths
from cccd_reader.errors import CardRemoved, NoCard, NoReader, TransportError
from cccd_reader.transport.pn532_chip import Pn532
from cccd_reader.transport.pn532_line import Line
from cccd_reader.transport.pn532_port import DEFAULT_BAUD, PREFIX, SerialPort, parse_place
from cccd_reader.transport.pn532_target import BitRate, Modulation, Target

__all__ = ["DEFAULT_TIMEOUT", "PREFIX", "BitRate", "Pn532Card", "open_serial"]

DEFAULT_TIMEOUT = 30.0
"""Seconds that `open_serial` waits for a card."""

_SEARCH_SECONDS = 0.1
_ALONE = "Lay a card with a chip on the reader, alone."


def open_serial(
    name: str, *, timeout: float | None = DEFAULT_TIMEOUT, on_wait: Callable[[], None] | None = None
) -> Pn532Card:
    """Connect to the card on the PN532 at a serial port; wait for one up to `timeout` seconds, for ever with None.

    `name` is `serial:PORT` or `serial:PORT@BAUD`. `on_wait` is called once, when there is no card yet. Raises
    `NoReader`, `ReaderBusy`, `NoCard` when the time is over, `Unsupported` for a card without ISO/IEC 14443-4, and
    `TransportError`.
    """
    place = parse_place(name)
    port = SerialPort(place.port)
    try:
        pn532 = Pn532(Line(port))
        firmware = pn532.start(place.baud)
        card = Pn532Card(pn532, f"{firmware} on {place.port}")
    except BaseException:
        port.close()
        raise
    try:
        card.find(timeout, on_wait)
    except BaseException:
        card.close()
        raise
    return card


class Pn532Card:
    """A card that a PN532 holds until `close`; as a context manager, until the end of the block.

    `reader` names chip, firmware and port; `atr` is composed as a PC/SC reader does; `bit_rate` is that on the air.
    """

    lengths = Lengths.SHORT
    """What is safe: see the top of this module."""

    def __init__(
        self,
        pn532: Pn532,
        reader: str,
        fastest: BitRate = BitRate.KBIT_424,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take over a PN532 that was started; `open_serial` does the rest. `fastest` bounds the rate on the air."""
        self.pn532 = pn532
        self.reader = reader
        self.atr = b""
        self.bit_rate = BitRate.KBIT_106
        self._fastest = fastest
        self._clock = clock
        self._sleep = sleep
        self._target: Target | None = None
        self._open = True

    def exchange(self, command: bytes, /) -> bytes:
        """Send one command APDU, return data and status word.

        Raises `CardRemoved` where the radio link to the card broke, and `TransportError` for the rest. The session
        with the chip is lost then.
        """
        if len(command) < 4:
            raise ValueError("a command APDU has at least four bytes")
        self._require_open()
        if self._target is None:
            raise CardRemoved("the card was taken off the reader")
        try:
            answer = self.pn532.exchange(self._target.number, command)
        except CardRemoved:
            self._target = None
            raise
        if len(answer) < 2:
            raise self._without_answer()
        return answer

    def reset(self) -> None:
        """Take the power from the chip, which forgets its session, and activate it again.

        Raises `CardRemoved` where it is not there any more.
        """
        self._require_open()
        if not self._activate():
            raise CardRemoved("the card was taken off the reader")

    def wait_for_return(self, timeout: float) -> None:
        """Wait until a card lies on the reader and activate it. Raises `NoCard` when the time is over."""
        self.find(timeout)

    def find(self, timeout: float | None, on_wait: Callable[[], None] | None = None) -> None:
        """Look for a card until one is active; with None for ever. Raises `NoCard` when the time is over."""
        self._require_open()
        end = None if timeout is None else self._clock() + timeout
        while not self._activate():
            if end is not None and self._clock() >= end:
                raise NoCard("there is no card on the reader")
            if on_wait is not None:
                on_wait()
                on_wait = None
            self._sleep(_SEARCH_SECONDS)

    def close(self) -> None:
        """Take the power from the chip, so that its session ends here, and give the port free. May be called again."""
        if not self._open:
            return
        self._open, self._target = False, None
        port = self.pn532.line.port
        try:
            self.pn532.release()
            self.pn532.field_off()
            if port.baudrate != DEFAULT_BAUD:
                self.pn532.switch(DEFAULT_BAUD)
        except TransportError:
            return  # the reader has gone, or its line is broken; there is nothing left to end
        finally:
            port.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _require_open(self) -> None:
        if not self._open:
            raise TransportError("the connection to the card is closed", "")

    def _activate(self) -> bool:
        """Power the field down and up, look for a card of either type, and take the fastest rate that both can."""
        self._target = None
        self.pn532.power_cycle()
        target = self._list()
        if target is None:
            return False
        self.bit_rate = BitRate.KBIT_106
        rate = min(target.fastest, self._fastest, key=lambda each: each.value)
        if rate is not BitRate.KBIT_106:
            target = self._faster(target, rate)
        if target is None:
            return False
        self._target, self.atr = target, target.atr
        return True

    def _faster(self, target: Target, rate: BitRate) -> Target | None:
        if self.pn532.speed_up(target, rate):
            self.bit_rate = rate
            return target
        # A card whose answer went wrong may be at either rate: power it up again, and leave it at 106 kbit/s.
        self._fastest = BitRate.KBIT_106
        self.pn532.power_cycle()
        return self._list()

    def _list(self) -> Target | None:
        for modulation in Modulation:
            target = self.pn532.find(modulation)
            if target is not None:
                return target
        return None

    def _without_answer(self) -> TransportError:
        try:
            present = self.pn532.is_present()
        except NoReader:
            raise
        except TransportError:
            present = False
        if present:
            return TransportError("the card gave an answer without a status word", _ALONE)
        self._target = None
        return CardRemoved("the card was taken off the reader")
