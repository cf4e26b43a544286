# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The standard streams where they are closed, or cannot be written: a full disk, a terminal that has gone.

Such a failure must not end with Python's own exit code, which is 1 and means rejected here. What cannot be said on
stderr is not heard, and the work goes on; a result that cannot be written is a failure in words.
"""

from __future__ import annotations

import errno
import os
import sys
from typing import TextIO

import click

from cccd_reader.errors import CccdError

_REFUSALS = {errno.EBADF, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ENOSPC, errno.EPIPE}
"""What a stream answers that takes nothing more; the files of ours turn their failures into errors of ours."""


def complete() -> None:
    """Give the process an empty standard input, and a stderr that nobody hears, where its caller closed them.

    Otherwise the next file that is opened, a socket perhaps, would get their numbers.
    """
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115  -- for the rest of the process
    if sys.stderr is None:
        sys.stderr = _nobody()


def require_output() -> None:
    """Raise `CccdError` where there is no standard output: what is found would be lost without a word."""
    if sys.stdout is None:
        raise CccdError("the standard output is closed", "Send it to a file, to a program, or to nowhere (/dev/null).")


def tell(text: str, end: str = "\n") -> None:
    """Say something on stderr, as far as it can be written."""
    try:
        click.echo(text + end, err=True, nl=False)
    except OSError:
        mute()


def mute() -> None:
    """Say nothing on stderr any more; what it did not take would fail again at the end of the process."""
    sys.stderr = _nobody()


def is_refusal(error: OSError) -> bool:
    """Tell whether an error is that of an output which takes nothing more."""
    return error.errno in _REFUSALS or (os.name == "nt" and error.errno == errno.EINVAL)


def abandon_output() -> None:
    """Write nothing to the standard output any more, which refused it."""
    sys.stdout = _nobody()


def _nobody() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")
