# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Nothing that a command says beside what it was asked for holds a key, a nonce, an MRZ, a name, a number or a file.

The commands run at their most talkative, with chips that answer well, badly, or not at all, and with errors inside that
carry every secret in their message. First the search itself is shown to find what is planted.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import traceback
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from urllib.parse import quote

import pytest

from cccd_reader.access_keys import Can
from cccd_reader.cli.verify import verify as verify_command
from cccd_reader.errors import CccdError
from cccd_reader.inspection.policy import VerdictKind
from cccd_reader.inspection.read import ReadOptions, read
from cccd_reader.inspection.verify import verify
from cccd_reader.lds.dg1 import DataGroup1
from cccd_reader.lds.dg2 import DataGroup2
from cccd_reader.lds.mrz import Mrz
from cccd_reader.lds.sod import DataGroupHash
from cccd_reader.render.html import Field, Page
from cccd_reader.scanners.access_text import parse_access
from cccd_reader.transport.pn532_frames import Frame, Kind
from cccd_reader.vietnam.citizen_record import CitizenRecord
from cccd_reader.vietnam.qr_line import QrLine
from cccd_simulators import personas
from cccd_simulators.chip import power_up
from cccd_simulators.holders import HOLDERS
from cccd_simulators.issuer import write_trust
from fuzz.mutation import mutate
from tests.soak.cases import CHIPS, persona
from tests.support.command_line import environment
from tests.support.leaks import Secrets
from tests.support.reference import REPOSITORY
from tests.support.talkative import CAN, CONTROL, Run, Said, Told, talk
from tests.support.trust import AT, DEMONSTRATION

HOLDER = HOLDERS[1]
CHIP = HOLDER.persona
ALL = ("verify", "read", "watch")
INTERNAL = 4


# --- the search -------------------------------------------------------------------------------------------------------

KEY = bytes(Random(1).randbytes(16))
PLANTED: dict[str, Callable[[bytes], str]] = {
    "hex": bytes.hex,
    "HEX": lambda key: key.hex().upper(),
    "hex with spaces": lambda key: key.hex(" "),
    "hex with colons": lambda key: key.hex(":"),
    "hex of a part": lambda key: key[4:13].hex(),
    "hex that begins in a word": lambda key: f"fee{key.hex()}",
    "C": lambda key: ", ".join(f"0x{octet:02x}" for octet in key),
    "escapes": lambda key: "".join(f"\\x{octet:02x}" for octet in key),
    "base64": lambda key: base64.b64encode(key).decode(),
    "base64 of more": lambda key: base64.b64encode(b"key=" + key + b".").decode(),
    "base64 for addresses": lambda key: base64.urlsafe_b64encode(b"?" + key).decode().rstrip("="),
    "repr": repr,
    "repr of a list": lambda key: repr(list(key)),
    "repr of a bytearray": lambda key: repr(bytearray(key)),
    "decimal": lambda key: str(int.from_bytes(key, "big")),
    "hexadecimal number": lambda key: hex(int.from_bytes(key, "big")),
    "raw": lambda key: key.decode("latin-1"),
    "raw, what cannot be decoded escaped": lambda key: key.decode("utf-8", "surrogateescape"),
    "address": quote,
}


@pytest.mark.parametrize("form", PLANTED)
def test_a_planted_key_is_found(form: str) -> None:
    secrets = Secrets()
    secrets.add("key", KEY)
    assert secrets.found_in(f"what was said before {PLANTED[form](KEY)} and behind") == {"key"}
    assert not secrets.found_in(f"what was said before {PLANTED[form](bytes(Random(2).randbytes(16)))} and behind")


NAME = "Nguyễn Văn Thử"
TEXTS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "capitals": str.upper,
    "JSON": json.dumps,
    "repr of its octets": lambda text: repr(text.encode("utf-8")),
    "escaped": lambda text: text.encode("unicode_escape").decode("ascii").replace("\\x", "\\u00"),
    "wrapped": lambda text: text[:6] + "\n" + text[6:],
    "hex": lambda text: text.encode("utf-8").hex(),
    "address": quote,
}


