# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The hash functions that documents are signed with (ICAO 9303-12, 4.4), by their names in hashlib."""

from __future__ import annotations

import hashlib

from cryptography.hazmat.primitives import hashes

from cccd_reader.errors import Unsupported

DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303 -- documents of ten years are in use, and here it only verifies  # nosec B303
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
"""The same functions as OpenSSL's bindings name them. MD5 is left out: its collisions make certificates."""


def function_of(name: str) -> hashes.HashAlgorithm:
    """Return the binding of a hash function; raises `Unsupported`."""
    if name not in DIGESTS:
        raise Unsupported(f"the hash function {name}")
    return DIGESTS[name]


def digest_of(name: str, data: bytes) -> bytes:
    """Return the hash of `data`; raises `Unsupported` for a function that documents are not signed with."""
    function_of(name)
    digest: bytes = getattr(hashlib, name)(data, usedforsecurity=False).digest()  # `hashlib.new` takes twice as long
    return digest
