# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`make audit` says what was asked and what was not: a version that nobody asked about is not clean."""

from __future__ import annotations

import runpy
from typing import Any

import pytest

from tests.support.reference import REPOSITORY

AUDIT = runpy.run_path(str(REPOSITORY / "scripts" / "audit"))
CLEAN = {"name": "one", "version": "1", "vulns": []}
NAMED = {"name": "two", "version": "2", "vulns": [{"id": "CVE-2000-0001"}]}
SKIPPED = {"name": "three", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("dependencies", "passes", "said"),
    [
        ([CLEAN], True, "1 packages asked about, 0 named"),
        ([CLEAN, NAMED], False, "two 2: CVE-2000-0001"),
        ([CLEAN, SKIPPED], False, "not asked about: three"),
        ([SKIPPED], True, "NOT DONE"),
    ],
)
def test_what_is_asked_and_what_is_not(
    dependencies: list[dict[str, Any]], passes: bool, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert AUDIT["judged"]({"dependencies": dependencies}) is passes
    assert said in capsys.readouterr().out
