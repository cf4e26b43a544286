# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Attacks by whoever owns the link and several cards, and an honest holder's bad luck, over sessions and visits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from cccd_reader.access_keys import Can, MrzKey
from cccd_reader.apdu import commands
from cccd_reader.apdu.channel import Lengths
from cccd_reader.apdu.command import SECURE_MESSAGING, Command, Response
from cccd_reader.errors import CardChanged, CccdError, MalformedData
from cccd_reader.inspection import chip as chip_checks
from cccd_reader.inspection.access import MAX_ATTEMPTS
from cccd_reader.inspection.events import Attempted, Event, Progress, Step
from cccd_reader.inspection.policy import VerdictKind
from cccd_reader.inspection.read import MAX_RENEWALS, ReadOptions, read
from cccd_reader.inspection.reading import AttemptOutcome, CardAccessSource, Reading
from cccd_reader.inspection.report import Report
from cccd_reader.inspection.results import Reason
from cccd_reader.inspection.resume import Kept
from cccd_reader.inspection.saved import FORMAT, dump, parse
from cccd_reader.inspection.verify import verify
from cccd_reader.lds import files as ef
from cccd_reader.lds.security_infos import PaceInfo, SecurityInfos
from cccd_reader.protocols.pace import ChipMapping
from cccd_reader.protocols.pace_options import PaceOption
from cccd_simulators import der
from cccd_simulators.chip import VirtualChip
from cccd_simulators.fault_files import content_of, data_groups, issued, of_another_holder
from cccd_simulators.fault_keys import clone_without_keys, without_proofs
from cccd_simulators.persona import Access, File, Persona, PoweredCard
from cccd_simulators.removal import MovingCard, Stay
from tests.support.cards import Tampering, once
from tests.support.fault_matrix import TRUST, base
from tests.support.quick import quick
from tests.support.trust import AT

CCCD, BAC, PACE = quick("cccd"), base("passport-bac"), quick("passport-pace")
SHORT = ReadOptions(lengths=Lengths.SHORT)


def _report(reading: Reading) -> Report:
    return verify(reading, TRUST, at=AT)


def _reason(report: Report, name: str) -> Reason:
    return next(check.reason for check in report.checks if check.id == name)


def _names(file: ef.ElementaryFile, command: bytes) -> bool:
    return command[:3] == bytes((SECURE_MESSAGING, commands.READ_BINARY, 0x80 | file.sfi))


# --- two chips in one visit -------------------------------------------------------------------------------------------


@dataclass
class Switching:
    """Between the reader and two chips: the second answers from the session on that follows the end of the first."""

    first: PoweredCard
    second: PoweredCard
    ends: Callable[[bytes], bool]
    ended: bool = False

    @property
    def atr(self) -> bytes:
        return self.second.atr

    def exchange(self, command: bytes, /) -> bytes:
        if self.ended:
            return self.second.exchange(command)
        if self.ends(command):
            self.ended = True
            return b"\x69\x82"
        return self.first.exchange(command)

    def reset(self) -> None:
        self.first.reset()
        self.second.reset()


def _with_fingerprints(persona: Persona) -> Persona:
    return issued(persona, data_groups(persona) | {3: data_groups(CCCD)[3]})


def _copy_that_offers_mapping() -> Persona:
    """A copy of a document that offers no proof, dressed up as one whose chip proves itself by its mapping key."""
    copied = _with_fingerprints(without_proofs(PACE))
    assert PACE.mapping_key
    forged = replace(PACE.mapping_key, private=PACE.mapping_key.private + 1)
    return replace(copied, master_files=PACE.master_files, pace=PACE.pace, mapping_key=forged)


def test_the_mapping_key_of_a_second_chip_proves_nothing_of_the_first() -> None:
    """EF.CardSecurity is bound to the other files by the session alone; the second chip gives no file at all."""
    first, second = VirtualChip(_copy_that_offers_mapping()), VirtualChip(PACE)
    card = Switching(first, second, lambda command: _names(ef.data_group(3), command))
    with pytest.raises(CardChanged, match="answers now"):
        read(card, PACE.keys)


# --- the way in, across visits ----------------------------------------------------------------------------------------


@dataclass
class Filter:
    """A card whose plain answers go through `change(command, answer)`."""

    card: PoweredCard
    change: Callable[[bytes, bytes], bytes]

    @property
    def atr(self) -> bytes:
        return self.card.atr

    def exchange(self, command: bytes, /) -> bytes:
        return self.change(command, self.card.exchange(command))

    def reset(self) -> None:
        self.card.reset()


