# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A chip in software: bytes in, bytes out (ICAO 9303-10, 3.6; 9303-11, 4, 6 and 9.8).

It keeps the rules that a terminal must survive: no file before its access rule is met, no session after a wrong MAC,
no protected session after a plain command.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar

from cccd_reader.apdu import commands, tlv
from cccd_reader.apdu.command import CHAINING, SECURE_MESSAGING, SHORT_LE, Command, Response
from cccd_reader.apdu.secure_messaging import SecureSession, SessionKeys, max_response_data
from cccd_reader.apdu.status import Sw
from cccd_reader.crypto.entropy import Entropy
from cccd_reader.errors import CccdError, MalformedData, SecureMessagingError
from cccd_simulators.access_control import ChipPace, Granted, Refused, answer_bac
from cccd_simulators.chip_authentication import ChipAuthentication, answer_template
from cccd_simulators.persona import Access, File, LongRead, Persona, PoweredCard

_CHALLENGE_SIZE = 8
_MAX_CHAIN = 16 * 1024


def power_up(persona: Persona, sleep: Callable[[float], None] = time.sleep) -> PoweredCard:
    """Return the chip of a persona as a reader meets it: behind its disguise, if it has one."""
    chip = VirtualChip(persona, sleep=sleep)
    return chip if persona.disguise is None else persona.disguise(chip)