@pytest.mark.parametrize("form", TEXTS)
@pytest.mark.parametrize("text", [NAME, "IDVNM0900000007001090000000<<8", "079192000000", CAN])
def test_a_planted_text_is_found(form: str, text: str) -> None:
    secrets = Secrets()
    secrets.add("text", text)
    if form == "capitals":
        secrets.add("text", text.upper())
    assert secrets.found_in(f"before: {TEXTS[form](text)}, behind") == {"text"}


def test_what_is_public_is_no_find() -> None:
    secrets = Secrets([b"the public words"])
    secrets.add("words", "my own public words")
    assert not secrets.found_in("read the public words")
    assert secrets.found_in("say my own public")


# --- what commands say ------------------------------------------------------------------------------------------------


@cache
def public() -> list[bytes]:
    """What everybody knows: the program's own words, and the names of the simulated issuer."""
    words = REPOSITORY / "cccd_reader" / "messages" / "locale"
    return [path.read_bytes() for path in sorted(words.rglob("*.po"))] + [b"Vi\xe1\xbb\x87t Nam", b"no image"]


def secrets_of(told: Told) -> Secrets:
    """Return everything that a process used, and what the cards say."""
    secrets = Secrets(public())
    for name, values in told.octets.items():
        for value in values:
            secrets.add(name, bytes.fromhex(value))
    for name, values in told.texts.items():
        for value in values:
            secrets.add(name, value)
    for holder in HOLDERS[:2]:
        add_holder(secrets, holder.persona)
    secrets.add("CAN", CAN)
    return secrets


def add_holder(secrets: Secrets, name: str) -> None:
    """Add what a holder's card says, as text."""
    holder = next(each for each in HOLDERS if each.persona == name)
    for text in (*holder.mrz.lines, holder.number, holder.full_name, holder.qr.text, holder.residence, holder.birth):
        secrets.add(f"text of {name}", text)


FAULTS = (
    "clone-with-own-keys",
    "dg1-altered",
    "dg13-malformed",
    "dg13-of-another-name",
    "photo-broken",
    "pace-without-proof",
    "wrong-mac-always",
    "dead-after-15-commands",
    "exchanged-for-another-card",
)
"""Chips that lead through the modules that parse, compare or fail."""

BROKEN = (
    "cccd_reader.cli.access.parse_access",
    "cccd_reader.apdu.secure_messaging.SecureChannel.send",
    "cccd_reader.apdu.tlv.decode",
    "cccd_reader.inspection.read.read",
    "cccd_reader.inspection.verify.verify",
    "cccd_reader.inspection.saved.dump",
    "cccd_reader.render.report.as_json",
    "cccd_reader.cli.talk.Talk.on_event",
)
"""Places that fail with every secret in the message."""


def _start(*texts: str) -> str:
    commands = [json.dumps({"command": "start", "access": text}) for text in texts]
    return "\n".join([*commands, HOLDER.number, json.dumps(["quit", HOLDER.number])[:-1], ""])