_CARD_ACCESS = bytes((commands.READ_BINARY, 0x80 | ef.CARD_ACCESS.sfi))


def _claiming(card_access: bytes) -> Callable[[bytes, bytes], bytes]:
    return lambda command, answer: card_access + b"\x90\x00" if command[1:3] == _CARD_ACCESS else answer


def _hiding_card_access(command: bytes, answer: bytes) -> bytes:
    selects = command[1] == commands.SELECT and command[-2:] == ef.CARD_ACCESS.file_id.to_bytes(2, "big")
    return b"\x6a\x82" if command[1:3] == _CARD_ACCESS or selects else answer


def _failing_pace(command: bytes, answer: bytes) -> bytes:
    return b"\x6f\x00" if command[:2] == bytes((0x10, commands.GENERAL_AUTHENTICATE)) else answer


def test_a_weaker_way_that_somebody_forged_is_not_kept_for_the_next_visit() -> None:
    """EF.CardAccess is made to offer one way only; in the visit that counts it is the genuine one."""
    infos = SecurityInfos.parse(content_of(PACE, ef.CARD_ACCESS)).of(PaceInfo)
    forged = der.set_of(*(bytes(info) for info in infos if "0.4.0.127.0.7.2.2.4.4." in info.oid))
    ways = []
    for number in (8, 10):
        chip = VirtualChip(PACE)
        reading = read(MovingCard([Stay(Filter(chip, _claiming(forged)), number), Stay(chip)]), PACE.keys)
        assert reading.access.visits == 2
        assert _report(reading).verdict is VerdictKind.ACCEPTED
        ways.append([attempt.protocol.split("-")[3] for attempt in reading.access.attempts])
    assert ways == [["IM", "CAM"], ["IM", "CAM"]]


def _old_and_new_way() -> Persona:
    """PACE and BAC, and no DG14 that would tell of it."""
    card_access = PACE.master_files[ef.CARD_ACCESS.file_id]
    return replace(BAC, pace=PACE.pace[1:], master_files={ef.CARD_ACCESS.file_id: card_access})


def test_a_downgrade_of_the_first_visit_is_told_of_the_last() -> None:
    """PACE is made to fail, so that BAC opens the chip; then EF.CardAccess, which offered PACE, is hidden."""
    persona = _old_and_new_way()
    for number in (4, 10, 14):  # before BAC has opened it, after that, and after EF.SOD
        chip = Filter(VirtualChip(persona), _failing_pace)
        card = MovingCard([Stay(chip, number), Stay(Filter(chip, _hiding_card_access))])
        reading = read(card, persona.keys, SHORT)
        assert reading.access.visits == 2
        assert _reason(_report(reading), "access.downgrade") is Reason.PACE_BYPASSED


def test_card_access_that_cannot_be_read_again_leaves_the_way_in() -> None:
    """The chip stammers as it is laid back; without EF.CardAccess nothing would open it."""
    chip = VirtualChip(PACE)
    stammering = Filter(chip, lambda command, answer: b"\x6f" if command[1:3] == _CARD_ACCESS else answer)
    reading = read(MovingCard([Stay(chip, 10), Stay(stammering)]), PACE.keys)
    assert reading.access.visits == 2
    assert reading.access.card_access is CardAccessSource.CHIP
    assert _reason(_report(reading), "chip.cam") is Reason.CHIP_PROVEN


def test_another_way_in_that_the_card_refuses_is_another_card() -> None:
    """EF.CardAccess is another, and no way that it offers opens the card, although one opened the card before."""
    chip = VirtualChip(PACE)
    forged = _claiming(der.set_of())
    with pytest.raises(CardChanged, match="does not open"):
        read(MovingCard([Stay(chip, 10), Stay(Filter(chip, forged))]), PACE.keys)


def test_a_card_that_hides_its_security_object_makes_nobody_forget_the_one_before() -> None:
    files = {file_id: file for file_id, file in CCCD.application_files.items() if file_id != ef.SOD.file_id}
    hiding = VirtualChip(replace(CCCD, application_files=files))
    other = VirtualChip(of_another_holder(CCCD))
    with pytest.raises(CardChanged, match="holds another"):
        read(MovingCard([Stay(VirtualChip(CCCD), 14), Stay(hiding, 14), Stay(other)]), CCCD.keys)


