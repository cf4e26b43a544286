# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""PACE by every mapping, group, cipher and parameter id that the standard allows, terminal against chip."""

from __future__ import annotations

import pytest

from cccd_reader.access_keys import AccessKey, Can, MrzKey, Pin, Puk
from cccd_reader.apdu.channel import Lengths, PlainChannel
from cccd_reader.crypto.groups import Agreement
from cccd_reader.errors import StatusError, WrongKey
from cccd_reader.protocols import pace
from cccd_reader.protocols.pace_options import PaceOption
from cccd_simulators.chip import VirtualChip
from cccd_simulators.persona import Persona
from tests.support import pace_matrix

OPTIONS = pace_matrix.options()


def test_the_table_is_whole() -> None:
    # DH: 3 groups, 2 mappings, 4 ciphers. ECDH: 11 curves by GM, 10 by IM with 4 ciphers, 11 by CAM with 3.
    assert len(OPTIONS) == 3 * 2 * 4 + 11 * 4 + 10 * 4 + 11 * 3


@pytest.mark.parametrize("option", OPTIONS, ids=pace_matrix.label)
def test_every_way_establishes(option: PaceOption) -> None:
    assert pace_matrix.establish(option, Lengths.EXTENDED)


@pytest.mark.parametrize("option", [o for o in OPTIONS if o.group.agreement is Agreement.DH], ids=pace_matrix.label)
def test_long_keys_go_in_a_chain_where_lengths_are_short(option: PaceOption) -> None:
    assert pace_matrix.establish(option, Lengths.SHORT)


@pytest.mark.parametrize("option", OPTIONS[::7], ids=pace_matrix.label)
def test_a_wrong_password_is_called_so(option: PaceOption) -> None:
    with pytest.raises(WrongKey):
        pace.establish(PlainChannel(pace_matrix.chip(option), Lengths.EXTENDED), option, Can("000001"))


@pytest.mark.parametrize(
    "key",
    [MrzKey("900000007", "900201", "300201"), Can("123456"), Pin("135790"), Puk("1234567890")],
    ids=lambda k: k.name,
)
def test_every_password_opens_by_its_own_reference(key: AccessKey) -> None:
    option = next(option for option in OPTIONS if pace_matrix.label(option) == "ECDH-GM-AES-128-13")
    chip = VirtualChip(Persona("one", "", {}, (key,), pace=(option,)))
    assert pace.establish(PlainChannel(chip), option, key).keys.suite is option.suite
    other = Can("123456") if key.name != "can" else Pin("135790")
    with pytest.raises(StatusError, match="6A88"):
        pace.establish(PlainChannel(chip), option, other)
