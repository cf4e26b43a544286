# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Readers, their slots and the card on one: there, free, answering, and how fast they can be read."""

from __future__ import annotations

import re

from cccd_reader.apdu.atr import lengths_of
from cccd_reader.apdu.channel import Lengths
from cccd_reader.doctor import service_checks
from cccd_reader.doctor.cures import cure
from cccd_reader.doctor.findings import Cure, Diagnosis, Finding
from cccd_reader.doctor.surroundings import Choice, Greeting, Session, Slot, Surroundings, Use
from cccd_reader.transport.pcsc_readers import ReaderKind, choose

PRESENT, SLOTS, FREE, CARD = "reader.present", "reader.slots", "reader.free", "card.present"
LENGTHS, BIT_RATE = "reader.lengths", "reader.bit-rate"

# Readers with contacts alone, by families that are common in banks; a contactless slot says so in its name.
_CONTACT = re.compile(
    r"\b(?:ICC|ACR3[89]\w*|SCR3\d+\w*|SCR 3\w+|AU95\d\d|uTrust 27\d\d|PC Twin|IDBridge CT\w*|Smart Terminal ST)\b"
    r"|OMNIKEY\W+(?:AG\W+)?(?:CardMan )?3[\dx]21|\bcontact (?:reader|slot)\b",
    re.IGNORECASE,
)
_CONTACTLESS_ATR = b"\x80\x01"
"""TD1 and TD2 of every answer to reset that a contactless reader composes (PC/SC part 3, 3.1.3.2.3)."""
_SHORT = 256


def usable(about: Surroundings) -> tuple[Slot, ...]:
    """Return the slots that a document may lie on: those that `transport` would choose from."""
    named = {reader.name for reader in choose([slot.reader for slot in about.slots], None)} if _documents(about) else ()
    return tuple(slot for slot in about.slots if slot.reader.name in named)


def obstacle(about: Surroundings) -> str:
    """Return the id of the check that keeps a reader's slots from being looked at, empty where none does."""
    found = present(about)
    if found.diagnosis is Diagnosis.BLOCKED:
        return found.detail
    return "" if about.slots or found.diagnosis is Diagnosis.NOT_NEEDED else PRESENT


def present(about: Surroundings) -> Finding:
    """Is a reader there?"""
    if blocked := _blocked(about, PRESENT):
        return blocked
    if about.slots:
        return Finding(PRESENT, Diagnosis.READER_THERE, _names(about.slots))
    machine = about.machine
    if service_checks.kernel(about).diagnosis is Diagnosis.KERNEL_DRIVER_HOLDS:
        return Finding(PRESENT, Diagnosis.BLOCKED, service_checks.KERNEL)
    if about.kernel.usb_readers:
        names = ", ".join(reader.name for reader in about.kernel.usb_readers)
        remedy = _stop_others(about) or cure("install-driver", machine)
        return Finding(PRESENT, Diagnosis.READER_WITHOUT_DRIVER, names, remedy)
    if machine.session is Session.REMOTE_DESKTOP:
        return Finding(PRESENT, Diagnosis.NO_READER_REMOTE, "", cure("sit-at-machine", machine))
    attach = "attach-to-wsl" if machine.session is Session.WSL else "attach-reader"
    return Finding(PRESENT, Diagnosis.NO_READER, "", cure(attach, machine))


def slots(about: Surroundings) -> Finding:
    """Does a slot take a contactless card?"""
    if blocked := _blocked(about, SLOTS) or _without(about, SLOTS):
        return blocked
    if not usable(about):
        return Finding(SLOTS, Diagnosis.ONLY_SAM, _names(about.slots), cure("contactless-reader", about.machine))
    found = usable(about)
    proven = tuple(
        slot for slot in found if slot.reader.kind is ReaderKind.CONTACTLESS or slot.reader.atr[2:4] == _CONTACTLESS_ATR
    )
    if proven:
        return Finding(SLOTS, Diagnosis.CONTACTLESS_SLOT, _names(proven))
    if all(_CONTACT.search(slot.reader.name) for slot in found):
        return Finding(SLOTS, Diagnosis.ONLY_CONTACT, _names(found), cure("contactless-reader", about.machine))
    return Finding(SLOTS, Diagnosis.SLOT_UNNAMED, _names(found), cure("lay-card", about.machine))


