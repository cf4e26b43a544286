# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""An ordinary user, for tests of rights where the tests themselves run as root, whom nothing is refused."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

_NOBODY = 65534


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Be no root for the length of the block; who is none already stays who he is."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
