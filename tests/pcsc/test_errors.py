# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Every return code of PC/SC by name, and the error that each becomes."""

from __future__ import annotations

import pytest
from smartcard import scard

from cccd_reader.errors import (
    CardRemoved,
    NoCard,
    NoReader,
    ReaderBusy,
    ServiceUnavailable,
    TransportError,
)
from cccd_reader.transport.pcsc_errors import ScardCode, error_of, name_of

SERVICE = {
    "SCARD_E_NO_SERVICE",
    "SCARD_E_SERVICE_STOPPED",
    "SCARD_P_SHUTDOWN",
    "SCARD_E_INVALID_HANDLE",
    "SCARD_E_SERVER_TOO_BUSY",
    "SCARD_E_NO_ACCESS",
    "SCARD_W_SECURITY_VIOLATION",
}
KINDS = {
    **dict.fromkeys(SERVICE, ServiceUnavailable),
    "SCARD_E_NO_READERS_AVAILABLE": NoReader,
    "SCARD_E_UNKNOWN_READER": NoReader,
    "SCARD_E_READER_UNAVAILABLE": NoReader,
    "SCARD_E_NO_SMARTCARD": NoCard,
    "SCARD_W_REMOVED_CARD": CardRemoved,
    "SCARD_E_SHARING_VIOLATION": ReaderBusy,
}
"""All others are a `TransportError` and none of its kinds."""

CODES = [code for code in ScardCode if code is not ScardCode.SCARD_S_SUCCESS]


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.name)
def test_each_code_becomes_its_error(code: ScardCode) -> None:
    error = error_of(code)
    assert type(error) is KINDS.get(code.name, TransportError)
    assert f"({name_of(code)})" in str(error)
    assert error.hint


def test_the_codes_are_those_of_pyscard() -> None:
    """Of two names one number differs between the families of services; the number is ours in either."""
    prefixes = ("SCARD_E_", "SCARD_W_", "SCARD_F_", "SCARD_P_", "SCARD_S_")
    theirs = {name: getattr(scard, name) & 0xFFFFFFFF for name in dir(scard) if name.startswith(prefixes)}
    assert len(theirs) > 50
    for name, value in theirs.items():
        assert ScardCode(value).name == name or name in {"SCARD_E_UNEXPECTED", "SCARD_E_UNSUPPORTED_FEATURE"}


def test_a_negative_code_is_the_same_code() -> None:
    negative = ScardCode.SCARD_E_NO_SERVICE - (1 << 32)
    assert isinstance(error_of(negative), ServiceUnavailable)
    assert name_of(negative) == "SCARD_E_NO_SERVICE"


def test_an_unknown_code_is_shown_as_a_number() -> None:
    error = error_of(0x801000FE)
    assert type(error) is TransportError
    assert "(0x801000FE)" in str(error)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (ScardCode.SCARD_W_UNRESPONSIVE_CARD, "does not answer"),
        (ScardCode.SCARD_W_UNPOWERED_CARD, "cannot be powered"),
        (ScardCode.SCARD_W_RESET_CARD, "another program has reset the card"),
        (ScardCode.SCARD_W_UNSUPPORTED_CARD, "kind of card"),
    ],
)
def test_what_the_card_did_has_its_own_words(code: ScardCode, words: str) -> None:
    assert words in str(error_of(code))
    assert error_of(code).hint != TransportError.default_hint
