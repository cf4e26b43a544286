# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Commands to a PN532 over a serial line that may lose and change bytes (UM0701-02, 6.2.2).

The PN532 acknowledges a command whose checksums hold, works, and answers. A command without an ACK is sent again; an
answer that came damaged is asked for again with NACK, and the copies are compared byte by byte. On a line that has been
noisy a moment ago an answer counts only when two copies agree, since a checksum of eight bits lets some damage pass.

Two things are beyond this side. A command whose damage passes the checksum is carried out as it arrived. And an ACK
that is lost to the last byte looks like a command that never arrived: it is sent again, and may reach the card twice.
A chip notices either under secure messaging, and ends its session.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol

from cccd_reader.errors import TransportError
from cccd_reader.transport import pn532_frames as frames
from cccd_reader.transport.pn532_frames import Frame, Kind

NOISY = "Check cable, ground and length of the serial line, then try again."
WIRING = "Check that TX and RX are crossed, the module has power and its switches are set to UART (HSU)."

_LONG_WAKE_UP = bytes.fromhex("5555") + bytes(14)
"""Edges that wake the PN532, then time for its oscillator: 14 bytes are 1.2 ms at 115200 baud (7.2.11)."""
_STRETCH = 5
"""Bytes from which on noise is taken for a damaged answer."""
_WATCHFUL = 8
"""Clean answers after which the line counts as quiet again."""
_KEPT_COPIES = 24
_MAX_STRETCH = 1024


