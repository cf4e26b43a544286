# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd check`: passive authentication of a folder of raw files, off line, with the reason for every outcome."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from cccd_reader.cli.failures import Exit, want_json
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
_WORDS = {
    Outcome.PASSED: "The files are what an authority of the trust store had signed. Whether the chip is a copy, files "
    "cannot tell.",
    Outcome.FAILED: "The files are NOT what was signed, or who signed them was not entitled to.",
    Outcome.UNDETERMINED: "It is NOT established whether the files are genuine: something is missing.",
}


def moment(value: str | None) -> datetime:
    """Parse a time as people write it, ISO 8601, UTC where no zone is given; None is now."""
    if value is None:
        return datetime.now(UTC)
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter("a time such as 2026-05-28 or 2026-05-28T08:00:00+07:00 is expected") from error
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--trust", "paths", type=_PATH, multiple=True, help="Store, folder, certificate or master list to trust.")
@click.option("--at", help="Time of the check, such as 2026-05-28; default: now.")
@click.option("--json", "output", flag_value=_JSON, default="text", help="Print one JSON object.")
@click.pass_context
def check(ctx: click.Context, folder: Path, paths: tuple[Path, ...], at: str | None, output: str) -> None:
    """Check the raw files in FOLDER: are they what an authority signed?

    Files such as EF_SOD.bin, Datagroup1.bin, 011D or ef0101.bin are recognised by name, others by their outer tag.
    Without --trust, the store that `cccd trust` keeps is used. Exit codes: 0 genuine files, 1 not what was signed,
    2 usage, 3 not established, 4 could not be done.
    """
    if output == _JSON:
        want_json(ctx)
    time = moment(at)
    checks = passive_authentication(evidence_of_folder(folder), trust_of(paths), time)
    outcome = conclusion(checks)
    _print(checks, outcome, time, output)
    ctx.exit(int(_EXITS[outcome]))


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
    click.echo("\n".join(render.as_lines(checks)))
    click.echo(f"{render.SYMBOLS[outcome]} {_WORDS[outcome]}")
