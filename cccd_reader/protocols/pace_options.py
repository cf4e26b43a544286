# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Which ways of PACE a chip offers, and the order in which a terminal tries them (ICAO 9303-11, 4.4.3 and 9.2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cccd_reader.crypto.groups import Agreement, AnyGroup
from cccd_reader.crypto.suites import SUITES, TDES, Suite
from cccd_reader.errors import CccdError, MalformedData, Unsupported
from cccd_reader.lds.domain_parameters import parse_algorithm, standardized
from cccd_reader.lds.object_identifiers import PACE, protocol_name
from cccd_reader.lds.security_infos import PaceDomainParameterInfo, PaceInfo, SecurityInfos

_FIRST_PROPRIETARY_ID = 32
"""Ids 0 to 31 are standardized or reserved, higher ones name explicit parameters (ICAO 9303-11, 9.5.1)."""

MAX_EXPLICIT = 3
"""Explicit parameters that are looked at: proving a large DH group takes seconds, and a chip may name hundreds."""


class Mapping(StrEnum):
    """How the nonce becomes an ephemeral generator (ICAO 9303-11, 4.4.3.3)."""

    GENERIC = "GM"
    INTEGRATED = "IM"
    CHIP_AUTHENTICATION = "CAM"


_ARCS = {
    1: (Agreement.DH, Mapping.GENERIC),
    2: (Agreement.ECDH, Mapping.GENERIC),
    3: (Agreement.DH, Mapping.INTEGRATED),
    4: (Agreement.ECDH, Mapping.INTEGRATED),
    6: (Agreement.ECDH, Mapping.CHIP_AUTHENTICATION),
}


@dataclass(frozen=True)
class PaceOption:
    """One way of PACE, ready to run. `ambiguous` says that the identifier alone does not name the parameters."""

    oid: str
    mapping: Mapping
    suite: Suite
    group: AnyGroup
    parameter_id: int | None
    ambiguous: bool = False

    @property
    def name(self) -> str:
        """The standard's name of the protocol, and the group: public facts for logs and reports."""
        return f"{protocol_name(self.oid) or self.oid} over {self.group.name}"


@dataclass(frozen=True)
class Skipped:
    """A PACEInfo that cannot be used, and why."""

    oid: str
    why: str


def read_options(infos: SecurityInfos) -> tuple[tuple[PaceOption, ...], tuple[Skipped, ...]]:
    """Return the usable options in the order to try, and the PACEInfos that are unusable.

    Chip authentication mapping comes first, since it also proves the chip; then ECDH before DH, AES before 3DES, and
    for the rest the chip's own order.
    """
    explicit = infos.of(PaceDomainParameterInfo)[:MAX_EXPLICIT]
    options: list[PaceOption] = []
    skipped: list[Skipped] = []
    pace_infos = infos.of(PaceInfo)
    for info in pace_infos:
        ambiguous = sum(other.oid == info.oid for other in pace_infos) > 1 or len(explicit) > 1
        try:
            options.append(_option(info, explicit, ambiguous))
        except CccdError as error:
            skipped.append(Skipped(info.oid, str(error)))
    return tuple(sorted(options, key=_rank)), tuple(skipped)


def make_option(oid: str, group: AnyGroup, parameter_id: int | None = None) -> PaceOption:
    """Return the option that an object identifier (dotted) names over `group`. Raises `Unsupported` otherwise."""
    arcs = oid.removeprefix(f"{PACE}.").split(".")
    if not oid.startswith(f"{PACE}.") or len(arcs) != 2 or not all(arc.isdigit() for arc in arcs):
        raise Unsupported(f"the PACE protocol {oid}")
    family, suite = _ARCS.get(int(arcs[0])), SUITES.get(int(arcs[1]))
    if family is None or suite is None or (family[1] is Mapping.CHIP_AUTHENTICATION and suite is TDES):
        raise Unsupported(f"the PACE protocol {oid}")
    agreement, mapping = family
    if group.agreement is not agreement:
        raise MalformedData("the domain parameters do not fit the protocol", "PACEInfo")
    if mapping is Mapping.INTEGRATED and not group.takes_integrated_mapping:
        raise Unsupported(f"integrated mapping over {group.name}")
    return PaceOption(oid, mapping, suite, group, parameter_id)


def _option(info: PaceInfo, explicit: tuple[PaceDomainParameterInfo, ...], ambiguous: bool) -> PaceOption:
    if info.version != 2:
        raise Unsupported(f"PACE version {info.version}")
    option = make_option(info.oid, _group(info, explicit), info.parameter_id)
    return PaceOption(option.oid, option.mapping, option.suite, option.group, option.parameter_id, ambiguous)


def _group(info: PaceInfo, explicit: tuple[PaceDomainParameterInfo, ...]) -> AnyGroup:
    family = info.oid.rpartition(".")[0]
    fitting = [given for given in explicit if given.oid == family and given.parameter_id == info.parameter_id]
    if fitting and (info.parameter_id is None or info.parameter_id >= _FIRST_PROPRIETARY_ID):
        return parse_algorithm(fitting[0].domain_parameter)
    if info.parameter_id is None:
        # One set of explicit parameters needs no id on either side to be found.
        alone = [given for given in explicit if given.oid == family]
        if len(alone) == 1:
            return parse_algorithm(alone[0].domain_parameter)
        raise MalformedData("neither a parameter id nor explicit domain parameters", "PACEInfo")
    return standardized(info.parameter_id)


def _rank(option: PaceOption) -> tuple[bool, bool, bool]:
    return (
        option.mapping is not Mapping.CHIP_AUTHENTICATION,
        option.group.agreement is not Agreement.ECDH,
        option.suite is TDES,
    )
