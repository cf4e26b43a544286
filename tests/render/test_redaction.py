# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What may stand in a log: numbers masked, lines of a card hidden, everything else as it was."""

from __future__ import annotations

import pytest

from cccd_reader.apdu.trace import Exchange
from cccd_reader.render.redaction import redacted
from cccd_simulators import documents

NUMBER = "001090000000"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"no file {NUMBER}", "no file 001******000"),
        ("số 001 090 000 000.", "số 001******000."),
        (f"'{NUMBER}/DG1.bin'", "'001******000/DG1.bin'"),
        ("CMND 123456789,", "CMND 123***789,"),
        (f"{NUMBER}|123456789|Nguyễn Văn Thử|01021990|Nam", "001******000|***"),
        ("123456789|Nguyễn Văn Thử|01021990|Nam", "123***789|***"),
        (documents.HOLDER_MRZ[0], "***"),
        (f"line {documents.HOLDER_MRZ[1]}!", "line ***!"),
        (f"'{documents.HOLDER_MRZ[2]}'", "'***'"),
        ("NGUYEN<<VAN<THU", "***"),
        ("a\x1b[2Jb", "a\\x1b[2Jb"),
    ],
    ids=[
        "number",
        "in threes",
        "path",
        "old number",
        "QR line",
        "old QR line",
        "line 1",
        "line 2",
        "line 3",
        "name",
        "control",
    ],
)
def test_what_tells_of_a_person_is_masked(text: str, said: str) -> None:
    assert redacted(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "PACE bằng 6 số cuối: mở được",
        "DG2        [############............] 7,500 of 15,000 bytes",
        "AKI BC43D16A89129AAED13DD56C5612BED8EFDDB723",
        "id-PACE-ECDH-GM-AES-CBC-CMAC-128 over brainpoolP256r1, 2.23.136.1.1.1, 192.168.100.200",
        "C=VN, O=Ministry of Public Security, CN=Document Signer 00013, 20220419120000Z",
        str(Exchange(64, bytes.fromhex("00A4020C"), 123456, 234567, 0x9000, 0.1234)),
    ],
)
def test_everything_else_stays(text: str) -> None:
    assert redacted(text) == text


def test_a_long_text_takes_no_longer_than_its_length_asks() -> None:
    for part in ("A", "9", "<", "1 ", "123456789|"):
        assert redacted(part * 20000)
