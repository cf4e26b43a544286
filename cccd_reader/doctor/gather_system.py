# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Facts of the operating system, from files below a root folder: so another system can be laid out in tests."""

from __future__ import annotations

import os
import socket
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from cccd_reader.doctor.surroundings import Kernel, Machine, Platform, Service, Session, Socket, UsbReader

_SOCKET = "run/pcscd/pcscd.comm"
_PROGRAMS = ("usr/sbin/pcscd", "usr/bin/pcscd", "usr/local/sbin/pcscd", "sbin/pcscd")
_UNITS = ("etc/systemd/system/pcscd.service", "etc/systemd/system/pcscd.socket")
_NOWHERE = "/dev/null"
_DRIVERS = ("pn533_usb", "pn533", "nfc")
_CCID = "0b"
"""The class of an interface that is a smart card reader (USB CCID)."""
_NFC_READERS = {("04cc", "2533"), ("04e6", "5591"), ("072f", "2200")}
"""PN533, SCL3711 and ACR122U, which the kernel's pn533_usb takes."""
_LIBRARY = "libpcsclite"
_MAX_PROCESSES = 4096
_MAX_MAPS = 1 << 20


@dataclass(frozen=True)
class System:
    """Where to look. `platform` is that of `sys`, and `root` the folder that the system's files lie in."""

    root: Path = Path("/")
    platform: str = sys.platform
    environment: Mapping[str, str] | None = None

    @property
    def variables(self) -> Mapping[str, str]:
        """The variables of the environment."""
        return os.environ if self.environment is None else self.environment


def gather_machine(system: System) -> Machine:
    """Return which system this is, and where its user sits."""
    if system.platform == "win32":
        remote = system.variables.get("SESSIONNAME", "").upper().startswith("RDP-")
        return Machine(Platform.WINDOWS, False, Session.REMOTE_DESKTOP if remote else Session.LOCAL)
    ssh = any(system.variables.get(name) for name in ("SSH_CONNECTION", "SSH_TTY"))
    session = Session.SSH if ssh else Session.LOCAL
    if system.platform == "darwin":
        return Machine(Platform.MACOS, False, session)
    if "microsoft" in _text(system.root / "proc/sys/kernel/osrelease").lower():
        session = Session.WSL
    systemd = (system.root / "run/systemd/system").is_dir()
    return Machine(_distribution(system), systemd, session)


def gather_pcscd(system: System) -> Service:
    """Return what is known of pcscd before it is asked."""
    masked = any(_leads_nowhere(system.root / unit) for unit in _UNITS)
    installed = any((system.root / program).exists() for program in _PROGRAMS)
    return Service(socket=_knocked(system.root / _SOCKET), installed=installed, masked=masked)


def gather_kernel(system: System) -> Kernel:
    """Return the kernel's drivers for readers that are loaded or barred, and the readers on the USB bus."""
    modules = {line.split(" ", 1)[0] for line in _text(system.root / "proc/modules").splitlines()}
    barred = {
        words[1]
        for folder in ("etc/modprobe.d", "usr/lib/modprobe.d", "lib/modprobe.d", "run/modprobe.d")
        for path in sorted((system.root / folder).glob("*.conf"))
        for line in _text(path).splitlines()
        if len(words := line.split()) == 2 and words[0] == "blacklist"
    }
    loaded = tuple(name for name in _DRIVERS if name in modules)
    return Kernel(loaded, tuple(name for name in _DRIVERS if name in barred), tuple(_usb_readers(system)))


def pcsc_users(system: System) -> tuple[str, ...]:
    """Return the programs that have loaded the PC/SC library, but for this one, as far as this user may see them."""
    return _programs(system, lambda folder: _LIBRARY in _text(folder / "maps", _MAX_MAPS))


def port_users(system: System, port: str) -> tuple[str, ...]:
    """Return the programs that hold a serial port open, but for this one, as far as this user may see them."""
    real = os.path.realpath(port)
    return _programs(system, lambda folder: real in _open_files(folder))


def _programs(system: System, wanted: Callable[[Path], bool]) -> tuple[str, ...]:
    own = str(os.getpid())
    folders = [path for path in _listed(system.root / "proc") if path.name.isdigit() and path.name != own]
    found = {_text(path / "comm").strip() for path in folders[:_MAX_PROCESSES] if wanted(path)}
    return tuple(sorted(name for name in found if name))


def _open_files(folder: Path) -> Iterator[str]:
    for link in _listed(folder / "fd"):
        try:
            yield os.readlink(link)
        except OSError:  # it was closed meanwhile
            continue


def _usb_readers(system: System) -> Iterator[UsbReader]:
    for interface in _listed(system.root / "sys/bus/usb/devices"):
        if ":" not in interface.name:
            continue
        device = interface.parent / interface.name.split(":")[0]
        ids = (_text(device / "idVendor").strip(), _text(device / "idProduct").strip())
        if _text(interface / "bInterfaceClass").strip() != _CCID and ids not in _NFC_READERS:
            continue
        name = _text(device / "product").strip() or ":".join(ids)
        driver = interface / "driver"
        yield UsbReader(name, os.path.basename(os.readlink(driver)) if driver.is_symlink() else "")


def _knocked(path: Path) -> Socket:
    if not hasattr(socket, "AF_UNIX"):
        return Socket.DEAD
    with closing(socket.socket(socket.AF_UNIX)) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(str(path))
        except PermissionError:
            return Socket.CLOSED
        except OSError:
            return Socket.DEAD
    return Socket.LISTENED


def _distribution(system: System) -> Platform:
    lines = _text(system.root / "etc/os-release").splitlines()
    values = {name: value.strip("\"'") for name, _, value in (line.partition("=") for line in lines)}
    kin = {values.get("ID", ""), *values.get("ID_LIKE", "").split()}
    if kin & {"debian", "ubuntu"}:
        return Platform.DEBIAN
    return Platform.FEDORA if kin & {"fedora", "rhel", "centos"} else Platform.LINUX


def _leads_nowhere(path: Path) -> bool:
    return path.is_symlink() and os.readlink(path) == _NOWHERE


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:  # there is none, or this user may not look
        return []


def _text(path: Path, most: int = 1 << 16) -> str:
    """Return the beginning of a system's file, empty where it cannot be read, which says nothing then."""
    try:
        if stat.S_ISFIFO(path.stat().st_mode):
            return ""
        with path.open("rb") as file:
            return file.read(most).decode("utf-8", "replace")
    except OSError:
        return ""
