# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`python -m bench [--json FILE] [--part NAME ...]`: print what things cost against what nobody can leave out."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from bench import inspection, own_time, passive, start, trust_store
from bench.machine import machine
from bench.measure import Count, Result, Split

PARTS: dict[str, ModuleType] = {
    "inspection": inspection,
    "own-time": own_time,
    "passive": passive,
    "trust-store": trust_store,
    "start": start,
}
_WIDTH = 62


def count_line(count: Count) -> str:
    """Return one line of the table of counts."""
    limit = "" if count.limit is None else f"<= {count.limit} {_judged(count.met)}"
    return f"{count.name:<{_WIDTH}}{count.floor:>10}{count.ours:>10}{count.ratio:>8.2f}  {limit}".rstrip()


def line(result: Result) -> str:
    """Return one line of the table: milliseconds, the ratio, how often a second, and what is asked for."""
    asked = []
    if result.goal is not None:
        asked.append(f"<= {result.goal:.2f} floors")
    if result.limit is not None:
        asked.append(f"<= {1000 * result.limit:.0f} ms")
    goal = f"{', '.join(asked)} {_judged(result.met)}" if asked else ""
    times = f"{1000 * result.floor:>10.3f}{1000 * result.ours:>10.3f}{result.ratio:>8.2f}{1 / result.ours:>9.1f}"
    return f"{result.name:<{_WIDTH}}{times}  {goal}".rstrip()


def split_lines(split: Split) -> Iterator[str]:
    """Yield what one result is made of, a line a part, with its share of the whole."""
    yield f"{split.name:<{_WIDTH}}{1000 * split.whole:>20.3f}"
    for part, seconds in split.parts.items():
        yield f"    {part:<{_WIDTH - 4}}{1000 * seconds:>20.3f}{seconds / split.whole:>8.0%}"


def _judged(met: bool) -> str:  # a private helper of the two tables
    return "met" if met else "MISSED"


def main() -> None:
    """Measure, print the tables and keep them as JSON where that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure what things cost.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results to this file, too")
    parser.add_argument("--part", choices=list(PARTS), action="append", help="measure this part alone; repeatable")
    options = parser.parse_args()
    parts = [PARTS[name] for name in options.part or PARTS]
    about = machine()
    print("\n".join(f"{name}: {value}" for name, value in about.items()))
    counts = _counts(parts)
    results = _results(parts)
    splits = _splits(parts)
    if options.json:
        nodes = {
            "counts": [count.node() for count in counts],
            "results": [result.node() for result in results],
            "splits": [split.node() for split in splits],
        }
        text = json.dumps({"schema": "cccd-bench/2", "machine": about, **nodes}, indent=2)
        options.json.write_text(text + "\n", encoding="utf-8")


def _counts(parts: list[ModuleType]) -> list[Count]:
    print(f"\n{'how often, how many bytes':<{_WIDTH}}{'floor':>10}{'ours':>10}{'ratio':>8}  asked for")
    found = [count for part in parts for count in part.counts()]
    for count in found:
        print(count_line(count))
    return found


def _results(parts: list[ModuleType]) -> list[Result]:
    print(f"\n{'milliseconds':<{_WIDTH}}{'floor':>10}{'ours':>10}{'ratio':>8}{'a second':>9}  asked for")
    found: list[Result] = []
    for part in parts:
        print(end=part.missing())
        for result in part.results():
            found.append(result)
            print(line(result), flush=True)
    for floor in dict.fromkeys(result.floor_is for result in found):
        print(f"floor: {floor}")
    return found


def _splits(parts: list[ModuleType]) -> list[Split]:
    print(f"\n{'what it is made of, milliseconds':<{_WIDTH}}{'ours':>20}{'share':>8}")
    found = [split for part in parts for split in part.splits()]
    for split in found:
        print("\n".join(split_lines(split)))
    return found


if __name__ == "__main__":
    main()
