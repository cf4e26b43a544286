# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The facts about a machine that the doctor judges, as values: so every broken set-up can be written down.

Paths are as a person is shown them, with ~ for the home folder. Nothing here holds a card's data or a key.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cccd_reader.pki.audit import AuditFinding
from cccd_reader.transport.pcsc_readers import Reader


class Platform(StrEnum):
    """What decides which line cures something."""

    DEBIAN = "debian"
    FEDORA = "fedora"
    LINUX = "linux"
    """Any other."""
    WINDOWS = "windows"
    MACOS = "macos"

    @property
    def is_linux(self) -> bool:
        """True for every distribution."""
        return self in (Platform.DEBIAN, Platform.FEDORA, Platform.LINUX)


class Session(StrEnum):
    """Where the user sits."""

    LOCAL = "local"
    SSH = "ssh"
    REMOTE_DESKTOP = "remote-desktop"
    """Windows shows the readers of the client then, not its own."""
    WSL = "wsl"
    """Linux in Windows, which gives it no USB device by itself."""


@dataclass(frozen=True)
class Machine:
    """The system, whether systemd runs it, and where its user sits."""

    platform: Platform
    systemd: bool = True
    session: Session = Session.LOCAL


class Library(StrEnum):
    """The way from Python to PC/SC."""

    LOADED = "loaded"
    NO_PYSCARD = "no-pyscard"
    BROKEN = "broken"


class Answer(StrEnum):
    """What the PC/SC service says to somebody who greets it."""

    WELCOME = "welcome"
    NOBODY = "nobody"
    REFUSED = "refused"
    SILENT = "silent"


class Socket(StrEnum):
    """The socket of pcscd, as this user finds it."""

    LISTENED = "listened"
    CLOSED = "closed"
    """This user may not write to it."""
    DEAD = "dead"
    """Nobody listens, or there is none."""


@dataclass(frozen=True)
class Service:
    """The PC/SC service. `installed` and `masked` are about pcscd and its units; `library_version` is pyscard's."""

    library: Library = Library.LOADED
    answer: Answer = Answer.WELCOME
    socket: Socket = Socket.LISTENED
    installed: bool = True
    masked: bool = False
    library_version: str = ""


@dataclass(frozen=True)
class UsbReader:
    """A reader on the USB bus, and the kernel's driver that has taken it, empty where none has."""

    name: str
    driver: str = ""


@dataclass(frozen=True)
class Kernel:
    """Drivers of the kernel that take readers for themselves, and which of those are kept from loading."""

    loaded: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
    usb_readers: tuple[UsbReader, ...] = ()


class Use(StrEnum):
    """Whether other programs use a slot."""

    FREE = "free"
    SHARED = "shared"
    EXCLUSIVE = "exclusive"


class Greeting(StrEnum):
    """What came of connecting to the card of a slot; nothing was asked of the card."""

    NOT_TRIED = "not-tried"
    ANSWERED = "answered"
    MUTE = "mute"
    HELD = "held"
    REFUSED = "refused"


@dataclass(frozen=True)
class Slot:
    """A slot of the PC/SC service. `max_apdu` are the bytes that the reader takes in one command, None if untold."""

    reader: Reader
    use: Use = Use.FREE
    greeting: Greeting = Greeting.NOT_TRIED
    max_apdu: int | None = None


class PortState(StrEnum):
    """What came of opening a serial port."""

    OPENS = "opens"
    MISSING = "missing"
    REFUSED = "refused"
    HELD = "held"
    SILENT = "silent"
    """It opens, and no reader answers on it."""


@dataclass(frozen=True)
class SerialPort:
    """A serial port: the group that owns it, and who holds it open, as far as that can be seen."""

    name: str
    state: PortState = PortState.OPENS
    group: str = ""
    holders: tuple[str, ...] = ()


