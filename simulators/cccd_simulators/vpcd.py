# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A chip in the virtual reader of a real pcscd: the card's end of the vpcd protocol.

vpcd listens on TCP, by default on port 35963 for its first slot and on 35964 for its second. Each message is two bytes
of length, big-endian, then the payload. From vpcd one byte 00 is power off, 01 power on, 02 reset, 04 asks for the ATR;
anything else is a command APDU. The card answers the last two kinds only.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

from cccd_reader.errors import CardRemoved, MalformedData, ServiceUnavailable

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 35963

_POWER_OFF, _POWER_ON, _RESET, _GET_ATR = b"\x00", b"\x01", b"\x02", b"\x04"
_MAX_PAYLOAD = 0xFFFF
_QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)  # Linux alone has it
_WRONG_LENGTH = b"\x67\x00"
_CONNECT_SECONDS = 5.0
_RETRY_SECONDS = 0.5
_NOTICE_SECONDS = 3.0  # vpcd asks a new chip for its ATR within a part of one


class Chip(Protocol):
    """What the bridge asks of a chip."""

    @property
    def atr(self) -> bytes:
        """The answer to reset, 2 to 33 bytes (ISO/IEC 7816-3, 8.2.1)."""

    def exchange(self, command: bytes) -> bytes:
        """Answer a command APDU with a response APDU."""

    def reset(self) -> None:
        """Forget the session."""


@runtime_checkable
class Moving(Protocol):
    """A chip that may be taken off, and laid back."""

    def wait_for_return(self, timeout: float, /) -> None:
        """Lay it back, or raise."""


class VpcdBridge:
    """Lays `chip` into the slot of vpcd that listens at `host` and `port`.

    As a context manager it serves in a thread: the chip lies in the reader for the length of the block.
    """

    def __init__(self, chip: Chip, host: str = DEFAULT_HOST, port: int = DEFAULT_PORT) -> None:
        self._chip = chip
        self._host, self._port = host, port
        self._link: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._failure: Exception | None = None
        self.noticed = threading.Event()
        """Set when the reader has said anything: a connection alone waits behind another chip, and nobody sees it."""

    @property
    def inserted(self) -> bool:
        """True from `insert` until either side ends the connection."""
        return self._link is not None

    def insert(self) -> None:
        """Connect to vpcd. Raises `ServiceUnavailable` where nobody listens."""
        try:
            link = socket.create_connection((self._host, self._port), timeout=_CONNECT_SECONDS)
        except OSError as error:
            raise ServiceUnavailable(
                f"no virtual reader listens at {self._host}, port {self._port}",
                "Start pcscd with the vpcd driver (Debian: apt install pcscd vsmartcard-vpcd), or name its port.",
            ) from error
        link.settimeout(None)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._link = link

    def run(self) -> None:
        """Serve the inserted chip until pcscd goes away, the chip is taken off or `remove` is called.

        A chip that moves (`removal.MovingCard`) is ready to be inserted again then. Raises `MalformedData` for a
        message without payload, and whatever the chip raises; the chip is removed then.
        """
        link = self._link
        try:
            while link is not None and (payload := _receive(link)) is not None:
                self.noticed.set()
                answer = self._answer(payload)
                # vpcd blocks for ever on an empty message: a chip that answers nothing drops out of the reader instead.
                if answer is not None and not (answer and _send(link, answer)):
                    return
        except CardRemoved:
            if not isinstance(self._chip, Moving):
                raise
            self._chip.wait_for_return(0)
        finally:
            self.remove()
            self._chip.reset()  # no power, no session

    def start(self) -> Self:
        """Insert the chip and serve it in a thread of its own; first end what an earlier start has left."""
        self.close()
        self.insert()
        self._thread = threading.Thread(target=self._run_in_thread, name="vpcd-bridge", daemon=True)
        self._thread.start()
        return self

    def remove(self) -> None:
        """Take the chip off the reader, also in the middle of an exchange. It may be started again."""
        link, self._link = self._link, None
        if link is None:
            return
        with suppress(OSError):  # not connected any more: pcscd hung up first
            link.shutdown(socket.SHUT_RDWR)  # wakes a thread that is blocked in recv; close alone does not
        link.close()

    def close(self) -> None:
        """Take the chip off and wait for the thread; an error that ended the thread is raised here, once."""
        self.remove()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join()
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _run_in_thread(self) -> None:
        try:
            self.run()
        except Exception as error:  # noqa: BLE001  -- `close` raises it again
            self._failure = error

    def _answer(self, payload: bytes) -> bytes | None:
        if payload == _GET_ATR:
            return self._chip.atr
        if payload in (_POWER_OFF, _RESET):
            self._chip.reset()
            return None
        if payload == _POWER_ON:  # nothing to do: a chip without power has forgotten its session already
            return None
        answer = self._chip.exchange(payload)
        # 65536 bytes and a status word, the most that a chip may answer, do not fit this protocol's length.
        return answer if len(answer) <= _MAX_PAYLOAD else _WRONG_LENGTH


def serve(
    chip: Chip,
    *,
    host: str = DEFAULT_HOST,
    port: int = DEFAULT_PORT,
    stop: threading.Event | None = None,
    on_insert: Callable[[], None] | None = None,
) -> None:
    """Keep `chip` in the reader until `stop` is set, for ever without one; after a restart of pcscd lay it back.

    `on_insert` is called each time that the chip has been laid into the reader. Raises `ServiceUnavailable` where
    nobody listens at the beginning or another chip lies there, and whatever the chip raises.
    """
    stop = stop or threading.Event()
    with VpcdBridge(chip, host, port) as bridge:
        if not bridge.noticed.wait(_NOTICE_SECONDS):
            raise ServiceUnavailable(
                f"the virtual reader at {host}, port {port} does not take the chip",
                "Another chip may lie in it: take that out, or name another port.",
            )
        while not stop.is_set():
            if on_insert is not None:
                on_insert()
            while bridge.inserted and not stop.wait(_RETRY_SECONDS):
                continue
            _lay_back(bridge, stop)


def _lay_back(bridge: VpcdBridge, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            bridge.start()
        except ServiceUnavailable:
            stop.wait(_RETRY_SECONDS)
        else:
            return


def _receive(link: socket.socket) -> bytes | None:
    """Return the payload of the next message, or None where the connection has ended."""
    header = _receive_exactly(link, 2)
    if header is None:
        return None
    if header == bytes(2):
        raise MalformedData("a message without payload", "vpcd")
    return _receive_exactly(link, int.from_bytes(header, "big"))


def _receive_exactly(link: socket.socket, count: int) -> bytes | None:
    data = bytearray()
    while len(data) < count:
        try:
            part = link.recv(count - len(data))
            if _QUICKACK is not None:
                # vpcd writes length and payload apart and waits for our acknowledgement in between (Nagle), which the
                # kernel would hold back for 40 ms. The kernel clears this option by itself, so it is set each time.
                link.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)
        except OSError:
            return None  # reset by pcscd, or closed by `remove`
        if not part:
            return None
        data += part
    return bytes(data)


def _send(link: socket.socket, payload: bytes) -> bool:
    """Send length and payload in one write. Returns False where the connection has ended."""
    try:
        link.sendall(len(payload).to_bytes(2, "big") + payload)
    except OSError:
        return False
    return True
