# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Machines with one fault each, what the doctor must call it, and the line that cures it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from cccd_reader.doctor import surroundings as about
from cccd_reader.doctor.findings import Diagnosis
from cccd_reader.doctor.surroundings import Greeting, Machine, Platform, PortState, Service, Surroundings
from cccd_reader.pki.audit import AuditFinding, AuditKind
from tests.doctor.surroundings import ATR, HEALTHY, NOW, SAM, STORE, slot

PORT = "/dev/ttyUSB0"
NAME = "ACS ACR1252 1S CL Reader PICC 0"
BAR = (
    "printf 'blacklist pn533_usb\\nblacklist pn533\\nblacklist nfc\\n' | sudo tee /etc/modprobe.d/cccd-reader.conf"
    " && sudo modprobe -r pn533_usb pn533 nfc"
)
START = "sudo systemctl enable --now pcscd.socket"
ACR = about.UsbReader("ACR122U", "pn533_usb")
DIGITS = "0123456789abcdef" * 4


@dataclass(frozen=True)
class Case:
    """One set-up: the check that must find the fault, how it must call it, and the line."""

    name: str
    about: Surroundings
    check: str
    diagnosis: Diagnosis
    line: str = ""


def on(platform: Platform, **more: object) -> Surroundings:
    """Return the healthy machine with another system, and other facts."""
    return replace(HEALTHY, machine=Machine(platform, platform.is_linux), **more)  # type: ignore[arg-type]  # -- fields


def service(**facts: object) -> dict[str, object]:
    """Return the facts of a machine whose service shows no readers."""
    dead = {"answer": about.Answer.NOBODY, "socket": about.Socket.DEAD}
    return {"service": Service(**{**dead, **facts}), "slots": ()}  # type: ignore[arg-type]  # -- fields


def broken(**facts: object) -> Surroundings:
    """Return the healthy machine with other facts."""
    return replace(HEALTHY, **facts)  # type: ignore[arg-type]  # -- fields


def port(choice: str, state: PortState, *holders: str) -> Surroundings:
    """Return the healthy machine with a reader or scanner on a port in this state."""
    found = about.SerialPort(PORT, state, "dialout", holders)
    return broken(**{choice: about.Device(about.Choice.SERIAL, f"serial:{PORT}", found)})


def audited(kind: AuditKind, country: str = "VN", detail: str = "valid to 2026-12-24") -> Surroundings:
    """Return the healthy machine with a finding of the store's audit."""
    found = AuditFinding(kind, "C=VN, CN=CSCA", detail, b"", country)
    return broken(trust=replace(HEALTHY.trust, audit=(found,)))


def trust(**facts: object) -> Surroundings:
    """Return the healthy machine with another store."""
    return broken(trust=about.Trust(STORE, **facts))  # type: ignore[arg-type]  # -- fields


def files(**facts: object) -> Surroundings:
    """Return the healthy machine with other files."""
    return broken(files=about.Files(**facts))  # type: ignore[arg-type]  # -- fields


def watch_list(state: about.WatchListState) -> Surroundings:
    """Return the healthy machine with a watch list."""
    return files(watch_list=about.WatchListFiles(state, "~/.local/share/cccd-reader/watchlist.key"))


REFUSED = {"answer": about.Answer.REFUSED, "socket": about.Socket.LISTENED}
KERNEL = about.Kernel(("pn533_usb", "pn533", "nfc"), (), (ACR,))
BARRED = about.Kernel(("pn533_usb",), ("pn533_usb", "pn533"), (ACR,))
POLKIT = (
    "echo 'polkit.addRule(function(a, s) "
    '{ if (a.id.indexOf("org.debian.pcsc-lite.") == 0 && s.user == "\'"$USER"\'") return polkit.Result.YES; });'
    "' | sudo tee /etc/polkit-1/rules.d/50-cccd-reader.rules"
)

