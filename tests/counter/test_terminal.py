# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A real terminal: taken over, wiped and given back, however the program ends."""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
from collections.abc import Iterator

import click
import pytest
from rich.text import Text

from cccd_reader.cli import terminal_modes
from cccd_reader.cli.keys import Key
from cccd_reader.cli.terminal import Terminal, in_kitty
from cccd_reader.messages.words import Words
from cccd_reader.render.counter_photo import Graphics, Picture
from cccd_reader.render.counter_screen import Size
from tests.support.command_line import NUMBER
from tests.support.reference import REPOSITORY
from tests.support.terminal import ASKED, ENTERED, LEFT, PATIENCE, OnTerminal, plain, set_size

WORDS = Words.of("en")
WATCH = (str(REPOSITORY / "cli.py"), "watch", "--simulate", "cccd", "--at", "2026-06-01")
_MARK = b"\x00mark\x00"
WIPED_AND_LEFT = b"\x1b[2J\x1b[H\x1b[?7h\x1b[?25h" + LEFT


class Pty:
    """A terminal in this process: `person` is the end where keys are pressed and the screen is seen."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.person, self.screen = os.openpty()
        set_size(self.screen, 90, 30, 900, 600)
        self._given = os.fdopen(os.dup(self.screen), "r")
        self._shown = os.fdopen(os.dup(self.screen), "w", encoding="utf-8")
        self._patch = monkeypatch

    def take(self) -> Terminal:
        """Make it the standard input and output, as the test runner has its own until a test begins."""
        self._patch.setattr(sys, "stdin", self._given)
        self._patch.setattr(sys, "stdout", self._shown)
        return Terminal(WORDS)

    def seen(self) -> bytes:
        """What was written and not looked at yet."""
        os.write(self.screen, _MARK)
        found = b""
        while not found.endswith(_MARK):
            ready, _, _ = select.select([self.person], [], [], PATIENCE)
            assert ready
            found += os.read(self.person, 1 << 20)
        return found.removesuffix(_MARK)

    def close_window(self) -> None:
        """Close the end of the person."""
        if self.person >= 0:
            os.close(self.person)
        self.person = -1

    def close(self) -> None:
        """Close everything."""
        self._patch.undo()
        self._given.close()
        self._shown.close()
        os.close(self.screen)
        self.close_window()


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pty]:
    """A terminal of 90 x 30, xterm in 256 colours."""
    for name in ("NO_COLOR", "TMUX", "TERM_PROGRAM", "KITTY_WINDOW_ID", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr(terminal_modes, "_QUIET_SECONDS", 0.0)  # nobody types any more
    found = Pty(monkeypatch)
    yield found
    found.close()


def test_it_is_taken_over_and_given_back(terminal: Pty) -> None:
    before = termios.tcgetattr(terminal.screen)
    handlers = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)]
    with terminal.take() as taken:
        assert not termios.tcgetattr(terminal.screen)[3] & (termios.ECHO | termios.ICANON | termios.ISIG)
        taken.paint([Text("hello", "bold red"), Text("there")])
        os.write(terminal.person, b"1\x1bOQ")
        assert taken.keys(5.0) == ["1", Key.DETAILS]
        os.write(terminal.person, b"0010900")  # in the midst of a scan
    seen = terminal.seen()
    assert seen.startswith(ENTERED)
    assert seen.endswith(WIPED_AND_LEFT)
    assert "hello" in plain(seen)
    assert termios.tcgetattr(terminal.screen) == before
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)] == handlers
    os.set_blocking(terminal.screen, False)
    with pytest.raises(BlockingIOError):  # nobody after us gets what was typed for us
        os.read(terminal.screen, 1)


@pytest.mark.parametrize("error", [ZeroDivisionError, SystemExit, KeyboardInterrupt])
def test_it_is_given_back_by_an_exception(error: type[BaseException], terminal: Pty) -> None:
    before = termios.tcgetattr(terminal.screen)
    with pytest.raises(error), terminal.take():
        raise error
    assert termios.tcgetattr(terminal.screen) == before
    assert terminal.seen().endswith(WIPED_AND_LEFT)


def test_only_what_changed_is_painted_again(terminal: Pty) -> None:
    with terminal.take() as taken:
        assert taken.size() == Size(90, 30, 10, 20), "COLUMNS is not asked"
        taken.paint([Text("one"), Text("two")])
        terminal.seen()
        taken.paint([Text("one"), Text("TWO")])
        assert plain(terminal.seen()).split() == ["TWO"]
        taken.paint([Text("one"), Text("TWO")])
        assert terminal.seen() == b""
        set_size(terminal.screen, 100, 40)
        assert taken.size() == Size(100, 40)
        taken.paint([Text("one"), Text("TWO")])
        assert plain(terminal.seen()).split() == ["one", "TWO"]


def test_a_picture_is_painted_when_it_is_new_or_spoilt_and_wiped_with_its_screen(terminal: Pty) -> None:
    picture = Picture("<picture>", range(1, 2))
    lines = [Text("head"), Text("body")]
    with terminal.take() as taken:
        for change, painted in (("head", True), ("head", False), ("HEAD", False)):
            taken.paint([Text(change), lines[1]], picture)
            assert (b"<picture>" in terminal.seen()) == painted
        taken.paint([Text("HEAD"), Text("BODY")], picture)
        assert terminal.seen().endswith(b"<picture>")
        taken.paint([Text("HEAD"), Text("BODY")])
        assert plain(terminal.seen()).split() == ["HEAD", "BODY"], "all of it, since the picture had to be wiped"


@pytest.mark.parametrize(
    ("pieces", "graphics"),
    [
        ([b"\x1b[?62;4;22c"], Graphics.SIXEL),
        ([b"\x1b[?6", b"2;4", b"c"], Graphics.SIXEL),
        ([b"\x1b[?62;14;22c"], Graphics.BLOCKS),
        ([b"\x1b[?4c"], Graphics.BLOCKS),
        ([], Graphics.BLOCKS),
    ],
)
def test_the_terminal_is_asked_for_its_graphics_and_no_key_is_lost(
    pieces: list[bytes], graphics: Graphics, terminal: Pty
) -> None:
    with terminal.take() as taken:
        os.write(terminal.person, b"00" + b"".join(pieces) + b"1")
        assert taken.graphics() is graphics
        assert ASKED in terminal.seen()
        assert taken.keys(0) == ["001"]
        assert taken.keys(0) == []


def test_no_color_shows_no_colour_and_no_half_blocks(terminal: Pty, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    with terminal.take() as taken:
        assert taken.graphics() is Graphics.NONE
        terminal.seen()
        taken.paint([Text("word", "bold white on red")])
        seen = terminal.seen()
    assert b"\x1b[1m" in seen
    assert b"41" not in seen


@pytest.mark.parametrize(
    ("environment", "kitty"),
    [
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, True),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, True),
        ({"TERM": "tmux-256color", "KITTY_WINDOW_ID": "1"}, False),
        ({"TERM": "xterm-kitty", "TMUX": "x"}, False),
        ({"TERM": "xterm-256color"}, False),
        ({}, False),
    ],
)
def test_kitty_is_known_by_its_environment(environment: dict[str, str], kitty: bool) -> None:
    assert in_kitty(environment) is kitty


@pytest.mark.parametrize("name", ["dumb", "unknown", ""])
def test_a_terminal_that_can_only_print_is_refused_in_words(
    name: str, terminal: Pty, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", name)
    with pytest.raises(click.UsageError, match="TERM"):
        terminal.take()
    assert terminal.seen() == b""


def test_what_is_no_terminal_is_refused_in_words() -> None:
    with pytest.raises(click.UsageError, match="--json"):
        Terminal(WORDS)


def test_a_terminal_that_goes_away_is_the_end_of_the_input(terminal: Pty) -> None:
    taken = terminal.take().__enter__()
    terminal.close_window()
    with pytest.raises(EOFError):
        taken.keys(5.0)
    with pytest.raises(EOFError):
        taken.__exit__(None, None, None)


# whole programs


def test_a_customer_and_a_code_that_would_like_to_speak_to_the_shell() -> None:
    shell = (
        "import os, select, subprocess, sys\n"
        f"code = subprocess.run([sys.executable, *{WATCH!r}]).returncode\n"
        "print('SHELL', code)\n"
        "ready, _, _ = select.select([0], [], [], 0.1)\n"
        "print('HEARD', os.read(0, 100) if ready else b'')\n"
    )
    with OnTerminal("-c", shell, COLUMNS="30") as program:
        program.until(ASKED)
        program.type("\x1b[?62;22c")
        program.until("S C A N")
        program.type(f"{NUMBER}\r")
        program.until("Nguyễn Văn Thử")
        program.type("\x11\x11touch spoilt\r\x11")
        program.until("neither digits")
        program.quit()
        program.until("HEARD")
        assert program.ended() == 0
    assert program.written.count(LEFT) == 1
    before, _, after = program.written.partition(LEFT)
    assert before.endswith(WIPED_AND_LEFT.removesuffix(LEFT))
    assert plain(after).split() == ["SHELL", "0", "HEARD", "b''"]


def test_sigterm_wipes_and_leaves() -> None:
    with OnTerminal(*WATCH) as program:
        program.until("S C A N")
        program.signal(signal.SIGTERM)
        assert program.ended() == 0
        assert program.written.endswith(WIPED_AND_LEFT)
        assert termios.tcgetattr(program.master) == program.modes


def test_a_window_that_is_closed_ends_the_program() -> None:
    with OnTerminal(*WATCH) as program:
        program.until("S C A N")
        program.hang_up()
        assert program.ended() == 0


def test_an_error_that_nobody_expects_ends_in_words_on_a_terminal_that_is_whole() -> None:
    broken = (
        "import sys\n"
        "from cccd_reader.cli import main\n"
        "from cccd_reader.inspection import verify\n"
        "def judge(*_):\n"
        f"    raise ZeroDivisionError('{NUMBER}')\n"
        "verify.verify = judge\n"
        f"main({WATCH[1:]!r}, prog_name='cccd')\n"
    )
    with OnTerminal("-c", broken) as program:
        program.until("S C A N")
        program.type(f"{NUMBER}\r")
        assert program.ended() == 4
        assert termios.tcgetattr(program.master) == program.modes
    shown, _, after = program.written.partition(LEFT)
    assert shown.endswith(WIPED_AND_LEFT.removesuffix(LEFT))
    assert "internal error: ZeroDivisionError in" in plain(after)
    assert "Traceback" not in plain(program.written)
    assert NUMBER not in plain(after)
