# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Whatever the bytes are, a parser returns a value or raises `MalformedData` or `Unsupported`, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cccd_reader.apdu import tlv
from cccd_reader.errors import MalformedData, Unsupported
from cccd_reader.lds import files
from cccd_reader.lds.card_security import CardSecurity
from cccd_reader.lds.com import Com
from cccd_reader.lds.dg1 import DataGroup1
from cccd_reader.lds.dg2 import DataGroup2
from cccd_reader.lds.dg14 import DataGroup14
from cccd_reader.lds.dg15 import DataGroup15
from cccd_reader.lds.image import Image
from cccd_reader.lds.mrz import Mrz
from cccd_reader.lds.security_infos import SecurityInfos
from cccd_reader.lds.signed_content import CertificateSummary
from cccd_reader.lds.sod import Sod
from tests.lds import samples

Parser = Callable[[bytes], object]

SOD = samples.sod(samples.security_object({1: bytes(32), 2: bytes(32)}, "1.8", "4.0.0"), samples.certificate())
PARSERS: list[tuple[Parser, bytes]] = [
    (Com.parse, bytes(Com.of_data_groups(1, 2, 14))),
    (DataGroup1.parse, samples.dg1(samples.TD3)),
    (Mrz.parse, samples.CITIZEN.encode("ascii")),
    (DataGroup2.parse, samples.dg2(samples.JPEG)),
    (Image.parse, samples.JPEG),
    (DataGroup14.parse, tlv.encode(0x6E, samples.CARD_ACCESS)),
    (SecurityInfos.parse, samples.CARD_ACCESS),
    (DataGroup15.parse, tlv.encode(0x6F, samples.rsa_key(1024))),
    (Sod.parse, SOD),
    (CertificateSummary.parse, samples.certificate().dump()),
    (CardSecurity.parse, samples.signed_data(samples.CARD_ACCESS, "0.4.0.127.0.7.3.2.1")),
    (files.without_padding, samples.DG13),
    (partial(files.recognise, "unnamed"), samples.DG13),
]
NAMES = [getattr(parser, "__qualname__", "recognise") for parser, _ in PARSERS]


def survives(parser: Parser, raw: bytes) -> None:
    try:
        value = parser(raw)
    except (MalformedData, Unsupported):
        return
    assert repr(value)  # and what it returned is a value to the end


@pytest.mark.parametrize(("parser", "good"), PARSERS, ids=NAMES)
def test_the_unspoilt_file_is_parsed(parser: Parser, good: bytes) -> None:
    assert parser(good) is not None


@pytest.mark.parametrize(("parser", "good"), PARSERS, ids=NAMES)
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_spoilt_files(parser: Parser, good: bytes, data: st.DataObject) -> None:
    spoilt = bytearray(good)
    for _ in range(data.draw(st.integers(1, 4))):
        position = data.draw(st.integers(0, len(good) - 1))
        spoilt[position] = data.draw(st.integers(0, 255))
    survives(parser, bytes(spoilt[: data.draw(st.integers(0, len(good)) | st.just(len(good)))]))


@pytest.mark.parametrize(("parser", "good"), PARSERS, ids=NAMES)
@settings(max_examples=40, deadline=None)
@given(raw=st.binary(max_size=200))
def test_any_bytes(parser: Parser, good: bytes, raw: bytes) -> None:
    survives(parser, raw)
    survives(parser, tlv.encode(good[0], raw))  # the outer tag that most of them expect
    survives(parser, good[:12] + raw)
