# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd trust`: each command as a person types it, its JSON, its exit code, and what it refuses."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cccd_reader.apdu import tlv
from cccd_reader.cli.trust import trust
from cccd_reader.errors import CccdError, MalformedData
from cccd_reader.messages.words import Words
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.trust_store import TrustStore, Untrusted
from tests.pki import authority
from tests.pki.authority import NOW, crl, csca, flipped, issued, link, master_list, named

UTOPIA, ARCADIA = csca(1), csca(3, named("AR", "CSCA Arcadia"))
LIST_SIGNER = issued(UTOPIA, 2, "Master List Signer", authority.LIST_SIGNER)
ORPHAN = link(csca(5, named("LO", "Lonely")), csca(6, named("LO", "Lonely 2")))


class Desk:
    """A person at a terminal, with a store and files of his own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = folder / "store"

    def file(self, name: str, content: bytes) -> str:
        (self.folder / name).write_bytes(content)
        return str(self.folder / name)

    def run(self, *arguments: str | Path, typed: str = "") -> Result:
        command = [str(each) for each in arguments]
        if command[0] != "request":
            command += ["--store", str(self.store)]
        return CliRunner(env={"CCCD_LANG": "en"}).invoke(trust, command, input=typed)

    def json(self, *arguments: str | Path, typed: str = "", code: int = 0) -> dict[str, Any]:
        result = self.run(*arguments, "--json", typed=typed)
        assert (result.exception is None or isinstance(result.exception, SystemExit), result.exit_code) == (True, code)
        shown: dict[str, Any] = json.loads(result.stdout)
        assert shown.pop("schema") == f"cccd-trust-{arguments[0]}/1"
        return shown

    def text(self, *arguments: str | Path, typed: str = "", code: int = 0) -> str:
        result = self.run(*arguments, typed=typed)
        assert result.exit_code == code, result.output
        return result.stdout

    def refused(self, *arguments: str | Path, typed: str = "") -> CccdError:
        result = self.run(*arguments, typed=typed)
        assert isinstance(result.exception, CccdError)
        return result.exception


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def listed(desk: Desk) -> Desk:
    """A desk whose store holds a master list of three certificates, one of which nobody's key signed."""
    held = [UTOPIA.certificate, ARCADIA.certificate, ORPHAN.certificate]
    path = desk.file("list.ml", master_list(held, LIST_SIGNER, UTOPIA))
    desk.run("add", path, "--root", desk.file("root.cer", UTOPIA.der))
    return desk


def digits(certificate: Certificate, count: int = 64) -> str:
    return certificate.fingerprint.hex()[:count]


# --- add --------------------------------------------------------------------------------------------------------------


def test_add_a_list_under_its_root(desk: Desk) -> None:
    held = [UTOPIA.certificate, ARCADIA.certificate, ORPHAN.certificate]
    path = desk.file("list.ml", master_list(held, LIST_SIGNER, UTOPIA))
    shown = desk.json("add", path, "--root", desk.file("root.cer", UTOPIA.der))
    assert (shown["certificates"], shown["verified"], shown["anchors"], shown["unchanged"]) == (3, 2, 3, 0)
    (unverified,) = shown["unverified"]
    assert (unverified["country"], unverified["reason"]) == ("LO", "no issuer in the list")
    assert unverified["fingerprint"] == digits(ORPHAN.certificate)
    assert (len(shown["new"]), shown["gone"], shown["refused"]) == (3, [], [])
    (record,) = shown["lists"]
    assert (record["country"], record["status"], record["signed"]) == ("UT", "added", NOW.isoformat())
    assert record["root"] == digits(UTOPIA.certificate)
    assert len(TrustStore.load(desk.store).anchors) == 3


def test_add_a_newer_list(listed: Desk) -> None:
    new = csca(7, named("NE", "CSCA New"))
    later = master_list([UTOPIA.certificate, new.certificate], LIST_SIGNER, UTOPIA, datetime(2024, 9, 1, tzinfo=UTC))
    text = listed.text("add", listed.file("later.ml", later))
    assert "later.ml: master list of UT, signed 2024-09-01: replaced an older one" in text
    assert "from 2024-06-01 to 2024-09-01: 1 new, 2 gone" in text
    assert "store: 1 new, 2 gone, 2 in all" in text
    older = listed.json("add", listed.folder / "list.ml")
    assert older["lists"][0]["status"] == "older than the one in the store"
    assert (len(older["lists"][0]["new"]), len(older["lists"][0]["gone"])) == (1, 2)
    assert (older["new"], older["gone"], older["anchors"]) == ([], [], 2)


