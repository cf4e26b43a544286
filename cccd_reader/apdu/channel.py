# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The channel: one method, `send`, over anything that exchanges bytes (ISO/IEC 7816-4, 5.1 to 5.3).

Below it lies a `Card`; above it lie the protocols, which never see whether secure messaging is on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Protocol

from cccd_reader.apdu.command import (
    CHAINING,
    EXTENDED_LC,
    EXTENDED_LE,
    SECURE_MESSAGING,
    SHORT_LC,
    SHORT_LE,
    Command,
    Response,
)
from cccd_reader.apdu.commands import get_response
from cccd_reader.apdu.trace import Exchange, Observer, Traffic
from cccd_reader.errors import MalformedData

MAX_COMMANDS = 10_000
"""Commands to one card in one reading: 1 MiB in parts of 128 bytes. Who gives a byte at a time is not read for ever."""


class Card(Protocol):
    """Anything with `exchange` is a card: a PC/SC connection, a serial reader, a simulated chip, a recording."""

    def exchange(self, command: bytes, /) -> bytes:
        """Send one command APDU, return data and status word. Raises `TransportError` where the link fails."""
        ...


class Lengths(Enum):
    """Which length fields reader and chip take."""

    SHORT = SHORT_LC
    EXTENDED = EXTENDED_LC


class Channel(Protocol):
    """What protocols talk through."""

    lengths: Lengths

    def send(self, command: Command) -> Response:
        """Send one command, whole answer back, whatever chaining it takes."""
        ...


def chunks(command: Command, size: int) -> Iterator[Command]:
    """Cut a command whose data is longer than `size` into a chain (ISO/IEC 7816-4, 5.3.3)."""
    ne = command.ne if size > SHORT_LC else min(command.ne, SHORT_LE)
    if len(command.data) <= size and ne == command.ne:
        yield command
        return
    data = command.data
    while len(data) > size:
        yield Command(command.cla | CHAINING, command.ins, command.p1, command.p2, data[:size])
        data = data[size:]
    yield Command(command.cla, command.ins, command.p1, command.p2, data, ne)


class PlainChannel:
    """The lowest channel: encodes, counts, chains long commands, follows 61xx and 6Cxx; ends after `MAX_COMMANDS`.

    `observer` receives one redacted `Exchange` a command; `clock` yields seconds.
    """

    def __init__(
        self,
        card: Card,
        lengths: Lengths = Lengths.SHORT,
        observer: Observer | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.lengths = lengths
        self.traffic = Traffic()
        self._card = card
        self._observer = observer
        self._clock = clock

    def send(self, command: Command) -> Response:
        """Send one command. A refused link of a chain ends it; the refusal is the answer."""
        response = Response(b"", 0x6F00)
        for link in chunks(command, self.lengths.value):
            response = self._whole(link)
            if link.cla & CHAINING and not response.ok:
                return response
        return response

    def _whole(self, command: Command) -> Response:
        response = self._transmit(command)
        # 6Cxx: once more with the exact length. Never under secure messaging, whose counter may have moved.
        if response.sw >> 8 == 0x6C and not command.cla & SECURE_MESSAGING:
            response = self._transmit(
                Command(command.cla, command.ins, command.p1, command.p2, command.data, response.sw & 0xFF or SHORT_LE)
            )
        if response.sw >> 8 != 0x61:
            return response
        data = response.data
        while response.sw >> 8 == 0x61:
            response = self._transmit(get_response(response.sw & 0xFF or SHORT_LE))
            if response.sw >> 8 == 0x61 and not response.data:
                raise MalformedData("61xx without any data", "response APDU")
            data += response.data
            if len(data) > EXTENDED_LE:
                raise MalformedData("longer than any response may be", "response APDU")
        return Response(data, response.sw)

    def _transmit(self, command: Command) -> Response:
        if self.traffic.apdus >= MAX_COMMANDS:
            raise MalformedData(f"more than {MAX_COMMANDS} commands are needed", "dialogue with the chip")
        raw = bytes(command)
        start = self._clock()
        answer: bytes | None = None
        try:
            answer = self._card.exchange(raw)
            return Response.parse(answer)
        finally:
            self._record(command, len(raw), answer, self._clock() - start)

    def _record(self, command: Command, sent: int, answer: bytes | None, seconds: float) -> None:
        sw = int.from_bytes(answer[-2:], "big") if answer and len(answer) >= 2 else None
        exchange = Exchange(self.traffic.apdus + 1, command.header, sent, len(answer or b""), sw, seconds)
        self.traffic.add(exchange)
        if self._observer:
            self._observer(exchange)
