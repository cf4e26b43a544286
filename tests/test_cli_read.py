# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd read` and its kin, without a PC/SC service: what is printed where, exit codes, and that nothing leaks."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cccd_reader.cli import main
from cccd_simulators import documents, personas
from tests.support.command_line import NUMBER, cccd, environment

MRZ = "\n".join(documents.HOLDER_MRZ)
QR = f"{NUMBER}||Nguyễn Văn Thử|01021990|Nam|Số 1 Đường Thử Nghiệm, Phường Mẫu, Quận Thử, Hà Nội|15032022"


def _run(*arguments: str, text: str = NUMBER, **variables: str) -> Any:
    return CliRunner(env={"CCCD_ACCESS": None, **variables}).invoke(main, arguments, input=text)


def _json(*arguments: str, text: str = NUMBER) -> dict[str, Any]:
    result = _run(*arguments, "--json", text=text)
    assert result.exit_code == 0, result.stderr
    parsed: dict[str, Any] = json.loads(result.stdout)
    return parsed


def test_the_json_of_a_reading() -> None:
    found = _json("read", "--simulate", "cccd", "--access", "-")
    assert found["schema"] == "cccd-reading/1"
    session = found["session"]
    assert session["access"] == "pace-can"
    assert session["apdus"] <= 22
    assert session["bytes_out"] > 0
    assert session["bytes_in"] > 15000
    assert session["seconds"] >= session["chip_seconds"] >= 0
    sizes = {entry["name"]: entry.get("size") for entry in found["files"]}
    assert sizes["DG2"] == 15000
    assert {"CardAccess", "COM", "SOD", "DG1", "DG13", "DG14", "DG15", "DG3"} <= set(sizes)
    (refused,) = [entry for entry in found["files"] if "status" in entry]
    assert (refused["name"], refused["status"]) == ("DG3", "6982")


def test_short_and_extended_lengths_by_option() -> None:
    short = _json("read", "--simulate", "cccd", "--access", "-", "--lengths", "short")["session"]["apdus"]
    extended = _json("read", "--simulate", "cccd", "--access", "-", "--lengths", "extended")["session"]["apdus"]
    assert extended <= 22 < short <= 95


@pytest.mark.parametrize(
    "text", [NUMBER, "000000", QR, MRZ, f" {NUMBER}\r\n", "001 090 000 000", MRZ.replace("\n", "")]
)
def test_whatever_a_counter_has_opens_the_card(text: str) -> None:
    assert _json("read", "--simulate", "cccd", "--access", "-", "--group", "1", text=text)["session"]["access"]


@pytest.mark.parametrize(
    ("persona", "text", "access"),
    [("passport-bac", MRZ, "bac"), ("passport-pace", MRZ, "pace-can"), ("passport-pace", NUMBER, "pace-can")],
)
def test_the_other_personas(persona: str, text: str, access: str) -> None:
    assert _json("read", "--simulate", persona, "--access", "-", text=text)["session"]["access"] == access


@pytest.mark.reference_data
def test_a_specimen_documents_real_files(reference_data: Path) -> None:
    folder = reference_data / "lds" / "loes2006"
    mrz = (folder / "ef0101.bin").read_bytes()[-88:].decode("ascii")
    found = _json("read", "--simulate", "files", "--files", str(folder), "--access", "-", text=mrz)
    assert found["session"]["access"] == "bac"
    sizes = {entry["name"]: entry["size"] for entry in found["files"] if "size" in entry}
    expected = {
        name: (folder / f"ef{fid}.bin").stat().st_size
        for name, fid in (("DG1", "0101"), ("DG2", "0102"), ("DG15", "010F"), ("SOD", "011D"), ("COM", "011E"))
    }
    assert sizes == expected


def test_access_from_the_variable_and_from_a_file(tmp_path: Path) -> None:
    assert _run("read", "--simulate", "cccd", "--json", "--group", "1", CCCD_ACCESS=NUMBER).exit_code == 0
    file = tmp_path / "qr.txt"
    file.write_text(QR + "\r\n", encoding="utf-8-sig")
    assert _run("read", "--simulate", "cccd", "--access", str(file), "--group", "1").exit_code == 0


def test_the_option_wins_over_the_variable() -> None:
    assert _run("read", "--simulate", "cccd", "--access", "-", "--group", "1", CCCD_ACCESS="000001").exit_code == 0


def test_no_access_and_no_terminal_is_a_usage_error() -> None:
    result = cccd("read", "--simulate", "cccd")
    assert result.returncode == 2
    assert "--access" in result.stderr


@pytest.mark.parametrize("text", ["", "12345", "nonsense", "123456789", "00109000000x", "I" * 90])
def test_text_that_opens_no_card_is_a_usage_error_and_not_repeated(text: str) -> None:
    result = _run("read", "--simulate", "cccd", "--access", "-", text=text)
    assert result.exit_code == 2
    assert not text or text not in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("read", "--simulate", "nobody"),
        ("read", "--simulate", "files"),
        ("nothing",),
        ("read", "--lengths", "long"),
        ("simulate", "serve", "nobody"),
        ("read", "--access", "/nowhere/at/all"),
    ],
)
def test_usage_errors(arguments: tuple[str, ...]) -> None:
    assert _run(*arguments, "--access", "-" if "--access" not in arguments else arguments[-1]).exit_code == 2


