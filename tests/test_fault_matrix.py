# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Every broken chip, and what becomes of it; and the defects of other readers, each of which ours must not have.

The table itself is `tests/support/fault_table.py`, and `docs/fault-matrix.md` is made of it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest

from cccd_reader.apdu import commands, tlv
from cccd_reader.apdu.channel import Lengths, PlainChannel
from cccd_reader.apdu.command import Response
from cccd_reader.apdu.files import Blocks, FileReader
from cccd_reader.apdu.secure_messaging import SecureSession, SessionKeys
from cccd_reader.apdu.status import Sw
from cccd_reader.apdu.trace import Exchange
from cccd_reader.crypto.ec import STANDARD_CURVES
from cccd_reader.crypto.suites import SUITES
from cccd_reader.errors import AccessDenied, CccdError, SecureMessagingError, StatusError, Unsupported
from cccd_reader.inspection.countries import fits
from cccd_reader.inspection.policy import DEFAULT, VerdictKind
from cccd_reader.inspection.read import ReadOptions, read
from cccd_reader.inspection.verify import verify
from cccd_reader.lds import files as ef
from cccd_reader.lds.mrz_builder import MrzData, build_td1
from cccd_simulators import documents, personas
from cccd_simulators.by_name import persona_of
from cccd_simulators.chip import power_up
from cccd_simulators.fault_cards import (
    Effect,
    When,
    command_number,
    meddle,
    plain,
    protected_answer,
    status,
    wrong_mac,
)
from cccd_simulators.fault_files import data_groups, issued, with_file
from cccd_simulators.faults import FAULTS, FaultKind, fault
from cccd_simulators.issuer import Country
from tests.support.cards import Script
from tests.support.fault_matrix import TRUST, base, defects, document, genuine, kind_of, observed, small_jpeg, visit
from tests.support.fault_table import MATRIX
from tests.support.reference import REPOSITORY
from tests.support.trust import AT, COUNTRY, trust

ORDER = ("rejected", "undetermined", "accepted")


@pytest.mark.parametrize("case", MATRIX)
def test_the_matrix(case: str) -> None:
    assert observed(case) == MATRIX[case]


@pytest.mark.parametrize("name", [entry.name for entry in personas.ENTRIES])
def test_what_is_not_broken_is_accepted(name: str) -> None:
    assert genuine(name).verdict is VerdictKind.ACCEPTED


def test_no_attack_is_accepted() -> None:
    assert [case for case in MATRIX if kind_of(case) is FaultKind.ATTACK and MATRIX[case].default == "accepted"] == []


def test_no_disturbance_is_rejected() -> None:
    disturbed = [case for case in MATRIX if kind_of(case) is FaultKind.DISTURBANCE]
    assert [case for case in disturbed if MATRIX[case].default == "rejected"] == []


def test_strict_is_never_more_lenient() -> None:
    judged = [row for row in MATRIX.values() if row.default in ORDER]
    assert all(ORDER.index(row.strict) <= ORDER.index(row.default) for row in judged)


def test_every_fault_stands_in_the_table() -> None:
    names = [each.name for each in FAULTS]
    assert sorted(set(names)) == sorted(names)
    assert set(names) == {case.partition(":")[2] for case in MATRIX}
    assert all(each.title and "\n" not in each.title and "|" not in each.title for each in FAULTS)


@pytest.mark.parametrize("name", ["passport-bac", "passport-pace"])
def test_a_fault_breaks_a_persona_or_says_that_it_cannot(name: str) -> None:
    whole = base(name)
    for each in FAULTS:
        if f"{name}:{each.name}" in MATRIX:
            continue
        with suppress(Unsupported):
            assert each.apply(whole) != whole, each.name


def test_faults_by_name() -> None:
    assert persona_of("cccd:dg15-stripped").application_files.keys().isdisjoint({0x010F})
    assert fault("dead-after-007-commands").name == "dead-after-7-commands"
    for name in (
        "no-such-fault",
        "dead-after-x-commands",
        "dead-after-77777-commands",
        "6f00-at-command-0",
        "6f00-at-command--1",
    ):
        with pytest.raises(Unsupported, match=name):
            fault(name)


def test_a_fault_at_any_command() -> None:
    """The lists name some numbers; every other one can be asked for."""
    row = observed("cccd:6f00-at-command-13")
    assert (row.default, row.strict) == ("accepted", "accepted")
    assert observed("cccd:dead-after-3-commands").default == "CardRemoved"
    assert observed("cccd:wrong-mac-at-answer-5").default == "accepted"
    assert kind_of("cccd:silent-from-command-3") is FaultKind.DISTURBANCE


def test_the_page_of_the_documentation_is_this_table() -> None:
    page = (REPOSITORY / "docs" / "fault-matrix.md").read_text(encoding="utf-8")
    assert page == document(MATRIX), "run make pages"


