# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Reading a whole chip: what comes back, what goes on record, and what a hostile or broken chip can do to it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from cccd_reader.access_keys import AccessKey, Can, MrzKey
from cccd_reader.apdu import tlv
from cccd_reader.apdu.channel import Lengths
from cccd_reader.apdu.command import Command
from cccd_reader.errors import AccessDenied, CardRemoved, CccdError, MalformedData, StatusError
from cccd_reader.inspection.events import Attempted, Event, Progress, Step
from cccd_reader.inspection.read import MAX_RENEWALS, ReadOptions, read
from cccd_reader.inspection.reading import AttemptOutcome, CardAccessSource, Method, Reading
from cccd_reader.lds import files as ef
from cccd_reader.messages.words import Words
from cccd_simulators import personas
from cccd_simulators.chip import VirtualChip, power_up
from cccd_simulators.faults import fault
from cccd_simulators.persona import Persona
from tests.support.cards import Leaving, Tampering, once
from tests.support.quick import quick

MRZ, CAN = personas.holder_keys()
CCCD = personas.cccd()
BAC = personas.passport_bac()
PACE = personas.passport_pace()


def _with_small_photo(persona: Persona) -> Persona:
    """The same chip with a photo of two blocks, for tests that spoil one command after another."""
    files = dict(persona.application_files)
    files[0x0102] = replace(files[0x0102], content=tlv.encode(0x75, bytes(400)))
    return replace(persona, application_files=files)


SMALL_CCCD, SMALL_BAC, SMALL_PACE = (_with_small_photo(each) for each in (quick("cccd"), BAC, quick("passport-pace")))
SHORT_OPTIONS = ReadOptions(lengths=Lengths.SHORT)


def _assert_true(reading: Reading, persona: Persona) -> None:
    """Whatever was read is what the chip holds."""
    for record in reading.files:
        if record.content is not None:
            files = persona.master_files if record.file in ef.MASTER_FILES else persona.application_files
            assert record.content == files[record.file.file_id].content


def _statuses(reading: Reading) -> dict[str, int]:
    return {record.file.short: record.status for record in reading.files if record.status is not None}


def test_the_vietnamese_card() -> None:
    reading = read(VirtualChip(CCCD), CAN)
    _assert_true(reading, CCCD)
    names = [record.file.short for record in reading.files]
    assert names == ["CardAccess", "COM", "SOD", "DG1", "DG13", "DG14", "DG15", "DG2", "DG3"]
    assert _statuses(reading) == {"DG3": 0x6982}
    assert reading.access.method is Method.PACE_CAN
    assert reading.access.card_access is CardAccessSource.CHIP
    assert [attempt.outcome for attempt in reading.access.attempts] == [AttemptOutcome.GRANTED]
    assert reading.access.renewals == 0
    assert reading.content(ef.data_group(2)) == CCCD.application_files[0x0102].content
    assert reading.content(ef.data_group(3)) is None
    assert reading.file(ef.data_group(7)) is None


def test_the_count_of_commands_for_a_15_kb_photo() -> None:
    """EF.CardAccess and PACE counted; the proofs come on top: one command for Active, three for Chip Authentication."""
    assert len(CCCD.application_files[0x0102].content) == 15000
    for lengths, most in ((Lengths.SHORT, 95), (Lengths.EXTENDED, 22)):
        files = ReadOptions(lengths=lengths, proofs=frozenset())
        assert read(VirtualChip(CCCD), CAN, files).session.apdus <= most
        assert read(VirtualChip(CCCD), CAN, replace(files, proofs=ReadOptions().proofs)).session.apdus <= most + 5


