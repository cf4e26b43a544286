# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The radio link as a model: how long a command takes between reader and chip (ISO/IEC 14443-2, -3 and -4).

A message is cut into blocks: a PCB and two bytes of CRC around at most `frame - 3` bytes. A block that is not the last
of its message is answered by R(ACK), which is three bytes. Each frame has start and end marks, and the other side
answers no sooner than a frame delay. On top come a fixed time for each command, in reader, driver and chip, and what
the chip computes: for each byte under secure messaging, and for each step of a protocol.

Left out, since it weighs little: anticollision and activation, requests for more time (S(WTX)), repeated frames.
`LinkedCard` lays a link in front of a chip. Its clock is virtual for benchmarks, and real behind a PC/SC service.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from cccd_reader.apdu import commands, tlv
from cccd_reader.apdu.command import SECURE_MESSAGING, Command
from cccd_reader.errors import MalformedData, NoCard
from cccd_simulators.persona import PoweredCard

CARRIER = 13_560_000
"""Hertz; one etu at 106 kbit/s is 128 of its cycles (ISO/IEC 14443-3, 6.2.1)."""

FRAME_DELAY = 1172 / CARRIER
"""Seconds, 86 microseconds: the least time from the reader's frame to the chip's (ISO/IEC 14443-3, 6.2.1.1)."""

_RATES = {106: 1, 212: 2, 424: 4, 848: 8}
_BLOCK_OVERHEAD = 3
_R_ACK = 3


class Coding(Enum):
    """How bytes travel: etu of a byte, and etu of the marks around a frame (ISO/IEC 14443-3, 6.2.3 and 7.1)."""

    TYPE_A = (9, 2)
    TYPE_B = (10, 22)


@dataclass(frozen=True)
class ChipTimes:
    """Seconds that a chip computes, on top of the fixed time of a command.

    `pace` are the four steps of PACE: nonce, mapping, agreement, token. The values are those that people's logs show of
    chips of ordinary speed; slow ones take many times as long.
    """

    protected_byte: float = 20e-6
    bac: float = 0.016
    pace: tuple[float, float, float, float] = (0.010, 0.150, 0.100, 0.010)
    chip_authentication: float = 0.100
    active_authentication: float = 0.800


