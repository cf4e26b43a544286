# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Files made wrong on purpose: stores empty, damaged, closed, old, without the authority; rights, folders, keys."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from cccd_reader.doctor.diagnose import diagnose
from cccd_reader.doctor.findings import Diagnosis, Finding
from cccd_reader.doctor.gather_files import Kept, gather_files
from cccd_reader.doctor.gather_software import gather_software, requirement
from cccd_reader.doctor.gather_store import gather_trust
from cccd_reader.doctor.shown import is_there, shown
from cccd_reader.doctor.surroundings import Files
from cccd_reader.doctor.trust_checks import CARD_AUTHORITY_KEY
from cccd_reader.pki.store_folder import StoreFolder
from cccd_reader.pki.trust_store import TrustStore
from cccd_reader.watchlist.store import WatchList, WatchListFile
from cccd_simulators.issuer import Country
from cccd_simulators.plans import CscaPlan
from tests.doctor.surroundings import HEALTHY, wrong
from tests.support.ordinary import ordinary_user
from tests.support.trust import COUNTRY, DEMONSTRATION, trust

AT = datetime(2026, 11, 20, tzinfo=UTC)
CARDS = Country.create("VN", plan=CscaPlan(key_identifier=CARD_AUTHORITY_KEY))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home folder of somebody."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def _found(kept: TrustStore | None, folder: Path, at: datetime = AT) -> dict[str, Finding]:
    """Keep a store in a folder, and return what the doctor says about it, by the id of the check."""
    if kept is not None:
        StoreFolder(folder).save(kept, "")
    findings = diagnose(replace(HEALTHY, trust=gather_trust((), folder, at)))
    return {each.id: each for each in findings if each.id.startswith("trust.")}


def _line(finding: Finding) -> str:
    return finding.cure.line if finding.cure else ""


# the trust store


def test_a_store_with_what_the_cards_need(home: Path) -> None:
    found = _found(trust(CARDS.csca_certificate, crls=[CARDS.crl()]), home / "trust", datetime(2026, 6, 1, tzinfo=UTC))
    assert wrong(tuple(found.values())) == {}
    assert found["trust.csca"].diagnosis is Diagnosis.CSCA_THERE
    assert found["trust.store"].detail == "~/trust (1)"


@pytest.mark.parametrize("make", ["nothing", "folder"])
def test_an_empty_store(home: Path, make: str) -> None:
    if make == "folder":
        (home / "trust").mkdir()
    found = _found(None, home / "trust")
    assert wrong(tuple(found.values())) == {"trust.store": Diagnosis.STORE_EMPTY}
    assert _line(found["trust.store"]) == "cccd trust add CSCA.cer"


def test_a_store_without_the_authority(home: Path) -> None:
    german = Country.create("DE")
    found = _found(trust(german.csca_certificate), home / "trust")
    assert found["trust.csca"].diagnosis is Diagnosis.CSCA_MISSING
    assert _found(DEMONSTRATION, home / "other")["trust.csca"].diagnosis is Diagnosis.CSCA_OTHER


def test_a_store_of_which_a_certificate_was_changed(home: Path) -> None:
    StoreFolder(home / "trust").save(DEMONSTRATION, "")
    (file,) = (home / "trust" / "certificates").glob("*.der")
    file.write_bytes(file.read_bytes()[:-1] + b"\0")
    found = _found(None, home / "trust")
    assert wrong(tuple(found.values())) == {"trust.store": Diagnosis.STORE_DAMAGED}
    assert _line(found["trust.store"]) == f"cccd trust remove {file.stem[:16]}"


def test_a_store_whose_index_is_damaged(home: Path) -> None:
    StoreFolder(home / "trust").save(DEMONSTRATION, "")
    (home / "trust" / "index.json").write_text("{", encoding="ascii")
    found = _found(None, home / "trust")
    assert wrong(tuple(found.values())) == {"trust.store": Diagnosis.STORE_DAMAGED}
    assert _line(found["trust.store"]) == "mv ~/trust ~/trust.damaged"


