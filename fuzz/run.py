# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Run every target under atheris for a bounded time, each in a process of its own: `python fuzz/run.py --seconds 60`.

Inputs that are worth keeping stay in build/fuzz/TARGET and are where the next run goes on; what was found lies in
build/fuzz/found. The exit code is 1 where anything was found. To look at one find again:

    python -m fuzz.harness TARGET build/fuzz/found/TARGET-crash-...
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
FOLDERS = [str(REPOSITORY), str(REPOSITORY / "simulators")]
if FOLDERS[0] not in sys.path:  # run as a file, not as a module
    sys.path[:0] = FOLDERS

from fuzz.targets import NAMES, load  # noqa: E402 -- found through the path above

HANG = 10
"""Seconds that one input may take before it counts as a find."""
GRACE = 120
"""Seconds over its time after which a process is ended: start, seeds, and a last input that hangs."""
MEMORY, LONGEST = 2048, 1 << 16
"""MiB of a process, and bytes of an input."""
_STATISTIC = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
_PULSE = re.compile(r"^#(\d+)\t", re.MULTILINE)


@dataclass(frozen=True)
class Outcome:
    """What became of one target: inputs tried, the exit code, the names of what it found, and its last words."""

    name: str
    executions: int
    code: int
    found: tuple[str, ...]
    words: str

    @property
    def clean(self) -> bool:
        """True where nothing was found and the process ended by itself."""
        return self.code == 0 and not self.found


def fuzz(name: str, seconds: int, folder: Path) -> Outcome:
    """Run one target; inputs, finds and what the fuzzer says are kept in `folder`."""
    corpus, finds, log = folder / name, folder / "found", folder / f"{name}.log"
    corpus.mkdir(parents=True, exist_ok=True)
    finds.mkdir(exist_ok=True)
    for number, seed in enumerate(load(name).seeds()):
        (corpus / f"seed-{number:03}").write_bytes(seed)
    before = set(finds.iterdir())
    with log.open("wb") as output:
        code = _run(_command(name, seconds, corpus, finds), output.fileno(), seconds + GRACE)
    text = log.read_text("utf-8", "replace")
    found = tuple(sorted(each.name for each in set(finds.iterdir()) - before))
    return Outcome(name, executions(text), code, found, "" if code == 0 else last_words(text))


def executions(log: str) -> int:
    """Return how many inputs were tried, from the statistics at the end or the last sign of life."""
    return int((_STATISTIC.findall(log) or _PULSE.findall(log) or ["0"])[-1])


def last_words(log: str) -> str:
    """Return the traceback, where there is one, else the last lines."""
    lines = log.splitlines()
    start = next((number for number, line in enumerate(lines) if "Uncaught Python exception" in line), len(lines) - 15)
    return "\n".join(lines[max(0, start) : max(0, start) + 30])


def _command(name: str, seconds: int, corpus: Path, finds: Path) -> list[str]:
    return [
        *(sys.executable, "-m", "fuzz.harness", name, str(corpus)),
        *(f"-max_total_time={seconds}", f"-timeout={HANG}", f"-rss_limit_mb={MEMORY}", f"-max_len={LONGEST}"),
        *(f"-artifact_prefix={finds}/{name}-", "-print_final_stats=1"),
    ]


def _run(command: list[str], output: int, limit: int) -> int:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(FOLDERS)}
    try:
        done = subprocess.run(
            command, cwd=REPOSITORY, env=environment, stdout=output, stderr=output, timeout=limit, check=False
        )
    except subprocess.TimeoutExpired:
        return -1
    return done.returncode


def _line(outcome: Outcome, seconds: int) -> str:
    verdict = "nothing" if outcome.clean else ", ".join(outcome.found) or f"it ended with code {outcome.code}"
    return f"{outcome.name:<16}{outcome.executions:>10}{seconds:>9}  {verdict}"


def main() -> int:
    """Run the targets one after the other and print a line for each."""
    parser = argparse.ArgumentParser(description="Fuzz everything that parses hostile bytes.")
    parser.add_argument("--seconds", type=int, default=30, help="time for each target (default: 30)")
    parser.add_argument("--folder", type=Path, default=REPOSITORY / "build" / "fuzz", help="where inputs are kept")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"which ones: {', '.join(NAMES)} (default: all)")
    options = parser.parse_args()
    unknown = sorted(set(options.targets) - set(NAMES))
    if unknown:
        parser.error(f"no such target: {', '.join(unknown)}")
    print(f"{'target':<16}{'inputs':>10}{'seconds':>9}  found")
    clean = True
    for name in options.targets or NAMES:
        outcome = fuzz(name, options.seconds, options.folder.resolve())
        clean = clean and outcome.clean
        print(_line(outcome, options.seconds), flush=True)
        if outcome.words:
            print(outcome.words, flush=True)
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main())
