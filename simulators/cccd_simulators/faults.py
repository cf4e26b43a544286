# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Every way in which a persona can be broken, by name: `cccd:clone-without-keys`.

broken = fault("clone-without-keys").apply(personas.cccd())
card = power_up(broken)
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cccd_reader.errors import Unsupported
from cccd_simulators.fault_attacks import ATTACKS
from cccd_simulators.fault_disturbances import DISTURBANCES
from cccd_simulators.fault_files import Breaking
from cccd_simulators.fault_series import numbered


class FaultKind(StrEnum):
    """What a fault is."""

    ATTACK = "attack"
    """Somebody would have a document believed that should not be."""
    DISTURBANCE = "disturbance"
    """The document stays what it is: made oddly, or chip or link behave badly, be it on somebody's purpose."""


@dataclass(frozen=True)
class Fault:
    """One way to break a persona. `apply` raises `Unsupported` where the persona has nothing that could break so."""

    name: str
    kind: FaultKind
    title: str
    apply: Breaking


FAULTS: tuple[Fault, ...] = (
    *(Fault(name, FaultKind.ATTACK, title, apply) for name, title, apply in ATTACKS),
    *(Fault(name, FaultKind.DISTURBANCE, title, apply) for name, title, apply in DISTURBANCES),
)
"""All of them, attacks first."""


def fault(name: str) -> Fault:
    """Return the fault of this name, one of `FAULTS` or with any other number in it. Raises `Unsupported` for none."""
    for each in FAULTS:
        if each.name == name:
            return each
    found = numbered(name)
    if found is not None:
        return Fault(found[0], FaultKind.DISTURBANCE, found[1], found[2])
    raise Unsupported(f"the fault {name!r}", "See: cccd simulate list")
