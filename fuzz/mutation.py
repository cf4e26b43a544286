# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Spoil bytes so that a parser goes deep before it notices: data objects are changed within lengths that stay right.

Flipping bits in ASN.1 alone mostly breaks a length, which the first check finds. So bytes that are data objects are
taken apart, also those inside of strings, changed at one place and put together again. Everything follows from the
`Random` that is given, so each case can be made again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from cccd_reader.apdu import tlv
from cccd_reader.errors import MalformedData

MAX_DEPTH = 24
_STRINGS = {b"\x03": 1, b"\x04": 0}
"""Primitive types that often hold data objects, and how many octets stand before those."""
_TAGS = bytes.fromhex("000102030405060A0C1013141617181C1E1F24303161637577807F81828486A0A1A2A3BF")
_CONTENTS: tuple[bytes, ...] = (
    b"",
    b"\x00",
    b"\x7f",
    b"\x80",
    b"\xff",
    b"\x00\x80",
    b"\xff\xff\xff\xff",
    bytes(1026),
    b"\xff" * 1025,
    b"\x2a\x80\x01",
    b"\x2a" + b"\xff" * 63 + b"\x7f",
    b"991231235959Z",
    b"000229240000Z",
    b"99991231235959-2359",
    b"00010101000000+2359",
    b"20240101000000.999999999+9999",
    b"\xd8\x00\xdc\x00",
    b"\x00\x11\x00\x00",
    "\u0301\u0323\ufdfa".encode(),
)
"""Contents at the edge of what a type allows: numbers, times, texts, object identifiers."""


@dataclass
class Node:
    """One data object in pieces: tag octets, octets before the content, and the content, whole or as nodes."""

    tag: bytes
    lead: bytes
    value: bytes
    children: list[Node] = field(default_factory=list)
    ending: bytes = b""
    """End-of-contents octets of an indefinite length, which this node then has."""

    def __bytes__(self) -> bytes:
        content = self.lead + (b"".join(map(bytes, self.children)) or self.value)
        length = b"\x80" if self.ending else tlv.encode_length(len(content))
        return self.tag + length + content + self.ending

    def everything(self) -> Iterator[Node]:
        """Yield the node and all nodes within it."""
        yield self
        for child in self.children:
            yield from child.everything()


def take_apart(data: bytes, depth: int = 0) -> list[Node]:
    """Return the data objects that `data` consists of; an empty list where it is anything else."""
    try:
        items = tlv.decode(data)
    except MalformedData:
        return []
    return [_node(item, depth) for item in items]


def mutate(data: bytes, random: Random, others: Sequence[bytes] = ()) -> bytes:
    """Return `data` with one to three changes; `others` are bytes of the same kind that pieces may be taken from."""
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        nodes = take_apart(data) if random.random() < 0.8 else []
        data = _change_tree(nodes, random, others) if nodes else _change_bytes(data, random, others)
    return data


def _node(item: tlv.Tlv, depth: int) -> Node:
    tag = bytes(item)[: len(bytes(item)) - len(item.value) - len(tlv.encode_length(len(item.value)))]
    size = 0 if item.constructed else _STRINGS.get(tag, -1)
    inner = take_apart(item.value[size:], depth + 1) if size >= 0 and depth < MAX_DEPTH else []
    return Node(tag, item.value[: max(0, size)], item.value[max(0, size) :], inner)


# --- data objects -----------------------------------------------------------------------------------------------------


def _change_tree(nodes: list[Node], random: Random, others: Sequence[bytes]) -> bytes:
    root = Node(b"", b"", b"", nodes)
    places = [node for node in root.everything() if node.tag]
    change = random.choice(_TREE_CHANGES)
    change(random.choice(places), random, others)
    return b"".join(map(bytes, root.children))


def _another_tag(node: Node, random: Random, others: Sequence[bytes]) -> None:
    node.tag = bytes([random.choice(_TAGS)])


def _another_content(node: Node, random: Random, others: Sequence[bytes]) -> None:
    node.children, node.value = [], random.choice(_CONTENTS)


def _changed_content(node: Node, random: Random, others: Sequence[bytes]) -> None:
    content = b"".join(map(bytes, node.children)) or node.value
    node.children, node.value = [], _change_bytes(content, random, others)


def _less(node: Node, random: Random, others: Sequence[bytes]) -> None:
    if node.children:
        node.children.pop(random.randrange(len(node.children)))
    node.value = node.value[: len(node.value) // 2]


def _more(node: Node, random: Random, others: Sequence[bytes]) -> None:
    if node.children:
        again = random.choice(node.children)
        node.children[random.randrange(len(node.children)) :] = [again] * random.choice((1, 2, 20))
    node.value *= random.choice((2, 3, 40))


def _turned(node: Node, random: Random, others: Sequence[bytes]) -> None:
    random.shuffle(node.children)
    node.value = node.value[::-1]


def _wrapped(node: Node, random: Random, others: Sequence[bytes]) -> None:
    for _ in range(random.choice((1, 2, 30))):
        node.children = [Node(node.tag, node.lead, node.value, node.children, node.ending)]
        node.tag, node.lead = random.choice((node.tag, b"\x30", b"\x24", b"\xa0")), b""


def _indefinite(node: Node, random: Random, others: Sequence[bytes]) -> None:
    for each in node.everything():
        if random.random() < 0.7:
            each.ending = b"\x00\x00"


def _from_elsewhere(node: Node, random: Random, others: Sequence[bytes]) -> None:
    found = [each for other in others[:1] for top in take_apart(other) for each in top.everything()]
    if found:
        taken = random.choice(found)
        node.tag, node.lead, node.value, node.children = taken.tag, taken.lead, taken.value, taken.children


_TREE_CHANGES: tuple[Callable[[Node, Random, Sequence[bytes]], None], ...] = (
    _another_tag,
    _another_content,
    _changed_content,
    _changed_content,
    _less,
    _more,
    _turned,
    _wrapped,
    _indefinite,
    _from_elsewhere,
)


# --- bytes ------------------------------------------------------------------------------------------------------------


def _change_bytes(data: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    start = random.randrange(len(data) + 1)
    end = min(len(data), start + random.choice((0, 1, 1, 2, 4, 16, 64)))
    return data[:start] + _replacement(data[start:end], random, others) + data[end:]


def _replacement(piece: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    match random.randrange(6):
        case 0:
            return bytes(octet ^ 1 << random.randrange(8) for octet in piece)
        case 1:
            return random.randbytes(len(piece))
        case 2:
            return b""
        case 3:
            return piece * random.choice((2, 3, 40))
        case 4 if others:
            other = random.choice(others)
            begin = random.randrange(len(other) + 1)
            return other[begin : begin + random.choice((1, 8, 64))]
    return random.choice(_CONTENTS)
