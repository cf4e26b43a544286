# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""One module a parser: `seeds()` gives bytes to start from, `consume(data)` is what must hold for all bytes."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Protocol, cast

NAMES = (
    "tlv",
    "mrz",
    "security_infos",
    "data_groups",
    "sod",
    "cms",
    "certificate",
    "signature",
    "crl",
    "master_list",
    "ldif",
    "passive",
    "citizen_record",
    "qr_line",
    "mojibake",
    "face_record",
    "access_text",
    "scanner",
    "crosscheck",
    "reader",
)
"""Every target; its module is imported when it is loaded, so that one run instruments no more than it needs."""


class Target(Protocol):
    """What each module here offers."""

    def seeds(self) -> Iterator[bytes]:
        """Yield well-formed bytes to start from."""
        ...

    def consume(self, data: bytes) -> None:
        """Parse bytes and use what comes out; whatever this raises is a finding."""
        ...


def load(name: str) -> Target:
    """Return the target of this name; raises `KeyError` for a name that is none."""
    if name not in NAMES:
        raise KeyError(name)
    return cast("Target", import_module(f"fuzz.targets.{name}"))
