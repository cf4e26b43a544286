# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The serial ports, and what comes of opening those that the settings name."""

from __future__ import annotations

import importlib.util
import os
from dataclasses import replace
from pathlib import Path

from cccd_reader.doctor.gather_service import bounded
from cccd_reader.doctor.gather_system import System, port_users
from cccd_reader.doctor.surroundings import Choice, Device, PortState, SerialPort
from cccd_reader.errors import CccdError, MalformedData, NoReader, ReaderBusy, TransportError
from cccd_reader.scanners.events import ScannerUnavailable
from cccd_reader.scanners.places import KEYBOARD, attached_ports, choose_port, parse_place
from cccd_reader.transport import pn532_port
from cccd_reader.transport.pn532 import Pn532Card
from cccd_reader.transport.pn532_chip import Pn532
from cccd_reader.transport.pn532_line import Line

ANSWER_SECONDS = 8.0
"""A PN532 that another program left at another rate is looked for at each."""


def gather_ports() -> tuple[SerialPort, ...]:
    """Return the serial ports of this machine, and whether this user may open them. None of them is opened."""
    try:
        names = [port.name for port in attached_ports()]
    except ScannerUnavailable:  # without pyserial; the check of the libraries says so
        return ()
    return tuple(SerialPort(name, _right(name), _group(name)) for name in names)


def gather_reader(text: str | None, system: System, seconds: float = ANSWER_SECONDS) -> Device:
    """Return what the setting of the reader asks for.

    A PN532 is asked whether it is there, within `seconds`, and a card on it is activated.
    """
    if not text:
        return Device()
    if not text.startswith(pn532_port.PREFIX):
        return Device(Choice.NAME, text)
    if not _has_pyserial():
        return Device(Choice.UNSEEN, text)
    try:
        place = pn532_port.parse_place(text)
    except NoReader:
        return Device(Choice.WRONG, text)
    device = Device(Choice.SERIAL, text, _opened(place.port, system))
    if device.port is None or device.port.state is not PortState.OPENS:
        return device
    try:
        rate = bounded(seconds, lambda: _rate_on_air(place))
    except CccdError:
        rate = None
    if rate is None:
        return replace(device, port=replace(device.port, state=PortState.SILENT))
    return replace(device, bit_rate=rate or None)


def gather_scanner(text: str | None, system: System) -> Device:
    """Return what the setting of the scanner asks for; its port is opened and closed."""
    if not text:
        return Device()
    if not _has_pyserial():
        return Device(Choice.UNSEEN, text)
    try:
        place = parse_place(text)
        if place is KEYBOARD:
            return Device(Choice.KEYBOARD, text)
        ports = attached_ports()
        port = place.port or choose_port(ports).name
    except MalformedData:
        return Device(Choice.WRONG, text)
    except ScannerUnavailable:
        several = sum(1 for each in ports if each.vendor) > 1
        return Device(Choice.SCANNERS_SEVERAL if several else Choice.SCANNER_MISSING, text)
    return Device(Choice.SERIAL, text, _opened(port, system))


def _opened(name: str, system: System) -> SerialPort:
    try:
        pn532_port.SerialPort(name).close()
    except NoReader:
        return SerialPort(name, PortState.MISSING)
    except ReaderBusy:
        return SerialPort(name, PortState.HELD, _group(name), port_users(system, name))
    except TransportError:
        return SerialPort(name, PortState.REFUSED, _group(name))
    return SerialPort(name, PortState.OPENS, _group(name))


def _rate_on_air(place: pn532_port.Place) -> int:
    """Return the bit rate of the card on a PN532 in kbit/s, 0 without a card. Raises `CccdError` without a PN532."""
    port = pn532_port.SerialPort(place.port)
    try:
        pn532 = Pn532(Line(port))
        pn532.start(place.baud)
    except BaseException:
        port.close()
        raise
    with Pn532Card(pn532, place.port) as card:
        try:
            card.find(0.0)
        except CccdError:  # none, or not one of a document
            return 0
        return int(card.bit_rate.value)


def _has_pyserial() -> bool:
    return importlib.util.find_spec("serial") is not None


def _right(name: str) -> PortState:
    if os.name == "nt":
        return PortState.OPENS
    effective = os.access in os.supports_effective_ids
    right = os.access(name, os.R_OK | os.W_OK, effective_ids=effective)
    return PortState.OPENS if right else PortState.REFUSED


def _group(name: str) -> str:
    """The group that owns a port, empty where systems have none or it has no name."""
    if os.name == "nt":
        return ""
    try:
        return Path(name).group()
    except (OSError, KeyError, NotImplementedError):
        return ""
