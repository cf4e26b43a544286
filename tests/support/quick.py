# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Chips whose keys cost a tenth, for tests that read one chip again and again and are not about its keys.

A real card's brainpool curves and RSA-2048 are two thirds of what a simulated visit costs. These chips speak the same
protocols in the same order over P-256, which OpenSSL has in assembler, and RSA-1024; files and signatures fit.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cccd_reader.apdu import tlv
from cccd_reader.crypto.ec import STANDARD_CURVES
from cccd_reader.crypto.entropy import PrivateScalar
from cccd_reader.lds import files as ef
from cccd_reader.lds.security_infos import ChipAuthenticationPublicKeyInfo, PaceInfo, SecurityInfo, SecurityInfos
from cccd_reader.protocols.pace_options import read_options
from cccd_simulators import der, documents
from cccd_simulators.chip_authentication import RsaSigner
from cccd_simulators.fault_files import data_groups, issued, with_file
from cccd_simulators.issuer import Country, card_security_file
from cccd_simulators.persona import ChipKey, Persona
from tests.support.fault_matrix import base

_P_256 = 12
_KEY = ChipKey(STANDARD_CURVES[_P_256], PrivateScalar(0x2B7E151628AED2A6ABF7158809CF4F3C))
_KEY_INFO = documents.standardized_key_info(
    _KEY.group.encode(_KEY.group.power(_KEY.group.generator, _KEY.private)), _P_256
)


@cache
def quick(name: str) -> Persona:
    """Return `base` of this name with cheap keys."""
    persona = base(name)
    groups = data_groups(persona)
    if persona.active_authentication:
        groups[15] = documents.active_authentication_file(_spki(_rsa_key()))
        persona = replace(persona, active_authentication=RsaSigner(_rsa_key()))
    if persona.chip_authentication:
        infos = SecurityInfos.parse(tlv.expect(groups[14], 0x6E))
        groups[14] = tlv.encode(0x6E, der.set_in_order(_on_p_256(infos), _KEY_INFO))
        keys = tuple(replace(key, key=_KEY) for key in persona.chip_authentication)
        persona = replace(persona, chip_authentication=keys)
    if persona.pace:
        persona = _with_card_access(persona)
    return issued(persona, groups)


def _with_card_access(persona: Persona) -> Persona:
    infos = SecurityInfos.parse(persona.master_files[ef.CARD_ACCESS.file_id].content)
    card_access = der.set_in_order(_on_p_256(infos))
    options = read_options(SecurityInfos.parse(card_access))[0]
    persona = with_file(persona, ef.CARD_ACCESS, card_access)
    if persona.mapping_key:
        content = der.set_of(_on_p_256(infos), _KEY_INFO)
        signed = card_security_file(content, Country.demonstration().document_signer())
        persona = replace(with_file(persona, ef.CARD_SECURITY, signed), mapping_key=_KEY)
        return replace(persona, pace=options)
    # A reader that could not read EF.CardAccess takes the country's curve, which the chip has as well.
    return replace(persona, pace=(*options, *persona.pace))


def _on_p_256(infos: SecurityInfos) -> bytes:
    """Return the infos one after the other, all PACE on P-256, without keys."""
    kept = (info for info in infos.infos if not isinstance(info, ChipAuthenticationPublicKeyInfo))
    return b"".join(bytes(_of_p_256(info)) for info in kept)


def _of_p_256(info: SecurityInfo) -> SecurityInfo:
    return PaceInfo(info.oid, info.version, _P_256) if isinstance(info, PaceInfo) else info


@cache
def _rsa_key() -> RSAPrivateKey:
    return generate_private_key(65537, 1024)


def _spki(key: RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