@pytest.mark.parametrize("change", ["root", "bit"])
def test_a_list_that_is_refused(desk: Desk, change: str) -> None:
    raw = master_list([UTOPIA.certificate, ARCADIA.certificate], LIST_SIGNER, UTOPIA)
    path = desk.file("list.ml", flipped(raw) if change == "bit" else raw)
    root = desk.file("root.cer", ARCADIA.der if change == "root" else UTOPIA.der)
    error = desk.refused("add", path, "--root", root)
    assert isinstance(error, Untrusted)
    assert error.hint != ""
    assert not desk.store.exists()


def test_a_person_types_the_last_digits(desk: Desk) -> None:
    path = desk.file("csca.der", UTOPIA.der)
    fingerprint = digits(UTOPIA.certificate)
    result = desk.run("add", path, typed=f"{fingerprint[-8:].upper()}\n")
    assert result.exit_code == 0
    assert "C=UT, CN=CSCA Utopia" in result.stderr
    assert fingerprint[:-8] in result.stderr
    assert fingerprint[-8:] not in result.stdout + result.stderr.replace(f"{fingerprint[-8:].upper()}", "")
    assert TrustStore.load(desk.store).anchors[0].acceptance.value == "fingerprint-confirmed"


@pytest.mark.parametrize("typed", ["", "\n", "00000000\n"])
def test_a_person_who_does_not_know_the_digits(desk: Desk, typed: str) -> None:
    error = desk.refused("add", desk.file("csca.der", UTOPIA.der), typed=typed)
    assert isinstance(error, Untrusted)
    assert "--fingerprint" in error.hint
    assert not desk.store.exists()


def test_a_fingerprint_in_the_command(desk: Desk) -> None:
    path = desk.file("csca.der", UTOPIA.der)
    wrong = digits(ARCADIA.certificate)
    assert isinstance(desk.refused("add", path, "--fingerprint", wrong, typed="x\n"), Untrusted)
    colons = ":".join(digits(UTOPIA.certificate)[place : place + 2] for place in range(0, 64, 2)).upper()
    shown = desk.json("add", path, "--fingerprint", colons)
    assert (shown["certificates"], shown["verified"], shown["unverified"]) == (1, 1, [])
    assert shown["new"][0]["acceptance"] == "fingerprint-confirmed"


def test_a_list_and_a_certificate_each_ask_once(desk: Desk) -> None:
    path = desk.file("list.ml", master_list([UTOPIA.certificate], LIST_SIGNER, UTOPIA))
    other = desk.file("ar.der", ARCADIA.der)
    typed = "".join(f"{digits(each.certificate)[-8:]}\n" for each in (UTOPIA, ARCADIA))
    result = desk.run("add", path, other, typed=typed)
    assert result.exit_code == 0
    assert result.stderr.count("Its last eight digits") == 2
    assert "vouches for the master list of UT" in result.stderr


def test_a_certificate_is_asked_about_for_each_purpose(desk: Desk) -> None:
    """Who believes an authority for its own country has not said that he believes its list of all the others."""
    path = desk.file("list.ml", master_list([UTOPIA.certificate, ARCADIA.certificate], LIST_SIGNER, UTOPIA))
    last = f"{digits(UTOPIA.certificate)[-8:]}\n"
    result = desk.run("add", path, desk.file("csca.der", UTOPIA.der), typed=last)
    assert isinstance(result.exception, Untrusted)
    assert "vouches for the master list of UT" in result.stderr
    assert "is to be an anchor" in result.stderr
    assert not desk.store.exists()
    assert desk.json("add", path, desk.file("csca.der", UTOPIA.der), typed=2 * last)["anchors"] == 2


def test_a_fingerprint_of_nothing_is_refused(listed: Desk) -> None:
    """Also where the certificate is known already, and would be taken without a question."""
    wrong = digits(csca(9).certificate)
    error = listed.refused("add", listed.file("csca.der", UTOPIA.der), "--fingerprint", wrong)
    assert (type(error), wrong[:16] in str(error)) == (Untrusted, True)
    listed.json("add", listed.folder / "list.ml", "--fingerprint", digits(ARCADIA.certificate))


@pytest.mark.parametrize("value", ["zz", "00", "0" * 63])
def test_a_fingerprint_that_is_none_is_a_usage_error(desk: Desk, value: str) -> None:
    result = desk.run("add", desk.file("csca.der", UTOPIA.der), "--fingerprint", value)
    assert result.exit_code == 2


