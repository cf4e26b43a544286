# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The card's end of the vpcd protocol, against a reader's end on a socket, and kept in the reader by `serve`."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from cccd_reader.errors import MalformedData, ServiceUnavailable
from cccd_reader.transport.pcsc import open_card
from cccd_simulators.vpcd import VpcdBridge, serve
from tests.support.pcscd import READER, EchoChip, PcscDaemon

PATIENCE = 20.0
COMMAND = bytes.fromhex("00B0000004")


class Slot:
    """The reader's end: one slot of a vpcd."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._link: socket.socket | None = None

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def link(self) -> socket.socket:
        if self._link is None:
            self._link, _ = self._listener.accept()
            self._link.settimeout(PATIENCE)
        return self._link

    def send(self, payload: bytes) -> None:
        """Length and payload apart, as vpcd does."""
        self.link.sendall(len(payload).to_bytes(2, "big"))
        self.link.sendall(payload)

    def receive(self) -> bytes | None:
        """Return one message, or None where the card has gone."""
        header = self.link.recv(2, socket.MSG_WAITALL)
        return self.link.recv(int.from_bytes(header, "big"), socket.MSG_WAITALL) if header else None

    def ask(self, payload: bytes) -> bytes | None:
        self.send(payload)
        return self.receive()

    def close(self) -> None:
        if self._link is not None:
            self._link.close()
        self._link = None

    def stop(self) -> None:
        self.close()
        self._listener.close()


@pytest.fixture
def slot() -> Iterator[Slot]:
    slot = Slot()
    yield slot
    slot.stop()


def test_messages_of_the_reader(slot: Slot) -> None:
    chip = EchoChip()
    with VpcdBridge(chip, port=slot.port) as bridge:
        assert bridge.inserted
        slot.send(b"\x01")
        assert slot.ask(b"\x04") == chip.atr
        assert slot.ask(COMMAND) == b"\x04\x90\x00"
        assert chip.resets == 0
        slot.send(b"\x02")
        slot.send(b"\x00")
        assert slot.ask(b"\x04") == chip.atr
        assert chip.resets == 2


def test_a_single_byte_of_another_value_is_a_command(slot: Slot) -> None:
    with VpcdBridge(EchoChip(), port=slot.port):
        assert slot.ask(b"\x03") == b"\x90\x00"


def test_the_longest_command(slot: Slot) -> None:
    with VpcdBridge(EchoChip(), port=slot.port):
        body = bytes(65531)
        assert slot.ask(bytes(4) + body) == body + b"\x90\x00"


class LongWindedChip(EchoChip):
    """A chip that answers 65536 bytes and a status word, as it may."""

    def exchange(self, command: bytes, /) -> bytes:
        return bytes(65536) + b"\x90\x00"


def test_an_answer_longer_than_the_protocol_allows(slot: Slot) -> None:
    with VpcdBridge(LongWindedChip(), port=slot.port):
        assert slot.ask(COMMAND) == b"\x67\x00"


class SilentChip(EchoChip):
    """A chip that answers nothing at all."""

    def exchange(self, command: bytes, /) -> bytes:
        return b""


def test_a_chip_that_answers_nothing_drops_out(slot: Slot) -> None:
    with VpcdBridge(SilentChip(), port=slot.port) as bridge:
        assert slot.ask(COMMAND) is None
        bridge.close()
        assert not bridge.inserted


def test_a_message_without_payload_ends_the_connection(slot: Slot) -> None:
    bridge = VpcdBridge(EchoChip(), port=slot.port).start()
    assert slot.ask(b"") is None
    with pytest.raises(MalformedData, match="vpcd"):
        bridge.close()
    bridge.close()


class BrokenChip(EchoChip):
    """A chip with a bug."""

    def exchange(self, command: bytes, /) -> bytes:
        raise ZeroDivisionError


def test_a_bug_of_the_chip_is_raised_by_close(slot: Slot) -> None:
    bridge = VpcdBridge(BrokenChip(), port=slot.port).start()
    assert slot.ask(COMMAND) is None
    with pytest.raises(ZeroDivisionError):
        bridge.close()


def test_removing_is_losing_power(slot: Slot) -> None:
    chip = EchoChip()
    with VpcdBridge(chip, port=slot.port) as bridge:
        assert slot.ask(b"\x04") == chip.atr
        bridge.remove()
        assert slot.receive() is None
        assert not bridge.inserted
    assert chip.resets == 1


def test_a_reader_that_goes_away_ends_the_serving(slot: Slot) -> None:
    bridge = VpcdBridge(EchoChip(), port=slot.port)
    bridge.insert()
    with ThreadPoolExecutor() as pool:
        serving = pool.submit(bridge.run)
        slot.link.sendall(b"\x00\x05\x00")  # in the middle of a message
        slot.close()
        serving.result(PATIENCE)
    assert not bridge.inserted


def test_nobody_listens(slot: Slot) -> None:
    port = slot.port
    slot.stop()
    with pytest.raises(ServiceUnavailable, match=str(port)) as caught:
        VpcdBridge(EchoChip(), port=port).start()
    assert "pcscd" in caught.value.hint
    with pytest.raises(ServiceUnavailable):
        serve(EchoChip(), port=port)


def test_a_reader_with_another_chip_in_it(slot: Slot, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slot takes one chip; the next one's connection is kept waiting by the system, and nobody sees that chip."""
    monkeypatch.setattr("cccd_simulators.vpcd._NOTICE_SECONDS", 0.05)
    inserted: list[str] = []
    with pytest.raises(ServiceUnavailable, match="does not take the chip"):
        serve(EchoChip(), port=slot.port, on_insert=lambda: inserted.append("inserted"))
    assert inserted == []


def test_serving_ends_when_it_is_told_to(slot: Slot) -> None:
    stop, inserted = threading.Event(), threading.Event()
    with ThreadPoolExecutor() as pool:
        serving = pool.submit(serve, EchoChip(), port=slot.port, stop=stop, on_insert=inserted.set)
        assert slot.ask(COMMAND) == b"\x04\x90\x00"
        assert inserted.wait(PATIENCE)
        stop.set()
        serving.result(PATIENCE)
    assert slot.receive() is None


def test_serving_ends_with_a_bug_of_the_chip(slot: Slot) -> None:
    with ThreadPoolExecutor() as pool:
        serving = pool.submit(serve, BrokenChip(), port=slot.port)
        assert slot.ask(COMMAND) is None
        with pytest.raises(ZeroDivisionError):
            serving.result(PATIENCE)


@pytest.mark.pcsc
def test_a_served_chip_is_laid_back_after_a_restart(own_pcscd: PcscDaemon) -> None:
    stop, chip = threading.Event(), EchoChip()
    inserted: list[str] = []
    with ThreadPoolExecutor() as pool:
        serving = pool.submit(serve, chip, stop=stop, on_insert=lambda: inserted.append("inserted"))
        try:
            for _ in range(2):
                with open_card(READER, timeout=PATIENCE) as card:
                    assert card.exchange(COMMAND) == b"\x04\x90\x00"
                own_pcscd.restart()
            open_card(READER, timeout=PATIENCE).close()
        finally:
            stop.set()
        serving.result(PATIENCE)
    assert inserted == ["inserted"] * 3