def test_a_store_with_an_old_list_and_an_anchor_that_ends(home: Path) -> None:
    at = COUNTRY_END.replace(day=1)
    found = _found(DEMONSTRATION, home / "trust", at)
    assert found["trust.lists"].diagnosis is Diagnosis.LISTS_OLD
    assert found["trust.anchors"].diagnosis is Diagnosis.ANCHORS_EXPIRING
    later = _found(None, home / "trust", COUNTRY_END.replace(year=COUNTRY_END.year + 1))
    assert later["trust.anchors"].diagnosis is Diagnosis.ANCHORS_OUT_OF_DATE


COUNTRY_END = DEMONSTRATION.anchors[0].certificate.not_after


def test_the_newest_list_bounds_the_clock(home: Path) -> None:
    signed = DEMONSTRATION.crls[0].crl.this_update
    StoreFolder(home / "trust").save(DEMONSTRATION, "")
    now = datetime(2020, 1, 1, tzinfo=UTC)
    facts = gather_trust((), home / "trust", now)
    assert facts.newest == signed
    found = {each.id: each for each in diagnose(replace(HEALTHY, now=now, trust=facts))}
    assert found["clock"].diagnosis is Diagnosis.CLOCK_BEHIND


def test_what_the_settings_trust_instead(home: Path) -> None:
    file = home / "csca.der"
    file.write_bytes(COUNTRY.csca_certificate)
    assert gather_trust((file,), home / "none", AT).anchors == 1
    file.write_bytes(b"nothing of this kind")
    damaged = diagnose(replace(HEALTHY, trust=gather_trust((file,), home / "none", AT)))
    assert wrong(damaged) == {"trust.store": Diagnosis.STORE_DAMAGED}
    gone = diagnose(replace(HEALTHY, trust=gather_trust((home / "gone",), home / "none", AT)))
    assert wrong(gone) == {"trust.store": Diagnosis.TRUST_MISSING}


