# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""SecurityInfos of EF.CardAccess and EF.DG14, and the domain parameters and keys in them."""

from __future__ import annotations

from collections.abc import Iterator

from cccd_reader.lds.dg14 import DataGroup14
from cccd_reader.lds.domain_parameters import parse_algorithm, parse_public_key
from cccd_reader.lds.security_infos import ChipAuthenticationPublicKeyInfo, PaceDomainParameterInfo, SecurityInfos
from cccd_reader.protocols.pace_options import read_options
from fuzz import seeds as all_seeds
from fuzz.oracle import ensure, parsed


def seeds() -> Iterator[bytes]:
    """Yield EF.CardAccess and EF.DG14 of all chips at hand."""
    yield from all_seeds.security_infos()


def consume(data: bytes) -> None:
    """Parse the infos, and go on as a terminal does that chooses how to open the chip."""
    parsed(DataGroup14.parse, data)
    infos = parsed(SecurityInfos.parse, data)
    if infos is None:
        return
    ensure(all(bytes(info) == info.raw for info in infos.infos), "an info was changed")
    parsed(read_options, infos)
    for offered in infos.of(PaceDomainParameterInfo)[:2]:
        parsed(parse_algorithm, offered.domain_parameter)
    for key in infos.of(ChipAuthenticationPublicKeyInfo)[:2]:
        parsed(parse_public_key, key.public_key)
