# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What fuzzing and looking for costly bytes have found, each kept small.

The costly ones are shown at a size at which the time would be hours if it still grew as it did.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from cccd_reader.apdu import commands, tlv
from cccd_reader.apdu.channel import MAX_COMMANDS
from cccd_reader.apdu.command import Command, Response
from cccd_reader.apdu.status import Sw
from cccd_reader.errors import CccdError, MalformedData
from cccd_reader.inspection.read import read
from cccd_reader.lds import files as ef
from cccd_reader.pki import names
from cccd_reader.pki.cms import MAX_NAMED, SignedData
from cccd_reader.pki.names import Name
from cccd_reader.pki.trust_files import gather
from cccd_reader.vietnam.citizen_record import CitizenRecord
from cccd_reader.vietnam.citizen_record_codec import NoteKind
from cccd_simulators import der
from cccd_simulators.chip import VirtualChip
from cccd_simulators.cms_builder import Form
from cccd_simulators.issuer import Country
from cccd_simulators.persona import Persona
from tests.support.cards import Tampering
from tests.support.fault_matrix import base
from tests.vietnam import samples

COMMON_NAME = der.oid("2.5.4.3")


def name(text: str) -> bytes:
    return der.sequence(der.set_of(der.sequence(COMMON_NAME, tlv.encode(0x0C, text.encode("utf-8")))))


def test_a_name_of_combining_characters_is_bounded() -> None:
    """Folding sorts each run of them by class, one by one: a million took hours."""
    with pytest.raises(MalformedData, match="name"):
        Name.parse(name("a" + "\u0301" * 500_000 + "\u0323" * 500_000))
    longest = Name.parse(name("a" + "\u0301\u0323" * 1000))
    assert len(longest.raw) < names.MAX_BYTES
    assert longest.matches(Name.parse(name("A" + "\u0323\u0301" * 1000)))


def test_a_citizen_record_of_combining_characters_is_bounded() -> None:
    """Composing sorts each run of them by class: EF.DG13 of a megabyte, as a chip may hold it, took half an hour."""
    marks = "a" + "\u0301" * 250_000 + "\u0323" * 250_000
    with pytest.raises(MalformedData, match="bytes"):
        CitizenRecord.parse(samples.record(samples.element(2, samples.text(marks))))
    short = samples.text(marks[250_001 - 15_000 : 250_001 + 15_000])
    record = CitizenRecord.parse(samples.record(samples.element(2, short), samples.element(4, samples.text("Nam"))))
    assert (record.full_name, record.sex) == (None, "Nam")
    assert {note.kind for note in record.notes if note.index == 2} == {NoteKind.VALUE_UNREADABLE}


def test_many_beginnings_of_pem_without_an_end(tmp_path: Path) -> None:
    """Each beginning was searched for its end through the whole rest of the file."""
    path = tmp_path / "file.pem"
    path.write_bytes(b"-----BEGIN CERTIFICATE-----" * 200_000)
    with pytest.raises(MalformedData, match="neither certificate"):
        gather([path])


class OneByteAtATime:
    """A chip that claims 960 KiB for each file, once it is open, and gives one byte of it with each answer."""

    def __init__(self, persona: Persona) -> None:
        self.commands = 0
        self._open = False
        self._chip = VirtualChip(replace(persona, habit=self._habit))

    def exchange(self, command: bytes, /) -> bytes:
        self.commands += 1
        return self._chip.exchange(command)

    def _habit(self, command: Command, response: Response) -> Response:
        self._open |= command.ins == commands.EXTERNAL_AUTHENTICATE
        if not self._open or command.ins not in (commands.READ_BINARY, commands.READ_BINARY_ODD):
            return response
        claim = bytes.fromhex("61830F0000")[: command.ne]
        piece = b"\0" if command.ins == commands.READ_BINARY else bytes.fromhex("530100")
        return Response(claim if command.p1 & 0x80 else piece, Sw.OK)


@pytest.mark.slow
def test_a_chip_that_gives_a_byte_at_a_time_is_not_read_for_ever() -> None:
    """Sixteen files of a megabyte took sixteen million commands."""
    persona = base("passport-bac")
    card = OneByteAtATime(persona)
    assert read(card, persona.keys).content(ef.SOD) is None
    assert card.commands == MAX_COMMANDS


@pytest.mark.parametrize("first", [1, 8])
def test_answers_that_are_announced_byte_by_byte_are_not_followed_for_ever(first: int) -> None:
    """One command had up to 65536 answers, 61 01 behind each but the last."""
    persona = base("passport-bac")
    card = Tampering(VirtualChip(persona), lambda number, _, answer: answer if number < first else b"\0\x61\x01")
    with suppress(CccdError):
        read(card, persona.keys)
    assert card.count <= MAX_COMMANDS


def signed_with_copies(copies: int) -> bytes:
    """EF.SOD with certificates that all have the issuer and the serial number that the signer names."""
    signer = Country.demonstration().document_signer()
    changed = [signer.certificate[:-1] + bytes([number]) for number in range(copies)]
    return signer.sign_sod({1: b"data"}, Form(certificates=(*changed,)))


def test_a_signer_names_few_certificates() -> None:
    """Sixteen signers times sixty-four certificates of the slowest keys took minutes."""
    signed = SignedData.parse(tlv.expect(signed_with_copies(60), 0x77))
    assert len(signed.certificates) == 60
    assert len(signed.signer_certificates(signed.signers[0])) == MAX_NAMED