@pytest.fixture
def closed() -> Iterator[Path]:
    """A folder that an ordinary user may not look into."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        StoreFolder(folder / "trust").save(DEMONSTRATION, "")
        folder.chmod(0o755)
        (folder / "trust").chmod(0o700 if os.geteuid() == 0 else 0)
        yield folder
        (folder / "trust").chmod(0o700)


def test_a_store_that_this_user_may_not_read(closed: Path) -> None:
    with ordinary_user():
        found = _found(None, closed / "trust")
    assert wrong(tuple(found.values())) == {"trust.store": Diagnosis.STORE_UNREADABLE}
    assert _line(found["trust.store"]).startswith('sudo chown -R "$USER" ')


# rights, folders


def _judged(files: Files) -> dict[str, Diagnosis]:
    return wrong(diagnose(replace(HEALTHY, files=files)))


def _kept(home: Path, store: Path | None = None, **more: tuple[Path, ...]) -> Kept:
    lists = WatchListFile(home / "watchlist.sealed", home / "watchlist.key")
    kept = Kept(store or home / "trust", (), (), (), lists)
    return replace(kept, **more)  # type: ignore[arg-type]  # -- its fields


def test_what_this_program_keeps_is_private(home: Path) -> None:
    StoreFolder(home / "trust").save(DEMONSTRATION, "")
    assert _judged(gather_files(_kept(home, written=(home,)))) == {}


@pytest.mark.parametrize("name", ["", "index.json", "certificates"])
def test_a_store_that_others_may_change(home: Path, name: str) -> None:
    StoreFolder(home / "trust").save(DEMONSTRATION, "")
    path = home / "trust" / name
    path.chmod(path.stat().st_mode | 0o002)
    files = gather_files(_kept(home))
    assert _judged(files) == {"files.rights": Diagnosis.FILES_WRITABLE}
    assert [each.path for each in files.open_paths] == [shown(path)]


def test_a_group_may_change_files_where_it_is_its_users_alone(home: Path) -> None:
    file = home / "config.toml"
    file.write_text("", encoding="ascii")
    file.chmod(0o664)
    own, other = file.stat().st_uid, file.stat().st_uid + 1
    if os.geteuid() == 0:
        os.chown(file, own, own)
        assert _judged(gather_files(_kept(home, deciding=(file,)))) == {}
        os.chown(file, own, other)
        assert _judged(gather_files(_kept(home, deciding=(file,)))) == {"files.rights": Diagnosis.FILES_WRITABLE}
    file.chmod(0o666)
    assert _judged(gather_files(_kept(home, deciding=(file,)))) == {"files.rights": Diagnosis.FILES_WRITABLE}


def test_a_folder_for_customers_data_that_others_may_read(home: Path) -> None:
    (home / "desk").mkdir(mode=0o755)
    files = gather_files(_kept(home, private=(home / "desk",)))
    assert _judged(files) == {"files.rights": Diagnosis.FILES_READABLE}


def test_a_folder_that_cannot_be_written(closed: Path) -> None:
    with ordinary_user():
        files = gather_files(_kept(closed, closed, written=(closed / "trust" / "a" / "b",)))
    found = _judged(files)
    assert found["files.folders"] is Diagnosis.FOLDER_NOT_WRITABLE


def test_a_folder_that_is_not_there_yet_is_tried_above(home: Path) -> None:
    (folder,) = gather_files(_kept(home, written=(home / "a" / "b",))).folders
    assert (folder.path, folder.writable) == ("~/a/b", True)
    assert folder.free
    assert not list(home.iterdir())


# the watch list


@pytest.fixture
def lists(home: Path) -> WatchListFile:
    file = WatchListFile(home / "watchlist.sealed", home / "watchlist.key")
    file.save(WatchList(bytes(32)))
    return file


def _watch_list(home: Path) -> Diagnosis:
    findings = diagnose(replace(HEALTHY, files=gather_files(_kept(home))))
    return next(each.diagnosis for each in findings if each.id == "watchlist.key")


@pytest.mark.usefixtures("lists")
def test_a_watch_list_that_opens(home: Path) -> None:
    assert _watch_list(home) is Diagnosis.WATCH_LIST_OPENS


def test_a_watch_list_without_its_key(home: Path, lists: WatchListFile) -> None:
    lists.key.unlink()
    assert _watch_list(home) is Diagnosis.KEY_MISSING


def test_a_key_that_others_may_read(home: Path, lists: WatchListFile) -> None:
    lists.key.chmod(0o644)
    assert _watch_list(home) is Diagnosis.KEY_OPEN


@pytest.mark.parametrize("content", [bytes(32), b"short"])
def test_another_key(home: Path, lists: WatchListFile, content: bytes) -> None:
    lists.key.write_bytes(content)
    assert _watch_list(home) is Diagnosis.WATCH_LIST_DAMAGED


# paths and software


def test_paths_are_shown_without_the_name_of_the_home_folder(home: Path) -> None:
    assert shown(home / "a b" / "c") == "~/a b/c"
    assert shown(home) == "~"
    assert shown(Path("/dev/null")) == "/dev/null"
    assert is_there(home)
    assert not is_there(home / "gone")


def test_the_software_of_this_machine_fits() -> None:
    findings = diagnose(replace(HEALTHY, software=gather_software()))
    assert wrong(findings) == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rich>=13.7", ("rich", "13.7")),
        ("zxing-cpp >= 3", ("zxing-cpp", "3")),
        ("zxing-cpp>=3; extra == 'image'", None),
        ("rich", None),
    ],
)
def test_requirements(text: str, expected: tuple[str, str] | None) -> None:
    assert requirement(text) == expected
