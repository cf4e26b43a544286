# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd check`: passive authentication of a folder of raw files, off line, with the reason for every outcome."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import click

from cccd_reader.cli.failures import Exit, want_json
from cccd_reader.cli.language import language_option, spoken
from cccd_reader.cli.times import moment
from cccd_reader.inspection.folder import evidence_of_folder
from cccd_reader.inspection.passive import conclusion, passive_authentication
from cccd_reader.inspection.results import Check, Outcome
from cccd_reader.pki.store_folder import StoreFolder, default_folder
from cccd_reader.pki.trust_store import TrustStore
from cccd_reader.render import checks as render

SCHEMA = "cccd-check/1"
_JSON = "json"
_PATH = click.Path(exists=True, path_type=Path)
_EXITS = {Outcome.PASSED: Exit.DONE, Outcome.FAILED: Exit.REJECTED, Outcome.UNDETERMINED: Exit.UNDETERMINED}


@click.command()
@click.argument("path", type=_PATH)
@click.option("--trust", "paths", type=_PATH, multiple=True, help="Store, folder, certificate or master list to trust.")
@click.option("--at", help="Time of the check, such as 2026-05-28; default: now.")
@click.option("--json", "output", flag_value=_JSON, default="text", help="Print one JSON object.")
@language_option
@click.pass_context
def check(ctx: click.Context, /, path: Path, paths: tuple[Path, ...], at: str | None, output: str) -> None:
    """Check evidence off line: a folder of raw files, or a reading that `cccd verify --save` has kept.

    In a folder, files such as EF_SOD.bin, Datagroup1.bin, 011D or ef0101.bin are recognised by name, others by their
    outer tag: are they what an authority signed? A kept reading is judged like the chip itself, with its proofs.
    Without --trust, the store that `cccd trust` keeps is used. Exit codes: 0 genuine, 1 not what was signed, 2 usage,
    3 not established, 4 could not be done.
    """
    if output == _JSON:
        want_json(ctx)
    time = moment(at)
    if path.is_file():
        _check_saved(ctx, path, trust_of(paths), time, output)
    checks = passive_authentication(evidence_of_folder(path), trust_of(paths), time)
    outcome = conclusion(checks)
    _print(checks, outcome, time, output)
    ctx.exit(int(_EXITS[outcome]))


def _check_saved(ctx: click.Context, path: Path, trust: TrustStore, at: datetime, output: str) -> NoReturn:
    from cccd_reader.cli.verify import EXITS, print_report  # noqa: PLC0415 -- it takes its time from this module
    from cccd_reader.inspection.saved import load  # noqa: PLC0415 -- not for a folder
    from cccd_reader.inspection.verify import verify  # noqa: PLC0415 -- as above

    report = verify(load(path), trust, at=at)
    print_report(report, output)
    ctx.exit(int(EXITS[report.verdict]))


def trust_of(paths: tuple[Path, ...]) -> TrustStore:
    """Return the trust that a command was given; without any, the store of the user, empty where there is none."""
    if paths:
        return TrustStore.load(*paths)
    return StoreFolder.default().load() if StoreFolder.is_at(default_folder()) else TrustStore()


def _print(checks: tuple[Check, ...], outcome: Outcome, at: datetime, output: str) -> None:
    if output == _JSON:
        rows = [render.as_json(each) for each in checks]
        result = {"schema": SCHEMA, "passive_authentication": outcome.value, "at": at.isoformat(), "checks": rows}
        click.echo(json.dumps(result, ensure_ascii=False, indent=2))
        return
    words = spoken()
    click.echo("\n".join(render.as_lines(checks, words)))
    click.echo(f"{render.SYMBOLS[outcome]} {words.text(f'files.{outcome.value}')}")
    for todo in words.todos(tuple(each for each in checks if each.outcome is outcome)):
        click.echo(f"  → {todo}")
