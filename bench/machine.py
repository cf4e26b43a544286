# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a run was made with: without it no two runs can be compared."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path

from cryptography.hazmat.backends.openssl import backend

_REPOSITORY = Path(__file__).parents[1]
_CPU_INFO = Path("/proc/cpuinfo")


def machine() -> dict[str, str]:
    """Return commit, Python, OpenSSL, CPU, cores, and how busy the machine was as the run began."""
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return {
        "commit": commit(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "openssl": backend.openssl_version_text(),
        "cpu": cpu(),
        "cores": str(os.cpu_count()),
        "load": load,
    }


def commit() -> str:
    """Return the commit of the checkout, with a plus where files differ from it."""
    names = (("rev-parse", "--short", "HEAD"), ("status", "--porcelain", "--untracked-files=no"))
    try:
        head, changes = (_git(*arguments) for arguments in names)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{head}+" if changes else head


def cpu() -> str:
    """Return the model of the processor as the system names it."""
    if _CPU_INFO.is_file():
        for line in _CPU_INFO.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(_REPOSITORY), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 -- ours
