# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd verify`: is this chip genuine, unaltered, not a copy, valid? One answer with every reason."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from cccd_reader.cli.access import access_option, load_access
from cccd_reader.cli.cards import Source, card_options, memory, opened
from cccd_reader.cli.check import trust_of
from cccd_reader.cli.failures import Exit, want_json
from cccd_reader.cli.fields import JSON, View, checks_option, fields_option
from cccd_reader.cli.language import language_option, spoken
from cccd_reader.cli.paths import TARGET
from cccd_reader.cli.photos import Photos, photo_cache_option
from cccd_reader.cli.streams import tell
from cccd_reader.cli.talk import Talk
from cccd_reader.cli.talking import Level, level, say_settings, talking_options
from cccd_reader.cli.times import moment
from cccd_reader.cli.watched import Watched, watch_list_options
from cccd_reader.errors import CccdError
from cccd_reader.inspection.policy import BUILT_IN, Policy, VerdictKind

if TYPE_CHECKING:
    from cccd_reader.apdu.trace import Exchange
    from cccd_reader.inspection.known_files import KnownFiles
    from cccd_reader.inspection.reading import Reading
    from cccd_reader.inspection.report import Report
    from cccd_reader.messages.words import Words
    from cccd_reader.render.fields import Fields
    from cccd_reader.scanners.access_text import Access

_TRACE = "trace"
_PATH = click.Path(exists=True, path_type=Path)
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
    cache: str
    photo_cache: int
    trust: tuple[Path, ...]
    policy: str
    at: str | None
    save: Path | None
    report: Path | None
    fields: Fields
    checks: str
    output: str
    trace: str
    watchlist: str
    watchlist_key: Path | None


@click.command()
@access_option
@card_options
@click.option("--trust", type=_PATH, multiple=True, help="Store, folder, certificate or master list to trust.")
@click.option("--policy", default="default", show_default=True, help="default, strict, files-only, or a TOML file.")
@click.option("--at", help="Time to judge at, such as 2026-05-28; default: now.")
@click.option("--save", type=TARGET, help="New file for the evidence, which verifies again with: cccd check FILE.")
@click.option("--report", type=TARGET, help="New file for the report as a page (HTML), with photo.")
@fields_option
@checks_option
@watch_list_options
@photo_cache_option
@click.option("--json", "output", flag_value=JSON, default="text", help="Print one JSON object.")
@click.option("--trace", flag_value=_TRACE, default="", help="Show every command on stderr, without its content.")
@talking_options
@language_option
@click.pass_context
def verify(ctx: click.Context, /, **options: Any) -> None:  # noqa: ANN401 -- click's own values, typed by Request
    """Open a chip and answer: is it genuine, unaltered, not a copy, valid?

    What opens it is compared with what the chip says: a number, a QR line, MRZ lines. Without --trust, the store that
    `cccd trust` keeps is used. Exit codes: 0 accepted, 1 rejected, 2 usage,
    3 undetermined, 4 no card or aborted, 5 access denied.
    """
    from cccd_reader.inspection.verify import verify as judge  # noqa: PLC0415 -- not for a usage error

    request = Request(**options)
    if request.output == JSON:
        want_json(ctx)
    say_settings(ctx)
    policy, at, trust = policy_of(request.policy), moment(request.at), trust_of(request.trust)
    exchanges: list[Exchange] = []
    access = load_access(request.access)
    photos = Photos(request.photo_cache)
    known = photos.known(trust, lambda: at)
    reading = _read(request, access, exchanges, known)
    watched = Watched(request.watchlist, request.watchlist_key)
    report = watched.asked(judge(reading, trust, policy, at, access.given))
    if request.save is not None:
        from cccd_reader.inspection.saved import save  # noqa: PLC0415 -- only where it is asked for

        save(reading, request.save)
    if request.report is not None:
        write_page(report, request.report, exchanges, request.fields, spoken())
    print_report(report, View(request.output, request.fields, request.checks))
    photos.keep(report)
    if photos.problem is not None:
        tell(f"cccd: {spoken().error(photos.problem).message}")
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


def print_report(report: Report, view: View) -> None:
    """Print a report to stdout: JSON, or text that has colour on a terminal."""
    from cccd_reader.render import report as render  # noqa: PLC0415 -- not for a usage error
    from cccd_reader.render.plain import json_text  # noqa: PLC0415 -- as above

    if view.output == JSON:
        click.echo(json_text(render.as_json(report, view.fields)))
        return
    from rich.console import Console  # noqa: PLC0415 -- slow to import, and not for JSON

    text = render.as_text(report, spoken(), view.fields, render.Shown(view.checks))
    Console(highlight=False, soft_wrap=True).print(text)


def write_page(report: Report, path: Path, exchanges: list[Exchange], fields: Fields, words: Words) -> None:
    """Write the report as a page to a new file, for its owner alone, whole or not at all: it shows photo and data."""
    from cccd_reader.render.page import page_of  # noqa: PLC0415 -- only where a page is asked for
    from cccd_reader.storage.files import create_new  # noqa: PLC0415 -- as above

    if not path.parent.is_dir():
        raise CccdError("the report cannot be written: there is no such folder", "Check the path.")
    if not create_new(path, page_of(report, exchanges, words, fields).encode("utf-8")):
        raise CccdError("the report's file exists already", "Name a new file: nothing is overwritten.")


def _read(request: Request, access: Access, exchanges: list[Exchange], known: KnownFiles | None) -> Reading:
    from cccd_reader.inspection.read import Patience, ReadOptions, read  # noqa: PLC0415 -- not for a usage error

    talk = Talk(spoken())

    def observe(exchange: Exchange) -> None:
        exchanges.append(exchange)
        if request.trace or level() is Level.VERBOSE:
            talk.on_exchange(exchange)

    source = Source(request.reader, request.wait, request.simulate, request.files)
    try:
        with opened(source, talk) as card:
            options = ReadOptions(
                patience=Patience(request.wait),
                capabilities=memory(request.cache),
                known_files=known,
                on_event=talk.on_event,
                observer=observe,
            )
            return read(card, access.keys, options)
    finally:
        talk.close()
