# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Kept photos: whom they spare the photo, whom they do not, and how they go away."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from cccd_reader.apdu.channel import Lengths
from cccd_reader.cli import main
from cccd_reader.cli.watch import _desk, watch
from cccd_reader.crypto.digests import digest_of
from cccd_reader.errors import CccdError
from cccd_reader.inspection.events import Event, FileRead
from cccd_reader.inspection.known_files import KnownFiles, Wanted
from cccd_reader.inspection.policy import VerdictKind
from cccd_reader.inspection.read import ReadOptions, read
from cccd_reader.inspection.reading import FileSource, ProofKind, Reading
from cccd_reader.inspection.report import Report
from cccd_reader.inspection.saved import dump, parse
from cccd_reader.inspection.verify import verify
from cccd_reader.lds import files as ef
from cccd_reader.messages.words import Words
from cccd_reader.photo_cache.lookup import keep, known_photos
from cccd_reader.photo_cache.store import MAX_PHOTO, MAX_PHOTOS, PhotoStore, clear, kept_photos
from cccd_reader.pki.trust_store import TrustStore
from cccd_reader.render.report import as_json, json_schema
from cccd_simulators import documents, personas
from cccd_simulators.chip import VirtualChip, power_up
from cccd_simulators.fault_files import altered, data_groups, issued
from cccd_simulators.fault_keys import clone_without_keys
from cccd_simulators.fault_signatures import foreign_country
from cccd_simulators.persona import Persona
from cccd_simulators.removal import MovingCard, Stay
from tests.support.command_line import NUMBER
from tests.support.fault_matrix import TRUST
from tests.support.quick import quick
from tests.support.trust import AT, DEMONSTRATION

CCCD = quick("cccd")
CLONE = clone_without_keys(CCCD)
OTHER = issued(CCCD, data_groups(CCCD) | {2: documents.face_file(documents.portrait())})
FORGED = issued(CCCD, data_groups(CCCD), foreign_country().document_signer().sign_sod)
"""The last lists the hash of the genuine photo, and is signed by a country that is not trusted here."""
FULL = personas.cccd()
DG2 = ef.data_group(2)
PHOTO = CCCD.application_files[DG2.file_id].content
DIGEST = digest_of("sha256", PHOTO)
KEY = bytes(range(32))
COUNTS = [(Lengths.EXTENDED, 26, 18), (Lengths.SHORT, 97, 29)]
"""Commands of a whole inspection with a photo of 15 kB, and without: in blocks of 2 KiB, and in short ones."""


@dataclass
class Time:
    """A clock that is set."""

    now: datetime = AT

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def store(tmp_path: Path, time: Time) -> PhotoStore:
    return PhotoStore(tmp_path / "photos", KEY, 30, time)


def _known(store: PhotoStore, trust: TrustStore = TRUST) -> KnownFiles:
    return known_photos(store, trust, lambda: AT)


def _read(persona: Persona, known: KnownFiles | None, **options: Any) -> Reading:
    return read(power_up(persona), persona.keys, ReadOptions(known_files=known, **options))


def _report(reading: Reading, trust: TrustStore = TRUST) -> Report:
    return verify(reading, trust, at=AT)


def _source(reading: Reading) -> FileSource | None:
    record = reading.file(DG2)
    return record.source if record is not None and record.content is not None else None


@pytest.fixture
def visited(store: PhotoStore) -> PhotoStore:
    """A store that holds the photo of the card: it was here before."""
    assert keep(store, _report(_read(CCCD, _known(store))))
    return store


@pytest.mark.parametrize(("lengths", "whole", "without"), COUNTS)
def test_a_holder_who_returns_is_read_without_the_photo(
    lengths: Lengths, whole: int, without: int, store: PhotoStore
) -> None:
    heard: list[Event] = []
    first = _read(FULL, _known(store), lengths=lengths)
    assert (first.session.apdus, _source(first)) == (whole, FileSource.READ)
    assert keep(store, _report(first))
    second = _read(FULL, _known(store), lengths=lengths, on_event=heard.append)
    assert (second.session.apdus, _source(second)) == (without, FileSource.KEPT)
    photo = FULL.application_files[DG2.file_id].content
    assert second.content(DG2) == photo
    assert FileRead(DG2, photo) in heard
    reports = [_report(each) for each in (first, second)]
    assert [each.verdict for each in reports] == [VerdictKind.ACCEPTED] * 2
    reasons = [[(check.id, check.reason) for check in each.checks] for each in reports]
    assert reasons[0] == reasons[1]


