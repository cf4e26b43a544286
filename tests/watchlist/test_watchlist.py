# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Watch lists: what they keep, what they tell, and how a hit reaches a report."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cccd_reader.cli import main
from cccd_reader.crypto.sealed import derive, seal
from cccd_reader.errors import CccdError, MalformedData
from cccd_reader.inspection.policy import VerdictKind
from cccd_reader.inspection.read import read
from cccd_reader.inspection.reading import Evidence
from cccd_reader.inspection.results import Outcome, Reason
from cccd_reader.inspection.verify import verify
from cccd_reader.inspection.watched import WATCH_LIST, with_closed_watch_list, with_watch_list
from cccd_reader.lds import files as ef
from cccd_reader.watchlist.csv_file import Refused, entries_of
from cccd_reader.watchlist.entries import Entry, EntryKind, Wanted, checked_text
from cccd_reader.watchlist.store import WatchList, WatchListFile
from cccd_simulators.chip import VirtualChip
from cccd_simulators.personas import cccd, holder_keys
from tests.support.command_line import NUMBER
from tests.support.trust import DEMONSTRATION

DAY = date(2026, 6, 1)
AT = datetime(2026, 6, 1, tzinfo=UTC)
LIKE = Entry(EntryKind.NUMBER, b"", "call the duty officer", "unit 000", DAY)
READING = read(VirtualChip(cccd()), holder_keys())
REPORT = verify(READING, DEMONSTRATION, at=AT)


def _file(tmp_path: Path) -> WatchListFile:
    return WatchListFile(tmp_path / "list", tmp_path / "key")


def _list(tmp_path: Path, *wanted: Wanted, like: Entry = LIKE) -> WatchList:
    empty = _file(tmp_path).load_or_new()
    return empty.with_entries([empty.marked(each, like) for each in wanted])


# values


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (EntryKind.NUMBER, " 001.090 000000\n", NUMBER),
        (EntryKind.DOCUMENT, "c4j000000<<", "C4J000000"),
        (EntryKind.HASH, "AB" * 32, "ab" * 32),
    ],
)
def test_values_are_normalised(kind: EntryKind, text: str, value: str) -> None:
    assert Wanted.parse(kind, text).value == value
    assert value not in repr(Wanted.parse(kind, text))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (EntryKind.NUMBER, "00109000000"),
        (EntryKind.NUMBER, "00109000000x"),
        (EntryKind.NUMBER, "٠٠١٠٩٠٠٠٠٠٠٠"),
        (EntryKind.DOCUMENT, ""),
        (EntryKind.DOCUMENT, "Ä" * 9),
        (EntryKind.HASH, "ab" * 31),
        (EntryKind.HASH, "xy" * 32),
    ],
)
def test_other_values_are_refused_and_not_repeated(kind: EntryKind, text: str) -> None:
    with pytest.raises(MalformedData) as caught:
        Wanted.parse(kind, text)
    assert not text or text not in str(caught.value) + caught.value.hint


@pytest.mark.parametrize("text", ["", "  ", "x" * 201, "a\x1b[2Jb", "a\nb"])
def test_texts_that_would_harm_a_screen_are_refused(text: str) -> None:
    with pytest.raises(MalformedData):
        checked_text(text, "reason")


# the file


def test_a_list_is_found_again_and_its_values_are_not_in_it(tmp_path: Path) -> None:
    kept, file = _list(tmp_path, Wanted(EntryKind.NUMBER, NUMBER)), _file(tmp_path)
    file.save(kept)
    assert file.load().entries == kept.entries
    assert file.load().find([Wanted(EntryKind.NUMBER, NUMBER)], DAY) == tuple(kept.entries.values())
    sealed = file.sealed.read_bytes()
    for told in (NUMBER, "duty officer", "unit 000", "number"):
        assert told.encode() not in sealed
        assert told not in repr(kept)


def test_two_machines_keep_the_same_value_under_other_marks(tmp_path: Path) -> None:
    wanted = Wanted(EntryKind.NUMBER, NUMBER)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, other = _list(tmp_path / "a", wanted), _list(tmp_path / "b", wanted)
    assert set(one.entries).isdisjoint(other.entries)


def test_a_kind_is_part_of_the_mark(tmp_path: Path) -> None:
    kept = _list(tmp_path, Wanted(EntryKind.DOCUMENT, NUMBER))
    assert kept.find([Wanted(EntryKind.NUMBER, NUMBER)], DAY) == ()


