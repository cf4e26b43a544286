# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Files that are not what was issued: altered, stripped, mixed up, lying about themselves.

Every function takes a persona and returns a broken one, or returns such a function. What the issuer signed stays as it
was, but for the functions that say "signed so".
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

from PIL import Image

from cccd_reader.access_keys import check_digit
from cccd_reader.apdu import tlv
from cccd_reader.errors import Unsupported
from cccd_reader.lds import files as ef
from cccd_reader.lds.dg1 import DataGroup1
from cccd_reader.lds.files import ElementaryFile
from cccd_reader.lds.mrz import Mrz, MrzFormat
from cccd_reader.lds.security_infos import ChipAuthenticationInfo, ChipAuthenticationPublicKeyInfo, SecurityInfos
from cccd_simulators import der, documents
from cccd_simulators.document_signer import DocumentSigner
from cccd_simulators.fault_cards import withholding
from cccd_simulators.issuer import Country
from cccd_simulators.persona import Access, File, Persona

Breaking = Callable[[Persona], Persona]
Issuing = Callable[[Mapping[int, bytes]], bytes]
"""Makes EF.SOD of raw data groups by number."""

_NUMBER, _OTHER_NUMBER = b"001090000000", b"001090000001"
_COMPOSITE_DIGIT = {MrzFormat.TD1: 59, MrzFormat.TD2: 71, MrzFormat.TD3: 87}


def data_groups(persona: Persona) -> dict[int, bytes]:
    """Return the raw data groups of a persona by number."""
    found = persona.application_files
    return {number: found[0x0100 + number].content for number in range(1, 17) if 0x0100 + number in found}


def content_of(persona: Persona, file: ElementaryFile) -> bytes:
    """Return a raw file. Raises `Unsupported` where the persona has none, so that it cannot be broken there."""
    found = _folder(persona, file).get(file.file_id)
    if found is None:
        raise Unsupported(f"this fault on a persona without {file.short}", "Choose another persona or another fault.")
    return found.content


def with_file(persona: Persona, file: ElementaryFile, content: bytes | None) -> Persona:
    """Return the persona with another content of a file, which keeps its access rule; None takes the file away."""
    folder = dict(_folder(persona, file))
    old = folder.pop(file.file_id, File(b""))
    if content is not None:
        folder[file.file_id] = replace(old, content=content)
    if file in ef.MASTER_FILES:
        return replace(persona, master_files=folder)
    return replace(persona, application_files=folder)


def with_data_groups(persona: Persona, groups: Mapping[int, bytes]) -> Persona:
    """Return the persona with these data groups instead of its own; EF.COM and EF.SOD stay."""
    for number in data_groups(persona).keys() - groups.keys():
        persona = with_file(persona, ef.data_group(number), None)
    for number, content in groups.items():
        persona = with_file(persona, ef.data_group(number), content)
    return persona


def issued(persona: Persona, groups: Mapping[int, bytes], issue: Issuing | None = None) -> Persona:
    """Return the persona with these data groups, listed in EF.COM and signed; by the demonstration country's signer."""
    issue = issue or _signer().sign_sod
    persona = with_file(with_data_groups(persona, groups), ef.SOD, issue(groups))
    return with_file(persona, ef.COM, documents.com_file(sorted(groups)))


def of_another_holder(persona: Persona) -> Persona:
    """Another name in DG1; signed so, by its issuer. The keys that open the chip are the same."""
    groups = data_groups(persona)
    return issued(persona, groups | {1: altered_content(1, groups[1])})


def altered(number: int) -> Breaking:
    """One data group says something else: another name, another face, one number more, no Chip Authentication."""

    def breaking(persona: Persona) -> Persona:
        file = ef.data_group(number)
        persona = with_file(persona, file, altered_content(number, content_of(persona, file)))
        return _readable(persona, file)

    return breaking


def altered_content(number: int, content: bytes) -> bytes:
    """Return a data group that says something else and is well formed."""
    if number == 1:
        name = content.rstrip(b"<")  # the name stands last in TD1
        return name[:-1] + (b"A" if name[-1:] != b"A" else b"B") + content[len(name) :]
    if number == 2:
        return documents.face_file(_another_portrait())
    if number == 13 and _NUMBER in content:
        return content.replace(_NUMBER, _OTHER_NUMBER)
    if number == 14:
        return _without_chip_authentication(content)
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def stripped(*numbers: int) -> Breaking:
    """Data groups are gone from the chip and from EF.COM; EF.SOD still lists them."""

    def breaking(persona: Persona) -> Persona:
        for number in numbers:
            content_of(persona, ef.data_group(number))
        groups = {number: content for number, content in data_groups(persona).items() if number not in numbers}
        return with_file(with_data_groups(persona, groups), ef.COM, documents.com_file(sorted(groups)))

    return breaking


