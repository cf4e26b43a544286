# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd show`: one elementary file from a disk, parsed. Its content is what was asked for, so it is printed in full."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, BinaryIO

import click

from cccd_reader.errors import CccdError, MalformedData

if TYPE_CHECKING:
    from cccd_reader.render.plain import Value

MAX_BYTES = 1 << 20
_TEXT, _JSON = "text", "json"


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--json", "output", flag_value=_JSON, default=_TEXT, help="Print one JSON object.")
def show(file: BinaryIO, output: str) -> None:
    """Show what an elementary file holds.

    FILE is a raw file of a chip (- is standard input), recognised by its name (DG1.bin, EF_SOD.bin, 0101) or by its
    outer tag. A file of no known kind is shown as a tree of its data objects. Nothing is verified.
    """
    from cccd_reader.render.plain import lines  # noqa: PLC0415 -- keeps the other commands quick to start

    result = _described(str(getattr(file, "name", "")), _content(file))
    if output == _JSON:
        click.echo(json.dumps(result, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(lines(result)))


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


def _described(name: str, content: bytes) -> dict[str, Value]:
    from cccd_reader.lds import files  # noqa: PLC0415 -- as above
    from cccd_reader.render.elementary_file import content_of  # noqa: PLC0415 -- as above

    raw = files.without_padding(content)
    known = files.recognise(name, raw)
    return {
        "file": known.short if known else None,
        "size": len(raw),
        "padding": len(content) - len(raw),
        "sha256": hashlib.sha256(raw).hexdigest(),
        "content": content_of(known, raw),
    }
