# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""cccd-reader: read and verify Vietnam's chip ID cards (CCCD, thẻ Căn cước) and other ICAO 9303 documents.

    from cccd_reader import Can, TrustStore, open_card, read, verify

    trust = TrustStore.load("csca/")
    with open_card() as card:
        reading = read(card, Can.from_personal_number("001090000000"))
    report = verify(reading, trust)

Reading collects evidence; verifying is a pure function over evidence. Names are loaded when first used, so that
importing the package costs next to nothing and needs no PC/SC service.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cccd_reader.access_keys import AccessKey, Can, MrzKey, Pin, Puk
    from cccd_reader.errors import (
        AccessDenied,
        CardChanged,
        CardError,
        CardRemoved,
        CccdError,
        MalformedData,
        NoCard,
        NoReader,
        ReaderBusy,
        SecureMessagingError,
        ServiceUnavailable,
        StatusError,
        TransportError,
        Unsupported,
    )
    from cccd_reader.inspection.policy import Policy, VerdictKind
    from cccd_reader.inspection.read import Patience, ReadOptions, read
    from cccd_reader.inspection.reading import Evidence, Reading
    from cccd_reader.inspection.report import Rejected, Report
    from cccd_reader.inspection.results import Check, Outcome, Reason
    from cccd_reader.inspection.verify import verify
    from cccd_reader.pki.trust_store import TrustStore
    from cccd_reader.scanners.access_text import parse_access
    from cccd_reader.transport.pcsc import list_readers
    from cccd_reader.transport.readers import open_card

__version__ = "0.1.0"

_HOMES = {
    "cccd_reader.access_keys": ("AccessKey", "Can", "MrzKey", "Pin", "Puk"),
    "cccd_reader.errors": (
        "AccessDenied",
        "CardChanged",
        "CardError",
        "CardRemoved",
        "CccdError",
        "MalformedData",
        "NoCard",
        "NoReader",
        "ReaderBusy",
        "SecureMessagingError",
        "ServiceUnavailable",
        "StatusError",
        "TransportError",
        "Unsupported",
    ),
    "cccd_reader.inspection.policy": ("Policy", "VerdictKind"),
    "cccd_reader.inspection.read": ("Patience", "ReadOptions", "read"),
    "cccd_reader.inspection.reading": ("Evidence", "Reading"),
    "cccd_reader.inspection.report": ("Rejected", "Report"),
    "cccd_reader.inspection.results": ("Check", "Outcome", "Reason"),
    "cccd_reader.inspection.verify": ("verify",),
    "cccd_reader.pki.trust_store": ("TrustStore",),
    "cccd_reader.scanners.access_text": ("parse_access",),
    "cccd_reader.transport.pcsc": ("list_readers",),
    "cccd_reader.transport.readers": ("open_card",),
}

__all__ = [
    "AccessDenied",
    "AccessKey",
    "Can",
    "CardChanged",
    "CardError",
    "CardRemoved",
    "CccdError",
    "Check",
    "Evidence",
    "MalformedData",
    "MrzKey",
    "NoCard",
    "NoReader",
    "Outcome",
    "Patience",
    "Pin",
    "Policy",
    "Puk",
    "ReadOptions",
    "ReaderBusy",
    "Reading",
    "Reason",
    "Rejected",
    "Report",
    "SecureMessagingError",
    "ServiceUnavailable",
    "StatusError",
    "TransportError",
    "TrustStore",
    "Unsupported",
    "VerdictKind",
    "list_readers",
    "open_card",
    "parse_access",
    "read",
    "verify",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 -- the names of the package have no common type
    for home, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(home), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
