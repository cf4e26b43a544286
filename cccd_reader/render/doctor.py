# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What the doctor found, as JSON values (schema cccd-doctor/1) and as lines for a person."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cccd_reader.doctor.diagnose import CHECKS, worst
from cccd_reader.doctor.findings import Diagnosis, Finding, State
from cccd_reader.doctor.surroundings import Machine
from cccd_reader.messages.words import Words
from cccd_reader.render.plain import visible

SCHEMA = "cccd-doctor/1"
SYMBOLS = {State.GOOD: "✔", State.WARNING: "!", State.BROKEN: "✘", State.UNKNOWN: "?"}

_ID_WIDTH = max(map(len, CHECKS))
_INDENT = " " * (_ID_WIDTH + 3)


def schema() -> dict[str, Any]:
    """Return the JSON schema of what `as_json` gives."""
    text = (Path(__file__).parent / "schemas" / "cccd-doctor-1.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def as_json(findings: Sequence[Finding], machine: Machine) -> dict[str, Any]:
    """Return the findings as JSON has them, the same in every language."""
    system = {"platform": machine.platform.value, "session": machine.session.value}
    return {
        "schema": SCHEMA,
        "state": worst(findings).value,
        "system": system,
        "findings": [_row(each) for each in findings],
    }


def as_lines(findings: Sequence[Finding], words: Words) -> list[str]:
    """Return one line a check, below each fault what it is about, what to do and the line to type; then the sum."""
    lines = [line for each in findings for line in _lines(each, words)]
    counts = {state.value: sum(each.state is state for each in findings) for state in State}
    lines += ["", words.text("doctor.count", **counts)]
    first = next((each for each in findings if each.state is State.BROKEN), None)
    if first is not None and first.cure is not None:
        lines.append(words.text("doctor.first", id=first.id, cure=words.text(f"cure.{first.cure.code}")))
    return lines


def _row(finding: Finding) -> dict[str, Any]:
    cure = finding.cure
    return {
        "id": finding.id,
        "state": finding.state.value,
        "reason": finding.diagnosis.code,
        "detail": finding.detail,
        "cure": None if cure is None else {"code": cure.code, "line": cure.line},
    }


def _lines(finding: Finding, words: Words) -> list[str]:
    meaning = words.text(f"diagnosis.{finding.diagnosis.code}")
    head = f"{SYMBOLS[finding.state]} {finding.id:{_ID_WIDTH}} {meaning}"
    detail = _detail(finding, words)
    if finding.cure is None:
        return [f"{head} {detail}".rstrip()]
    lines = [head, *([f"{_INDENT}{detail}"] if detail else [])]
    lines.append(f"{_INDENT}→ {words.text(f'cure.{finding.cure.code}')}")
    return [*lines, f"{_INDENT}  $ {visible(finding.cure.line)}"] if finding.cure.line else lines


def _detail(finding: Finding, words: Words) -> str:
    if finding.diagnosis is Diagnosis.USER_REFUSED:
        return words.text(f"session.{finding.detail}")
    said = words.said(finding.detail)
    if said == finding.detail:  # perhaps a name, and after it what the library says about it
        subject, colon, rest = finding.detail.partition(": ")
        said = f"{subject}{colon}{words.said(rest)}" if colon else said
    if finding.cure is None and finding.detail:
        said = f"({said})"
    return visible(said)
