# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The doctor at the real pcscd: stopped, without a card, with one, and with another program on it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from smartcard import scard

from cccd_reader.doctor.diagnose import diagnose
from cccd_reader.doctor.findings import Diagnosis, Finding
from cccd_reader.doctor.gather_service import Limits, gather_service
from cccd_reader.doctor.gather_system import System, gather_pcscd, pcsc_users
from cccd_reader.doctor.surroundings import Slot
from cccd_reader.errors import TransportError
from cccd_reader.transport.pcsc import open_card
from cccd_simulators.vpcd import VpcdBridge
from tests.doctor.surroundings import HEALTHY, wrong
from tests.support.pcscd import READER, EchoChip, PcscDaemon

pytestmark = [pytest.mark.pcsc, pytest.mark.usefixtures("pcscd")]

CONTACTLESS = "3B8580018073C421C0D2"
LIMITS = Limits(call=20.0, card=0.5)


def _virtual(slots: tuple[Slot, ...]) -> tuple[Slot, ...]:
    return tuple(slot for slot in slots if slot.reader.name.startswith("Virtual PCD"))


def _found() -> dict[str, Finding]:
    service, slots = gather_service(gather_pcscd(System()), limits=LIMITS)
    findings = diagnose(replace(HEALTHY, service=service, slots=_virtual(slots)))
    return {each.id: each for each in findings if each.id.split(".")[0] in ("pcsc", "reader", "card")}


def _wrong() -> dict[str, Diagnosis]:
    return wrong(tuple(_found().values()))


@pytest.fixture
def card() -> EchoChip:
    return EchoChip(CONTACTLESS)


def _noticed() -> None:
    open_card(READER, timeout=20.0).close()


def test_a_service_that_was_stopped(own_pcscd: PcscDaemon) -> None:
    own_pcscd.stop()
    found = _found()
    assert wrong(tuple(found.values())) == {"pcsc.service": Diagnosis.SERVICE_STOPPED}
    cure = found["pcsc.service"].cure
    assert cure is not None
    assert cure.line == "sudo systemctl enable --now pcscd.socket"
    assert found["reader.present"].detail == "pcsc.service"


def test_readers_without_a_card() -> None:
    found = _found()
    assert wrong(tuple(found.values())) == {}
    assert found["card.present"].diagnosis is Diagnosis.NO_CARD
    assert found["reader.slots"].diagnosis is Diagnosis.SLOT_UNNAMED


def test_a_card_is_greeted_and_no_command_reaches_it(card: EchoChip) -> None:
    with VpcdBridge(card):
        _noticed()
        commands = card.commands
        found = _found()
        assert wrong(tuple(found.values())) == {}
        assert found["card.present"].diagnosis is Diagnosis.CARD_ANSWERS
        assert found["reader.slots"].diagnosis is Diagnosis.CONTACTLESS_SLOT
        assert found["reader.lengths"].diagnosis is Diagnosis.EXTENDED_LENGTHS
        assert card.commands == commands


def _exclusively(context: int) -> None:
    code, _, _ = scard.SCardConnect(context, READER, scard.SCARD_SHARE_EXCLUSIVE, scard.SCARD_PROTOCOL_ANY)
    assert code == scard.SCARD_S_SUCCESS


def _in_a_transaction(context: int) -> None:
    code, card, _ = scard.SCardConnect(context, READER, scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_ANY)
    assert code == scard.SCARD_S_SUCCESS
    assert scard.SCardBeginTransaction(card) == scard.SCARD_S_SUCCESS


def _beside_us(context: int) -> None:
    code, _, _ = scard.SCardConnect(context, READER, scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_ANY)
    assert code == scard.SCARD_S_SUCCESS


@pytest.mark.parametrize(
    ("hold", "diagnosis"),
    [
        (_exclusively, Diagnosis.READER_HELD),
        (_in_a_transaction, Diagnosis.READER_HELD),
        (_beside_us, Diagnosis.READER_SHARED),
    ],
)
def test_a_reader_that_another_program_holds(card: EchoChip, hold: Callable[[int], None], diagnosis: Diagnosis) -> None:
    with VpcdBridge(card):
        _noticed()
        _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        try:
            hold(context)
            assert _wrong() == {"reader.free": diagnosis}
        finally:
            scard.SCardReleaseContext(context)


def test_a_card_that_is_mute() -> None:
    with VpcdBridge(EchoChip("3B" + "00" * 40)):
        with pytest.raises(TransportError, match="cannot be powered"):
            open_card(READER, timeout=20.0)
        assert _wrong() == {"card.present": Diagnosis.CARD_MUTE}


def test_a_program_that_has_loaded_the_library_is_seen() -> None:
    code = "import ctypes; ctypes.CDLL('libpcsclite.so.1'); print('loaded', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"loaded"
        name = Path(f"/proc/{other.pid}/comm").read_text(encoding="ascii").strip()
        assert name in pcsc_users(System())
        other.communicate(b"\n")
