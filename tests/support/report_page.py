# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The page of the documentation about reports: every check and every reason that there is, in the library's words."""

from __future__ import annotations

from cccd_reader.inspection.catalogue import CATALOGUE
from cccd_reader.inspection.results import Outcome, Reason
from cccd_reader.messages.words import Words

_INTRODUCTION = """\
# A report, for programs

`cccd verify --json` and `cccd check FILE --json` print one object of the schema `cccd-report/1`. The JSON Schema
(draft 2020-12) is a file of the package, `cccd_reader/render/schemas/cccd-report-1.json`. To get it:

    python -c "import json; from cccd_reader.render.report import json_schema; print(json.dumps(json_schema()))"

From Python, `cccd_reader.render.report.as_json(report)` gives the same object. Where a command ends without a report,
the object is of the schema `cccd-error/1`: `error` with `kind`, `message`, `hint` and `exit_code`.

| key | holds |
|---|---|
| `verdict` | `accepted`, `rejected` or `undetermined`; the exit code is 0, 1 or 3 |
| `policy`, `at` | the policy's name, and the time that was judged at |
| `decisive` | the ids of the checks that keep the document from being accepted, failures first |
| `checks` | every check of the table below once, in its order: `id`, `outcome`, `reason`, `detail`, `clause` |
| `fields`, `document`, `citizen`, `photo` | the personal data that was asked for |
| `verified` | whether `document`, `citizen` and `photo` are what an authority of the trust store signed |
| `session` | how the chip was opened and what that cost; null for evidence that no chip gave |
| `files` | each file that was asked for: its size, or why it is not there |

Ids, outcomes and reasons are stable: a program may build on them. Later versions may add checks and reasons, so judge a
reason that you do not know by its outcome. `detail` is for people, in English, and may change.

A check is `passed`, `failed`, `undetermined` (we lack something), `unsupported` (the document lacks it),
`not-performed` (it was left out, by the caller or by the chip's refusal) or `aborted` (it was begun and broke).
The outcome follows from the reason.
"""


def document() -> str:
    """Return the page. `make pages` writes it."""
    words = Words.of("en")
    parts = [_INTRODUCTION, "\n## Checks\n\n| id | about |\n|---|---|\n"]
    parts += [f"| `{name}` | {words.check(name)} |\n" for name in CATALOGUE]
    parts.append("\n## Reasons\n\n| reason | outcome | means |\n|---|---|---|\n")
    parts += [
        f"| `{reason.code}` | {outcome} | {words.reason(reason)} |\n"
        for outcome in Outcome
        for reason in Reason
        if reason.outcome is outcome
    ]
    return "".join(parts)