def test_the_report_and_the_saved_evidence_say_that_it_is_a_copy(visited: PhotoStore) -> None:
    reading = _read(CCCD, _known(visited))
    report = _report(reading)
    found = as_json(report)
    jsonschema.validate(found, json_schema())
    assert {each["name"]: each.get("source") for each in found["files"]}["DG2"] == "kept"
    assert [each["name"] for each in found["files"] if "source" in each] == ["DG2"]
    check = report.check("integrity.dg2")
    assert check.detail == "sha256, of the copy that is kept here: it was not read from the chip"
    assert Words.of("vi").detail(check) == "sha256, của bản sao lưu trên máy này: không đọc lại từ chip"
    assert parse(dump(reading)).file(DG2) == reading.file(DG2)
    older = dump(reading).split(b"\n", 2)[2].replace(b',"source":"kept"', b"").replace(b',"source":"read"', b"")
    digest = digest_of("sha256", older).hex().encode()
    assert _source(parse(b"\n".join((b"cccd-evidence/1", digest, older)))) is FileSource.READ


def test_a_copy_is_not_kept_any_longer_by_being_used(visited: PhotoStore, time: Time) -> None:
    time.now += timedelta(days=29)
    again = _read(CCCD, _known(visited))
    assert _source(again) is FileSource.KEPT
    assert not keep(visited, _report(again))
    time.now += timedelta(days=1)
    assert _source(_read(CCCD, _known(visited))) is FileSource.READ
    assert kept_photos(visited.folder) == ()


def test_a_card_that_moves_is_asked_nothing_more(visited: PhotoStore) -> None:
    chip = VirtualChip(CCCD)
    commands = _read(CCCD, _known(visited)).session.apdus
    card = MovingCard([Stay(chip, commands - 1), Stay(chip)])
    reading = read(card, CCCD.keys, ReadOptions(known_files=_known(visited)))
    assert reading.access.visits == 2
    assert _source(reading) is FileSource.KEPT
    assert _report(reading).verdict is VerdictKind.ACCEPTED


@pytest.mark.parametrize("persona", [CLONE, OTHER, FORGED], ids=["a copy without keys", "another holder", "a forgery"])
def test_who_gets_no_copy(persona: Persona, visited: PhotoStore) -> None:
    known = _known(visited, DEMONSTRATION)
    reading = _read(persona, known)
    assert _source(reading) is FileSource.READ
    assert reading.content(DG2) == persona.application_files[DG2.file_id].content


def test_what_is_shown_is_what_was_signed_whatever_the_chip_holds(visited: PhotoStore) -> None:
    """A photo that was changed on the chip is noticed where it is read; from a copy it is not even shown."""
    assert _report(_read(altered(2)(CCCD), None)).verdict is VerdictKind.REJECTED
    reading = _read(altered(2)(CCCD), _known(visited))
    assert (_source(reading), reading.content(DG2)) == (FileSource.KEPT, PHOTO)


def test_without_trust_or_proof_there_is_no_lookup(visited: PhotoStore) -> None:
    assert _source(_read(CCCD, _known(visited, TrustStore()))) is FileSource.READ
    assert _source(_read(CCCD, _known(visited), proofs=frozenset())) is FileSource.READ
    for kind in ProofKind:
        assert _source(_read(CCCD, _known(visited), proofs=frozenset({kind}))) is FileSource.KEPT


