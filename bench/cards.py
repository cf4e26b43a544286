# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The card that is inspected: the simulated Vietnamese one, with a photo of any size and the limits of a reader."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from cccd_reader.access_keys import Can
from cccd_reader.apdu.channel import Lengths
from cccd_reader.inspection.read import ReadOptions
from cccd_reader.lds import files as ef
from cccd_simulators import documents
from cccd_simulators.issuer import Country
from cccd_simulators.persona import SHORT, Limits, Persona
from cccd_simulators.personas import PERSONAL_NUMBER, cccd

KEY = Can.from_personal_number(PERSONAL_NUMBER)
PHOTOS = (15_000, 20_000)
"""Bytes of DG2."""


class Way(Enum):
    """How files are read: limits of the chip, what the reader does with them, and bytes of a file in one answer."""

    SHORT = "short, 223 B", SHORT, ReadOptions(lengths=Lengths.SHORT), 223
    EXTENDED = "extended, 2 KiB", Limits(), ReadOptions(lengths=Lengths.EXTENDED), 2048
    WHOLE = "whole files", Limits(1 << 16, 1 << 16), ReadOptions(lengths=Lengths.EXTENDED, block_size=1 << 15), 1 << 15

    def __init__(self, title: str, limits: Limits, options: ReadOptions, block: int) -> None:
        self.title, self.limits, self.options, self.block = title, limits, options, block


@dataclass(frozen=True)
class Card:
    """A chip before it is powered."""

    persona: Persona

    @classmethod
    def of(cls, photo: int, way: Way) -> Card:
        """Return the card whose DG2 is of so many bytes, signed anew."""
        persona = cccd()
        face = documents.portrait()
        face += bytes(photo - len(documents.face_file(face)))
        given = {number: content for number in range(1, 17) if (content := _content(persona, number))}
        given[2] = documents.face_file(face)
        sod = Country.demonstration().document_signer().sign_sod(given)
        files = dict(persona.application_files)
        for file_id, content in ((ef.data_group(2).file_id, given[2]), (ef.SOD.file_id, sod)):
            files[file_id] = replace(files[file_id], content=content)
        return cls(replace(persona, application_files=files, limits=way.limits))

    @property
    def sizes(self) -> dict[ef.ElementaryFile, int]:
        """The bytes of every file that a session may read."""
        numbers = (ef.COM, ef.SOD, *(ef.data_group(number) for number in (1, 2, 13, 14, 15)))
        held = self.persona.application_files
        return {file: len(held[file.file_id].content) for file in numbers}


def _content(persona: Persona, number: int) -> bytes:
    file = persona.application_files.get(ef.data_group(number).file_id)
    return file.content if file else b""


def reads(size: int, block: int) -> int:
    """Return how many READ BINARY a file takes at the least."""
    return -(-size // block)
