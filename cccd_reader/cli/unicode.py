# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Streams that have less than all of Unicode, such as a pipe of Windows: no report is lost for a letter."""

from __future__ import annotations

import codecs
import os
from io import TextIOWrapper

_ESCAPED = "cccd_reader.escaped"


def let_all_be_written(stream: object) -> None:
    """Let nothing that is said end in an error of encoding.

    What goes to a file or a program is UTF-8, as JSON has to be, unless the user has chosen an encoding himself. Else
    what the encoding lacks is written as an escape, which JSON understands too. UTF-8 stays as it is.
    """
    if not isinstance(stream, TextIOWrapper) or codecs.lookup(stream.encoding).name == "utf-8":
        return
    codecs.register_error(_ESCAPED, _escaped)
    chosen = stream.isatty() or os.environ.get("PYTHONIOENCODING")
    stream.reconfigure(encoding=stream.encoding if chosen else "utf-8", errors=_ESCAPED)


def _escaped(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2)), error.end
