# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Lines that are typed, scanned or pasted without being shown: several of them under one hidden prompt.

A scanner that types, and a paste, send all lines of a zone at once. Between two prompts of their own the terminal would
show the next line, and drop it: here it stays hidden and is kept until the last line is in.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

import click

Ask = Callable[[str], bytes]
"""Shows the words and returns the next line that is not empty, without its end. Raises `click.Abort` at the end."""


@contextmanager
def hidden_lines() -> Iterator[Ask]:
    """Give the way to ask for lines that nobody sees, until the end of the block."""
    if os.name == "nt":
        yield _ask_on_windows
        return
    with _terminal() as terminal, _without_echo(terminal.fileno()):
        yield lambda words: _ask(terminal, words)


def _ask_on_windows(words: str) -> bytes:
    """Windows shows nothing between two prompts, and keeps what was typed."""
    answer: str = click.prompt(words, hide_input=True, err=True)
    return answer.encode("utf-8", "surrogatepass")


@contextmanager
def _terminal() -> Iterator[BinaryIO]:
    """Open the terminal of the process, by its own name, so that redirected output does not hide the question."""
    try:
        number = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    except OSError:
        yield sys.stdin.buffer  # a terminal without a process that it controls
        return
    with open(number, "r+b", buffering=0) as terminal:
        yield terminal


@contextmanager
def _without_echo(number: int) -> Iterator[None]:
    import termios  # noqa: PLC0415 -- not on Windows

    before = termios.tcgetattr(number)
    silent = [*before]
    silent[3] &= ~termios.ECHO
    try:
        termios.tcsetattr(number, termios.TCSAFLUSH, silent)
        yield
    finally:
        termios.tcsetattr(number, termios.TCSAFLUSH, before)  # what is too much is not left to the shell


def _ask(terminal: BinaryIO, words: str) -> bytes:
    line = b""
    while not line.strip():
        _show(terminal, f"{words}: ")
        line = _line(terminal)
        _show(terminal, "\n")
    return line


def _line(terminal: BinaryIO) -> bytes:
    try:
        line = terminal.readline()
    except OSError as error:  # the terminal has gone
        raise click.Abort from error
    except KeyboardInterrupt:
        _show(terminal, "\n")
        raise
    if not line:
        _show(terminal, "\n")
        raise click.Abort
    return line.removesuffix(b"\n")


def _show(terminal: BinaryIO, words: str) -> None:
    os.write(terminal.fileno(), words.encode("utf-8"))