def test_files_that_hold_nothing_to_add(desk: Desk) -> None:
    error = desk.refused("add", desk.file("ds.der", issued(UTOPIA, 4, "Signer").der))
    assert "nothing was added" in str(error)
    assert isinstance(desk.refused("add", desk.file("note.txt", b"a note")), MalformedData)
    assert isinstance(desk.refused("add", desk.file("csca.der", flipped(UTOPIA.der))), Untrusted)
    assert desk.run("add", desk.folder / "missing.der").exit_code == 2
    assert desk.run("add").exit_code == 2


def test_add_a_revocation_list(listed: Desk) -> None:
    path = listed.file("ut.crl", crl(UTOPIA).raw)
    shown = listed.json("add", path)
    assert shown["crls"][0]["issuer"] == "C=UT, CN=CSCA Utopia"
    assert shown["crls"][0]["next_update"] == "2024-08-01T00:00:00+00:00"
    assert "revocation list of C=UT, CN=CSCA Utopia" in listed.text("list")


# --- list, show -------------------------------------------------------------------------------------------------------


def test_list(listed: Desk) -> None:
    shown = listed.json("list")
    assert (shown["certificates"], shown["verified"]) == (3, 2)
    assert [each["reason"] for each in shown["unverified"]] == ["no issuer in the list"]
    assert {each["source"] for each in shown["anchors"]} == {"list.ml"}
    assert {each["list_signer"] for each in shown["anchors"]} == {"C=UT, CN=Master List Signer"}
    assert [each["country"] for each in shown["lists"]] == ["UT"]
    text = listed.text("list")
    assert "LO  2035-01-01  " in text
    assert "(no issuer in the list)" in text
    assert text.endswith("3 certificates: 2 verified, 1 unverified\n")
    assert listed.json("list", "--country", "ar")["certificates"] == 1


def test_an_audit_of_no_store(desk: Desk) -> None:
    assert desk.json("audit")["findings"] == []


def test_an_empty_store(desk: Desk) -> None:
    assert desk.json("list") | {"store": ""} == {
        "store": "",
        "certificates": 0,
        "verified": 0,
        "unverified": [],
        "anchors": [],
        "lists": [],
        "crls": [],
    }
    assert not desk.store.exists()


def test_show(listed: Desk) -> None:
    shown = listed.json("show", digits(ARCADIA.certificate, 12))
    assert shown["subject"] == "C=AR, CN=CSCA Arcadia"
    assert (shown["key"], shown["signature"]) == ("P-256", "ECDSA with SHA-256")
    assert (shown["acceptance"], shown["source"], shown["verified"]) == ("verified-by-list", "list.ml", True)
    assert shown["key_usage"] == ["crl_sign", "key_cert_sign"]
    assert shown["provenances"][0]["list"]["root"] == digits(UTOPIA.certificate)
    text = listed.text("show", digits(ARCADIA.certificate))
    assert "subject: C=AR, CN=CSCA Arcadia\n" in text
    assert "nothing in the store" in str(listed.refused("show", "0011223344"))


# --- audit ------------------------------------------------------------------------------------------------------------


def test_audit(listed: Desk) -> None:
    shown = listed.json("audit", "--at", "2024-06-02", code=1)
    assert (shown["problems"], shown["warnings"]) == (1, 0)
    (finding,) = shown["findings"]
    assert (finding["kind"], finding["severity"], finding["country"]) == ("broken-link", "problem", "LO")
    text = listed.text("audit", "--at", "2025-06-02T08:00:00+07:00", code=1)
    assert "problem: broken-link: " in text
    assert "problem: old-list: " in text
    assert text.endswith("2 problems, 0 warnings\n")
    assert listed.run("audit", "--at", "yesterday").exit_code == 2


def test_an_audit_that_finds_no_problem(desk: Desk) -> None:
    desk.run("add", desk.file("a.der", UTOPIA.der), "--fingerprint", digits(UTOPIA.certificate))
    (desk.store / "certificates" / "note.txt").write_text("stray")
    shown = desk.json("audit", "--at", "2024-06-02")
    assert (shown["problems"], shown["warnings"]) == (0, 1)


# --- remove, export ---------------------------------------------------------------------------------------------------


def test_remove_a_certificate_and_a_list(listed: Desk) -> None:
    assert listed.json("remove", digits(ORPHAN.certificate, 16))["anchors"] == 2
    record = listed.json("list")["lists"][0]["fingerprint"]
    assert "2 certificates removed, 0 left" in listed.text("remove", record)
    assert listed.json("list")["lists"] == []
    assert "nothing in the store" in str(listed.refused("remove", record))


