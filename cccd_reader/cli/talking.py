# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""How much a command says on stderr: `--quiet`, `--verbose`, or neither. Never data, in none of them.

Quiet leaves errors and the request to lay the card down. Verbose adds the settings in force, the reader, and each
command to the chip by header, sizes and status word, as `--trace` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

import click

from cccd_reader.cli.language import spoken
from cccd_reader.cli.streams import tell

if TYPE_CHECKING:
    from cccd_reader.cli.settings import Chosen

_CHOSEN = "cccd_reader.talking"
_Command = TypeVar("_Command", bound=Callable[..., object])


class Level(StrEnum):
    """How much is said."""

    QUIET = "quiet"
    NORMAL = "normal"
    VERBOSE = "verbose"


def talking_options(command: _Command) -> _Command:
    """Add `--quiet` and `--verbose` to a command. The choice is kept for the whole call: see `level`."""
    command = _option("-v", Level.VERBOSE, "Also show settings, reader and every command on stderr, without content.")(
        command
    )
    return _option("-q", Level.QUIET, "Show only errors on stderr, and when to lay the card down.")(command)


def level() -> Level:
    """Return how much the running command says."""
    ctx = click.get_current_context(silent=True)
    return Level(ctx.meta.get(_CHOSEN, Level.NORMAL)) if ctx else Level.NORMAL


def say(line: str) -> None:
    """Say a line on stderr, unless the command is quiet. What may be personal in it is masked."""
    from cccd_reader.render.redaction import redacted  # noqa: PLC0415 -- not for --help

    if level() is not Level.QUIET:
        tell(redacted(line))


def say_settings(ctx: click.Context) -> None:
    """Say which settings are in force, and where each comes from, where the command is verbose."""
    if level() is Level.VERBOSE:
        for line in _settings(ctx):
            say(line)


def _settings(ctx: click.Context) -> Iterator[str]:
    from cccd_reader.cli.config import text_of  # noqa: PLC0415 -- only where it is asked for
    from cccd_reader.cli.settings import Places, resolve  # noqa: PLC0415 -- as above

    words = spoken()
    known = {parameter.name for parameter in ctx.command.params}
    for each in resolve(Places.here()):
        name = each.setting.name
        if ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            yield words.text("talk.setting", name=name, value=_given(ctx, name), source=words.text("talk.option"))
        elif each.value is not None and name in known:
            yield words.text("talk.setting", name=name, value=text_of(each.value), source=_source(each))


def _given(ctx: click.Context, name: str) -> str:
    value = ctx.params.get(name)
    return ", ".join(sorted(map(str, value))) if isinstance(value, tuple | frozenset) else str(value)


def _source(chosen: Chosen) -> str:
    return spoken().text(f"config.origin.{chosen.origin.value}", place=chosen.place)


def _option(short: str, chosen: Level, words: str) -> Callable[[_Command], _Command]:
    def choose(ctx: click.Context, _option: click.Parameter, value: object) -> None:
        if not value:
            return
        if ctx.meta.setdefault(_CHOSEN, chosen) is not chosen:
            raise click.UsageError(spoken().text("talk.either"))

    return click.option(
        short, f"--{chosen.value}", is_flag=True, expose_value=False, is_eager=True, callback=choose, help=words
    )
