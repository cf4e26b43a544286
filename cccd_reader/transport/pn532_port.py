# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The serial port of a PN532: how it is named, opened, and how its errors become ours. pyserial is imported here."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cccd_reader.errors import NoReader, ReaderBusy, TransportError

if TYPE_CHECKING:
    from serial import Serial

PREFIX = "serial:"
"""What the name of a reader on a serial port begins with."""
DEFAULT_BAUD = 115200
"""The rate of a PN532 that was just powered."""
BAUD_CODES = {9600: 0, 19200: 1, 38400: 2, 57600: 3, 115200: 4, 230400: 5, 460800: 6, 921600: 7, 1288000: 8}
"""The rates that a PN532 knows, with the codes of SetSerialBaudRate (UM0701-02, 7.2.7)."""

_POLL_SECONDS = 0.005
_WRITE_SECONDS = 2.0
_FORM = "Name the port like serial:/dev/ttyUSB0 or serial:COM3, with a rate like serial:/dev/ttyUSB0@460800."
_RIGHTS = "Add this user to the group that owns the port (on Linux: usermod -aG dialout USER) and log in again."
_PORT_AGAIN = "Check that the adapter is attached and the port's name is right, then try again."


@dataclass(frozen=True)
class Place:
    """Where a PN532 is: the port's name, and the rate to work at in baud."""

    port: str
    baud: int = DEFAULT_BAUD


def parse_place(name: str) -> Place:
    """Parse `serial:PORT` or `serial:PORT@BAUD`. Raises `NoReader` where the form or the rate is none."""
    port, separator, rate = name.removeprefix(PREFIX).rpartition("@")
    if not separator:
        port, rate = rate, str(DEFAULT_BAUD)
    if not name.startswith(PREFIX) or not port:
        raise NoReader("the serial port has no name", _FORM)
    if not (rate.isascii() and rate.isdecimal() and int(rate[:8]) in BAUD_CODES and len(rate) < 8):
        rates = ", ".join(map(str, BAUD_CODES))
        raise NoReader("a PN532 does not know this rate", f"Give one of: {rates}.")
    return Place(port, int(rate))


class SerialPort:
    """An open port, held alone; every failure of it is one of our errors."""

    def __init__(self, port: str) -> None:
        """Open. Raises `NoReader` where there is no such port, `ReaderBusy`, and `TransportError` without the right."""
        self.name = port
        with _converted(port):
            from serial import Serial  # noqa: PLC0415 -- only who has a serial reader needs pyserial

            self._serial: Serial = Serial(
                port, DEFAULT_BAUD, timeout=_POLL_SECONDS, write_timeout=_WRITE_SECONDS, exclusive=True
            )

    @property
    def baudrate(self) -> int:
        """The rate of the port in baud."""
        return int(self._serial.baudrate)

    @baudrate.setter
    def baudrate(self, baud: int) -> None:
        with _converted(self.name):
            self._serial.baudrate = baud

    @property
    def in_waiting(self) -> int:
        """Bytes that wait to be read."""
        with _converted(self.name):
            return int(self._serial.in_waiting)

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none where none came within some milliseconds."""
        with _converted(self.name):
            return bytes(self._serial.read(size))

    def write(self, data: bytes, /) -> None:
        """Send bytes, and wait until the system has passed them on."""
        with _converted(self.name):
            self._serial.write(data)
            self._serial.flush()

    def reset_input_buffer(self) -> None:
        """Drop the bytes that wait."""
        with _converted(self.name):
            self._serial.reset_input_buffer()

    def close(self) -> None:
        """Give the port back. May be called again."""
        self._serial.close()


@contextmanager
def _converted(port: str) -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise TransportError("pyserial cannot be loaded", "Install it with: pip install pyserial") from error
    except (OSError, ValueError) as error:  # pyserial's own are kinds of OSError; ValueError: not a port's name
        raise error_of(error, port) from error
    except Exception as error:
        if type(error).__module__ != "termios":  # the error of a port that went away beneath pyserial
            raise
        raise NoReader(f"the serial port {port} has gone", _PORT_AGAIN) from error


def error_of(error: Exception, port: str) -> TransportError:
    """Return what a failure of a port becomes."""
    number = getattr(error, "errno", None)
    words = str(error).casefold()
    if number in (errno.EAGAIN, errno.EWOULDBLOCK, errno.EBUSY) or "lock" in words:
        return ReaderBusy(f"another program holds the serial port {port}")
    if number in (errno.EACCES, errno.EPERM) or "denied" in words:
        return TransportError(f"this user may not open the serial port {port}", _RIGHTS)
    if number in (errno.ENOENT, errno.ENXIO, errno.ENODEV, errno.ENOTTY) or "cannot find" in words:
        return NoReader(f"there is no serial port {port}", _PORT_AGAIN)
    return NoReader(f"the serial port {port} has gone", _PORT_AGAIN)
