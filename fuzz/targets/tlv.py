# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Data objects: the codec of files and secure messaging, and the reader of BER beneath certificates."""

from __future__ import annotations

from collections.abc import Iterator

from cccd_reader.apdu import tlv
from cccd_reader.pki import ber
from fuzz import seeds as all_seeds
from fuzz.oracle import ensure, parsed


def seeds() -> Iterator[bytes]:
    """Yield files and what is made of pieces with indefinite lengths."""
    yield from all_seeds.data_groups()
    yield from all_seeds.revocation_lists()
    yield bytes.fromhex("30802480040101040102000002010500001705393930313031")


def consume(data: bytes) -> None:
    """Decode with both codecs, down to the leaves; what is decoded is encoded to the same values again."""
    objects = parsed(tlv.decode, data) or []
    ensure(tlv.decode(b"".join(map(bytes, objects))) == objects, "encoded again, other data objects come out")
    parsed(tlv.decode_first, data)
    _descend(data, 0)


def _descend(data: bytes, depth: int) -> None:
    elements = parsed(ber.elements, data, "fuzz") or []
    ensure(b"".join(element.raw for element in elements) == data or not elements, "octets were lost")
    for element in elements[:64]:
        _leaf(element)
        if element.tag & 0x20 and depth < 8:
            _descend(element.value, depth + 1)


def _leaf(element: ber.Element) -> None:
    for read in (ber.integer, ber.boolean, ber.object_identifier, ber.bit_string, ber.octets):
        parsed(read, element, "fuzz")
    moment = parsed(ber.time, element, "fuzz")
    ensure(moment is None or moment.utcoffset() is not None, "a time without a zone")
    der = parsed(ber.to_der, element, "fuzz")
    if der is not None:
        (again,) = ber.elements(der, "fuzz")
        ensure(ber.to_der(again, "fuzz") == der, "DER of DER is other DER")
