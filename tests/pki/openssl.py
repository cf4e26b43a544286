# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Keys, certificates and signed data made by the `openssl` command line, which shares no code with what is tested."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CURVES = {
    "P-192": "prime192v1",
    "P-224": "secp224r1",
    "P-256": "prime256v1",
    "P-384": "secp384r1",
    "P-521": "secp521r1",
    **{f"brainpoolP{bits}r1": f"brainpoolP{bits}r1" for bits in (160, 192, 224, 256, 320, 384, 512)},
}
"""Our names of the curves, and those of the command line."""


@dataclass(frozen=True)
class Signer:
    """A private key and its certificate, as files that `openssl` reads, and the certificate in DER."""

    key: Path
    certificate_file: Path
    certificate: bytes


@dataclass(frozen=True)
class OpenSsl:
    """The command line with a folder for its files."""

    folder: Path

    def run(self, *arguments: str | Path, data: bytes = b"") -> bytes:
        """Return what a command writes; `data` is its input."""
        command = ["openssl", *(str(each) for each in arguments)]
        done = subprocess.run(command, input=data, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def ec_key(self, curve: str, *options: str) -> Path:
        """Make a key on one of `CURVES`; with `-param_enc explicit`, its certificate tells the curve in full."""
        path = self.folder / f"{curve}{''.join(options)}.pem"
        path.write_bytes(self.run("ecparam", "-name", CURVES[curve], "-genkey", "-noout", *options))
        return path

    def rsa_key(self, bits: int, exponent: int = 65537, kind: str = "RSA") -> Path:
        """Make an RSA key; of kind RSA-PSS, the certificate says so. The same call gives the same key again."""
        path = self.folder / f"{kind}{bits}-{exponent}.pem"
        path.write_bytes(_rsa_key(bits, exponent, kind))
        return path

    def public(self, key: Path, *options: str) -> bytes:
        """Return the SubjectPublicKeyInfo of an EC key, in a form that the options choose."""
        return self.run("ec", "-in", key, "-pubout", "-outform", "DER", *options)

    def sign(self, key: Path, digest: str, message: bytes, *options: str) -> bytes:
        """Return a bare signature; options such as `-sigopt rsa_padding_mode:pss`."""
        return self.run("dgst", f"-{digest}", "-sign", key, *options, data=message)

    def self_signed(self, key: Path, name: str = "/C=UT/CN=CSCA Utopia", *options: str) -> Signer:
        """Make a certificate that its own key signs."""
        path = self.folder / f"{key.stem}-{len(list(self.folder.iterdir()))}.crt"
        path.write_bytes(self.run("req", "-x509", "-new", "-key", key, "-subj", name, "-days", "3650", *options))
        return Signer(key, path, self.run("x509", "-in", path, "-outform", "DER"))

    def sign_cms(self, content: bytes, *signers: Signer, options: tuple[str, ...] = ()) -> bytes:
        """Return signed data around `content`, of type LDS security object unless the options say another."""
        arguments: list[str | Path] = ["cms", "-sign", "-binary", "-nodetach", "-outform", "DER"]
        if "-econtent_type" not in options:
            arguments += ["-econtent_type", "2.23.136.1.1.1"]
        for signer in signers:
            arguments += ["-signer", signer.certificate_file, "-inkey", signer.key]
        return self.run(*arguments, *options, data=content)


@cache  # to find the primes costs more than all that is done with them
def _rsa_key(bits: int, exponent: int, kind: str) -> bytes:
    options = ["-pkeyopt", f"rsa_keygen_bits:{bits}", "-pkeyopt", f"rsa_keygen_pubexp:{exponent}"]
    return OpenSsl(Path()).run("genpkey", "-algorithm", kind, *options)