@pytest.mark.parametrize("options", [ReadOptions(), SHORT_OPTIONS, ReadOptions(block_size=77)])
@pytest.mark.parametrize(
    ("persona", "key", "method"),
    [
        (CCCD, CAN, Method.PACE_CAN),
        (CCCD, MRZ, Method.PACE_MRZ),
        (BAC, MRZ, Method.BAC),
        (PACE, CAN, Method.PACE_CAN),
        (PACE, MRZ, Method.PACE_MRZ),
    ],
    ids=lambda value: value.name if isinstance(value, Persona | AccessKey) else str(value),
)
def test_every_persona_with_every_key(persona: Persona, key: AccessKey, method: Method, options: ReadOptions) -> None:
    reading = read(VirtualChip(persona), key, options)
    _assert_true(reading, persona)
    assert reading.access.method is method
    assert not any(record.problem for record in reading.files)


def test_chip_authentication_mapping_leaves_its_evidence() -> None:
    reading = read(VirtualChip(PACE), CAN)
    assert reading.chip_mapping
    assert reading.content(ef.CARD_SECURITY) == PACE.master_files[ef.CARD_SECURITY.file_id].content
    assert "CAM" in reading.access.attempts[-1].protocol


def test_the_master_file_is_never_selected_and_nothing_before_card_access() -> None:
    seen: list[bytes] = []

    def watch(number: int, command: bytes, answer: bytes) -> bytes:
        seen.append(command)
        return answer

    read(Tampering(VirtualChip(CCCD), watch), CAN)
    assert seen[0].hex().upper() == "00B09C0000"
    plain = [command for command in seen if not command[0] & 0x0C]
    assert not any(command[1] == 0xA4 and b"\x3f\x00" in command for command in plain)
    first_select = next(command for command in seen if command[1] == 0xA4)
    assert first_select[0] & 0x0C  # the application only under secure messaging


def _hide_card_access(*statuses: int) -> Callable[[int, bytes, bytes], bytes]:
    """A chip that answers READ BINARY of EF.CardAccess and its SELECT with these."""
    by_identifier, by_select = statuses

    def change(number: int, command: bytes, answer: bytes) -> bytes:
        if command[:3].hex() == "00b09c":
            return by_identifier.to_bytes(2, "big")
        if command.hex() == "00a4020c02011c":
            return by_select.to_bytes(2, "big")
        return answer

    return change


@pytest.mark.parametrize("statuses", [(0x6A82, 0x6A82), (0x6D00, 0x6D00), (0x6982, 0x6982), (0x6A86, 0x6982)])
def test_a_hidden_card_access_is_replaced_by_the_constant_on_record(statuses: tuple[int, int]) -> None:
    reading = read(Tampering(VirtualChip(CCCD), _hide_card_access(*statuses)), CAN)
    assert reading.access.card_access is CardAccessSource.CONSTANT
    assert reading.access.method is Method.PACE_CAN
    assert _statuses(reading)["CardAccess"] in statuses


def test_card_access_by_select_where_the_short_identifier_fails() -> None:
    reading = read(Tampering(VirtualChip(CCCD), once(0, b"\x6a\x86")), CAN)
    assert reading.access.card_access is CardAccessSource.CHIP


def test_pace_that_fails_falls_back_to_bac_on_record() -> None:
    persona = CCCD

    def broken_pace(number: int, command: bytes, answer: bytes) -> bytes:
        return b"\x69\x82" if command[1] == 0x86 and not command[0] & 0x0C else answer

    reading = read(Tampering(VirtualChip(persona), broken_pace), (CAN, MRZ))
    outcomes = [(attempt.method, attempt.outcome) for attempt in reading.access.attempts]
    assert outcomes == [
        (Method.PACE_CAN, AttemptOutcome.REFUSED),
        (Method.PACE_MRZ, AttemptOutcome.REFUSED),
        (Method.BAC, AttemptOutcome.GRANTED),
    ]
    _assert_true(reading, persona)


def test_a_refusal_and_an_opening_without_proof_are_told_apart() -> None:
    """PACE is refused, BAC answers, and its answer proves nothing: not every protocol was refused."""
    persona = fault("bac-without-proof").apply(CCCD)
    with pytest.raises(AccessDenied, match="the chip refused PACE, and BAC ended without a proof") as caught:
        read(power_up(persona), (CAN, MRZ))
    assert Words.of("vi").said(str(caught.value)).startswith("Chip từ chối PACE, còn BAC")


