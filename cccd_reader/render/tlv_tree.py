# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Any BER-TLV bytes as a tree: tags, lengths, texts, and the first bytes of everything else in hexadecimal."""

from __future__ import annotations

from cccd_reader.apdu import tlv
from cccd_reader.apdu.tlv import Tlv
from cccd_reader.errors import MalformedData
from cccd_reader.render.plain import Value

MAX_OBJECTS = 2048
_HEX_BYTES = 32


def tlv_tree(data: bytes) -> list[Value]:
    """Return the data objects of `data`, which must be well-formed at the outermost level, else `MalformedData`.

    Each has `tag`, `length` and one of `children`, `text` or `hex`; at most 2048 objects in all are taken.
    """
    return _Budget().level(data, 0)


class _Budget:
    """Counts the objects of one tree, so that a hostile file costs neither time nor memory."""

    def __init__(self) -> None:
        self.left = MAX_OBJECTS

    def level(self, data: bytes, depth: int) -> list[Value]:
        nodes: list[Value] = []
        while data:
            if not self.left:
                raise MalformedData(f"more than {MAX_OBJECTS} data objects", "TLV")
            self.left -= 1
            item, data = tlv.decode_first(data)
            nodes.append(self._node(item, depth))
        return nodes

    def _node(self, item: Tlv, depth: int) -> dict[str, Value]:
        node: dict[str, Value] = {"tag": f"{item.tag:02X}", "length": len(item.value)}
        if item.constructed and depth < tlv.MAX_DEPTH:
            try:
                return {**node, "children": self.level(item.value, depth + 1)}
            except MalformedData:
                # the tag promises data objects that are not there: the bytes are shown as they are
                return {**node, **_primitive(item.value)}
        return {**node, **_primitive(item.value)}


def _primitive(value: bytes) -> dict[str, Value]:
    text = printable_text(value)
    if text is not None:
        return {"text": text}
    return {"hex": value[:_HEX_BYTES].hex().upper() + ("..." if len(value) > _HEX_BYTES else "")}


def printable_text(value: bytes) -> str | None:
    """Return a value as text where it is UTF-8 of printable characters alone, else None."""
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        return None  # so it is no text, which is an answer
    return text if text and text.isprintable() else None
