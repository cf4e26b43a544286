# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""JSON-like values as indented lines for a person, and as JSON. What a chip wrote cannot steer the terminal.

See `visible` for text and `json_text` for JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

Value = str | int | float | None | Sequence["Value"] | Mapping[str, "Value"]
"""What JSON can hold."""

_INDENT = "  "

_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
"""Letters and marks that show nothing, though Unicode calls them printable."""


def visible(text: str) -> str:
    """Return a text with every character that nobody sees written as an escape: control, format, line end, blank."""
    return "".join(character if _seen(character) else _escaped(character) for character in text)


def json_text(value: object) -> str:
    """Return a value as indented JSON in which every character that nobody sees is an escape of JSON.

    A terminal shows what it is, and a program reads the very text that the chip wrote.
    """
    return "".join(
        character if character == "\n" or _seen(character) else json.dumps(character)[1:-1]
        for character in json.dumps(value, ensure_ascii=False, indent=2)
    )


def _seen(character: str) -> bool:
    return character.isprintable() and not _BLANK.match(character)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def lines(value: Mapping[str, Value]) -> list[str]:
    """Return a mapping as lines, `name: value`, nested ones indented; empty lists and None are a dash."""
    return [line for name, entry in value.items() for line in _entry(name.replace("_", " "), entry)]


def _entry(name: str, value: Value) -> list[str]:
    name = visible(name)
    if isinstance(value, Mapping) and value:
        return [f"{name}:", *_indented(lines(value))]
    if not isinstance(value, str | Mapping) and isinstance(value, Sequence) and value:
        if len(value) == 1 and not isinstance(value[0], Mapping):
            return [f"{name}: {_scalar(value[0])}"]
        if all(isinstance(item, int) for item in value):
            return [f"{name}: {', '.join(str(item) for item in value)}"]
        return [f"{name}:", *_indented([line for item in value for line in _item(item)])]
    return [f"{name}: {_scalar(value)}"]


def _item(value: Value) -> list[str]:
    """One element of a list: a data object in one line, another mapping set off by a dash before its first line."""
    if not (isinstance(value, Mapping) and value):
        return [_scalar(value)]
    if "tag" in value and "length" in value:
        return _data_object(value)
    first, *others = lines(value)
    return [f"- {first}", *_indented(others)]


def _data_object(node: Mapping[str, Value]) -> list[str]:
    """A node of `render.tlv_tree`: tag, length in bytes, then its text or bytes, or its children below."""
    shown = node.get("text", node.get("hex"))
    line = f"{node['tag']} [{node['length']}]" + (f" {_scalar(shown)}" if shown else "")
    children = node.get("children")
    if isinstance(children, str) or not isinstance(children, Sequence):
        return [line]
    return [line, *_indented([inner for child in children for inner in _item(child)])]


def _indented(block: list[str]) -> list[str]:
    return [_INDENT + line for line in block]


def _scalar(value: Value) -> str:
    return "-" if value is None or value in ([], (), {}, "") else visible(str(value))
