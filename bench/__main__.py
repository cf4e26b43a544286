# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`python -m bench [--json FILE]`: print what things cost against what nobody can leave out, as ratios of one run."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from bench import passive, trust_store
from bench.measure import Result

PARTS = (trust_store, passive)


def line(result: Result) -> str:
    """Return one line of the table, milliseconds and the ratio."""
    goal = "" if result.goal is None else f"{result.goal:.2f} {'met' if result.met else 'MISSED'}"
    times = f"{1000 * result.floor:>10.3f}{1000 * result.ours:>10.3f}{result.ratio:>8.3f}"
    return f"{result.name:<60}{times}  {goal}".rstrip()


def main() -> None:
    """Measure, print the table and keep it as JSON where that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure what things cost.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results to this file, too")
    options = parser.parse_args()
    counts = [count for part in PARTS for count in part.counts()]
    print(f"{'how often':<60}{'floor':>10}{'ours':>10}")
    for count in counts:
        print(f"{count.name:<60}{count.floor:>10}{count.ours:>10}")
    print(f"\n{'milliseconds, best of interleaved runs':<60}{'floor':>10}{'ours':>10}{'ratio':>8}  goal")
    results: list[Result] = []
    for part in PARTS:
        print(end=part.missing())
        for result in part.results():
            results.append(result)
            print(line(result), flush=True)
    for floor in dict.fromkeys(result.floor_is for result in results):
        print(f"floor: {floor}")
    if options.json:
        nodes = {"results": [result.node() for result in results], "counts": [asdict(count) for count in counts]}
        text = json.dumps({"schema": "cccd-bench/1", **nodes}, indent=2)
        options.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
