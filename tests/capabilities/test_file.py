# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The user's memory of readers and chips: what it keeps, for how long, and what a strange file does to it."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest

from cccd_reader.apdu.capability import Known, Pair, ReaderCapability
from cccd_reader.apdu.channel import Lengths
from cccd_reader.capabilities.file import DAYS, MAX_BYTES, MAX_ENTRIES, CapabilityFile
from cccd_reader.capabilities.shipped import SHIPPED, shipped

DAY = date(2026, 11, 22)
ATR = bytes.fromhex("3B80800101")
PAIR = Pair("Test Reader 00 00", ATR)
SHORT, SMALL = Known(Lengths.SHORT), Known(Lengths.SHORT, 112, short_identifiers=False)


def _file(folder: Path, day: date = DAY) -> CapabilityFile:
    return CapabilityFile(folder / "cccd-reader" / "capabilities.json", lambda: day)


def test_what_was_learned_is_found_by_model_and_answer_to_reset(tmp_path: Path) -> None:
    memory = _file(tmp_path)
    assert memory.find(PAIR) is None
    memory.learn(PAIR, SMALL)
    assert _file(tmp_path).find(Pair("Test Reader 01 00", ATR)) == SMALL
    assert memory.find(Pair("Test Reader 00 00", ATR + b"\x00")) is None
    assert memory.find(Pair("Other Reader 00 00", ATR)) is None
    assert memory.find(Pair("Test Reader 00 00", ATR, ReaderCapability(None, 1, 2, "1.0"))) is None
    memory.learn(PAIR, SHORT)
    assert memory.find(PAIR) == SHORT
    memory.forget(PAIR)
    memory.forget(PAIR)
    assert memory.find(PAIR) is None


def test_nothing_of_the_chip_stands_in_the_file(tmp_path: Path) -> None:
    memory = _file(tmp_path)
    memory.learn(Pair("Test Reader (0123456) 00 00", bytes.fromhex("3B8E80010102030405060708")), SHORT)
    text = memory.path.read_text()
    assert "Test Reader" in text
    assert "0123456" not in text.replace(json.loads(text)["entries"][0]["key"], "")
    if os.name != "nt":
        assert memory.path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("days", [-1, DAYS + 1])
def test_an_entry_counts_for_some_days(days: int, tmp_path: Path) -> None:
    _file(tmp_path).learn(PAIR, SHORT)
    assert _file(tmp_path, DAY + timedelta(DAYS)).find(PAIR) == SHORT
    assert _file(tmp_path, DAY + timedelta(days)).find(PAIR) is None


def test_the_oldest_make_room(tmp_path: Path) -> None:
    memory = _file(tmp_path)
    for number in range(MAX_ENTRIES + 2):
        memory.learn(Pair("\u1ea8" * 200, bytes([0x3B, number])), SHORT)
    assert memory.path.stat().st_size <= MAX_BYTES
    assert [memory.find(Pair("\u1ea8" * 200, bytes([0x3B, number]))) for number in (1, 2, 101)] == [None, SHORT, SHORT]


ROW = {"key": "x", "reader": "r", "day": "2026-11-22", "lengths": "short", "block": None, "identifiers": True}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[]",
        b'{"entries": 1}',
        b'{"entries": [1]}',
        b"[" * 40_000,
        b" " * (MAX_BYTES + 1),
        *(
            json.dumps({"entries": [ROW | changed]}).encode()
            for changed in (
                {"lengths": "long"},
                {"lengths": None},
                {"block": 0},
                {"block": True},
                {"block": 1 << 20},
                {"identifiers": 1},
                {"day": 20261122},
                {"day": "soon"},
            )
        ),
    ],
    ids=lambda content: repr(content[-70:]),
)
def test_a_file_that_is_not_its_own_is_passed_by_and_written_anew(content: bytes, tmp_path: Path) -> None:
    memory = _file(tmp_path)
    memory.learn(PAIR, SHORT)
    genuine = json.loads(memory.path.read_text())
    ROW["key"] = genuine["entries"][0]["key"]
    memory.path.write_bytes(content.replace(b'"x"', json.dumps(ROW["key"]).encode()))
    assert memory.find(PAIR) is None
    memory.learn(PAIR, SHORT)
    assert json.loads(memory.path.read_text()) == genuine


def test_what_cannot_be_written_or_read_disturbs_nobody(tmp_path: Path) -> None:
    (tmp_path / "cccd-reader").write_text("a file, where a folder should be")
    memory = _file(tmp_path)
    assert memory.find(PAIR) is None
    memory.learn(PAIR, SHORT)
    assert "cannot be written" in str(memory.problem)
    (tmp_path / "cccd-reader").unlink()
    memory.learn(PAIR, SHORT)
    assert memory.problem is None


def test_many_who_learn_at_once_leave_a_whole_file(tmp_path: Path) -> None:
    pairs = [Pair(f"Reader {number}", ATR) for number in range(24)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda pair: _file(tmp_path).learn(pair, SHORT), pairs))
    found = [_file(tmp_path).find(pair) for pair in pairs]
    assert SHORT in found
    assert set(found) <= {SHORT, None}
    assert os.listdir(tmp_path / "cccd-reader") == ["capabilities.json"]


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("ACS ACR122U PICC Interface 00 00", SHORT),
        ("ACS ACR1252 1S CL Reader [ACR1252 Reader PICC] 00 00", SHORT),
        ("ACS ACR1281U-C8 00 01", SHORT),
        ("PN532 1.6 on /dev/ttyUSB0", SHORT),
        ("ACS ACR12520 00 00", None),
        ("HID Global OMNIKEY 5022 Smart Card Reader 00 00", None),
        ("Virtual PCD 00 00", None),
    ],
)
def test_some_readers_are_known_beforehand_and_experience_counts_more(
    name: str, known: Known | None, tmp_path: Path
) -> None:
    memory, pair = _file(tmp_path), Pair(name, ATR)
    assert shipped(pair) == memory.find(pair) == known
    memory.learn(pair, Known(Lengths.EXTENDED))
    assert memory.find(pair) == Known(Lengths.EXTENDED)
    memory.forget(pair)
    assert memory.find(pair) == known


def test_every_shipped_entry_names_its_source() -> None:
    assert all(each.source for each in SHIPPED)
    assert {each.known.lengths for each in SHIPPED} == {Lengths.SHORT}
