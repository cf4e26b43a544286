# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd verify`: is this chip genuine, unaltered, not a copy, valid? One answer with every reason."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from cccd_reader.cli.access import access_option, load_access
from cccd_reader.cli.cards import Source, card_options, opened
from cccd_reader.cli.check import trust_of
from cccd_reader.cli.failures import Exit, want_json
from cccd_reader.cli.language import language_option, spoken
from cccd_reader.cli.talk import Talk
from cccd_reader.cli.times import moment
from cccd_reader.errors import CccdError
from cccd_reader.inspection.policy import BUILT_IN, Policy, VerdictKind

if TYPE_CHECKING:
    from cccd_reader.apdu.trace import Exchange
    from cccd_reader.inspection.reading import Reading
    from cccd_reader.inspection.report import Report

_JSON, _TRACE = "json", "trace"
_PATH = click.Path(exists=True, path_type=Path)
_NEW = click.Path(path_type=Path)
EXITS = {
    VerdictKind.ACCEPTED: Exit.DONE,
    VerdictKind.REJECTED: Exit.REJECTED,
    VerdictKind.UNDETERMINED: Exit.UNDETERMINED,
}


@dataclass(frozen=True)
class Request:
    """The options of one call, as click hands them over."""

    access: BinaryIO | None
    reader: str | None
    wait: float
    simulate: str | None
    files: Path | None
    trust: tuple[Path, ...]
    policy: str
    at: str | None
    save: Path | None
    report: Path | None
    output: str
    trace: str


@click.command()
@access_option
@card_options
@click.option("--trust", type=_PATH, multiple=True, help="Store, folder, certificate or master list to trust.")
@click.option("--policy", default="default", show_default=True, help="default, strict, files-only, or a TOML file.")
@click.option("--at", help="Time to judge at, such as 2026-05-28; default: now.")
@click.option("--save", type=_NEW, help="New file for the evidence, which verifies again with: cccd check FILE.")
@click.option("--report", type=_NEW, help="New file for the report as a page (HTML), with photo.")
@click.option("--json", "output", flag_value=_JSON, default="text", help="Print one JSON object.")
@click.option("--trace", flag_value=_TRACE, default="", help="Show every command on stderr, without its content.")
@language_option
@click.pass_context
def verify(ctx: click.Context, /, **options: Any) -> None:  # noqa: ANN401 -- click's own values, typed by Request
    """Open a chip and answer: is it genuine, unaltered, not a copy, valid?

    Without --trust, the store that `cccd trust` keeps is used. Exit codes: 0 accepted, 1 rejected, 2 usage,
    3 undetermined, 4 no card or aborted, 5 access denied.
    """
    from cccd_reader.inspection.verify import verify as judge  # noqa: PLC0415 -- not for a usage error

    request = Request(**options)
    if request.output == _JSON:
        want_json(ctx)
    policy, at, trust = policy_of(request.policy), moment(request.at), trust_of(request.trust)
    exchanges: list[Exchange] = []
    reading = _read(request, exchanges)
    report = judge(reading, trust, policy, at)
    if request.save is not None:
        from cccd_reader.inspection.saved import save  # noqa: PLC0415 -- only where it is asked for

        save(reading, request.save)
    if request.report is not None:
        write_page(report, request.report, exchanges)
    print_report(report, request.output)
    ctx.exit(int(EXITS[report.verdict]))


def policy_of(name: str) -> Policy:
    """Return a policy by its name, else from a TOML file. Anything else is a usage error."""
    if name in BUILT_IN:
        return BUILT_IN[name]
    if not Path(name).is_file():
        raise click.UsageError(f"No policy {name!r}: give {', '.join(BUILT_IN)} or a TOML file.")
    try:
        return Policy.load(Path(name))
    except CccdError as error:
        raise click.UsageError(str(error)) from error


def print_report(report: Report, output: str) -> None:
    """Print a report to stdout: JSON, or text that has colour on a terminal."""
    from cccd_reader.render import report as render  # noqa: PLC0415 -- not for a usage error

    if output == _JSON:
        click.echo(json.dumps(render.as_json(report), ensure_ascii=False, indent=2))
        return
    from rich.console import Console  # noqa: PLC0415 -- slow to import, and not for JSON

    Console(highlight=False, soft_wrap=True).print(render.as_text(report, spoken()))


def write_page(report: Report, path: Path, exchanges: list[Exchange]) -> None:
    """Write the report as a page to a new file, for its owner alone: it shows photo and data."""
    import os  # noqa: PLC0415 -- only where a page is asked for

    from cccd_reader.render.page import page_of  # noqa: PLC0415 -- as above

    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as target:
            target.write(page_of(report, exchanges, spoken()))
    except FileExistsError as error:
        raise CccdError("the report's file exists already", "Name a new file: nothing is overwritten.") from error
    except OSError as error:
        raise CccdError(f"the report cannot be written: {error.strerror}", "Check the path.") from error


def _read(request: Request, exchanges: list[Exchange]) -> Reading:
    from cccd_reader.inspection.read import ReadOptions, read  # noqa: PLC0415 -- not for a usage error

    access = load_access(request.access)
    talk = Talk(spoken())

    def observe(exchange: Exchange) -> None:
        exchanges.append(exchange)
        if request.trace:
            talk.on_exchange(exchange)

    source = Source(request.reader, request.wait, request.simulate, request.files)
    try:
        with opened(source, talk) as card:
            return read(card, access.keys, ReadOptions(on_event=talk.on_event, observer=observe))
    finally:
        talk.close()
