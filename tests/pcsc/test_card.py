# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A card in the virtual reader of the real pcscd: found, held, lost, given back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from smartcard import scard

from cccd_reader.errors import (
    CardRemoved,
    CccdError,
    NoCard,
    NoReader,
    ReaderBusy,
    ServiceUnavailable,
    TransportError,
)
from cccd_reader.transport.pcsc import PcscCard, Reader, ReaderKind, list_readers, load_scard, open_card
from cccd_reader.transport.pcsc_context import Context
from cccd_simulators.vpcd import VpcdBridge
from tests.support.pcscd import READER, SECOND_PORT, SECOND_READER, EchoChip, PcscDaemon

pytestmark = [pytest.mark.pcsc, pytest.mark.usefixtures("pcscd")]

PATIENCE = 20.0
COMMAND = bytes.fromhex("00B0000004")


@pytest.fixture
def chip() -> EchoChip:
    return EchoChip()


@pytest.fixture
def bridge(pcscd: PcscDaemon, chip: EchoChip) -> Iterator[VpcdBridge]:
    """The chip in the first slot, laid there after all others have gone."""
    with VpcdBridge(chip) as inserted:
        yield inserted


class OtherProgram:
    """A second user of the reader, in a context of its own."""

    def __init__(self, share: int) -> None:
        _, self.context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        code, self.card, _ = scard.SCardConnect(self.context, READER, share, scard.SCARD_PROTOCOL_ANY)
        assert code == scard.SCARD_S_SUCCESS

    def leave(self) -> None:
        assert scard.SCardReleaseContext(self.context) == scard.SCARD_S_SUCCESS


@pytest.fixture
def other_program() -> Iterator[Callable[[int], OtherProgram]]:
    """Start other programs in this share mode; they leave at the end, if they have not."""
    started: list[OtherProgram] = []

    def start(share: int) -> OtherProgram:
        started.append(OtherProgram(share))
        return started[-1]

    yield start
    for program in started:
        scard.SCardReleaseContext(program.context)


def wait_for_card() -> None:
    """Return when pcscd has noticed the chip."""
    open_card(READER, timeout=PATIENCE).close()


def first_reader() -> Reader:
    return next(reader for reader in list_readers() if reader.name == READER)


# --- finding ----------------------------------------------------------------------------------------------------------


def test_empty_readers_are_listed() -> None:
    expected = [Reader(name, ReaderKind.OTHER, False, b"") for name in (READER, SECOND_READER)]
    assert [reader for reader in list_readers() if reader.name.startswith("Virtual PCD")] == expected


@pytest.mark.usefixtures("bridge")
def test_a_reader_with_a_card_shows_its_atr(chip: EchoChip) -> None:
    wait_for_card()
    assert first_reader() == Reader(READER, ReaderKind.OTHER, True, chip.atr)


@pytest.mark.usefixtures("bridge")
@pytest.mark.parametrize("name", [READER, "virtual pcd 00 00", "Virtual PCD", "PCD 00 00"])
def test_a_card_is_found_by_the_name_of_its_reader(name: str) -> None:
    with open_card(name, timeout=PATIENCE) as card:
        assert card.reader.name == READER


def test_a_card_is_found_in_the_second_slot(chip: EchoChip) -> None:
    with VpcdBridge(chip, port=SECOND_PORT), open_card("Virtual PCD", timeout=PATIENCE) as card:
        assert card.reader.name == SECOND_READER
        assert card.exchange(COMMAND) == b"\x04\x90\x00"


@pytest.mark.usefixtures("bridge")
def test_another_slot_is_not_taken_for_the_named_one() -> None:
    wait_for_card()
    with pytest.raises(NoCard):
        open_card(SECOND_READER, timeout=0)


def test_an_unknown_name_lists_the_readers() -> None:
    with pytest.raises(NoReader) as caught:
        open_card("Nirvana 3000", timeout=PATIENCE)
    assert READER in caught.value.hint


def test_no_card_in_time() -> None:
    waits: list[str] = []
    with pytest.raises(NoCard, match="SCARD_E_NO_SMARTCARD"):
        open_card("Virtual PCD", timeout=0.7, on_wait=lambda: waits.append("waiting"))
    assert waits == ["waiting"]


