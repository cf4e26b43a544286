# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The long soak: `python -m tests.soak`. Exit code 1 where a verdict was wrong or something leaked."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator

from tests.soak.cases import CHIPS, Case, make, persona
from tests.soak.run import Summary, in_process, soak, through_the_service
from tests.support.pcscd import missing, running_pcscd

WARM, WARM_SERVICE = 1000, 100
BATCH = 50
"""Visits with one pcscd; between two, other tests of this machine may have theirs."""


def main() -> int:
    """Make the visits, and print how it goes."""
    parser = argparse.ArgumentParser(description="Many visits with random faults: no leak, no wrong verdict.")
    parser.add_argument("--visits", type=int, default=10_000, help="in this process (default: 10000)")
    parser.add_argument("--service", type=int, default=1_000, help="through pcscd (default: 1000)")
    parser.add_argument("--seed", type=int, default=1, help="other visits (default: 1)")
    options = parser.parse_args()
    for chip in CHIPS:  # they stay in memory: that is no leak
        persona(chip)
    clean = True
    if options.visits:
        own = (make(options.seed, number) for number in range(options.visits))
        clean = _told("in process", lambda: soak(in_process, own, min(WARM, options.visits), _say))
    if options.service and (reason := missing()):
        _say(f"not through the service: {reason}")
    elif options.service:
        cases = _in_batches(options.seed + 1, options.service)
        clean &= _told(
            "through pcscd", lambda: soak(through_the_service, cases, min(WARM_SERVICE, options.service), _say)
        )
    return 0 if clean else 1


def _in_batches(seed: int, count: int) -> Iterator[Case]:
    for start in range(0, count, BATCH):
        with running_pcscd():
            for number in range(start, min(start + BATCH, count)):
                yield make(seed, number)


def _told(title: str, run: Callable[[], Summary]) -> bool:
    start = time.monotonic()
    summary = run()
    _say(f"{title}, {time.monotonic() - start:.0f} s\n{summary}\n")
    return not summary.wrong and not summary.leaks


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
