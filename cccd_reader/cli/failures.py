# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""From an error to words, an exit code and, where JSON was asked for, an object. No traceback, nothing secret."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from enum import IntEnum
from pathlib import PurePath

import click

from cccd_reader.errors import AccessDenied, CccdError

_JSON_WANTED = "cccd_reader.json"


class Exit(IntEnum):
    """The exit codes of every command."""

    DONE = 0
    REJECTED = 1
    USAGE = 2
    UNDETERMINED = 3
    ABORTED = 4
    ACCESS_DENIED = 5


def want_json(ctx: click.Context) -> None:
    """Note that the caller reads JSON, so that a failure is an object too."""
    ctx.meta[_JSON_WANTED] = True


def exit_code(error: CccdError) -> Exit:
    """Return the exit code that an error of ours ends with."""
    return Exit.ACCESS_DENIED if isinstance(error, AccessDenied) else Exit.ABORTED


def guarded(ctx: click.Context, run: Callable[[click.Context], object]) -> object:
    """Run a command and turn whatever it raises into words and an exit code."""
    try:
        return run(ctx)
    except (click.exceptions.Exit, click.ClickException):
        raise
    except CccdError as error:
        _report(ctx, type(error).__name__, str(error), error.hint, exit_code(error))
    except (KeyboardInterrupt, click.Abort, EOFError):
        _report(ctx, "Aborted", "aborted", "", Exit.ABORTED)
    except BrokenPipeError:
        ctx.exit(Exit.ABORTED)
    except Exception as error:  # noqa: BLE001 -- the last line of defence: a traceback could show what was read
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{type(error).__name__} in {PurePath(where.filename).name}, line {where.lineno}"
        _report(ctx, "InternalError", f"internal error: {place}", "Please report this line.", Exit.ABORTED)
    return None


def _report(ctx: click.Context, kind: str, message: str, hint: str, code: Exit) -> None:
    click.echo(f"cccd: {message}", err=True)
    if hint:
        click.echo(f"      {hint}", err=True)
    if ctx.meta.get(_JSON_WANTED):
        error = {"kind": kind, "message": message, "hint": hint, "exit_code": int(code)}
        click.echo(json.dumps({"schema": "cccd-error/1", "error": error}, ensure_ascii=False, indent=2))
    ctx.exit(int(code))
