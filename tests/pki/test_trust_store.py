# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The trust store as a value, made of files of every kind, and kept in a folder."""

from __future__ import annotations

import base64
import errno
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cccd_reader.errors import CccdError, MalformedData, Unsupported
from cccd_reader.pki import store_folder, trust_files
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.chain import ChainReason, build_chain
from cccd_reader.pki.store_folder import StoreFolder, default_folder
from cccd_reader.pki.trust_export import armoured
from cccd_reader.pki.trust_store import Acceptance, Anchor, Provenance, TrustStore, Untrusted
from tests.pki import authority
from tests.pki.authority import NOW, crl, csca, flipped, issued, master_list, named

UTOPIA, ARCADIA = csca(1), csca(3, named("AR", "CSCA Arcadia"))
SIGNER = issued(UTOPIA, 4, "Signer")
LIST_SIGNER = issued(UTOPIA, 2, "Master List Signer", authority.LIST_SIGNER)
LIST = master_list([UTOPIA.certificate, ARCADIA.certificate], LIST_SIGNER, UTOPIA)
CRL = crl(UTOPIA)


def subjects(store: TrustStore) -> set[str]:
    return {each.certificate.subject.text for each in store.anchors}


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, bytes], Path]:
    def to_file(name: str, content: bytes) -> Path:
        path = tmp_path / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    return to_file


Writer = Callable[[str, bytes], Path]


# --- loading ----------------------------------------------------------------------------------------------------------


def test_a_certificate_in_der(write: Writer) -> None:
    store = TrustStore.load(write("csca.cer", UTOPIA.der), at=NOW)
    (anchor,) = store.anchors
    assert anchor.certificate == UTOPIA.certificate
    assert anchor.fingerprint == UTOPIA.certificate.fingerprint
    assert (anchor.source, anchor.added) == ("csca.cer", NOW)
    assert (anchor.acceptance, anchor.reason, anchor.list_signer) == (Acceptance.GIVEN_DIRECTLY, "", "")
    assert build_chain(SIGNER.certificate, store, NOW).reason is ChainReason.VERIFIED


def test_several_certificates_in_pem(write: Writer) -> None:
    text = "a note\n" + armoured(UTOPIA.certificate) + "\n# between\n" + armoured(ARCADIA.certificate)
    store = TrustStore.load(write("all.pem", text.replace("\n", "\r\n").encode()))
    assert subjects(store) == {"C=UT, CN=CSCA Utopia", "C=AR, CN=CSCA Arcadia"}


def test_a_revocation_list_and_a_signers_certificate(write: Writer) -> None:
    store = TrustStore.load(write("a.crl", CRL.raw), write("b.der", SIGNER.der))
    assert store.anchors == ()
    assert [each.crl for each in store.crls] == [CRL]
    assert store.others == (SIGNER.certificate,)


def test_a_folder_with_folders_and_notes(write: Writer) -> None:
    write("ut/csca.der", UTOPIA.der)
    write("ar/csca.pem", armoured(ARCADIA.certificate).encode())
    folder = write("README.txt", b"where these come from").parent
    write("bad.der", UTOPIA.der[:-1])
    store = TrustStore.load(folder)
    assert len(store.anchors) == 2
    assert {each.source for each in store.refused} == {"README.txt", "bad.der"}


@pytest.mark.skipif(os.name == "nt", reason="no pipes in folders")
def test_a_folder_with_what_is_no_file(tmp_path: Path, write: Writer) -> None:
    write("a.der", UTOPIA.der)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "nowhere").symlink_to(tmp_path / "missing")
    store = TrustStore.load(tmp_path, at=NOW)
    assert [each.certificate for each in store.anchors] == [UTOPIA.certificate]
    assert {(each.source, each.reason) for each in store.refused} == {("pipe", "no file"), ("nowhere", "no file")}


def test_a_list_whose_length_has_four_bytes(write: Writer) -> None:
    body = LIST[4:]
    assert LIST[:2] == b"\x30\x82"
    store = TrustStore.load(write("list.ml", b"\x30\x84" + len(body).to_bytes(4, "big") + body), at=NOW)
    assert len(store.lists) == 1


