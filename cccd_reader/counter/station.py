# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Where the cards of a counter are laid: a PC/SC reader, a PN532, or anything else that can be opened and asked."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from cccd_reader.apdu.channel import Card
from cccd_reader.errors import NoCard, Unsupported


class Station(Protocol):
    """A place for one card at a time."""

    def open(self, timeout: float) -> AbstractContextManager[Card]:
        """Power up the card that lies there, waiting up to `timeout` seconds for one.

        Raises `NoCard` when the time is over, and other errors of the transport.
        """
        ...

    def occupied(self) -> bool:
        """True while a card lies there. Raises `TransportError` where that cannot be told."""
        ...


class PcscStation:
    """A reader of the PC/SC service: `name` is its name or a part of it, None takes the one that `open_card` would."""

    def __init__(self, name: str | None = None) -> None:
        self._name = name
        self._used: str | None = None

    def open(self, timeout: float) -> AbstractContextManager[Card]:
        """See `Station.open`."""
        from cccd_reader.transport.pcsc import open_card  # noqa: PLC0415 -- pyscard only where it is used

        card = open_card(self._name, timeout=timeout)
        self._used = card.reader.name
        return card

    def occupied(self) -> bool:
        """See `Station.occupied`. Asks the slot that was opened last: a card in another one is nobody's concern."""
        from cccd_reader.transport.pcsc import list_readers  # noqa: PLC0415 -- as above
        from cccd_reader.transport.pcsc_readers import choose  # noqa: PLC0415 -- as above

        return any(reader.has_card for reader in choose(list_readers(), self._used or self._name))


@dataclass(frozen=True)
class SerialStation:
    """A PN532 at a serial port: `name` is `serial:PORT` or `serial:PORT@BAUD`. Between two looks its field is off.

    `check` tells a wrong name at once.
    """

    name: str

    def check(self) -> None:
        """Raise `NoReader` where the name is none; the port is not opened."""
        from cccd_reader.transport.pn532_port import parse_place  # noqa: PLC0415 -- only where it is used

        parse_place(self.name)

    def open(self, timeout: float) -> AbstractContextManager[Card]:
        """See `Station.open`."""
        from cccd_reader.transport.pn532 import open_serial  # noqa: PLC0415 -- pyserial only where it is used

        return open_serial(self.name, timeout=timeout)

    def occupied(self) -> bool:
        """See `Station.occupied`. Powers the card up and down again, a card without a chip of this kind, too."""
        try:
            with self.open(0):
                return True
        except NoCard:
            return False
        except Unsupported:
            return True
