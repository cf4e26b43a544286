# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""How many commands and bytes an inspection takes: exact, since they are the same on every machine."""

from __future__ import annotations

import pytest

from bench import inspection
from bench.cards import PHOTOS, Card, Way, reads
from bench.visit import ON_TOP, Phase
from cccd_reader.lds import files as ef

SMALL, LARGE = PHOTOS


@pytest.mark.parametrize(
    ("photo", "way", "files", "on_top", "overhead"),
    [
        (SMALL, Way.SHORT, 86, 11, 1.26),
        (SMALL, Way.EXTENDED, 16, 10, 1.11),
        (SMALL, Way.WHOLE, 9, 10, 1.09),
        (LARGE, Way.SHORT, 108, 11, 1.24),
        (LARGE, Way.EXTENDED, 18, 10, 1.09),
        (LARGE, Way.WHOLE, 9, 10, 1.07),
    ],
)
def test_commands_and_bytes(photo: int, way: Way, files: int, on_top: int, overhead: float) -> None:
    """On top: EF.CardAccess, five of PACE, three of Chip Authentication, one of Active or, where short, two."""
    found = inspection.account(photo, way, inspection.LIMITED_RATE)
    sizes = Card.of(photo, way).sizes
    assert sizes[ef.data_group(2)] == photo
    assert (found.files.apdus, found.of(*ON_TOP).apdus) == (files, on_top)
    whole = found.of()
    assert sum(sizes.values()) < whole.bytes_out + whole.bytes_in <= overhead * sum(sizes.values())


def test_a_file_takes_no_more_reads_than_its_blocks() -> None:
    """What is above the floor is one command alone: the fingerprints are asked for, and refused."""
    for photo in PHOTOS:
        for way in Way:
            found = inspection.account(photo, way, inspection.LIMITED_RATE)
            least = 1 + sum(reads(size, way.block) for size in Card.of(photo, way).sizes.values())
            assert found.files.apdus - found.of(Phase.REFUSED).apdus == least
            assert found.of(Phase.REFUSED).apdus == 1


@pytest.mark.parametrize("way", Way)
def test_every_limit_of_the_model_is_kept(way: Way) -> None:
    """The clock of these figures is virtual: they are sums over a model, not durations of this machine."""
    rate = inspection.LIMITED_RATE
    assert inspection.account(SMALL, way, rate).files.apdus <= inspection.COMMANDS[SMALL, way]
    assert inspection.idle_account(SMALL, way, rate).files.seconds <= inspection.SECONDS[SMALL, way]
    assert 0 < inspection.account(SMALL, way, rate).first_text <= inspection.FIRST_TEXT
