# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The command line: one file a command, imported when it is called, so that `cccd --help` starts at once."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

from cccd_reader import __version__
from cccd_reader.cli import streams, unicode

_COMMANDS = {
    "completion": ("Print the script that lets a shell complete.", "cccd_reader.cli.completion", "completion"),
    "config": ("Show the settings, and where each comes from.", "cccd_reader.cli.config", "config"),
    "check": ("Check a folder of raw files against its signature.", "cccd_reader.cli.check", "check"),
    "doctor": ("Say what is wrong here, and the line that cures it.", "cccd_reader.cli.doctor", "doctor"),
    "photo-cache": ("Look after the photos that are kept.", "cccd_reader.cli.photo_cache", "photo_cache"),
    "read": ("Read every file that a chip lets be read.", "cccd_reader.cli.read", "read"),
    "readers": ("List the readers of this machine.", "cccd_reader.cli.readers", "readers"),
    "scan": ("Show what a scanner sends, to set it up.", "cccd_reader.cli.scan", "scan"),
    "show": ("Show what a raw file of a chip holds.", "cccd_reader.cli.show", "show"),
    "verify": ("Is this chip genuine, unaltered, not a copy, valid?", "cccd_reader.cli.verify", "verify"),
    "watchlist": ("Keep what a police station looks for.", "cccd_reader.cli.watchlist", "watchlist"),
    "watch": ("Serve a counter: scan, lay the card down, know.", "cccd_reader.cli.watch", "watch"),
    "trust": ("Keep the authorities' certificates that are trusted.", "cccd_reader.cli.trust", "trust"),
    "simulate": ("Work with chips in software.", "cccd_reader.cli.simulate", "simulate"),
}

_DOCTOR = "doctor"

EPILOG = (
    "Exit codes: 0 done or accepted, 1 rejected or (doctor) broken, 2 usage, 3 undetermined, 4 no card or aborted, "
    "5 access denied."
)


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called; their one-line helps stand here."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, sorted."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        if cmd_name not in _COMMANDS:
            return None
        _, module, name = _COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _COMMANDS[name][0]) for name in self.list_commands(ctx)])

    def main(self, *args: Any, **extra: Any) -> Any:  # noqa: ANN401 -- click's own signature
        """Run with the arguments of the process. An interrupt outside of a command ends as one inside.

        click's own exit code for it is 1, which means rejected here.
        """
        if not extra.get("standalone_mode", True):
            return super().main(*args, **extra)
        streams.complete()
        for stream in (sys.stdout, sys.stderr):
            unicode.let_all_be_written(stream)
        try:
            code = super().main(*args, **{**extra, "standalone_mode": False})
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 -- Python's own exit code would be 1, rejected
            code = _ended(error, args[0] if args else extra.get("args"))
        sys.exit(code if isinstance(code, int) else 0)

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401 -- click's own signature
    ) -> click.Context:
        """Read the command line, which writes the help that it may ask for."""
        with _unread():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; every failure ends in words and an exit code, none in a traceback."""
        from cccd_reader.cli.failures import guarded  # noqa: PLC0415 -- not for --help

        with _unread():
            return guarded(ctx, super().invoke)


@contextmanager
def _unread() -> Iterator[None]:
    """End quietly where nobody reads what is written. click's own exit code for it is 1, which means rejected here."""
    try:
        yield
    except BrokenPipeError as error:
        from cccd_reader.cli.failures import unwritten  # noqa: PLC0415 -- not for --help

        raise click.exceptions.Exit(unwritten(error)) from error


def _ended(error: BaseException, arguments: Sequence[str] | None) -> int:
    """Return the exit code of what ended outside of a command, such as a wrong option or a help that nobody takes."""
    from cccd_reader.cli import failures  # noqa: PLC0415 -- not for --help

    try:
        if isinstance(error, click.ClickException):
            return failures.misused(error, sys.argv[1:] if arguments is None else arguments)
        if isinstance(error, OSError):
            return failures.unwritten(error)
        # Python 3.11 makes a RuntimeError of an interrupt that comes while it makes a class
        if isinstance(error, (KeyboardInterrupt, click.Abort)) or isinstance(error.__cause__, KeyboardInterrupt):
            return failures.aborted()
        return failures.broken(error)
    except OSError as refused:  # the words about it, or its object
        return failures.unwritten(refused)


@click.group(cls=LazyGroup, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="cccd")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Read and verify Vietnam's chip ID cards (CCCD, thẻ Căn cước) and other ICAO 9303 documents.

    What opens a card is never an argument: it comes from a file, the standard input, the variable CCCD_ACCESS or a
    hidden prompt.
    """
    from cccd_reader.cli.language import prefer  # noqa: PLC0415 -- not for --help
    from cccd_reader.cli.settings import Places, language_set, option_defaults, resolve  # noqa: PLC0415 -- as above
    from cccd_reader.errors import CccdError  # noqa: PLC0415 -- as above

    try:
        chosen = resolve(Places.here())
    except CccdError:
        if ctx.invoked_subcommand != _DOCTOR:
            raise
        chosen = ()  # it says what is wrong with them
    ctx.default_map = dict.fromkeys(_COMMANDS, option_defaults(chosen))
    if language := language_set(chosen):
        prefer(ctx, language)
