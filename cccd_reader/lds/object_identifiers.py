# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Object identifiers of the eMRTD's security protocols and their names (ICAO 9303-11, 9.2; TR-03110-3, A.1)."""

from __future__ import annotations

_PROTOCOLS = "0.4.0.127.0.7.2.2"

PUBLIC_KEY = f"{_PROTOCOLS}.1"
PUBLIC_KEY_DH = f"{PUBLIC_KEY}.1"
PUBLIC_KEY_ECDH = f"{PUBLIC_KEY}.2"
TERMINAL_AUTHENTICATION = f"{_PROTOCOLS}.2"
CHIP_AUTHENTICATION = f"{_PROTOCOLS}.3"
PACE = f"{_PROTOCOLS}.4"
ACTIVE_AUTHENTICATION = "2.23.136.1.1.5"

MAPPINGS = {1: "DH-GM", 2: "ECDH-GM", 3: "DH-IM", 4: "ECDH-IM", 6: "ECDH-CAM"}
"""Arc after `PACE`: key agreement and mapping."""
AGREEMENTS = {1: "DH", 2: "ECDH"}
"""Arc after `CHIP_AUTHENTICATION` and `PUBLIC_KEY`."""
CIPHERS = {1: "3DES-CBC-CBC", 2: "AES-CBC-CMAC-128", 3: "AES-CBC-CMAC-192", 4: "AES-CBC-CMAC-256"}
"""Last arc of PACE and Chip Authentication: the suite of secure messaging."""


def _names() -> dict[str, str]:
    names = {
        TERMINAL_AUTHENTICATION: "id-TA",
        ACTIVE_AUTHENTICATION: "id-AA",
        f"{_PROTOCOLS}.5": "id-RI",
        f"{_PROTOCOLS}.6": "id-CI",
        f"{_PROTOCOLS}.7": "id-eIDSecurity",
        f"{_PROTOCOLS}.8": "id-PT",
    }
    names.update({f"{PUBLIC_KEY}.{arc}": f"id-PK-{name}" for arc, name in AGREEMENTS.items()})
    for root, table, prefix in ((PACE, MAPPINGS, "id-PACE"), (CHIP_AUTHENTICATION, AGREEMENTS, "id-CA")):
        for arc, name in table.items():
            names[f"{root}.{arc}"] = f"{prefix}-{name}"
            names.update({f"{root}.{arc}.{last}": f"{prefix}-{name}-{cipher}" for last, cipher in CIPHERS.items()})
    for arc, digest in enumerate(("SHA1", "SHA224", "SHA256", "SHA384", "SHA512", "RIPEMD160"), 1):
        names[f"0.4.0.127.0.7.1.1.4.1.{arc}"] = f"ecdsa-plain-{digest}"
    return names


_NAMES = _names()


def protocol_name(oid: str) -> str:
    """Return the standard's name ("id-PACE-ECDH-GM-AES-CBC-CMAC-128"), or an empty string for an unknown identifier."""
    return _NAMES.get(oid, "")