def test_a_hash_that_cannot_be_computed_vouches_for_nothing() -> None:
    kept = Kept()
    kept.anchor(content_of(CCCD, ef.SOD))
    file, content = ef.data_group(1), content_of(CCCD, ef.data_group(1))
    assert kept.vouches_for(file, content)
    assert kept.hashes
    kept.hashes = replace(kept.hashes, hash_algorithm="of tomorrow")
    assert not kept.vouches_for(file, content)


def test_what_no_hash_will_judge_is_read_anew_and_not_put_together() -> None:
    heard: list[Event] = []
    since = [0]

    def change(_: int, command: bytes, answer: bytes) -> bytes:
        since[0] += bool(since[0]) or _names(ef.SOD, command)
        return b"\x6f\x00" if since[0] == 3 else answer

    options = replace(SHORT, block_size=200, on_event=heard.append)
    assert read(Tampering(VirtualChip(CCCD), change), CCCD.keys, options).content(ef.SOD) == content_of(CCCD, ef.SOD)
    assert heard.count(Progress(Step.FILE, "SOD")) == 2


# --- proofs, across visits --------------------------------------------------------------------------------------------


def _failing_proof(persona: Persona) -> VirtualChip:
    def habit(command: Command, response: Response) -> Response:
        return Response(b"", 0x6F00) if command.ins == commands.INTERNAL_AUTHENTICATE else response

    return VirtualChip(replace(persona, habit=habit))


def test_a_proof_that_fails_at_its_second_time_is_no_other_chip() -> None:
    last = read(VirtualChip(BAC), BAC.keys, SHORT).session.apdus - 1
    reading = read(MovingCard([Stay(VirtualChip(BAC), last), Stay(_failing_proof(BAC))]), BAC.keys, SHORT)
    assert reading.access.visits == 2
    assert _reason(_report(reading), "chip.aa") is Reason.CHIP_PROOF_BROKE


def test_a_proof_that_is_refused_after_one_that_failed_is_on_record() -> None:
    """What the first chip could do, nobody knows: that the second refuses says only what it says."""
    first = _failing_proof(BAC)
    last = read(first, BAC.keys, SHORT).session.apdus - 1
    card = MovingCard([Stay(_failing_proof(BAC), last), Stay(VirtualChip(clone_without_keys(BAC)))])
    reading = read(card, BAC.keys, SHORT)
    assert reading.access.visits == 2
    assert _reason(_report(reading), "chip.aa") is Reason.CHIP_REFUSED_PROOF


def test_text_of_a_card_that_has_gone_is_never_kept_before_a_security_object_vouches_for_it() -> None:
    other = of_another_holder(CCCD)
    files = {file_id: file for file_id, file in other.application_files.items() if file_id != ef.SOD.file_id}
    hiding = VirtualChip(replace(other, application_files=files))
    reading = read(MovingCard([Stay(VirtualChip(CCCD), 14), Stay(hiding)]), CCCD.keys)
    assert reading.content(ef.data_group(1)) == content_of(other, ef.data_group(1))


def test_a_card_that_stumbles_as_it_is_laid_back_is_the_same_card() -> None:
    chip, left = VirtualChip(CCCD), [1]

    def change(command: bytes, answer: bytes) -> bytes:
        if command[1] != commands.GENERAL_AUTHENTICATE or not left[0]:
            return answer
        left[0] -= 1
        return b"\x6f\x00"

    reading = read(MovingCard([Stay(chip, 14), Stay(Filter(chip, change))]), CCCD.keys)
    assert [each.outcome.value for each in reading.access.attempts] == ["granted", "refused", "granted"]
    assert _report(reading).verdict is VerdictKind.ACCEPTED


def test_two_mappings_with_nothing_in_them_are_of_no_key() -> None:
    group = PACE.pace[0].group
    point = group.encode(group.generator)
    one, none = ChipMapping(point, b"\x01"), ChipMapping(point, bytes(32))
    assert chip_checks.is_of_one_key(group, one, one)
    assert not chip_checks.is_of_one_key(group, none, none)
    assert not chip_checks.is_of_one_key(group, one, none)


@pytest.mark.parametrize(
    ("pace", "reason"), [(CCCD.pace, Reason.PACE_BYPASSED), ((), Reason.NO_DOWNGRADE)], ids=["it runs", "it is refused"]
)
def test_pace_that_no_file_offers(pace: tuple[PaceOption, ...], reason: Reason) -> None:
    """EF.CardAccess is hidden, so that the constant is tried; its last step is made to fail, and BAC opens the chip."""

    def change(command: bytes, answer: bytes) -> bytes:
        return b"\x63\x00" if command[:2] == bytes((0x00, commands.GENERAL_AUTHENTICATE)) else answer

    persona = replace(BAC, pace=pace, keys=(*BAC.keys, Can("000000")))
    reading = read(Filter(VirtualChip(persona), change), (Can("999999"), *BAC.keys), SHORT)
    assert reading.access.card_access is CardAccessSource.CONSTANT
    found = _report(reading).check("access.downgrade")
    assert found.reason is reason
    assert pace == () or found.detail == "PACE: wrong-key, wrong-key"


