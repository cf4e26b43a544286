# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What the doctor says: a diagnosis, which knows its state, and the cure. Codes are stable; programs build on them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum


class State(StrEnum):
    """How something stands.

    warning: it works, and may not tomorrow, or slower than it could. broken: a card cannot be read or judged so.
    unknown: it could not be looked at, because of another fault or because nothing tells.
    """

    GOOD = "good"
    WARNING = "warning"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class Diagnosis(Enum):
    """Why something stands as it does: a code and its state."""

    NOT_NEEDED = "not-needed", State.GOOD
    BLOCKED = "blocked", State.UNKNOWN
    """Another fault is in the way; the detail is the id of that check."""
    # the PC/SC service
    LIBRARY_LOADED = "library-loaded", State.GOOD
    PYSCARD_MISSING = "pyscard-missing", State.BROKEN
    LIBRARY_BROKEN = "library-broken", State.BROKEN
    SERVICE_ANSWERS = "service-answers", State.GOOD
    SERVICE_STOPPED = "service-stopped", State.BROKEN
    SERVICE_MISSING = "service-missing", State.BROKEN
    SERVICE_MASKED = "service-masked", State.BROKEN
    SERVICE_SILENT = "service-silent", State.BROKEN
    RIGHTS_GRANTED = "rights-granted", State.GOOD
    SOCKET_CLOSED = "socket-closed", State.BROKEN
    USER_REFUSED = "user-refused", State.BROKEN
    NO_KERNEL_DRIVER = "no-kernel-driver", State.GOOD
    KERNEL_DRIVER_LOADED = "kernel-driver-loaded", State.WARNING
    KERNEL_DRIVER_HOLDS = "kernel-driver-holds", State.BROKEN
    # readers and card
    READER_THERE = "reader-there", State.GOOD
    NO_READER = "no-reader", State.BROKEN
    NO_READER_REMOTE = "no-reader-remote", State.BROKEN
    READER_WITHOUT_DRIVER = "reader-without-driver", State.BROKEN
    CONTACTLESS_SLOT = "contactless-slot", State.GOOD
    SLOT_UNNAMED = "slot-unnamed", State.UNKNOWN
    ONLY_CONTACT = "only-contact", State.BROKEN
    ONLY_SAM = "only-sam", State.BROKEN
    READER_FREE = "reader-free", State.GOOD
    READER_SHARED = "reader-shared", State.WARNING
    READER_HELD = "reader-held", State.BROKEN
    CARD_ANSWERS = "card-answers", State.GOOD
    NO_CARD = "no-card", State.UNKNOWN
    CARD_MUTE = "card-mute", State.BROKEN
    EXTENDED_LENGTHS = "extended-lengths", State.GOOD
    SHORT_LENGTHS = "short-lengths", State.GOOD
    READER_SHORT = "reader-short", State.WARNING
    LENGTHS_UNKNOWN = "lengths-unknown", State.UNKNOWN
    BIT_RATE_KNOWN = "bit-rate-known", State.GOOD
    BIT_RATE_UNTOLD = "bit-rate-untold", State.UNKNOWN
    # what the settings name, and serial ports
    NOTHING_CONFIGURED = "nothing-configured", State.GOOD
    CONFIGURED_THERE = "configured-there", State.GOOD
    SETTING_WRONG = "setting-wrong", State.BROKEN
    READER_UNFIT = "reader-unfit", State.BROKEN
    PORT_MISSING = "port-missing", State.BROKEN
    PORT_REFUSED = "port-refused", State.BROKEN
    PORT_HELD = "port-held", State.BROKEN
    PORT_SILENT = "port-silent", State.BROKEN
    SCANNER_MISSING = "scanner-missing", State.BROKEN
    SCANNERS_SEVERAL = "scanners-several", State.BROKEN
    PORTS_OPEN = "ports-open", State.GOOD
    NO_PORTS = "no-ports", State.GOOD
    PORTS_REFUSED = "ports-refused", State.WARNING
    # files
    SETTINGS_VALID = "settings-valid", State.GOOD
    NO_SETTINGS = "no-settings", State.GOOD
    SETTINGS_BROKEN = "settings-broken", State.BROKEN
    FILES_PRIVATE = "files-private", State.GOOD
    FILES_READABLE = "files-readable", State.WARNING
    FILES_WRITABLE = "files-writable", State.BROKEN
    FOLDERS_WRITABLE = "folders-writable", State.GOOD
    FOLDER_NOT_WRITABLE = "folder-not-writable", State.BROKEN
    DISK_FULL = "disk-full", State.BROKEN
    NO_WATCH_LIST = "no-watch-list", State.GOOD
    WATCH_LIST_OPENS = "watch-list-opens", State.GOOD
    KEY_MISSING = "key-missing", State.BROKEN
    KEY_OPEN = "key-open", State.BROKEN
    WATCH_LIST_DAMAGED = "watch-list-damaged", State.BROKEN
    # whom to believe
    STORE_LOADED = "store-loaded", State.GOOD
    STORE_EMPTY = "store-empty", State.BROKEN
    STORE_DAMAGED = "store-damaged", State.BROKEN
    STORE_UNREADABLE = "store-unreadable", State.BROKEN
    TRUST_MISSING = "trust-missing", State.BROKEN
    CSCA_THERE = "csca-there", State.GOOD
    CSCA_OTHER = "csca-other", State.WARNING
    CSCA_MISSING = "csca-missing", State.BROKEN
    LISTS_CURRENT = "lists-current", State.GOOD
    LISTS_OLD = "lists-old", State.WARNING
    ANCHORS_VALID = "anchors-valid", State.GOOD
    ANCHORS_EXPIRING = "anchors-expiring", State.WARNING
    ANCHORS_OUT_OF_DATE = "anchors-out-of-date", State.WARNING
    # this machine
    CLOCK_PLAUSIBLE = "clock-plausible", State.GOOD
    CLOCK_BEHIND = "clock-behind", State.BROKEN
    CLOCK_AHEAD = "clock-ahead", State.BROKEN
    TERMINAL_FITS = "terminal-fits", State.GOOD
    NO_TERMINAL = "no-terminal", State.UNKNOWN
    TERMINAL_SMALL = "terminal-small", State.WARNING
    UTF8 = "utf8", State.GOOD
    NOT_UTF8 = "not-utf8", State.WARNING
    PYTHON_SUPPORTED = "python-supported", State.GOOD
    PYTHON_UNTESTED = "python-untested", State.WARNING
    LIBRARIES_FIT = "libraries-fit", State.GOOD
    NOT_INSTALLED = "not-installed", State.UNKNOWN
    LIBRARIES_UNFIT = "libraries-unfit", State.BROKEN
    PART_THERE = "part-there", State.GOOD
    PART_MISSING = "part-missing", State.GOOD
    """A note: nothing that a counter needs is missing."""

    @property
    def code(self) -> str:
        """The stable code, as in JSON."""
        return str(self.value[0])

    @property
    def state(self) -> State:
        """The state that follows from it."""
        return self.value[1]


@dataclass(frozen=True)
class Cure:
    """What to do: a code that has words in every language, and the line to type, empty where there is none."""

    code: str
    line: str = ""


@dataclass(frozen=True)
class Finding:
    """One check: its id, the diagnosis, what it is about (names, paths, dates; nobody's data), and the cure."""

    id: str
    diagnosis: Diagnosis
    detail: str = ""
    cure: Cure | None = None

    @property
    def state(self) -> State:
        """The state of the diagnosis."""
        return self.diagnosis.state
