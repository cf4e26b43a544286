# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Reading elementary files with as few commands as the chip allows (ICAO 9303-10, 3.6.3).

The first READ BINARY names the file by its short identifier and brings header and data at once: no SELECT, no header
read. After it the exact rest is asked for, never more. Where a length is refused, a ladder of smaller blocks follows.
"""

from __future__ import annotations

from collections.abc import Callable

from cccd_reader.apdu import commands, tlv
from cccd_reader.apdu.channel import Channel, Lengths
from cccd_reader.apdu.command import EXTENDED_LE, SHORT_LE, Response
from cccd_reader.apdu.status import Sw, describe
from cccd_reader.errors import MalformedData, StatusError

MAX_FILE_SIZE = 1 << 20
"""Bytes. No file of a travel document comes near; a chip that claims more is refused before it is read."""

LADDER = (2048, 1024, 512, 256, 231, 223, 192, 160, 128, 112, 96, 64, 32, 16, 8, 1)
"""Block sizes in the order in which they are tried, in bytes of the file."""

COARSE_LADDER = (1024, 223, 112, 64, 32, 16, 8, 1)
"""The same where every step down costs a new session. Whoever refuses 1024 takes no extended length at all."""

_LONGEST_HEADER = 6
_NO_SHORT_IDENTIFIER = (
    Sw.INCORRECT_P1_P2,
    Sw.FILE_NOT_FOUND,
    Sw.FUNCTION_NOT_SUPPORTED,
    Sw.NO_CURRENT_EF,
    Sw.WRONG_P1_P2,
    Sw.CONDITIONS_NOT_SATISFIED,
)

OnBytes = Callable[[int, int], None]
"""Receives bytes read so far and bytes in all (0 while unknown)."""


class Blocks:
    """The block size in force, in bytes; it only ever shrinks, and outlives a session that had to be renewed."""

    def __init__(self, lengths: Lengths, limit: int | None = None) -> None:
        extended = lengths is Lengths.EXTENDED
        self.size = min(limit or LADDER[0], EXTENDED_LE if extended else SHORT_LE)
        self.by_identifier = True
        """False once the chip has shown that it does not know short file identifiers."""
        self.longest = 0
        """Bytes of the longest answer that has come whole."""

    def fit(self, room: int) -> None:
        """Shrink to what one protected short answer can carry."""
        self.size = min(self.size, room)

    def shrink(self, ladder: tuple[int, ...] = LADDER) -> bool:
        """Take the next smaller size of the ladder. False where there is none."""
        smaller = [size for size in ladder if size < self.size]
        if smaller:
            self.size = smaller[0]
        return bool(smaller)


class FileReader:
    """Reads whole elementary files over one channel.

    `received` is what has come of the file in progress, from its beginning on: where an error ends the channel, another
    reader over a new one goes on from there.
    """

    def __init__(self, channel: Channel, blocks: Blocks, on_bytes: OnBytes | None = None) -> None:
        self._channel = channel
        self._blocks = blocks
        self._on_bytes = on_bytes or (lambda done, total: None)
        self.received = b""

    def read(self, file_id: int, sfi: int, beginning: bytes = b"") -> bytes:
        """Return the file, cut at the length in its outer header; what follows `beginning` is asked for.

        Raises `StatusError` where the chip refuses it, `MalformedData` where it ends early, has no header, answers
        more or less than asked, claims more than `MAX_FILE_SIZE`, or begins otherwise than `beginning`.
        """
        self.received = beginning
        if beginning:
            content, ended = self._resumed(file_id, sfi, beginning)
        else:
            content, ended = self._first(file_id, sfi, self._blocks.size)
        total = 0
        while not total or len(content) < total:
            self.received = content
            if not total and (total := _total(content)):
                self._on_bytes(min(len(content), total), total)
                continue
            if ended:
                raise MalformedData("the file ends before the length in its header", f"file {file_id:04X}")
            rest = (total or _LONGEST_HEADER) - len(content)
            data, ended = self._more(len(content), rest, file_id)
            content += data
            self._on_bytes(len(content), total)
        return content[:total]

    def _resumed(self, file_id: int, sfi: int, beginning: bytes) -> tuple[bytes, bool]:
        """Make the file the current one by reading its header once more, which has to be the one that is known."""
        header, _ = self._first(file_id, sfi, min(len(beginning), _LONGEST_HEADER))
        if header != beginning[: len(header)]:
            raise MalformedData("it begins otherwise than before", f"file {file_id:04X}")
        return beginning, False

    def _first(self, file_id: int, sfi: int, most: int) -> tuple[bytes, bool]:
        response = self._by_identifier(sfi, most) if self._blocks.by_identifier else None
        if response is None or response.sw in _NO_SHORT_IDENTIFIER:
            # No such file, or no such way to name it: SELECT tells.
            selected = self._channel.send(commands.select_file(file_id))
            if not selected.ok:
                raise StatusError(f"file {file_id:04X} refused: {describe(selected.sw)}", selected.sw)
            first = self._more(0, most, file_id)
            self._blocks.by_identifier = False
            return first
        return self._data(response, min(most, self._blocks.size), file_id)

    def _by_identifier(self, sfi: int, most: int) -> Response:
        return self._descend(lambda: self._channel.send(commands.read_binary_sfi(sfi, min(most, self._blocks.size))))

    def _more(self, offset: int, rest: int, file_id: int) -> tuple[bytes, bool]:
        """Return the next bytes of the current file, and whether the chip says that the file ends there."""

        def ask() -> Response:
            return self._channel.send(commands.read_binary(offset, min(rest, self._blocks.size)))

        response = self._descend(ask)
        if offset > commands.MAX_SHORT_OFFSET and response.data:
            response = Response(tlv.expect(response.data, 0x53, "READ BINARY"), response.sw)
        return self._data(response, min(rest, self._blocks.size), file_id)

    def _descend(self, ask: Callable[[], Response]) -> Response:
        """Repeat with smaller blocks while the chip calls the length wrong (6700, or 6Cxx with the right one)."""
        response = ask()
        while response.sw == Sw.WRONG_LENGTH or response.sw >> 8 == 0x6C:
            exact = response.sw & 0xFF if response.sw >> 8 == 0x6C else 0
            if exact and exact < self._blocks.size:
                size, self._blocks.size = self._blocks.size, exact  # only this once: the end of a short file
                response = ask()
                self._blocks.size = size
                return response
            if not self._blocks.shrink():
                return response
            response = ask()
        return response

    def _data(self, response: Response, asked: int, file_id: int) -> tuple[bytes, bool]:
        where = f"file {file_id:04X}"
        if not response.ok and response.sw != Sw.END_OF_FILE:
            raise StatusError(f"{where} refused: {describe(response.sw)}", response.sw)
        if not response.data:
            raise MalformedData("an empty answer", where)
        if len(response.data) > asked:
            raise MalformedData("more data than asked for", where)
        self._blocks.longest = max(self._blocks.longest, len(response.data))
        return response.data, response.sw == Sw.END_OF_FILE


def _total(content: bytes) -> int:
    """Return the size of the file by its outer header, 0 where more of the header is needed."""
    try:
        header = tlv.read_header(content, "file")
    except MalformedData:
        if len(content) < _LONGEST_HEADER:
            return 0
        raise
    total = header.size + header.length
    if total > MAX_FILE_SIZE:
        raise MalformedData(f"it claims more than {MAX_FILE_SIZE} bytes", "file")
    return total
