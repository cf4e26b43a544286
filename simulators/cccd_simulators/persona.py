# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a software chip is made of: its files with their access rules, its keys, its protocols, its limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from cccd_reader.access_keys import AccessKey
from cccd_reader.apdu.command import Command, Response
from cccd_reader.apdu.status import Sw
from cccd_reader.crypto.entropy import SYSTEM, Entropy
from cccd_reader.crypto.groups import AnyGroup
from cccd_reader.protocols.chip_authentication_options import Dialogue
from cccd_reader.protocols.pace_options import PaceOption


class Access(Enum):
    """Who may read a file (ICAO 9303-10, 4.3; 9303-11, 7.1)."""

    ALWAYS = "always"
    SESSION = "after BAC or PACE"
    INSPECTION_SYSTEM = "after Terminal Authentication"


@dataclass(frozen=True, repr=False)
class File:
    """One elementary file."""

    content: bytes
    access: Access = Access.SESSION

    def __repr__(self) -> str:
        return f"File({len(self.content)} bytes, {self.access.value})"


class LongRead(Enum):
    """How a chip answers a READ BINARY that asks for more than the file still has (ISO/IEC 7816-4, 11.3.3)."""

    WARN = Sw.END_OF_FILE
    """The data and 6282."""
    SERVE = Sw.OK
    """The data and 9000."""
    CORRECT = 0x6C00
    """No data and 6Cxx with the length that would be right."""
    REFUSE = Sw.WRONG_LENGTH
    """6700."""


@dataclass(frozen=True)
class Limits:
    """Sizes that a chip keeps to, in bytes.

    `max_command` is the longest command data and `max_response` the longest response data, protection included; above
    256 the chip takes extended length fields. `long_read` is its habit at the end of a file.
    """

    max_command: int = 2048
    max_response: int = 2048 + 32
    long_read: LongRead = LongRead.WARN

    @property
    def extended(self) -> bool:
        """True where the chip takes extended length fields."""
        return self.max_response > 256


SHORT = Limits(255, 256)
"""A chip without extended length fields."""


@dataclass(frozen=True, repr=False)
class ChipKey:
    """A static key agreement key of the chip: its group and the private scalar."""

    group: AnyGroup
    private: int

    def __repr__(self) -> str:
        return f"ChipKey({self.group.name}, hidden)"


@dataclass(frozen=True, repr=False)
class ChipAuthenticationKey:
    """A static key of Chip Authentication: the protocols it serves (dotted), its id, and the dialogues that it takes.

    A chip whose key does not renew the session answers well and stays in the old one, as a copy without the key would.
    """

    key: ChipKey
    protocols: tuple[str, ...]
    key_id: int | None = None
    dialogues: tuple[Dialogue, ...] = tuple(Dialogue)
    renews_session: bool = True

    def __repr__(self) -> str:
        return f"ChipAuthenticationKey({self.key!r}, id {self.key_id})"


class ActiveAuthenticationKey(Protocol):
    """What answers INTERNAL AUTHENTICATE."""

    def sign(self, challenge: bytes, entropy: Entropy, /) -> bytes:
        """Return the signature over the terminal's challenge, eight bytes; `entropy` gives the chip's own nonce."""
        ...


class PoweredCard(Protocol):
    """A chip in the field, or what lies between it and the reader."""

    @property
    def atr(self) -> bytes:
        """The answer to reset."""
        ...

    def exchange(self, command: bytes, /) -> bytes:
        """Answer one command APDU."""
        ...

    def reset(self) -> None:
        """Power the chip down and up."""
        ...


Disguise = Callable[[PoweredCard], PoweredCard]
"""Puts something between the chip and the reader."""

Habit = Callable[[Command, Response], Response]
"""What the chip itself makes of an answer to a command, before the session protects it."""


@dataclass(frozen=True, repr=False)
class Persona:
    """A chip before it is powered: everything that `VirtualChip` needs, and nothing that changes.

    `master_files` and `application_files` map file identifiers to files. `keys` holds what opens the chip, in any
    order; a BAC chip has an `MrzKey` among them and `bac` set. `select_mf` is the answer to SELECT of the master file.
    `habit`, `disguise`, `entropy` and `delay` (seconds a command) are for chips that misbehave.
    """

    name: str
    title: str
    application_files: Mapping[int, File]
    keys: tuple[AccessKey, ...]
    master_files: Mapping[int, File] = field(default_factory=dict)
    pace: tuple[PaceOption, ...] = ()
    bac: bool = True
    mapping_key: ChipKey | None = None
    select_mf: int = Sw.OK
    limits: Limits = Limits()
    active_authentication: ActiveAuthenticationKey | None = None
    chip_authentication: tuple[ChipAuthenticationKey, ...] = ()
    habit: Habit | None = None
    disguise: Disguise | None = None
    entropy: Entropy = SYSTEM
    delay: float = 0.0

    @property
    def atr(self) -> bytes:
        """An answer to reset as PC/SC readers make it for a contactless chip (PC/SC part 3, 3.1.3.2.3).

        The historical bytes carry the card capabilities: selection by SFI, chaining, extended lengths if it takes them.
        """
        capabilities = bytes((0x80, 0x73, 0xC4, 0x21, 0xC0 if self.limits.extended else 0x80))
        body = bytes((0x80 | len(capabilities), 0x80, 0x01)) + capabilities
        check = 0
        for byte in body:
            check ^= byte
        return b"\x3b" + body + bytes([check])

    def key(self, reference: int) -> AccessKey | None:
        """Return the key with this PACE password id, or None."""
        return next((key for key in self.keys if key.reference == reference), None)

    def __repr__(self) -> str:
        return f"Persona({self.name!r})"
