# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Lines that are typed, scanned or pasted without being shown: several of them under one hidden prompt.

A scanner that types, and a paste, send all lines of a zone at once. Between two prompts of their own the terminal would
show the next line, and drop it: here it stays hidden and is kept until the last line is in.
"""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import FileIO
from types import FrameType

import click

_TICK = 0.25  # seconds
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
def _terminal() -> Iterator[FileIO]:
    """Open the terminal of the process, by its own name, so that redirected output does not hide the question."""
    try:
        number = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    except OSError:
        number = os.dup(sys.stdin.fileno())  # a terminal without a process that it controls
    with FileIO(number) as terminal:
        yield terminal


@contextmanager
def _without_echo(number: int) -> Iterator[None]:
    import termios  # noqa: PLC0415 -- not on Windows

    before = termios.tcgetattr(number)
    silent = [*before]
    silent[3] &= ~termios.ECHO

    def show() -> None:
        try:
            termios.tcsetattr(number, termios.TCSAFLUSH, before)  # what is too much is not left to the shell
        except termios.error:
            return  # the terminal has gone

    def hide() -> None:
        termios.tcsetattr(number, termios.TCSAFLUSH, silent)

    with _signals(show, hide):
        try:
            hide()
            yield
        finally:
            show()


@contextmanager
def _signals(show: Callable[[], None], hide: Callable[[], None]) -> Iterator[None]:
    """Let a signal end or stop the process with the terminal as it was; what goes on after a stop hides again."""

    def obey(number: int, _frame: FrameType | None) -> None:
        show()
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)
        signal.signal(number, obey)  # it was a stop
        hide()

    numbers = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGTSTP)
    heeded = [number for number in numbers if signal.getsignal(number) == signal.SIG_DFL]
    try:
        for number in heeded:
            signal.signal(number, obey)
        yield
    finally:
        for number in heeded:
            signal.signal(number, signal.SIG_DFL)


def _ask(terminal: FileIO, words: str) -> bytes:
    line = b""
    while not line.strip():
        _show(terminal, f"{words}: ")
        line = _line(terminal)
        _show(terminal, "\n")
    return line


def _line(terminal: FileIO) -> bytes:
    try:
        # Python heeds a signal between two steps: one that came just before the wait would be left for the next key
        while not select.select([terminal], [], [], _TICK)[0]:
            continue
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


def _show(terminal: FileIO, words: str) -> None:
    os.write(terminal.fileno(), words.encode("utf-8"))
