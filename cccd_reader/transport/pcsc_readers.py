# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Readers as values, and which of them to use. Pure: nothing here talks to the PC/SC service."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from cccd_reader.errors import NoReader


class ReaderKind(StrEnum):
    """What a slot is for, as far as its name tells."""

    CONTACTLESS = "contactless"
    SAM = "sam"
    """A slot inside the reader, for a security module: never a document's."""
    OTHER = "other"
    """The name does not tell."""


@dataclass(frozen=True)
class Reader:
    """One slot of a reader. `atr` is b"" without a card, and where the card is mute."""

    name: str
    kind: ReaderKind
    has_card: bool
    atr: bytes


_SAM = re.compile(r"\bSAM\d*\b", re.IGNORECASE)
# "CL" stands alone or behind a model's number ("5422CL"); an ACR122U has one slot, which its name does not describe.
_CONTACTLESS = re.compile(r"PICC|contactless|\bNFC\b|\bRFID\b|(?<![a-z])CL\b|\bACR122", re.IGNORECASE)
_SLOT = re.compile(r" [0-9A-F]{2}$")  # pcsc-lite ends a name in the number of the reader and that of the slot


def kind_of(name: str) -> ReaderKind:
    """Return what the name of a slot says about it."""
    if _SAM.search(name):
        return ReaderKind.SAM
    return ReaderKind.CONTACTLESS if _CONTACTLESS.search(name) else ReaderKind.OTHER


def model_of(name: str) -> str:
    """Return the name of a slot without the numbers that the service gave it, which change where it is plugged in."""
    return _SLOT.sub("", name)


def choose(readers: Sequence[Reader], name: str | None) -> tuple[Reader, ...]:
    """Return the slots to use, in the service's order: at least one.

    Without a name these are the contactless slots; where no name says so, all but those of security modules. So a USB
    token for signatures, which always holds a card, is not taken for the document's reader. A name is a slot's whole
    name, or a part of the names of one reader, in either case of letters.

    Raises `NoReader` where nothing is left, and where a part fits several readers.
    """
    if name is None:
        usable = _usable(readers)
        if not usable:
            raise NoReader("no reader for documents is attached")
        return usable
    exact = tuple(reader for reader in readers if reader.name == name)
    if exact:
        return exact
    fitting = tuple(reader for reader in readers if name.casefold() in reader.name.casefold())
    fitting = _usable(fitting) or fitting
    if len({model_of(reader.name) for reader in fitting}) == 1:
        return fitting
    attached = ", ".join(f'"{reader.name}"' for reader in fitting or readers) or "none"
    problem = "fits several readers" if fitting else "fits no reader"
    raise NoReader(f'the name "{name}" {problem}', f"Give the whole name of one of these: {attached}.")


def _usable(readers: Sequence[Reader]) -> tuple[Reader, ...]:
    contactless = tuple(reader for reader in readers if reader.kind is ReaderKind.CONTACTLESS)
    return contactless or tuple(reader for reader in readers if reader.kind is not ReaderKind.SAM)


def ready(candidates: Sequence[Reader]) -> Reader | None:
    """Return the first slot whose card answers, or None while it is worth to wait.

    A card that is mute is returned only where no slot is empty: some readers show the slot of a missing security
    module as a mute card, for ever.
    """
    answering = next((reader for reader in candidates if reader.atr), None)
    if answering is None and all(reader.has_card for reader in candidates):
        return candidates[0]
    return answering
