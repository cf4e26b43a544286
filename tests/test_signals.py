# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Interrupted (SIGINT) or killed (SIGKILL) at every point: no half file, words in place of tracebacks, and it goes on.

The points of `tests/support/interrupted.py` are met one by one; the slow tests add moments that nobody chose.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from cccd_reader.cli import main
from cccd_reader.inspection.folder import evidence_of_folder
from cccd_reader.inspection.saved import load
from cccd_reader.lds import files as ef
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.store_folder import StoreFolder
from cccd_reader.watchlist.store import WatchListFile
from cccd_simulators.issuer import Country, write_trust
from tests.support.command_line import NUMBER, cccd, environment
from tests.support.interrupted import Ended, Job, heeding, interrupted
from tests.support.reference import REPOSITORY

UNDETERMINED, ABORTED = 3, 4
STOPPED = (0, ABORTED)
"""How a program ends that goes on until it is interrupted: with words of its own, or aborted where it had not begun."""
COUNTRY = Country.demonstration()
CONFIRMED = ("--fingerprint", Certificate.parse(COUNTRY.csca_certificate).fingerprint.hex())
TABLE = "kind,value,reason,source,expires\nnumber,001090000000,ask,station,\nnumber,001090000001,ask,station,\n"


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """A folder with the simulated country's certificate, as it is before a command."""
    folder = tmp_path / "before"
    write_trust(folder / "csca")
    (folder / "table.csv").write_text(TABLE, "utf-8")
    return folder


def _each(before: Path, *arguments: str, text: str = "", exchanges: tuple[int, ...] = ()) -> list[Ended]:
    """Interrupt a command at each point; check what holds for all of them, and return how they ended."""
    runs = before.with_name(f"{before.name}-runs")
    signals = ["SIGINT"] if exchanges else ["SIGINT", "SIGKILL"]
    ended = interrupted(Job(list(arguments), text, str(before), str(runs), signals, list(exchanges)))
    for each in ended:
        assert "Traceback" not in each.said
        if not each.point:
            assert each.code in (0, UNDETERMINED), each
        elif each.signal == "SIGINT":
            assert each.code == ABORTED, each
            assert each.said.endswith("cccd: aborted\n"), each
        else:
            assert each.code == -signal.SIGKILL, each
        assert each.leavings == [] or each.signal == "SIGKILL", each
    assert [each.point for each in ended].count("") == len(signals)
    assert len(ended) > 3
    return ended


def _whole_page(path: Path) -> bool:
    return path.read_text("utf-8").rstrip().endswith("</html>")


@pytest.mark.slow
def test_kept_evidence_and_pages_are_whole_or_not_there(before: Path) -> None:
    names = ("--save", "{folder}/evidence.cccd", "--report", "{folder}/page.html")
    command = ("verify", "--simulate", "cccd", "--access", "-", "--trust", "{folder}/csca", *names)
    found = set()
    for each in _each(before, *command, text=NUMBER):
        evidence, page = each.folder / "evidence.cccd", each.folder / "page.html"
        found.add((evidence.exists(), page.exists()))
        assert not evidence.exists() or load(evidence).content(ef.SOD)
        assert not page.exists() or _whole_page(page)
    assert found == {(False, False), (True, False), (True, True)}


@pytest.mark.slow
def test_an_interrupt_while_a_chip_is_read(before: Path) -> None:
    """Before access, in the middle of it, under secure messaging."""
    exchanges = (1, 4, 12)
    ended = _each(before, "verify", "--simulate", "cccd", "--access", "-", text=NUMBER, exchanges=exchanges)
    assert [each.point for each in ended] == ["command 1", "command 4", "command 12", ""]


def test_a_folder_of_raw_files_appears_at_once(before: Path) -> None:
    command = ("read", "--simulate", "cccd", "--access", "-", "--save", "{folder}/new/card")
    counts = set()
    for each in _each(before, *command, text=NUMBER):
        folder = each.folder / "new" / "card"
        counts.add(len(evidence_of_folder(folder).files) if folder.exists() else 0)
    assert counts == {0, 8}


@pytest.mark.slow
def test_of_an_interrupted_reading_nothing_stays_in_a_folder_that_was_there(before: Path) -> None:
    kept = sorted(path.name for path in before.iterdir())
    command = ("read", "--simulate", "cccd", "--access", "-", "--group", "1", "--save", "{folder}")
    for each in _each(before, *command, text=NUMBER):
        found = sorted(path.name for path in each.folder.iterdir() if path.name not in kept)
        if each.signal == "SIGINT":
            assert len(found) == (0 if each.point else 4)
        else:  # some of the files perhaps, each of them whole
            assert all((each.folder / name).stat().st_size for name in found if not name.startswith(".new-"))


