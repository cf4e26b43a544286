# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Is there a way to the PC/SC service: library, service, rights, and the kernel's own drivers for readers."""

from __future__ import annotations

from cccd_reader.doctor.cures import cure
from cccd_reader.doctor.findings import Cure, Diagnosis, Finding
from cccd_reader.doctor.surroundings import Answer, Choice, Greeting, Library, Machine, Platform, Socket, Surroundings

LIBRARY, SERVICE, RIGHTS, KERNEL = "pcsc.library", "pcsc.service", "pcsc.rights", "pcsc.kernel"

GRABBING = ("pn533_usb", "pn533")
"""The kernel's modules that take an ACR122U or a PN533 for themselves."""


def needed(about: Surroundings) -> bool:
    """True unless the settings name a reader on a serial port, which needs no PC/SC service."""
    return about.reader.choice is not Choice.SERIAL


def obstacle(about: Surroundings) -> str:
    """Return the id of the check that keeps the readers from being looked at, empty where none does."""
    for check in (library, service, rights):
        found = check(about)
        if found.diagnosis not in _OPEN:
            return found.id
    return ""


def library(about: Surroundings) -> Finding:
    """Is pyscard there, and the system's library below it?"""
    service, machine = about.service, about.machine
    if not needed(about):
        return Finding(LIBRARY, Diagnosis.NOT_NEEDED)
    if service.library is Library.LOADED:
        return Finding(LIBRARY, Diagnosis.LIBRARY_LOADED, service.library_version)
    if service.library is Library.NO_PYSCARD:
        return Finding(LIBRARY, Diagnosis.PYSCARD_MISSING, "", cure("install-pyscard", machine))
    return Finding(LIBRARY, Diagnosis.LIBRARY_BROKEN, "", cure("install-library", machine))


def service(about: Surroundings) -> Finding:
    """Does the service run and answer?"""
    facts, machine = about.service, about.machine
    if not needed(about):
        return Finding(SERVICE, Diagnosis.NOT_NEEDED)
    if facts.library is not Library.LOADED:
        return Finding(SERVICE, Diagnosis.BLOCKED, LIBRARY)
    if facts.answer in (Answer.WELCOME, Answer.REFUSED) or facts.socket is Socket.CLOSED:
        return Finding(SERVICE, Diagnosis.SERVICE_ANSWERS)
    if facts.answer is Answer.SILENT:
        return Finding(SERVICE, Diagnosis.SERVICE_SILENT, "", cure("restart-service", machine))
    if machine.platform.is_linux and facts.socket is Socket.LISTENED:
        return Finding(SERVICE, Diagnosis.SERVICE_ANSWERS)  # it listens, and turns this user away: see `rights`
    if machine.platform.is_linux and not facts.installed:
        return Finding(SERVICE, Diagnosis.SERVICE_MISSING, "", cure("install-service", machine))
    if facts.masked:
        return Finding(SERVICE, Diagnosis.SERVICE_MASKED, "", cure("unmask-service", machine))
    return Finding(SERVICE, Diagnosis.SERVICE_STOPPED, "", _start(machine))


def rights(about: Surroundings) -> Finding:
    """May this user use the service, and the cards in it?"""
    facts, machine = about.service, about.machine
    if not needed(about):
        return Finding(RIGHTS, Diagnosis.NOT_NEEDED)
    if facts.library is not Library.LOADED:
        return Finding(RIGHTS, Diagnosis.BLOCKED, LIBRARY)
    if facts.answer is Answer.WELCOME:
        refused = any(slot.greeting is Greeting.REFUSED for slot in about.slots)
        return _refused(about) if refused else Finding(RIGHTS, Diagnosis.RIGHTS_GRANTED)
    if facts.answer is Answer.REFUSED:
        return _refused(about)
    if facts.socket is Socket.CLOSED:
        return Finding(RIGHTS, Diagnosis.SOCKET_CLOSED, "", cure("open-socket", machine))
    if machine.platform.is_linux and facts.socket is Socket.LISTENED and facts.answer is Answer.NOBODY:
        return _refused(about)  # an old pcscd hangs up on whom polkit refuses
    return Finding(RIGHTS, Diagnosis.BLOCKED, SERVICE)


def kernel(about: Surroundings) -> Finding:
    """Has the kernel taken the reader for itself?"""
    facts = about.kernel
    if not about.machine.platform.is_linux:
        return Finding(KERNEL, Diagnosis.NOT_NEEDED)
    held = tuple(reader.name for reader in facts.usb_readers if reader.driver in GRABBING)
    loaded = tuple(name for name in facts.loaded if name in GRABBING)
    bar = "unload-kernel-driver" if set(GRABBING) <= set(facts.barred) else "bar-kernel-driver"
    if held or (GRABBING[0] in loaded and not about.slots and not obstacle(about)):
        detail = ", ".join((*loaded, *held))
        return Finding(KERNEL, Diagnosis.KERNEL_DRIVER_HOLDS, detail, cure(bar, about.machine))
    if loaded:
        return Finding(KERNEL, Diagnosis.KERNEL_DRIVER_LOADED, ", ".join(loaded), cure(bar, about.machine))
    return Finding(KERNEL, Diagnosis.NO_KERNEL_DRIVER)


def _start(machine: Machine) -> Cure:
    if machine.platform is Platform.MACOS:
        return cure("replug", machine)  # it starts by itself when a reader is attached
    if machine.platform.is_linux and not machine.systemd:
        return cure("start-daemon", machine)
    return cure("start-service", machine)


def _refused(about: Surroundings) -> Finding:
    session = about.machine.session.value
    return Finding(RIGHTS, Diagnosis.USER_REFUSED, session, cure("allow-user", about.machine))


_OPEN = (
    Diagnosis.NOT_NEEDED,
    Diagnosis.LIBRARY_LOADED,
    Diagnosis.SERVICE_ANSWERS,
    Diagnosis.RIGHTS_GRANTED,
)
