# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd check`: a folder of raw files or a reading that was kept, off line, with the reason for every outcome."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

import click

from cccd_reader.cli.failures import Exit, want_json
from cccd_reader.cli.fields import ALL_CHECKS, JSON, View, checks_option, fields_option_or
from cccd_reader.cli.language import language_option, spoken
from cccd_reader.cli.talking import say_settings, talking_options
from cccd_reader.cli.times import moment
from cccd_reader.cli.watched import Watched, watch_list_options
from cccd_reader.inspection.absences import expected_absences
from cccd_reader.inspection.folder import evidence_of_folder
from cccd_reader.inspection.passive import conclusion, passive_authentication
from cccd_reader.inspection.results import Check, Outcome
from cccd_reader.pki.store_folder import StoreFolder, default_folder
from cccd_reader.pki.trust_store import TrustStore
from cccd_reader.render import checks as render
from cccd_reader.render.fields import COUNTER, NONE
from cccd_reader.render.holder_text import blocks_of, lines_of
from cccd_reader.render.plain import json_text

if TYPE_CHECKING:
    from cccd_reader.inspection.reading import Evidence
    from cccd_reader.render.fields import Fields
    from cccd_reader.vietnam.crosscheck import Given

SCHEMA = "cccd-check/1"
_PATH = click.Path(exists=True, path_type=Path)
_QUIET = (Outcome.PASSED, Outcome.UNSUPPORTED)
_EXITS = {Outcome.PASSED: Exit.DONE, Outcome.FAILED: Exit.REJECTED, Outcome.UNDETERMINED: Exit.UNDETERMINED}


@dataclass(frozen=True)
class Request:
    """The options of one call, as click hands them over."""

    path: Path
    paths: tuple[Path, ...]
    policy: str
    at: str | None
    source: BinaryIO | None
    fields: Fields | None
    checks: str
    watchlist: str
    watchlist_key: Path | None
    output: str


@click.command()
@click.argument("path", type=_PATH)
@click.option("--trust", "paths", type=_PATH, multiple=True, help="Store, folder, certificate or master list to trust.")
@click.option(
    "--policy",
    default="default",
    show_default=True,
    help="For a kept reading: default, strict, files-only, or a TOML file.",
)
@click.option("--at", help="Time of the check, such as 2026-05-28; default: now.")
@click.option(
    "--given",
    "source",
    type=click.File("rb"),
    metavar="FILE",
    help="File with what the card shows (- is the standard input): its 12 digits, QR line or MRZ lines, to be compared "
    "with the evidence. It is not kept with a reading.",
)
@fields_option_or("counter for a kept reading, none for a folder")
@checks_option
@watch_list_options
@click.option("--json", "output", flag_value=JSON, default="text", help="Print one JSON object.")
@talking_options
@language_option
@click.pass_context
def check(ctx: click.Context, /, **options: Any) -> None:  # noqa: ANN401 -- click's own values, typed by Request
    """Check evidence off line: a folder of raw files, or a reading that `cccd verify --save` has kept.

    In a folder, files such as EF_SOD.bin, Datagroup1.bin, 011D or ef0101.bin are recognised by name, others by their
    outer tag: are they what an authority signed? A kept reading is judged like the chip itself, with its proofs.
    Without --trust, the store that `cccd trust` keeps is used. Exit codes: 0 genuine, 1 not what was signed or what
    was given, 2 usage, 3 not established, 4 could not be done.
    """
    request = Request(**options)
    if request.output == JSON:
        want_json(ctx)
    say_settings(ctx)
    time, trust, given = moment(request.at), trust_of(request.paths), _given(request.source)
    if request.path.is_file():
        _check_saved(ctx, request, trust, time, given)
    if ctx.get_parameter_source("policy") is click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError(spoken().text("prompt.policy-for-files"))
    evidence = evidence_of_folder(request.path)
    checks = passive_authentication(evidence, trust, time)
    compared = _compared(evidence, given)
    _print(evidence, checks, compared, time, View(request.output, request.fields or NONE, request.checks))
    ctx.exit(int(_EXITS[_worst(conclusion(checks), *(check.outcome for check in compared))]))


def _given(source: BinaryIO | None) -> Given | None:
    if source is None:
        return None
    from cccd_reader.cli.access import load_access  # noqa: PLC0415 -- only where it is asked for

    given = load_access(source).given
    if given is None:
        raise click.UsageError(spoken().text("prompt.given-can"))
    return given


def _compared(evidence: Evidence, given: Given | None) -> tuple[Check, ...]:
    """The check of what was given, none where nothing was."""
    if given is None:
        return ()
    from cccd_reader.inspection import citizen, citizen_given, signature  # noqa: PLC0415 -- as above

    return (citizen_given.check(citizen.citizen_of(evidence, signature.judge(evidence)), given),)


def _worst(*outcomes: Outcome) -> Outcome:
    """The gravest of what was found; what could not be compared at all leaves it open."""
    if Outcome.FAILED in outcomes:
        return Outcome.FAILED
    return Outcome.PASSED if set(outcomes) == {Outcome.PASSED} else Outcome.UNDETERMINED


def _check_saved(
    ctx: click.Context, request: Request, trust: TrustStore, at: datetime, given: Given | None
) -> NoReturn:
    from cccd_reader.cli.verify import EXITS, policy_of, print_report  # noqa: PLC0415 -- it takes its time from this module
    from cccd_reader.inspection.saved import load  # noqa: PLC0415 -- not for a folder
    from cccd_reader.inspection.verify import verify  # noqa: PLC0415 -- as above

    policy = policy_of(request.policy)
    watched = Watched(request.watchlist, request.watchlist_key)
    report = watched.asked(verify(load(request.path), trust, policy, at, given))
    fields = COUNTER if request.fields is None else request.fields
    print_report(report, View(request.output, fields, request.checks))
    ctx.exit(int(EXITS[report.verdict]))


def trust_of(paths: tuple[Path, ...]) -> TrustStore:
    """Return the trust that a command was given; without any, the store of the user, empty where there is none."""
    if paths:
        return TrustStore.load(*paths)
    return StoreFolder.default().load() if StoreFolder.is_at(default_folder()) else TrustStore()


def _print(
    evidence: Evidence, checks: tuple[Check, ...], compared: tuple[Check, ...], at: datetime, view: View
) -> None:
    from cccd_reader.render.holder import holder_of  # noqa: PLC0415 -- not for a usage error

    normal, outcome, every = expected_absences(checks, evidence.mrz), conclusion(checks), (*checks, *compared)
    holder = holder_of(evidence, view.fields, checks) if view.fields else None
    if view.output == JSON:
        rows = [render.as_json(each, normal) for each in every]
        result = {"schema": SCHEMA, "passive_authentication": outcome.value, "at": at.isoformat(), "checks": rows}
        click.echo(json_text(result | (holder.as_json() if holder else {})))
        return
    words = spoken()
    if holder:
        click.echo("\n".join(line for _, line in lines_of(blocks_of(holder, words))))
    open_ones = (each for each in every if each.outcome not in _QUIET and each.id not in normal)
    listed = every if view.checks == ALL_CHECKS else tuple(open_ones)
    for line in render.as_lines(listed, words, normal):
        click.echo(line)
    click.echo(f"{render.SYMBOLS[outcome]} {words.text(f'files.{outcome.value}')}")
    for each in compared:
        click.echo(f"{render.SYMBOLS[each.outcome]} {words.reason(each.reason)}")
    for todo in words.todos((*(each for each in checks if each.outcome is outcome), *compared)):
        click.echo(f"  → {todo}")