@pytest.mark.parametrize(
    ("name", "at", "effect"),
    [("cccd", command_number, status(Sw.UNKNOWN)), ("passport-bac", protected_answer, wrong_mac)],
    ids=["6F00", "wrong MAC"],
)
def test_one_glitch_at_any_command_rejects_nothing(name: str, at: Callable[[int], When], effect: Effect) -> None:
    whole = 0
    for number in range(1, visit(base(name)).session.apdus + 1):
        persona = replace(base(name), disguise=meddle(at(number), effect))
        try:
            report = verify(visit(persona), TRUST, DEFAULT, AT)
        except CccdError:
            continue
        assert report.verdict is not VerdictKind.REJECTED, (number, report.not_passed)
        whole += report.verdict is VerdictKind.ACCEPTED
    assert whole >= 15


def test_a_slow_chip_costs_time_and_nothing_else() -> None:
    session = visit(fault("slow").apply(base("cccd"))).session
    assert session.chip_seconds == pytest.approx(0.2 * session.apdus)


# the defects of other readers


def test_every_defect_of_another_reader_is_tried() -> None:
    assert [number for number, _ in defects()] == [f"{number:02}" for number in range(1, 15)]


def test_peer_defect_01_an_answer_is_compared_with_its_own_mac() -> None:
    """NFCPassportReader: any answer under AES is accepted."""
    keys = SessionKeys(SUITES[2], bytes(16), bytes(16), bytes(16))
    command = commands.read_binary(0, 16)
    answer = SecureSession(keys).protect_response(Response(bytes(16), Sw.OK), command)
    for position in range(len(answer.data)):
        spoilt = bytearray(answer.data)
        spoilt[position] ^= 1
        with pytest.raises(SecureMessagingError):
            SecureSession(keys).open_response(Response(bytes(spoilt), Sw.OK))
    assert SecureSession(keys).open_response(answer).data == bytes(16)


@pytest.mark.parametrize(("parameter_id", "private"), [(12, 379), (13, 856), (16, 98), (18, 2)])
def test_peer_defect_02_a_shared_secret_loses_its_leading_zeros(parameter_id: int, private: int) -> None:
    """gmrtd: one session in 256 fails, on P-521 one in two."""
    curve = STANDARD_CURVES[parameter_id]
    secret = curve.agree(curve.generator, private)
    assert secret[0] == 0
    assert len(secret) == curve.size


def test_peer_defect_03_the_answer_of_bac_is_not_authenticated() -> None:
    """JMRTD: a fake chip comes as far as the protected session."""
    seen: list[Exchange] = []
    persona = persona_of("passport-bac:bac-without-proof")
    with pytest.raises(SecureMessagingError, match="did not prove"):
        read(power_up(persona), persona.keys, ReadOptions(observer=seen.append))
    assert seen[-1].header[1] == commands.EXTERNAL_AUTHENTICATE


@pytest.mark.parametrize("sw", [0x6300, 0x6700, 0x6A00, 0x6F00])
def test_peer_defect_04_an_error_that_ends_in_00_is_a_success(sw: int) -> None:
    """NFCPassportReader: `sw1 != 0x90 && sw2 != 0x00`."""
    assert not Response(b"", sw).ok
    persona = replace(base("passport-bac"), disguise=meddle(plain(commands.EXTERNAL_AUTHENTICATE), status(sw)))
    with pytest.raises(AccessDenied):
        visit(persona)


@pytest.mark.parametrize("name", ["empty-answers", "endless-file", "lies-about-lengths", "more-than-asked"])
def test_peer_defect_05_a_hostile_chip_is_read_for_ever_or_crashes_the_reader(name: str) -> None:
    """NFCPassportReader: no progress guard, and a length that is taken on trust."""
    reading = visit(fault(name).apply(base("cccd")))
    record = reading.file(ef.data_group(13))
    assert record is not None
    assert record.problem
    assert reading.session.apdus < 40


def test_peer_defect_06_a_file_of_more_than_32_kib_is_read_wrongly() -> None:
    """gmrtd, NFCPassportReader: an offset above 32767 is taken for a short file identifier."""
    picture = small_jpeg()
    comment = b"\xff\xfe" + (40_000).to_bytes(2, "big") + bytes(39_998)
    groups = data_groups(base("cccd"))
    groups[2] = documents.face_file(picture[:2] + comment + picture[2:])
    reading = visit(issued(base("cccd"), groups))
    assert reading.content(ef.data_group(2)) == groups[2]
    assert verify(reading, TRUST, DEFAULT, AT).verdict is VerdictKind.ACCEPTED


