# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd show`: each kind of file, as JSON and as text."""

from __future__ import annotations

import hashlib
import json
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from cccd_reader.apdu import tlv
from cccd_reader.cli import main
from cccd_reader.cli.show import MAX_BYTES, show
from cccd_reader.errors import CccdError, MalformedData
from cccd_reader.lds import files
from cccd_reader.lds.com import Com
from cccd_reader.render.elementary_file import content_of
from cccd_reader.render.plain import lines, visible
from cccd_reader.render.tlv_tree import MAX_OBJECTS, tlv_tree
from cccd_reader.vietnam.citizen_record_codec import CitizenField
from tests.lds import samples

ENGLISH = {"CCCD_LANG": "en"}


class Shower(Protocol):
    def __call__(self, raw: bytes, name: str = "file.bin") -> dict[str, Any]: ...


@pytest.fixture
def as_json(tmp_path: Path) -> Shower:
    """The JSON of a file with this content and name."""

    def run(raw: bytes, name: str = "file.bin") -> dict[str, Any]:
        (tmp_path / name).write_bytes(raw)
        result = CliRunner(env=ENGLISH).invoke(show, [str(tmp_path / name), "--json"], catch_exceptions=False)
        assert result.exit_code == 0
        assert result.stderr == ""
        shown: dict[str, Any] = json.loads(result.stdout)
        assert list(shown) == ["file", "size", "padding", "sha256", "content"]
        return shown

    return run


def as_text(raw: bytes) -> str:
    result = CliRunner(env=ENGLISH).invoke(show, ["-"], input=raw, catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def refusal(path: Path, raw: bytes) -> CccdError:
    path.write_bytes(raw)
    result = CliRunner().invoke(show, [str(path)])
    assert isinstance(result.exception, CccdError)
    return result.exception


def test_data_group_1(as_json: Shower) -> None:
    raw = samples.dg1(samples.CITIZEN)
    shown = as_json(raw)
    assert (shown["file"], shown["size"], shown["padding"]) == ("DG1", 95, 0)
    assert shown["sha256"] == hashlib.sha256(raw).hexdigest()
    content = shown["content"]
    assert content["format"] == "TD1"
    assert "".join(content["lines"]) == samples.CITIZEN
    assert content["personal_number"] == "001090000000"
    assert (content["primary_identifier"], content["secondary_identifier"]) == ("NGUYEN", "VAN THU")
    assert content["expiry"] == "2030-02-01"
    assert content["wrong_check_digits"] == []


def test_data_group_1_without_expiry_and_with_a_wrong_digit(as_json: Shower) -> None:
    zone = samples.CITIZEN_WITHOUT_EXPIRY
    assert as_json(samples.dg1(zone))["content"]["expiry"] == "no expiry"
    wrong = as_json(samples.dg1(zone[:59] + "1" + zone[60:]))["content"]
    assert wrong["wrong_check_digits"] == ["composite"]


def test_data_group_13_is_shown_by_its_fields(as_json: Shower) -> None:
    content = as_json(samples.DG13)["content"]
    assert (content["record"], content["unknown"], content["notes"]) == ("clear", [], [])
    fields = content["fields"]
    assert list(fields) == list(CitizenField)
    assert fields["full_name"] == "Nguyễn Văn Thử"
    assert (fields["father_name"], fields["mother_name"]) == ("Nguyễn Văn Cha", "Trần Thị Mẹ")
    assert fields["spouse_name"] is None


def test_data_group_13_of_another_state_is_a_tree(as_json: Shower) -> None:
    assert as_json(bytes.fromhex("6D045F010141"))["content"] == {
        "record": "opaque",
        "tlv": [{"tag": "6D", "length": 4, "children": [{"tag": "5F01", "length": 1, "text": "A"}]}],
    }


def test_padding_is_cut_before_hashing(as_json: Shower) -> None:
    shown = as_json(samples.DG13 + bytes(100))
    assert (shown["size"], shown["padding"]) == (len(samples.DG13), 100)
    assert shown["sha256"] == hashlib.sha256(samples.DG13).hexdigest()


def test_card_access_and_data_group_14(as_json: Shower) -> None:
    for raw, name in ((samples.CARD_ACCESS, "CardAccess"), (tlv.encode(0x6E, samples.CARD_ACCESS), "DG14")):
        shown = as_json(raw)
        assert shown["file"] == name
        assert shown["content"]["notes"] == []
        assert shown["content"]["security_infos"][2] == {
            "kind": "PaceInfo",
            "protocol": "id-PACE-ECDH-GM-AES-CBC-CMAC-128",
            "oid": "0.4.0.127.0.7.2.2.4.2.2",
            "version": 2,
            "parameter_id": 13,
        }


def test_com_data_group_2_and_15(as_json: Shower) -> None:
    assert as_json(bytes(Com.of_data_groups(1, 2)))["content"]["data_groups"] == [1, 2]
    faces = as_json(samples.dg2(samples.JPEG))["content"]["faces"]
    assert faces == [{"format": "jpeg", "width": 300, "height": 400, "bytes": len(samples.JPEG)}]
    key = as_json(tlv.encode(0x6F, samples.rsa_key(2048)))["content"]
    assert key == {"algorithm": "RSA", "bits": 2048, "curve": None}


def test_sod_and_card_security(as_json: Shower) -> None:
    content = as_json(samples.sod(samples.security_object({1: bytes(32)}), samples.certificate()))["content"]
    assert (content["version"], content["hash_algorithm"], content["hashes"]) == (0, "sha256", {"DG1": "00" * 32})
    assert content["certificates"][0]["subject"] == "C=UT, CN=Document Signer 1"
    assert content["certificates"][0]["not_after"] == "2043-08-21T00:00:00+00:00"
    security = samples.signed_data(samples.CARD_ACCESS, "0.4.0.127.0.7.3.2.1")
    assert len(as_json(security, "ef011D.bin")["content"]["security_infos"]) == 3


def test_one_bad_certificate_does_not_hide_the_rest(as_json: Shower) -> None:
    raw = samples.sod(samples.security_object({1: bytes(32)}), samples.certificate())
    content = as_json(raw.replace(b"210528000000Z", b"219928000000Z"))["content"]
    assert content["certificates"] == [{"error": "certificate: it is no well-formed certificate"}]
    assert content["hashes"] == {"DG1": "00" * 32}


def test_the_name_decides_how_a_file_is_parsed(tmp_path: Path) -> None:
    assert "EF.DG2" in str(refusal(tmp_path / "DG2.bin", samples.dg1(samples.TD3)))


def test_text_for_a_person() -> None:
    text = as_text(samples.DG13)
    assert text.startswith("File DG13, 423 bytes, SHA-256 9eff9b55")
    assert "full name                  Nguyễn Văn Thử\n" in text
    assert "mother                     Trần Thị Mẹ\nspouse                     -\n" in text
    assert text.endswith("nothing was verified: cccd check\n")


def test_an_unknown_file_is_a_tree_in_text() -> None:
    raw = tlv.encode(0x6B, tlv.encode(0x5C, b"\x5f\x0e") + tlv.encode(0x5F0E, b"THU"))
    assert as_text(raw).endswith("content:\n  tlv:\n    6B [10]\n      5C [2] 5F0E\n      5F0E [3] THU\n")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "it is empty"),
        (bytes(MAX_BYTES + 1), "larger than"),
        (b"\x61\x05\x5f", "past the end"),
        (samples.dg1(samples.TD3)[:-3], "past the end"),
        (samples.dg1(samples.TD3[:-1]), "90, 72 or 88"),
        (b"\x6d\x00\x01", "TLV"),
    ],
    ids=count(),
)
def test_a_malformed_file_is_an_error(tmp_path: Path, raw: bytes, words: str) -> None:
    assert words in str(refusal(tmp_path / "file.bin", raw))


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.bin", tmp_path):
        assert CliRunner().invoke(show, [str(path)]).exit_code == 2