def test_an_entry_counts_to_the_end_of_its_last_day(tmp_path: Path) -> None:
    wanted = Wanted(EntryKind.NUMBER, NUMBER)
    kept = _list(tmp_path, wanted, like=Entry(EntryKind.NUMBER, b"", "r", "s", DAY, expires=DAY))
    assert kept.find([wanted], DAY)
    assert not kept.find([wanted], date(2026, 6, 2))


def test_without_the_key_or_with_another_nothing_opens(tmp_path: Path) -> None:
    file = _file(tmp_path)
    file.save(_list(tmp_path, Wanted(EntryKind.NUMBER, NUMBER)))
    with pytest.raises(CccdError, match=r"other\.key is missing"):
        WatchListFile(file.sealed, tmp_path / "other.key").load()
    file.key.write_bytes(bytes(32))
    with pytest.raises(MalformedData, match="belongs to another key"):
        file.load()


_SHORT_MARK = json.dumps(
    {
        "entries": [
            {"kind": "number", "mark": "00", "reason": "r", "source": "s", "added": "2026-06-01", "expires": None}
        ]
    }
).encode()


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        b"[]",
        b'{"entries": 1}',
        b'{"entries": [1]}',
        b'{"entries": [{}]}',
        _SHORT_MARK,
    ],
)
def test_a_sealed_file_of_another_form_is_refused(plain: bytes, tmp_path: Path) -> None:
    file = _file(tmp_path)
    file.save(file.load_or_new())
    key = derive(file.key.read_bytes(), "watchlist file")
    file.sealed.write_bytes(seal(key, plain, b"cccd-watchlist/1"))
    with pytest.raises(MalformedData, match="does not follow its format"):
        file.load()


# tables

TABLE = """\ufeffkind,value,reason,source,expires
number,001090000000,"call, then wait",unit 000,2027-01-31
document,C4J000000,call,unit 000,
hash,{hash},call,unit 000,
""".format(hash="0f" * 32)


def test_a_table_is_taken_line_by_line(tmp_path: Path) -> None:
    bad = "number,12,call,unit 000,\nperson,x,call,unit 000,\nnumber,001090000001,,unit 000,\n"
    bad += "number,001090000001,r,s,soon\n"
    found = list(entries_of((TABLE + bad).encode(), _file(tmp_path).load_or_new(), DAY))
    assert [type(each) for each in found] == [Entry] * 3 + [Refused] * 4
    first = found[0]
    assert isinstance(first, Entry)
    assert (first.reason, first.expires) == ("call, then wait", date(2027, 1, 31))
    assert [each.line for each in found if isinstance(each, Refused)] == [5, 6, 7, 8]


@pytest.mark.parametrize("raw", [b"", b"a,b\n1,2\n", b"\xff\xfe", b'kind,value,reason,source\n"x'])
def test_what_is_no_table_is_refused(raw: bytes, tmp_path: Path) -> None:
    with pytest.raises(MalformedData):
        list(entries_of(raw, _file(tmp_path).load_or_new(), DAY))


# the check


def test_a_report_says_that_no_list_was_asked() -> None:
    check = REPORT.check(WATCH_LIST)
    assert (check.reason, check.outcome) == (Reason.NO_WATCH_LIST, Outcome.NOT_PERFORMED)
    assert REPORT.verdict is VerdictKind.ACCEPTED


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(EntryKind.NUMBER, NUMBER),
        Wanted(EntryKind.DOCUMENT, "090000000"),
        Wanted.of_content(READING.content(ef.data_group(2)) or b""),
    ],
    ids=lambda wanted: wanted.kind.value,
)
def test_a_hit_is_a_failed_check_that_names_reason_and_source(wanted: Wanted, tmp_path: Path) -> None:
    report = with_watch_list(REPORT, _list(tmp_path, wanted))
    check = report.check(WATCH_LIST)
    assert (check.reason, check.detail) == (Reason.ON_WATCH_LIST, "call the duty officer (unit 000)")
    assert report.verdict is VerdictKind.REJECTED
    assert report.decisive == (check,)
    assert [each for each in report.checks if each.id != WATCH_LIST] == [
        each for each in REPORT.checks if each.id != WATCH_LIST
    ]


def test_nothing_found_is_said_with_the_size_of_the_list(tmp_path: Path) -> None:
    report = with_watch_list(REPORT, _list(tmp_path, Wanted(EntryKind.NUMBER, "001090000001")))
    assert report.check(WATCH_LIST).reason is Reason.NOT_ON_WATCH_LIST
    assert report.check(WATCH_LIST).detail == "1 entries"
    assert report.verdict is VerdictKind.ACCEPTED


