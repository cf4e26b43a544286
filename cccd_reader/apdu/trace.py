# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What went over the link, counted and described without any of its content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Exchange:
    """One command and its answer, redacted by construction: header, sizes in bytes, status word, seconds.

    `header` is CLA INS P1 P2: it names files and offsets, never content. `sw` is None where no answer came.
    """

    number: int
    header: bytes
    bytes_out: int
    bytes_in: int
    sw: int | None
    seconds: float

    def __str__(self) -> str:
        status = "----" if self.sw is None else f"{self.sw:04X}"
        header = self.header.hex(" ").upper()
        return f"{self.number:4} {header}  out {self.bytes_out:5}  in {self.bytes_in:5}  {status}  {self.seconds:.4f} s"


Observer = Callable[[Exchange], None]


@dataclass
class Traffic:
    """Running totals of a channel: commands sent, bytes to the chip and from it, seconds spent waiting for answers."""

    apdus: int = 0
    bytes_out: int = 0
    bytes_in: int = 0
    seconds: float = 0.0

    def add(self, exchange: Exchange) -> None:
        """Count one exchange."""
        self.apdus += 1
        self.bytes_out += exchange.bytes_out
        self.bytes_in += exchange.bytes_in
        self.seconds += exchange.seconds
