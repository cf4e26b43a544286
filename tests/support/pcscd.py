# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The real pcscd with the virtual reader of vsmartcard, started for tests and ended by its process id."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

from cccd_reader.transport.pcsc import list_readers, load_scard
from cccd_reader.transport.pcsc_context import Context

READER = "Virtual PCD 00 00"
SECOND_READER = "Virtual PCD 00 01"
SECOND_PORT = 35964

_SOCKET = "/run/pcscd/pcscd.comm"
_CONFIGURATION = Path("/etc/reader.conf.d/vpcd")
_PATIENCE = 20.0


def missing() -> str | None:
    """Return what this machine lacks for the tests, or None."""
    if _program() is None:
        return "pcscd is not installed"
    text = _CONFIGURATION.read_text(encoding="utf-8") if _CONFIGURATION.is_file() else ""
    driver = re.search(r"^LIBPATH\s+(\S+)", text, re.MULTILINE)
    if driver is None or not Path(driver[1]).exists():
        return "the vpcd driver of vsmartcard is not installed"
    if not answers() and os.geteuid() != 0:
        return "pcscd is not running, and only root may start it"
    return None


def _program() -> str | None:
    return shutil.which("pcscd") or shutil.which("pcscd", path="/usr/sbin:/sbin")


def answers() -> bool:
    """Tell whether a pcscd listens."""
    with closing(socket.socket(socket.AF_UNIX)) as probe:
        return probe.connect_ex(_SOCKET) == 0


def wait_until_empty() -> None:
    """Return when pcscd has noticed that no virtual card is left: it looks a few times a second."""
    context = Context(load_scard())
    try:
        end = time.monotonic() + _PATIENCE
        while any(slot.has_card for slot in context.readers() if slot.name in {READER, SECOND_READER}):
            assert time.monotonic() < end, "a virtual card stays in its reader"
            context.wait(1)
    finally:
        context.release()


class PcscDaemon:
    """A pcscd in the foreground. One that runs already is adopted: used, and left running (`owned` is false)."""

    def __init__(self) -> None:
        self.owned = False
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    def start(self) -> None:
        """Start the daemon, or adopt the one that runs; return when it answers."""
        if answers():
            return
        program = _program()
        assert program is not None
        self.owned = True
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  -- `stop` closes it
        self._process = subprocess.Popen([program, "--foreground"], stdout=self._log, stderr=self._log)
        end = time.monotonic() + _PATIENCE
        while not answers():
            if self._process.poll() is not None or time.monotonic() > end:
                self._log.seek(0)
                report = self._log.read().decode(errors="replace")
                self.stop()
                raise RuntimeError(f"pcscd does not start:\n{report}")
            time.sleep(0.02)

    def stop(self) -> None:
        """End the daemon if it is ours, and wait for its end."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        log, self._log = self._log, None
        if log is not None:
            log.close()

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()


@contextmanager
def running_pcscd() -> Iterator[PcscDaemon]:
    """Run a pcscd for the length of the block. Its ports exist once a machine, so test runs beside this one wait."""
    with (Path(tempfile.gettempdir()) / "cccd-reader-vpcd.lock").open("a", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        daemon = PcscDaemon()
        daemon.start()
        try:
            if READER not in {reader.name for reader in list_readers()}:
                raise RuntimeError("the pcscd of this machine has no virtual reader")
            yield daemon
        finally:
            daemon.stop()


class EchoChip:
    """A chip that answers each command with all that follows its header; `commands` and `resets` count."""

    def __init__(self, atr: str = "3B80800101") -> None:
        self.atr = bytes.fromhex(atr)
        self.commands = 0
        self.resets = 0

    def exchange(self, command: bytes, /) -> bytes:
        """Answer the command without its header, and 9000."""
        self.commands += 1
        return command[4:] + b"\x90\x00"

    def reset(self) -> None:
        """Count."""
        self.resets += 1
