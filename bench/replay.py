# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A chip that takes no time: the answers of an earlier reading, for a terminal that draws the same random numbers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random

from bench.cards import KEY, Card, Way
from cccd_reader.crypto.entropy import PrivateScalar
from cccd_reader.inspection.read import ReadOptions, read
from cccd_reader.inspection.reading import Reading
from cccd_simulators.chip import VirtualChip

SEED = 9303


class Repeated:
    """Entropy that gives the same numbers in every run: for benchmarks and nothing else."""

    def __init__(self, seed: int = SEED) -> None:
        self._random = Random(seed)  # noqa: S311 -- it must come out the same again

    def octets(self, count: int) -> bytes:
        """Return the next bytes."""
        return self._random.randbytes(count)

    def scalar(self, bound: int) -> int:
        """Return the next private key."""
        return PrivateScalar(self._random.randrange(1, bound))


@dataclass
class _Recorder:
    chip: VirtualChip
    dialogue: list[tuple[bytes, bytes]] = field(default_factory=list)

    @property
    def atr(self) -> bytes:
        return self.chip.atr

    def exchange(self, command: bytes, /) -> bytes:
        answer = self.chip.exchange(command)
        self.dialogue.append((command, answer))
        return answer


@dataclass
class _Replayed:
    atr: bytes
    dialogue: list[tuple[bytes, bytes]]
    position: int = 0

    def exchange(self, command: bytes, /) -> bytes:
        expected, answer = self.dialogue[self.position]
        if command != expected:
            raise AssertionError("the terminal does not repeat itself")
        self.position += 1
        return answer


@dataclass(frozen=True, repr=False)
class Recording:
    """The dialogue of one whole visit, commands and answers in order."""

    atr: bytes
    dialogue: list[tuple[bytes, bytes]]
    options: ReadOptions

    @classmethod
    def of(cls, card: Card, way: Way) -> Recording:
        """Read the card once and keep the dialogue."""
        recorder = _Recorder(VirtualChip(card.persona))
        read(recorder, KEY, replace(way.options, entropy=Repeated()))
        return cls(recorder.atr, recorder.dialogue, way.options)

    def read(self) -> Reading:
        """Read again, from the recording: all the time that this takes is the terminal's own."""
        options = replace(self.options, entropy=Repeated())
        return read(_Replayed(self.atr, self.dialogue), KEY, options)
