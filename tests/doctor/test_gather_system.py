# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Facts of the system: other machines laid out as files, real sockets, real ports, a real program that holds one."""

from __future__ import annotations

import os
import pty
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from serial import Serial

from cccd_reader.doctor.gather_ports import gather_ports, gather_reader, gather_scanner
from cccd_reader.doctor.gather_system import (
    System,
    gather_kernel,
    gather_machine,
    gather_pcscd,
    pcsc_users,
    port_users,
)
from cccd_reader.doctor.surroundings import Choice, Kernel, Machine, Platform, PortState, Session, Socket, UsbReader
from cccd_simulators.chip import VirtualChip
from cccd_simulators.personas import cccd
from cccd_simulators.pn532 import SimulatedPn532
from cccd_simulators.pn532_pty import Pn532Pty
from tests.support.ordinary import ordinary_user


def _lay(root: Path, **files: str) -> None:
    for name, content in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


# the machine


@pytest.mark.parametrize(
    ("release", "platform"),
    [
        ("ID=debian\n", Platform.DEBIAN),
        ('ID=linuxmint\nID_LIKE="ubuntu debian"\n', Platform.DEBIAN),
        ("ID=fedora\n", Platform.FEDORA),
        ('ID="almalinux"\nID_LIKE="rhel centos fedora"\n', Platform.FEDORA),
        ("ID=arch\n", Platform.LINUX),
        ("", Platform.LINUX),
    ],
)
def test_the_distribution(tmp_path: Path, release: str, platform: Platform) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "os-release").write_text(release, encoding="utf-8")
    assert gather_machine(System(tmp_path, "linux", {})) == Machine(platform, systemd=False)


@pytest.mark.parametrize(
    ("platform", "variables", "machine"),
    [
        ("win32", {"SESSIONNAME": "Console"}, Machine(Platform.WINDOWS, False)),
        ("win32", {"SESSIONNAME": "RDP-Tcp#3"}, Machine(Platform.WINDOWS, False, Session.REMOTE_DESKTOP)),
        ("darwin", {"SSH_TTY": "x"}, Machine(Platform.MACOS, False, Session.SSH)),
        ("linux", {"SSH_CONNECTION": "x"}, Machine(Platform.LINUX, True, Session.SSH)),
    ],
)
def test_where_the_user_sits(tmp_path: Path, platform: str, variables: dict[str, str], machine: Machine) -> None:
    (tmp_path / "run" / "systemd" / "system").mkdir(parents=True)
    assert gather_machine(System(tmp_path, platform, variables)) == machine


def test_linux_in_windows(tmp_path: Path) -> None:
    kernel = tmp_path / "proc" / "sys" / "kernel"
    kernel.mkdir(parents=True)
    (kernel / "osrelease").write_text("5.15.153.1-microsoft-standard-WSL2\n", encoding="ascii")
    assert gather_machine(System(tmp_path, "linux", {})).session is Session.WSL


# pcscd and its socket


@pytest.fixture
def short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The root folder as one that a socket's short address can name."""
    (tmp_path / "run" / "pcscd").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return Path()


def test_pcscd_is_not_installed(short: Path) -> None:
    service = gather_pcscd(System(short))
    assert (service.socket, service.installed, service.masked) == (Socket.DEAD, False, False)


def test_pcscd_is_masked(short: Path, tmp_path: Path) -> None:
    units = tmp_path / "etc" / "systemd" / "system"
    units.mkdir(parents=True)
    (units / "pcscd.socket").symlink_to("/dev/null")
    _lay(tmp_path, usr__sbin__pcscd="")
    service = gather_pcscd(System(short))
    assert (service.installed, service.masked) == (True, True)


def test_a_socket_that_is_listened_to_and_one_that_was_left_behind(short: Path) -> None:
    with closing(socket.socket(socket.AF_UNIX)) as listener:
        listener.bind("run/pcscd/pcscd.comm")
        listener.listen()
        assert gather_pcscd(System(short)).socket is Socket.LISTENED
    assert gather_pcscd(System(short)).socket is Socket.DEAD


