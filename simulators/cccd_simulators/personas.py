# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The chips that the simulator knows by name. Their holders are invented; so are their keys and their country's.

A persona never changes, so each is issued once and then shared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from pathlib import Path

from cccd_reader.access_keys import AccessKey, MrzKey
from cccd_reader.apdu.status import Sw
from cccd_reader.crypto.ec import STANDARD_CURVES
from cccd_reader.errors import CccdError, MalformedData, Unsupported
from cccd_reader.lds import files as ef
from cccd_reader.lds.dg1 import DataGroup1
from cccd_reader.lds.security_infos import ChipAuthenticationInfo, PaceInfo, SecurityInfo, SecurityInfos
from cccd_reader.protocols.pace_options import read_options
from cccd_simulators import der, documents
from cccd_simulators.chip_authentication import RsaSigner
from cccd_simulators.cms_builder import Form
from cccd_simulators.holder import Holder
from cccd_simulators.holders import HOLDERS, MAN
from cccd_simulators.issuer import Country, card_security_file
from cccd_simulators.persona import (
    SHORT,
    Access,
    ChipAuthenticationKey,
    ChipKey,
    File,
    Limits,
    LongRead,
    Persona,
)
from cccd_simulators.plans import signer_on

PERSONAL_NUMBER = MAN.number
"""The number of the demonstration card's holder. Its serial part is all zeros, so it is nobody's."""

CHIP_MAPPING_SCALAR = 0x2B7E151628AED2A6ABF7158809CF4F3C
"""The demonstration key of chip authentication mapping: a number from a published AES example, and no secret."""

_PACE_CAM_AES_128 = "0.4.0.127.0.7.2.2.4.6.2"
_PACE_GM_AES_256 = "0.4.0.127.0.7.2.2.4.2.4"
_PACE_IM_AES_128 = "0.4.0.127.0.7.2.2.4.4.2"
_CA_ECDH_AES_128, _CA_ECDH_AES_256 = "0.4.0.127.0.7.2.2.3.2.2", "0.4.0.127.0.7.2.2.3.2.4"
_BRAINPOOL_256, _P_256, _BRAINPOOL_384 = 13, 12, 16


@dataclass(frozen=True)
class Entry:
    """One line of the list: name, what it is, whose it is, and how to build it."""

    name: str
    title: str
    holder: Holder
    build: Callable[[], Persona]


def holder_keys(holder: Holder = MAN) -> tuple[AccessKey, ...]:
    """Return what opens a holder's documents: the MRZ and the last six digits of the number."""
    return holder.mrz.key(), holder.personal_number.can


def cccd() -> Persona:
    """Return the demonstration card, `national_card` of the first holder."""
    return national_card(MAN)


@lru_cache(maxsize=32)
def national_card(holder: Holder) -> Persona:
    """Return a Vietnamese card: PACE with the number's last six digits, no SELECT of the master file.

    It proves itself twice: Active Authentication with RSA-2048 under SHA-1, Chip Authentication with AES-128.
    """
    groups = {
        1: documents.mrz_file(holder.mrz.lines),
        2: documents.face_file(documents.portrait()),
        3: documents.fingerprint_file(),
        13: holder.record_file,
        14: documents.chip_authentication_file(documents.chip_authentication_public_key()),
        15: documents.active_authentication_file(documents.active_authentication_public_key()),
    }
    return Persona(
        name=holder.persona,
        title=holder.title,
        application_files=_application(groups, documents.com_file((1, 2, 3, 13, 15, 14)), holder),
        keys=holder_keys(holder),
        master_files={ef.CARD_ACCESS.file_id: File(documents.CARD_ACCESS, Access.ALWAYS)},
        pace=read_options(SecurityInfos.parse(documents.CARD_ACCESS))[0],
        select_mf=Sw.INSTRUCTION_NOT_SUPPORTED,
        active_authentication=RsaSigner(documents.active_authentication_key()),
        chip_authentication=(_chip_authentication_key(_CA_ECDH_AES_128),),
    )


@cache
def passport_bac() -> Persona:
    """Return a document of the first generation: BAC only, short lengths, Active Authentication."""
    groups = {
        1: documents.mrz_file(MAN.mrz.lines),
        2: documents.face_file(documents.portrait()),
        15: documents.active_authentication_file(documents.active_authentication_public_key()),
    }
    return Persona(
        name="passport-bac",
        title="document with Basic Access Control and short lengths only",
        application_files=_application(groups, documents.com_file((1, 2, 15))),
        keys=holder_keys()[:1],
        limits=Limits(SHORT.max_command, SHORT.max_response, LongRead.SERVE),
        active_authentication=RsaSigner(documents.active_authentication_key()),
    )


