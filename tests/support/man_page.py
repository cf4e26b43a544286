# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The manual page, made from the commands' own help so that it cannot lag behind (man(7), groff_man(7))."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click

from cccd_reader import __version__
from cccd_reader.cli import main
from cccd_reader.cli.failures import Exit
from cccd_reader.cli.settings import FILE_VARIABLE, FOLDER_FILE, SETTINGS, USER_FILE
from tests.support.reference import REPOSITORY

PAGE = REPOSITORY / "docs" / "man" / "cccd.1"

_EXITS = {
    Exit.DONE: "done, or accepted",
    Exit.REJECTED: "rejected; of cccd doctor: something is broken",
    Exit.USAGE: "the command was not understood, or the text opens no card",
    Exit.UNDETERMINED: "undetermined: something is missing that the verdict needs",
    Exit.ABORTED: "no card, no reader, no service, or the work was cut short",
    Exit.ACCESS_DENIED: "access denied: the number or the MRZ is not this chip's",
}


def man_page() -> str:
    """Return the whole page."""
    lines = [f'.TH CCCD 1 "" "cccd-reader {__version__}" "User Commands"']
    lines += [
        ".SH NAME",
        "cccd \\- read and verify chip ID cards",
        ".SH SYNOPSIS",
        ".B cccd",
        "\\fICOMMAND\\fR [\\fIOPTIONS\\fR]",
    ]
    lines += [".SH DESCRIPTION", *_paragraphs(inspect.getdoc(main.callback) or ""), ".SH COMMANDS"]
    with click.Context(main, info_name="cccd") as ctx:
        for name in main.list_commands(ctx):
            lines += _command(f"cccd {name}", _loaded(ctx, name))
    lines += [".SH EXIT STATUS", *_table((str(int(code)), words) for code, words in _EXITS.items())]
    lines += [".SH ENVIRONMENT", *_table(_variables()), ".SH FILES", *_table(_files())]
    return "\n".join(lines) + "\n"


def _loaded(ctx: click.Context, name: str) -> click.Command:
    command = main.get_command(ctx, name)
    assert command is not None
    return command


def _command(title: str, command: click.Command) -> Iterator[str]:
    if isinstance(command, click.Group):
        with click.Context(command, info_name=title) as ctx:
            for name in command.list_commands(ctx):
                inner = command.get_command(ctx, name)
                assert inner is not None
                yield from _command(f"{title} {name}", inner)
        return
    with click.Context(command, info_name=title) as ctx:
        usage = " ".join(piece for piece in command.collect_usage_pieces(ctx))
        yield f".SS {_escaped(f'{title} {usage}'.strip())}"
        yield from _paragraphs(command.help or "")
        records = (
            parameter.get_help_record(ctx) for parameter in command.params if isinstance(parameter, click.Option)
        )
        yield from _table(record for record in records if record is not None)


def _variables() -> Iterator[tuple[str, str]]:
    yield "CCCD_ACCESS", "what opens the card, where no file is given"
    yield FILE_VARIABLE, "file of the user's settings, instead of the usual one"
    for setting in SETTINGS:
        yield setting.variable, f"{setting.help}; stands for the option"


def _files() -> Iterator[tuple[str, str]]:
    yield f"~/.config/cccd-reader/{USER_FILE}", "settings of the user (APPDATA on Windows)"
    yield FOLDER_FILE, "settings of the current folder; it may not set trust or policy"
    yield "~/.local/share/cccd-reader/trust", "the trust store of the user (LOCALAPPDATA on Windows)"


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*\n", text.replace("\b", "").strip()):
        yield ".PP"
        yield _escaped(" ".join(paragraph.split()))


def _table(rows: Iterator[tuple[str, str]]) -> Iterator[str]:
    for left, right in rows:
        yield ".TP"
        yield f".B {_escaped(left)}"
        yield _escaped(" ".join(right.split()))


def _escaped(text: str) -> str:
    """Dashes that can be copied, no line that begins with a control character."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped[:1] in (".", "'") else escaped
