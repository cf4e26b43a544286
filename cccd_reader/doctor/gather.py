# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Gathers the surroundings: the one part of the doctor that looks at the machine. Takes a dozen seconds at worst."""

from __future__ import annotations

import locale
import os
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cccd_reader.doctor.gather_files import Kept, gather_files
from cccd_reader.doctor.gather_ports import gather_ports, gather_reader, gather_scanner
from cccd_reader.doctor.gather_service import gather_service
from cccd_reader.doctor.gather_software import gather_software
from cccd_reader.doctor.gather_store import gather_trust
from cccd_reader.doctor.gather_system import System, gather_kernel, gather_machine, gather_pcscd, pcsc_users
from cccd_reader.doctor.surroundings import Choice, Settings, Slot, Surroundings, Terminal
from cccd_reader.pki.store_folder import default_folder
from cccd_reader.storage.files import cache_folder, data_folder
from cccd_reader.watchlist.store import WatchListFile

_NO_SETTINGS = Settings()
_THIS_SYSTEM = System()


@dataclass(frozen=True)
class Wishes:
    """What the settings and the options ask for; `settings` are their files, and what is wrong with these."""

    settings: Settings = _NO_SETTINGS
    settings_files: tuple[Path, ...] = ()
    reader: str | None = None
    scanner: str | None = None
    trust: tuple[Path, ...] = ()
    save_to: Path | None = None
    watchlist_key: Path | None = None


def gather(wishes: Wishes, now: datetime, system: System = _THIS_SYSTEM) -> Surroundings:
    """Return the facts about this machine at `now`. No card is asked anything, no data of a holder is touched."""
    reader = gather_reader(wishes.reader, system)
    service = gather_pcscd(system)
    slots: tuple[Slot, ...] = ()
    if reader.choice is not Choice.SERIAL:  # which needs no service
        service, slots = gather_service(service)
    return Surroundings(
        machine=gather_machine(system),
        service=service,
        software=gather_software(),
        trust=gather_trust(wishes.trust, default_folder(), now),
        now=now,
        kernel=gather_kernel(system),
        slots=slots,
        holders=pcsc_users(system),
        reader=reader,
        scanner=gather_scanner(wishes.scanner, system),
        ports=gather_ports(),
        settings=wishes.settings,
        files=gather_files(_kept(wishes)),
        terminal=gather_terminal(),
    )


def _kept(wishes: Wishes) -> Kept:
    data = data_folder(os.environ)
    private = (wishes.save_to,) if wishes.save_to else ()
    return Kept(
        default_folder(),
        (data, *wishes.settings_files, *wishes.trust),
        (data, cache_folder(os.environ), *private),
        private,
        WatchListFile.default(wishes.watchlist_key),
    )


def gather_terminal() -> Terminal:
    """Return the size of the terminal on standard output, input or error, and the encoding of what is printed."""
    encoding = getattr(sys.stdout, "encoding", None) or locale.getencoding()
    for descriptor in (1, 0, 2):
        try:
            size = os.get_terminal_size(descriptor)
        except (OSError, ValueError):  # not a terminal, or closed
            continue
        return Terminal(size.columns, size.lines, encoding)
    return Terminal(encoding=encoding)
