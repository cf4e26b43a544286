# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""One way to say what opens the card: a file, the standard input, a variable, or a hidden prompt. Never an argument."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import BinaryIO, TypeVar

import click

from cccd_reader.cli.language import spoken
from cccd_reader.errors import MalformedData
from cccd_reader.scanners.access_text import MAX_CHARACTERS, Access, parse_access

VARIABLE = "CCCD_ACCESS"
_MRZ_LINES = {30: 3, 36: 2, 44: 2}
_Command = TypeVar("_Command", bound=Callable[..., object])


def access_option(command: _Command) -> _Command:
    """Add `--access FILE` to a command."""
    return click.option(
        "--access",
        type=click.File("rb"),
        metavar="FILE",
        help=f"File with what opens the card (- is the standard input); without it the variable {VARIABLE}, else a "
        "hidden prompt. Takes the 12 digits of the number, the 6 of a CAN, the card's QR line or its MRZ lines.",
    )(command)


def load_access(source: BinaryIO | None) -> Access:
    """Return what opens the card. Text that is nothing of the kind is a usage error, which does not repeat it."""
    try:
        return parse_access(_text(source))
    except MalformedData as error:
        message, hint = spoken().error(error)
        raise click.UsageError(f"{message}. {hint}".strip()) from error


def _text(source: BinaryIO | None) -> str:
    if source is not None:
        # A scanner's wrong encoding spoils names only; the digits that open the card are ASCII.
        return source.read(4 * MAX_CHARACTERS).decode("utf-8", errors="replace")
    if VARIABLE in os.environ:
        return os.environ[VARIABLE]
    if not sys.stdin.isatty():
        raise click.UsageError(spoken().text("prompt.nothing", variable=VARIABLE))
    words = spoken()
    first = _ask(words.text("prompt.access"))
    more = _MRZ_LINES.get(len(first.strip()), 1) - 1
    return "\n".join([first, *(_ask(words.text("prompt.mrz-line", number=number + 2)) for number in range(more))])


def _ask(words: str) -> str:
    answer: str = click.prompt(words, hide_input=True, err=True)
    return answer
