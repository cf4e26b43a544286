# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The frames between host and PN532 (UM0701-02, 6.2.1). Pure, and the same for either end.

A frame is 00, the start code 00 FF, the length with its checksum, the payload with its checksum, 00. The payload begins
with the direction (D4 to the PN532, D5 from it) and the code of the command; a reply bears the code that follows. Both
checksums make the bytes that they cover sum to zero: two bytes with one changed bit each pass one time in fourteen, and
a lost zero passes always, but for the closing 00 that is missing then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

ACK = bytes.fromhex("0000FF00FF00")
NACK = bytes.fromhex("0000FFFF0000")
ERROR = bytes.fromhex("0000FF01FF7F8100")
"""What the PN532 says to a command that it does not understand."""

TO_READER, TO_HOST = 0xD4, 0xD5
MAX_PAYLOAD = 265
"""Bytes: direction, code, one parameter and 262 bytes of data."""

_START = b"\x00\xff"
_NORMAL_LIMIT = 0xFF
_AGREEING = 2


class Kind(Enum):
    """What a stretch of bytes turned out to be."""

    ACK = auto()
    NACK = auto()
    ERROR = auto()
    DATA = auto()
    DAMAGED = auto()
    """A frame with a sound length whose payload fails its checksum."""


@dataclass(frozen=True)
class Frame:
    """One frame: its kind, the payload (b"" but for DATA), and the bytes that it came in, from the start code on."""

    kind: Kind
    payload: bytes = field(default=b"", repr=False)
    raw: bytes = field(default=b"", repr=False)


def encode(payload: bytes) -> bytes:
    """Return the frame of a payload: a normal one up to 255 bytes, an extended one above (6.2.1.1 and 6.2.1.2)."""
    size = len(payload)
    if not 1 <= size <= MAX_PAYLOAD:
        raise ValueError(f"a frame holds 1 to {MAX_PAYLOAD} bytes")
    if size <= _NORMAL_LIMIT:
        length = bytes([size, -size & 0xFF])
    else:
        high, low = divmod(size, 256)
        length = bytes([0xFF, 0xFF, high, low, -(high + low) & 0xFF])
    return b"\x00" + _START + length + payload + bytes([-sum(payload) & 0xFF, 0x00])


def take(buffer: bytearray) -> Frame | None:
    """Remove the first frame from `buffer`, and the noise before it; None where more bytes are needed.

    Bytes that might yet become a frame are left there, and so is noise as long as no frame follows it.
    """
    position = buffer.find(_START)
    while position >= 0:
        found = _at(bytes(buffer[position:]))
        if found is None:
            return None
        if found.raw:
            del buffer[: position + len(found.raw)]
            return found
        position = buffer.find(_START, position + 1)
    return None


_NOTHING = Frame(Kind.DAMAGED)


def _at(data: bytes) -> Frame | None:
    """Return the frame that `data` begins with; `_NOTHING` where it is none; None where it is cut off."""
    if len(data) < 4:
        return None
    length, check = data[2], data[3]
    if (length, check) == (0x00, 0xFF):
        return Frame(Kind.ACK, raw=data[:4])
    if (length, check) == (0xFF, 0x00):
        return Frame(Kind.NACK, raw=data[:4])
    start = 4
    if (length, check) == (0xFF, 0xFF):
        if len(data) < 7:
            return None
        length, start = data[4] << 8 | data[5], 7
        check = data[4] + data[5] + data[6]
    else:
        check += length
    if check & 0xFF or not 1 <= length <= MAX_PAYLOAD:
        return _NOTHING
    end = start + length + 2
    return None if len(data) < end else _of(data[start : start + length], data[:end])


def _of(payload: bytes, raw: bytes) -> Frame:
    # The closing zero counts: where a zero of the payload is lost, the checksum moves up and that zero fits behind it.
    if (sum(payload) + raw[-2]) & 0xFF or raw[-1]:
        return Frame(Kind.DAMAGED, raw=raw)
    if payload == b"\x7f":
        return Frame(Kind.ERROR, raw=raw)
    return Frame(Kind.DATA, payload, raw)


def like_ack(noise: bytes) -> bool:
    """Tell whether bytes are an ACK of which one was changed, lost or put in between."""
    if abs(len(noise) - len(ACK)) > 1:
        return False
    front = _shared(noise, ACK)
    back = _shared(noise[::-1], ACK[::-1])
    return front + back >= len(ACK) - 1


def _shared(left: bytes, right: bytes) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


def agreed(copies: Sequence[bytes]) -> Frame | None:
    """Return the frame on whose every byte at least two copies of one length agree; None where there is none yet.

    Noise hits each repetition elsewhere, so three damaged copies of a long frame mostly yield the frame; and no
    damage that happens to pass the checksum of one copy passes this. The checksums are asked too.
    """
    by_length: dict[int, list[bytes]] = {}
    for copy in copies:
        by_length.setdefault(len(copy), []).append(copy)
    for group in by_length.values():
        votes = [Counter(column).most_common(1)[0] for column in zip(*group, strict=True)]
        if votes and all(count >= _AGREEING for _, count in votes):
            frame = take(bytearray(value for value, _ in votes))
            if frame is not None and frame.kind is Kind.DATA:
                return frame
    return None
