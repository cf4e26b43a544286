# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a scanner reports: it was found, it read something, it sent what nobody can read, it is gone."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from cccd_reader.errors import CccdError, MalformedData, TransportError
from cccd_reader.scanners.access_text import Access
from cccd_reader.vietnam.personal_number import PersonalNumber


class ScannerUnavailable(TransportError):
    """The scanner is not attached, may not be opened, is held by another program, or was unplugged."""

    default_hint = "Attach the scanner and check its cable, then see its port with: cccd scan --list"


class ScanRepair(StrEnum):
    """What was undone to understand a scan before `parse_access` could. Each is proven, not guessed."""

    NOISE_REMOVED = "noise-removed"
    """Bytes before the first character that no scan begins with."""
    PREFIX_REMOVED = "prefix-removed"
    """A letter before the number, with which some scanners name the kind of code."""
    ECI_REMOVED = "eci-removed"
    """The code's own designators of its encoding (`\\000026`), which the scanner passed on."""
    CASE_TURNED = "case-turned"
    """Caps Lock was on."""
    LAYOUT_DIGITS = "layout-digits"
    """Digits that another keyboard layout had made letters or signs."""
    FILLERS_REPLACED = "fillers-replaced"
    """Another sign, or blanks, in the place of the zone's `<`."""
    FILLERS_RESTORED = "fillers-restored"
    """Missing `<`; the check digits tell where they stood."""
    NAME_DROPPED = "name-dropped"
    """The name may be spoilt and nothing in the zone proves it: only the keys are used."""
    NUMBER_ALONE = "number-alone"
    """Of a spoilt QR line only the twelve digits at its beginning are used."""


class Why(StrEnum):
    """Why a scan could not be used."""

    NOT_UNDERSTOOD = "not-understood"
    TOO_LONG = "too-long"
    GARBLED = "garbled"
    """Hardly any text: wrong speed, wrong encoding, or noise on the line."""
    INPUT_METHOD = "input-method"
    """A Vietnamese input method changed what the scanner typed."""
    KEYBOARD_LAYOUT = "keyboard-layout"
    """The scanner's keyboard layout is not that of the system."""
    MRZ_INCOMPLETE = "mrz-incomplete"


@dataclass(frozen=True)
class Found:
    """The scanner can be used from now on. `rate` is in bauds, None where there is none."""

    port: str
    rate: int | None = None


@dataclass(frozen=True)
class Lost:
    """The scanner cannot be used. It is looked for again, except where `final` says that its input has ended."""

    port: str
    error: CccdError
    final: bool = False


@dataclass(frozen=True, repr=False)
class Scanned:
    """One scan that was understood, and what was undone to get there besides `access.repairs`.

    Hidden in `repr`, all but the form.
    """

    access: Access
    repairs: tuple[ScanRepair, ...] = ()

    @property
    def number(self) -> PersonalNumber | None:
        """The personal number, where the scan holds one."""
        return None if self.access.given is None else self.access.given.number

    @property
    def findings(self) -> tuple[StrEnum, ...]:
        """What is noteworthy, in the stable codes of `QrFinding` or `MrzField`."""
        if self.access.qr is not None:
            return self.access.qr.findings
        return () if self.access.mrz is None else self.access.mrz.findings

    def __repr__(self) -> str:
        return f"Scanned({self.access.kind.value}, hidden)"


@dataclass(frozen=True)
class Unreadable:
    """One scan that was not understood. `error` says why in words that do not repeat it.

    `next_rate` is the speed, in bauds, that the line was set to because of it: scan again.
    """

    why: Why
    error: MalformedData = field(compare=False)
    next_rate: int | None = None


Event: TypeAlias = Found | Lost | Scanned | Unreadable

_WHERE = "scan"
_ENCODING = "Set the scanner to UTF-8 and to the speed of the port (such as 9600 baud), and scan again."
_METHOD = "Switch the Vietnamese input method (Unikey) to English, or the scanner to its serial mode, and scan again."
_LAYOUT = "Set the scanner and this system to the same keyboard layout (English, US), and scan again."
_ALL_LINES = "Scan all lines of the machine readable zone, one after the other."
_SCAN_AGAIN = "Scan it again, or type the 12 digits."
_SAID = {
    Why.NOT_UNDERSTOOD: ("it was not understood", _SCAN_AGAIN),
    Why.TOO_LONG: ("the scanner sends more than any card holds", _SCAN_AGAIN),
    Why.GARBLED: ("the scanner sends hardly any text", _ENCODING),
    Why.INPUT_METHOD: ("an input method has changed what the scanner typed", _METHOD),
    Why.KEYBOARD_LAYOUT: ("the scanner types for another keyboard layout", _LAYOUT),
    Why.MRZ_INCOMPLETE: ("lines of the machine readable zone are missing", _ALL_LINES),
}


def unreadable(why: Why, error: MalformedData | None = None) -> Unreadable:
    """Return the event for a reason, with the words of `error` where that says more than the reason."""
    message, hint = _SAID[why]
    return Unreadable(why, error or MalformedData(message, _WHERE, hint))
