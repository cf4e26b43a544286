# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The commands of ICAO 9303-10 and -11 by name, each a `Command` value.

SELECT and MSE:Set AT carry no Le: some chips refuse it.
"""

from __future__ import annotations

from cccd_reader.apdu import tlv
from cccd_reader.apdu.command import EXTENDED_LE, SHORT_LC, SHORT_LE, Command

EMRTD_AID = bytes.fromhex("A0000002471001")

SELECT, READ_BINARY, READ_BINARY_ODD = 0xA4, 0xB0, 0xB1
GET_CHALLENGE, EXTERNAL_AUTHENTICATE, INTERNAL_AUTHENTICATE = 0x84, 0x82, 0x88
MANAGE_SECURITY_ENVIRONMENT, GENERAL_AUTHENTICATE, GET_RESPONSE = 0x22, 0x86, 0xC0
MAX_SHORT_OFFSET = 0x7FFF
"""The last offset that READ BINARY with an even instruction can name."""


def select_application(aid: bytes = EMRTD_AID) -> Command:
    """SELECT by application identifier, no response data (ICAO 9303-10, 3.6.1.1)."""
    return Command(0x00, SELECT, 0x04, 0x0C, aid)


def select_file(file_id: int) -> Command:
    """SELECT an elementary file under the current application, no response data (ICAO 9303-10, 3.6.1.2)."""
    return Command(0x00, SELECT, 0x02, 0x0C, file_id.to_bytes(2, "big"))


def read_binary(offset: int, ne: int) -> Command:
    """READ BINARY from the current file; past 32767 by the odd instruction (ICAO 9303-10, 3.6.3 and 3.6.6).

    `ne` counts bytes of the file. For the odd instruction the header of the data object 53 is added on top.
    """
    if offset <= MAX_SHORT_OFFSET:
        return Command(0x00, READ_BINARY, offset >> 8, offset & 0xFF, ne=ne)
    size = max(2, (offset.bit_length() + 7) // 8)
    header = 1 + len(tlv.encode_length(ne))
    limit = SHORT_LE if ne <= SHORT_LE else EXTENDED_LE
    data = tlv.encode(0x54, offset.to_bytes(size, "big"))
    return Command(0x00, READ_BINARY_ODD, 0x00, 0x00, data, min(ne + header, limit))


def read_binary_sfi(sfi: int, ne: int) -> Command:
    """READ BINARY by short EF identifier (1 to 30) from offset 0; the file becomes the current one."""
    return Command(0x00, READ_BINARY, 0x80 | sfi, 0x00, ne=ne)


def get_challenge() -> Command:
    """GET CHALLENGE, eight bytes (ICAO 9303-11, 4.3.4.1)."""
    return Command(0x00, GET_CHALLENGE, 0x00, 0x00, ne=8)


def external_authenticate(cryptogram: bytes) -> Command:
    """EXTERNAL AUTHENTICATE with 40 bytes both ways: mutual authentication of BAC (ICAO 9303-11, 4.3.4.2)."""
    return Command(0x00, EXTERNAL_AUTHENTICATE, 0x00, 0x00, cryptogram, ne=len(cryptogram))


def internal_authenticate(challenge: bytes, ne: int) -> Command:
    """INTERNAL AUTHENTICATE: the chip signs the challenge, in at most `ne` bytes (ICAO 9303-11, 6.1.3)."""
    return Command(0x00, INTERNAL_AUTHENTICATE, 0x00, 0x00, challenge, ne)


def mse_set_at(p1: int, data: bytes) -> Command:
    """MSE:Set AT. `p1` is C1 for PACE (mutual authentication), 41 for Chip Authentication (ICAO 9303-11, 4.4.4.1)."""
    return Command(0x00, MANAGE_SECURITY_ENVIRONMENT, p1, 0xA4, data)


def mse_set_kat(data: bytes) -> Command:
    """MSE:Set KAT, a key agreement template: Chip Authentication in one command (ICAO 9303-11, 6.2.4.1)."""
    return Command(0x00, MANAGE_SECURITY_ENVIRONMENT, 0x41, 0xA6, data)


def general_authenticate(data: bytes, cla: int) -> Command:
    """GENERAL AUTHENTICATE with dynamic authentication data 7C (ICAO 9303-11, 4.4.4.2).

    `cla` is 0x00 for the last command of the protocol, 0x10 (chaining) for those before.
    """
    value = tlv.encode(0x7C, data)
    return Command(cla, GENERAL_AUTHENTICATE, 0x00, 0x00, value, SHORT_LE if len(value) <= SHORT_LC else EXTENDED_LE)


def get_response(ne: int) -> Command:
    """GET RESPONSE for the bytes that a 61xx announced (ISO/IEC 7816-4, 11.8.1)."""
    return Command(0x00, GET_RESPONSE, 0x00, 0x00, ne=ne)