@cache
def passport_pace() -> Persona:
    """Return a document with PACE only, three ways of it: chip authentication, generic and integrated mapping.

    Chip Authentication is there too, with AES-256 and a key of its own.
    """
    infos = [
        PaceInfo(_PACE_CAM_AES_128, 2, _BRAINPOOL_256),
        PaceInfo(_PACE_GM_AES_256, 2, _BRAINPOOL_384),
        PaceInfo(_PACE_IM_AES_128, 2, _P_256),
    ]
    card_access = _set_of(*infos)
    announced = _set_of(*infos, ChipAuthenticationInfo(_CA_ECDH_AES_256, 1))
    options = read_options(SecurityInfos.parse(card_access))[0]
    mapping_key = ChipKey(options[0].group, CHIP_MAPPING_SCALAR)
    groups = {
        1: documents.mrz_file(MAN.mrz.lines),
        2: documents.face_file(documents.portrait()),
        14: documents.chip_authentication_file(documents.chip_authentication_public_key(), announced),
    }
    return Persona(
        name="passport-pace",
        title="document with PACE only: chip authentication, generic and integrated mapping",
        application_files=_application(groups, documents.com_file((1, 2, 14))),
        keys=holder_keys(),
        master_files={
            ef.CARD_ACCESS.file_id: File(card_access, Access.ALWAYS),
            ef.CARD_SECURITY.file_id: File(_card_security(infos, mapping_key), Access.SESSION),
        },
        pace=options,
        bac=False,
        mapping_key=mapping_key,
        chip_authentication=(_chip_authentication_key(_CA_ECDH_AES_256),),
    )


def from_folder(folder: Path) -> Persona:
    """Return a chip that holds the raw files of a folder, opened by the MRZ of its own DG1.

    BAC always; PACE with the MRZ as well where the folder has an EF.CardAccess. Raises `MalformedData` where it has no
    DG1, `CccdError` where it cannot be read.
    """
    found: dict[ef.ElementaryFile, bytes] = {}
    try:
        for path in sorted(item for item in folder.iterdir() if item.is_file()):
            content = path.read_bytes()
            file = ef.recognise(path.name, content)
            if file is not None:
                found.setdefault(file, content)
    except OSError as error:
        raise CccdError(f"the folder cannot be read: {error.strerror}", "Check the folder and its rights.") from error
    if ef.data_group(1) not in found:
        raise MalformedData("no DG1 among its files", "folder", "Name the folder of one document's raw files.")
    master = {file.file_id: File(content, Access.ALWAYS) for file, content in found.items() if file in ef.MASTER_FILES}
    card_access = found.get(ef.CARD_ACCESS)
    return Persona(
        name="files",
        title="document of the files in a folder",
        application_files={
            file.file_id: File(content) for file, content in found.items() if file not in ef.MASTER_FILES
        },
        keys=(_mrz_key(found[ef.data_group(1)]),),
        master_files=master,
        pace=read_options(SecurityInfos.parse(card_access))[0] if card_access else (),
    )


ENTRIES = (
    *(Entry(holder.persona, holder.title, holder, partial(national_card, holder)) for holder in HOLDERS),
    Entry("passport-bac", "document with Basic Access Control and short lengths only", MAN, passport_bac),
    Entry(
        "passport-pace",
        "document with PACE only: chip authentication, generic and integrated mapping",
        MAN,
        passport_pace,
    ),
)
"""The personas that need nothing but their name. One more, `files`, needs a folder: see `from_folder`."""


def build(name: str, folder: Path | None = None) -> Persona:
    """Return the persona of this name; `files` takes the folder. Raises `Unsupported` for a name that is none."""
    if name == "files":
        if folder is None:
            raise Unsupported("the persona `files` without a folder", "Name the folder with --files FOLDER.")
        return from_folder(folder)
    return entry_of(name).build()


def entry_of(name: str) -> Entry:
    """Return the entry of this name. Raises `Unsupported` for a name that is none."""
    for entry in ENTRIES:
        if entry.name == name:
            return entry
    raise Unsupported(f"the persona {name!r}", "See: cccd simulate list")


def _application(groups: dict[int, bytes], com: bytes, holder: Holder = MAN) -> dict[int, File]:
    signer = Country.demonstration().document_signer(signer_on(holder.signed_at))
    sod = signer.sign_sod(groups, Form(signed_at=holder.signed_at))
    files = {ef.data_group(number).file_id: File(content, _access(number)) for number, content in groups.items()}
    return {ef.COM.file_id: File(com), ef.SOD.file_id: File(sod), **files}


def _card_security(infos: list[PaceInfo], key: ChipKey) -> bytes:
    static = key.group.encode(key.group.power(key.group.generator, key.private))
    key_info = documents.standardized_key_info(static, _BRAINPOOL_256)
    content = der.set_of(*(bytes(info) for info in infos), key_info)
    return card_security_file(content, Country.demonstration().document_signer())


def _set_of(*infos: SecurityInfo) -> bytes:
    return der.set_of(*(bytes(info) for info in infos))


def _chip_authentication_key(oid: str) -> ChipAuthenticationKey:
    """The key of which `documents.chip_authentication_public_key` is the public half."""
    return ChipAuthenticationKey(ChipKey(STANDARD_CURVES[_BRAINPOOL_256], documents.CHIP_AUTHENTICATION_SCALAR), (oid,))


def _access(number: int) -> Access:
    return Access.INSPECTION_SYSTEM if number in (3, 4) else Access.SESSION


def _mrz_key(dg1: bytes) -> MrzKey:
    return DataGroup1.parse(dg1).mrz.key()