@pytest.mark.parametrize("stay", range(2, 6))
def test_a_card_without_pace_that_is_taken_off_while_the_constant_is_tried(stay: int) -> None:
    """It has no PACE that anybody could have passed by: at once or at the next visit it refuses the constant."""
    chip = VirtualChip(BAC)
    reading = read(MovingCard([Stay(chip, stay), Stay(chip)]), (Can("000000"), *BAC.keys), SHORT)
    assert reading.access.visits == 2
    assert _reason(_report(reading), "access.downgrade") is Reason.NO_DOWNGRADE


# --- attempts ---------------------------------------------------------------------------------------------------------


def test_a_wrong_number_costs_few_attempts_however_the_card_moves() -> None:
    wrong = (Can("999999"), MrzKey("D00000000", "000101", "300101"))
    for commands_each in range(4, 16):
        heard: list[Event] = []
        card = MovingCard(Stay(VirtualChip(PACE), commands_each) for _ in range(100))
        with pytest.raises(CccdError):
            read(card, wrong, replace(SHORT, on_event=heard.append))
        attempts = [each.attempt for each in heard if isinstance(each, Attempted)]
        called_wrong = [each.method for each in attempts if each.outcome is AttemptOutcome.WRONG_KEY]
        assert len(called_wrong) == len(set(called_wrong))
        assert len(attempts) <= MAX_ATTEMPTS


def test_the_right_number_and_the_worst_link_make_a_bounded_number_of_attempts() -> None:
    """Every session breaks at its second command."""
    chip = VirtualChip(CCCD)
    since = [0]

    def change(command: bytes, answer: bytes) -> bytes:
        since[0] = since[0] + 1 if command[0] & SECURE_MESSAGING else 0
        return b"\x6f\x00" if since[0] > 1 else answer

    reading = read(Filter(chip, change), CCCD.keys)
    assert reading.access.renewals <= MAX_RENEWALS + 1
    assert len(reading.access.attempts) <= MAX_RENEWALS + 1
    assert _report(reading).verdict is not VerdictKind.ACCEPTED


def test_sessions_are_renewed_a_bounded_number_of_times() -> None:
    """Each session brings a few bytes more of the photo, and breaks."""
    parts = [0]

    def change(command: bytes, answer: bytes) -> bytes:
        begins, goes_on = _names(ef.data_group(2), command), command[:2] == bytes((0x0C, commands.READ_BINARY))
        parts[0] = 1 if begins else parts[0] + bool(parts[0] and goes_on)
        if parts[0] <= 3:
            return answer
        parts[0] = 0
        return b"\x6f\x00"

    reading = read(Filter(VirtualChip(CCCD), change), CCCD.keys, replace(SHORT, block_size=8))
    record = reading.file(ef.data_group(2))
    assert record
    assert record.problem
    assert reading.access.renewals == MAX_RENEWALS + 1
    assert len(reading.access.attempts) == MAX_RENEWALS + 1


def test_a_chip_that_sulks_until_it_is_reset() -> None:
    @dataclass
    class Sulking(Filter):
        count: int = 0
        sulks: bool = False

        def exchange(self, command: bytes, /) -> bytes:
            self.count += 1
            self.sulks = self.sulks or self.count == 10
            answer = super().exchange(command)
            return b"\x69\x85" if self.sulks else answer

        def reset(self) -> None:
            self.sulks = False
            super().reset()

    reading = read(Sulking(VirtualChip(CCCD), lambda _, answer: answer), CCCD.keys)
    assert reading.access.renewals == 1
    assert _report(reading).verdict is VerdictKind.ACCEPTED


# --- what is read before any list -------------------------------------------------------------------------------------


def test_text_that_nobody_signed_is_not_dropped_once_it_was_heard() -> None:
    """DG13 lies on the chip, and neither EF.COM nor EF.SOD lists it: a person has seen it by then."""
    groups = {number: content for number, content in data_groups(CCCD).items() if number != 13}
    persona = issued(CCCD, groups)
    content = content_of(CCCD, ef.data_group(13))
    files = {**persona.application_files, ef.data_group(13).file_id: File(content, Access.SESSION)}
    report = _report(read(VirtualChip(replace(persona, application_files=files)), CCCD.keys))
    assert _reason(report, "integrity.dg13") is Reason.NOT_SIGNED
    assert report.verdict is VerdictKind.REJECTED


