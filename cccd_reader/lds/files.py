# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The elementary files of an eMRTD: name, file identifier, short identifier, outer tag (ICAO 9303-10, 3.11 and 4).

Files that lie on a disk are recognised by their name, in the forms that common software writes, else by the outer tag.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath

from cccd_reader.apdu import tlv
from cccd_reader.errors import MalformedData


@dataclass(frozen=True)
class ElementaryFile:
    """One elementary file. `file_id` is two bytes, `sfi` 1 to 30; `tag` is the outer tag, 0 where the file has none."""

    name: str
    file_id: int
    sfi: int
    tag: int

    @cached_property
    def short(self) -> str:
        """The name without its prefix: "COM", "DG1", "SOD", "CardAccess"."""
        return self.name.removeprefix("EF.")

    @cached_property
    def number(self) -> int | None:
        """The number of the data group, 1 to 16, or None for every other file."""
        return int(self.name[5:]) if self.name.startswith("EF.DG") else None


_DATA_GROUP_TAGS = bytes.fromhex("61 75 63 76 65 66 67 68 69 6A 6B 6C 6D 6E 6F 70")

COM = ElementaryFile("EF.COM", 0x011E, 0x1E, 0x60)
SOD = ElementaryFile("EF.SOD", 0x011D, 0x1D, 0x77)
CARD_ACCESS = ElementaryFile("EF.CardAccess", 0x011C, 0x1C, 0x31)
"""Under the master file, as are the next three."""
CARD_SECURITY = ElementaryFile("EF.CardSecurity", 0x011D, 0x1D, 0x30)
ATR_INFO = ElementaryFile("EF.ATR/INFO", 0x2F01, 0x01, 0)
DIR = ElementaryFile("EF.DIR", 0x2F00, 0x1E, 0x61)
DATA_GROUPS: tuple[ElementaryFile, ...] = tuple(
    ElementaryFile(f"EF.DG{number}", 0x0100 + number, number, tag) for number, tag in enumerate(_DATA_GROUP_TAGS, 1)
)
"""DG1 to DG16; index 0 is DG1."""

APPLICATION_FILES: tuple[ElementaryFile, ...] = (COM, *DATA_GROUPS, SOD)
"""The files of the eMRTD application, whose outer tags are distinct."""
MASTER_FILES: tuple[ElementaryFile, ...] = (CARD_ACCESS, CARD_SECURITY, ATR_INFO, DIR)
"""The files under the master file."""

_BY_TAG = {file.tag: file for file in (CARD_ACCESS, CARD_SECURITY, *APPLICATION_FILES)}
_BY_FILE_ID = {file.file_id: file for file in (*MASTER_FILES, *APPLICATION_FILES)}
_EXTENSIONS = re.compile(r"\.(bin|dat|der|raw|ber|ef)$")
_SEPARATORS = re.compile(r"[ ._/\-]+")
_DATA_GROUP_NAME = re.compile(r"(?:dg|datagroup)0?([1-9]|1[0-6])")
_BY_WORD = {_SEPARATORS.sub("", file.short).lower(): file for file in (*MASTER_FILES, COM, SOD)}
_SECURITY_OBJECT_OID = bytes.fromhex("060804007F0007030201")
"""id-SecurityObject, the content type that tells EF.CardSecurity from any other signed data (ICAO 9303-10, 3.11.4)."""


def data_group(number: int) -> ElementaryFile:
    """Return the file of data group 1 to 16; raises `ValueError` for another number."""
    if not 1 <= number <= len(DATA_GROUPS):
        raise ValueError("data groups are numbered 1 to 16")
    return DATA_GROUPS[number - 1]


def by_tag(tag: int) -> ElementaryFile | None:
    """Return the file with this outer tag, or None. 61 is DG1; the records of EF.DIR share it (see `recognise`)."""
    return _BY_TAG.get(tag)


def by_name(text: str) -> ElementaryFile | None:
    """Return the file that a name means, or None: EF.COM, EF_SOD.bin, DG1, Datagroup1.bin, 0101, ef011D.bin.

    011D without more is EF.SOD, as in every folder of a travel document; `recognise` looks into the content.
    """
    name = PurePath(text.lower().replace("atr/info", "atrinfo")).name
    word = _SEPARATORS.sub("", _EXTENSIONS.sub("", name)).removeprefix("ef")
    if word in _BY_WORD:
        return _BY_WORD[word]
    if match := _DATA_GROUP_NAME.fullmatch(word):
        return data_group(int(match[1]))
    if re.fullmatch(r"[0-9a-f]{4}", word):
        return _BY_FILE_ID.get(int(word, 16))
    return None


def recognise(file_name: str, content: bytes) -> ElementaryFile | None:
    """Return the file that a name on disk means, else the one that its outer tag means, else None.

    A name decides even where the content is of another file, so that a mixed-up folder is noticed by the parser.
    """
    named = by_name(file_name)
    if named is SOD and content[:1] == b"\x30" and _is_card_security(content):
        return CARD_SECURITY
    return named or _by_content(content)


def without_padding(content: bytes) -> bytes:
    """Return a file without the zeros that some readers leave after its outer data object; anything else as it is.

    What is hashed is the file, never the padding; but only zeros are cut, so that nothing else disappears unseen.
    """
    try:
        _, rest = tlv.decode_first(content)
    except MalformedData:
        return content  # the parser of the file will say what is wrong with it
    return content if rest.strip(b"\x00") else content[: len(content) - len(rest)]


def _by_content(content: bytes) -> ElementaryFile | None:
    try:
        outer, rest = tlv.decode_first(content)
    except MalformedData:
        return None  # no data object, so no elementary file: that is the answer, not a fault
    if outer.tag == DIR.tag and outer.value[:1] == b"\x4f":
        return DIR
    if rest.strip(b"\x00") or (outer.tag == CARD_SECURITY.tag and not _is_card_security(content)):
        return None
    return by_tag(outer.tag)


def _is_card_security(content: bytes) -> bool:
    return _SECURITY_OBJECT_OID in content[:128]