class Port(Protocol):
    """What is used of `serial.Serial`; `read` returns what came within its own short time-out."""

    baudrate: int

    @property
    def in_waiting(self) -> int:
        """Bytes that wait to be read."""
        ...

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none where none came in time."""
        ...

    def write(self, data: bytes, /) -> int | None:
        """Send bytes."""
        ...

    def reset_input_buffer(self) -> None:
        """Drop the bytes that wait."""
        ...

    def close(self) -> None:
        """Give the port back."""
        ...


@dataclass(frozen=True)
class Timing:
    """Seconds and counts of the dialogue.

    `ack` is the patience for the ACK (the PN532 takes 15 ms at most, an adapter adds 16 ms and more), `gap` the
    silence that ends a stretch of bytes, `answer` the patience after the ACK; `silent` is how often a command may
    remain without any answer, `tries` how often anything may be sent for one command.
    """

    ack: float = 0.2
    gap: float = 0.04
    answer: float = 10.0
    silent: int = 40
    tries: int = 200


class _Heard(Enum):
    ANSWER = auto()
    DAMAGED = auto()
    REFUSED = auto()
    SILENCE = auto()
    NOTHING_MORE = auto()
    """The ACK came, the answer did not."""


@dataclass
class Tally:
    """What the line has seen: commands, and what had to be repeated."""

    commands: int = 0
    resent: int = 0
    repetitions: int = 0
    damaged: int = 0


@dataclass
class _Dialogue:
    """One command under way."""

    reply: int
    acknowledged: bool = False
    copies: list[bytes] = field(default_factory=list)

    def keep(self, copy: bytes) -> Frame | None:
        """Note a copy of the answer; return the frame that two copies agree on."""
        self.copies = [*self.copies[1 - _KEPT_COPIES :], copy]
        frame = frames.agreed(self.copies)
        return frame if frame is not None and _is_reply(frame, self.reply) else None


class Line:
    """The host's end of the line. `tally` counts; `clock` yields seconds."""

    def __init__(self, port: Port, timing: Timing = Timing(), clock: Callable[[], float] = time.monotonic) -> None:
        self.port = port
        self.tally = Tally()
        self._timing = timing
        self._clock = clock
        self._watchful = 0
        self._unsettled = False
        self._before = b""

    def wake(self) -> None:
        """Wake the PN532 from power down; harmless where it is awake."""
        self.port.write(_LONG_WAKE_UP)

    def acknowledge(self) -> None:
        """Send an ACK: it confirms an answer, and ends a command that still runs (6.2.1.3)."""
        self.port.write(frames.ACK)

    def command(self, code: int, data: bytes = b"", silent: int | None = None) -> bytes:
        """Send a command and return what its answer holds behind the code; `silent` replaces that of the timing.

        Raises `TransportError` where nobody answers, where the line is too noisy, and where the PN532 does not
        understand the command.
        """
        self.tally.commands += 1
        if self._unsettled:
            self._settle()
        try:
            return self._converse(code, data, silent or self._timing.silent)
        except TransportError:
            # Ends what may still run, so that the next command does not meet its answer.
            self._unsettled = True
            self.acknowledge()
            raise

    def _converse(self, code: int, data: bytes, silent: int) -> bytes:
        command = frames.encode(bytes([frames.TO_READER, code]) + data)
        dialogue = _Dialogue(code + 1)
        sending, refused = command, 0
        for turn in range(self._timing.tries):
            self._count(turn, sending)
            heard, frame = self._exchange(dialogue, sending)
            if frame is not None and (answer := self._trusted(dialogue, heard, frame)):
                self._before = answer.raw
                return answer.payload[2:]
            if heard is _Heard.SILENCE:
                silent -= 1
                if not silent:
                    raise TransportError("no PN532 answers on the serial port", WIRING)
            refused += heard is _Heard.REFUSED
            if refused > 2 or heard is _Heard.NOTHING_MORE:
                raise _failure(heard)
            # A command that was not received has no answer to repeat; nor has one that was refused.
            received = dialogue.acknowledged and heard is not _Heard.REFUSED
            if not received:
                dialogue = _Dialogue(code + 1)
            sending = frames.NACK if received else command
        raise TransportError("the serial line is too noisy", NOISY)

    def _count(self, turn: int, sending: bytes) -> None:
        if turn and sending is frames.NACK:
            self.tally.repetitions += 1
        elif turn:
            self.tally.resent += 1
            self._unsettled = True  # perhaps both were received, and two answers come

    def _trusted(self, dialogue: _Dialogue, heard: _Heard, frame: Frame) -> Frame | None:
        """Return the answer where it may be believed, None where another copy is needed."""
        if heard is _Heard.DAMAGED:
            self.tally.damaged += 1
            self._watchful = _WATCHFUL
        elif not self._watchful:
            return frame
        dialogue.acknowledged = True
        agreed = dialogue.keep(frame.raw)
        if agreed is not None and heard is _Heard.ANSWER and len(dialogue.copies) == 2:
            self._watchful -= 1
        return agreed

    def _exchange(self, dialogue: _Dialogue, sending: bytes) -> tuple[_Heard, Frame | None]:
        """Send and listen. Where an answer or its remains came, they are the frame."""
        self.port.reset_input_buffer()
        self.port.write(sending)
        again = sending is frames.NACK
        heard, frame = self._listen(dialogue, self._timing.ack)
        if heard is _Heard.SILENCE and dialogue.acknowledged and not again:
            heard, frame = self._listen(dialogue, self._timing.answer)
            if heard is _Heard.SILENCE:  # once more, in case it was the answer that went lost as a whole
                self.port.write(frames.NACK)
                heard, frame = self._listen(dialogue, self._timing.ack)
                if heard is _Heard.SILENCE or (frame is not None and frame.raw == self._before):
                    return _Heard.NOTHING_MORE, None  # or the answer to the command before
        return heard, frame

    def _listen(self, dialogue: _Dialogue, patience: float) -> tuple[_Heard, Frame | None]:
        """Listen until an answer has come, its remains, or nothing for `patience` seconds after the last event."""
        buffer = bytearray()
        end = quiet = self._clock() + patience
        while (now := self._clock()) < end or buffer:
            data = self.port.read(max(1, self.port.in_waiting))
            if data:
                buffer += data
                quiet = self._clock() + self._timing.gap
            if buffer and (now >= quiet or len(buffer) > _MAX_STRETCH):
                remains = bytes(buffer)
                buffer.clear()
                if self._is_answer(remains, dialogue):
                    return _Heard.DAMAGED, Frame(Kind.DAMAGED, raw=remains[1:])
            found = self._sort(buffer, dialogue)
            if found is not None:
                return found
        return _Heard.SILENCE, None

    def _sort(self, buffer: bytearray, dialogue: _Dialogue) -> tuple[_Heard, Frame | None] | None:
        """Take the frames off the buffer until one ends the listening."""
        while (frame := frames.take(buffer)) is not None:
            if frame.kind is Kind.ACK:
                dialogue.acknowledged = True
            elif frame.kind is Kind.ERROR:
                return _Heard.REFUSED, None
            elif frame.kind is Kind.DAMAGED:
                return _Heard.DAMAGED, frame
            elif _is_reply(frame, dialogue.reply):
                return _Heard.ANSWER, frame
        return None

    @staticmethod
    def _is_answer(remains: bytes, dialogue: _Dialogue) -> bool:
        """Tell a damaged answer from a damaged ACK, which is noted, and from noise."""
        kernel = remains.strip(b"\x00")
        if not dialogue.acknowledged and len(kernel) <= len(frames.ACK):
            # The zeros around it are the frame's own, and may be the last frame's as well.
            dialogue.acknowledged = any(map(frames.like_ack, (remains, b"\x00\x00" + kernel + b"\x00")))
            return False
        return len(kernel) >= _STRETCH

    def _settle(self) -> None:
        """Wait until nothing comes any more, so that no late answer is taken for the next one."""
        end = self._clock() + self._timing.answer
        quiet = self._clock() + self._timing.gap
        while self._clock() < min(quiet, end):
            if self.port.read(max(1, self.port.in_waiting)):
                quiet = self._clock() + self._timing.gap
        self._unsettled = False


def _is_reply(frame: Frame, code: int) -> bool:
    return frame.payload[:2] == bytes([frames.TO_HOST, code])


def _failure(heard: _Heard) -> TransportError:
    if heard is _Heard.REFUSED:
        return TransportError("the PN532 does not understand a command", NOISY)
    return TransportError("the PN532 has not answered in time", WIRING)
