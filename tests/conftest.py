# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What every test sees: the reference data, and the rule that CI skips nothing.

A test that needs the reference data is marked `reference_data` and takes the fixture of that name. It is skipped where
the folder is missing. With CI=true or CCCD_NO_SKIP=1 a skipped test makes the whole run fail: on a machine that has
everything, a skip is a hole in the proof.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.command_line import NOBODY
from tests.support.reference import reference_folder

# Lean by default: what a parser survives is the work of `make fuzz` and of the slow tests.
settings.register_profile("lean", max_examples=25)
settings.register_profile("thorough", max_examples=250)
settings.load_profile(os.environ.get("CCCD_HYPOTHESIS", "lean"))

_OF_THE_SERVICE = (Path(__file__).parent / "pcsc", Path(__file__).parent / "soak")
_NO_DATA = "no reference data: neither ../shared/data nor CCCD_REFERENCE_DATA is a folder"


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands speak English, read no settings of the developer's, and remember nothing; tests of those ask."""
    monkeypatch.setenv("CCCD_LANG", "en")
    monkeypatch.setenv("CCCD_CONFIG", os.devnull)
    monkeypatch.setenv("CCCD_CACHE", "off")
    monkeypatch.setenv("XDG_DATA_HOME", NOBODY)


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The folder of the reference data; skips the test where there is none."""
    folder = reference_folder()
    if folder is None:
        pytest.skip(_NO_DATA)
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests marked `reference_data` where the folder is missing; refuse those of the service elsewhere."""
    strays = [
        item.nodeid for item in items if item.get_closest_marker("pcsc") and item.path.parent not in _OF_THE_SERVICE
    ]
    if strays:
        raise pytest.UsageError(f"scripts/run_tests looks for tests of the PC/SC service elsewhere: {strays[0]}")
    if reference_folder() is None:
        for item in items:
            if item.get_closest_marker("reference_data"):
                item.add_marker(pytest.mark.skip(reason=_NO_DATA))


class SkipGuard:
    """Plugin that fails the run when a test or a whole module was skipped, and names each with its reason."""

    def __init__(self) -> None:
        self.skipped: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a skipped test; an expected failure is reported as skipped too, and is none."""
        if report.skipped and not hasattr(report, "wasxfail"):
            self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a module that skipped itself while it was collected."""
        if report.skipped:
            self._note(report)

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        self.skipped.append(f"{report.nodeid}: {reason}")

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Turn a clean exit status into 1; a worse one stays."""
        if self.skipped and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """List what was skipped, above pytest's own closing line."""
        if self.skipped:
            terminalreporter.section("skipped, which is a failure here (CI or CCCD_NO_SKIP)", red=True)
            for line in self.skipped:
                terminalreporter.line(line)


def pytest_configure(config: pytest.Config) -> None:
    """Set the guard where skips are forbidden."""
    if os.environ.get("CI", "").lower() in {"true", "1"} or os.environ.get("CCCD_NO_SKIP") == "1":
        config.pluginmanager.register(SkipGuard(), "cccd-skip-guard")
