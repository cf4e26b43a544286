# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The return codes of PC/SC, by name, and what each becomes here (pcsclite.h and winerror.h).

Nothing here needs a PC/SC service: the codes are numbers. No message holds a byte of a command or of an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from cccd_reader.errors import CardRemoved, NoCard, NoReader, ReaderBusy, ServiceUnavailable, TransportError


class ScardCode(IntEnum):
    """Every code of the smart card facility, and success. Two exist in one of the two families of services only."""

    SCARD_S_SUCCESS = 0
    SCARD_F_INTERNAL_ERROR = 0x80100001
    SCARD_E_CANCELLED = 0x80100002
    SCARD_E_INVALID_HANDLE = 0x80100003
    SCARD_E_INVALID_PARAMETER = 0x80100004
    SCARD_E_INVALID_TARGET = 0x80100005
    SCARD_E_NO_MEMORY = 0x80100006
    SCARD_F_WAITED_TOO_LONG = 0x80100007
    SCARD_E_INSUFFICIENT_BUFFER = 0x80100008
    SCARD_E_UNKNOWN_READER = 0x80100009
    SCARD_E_TIMEOUT = 0x8010000A
    SCARD_E_SHARING_VIOLATION = 0x8010000B
    SCARD_E_NO_SMARTCARD = 0x8010000C
    SCARD_E_UNKNOWN_CARD = 0x8010000D
    SCARD_E_CANT_DISPOSE = 0x8010000E
    SCARD_E_PROTO_MISMATCH = 0x8010000F
    SCARD_E_NOT_READY = 0x80100010
    SCARD_E_INVALID_VALUE = 0x80100011
    SCARD_E_SYSTEM_CANCELLED = 0x80100012
    SCARD_F_COMM_ERROR = 0x80100013
    SCARD_F_UNKNOWN_ERROR = 0x80100014
    SCARD_E_INVALID_ATR = 0x80100015
    SCARD_E_NOT_TRANSACTED = 0x80100016
    SCARD_E_READER_UNAVAILABLE = 0x80100017
    SCARD_P_SHUTDOWN = 0x80100018
    SCARD_E_PCI_TOO_SMALL = 0x80100019
    SCARD_E_READER_UNSUPPORTED = 0x8010001A
    SCARD_E_DUPLICATE_READER = 0x8010001B
    SCARD_E_CARD_UNSUPPORTED = 0x8010001C
    SCARD_E_NO_SERVICE = 0x8010001D
    SCARD_E_SERVICE_STOPPED = 0x8010001E
    SCARD_E_UNSUPPORTED_FEATURE = 0x8010001F  # of pcsc-lite; Windows calls this number SCARD_E_UNEXPECTED
    SCARD_E_ICC_INSTALLATION = 0x80100020
    SCARD_E_ICC_CREATEORDER = 0x80100021
    SCARD_E_UNSUPPORTED_FEATURE_WINDOWS = 0x80100022
    SCARD_E_DIR_NOT_FOUND = 0x80100023
    SCARD_E_FILE_NOT_FOUND = 0x80100024
    SCARD_E_NO_DIR = 0x80100025
    SCARD_E_NO_FILE = 0x80100026
    SCARD_E_NO_ACCESS = 0x80100027
    SCARD_E_WRITE_TOO_MANY = 0x80100028
    SCARD_E_BAD_SEEK = 0x80100029
    SCARD_E_INVALID_CHV = 0x8010002A
    SCARD_E_UNKNOWN_RES_MNG = 0x8010002B
    SCARD_E_NO_SUCH_CERTIFICATE = 0x8010002C
    SCARD_E_CERTIFICATE_UNAVAILABLE = 0x8010002D
    SCARD_E_NO_READERS_AVAILABLE = 0x8010002E
    SCARD_E_COMM_DATA_LOST = 0x8010002F
    SCARD_E_NO_KEY_CONTAINER = 0x80100030
    SCARD_E_SERVER_TOO_BUSY = 0x80100031
    SCARD_W_UNSUPPORTED_CARD = 0x80100065
    SCARD_W_UNRESPONSIVE_CARD = 0x80100066
    SCARD_W_UNPOWERED_CARD = 0x80100067
    SCARD_W_RESET_CARD = 0x80100068
    SCARD_W_REMOVED_CARD = 0x80100069
    SCARD_W_SECURITY_VIOLATION = 0x8010006A
    SCARD_W_WRONG_CHV = 0x8010006B
    SCARD_W_CHV_BLOCKED = 0x8010006C
    SCARD_W_EOF = 0x8010006D
    SCARD_W_CANCELLED_BY_USER = 0x8010006E
    SCARD_W_CARD_NOT_AUTHENTICATED = 0x8010006F