def test_an_ldif_file(write: Writer) -> None:
    def value(name: str, raw: bytes) -> str:
        return f"{name}:: {base64.b64encode(raw).decode()}\n"

    text = "version: 1\n\n"
    text += "dn: c=UT\n" + value("userCertificate;binary", SIGNER.der) + value("cACertificate;binary", UTOPIA.der)
    text += "\ndn: o=crl,c=UT\n" + value("certificateRevocationList;binary", CRL.raw)
    text += "\ndn: o=ml,c=UT\n" + value("pkdMasterListContent", LIST)
    text += "\ndn: c=ZZ\n" + value("userCertificate;binary", b"\x30\x00")
    text += "\ndn: c=XX\nchangetype: delete\n" + value("userCertificate;binary", SIGNER.der)
    store = TrustStore.load(write("pkd.ldif", text.encode()))
    assert subjects(store) == {"C=UT, CN=CSCA Utopia", "C=AR, CN=CSCA Arcadia"}
    assert store.others == (SIGNER.certificate,)
    assert len(store.crls) == 1
    assert len(store.refused) == 1


def test_a_list_under_a_given_root(write: Writer) -> None:
    root, listed = write("root.cer", UTOPIA.der), write("list.ml", LIST)
    for roots in ([root], [UTOPIA.certificate], [str(root)]):
        store = TrustStore.load(listed, roots=roots, at=NOW)
        assert {each.acceptance for each in store.anchors} == {Acceptance.VERIFIED_BY_LIST}
        (record,) = store.lists
        assert (record.country, record.signed, record.source) == ("UT", NOW, "list.ml")
        assert record.root == UTOPIA.certificate.fingerprint
        assert store.anchors[0].list_signer == "C=UT, CN=Master List Signer"


def test_a_list_under_a_wrong_root_is_refused(write: Writer) -> None:
    with pytest.raises(Untrusted, match="does not vouch"):
        TrustStore.load(write("list.ml", LIST), roots=[ARCADIA.certificate])
    with pytest.raises(MalformedData, match="no certificate"):
        TrustStore.load(write("list.ml", LIST), roots=[write("root.crl", CRL.raw)])


def test_a_changed_list_is_refused(write: Writer) -> None:
    with pytest.raises(Untrusted) as caught:
        TrustStore.load(write("list.ml", flipped(LIST)))
    assert "changed" in caught.value.hint


def test_a_list_without_a_root_is_marked(write: Writer) -> None:
    store = TrustStore.load(write("list.ml", LIST))
    assert {each.acceptance for each in store.anchors} == {Acceptance.UNVERIFIED_LIST}
    assert not store.anchors[0].acceptance.verified
    assert store.anchors[0].reason == "nobody vouches for the list"
    assert store.lists[0].root is None


def test_a_list_under_a_certificate_that_is_given_beside_it(write: Writer) -> None:
    store = TrustStore.load(write("list.ml", LIST), write("root.cer", UTOPIA.der))
    acceptance = {each.ref.country: each.acceptance for each in store.anchors}
    assert acceptance == {"UT": Acceptance.GIVEN_DIRECTLY, "AR": Acceptance.VERIFIED_BY_LIST}
    assert len(next(each for each in store.anchors if each.ref.country == "UT").provenances) == 2


def test_what_a_list_holds_and_cannot_vouch_for(write: Writer) -> None:
    orphan = authority.link(csca(5, named("LO", "Lonely")), csca(6, named("LO", "Lonely 2"))).certificate
    damaged = Certificate.parse(flipped(csca(8, named("DA", "Damaged")).der))
    raw = master_list([UTOPIA.certificate, orphan, damaged], LIST_SIGNER, UTOPIA)
    store = TrustStore.load(write("list.ml", raw), roots=[UTOPIA.certificate])
    acceptance = {each.ref.country: (each.acceptance, each.reason) for each in store.anchors}
    assert acceptance == {
        "UT": (Acceptance.VERIFIED_BY_LIST, ""),
        "LO": (Acceptance.LISTED_ONLY, "no issuer in the list"),
    }
    assert ["Damaged" in each.reason for each in store.refused] == [True]


