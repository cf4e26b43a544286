# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The real pcscd with its virtual reader, for the tests marked `pcsc`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.pcscd import PcscDaemon, missing, running_pcscd, wait_until_empty


@pytest.fixture(scope="session")
def shared_pcscd() -> Iterator[PcscDaemon]:
    """One pcscd for all tests; skips where it or the virtual reader's driver is not installed."""
    reason = missing()
    if reason is not None:
        pytest.skip(reason)
    with running_pcscd() as daemon:
        yield daemon


@pytest.fixture
def pcscd(shared_pcscd: PcscDaemon) -> PcscDaemon:
    """A running pcscd without a card, started again where the test before this one has stopped it."""
    shared_pcscd.start()
    wait_until_empty()
    return shared_pcscd


@pytest.fixture
def own_pcscd(pcscd: PcscDaemon) -> PcscDaemon:
    """A running pcscd that the test may stop."""
    if not pcscd.owned:
        pytest.skip("pcscd was running before the tests, and is not theirs to stop")
    return pcscd
