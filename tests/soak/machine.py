# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What this process holds: memory, file descriptors (each context of PC/SC is a socket), threads. Linux."""

from __future__ import annotations

import gc
import os
import threading
from dataclasses import dataclass
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Holdings:
    """KiB of resident memory, open file descriptors, threads, and objects that the garbage collector knows."""

    kib: int
    files: int
    threads: int
    objects: int

    @classmethod
    def now(cls) -> Holdings:
        """Look, after a collection: what only waits to be collected is no leak."""
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        files = len(os.listdir("/proc/self/fd")) - 1  # one is that of the listing
        return cls(pages * _PAGE // 1024, files, threading.active_count(), len(gc.get_objects()))

    def __str__(self) -> str:
        return f"{self.kib / 1024:.1f} MiB, {self.files} files, {self.threads} threads, {self.objects} objects"
