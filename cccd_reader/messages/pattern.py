# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Recognising a sentence that was made of a pattern such as `signed on {date}`, to say it in another language.

No regular expression: the sentence may hold what a chip says, and time must stay proportional to its length.
"""

from __future__ import annotations

from string import Formatter

MAX_LENGTH = 4096
"""A longer sentence, in characters, is not looked at."""


def match(pattern: str, sentence: str) -> dict[str, str] | None:
    """Return what stands in the place of each name of a pattern, None where the sentence was not made of it.

    Each name takes as little as it can, the last one all up to the pattern's end.
    """
    if len(sentence) > MAX_LENGTH:
        return None
    values: dict[str, str] = {}
    position, name = 0, ""
    parts = [(literal, field or "") for literal, field, _, _ in Formatter().parse(pattern)]
    if parts and parts[-1][1]:
        parts.append(("", ""))
    for number, (literal, following) in enumerate(parts):
        last = number == len(parts) - 1
        found = len(sentence) - len(literal) if last and name else sentence.find(literal, position)
        if found < position or not sentence.startswith(literal, found) or (not name and found != position):
            return None
        if name:
            values[name] = sentence[position:found]
        position, name = found + len(literal), following
    return values if position == len(sentence) else None