def test_a_damaged_certificate_makes_no_anchor(write: Writer) -> None:
    store = TrustStore.load(write("csca.cer", flipped(UTOPIA.der)))
    assert store.anchors == ()
    assert "C=UT, CN=CSCA Utopia" in store.refused[0].reason


@pytest.mark.parametrize(
    "content",
    [b"", b"a note", b"\x30\x00", UTOPIA.der + b"\x00", b"-----BEGIN CERTIFICATE-----\n%\n-----END CERTIFICATE-----"],
)
def test_a_named_file_must_be_of_a_known_kind(write: Writer, content: bytes) -> None:
    with pytest.raises(MalformedData, match=r"file\.bin") as caught:
        TrustStore.load(write("file.bin", content))
    assert caught.value.hint != ""


def test_files_that_cannot_be_read(tmp_path: Path, write: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CccdError, match="cannot be read"):
        TrustStore.load(tmp_path / "missing.cer")
    monkeypatch.setattr(trust_files, "MAX_BYTES", 10)
    with pytest.raises(MalformedData, match="larger than"):
        TrustStore.load(write("large.cer", UTOPIA.der))
    monkeypatch.setattr(trust_files, "MAX_FILES", 0)
    with pytest.raises(MalformedData, match="more than 0 files"):
        TrustStore.load(tmp_path)


# --- the value --------------------------------------------------------------------------------------------------------


def test_stores_are_merged_with_their_provenances() -> None:
    early, late = NOW.replace(year=2022), NOW
    one = Anchor.of(UTOPIA.certificate, Provenance("a", late, Acceptance.GIVEN_DIRECTLY))
    two = Anchor.of(UTOPIA.certificate, Provenance("b", early, Acceptance.FINGERPRINT_CONFIRMED))
    store = TrustStore((one,)).merged(TrustStore((two,)), TrustStore((one,)))
    (anchor,) = store.anchors
    assert [each.source for each in anchor.provenances] == ["b", "a"]
    assert (anchor.acceptance, anchor.added) == (Acceptance.FINGERPRINT_CONFIRMED, early)
    assert store.anchor(UTOPIA.certificate.fingerprint) == anchor
    assert store.anchor(bytes(32)) is None


# --- kept in a folder -------------------------------------------------------------------------------------------------


@pytest.fixture
def kept(tmp_path: Path, write: Writer) -> StoreFolder:
    """A store with a list's anchors and a revocation list."""
    folder = StoreFolder(tmp_path / "trust")
    store = TrustStore.load(write("list.ml", LIST), write("a.crl", CRL.raw), roots=[UTOPIA.certificate], at=NOW)
    folder.save(store, folder.revision())
    return folder


def test_what_was_saved_is_loaded(kept: StoreFolder, write: Writer) -> None:
    expected = TrustStore.load(write("list.ml", LIST), write("a.crl", CRL.raw), roots=[UTOPIA.certificate], at=NOW)
    assert kept.load() == expected
    assert TrustStore.load(kept.path) == expected
    assert [each.crl for each in kept.load().crls] == [CRL]
    assert build_chain(SIGNER.certificate, kept.load(), NOW).anchor == UTOPIA.certificate


def test_files_are_for_their_owner_alone(kept: StoreFolder) -> None:
    files = [path for path in kept.path.rglob("*") if path.is_file()]
    assert len(files) == 4
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert kept.path.stat().st_mode & 0o777 == 0o700


def test_loading_parses_no_certificate(kept: StoreFolder) -> None:
    store = kept.load()
    _ = store.index, store.lists
    assert ["certificate" in anchor.ref.__dict__ for anchor in store.anchors] == [False, False]
    build_chain(SIGNER.certificate, store, NOW)
    assert sorted("certificate" in anchor.ref.__dict__ for anchor in store.anchors) == [False, True]


def test_a_changed_certificate_stops_the_load(kept: StoreFolder) -> None:
    path = kept.path / "certificates" / f"{UTOPIA.certificate.fingerprint.hex()}.der"
    stamps = path.stat()
    path.write_bytes(flipped(UTOPIA.der))
    os.utime(path, ns=(stamps.st_atime_ns, stamps.st_mtime_ns))
    with pytest.raises(MalformedData, match="was changed") as caught:
        kept.load()
    assert "cccd trust remove" in caught.value.hint
    path.unlink()
    with pytest.raises(MalformedData, match="is missing"):
        kept.load()