def test_a_changed_file_can_be_removed(listed: Desk) -> None:
    path = listed.store / "certificates" / f"{digits(ARCADIA.certificate)}.der"
    path.write_bytes(UTOPIA.der)
    error = listed.refused("list")
    assert "was changed" in str(error)
    assert digits(ARCADIA.certificate, 16) in error.hint
    listed.text("remove", digits(ARCADIA.certificate, 16))
    assert listed.json("list")["certificates"] == 2
    assert not path.exists()


def test_nothing_to_remove_it_from(desk: Desk) -> None:
    assert isinstance(desk.refused("remove", "0011223344"), CccdError)


def test_export(listed: Desk) -> None:
    text = listed.text("export", "-", "--country", "AR")
    assert "# C=AR, CN=CSCA Arcadia\n" in text
    assert text.count("BEGIN CERTIFICATE") == 1
    path = listed.folder / "all.pem"
    listed.text("export", str(path))
    assert {each.fingerprint for each in TrustStore.load(path).anchors} == {
        each.certificate.fingerprint for each in (UTOPIA, ARCADIA, ORPHAN)
    }
    folder = listed.folder / "der"
    listed.text("export", str(folder), "--format", "der")
    assert (folder / f"AR-{digits(ARCADIA.certificate, 16)}.der").read_bytes() == ARCADIA.der
    assert len(TrustStore.load(folder).anchors) == 3


def test_export_to_where_nothing_can_be_written(listed: Desk) -> None:
    inside_a_file = Path(listed.file("plain", b""), "x")
    for form in ("pem", "der"):
        assert "cannot be written" in str(listed.refused("export", inside_a_file, "--format", form))
    listed.store = inside_a_file
    fingerprint = digits(UTOPIA.certificate)
    error = listed.refused("add", listed.folder / "root.cer", "--fingerprint", fingerprint)
    assert "cannot be written" in str(error)


def test_a_name_cannot_begin_a_certificate(desk: Desk) -> None:
    evil = csca(9, named("EV", "-----BEGIN CERTIFICATE-----"))
    desk.run("add", desk.file("evil.der", evil.der), "--fingerprint", digits(evil.certificate))
    assert desk.text("export", "-").count("-----BEGIN CERTIFICATE-----") == 1


# --- request ----------------------------------------------------------------------------------------------------------


def security_object(*, certificate: bool = True) -> bytes:
    """EF.SOD as far as a request looks at it, signed by a document signer that names addresses."""
    top = csca(name=named("VN", "CSCA Vietnam"))
    signer = issued(top, 2, "Document Signer", replace(authority.SIGNER, urls=True))
    if not certificate:
        signer = replace(signer, certificate=replace(signer.certificate, raw=b""))
    return tlv.encode(0x77, master_list([], signer, content_type="2.23.136.1.1.1"))


def chip_folder(desk: Desk, name: str) -> Path:
    folder = desk.folder / "chip"
    folder.mkdir()
    (folder / "DG1.bin").write_bytes(b"\x61\x00")
    (folder / name).write_bytes(security_object() + bytes(10))
    return folder


@pytest.mark.parametrize("whole", [True, False], ids=["folder", "file"])
def test_request(desk: Desk, whole: bool) -> None:
    folder = chip_folder(desk, "EF_SOD.bin")
    source = folder if whole else folder / "EF_SOD.bin"
    shown = desk.json("request", source, "--output", desk.folder / "out")
    assert shown["subject"] == "C=VN, CN=Document Signer"
    assert shown["issuer"] == "C=VN, CN=CSCA Vietnam"
    assert shown["issuer_urls"] == ["http://utopia.example/csca.crt"]
    assert shown["crl_urls"] == ["http://utopia.example/csca.crl"]
    assert shown["authority_key_identifier"] == csca().identifier.hex().upper()
    assert "Public master lists do not hold it" in shown["missing"]
    certificate, about = (Path(each) for each in shown["files"])
    assert Certificate.parse(certificate.read_bytes()).fingerprint.hex() == shown["sha256"]
    written = json.loads(about.read_text())
    assert base64.b64decode(written.pop("certificate")) == certificate.read_bytes()
    assert written == {name: value for name, value in shown.items() if name != "files"}
    assert "missing: The CSCA certificate is missing" in desk.text("request", source, "--output", desk.folder / "out")