@pytest.mark.slow
def test_a_trust_store_always_loads(before: Path) -> None:
    def anchors(each: Ended) -> int:
        return len(StoreFolder(each.folder / "store").load().anchors)

    store = ("--store", "{folder}/store")
    ended = _each(before, "trust", "add", "{folder}/csca", *CONFIRMED, *store)
    assert {anchors(each) for each in ended} == {0, 1}
    _goes_on(ended, "trust", "add", "{folder}/csca", *CONFIRMED, *store)
    assert {anchors(each) for each in ended} == {1}

    removed = _each(ended[-1].folder, "trust", "remove", CONFIRMED[1], *store)
    assert {anchors(each) for each in removed} == {0, 1}


def test_a_watch_list_always_loads(before: Path) -> None:
    def entries(each: Ended) -> int:
        folder = each.folder / "cccd-reader"
        file = WatchListFile(folder / "watchlist.sealed", folder / "watchlist.key")
        return len(file.load().entries) if file.exists else 0

    words = ("--reason", "ask", "--source", "station")
    ended = _each(before, "watchlist", "add", "-", *words, text="001090000002")
    assert {entries(each) for each in ended} == {0, 1}
    imported = _each(ended[-1].folder, "watchlist", "import", "{folder}/table.csv")
    assert {entries(each) for each in imported} == {1, 3}
    _goes_on(imported, "watchlist", "import", "{folder}/table.csv")
    assert {entries(each) for each in imported} == {3}


def _goes_on(ended: list[Ended], *arguments: str) -> None:
    """The same command again, where the last one was interrupted."""
    for each in ended:
        parts = [part.replace("{folder}", str(each.folder)) for part in arguments]
        done = CliRunner(env={"XDG_DATA_HOME": str(each.folder)}).invoke(main, parts)
        assert done.exit_code == 0, (each.point, done.output)


# --- programs that go on until they are stopped -----------------------------------------------------------------------


@contextmanager
def _running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run `cccd` with pipes for all that it says and hears."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-u", str(REPOSITORY / "cli.py"), *arguments],
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        text=True,
        env=environment(),
        preexec_fn=heeding,  # noqa: PLW1509 -- it calls nothing that another thread could hold
    ) as process:
        yield process
        process.kill()


def _ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Wait for the end, with the standard input open still; return the exit code and what was said on stderr."""
    code = process.wait(60)
    assert process.stderr
    return code, process.stderr.read()


START = json.dumps({"command": "start", "access": NUMBER}) + "\n"


def _until(process: subprocess.Popen[str], event: str) -> None:
    assert process.stdout
    while json.loads(process.stdout.readline())["event"] != event:
        pass


def test_a_counter_is_interrupted_while_it_reads() -> None:
    with _running("watch", "--json", "--simulate", "cccd:slow") as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(START)
        process.stdin.flush()
        _until(process, "progress")
        process.send_signal(signal.SIGINT)
        code, said = _ended(process)
        assert (code in STOPPED, said) in ((True, "cccd: aborted\n"), (True, "")), (code, said)
        assert all(json.loads(line) for line in process.stdout)


def test_a_counter_quits_though_its_standard_input_stays_open() -> None:
    """A thread waits there for the next command: Python would abort for the sake of the lock on the input's buffer."""
    with _running("watch", "--json", "--simulate", "cccd") as process:
        assert process.stdin
        _until(process, "ready")
        process.stdin.write('{"command": "quit"}\n')
        process.stdin.flush()
        assert _ended(process) == (0, "")


def test_a_simulated_reader_is_interrupted() -> None:
    with _running("simulate", "serve", "cccd", "--on", "pn532") as process:
        assert process.stdout
        assert process.stdout.readline().startswith("/dev/")
        process.send_signal(signal.SIGINT)
        code, said = _ended(process)
        assert code in STOPPED
        assert "Traceback" not in said


# --- moments that nobody chose ----------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("number", range(60))
def test_any_moment(before: Path, number: int) -> None:
    """After some line of the trace, and a while that is never the same."""
    random = Random(number)
    name = random.choice((signal.SIGINT, signal.SIGKILL))
    evidence, page = before / "evidence.cccd", before / "page.html"
    names = ("--trust", str(before / "csca"), "--save", str(evidence), "--report", str(page))
    with _running("verify", "--simulate", "cccd", "--access", "-", "--trace", *names) as process:
        assert process.stdin
        assert process.stderr
        process.stdin.write(NUMBER)
        process.stdin.close()
        for _ in range(random.randrange(1, 30)):
            process.stderr.readline()
        time.sleep(random.choice((0, 0.01, 0.1, 0.3)) * random.random())
        process.send_signal(name)
        code, said = _ended(process)
    # -SIGINT: in the last moments of Python itself, when all is done
    assert code in ((0, ABORTED, -signal.SIGINT) if name == signal.SIGINT else (0, -signal.SIGKILL))
    assert "Traceback" not in said
    assert not evidence.exists() or load(evidence).content(ef.SOD)
    assert not page.exists() or _whole_page(page)
    assert name == signal.SIGKILL or not list(before.glob(".new-*"))
    evidence.unlink(missing_ok=True)
    page.unlink(missing_ok=True)
    assert cccd("verify", "--simulate", "cccd", "--access", "-", *names, text=NUMBER).returncode == 0