def test_several_offers_are_tried_in_order() -> None:
    def no_cam(number: int, command: bytes, answer: bytes) -> bytes:
        return b"\x6a\x80" if command[1] == 0x22 and bytes.fromhex("04007F00070202040602") in command else answer

    reading = read(Tampering(VirtualChip(PACE), no_cam), CAN)
    assert [attempt.outcome for attempt in reading.access.attempts] == [AttemptOutcome.REFUSED, AttemptOutcome.GRANTED]
    assert "GM" in reading.access.attempts[-1].protocol


def test_a_wrong_number_is_tried_once_and_said_in_words() -> None:
    chip = VirtualChip(PACE)
    with pytest.raises(AccessDenied) as caught:
        read(chip, Can("123456"))
    assert len(caught.value.attempts) == 1  # not again with each of the three offers
    assert "number" in str(caught.value)
    assert "last six digits" in caught.value.hint
    assert "123456" not in str(caught.value) + caught.value.hint + repr(caught.value)


def test_a_wrong_mrz_is_tried_by_pace_and_by_bac() -> None:
    with pytest.raises(AccessDenied) as caught:
        read(VirtualChip(CCCD), MrzKey("900000008", "900201", "300201"))
    assert [getattr(attempt, "method", None) for attempt in caught.value.attempts] == [Method.PACE_MRZ, Method.BAC]
    assert "O and 0" in caught.value.hint


def test_a_number_does_not_open_a_bac_chip() -> None:
    with pytest.raises(AccessDenied) as caught:
        read(VirtualChip(BAC), CAN)
    assert "MRZ" in caught.value.hint


def test_an_unknown_card_has_no_application() -> None:
    with pytest.raises((StatusError, AccessDenied)):
        read(VirtualChip(Persona("empty", "", {}, (MRZ,), bac=False)), MRZ)


def test_no_keys_at_all() -> None:
    with pytest.raises(AccessDenied):
        read(VirtualChip(CCCD), ())


def test_only_the_groups_that_are_wanted() -> None:
    reading = read(VirtualChip(CCCD), CAN, ReadOptions(data_groups=frozenset({1, 13, 11})))
    assert [record.file.short for record in reading.files] == ["CardAccess", "COM", "SOD", "DG1", "DG13"]


def test_events_tell_steps_and_bytes_and_no_content() -> None:
    heard: list[Event] = []
    read(VirtualChip(CCCD), CAN, ReadOptions(on_event=heard.append, lengths=Lengths.SHORT))
    assert isinstance(heard[0], Progress)
    assert heard[0].step is Step.CARD_ACCESS
    assert sum(isinstance(event, Attempted) for event in heard) == 1
    photo = [event for event in heard if isinstance(event, Progress) and event.subject == "DG2"]
    assert [event.done for event in photo] == sorted(event.done for event in photo)
    assert (photo[-1].done, photo[-1].total) == (15000, 15000)
    assert all("000000" not in repr(event) for event in heard)


def test_the_clock_is_the_callers() -> None:
    ticks = iter(range(10_000))
    reading = read(VirtualChip(CCCD), CAN, ReadOptions(clock=lambda: float(next(ticks))))
    assert reading.session.chip_seconds == reading.session.apdus
    assert reading.session.seconds == 2 * reading.session.apdus + 1


def _total(persona: Persona, key: AccessKey) -> int:
    return read(VirtualChip(persona), key).session.apdus


GARBAGE: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda answer: b"",
    "one byte": lambda answer: b"\x90",
    "no status": lambda answer: bytes.fromhex("DEADBEEF"),
    "success without data": lambda answer: b"\x90\x00",
    "6F00": lambda answer: b"\x6f\x00",
    "6700": lambda answer: b"\x67\x00",
    "noise": lambda answer: random.Random(len(answer)).randbytes(40) + b"\x90\x00",
    "cut": lambda answer: answer[: len(answer) // 2] + answer[-2:],
    "flipped": lambda answer: bytes([answer[0] ^ 0x40]) + answer[1:],
    "longer": lambda answer: answer[:-2] + bytes(300) + answer[-2:],
}


