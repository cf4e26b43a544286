# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd simulate serve --on pn532`: a chip on a simulated PN532, whose serial port any program may open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cccd_reader.cli.language import spoken
from cccd_reader.transport.pn532_port import PREFIX

if TYPE_CHECKING:
    from cccd_simulators.persona import PoweredCard

_LOOK_SECONDS = 0.5


def serve_on_pn532(chip: PoweredCard, name: str) -> None:
    """Keep a chip on a PN532 at the end of a pseudo-terminal until interrupted; the terminal's name is printed."""
    from cccd_simulators.pn532 import SimulatedPn532  # noqa: PLC0415 -- the simulator only where it is asked for
    from cccd_simulators.pn532_pty import Pn532Pty  # noqa: PLC0415 -- as above

    with Pn532Pty(SimulatedPn532(chip)) as line:
        click.echo(spoken().text("simulate.on-port", name=repr(name), reader=PREFIX + line.path), err=True)
        click.echo(line.path)
        try:
            while line.wait(_LOOK_SECONDS):
                continue
        except KeyboardInterrupt:
            click.echo(spoken().text("simulate.out"), err=True)
