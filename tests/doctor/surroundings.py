# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A machine at which nothing is wrong, to break one thing of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from cccd_reader.doctor.findings import Diagnosis, Finding, State
from cccd_reader.doctor.surroundings import (
    Greeting,
    Machine,
    Platform,
    Requirement,
    Service,
    Settings,
    Slot,
    Software,
    Surroundings,
    Terminal,
    Trust,
)
from cccd_reader.transport.pcsc_readers import Reader, kind_of

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
ATR = bytes.fromhex("3B8580018073C421C0D2")
STORE = "~/.local/share/cccd-reader/trust"


def slot(name: str, atr: bytes = b"", greeting: Greeting = Greeting.NOT_TRIED, **more: object) -> Slot:
    """Return a slot; with an ATR a card lies there."""
    card = bool(atr) or greeting is not Greeting.NOT_TRIED
    return replace(Slot(Reader(name, kind_of(name), card, atr), greeting=greeting), **more)  # type: ignore[arg-type]  # -- fields


CARD = slot("ACS ACR1252 1S CL Reader PICC 0", ATR, Greeting.ANSWERED)
SAM = slot("ACS ACR1252 1S CL Reader SAM 0")

HEALTHY = Surroundings(
    machine=Machine(Platform.DEBIAN),
    service=Service(library_version="pyscard 2.3.1"),
    software=Software((3, 11), (Requirement("rich", "13.7", "14.0"),)),
    trust=Trust(
        STORE, anchors=2, vietnamese=1, card_authority=True, lists=1, newest=datetime(2026, 11, 20, tzinfo=UTC)
    ),
    now=NOW,
    slots=(CARD, SAM),
    settings=Settings(("~/.config/cccd-reader/config.toml",)),
    terminal=Terminal(80, 24),
)


def wrong(findings: tuple[Finding, ...]) -> dict[str, Diagnosis]:
    """Return what is broken or warned of, by the id of its check."""
    return {each.id: each.diagnosis for each in findings if each.state in (State.BROKEN, State.WARNING)}