def runs(folder: Path) -> list[Run]:
    """Every command that touches a secret, in every way in which it may end."""
    known = {option for parameter in verify_command.params for option in parameter.opts}
    talkative = known & {"--trace", "--verbose"}
    access = ("--access", "-", *talkative)
    nothing = ("--trust", str(folder / "csca"), "--fields", "none")
    verify_, kept = ("verify", *access, *nothing, "--json"), str(folder / "kept")
    on_list = (HOLDER.number, f"kind,value,reason,source\nnumber,{HOLDER.number}1,ask,station\n")
    found = [
        Run([*verify_, "--simulate", CHIP], text="\n".join(HOLDER.mrz.lines)),
        Run(["verify", *access, *nothing, "--simulate", CHIP, "--save", kept], text="\n".join(HOLDER.mrz.lines)),
        Run(["verify", *access, "--fields", "none", "--simulate", CHIP], text=HOLDER.qr.text),
        Run([*verify_, "--simulate", "passport-bac"], text="\n".join(HOLDERS[0].mrz.lines)),
        Run([*verify_, "--simulate", "passport-pace"]),
        Run([*verify_, "--simulate", CHIP], text="918273"),
        Run([*verify_, "--simulate", CHIP], text=HOLDER.mrz.lines[0]),
        Run([*verify_, "--simulate", CHIP], text=HOLDER.qr.text[:40]),
        Run(["read", *access, "--simulate", CHIP, "--json", "--save", str(folder / "raw")]),
        Run(["read", *access, "--simulate", CHIP]),
        Run(["check", str(folder / "raw"), *nothing]),
        Run(["check", kept, *nothing, "--given", "-"], text=HOLDER.qr.text),
        Run(["check", kept, *nothing, "--given", "-"], text=HOLDER.number[:11]),
        Run(["watch", "--json", "--simulate", CHIP, *nothing], text=_start(CAN)),
        Run(["show", str(folder / "raw" / "DG1.bin")]),
        Run(["show", str(folder / "raw" / "DG13.bin")]),
        Run(["simulate", "list"]),
    ]
    found += [Run([*verify_, "--simulate", f"{CHIP}:{fault}"]) for fault in FAULTS]
    found += [Run([*verify_, "--simulate", CHIP, "--save", str(folder / "new")], breaking=place) for place in BROKEN]
    found.append(Run(["watch", "--json", "--simulate", CHIP, *nothing], text=_start(CAN), breaking=BROKEN[1]))
    found.append(Run(["watchlist", "add", "-", "--reason", "ask", "--source", "station"], text=on_list[0]))
    found.append(Run(["watchlist", "import", "-"], text=on_list[1]))
    return [*found, Run([*verify_, "--simulate", CHIP])]


def _asked_for(said: Said) -> bool:
    """`show` prints what a file holds; everything else was told to print nothing of the kind."""
    return said.run.arguments[0] == "show"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = tmp_path_factory.mktemp("secrets")
    write_trust(folder / "csca")
    return talk(runs(folder), folder)


def test_what_is_said_holds_no_secret(told: Told) -> None:
    secrets = secrets_of(told)
    assert len(secrets) > 20_000
    for said in told.said:
        assert CONTROL in said.err
        text = said.err if _asked_for(said) else said.err + said.out
        assert not secrets.found_in(text), (said.run, text)


def test_the_runs_went_where_they_were_to_go(told: Told) -> None:
    """Else the search above would search nothing: verdicts of all kinds, refusals, aborts and internal errors."""
    assert {said.code for said in told.said} == {0, 1, 2, 3, 4, 5}
    for said in told.said:
        assert "Traceback" not in said.err, said
        if said.run.breaking:
            assert said.code == INTERNAL, said
            assert "internal error: RuntimeError in talkative.py" in said.err, said
    assert set(told.octets) >= {"KSenc", "KSmac", "SystemEntropy.octets", "SystemEntropy.scalar", "a shared secret"}
    assert set(told.octets) >= {"DG1", "DG2", "DG13", "DG15", "a password"}


def test_no_other_process_is_started(told: Told) -> None:
    assert not [said.started for said in told.said if said.started]


def test_the_search_finds_what_these_runs_used(told: Told) -> None:
    """A control: each kind of secret, planted in what a run has really said."""
    secrets, said = secrets_of(told), told.said[0].err
    for name, values in told.octets.items():
        value = bytes.fromhex(max(values, key=len))
        assert secrets.found_in(said + value.hex()), name
        assert secrets.found_in(said + base64.b64encode(value).decode()), name
    assert secrets.found_in(said + HOLDER.full_name)
    assert secrets.found_in(said + HOLDER.mrz.lines[0])


@pytest.mark.skipif(sys.platform != "linux", reason="process lists of other systems hold no environment")
def test_the_process_list_shows_nothing() -> None:
    command = [sys.executable, str(REPOSITORY / "cli.py"), "verify", "--access", "-", "--trace", "--simulate", CHIP]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stderr=pipe, stdout=pipe, env=environment(), text=True) as process:
        assert process.stdin
        assert process.stderr
        process.stdin.write(HOLDER.qr.text)
        process.stdin.close()
        process.stderr.readline()  # the first command of the trace: the card is being read
        own = Path("/proc", str(process.pid))
        shown = (own / "cmdline").read_bytes() + (own / "environ").read_bytes()
    secrets = Secrets(public())
    add_holder(secrets, CHIP)
    assert b"--access" in shown
    assert not secrets.found_in(shown.decode("utf-8", "replace"))