def test_whatever_is_given_must_have_the_hash(store: PhotoStore) -> None:
    asked: list[Wanted] = []

    def lie(wanted: Wanted) -> bytes:
        asked.append(wanted)
        return PHOTO[:-1] + bytes([PHOTO[-1] ^ 1])

    reading = _read(CCCD, lie)
    assert (_source(reading), reading.content(DG2)) == (FileSource.READ, PHOTO)
    assert [wanted.file for wanted in asked] == [DG2]
    assert repr(asked[0]) == "Wanted(EF.DG2)"


def test_only_an_accepted_document_is_kept(store: PhotoStore) -> None:
    assert not keep(store, _report(_read(CLONE, None)))
    assert not keep(store, _report(_read(CCCD, None), TrustStore()))
    assert not keep(store, _report(_read(CCCD, None, data_groups=frozenset({1, 13, 14, 15}))))
    assert kept_photos(store.folder) == ()


# the store


def test_a_photo_is_found_by_hash_and_algorithm_alone(store: PhotoStore) -> None:
    assert store.find("sha256", DIGEST) is None
    assert store.keep("sha256", DIGEST, PHOTO)
    assert store.find("sha256", DIGEST) == PHOTO
    for algorithm, digest in (("sha1", DIGEST), ("sha256", bytes(32)), ("sha256", b""), ("1.2.3", DIGEST)):
        assert store.find(algorithm, digest) is None
    assert replace(store, key=bytes(32)).find("sha256", DIGEST) is None
    (kept,) = kept_photos(store.folder)
    assert DIGEST.hex() not in kept.path.name
    assert PHOTO[:64] not in kept.path.read_bytes()
    assert repr(KEY) not in repr(store)


def _flip(raw: bytes) -> bytes:
    return raw[:40] + bytes([raw[40] ^ 1]) + raw[41:]


@pytest.mark.parametrize(
    "change",
    [_flip, lambda raw: raw[:-1], lambda raw: b"", lambda raw: raw + bytes(MAX_PHOTO)],
    ids=["flipped", "cut", "empty", "too long"],
)
def test_a_file_that_was_changed_is_none(change: Callable[[bytes], bytes], store: PhotoStore) -> None:
    store.keep("sha256", DIGEST, PHOTO)
    (kept,) = kept_photos(store.folder)
    kept.path.write_bytes(change(kept.path.read_bytes()))
    assert store.find("sha256", DIGEST) is None
    assert _source(_read(CCCD, _known(store))) is FileSource.READ


def test_a_file_under_the_name_of_another_is_none(store: PhotoStore) -> None:
    store.keep("sha256", DIGEST, PHOTO)
    (kept,) = kept_photos(store.folder)
    store.keep("sha256", bytes(32), b"another")
    (other,) = (each for each in kept_photos(store.folder) if each.path != kept.path)
    other.path.replace(kept.path)
    assert store.find("sha256", DIGEST) is None
    assert kept_photos(store.folder) == ()


@pytest.mark.parametrize("days", [-1, 30, 400])
def test_a_photo_counts_for_its_days_and_is_removed_after_them(days: int, store: PhotoStore, time: Time) -> None:
    store.keep("sha256", DIGEST, PHOTO)
    time.now += timedelta(days=days)
    (kept,) = kept_photos(store.folder)
    os.utime(kept.path, (time.now.timestamp(), time.now.timestamp()))  # the day that counts is sealed
    assert store.find("sha256", DIGEST) is None
    assert kept_photos(store.folder) == ()
    time.now = AT
    store.keep("sha256", DIGEST, PHOTO)
    time.now += timedelta(days=days)
    store.keep("sha256", bytes(32), PHOTO)
    assert len(kept_photos(store.folder)) == 1


def test_what_is_too_long_is_not_kept_and_the_oldest_make_room(store: PhotoStore) -> None:
    assert not store.keep("sha256", DIGEST, bytes(MAX_PHOTO + 1))
    store.folder.mkdir()
    for number in range(MAX_PHOTOS + 5):
        path = store.folder / f"{number}.sealed"
        path.touch()
        os.utime(path, (AT.timestamp() - number, AT.timestamp() - number))
    store.keep("sha256", DIGEST, bytes(MAX_PHOTO))
    names = {each.path.stem for each in kept_photos(store.folder)}
    assert len(names) == MAX_PHOTOS
    assert {"0", "998"} <= names
    assert "999" not in names
    assert store.find("sha256", DIGEST) == bytes(MAX_PHOTO)