SERVICE_CASES = (
    Case(
        "no pyscard",
        broken(**service(library=about.Library.NO_PYSCARD)),
        "pcsc.library",
        Diagnosis.PYSCARD_MISSING,
        "python3 -m pip install --upgrade pyscard",
    ),
    Case(
        "no libpcsclite",
        on(Platform.FEDORA, **service(library=about.Library.BROKEN)),
        "pcsc.library",
        Diagnosis.LIBRARY_BROKEN,
        "sudo dnf install pcsc-lite-libs pcsc-lite pcsc-lite-ccid",
    ),
    Case("service stopped", broken(**service()), "pcsc.service", Diagnosis.SERVICE_STOPPED, START),
    Case(
        "stopped without systemd",
        broken(machine=Machine(Platform.DEBIAN, False), **service()),
        "pcsc.service",
        Diagnosis.SERVICE_STOPPED,
        "sudo pcscd",
    ),
    Case(
        "stopped on Windows",
        on(Platform.WINDOWS, **service()),
        "pcsc.service",
        Diagnosis.SERVICE_STOPPED,
        "sc start SCardSvr",
    ),
    Case("stopped on macOS", on(Platform.MACOS, **service()), "pcsc.service", Diagnosis.SERVICE_STOPPED),
    Case(
        "service not installed",
        broken(**service(installed=False)),
        "pcsc.service",
        Diagnosis.SERVICE_MISSING,
        f"sudo apt install pcscd libccid && {START}",
    ),
    Case(
        "service masked",
        broken(**service(masked=True)),
        "pcsc.service",
        Diagnosis.SERVICE_MASKED,
        f"sudo systemctl unmask pcscd.service pcscd.socket && {START}",
    ),
    Case(
        "service hangs",
        broken(**service(answer=about.Answer.SILENT, socket=about.Socket.LISTENED)),
        "pcsc.service",
        Diagnosis.SERVICE_SILENT,
        "sudo systemctl restart pcscd.socket pcscd.service",
    ),
    Case(
        "socket closed",
        broken(**service(socket=about.Socket.CLOSED)),
        "pcsc.rights",
        Diagnosis.SOCKET_CLOSED,
        "sudo systemctl restart pcscd.socket",
    ),
    Case("refused by polkit", broken(**service(**REFUSED)), "pcsc.rights", Diagnosis.USER_REFUSED, POLKIT),
    Case(
        "an old pcscd hangs up over SSH",
        broken(machine=Machine(Platform.DEBIAN, session=about.Session.SSH), **service(socket=about.Socket.LISTENED)),
        "pcsc.rights",
        Diagnosis.USER_REFUSED,
        POLKIT,
    ),
    Case(
        "polkit refuses the card alone",
        broken(slots=(slot(NAME, ATR, Greeting.REFUSED),)),
        "pcsc.rights",
        Diagnosis.USER_REFUSED,
        POLKIT,
    ),
    Case("kernel holds the reader", broken(slots=(), kernel=KERNEL), "pcsc.kernel", Diagnosis.KERNEL_DRIVER_HOLDS, BAR),
    Case(
        "kernel holds it though barred",
        broken(slots=(), kernel=BARRED),
        "pcsc.kernel",
        Diagnosis.KERNEL_DRIVER_HOLDS,
        "sudo modprobe -r pn533_usb pn533 nfc",
    ),
    Case(
        "kernel's driver loaded",
        broken(kernel=about.Kernel(("pn533",))),
        "pcsc.kernel",
        Diagnosis.KERNEL_DRIVER_LOADED,
        BAR,
    ),
)

