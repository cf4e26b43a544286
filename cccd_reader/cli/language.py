# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The language that a command speaks to a person: --lang, else the variable CCCD_LANG, else the system's locale."""

from __future__ import annotations

import locale
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

import click

from cccd_reader.messages.catalogue import LANGUAGES

if TYPE_CHECKING:
    from cccd_reader.messages.words import Words

VARIABLE = "CCCD_LANG"
_CHOSEN = "cccd_reader.language"
_VARIABLES = (VARIABLE, "LC_ALL", "LC_MESSAGES", "LANG")
_Command = TypeVar("_Command", bound=Callable[..., object])


def language_option(command: _Command) -> _Command:
    """Add `--lang` to a command. The choice is kept for the whole call: errors speak the language too."""
    return click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        is_eager=True,
        expose_value=False,
        callback=_choose,
        help=f"Language of what is said; default: {VARIABLE}, else the system's. JSON is the same in all.",
    )(command)


def _choose(ctx: click.Context, _option: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.meta[_CHOSEN] = value


def prefer(ctx: click.Context, language: str) -> None:
    """Speak the language that a file of settings asks for, unless the environment or an option says another."""
    if not os.environ.get(VARIABLE):
        ctx.meta[_CHOSEN] = language


def spoken() -> Words:
    """Return the words of the language of the running command."""
    from cccd_reader.messages.words import Words  # noqa: PLC0415 -- not for --help

    ctx = click.get_current_context(silent=True)
    chosen = ctx.meta.get(_CHOSEN) if ctx else None
    return Words.of(chosen or language_of(os.environ))


def language_of(environment: Mapping[str, str]) -> str:
    """Return the language of an environment: Vietnamese where the first variable that is set says so, else English.

    Where none is set, as on Windows, the system's locale decides.
    """
    given = next((environment[name] for name in _VARIABLES if environment.get(name)), None)
    if given is None:
        given = locale.getlocale()[0] or ""
    return "vi" if given.lower().startswith("vi") else "en"