def _spoil(garbage: str, numbers: range) -> Callable[[int, bytes, bytes], bytes]:
    return lambda number, command, answer: GARBAGE[garbage](answer) if number in numbers else answer


@pytest.mark.parametrize("garbage", GARBAGE)
@pytest.mark.parametrize(
    ("persona", "key"), [(SMALL_CCCD, CAN), (SMALL_BAC, MRZ), (SMALL_PACE, MRZ)], ids=lambda v: v.name
)
def test_garbage_at_any_one_command(persona: Persona, key: AccessKey, garbage: str) -> None:
    """Either an error of ours, or a reading whose every byte is true; never a traceback of another kind.

    Each kind of garbage comes at every third command; the kinds together meet every command.
    """
    whole = 0
    for position in range(list(GARBAGE).index(garbage) % 3, _total(persona, key), 3):
        chip = VirtualChip(persona)
        card = Tampering(chip, _spoil(garbage, range(position, position + 1)))
        try:
            reading = read(card, key)
        except CccdError:
            continue
        _assert_true(reading, persona)
        whole += not any(record.problem for record in reading.files)
    assert whole > 0


@pytest.mark.parametrize("garbage", GARBAGE)
@pytest.mark.parametrize(("persona", "key"), [(SMALL_CCCD, CAN), (SMALL_BAC, MRZ)], ids=lambda v: v.name)
def test_garbage_from_any_command_on(persona: Persona, key: AccessKey, garbage: str) -> None:
    for position in range(0, _total(persona, key), 3):
        card = Tampering(VirtualChip(persona), _spoil(garbage, range(position, 1 << 20)))
        try:
            reading = read(card, key)
        except CccdError:
            continue
        _assert_true(reading, persona)
        assert card.count < 2000


@pytest.mark.parametrize(("persona", "key"), [(SMALL_CCCD, CAN), (SMALL_BAC, MRZ)], ids=lambda v: v.name)
def test_a_card_taken_off_after_any_command(persona: Persona, key: AccessKey) -> None:
    for commands in range(_total(persona, key)):
        with pytest.raises(CardRemoved):
            read(Leaving(VirtualChip(persona), commands), key)


def test_one_wrong_mac_costs_a_session_and_nothing_else() -> None:
    total = _total(CCCD, CAN)
    card = Tampering(
        VirtualChip(CCCD),
        lambda n, c, answer: bytes([answer[0], answer[1] ^ 1]) + answer[2:] if n == total - 3 else answer,
    )
    reading = read(card, CAN)
    _assert_true(reading, CCCD)
    assert reading.access.renewals == 1
    assert not any(record.problem for record in reading.files)
    assert [attempt.outcome for attempt in reading.access.attempts] == [AttemptOutcome.GRANTED] * 2


class _WithoutReset:
    """A card of a program that cannot reset it."""

    def __init__(self, card: Tampering) -> None:
        self.exchange = card.exchange


def test_a_card_that_cannot_be_reset_is_read_on_in_a_new_session() -> None:
    reading = read(_WithoutReset(Tampering(VirtualChip(SMALL_CCCD), once(10, b"\x6f\x00"))), CAN)
    assert reading.access.renewals == 1
    _assert_true(reading, SMALL_CCCD)
    assert reading.content(ef.data_group(2)) is not None


def test_a_session_that_always_breaks_is_given_up() -> None:
    def spoil(number: int, command: bytes, answer: bytes) -> bytes:
        return b"\x69\x88" if command[0] == 0x0C and command[1] == 0xB0 else answer

    card = Tampering(VirtualChip(CCCD), spoil)
    reading = read(card, CAN)
    assert all(record.content is None for record in reading.files[1:])
    assert reading.access.renewals <= MAX_RENEWALS + 1


