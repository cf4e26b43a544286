# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A card that is taken off while it is read, and what is laid down then: the same card, another one, or none."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from cccd_reader.apdu.channel import Lengths
from cccd_reader.crypto.entropy import Entropy
from cccd_reader.errors import CardChanged, CardRemoved, NoCard, TransportError
from cccd_reader.inspection.events import CardLost, CardReturned, Event, FileRead, Finished, Progress
from cccd_reader.inspection.policy import VerdictKind
from cccd_reader.inspection.read import Patience, ReadOptions, read
from cccd_reader.inspection.reading import ProofKind, Reading
from cccd_reader.inspection.report import Report
from cccd_reader.inspection.saved import FORMAT, dump, parse
from cccd_reader.inspection.verify import verify
from cccd_reader.lds import files as ef
from cccd_reader.protocols.active_authentication import AaEvidence
from cccd_simulators.chip import VirtualChip, power_up
from cccd_simulators.fault_files import altered, of_another_holder
from cccd_simulators.fault_keys import clone_without_keys
from cccd_simulators.persona import Persona
from cccd_simulators.removal import MovingCard, Stay
from tests.support.cards import Leaving, Tampering, once
from tests.support.fault_matrix import TRUST, base
from tests.support.quick import quick
from tests.support.trust import AT

CCCD, BAC, PACE = quick("cccd"), base("passport-bac"), quick("passport-pace")
CLONE, OTHER = clone_without_keys(CCCD), of_another_holder(CCCD)
SHORT, LONG = ReadOptions(lengths=Lengths.SHORT), ReadOptions()
DG2 = ef.data_group(2)


def _read(card: MovingCard, persona: Persona, options: ReadOptions = SHORT) -> Reading:
    return read(card, persona.keys, options)


def _report(reading: Reading) -> Report:
    return verify(reading, TRUST, at=AT)


def _undisturbed(persona: Persona, options: ReadOptions = SHORT) -> Reading:
    return read(VirtualChip(persona), persona.keys, options)


def _same(reading: Reading, whole: Reading) -> bool:
    """All that was read, how each proof went, and every check that follows from it."""
    checks = [[(check.id, check.reason) for check in _report(each).checks] for each in (reading, whole)]
    outcomes = [[(proof.kind, proof.protocol, proof.outcome) for proof in each.proofs] for each in (reading, whole)]
    return reading.files == whole.files and outcomes[0] == outcomes[1] and checks[0] == checks[1]


@pytest.mark.parametrize(
    ("persona", "options"),
    [
        (CCCD, replace(SHORT, block_size=200)),
        (BAC, SHORT),
        pytest.param(PACE, ReadOptions(), marks=pytest.mark.slow),
    ],
    ids=["cccd, the photo in parts", "passport-bac", "passport-pace"],
)
def test_a_card_taken_off_after_any_one_command_and_laid_back(persona: Persona, options: ReadOptions) -> None:
    whole = _undisturbed(persona, options)
    assert _report(whole).verdict is VerdictKind.ACCEPTED
    for commands in range(whole.session.apdus):
        chip = VirtualChip(persona)
        reading = _read(MovingCard([Stay(chip, commands), Stay(chip)]), persona, options)
        assert _same(reading, whole), commands
        assert reading.access.visits == 2
        assert reading.access.renewals == 0


def test_a_card_that_is_taken_off_again_and_again() -> None:
    """Each visit is lost later than the one before, the third while a visit is being taken up again."""
    chip = VirtualChip(CCCD)
    stays = [Stay(chip, commands) for commands in (8, 21, 12, 19, 20)]
    reading = _read(MovingCard([*stays, Stay(chip)]), CCCD)
    assert _same(reading, _undisturbed(CCCD))
    assert reading.access.visits == 6


