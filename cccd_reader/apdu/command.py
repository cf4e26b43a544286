# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Command and response APDUs as values that encode and parse (ISO/IEC 7816-4, 5.1, short and extended fields)."""

from __future__ import annotations

from dataclasses import dataclass

from cccd_reader.apdu.status import Sw
from cccd_reader.errors import MalformedData

SHORT_LC, SHORT_LE = 255, 256
EXTENDED_LC, EXTENDED_LE = 65535, 65536
CHAINING = 0x10
SECURE_MESSAGING = 0x0C


@dataclass(frozen=True, repr=False)
class Command:
    """A command APDU. `ne` is the number of response bytes expected at most: 0 (none) to 65536."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    ne: int = 0

    def __post_init__(self) -> None:
        if (self.cla | self.ins | self.p1 | self.p2) & ~0xFF:  # also true for negative numbers
            raise ValueError("CLA, INS, P1 and P2 are single bytes")
        if len(self.data) > EXTENDED_LC or not 0 <= self.ne <= EXTENDED_LE:
            raise ValueError("a command takes at most 65535 bytes and expects at most 65536")

    @property
    def header(self) -> bytes:
        """CLA INS P1 P2, four bytes."""
        return bytes((self.cla, self.ins, self.p1, self.p2))

    @property
    def extended(self) -> bool:
        """True where a length does not fit a short field."""
        return len(self.data) > SHORT_LC or self.ne > SHORT_LE

    def __bytes__(self) -> bytes:
        lc = le = b""
        if self.extended:
            if self.data:
                lc = b"\x00" + len(self.data).to_bytes(2, "big")
            if self.ne:
                le = (self.ne % EXTENDED_LE).to_bytes(2, "big")
                le = le if self.data else b"\x00" + le
        else:
            if self.data:
                lc = bytes([len(self.data)])
            if self.ne:
                le = bytes([self.ne % SHORT_LE])
        return self.header + lc + self.data + le

    @classmethod
    def parse(cls, apdu: bytes) -> Command:
        """Parse the seven forms of ISO/IEC 7816-4, 5.1 (cases 1, 2S, 3S, 4S, 2E, 3E, 4E)."""
        if len(apdu) < 4:
            raise MalformedData("shorter than its header", "command APDU")
        data, ne = _parse_body(apdu[4:])
        return cls(apdu[0], apdu[1], apdu[2], apdu[3], data, ne)

    def __repr__(self) -> str:
        # The data may hold a cryptogram, a token or a key: only its length is shown.
        return f"Command({self.header.hex().upper()}, {len(self.data)} bytes, ne={self.ne})"


def _parse_body(body: bytes) -> tuple[bytes, int]:
    if not body:  # case 1
        return b"", 0
    if len(body) == 1:  # case 2S
        return b"", body[0] or SHORT_LE
    if body[0]:
        return _split(body[1:], body[0], SHORT_LE, 1)
    if len(body) == 3:  # case 2E
        return b"", int.from_bytes(body[1:], "big") or EXTENDED_LE
    if len(body) < 3:
        raise MalformedData("an extended length field is cut off", "command APDU")
    count = int.from_bytes(body[1:3], "big")
    if not count:
        raise MalformedData("an extended Lc of zero", "command APDU")
    return _split(body[3:], count, EXTENDED_LE, 2)


def _split(body: bytes, count: int, all_bytes: int, le_size: int) -> tuple[bytes, int]:
    rest = body[count:]
    if len(body) < count or len(rest) not in (0, le_size):
        raise MalformedData("Lc does not agree with the length", "command APDU")
    return body[:count], (int.from_bytes(rest, "big") or all_bytes) if rest else 0


@dataclass(frozen=True, repr=False)
class Response:
    """A response APDU: data and status word `sw` (0 to 0xFFFF)."""

    data: bytes
    sw: int

    @property
    def ok(self) -> bool:
        """True for 9000 and nothing else."""
        return self.sw == Sw.OK

    def __bytes__(self) -> bytes:
        return self.data + self.sw.to_bytes(2, "big")

    @classmethod
    def parse(cls, apdu: bytes) -> Response:
        """Parse data and the two status bytes; SW1 must be 61 to 6F or 90 to 9F (ISO/IEC 7816-4, 5.6)."""
        if len(apdu) < 2:
            raise MalformedData("no status word in the answer", "response APDU")
        if apdu[-2] == 0x60 or apdu[-2] >> 4 not in (0x6, 0x9):
            raise MalformedData("the answer ends in no status word", "response APDU")
        if len(apdu) - 2 > EXTENDED_LE:
            raise MalformedData("longer than any response may be", "response APDU")
        return cls(apdu[:-2], int.from_bytes(apdu[-2:], "big"))

    def __repr__(self) -> str:
        return f"Response({len(self.data)} bytes, {self.sw:04X})"