def test_a_certificate_that_changes_after_the_load_is_not_used(kept: StoreFolder) -> None:
    """A service that runs for days goes on with what it loaded; without that, its own store would spoil documents."""
    store = kept.load()
    path = kept.path / "certificates" / f"{UTOPIA.certificate.fingerprint.hex()}.der"
    path.write_bytes(ARCADIA.der)
    assert build_chain(SIGNER.certificate, store, NOW).anchor == UTOPIA.certificate
    with pytest.raises(MalformedData, match="changed after it was accepted"):
        build_chain(SIGNER.certificate, kept.known(), NOW)
    path.unlink()
    with pytest.raises(CccdError, match="cannot be read"):
        _ = kept.known().anchors[0].certificate, kept.known().anchors[1].certificate


def test_a_changed_revocation_list_is_not_used(kept: StoreFolder) -> None:
    path = kept.path / "crls" / f"{CRL.fingerprint.hex()}.crl"
    path.write_bytes(crl(UTOPIA, [(5, NOW, None)]).raw)
    with pytest.raises(MalformedData, match="was changed"):
        kept.load()
    with pytest.raises(MalformedData, match="changed after it was accepted"):
        _ = kept.known().crls[0].crl


def test_a_file_that_nobody_added_is_not_believed(kept: StoreFolder) -> None:
    stranger = csca(9, named("ZZ", "CSCA Zz"))
    name = f"{stranger.certificate.fingerprint.hex()}.der"
    (kept.path / "certificates" / name).write_bytes(stranger.der)
    assert len(kept.load().anchors) == 2
    assert kept.strays() == (str(Path("certificates", name)),)
    kept.save(kept.load(), kept.revision())
    assert kept.strays() == ()


def test_what_is_taken_out_leaves_no_file(kept: StoreFolder) -> None:
    store = kept.load()
    kept.save(TrustStore(store.anchors[:1]), kept.revision())
    assert len(list(kept.path.rglob("*.der"))) == 1
    assert list(kept.path.rglob("*.crl")) == []
    assert len(kept.load().anchors) == 1


def test_two_programs_at_once(kept: StoreFolder) -> None:
    revision = kept.revision()
    kept.save(TrustStore(kept.load().anchors[:1]), revision)
    with pytest.raises(CccdError, match="by another program"):
        kept.save(TrustStore(), revision)
    assert len(kept.load().anchors) == 1


def test_a_store_that_is_saved_while_it_is_loaded_is_loaded_anew(
    kept: StoreFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a counter would call its store damaged whenever a newer list takes the place of an older one."""
    smaller, checked = [TrustStore(kept.load().anchors[:1])], store_folder._checked

    def late(path: Path, fingerprint: bytes) -> bytes:
        if smaller:
            kept.save(smaller.pop(), kept.revision())
        return checked(path, fingerprint)

    monkeypatch.setattr(store_folder, "_checked", late)
    assert len(kept.load().anchors) == 1


@pytest.mark.skipif(os.name == "nt", reason="no locks of this kind")
def test_nobody_changes_a_store_that_is_being_changed(kept: StoreFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else two programs that begin at the same revision could each remove the files of the other's index."""
    import fcntl

    refused = []

    def tried(source: str, target: Path) -> None:
        handle = os.open(kept.path, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            refused.append(target)
        finally:
            os.close(handle)
        os.rename(source, target)

    store = kept.load()
    monkeypatch.setattr(os, "replace", tried)
    kept.save(TrustStore(store.anchors[:1]), kept.revision())
    assert refused == [kept.path / "index.json"]


@pytest.mark.skipif(os.name == "nt", reason="no locks of this kind")
@pytest.mark.parametrize(("number", "saved"), [(errno.ENOLCK, True), (errno.EIO, False)])
def test_a_store_where_there_are_no_locks(
    kept: StoreFolder, monkeypatch: pytest.MonkeyPatch, number: int, saved: bool
) -> None:
    import fcntl

    def flock(_handle: int, _operation: int) -> None:
        raise OSError(number, "no locks")

    store = TrustStore(kept.load().anchors[:1])
    monkeypatch.setattr(fcntl, "flock", flock)
    if saved:
        kept.save(store, kept.revision())
    else:
        with pytest.raises(CccdError, match="cannot be written"):
            kept.save(store, kept.revision())
    assert len(kept.load().anchors) == (1 if saved else 2)


def test_an_index_of_another_version_of_the_program_is_read_anew(kept: StoreFolder) -> None:
    index = json.loads((kept.path / "index.json").read_text())
    index["facts"] = 0
    for node in index["certificates"]:
        node["subject"] = node["key_identifier"] = "00"
    (kept.path / "index.json").write_text(json.dumps(index))
    assert build_chain(SIGNER.certificate, kept.load(), NOW).reason is ChainReason.VERIFIED


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("format", "another"),
        ("certificates", None),
        ("certificates", [{}]),
        ("certificates", 5),
        ("lists", [{"fingerprint": "00"}]),
        ("lists", []),
        ("crls", [{"fingerprint": "zz"}]),
    ],
)
def test_an_index_that_cannot_be_understood(kept: StoreFolder, field: str, value: object) -> None:
    index = json.loads((kept.path / "index.json").read_text())
    index[field] = value
    (kept.path / "index.json").write_text(json.dumps(index))
    with pytest.raises(MalformedData):
        kept.load()