def listing(change: Callable[[set[int]], set[int]]) -> Breaking:
    """EF.COM lists other data groups than the chip holds."""
    return lambda persona: with_file(persona, ef.COM, documents.com_file(sorted(change(set(data_groups(persona))))))


def replaced(file: ElementaryFile, content: bytes | None) -> Breaking:
    """A file has this content; None takes it away."""

    def breaking(persona: Persona) -> Persona:
        content_of(persona, file)
        return with_file(persona, file, content)

    return breaking


def withheld(sw: int, *files: ElementaryFile) -> Breaking:
    """In place of these files comes a status word without protection, be it the chip's, the link's or somebody's."""

    def breaking(persona: Persona) -> Persona:
        for file in files:
            content_of(persona, file)
        return replace(persona, disguise=withholding(sw, *files))

    return breaking


def with_unsigned_group(persona: Persona) -> Persona:
    """DG11 is on the chip and in EF.COM, and its issuer never signed it."""
    persona = with_file(persona, ef.data_group(11), tlv.encode(0x6B, tlv.encode(0x5C, b"")))
    return with_file(persona, ef.COM, documents.com_file(sorted(data_groups(persona))))


def with_wrong_group(persona: Persona) -> Persona:
    """DG1's file identifier leads to the content of DG2."""
    return with_file(persona, ef.data_group(1), content_of(persona, ef.data_group(2)))


def with_open_fingerprints(persona: Persona) -> Persona:
    """The chip lets everybody read DG3."""
    content_of(persona, ef.data_group(3))
    return _readable(persona, ef.data_group(3))


def claiming(length: Callable[[int], bytes]) -> Breaking:
    """The header of one file tells another length than the file has; `length` makes the length field of the true one.

    It is DG13's, or DG2's where there is none.
    """

    def breaking(persona: Persona) -> Persona:
        file = victim(persona)
        item, _ = tlv.decode_first(content_of(persona, file))
        return with_file(persona, file, bytes([item.tag]) + length(len(item.value)) + item.value)

    return breaking


def victim(persona: Persona) -> ElementaryFile:
    """Return the file at which something goes wrong: DG13, or DG2 where there is none."""
    return ef.data_group(13 if 13 in data_groups(persona) else 2)


def with_wrong_check_digit(persona: Persona) -> Persona:
    """The composite check digit of the MRZ is one too high; signed so."""
    mrz = _mrz(persona)
    text = bytes(mrz).decode("ascii")
    at = _COMPOSITE_DIGIT[mrz.format]
    wrong = text[:at] + str((int(check_digit(text[at])) + 1) % 10) + text[at + 1 :]
    return issued(persona, data_groups(persona) | {1: documents.mrz_file([wrong])})


def with_broken_portrait(persona: Persona) -> Persona:
    """The photo is no image; signed so."""
    return issued(persona, data_groups(persona) | {2: documents.face_file(b"no image")})


def _folder(persona: Persona, file: ElementaryFile) -> Mapping[int, File]:
    return persona.master_files if file in ef.MASTER_FILES else persona.application_files


def _readable(persona: Persona, file: ElementaryFile) -> Persona:
    folder = persona.application_files
    opened = replace(folder[file.file_id], access=Access.SESSION)
    return replace(persona, application_files={**folder, file.file_id: opened})


def _mrz(persona: Persona) -> Mrz:
    return DataGroup1.parse(content_of(persona, ef.data_group(1))).mrz


def _without_chip_authentication(dg14: bytes) -> bytes:
    infos = SecurityInfos.parse(dg14).infos
    kept = [
        bytes(each) for each in infos if not isinstance(each, ChipAuthenticationInfo | ChipAuthenticationPublicKeyInfo)
    ]
    return tlv.encode(0x6E, der.set_in_order(*kept))


@cache
def _signer() -> DocumentSigner:
    return Country.demonstration().document_signer()


@cache
def _another_portrait() -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (60, 80), 128).save(buffer, "JPEG")
    return buffer.getvalue()
