# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd simulate scanner`: a scanner on a pseudo-terminal that sends the text of a file when Enter is pressed."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from cccd_reader.cli.language import language_option, spoken
from cccd_reader.errors import Unsupported

if TYPE_CHECKING:
    from cccd_simulators.scanner import SimulatedScanner

_ENDS = {"crlf": b"\r\n", "cr": b"\r", "lf": b"\n", "none": b""}
_ENCODINGS = ("utf-8", "utf-8-twice", "cp1258", "code-points", "question-marks")
_MAX_BYTES = 1 << 16


@click.command("scanner")
@click.argument("file", type=click.File("rb"))
@click.option("--encoding", type=click.Choice(_ENCODINGS), default="utf-8", show_default=True, help="Of its letters.")
@click.option("--end", type=click.Choice(list(_ENDS)), default="crlf", show_default=True, help="What ends a scan.")
@click.option("--rate", type=click.IntRange(300), default=9600, show_default=True, help="Its speed, in bauds.")
@click.option("--link", type=click.Path(path_type=Path), help="Name of the port; default: in a new folder.")
@language_option
def run_scanner(file: BinaryIO, encoding: str, end: str, rate: int, link: Path | None) -> None:
    """Be a scanner: print the name of the port, and send the text of FILE each time that Enter is pressed.

    `unplug` and `plug` on a line of their own pull its cable and put it back; the end of the input ends it.
    `cccd simulate text PERSONA --form qr` prints a text to send.
    """
    from cccd_simulators.scanner import Encoding, ScannerSettings, SimulatedScanner  # noqa: PLC0415 -- only here

    if os.name == "nt":
        raise Unsupported("pseudo-terminals on this system", "")
    text = file.read(_MAX_BYTES).decode("utf-8", errors="replace")
    settings = ScannerSettings(Encoding(encoding), _ENDS[end], _ENDS[end] or b"\r", rate=rate)
    with ExitStack() as stack:
        port = link or Path(stack.enter_context(tempfile.TemporaryDirectory()), "scanner")
        scanner = stack.enter_context(SimulatedScanner(port, settings))
        click.echo(str(scanner.link))
        click.echo(spoken().text("scan.simulated", port=f"serial:{scanner.link}"), err=True)
        _obey(scanner, text)


def _obey(scanner: SimulatedScanner, text: str) -> None:
    try:
        for line in sys.stdin:
            match line.strip():
                case "unplug":
                    scanner.unplug()
                case "plug":
                    scanner.plug()
                case _:
                    scanner.scan(text)
    except KeyboardInterrupt:
        click.echo("", err=True)