def test_a_store_that_cannot_be_read_is_empty_and_one_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "photos").write_text("a file, where a folder should be")
    store = PhotoStore(tmp_path / "photos", KEY, 30, lambda: AT)
    assert store.find("sha256", DIGEST) is None
    with pytest.raises(CccdError, match="cannot be written"):
        store.keep("sha256", DIGEST, PHOTO)


def test_clearing_removes_the_key_too(store: PhotoStore, tmp_path: Path) -> None:
    key = tmp_path / "photos.key"
    key.write_bytes(KEY)
    store.keep("sha256", DIGEST, PHOTO)
    assert clear(store.folder, key) == 1
    assert (kept_photos(store.folder), key.exists()) == ((), False)
    assert clear(store.folder, key) == 0
    key.mkdir()
    with pytest.raises(CccdError, match="cannot be removed"):
        clear(store.folder, key)


# the commands


def _run(folder: Path, *arguments: str, **variables: str) -> Any:
    own = {"XDG_CACHE_HOME": str(folder / "cache"), "XDG_DATA_HOME": str(folder / "data"), "LOCALAPPDATA": str(folder)}
    return CliRunner(env={"CCCD_ACCESS": None, **own, **variables}).invoke(main, arguments, input=NUMBER)


def test_the_command_line_keeps_photos_only_where_it_is_told_to(tmp_path: Path) -> None:
    trust = str(tmp_path / "trust")
    assert _run(tmp_path, "simulate", "trust", trust).exit_code == 0
    inspect = ("verify", "--simulate", "cccd", "--access", "-", "--trust", trust, "--json")

    def sources(*more: str, **variables: str) -> list[str | None]:
        result = _run(tmp_path, *inspect, *more, **variables)
        assert result.exit_code == 0, result.output
        return [each.get("source") for each in json.loads(result.stdout)["files"] if each["name"] == "DG2"]

    assert [sources(), sources()] == [[None], [None]]
    assert os.listdir(tmp_path) == ["trust"]
    assert json.loads(_run(tmp_path, "photo-cache", "status", "--json").stdout)["photos"] == 0
    assert "No photo is kept." in _run(tmp_path, "photo-cache", "status").stdout
    assert [sources("--photo-cache", "30"), sources(CCCD_PHOTO_CACHE="30")] == [[None], ["kept"]]
    assert "1 photos, 15,036 bytes" in _run(tmp_path, "photo-cache", "status").stdout
    assert "1 photos removed, and their key." in _run(tmp_path, "photo-cache", "clear").stdout
    assert sources("--photo-cache", "30") == [None]


def test_a_photo_that_cannot_be_kept_changes_no_verdict(tmp_path: Path) -> None:
    trust = str(tmp_path / "trust")
    assert _run(tmp_path, "simulate", "trust", trust).exit_code == 0
    (tmp_path / "file").write_text("")
    result = _run(
        tmp_path,
        *("verify", "--simulate", "cccd", "--access", "-", "--trust", trust, "--photo-cache", "9"),
        XDG_CACHE_HOME=str(tmp_path / "file"),
    )
    assert result.exit_code == 0
    assert "ACCEPTED" in result.stdout
    assert "cannot be written" in result.stderr


def test_the_counter_keeps_photos_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trust = str(tmp_path / "trust")
    assert _run(tmp_path, "simulate", "trust", trust).exit_code == 0
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / name))
    with watch.make_context("watch", ["--simulate", "cccd", "--trust", trust, "--photo-cache", "30"]) as ctx:
        desk = _desk(ctx.params)
    for expected in (FileSource.READ, FileSource.KEPT):
        reading = read(power_up(FULL), FULL.keys, desk.read_options)
        assert _source(reading) is expected
        assert desk.judge(reading, None).verdict is VerdictKind.ACCEPTED
