# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A counter on a PN532 at a serial port: the real driver over a simulated reader on a pseudo-terminal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cccd_reader.counter.events import AccessTaken, CardAwaited, CardPresent, CounterEvent, Judged
from cccd_reader.counter.loop import Counter, Times
from cccd_reader.counter.station import SerialStation
from cccd_reader.errors import NoReader
from cccd_simulators.by_name import persona_of
from cccd_simulators.chip import power_up
from cccd_simulators.pn532 import SimulatedPn532
from cccd_simulators.pn532_pty import Pn532Pty
from tests.support.counter import NUMBER, Log, judge


@pytest.fixture
def line() -> Iterator[Pn532Pty]:
    """A PN532 on which nothing lies."""
    with Pn532Pty(SimulatedPn532(None)) as pty:
        yield pty


def test_a_customer_at_a_serial_reader(line: Pn532Pty) -> None:
    def act(event: CounterEvent) -> None:
        if isinstance(event, AccessTaken):
            assert not station.occupied()
        elif isinstance(event, CardAwaited):
            line.pn532.lay(power_up(persona_of("cccd")))
        elif isinstance(event, Judged):
            assert station.occupied()
            line.pn532.take_off()
            counter.stop()

    log = Log([act])
    station = SerialStation(f"serial:{line.path}")
    counter = Counter(station, judge, log, Times(look=0.05))
    counter.give(NUMBER)
    counter.run()
    assert log.story == [
        "Ready",
        "AccessTaken",
        "CardAwaited",
        "CardPresent",
        "Heard",
        "Judged accepted",
        "Cleared stopped",
    ]
    [present] = [event for event in log.events if isinstance(event, CardPresent)]
    assert line.path in present.reader
    assert "PN532" in present.reader


def test_a_wrong_name_is_told_at_once() -> None:
    SerialStation("serial:/dev/ttyUSB0@460800").check()
    with pytest.raises(NoReader):
        SerialStation("serial:").check()
    with pytest.raises(NoReader):
        SerialStation("serial:/dev/nothing").open(0)
