# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""From an error to words, an exit code and, where JSON was asked for, an object. No traceback, nothing secret."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import PurePath

import click

from cccd_reader.cli import streams
from cccd_reader.cli.language import spoken
from cccd_reader.errors import AccessDenied, CccdError

_JSON_WANTED = "cccd_reader.json"
_INDENT, _LINE = 2, None
_JSON_OPTION = "--json"


class Exit(IntEnum):
    """The exit codes of every command."""

    DONE = 0
    REJECTED = 1
    USAGE = 2
    UNDETERMINED = 3
    ABORTED = 4
    ACCESS_DENIED = 5


@dataclass(frozen=True)
class Failure:
    """The end of a command, as JSON has it: the same in every language."""

    kind: str
    message: str
    hint: str
    code: Exit


def want_json(ctx: click.Context) -> None:
    """Note that the caller reads JSON, so that a failure is an object too."""
    ctx.meta[_JSON_WANTED] = _INDENT


def want_json_lines(ctx: click.Context) -> None:
    """Note that the caller reads JSON, one object a line, so that a failure is a line too."""
    ctx.meta[_JSON_WANTED] = _LINE


def exit_code(error: CccdError) -> Exit:
    """Return the exit code that an error of ours ends with."""
    return Exit.ACCESS_DENIED if isinstance(error, AccessDenied) else Exit.ABORTED


def guarded(ctx: click.Context, run: Callable[[click.Context], object]) -> object:
    """Run a command and turn whatever it raises into words and an exit code."""
    try:
        streams.require_output()
        return run(ctx)
    except click.exceptions.Exit:
        raise
    except click.ClickException as error:
        # It repeats what was typed, which may be a number in a wrong place.
        error.message = _fit_for_a_log(error.message)  # type: ignore[misc]  # -- click says so, and writes it itself
        raise
    except CccdError as error:
        _say(*spoken().error(error))
        _end(ctx, Failure(type(error).__name__, str(error), error.hint, exit_code(error)))
    except (KeyboardInterrupt, click.Abort, EOFError):
        _fail(ctx, Failure("Aborted", "aborted", "", Exit.ABORTED))
    except Exception as error:  # noqa: BLE001 -- the last line of defence: a traceback could show what was read
        if isinstance(error, OSError) and streams.is_refusal(error):
            ctx.exit(unwritten(error))
        _fail(ctx, _internal(error))
    return None


def broken(error: BaseException) -> int:
    """Say that something of ours failed outside of a command; return its exit code."""
    failure, words = _internal(error), spoken()
    _say(words.failure(failure.kind, failure.message), words.said(failure.hint))
    return int(failure.code)


def _internal(error: BaseException) -> Failure:
    where = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{type(error).__name__} in {PurePath(where.filename).name}, line {where.lineno}"
    return Failure("InternalError", f"internal error: {place}", "Please report this line.", Exit.ABORTED)


def misused(error: click.ClickException, arguments: Sequence[str]) -> int:
    """Say what was wrong with a command line, as an object too where JSON was asked for; return the exit code.

    click may have stopped before it came to `--json`, so the arguments tell.
    """
    try:
        error.show()
    except OSError:
        streams.mute()
    code = Exit.USAGE if isinstance(error, click.UsageError) else Exit.ABORTED
    context = getattr(error, "ctx", None)
    meta = context.meta if context else {}
    if _JSON_OPTION in arguments or _JSON_WANTED in meta:
        _print(_misuse(error, code), meta.get(_JSON_WANTED, _LINE))
    return int(code)


def _misuse(error: click.ClickException, code: Exit) -> Failure:
    cause = error.__cause__
    if isinstance(cause, CccdError):  # its own words, which are the same in every language
        return Failure("UsageError", str(cause), cause.hint, code)
    return Failure("UsageError", error.format_message(), "", code)


def unwritten(error: OSError) -> int:
    """Say that a result could not be written, but where its reader went away; return the exit code."""
    streams.abandon_output()
    if not isinstance(error, BrokenPipeError):
        words = spoken()
        message = f"the output cannot be written: {error.strerror or type(error).__name__}"
        _say(words.failure("Unwritten", message), words.said("Check the disk, or what the output is sent to."))
    return int(Exit.ABORTED)


def aborted() -> int:
    """Say that a command was interrupted before it began, or when it had ended; return its exit code."""
    _say(spoken().failure("Aborted", "aborted"), "")
    return int(Exit.ABORTED)


def _fail(ctx: click.Context, failure: Failure) -> None:
    words = spoken()
    _say(words.failure(failure.kind, failure.message), words.said(failure.hint))
    _end(ctx, failure)


def _say(message: str, hint: str) -> None:
    streams.tell(f"cccd: {_fit_for_a_log(message)}")
    if hint:
        streams.tell(f"      {_fit_for_a_log(hint)}")


def _fit_for_a_log(text: str) -> str:
    from cccd_reader.render.redaction import redacted  # noqa: PLC0415 -- where nothing fails, nothing is loaded

    return "\n".join(redacted(line) for line in text.splitlines())


def _end(ctx: click.Context, failure: Failure) -> None:
    if _JSON_WANTED in ctx.meta:
        _print(failure, ctx.meta[_JSON_WANTED])
    ctx.exit(int(failure.code))


def _print(failure: Failure, indent: int | None) -> None:
    message, hint = _fit_for_a_log(failure.message), _fit_for_a_log(failure.hint)
    error = {"kind": failure.kind, "message": message, "hint": hint, "exit_code": int(failure.code)}
    click.echo(json.dumps({"schema": "cccd-error/1", "error": error}, ensure_ascii=False, indent=indent))
