# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Where the cards of a counter are laid: a PC/SC reader, or anything else that can be opened and asked."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from cccd_reader.apdu.channel import Card


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


@dataclass(frozen=True)
class PcscStation:
    """A reader of the PC/SC service: `name` is its name or a part of it, None takes the one that `open_card` would."""

    name: str | None = None

    def open(self, timeout: float) -> AbstractContextManager[Card]:
        """See `Station.open`."""
        from cccd_reader.transport.pcsc import open_card  # noqa: PLC0415 -- pyscard only where it is used

        return open_card(self.name, timeout=timeout)

    def occupied(self) -> bool:
        """See `Station.occupied`. Asks every slot that the name fits."""
        from cccd_reader.transport.pcsc import list_readers  # noqa: PLC0415 -- as above
        from cccd_reader.transport.pcsc_readers import choose  # noqa: PLC0415 -- as above

        return any(reader.has_card for reader in choose(list_readers(), self.name))
