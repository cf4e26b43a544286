# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A PC/SC service in memory, for what no virtual reader shows: readers that come and go, other families of services."""

# ruff: noqa: N802  -- the names of the C interface

from __future__ import annotations

import threading
from collections.abc import Callable

from cccd_reader.transport.pcsc_context import STATE_CHANGED, STATE_PRESENT, State
from cccd_reader.transport.pcsc_errors import ScardCode

ATR = bytes.fromhex("3B80800101")
MUTE = b"mute"
EMPTY = 0x10
NO_FEATURE = int(ScardCode.SCARD_E_UNSUPPORTED_FEATURE)
NOTIFICATION = "\\\\?PnP?\\Notification"


class FakeScard:
    """The functions of `smartcard.scard` over a service in memory. `slots` maps a reader to the ATR of its card.

    `changes` are called one by one, one each time that somebody waits. `codes` gives the code that a function returns
    instead of doing its work, one by one. `calls` are the functions called. `controls` maps the codes that the reader
    itself obeys to its answers.
    """

    def __init__(self, **slots: bytes) -> None:
        self.slots = {name.replace("_", " "): atr for name, atr in slots.items()}
        self.changes: list[Callable[[], None]] = []
        self.codes: dict[str, list[int]] = {}
        self.calls: list[str] = []
        self.contexts: set[int] = set()
        self.controls: dict[int, list[int]] = {}
        self.notifies = True
        self.gate = threading.Event()
        self.gate.set()
        self.released = threading.Event()

    def code(self, function: str) -> int:
        self.calls.append(function)
        codes = self.codes.get(function, [])
        return codes.pop(0) if codes else 0

    def SCardEstablishContext(self, scope: int, /) -> tuple[int, int]:
        code = self.code("SCardEstablishContext")
        context = len(self.calls)
        if not code:
            self.contexts.add(context)
        return code, context

    def SCardReleaseContext(self, context: int, /) -> int:
        self.contexts.remove(context)
        self.released.set()
        return self.code("SCardReleaseContext")

    def SCardListReaders(self, context: int, groups: list[str], /) -> tuple[int, list[str]]:
        code = self.code("SCardListReaders")
        return (code, list(self.slots)) if self.slots else (ScardCode.SCARD_E_NO_READERS_AVAILABLE, [])

    def SCardGetStatusChange(
        self, context: int, milliseconds: int, states: list[tuple[str, int]], /
    ) -> tuple[int, list[State]]:
        code = self.code("SCardGetStatusChange")
        names = [name for name, _ in states]
        if not self.notifies and NOTIFICATION in names:
            return ScardCode.SCARD_E_UNKNOWN_READER, []
        if milliseconds and not code:
            if self.changes:
                self.changes.pop(0)()
            else:
                code = ScardCode.SCARD_E_TIMEOUT
        if any(name not in self.slots for name in names if name != NOTIFICATION):
            return ScardCode.SCARD_E_UNKNOWN_READER, []
        return code, [(name, self.bits(name), self.reported(name)) for name in names]

    def bits(self, name: str) -> int:
        return STATE_CHANGED | (STATE_PRESENT if self.slots.get(name) else EMPTY)

    def reported(self, name: str) -> list[int]:
        atr = self.slots.get(name, b"")
        return [] if atr == MUTE else list(atr)

    def SCardConnect(self, context: int, reader: str, share: int, protocols: int, /) -> tuple[int, int, int]:
        self.gate.wait(20)
        code = self.code("SCardConnect")
        if not code and not self.slots.get(reader):
            code = ScardCode.SCARD_E_NO_SMARTCARD
        return code, 7, 2

    def SCardReconnect(self, card: int, share: int, protocols: int, disposition: int, /) -> tuple[int, int]:
        self.gate.wait(20)
        return self.code("SCardReconnect"), 1

    def SCardDisconnect(self, card: int, disposition: int, /) -> int:
        return self.code("SCardDisconnect")

    def SCardBeginTransaction(self, card: int, /) -> int:
        return self.code("SCardBeginTransaction")

    def SCardEndTransaction(self, card: int, disposition: int, /) -> int:
        return self.code("SCardEndTransaction")

    def SCardStatus(self, card: int, /) -> tuple[int, str, int, int, list[int]]:
        return self.code("SCardStatus"), "", 0, 2, list(ATR)

    def SCardTransmit(self, card: int, protocol: int, command: list[int], /) -> tuple[int, list[int]]:
        return self.code("SCardTransmit"), [protocol, 0x90, 0x00]

    def SCardControl(self, card: int, code: int, data: list[int], /) -> tuple[int, list[int]]:
        return self.code("SCardControl") or (0 if code in self.controls else NO_FEATURE), self.controls.get(code, [])


def lay(scard: FakeScard, reader: str = "PICC 0", atr: bytes = ATR) -> Callable[[], None]:
    """Return the change of a card being laid on this reader; the reader is attached if it was not."""
    return lambda: scard.slots.update({reader: atr})
