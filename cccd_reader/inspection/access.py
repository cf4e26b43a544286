# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Gaining access: which protocols are tried, in which order, and what is put on record (ICAO 9303-11, 4.2).

PACE comes first with each key in turn; BAC follows only where PACE did not open the chip, and every attempt before it
stays on record. A key that the chip called wrong is not tried again by other parameters of PACE: attempts are precious.
Their number against one chip is bounded whatever keys are given, since a chip may slow down or lock after wrong ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cccd_reader.access_keys import AccessKey, MrzKey
from cccd_reader.apdu import commands
from cccd_reader.apdu.channel import Channel
from cccd_reader.apdu.secure_messaging import SessionKeys
from cccd_reader.apdu.status import describe
from cccd_reader.crypto.entropy import Entropy
from cccd_reader.errors import (
    AccessDenied,
    CardError,
    CccdError,
    MalformedData,
    StatusError,
    WrongKey,
)
from cccd_reader.inspection.events import Attempted, OnEvent
from cccd_reader.inspection.reading import Attempt, AttemptOutcome, Method
from cccd_reader.protocols import bac, pace
from cccd_reader.protocols.pace import ChipMapping
from cccd_reader.protocols.pace_options import PaceOption

BAC_NAME = "BAC, 3DES"

MAX_ATTEMPTS = 8
"""Attempts at one chip in which it may have counted a wrong key. A QR line near a boundary of the expiry rule needs
seven: its number, then three dates of expiry by PACE and by BAC."""


_COUNTED = (AttemptOutcome.WRONG_KEY, AttemptOutcome.FAILED)
"""A chip that refuses a protocol has not looked at the key."""


@dataclass(frozen=True, repr=False)
class Way:
    """The way that opened a chip, to open it again: the key, and the option of PACE or None for BAC."""

    key: AccessKey
    option: PaceOption | None

    def __repr__(self) -> str:
        return f"Way({self.option.name if self.option else BAC_NAME})"


@dataclass(repr=False)
class Opening:
    """An opened chip: the way in, the session keys, and the evidence of chip authentication mapping, if any."""

    way: Way
    keys: SessionKeys
    chip_mapping: ChipMapping | None = None


@dataclass
class Gate:
    """One try at a chip's access control, with the attempts made so far, and how many of them may fail.

    `wrong` are the ways whose key a chip has called wrong; in one reading none is asked again, wherever the card moves.
    """

    channel: Channel
    entropy: Entropy
    on_event: OnEvent
    attempts: list[Attempt] = field(default_factory=list)
    wrong: list[Way] = field(default_factory=list)
    max_attempts: int = MAX_ATTEMPTS

    def open(self, keys: tuple[AccessKey, ...], options: tuple[PaceOption, ...]) -> Opening:
        """Try PACE with every key, then BAC with every MRZ key.

        Raises `AccessDenied` where the chip refused them all or `max_attempts` failed, or the last `CardError` or
        `MalformedData` where it never answered as the standard asks.
        """
        failure: CccdError | None = None
        for way in _ways(keys, options):
            if any(each.key == way.key and _method(each) is _method(way) for each in self.wrong):
                continue
            if sum(attempt.outcome in _COUNTED for attempt in self.attempts) >= self.max_attempts:
                raise self._too_many()
            try:
                return self.go(way)
            except WrongKey as error:
                self.wrong.append(way)
                failure = error
            except (CardError, AccessDenied, MalformedData) as error:
                failure = error
        raise self._denied(failure)

    def go(self, way: Way) -> Opening:
        """Open the chip by one way, and put the attempt on record."""
        method = _method(way)
        name = way.option.name if way.option else BAC_NAME
        try:
            opening = self._run(way)
        except WrongKey as error:
            self._record(Attempt(method, name, AttemptOutcome.WRONG_KEY, str(error)))
            raise
        except StatusError as error:
            self._record(Attempt(method, name, AttemptOutcome.REFUSED, str(error)))
            raise
        except CccdError as error:
            self._record(Attempt(method, name, AttemptOutcome.FAILED, str(error)))
            raise
        self._record(Attempt(method, name, AttemptOutcome.GRANTED))
        return opening

    def _run(self, way: Way) -> Opening:
        if way.option is not None:
            result = pace.establish(self.channel, way.option, way.key, self.entropy)
            return Opening(way, result.keys, result.chip_mapping)
        if not isinstance(way.key, MrzKey):
            raise TypeError("BAC takes an MRZ key")
        select_application(self.channel)
        return Opening(way, bac.establish(self.channel, way.key, self.entropy))

    def _record(self, attempt: Attempt) -> None:
        self.attempts.append(attempt)
        self.on_event(Attempted(attempt))

    def _too_many(self) -> AccessDenied:
        return AccessDenied(
            f"{self.max_attempts} attempts to open the chip failed, and no more are made",
            "Compare what was entered with the card before you try again: a chip may slow down or lock itself.",
            tuple(self.attempts),
        )

    def _denied(self, failure: CccdError | None) -> CccdError:
        outcomes = {attempt.outcome for attempt in self.attempts}
        tried = tuple(self.attempts)
        if AttemptOutcome.WRONG_KEY in outcomes:
            names = " and ".join(sorted({_key_word(a.method) for a in tried if a.outcome is AttemptOutcome.WRONG_KEY}))
            return AccessDenied(f"the chip refused the {names}", _hint(tried), tried)
        if not tried:
            return AccessDenied(
                "the chip offers no access protocol for this key",
                "This chip asks for the MRZ: enter its lines instead of a number.",
            )
        if {AttemptOutcome.REFUSED, AttemptOutcome.FAILED} <= outcomes:
            refused, failed = (_protocols(tried, each) for each in (AttemptOutcome.REFUSED, AttemptOutcome.FAILED))
            words = f"the chip refused {refused}, and {failed} ended without a proof that it knows the key"
            return AccessDenied(words, _refused_hint(tried), tried)
        if AttemptOutcome.REFUSED in outcomes:
            return AccessDenied("the chip refused every access protocol", _refused_hint(tried), tried)
        return failure or AccessDenied("no access protocol could be run", None, tried)


