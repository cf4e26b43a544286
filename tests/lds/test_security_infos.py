# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""SecurityInfos of EF.CardAccess and EF.DG14: every kind both ways, and what is wrong stays visible."""

from __future__ import annotations

import dataclasses
from itertools import count

import pytest

from cccd_reader.apdu import tlv
from cccd_reader.errors import MalformedData
from cccd_reader.lds import asn1
from cccd_reader.lds import object_identifiers as oids
from cccd_reader.lds.dg14 import DataGroup14
from cccd_reader.lds.security_infos import (
    MAX_INFOS,
    ActiveAuthenticationInfo,
    ChipAuthenticationInfo,
    ChipAuthenticationPublicKeyInfo,
    OtherInfo,
    PaceDomainParameterInfo,
    PaceInfo,
    SecurityInfo,
    SecurityInfos,
    TerminalAuthenticationInfo,
)
from tests.lds import samples

KEY = samples.rsa_key(1024)
PACE_SUITE = f"{oids.PACE}.2.2"


def test_the_constant_of_the_vietnamese_card() -> None:
    infos = SecurityInfos.parse(samples.CARD_ACCESS)
    assert infos.infos == (
        TerminalAuthenticationInfo(oids.TERMINAL_AUTHENTICATION, 1),
        ChipAuthenticationInfo(f"{oids.CHIP_AUTHENTICATION}.2.2", 1),
        PaceInfo(PACE_SUITE, 2, 13),
    )
    assert infos.notes == ()
    assert infos.raw == bytes(infos) == samples.CARD_ACCESS
    assert infos.of(PaceInfo) == (PaceInfo(PACE_SUITE, 2, 13),)


def test_the_constant_is_built_from_its_infos() -> None:
    infos = SecurityInfos.parse(samples.CARD_ACCESS).infos
    built = SecurityInfos(tuple(dataclasses.replace(info, raw=b"") for info in infos))
    assert bytes(built) == samples.CARD_ACCESS


@pytest.mark.parametrize(
    "info",
    [
        PaceInfo(PACE_SUITE, 2),
        PaceInfo(f"{oids.PACE}.6.4", 2, 255),
        PaceDomainParameterInfo(f"{oids.PACE}.1", KEY),
        PaceDomainParameterInfo(f"{oids.PACE}.2", KEY, 128),
        ChipAuthenticationInfo(f"{oids.CHIP_AUTHENTICATION}.1.1", 1, 7),
        ChipAuthenticationPublicKeyInfo(f"{oids.PUBLIC_KEY}.2", KEY),
        ChipAuthenticationPublicKeyInfo(f"{oids.PUBLIC_KEY}.1", KEY, 1),
        TerminalAuthenticationInfo(oids.TERMINAL_AUTHENTICATION, 1),
        TerminalAuthenticationInfo(oids.TERMINAL_AUTHENTICATION, 1, bytes.fromhex("30070402011C04011C")),
        ActiveAuthenticationInfo(oids.ACTIVE_AUTHENTICATION, 1, "0.4.0.127.0.7.1.1.4.1.3"),
    ],
    ids=lambda info: type(info).__name__,
)
def test_every_kind_goes_both_ways(info: SecurityInfo) -> None:
    file = bytes(SecurityInfos((info,)))
    parsed = SecurityInfos.parse(file)
    assert parsed.infos == (info,)
    assert parsed.notes == ()
    assert parsed.infos[0].raw == bytes(info)


def test_data_group_14_wraps_the_same_set() -> None:
    file = tlv.encode(0x6E, samples.CARD_ACCESS)
    group = DataGroup14.parse(file)
    assert group.security_infos == SecurityInfos.parse(samples.CARD_ACCESS)
    assert bytes(group) == bytes(DataGroup14(group.security_infos)) == file
    with pytest.raises(MalformedData, match="6E"):
        DataGroup14.parse(samples.CARD_ACCESS)


@pytest.mark.parametrize("wrap", [bytes, lambda raw: tlv.encode(0x6E, raw)], ids=["bare", "wrapped"])
def test_zero_padding_is_tolerated_and_noted(wrap: type[bytes]) -> None:
    infos = SecurityInfos.parse(wrap(samples.CARD_ACCESS) + bytes(202))
    assert len(infos.infos) == 3
    assert infos.notes == ("202 zero bytes follow the file",)
    assert infos.raw == wrap(samples.CARD_ACCESS)


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"\x31",
        samples.CARD_ACCESS[:-1],
        samples.CARD_ACCESS + b"\x01",
        tlv.encode(0x30, b""),
        tlv.encode(0x6E, b""),
        tlv.encode(0x6E, samples.CARD_ACCESS + b"\x00"),
        tlv.encode(0x31, b"\x30\x80"),
        tlv.encode(0x31, b"\x30\x00" * (MAX_INFOS + 1)),
    ],
    ids=count(),
)
def test_the_set_itself_must_be_well_formed(file: bytes) -> None:
    with pytest.raises(MalformedData):
        SecurityInfos.parse(file)


OID = asn1.encode_object_identifier
PACE_OID = OID(PACE_SUITE)


