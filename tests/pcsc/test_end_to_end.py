# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The whole way: `cccd simulate serve` in the virtual reader of the real pcscd, `cccd read` through it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cccd_reader.access_keys import AccessKey
from cccd_reader.errors import CardRemoved, CccdError, TransportError
from cccd_reader.inspection.events import Event, Progress
from cccd_reader.inspection.read import Patience, ReadOptions, read
from cccd_reader.lds import files as ef
from cccd_reader.render.report import json_schema
from cccd_reader.transport.pcsc import open_card
from cccd_simulators import documents, personas
from cccd_simulators.chip import VirtualChip
from cccd_simulators.vpcd import VpcdBridge
from tests.support.cards import Tampering
from tests.support.command_line import NUMBER, cccd, environment, serving
from tests.support.pcscd import PcscDaemon
from tests.support.reference import REPOSITORY

pytestmark = [pytest.mark.pcsc, pytest.mark.usefixtures("pcscd")]

MRZ_KEY, CAN = personas.holder_keys()
MRZ = "\n".join(documents.HOLDER_MRZ)


def _read(text: str, *arguments: str) -> dict[str, Any]:
    result = cccd("read", "--access", "-", "--json", "--wait", "20", *arguments, text=text)
    assert result.returncode == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_the_vietnamese_card() -> None:
    with serving("cccd"):
        found = _read(NUMBER, "--reader", "Virtual PCD")
    assert found["session"]["access"] == "pace-can"
    assert found["session"]["reader"].startswith("Virtual PCD")
    assert found["session"]["apdus"] <= 22
    sizes = {entry["name"]: entry.get("size") for entry in found["files"]}
    assert sizes["DG2"] == 15000
    assert [entry["status"] for entry in found["files"] if "status" in entry] == ["6982"]


@pytest.mark.parametrize(
    ("persona", "text", "access"), [("passport-bac", MRZ, "bac"), ("passport-pace", NUMBER, "pace-can")]
)
def test_the_other_personas(persona: str, text: str, access: str) -> None:
    with serving(persona):
        assert _read(text)["session"]["access"] == access


def test_short_lengths() -> None:
    with serving("cccd"):
        assert _read(NUMBER, "--lengths", "short")["session"]["apdus"] <= 95


@pytest.mark.reference_data
def test_a_specimen_documents_real_files(reference_data: Path) -> None:
    folder = reference_data / "lds" / "loes2006"
    mrz = (folder / "ef0101.bin").read_bytes()[-88:].decode("ascii")
    with serving("files", "--files", str(folder)):
        found = _read(mrz)
    assert found["session"]["access"] == "bac"
    assert {entry["name"] for entry in found["files"] if "size" in entry} == {"COM", "SOD", "DG1", "DG2", "DG15"}


def test_readers_are_listed() -> None:
    with serving("cccd"):
        cccd("read", "--access", "-", "--group", "1", "--wait", "20", text=NUMBER)
        result = cccd("readers", "--json")
    assert result.returncode == 0
    rows = json.loads(result.stdout)["readers"]
    assert any(row["name"].startswith("Virtual PCD") and row["has_card"] for row in rows)


def test_a_wrong_number() -> None:
    with serving("cccd"):
        result = cccd("read", "--access", "-", "--wait", "20", text="001090654321")
    assert result.returncode == 5
    assert "last six digits" in result.stderr
    assert "654321" not in result.stderr + result.stdout


def test_no_card_and_no_such_reader() -> None:
    result = cccd("read", "--access", "-", "--wait", "0.2", text=NUMBER)
    assert result.returncode == 4
    assert "card" in result.stderr
    result = cccd("read", "--access", "-", "--reader", "Nowhere", text=NUMBER)
    assert result.returncode == 4
    assert "Nowhere" in result.stderr


def test_a_stopped_service(own_pcscd: PcscDaemon) -> None:
    own_pcscd.stop()
    for command in (("readers",), ("read", "--access", "-"), ("simulate", "serve", "cccd")):
        result = cccd(*command, text=NUMBER)
        assert result.returncode == 4
        assert "Traceback" not in result.stderr
        assert "pcscd" in result.stderr


@pytest.mark.parametrize("part", [0, 0.5, 0.9])
def test_a_card_that_is_pulled_off_half_way(part: float) -> None:
    with VpcdBridge(VirtualChip(personas.cccd())) as bridge:

        def pull(event: Event) -> None:
            if isinstance(event, Progress) and event.subject == "DG2" and event.done >= 15000 * part:
                bridge.remove()

        with open_card(timeout=20) as card, pytest.raises(TransportError) as caught:
            read(card, CAN, ReadOptions(on_event=pull, patience=Patience(0.1)))
    assert isinstance(caught.value, CardRemoved)
    assert caught.value.hint


@pytest.mark.parametrize("position", [0, 3, 7, 9])
@pytest.mark.parametrize("garbage", [b"", b"\x00", b"\xde\xad\xbe\xef", b"\x90\x00"])
def test_garbage_through_the_service(position: int, garbage: bytes) -> None:
    """The service has opinions of its own on answers that are too short; they become errors of ours."""
    chip = Tampering(
        VirtualChip(personas.cccd()), lambda number, command, answer: garbage if number >= position else answer
    )
    with VpcdBridge(chip), open_card(timeout=20) as card:
        try:
            reading = read(card, (CAN, MRZ_KEY), ReadOptions(patience=Patience(times=0)))
        except CccdError:
            return
        assert reading.content(ef.data_group(2)) is None


@pytest.mark.parametrize("key", [CAN, MRZ_KEY], ids=lambda key: key.name)
def test_two_readings_in_a_row(key: AccessKey) -> None:
    persona = personas.cccd()
    with VpcdBridge(VirtualChip(persona)):
        for _ in range(2):
            with open_card(timeout=20) as card:
                reading = read(card, key)
            assert reading.content(ef.data_group(2)) == persona.application_files[0x0102].content


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder csca/ with the simulated country's certificate and revocation list."""
    folder = tmp_path_factory.mktemp("trust")
    assert cccd("simulate", "trust", "csca", folder=folder).returncode == 0
    return folder / "csca"


@pytest.mark.parametrize(
    ("persona", "code"),
    [("cccd", 0), ("cccd:clone-without-keys", 1), ("cccd:dg2-altered", 1), ("cccd:unknown-csca", 3)],
)
def test_the_verdict_through_the_service(persona: str, code: int, trust: Path) -> None:
    with serving(persona):
        result = cccd("verify", "--access", "-", "--json", "--wait", "20", "--trust", str(trust), text=NUMBER)
    assert result.returncode == code, result.stderr
    jsonschema.validate(json.loads(result.stdout), json_schema())


def test_the_first_example_of_the_readme(trust: Path) -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    program = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)[0]
    with VpcdBridge(VirtualChip(personas.cccd())):
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=trust.parent,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("accepted NGUYEN")
