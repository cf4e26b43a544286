# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The console of Windows, by the C runtime's own functions for it. Windows Terminal and the console of Windows 10."""

from __future__ import annotations

import os
import sys
import time

from cccd_reader.cli.terminal_modes import Signals

_LOOK_SECONDS = 0.01
_VT340_CELL = 10, 20
"""Windows Terminal shows sixels as a VT340 does, whose cell has these pixels, whatever its own font."""
_FIRST = ("\x00", "\xe0")
_KEYS = {
    "<": "\x1bOQ",
    "=": "\x1bOR",
    ">": "\x1bOS",
    "?": "\x1b[15~",
    "H": "\x1b[A",
    "P": "\x1b[B",
    "I": "\x1b[5~",
    "Q": "\x1b[6~",
}
"""Second code of F2 to F5, the arrows and the keys that page, as a terminal would send them."""


class WindowsModes:
    """The console of this process."""

    def __init__(self) -> None:
        self._signals = Signals()

    def enter(self) -> None:
        """See `Modes.enter`."""
        os.system("")  # noqa: S605, S607 -- an empty command: makes the console heed escape sequences  # nosec B605, B607
        self._signals.take()

    def hold(self) -> None:
        """See `Modes.hold`."""
        self._signals.hold()

    def leave(self) -> None:
        """See `Modes.leave`."""
        end = time.monotonic() + 2.0
        while time.monotonic() < end and self.read(0.25):
            continue
        self._signals.give_back()

    def read(self, timeout: float) -> bytes:
        """See `Modes.read`."""
        end = time.monotonic() + timeout
        found = ""
        while not found and time.monotonic() < end:
            found = _waiting_keys()
            if not found:
                time.sleep(_LOOK_SECONDS)
        return found.encode("utf-8", "replace")

    def write(self, text: str) -> None:
        """See `Modes.write`."""
        encoding = sys.stdout.encoding or "utf-8"
        try:
            sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
            sys.stdout.flush()
        except OSError as error:
            raise EOFError("the console has gone") from error

    def size(self) -> tuple[int, int, int, int]:
        """See `Modes.size`."""
        try:
            found = os.get_terminal_size(sys.stdout.fileno())
        except OSError:
            return 80, 24, *_VT340_CELL
        return found.columns, found.lines, *_VT340_CELL


def _waiting_keys() -> str:
    import msvcrt  # noqa: PLC0415 -- Windows alone

    found = ""
    while msvcrt.kbhit():  # type: ignore[attr-defined]  # -- Windows alone
        key = msvcrt.getwch()  # type: ignore[attr-defined]  # -- as above
        if key in _FIRST and msvcrt.kbhit():  # type: ignore[attr-defined]  # -- as above; alone it is the letter à
            key = _KEYS.get(msvcrt.getwch(), "")  # type: ignore[attr-defined]  # -- as above
        found += key
    return found
