# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Every check, in the order of a report. Each stands exactly once in every report: silence is impossible."""

from __future__ import annotations

from cccd_reader.inspection import (
    chip,
    citizen,
    citizen_consistency,
    citizen_given,
    consistency,
    document,
    gate,
    integrity,
    issuer,
    watched,
)

SOD_HASH, SOD_SIGNATURE = "sod.hash", "sod.signature"

PASSIVE: tuple[str, ...] = (
    SOD_HASH,
    SOD_SIGNATURE,
    issuer.SIGNATURE,
    issuer.VALIDITY,
    issuer.PROFILE,
    issuer.REVOCATION,
    integrity.COM,
    *(integrity.data_group_id(number) for number in range(1, 17)),
    consistency.CARD_ACCESS,
    consistency.COUNTRY,
)
"""Those of passive authentication, which need files alone."""

CATALOGUE: tuple[str, ...] = (
    gate.PROTOCOL,
    gate.DOWNGRADE,
    chip.ACTIVE,
    chip.AUTHENTICATION,
    chip.MAPPING,
    *PASSIVE,
    document.MRZ,
    *citizen_consistency.CHECKS,
    citizen_given.GIVEN,
    citizen.RECORD,
    document.EXPIRY,
    document.IMAGE,
    watched.WATCH_LIST,
)
"""All of them. The ids are stable: integrators build on them."""
