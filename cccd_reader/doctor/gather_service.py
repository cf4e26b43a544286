# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Asks the PC/SC service what it sees. Every call is bounded in time, and nothing is sent to a card."""

from __future__ import annotations

import ctypes
import importlib.metadata
import sys
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from threading import Thread
from typing import TypeVar, cast

from cccd_reader.doctor.surroundings import Answer, Greeting, Library, Service, Slot, Use
from cccd_reader.errors import NoCard, ReaderBusy, ServiceUnavailable, TransportError
from cccd_reader.transport.pcsc import load_scard
from cccd_reader.transport.pcsc_context import LEAVE_CARD, SCOPE_USER, Context, Scard
from cccd_reader.transport.pcsc_errors import ScardCode
from cccd_reader.transport.pcsc_properties import Control, max_apdu
from cccd_reader.transport.pcsc_readers import ReaderKind

_T = TypeVar("_T")

_EXCLUSIVE, _IN_USE = 0x0080, 0x0100
"""SCARD_STATE_EXCLUSIVE and SCARD_STATE_INUSE."""
_REFUSALS = (ScardCode.SCARD_E_NO_ACCESS, ScardCode.SCARD_W_SECURITY_VIOLATION)
_MAX_GREETED = 8
_LIBPCSCLITE = "libpcsclite.so.1"


@dataclass(frozen=True)
class Limits:
    """How long, in seconds, one call of the service may take, and one connection to a card."""

    call: float = 3.0
    card: float = 1.5


def bounded(seconds: float, call: Callable[[], _T]) -> _T | None:
    """Return what `call` returns, None where it takes longer; it goes on in a thread that nobody waits for."""
    future: Future[_T] = Future()

    def run() -> None:
        try:
            future.set_result(call())
        except Exception as error:  # noqa: BLE001 -- it is raised where the result is awaited
            future.set_exception(error)

    Thread(target=run, name="doctor", daemon=True).start()
    try:
        return future.result(seconds)
    except TimeoutError:
        return None


DEFAULT_LIMITS = Limits()


def load_both() -> Scard:
    """Load pyscard and, on Linux, the library that it looks for. Raises `ServiceUnavailable` where one is missing."""
    scard = load_scard()
    if sys.platform.startswith("linux"):
        try:
            ctypes.CDLL(_LIBPCSCLITE)
        except OSError as error:
            raise ServiceUnavailable(f"{_LIBPCSCLITE} cannot be loaded") from error
    return scard


def gather_service(
    about: Service, load: Callable[[], Scard] = load_both, limits: Limits = DEFAULT_LIMITS
) -> tuple[Service, tuple[Slot, ...]]:
    """Return what is known of the service, completed by its answer, and its slots."""
    try:
        scard = load()
    except ServiceUnavailable as error:
        missing = isinstance(error.__cause__, ModuleNotFoundError)
        library = Library.NO_PYSCARD if missing else Library.BROKEN
        return replace(about, library=library, answer=Answer.NOBODY), ()
    answer = _answer(scard, limits)
    known = replace(about, answer=answer, library_version=_version("pyscard"))
    if answer is not Answer.WELCOME:
        return known, ()
    try:
        found = bounded(limits.call, lambda: _slots(scard))
    except TransportError:  # it stopped between two calls
        return replace(known, answer=Answer.NOBODY), ()
    if found is None:
        return replace(known, answer=Answer.SILENT), ()
    return known, _greeted(scard, found, limits)


def _answer(scard: Scard, limits: Limits) -> Answer:
    code = bounded(limits.call, lambda: _establish(scard))
    if code is None:
        return Answer.SILENT
    if code in _REFUSALS:
        return Answer.REFUSED
    return Answer.NOBODY if code else Answer.WELCOME


def _establish(scard: Scard) -> int:
    code, context = scard.SCardEstablishContext(SCOPE_USER)
    if code == ScardCode.SCARD_S_SUCCESS:
        scard.SCardReleaseContext(context)
    return code & 0xFFFFFFFF


def _slots(scard: Scard) -> tuple[Slot, ...]:
    context = Context(scard)
    try:
        found = []
        for reader in context.readers():
            state = context.state(reader.name)
            if state is not None:
                found.append(Slot(reader, _use(state[1])))
        return tuple(found)
    finally:
        context.release()


def _use(bits: int) -> Use:
    if bits & _EXCLUSIVE:
        return Use.EXCLUSIVE
    return Use.SHARED if bits & _IN_USE else Use.FREE


def _greeted(scard: Scard, slots: tuple[Slot, ...], limits: Limits) -> tuple[Slot, ...]:
    """Connect to each card that may be a document's and that nobody holds alone, and leave it again."""
    greeted = 0
    found = []
    for slot in slots:
        worth = slot.reader.has_card and slot.reader.kind is not ReaderKind.SAM and greeted < _MAX_GREETED
        if worth and slot.use is Use.EXCLUSIVE:
            found.append(replace(slot, greeting=Greeting.HELD))
        else:
            found.append(_greet(scard, slot, limits) if worth else slot)
        greeted += worth
    return tuple(found)


def _greet(scard: Scard, slot: Slot, limits: Limits) -> Slot:
    try:
        context = Context(scard)
    except TransportError:
        return slot
    try:
        return context.within(limits.card, lambda: _connected(context, slot))
    except ReaderBusy:
        return replace(slot, greeting=Greeting.HELD)
    except ServiceUnavailable:  # the service runs: so it refuses this user the card
        return replace(slot, greeting=Greeting.REFUSED)
    except NoCard:
        return replace(slot, reader=replace(slot.reader, has_card=False, atr=b""))
    except TransportError:
        return replace(slot, greeting=Greeting.MUTE)
    finally:
        context.release()


def _connected(context: Context, slot: Slot) -> Slot:
    card, _ = context.connect(slot.reader.name)
    try:
        takes = max_apdu(cast(Control, context.scard), card)
    finally:
        context.scard.SCardDisconnect(card, LEAVE_CARD)
    return replace(slot, greeting=Greeting.ANSWERED, max_apdu=takes)


def _version(name: str) -> str:
    try:
        return f"{name} {importlib.metadata.version(name)}"
    except importlib.metadata.PackageNotFoundError:
        return ""