@pytest.mark.parametrize(
    ("info", "note"),
    [
        (b"\x04\x00", "info 1: it is no SEQUENCE"),
        (b"\x30\x00", "info 1: it has other than two or three elements"),
        (asn1.encode_sequence(PACE_OID), "info 1: it has other than two or three elements"),
        (asn1.encode_sequence(b"\x02\x01\x01", b"\x02\x01\x01"), "info 1: an object identifier is expected"),
        (asn1.encode_sequence(PACE_OID, b"\x04\x01\x02"), "info 1: a non-negative integer is expected"),
        (
            asn1.encode_sequence(PACE_OID, b"\x02\x01\x02", b"\x02\x01\x8d"),
            "info 1: a non-negative integer is expected",
        ),
        (asn1.encode_sequence(PACE_OID, b"\x02\x00"), "info 1: a non-negative integer is expected"),
        (asn1.encode_sequence(PACE_OID, b"\x02\x11" + b"\x01" * 17), "info 1: a non-negative integer is expected"),
        (asn1.encode_sequence(OID(f"{oids.PACE}.2"), b"\x04\x00"), "info 1: the required data is no SEQUENCE"),
        (
            asn1.encode_sequence(OID(oids.ACTIVE_AUTHENTICATION), b"\x02\x01\x01"),
            "info 1: the signature algorithm is missing",
        ),
        (b"\x30\x03\x06\x05\x2a", "info 1: the length goes past the end"),
    ],
    ids=count(),
)
def test_one_malformed_info_is_noted_and_hides_no_other(info: bytes, note: str) -> None:
    good = bytes(PaceInfo(PACE_SUITE, 2, 13))
    infos = SecurityInfos.parse(tlv.encode(0x31, info + good))
    assert infos.notes == (note,)
    assert isinstance(infos.infos[0], OtherInfo)
    assert infos.infos[0].raw == info
    assert infos.of(PaceInfo) == (PaceInfo(PACE_SUITE, 2, 13),)
    assert bytes(infos) == tlv.encode(0x31, info + good)


@pytest.mark.parametrize(
    "oid", [f"{oids.PACE}.2.2.1", oids.PACE, "0.4.0.127.0.7.2.2.6", "1.2.840.113549", "2.999.3"], ids=count()
)
def test_an_unknown_info_is_kept_without_a_note(oid: str) -> None:
    raw = asn1.encode_sequence(OID(oid), b"\x0c\x01x")
    infos = SecurityInfos.parse(tlv.encode(0x31, raw))
    assert infos.infos == (OtherInfo(oid),)
    assert infos.infos[0].raw == raw
    assert infos.notes == ()


def test_the_raw_bytes_of_an_info_are_those_of_the_file() -> None:
    overlong = bytes.fromhex("3081 12") + bytes(PaceInfo(PACE_SUITE, 2, 13))[2:]
    infos = SecurityInfos.parse(tlv.encode(0x31, overlong))
    assert infos.infos == (PaceInfo(PACE_SUITE, 2, 13),)
    assert infos.infos[0].raw == overlong


def test_no_key_of_a_card_is_remembered() -> None:
    """A program that runs for days must not know which cards it has seen, nor keep what is large on purpose."""
    shared, own = PaceInfo(PACE_SUITE, 2, 13), ChipAuthenticationPublicKeyInfo(f"{oids.PUBLIC_KEY}.2", KEY)
    file = tlv.encode(0x31, bytes(shared) + bytes(own))
    first, second = SecurityInfos.parse(file).infos, SecurityInfos.parse(file).infos
    assert first == second
    assert first[0] is second[0]
    assert first[1] is not second[1]


@pytest.mark.parametrize(
    "oid", ["0.4.0.127.0.7.2.2.4.2.2", "2.999.1", "1.39.16384", "2.23.136.1.1.5", "0.0"], ids=count()
)
def test_object_identifiers_go_both_ways(oid: str) -> None:
    item, _ = tlv.decode_first(asn1.encode_object_identifier(oid))
    assert asn1.object_identifier(item) == oid


@pytest.mark.parametrize("body", ["", "80", "2A80", "2A8001", "2A" * 65], ids=count())
def test_a_malformed_object_identifier_is_refused(body: str) -> None:
    with pytest.raises(MalformedData):
        asn1.object_identifier(tlv.Tlv(6, bytes.fromhex(body)))


@pytest.mark.parametrize(
    ("oid", "name"),
    [
        (PACE_SUITE, "id-PACE-ECDH-GM-AES-CBC-CMAC-128"),
        (f"{oids.PACE}.3.1", "id-PACE-DH-IM-3DES-CBC-CBC"),
        (f"{oids.PACE}.6.4", "id-PACE-ECDH-CAM-AES-CBC-CMAC-256"),
        (f"{oids.PACE}.2", "id-PACE-ECDH-GM"),
        (f"{oids.CHIP_AUTHENTICATION}.2.2", "id-CA-ECDH-AES-CBC-CMAC-128"),
        (oids.PUBLIC_KEY_ECDH, "id-PK-ECDH"),
        (oids.TERMINAL_AUTHENTICATION, "id-TA"),
        ("0.4.0.127.0.7.1.1.4.1.3", "ecdsa-plain-SHA256"),
        ("1.2.3", ""),
    ],
    ids=count(),
)
def test_protocols_have_the_names_of_the_standard(oid: str, name: str) -> None:
    assert oids.protocol_name(oid) == name
