# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Which ways of Chip Authentication a chip offers, and the order in which a terminal tries them (ICAO 9303-11, 9.2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cccd_reader.crypto.groups import Agreement, AnyElement, AnyGroup
from cccd_reader.crypto.suites import SUITES, TDES, Suite
from cccd_reader.errors import CccdError, MalformedData, Unsupported
from cccd_reader.lds import pkcs3
from cccd_reader.lds.domain_parameters import parse_public_key
from cccd_reader.lds.object_identifiers import (
    CHIP_AUTHENTICATION,
    PACE,
    PUBLIC_KEY,
    PUBLIC_KEY_DH,
    PUBLIC_KEY_ECDH,
    protocol_name,
)
from cccd_reader.lds.security_infos import (
    ChipAuthenticationInfo,
    ChipAuthenticationPublicKeyInfo,
    OtherInfo,
    PaceInfo,
    SecurityInfos,
)

_AGREEMENT_OF_KEY = {PUBLIC_KEY_DH: Agreement.DH, PUBLIC_KEY_ECDH: Agreement.ECDH}
_ARC = {Agreement.DH: 1, Agreement.ECDH: 2}
_MAPPING = f"{PACE}.6."

MAX_KEYS = 8
"""Keys that are looked at: proving a large DH group takes seconds, and a chip may name hundreds."""


class Dialogue(StrEnum):
    """The two ways to send the terminal's key (ICAO 9303-11, 6.2.4)."""

    KEY_AGREEMENT_TEMPLATE = "MSE:Set KAT"
    """One command, for 3DES alone."""
    AUTHENTICATION_TEMPLATE = "MSE:Set AT"
    """MSE:Set AT, then GENERAL AUTHENTICATE."""


class Basis(StrEnum):
    """What an option rests on."""

    STATED = "stated"
    """A ChipAuthenticationInfo and the key that it names."""
    ONLY_KEY = "only key"
    """A ChipAuthenticationInfo that names a key id, and the one key of its kind, which bears none."""
    INFERRED = "inferred"
    """A key that no ChipAuthenticationInfo goes with: then chips mean 3DES (so early documents, and JMRTD)."""


@dataclass(frozen=True)
class CaOption:
    """One way of Chip Authentication, ready to run: protocol, the chip's static key and its id, where it has one.

    `dialogues` are tried in order: a chip that refuses the first may take the second.
    """

    oid: str
    suite: Suite
    group: AnyGroup
    public_key: AnyElement
    key_id: int | None
    basis: Basis
    dialogues: tuple[Dialogue, ...]

    @property
    def name(self) -> str:
        """The standard's name of the protocol, and the group: public facts for logs and reports."""
        return f"{protocol_name(self.oid) or self.oid} over {self.group.name}"


@dataclass(frozen=True)
class Skipped:
    """An info that cannot be used, and why."""

    oid: str
    why: str


@dataclass(frozen=True)
class _Key:
    group: AnyGroup
    element: AnyElement
    key_id: int | None


def read_options(infos: SecurityInfos) -> tuple[tuple[CaOption, ...], tuple[Skipped, ...]]:
    """Return the usable options in the order to try, and the infos that are unusable.

    Stated ones come before inferred ones, AES before 3DES (ICAO 9303-11, 8.5), ECDH before DH; for the rest the chip's
    own order holds.
    """
    skipped = [
        Skipped(info.oid, info.note)
        for info in infos.of(OtherInfo)
        if info.note and info.oid.startswith((f"{CHIP_AUTHENTICATION}.", f"{PUBLIC_KEY}."))
    ]
    keys: list[_Key] = []
    key_infos = infos.of(ChipAuthenticationPublicKeyInfo)
    skipped += [Skipped(info.oid, f"more than {MAX_KEYS} keys") for info in key_infos[MAX_KEYS:]]
    for key_info in key_infos[:MAX_KEYS]:
        try:
            keys.append(_key(key_info))
        except CccdError as error:
            skipped.append(Skipped(key_info.oid, str(error)))
    options: list[CaOption] = []
    claimed = [key for key in keys if key.key_id in _mapping_key_ids(infos)]
    for info in infos.of(ChipAuthenticationInfo):
        basis, fitting = _fitting(info, keys)
        claimed += fitting
        try:
            options += _stated(info, basis, fitting)
        except CccdError as error:
            skipped.append(Skipped(info.oid, str(error)))
    options += [_inferred(key) for key in keys if key not in claimed]
    return tuple(sorted(dict.fromkeys(options), key=_rank)), tuple(skipped)


def _key(info: ChipAuthenticationPublicKeyInfo) -> _Key:
    parse = pkcs3.parse_public_key if pkcs3.is_pkcs3(info.public_key) else parse_public_key
    group, element = parse(info.public_key)
    if _AGREEMENT_OF_KEY.get(info.oid) is not group.agreement:
        raise MalformedData("the key is not of the kind that the info says", "ChipAuthenticationPublicKeyInfo")
    return _Key(group, element, info.key_id)


def _mapping_key_ids(infos: SecurityInfos) -> set[int]:
    """Return the ids of the keys of chip authentication mapping: it is said what they are for (ICAO 9303-11, 9.2.1)."""
    paces = infos.of(PaceInfo)
    return {info.parameter_id for info in paces if info.parameter_id is not None and info.oid.startswith(_MAPPING)}


def _fitting(info: ChipAuthenticationInfo, keys: list[_Key]) -> tuple[Basis, list[_Key]]:
    """Return the keys that an info goes with, even if its protocol is one that cannot be run."""
    of_kind = [key for key in keys if info.oid.startswith(f"{CHIP_AUTHENTICATION}.{_ARC[key.group.agreement]}.")]
    named = [key for key in of_kind if key.key_id == info.key_id]
    if info.key_id is None:
        return Basis.STATED, named or of_kind
    if not named and len(of_kind) == 1 and of_kind[0].key_id is None:
        return Basis.ONLY_KEY, of_kind
    return Basis.STATED, named


def _stated(info: ChipAuthenticationInfo, basis: Basis, keys: list[_Key]) -> list[CaOption]:
    family, last = (int(arc) for arc in info.oid.removeprefix(f"{CHIP_AUTHENTICATION}.").split("."))
    suite = SUITES.get(last)
    if info.version != 1 or suite is None or family not in _ARC.values():
        raise Unsupported(f"Chip Authentication version {info.version} by {protocol_name(info.oid) or info.oid}")
    if not keys:
        raise MalformedData("no key goes with it", "ChipAuthenticationInfo")
    return [_option(suite, key, basis, key.key_id if info.key_id is None else info.key_id) for key in keys]


def _inferred(key: _Key) -> CaOption:
    return _option(TDES, key, Basis.INFERRED, key.key_id)


def _option(suite: Suite, key: _Key, basis: Basis, key_id: int | None) -> CaOption:
    last = next(arc for arc, known in SUITES.items() if known is suite)
    oid = f"{CHIP_AUTHENTICATION}.{_ARC[key.group.agreement]}.{last}"
    dialogues = tuple(Dialogue) if suite is TDES else (Dialogue.AUTHENTICATION_TEMPLATE,)
    return CaOption(oid, suite, key.group, key.element, key_id, basis, dialogues)


def _rank(option: CaOption) -> tuple[bool, bool, bool]:
    return (
        option.basis is Basis.INFERRED,
        option.suite is TDES,
        option.group.agreement is not Agreement.ECDH,
    )
