# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Run commands in one process that talks as much as Python lets it, and keep every secret that they use on the way.

The process logs at DEBUG for every library, shows all warnings, and runs in Python's development mode. What it draws at
random, derives and reads is recorded where it comes about. It gets a list of `Run` on its standard input and answers
with what each said, and with the secrets.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import Event, Thread
from typing import IO, Any
from unittest import mock

from tests.support.command_line import environment
from tests.support.reference import REPOSITORY

CAN = "481927"
"""What opens the chips of these runs: that of the personas has too few different digits to be looked for."""
CONTROL = "a line of the log at level DEBUG"
_STARTS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "pty.spawn")


@dataclass(frozen=True)
class Run:
    """Arguments, standard input, and the function (module:name) that is to fail with every secret in its message."""

    arguments: list[str]
    text: str = CAN
    breaking: str = ""


@dataclass(frozen=True)
class Said:
    """What a run said: standard output, standard error with the log, exit code, and processes that it started."""

    run: Run
    out: str
    err: str
    code: int
    started: list[str]


@dataclass(frozen=True)
class Told:
    """What all runs said, and the secrets: octets in hexadecimal, and texts, by name."""

    said: list[Said]
    octets: dict[str, list[str]]
    texts: dict[str, list[str]]


def talk(runs: list[Run], folder: Path) -> Told:
    """Make the runs in a process of their own, whose user's data lies in `folder`."""
    talkative = {
        "PYTHONWARNINGS": "always",
        "PYTHONMALLOC": "pymalloc",
        "CCCD_DEBUG": "1",
        "XDG_DATA_HOME": str(folder),
    }
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-m", "tests.support.talkative"],
        input=json.dumps([asdict(run) for run in runs]),
        capture_output=True,
        text=True,
        env=environment(**talkative),
        cwd=REPOSITORY,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    said = [Said(**each | {"run": Run(**each["run"])}) for each in found["said"]]
    return Told(said, found["octets"], found["texts"])


class _Recorder:
    """Keeps secrets by name, each once."""

    def __init__(self) -> None:
        self.octets: dict[str, list[str]] = {}
        self.texts: dict[str, list[str]] = {}

    def add(self, name: str, secret: bytes | int | str) -> None:
        """Keep one."""
        if isinstance(secret, int):
            secret = secret.to_bytes((secret.bit_length() + 7) // 8, "big")
        kept, value = (self.texts, secret) if isinstance(secret, str) else (self.octets, secret.hex())
        if value not in kept.setdefault(name, []):
            kept[name].append(value)

    def message(self) -> str:
        """Everything, as a careless programmer would put it into an error."""
        return json.dumps([self.octets, self.texts]) + repr([bytes.fromhex(each[0]) for each in self.octets.values()])

    @contextmanager
    def listening(self) -> Any:
        """Record within the block: what is drawn, what is derived, and the chips that are powered up."""
        from cccd_reader.apdu.secure_messaging import SessionKeys
        from cccd_reader.crypto.entropy import SystemEntropy
        from cccd_reader.crypto.suites import Suite
        from cccd_simulators import by_name

        with ExitStack() as stack:
            for home, name in ((SystemEntropy, "octets"), (SystemEntropy, "scalar"), (Suite, "derive")):
                stack.enter_context(mock.patch.object(home, name, self._heard(home, name)))
            begin = SessionKeys.__init__

            def made(keys: SessionKeys, suite: Suite, ks_enc: bytes, ks_mac: bytes, ssc: bytes) -> None:
                self.add("KSenc", ks_enc)
                self.add("KSmac", ks_mac)
                begin(keys, suite, ks_enc, ks_mac, ssc)

            stack.enter_context(mock.patch.object(SessionKeys, "__init__", made))
            stack.enter_context(mock.patch.object(by_name, "persona_of", self._personas(by_name.persona_of)))
            yield

    def _heard(self, home: type, name: str) -> Callable[..., Any]:
        run = getattr(home, name)

        def heard(own: object, *arguments: Any) -> Any:
            result = run(own, *arguments)
            if name == "derive":
                self.add("a shared secret", arguments[0])
            self.add(f"{home.__name__}.{name}", result)
            return result

        return heard

    def _personas(self, build: Callable[..., Any]) -> Callable[..., Any]:
        from cccd_reader.access_keys import Can
        from cccd_reader.lds import files as ef

        def built(name: str, folder: Path | None = None) -> Any:
            persona = build(name, folder)
            for number in (1, 2, 3, 13, 15):
                file = persona.application_files.get(ef.data_group(number).file_id)
                if file is not None:
                    self.add(f"DG{number}", file.content)
            others = tuple(key for key in persona.keys if key.reference != Can.reference)
            for key in persona.keys:
                self.add("a password", key.password)
            return replace(persona, keys=(*others, Can(CAN)))

        return built


def _run(run: Run, recorder: _Recorder, started: list[str]) -> Said:
    from cccd_reader.cli import main

    started.clear()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, _given(run, out) as text:
        kept = [os.dup(number) for number in range(3)]
        for number, descriptor in enumerate((text, out.fileno(), err.fileno())):
            os.dup2(descriptor, number)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 -- the next run has its own
        logging.getLogger("talkative").debug(CONTROL)
        code = 0
        try:
            with ExitStack() as stack:
                if run.breaking:
                    stack.enter_context(mock.patch(run.breaking, side_effect=_failing(recorder)))
                main(run.arguments)
        except SystemExit as error:
            code = int(error.code or 0)
        except BaseException:  # noqa: BLE001 -- what nobody caught is shown by Python, with all that it says
            code = -1
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        for number, descriptor in enumerate(kept):
            os.dup2(descriptor, number)
            os.close(descriptor)
        return Said(run, _content(out), _content(err), code, list(started))


@contextmanager
def _given(run: Run, out: IO[bytes]) -> Iterator[int]:
    """The standard input of a run; that of a counter ends when the customer has been served."""
    reading, writing = os.pipe()
    os.write(writing, run.text.encode("utf-8"))
    served = Event()

    def close() -> None:
        while run.arguments[0] == "watch" and b'"verdict"' not in _octets(out) and not served.wait(0.05):
            continue
        os.close(writing)

    thread = Thread(target=close)
    thread.start()
    try:
        yield reading
    finally:
        served.set()
        thread.join()
        os.close(reading)


def _octets(file: IO[bytes]) -> bytes:
    return os.pread(file.fileno(), 1 << 24, 0)


def _content(file: IO[bytes]) -> str:
    return _octets(file).decode("utf-8", "backslashreplace")


def _failing(recorder: _Recorder) -> Callable[..., Any]:
    def fail(*arguments: Any, **named: Any) -> Any:
        raise RuntimeError(recorder.message(), arguments, named)

    return fail


def _main() -> None:
    runs = [Run(**each) for each in json.loads(sys.stdin.read())]
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr, force=True)
    logging.captureWarnings(True)
    recorder, started = _Recorder(), list[str]()
    sys.addaudithook(lambda event, arguments: started.append(repr(arguments)) if event in _STARTS else None)
    with recorder.listening():
        said = [_run(run, recorder, started) for run in runs]
    for name in logging.root.manager.loggerDict:
        assert logging.getLogger(name).isEnabledFor(logging.DEBUG) or logging.getLogger(name).level, name
    print(json.dumps(asdict(Told(said, recorder.octets, recorder.texts))))


if __name__ == "__main__":
    _main()
