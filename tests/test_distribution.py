# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What an installation holds: the two packages, their types and data, and no name that others might own."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.reference import REPOSITORY


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Build the wheel, without a network, and return the names of the files in it."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return archive.namelist()


def test_the_wheel_owns_two_packages_and_nothing_else(wheel: list[str]) -> None:
    tops = {name.split("/")[0] for name in wheel}
    assert {top for top in tops if not top.endswith((".dist-info", ".data"))} == {"cccd_reader", "cccd_simulators"}


def test_the_wheel_holds_every_file_of_the_packages(wheel: list[str]) -> None:
    packages = {"cccd_reader": REPOSITORY, "cccd_simulators": REPOSITORY / "simulators"}
    kept = {
        path.relative_to(root).as_posix()
        for name, root in packages.items()
        for path in (root / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert kept == {name for name in wheel if ".dist-info/" not in name and ".data/" not in name}
    assert {"cccd_reader/py.typed", "cccd_simulators/py.typed"} <= kept


def test_the_wheel_brings_the_manual_page(wheel: list[str]) -> None:
    assert [name.split(".data/")[1] for name in wheel if ".data/" in name] == ["data/share/man/man1/cccd.1"]


def test_the_wheel_holds_the_licence_and_the_command(wheel: list[str]) -> None:
    inside = {Path(name).name for name in wheel if ".dist-info/" in name}
    assert {"LICENSE", "entry_points.txt", "METADATA"} <= inside