READER_CASES = (
    Case("no reader", broken(slots=()), "reader.present", Diagnosis.NO_READER, "cccd readers"),
    Case(
        "no reader in WSL",
        broken(slots=(), machine=Machine(Platform.DEBIAN, session=about.Session.WSL)),
        "reader.present",
        Diagnosis.NO_READER,
        "usbipd.exe attach --wsl --busid BUSID",
    ),
    Case(
        "no reader over RDP",
        broken(slots=(), machine=Machine(Platform.WINDOWS, False, about.Session.REMOTE_DESKTOP)),
        "reader.present",
        Diagnosis.NO_READER_REMOTE,
    ),
    Case(
        "no CCID driver",
        on(Platform.FEDORA, slots=(), kernel=about.Kernel(usb_readers=(about.UsbReader("OMNIKEY 5022"),))),
        "reader.present",
        Diagnosis.READER_WITHOUT_DRIVER,
        "sudo dnf install pcsc-lite-ccid && sudo systemctl restart pcscd.service",
    ),
    Case(
        "GnuPG has the reader",
        broken(slots=(), holders=("scdaemon",), kernel=about.Kernel(usb_readers=(about.UsbReader("ACR1252"),))),
        "reader.present",
        Diagnosis.READER_WITHOUT_DRIVER,
        "echo disable-ccid >> ~/.gnupg/scdaemon.conf; gpgconf --kill scdaemon",
    ),
    Case("only the SAM slot", broken(slots=(SAM,)), "reader.slots", Diagnosis.ONLY_SAM),
    Case("only contacts", broken(slots=(slot("ACS ACR39U ICC Reader 00 00"),)), "reader.slots", Diagnosis.ONLY_CONTACT),
    Case(
        "held alone",
        broken(slots=(slot(NAME, ATR, Greeting.HELD, use=about.Use.EXCLUSIVE),), holders=("pcsc_scan",)),
        "reader.free",
        Diagnosis.READER_HELD,
    ),
    Case(
        "shared with GnuPG on macOS",
        on(Platform.MACOS, slots=(slot(NAME, ATR, Greeting.ANSWERED, use=about.Use.SHARED),), holders=("scdaemon",)),
        "reader.free",
        Diagnosis.READER_SHARED,
        "gpgconf --kill scdaemon",
    ),
    Case("mute card", broken(slots=(slot(NAME, b"", Greeting.MUTE), SAM)), "card.present", Diagnosis.CARD_MUTE),
    Case(
        "reader without extended length",
        broken(slots=(slot(NAME, ATR, Greeting.ANSWERED, max_apdu=0),)),
        "reader.lengths",
        Diagnosis.READER_SHORT,
    ),
    Case(
        "the reader set is another",
        broken(reader=about.Device(about.Choice.NAME, "OMNIKEY")),
        "reader.configured",
        Diagnosis.READER_UNFIT,
        "cccd readers",
    ),
    Case(
        "the reader set is none",
        broken(reader=about.Device(about.Choice.WRONG, "serial:")),
        "reader.configured",
        Diagnosis.SETTING_WRONG,
        "cccd config show",
    ),
    Case(
        "PN532: no port",
        port("reader", PortState.MISSING),
        "reader.configured",
        Diagnosis.PORT_MISSING,
        "cccd scan --list",
    ),
    Case("PN532: silent", port("reader", PortState.SILENT), "reader.configured", Diagnosis.PORT_SILENT),
    Case(
        "scanner: no port",
        port("scanner", PortState.MISSING),
        "scanner.configured",
        Diagnosis.PORT_MISSING,
        "cccd scan --list",
    ),
    Case(
        "scanner: no right",
        port("scanner", PortState.REFUSED),
        "scanner.configured",
        Diagnosis.PORT_REFUSED,
        'sudo usermod -aG dialout "$USER"',
    ),
    Case("scanner: held", port("scanner", PortState.HELD, "minicom"), "scanner.configured", Diagnosis.PORT_HELD),
    Case(
        "scanner: taken for a modem",
        port("scanner", PortState.HELD, "ModemManager"),
        "scanner.configured",
        Diagnosis.PORT_HELD,
        "sudo systemctl disable --now ModemManager",
    ),
    Case(
        "no scanner",
        broken(scanner=about.Device(about.Choice.SCANNER_MISSING, "serial")),
        "scanner.configured",
        Diagnosis.SCANNER_MISSING,
        "cccd scan --list",
    ),
    Case(
        "two scanners",
        broken(scanner=about.Device(about.Choice.SCANNERS_SEVERAL, "serial")),
        "scanner.configured",
        Diagnosis.SCANNERS_SEVERAL,
        "cccd scan --list",
    ),
    Case(
        "ports without right",
        broken(ports=(about.SerialPort(PORT, PortState.REFUSED, "uucp"),)),
        "serial.ports",
        Diagnosis.PORTS_REFUSED,
        'sudo usermod -aG uucp "$USER"',
    ),
)

