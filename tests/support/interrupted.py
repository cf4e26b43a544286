# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Run a command many times, and interrupt it each time at the next point: no sleeping, each point is met exactly.

A point is a change that the command is about to make below its folder (Python's audit events name them), or one of the
commands that it is about to send to a simulated chip. The process of this module imports everything once, and forks
for each point; it gets a `Job` on its standard input and answers with a list of `Ended`.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from tests.support.command_line import environment
from tests.support.reference import REPOSITORY

_CHANGES = ("os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_CRASHED = 70
_MOST = 100


@dataclass(frozen=True)
class Job:
    """A command and how it is interrupted.

    `arguments` ({folder} stands for the folder of the run), `text` on its standard input, `before`: the folder as it is
    before the run, `runs`: where the folders of the runs are made, `signals` by name, and `exchanges`: the numbers of
    the commands to a chip that are points too.
    """

    arguments: list[str]
    text: str
    before: str
    runs: str
    signals: list[str]
    exchanges: list[int]


@dataclass(frozen=True)
class Ended:
    """How one run ended: exit code (negative: the signal that ended it), what it `said` on stderr, and its folder.

    `signal` is what it was to be interrupted with, and `point` where it was: "" for the last run, which was not.
    """

    signal: str
    point: str
    code: int
    said: str
    folder: Path

    @property
    def leavings(self) -> list[str]:
        """Names of files and folders that were only to be there for a moment."""
        return [str(path.relative_to(self.folder)) for path in self.folder.rglob(".new-*")]


def interrupted(job: Job) -> list[Ended]:
    """Run a command for each signal as often as it has points, and once more to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.interrupted"],
        input=json.dumps(asdict(job)),
        capture_output=True,
        text=True,
        env=environment(),
        cwd=REPOSITORY,
        check=False,
        preexec_fn=heeding,
    )
    assert done.returncode == 0, done.stderr
    return [Ended(**each | {"folder": Path(each["folder"])}) for each in json.loads(done.stdout)]


def heeding() -> None:
    """Let a process to be started heed SIGINT, which a shell tells what it starts in the background to ignore."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class _Points:
    """Counts the points of one run, and acts at one of them."""

    def __init__(self, folder: Path, at: int, act: Callable[[str], None], exchanges: list[int]) -> None:
        self._folder, self._at, self._act, self._numbers = str(folder), at, act, exchanges
        self._count = 0
        self._exchanges = 0

    def audited(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Hear an audit event. A file that Python opens has a mode there; below it the system's call has none."""
        writes = event == "open" and arguments[1] is not None and arguments[2] & _WRITING
        if (writes or event in _CHANGES) and str(arguments[0]).startswith(self._folder):
            self._reached(f"{event} {Path(str(arguments[0])).name}")

    def called(self, frame: FrameType, event: str, _argument: object) -> None:
        """Hear a call."""
        code = frame.f_code
        if event == "call" and code.co_name == "exchange" and code.co_filename.endswith("/chip.py"):
            self._exchanges += 1
            if self._exchanges in self._numbers:
                self._reached(f"command {self._exchanges}")

    def _reached(self, name: str) -> None:
        self._count += 1
        if self._count == self._at:
            self._act(name)


def _run_all(job: Job) -> Iterator[dict[str, Any]]:
    """Once to the end, so that every module is there; then in children, until one of them comes to its end."""
    first = _prepared(job, "0")
    kept = [os.dup(number) for number in range(3)]
    _command(job, first)
    for number, descriptor in enumerate(kept):
        os.dup2(descriptor, number)
    for name in job.signals:
        for number in range(1, _MOST):
            ended = _run(job, name, number)
            yield ended
            if not ended["point"]:
                break


def _run(job: Job, name: str, at: int) -> dict[str, Any]:
    folder = _prepared(job, f"{name}-{at}")
    reading, writing = os.pipe()

    def act(point: str) -> None:
        os.write(writing, point.encode("utf-8"))
        os.kill(os.getpid(), signal.Signals[name])

    child = os.fork()
    if not child:
        _in_child(job, folder, _Points(folder, at, act, job.exchanges))
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        point = pipe.read().decode("utf-8")
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    said = _beside(folder, "said").read_text("utf-8")
    return {"signal": name, "point": point, "code": code, "said": said, "folder": str(folder)}


def _prepared(job: Job, name: str) -> Path:
    folder = Path(job.runs) / name
    shutil.copytree(job.before, folder)
    _beside(folder, "text").write_text(job.text, "utf-8")
    _beside(folder, "said").touch()
    return folder


def _beside(folder: Path, name: str) -> Path:
    return folder.with_name(f"{folder.name}.{name}")


def _in_child(job: Job, folder: Path, points: _Points) -> None:
    code = _CRASHED
    try:
        sys.addaudithook(points.audited)
        if job.exchanges:
            sys.setprofile(points.called)
        code = _command(job, folder)
        sys.setprofile(None)
    finally:
        os._exit(code)


def _command(job: Job, folder: Path) -> int:
    """Run the command in this process, whose standard streams become the run's. Return its exit code."""
    from cccd_reader.cli import main

    os.environ["XDG_DATA_HOME"] = str(folder)
    text, said = (_beside(folder, name) for name in ("text", "said"))
    for number, path in enumerate((text, Path(os.devnull), said)):
        os.dup2(os.open(path, os.O_RDWR), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 -- as long as the process
    code = 0
    try:
        main([each.replace("{folder}", str(folder)) for each in job.arguments])
    except SystemExit as error:
        code = int(error.code or 0)
    except BaseException:  # noqa: BLE001 -- also the interrupt, which is not to come here
        traceback.print_exc()
        code = _CRASHED
    sys.stdout.flush()
    sys.stderr.flush()
    return code


if __name__ == "__main__":
    print(json.dumps(list(_run_all(Job(**json.loads(sys.stdin.read()))))))
