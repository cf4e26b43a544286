# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Cards that misbehave on the link or in their answers.

A disguise lies between chip and reader and does not know the session keys; it is put together of a condition and an
effect. A habit is the chip's own: its answer is spoilt before the session protects it.

    meddle(reading(ef.SOD), status(0x6F00))      # 6F00, unprotected, whenever EF.SOD is read
    answering(reads(ef.SOD), Response(b"", 0x6581))  # the same chip says it under secure messaging
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from cccd_reader.access_keys import AccessKey
from cccd_reader.apdu import commands
from cccd_reader.apdu.command import SECURE_MESSAGING, Command, Response
from cccd_reader.apdu.status import Sw
from cccd_reader.errors import CardRemoved
from cccd_reader.inspection.read import read
from cccd_reader.lds.files import ElementaryFile
from cccd_simulators.persona import Disguise, Habit, Persona, PoweredCard

_OK = b"\x90\x00"


@dataclass(frozen=True, repr=False)
class Moment:
    """One exchange as it passes: both numbers count from 1 since power-up, `protected` only what is protected (else 0).

    `previous` is the answer before this one.
    """

    number: int
    protected: int
    command: bytes
    answer: bytes
    previous: bytes


When = Callable[[Moment], bool]
Effect = Callable[[Moment], bytes]


@dataclass(repr=False)
class Meddler:
    """A card whose answers are changed on their way."""

    card: PoweredCard
    when: When
    effect: Effect
    _number: int = 0
    _protected: int = 0
    _previous: bytes = _OK

    @property
    def atr(self) -> bytes:
        """The chip's."""
        return self.card.atr

    def exchange(self, command: bytes, /) -> bytes:
        """Pass the command on; hand back the answer, changed where it is time."""
        self._number += 1
        protected = bool(command[0] & SECURE_MESSAGING)
        self._protected += protected
        answer = self.card.exchange(command)
        moment = Moment(self._number, self._protected if protected else 0, command, answer, self._previous)
        self._previous = answer
        return self.effect(moment) if self.when(moment) else answer

    def reset(self) -> None:
        """Reset the chip; the numbers go on."""
        self.card.reset()


def meddle(when: When, effect: Effect) -> Disguise:
    """Return the disguise that has this effect under this condition."""
    return lambda card: Meddler(card, when, effect)


def meddled(when: When, effect: Effect) -> Callable[[Persona], Persona]:
    """Return what puts a persona behind this disguise."""
    return lambda persona: replace(persona, disguise=meddle(when, effect))


def command_number(number: int) -> When:
    """At one command, counted as a trace counts."""
    return lambda moment: moment.number == number


def from_command(number: int) -> When:
    """At this command and every later one."""
    return lambda moment: moment.number >= number


def protected_answer(number: int) -> When:
    """At one answer under secure messaging."""
    return lambda moment: moment.protected == number


def any_protected_answer(moment: Moment) -> bool:
    """At every answer under secure messaging."""
    return moment.protected > 0


def plain(instruction: int) -> When:
    """At every unprotected command with this instruction."""
    return lambda moment: not moment.protected and moment.command[1] == instruction


def protected(instruction: int) -> When:
    """At every protected command with this instruction."""
    return lambda moment: moment.protected > 0 and moment.command[1] == instruction


def reading(*files: ElementaryFile) -> When:
    """At every protected READ BINARY that names one of these files by its short identifier."""
    names = {0x80 | file.sfi for file in files}
    return lambda moment: protected(commands.READ_BINARY)(moment) and moment.command[2] in names


def withholding(sw: int, *files: ElementaryFile) -> Disguise:
    """Return the disguise that answers with this status word, unprotected, whenever one of these files is asked for.

    It cannot see what a protected SELECT names: that of a file, after a refusal, is taken for another try.
    """

    def disguise(card: PoweredCard) -> PoweredCard:
        refused = False

        def asked(moment: Moment) -> bool:
            nonlocal refused
            selects = protected(commands.SELECT)(moment)
            again = refused and selects and moment.command[2] == 0x02
            refused = reading(*files)(moment) or (refused and (selects or not moment.protected))
            return again or (refused and not selects and moment.protected > 0)

        return Meddler(card, asked, status(sw))

    return disguise


def status(sw: int) -> Effect:
    """Nothing but a status word, unprotected."""
    return lambda _: sw.to_bytes(2, "big")


def with_status(sw: int) -> Effect:
    """The answer with another status word outside of its protection."""
    return lambda moment: moment.answer[:-2] + sw.to_bytes(2, "big")


def in_clear(content: bytes) -> Effect:
    """This content and 9000, unprotected."""
    return lambda _: content + _OK


def wrong_mac(moment: Moment) -> bytes:
    """The answer with one bit of its last data byte changed: of the MAC, where it has one."""
    answer = moment.answer
    return answer if len(answer) < 3 else answer[:-3] + bytes([answer[-3] ^ 1]) + answer[-2:]


def previous_answer(moment: Moment) -> bytes:
    """The answer before, once more."""
    return moment.previous


def half(moment: Moment) -> bytes:
    """The first half of the data, and the status word."""
    return moment.answer[: (len(moment.answer) - 2) // 2] + moment.answer[-2:]


def nothing(_: Moment) -> bytes:
    """No answer at all."""
    return b""


def removed(_: Moment) -> bytes:
    """The card is not there any more."""
    raise CardRemoved("the card was removed")


@dataclass(repr=False)
class _Recorder:
    card: PoweredCard
    answers: list[bytes] = field(default_factory=list)

    def exchange(self, command: bytes, /) -> bytes:
        self.answers.append(self.card.exchange(command))
        return self.answers[-1]


@dataclass(repr=False)
class Player:
    """No chip, but the answers of an earlier visit in their order, whatever is asked; after the last one 6F00."""

    atr: bytes
    answers: list[bytes]

    def exchange(self, _command: bytes, /) -> bytes:
        """Give the next answer."""
        return self.answers.pop(0) if self.answers else Sw.UNKNOWN.to_bytes(2, "big")

    def reset(self) -> None:
        """Do nothing: there is no chip."""


def replayed_visit(keys: tuple[AccessKey, ...]) -> Disguise:
    """Return the disguise that visits the chip once with its keys, and plays that visit to whoever comes next."""

    def disguise(card: PoweredCard) -> PoweredCard:
        recorder = _Recorder(card)
        read(recorder, keys)
        return Player(card.atr, recorder.answers)

    return disguise


Asked = Callable[[Command], bool]


def reads(file: ElementaryFile) -> Asked:
    """READ BINARY that names this file by its short identifier."""
    return lambda command: command.ins == commands.READ_BINARY and command.p1 == 0x80 | file.sfi


def one_of(*instructions: int) -> Asked:
    """Any of these instructions."""
    return lambda command: command.ins in instructions


def answering(asked: Asked, answer: Response) -> Habit:
    """Return the habit of one fixed answer."""
    return lambda command, response: answer if asked(command) else response


def more_than_asked(asked: Asked) -> Habit:
    """Return the habit of sending as many bytes again as were asked for."""
    return lambda command, response: (
        Response(response.data + bytes(command.ne), response.sw) if asked(command) else response
    )
