# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A counter at the real PC/SC service: three customers, each line of it checked against its schema."""

from __future__ import annotations

from typing import Any

import pytest

from cccd_reader.counter.loop import Times
from cccd_reader.counter.station import PcscStation
from cccd_simulators.by_name import persona_of
from cccd_simulators.chip import power_up
from cccd_simulators.holders import HOLDERS, MAN
from cccd_simulators.vpcd import VpcdBridge
from tests.support.pcscd import READER
from tests.support.wire import CANCEL, QUIT, Program, start

pytestmark = [pytest.mark.pcsc, pytest.mark.usefixtures("pcscd")]

WOMAN = next(holder for holder in HOLDERS if holder.persona == "cccd-woman")


def test_genuine_clone_and_wrong_qr() -> None:
    cards = [VpcdBridge(power_up(persona_of(name))) for name in ("cccd", "cccd:clone-without-keys", "cccd")]
    commands = [*(start(holder.qr.text) for holder in (MAN, MAN, WOMAN)), QUIT]
    lying: list[VpcdBridge] = []

    def react(line: dict[str, Any]) -> str | None:
        if line["event"] == "card-awaited":
            lying.append(cards.pop(0).start())
        elif line["event"] == "verdict":
            lying.pop().close()
        elif line["event"] == "removed":
            return CANCEL
        return commands.pop(0) if line["event"] == "ready" else None

    program = Program(react)
    story = program.run(PcscStation("Virtual PCD"), times=Times(look=0.1))
    one = ["access", "card-awaited", "card-present", "verdict", "removed", "cleared", "ready"]
    assert [name for name in story if name not in ("progress", "attempt", "fields")] == ["ready", *one * 3, "stopped"]
    assert {line["reader"] for line in program.lines if line["event"] == "card-present"} == {READER}
    verdicts = [line["report"] for line in program.lines if line["event"] == "verdict"]
    assert [verdict["verdict"] for verdict in verdicts] == ["accepted", "rejected", "rejected"]
    assert verdicts[2]["decisive"] == ["consistency.given"]