def test_no_card_and_no_time_to_wait() -> None:
    waits: list[str] = []
    with pytest.raises(NoCard):
        open_card(READER, timeout=0, on_wait=lambda: waits.append("waiting"))
    assert waits == []


def test_a_card_that_comes_while_waiting(chip: EchoChip) -> None:
    bridge = VpcdBridge(chip)

    def lay() -> None:
        bridge.start()

    try:
        with open_card(READER, timeout=None, on_wait=lay) as card:
            assert card.exchange(COMMAND) == b"\x04\x90\x00"
    finally:
        bridge.close()


def test_a_mute_card_has_its_own_words() -> None:
    # Too long for an ATR: pcscd sees a card, and none that it can power.
    with VpcdBridge(EchoChip("3B" + "00" * 40)), pytest.raises(TransportError, match="cannot be powered") as caught:
        open_card(READER, timeout=PATIENCE)
    assert "flat" in caught.value.hint


# --- talking ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("atr", ["3B00", "3B80800101", "3B8880010000000000000000000009"])
def test_every_protocol_is_spoken(atr: str) -> None:
    with VpcdBridge(EchoChip(atr)), open_card(READER, timeout=PATIENCE) as card:
        assert card.atr == bytes.fromhex(atr)
        assert card.exchange(COMMAND) == b"\x04\x90\x00"


@pytest.mark.usefixtures("bridge")
def test_commands_and_answers_of_any_length() -> None:
    with open_card(READER, timeout=PATIENCE) as card:
        for size in (1, 255, 256, 261, 2048, 32768, 65000, 65531):
            body = bytes(index * 7 & 0xFF for index in range(size))
            assert card.exchange(bytes(4) + body) == body + b"\x90\x00"


@pytest.mark.usefixtures("bridge")
def test_a_command_without_header_is_refused() -> None:
    with open_card(READER, timeout=PATIENCE) as card, pytest.raises(ValueError, match="four bytes"):
        card.exchange(b"\x00")


@pytest.mark.usefixtures("bridge")
def test_reset_reaches_the_chip_and_the_session_goes_on(chip: EchoChip) -> None:
    with open_card(READER, timeout=PATIENCE) as card:
        card.exchange(COMMAND)
        before = chip.resets
        card.reset()
        assert chip.resets == before + 1
        assert card.exchange(COMMAND) == b"\x04\x90\x00"
        assert card.atr == chip.atr


@pytest.mark.usefixtures("bridge")
def test_closing_resets_the_chip_and_frees_the_reader(chip: EchoChip) -> None:
    for _ in range(2):
        with open_card(READER, timeout=PATIENCE) as card:
            card.exchange(COMMAND)
            before = chip.resets
        assert chip.resets == before + 1
        card.close()
        with pytest.raises(TransportError, match="closed"):
            card.exchange(COMMAND)
    assert chip.commands == 2


# --- losing -----------------------------------------------------------------------------------------------------------


class FleetingChip(EchoChip):
    """A chip that is taken off while it works on its third command."""

    bridge: VpcdBridge

    def exchange(self, command: bytes, /) -> bytes:
        if self.commands == 2:
            self.bridge.remove()
        return super().exchange(command)


def test_a_card_removed_half_way() -> None:
    chip = FleetingChip()
    chip.bridge = VpcdBridge(chip)
    with chip.bridge, open_card(READER, timeout=PATIENCE) as card:
        card.exchange(COMMAND)
        card.exchange(COMMAND)
        with pytest.raises(CardRemoved, match="SCARD_W_REMOVED_CARD"):
            card.exchange(COMMAND)
        with pytest.raises(CardRemoved):
            card.exchange(COMMAND)


def test_a_card_laid_back_is_opened_again(chip: EchoChip, bridge: VpcdBridge) -> None:
    with open_card(READER, timeout=PATIENCE) as card:
        bridge.remove()
        with pytest.raises(CardRemoved):
            card.exchange(COMMAND)
    with bridge, open_card(READER, timeout=PATIENCE) as card:
        assert card.exchange(COMMAND) == b"\x04\x90\x00"
    assert chip.commands == 1