def test_a_request_needs_a_signer(desk: Desk) -> None:
    empty = desk.folder / "empty"
    empty.mkdir()
    assert "no file of the folder is an EF.SOD" in str(desk.refused("request", empty))
    assert isinstance(desk.refused("request", desk.file("sod.bin", b"\x77\x00")), MalformedData)
    alone = desk.file("alone.bin", security_object(certificate=False))
    assert "did not come along" in str(desk.refused("request", alone))
    inside_a_file = Path(desk.file("plain", b""), "x")
    sod = desk.file("good.bin", security_object())
    assert "cannot be written" in str(desk.refused("request", sod, "--output", inside_a_file))


# --- the languages ---------------------------------------------------------------------------------------------------


def test_the_store_in_vietnamese(listed: Desk) -> None:
    text = listed.text("list", "--lang", "vi")
    assert "LO  01/01/2035  " in text
    assert "chỉ có tên trong danh sách" in text
    assert "(danh sách không có nơi cấp)" in text
    assert text.endswith("3 chứng thư: 2 đã xác nhận, 1 chưa xác nhận\n")
    shown = listed.text("show", digits(ARCADIA.certificate), "--lang", "vi")
    assert "chủ thể: C=AR, CN=CSCA Arcadia\n" in shown
    assert "tin cậy nhờ: danh sách xác nhận\n" in shown
    assert "đã xác nhận: có\n" in shown
    audit = listed.text("audit", "--at", "2025-06-02", "--lang", "vi", code=1)
    assert "vấn đề: thiếu nơi cấp: " in audit
    assert "nơi cấp không có trong kho: " in audit
    assert "vấn đề: danh sách cũ:  danh sách (master list) của UT, list.ml: ký ngày 01/06/2024, cách đây 366 ngày" in (
        audit.replace(digits(UTOPIA.certificate, 16), "").replace(
            listed.json("list")["lists"][0]["fingerprint"][:16], ""
        )
    )
    later = listed.file(
        "later.ml", master_list([UTOPIA.certificate], LIST_SIGNER, UTOPIA, datetime(2024, 9, 1, tzinfo=UTC))
    )
    added = listed.text("add", later, "--lang", "vi")
    assert "ký 01/09/2024: đã thay bản cũ hơn" in added
    assert "kho: 0 mới, 2 bị bỏ, tổng cộng 1\n" in added
    removed = listed.text("remove", digits(UTOPIA.certificate), "--lang", "vi")
    assert removed == "đã bỏ 1 chứng thư, còn 0\n"


def test_a_question_in_vietnamese(desk: Desk) -> None:
    result = desk.run("add", desk.file("csca.der", UTOPIA.der), "--lang", "vi", typed="00000000\n")
    assert "chứng thư này sẽ là chứng thư gốc được tin cậy:" in result.stderr
    assert "Nhập 8 ký tự cuối" in result.stderr
    assert isinstance(result.exception, Untrusted)
    assert Words.of("vi").error(result.exception).message.startswith("csca.der: đó không phải các ký tự cuối của C=UT")


# --- the real lists ---------------------------------------------------------------------------------------------------


@pytest.mark.reference_data
def test_the_real_lists(desk: Desk, reference_data: Path) -> None:
    lists, root = reference_data / "master_lists", reference_data / "csca" / "DE_ROOT_CA_CSCA07.cer"
    shown = desk.json("add", lists / "DE_ML_2026-05-28-08-28-45.ml", "--root", root)
    assert (shown["certificates"], shown["verified"], len(shown["unverified"])) == (588, 576, 12)
    assert {each["reason"] for each in shown["unverified"]} == {"no issuer in the list"}
    assert sorted(each["country"] for each in shown["unverified"]) == sorted(
        ["LV", "CY", "AE", "UZ", "LB", "AT", "HU", "BG", "TR", "MA", "PH", "MD"]
    )
    vietnam = desk.json("list", "--country", "VN")
    assert [each["verified"] for each in vietnam["anchors"]] == [True]
    older = desk.json("add", lists / "DE_ML_2024-08-07-07-38-24.ml", "--root", root)
    assert (len(older["lists"][0]["new"]), len(older["lists"][0]["gone"])) == (106, 59)


@pytest.mark.reference_data
def test_a_request_for_a_specimen(desk: Desk, reference_data: Path) -> None:
    shown = desk.json("request", reference_data / "lds" / "loes2006", "--output", desk.folder)
    assert shown["issuer"].endswith("C=NL")


def test_every_command_has_help() -> None:
    result = CliRunner().invoke(trust, ["--help"])
    assert result.exit_code == 0
    for name in ("add", "list", "show", "audit", "remove", "export", "request"):
        assert name in result.stdout
        assert CliRunner().invoke(trust, [name, "--help"]).exit_code == 0
