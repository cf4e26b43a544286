# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The doctor: every check, each exactly once, as a pure function of the surroundings."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cccd_reader.doctor import file_checks, machine_checks, port_checks, reader_checks, service_checks, trust_checks
from cccd_reader.doctor.findings import Finding, State
from cccd_reader.doctor.surroundings import Surroundings

CHECKS: dict[str, Callable[[Surroundings], Finding]] = {
    service_checks.LIBRARY: service_checks.library,
    service_checks.SERVICE: service_checks.service,
    service_checks.RIGHTS: service_checks.rights,
    service_checks.KERNEL: service_checks.kernel,
    reader_checks.PRESENT: reader_checks.present,
    port_checks.READER: port_checks.reader,
    reader_checks.SLOTS: reader_checks.slots,
    reader_checks.FREE: reader_checks.free,
    reader_checks.CARD: reader_checks.card,
    reader_checks.LENGTHS: reader_checks.lengths,
    reader_checks.BIT_RATE: reader_checks.bit_rate,
    port_checks.SCANNER: port_checks.scanner,
    port_checks.PORTS: port_checks.ports,
    file_checks.SETTINGS: file_checks.settings,
    trust_checks.STORE: trust_checks.store,
    trust_checks.AUTHORITY: trust_checks.authority,
    trust_checks.LISTS: trust_checks.lists,
    trust_checks.ANCHORS: trust_checks.anchors,
    machine_checks.CLOCK: machine_checks.clock,
    file_checks.WATCH_LIST: file_checks.watch_list,
    file_checks.RIGHTS: file_checks.rights,
    file_checks.FOLDERS: file_checks.folders,
    machine_checks.SIZE: machine_checks.size,
    machine_checks.ENCODING: machine_checks.encoding,
    machine_checks.PYTHON: machine_checks.python,
    machine_checks.LIBRARIES: machine_checks.libraries,
    machine_checks.IMAGE_CODES: machine_checks.image_codes,
    machine_checks.JPEG_2000: machine_checks.jpeg2000,
}
"""All of them, a cause before what follows from it. The ids are stable: programs build on them."""


def diagnose(about: Surroundings) -> tuple[Finding, ...]:
    """Return one finding for every check."""
    return tuple(check(about) for check in CHECKS.values())


def worst(findings: Iterable[Finding]) -> State:
    """Return BROKEN where anything is, else WARNING where there is one, else GOOD: what is unknown harms nobody."""
    states = {each.state for each in findings}
    return next((state for state in (State.BROKEN, State.WARNING) if state in states), State.GOOD)