class Choice(StrEnum):
    """What a setting asks for."""

    NOTHING = "nothing"
    NAME = "name"
    """A reader of the PC/SC service."""
    SERIAL = "serial"
    KEYBOARD = "keyboard"
    WRONG = "wrong"
    SCANNER_MISSING = "scanner-missing"
    SCANNERS_SEVERAL = "scanners-several"
    UNSEEN = "unseen"
    """A serial port, and pyserial is missing."""


@dataclass(frozen=True)
class Device:
    """The reader or the scanner of the settings: what was set, and its port where it is on one.

    `bit_rate` is that of the card on a PN532 in kbit/s, None without one.
    """

    choice: Choice = Choice.NOTHING
    text: str = ""
    port: SerialPort | None = None
    bit_rate: int | None = None


@dataclass(frozen=True)
class Settings:
    """The files that hold settings, the wrong one first, and what is wrong, empty where nothing is.

    `variable` is the one of the environment where the fault stands there.
    """

    files: tuple[str, ...] = ()
    problem: str = ""
    variable: str = ""


class StoreState(StrEnum):
    """What came of loading the trust store, or what the settings trust instead."""

    LOADED = "loaded"
    DAMAGED = "damaged"
    UNREADABLE = "unreadable"
    MISSING = "missing"


@dataclass(frozen=True)
class Trust:
    """Whom this machine believes: the place, the number of anchors, and what an audit found.

    `damaged` is the SHA-256 of what was changed in the store, in hexadecimal, empty where that is not known.
    `newest` is the latest date that is signed in the store or on record of it.
    """

    place: str
    state: StoreState = StoreState.LOADED
    own_store: bool = True
    problem: str = ""
    damaged: str = ""
    anchors: int = 0
    vietnamese: int = 0
    card_authority: bool = False
    lists: int = 0
    audit: tuple[AuditFinding, ...] = ()
    newest: datetime | None = None


class WatchListState(StrEnum):
    """What came of opening the watch list."""

    NONE = "none"
    OPENS = "opens"
    NO_KEY = "no-key"
    KEY_OPEN = "key-open"
    DAMAGED = "damaged"


@dataclass(frozen=True)
class WatchListFiles:
    """The watch list and the file of its key."""

    state: WatchListState = WatchListState.NONE
    key: str = ""


@dataclass(frozen=True)
class OpenPath:
    """A file or folder of ours that others may read, or even write."""

    path: str
    writable: bool


@dataclass(frozen=True)
class Folder:
    """A folder that is written to; `free` are the bytes left on its disk, None if untold."""

    path: str
    writable: bool = True
    free: int | None = None


@dataclass(frozen=True)
class Files:
    """What is kept on the disk."""

    open_paths: tuple[OpenPath, ...] = ()
    folders: tuple[Folder, ...] = ()
    watch_list: WatchListFiles = WatchListFiles()


@dataclass(frozen=True)
class Terminal:
    """The terminal, None and None where there is none, and the encoding of what is printed."""

    columns: int | None = None
    lines: int | None = None
    encoding: str = "utf-8"


@dataclass(frozen=True)
class Requirement:
    """A library that this version needs, from which version on, and the one that is installed, None if missing."""

    name: str
    needed: str
    found: str | None


@dataclass(frozen=True)
class Software:
    """Python's version, the libraries (None where this is no installation), and the parts that may be missing."""

    python: tuple[int, int]
    requirements: tuple[Requirement, ...] | None = ()
    image_codes: bool = True
    jpeg2000: bool = True
    pipx: bool = False


@dataclass(frozen=True)
class Surroundings:
    """All of it. `holders` are the programs that have loaded PC/SC, but for this one."""

    machine: Machine
    service: Service
    software: Software
    trust: Trust
    now: datetime
    kernel: Kernel = Kernel()
    slots: tuple[Slot, ...] = ()
    holders: tuple[str, ...] = ()
    reader: Device = Device()
    scanner: Device = Device()
    ports: tuple[SerialPort, ...] = ()
    settings: Settings = Settings()
    files: Files = Files()
    terminal: Terminal = Terminal()
