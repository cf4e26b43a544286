# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What the PN532 reports as a status becomes one of our errors (UM0701-02, 7.1)."""

from __future__ import annotations

from dataclasses import dataclass

from cccd_reader.errors import CardRemoved, TransportError

MORE = 0x40
"""The bit of a status, and of a target's number, that announces more data (7.3.8)."""
_CODE = 0x3F

_POWER = "Give the PN532 module a better power supply, then try again."
_ALONE = "Lay a card with a chip on the reader, alone."


@dataclass(frozen=True)
class _Meaning:
    kind: type[TransportError]
    words: str
    hint: str | None = None


_REMOVED = _Meaning(CardRemoved, "the card was taken off the reader")
_BROKEN = _Meaning(CardRemoved, "the radio link to the card broke")
_TOO_LONG = _Meaning(TransportError, "the PN532 has no room for a message of this length", "Read with: --lengths short")
_SEVERAL = _Meaning(TransportError, "several cards lie on the reader", _ALONE)
_MISUSED = _Meaning(TransportError, "the PN532 refused a command")

_MEANINGS: dict[int, _Meaning] = {
    0x01: _REMOVED,  # the target has not answered in time
    0x02: _BROKEN,  # CRC
    0x03: _BROKEN,  # parity
    0x04: _SEVERAL,  # bit count during anticollision
    0x05: _BROKEN,  # framing
    0x06: _SEVERAL,  # bit collision
    0x07: _TOO_LONG,  # communication buffer
    0x09: _TOO_LONG,  # RF buffer
    0x0A: _REMOVED,  # RF field not switched on in time
    0x0B: _BROKEN,  # RF protocol error
    0x0D: _Meaning(TransportError, "the PN532 is too hot", "Let the reader cool down, then try again."),
    0x0E: _TOO_LONG,  # internal buffer
    0x10: _MISUSED,  # parameter out of range
    0x12: _MISUSED,  # command not supported in target mode
    0x13: _BROKEN,  # data format
    0x14: _MISUSED,  # authentication of another kind of card
    0x23: _BROKEN,  # check byte of the identifier
    0x25: _BROKEN,  # invalid device state
    0x26: _MISUSED,  # not allowed in this configuration
    0x27: _REMOVED,  # not acceptable in this context: no target is active any more
    0x29: _REMOVED,  # target released
    0x2A: _Meaning(CardRemoved, "another card was laid on the reader"),
    0x2B: _REMOVED,  # target disappeared
    0x2C: _BROKEN,  # identifiers of initiator and target differ
    0x2D: _Meaning(TransportError, "the PN532 draws too much current", _POWER),
    0x2E: _BROKEN,  # NAD missing
}


def code_of(status: int) -> int:
    """Return the error code in a status byte, 0 for success."""
    return status & _CODE


def error_of(status: int) -> TransportError:
    """Return the error that a status other than success becomes, with its number in the message."""
    meaning = _MEANINGS.get(code_of(status), _MISUSED)
    return meaning.kind(f"{meaning.words} (PN532 error {code_of(status):02X})", meaning.hint)
