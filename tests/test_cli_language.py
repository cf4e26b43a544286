# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The commands around a verification speak Vietnamese too: readers, simulate, and what is repaired in an entry."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from cccd_reader.cli import main
from cccd_reader.transport import pcsc
from cccd_reader.transport.pcsc_readers import Reader, ReaderKind
from tests.vietnam import samples

ATTACHED = [
    Reader("ACS \x1b[2J", ReaderKind.CONTACTLESS, has_card=True, atr=b"\x3b"),
    Reader("B", ReaderKind.OTHER, has_card=False, atr=b""),
]


def run(*arguments: str, text: str | bytes = "", **variables: str) -> Any:
    clean = {"CCCD_ACCESS": None, "CCCD_LANG": None, "LC_ALL": "C"}
    return CliRunner(env={**clean, **variables}).invoke(main, arguments, input=text)


def test_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pcsc, "list_readers", lambda: ATTACHED)
    assert run("readers", "--lang", "vi").stdout == (
        "ACS \\x1b[2J  (không tiếp xúc, có thẻ)\nB  (loại khác, không có thẻ)\n"
    )
    assert run("readers").stdout == "ACS \\x1b[2J  (contactless, card present)\nB  (other, no card)\n"
    found = json.loads(run("readers", "--lang", "vi", "--json").stdout)["readers"]
    assert [(each["kind"], each["has_card"]) for each in found] == [("contactless", True), ("other", False)]
    monkeypatch.setattr(pcsc, "list_readers", list)
    none = run("readers", CCCD_LANG="vi")
    assert (none.exit_code, none.stderr.splitlines()[0]) == (4, "cccd: Chưa cắm đầu đọc thẻ")


def test_the_list_of_simulated_cards() -> None:
    text = run("simulate", "list", "--lang", "vi").stdout
    assert "cccd                               thẻ CCCD gắn chip cấp năm 2021\n" in text
    assert ":clone-without-keys                tấn công: " in text
    shown = [json.loads(run("simulate", "list", "--json", "--lang", each).stdout) for each in ("vi", "en")]
    assert shown[0] == shown[1]


def test_an_unknown_card_is_a_usage_error_in_the_language() -> None:
    result = run("simulate", "serve", "no-such-card", "--lang", "vi")
    assert result.exit_code == 2
    assert "Phiên bản này chưa hỗ trợ" in result.stderr


READ = ("read", "--simulate", "cccd", "--access", "-")


def test_a_repair_is_told_and_the_card_opens() -> None:
    zone = samples.SINGLE_MRZ.replace(b"9002018M", b"9OO2018M")
    result = run(*READ, "--lang", "vi", text=zone)
    assert result.exit_code == 0
    assert "ngày sinh: chữ O đã được hiểu là số 0. So lại với thẻ nếu chip không mở được." in result.stderr
    assert "9OO2018M" not in result.output
    assert "the letter O was taken for the digit 0" in run(*READ, text=zone).stderr


@pytest.mark.parametrize("coding", ["utf-8", "utf-16", "cp1258"])
def test_a_qr_line_in_any_encoding_opens_the_card(coding: str) -> None:
    line = samples.SINGLE_QR if coding != "cp1258" else "001090000000||Lê Đan|01021990|Nam|Hà Nam|15032022"
    assert run(*READ, text=line.encode(coding)).exit_code == 0


def test_a_variable_may_hold_any_bytes() -> None:
    spoilt = "001090000000||Lê Đan|01021990|Nam|Hà Nam|15032022".encode("cp1258")
    result = run("read", "--simulate", "cccd", CCCD_ACCESS=spoilt.decode("utf-8", "surrogateescape"))
    assert result.exit_code == 0


def test_a_refusal_ends_the_command_at_once() -> None:
    result = run(*READ, "--lang", "vi", text="001090654321")
    assert result.exit_code == 5
    assert result.stderr.count("PACE") == 1
    assert "654321" not in result.output


def test_what_a_chip_refuses_is_said() -> None:
    text = run(*READ, "--lang", "vi", text="001090000000").stdout
    assert "DG3         chip từ chối, 6982 (chưa đủ quyền)" in text
