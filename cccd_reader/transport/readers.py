# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A reader of any kind by its name: one of the PC/SC service, or a PN532 on a serial port."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cccd_reader.transport import pcsc
from cccd_reader.transport.pcsc import DEFAULT_TIMEOUT
from cccd_reader.transport.pn532_port import PREFIX

if TYPE_CHECKING:
    from cccd_reader.transport.pcsc import PcscCard
    from cccd_reader.transport.pn532 import Pn532Card


def open_card(
    reader: str | None = None,
    *,
    timeout: float | None = DEFAULT_TIMEOUT,
    on_wait: Callable[[], None] | None = None,
) -> PcscCard | Pn532Card:
    """Connect to the card on a reader: `serial:PORT` or `serial:PORT@BAUD` is a PN532, anything else PC/SC's.

    Waits and raises as `pn532.open_serial` and `pcsc.open_card` do.
    """
    if reader is not None and reader.startswith(PREFIX):
        from cccd_reader.transport.pn532 import open_serial  # noqa: PLC0415 -- pyserial only where it is used

        return open_serial(reader, timeout=timeout, on_wait=on_wait)
    return pcsc.open_card(reader, timeout=timeout, on_wait=on_wait)
