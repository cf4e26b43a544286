# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Where a scanner is: `serial:PORT@RATE`, with either part left to be found, or `keyboard`; and the ports there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from cccd_reader.errors import MalformedData
from cccd_reader.scanners.events import ScannerUnavailable

RATES = (9600, 115200, 19200, 38400, 57600, 4800)
"""The speeds, in bauds, that are tried where none is given, the usual one first."""

VENDORS = {
    0x0536: "Hand Held Products",
    0x05E0: "Zebra (Symbol)",
    0x05F9: "Datalogic (PSC)",
    0x065A: "Opticon",
    0x067E: "Intermec",
    0x076D: "Denso",
    0x080C: "Datalogic",
    0x0C2E: "Honeywell (Metrologic)",
    0x0DB5: "Access IS",
    0x1EAB: "Newland",
    0x27DD: "Mindeo",
}
"""USB vendors that make scanners. The makers of general serial bridges (FTDI, CP210x, CH340, PL2303, STM32) are left
out on purpose: a card reader or any other device may be behind them."""

_SERIAL, _KEYBOARD = "serial", "keyboard"
_RATES_TAKEN = range(300, 4_000_001)
_HOW = "Write serial, serial:PORT, serial:PORT@RATE (such as serial:/dev/ttyACM0@9600), or keyboard."


class Keyboard(Enum):
    """A scanner that types, as a value."""

    KEYBOARD = _KEYBOARD


KEYBOARD = Keyboard.KEYBOARD


@dataclass(frozen=True)
class SerialPlace:
    """A serial scanner: the port's name and its speed in bauds, None for each that is to be found."""

    port: str | None = None
    rate: int | None = None


@dataclass(frozen=True)
class Port:
    """A serial port of this machine. The USB ids are None where it is no USB device."""

    name: str
    vendor_id: int | None = None
    product_id: int | None = None
    serial_number: str | None = None
    description: str = ""

    @property
    def vendor(self) -> str | None:
        """The maker of scanners that the port belongs to, None for every other port."""
        return VENDORS.get(self.vendor_id) if self.vendor_id is not None else None


def parse_place(text: str) -> SerialPlace | Keyboard:
    """Parse what a setting or an option says. Raises `MalformedData` for anything else."""
    text = text.strip()
    if text == _KEYBOARD:
        return KEYBOARD
    kind, colon, rest = text.partition(":")
    if kind != _SERIAL or not text.isprintable():
        raise MalformedData("no place of a scanner", "scanner", _HOW)
    port, at, rate = rest.rpartition("@") if colon else ("", "", "")
    if not at:
        return SerialPlace(rest or None)
    if not (rate.isascii() and rate.isdigit() and len(rate) < 8 and int(rate) in _RATES_TAKEN):
        raise MalformedData("no speed of a serial port", "scanner", _HOW)
    return SerialPlace(port or None, int(rate))


def attached_ports() -> tuple[Port, ...]:
    """Return the serial ports of this machine, sorted by name. Raises `ScannerUnavailable` without pyserial."""
    try:
        from serial.tools.list_ports import comports  # noqa: PLC0415 -- pyserial only where it is used
    except ImportError as error:
        raise ScannerUnavailable("pyserial cannot be loaded", "Install it with: pip install pyserial") from error

    found = (Port(each.device, each.vid, each.pid, each.serial_number, each.description or "") for each in comports())
    return tuple(sorted(found, key=lambda port: port.name))


def choose_port(ports: Sequence[Port], before: Port | None = None) -> Port:
    """Return the one port that is a scanner's: the one that was used before, wherever it is plugged in now.

    Raises `ScannerUnavailable` where there is none, and where there are several.
    """
    scanners = [port for port in ports if port.vendor]
    if before is not None:
        same = [port for port in scanners if _device(port) == _device(before)]
        scanners = [port for port in same if port.name == before.name] or same or scanners
    if not scanners:
        raise ScannerUnavailable(
            "no serial port is known to be a scanner's",
            "Attach the scanner in its serial mode (USB-COM), or name its port: --scanner serial:PORT",
        )
    if len(scanners) > 1:
        names = ", ".join(port.name for port in scanners)
        raise ScannerUnavailable("several scanners are attached", f"Name one of these: {names}.")
    return scanners[0]


def _device(port: Port) -> tuple[int | None, int | None, str | None]:
    return port.vendor_id, port.product_id, port.serial_number