@dataclass(frozen=True)
class Link:
    """A radio link: kbit/s, bytes of the largest frame to the reader (`fsd`) and to the chip (`fsc`), seconds.

    Raises `ValueError` for a rate or a frame size that the standard does not have.
    """

    rate: int = 106
    fsd: int = 256
    fsc: int = 256
    coding: Coding = Coding.TYPE_A
    frame_delay: float = FRAME_DELAY
    per_command: float = 0.008
    chip: ChipTimes = ChipTimes()

    def __post_init__(self) -> None:
        if self.rate not in _RATES:
            raise ValueError(f"a rate is one of {', '.join(map(str, _RATES))} kbit/s")
        if not {self.fsd, self.fsc} <= {16, 24, 32, 40, 48, 64, 96, 128, 256}:
            raise ValueError("a frame is 16 to 256 bytes, in the steps of ISO/IEC 14443-4, 5.1")

    @property
    def etu(self) -> float:
        """Seconds of one bit."""
        return 128 / CARRIER / _RATES[self.rate]

    def raw(self, count: int) -> float:
        """Return the seconds that bytes alone take, without any protocol: the floor of every transfer."""
        return count * self.coding.value[0] * self.etu

    def transfer(self, sent: int, received: int) -> float:
        """Return the seconds on the air of a command of `sent` bytes and its answer of `received` bytes."""
        return self._message(sent, self.fsc) + self._message(received, self.fsd)

    def _message(self, count: int, frame: int) -> float:
        blocks = max(1, -(-count // (frame - _BLOCK_OVERHEAD)))
        frames = 2 * blocks - 1  # each block but the last is acknowledged
        on_air = count + blocks * _BLOCK_OVERHEAD + (blocks - 1) * _R_ACK
        return self.raw(on_air) + frames * (self.coding.value[1] * self.etu + self.frame_delay)


class Clock(Protocol):
    """Seconds, and a way to let them pass."""

    def __call__(self) -> float:
        """Return the seconds now."""
        ...

    def wait_until(self, moment: float) -> None:
        """Let time pass up to `moment`; nothing where that is over."""
        ...


@dataclass
class VirtualClock:
    """A clock that stands still but for what is charged to it: the same on every machine."""

    now: float = 0.0

    def __call__(self) -> float:
        """Return the seconds charged so far."""
        return self.now

    def wait_until(self, moment: float) -> None:
        """Move on to `moment`."""
        self.now = max(self.now, moment)


@dataclass(frozen=True)
class RealClock:
    """The machine's clock: what a chip in software computes by itself is part of the wait, not added to it."""

    sleep: Callable[[float], None] = time.sleep

    def __call__(self) -> float:
        """Return the machine's monotonic seconds."""
        return time.monotonic()

    def wait_until(self, moment: float) -> None:
        """Sleep up to `moment`."""
        if (left := moment - self()) > 0:
            self.sleep(left)


@dataclass
class LinkedCard:
    """A chip behind a link: each exchange takes, on the clock, what the model says."""

    card: PoweredCard
    link: Link
    clock: Clock = field(default_factory=RealClock)
    _pace_data: bytes | None = field(default=None, init=False, repr=False)

    @property
    def atr(self) -> bytes:
        """The chip's answer to reset."""
        return self.card.atr

    def reset(self) -> None:
        """Reset the chip."""
        self.card.reset()

    def wait_for_return(self, timeout: float) -> None:
        """Wait until the chip lies on the reader again. Raises `NoCard` where it cannot come back."""
        wait: Callable[[float], None] | None = getattr(self.card, "wait_for_return", None)
        if wait is None:
            raise NoCard("the simulated card does not come back")
        wait(timeout)

    def exchange(self, command: bytes, /) -> bytes:
        """Answer one command, no sooner than the link and the chip allow."""
        start = self.clock()
        answer = self.card.exchange(command)
        link = self.link
        seconds = link.transfer(len(command), len(answer)) + link.per_command + self._computing(command, answer)
        self.clock.wait_until(start + seconds)
        return answer

    def _computing(self, raw: bytes, answer: bytes) -> float:
        try:
            command = Command.parse(raw)
        except MalformedData:
            return 0.0
        chip = self.link.chip
        if command.cla & SECURE_MESSAGING:
            return chip.protected_byte * (len(raw) + len(answer)) + self._step(command)
        return self._step(command)

    def _step(self, command: Command) -> float:
        """Return the seconds of a protocol's step; MSE tells which protocol GENERAL AUTHENTICATE belongs to."""
        chip = self.link.chip
        if command.ins == commands.EXTERNAL_AUTHENTICATE:
            return chip.bac
        if command.ins == commands.INTERNAL_AUTHENTICATE:
            return chip.active_authentication
        if command.ins == commands.MANAGE_SECURITY_ENVIRONMENT:
            self._pace_data = b"" if command.p1 == 0xC1 else None
            return chip.chip_authentication if (command.p1, command.p2) == (0x41, 0xA6) else 0.0
        if command.ins == commands.GENERAL_AUTHENTICATE:
            return chip.chip_authentication if self._pace_data is None else self._pace(self._pace_data + command.data)
        return 0.0

    def _pace(self, data: bytes) -> float:
        """Return the seconds of one step of PACE, by the object that the terminal sends (ICAO 9303-11, 4.4.4.2)."""
        try:
            objects = tlv.decode(tlv.expect(data, 0x7C))
        except MalformedData:  # a link of a chain: the step begins when the last has arrived
            self._pace_data = data
            return 0.0
        self._pace_data = b""
        tag = objects[0].tag if objects else 0x80
        return dict(zip((0x80, 0x81, 0x83, 0x85), self.link.chip.pace, strict=True)).get(tag, 0.0)