@dataclass(frozen=True)
class _Meaning:
    """Which error a code becomes, in which words, and a hint where that of the class is not precise enough."""

    kind: type[TransportError]
    words: str
    hint: str | None = None


_INSTALL = (
    "Install and start the PC/SC service (Debian: apt install pcscd, then systemctl start pcscd.socket; "
    "Windows: the service Smart Card, which may wait for a reader to be attached)."
)
_RIGHTS = "Allow this user to use PC/SC (on Linux a polkit rule for org.debian.pcsc-lite), or run in a local session."
_ATTACH_AGAIN = "Attach the reader again and leave it plugged in, then check it with: cccd readers"
_LAY_FLAT = "Take the card off, lay it flat on the middle of the reader, with no other card near it, and try again."
_ANOTHER_PROGRAM = "Close the other program that uses the reader, lay the card back and try again."

_MEANINGS: dict[int, _Meaning] = {
    ScardCode.SCARD_E_NO_SERVICE: _Meaning(ServiceUnavailable, "the PC/SC service is not running", _INSTALL),
    ScardCode.SCARD_E_SERVICE_STOPPED: _Meaning(ServiceUnavailable, "the PC/SC service has stopped", _INSTALL),
    ScardCode.SCARD_P_SHUTDOWN: _Meaning(ServiceUnavailable, "the PC/SC service is shutting down"),
    ScardCode.SCARD_E_INVALID_HANDLE: _Meaning(ServiceUnavailable, "the PC/SC service has dropped this connection"),
    ScardCode.SCARD_E_SERVER_TOO_BUSY: _Meaning(ServiceUnavailable, "the PC/SC service is too busy"),
    ScardCode.SCARD_E_NO_ACCESS: _Meaning(ServiceUnavailable, "the PC/SC service refuses this user", _RIGHTS),
    ScardCode.SCARD_W_SECURITY_VIOLATION: _Meaning(ServiceUnavailable, "the PC/SC service refuses this user", _RIGHTS),
    ScardCode.SCARD_E_NO_READERS_AVAILABLE: _Meaning(NoReader, "no reader is attached"),
    ScardCode.SCARD_E_UNKNOWN_READER: _Meaning(NoReader, "the reader is not attached any more", _ATTACH_AGAIN),
    ScardCode.SCARD_E_READER_UNAVAILABLE: _Meaning(NoReader, "the reader is not attached any more", _ATTACH_AGAIN),
    ScardCode.SCARD_E_NO_SMARTCARD: _Meaning(NoCard, "there is no card on the reader"),
    ScardCode.SCARD_W_REMOVED_CARD: _Meaning(CardRemoved, "the card was taken off the reader"),
    ScardCode.SCARD_E_SHARING_VIOLATION: _Meaning(ReaderBusy, "another program holds the card"),
    ScardCode.SCARD_W_RESET_CARD: _Meaning(
        TransportError, "another program has reset the card, so the session is lost", _ANOTHER_PROGRAM
    ),
    ScardCode.SCARD_W_UNRESPONSIVE_CARD: _Meaning(TransportError, "the card on the reader does not answer", _LAY_FLAT),
    ScardCode.SCARD_W_UNPOWERED_CARD: _Meaning(TransportError, "the card on the reader cannot be powered", _LAY_FLAT),
    ScardCode.SCARD_W_UNSUPPORTED_CARD: _Meaning(
        TransportError, "the reader cannot talk to this kind of card", "Lay a card with a chip on the reader, alone."
    ),
    ScardCode.SCARD_E_PROTO_MISMATCH: _Meaning(
        TransportError, "card and reader share no protocol", "Lay a card with a chip on the reader, alone."
    ),
    ScardCode.SCARD_E_NOT_TRANSACTED: _Meaning(TransportError, "the exchange with the card failed", _LAY_FLAT),
    ScardCode.SCARD_F_COMM_ERROR: _Meaning(TransportError, "the connection to the card or to the service broke"),
    ScardCode.SCARD_E_COMM_DATA_LOST: _Meaning(TransportError, "the connection to the card or to the service broke"),
}
_OTHER = _Meaning(TransportError, "the PC/SC service reported an error")


def name_of(code: int) -> str:
    """Return the symbolic name of a PC/SC return code, or its number in hexadecimal where it has none.

    The sign does not matter: some services return these numbers as negative ones.
    """
    unsigned = code & 0xFFFFFFFF
    try:
        return ScardCode(unsigned).name.removesuffix("_WINDOWS")
    except ValueError:
        return f"0x{unsigned:08X}"


def error_of(code: int) -> TransportError:
    """Return the error that a PC/SC return code other than success becomes, with its name in the message and a hint."""
    meaning = _MEANINGS.get(code & 0xFFFFFFFF, _OTHER)
    return meaning.kind(f"{meaning.words} ({name_of(code)})", meaning.hint)
