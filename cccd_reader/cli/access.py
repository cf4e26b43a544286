# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""One way to say what opens the card: a file, the standard input, a variable, or a hidden prompt. Never an argument.

It is asked for once: after a refusal the command ends, so that no chip is tried again before somebody looked at the
card.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import BinaryIO, TypeVar

import click

from cccd_reader.cli.hidden import hidden_lines
from cccd_reader.cli.language import spoken
from cccd_reader.cli.talking import say
from cccd_reader.errors import MalformedData
from cccd_reader.render.citizen import repair_lines
from cccd_reader.scanners.access_text import MAX_BYTES, Access, parse_access
from cccd_reader.scanners.image import MAX_BYTES as IMAGE_BYTES
from cccd_reader.scanners.image import access_of_image, is_image

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
        "hidden prompt. Takes the 12 digits of the number, the 6 of a CAN, the card's QR line or its MRZ lines, "
        "or a picture of its QR code.",
    )(command)


def load_access(source: BinaryIO | None) -> Access:
    """Return what opens the card, and tell on stderr what was repaired in it.

    Text that is nothing of the kind is a usage error, which does not repeat it.
    """
    words = spoken()
    try:
        access = _parsed(source)
    except MalformedData as error:
        message, hint = words.error(error)
        raise click.UsageError(f"{message}. {hint}".strip()) from error
    for line in repair_lines(access.repairs, words):
        say(line)
    return access


def _parsed(source: BinaryIO | None) -> Access:
    given = _text(source)
    if source is None or isinstance(given, str) or not is_image(given):
        return parse_access(given)
    return access_of_image(given + source.read(IMAGE_BYTES))


def _text(source: BinaryIO | None) -> str | bytes:
    if source is not None:
        return source.read(MAX_BYTES + 1)
    if VARIABLE in os.environ:
        return os.fsencode(os.environ[VARIABLE])  # the bytes, should they be of another encoding
    if not sys.stdin.isatty():
        raise click.UsageError(spoken().text("prompt.nothing", variable=VARIABLE))
    words = spoken()
    with hidden_lines() as ask:
        lines = [ask(words.text("prompt.access"))]
        while len(lines) < _lines_of(lines[0]):
            lines.append(ask(words.text("prompt.mrz-line", number=len(lines) + 1)))
    return b"\n".join(lines)


def _lines_of(first: bytes) -> int:
    """Return how many lines there are to come where this is the first: those of a zone have one of three lengths."""
    return 1 if b"|" in first else _MRZ_LINES.get(len(first.strip()), 1)