def test_an_expired_entry_is_no_hit(tmp_path: Path) -> None:
    old = Entry(EntryKind.NUMBER, b"", "r", "s", DAY, expires=date(2026, 5, 31))
    report = with_watch_list(REPORT, _list(tmp_path, Wanted(EntryKind.NUMBER, NUMBER), like=old))
    assert report.check(WATCH_LIST).reason is Reason.NOT_ON_WATCH_LIST


def test_without_a_number_nobody_knows(tmp_path: Path) -> None:
    without = Evidence(tuple(record for record in READING.files if record.file.number not in (1, 13)))
    report = with_watch_list(verify(without, DEMONSTRATION, at=AT), _list(tmp_path, Wanted(EntryKind.NUMBER, NUMBER)))
    assert report.check(WATCH_LIST).reason is Reason.NOTHING_TO_LOOK_UP


def test_a_list_that_does_not_open_is_no_answer() -> None:
    report = with_closed_watch_list(REPORT, CccdError("the key is missing"))
    assert (report.check(WATCH_LIST).outcome, report.verdict) == (Outcome.UNDETERMINED, VerdictKind.ACCEPTED)


# the commands


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str | None]:
    """A user without any list."""
    variable = "LOCALAPPDATA" if os.name == "nt" else "XDG_DATA_HOME"
    return {variable: str(tmp_path / "data"), "CCCD_ACCESS": None}


def _run(home: dict[str, str | None], *arguments: str, text: str = "") -> Any:
    return CliRunner(env=home).invoke(main, arguments, input=text)


ADD = ("watchlist", "add", "-", "--reason", "call the duty officer", "--source", "unit 000")


def test_a_number_is_added_found_listed_and_removed(home: dict[str, str | None], tmp_path: Path) -> None:
    assert "empty" in _run(home, "watchlist", "list").stdout
    added = _run(home, *ADD, "--expires", "2099-12-31", text=NUMBER)
    assert added.exit_code == 0, added.output
    rows = json.loads(_run(home, "watchlist", "list", "--json").stdout)["entries"]
    assert [(row["kind"], row["reason"], row["expires"]) for row in rows] == [
        ("number", "call the duty officer", "2099-12-31")
    ]
    verify_it = ("verify", "--simulate", "cccd", "--access", "-", "--json", "--at", "2026-06-01")
    found = json.loads(_run(home, *verify_it, text=NUMBER).stdout)
    assert [check["reason"] for check in found["checks"] if check["id"] == WATCH_LIST] == ["on-watch-list"]
    off = json.loads(_run(home, *verify_it, "--watchlist", "off", text=NUMBER).stdout)
    assert [check["reason"] for check in off["checks"] if check["id"] == WATCH_LIST] == ["no-watch-list"]
    listed = _run(home, "watchlist", "list").stdout
    assert NUMBER not in listed + added.stdout
    removed = _run(home, "watchlist", "remove", rows[0]["id"])
    assert (removed.exit_code, "1" in removed.stdout) == (0, True)
    assert _run(home, "watchlist", "remove", rows[0]["id"]).exit_code == 4


def test_a_list_whose_key_is_elsewhere_is_not_passed_over(home: dict[str, str | None], tmp_path: Path) -> None:
    key = tmp_path / "medium" / "key"
    assert _run(home, *ADD, "--key", str(key), text=NUMBER).exit_code == 0
    verify_it = ("verify", "--simulate", "cccd", "--access", "-", "--json", "--at", "2026-06-01")
    closed = json.loads(_run(home, *verify_it, text=NUMBER).stdout)
    assert [check["reason"] for check in closed["checks"] if check["id"] == WATCH_LIST] == ["watch-list-closed"]
    opened = json.loads(_run(home, *verify_it, "--watchlist-key", str(key), text=NUMBER).stdout)
    assert [check["reason"] for check in opened["checks"] if check["id"] == WATCH_LIST] == ["on-watch-list"]


def test_a_table_is_imported_and_wrong_lines_are_named(home: dict[str, str | None], tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text(TABLE + "number,12,call,unit 000,\n", encoding="utf-8")
    found = _run(home, "watchlist", "import", str(table))
    assert found.exit_code == 1
    assert "line 5" in found.stderr
    assert "3 entries" in found.stdout
    by_value = _run(home, "watchlist", "remove", "--value", "-", text=NUMBER)
    assert by_value.exit_code == 0
    assert len(json.loads(_run(home, "watchlist", "list", "--json").stdout)["entries"]) == 2
    assert _run(home, "watchlist", "remove", "--expired").exit_code == 4


def test_a_wrong_value_is_refused_without_being_repeated(home: dict[str, str | None]) -> None:
    found = _run(home, *ADD, text="00109000000")
    assert found.exit_code == 4
    assert "00109000000" not in found.output + found.stderr
