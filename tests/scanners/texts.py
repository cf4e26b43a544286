# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What the scanners of these tests send, and a clock that goes when it is told."""

from __future__ import annotations

from dataclasses import dataclass

from cccd_reader.access_keys import Can, MrzKey
from tests.lds import samples

NUMBER = "001090000000"
CAN = Can("000000")
QR = "001090000000||Nguyễn Văn Thử|01021990|Nam|Số 1 Đường Thử Nghiệm, Phường Mẫu, Quận Thử, Hà Nội|15032022"
QR_2024 = QR + "||Nguyễn Văn Cha|Trần Thị Mẹ"
NAME = "Nguyễn Văn Thử"
ZONE = samples.CITIZEN
LINES = [ZONE[:30], ZONE[30:60], ZONE[60:]]
CITIZEN_KEY = MrzKey("090000000", "900201", "300201")
TD3_LINES = [samples.TD3[:44], samples.TD3[44:]]


@dataclass
class Clock:
    """Seconds that pass only when a test says so, or when something sleeps."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += seconds
