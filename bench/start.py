# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Fresh processes: `cccd --help` beside `import click`, and a whole `cccd verify` of a chip in software.

The floor of `cccd verify` is a process that imports the libraries which it cannot do without, and nothing of ours. The
chip in software takes time of its own in the same process: importing the simulator, issuing the document, answering.
One line has it, the next has not: a child tells how long its chip took.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bench.measure import Count, Result, Split
from cccd_simulators.issuer import write_trust
from cccd_simulators.personas import PERSONAL_NUMBER

HELP_GOAL = 2.0
VERIFY_LIMIT = 0.6
RUNS, VERIFY_RUNS = 15, 8
_REPOSITORY = Path(__file__).parents[1]
_CLICK, _HELP = ("-c", "import click"), ("cli.py", "--help")
_NOTHING = ("-c", "pass")
_IMPORTED = (
    "click",
    "cryptography.hazmat.primitives.asymmetric.ec",
    "cryptography.hazmat.primitives.ciphers",
    "PIL.JpegImagePlugin",
    "rich.console",
)
_LIBRARIES = ("-c", f"import {', '.join(_IMPORTED)}")
_VERIFY = ("-m", "bench.verify_child")


@dataclass(frozen=True)
class Spent:
    """Seconds of one process from its start to its end, on the wall and of the CPU, and those of its chip."""

    wall: float
    cpu: float
    chip_wall: float = 0.0
    chip_cpu: float = 0.0


def missing() -> str:
    """Return an empty string: everything that is measured here comes from the simulator."""
    return ""


def counts() -> Iterator[Count]:
    """Yield nothing: time alone is measured here."""
    yield from ()


def results() -> Iterator[Result]:
    """Yield the start of the command line, and a cold inspection as wall and CPU."""
    floor, ours = _fastest(RUNS, lambda: _run(_CLICK), lambda: _run(_HELP))
    yield Result("cccd --help", "python -c 'import click'", floor.wall, ours.wall, goal=HELP_GOAL)
    yield Result("cccd --help, CPU", "python -c 'import click'", floor.cpu, ours.cpu, goal=HELP_GOAL)
    floor, ours = _cold()
    what = "a process that imports the libraries in use and nothing of ours"
    yield Result("cccd verify, cold, chip and all", what, floor.wall, ours.wall, limit=VERIFY_LIMIT)
    yield Result("cccd verify, cold, chip and all, CPU", what, floor.cpu, ours.cpu, limit=VERIFY_LIMIT)
    yield Result("cccd verify, cold, without the chip", what, floor.wall, ours.wall - ours.chip_wall)
    yield Result("cccd verify, cold, without the chip, CPU", what, floor.cpu, ours.cpu - ours.chip_cpu)


def splits() -> Iterator[Split]:
    """Yield what a cold inspection is made of."""
    floor, ours = _cold()
    (bare,) = _fastest(RUNS, lambda: _run(_NOTHING))
    own = ours.wall - ours.chip_wall - floor.wall
    parts = {"python": bare.wall, "libraries": floor.wall - bare.wall, "chip": ours.chip_wall, "ours": own}
    yield Split("cccd verify, cold", parts)


@cache
def _cold() -> tuple[Spent, Spent]:
    with _place() as place:
        floor, ours = _fastest(VERIFY_RUNS, lambda: _run(_LIBRARIES), lambda: _verify(place))
    return floor, ours


def _fastest(runs: int, *ways: Callable[[], Spent]) -> tuple[Spent, ...]:
    """Return the fastest run of each way on the wall, the ways taking turns."""
    rounds = [[way() for way in ways] for _ in range(runs)]
    return tuple(min(column, key=lambda spent: spent.wall) for column in zip(*rounds, strict=True))


@contextmanager
def _place() -> Iterator[Path]:
    """Yield a folder with what one call needs: the trust, and what opens the card."""
    with tempfile.TemporaryDirectory(prefix="bench-cold-") as name:
        place = Path(name)
        write_trust(place / "trust")
        (place / "access").write_text(f"{PERSONAL_NUMBER}\n", encoding="utf-8")
        yield place


def _verify(place: Path) -> Spent:
    account = place / "chip.json"
    arguments = ("--access", str(place / "access"), "--trust", str(place / "trust"), "--simulate", "cccd")
    spent = _run((*_VERIFY, str(account), "verify", *arguments))
    chip = json.loads(account.read_text(encoding="utf-8"))
    return Spent(spent.wall, spent.cpu, chip["wall"], chip["cpu"])


def _run(arguments: tuple[str, ...]) -> Spent:
    paths = os.pathsep.join((str(_REPOSITORY), str(_REPOSITORY / "simulators")))
    environment = {**os.environ, "PYTHONPATH": paths, "CCCD_LANG": "vi"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # a user's modules are compiled once, and so are these
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.perf_counter()
    done = subprocess.run(  # noqa: S603 -- our own command line
        [sys.executable, *arguments],
        cwd=_REPOSITORY, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False,
    )  # fmt: skip
    wall = time.perf_counter() - begin
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise AssertionError(f"the command ended with {done.returncode}: {done.stderr.decode()}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(wall, cpu)
