# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The whole reader against a chip whose answers are spoilt, on the link or by the chip under secure messaging.

The first byte chooses the chip and how it is read. Then come changes of this form, up to `MAX_CHANGES`:

    number of the answer, kind (bit 7: by the chip itself, protected; bit 6: from there on), length, and that many bytes
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from random import Random

from cccd_reader.apdu.channel import MAX_COMMANDS, Lengths
from cccd_reader.apdu.command import Command, Response
from cccd_reader.errors import CardRemoved, CccdError, NoCard
from cccd_reader.inspection.policy import VerdictKind
from cccd_reader.inspection.read import Patience, ReadOptions, read
from cccd_reader.inspection.reading import Reading
from cccd_reader.inspection.saved import dump, parse
from cccd_reader.inspection.verify import verify
from cccd_reader.lds import files as ef
from cccd_reader.render import report as render
from cccd_simulators.chip import VirtualChip
from cccd_simulators.persona import Persona
from fuzz.mutation import mutate
from fuzz.oracle import ensure
from tests.support.fault_matrix import TRUST, base
from tests.support.trust import AT

CHIPS = ("cccd", "passport-bac", "passport-pace")
MAX_CHANGES = 12

_PROTECTED, _STICKY, _SHORT = 0x80, 0x40, 0x08


@dataclass(frozen=True)
class Change:
    """One change: of which answer, which kind, with what; `sticky`: of every later answer too."""

    number: int
    kind: int
    sticky: bool
    data: bytes

    def due(self, number: int) -> bool:
        """True where this answer is to be changed."""
        return number == self.number or (self.sticky and number > self.number)


class Seeded:
    """Randomness of a fixed seed, so that each case comes out the same again."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def octets(self, count: int) -> bytes:
        """Return so many bytes."""
        return self._random.randbytes(count)

    def scalar(self, bound: int) -> int:
        """Return a private key."""
        return self._random.randrange(1, bound)


class SpoiltCard:
    """A chip behind changes of its raw answers. It counts commands, and may be taken off and laid back."""

    def __init__(self, chip: VirtualChip, changes: list[Change]) -> None:
        self.commands = 0
        self.atr = chip.atr
        self._chip, self._changes = chip, changes
        self._before = [b"", b""]
        self._away = False

    def exchange(self, command: bytes, /) -> bytes:
        """Answer, spoilt where it is due."""
        self.commands += 1
        ensure(self.commands <= MAX_COMMANDS, "the chip keeps the reader for ever")
        if self._away:
            raise CardRemoved("the card was taken off")
        answer = self._chip.exchange(command)
        self._before = [self._before[1], answer]
        for change in self._changes:
            if change.due(self.commands):
                answer = self._changed(answer, change)
        return answer

    def reset(self) -> None:
        """Reset the chip."""
        self._chip.reset()

    def wait_for_return(self, timeout: float, /) -> None:
        """Lay the card back."""
        if not self._away:
            raise NoCard("it was never taken off")
        self._away = False
        self._chip.reset()

    def _changed(self, answer: bytes, change: Change) -> bytes:
        if change.kind == 7:
            self._away = True
            raise CardRemoved("the card was taken off")
        if change.kind == 6:
            return self._before[0]
        return _spoilt(answer[:-2], change) + answer[-2:] if change.kind < 4 else _whole(answer, change)


def _spoilt(data: bytes, change: Change) -> bytes:
    """Other data: given, cut, longer, or mutated as data objects."""
    match change.kind:
        case 0:
            return change.data
        case 1:
            return data[: len(data) * (change.data[:1] or b"\x80")[0] // 256]
        case 2:
            return data + change.data
    return mutate(data, Random(change.data), [change.data])


def _whole(answer: bytes, change: Change) -> bytes:
    """Another status word, or octets that are no answer."""
    return answer[:-2] + (change.data + b"\x6f\x00")[:2] if change.kind == 4 else change.data


def _habit(changes: list[Change]) -> Callable[[Command, Response], Response]:
    answered = [0]

    def habit(command: Command, response: Response) -> Response:
        answered[0] += 1
        for change in changes:
            if change.due(answered[0]):
                response = _of_the_chip(response, change)
        return response

    return habit


def _of_the_chip(response: Response, change: Change) -> Response:
    if change.kind >= 4:
        return Response(
            b"" if change.kind > 4 else response.data, int.from_bytes((change.data + b"\x6f\x00")[:2], "big")
        )
    return Response(_spoilt(response.data, change)[: 1 << 15], response.sw)


def seeds() -> Iterator[bytes]:
    """Yield each chip undisturbed, and each kind of change at some answers."""
    for chip in range(len(CHIPS)):
        yield bytes([chip])
        yield bytes([chip | _SHORT])
    for kind in range(8):
        for number, flags in ((4, 0), (11, 0), (13, _PROTECTED)):
            yield bytes([number % 3, number, kind | flags, 3]) + b"\x61\x80\x00"
    yield bytes([1, 9, _PROTECTED | _STICKY, 1, 0x61])
    yield bytes([0, 10, _STICKY | 5, 3]) + bytes.fromhex("006101")


def consume(data: bytes) -> None:
    """Read and judge the chip: an error of ours or a report, in bounded commands, and nothing altered is accepted."""
    choice, changes = _parsed(data)
    name = CHIPS[choice % 4 % len(CHIPS)]
    own = [change for protected, change in changes if protected]
    persona = replace(_persona(name), habit=_habit(own) if own else None)
    chip = VirtualChip(persona, Seeded(1))
    card = SpoiltCard(chip, [change for protected, change in changes if not protected])
    lengths = Lengths.SHORT if choice & _SHORT else None
    options = ReadOptions(lengths=lengths, entropy=Seeded(2), clock=lambda: 0.0, patience=Patience(1, 3))
    try:
        reading = read(card, persona.keys, options)
    except CccdError as error:
        ensure(str(error), "an error without words")
        return
    _judge(reading, persona)


def _judge(reading: Reading, persona: Persona) -> None:
    report = verify(reading, TRUST, at=AT)
    ensure(parse(dump(reading)) == reading, "what is kept is not what was read")
    ensure(render.as_json(report), "a report without values")
    if report.verdict is VerdictKind.ACCEPTED:
        for number in range(1, 17):
            content, file = reading.content(ef.data_group(number)), persona.application_files.get(0x0100 + number)
            ensure(content is None or (file and content == file.content), "other bytes than the signed are accepted")


def _parsed(data: bytes) -> tuple[int, list[tuple[bool, Change]]]:
    choice, rest, changes = (data or b"\0")[0], data[1:], list[tuple[bool, Change]]()
    while len(rest) >= 3 and len(changes) < MAX_CHANGES:
        number, flags, size = rest[0], rest[1], rest[2]
        change = Change(number, flags & 7, bool(flags & _STICKY), rest[3 : 3 + size])
        changes.append((bool(flags & _PROTECTED), change))
        rest = rest[3 + size :]
    return choice, changes


@cache
def _persona(name: str) -> Persona:
    return base(name)