def free(about: Surroundings) -> Finding:
    """Does another program hold the reader?"""
    if blocked := _blocked(about, FREE) or _without(about, FREE):
        return blocked
    held = [slot for slot in about.slots if slot.use is Use.EXCLUSIVE or slot.greeting is Greeting.HELD]
    shared = [slot for slot in about.slots if slot.use is Use.SHARED]
    if not held and not shared:
        return Finding(FREE, Diagnosis.READER_FREE)
    diagnosis = Diagnosis.READER_HELD if held else Diagnosis.READER_SHARED
    detail = ", ".join((*(slot.reader.name for slot in held or shared), *about.holders))
    return Finding(FREE, diagnosis, detail, _stop_others(about) or cure("close-program", about.machine))


def card(about: Surroundings) -> Finding:
    """Does a card lie on a reader, and answer?"""
    if about.reader.choice is Choice.SERIAL:
        found = about.reader.bit_rate is not None
        return Finding(CARD, Diagnosis.CARD_ANSWERS) if found else _no_card(about)
    if blocked := _blocked(about, CARD) or _without(about, CARD):
        return blocked
    documents = usable(about)
    greetings = {slot.greeting for slot in documents}
    if Greeting.ANSWERED in greetings:
        names = tuple(slot for slot in documents if slot.greeting is Greeting.ANSWERED)
        return Finding(CARD, Diagnosis.CARD_ANSWERS, _names(names))
    if Greeting.HELD in greetings:
        return Finding(CARD, Diagnosis.BLOCKED, FREE)
    if Greeting.MUTE in greetings:
        mute = tuple(slot for slot in documents if slot.greeting is Greeting.MUTE)
        return Finding(CARD, Diagnosis.CARD_MUTE, _names(mute), cure("lay-flat", about.machine))
    return _no_card(about)


def lengths(about: Surroundings) -> Finding:
    """Do reader and card take long commands, which make reading faster?"""
    if about.reader.choice is Choice.SERIAL:
        return Finding(LENGTHS, Diagnosis.SHORT_LENGTHS)
    if blocked := _blocked(about, LENGTHS) or _without(about, LENGTHS):
        return blocked
    short = tuple(slot for slot in usable(about) if slot.max_apdu is not None and slot.max_apdu <= _SHORT)
    answered = [slot for slot in usable(about) if slot.reader.atr]
    extended = [slot for slot in answered if lengths_of(slot.reader.atr) is Lengths.EXTENDED]
    if short and (extended or not answered):
        return Finding(LENGTHS, Diagnosis.READER_SHORT, _names(short), cure("other-reader", about.machine))
    if extended:
        return Finding(LENGTHS, Diagnosis.EXTENDED_LENGTHS, _names(tuple(extended)))
    return Finding(LENGTHS, Diagnosis.SHORT_LENGTHS if answered else Diagnosis.LENGTHS_UNKNOWN)


def bit_rate(about: Surroundings) -> Finding:
    """How fast does the card talk on the air? No PC/SC reader tells; a PN532 does."""
    if about.reader.bit_rate is None:
        return Finding(BIT_RATE, Diagnosis.BIT_RATE_UNTOLD)
    return Finding(BIT_RATE, Diagnosis.BIT_RATE_KNOWN, f"{about.reader.bit_rate} kbit/s")


def _blocked(about: Surroundings, name: str) -> Finding | None:
    if not service_checks.needed(about):
        return Finding(name, Diagnosis.NOT_NEEDED)
    way = service_checks.obstacle(about)
    # Cards may be refused to a user who sees the readers.
    if way == service_checks.RIGHTS and about.slots and name in (PRESENT, SLOTS, FREE):
        return None
    return Finding(name, Diagnosis.BLOCKED, way) if way else None


def _without(about: Surroundings, name: str) -> Finding | None:
    if not about.slots:
        return Finding(name, Diagnosis.BLOCKED, obstacle(about))
    return Finding(name, Diagnosis.BLOCKED, SLOTS) if name in (CARD, LENGTHS) and not usable(about) else None


def _documents(about: Surroundings) -> bool:
    return any(slot.reader.kind is not ReaderKind.SAM for slot in about.slots)


def _no_card(about: Surroundings) -> Finding:
    return Finding(CARD, Diagnosis.NO_CARD, "", cure("lay-card", about.machine))


def _stop_others(about: Surroundings) -> Cure | None:
    """GnuPG's daemon takes readers past PC/SC, and keeps them; it has a line of its own."""
    return cure("stop-scdaemon", about.machine) if "scdaemon" in about.holders else None


def _names(found: tuple[Slot, ...]) -> str:
    return ", ".join(slot.reader.name for slot in found)
