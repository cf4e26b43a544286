# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd scan`, `cccd simulate scanner` and pictures for --access, as a user types them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from click.testing import CliRunner, Result
from PIL import Image

from cccd_reader.cli import main
from cccd_reader.messages.words import Words
from cccd_reader.render.scan import event_lines, event_node, port_line, port_node
from cccd_reader.scanners.assembly import Assembler, Timing
from cccd_reader.scanners.events import Event, Lost, Scanned, ScannerUnavailable, ScanRepair, Why, unreadable
from cccd_reader.scanners.places import Port
from cccd_reader.scanners.understand import of_bytes, of_keys
from tests.lds import samples
from tests.scanners.texts import LINES, NUMBER, QR, ZONE
from tests.support.command_line import cccd, environment
from tests.support.reference import REPOSITORY

MASKED = "001******000"
LANGUAGES = ("vi", "en")


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A command that goes on until the end of the block."""
    command = [sys.executable, "-u", str(REPOSITORY / "cli.py"), *arguments]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment()
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def press(process: subprocess.Popen[str], keys: str) -> None:
    assert process.stdin is not None
    process.stdin.write(keys + "\n")
    process.stdin.flush()


def test_a_simulated_scanner_is_followed_through_a_pulled_cable(tmp_path: Path) -> None:
    text = tmp_path / "qr.txt"
    text.write_text(QR, encoding="utf-8")
    with running("simulate", "scanner", str(text), "--encoding", "utf-8-twice") as simulated:
        port = said(simulated).strip()
        with running("scan", "--scanner", f"serial:{port}", "--json", "--count", "2") as scan:
            events: list[dict[str, Any]] = [json.loads(said(scan))]
            for keys, count in (("", 1), ("unplug", 1), ("plug", 1), ("", 1)):
                press(simulated, keys)
                events += [json.loads(said(scan)) for _ in range(count)]
            assert scan.wait(30) == 0
    assert [each["event"] for each in events] == ["found", "scanned", "lost", "found", "scanned"]
    assert {each["schema"] for each in events} == {"cccd-scan/1"}
    assert events[1]["number"] == MASKED
    assert {"kind": "utf8-read-as-latin1"} in events[1]["repairs"]


def test_keys_are_followed_until_the_input_ends() -> None:
    done = cccd("scan", "--scanner", "keyboard", text=f"{QR}\n{ZONE}\nnonsense-1\n{NUMBER}\n")
    assert done.returncode == 0
    assert done.stdout.count(MASKED) == 3
    assert "neither digits" in done.stdout
    for secret in (NUMBER, "Nguyễn", "NGUYEN", "090000000"):
        assert secret not in done.stdout + done.stderr


def test_without_a_scanner_it_is_said_what_to_do() -> None:
    missing = _run("scan", "--port", "serial:/no/such/port", "--lang", "vi")
    assert missing.exit_code == 4
    assert "Không có cổng này của máy quét" in missing.stderr
    wrong = _run("scan", "--port", "usb")
    assert wrong.exit_code == 2
    assert "serial:PORT" in wrong.stderr


def test_the_ports_are_listed() -> None:
    assert _run("scan", "--list").exit_code == 0
    assert json.loads(_run("scan", "--list", "--json").stdout)["schema"] == "cccd-scan/1"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A picture of the QR code of the simulated card."""
    path = tmp_path / "photo.png"
    barcode = zxingcpp.create_barcode(QR, zxingcpp.BarcodeFormat.QRCode)
    Image.fromarray(barcode.to_image(scale=3)).save(path)
    return path


def test_a_picture_is_shown_and_opens_the_card(photo: Path) -> None:
    shown = _run("scan", "--image", str(photo), "--json")
    assert json.loads(shown.stdout)["number"] == MASKED
    read = _run("read", "--simulate", "cccd", "--access", str(photo), "--group", "1")
    assert read.exit_code == 0, read.stderr
    other = photo.with_name("other.png")
    Image.new("L", (40, 40)).save(other)
    refused = _run("read", "--simulate", "cccd", "--access", str(other), "--lang", "vi")
    assert refused.exit_code == 2
    assert "Không thấy mã QR của thẻ trong ảnh" in refused.stderr


# words


def scanned(text: str) -> Scanned:
    assembler = Assembler(of_keys if "ă" in text else of_bytes, Timing())
    assembler.feed(text.encode() + b"\r", 0.0)
    event = assembler.next_event()
    assert isinstance(event, Scanned)
    return event


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "event",
    [
        *(unreadable(why) for why in Why),
        Lost("X", ScannerUnavailable("the scanner's port does not exist")),
        scanned("\n".join([LINES[0], LINES[1][:29] + "5", LINES[2]])),
        scanned(QR.replace("Nam", "?")),
        scanned("123456"),
    ],
    ids=lambda event: type(event).__name__,
)
def test_every_event_has_words(event: Event, language: str) -> None:
    lines = event_lines(event, Words.of(language))
    assert len(lines) == 1 + (not (isinstance(event, Scanned) and event.number is None))
    for line in lines:
        assert "{" not in line
        assert not any(prefix in line for prefix in ("scan.", "scan-repair.", "show.", "qr.", "access text"))
        assert language == "en" or "scan:" not in line
    assert json.dumps(event_node(event))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_repair_has_words(language: str) -> None:
    for repair in ScanRepair:
        code = f"scan-repair.{repair.value}"
        assert Words.of(language).text(code) != code


def test_other_documents_show_their_number_masked() -> None:
    event = scanned(samples.TD3)
    assert event_node(event)["number"] == "L89***2C3"
    assert "L898902C3" not in "".join(event_lines(event, Words.of("en")))


def test_a_port_in_words() -> None:
    known, other = Port("COM3", 0x0C2E, 0x0CAA, "s", "Scanner"), Port("COM4")
    assert "Honeywell" in port_line(known, Words.of("vi"))
    assert port_node(known) == {
        "port": "COM3",
        "usb": "0c2e:0caa",
        "scanner": "Honeywell (Metrologic)",
        "description": "Scanner",
    }
    assert port_node(other)["usb"] is None
    assert "COM4" in port_line(other, Words.of("en"))


def test_the_program_in_the_documentation_has_the_names_of_this_version() -> None:
    text = (REPOSITORY / "docs" / "scanners.md").read_text(encoding="utf-8")
    program = text.partition("```python\n")[2].partition("```")[0]
    imports, _, rest = program.partition("\n\n")
    names: dict[str, Any] = {}
    exec(imports, names)
    compile(rest, "scanners.md", "exec")
    assert {"Scanned", "SerialPlace", "SerialScanner"} <= names.keys()
    assert all(hasattr(names["SerialScanner"], name) for name in ("poll", "fileno", "pause", "close"))
