# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Secure messaging, both ends (ICAO 9303-11, 9.8): protect and open commands and responses, and the channel on top.

Every failure raises `SecureMessagingError` and ends the session; a new one must be established. Nothing is guessed:
the send sequence counter never moves back, an unprotected success is refused, and the status word outside must be the
one inside.
"""

from __future__ import annotations

from dataclasses import dataclass

from cccd_reader.apdu import tlv
from cccd_reader.apdu.channel import Channel, Lengths, chunks
from cccd_reader.apdu.command import CHAINING, EXTENDED_LE, SECURE_MESSAGING, SHORT_LC, SHORT_LE, Command, Response
from cccd_reader.apdu.status import describe
from cccd_reader.crypto.suites import MAC_SIZE, MessageCipher, Suite, equal, pad, unpad
from cccd_reader.errors import MalformedData, SecureMessagingError

CRYPTOGRAM, CRYPTOGRAM_ODD = 0x87, 0x85
LE, STATUS, CHECKSUM = 0x97, 0x99, 0x8E
_PADDING_INDICATOR = b"\x01"


@dataclass(frozen=True, repr=False)
class SessionKeys:
    """What a key establishment yields: suite, KSenc, KSmac, and the counter before the first command."""

    suite: Suite
    ks_enc: bytes
    ks_mac: bytes
    ssc: bytes

    def __repr__(self) -> str:
        return f"SessionKeys({self.suite.name}, hidden)"


class SecureSession:
    """The state of one end: the keys and the send sequence counter."""

    def __init__(self, keys: SessionKeys) -> None:
        self._suite = keys.suite
        self._cipher = MessageCipher(keys.suite, keys.ks_enc, keys.ks_mac)
        self._counter = int.from_bytes(keys.ssc, "big")

    def __repr__(self) -> str:
        return f"SecureSession({self._suite.name}, hidden)"

    def protect_command(self, command: Command) -> Command:
        """Return the protected command (ICAO 9303-11, 9.8.4, figure 5). Its Le is always present."""
        ssc = self._count()
        cla = command.cla | SECURE_MESSAGING
        objects = self._cryptogram(command.data, ssc, command) if command.data else b""
        if command.ne:
            objects += tlv.encode(LE, _encode_le(command.ne))
        header = pad(bytes((cla, command.ins, command.p1, command.p2)), self._suite.block)
        objects += tlv.encode(CHECKSUM, self._cipher.mac(ssc + header + objects))
        ne = EXTENDED_LE if command.extended or len(objects) > SHORT_LC else SHORT_LE
        return Command(cla, command.ins, command.p1, command.p2, objects, ne)

    def open_command(self, command: Command) -> Command:
        """Check and decrypt a protected command (the chip's side)."""
        ssc = self._count()
        covered, objects = _parse(command.data, {CRYPTOGRAM, CRYPTOGRAM_ODD, LE})
        self._check(ssc + pad(command.header, self._suite.block) + covered, objects[CHECKSUM])
        le = objects.get(LE, b"")
        if len(le) > 2:
            raise SecureMessagingError("the protected Le is longer than two bytes")
        ne = (int.from_bytes(le, "big") or 1 << 8 * len(le)) if le else 0
        data = self._plain(objects, ssc)
        return Command(command.cla & ~SECURE_MESSAGING, command.ins, command.p1, command.p2, data, ne)

    def protect_response(self, response: Response, command: Command) -> Response:
        """Return the protected answer to the opened `command` (the chip's side, ICAO 9303-11, 9.8.4, figure 6)."""
        ssc = self._count()
        objects = self._cryptogram(response.data, ssc, command) if response.data else b""
        objects += tlv.encode(STATUS, response.sw.to_bytes(2, "big"))
        objects += tlv.encode(CHECKSUM, self._cipher.mac(ssc + objects))
        return Response(objects, response.sw)

    def open_response(self, response: Response) -> Response:
        """Check and decrypt a protected answer."""
        ssc = self._count()
        if not response.data:
            if response.ok:
                raise SecureMessagingError("the chip answered without protection")
            status = describe(response.sw)
            raise SecureMessagingError(f"the chip ended the session with the unprotected status {status}", response.sw)
        covered, objects = _parse(response.data, {CRYPTOGRAM, CRYPTOGRAM_ODD, STATUS})
        self._check(ssc + covered, objects[CHECKSUM])
        if objects.get(STATUS) != response.sw.to_bytes(2, "big"):
            raise SecureMessagingError("the status word differs from the protected one")
        return Response(self._plain(objects, ssc), response.sw)

    def _count(self) -> bytes:
        self._counter = (self._counter + 1) % (1 << 8 * self._suite.block)
        return self._counter.to_bytes(self._suite.block, "big")

    def _cryptogram(self, data: bytes, ssc: bytes, command: Command) -> bytes:
        value = self._cipher.encrypt(pad(data, self._suite.block), ssc)
        # An odd instruction carries data objects: 85, which has no padding indicator.
        if command.ins & 1:
            return tlv.encode(CRYPTOGRAM_ODD, value)
        return tlv.encode(CRYPTOGRAM, _PADDING_INDICATOR + value)

    def _plain(self, objects: dict[int, bytes], ssc: bytes) -> bytes:
        if CRYPTOGRAM in objects:
            if objects[CRYPTOGRAM][:1] != _PADDING_INDICATOR:
                raise SecureMessagingError("the padding indicator is not 01")
            value = objects[CRYPTOGRAM][1:]
        else:
            value = objects.get(CRYPTOGRAM_ODD, b"")
        if not value:
            return b""
        try:
            return unpad(self._cipher.decrypt(value, ssc), self._suite.block)
        except MalformedData as error:
            raise SecureMessagingError("the protected data do not decrypt to padded data") from error

    def _check(self, covered: bytes, checksum: bytes) -> None:
        if not equal(self._cipher.mac(covered), checksum):
            raise SecureMessagingError("the MAC of the message is wrong")


def _parse(data: bytes, allowed: set[int]) -> tuple[bytes, dict[int, bytes]]:
    """Return the bytes under the MAC and the data objects: each at most once, the checksum last."""
    objects: dict[int, bytes] = {}
    position = covered = 0
    while position < len(data):
        covered = position
        try:
            item, position = tlv.decode_at(data, position, "secure messaging")
        except MalformedData as error:
            raise SecureMessagingError("the secure messaging data objects are malformed") from error
        tag = item.tag
        if tag in objects or not (tag in allowed or (tag == CHECKSUM and position == len(data))):
            raise SecureMessagingError("unexpected secure messaging data objects")
        objects[tag] = item.value
    if len(objects.get(CHECKSUM, b"")) != MAC_SIZE or (CRYPTOGRAM in objects and CRYPTOGRAM_ODD in objects):
        raise SecureMessagingError("the MAC is missing, or there are two cryptograms")
    return data[:covered], objects


def _encode_le(ne: int) -> bytes:
    return bytes([ne % SHORT_LE]) if ne <= SHORT_LE else (ne % EXTENDED_LE).to_bytes(2, "big")


def max_command_data(suite: Suite) -> int:
    """Return how many plain bytes fit one protected short command (Lc of 255)."""
    room = SHORT_LC - (2 + MAC_SIZE) - 3 - (1 + 2 + 1)  # 8E, 97 with one byte, header of 87 and its indicator
    return room // suite.block * suite.block - 1


def max_response_data(suite: Suite) -> int:
    """Return how many plain bytes fit one protected short answer of 256 bytes: 231 with 3DES, 223 with AES."""
    room = SHORT_LE - 4 - (2 + MAC_SIZE) - (1 + 2 + 1)  # 99, 8E, header of 87 and its indicator
    return room // suite.block * suite.block - 1


class SecureChannel:
    """A channel that protects every command. The first failure ends it for good."""

    def __init__(self, channel: Channel, keys: SessionKeys) -> None:
        self._channel = channel
        self._session = SecureSession(keys)
        self._chunk = max_command_data(keys.suite) if channel.lengths is Lengths.SHORT else Lengths.EXTENDED.value - 64
        self._over = False
        self.suite = keys.suite
        self.lengths = channel.lengths

    def send(self, command: Command) -> Response:
        """Send one command, protected. Raises `SecureMessagingError`, after which the session is over."""
        response = Response(b"", 0x6F00)
        for link in chunks(command, self._chunk):
            response = self._exchange(link)
            if link.cla & CHAINING and not response.ok:
                return response
        return response

    def _exchange(self, command: Command) -> Response:
        if self._over:
            raise SecureMessagingError("the session is over; establish a new one")
        self._over = True  # until the answer has proven that both ends still agree
        protected = self._session.protect_command(command)
        try:
            answer = self._channel.send(protected)
        except MalformedData as error:
            raise SecureMessagingError(f"the chip's answer is none: {error}") from error
        response = self._session.open_response(answer)
        self._over = False
        return response
