# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Where a command's card comes from: a reader, or a chip in software."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from cccd_reader.apdu.channel import Card
from cccd_reader.cli.talk import Talk
from cccd_reader.errors import Unsupported

if TYPE_CHECKING:
    from cccd_reader.apdu.capability import Capabilities

DEFAULT_WAIT = 10.0
_ON = "on"
_Command = TypeVar("_Command", bound=Callable[..., object])

_READER = "Reader, or a part of its name, or serial:PORT[@BAUD] for a PN532; default: the one with a card."
_CACHE = "Whether to remember how each model of reader is read fastest."
_OPTIONS = (
    click.option("--reader", metavar="NAME", help=_READER),
    click.option("--wait", type=click.FloatRange(0), default=DEFAULT_WAIT, show_default=True, help="Seconds to wait."),
    click.option("--simulate", metavar="PERSONA[:FAULT]", help="A chip in software; see: cccd simulate list."),
    click.option("--files", type=click.Path(path_type=Path), help="Folder of raw files for the persona `files`."),
    click.option("--cache", type=click.Choice([_ON, "off"]), default=_ON, show_default=True, help=_CACHE),
)


@dataclass(frozen=True)
class Source:
    """The reader and how long to wait for its card, or the persona of a chip in software and its folder."""

    reader: str | None
    wait: float
    simulate: str | None
    files: Path | None


def card_options(command: _Command) -> _Command:
    """Add the options that say which card."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@contextmanager
def opened(source: Source, talk: Talk) -> Iterator[Card]:
    """Open the reader's card, or power up a chip in software."""
    if source.simulate is not None:
        card = simulated(source.simulate, source.files)
        talk.on_open(card)
        yield card
        return
    from cccd_reader.transport.readers import open_card  # noqa: PLC0415 -- the reader only where it is used

    with open_card(source.reader, timeout=source.wait, on_wait=talk.on_wait) as card:
        talk.on_open(card)
        yield card


def memory(choice: str) -> Capabilities | None:
    """Return the user's memory of readers and chips, None where `--cache off` wants none."""
    if choice != _ON:
        return None
    from cccd_reader.capabilities.file import CapabilityFile  # noqa: PLC0415 -- only where it is used

    return CapabilityFile.default()


def simulated(name: str, folder: Path | None) -> Card:
    """Return a chip in software, `persona` or `persona:fault`. An unknown name is a usage error."""
    from cccd_simulators.by_name import persona_of  # noqa: PLC0415 -- the simulator only where it is asked for
    from cccd_simulators.chip import power_up  # noqa: PLC0415 -- as above

    try:
        return power_up(persona_of(name, folder))
    except Unsupported as error:
        raise click.UsageError(f"{error}. {error.hint}") from error
