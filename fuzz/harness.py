# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""One target under atheris: `python -m fuzz.harness TARGET [options of libFuzzer] [folder of a corpus]`.

The code under test is instrumented while it is imported, so nothing else may import it before.
"""

from __future__ import annotations

import sys
from random import Random

import atheris

from fuzz.mutation import mutate

MAX_LENGTH = 1 << 16


def main() -> None:
    """Fuzz the target that the command line names until libFuzzer ends."""
    name = sys.argv.pop(1)
    with atheris.instrument_imports(include=["cccd_reader", "asn1crypto"]):
        from fuzz.targets import load  # noqa: PLC0415 -- instrumented here

        target = load(name)
    seeds = [seed for seed in target.seeds() if len(seed) <= MAX_LENGTH]

    def spoil(data: bytes, max_size: int, seed: int) -> bytes:
        """Change data objects half of the time; the other half is libFuzzer's, which follows the comparisons it saw."""
        random = Random(seed)
        if random.random() < 0.5:
            return bytes(atheris.Mutate(data, max_size))
        return mutate(data or random.choice(seeds), random, seeds)[:max_size]

    def run(data: bytes) -> None:
        target.consume(bytes(data))

    atheris.Setup(sys.argv, run, custom_mutator=spoil)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