# --- what the library says --------------------------------------------------------------------------------------------


def _values(chip: str) -> list[object]:
    """Everything that a caller of the library gets to see of a chip, errors with their whole chain among it."""
    seen: list[object] = []
    options = ReadOptions(on_event=seen.append, observer=seen.append)
    try:
        reading = read(power_up(persona(chip), lambda _: None), persona(chip).keys, options)
        seen += [reading, *reading.files, *reading.proofs, reading.access, reading.session, reading.chip_mapping]
        report = verify(reading, DEMONSTRATION, at=AT)
        seen += [report, *report.checks]
        report.raise_for_rejection()
    except CccdError as error:
        seen += [error, "".join(traceback.format_exception(error))]
    return seen


FEW = CHIPS[:3] + tuple(f"cccd:{fault}" for fault in FAULTS[:4])


@pytest.mark.parametrize(
    "chip", [*FEW, *(pytest.param(chip, marks=pytest.mark.slow) for chip in CHIPS if chip not in FEW)]
)
def test_values_and_errors_show_nothing(chip: str) -> None:
    secrets = Secrets(public())
    add_holder(secrets, "cccd")
    for file_id in (0x0101, 0x0102, 0x010D, 0x010F):
        file = persona(chip).application_files.get(file_id)
        if file is not None:
            secrets.add(f"{file_id:04X}", file.content)
    for value in _values(chip):
        assert not secrets.found_in(f"{value!r} {value}"), value


def test_values_between_the_layers_show_nothing() -> None:
    secrets = Secrets()
    secrets.add("key", KEY)
    secrets.add("name", NAME)
    page = Page("title", "verdict", VerdictKind.ACCEPTED, "sentence", KEY, (Field("name", NAME),), ())
    for value in (Frame(Kind.DATA, KEY, KEY), page, ReadOptions(challenge=KEY), DataGroupHash(1, KEY)):
        assert not secrets.found_in(repr(value))


PARSERS: dict[str, tuple[Callable[[bytes], object], bytes]] = {
    "DG1": (DataGroup1.parse, personas.national_card(HOLDER).application_files[0x0101].content),
    "DG2": (DataGroup2.parse, personas.national_card(HOLDER).application_files[0x0102].content),
    "DG13": (CitizenRecord.parse, personas.national_card(HOLDER).application_files[0x010D].content),
    "MRZ": (Mrz.parse, bytes(HOLDER.mrz)),
    "QR line": (lambda data: QrLine.parse(data.decode("utf-8", "replace")), HOLDER.qr.text.encode("utf-8")),
    "what opens a card": (parse_access, HOLDER.qr.text.encode("utf-8")),
    "what opens a card, MRZ": (parse_access, "\n".join(HOLDER.mrz.lines).encode("ascii")),
    "CAN": (lambda data: Can(data.decode("latin-1")), CAN.encode("ascii")),
}


@pytest.mark.parametrize("name", PARSERS)
@pytest.mark.parametrize("count", [8, pytest.param(1_000, marks=pytest.mark.slow)])
def test_refusals_of_spoilt_data_show_nothing(name: str, count: int) -> None:
    """The causes of an error are shown in a traceback too, and many a library repeats there what it could not read."""
    parse, good = PARSERS[name]
    secrets = Secrets(public())
    add_holder(secrets, CHIP)
    secrets.add("CAN", CAN)
    secrets.add(name, good)
    refused = 0
    for number in range(count):
        data = mutate(good, Random(number)) if name != "CAN" else good + bytes([number % 256])
        try:
            said = repr(parse(data))
        except CccdError as error:
            said = "".join(traceback.format_exception(error))
            refused += 1
        assert not secrets.found_in(said), said
    assert refused
