# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Chips as a command names them: `cccd`, or with a fault, `cccd:clone-without-keys`."""

from __future__ import annotations

from pathlib import Path

from cccd_simulators.persona import Persona
from cccd_simulators.personas import build


def persona_of(name: str, folder: Path | None = None) -> Persona:
    """Return the persona, broken by the fault where one is named. Raises `Unsupported` for a name that is none."""
    persona_name, _, fault_name = name.partition(":")
    persona = build(persona_name, folder)
    if not fault_name:
        return persona
    from cccd_simulators.faults import fault  # noqa: PLC0415 -- faults need every part of the simulator

    return fault(fault_name).apply(persona)
