# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a parser may do with any bytes: return, or raise `MalformedData` or `Unsupported`.

Everything else that a target lets through is a finding: another exception, or a run that does not end.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from cccd_reader.crypto.signatures import BadSignature
from cccd_reader.errors import MalformedData, Unsupported

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


def parsed(
    parse: Callable[_Arguments, _Result], *arguments: _Arguments.args, **named: _Arguments.kwargs
) -> _Result | None:
    """Return what a parser made of the bytes, None where it refused them. What it made can be shown."""
    try:
        value = parse(*arguments, **named)
    except (MalformedData, Unsupported):
        return None
    if not repr(value):
        raise AssertionError("a value without a text")
    return value


def refused(check: Callable[_Arguments, object], *arguments: _Arguments.args, **named: _Arguments.kwargs) -> bool:
    """Return True where a signature check, or a look at a key, refused."""
    try:
        check(*arguments, **named)
    except (MalformedData, Unsupported, BadSignature):
        return True
    return False


def ensure(condition: object, what: str) -> None:
    """Raise `AssertionError` where something does not hold that must hold for all bytes."""
    if not condition:
        raise AssertionError(what)
