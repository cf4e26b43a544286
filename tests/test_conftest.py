# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The rule that CI skips nothing, and the marker `reference_data`, each tried on a run of pytest of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.reference import REPOSITORY, reference_files, reference_folder

SKIPPED = """
import pytest

def test_runs():
    assert True

@pytest.mark.skip(reason="no reader here")
def test_skipped():
    assert True
"""
SKIPPED_MODULE = 'import pytest\npytest.skip("no such module", allow_module_level=True)\n'
EXPECTED_FAILURE = "import pytest\n\n@pytest.mark.xfail\ndef test_known():\n    assert False\n"
NEEDS_DATA = "import pytest\n\n@pytest.mark.reference_data\ndef test_data():\n    assert True\n"
TAKES_DATA = "def test_file(reference_data):\n    assert (reference_data / 'README').exists()\n"
BOTH = NEEDS_DATA + TAKES_DATA


def run(folder: Path, source: str, **environment: str) -> tuple[int, str]:
    """Run pytest on one file with our conftest as a plugin; return its exit status and what it printed."""
    (folder / "test_one.py").write_text(source, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CI", "CCCD_", "PYTEST_"))}
    settings = kept | {"PYTHONPATH": str(REPOSITORY), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"} | environment
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "test_one.py"]
    done = subprocess.run(command, cwd=folder, env=settings, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("variable", [{"CI": "true"}, {"CCCD_NO_SKIP": "1"}], ids=["ci", "no-skip"])
def test_a_skipped_test_fails_the_run_where_skips_are_forbidden(tmp_path: Path, variable: dict[str, str]) -> None:
    status, output = run(tmp_path, SKIPPED, **variable)
    assert status == 1
    assert "test_one.py::test_skipped: Skipped: no reader here" in output
    assert "1 passed, 1 skipped" in output.splitlines()[-1]


def test_a_skipped_test_is_fine_elsewhere(tmp_path: Path) -> None:
    status, output = run(tmp_path, SKIPPED)
    assert status == 0
    assert "a failure here" not in output


def test_a_skipped_module_fails_the_run(tmp_path: Path) -> None:
    status, output = run(tmp_path, SKIPPED_MODULE, CI="true")
    assert status == 1
    assert "no such module" in output


def test_an_expected_failure_is_no_skip(tmp_path: Path) -> None:
    status, _output = run(tmp_path, EXPECTED_FAILURE, CI="true")
    assert status == 0


def test_missing_reference_data_skips_with_a_reason(tmp_path: Path) -> None:
    status, output = run(tmp_path, BOTH, CCCD_REFERENCE_DATA=str(tmp_path / "none"))
    assert (status, "2 skipped" in output) == (0, True)
    status, output = run(tmp_path, BOTH, CCCD_REFERENCE_DATA=str(tmp_path / "none"), CI="true")
    assert status == 1
    for name in ("test_data", "test_file"):
        assert f"::{name}: Skipped: no reference data" in output


def test_reference_data_is_found_where_the_variable_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "README").touch()
    status, output = run(tmp_path, BOTH, CCCD_REFERENCE_DATA=str(tmp_path))
    assert status == 0, output
    monkeypatch.setenv("CCCD_REFERENCE_DATA", str(tmp_path))
    assert reference_folder() == tmp_path.resolve()
    assert [path.name for path in reference_files("R*")] == ["README"]
    monkeypatch.setenv("CCCD_REFERENCE_DATA", str(tmp_path / "none"))
    assert reference_files("*") == []
