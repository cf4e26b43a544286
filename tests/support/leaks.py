# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Look for secrets in what a program said, however it may have written them down.

The text is turned back into bytes in every way in which bytes become text (as it stands, hexadecimal, base64, `repr`,
lists of numbers, one large number, escapes of JSON and of addresses), and those are searched for parts of the secrets.
A part is eight octets, so that a cut or wrapped secret is found too; a shorter secret has to be there whole.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from urllib.parse import unquote_to_bytes

PART = 8
"""Octets of a part."""
_SHORTEST, _DISTINCT = 6, 4
"""Shorter secrets, and parts of fewer different octets, are anywhere by chance."""

_HEX = re.compile(r"[0-9A-Fa-f]{2}(?:(?:\\x|0x|[\s:,-]){0,3}[0-9A-Fa-f]{2}){4,}")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_NUMBERS = re.compile(r"\d{1,3}(?:[\s,;]{1,2}\d{1,3}){4,}")
_LARGE = re.compile(r"\d{10,}")


class Secrets:
    """Secrets by name, in parts. `public` is text that may hold a part by chance, such as the words of the program."""

    def __init__(self, public: Iterable[bytes] = ()) -> None:
        self._parts: dict[int, dict[bytes, str]] = {}
        self._public = frozenset().union(*(_public_parts(text) for text in public))

    def __len__(self) -> int:
        return sum(len(parts) for parts in self._parts.values())

    def add(self, name: str, secret: bytes | str) -> None:
        """Add a secret: octets, or a text."""
        if isinstance(secret, str):
            for form in {secret, unicodedata.normalize("NFD", secret), secret.replace("<", " ").strip()}:
                self._add(name, form.encode("utf-8"))
        else:
            self._add(name, secret)

    def _add(self, name: str, secret: bytes) -> None:
        size = min(PART, len(secret))
        known = self._parts.setdefault(size, {})
        for part in _parts(secret, size):
            if size >= _SHORTEST and len(set(part)) >= _DISTINCT and _folded(part) not in self._public:
                known.setdefault(part, name)
                known.setdefault(_folded(part), name)

    def found_in(self, text: str) -> set[str]:
        """Return the names of the secrets that a text holds."""
        streams = set(_streams(text))
        return {
            name
            for size, parts in self._parts.items()
            for stream in streams
            for part in _parts(stream, size)
            if (name := parts.get(part))
        }


@cache  # the catalogues of words are long, and every search leaves out the same
def _public_parts(text: bytes) -> frozenset[bytes]:
    return frozenset(_parts(_folded(text), PART))


def _parts(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(len(data) - size + 1))


def _folded(data: bytes) -> bytes:
    """Octets as a program may show them that writes everything in capitals; others stay."""
    return data.upper()


def _streams(text: str) -> Iterator[bytes]:
    raw = text.encode("utf-8", "surrogateescape")
    yield raw
    yield raw.upper()
    yield unicodedata.normalize("NFC", text).encode("utf-8", "surrogateescape")
    yield "".join(text.split()).encode("utf-8", "surrogateescape")
    yield text.encode("latin-1", "ignore")
    yield _unescaped(text)
    yield unquote_to_bytes(raw)
    yield re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text).encode("utf-8", "surrogatepass")
    yield from _of_hex(text)
    yield from _of_base64(text)
    for run in _NUMBERS.finditer(text):
        yield bytes(int(each) & 0xFF for each in re.findall(r"\d+", run[0]))
    for run in _LARGE.finditer(text):
        number = int(run[0][:4000])
        yield number.to_bytes((number.bit_length() + 7) // 8, "big")


def _unescaped(text: str) -> bytes:
    """The octets that the `repr` of octets stands for."""
    return re.sub(
        rb"\\(?:x([0-9a-fA-F]{2})|([nrt\\'\"]))",
        lambda found: bytes.fromhex(found[1].decode()) if found[1] else _CHARACTERS[found[2]],
        text.encode("latin-1", "backslashreplace"),
    )


_CHARACTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"\\": b"\\", b"'": b"'", b'"': b'"'}


def _of_hex(text: str) -> Iterator[bytes]:
    for run in _HEX.finditer(text):
        digits = re.sub(r"\\x|0x|[^0-9A-Fa-f]", "", run[0])
        for begin in (0, 1):
            even = digits[begin : begin + (len(digits) - begin) // 2 * 2]
            yield bytes.fromhex(even)


def _of_base64(text: str) -> Iterator[bytes]:
    """A run of its letters may begin anywhere in a group of four."""
    for run in _BASE64.finditer(text.replace("\\n", "").replace("\n", "") + "\n" + text):
        letters = run[0].rstrip("=").replace("-", "+").replace("_", "/")
        for begin in range(4):
            piece = letters[begin:]
            piece = piece[: len(piece) // 4 * 4]
            try:
                yield base64.b64decode(piece)
            except binascii.Error:
                continue