def test_a_socket_that_is_closed_to_this_user(short: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with closing(socket.socket(socket.AF_UNIX)) as listener:
        listener.bind("run/pcscd/pcscd.comm")
        listener.listen()
        Path("run/pcscd/pcscd.comm").chmod(0o600 if os.geteuid() == 0 else 0)
        with ordinary_user():
            assert gather_pcscd(System(short)).socket is Socket.CLOSED


# the kernel


def test_the_kernel_has_taken_the_reader(tmp_path: Path) -> None:
    _lay(
        tmp_path,
        proc__modules="nfc 1 2 pn533, Live 0x0\npn533_usb 20480 0 - Live 0x0\npn533 1 1 pn533_usb, Live 0x0\n",
        sys__bus__usb__devices__1_2__idVendor="072f\n",
        sys__bus__usb__devices__1_2__idProduct="2200\n",
        sys__bus__usb__devices__1_2__product="ACR122U PICC Interface\n",
    )
    devices = tmp_path / "sys" / "bus" / "usb" / "devices"
    (devices / "1_2").rename(devices / "1-2")
    _lay(devices, **{"1-2:1.0__bInterfaceClass": "0b\n", "1-3:1.0__bInterfaceClass": "03\n"})
    (devices / "1-2:1.0" / "driver").symlink_to("../../../../bus/usb/drivers/pn533_usb")
    found = gather_kernel(System(tmp_path))
    assert found == Kernel(("pn533_usb", "pn533", "nfc"), (), (UsbReader("ACR122U PICC Interface", "pn533_usb"),))


def test_the_kernels_driver_is_barred(tmp_path: Path) -> None:
    folder = tmp_path / "etc" / "modprobe.d"
    folder.mkdir(parents=True)
    (folder / "nfc.conf").write_text("# pn533\nblacklist pn533_usb\nblacklist  pn533\noptions nfc x=1\n", "ascii")
    assert gather_kernel(System(tmp_path)) == Kernel((), ("pn533_usb", "pn533"))


def test_a_system_without_any_of_these_files(tmp_path: Path) -> None:
    assert gather_kernel(System(tmp_path)) == Kernel()
    assert pcsc_users(System(tmp_path)) == ()


def test_the_programs_that_have_loaded_pcsc(tmp_path: Path) -> None:
    library = "7f0 r-xp 00000000 08:01 1 /usr/lib/libpcsclite.so.1.0.0\n"
    _lay(
        tmp_path,
        proc__12__comm="scdaemon\n",
        proc__12__maps=library,
        proc__13__comm="bash\n",
        proc__13__maps="7f0 r-xp 00000000 08:01 1 /usr/lib/libc.so.6\n",
    )
    _lay(tmp_path / "proc", **{f"{os.getpid()}__comm": "python\n", f"{os.getpid()}__maps": library})
    assert pcsc_users(System(tmp_path)) == ("scdaemon",)


# serial ports


@pytest.fixture
def port() -> Iterator[str]:
    """A real pseudo-terminal at which nobody answers."""
    master, slave = pty.openpty()
    try:
        yield os.ttyname(slave)
    finally:
        os.close(slave)
        os.close(master)


def _scanner(port: str) -> PortState | None:
    device = gather_scanner(f"serial:{port}@9600", System())
    assert device.choice is Choice.SERIAL
    return None if device.port is None else device.port.state


def test_a_port_that_opens_and_one_that_is_not_there(port: str) -> None:
    assert _scanner(port) is PortState.OPENS
    assert _scanner("/dev/ttyUSB99") is PortState.MISSING


def test_a_port_that_another_program_holds_and_its_name(port: str) -> None:
    holder = subprocess.Popen(["sleep", "60"], stdin=os.open(port, os.O_RDWR | os.O_NOCTTY))
    try:
        with Serial(port, exclusive=True):
            assert _scanner(port) is PortState.HELD
        assert port_users(System(), port) == ("sleep",)
    finally:
        holder.terminate()
        holder.wait()


def test_a_port_that_this_user_may_not_open(port: str) -> None:
    os.chmod(port, 0o600 if os.geteuid() == 0 else 0)
    with ordinary_user():
        assert _scanner(port) is PortState.REFUSED


def test_other_settings_of_a_scanner() -> None:
    assert gather_scanner(None, System()).choice is Choice.NOTHING
    assert gather_scanner("keyboard", System()).choice is Choice.KEYBOARD
    assert gather_scanner("serial:x@1", System()).choice is Choice.WRONG


def test_a_pn532_with_a_card_tells_the_rate_and_is_asked_for_nothing_else() -> None:
    simulated = SimulatedPn532(VirtualChip(cccd()))
    with Pn532Pty(simulated) as line:
        device = gather_reader(f"serial:{line.path}", System())
    assert device.port is not None
    assert (device.choice, device.port.state, device.bit_rate) == (Choice.SERIAL, PortState.OPENS, 424)
    assert simulated.exchanges == 0


def test_a_pn532_without_a_card() -> None:
    with Pn532Pty(SimulatedPn532(None)) as line:
        device = gather_reader(f"serial:{line.path}", System())
    assert device.port is not None
    assert (device.port.state, device.bit_rate) == (PortState.OPENS, None)


def test_a_port_at_which_no_pn532_answers(port: str) -> None:
    device = gather_reader(f"serial:{port}", System(), seconds=0.3)
    assert device.port is not None
    assert device.port.state is PortState.SILENT


def test_other_settings_of_a_reader() -> None:
    assert gather_reader("ACR1252", System()).choice is Choice.NAME
    assert gather_reader("serial:", System()).choice is Choice.WRONG
    assert gather_reader("", System()).choice is Choice.NOTHING


def test_the_ports_of_this_machine_are_listed() -> None:
    assert all(port.name for port in gather_ports())
