# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""EF.COM and the other data groups, and how files on a disk are recognised."""

from __future__ import annotations

from collections.abc import Iterator

from cccd_reader.lds import files
from cccd_reader.lds.card_security import CardSecurity
from cccd_reader.lds.com import Com
from cccd_reader.lds.dg2 import DataGroup2
from cccd_reader.lds.dg15 import DataGroup15
from cccd_reader.lds.image import Image
from fuzz import seeds as all_seeds
from fuzz.oracle import ensure, parsed


def seeds() -> Iterator[bytes]:
    """Yield files of every kind."""
    yield from all_seeds.data_groups()


def consume(data: bytes) -> None:
    """Parse the bytes as each of the files."""
    for parse in (Com.parse, DataGroup2.parse, DataGroup15.parse, CardSecurity.parse, Image.parse, Image.find):
        parsed(parse, data)
    com = parsed(Com.parse, data)
    ensure(com is None or len(com.tags) == len(com.data_groups) + len(com.unknown_tags), "a tag was lost")
    files.recognise("unnamed", data)
    ensure(data.startswith(files.without_padding(data)), "cutting the padding changed the file")
