# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`python -m bench.verify_child FILE ARGUMENTS...`: run `cccd ARGUMENTS...` and write what its chip took to FILE.

The chip's are importing the simulator, building the persona, and answering commands.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cccd_reader.apdu.channel import Card


@dataclass
class _Account:
    wall: float = 0.0
    cpu: float = 0.0

    @contextmanager
    def charged(self) -> Iterator[None]:
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            self.wall += time.perf_counter() - wall
            self.cpu += time.process_time() - cpu


class _Charged:
    """A card whose answers are charged to the account."""

    def __init__(self, card: Card, account: _Account) -> None:
        self._card, self._account = card, account
        self.atr: bytes = getattr(card, "atr", b"")

    def exchange(self, command: bytes, /) -> bytes:
        with self._account.charged():
            return self._card.exchange(command)


def main() -> None:
    """Run one command of `cccd` in this process."""
    from cccd_reader.cli import cards  # noqa: PLC0415 -- as late as the command itself would
    from cccd_reader.cli import main as cccd  # noqa: PLC0415 -- as above

    path, arguments = Path(sys.argv[1]), sys.argv[2:]
    account, original = _Account(), cards.simulated

    def simulated(name: str, folder: Path | None) -> Card:
        with account.charged():
            card = original(name, folder)
        return _Charged(card, account)

    cards.simulated = simulated
    run: Callable[..., object] = cccd
    try:
        run(args=arguments, prog_name="cccd")
    finally:
        path.write_text(json.dumps({"wall": account.wall, "cpu": account.cpu}), encoding="utf-8")


if __name__ == "__main__":
    main()
