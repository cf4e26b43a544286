# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Elementary files by name, tag and content."""

from __future__ import annotations

from itertools import count

import pytest

from cccd_reader.apdu import tlv
from cccd_reader.lds import files
from tests.lds import samples


def test_the_table_agrees_with_the_standard() -> None:
    shown = {file.short: (file.file_id, file.sfi, file.tag) for file in (*files.APPLICATION_FILES, *files.MASTER_FILES)}
    assert shown["COM"] == (0x011E, 0x1E, 0x60)
    assert shown["DG1"] == (0x0101, 0x01, 0x61)
    assert shown["DG2"] == (0x0102, 0x02, 0x75)
    assert shown["DG4"] == (0x0104, 0x04, 0x76)
    assert shown["DG13"] == (0x010D, 0x0D, 0x6D)
    assert shown["DG16"] == (0x0110, 0x10, 0x70)
    assert shown["SOD"] == (0x011D, 0x1D, 0x77)
    assert shown["CardAccess"] == (0x011C, 0x1C, 0x31)
    assert shown["ATR/INFO"] == (0x2F01, 0x01, 0)
    assert len(shown) == 22


def test_data_groups_are_numbered_from_one() -> None:
    assert [file.number for file in files.DATA_GROUPS] == list(range(1, 17))
    assert files.COM.number is None
    for number in (0, 17, -1):
        with pytest.raises(ValueError, match="1 to 16"):
            files.data_group(number)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("EF_SOD.bin", "SOD"),
        ("EF_COM.bin", "COM"),
        ("EF.COM", "COM"),
        ("EF.DG14", "DG14"),
        ("DG1.bin", "DG1"),
        ("dg01.dat", "DG1"),
        ("Datagroup1.bin", "DG1"),
        ("Datagroup15.bin", "DG15"),
        ("011D", "SOD"),
        ("ef0101.bin", "DG1"),
        ("ef010F.bin", "DG15"),
        ("0110.bin", "DG16"),
        ("cardaccess.bin", "CardAccess"),
        ("EF.CardSecurity", "CardSecurity"),
        ("ef011C.bin", "CardAccess"),
        ("EF.ATR/INFO", "ATR/INFO"),
        ("EF_ATR_INFO.bin", "ATR/INFO"),
        ("2F00", "DIR"),
        ("some/folder.of/dg2.bin", "DG2"),
        ("dg17.bin", None),
        ("dg0.bin", None),
        ("1234", None),
        ("mrz.txt", None),
        ("dg1.txt", None),
        ("csca.der", None),
        ("", None),
    ],
)
def test_a_name_is_recognised(name: str, short: str | None) -> None:
    found = files.by_name(name)
    assert (found.short if found else None) == short


@pytest.mark.parametrize(
    ("content", "short"),
    [
        (samples.dg1(samples.TD3), "DG1"),
        (samples.DG13, "DG13"),
        (samples.DG13 + bytes(9), "DG13"),
        (samples.CARD_ACCESS, "CardAccess"),
        (bytes.fromhex("61094F07A0000002471001"), "DIR"),
        (bytes.fromhex("61094F07A000000247100161094F07A0000002471002"), "DIR"),
        (samples.signed_data(samples.CARD_ACCESS, "0.4.0.127.0.7.3.2.1"), "CardSecurity"),
        (samples.certificate().dump(), None),
        (samples.DG13 + b"\x01", None),
        (samples.DG13[:-1], None),
        (b"a text that begins with the tag of data group 1", None),
        (b"", None),
    ],
    ids=count(),
)
def test_a_file_without_a_telling_name_is_recognised_by_its_content(content: bytes, short: str | None) -> None:
    found = files.recognise("export-7.bin", content)
    assert (found.short if found else None) == short


def test_a_name_decides_over_the_content() -> None:
    assert files.recognise("DG2.bin", samples.dg1(samples.TD3)) is files.data_group(2)


def test_011d_is_card_security_where_the_content_says_so() -> None:
    assert files.recognise("011D", samples.sod(samples.security_object({1: bytes(32)}))) is files.SOD
    security = samples.signed_data(samples.CARD_ACCESS, "0.4.0.127.0.7.3.2.1")
    assert files.recognise("011D", security) is files.CARD_SECURITY


def test_only_zeros_after_the_outer_data_object_are_padding() -> None:
    file = tlv.encode(0x6D, b"\x01\x00\x00")
    assert files.without_padding(file) == file
    assert files.without_padding(file + bytes(20)) == file
    assert files.without_padding(file + b"\x00\x01") == file + b"\x00\x01"
    assert files.without_padding(file[:-1]) == file[:-1]