def test_what_a_chip_wrote_cannot_steer_the_terminal() -> None:
    assert visible("\x1b[2Jtext\n\u202e") == "\\x1b[2Jtext\\n\\u202e"
    raw = samples.sod(samples.security_object({1: bytes(32)}), samples.certificate())
    text = as_text(raw.replace(b"Signer 1", b"\x1b[2J 123"))
    assert "\x1b" not in text
    assert "\\x1b[2J 123" in text


def test_values_as_lines() -> None:
    assert lines(
        {"a_b": None, "c": [], "d": [1, 2], "e": ["x"], "f": {"g": ["x", "y"]}, "h": [{"i": 1, "j": "k"}]}
    ) == [
        "a b: -",
        "c: -",
        "d: 1, 2",
        "e: x",
        "f:",
        "  g:",
        "    x",
        "    y",
        "h:",
        "  - i: 1",
        "    j: k",
    ]


def test_the_tree_is_bounded() -> None:
    assert len(tlv_tree(b"\x04\x00" * MAX_OBJECTS)) == MAX_OBJECTS
    with pytest.raises(MalformedData, match="more than 2048"):
        tlv_tree(b"\x04\x00" * (MAX_OBJECTS + 1))
    deep = b""
    for _ in range(40):
        deep = tlv.encode(0x30, deep)
    assert "hex" in json.dumps(tlv_tree(deep))


def test_a_tag_that_promises_more_than_it_holds_is_shown_as_bytes() -> None:
    assert tlv_tree(bytes.fromhex("30020405")) == [{"tag": "30", "length": 2, "hex": "0405"}]


@pytest.mark.parametrize(
    "file", [*files.APPLICATION_FILES, *files.MASTER_FILES, None], ids=lambda file: file.short if file else "unknown"
)
@settings(max_examples=40, deadline=None)
@given(raw=st.binary(max_size=80))
def test_any_content_is_shown_or_malformed(file: files.ElementaryFile | None, raw: bytes) -> None:
    for content in (raw, tlv.encode(file.tag, raw) if file and file.tag else raw):
        try:
            assert lines(content_of(file, content))
        except MalformedData:
            continue


@pytest.mark.reference_data
def test_every_file_of_the_specimens_is_shown(as_json: Shower, reference_data: Path) -> None:
    paths = sorted((reference_data / "lds").glob("*/*01??.bin"))
    assert len(paths) == 12
    for path in paths:
        shown = as_json(path.read_bytes(), path.name)
        assert shown["file"] is not None
        assert "error" not in shown["content"]


def test_a_truncated_file_ends_with_what_to_do_next(tmp_path: Path) -> None:
    path = tmp_path / "DG1.bin"
    path.write_bytes(bytes.fromhex("615D5F1F5A") + bytes(30))
    found = CliRunner().invoke(main, ["show", str(path)])
    assert found.exit_code == 4
    assert "Read the card again and keep the whole file" in found.stderr
