# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The command line as a user has it: a process of its own, from the checkout's `cli.py`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.reference import REPOSITORY

NUMBER = "001090000000"
_PATIENCE = 60.0


NOBODY = os.path.join(os.devnull, "nobody")
"""A folder that cannot be there: the user's own store and watch list decide nothing in a test."""


def environment(**extra: str) -> dict[str, str]:
    """Return the environment of a user without any setting of ours, English words, and these variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CCCD_")}
    path = f"{REPOSITORY}{os.pathsep}{REPOSITORY / 'simulators'}"
    ours = {"CCCD_LANG": "en", "CCCD_CONFIG": os.devnull, "CCCD_CACHE": "off", "XDG_DATA_HOME": NOBODY}
    return kept | ours | {"PYTHONPATH": path} | extra


def cccd(
    *arguments: str, text: str = "", folder: Path | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run `cccd` with these arguments and this standard input, in `folder`, and return what it said."""
    return subprocess.run(
        [sys.executable, str(REPOSITORY / "cli.py"), *arguments],
        input=text,
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        env=environment(**variables),
        cwd=folder,
        check=False,
    )


def piped(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of the documents, `echo TEXT | cccd ...` or `cccd ... | cccd ...`, in a folder."""
    source, command = line.split(" | cccd ")
    words = source.split()
    text = f"{words[1]}\n" if words[0] == "echo" else cccd(*words[1:], folder=folder).stdout
    return cccd(*command.split(), text=text, folder=folder)


@contextmanager
def serving(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run `cccd simulate serve` with these arguments until the end of the block; the chip lies in the reader."""
    process = subprocess.Popen(
        [sys.executable, "-u", str(REPOSITORY / "cli.py"), "simulate", "serve", *arguments],
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    assert process.stderr is not None
    try:
        line = process.stderr.readline()
        assert "lies in the virtual reader" in line, line + process.stderr.read()
        yield process
    finally:
        process.terminate()
        process.wait(_PATIENCE)
        process.stderr.close()
