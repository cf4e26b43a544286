# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Every way of PACE that ICAO 9303-11 allows: mapping, group, cipher, parameter id.

`python -m tests.support.pace_matrix` runs each in process, terminal against chip, and prints the table.
"""

from __future__ import annotations

import sys
from dataclasses import replace

from cccd_reader.access_keys import Can
from cccd_reader.apdu.channel import Lengths, PlainChannel
from cccd_reader.apdu.commands import select_application
from cccd_reader.apdu.secure_messaging import SecureChannel
from cccd_reader.crypto.dh import STANDARD_GROUPS
from cccd_reader.crypto.ec import STANDARD_CURVES
from cccd_reader.crypto.groups import Agreement
from cccd_reader.crypto.suites import SUITES
from cccd_reader.errors import Unsupported
from cccd_reader.lds.object_identifiers import PACE
from cccd_reader.protocols import pace
from cccd_reader.protocols.pace_arithmetic import is_chip_authentic
from cccd_reader.protocols.pace_options import Mapping, PaceOption, make_option
from cccd_simulators.chip import VirtualChip
from cccd_simulators.persona import SHORT, ChipKey, Limits, Persona

CAN = Can("000000")
FAMILIES = (1, 2, 3, 4, 6)
_STATIC_PRIVATE = 0x1234567
DEFAULT_LIMITS = Limits()


def options() -> list[PaceOption]:
    """Return every combination that the standard allows."""
    found = []
    for family in FAMILIES:
        for suite in SUITES:
            for parameter_id, group in (STANDARD_GROUPS | STANDARD_CURVES).items():
                if (family in (1, 3)) != (group.agreement is Agreement.DH):
                    continue
                try:
                    found.append(make_option(f"{PACE}.{family}.{suite}", group, parameter_id))
                except Unsupported:
                    continue  # chip authentication mapping has no 3DES, integrated mapping no P-224
    return found


def label(option: PaceOption) -> str:
    """Return a short name: "ECDH-GM-AES-128-13"."""
    return f"{option.group.agreement}-{option.mapping}-{option.suite.name}-{option.parameter_id}"


def chip(option: PaceOption, limits: Limits = DEFAULT_LIMITS) -> VirtualChip:
    """Return a chip that offers this option alone, opened by the CAN 000000."""
    mapping_key = ChipKey(option.group, _STATIC_PRIVATE) if option.mapping is Mapping.CHIP_AUTHENTICATION else None
    return VirtualChip(Persona("one", "", {}, (CAN,), pace=(option,), mapping_key=mapping_key, limits=limits))


def establish(option: PaceOption, lengths: Lengths) -> bool:
    """Run terminal against chip; True where the session works and chip authentication mapping proves the chip."""
    limits = SHORT if lengths is Lengths.SHORT else Limits()
    channel = PlainChannel(chip(option, limits), lengths)
    result = pace.establish(channel, option, CAN)
    works = SecureChannel(channel, result.keys).send(select_application()).ok
    if option.mapping is not Mapping.CHIP_AUTHENTICATION:
        return works and result.chip_mapping is None
    assert result.chip_mapping
    group = option.group
    static = group.power(group.generator, _STATIC_PRIVATE)
    mapping = group.decode(result.chip_mapping.public_key)
    proven = is_chip_authentic(group, result.chip_mapping.data, static, mapping)
    stranger = group.power(group.generator, _STATIC_PRIVATE + 1)
    return works and proven and not is_chip_authentic(group, result.chip_mapping.data, stranger, mapping)


def main() -> int:
    """Print the table; the exit status is 1 where one way fails."""
    everything = options()
    rows: dict[tuple[str, str, int | None], list[str]] = {}
    failed = 0
    for option in everything:
        worked = all(establish(option, lengths) for lengths in Lengths)
        failed += not worked
        key = (f"{option.group.agreement}-{option.mapping}", option.group.name, option.parameter_id)
        rows.setdefault(key, []).append(f"{option.suite.name}{'' if worked else ' FAILED'}")
    for (protocol, group, parameter_id), suites in rows.items():
        sys.stdout.write(f"{protocol:9} {parameter_id:>2}  {group:16} {', '.join(suites)}\n")
    sys.stdout.write(f"{len(everything)} ways of PACE, {len(everything) - failed} established\n")
    return 1 if failed else 0


def with_explicit_parameters(option: PaceOption) -> PaceOption:
    """Return the option as a chip offers it that names no standardized id."""
    return replace(option, parameter_id=None)


if __name__ == "__main__":
    sys.exit(main())