class SilentChip(EchoChip):
    """A chip that answers nothing at all."""

    def exchange(self, command: bytes, /) -> bytes:
        return b""


def test_an_empty_answer_is_a_lost_card() -> None:
    with VpcdBridge(SilentChip()), open_card(READER, timeout=PATIENCE) as card, pytest.raises(CardRemoved):
        card.exchange(COMMAND)


def test_no_message_holds_what_was_sent(bridge: VpcdBridge) -> None:
    with open_card(READER, timeout=PATIENCE) as card:
        bridge.remove()
        with pytest.raises(CccdError) as caught:
            card.exchange(bytes.fromhex("00220000") + bytes.fromhex("C0FFEE") * 20)
    assert "C0FFEE" not in f"{caught.value} {caught.value.hint}".upper()


# --- sharing ----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("bridge")
def test_a_reader_in_exclusive_use_is_busy(other_program: Callable[[int], OtherProgram]) -> None:
    wait_for_card()
    program = other_program(scard.SCARD_SHARE_EXCLUSIVE)
    with pytest.raises(ReaderBusy, match="SCARD_E_SHARING_VIOLATION"):
        open_card(READER, timeout=PATIENCE)
    program.leave()
    open_card(READER, timeout=PATIENCE).close()


@pytest.mark.usefixtures("bridge")
def test_a_transaction_that_does_not_end_is_busy(other_program: Callable[[int], OtherProgram]) -> None:
    wait_for_card()
    program = other_program(scard.SCARD_SHARE_SHARED)
    assert scard.SCardBeginTransaction(program.card) == scard.SCARD_S_SUCCESS
    context = Context(load_scard())
    with pytest.raises(ReaderBusy, match="transaction"):
        PcscCard(context, first_reader(), patience=0.3)
    context.release()
    program.leave()
    open_card(READER, timeout=PATIENCE).close()


@pytest.mark.usefixtures("bridge")
def test_our_transaction_keeps_others_out(chip: EchoChip, other_program: Callable[[int], OtherProgram]) -> None:
    wait_for_card()
    program = other_program(scard.SCARD_SHARE_SHARED)
    with ThreadPoolExecutor() as pool:
        with open_card(READER, timeout=PATIENCE) as card:
            attempt = pool.submit(scard.SCardTransmit, program.card, scard.SCARD_PCI_T1, list(COMMAND))
            for _ in range(20):
                card.exchange(COMMAND)
        code, _ = attempt.result(PATIENCE)
    assert code == scard.SCARD_W_RESET_CARD
    assert chip.commands == 20


# --- the service ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("bridge")
def test_a_service_that_stops_and_comes_back(own_pcscd: PcscDaemon, chip: EchoChip) -> None:
    with open_card(READER, timeout=PATIENCE) as card:
        own_pcscd.stop()
        with pytest.raises(ServiceUnavailable):
            card.exchange(COMMAND)
        with pytest.raises(ServiceUnavailable):
            card.reset()
    for attempt in (list_readers, open_card):
        with pytest.raises(ServiceUnavailable, match="SCARD_E_NO_SERVICE") as caught:
            attempt()
        assert "pcscd" in caught.value.hint
    own_pcscd.start()
    with VpcdBridge(chip), open_card(READER, timeout=PATIENCE) as card:
        assert card.exchange(COMMAND) == b"\x04\x90\x00"


def test_a_service_restarted_while_we_wait(own_pcscd: PcscDaemon, chip: EchoChip) -> None:
    bridge = VpcdBridge(chip)

    def restart() -> None:
        own_pcscd.restart()
        bridge.start()

    try:
        with open_card(READER, timeout=PATIENCE, on_wait=restart) as card:
            assert card.exchange(COMMAND) == b"\x04\x90\x00"
    finally:
        bridge.close()


def test_a_service_that_stops_while_we_wait(own_pcscd: PcscDaemon) -> None:
    with pytest.raises(ServiceUnavailable, match="SCARD_E_NO_SERVICE"):
        open_card(READER, timeout=PATIENCE, on_wait=own_pcscd.stop)
