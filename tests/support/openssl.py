# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The `openssl` command line: a foreign implementation that judges what the simulated issuer makes."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

from asn1crypto import pem, x509


@dataclass
class OpenSsl:
    """Runs `openssl` with files in `folder`. Certificates, lists and signed data are bytes in DER."""

    folder: Path

    def __post_init__(self) -> None:
        self._numbers = count()

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one command; its exit code is the caller's to judge."""
        return subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False)

    def file(self, content: bytes) -> str:
        """Write a new file and return its path."""
        path = self.folder / f"{next(self._numbers)}.bin"
        path.write_bytes(content)
        return str(path)

    def pem_file(self, label: str, ders: Sequence[bytes]) -> str:
        """Write one file of all `ders`, each under the same label ("CERTIFICATE", "X509 CRL")."""
        return self.file(b"".join(pem.armor(label, each) for each in ders))

    def cms(self, signed: bytes, anchors: Sequence[bytes], at: datetime, *options: str) -> bytes | str:
        """Return the content of signed data, or what openssl says against its signature or its chain."""
        content = self.file(b"")
        command = ["cms", "-verify", "-inform", "DER", "-in", self.file(signed), "-out", content, "-binary"]
        chain = ["-CAfile", self.pem_file("CERTIFICATE", anchors), "-attime", str(int(at.timestamp()))]
        done = self.run(*command, *chain, *options)
        assert ("CMS Verification successful" in done.stderr) == (done.returncode == 0)
        return Path(content).read_bytes() if done.returncode == 0 else done.stderr

    def chain(self, certificate: bytes, anchors: Sequence[bytes], at: datetime, *options: str) -> str:
        """Return an empty text where the certificate leads to an anchor, or what openssl says against it."""
        command = ["verify", "-CAfile", self.pem_file("CERTIFICATE", anchors), "-attime", str(int(at.timestamp()))]
        done = self.run(*command, *options, self.pem_file("CERTIFICATE", [certificate]))
        return "" if done.returncode == 0 else done.stderr

    def crl(self, crl: bytes, issuer: bytes) -> str:
        """Return the text of a revocation list; fails unless `issuer` signed it."""
        anchor = self.pem_file("CERTIFICATE", [issuer])
        done = self.run("crl", "-inform", "DER", "-in", self.file(crl), "-CAfile", anchor, "-noout", "-text")
        assert (done.returncode, done.stderr) == (0, "verify OK\n")
        return done.stdout

    def signature(self, certificate: bytes, issuer: bytes) -> bool:
        """Tell whether the key of `issuer` signed `certificate`, with a hash and a scheme that need no parameters."""
        parsed = x509.Certificate.load(certificate)
        key = self.file(
            self.run("x509", "-in", self.pem_file("CERTIFICATE", [issuer]), "-noout", "-pubkey").stdout.encode()
        )
        signature = self.file(parsed["signature_value"].native)
        body = self.file(parsed["tbs_certificate"].dump())
        done = self.run("dgst", f"-{parsed.hash_algo}", "-verify", key, "-signature", signature, body)
        return done.stdout == "Verified OK\n"
