# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""An open serial port, through pyserial: bytes within a time, and errors of ours."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Protocol

from cccd_reader.scanners.events import ScannerUnavailable

if TYPE_CHECKING:
    import serial

_CHUNK = 1024
_RIGHTS = "Allow this user to use the port (Linux: sudo usermod -aG dialout USER, then log in again)."
_OTHER = "Close the other program that uses the scanner, then try again."


class SerialLine(Protocol):
    """What the scanner asks of an open port."""

    def read(self, timeout: float) -> bytes:
        """Return what has come, at most some kilobytes, b"" if nothing comes within `timeout` seconds."""

    def set_rate(self, rate: int) -> None:
        """Change the speed, in bauds, and forget what has come."""

    def fileno(self) -> int | None:
        """Return the descriptor to wait on, None where the system has none."""

    def close(self) -> None:
        """Release the port."""


class PyserialLine:
    """A port that pyserial has opened: eight bits, no parity, one stop bit, no handshake. Nobody else can open it.

    Every method raises `ScannerUnavailable` where the port is gone.
    """

    def __init__(self, port: str, rate: int) -> None:
        try:
            import serial  # noqa: PLC0415 -- pyserial only where it is used

            self._serial: serial.Serial = serial.Serial(port, rate, timeout=0, exclusive=True)
        except ImportError as error:
            raise ScannerUnavailable("pyserial cannot be loaded", "Install it with: pip install pyserial") from error
        except (OSError, ValueError) as error:  # SerialException is an OSError
            raise error_of(error) from error

    def read(self, timeout: float) -> bytes:
        """Return what has come, at most a kilobyte, b"" if nothing comes within `timeout` seconds."""
        try:
            self._serial.timeout = timeout
            data: bytes = self._serial.read(1)
            if data:
                data += self._serial.read(min(self._serial.in_waiting, _CHUNK - 1))
        except (OSError, TypeError) as error:  # TypeError: pyserial's, when the port was closed meanwhile
            raise error_of(error) from error
        return data

    def set_rate(self, rate: int) -> None:
        """Change the speed, in bauds, and forget what has come."""
        try:
            self._serial.baudrate = rate
            self._serial.reset_input_buffer()
        except (OSError, ValueError) as error:
            raise error_of(error) from error

    def fileno(self) -> int | None:
        """Return the descriptor to wait on, None on Windows."""
        try:
            descriptor: int = self._serial.fileno()
        except (AttributeError, OSError):
            return None
        return descriptor

    def close(self) -> None:
        """Release the port."""
        self._serial.close()


def error_of(error: Exception) -> ScannerUnavailable:
    """Return an error of pyserial in our words: it keeps the system's number, but of a lock and on Windows its text."""
    number = getattr(error, "errno", None)
    if number in (errno.EACCES, errno.EPERM) or "PermissionError" in str(error):
        return ScannerUnavailable("this user may not open the scanner's port", _RIGHTS)
    if number in (errno.EBUSY, errno.EAGAIN) or "lock" in str(error):
        return ScannerUnavailable("another program holds the scanner's port", _OTHER)
    if number in (errno.ENOENT, errno.ENODEV, errno.ENXIO):
        return ScannerUnavailable("the scanner's port does not exist")
    return ScannerUnavailable("the scanner's port cannot be used")