FILE_CASES = (
    Case(
        "settings are no TOML",
        broken(settings=about.Settings(("~/my settings/cccd.toml",), "settings cccd.toml: it is no TOML file")),
        "settings.file",
        Diagnosis.SETTINGS_BROKEN,
        "nano ~/'my settings/cccd.toml'",
    ),
    Case(
        "a variable is no number",
        broken(settings=about.Settings((), "CCCD_WAIT: a number of seconds is expected", "CCCD_WAIT")),
        "settings.file",
        Diagnosis.SETTINGS_BROKEN,
        "unset CCCD_WAIT",
    ),
    Case(
        "others may write the store",
        files(open_paths=(about.OpenPath(STORE, True), about.OpenPath("~/desk", False))),
        "files.rights",
        Diagnosis.FILES_WRITABLE,
        f"chmod go-w {STORE}",
    ),
    Case(
        "others may read what is saved",
        files(open_paths=(about.OpenPath("~/desk", False),)),
        "files.rights",
        Diagnosis.FILES_READABLE,
        "chmod go-rwx ~/desk",
    ),
    Case(
        "folder of another user",
        files(folders=(about.Folder("~/desk", False),)),
        "files.folders",
        Diagnosis.FOLDER_NOT_WRITABLE,
        'sudo chown -R "$USER" ~/desk && chmod u+rwX ~/desk',
    ),
    Case(
        "disk full",
        files(folders=(about.Folder("~/desk", True, 4096),)),
        "files.folders",
        Diagnosis.DISK_FULL,
        "df -h ~/desk",
    ),
    Case(
        "no key",
        watch_list(about.WatchListState.NO_KEY),
        "watchlist.key",
        Diagnosis.KEY_MISSING,
        "cccd watchlist list --key FILE",
    ),
    Case(
        "others may read the key",
        watch_list(about.WatchListState.KEY_OPEN),
        "watchlist.key",
        Diagnosis.KEY_OPEN,
        "chmod 600 ~/.local/share/cccd-reader/watchlist.key",
    ),
    Case("another key", watch_list(about.WatchListState.DAMAGED), "watchlist.key", Diagnosis.WATCH_LIST_DAMAGED),
)