def test_a_refusal_without_protection_is_recorded_and_the_rest_is_read() -> None:
    """Some chips refuse DG3 outside the session, which ends it."""

    def naked(number: int, command: bytes, answer: bytes) -> bytes:
        return b"\x69\x82" if command[:3].hex() == "0cb083" else answer

    reading = read(Tampering(VirtualChip(CCCD), naked), CAN)
    assert _statuses(reading)["DG3"] == 0x6982
    assert not any(record.problem for record in reading.files)


@pytest.mark.parametrize("limit", [1000, 231, 150, 64])
def test_a_link_that_takes_less_than_it_promised(limit: int) -> None:
    """A reader or chip that answers 6700, unprotected, to what is too long: new session, smaller blocks."""

    def narrow(number: int, command: bytes, answer: bytes) -> bytes:
        parsed = Command.parse(command)
        wanted = [item for item in (b"\x97\x01", b"\x97\x02") if item in parsed.data[:4]]
        if parsed.cla != 0x0C or parsed.ins != 0xB0 or not wanted:
            return answer
        size = parsed.data[1]
        asked = int.from_bytes(parsed.data[2 : 2 + size], "big") or 256
        return b"\x67\x00" if asked > limit else answer

    reading = read(Tampering(VirtualChip(CCCD), narrow), CAN)
    _assert_true(reading, CCCD)
    assert not any(record.problem for record in reading.files)
    assert 1 <= reading.access.renewals <= MAX_RENEWALS


def test_a_broken_file_does_not_end_the_reading() -> None:
    """Defect of gmrtd: one bad data group aborts the read and the photo is lost."""
    files = dict(CCCD.application_files)
    files[0x010D] = type(files[0x010D])(b"\x6d\x84\x06\x00\x00\x00" + bytes(300))
    persona = Persona("broken", "", files, CCCD.keys, CCCD.master_files, CCCD.pace, select_mf=0x6D00)
    reading = read(VirtualChip(persona), CAN)
    broken = reading.file(ef.data_group(13))
    assert broken
    assert "claims more" in (broken.problem or "")
    assert reading.content(ef.data_group(2)) == files[0x0102].content


@pytest.mark.parametrize("content", [b"", b"\x60\x00", bytes(30), b"\x60\x05" + bytes(5)])
def test_a_com_that_lists_nothing_is_made_good_by_the_sod(content: bytes) -> None:
    files = dict(CCCD.application_files)
    files[0x011E] = type(files[0x011E])(content)
    persona = Persona("broken", "", files, CCCD.keys, CCCD.master_files, CCCD.pace)
    reading = read(VirtualChip(persona), CAN)
    assert reading.content(ef.data_group(1)) == files[0x0101].content


def test_a_group_that_com_hides_is_read_because_the_sod_lists_it() -> None:
    files = dict(CCCD.application_files)
    files[0x011E] = type(files[0x011E])(bytes.fromhex("60135F0104303130375F36063034303030305C0161"))
    reading = read(VirtualChip(Persona("hiding", "", files, CCCD.keys, CCCD.master_files, CCCD.pace)), CAN)
    assert reading.content(ef.data_group(14)) == files[0x010E].content


def test_a_reading_shows_no_content() -> None:
    text = repr(read(VirtualChip(CCCD), CAN).files)
    assert "NGUYEN" not in text
    assert "content" in text or "bytes" in text


def test_malformed_card_access_is_on_record() -> None:
    def spoil(number: int, command: bytes, answer: bytes) -> bytes:
        return bytes.fromhex("3003020101") + b"\x90\x00" if command[:3].hex() == "00b09c" else answer

    reading = read(Tampering(VirtualChip(CCCD), spoil), CAN)
    record = reading.file(ef.CARD_ACCESS)
    assert record
    assert record.problem
    assert reading.access.card_access is CardAccessSource.CONSTANT
    with pytest.raises((AccessDenied, MalformedData)):
        read(Tampering(VirtualChip(PACE), spoil), MRZ)