class VirtualChip:
    """One powered chip of a persona. `exchange` never raises for what a terminal sends.

    `entropy` replaces that of the persona; `sleep` is called with the persona's delay, where it has one.
    """

    def __init__(
        self, persona: Persona, entropy: Entropy | None = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.persona = persona
        self.atr = persona.atr
        self._entropy = persona.entropy if entropy is None else entropy
        self._sleep = sleep
        self._forget()

    def __repr__(self) -> str:
        return f"VirtualChip({self.persona.name!r})"

    def reset(self) -> None:
        """Power the chip down and up: everything volatile is gone."""
        self._forget()

    def resume(self, keys: SessionKeys) -> None:
        """Take up a session where its keys stand, with the application selected: for dialogues that begin there."""
        self._in_application = True
        self._grant(Granted(b"", keys))
        self._start_session()

    def exchange(self, command: bytes, /) -> bytes:
        """Answer one command APDU."""
        if self.persona.delay:
            self._sleep(self.persona.delay)
        try:
            parsed = Command.parse(command)
        except MalformedData:
            return bytes(self._end(Sw.WRONG_LENGTH))
        limits = self.persona.limits
        if len(parsed.data) > limits.max_command or (_has_extended_fields(command) and not limits.extended):
            return bytes(self._end(Sw.WRONG_LENGTH))
        if parsed.ins == commands.GET_RESPONSE:
            return bytes(self._rest(parsed))
        self._waiting = b""
        response = self._protected(parsed) if parsed.cla & SECURE_MESSAGING else self._plain(parsed)
        return bytes(self._deliver(response, parsed))

    def _forget(self) -> None:
        self._session: SecureSession | None = None
        self._next_keys: SessionKeys | None = None
        self._in_application = False
        self._file: File | None = None
        self._challenge: bytes | None = None
        self._run: ChipPace | ChipAuthentication | None = None
        self._chain = self._chain_header = self._waiting = b""
        self._waiting_sw = int(Sw.OK)
        self._max_data = self.persona.limits.max_response

    def _end(self, sw: int) -> Response:
        """Refuse without protection; the session and its rights are gone (ICAO 9303-11, 9.8.3)."""
        self._session = None
        self._chain = b""
        return Response(b"", sw)

    def _plain(self, command: Command) -> Response:
        # A plain command in a protected session ends it; rights that the session gave end with it.
        self._session = None
        self._max_data = self.persona.limits.max_response
        response = self._answer(command)
        self._start_session()
        return response

    def _protected(self, command: Command) -> Response:
        if self._session is None:
            return self._end(Sw.SM_NOT_SUPPORTED)
        session = self._session
        try:
            opened = session.open_command(command)
        except SecureMessagingError:
            return self._end(Sw.SM_OBJECTS_INCORRECT)
        response = session.protect_response(self._answer(opened), opened)
        self._start_session()
        return response

    def _start_session(self) -> None:
        if self._next_keys is not None:
            self._session = SecureSession(self._next_keys)
            limit = self.persona.limits.max_response
            short = max_response_data(self._next_keys.suite)
            self._max_data = short if limit <= SHORT_LE else limit - 32
            self._next_keys = None

    def _answer(self, command: Command) -> Response:
        response = self._obey(command)
        return response if self.persona.habit is None else self.persona.habit(command, response)

    def _obey(self, command: Command) -> Response:
        handler = self._HANDLERS.get(command.ins)
        if handler is None:
            return Response(b"", Sw.INSTRUCTION_NOT_SUPPORTED)
        if command.cla & ~CHAINING:
            return Response(b"", Sw.CLASS_NOT_SUPPORTED)
        try:
            return handler(self, self._unchained(command))
        except _MoreToCome:
            return Response(b"", Sw.OK)
        except Refused as refusal:
            return Response(b"", refusal.sw)

    def _unchained(self, command: Command) -> Command:
        """Join the links of a chain (ISO/IEC 7816-4, 5.3.3).

        GENERAL AUTHENTICATE is special: its class byte chains the steps of PACE too, so a link there is one whose data
        object is not complete yet (TR-03110-3, B.14.1). A chain that another command breaks into is given up.
        """
        header = command.header[1:]
        if self._chain and header != self._chain_header:
            self._chain = b""
            raise Refused(Sw.LAST_COMMAND_EXPECTED)
        self._chain_header = header
        data = self._chain + command.data
        if len(data) > _MAX_CHAIN:
            self._chain = b""
            raise Refused(Sw.WRONG_LENGTH)
        chained = bool(command.cla & CHAINING)
        if command.ins == commands.GENERAL_AUTHENTICATE:
            chained = chained and not _is_complete(data)
        self._chain = data if chained else b""
        if chained:
            raise _MoreToCome
        return Command(command.cla & ~CHAINING, command.ins, command.p1, command.p2, data, command.ne)

    def _select(self, command: Command) -> Response:
        self._file = None
        if command.p1 == 0x04:
            if command.data != commands.EMRTD_AID:
                raise Refused(Sw.FILE_NOT_FOUND)
            self._in_application = True
            return Response(b"", Sw.OK)
        if command.p1 == 0x00 and command.data in (b"", b"\x3f\x00"):
            if self.persona.select_mf == Sw.OK:
                self._in_application = False
            return Response(b"", self.persona.select_mf)
        if command.p1 != 0x02 or len(command.data) != 2:
            raise Refused(Sw.INCORRECT_P1_P2)
        self._file = self._find(int.from_bytes(command.data, "big"))
        return Response(b"", Sw.OK)

    def _find(self, file_id: int) -> File:
        files = self.persona.application_files if self._in_application else self.persona.master_files
        if file_id not in files:
            raise Refused(Sw.FILE_NOT_FOUND)
        file = files[file_id]
        if file.access is Access.INSPECTION_SYSTEM or (file.access is Access.SESSION and self._session is None):
            raise Refused(Sw.SECURITY_STATUS_NOT_SATISFIED)
        return file

    def _read_binary(self, command: Command) -> Response:
        if command.p1 & 0x80:
            if command.p1 & 0x60:
                raise Refused(Sw.INCORRECT_P1_P2)
            # Every short identifier of an eMRTD is the low byte of the file identifier (ICAO 9303-10, 3.6.2).
            self._file = self._find(0x0100 | command.p1 & 0x1F)
            offset = command.p2
        else:
            offset = command.p1 << 8 | command.p2
        return self._read(offset, command.ne)

    def _read_binary_odd(self, command: Command) -> Response:
        try:
            offset = tlv.expect(command.data, 0x54)
        except CccdError as error:
            raise Refused(Sw.INCORRECT_DATA) from error
        if command.p1 or command.p2 or not 1 <= len(offset) <= 4:
            raise Refused(Sw.INCORRECT_P1_P2)
        header = 2 if command.ne <= 0x81 else 3 if command.ne <= 0x102 else 4
        response = self._read(int.from_bytes(offset, "big"), max(1, command.ne - header), header)
        return Response(tlv.encode(0x53, response.data), response.sw) if response.data else response

    def _read(self, offset: int, ne: int, overhead: int = 0) -> Response:
        if self._file is None:
            raise Refused(Sw.NO_CURRENT_EF)
        content = self._file.content
        if offset >= len(content):
            raise Refused(Sw.WRONG_P1_P2)
        if not ne:
            raise Refused(Sw.WRONG_LENGTH)
        rest = len(content) - offset
        sw = int(Sw.OK)
        if ne > rest and ne not in (SHORT_LE, 1 << 16):  # Le of zeros asks for whatever there is
            sw = self.persona.limits.long_read.value
            if self.persona.limits.long_read is LongRead.CORRECT:
                raise Refused(sw | min(rest, 0xFF))
            if self.persona.limits.long_read is LongRead.REFUSE:
                raise Refused(sw)
        return Response(content[offset : offset + min(ne, self._max_data - overhead)], sw)

    def _get_challenge(self, _command: Command) -> Response:
        if not self._in_application or not self.persona.bac:
            raise Refused(Sw.CONDITIONS_NOT_SATISFIED)
        self._challenge = self._entropy.octets(_CHALLENGE_SIZE)
        return Response(self._challenge, Sw.OK)

    def _external_authenticate(self, command: Command) -> Response:
        challenge, self._challenge = self._challenge, None
        return self._grant(answer_bac(command.data, challenge, self.persona.key(1), self._entropy))

    def _internal_authenticate(self, command: Command) -> Response:
        key = self.persona.active_authentication
        if key is None:
            raise Refused(Sw.INSTRUCTION_NOT_SUPPORTED)
        self._require_session()
        if len(command.data) != _CHALLENGE_SIZE or not command.ne:
            raise Refused(Sw.WRONG_LENGTH)
        return Response(key.sign(command.data, self._entropy), Sw.OK)

    def _manage_security_environment(self, command: Command) -> Response:
        self._run = None
        template = command.p1, command.p2
        if template == (0xC1, 0xA4) and self.persona.pace:
            self._run = ChipPace.select(self.persona, command.data, self._entropy)
            return Response(b"", Sw.OK)
        if template not in ((0x41, 0xA4), (0x41, 0xA6)) or not self.persona.chip_authentication:
            raise Refused(Sw.INCORRECT_P1_P2)
        self._require_session()
        if template == (0x41, 0xA6):
            return self._reached(answer_template(self.persona, command.data))
        self._run = ChipAuthentication.select(self.persona, command.data)
        return Response(b"", Sw.OK)

    def _general_authenticate(self, command: Command) -> Response:
        run, self._run = self._run, None
        if run is None:
            raise Refused(Sw.CONDITIONS_NOT_SATISFIED)
        if isinstance(run, ChipAuthentication):
            self._require_session()
            return self._reached(run.answer(command.data))
        result = run.answer(command.data)
        if not isinstance(result, Granted):
            self._run = run
        return self._reached(result)

    def _require_session(self) -> None:
        if self._session is None:
            raise Refused(Sw.SECURITY_STATUS_NOT_SATISFIED)

    def _reached(self, result: bytes | Granted) -> Response:
        return self._grant(result) if isinstance(result, Granted) else Response(result, Sw.OK)

    def _grant(self, granted: Granted) -> Response:
        self._next_keys = granted.keys
        return Response(granted.answer, Sw.OK)

    def _deliver(self, response: Response, command: Command) -> Response:
        """Hold back what the command's Le has no room for, and announce it with 61xx (ISO/IEC 7816-4, 5.3.4)."""
        room = command.ne or SHORT_LE
        if len(response.data) <= room:
            return response
        self._waiting, self._waiting_sw = response.data[room:], response.sw
        return Response(response.data[:room], self._more())

    def _rest(self, command: Command) -> Response:
        if not self._waiting:
            return self._end(Sw.CONDITIONS_NOT_SATISFIED)
        room = command.ne or SHORT_LE
        part, self._waiting = self._waiting[:room], self._waiting[room:]
        return Response(part, self._more() if self._waiting else self._waiting_sw)

    def _more(self) -> int:
        left = len(self._waiting)
        return 0x6100 | (left if left < SHORT_LE else 0)

    _HANDLERS: ClassVar[dict[int, Callable[[VirtualChip, Command], Response]]] = {
        commands.SELECT: _select,
        commands.READ_BINARY: _read_binary,
        commands.READ_BINARY_ODD: _read_binary_odd,
        commands.GET_CHALLENGE: _get_challenge,
        commands.EXTERNAL_AUTHENTICATE: _external_authenticate,
        commands.INTERNAL_AUTHENTICATE: _internal_authenticate,
        commands.MANAGE_SECURITY_ENVIRONMENT: _manage_security_environment,
        commands.GENERAL_AUTHENTICATE: _general_authenticate,
    }


class _MoreToCome(Exception):
    """A link of a chain arrived; the rest of the command follows."""


def _has_extended_fields(command: bytes) -> bool:
    """True for the extended form, also of lengths that a short field has room for (ISO/IEC 7816-4, 5.1)."""
    return len(command) > 5 and command[4] == 0


def _is_complete(data: bytes) -> bool:
    try:
        tlv.decode(data)
    except MalformedData:
        return False
    return True