def test_the_photo_goes_on_where_it_broke_off() -> None:
    options = replace(SHORT, block_size=20)
    heard: list[Event] = []
    whole = _undisturbed(CCCD, replace(options, on_event=heard.append))
    size = len(whole.content(DG2) or b"")
    parts = -(-size // 20)
    assert parts > 20
    chip = VirtualChip(CCCD)
    last = whole.session.apdus - 3  # a part of the photo before its end, and the fingerprints
    reading = _read(MovingCard([Stay(chip, last), Stay(chip)]), CCCD, replace(options, on_event=heard.append))
    assert _same(reading, whole)
    sod = -(-len(whole.content(ef.SOD) or b"") // 20)
    assert reading.session.apdus - whole.session.apdus < sod + 30  # EF.SOD, access and proofs, and no photo again
    done = [event.done for event in heard if isinstance(event, Progress) and event.subject == "DG2"]
    assert done.count(40) == 1 + done[: done.index(size) + 1].count(40) == 2


def test_events_ask_for_the_card_and_give_each_file_once() -> None:
    heard: list[Event] = []
    chip = VirtualChip(CCCD)
    options = replace(SHORT, on_event=heard.append, patience=Patience(7.5))
    reading = _read(MovingCard([Stay(chip, 20), Stay(chip)]), CCCD, options)
    moves = [event for event in heard if isinstance(event, CardLost | CardReturned | Finished)]
    assert [type(event) for event in moves] == [CardLost, CardReturned, Finished]
    lost = next(event for event in moves if isinstance(event, CardLost))
    assert (type(lost.error), lost.seconds) == (CardRemoved, 7.5)
    assert heard[-1] == Finished(reading.session)
    groups = [event.file for event in heard if isinstance(event, FileRead) and event.file.number]
    assert [file.number for file in groups] == [1, 13, 14, 15, 2]


def test_text_comes_before_the_keys_and_the_photo_last() -> None:
    heard: list[Event] = []
    whole = _undisturbed(CCCD, replace(SHORT, on_event=heard.append))
    files = [event for event in heard if isinstance(event, FileRead)]
    assert [each.file.short for each in files] == ["DG1", "DG13", "COM", "SOD", "DG14", "DG15", "DG2"]
    assert all(each.content == whole.content(each.file) for each in files)
    assert repr(files[0]) == f"FileRead(EF.DG1, {len(files[0].content)} bytes)"


# --- what ends it -----------------------------------------------------------------------------------------------------


def test_a_card_that_cannot_be_waited_for_ends_the_reading() -> None:
    with pytest.raises(CardRemoved):
        read(Leaving(VirtualChip(CCCD), 12), CCCD.keys)


@pytest.mark.parametrize("patience", [Patience(times=0), Patience(seconds=0)])
def test_no_patience(patience: Patience) -> None:
    heard: list[Event] = []
    chip = VirtualChip(CCCD)
    with pytest.raises(CardRemoved) as caught:
        _read(MovingCard([Stay(chip, 12), Stay(chip)]), CCCD, replace(SHORT, patience=patience, on_event=heard.append))
    assert caught.value.hint
    assert not [event for event in heard if isinstance(event, CardLost)]


def test_a_card_that_does_not_come_back_in_time() -> None:
    with pytest.raises(CardRemoved) as caught:
        _read(MovingCard([Stay(VirtualChip(CCCD), 12)]), CCCD)
    assert isinstance(caught.value.__cause__, NoCard)


def test_a_card_that_moves_too_often() -> None:
    chip = VirtualChip(CCCD)
    with pytest.raises(CardRemoved):
        _read(MovingCard(Stay(chip, 12) for _ in range(100)), CCCD)
    stays = [Stay(chip, 12)] * Patience().times
    assert _read(MovingCard([*stays, Stay(chip)]), CCCD).access.visits == Patience().times + 1


class _Troubled(MovingCard):
    """A card whose reader has another trouble while it is waited for."""

    def wait_for_return(self, timeout: float, /) -> None:
        raise TransportError("the reader has been unplugged")


def test_another_trouble_of_the_reader_has_its_own_error() -> None:
    with pytest.raises(TransportError, match="unplugged"):
        _read(_Troubled([Stay(VirtualChip(CCCD), 12)]), CCCD)


# --- another card -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "second"), [(CCCD, OTHER), (OTHER, CCCD)], ids=["then another", "another first"])
def test_another_holders_card_is_never_mixed_with_the_first(first: Persona, second: Persona) -> None:
    """Both are genuine, and open with the same key: either an error, or a reading of the second card alone."""
    whole = _undisturbed(second, LONG)
    changed = 0
    for commands in range(whole.session.apdus):
        card = MovingCard([Stay(VirtualChip(first), commands), Stay(VirtualChip(second))])
        try:
            reading = _read(card, first, LONG)
        except CardChanged:
            changed += 1
        else:
            assert _same(reading, whole), commands
    assert changed > 5


def test_a_genuine_card_exchanged_for_a_copy_at_any_command() -> None:
    """The copy has all files, and lacks the keys: that the first chip had them helps it at no moment."""
    outcomes = set()
    for commands in range(_undisturbed(CCCD, LONG).session.apdus - 1):
        card = MovingCard([Stay(VirtualChip(CCCD), commands), Stay(VirtualChip(CLONE))])
        try:
            outcomes.add(_report(_read(card, CCCD, LONG)).verdict.value)
        except CardChanged as error:
            outcomes.add(str(error))
    assert outcomes == {"rejected", "the chip that was laid back does not hold the key that the chip before has proven"}


def test_a_copy_exchanged_for_the_genuine_card_at_any_command() -> None:
    """What is believed then is the genuine card, whose every byte and proof it is."""
    forged = altered(2)(altered(1)(CLONE))
    whole = _undisturbed(CCCD, LONG)
    for commands in range(_undisturbed(forged, LONG).session.apdus):
        card = MovingCard([Stay(VirtualChip(forged), commands), Stay(VirtualChip(CCCD))])
        assert _same(_read(card, CCCD, LONG), whole), commands


def test_two_parts_that_make_no_file_are_read_anew() -> None:
    """The first card gives another photo under the true EF.SOD, of the same length, and is taken off in the middle."""
    content = CCCD.application_files[DG2.file_id].content
    files = dict(CCCD.application_files)
    files[DG2.file_id] = replace(files[DG2.file_id], content=content[:30] + bytes(70) + content[100:])
    forged = replace(CCCD, application_files=files)
    options = replace(SHORT, block_size=100)
    whole = _undisturbed(CCCD, options)
    for commands in range(whole.session.apdus - 4, whole.session.apdus):
        reading = _read(MovingCard([Stay(VirtualChip(forged), commands), Stay(VirtualChip(CCCD))]), CCCD, options)
        assert reading.content(DG2) == content


@pytest.mark.parametrize("other", [BAC, PACE], ids=lambda persona: persona.name)
def test_a_card_of_another_kind_is_another_card(other: Persona) -> None:
    card = MovingCard([Stay(VirtualChip(CCCD), 20), Stay(VirtualChip(replace(other, keys=())))])
    with pytest.raises(CardChanged, match="does not open"):
        _read(card, CCCD)


def test_before_the_security_object_nothing_is_kept() -> None:
    """The wrong card was laid down first, and taken off before it had said anything of itself."""
    card = MovingCard([Stay(VirtualChip(PACE), 4), Stay(VirtualChip(CCCD))])
    assert _same(_read(card, CCCD), _undisturbed(CCCD))


def test_a_security_object_that_cannot_be_read_again_keeps_nothing() -> None:
    """The second card hides EF.SOD: then it is read alone, and nothing of the first vouches for it."""
    files = {file_id: file for file_id, file in CCCD.application_files.items() if file_id != ef.SOD.file_id}
    hiding = replace(CLONE, application_files=files)
    reading = _read(MovingCard([Stay(VirtualChip(CCCD), 25), Stay(VirtualChip(hiding))]), CCCD)
    assert reading.content(ef.SOD) is None
    assert _report(reading).verdict is VerdictKind.REJECTED


# --- proofs -----------------------------------------------------------------------------------------------------------


def test_a_proof_that_is_run_anew_has_a_new_challenge() -> None:
    signed: list[bytes] = []
    assert CCCD.active_authentication
    sign = CCCD.active_authentication.sign

    class Listening:
        def sign(self, challenge: bytes, entropy: Entropy, /) -> bytes:
            signed.append(challenge)
            return sign(challenge, entropy)

    chip = VirtualChip(replace(CCCD, active_authentication=Listening()))
    number = _undisturbed(CCCD, LONG).session.apdus
    reading = _read(MovingCard([Stay(chip, number - 1), Stay(chip)]), CCCD, LONG)
    proof = reading.proof(ProofKind.ACTIVE)
    assert proof
    assert isinstance(proof.evidence, AaEvidence)
    assert len(set(signed)) == 2
    assert proof.evidence.challenge == signed[-1]


# --- a session that is lost while the card stays ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "first"),
    [(b"", 6), (b"\x90", 7), (b"\xde\xad\xbe\xef", 6), (b"\x6f\x00", 7), (b"\x69\x88", 8)],
    ids=["nothing", "one byte", "no status", "6F00", "6988"],
)
def test_an_answer_that_is_none_costs_a_session_and_nothing_else(answer: bytes, first: int) -> None:
    whole = _undisturbed(CCCD, ReadOptions())
    for number in range(first, whole.session.apdus, 2):
        reading = read(Tampering(VirtualChip(CCCD), once(number, answer)), CCCD.keys)
        assert _same(reading, whole), number
        assert reading.access.renewals == 1
        assert reading.access.visits == 1


def test_a_second_break_at_the_same_place_is_a_record() -> None:
    def spoil(_: int, command: bytes, answer: bytes) -> bytes:
        return b"\x6f\x00" if command[:4] == bytes((0x0C, 0xB0, 0x80 | DG2.sfi, 0)) else answer

    reading = read(Tampering(VirtualChip(CCCD), spoil), CCCD.keys, SHORT)
    assert "6F00" in (getattr(reading.file(DG2), "problem", "") or "")
    assert reading.access.renewals == 2


def test_breaks_at_different_places_of_one_file_are_survived() -> None:
    """Each session ends after three parts of the photo; the next goes on behind them."""
    parts = [0]

    def spoil(_: int, command: bytes, answer: bytes) -> bytes:
        if command[:3] == bytes((0x0C, 0xB0, 0x80 | DG2.sfi)):
            parts[0] = 1
        elif parts[0] and command[:2] == bytes((0x0C, 0xB0)):
            parts[0] += 1
        if parts[0] <= 4:
            return answer
        parts[0] = 0
        return b"\x6f\x00"

    options = replace(SHORT, block_size=40)
    reading = read(Tampering(VirtualChip(CCCD), spoil), CCCD.keys, options)
    assert reading.content(DG2) == CCCD.application_files[DG2.file_id].content
    assert reading.access.renewals >= 3


def test_one_failure_at_card_access_does_not_shut_a_pace_only_chip() -> None:
    for answer in (b"\x6f\x00", b"\x6f", b"\x64\x00"):
        reading = read(Tampering(VirtualChip(PACE), once(0, answer)), PACE.keys)
        assert _report(reading).verdict is VerdictKind.ACCEPTED


def test_a_disguise_that_moves_is_a_persona_like_any_other() -> None:
    card = power_up(replace(CCCD, disguise=lambda chip: MovingCard([Stay(chip, 3), Stay(chip)])))
    assert read(card, CCCD.keys).access.visits == 2


def test_a_saved_reading_keeps_the_visits_and_an_older_one_had_one() -> None:
    chip = VirtualChip(CCCD)
    reading = _read(MovingCard([Stay(chip, 12), Stay(chip)]), CCCD)
    saved = dump(reading)
    assert parse(saved) == reading
    body = saved.split(b"\n", 2)[2].replace(b',"visits":2', b"")
    older = b"\n".join((FORMAT.encode(), hashlib.sha256(body).hexdigest().encode(), body))
    assert parse(older).access == replace(reading.access, visits=1)