def test_an_index_without_provenance_or_of_the_future(kept: StoreFolder) -> None:
    index = json.loads((kept.path / "index.json").read_text())
    (kept.path / "index.json").write_text(json.dumps(index | {"version": 2}))
    with pytest.raises(Unsupported):
        kept.load()
    index["certificates"][0]["provenances"] = []
    (kept.path / "index.json").write_text(json.dumps(index))
    with pytest.raises(MalformedData):
        kept.load()
    (kept.path / "index.json").write_text("[" * 100_000)
    with pytest.raises(MalformedData):
        kept.load()


def test_an_interrupted_save_leaves_the_old_store(kept: StoreFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(_source: str, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    before = kept.load()
    monkeypatch.setattr(os, "replace", no_space)
    with pytest.raises(CccdError, match="No space left"):
        kept.save(TrustStore(before.anchors[:1]), kept.revision())
    assert kept.load() == before
    assert [path for path in kept.path.rglob("*") if path.name.startswith(".new")] == []


def test_there_need_be_no_store_yet(tmp_path: Path) -> None:
    folder = StoreFolder(tmp_path / "none")
    assert (folder.load(), folder.revision(), StoreFolder.is_at(folder.path)) == (TrustStore(), "", False)
    assert not folder.path.exists()


def test_where_the_users_store_lies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_folder() == tmp_path / "cccd-reader" / "trust"
    assert StoreFolder.default().path == default_folder()
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_folder() == tmp_path / ".local" / "share" / "cccd-reader" / "trust"


# --- a real list ------------------------------------------------------------------------------------------------------


@pytest.mark.reference_data
def test_a_real_list_is_kept_and_used(reference_data: Path, tmp_path: Path) -> None:
    path = reference_data / "master_lists" / "DE_ML_2026-05-28-08-28-45.ml"
    store = TrustStore.load(path, roots=[reference_data / "csca" / "DE_ROOT_CA_CSCA07.cer"], at=NOW)
    folder = StoreFolder(tmp_path / "trust")
    folder.save(store, "")
    loaded = folder.load()
    assert loaded == store
    acceptances = [each.acceptance for each in loaded.anchors]
    assert acceptances.count(Acceptance.VERIFIED_BY_LIST) == 576
    assert acceptances.count(Acceptance.LISTED_ONLY) == 12
    root = next(each for each in loaded.anchors if each.fingerprint.hex().startswith("2084aed7"))
    (signer, _) = trust_files.gather([path]).lists[0][0].signed.certificates
    assert build_chain(signer, loaded, NOW).anchor == root.certificate
    assert 1 <= sum("certificate" in each.ref.__dict__ for each in loaded.anchors) <= 9
