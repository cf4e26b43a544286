# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd show`: a file of a chip, or what a counter types or scans, explained. Content is what was asked for."""

from __future__ import annotations

from typing import BinaryIO

import click

from cccd_reader.cli.failures import want_json
from cccd_reader.cli.language import language_option, spoken
from cccd_reader.errors import CccdError, MalformedData

MAX_BYTES = 1 << 20
_BROKEN = "Read the card again and keep the whole file; or it is another file than its name says."
_TEXT, _JSON = "text", "json"


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--json", "output", flag_value=_JSON, default=_TEXT, help="Print one JSON object.")
@language_option
@click.pass_context
def show(ctx: click.Context, file: BinaryIO, output: str) -> None:
    """Show what a file of a chip holds, or what a number, a QR line or MRZ lines say.

    FILE (- is standard input) is a raw file of a chip, recognised by its name (DG1.bin, EF_SOD.bin, 0101) or by its
    outer tag, or text: the 12 digits of a number, the line of a QR code, the lines of an MRZ. A file of no known kind
    is shown as a tree of its data objects. Nothing is verified.
    """
    from cccd_reader.render.plain import json_text  # noqa: PLC0415 -- keeps the other commands quick to start
    from cccd_reader.render.shown import shown  # noqa: PLC0415 -- as above

    if output == _JSON:
        want_json(ctx)
    content = _content(file)
    try:
        found = shown(str(getattr(file, "name", "")), content, spoken())
    except MalformedData as error:
        if error.hint:
            raise
        raise MalformedData(str(error).removeprefix(f"{error.where}: "), error.where, _BROKEN) from error
    click.echo(json_text(found.node) if output == _JSON else "\n".join(found.lines))


def _content(file: BinaryIO) -> bytes:
    try:
        content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CccdError(f"the file cannot be read: {error.strerror}", "Check the file and its rights.") from error
    if len(content) > MAX_BYTES:
        raise MalformedData(f"larger than {MAX_BYTES} bytes", "file", "No elementary file of a chip is that large.")
    if not content:
        raise MalformedData("it is empty", "file", "Read the card again: the file was not saved.")
    return content
