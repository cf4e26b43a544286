# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A simulated PN532 on a pseudo-terminal, which any program opens as a serial port; with noise on the line if wanted.

A pseudo-terminal has no rate of its own, but it remembers the one that was set: where it differs from the PN532's, the
bytes arrive as rubbish, as they would on a wire.
"""

from __future__ import annotations

import os
import random
import select
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from cccd_reader.errors import Unsupported
from cccd_reader.transport import pn532_frames as frames
from cccd_simulators.pn532 import SimulatedPn532

_FORGET_SECONDS = 0.02
"""Silence after which the PN532 gives a frame up that was begun."""
_BITS_PER_BYTE = 10
_SPEED = 4
"""Index of the input rate in what tcgetattr returns."""


@dataclass(frozen=True)
class Noise:
    """What happens to the line, as chances from 0 to 1, the same in both directions.

    `flipped`, `lost` and `inserted` are per byte: one bit changed, a byte gone, a random byte put in front. `frames` is
    per frame: one byte of it gets one bit changed. `lost_acks` is the chance of an ACK to vanish.
    """

    seed: int = 1
    flipped: float = 0.0
    lost: float = 0.0
    inserted: float = 0.0
    frames: float = 0.0
    lost_acks: float = 0.0


QUIET = Noise()


class NoisyLine:
    """Applies noise to frames, from a seed: the same seed and traffic give the same damage."""

    def __init__(self, noise: Noise) -> None:
        self.damaged = 0
        """Frames that did not pass unharmed."""
        self._noise = noise
        self._random = random.Random(noise.seed)  # noqa: S311 -- noise of a simulation, no secret  # nosec B311

    def pass_on(self, data: bytes) -> bytes:
        """Return what arrives of a frame."""
        arrived = self._harm(data)
        self.damaged += arrived != data
        return arrived

    def _harm(self, data: bytes) -> bytes:
        if self._noise == QUIET:
            return data
        if data == frames.ACK and self._hits(self._noise.lost_acks):
            return b""
        arrived = bytearray()
        for byte in data:
            if self._hits(self._noise.inserted):
                arrived.append(self._random.randrange(256))
            if not self._hits(self._noise.lost):
                arrived.append(self._flip(byte) if self._hits(self._noise.flipped) else byte)
        if arrived and self._hits(self._noise.frames):
            place = self._random.randrange(len(arrived))
            arrived[place] = self._flip(arrived[place])
        return bytes(arrived)

    def _flip(self, byte: int) -> int:
        return byte ^ 1 << self._random.randrange(8)

    def _hits(self, chance: float) -> bool:
        return chance > 0 and self._random.random() < chance


class Pn532Pty:
    """A PN532 at the end of a pseudo-terminal: `path` is the serial port to open, until `close`.

    With `pace` every byte takes its time at the rate of the line; `sleep` is called for it.
    """

    def __init__(
        self, pn532: SimulatedPn532, noise: Noise = QUIET, pace: Callable[[float], None] | None = None
    ) -> None:
        try:
            import tty  # noqa: PLC0415 -- only where there are pseudo-terminals
        except ImportError as error:
            raise Unsupported("pseudo-terminals on this system", "Use a virtual reader instead.") from error
        self.pn532 = pn532
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)  # kept open: else the end of one program would end the line for the next
        self.path = os.ttyname(self._slave)
        self.line = NoisyLine(noise)
        self._pace = pace
        self._error: BaseException | None = None
        self._stop_read, self._stop_write = os.pipe()
        self._thread = threading.Thread(target=self._run, name="pn532", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread and the pseudo-terminal. Raises what the thread ended with."""
        if self._thread.is_alive():
            os.write(self._stop_write, b"x")
            self._thread.join()
        for descriptor in (self._master, self._slave, self._stop_read, self._stop_write):
            if descriptor >= 0:
                os.close(descriptor)
        self._master = self._slave = self._stop_read = self._stop_write = -1
        if self._error is not None:
            error, self._error = self._error, None
            raise error

    def wait(self, seconds: float) -> bool:
        """Wait; return False once the line has ended."""
        self._thread.join(seconds)
        return self._thread.is_alive()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        try:
            heard = time.monotonic()
            while True:
                ready, _, _ = select.select([self._master, self._stop_read], [], [])
                if self._stop_read in ready:
                    return
                data = os.read(self._master, 4096)
                now = time.monotonic()
                if now - heard > _FORGET_SECONDS:
                    self.pn532.forget_noise()
                heard = now
                self._take(data)
        except BaseException as error:  # noqa: BLE001 -- handed to whoever closes the line
            self._error = error

    def _take(self, data: bytes) -> None:
        self._take_time(data)
        for answer in self.pn532.receive(self.line.pass_on(self._at_rate(data))):
            self._take_time(answer)
            os.write(self._master, self.line.pass_on(self._at_rate(answer)))

    def _at_rate(self, data: bytes) -> bytes:
        """Return the bytes as the other end hears them: rubbish where the two rates differ."""
        import termios  # noqa: PLC0415 -- as above

        speed = termios.tcgetattr(self._slave)[_SPEED]
        same = speed == getattr(termios, f"B{self.pn532.baud}", None)
        return data if same else bytes(len(data))

    def _take_time(self, data: bytes) -> None:
        if self._pace is not None:
            self._pace(len(data) * _BITS_PER_BYTE / self.pn532.baud)
