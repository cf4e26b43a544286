# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The exception tree: an exception means "could not do what was asked".

A forged card is not an exception; it is a failed check in a report. Every error that a person may see carries a `hint`,
the next thing to do. No error ever carries key material or chip data.
"""

from __future__ import annotations


class CccdError(Exception):
    """Base of every error that this package raises on purpose.

    `hint` is one sentence that says what to do next, or an empty string where only a programmer can act.
    """

    default_hint = ""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = self.default_hint if hint is None else hint


class TransportError(CccdError):
    """The way to the chip failed: service, reader, radio link or serial line."""

    default_hint = "Take the card off, lay it back on the reader and try again."


class ServiceUnavailable(TransportError):
    """No PC/SC service answers on this machine, or it stopped in the middle."""

    default_hint = "Start the PC/SC service (on Linux: systemctl start pcscd.socket) and try again."


class NoReader(TransportError):
    """The service runs, but no usable reader is attached."""

    default_hint = "Attach a contactless reader, then check it with: cccd readers"


class NoCard(TransportError):
    """The reader holds no card."""

    default_hint = "Lay the card on the reader and leave it there."


class CardRemoved(TransportError):
    """The card left the field in the middle of an exchange."""

    default_hint = "Lay the card back on the reader and leave it there until the end."


class ReaderBusy(TransportError):
    """Another program holds the reader or the card."""

    default_hint = "Close the other program that uses the reader, then try again."


class CardError(CccdError):
    """The chip answered, but not as the standard asks."""

    default_hint = "Take the card off, lay it back and try again; if it happens again, the chip may be defective."


class StatusError(CardError):
    """The chip refused a command. `sw` is the status word, 0 to 0xFFFF (ISO/IEC 7816-4, 5.6)."""

    def __init__(self, message: str, sw: int, hint: str | None = None) -> None:
        super().__init__(message, hint)
        self.sw = sw


class SecureMessagingError(CardError):
    """A protected message lacks its protection or fails it (ICAO 9303-11, 9.8). The session is dead.

    `sw` is the status word of an unprotected error, None where the protection itself was wrong.
    """

    def __init__(self, message: str, sw: int | None = None, hint: str | None = None) -> None:
        super().__init__(message, hint)
        self.sw = sw


class CardChanged(CardError):
    """The card that answers now is not the one that answered before: nothing that was read of either stands."""

    default_hint = "Take every card off, then begin again with the one card, and leave it there until the end."


class AccessDenied(CccdError):
    """No access protocol succeeded with the keys given. `attempts` tells what was tried, without any secret."""

    default_hint = "Check the number or the MRZ that was entered against the printed card."

    def __init__(self, message: str, hint: str | None = None, attempts: tuple[object, ...] = ()) -> None:
        super().__init__(message, hint)
        self.attempts = attempts


class WrongKey(AccessDenied):
    """The chip ran the protocol and found that the key is not its own."""


class MalformedData(CccdError):
    """Bytes that do not follow their format. `where` names the structure, never its content."""

    def __init__(self, message: str, where: str, hint: str | None = None) -> None:
        super().__init__(f"{where}: {message}", hint)
        self.where = where


class Unsupported(CccdError):
    """Well-formed, but outside what this version can do. `what` names the feature or algorithm."""

    def __init__(self, what: str, hint: str | None = None) -> None:
        super().__init__(f"not supported: {what}", hint)
        self.what = what