TRUST_CASES = (
    Case("empty store", trust(), "trust.store", Diagnosis.STORE_EMPTY, "cccd trust add CSCA.cer"),
    Case(
        "certificate changed",
        trust(state=about.StoreState.DAMAGED, problem="trust store: x was changed", damaged=DIGITS),
        "trust.store",
        Diagnosis.STORE_DAMAGED,
        "cccd trust remove 0123456789abcdef",
    ),
    Case(
        "index damaged",
        trust(state=about.StoreState.DAMAGED, problem="trust store: no index"),
        "trust.store",
        Diagnosis.STORE_DAMAGED,
        f"mv {STORE} {STORE}.damaged",
    ),
    Case(
        "master list damaged",
        trust(state=about.StoreState.DAMAGED, problem="master list: x", own_store=False),
        "trust.store",
        Diagnosis.STORE_DAMAGED,
        "cccd config show",
    ),
    Case(
        "store of another user",
        trust(state=about.StoreState.UNREADABLE),
        "trust.store",
        Diagnosis.STORE_UNREADABLE,
        f'sudo chown -R "$USER" {STORE} && chmod u+rwX {STORE}',
    ),
    Case(
        "trusted file gone",
        trust(state=about.StoreState.MISSING, problem="~/csca", own_store=False),
        "trust.store",
        Diagnosis.TRUST_MISSING,
        "cccd config show",
    ),
    Case("without the CSCA", trust(anchors=411), "trust.csca", Diagnosis.CSCA_MISSING, "cccd trust request EF.SOD"),
    Case(
        "with another CSCA of Vietnam",
        trust(anchors=411, vietnamese=1),
        "trust.csca",
        Diagnosis.CSCA_OTHER,
        "cccd trust request EF.SOD",
    ),
    Case("old list", audited(AuditKind.OLD_LIST, "DE"), "trust.lists", Diagnosis.LISTS_OLD, "cccd trust audit"),
    Case(
        "revocation list overdue",
        audited(AuditKind.CRL_OVERDUE),
        "trust.lists",
        Diagnosis.LISTS_OLD,
        "cccd trust audit",
    ),
    Case("anchor ends", audited(AuditKind.EXPIRING), "trust.anchors", Diagnosis.ANCHORS_EXPIRING, "cccd trust audit"),
    Case(
        "anchor has ended",
        audited(AuditKind.EXPIRED),
        "trust.anchors",
        Diagnosis.ANCHORS_OUT_OF_DATE,
        "cccd trust audit",
    ),
)

MACHINE_CASES = (
    Case(
        "clock of 1970",
        broken(now=NOW.replace(year=1970)),
        "clock",
        Diagnosis.CLOCK_BEHIND,
        "sudo timedatectl set-ntp true",
    ),
    Case(
        "clock before the newest list",
        on(
            Platform.WINDOWS,
            trust=replace(HEALTHY.trust, newest=NOW + timedelta(days=40)),
        ),
        "clock",
        Diagnosis.CLOCK_BEHIND,
        "w32tm /resync",
    ),
    Case(
        "clock far ahead, no systemd",
        broken(now=NOW.replace(year=2040), machine=Machine(Platform.LINUX, False)),
        "clock",
        Diagnosis.CLOCK_AHEAD,
        'sudo date -s "YYYY-MM-DD HH:MM"',
    ),
    Case("small terminal", broken(terminal=about.Terminal(79, 24)), "terminal.size", Diagnosis.TERMINAL_SMALL),
    Case(
        "ASCII",
        broken(terminal=about.Terminal(80, 24, "ANSI_X3.4-1968")),
        "terminal.encoding",
        Diagnosis.NOT_UTF8,
        "export LANG=C.UTF-8",
    ),
    Case("a Python to come", broken(software=about.Software((3, 15))), "software.python", Diagnosis.PYTHON_UNTESTED),
    Case(
        "a library too old",
        broken(
            software=about.Software(
                (3, 11), (about.Requirement("rich", "13.10", "13.7.1"), about.Requirement("pillow", "11", None))
            )
        ),
        "software.libraries",
        Diagnosis.LIBRARIES_UNFIT,
        "python3 -m pip install 'rich>=13.10' 'pillow>=11'",
    ),
)

CASES = (*SERVICE_CASES, *READER_CASES, *FILE_CASES, *TRUST_CASES, *MACHINE_CASES)

UNSEEN = (
    broken(slots=(slot("Virtual PCD 00 00"),)),
    broken(slots=(slot(NAME, ATR, Greeting.ANSWERED, max_apdu=65536),)),
    on(Platform.WINDOWS, reader=about.Device(about.Choice.SERIAL, "serial:COM3", bit_rate=424)),
    broken(reader=about.Device(about.Choice.UNSEEN, "serial:COM3"), ports=(about.SerialPort(PORT),)),
    broken(software=about.Software((3, 11), None, False, False, pipx=True), terminal=about.Terminal()),
    broken(settings=about.Settings(), scanner=about.Device(about.Choice.KEYBOARD, "keyboard")),
    watch_list(about.WatchListState.OPENS),
)
"""Machines at which nothing is wrong, and that say something else than the healthy one."""