@pytest.mark.parametrize("sw", [0x6F00, 0x6F01, 0x6FFF, 0x6702])
def test_peer_defect_07_any_status_with_the_bits_of_6700_is_a_wrong_length(sw: int) -> None:
    """JMRTD: `(sw & 0x6700) == 0x6700`."""
    card = Script([sw.to_bytes(2, "big")] * 40)
    with pytest.raises(StatusError):
        FileReader(PlainChannel(card), Blocks(Lengths.SHORT)).read(0x0101, 1)
    assert len(card.commands) == 1


def test_peer_defect_08_chip_authentication_mapping_is_never_verified() -> None:
    """JMRTD: a clone passes whose mapping data are anything."""
    assert observed("passport-pace:clone-computing-with-own-keys").changes["chip.cam"] == "chip-proof-invalid"
    assert genuine("passport-pace").check("chip.cam").reason.code == "chip-proven"


def test_peer_defect_09_a_file_is_hashed_after_it_was_encoded_again() -> None:
    """JMRTD: the order of the infos in DG14 is not kept."""
    groups = data_groups(base("cccd"))
    infos = sorted(map(bytes, tlv.decode(tlv.expect(tlv.expect(groups[14], 0x6E), 0x31))))
    in_order, out_of_order = (tlv.encode(0x6E, tlv.encode(0x31, b"".join(each))) for each in (infos, infos[::-1]))
    persona = issued(base("cccd"), groups | {14: out_of_order})
    assert verify(visit(persona), TRUST, DEFAULT, AT).verdict is VerdictKind.ACCEPTED
    report = verify(visit(with_file(persona, ef.data_group(14), in_order)), TRUST, DEFAULT, AT)
    assert report.check("integrity.dg14").reason.code == "hash-mismatch"


def test_peer_defect_10_a_signer_of_another_country_ends_the_verification() -> None:
    """gmrtd: special issuers are rejected."""
    row = observed("cccd:sod-signed-by-another-country")
    assert not [name for name in row.changes if name.startswith(("sod.", "integrity."))]
    assert fits("UN", "UNO")
    assert fits("EU", "EUE")
    country = Country.create("UN", b"an organisation that issues")
    mrz = build_td1(MrzData("I", "UNO", "090000000", "900201", "M", "300201", "VNM", "NGUYEN", "VAN THU"))
    groups = data_groups(base("cccd")) | {1: documents.mrz_file(mrz.lines)}
    reading = visit(issued(base("cccd"), groups, country.document_signer().sign_sod))
    assert verify(reading, trust(country.csca_certificate), DEFAULT, AT).verdict is VerdictKind.ACCEPTED


@pytest.mark.parametrize(
    "name",
    [
        "signer-without-authority-key",
        "sod-without-attributes",
        "mrz-with-wrong-check-digits",
        "memory-failure",
        "photo-broken",
    ],
)
def test_peer_defect_11_a_valid_but_odd_card_is_rejected_and_its_photo_is_lost(name: str) -> None:
    """gmrtd: no authority key identifier, no signed attributes, a check digit, or one bad file ends everything."""
    assert observed(f"cccd:{name}").default == "accepted"
    assert visit(fault(name).apply(base("cccd"))).content(ef.data_group(2))


@pytest.mark.parametrize("name", [entry.name for entry in personas.ENTRIES])
def test_peer_defect_12_the_simulator_signs_nothing(name: str) -> None:
    """vsmartcard: EF.SOD is empty, so that Passive Authentication cannot be tried."""
    assert len(personas.build(name).application_files[ef.SOD.file_id].content) > 1000
    passed = {check.id for check in genuine(name).checks if check.outcome.value == "passed"}
    assert {"sod.hash", "sod.signature", "issuer.signature", "integrity.dg1", "integrity.dg2"} <= passed


def test_peer_defect_13_private_classes_of_a_library_are_patched() -> None:
    """pymrtd: it cannot be imported since `cryptography` has moved what nobody should have touched."""
    found = []
    for path in [*(REPOSITORY / "cccd_reader").rglob("*.py"), *(REPOSITORY / "simulators").rglob("*.py")]:
        source = path.read_text(encoding="utf-8")
        wanted = "from cryptography" in source or "setattr" in source
        for node in ast.walk(ast.parse(source if wanted else "")):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "setattr":
                found.append(f"{path.name}:{node.lineno} setattr")
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cryptography"):
                names = [*(node.module or "").split("."), *(alias.name for alias in node.names)]
                found += [f"{path.name}: {name}" for name in names if name.startswith("_") or name == "backends"]
    assert found == []


def test_peer_defect_14_revocation_is_looked_for_where_it_cannot_be_found() -> None:
    """NFCPassportReader: a chain is built against the revocation list, so that nothing is ever revoked."""
    reading = visit(fault("signer-revoked").apply(base("cccd")))
    assert verify(reading, TRUST, DEFAULT, AT).check("issuer.revocation").reason.code == "revoked"
    without = verify(reading, trust(COUNTRY.csca_certificate), DEFAULT, AT)
    assert without.check("issuer.revocation").reason.code == "crl-missing"
