# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A chip that is taken off the virtual reader of the real pcscd while it is read, and laid back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest
from smartcard import scard

from cccd_reader.errors import CardChanged, ReaderBusy, ServiceUnavailable
from cccd_reader.inspection.events import CardLost, Event, Progress
from cccd_reader.inspection.read import Patience, ReadOptions, read
from cccd_reader.inspection.reading import Reading
from cccd_reader.inspection.verify import verify
from cccd_reader.transport.pcsc import open_card
from cccd_simulators.chip import VirtualChip
from cccd_simulators.fault_files import of_another_holder
from cccd_simulators.removal import MovingCard, Stay
from cccd_simulators.vpcd import VpcdBridge
from tests.support.command_line import NUMBER, cccd, serving
from tests.support.fault_matrix import TRUST, base
from tests.support.pcscd import READER, PcscDaemon, wait_until_empty
from tests.support.trust import AT

pytestmark = [pytest.mark.pcsc, pytest.mark.usefixtures("pcscd")]

CCCD = base("cccd")
OPTIONS = ReadOptions(patience=Patience(20))
PLACES = (0, 2, 5, 7, 9, 11, 13, 15, 16, 17)
"""Commands after which the card is taken off: before access, in PACE, at files, in either proof, at the photo."""


@cache
def whole() -> Reading:
    return read(VirtualChip(CCCD), CCCD.keys)


def visit(bridge: VpcdBridge, options: ReadOptions = OPTIONS) -> Reading:
    """Read the inserted card; where it is lost, it is laid back at once."""

    def lay_back(event: Event) -> None:
        if isinstance(event, CardLost):
            bridge.start()

    wait_until_empty()  # of a card that was there before
    with bridge, open_card(READER, timeout=20) as card:
        return read(card, CCCD.keys, replace(options, on_event=lay_back))


@pytest.mark.parametrize(
    "places",
    [pytest.param((5, 14, 16)), pytest.param(PLACES, marks=pytest.mark.slow)],
    ids=["three places", "ten places"],
)
def test_a_card_taken_off_and_laid_back(places: tuple[int, ...]) -> None:
    for commands in places:
        chip = VirtualChip(CCCD)
        reading = visit(VpcdBridge(MovingCard([Stay(chip, commands), Stay(chip)])))
        assert reading.files == whole().files
        assert [proof.outcome for proof in reading.proofs] == [proof.outcome for proof in whole().proofs]
        assert verify(reading, TRUST, at=AT).verdict is verify(whole(), TRUST, at=AT).verdict
        assert reading.access.visits == 2


@pytest.mark.slow
def test_another_card_is_laid_down() -> None:
    stays = [Stay(VirtualChip(CCCD), 12), Stay(VirtualChip(of_another_holder(CCCD)))]
    with pytest.raises(CardChanged):
        visit(VpcdBridge(MovingCard(stays)))


def _at_the_photo(act: Callable[[], object]) -> ReadOptions:
    """Options that let something happen once, when the reading has come to the photo."""
    left = [act]

    def listen(event: Event) -> None:
        if isinstance(event, Progress) and event.subject == "DG2" and left:
            left.pop()()

    return replace(OPTIONS, on_event=listen)


def test_the_service_restarts_while_a_card_is_read(own_pcscd: PcscDaemon) -> None:
    bridge = VpcdBridge(VirtualChip(CCCD))

    def restart() -> None:
        own_pcscd.restart()
        bridge.start()

    with bridge, open_card(READER, timeout=20) as card:
        reading = read(card, CCCD.keys, _at_the_photo(restart))
    assert reading.files == whole().files
    assert reading.access.visits == 2


def test_the_service_stops_while_a_card_is_read_and_the_next_reading_works(own_pcscd: PcscDaemon) -> None:
    bridge = VpcdBridge(VirtualChip(CCCD))
    with bridge, open_card(READER, timeout=20) as card, pytest.raises(ServiceUnavailable):
        read(card, CCCD.keys, _at_the_photo(own_pcscd.stop))
    own_pcscd.start()
    assert visit(bridge).files == whole().files


@pytest.mark.slow
def test_another_program_takes_the_reader_while_the_card_is_away() -> None:
    """Who comes first has it: ours ends with its own error, and the next reading works."""
    chip = VirtualChip(CCCD)
    bridge = VpcdBridge(MovingCard([Stay(chip, 12), Stay(chip)]))
    contexts = []

    def take(event: Event) -> None:
        if isinstance(event, CardLost):
            bridge.start()
            open_card(READER, timeout=20).close()  # pcscd has noticed it
            _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
            contexts.append(context)
            _, other, _ = scard.SCardConnect(context, READER, scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_ANY)
            assert scard.SCardBeginTransaction(other) == scard.SCARD_S_SUCCESS

    with bridge:
        with open_card(READER, timeout=20) as card, pytest.raises(ReaderBusy):
            read(card, CCCD.keys, replace(OPTIONS, on_event=take))
        assert [scard.SCardReleaseContext(context) for context in contexts] == [scard.SCARD_S_SUCCESS]
        with open_card(READER, timeout=20) as card:
            assert read(card, CCCD.keys, OPTIONS).files == whole().files


def test_the_command_line_asks_for_the_card_in_the_language() -> None:
    with serving("cccd:taken-off-after-9-commands"):
        result = cccd("read", "--access", "-", "--wait", "20", "--reader", "Virtual PCD", "--lang", "vi", text=NUMBER)
    assert result.returncode == 0, result.stderr
    assert "Đặt lại thẻ trong 20 giây" in result.stderr
    assert "đúng thẻ lúc trước" in result.stderr
