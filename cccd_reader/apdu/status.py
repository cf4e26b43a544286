# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Status words and their meaning (ISO/IEC 7816-4, 5.6, tables 5 to 7; ICAO 9303-10, 3.6)."""

from __future__ import annotations

from enum import IntEnum


class Sw(IntEnum):
    """The status words that this package compares against."""

    OK = 0x9000
    END_OF_FILE = 0x6282
    AUTHENTICATION_FAILED = 0x6300
    MEMORY_FAILURE = 0x6581
    WRONG_LENGTH = 0x6700
    SM_NOT_SUPPORTED = 0x6882
    LAST_COMMAND_EXPECTED = 0x6883
    CHAINING_NOT_SUPPORTED = 0x6884
    SECURITY_STATUS_NOT_SATISFIED = 0x6982
    AUTHENTICATION_BLOCKED = 0x6983
    REFERENCE_DATA_INVALID = 0x6984
    CONDITIONS_NOT_SATISFIED = 0x6985
    NO_CURRENT_EF = 0x6986
    SM_OBJECTS_MISSING = 0x6987
    SM_OBJECTS_INCORRECT = 0x6988
    INCORRECT_DATA = 0x6A80
    FUNCTION_NOT_SUPPORTED = 0x6A81
    FILE_NOT_FOUND = 0x6A82
    INCORRECT_P1_P2 = 0x6A86
    REFERENCED_DATA_NOT_FOUND = 0x6A88
    WRONG_P1_P2 = 0x6B00
    INSTRUCTION_NOT_SUPPORTED = 0x6D00
    CLASS_NOT_SUPPORTED = 0x6E00
    UNKNOWN = 0x6F00


_MEANINGS = {
    Sw.OK: "success",
    Sw.END_OF_FILE: "end of file reached before the length that was asked",
    0x6281: "part of the data may be corrupted",
    0x6283: "the file is deactivated",
    Sw.AUTHENTICATION_FAILED: "authentication failed",
    Sw.MEMORY_FAILURE: "memory failure in the chip",
    Sw.WRONG_LENGTH: "wrong length",
    0x6881: "logical channel not supported",
    Sw.SM_NOT_SUPPORTED: "secure messaging not supported",
    Sw.LAST_COMMAND_EXPECTED: "last command of the chain expected",
    Sw.CHAINING_NOT_SUPPORTED: "command chaining not supported",
    0x6981: "command does not fit the file structure",
    Sw.SECURITY_STATUS_NOT_SATISFIED: "security status not satisfied",
    Sw.AUTHENTICATION_BLOCKED: "authentication method blocked",
    Sw.REFERENCE_DATA_INVALID: "reference data not usable",
    Sw.CONDITIONS_NOT_SATISFIED: "conditions of use not satisfied",
    Sw.NO_CURRENT_EF: "no current file",
    Sw.SM_OBJECTS_MISSING: "expected secure messaging data objects missing",
    Sw.SM_OBJECTS_INCORRECT: "incorrect secure messaging data objects",
    Sw.INCORRECT_DATA: "incorrect parameters in the command data",
    Sw.FUNCTION_NOT_SUPPORTED: "function not supported",
    Sw.FILE_NOT_FOUND: "file or application not found",
    0x6A83: "record not found",
    0x6A84: "not enough memory in the file",
    Sw.INCORRECT_P1_P2: "incorrect P1-P2",
    0x6A87: "length inconsistent with P1-P2",
    Sw.REFERENCED_DATA_NOT_FOUND: "referenced data not found",
    Sw.WRONG_P1_P2: "offset outside the file or wrong P1-P2",
    Sw.INSTRUCTION_NOT_SUPPORTED: "instruction not supported",
    Sw.CLASS_NOT_SUPPORTED: "class not supported",
    Sw.UNKNOWN: "no precise diagnosis",
}

_CLASSES = {
    0x61: "response data still available",
    0x62: "warning, memory unchanged",
    0x63: "warning, memory changed",
    0x64: "execution error, memory unchanged",
    0x65: "execution error, memory changed",
    0x66: "security-related error",
    0x68: "function in the class byte not supported",
    0x69: "command not allowed",
    0x6A: "wrong parameters",
    0x6C: "wrong expected length",
}


def meaning(sw: int) -> str:
    """Return what a status word (0 to 0xFFFF) means, in a few English words."""
    if sw in _MEANINGS:
        return _MEANINGS[sw]
    if sw & 0xFFF0 == 0x63C0:
        return f"authentication failed, {sw & 0x0F} tries left"
    return _CLASSES.get(sw >> 8, "status word not known")


def describe(sw: int) -> str:
    """Return the status word in hexadecimal and its meaning: "6982 (security status not satisfied)"."""
    return f"{sw:04X} ({meaning(sw)})"