# --- honest chips -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sw", [b"\x69\x82", b"\x6a\x82"], ids=["6982", "6A82"])
def test_a_chip_that_ends_the_session_at_card_security_is_read_without_it(sw: bytes) -> None:
    def change(command: bytes, answer: bytes) -> bytes:
        return sw if _names(ef.CARD_SECURITY, command) else answer

    reading = read(Filter(VirtualChip(PACE), change), PACE.keys)
    record = reading.file(ef.CARD_SECURITY)
    assert record
    assert record.status == int.from_bytes(sw, "big")
    assert reading.content(ef.data_group(2))


def test_a_chip_that_proves_itself_by_its_mapping_key_may_lose_its_session() -> None:
    whole = read(VirtualChip(PACE), PACE.keys)
    for number in range(7, whole.session.apdus):
        reading = read(Tampering(VirtualChip(PACE), once(number, b"\x6f\x00")), PACE.keys)
        assert reading.access.renewals == 1
        assert _report(reading).verdict is VerdictKind.ACCEPTED
        assert _reason(_report(reading), "chip.cam") is Reason.CHIP_PROVEN


@pytest.mark.parametrize("sw", [0x6F00, 0x6581, 0x6400, 0x6988], ids="{:04X}".format)
@pytest.mark.parametrize("instruction", [commands.INTERNAL_AUTHENTICATE, commands.MANAGE_SECURITY_ENVIRONMENT])
def test_a_chip_that_fails_at_a_proof_is_asked_once_more(instruction: int, sw: int) -> None:
    """The chip says so itself, under its session: too little field for its long arithmetic is no word about its key."""
    left = [1]

    def habit(command: Command, response: Response) -> Response:
        if command.ins != instruction or not left[0]:
            return response
        left[0] -= 1
        return Response(b"", sw)

    persona = replace(CCCD, habit=habit)
    report = _report(read(VirtualChip(persona), CCCD.keys))
    assert report.verdict is VerdictKind.ACCEPTED
    assert _reason(report, "access.downgrade") is Reason.NO_DOWNGRADE
    left[0] = 99
    reasons = {
        check.reason for check in _report(read(VirtualChip(persona), CCCD.keys)).checks if check.id[:5] == "chip."
    }
    assert Reason.CHIP_PROOF_BROKE in reasons
    assert Reason.CHIP_REFUSED_PROOF not in reasons


def test_what_follows_a_file_is_no_part_of_it() -> None:
    """EF.SOD is one whether the chip ends the file behind it or serves a few bytes more, and EF.COM is not compared."""

    def padded(persona: Persona) -> Persona:
        files = dict(persona.application_files)
        for file in (ef.COM, ef.SOD):
            files[file.file_id] = replace(files[file.file_id], content=files[file.file_id].content + bytes(9))
        return replace(persona, application_files=files)

    reading = read(MovingCard([Stay(VirtualChip(padded(CCCD)), 14), Stay(VirtualChip(CCCD))]), CCCD.keys)
    assert reading.access.visits == 2
    assert reading.files == read(VirtualChip(CCCD), CCCD.keys).files


# --- saved readings ---------------------------------------------------------------------------------------------------


def _saved_with(change: Callable[[dict[str, object]], None]) -> bytes:
    chip = VirtualChip(BAC)
    body = json.loads(dump(read(chip, BAC.keys)).split(b"\n", 2)[2])
    change(body)
    raw = json.dumps(body).encode()
    return b"\n".join((FORMAT.encode(), hashlib.sha256(raw).hexdigest().encode(), raw))


@pytest.mark.parametrize(
    ("where", "name", "value"),
    [
        ("access", "visits", float("inf")),
        ("access", "visits", float("nan")),
        ("access", "renewals", float("inf")),
        ("session", "apdus", float("-inf")),
        ("session", "reader", "\ud800"),
        (None, "chip_mapping", 0),
        (None, "chip_mapping", ""),
        (None, "chip_mapping", {}),
    ],
)
def test_a_saved_reading_of_an_enemy(where: str | None, name: str, value: object) -> None:
    def change(body: dict[str, object]) -> None:
        target = body if where is None else body[where]
        assert isinstance(target, dict)
        target[name] = value

    with pytest.raises(MalformedData):
        parse(_saved_with(change))
