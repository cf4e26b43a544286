# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The reader and the scanner that the settings name, and the rights on serial ports."""

from __future__ import annotations

from cccd_reader.doctor import machine_checks, reader_checks
from cccd_reader.doctor.cures import cure
from cccd_reader.doctor.findings import Diagnosis, Finding
from cccd_reader.doctor.surroundings import Choice, Device, PortState, SerialPort, Surroundings
from cccd_reader.errors import NoReader
from cccd_reader.transport.pcsc_readers import choose

READER, SCANNER, PORTS = "reader.configured", "scanner.configured", "serial.ports"

_PORT_FAULTS = {
    PortState.MISSING: (Diagnosis.PORT_MISSING, "attach-port"),
    PortState.REFUSED: (Diagnosis.PORT_REFUSED, "join-group"),
    PortState.HELD: (Diagnosis.PORT_HELD, "free-port"),
    PortState.SILENT: (Diagnosis.PORT_SILENT, "wire-pn532"),
}
_MODEM_MANAGER = "ModemManager"


def reader(about: Surroundings) -> Finding:
    """Is the reader there that the settings or the options name?"""
    device = about.reader
    if device.choice is not Choice.NAME:
        return _device(READER, device, about)
    if obstacle := reader_checks.obstacle(about):
        return Finding(READER, Diagnosis.BLOCKED, obstacle)
    try:
        choose([slot.reader for slot in about.slots], device.text)
    except NoReader:
        return Finding(READER, Diagnosis.READER_UNFIT, device.text, cure("name-reader", about.machine))
    return Finding(READER, Diagnosis.CONFIGURED_THERE, device.text)


def scanner(about: Surroundings) -> Finding:
    """Is the scanner there that the settings or the options name?"""
    device, machine = about.scanner, about.machine
    if device.choice is Choice.SCANNER_MISSING:
        return Finding(SCANNER, Diagnosis.SCANNER_MISSING, device.text, cure("attach-scanner", machine))
    if device.choice is Choice.SCANNERS_SEVERAL:
        return Finding(SCANNER, Diagnosis.SCANNERS_SEVERAL, device.text, cure("name-scanner", machine))
    return _device(SCANNER, device, about)


def ports(about: Surroundings) -> Finding:
    """May this user open the serial ports that there are?"""
    refused = [port for port in about.ports if port.state is PortState.REFUSED]
    if refused:
        remedy = cure("join-group", about.machine, group=refused[0].group or "dialout")
        return Finding(PORTS, Diagnosis.PORTS_REFUSED, _names(refused), remedy)
    if not about.ports:
        return Finding(PORTS, Diagnosis.NO_PORTS)
    return Finding(PORTS, Diagnosis.PORTS_OPEN, _names(about.ports))


def _device(name: str, device: Device, about: Surroundings) -> Finding:
    if device.choice is Choice.NOTHING:
        return Finding(name, Diagnosis.NOTHING_CONFIGURED)
    if device.choice is Choice.UNSEEN:
        return Finding(name, Diagnosis.BLOCKED, machine_checks.LIBRARIES)
    if device.choice is Choice.WRONG:
        return Finding(name, Diagnosis.SETTING_WRONG, device.text, cure("correct-setting", about.machine))
    port = device.port
    if port is None or port.state is PortState.OPENS:
        return Finding(name, Diagnosis.CONFIGURED_THERE, device.text)
    diagnosis, code = _PORT_FAULTS[port.state]
    if port.state is PortState.HELD and _MODEM_MANAGER in port.holders:
        code = "stop-modem-manager"
    values = {"group": port.group or "dialout"} if code == "join-group" else {}
    return Finding(name, diagnosis, ", ".join((port.name, *port.holders)), cure(code, about.machine, **values))


def _names(found: list[SerialPort] | tuple[SerialPort, ...]) -> str:
    return ", ".join(port.name for port in found)
