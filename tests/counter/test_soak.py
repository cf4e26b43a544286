# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A counter left alone with random cards, for a while; `python -m tests.counter.soak` does it for longer."""

from __future__ import annotations

import pytest

from cccd_reader.counter.scene import Stage
from tests.counter.soak import soak


@pytest.mark.slow
def test_screens_are_clean_after_every_customer() -> None:
    paper = soak(200)
    assert paper.customers == 200
    assert paper.dirty == []
    assert {Stage.READY, Stage.READING, Stage.VERDICT, Stage.FAILED, Stage.TAKE_OFF} <= set(paper.stages)
