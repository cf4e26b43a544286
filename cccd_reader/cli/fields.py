# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What of a report a command shows: `--fields`, the personal data, and `--checks`, the list of checks.

A field's name that is none is a usage error, which lists the names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import click

from cccd_reader.cli.language import spoken
from cccd_reader.errors import MalformedData

if TYPE_CHECKING:
    from cccd_reader.render.fields import Fields

JSON = "json"
ALL_CHECKS = "all"
_Command = TypeVar("_Command", bound=Callable[..., object])


@dataclass(frozen=True)
class View:
    """How a report is shown: `output` is text or json; `fields` the personal data; `checks` those that text lists."""

    output: str
    fields: Fields
    checks: str


def fields_option(command: _Command) -> _Command:
    """Add `--fields` to a command, which gets a frozenset of field names: by default what a counter needs."""
    return _option("counter, which is name,number,birth,sex,expiry,photo", _chosen_or_counter)(command)


def fields_option_or(otherwise: str) -> Callable[[_Command], _Command]:
    """Return the decorator that adds `--fields` where another default holds, `otherwise` in words.

    The command gets a frozenset of field names, None where neither an option nor a setting chose any.
    """
    return _option(otherwise, _chosen)


def checks_option(command: _Command) -> _Command:
    """Add `--checks` to a command; its values are those of `render.report.Shown`."""
    return click.option(
        "--checks",
        type=click.Choice([ALL_CHECKS, "not-passed"]),
        default=ALL_CHECKS,
        show_default=True,
        help="Checks to list in the text; those that decide stand at its top in any case.",
    )(command)


def _option(default: str, callback: Callable[..., Fields | None]) -> Callable[[_Command], _Command]:
    words = "Personal data to give, by names with commas between them, such as name,number,residence; or all, or none."
    return click.option("--fields", metavar="NAMES", callback=callback, help=f"{words} Default: {default}.")


def _chosen(_ctx: click.Context, _option: click.Parameter, value: str | None) -> Fields | None:
    if value is None:
        return None
    from cccd_reader.render.fields import chosen  # noqa: PLC0415 -- only where it is asked for

    try:
        return chosen(name.strip() for name in value.split(","))
    except MalformedData as error:
        message, hint = spoken().error(error)
        raise click.UsageError(f"{message}. {hint}") from error


def _chosen_or_counter(ctx: click.Context, option: click.Parameter, value: str | None) -> Fields:
    from cccd_reader.render.fields import COUNTER  # noqa: PLC0415 -- not for --help

    found = _chosen(ctx, option, value)
    return COUNTER if found is None else found
