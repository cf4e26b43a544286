# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""JSON-like values with the names of their fields, and what the library says in them, in a person's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cccd_reader.messages.words import Words
from cccd_reader.render.plain import Value


def labelled(value: Mapping[str, Value], words: Words) -> dict[str, Value]:
    """Return a mapping for `render.plain.lines`; the data objects of a tree and what has no words stay as they are."""
    return {_label(name, words): _said(name, entry, words) for name, entry in value.items()}


def _label(name: str, words: Words) -> str:
    code = f"label.{name}"
    said = words.text(code)
    return name if said == code else said


def _said(name: str, value: Value, words: Words) -> Value:
    if isinstance(value, bool):
        return words.text("label.yes" if value else "label.no")
    if isinstance(value, str):
        code = f"{name}.{value}"
        known = words.text(code)
        return words.said(value) if known == code else known
    if isinstance(value, Mapping):
        return value if "tag" in value and "length" in value else labelled(value, words)
    if isinstance(value, Sequence):
        return [_said(name, each, words) for each in value]
    return value
