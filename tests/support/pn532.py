# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A card on a simulated PN532 at a real pseudo-terminal, through the real pyserial, with short time-outs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from cccd_reader.transport.pn532 import BitRate, Pn532Card
from cccd_reader.transport.pn532_chip import Pn532
from cccd_reader.transport.pn532_line import Line, Timing
from cccd_reader.transport.pn532_port import DEFAULT_BAUD, SerialPort
from cccd_simulators.pn532 import SimulatedPn532
from cccd_simulators.pn532_pty import QUIET, Noise, Pn532Pty

PATIENT = Timing(ack=0.4, gap=0.01, answer=5.0)
"""For what must come out right on a machine with much else to do."""
HASTY = Timing(ack=0.05, gap=0.01, answer=2.0)
"""For lines on which much is lost."""


@dataclass
class Echo:
    """A chip whose answers are the command, as often as `times` says, and 9000; or those of a list."""

    atr: bytes = bytes.fromhex("3B8580018073C421C0D2")
    times: int = 1
    answers: list[bytes] = field(default_factory=list)
    commands: list[bytes] = field(default_factory=list)
    resets: int = 0

    def exchange(self, command: bytes, /) -> bytes:
        """Answer with the next of the list, else with an echo."""
        self.commands.append(command)
        return self.answers.pop(0) if self.answers else command * self.times + b"\x90\x00"

    def reset(self) -> None:
        """Count."""
        self.resets += 1


def _confirmed(simulated: SimulatedPn532) -> None:
    """Wait until the PN532 has read that its new rate counts: a pseudo-terminal takes no time, but its thread may."""
    for _ in range(500):
        if simulated.next_baud is None:
            return
        time.sleep(0.002)


@contextmanager
def started(
    simulated: SimulatedPn532, noise: Noise = QUIET, baud: int = DEFAULT_BAUD, timing: Timing = PATIENT
) -> Iterator[tuple[Pn532, Pn532Pty]]:
    """Start a PN532; without a card yet."""
    with Pn532Pty(simulated, noise) as pty:
        port = SerialPort(pty.path)
        try:
            pn532 = Pn532(Line(port, timing), sleep=lambda _: _confirmed(simulated))
            pn532.start(baud)
            yield pn532, pty
        finally:
            port.close()


@contextmanager
def on_reader(
    simulated: SimulatedPn532, noise: Noise = QUIET, fastest: BitRate = BitRate.KBIT_424, timing: Timing = PATIENT
) -> Iterator[tuple[Pn532Card, Pn532Pty]]:
    """Open the card on a PN532."""
    with (
        started(simulated, noise, timing=timing) as (pn532, pty),
        Pn532Card(pn532, "simulated", fastest, sleep=lambda _: None) as card,
    ):
        card.find(1.0)
        yield card, pty