def select_application(channel: Channel) -> None:
    """Select the eMRTD application. Raises `StatusError` where the chip does not hold it."""
    response = channel.send(commands.select_application())
    if not response.ok:
        raise StatusError(
            f"the chip does not open the travel document application: {describe(response.sw)}",
            response.sw,
            "This chip holds no travel document: is it an ID card with a chip, laid with the chip on the reader?",
        )


def _ways(keys: tuple[AccessKey, ...], options: tuple[PaceOption, ...]) -> list[Way]:
    pace_ways = [Way(key, option) for key in keys for option in options]
    return pace_ways + [Way(key, None) for key in keys if isinstance(key, MrzKey)]


def _method(way: Way) -> Method:
    return Method.BAC if way.option is None else Method(f"pace-{way.key.name}")


_KEY_WORDS: dict[Method, str] = {
    Method.PACE_CAN: "number",
    Method.PACE_MRZ: "MRZ",
    Method.BAC: "MRZ",
    Method.PACE_PIN: "PIN",
    Method.PACE_PUK: "PUK",
}


def _key_word(method: Method) -> str:
    return _KEY_WORDS[method]


def _hint(attempts: tuple[Attempt, ...]) -> str:
    wrong = {attempt.method for attempt in attempts if attempt.outcome is AttemptOutcome.WRONG_KEY}
    if wrong == {Method.PACE_CAN}:
        return (
            "Check the last six digits of the number against the card: is it this card's number, "
            "and are no two digits swapped?"
        )
    if Method.PACE_CAN in wrong:
        return "Check the document number, the birth date and the expiry date against the MRZ, mind O and 0, I and 1."
    if wrong & {Method.PACE_MRZ, Method.BAC}:
        return "Check the document number, the birth date and the expiry date against the MRZ, mind O and 0, I and 1."
    return "Check what was entered; the chip may count wrong tries."


def _protocols(attempts: tuple[Attempt, ...], outcome: AttemptOutcome) -> str:
    methods = {attempt.method for attempt in attempts if attempt.outcome is outcome}
    return " and ".join(sorted({"BAC" if method is Method.BAC else "PACE" for method in methods}))


def _refused_hint(attempts: tuple[Attempt, ...]) -> str:
    if all(attempt.method is Method.PACE_CAN for attempt in attempts):
        return "This chip may ask for the MRZ: enter its lines instead of a number."
    return "Take the card off, lay it back and try again; check that it is a travel document or ID card with a chip."