def test_a_wrong_number_says_what_to_check() -> None:
    result = _run("read", "--simulate", "cccd", "--access", "-", "--json", text="001090123456")
    assert result.exit_code == 5
    assert "last six digits" in result.stderr
    error = json.loads(result.stdout)["error"]
    assert (error["kind"], error["exit_code"]) == ("AccessDenied", 5)
    assert "123456" not in result.output


def test_a_number_at_a_chip_that_wants_the_mrz() -> None:
    result = _run("read", "--simulate", "passport-bac", "--access", "-")
    assert result.exit_code == 5
    assert "MRZ" in result.stderr


def test_a_folder_without_dg1_is_said_so(tmp_path: Path) -> None:
    result = _run("read", "--simulate", "files", "--files", str(tmp_path), "--access", "-")
    assert result.exit_code == 4
    assert "DG1" in result.stderr


def test_saving_writes_the_raw_files_for_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "card"
    arguments = ("read", "--simulate", "cccd", "--access", "-", "--save", str(folder))
    assert _run(*arguments).exit_code == 0
    persona = personas.cccd()
    assert (folder / "DG2.bin").read_bytes() == persona.application_files[0x0102].content
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        f"{name}.bin" for name in ("COM", "SOD", "DG1", "DG2", "DG13", "DG14", "DG15", "CardAccess")
    )
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    again = _run(*arguments)
    assert again.exit_code == 4
    assert "nothing is overwritten" in again.stderr


def test_a_saved_folder_is_a_chip_again(tmp_path: Path) -> None:
    assert _run("read", "--simulate", "cccd", "--access", "-", "--save", str(tmp_path / "card")).exit_code == 0
    found = _json("read", "--simulate", "files", "--files", str(tmp_path / "card"), "--access", "-", text=MRZ)
    assert found["session"]["access"] == "pace-mrz"
    assert [attempt["outcome"] for attempt in found["session"]["attempts"]] == ["refused", "granted"]


def test_nothing_secret_is_printed_and_the_trace_is_redacted() -> None:
    result = _run("read", "--simulate", "cccd", "--access", "-", "--trace", text=MRZ)
    assert result.exit_code == 0
    for secret in (NUMBER, "000000\n", "900201", "NGUYEN", "Nguy", *documents.HOLDER_MRZ):
        assert secret not in result.output
    trace = [line for line in result.stderr.splitlines() if " out " in line]
    assert len(trace) == 22
    # Every hexadecimal group of a line is the header or the status word; no data of a command or an answer.
    assert all(len(line.split("out")[0].split()) == 5 for line in trace)


def test_results_and_talk_go_apart() -> None:
    result = cccd("read", "--simulate", "cccd", "--access", "-", "--json", text=NUMBER)
    assert result.returncode == 0
    json.loads(result.stdout)
    assert "DG2: 15000 bytes" in result.stderr
    assert "\x1b" not in result.stderr


def test_simulate_list() -> None:
    found = json.loads(_run("simulate", "list", "--json").stdout)
    names = [row["name"] for row in found["personas"]]
    assert (names[0], names[-3:]) == ("cccd", ["passport-bac", "passport-pace", "files"])
    assert "passport-pace" in _run("simulate", "list").stdout


def test_a_port_where_nobody_listens() -> None:
    result = _run("simulate", "serve", "cccd", "--port", "1")
    assert result.exit_code == 4
    assert "pcscd" in result.stderr


def test_an_interrupt_ends_without_a_traceback() -> None:
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import os, signal; from cccd_reader.cli import main; os.kill(os.getpid(), signal.SIGINT); main()",
        ],
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    assert process.wait(60)
    assert process.stderr
    process.stderr.close()


def test_an_internal_error_is_one_line_without_values(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(NUMBER)

    monkeypatch.setattr("cccd_simulators.by_name.build", broken)
    result = _run("read", "--simulate", "cccd", "--access", "-")
    assert result.exit_code == 4
    assert "internal error: RuntimeError" in result.stderr
    assert NUMBER not in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "arguments",
    [("--help",), ("read", "--help"), ("readers", "--help"), ("simulate", "serve", "--help"), ("--version",)],
)
def test_help_needs_no_service_and_no_reader_library(arguments: tuple[str, ...]) -> None:
    script = (
        "import sys\n"
        "sys.modules['smartcard'] = sys.modules['serial'] = None\n"
        "from cccd_reader.cli import main\n"
        f"main({list(arguments)!r})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment(), check=False
    )
    assert done.returncode == 0, done.stderr


def test_importing_needs_no_reader_library() -> None:
    script = (
        "import sys\n"
        "sys.modules['smartcard'] = sys.modules['serial'] = None\n"
        "import cccd_reader, cccd_simulators.personas, cccd_reader.inspection.read\n"
        "from cccd_reader import read, Can\n"
    )
    subprocess.run([sys.executable, "-c", script], env=environment(), check=True)


def test_a_missing_service_is_a_clear_error() -> None:
    """Where the PC/SC library finds no daemon: the socket's name is one that does not exist."""
    result = cccd("readers", PCSCLITE_CSOCK_NAME=os.devnull + "/none")
    assert result.returncode == 4
    assert "PC/SC" in result.stderr
    assert "Traceback" not in result.stderr
