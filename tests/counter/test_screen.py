# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The counter's screens: exact in size, whole sentences in both languages, and what a chip wrote cannot steer them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.text import Text

from cccd_reader.counter.events import AccessTaken, CardPresent, Cleared, Failed, Heard, Judged, Ready, Removed, Why
from cccd_reader.counter.scene import Scene, Stage, advance
from cccd_reader.errors import AccessDenied, CardRemoved, NoReader
from cccd_reader.inspection.events import CardLost, FileRead
from cccd_reader.lds import files as ef
from cccd_reader.messages.catalogue import LANGUAGES
from cccd_reader.messages.words import Words
from cccd_reader.render.counter_photo import Graphics, PhotoPainter
from cccd_reader.render.counter_screen import Size, View, frame, scrolled
from cccd_reader.render.fields import ALL, COUNTER
from cccd_simulators import documents
from cccd_simulators.holders import MAN
from tests.support.counter import NUMBER, WRONG_PERSON, Place, serve

SIZES = [Size(), Size(121, 41)]
HOSTILE = "\x1b]0;x\x07\u202eTHẬT\u200b\x1b[2J 阮文試" + "Ẩ" * 60
NFD = "Nguyê\u0303n" + "\u0301" * 30


def words_of(rows: tuple[Text, ...]) -> str:
    return " ".join(" ".join(row.plain for row in rows).split())


def served(*personas: str) -> list[Judged]:
    log = serve(Place(list(personas)), [NUMBER] * len(personas))
    return [event for event in log.events if isinstance(event, Judged)]


@pytest.fixture(scope="module")
def scenes() -> dict[str, Scene]:
    """A scene of each stage, and of each verdict."""
    log = serve(Place(["cccd", "cccd:clone-without-keys", "cccd"]), [NUMBER, NUMBER, WRONG_PERSON])
    found: dict[str, Scene] = {}
    scene = Scene()
    for event in log.events:
        scene = advance(scene, event)
        if not isinstance(event, Removed):
            found[scene.stage.value] = scene
        if isinstance(event, Judged):
            found[f"verdict-{event.report.verdict.value}-{len(found)}"] = scene
    reading = found["reading"]
    lost = Heard(CardLost(CardRemoved("the card was taken off the reader"), 20.0))
    found["lost"] = advance(reading, lost)
    found["failed"] = advance(reading, Failed(AccessDenied("no key opens it")))
    found["odd reader"] = advance(found["card"], CardPresent(HOSTILE))
    found["odd error"] = advance(reading, Failed(NoReader(HOSTILE, HOSTILE)))
    found["take-off"] = advance(found["verdict"], Cleared(Why.TIME))
    return found


def views(scenes: dict[str, Scene], size: Size) -> list[View]:
    blocks = PhotoPainter(Graphics.BLOCKS, COUNTER)
    found = [View(scene, photo=blocks.of(scene, size).cells) for scene in scenes.values()]
    ready = View(scenes["ready"])
    found += [replace(ready, typed=typed) for typed in ("0010", "IDVNM\nABC<<<", "1|2", HOSTILE, "9" * 4096)]
    found += [replace(view, message=HOSTILE * 3) for view in found]
    details = [view for view in found if view.scene.report is not None or not view.message]
    return found + [replace(view, details=line) for view in details for line in (0, 9999)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size.columns}x{size.rows}")
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_has_exactly_the_size_and_no_control_character(
    language: str, size: Size, scenes: dict[str, Scene]
) -> None:
    assert set(Stage) <= set(scenes)
    for view in views(scenes, size):
        rows = frame(view, Words.of(language), size)
        assert len(rows) == size.rows
        assert {cell_len(row.plain) for row in rows} == {size.columns}
        assert all(row.plain.isprintable() for row in rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_stage_says_what_it_is_and_what_to_do(language: str, scenes: dict[str, Scene]) -> None:
    words = Words.of(language)
    for stage in (Stage.READY, Stage.CARD, Stage.LOST, Stage.TAKE_OFF):
        shown = words_of(frame(View(scenes[stage]), words, Size()))
        assert words.text(f"watch.{stage.value}").upper().replace(" ", "") in shown.replace(" ", "")
        assert words.text(f"watch.{stage.value}.do") in shown
        assert "watch." not in shown.replace("cccd watch ", "")
    shown = words_of(frame(View(scenes["failed"]), words, Size()))
    error = words.error(AccessDenied("no key opens it"))
    assert error.message in shown
    assert error.hint.split()[-1] in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_keys_and_every_one_line_message_fit_into_eighty_columns(language: str) -> None:
    words = Words.of(language)
    values = {"port": "/dev/ttyACM0", "name": "20260601T080000000000Z.cccd"}
    for code in ("keys", "nothing-to-save", "no-folder", "cleared-time", "quit-again", "waits"):
        assert cell_len(words.text(f"watch.{code}")) <= 78, code
    for code in ("saved", "scanner-found"):
        assert cell_len(words.text(f"watch.{code}", **values)) <= 78, code


def test_the_verdict_has_a_word_a_symbol_a_reason_and_the_holder(scenes: dict[str, Scene]) -> None:
    verdicts = {name.split("-")[1]: scene for name, scene in scenes.items() if name.startswith("verdict-")}
    accepted = frame(View(verdicts["accepted"]), Words.of("en"), Size())
    assert "✔   A C C E P T E D" in accepted[2].plain
    assert "green" in str(accepted[2].style)
    shown = words_of(accepted)
    assert all(part in shown for part in ("001090000000", "Nguyễn Văn Thử", "1990-02-01", "2030-02-01"))
    assert "Take the card off the reader." in shown
    rejected = frame(View(verdicts["rejected"]), Words.of("vi"), Size())
    assert "✘   T Ừ     C H Ố I" in rejected[2].plain
    assert "KHÔNG khớp với chip" in words_of(rejected), "the last of them had another's number"


def test_fields_that_nobody_verified_say_so_while_they_come(scenes: dict[str, Scene]) -> None:
    words = Words.of("en")
    rows = frame(View(scenes["reading"]), words, Size())
    assert words.text("data.unverified") in words_of(rows)
    assert "Nguyễn Văn Thử" in words_of(rows)


def test_what_only_explains_gives_way_to_the_holder() -> None:
    [judged] = served("cccd:clone-without-keys")
    scene = advance(advance(Scene(), AccessTaken(NUMBER)), judged)
    small, large = (words_of(frame(View(scene, typed="1"), Words.of("en"), size)) for size in (Size(), Size(100, 40)))
    detail = "INTERNAL AUTHENTICATE refused"
    assert "date of expiry" in small
    assert detail not in small
    assert detail in large


def test_what_has_no_room_is_where_the_last_line_says() -> None:
    [judged] = served("cccd:clone-without-keys")
    scene = advance(advance(Scene(), AccessTaken(NUMBER)), judged)
    shown = words_of(frame(View(scene, fields=ALL), Words.of("en"), Size()))
    assert "… press F2 for the rest" in shown


def test_names_of_a_hostile_chip() -> None:
    record = replace(MAN, full_name=HOSTILE, residence=NFD).record_file
    zone = documents.mrz_file(documents.HOLDER_MRZ)
    files = FileRead(ef.data_group(1), zone), FileRead(ef.data_group(13), record)
    scene = Scene(Stage.READING, files=files)
    for size in SIZES:
        rows = frame(View(scene, fields=ALL), Words.of("vi"), size)
        assert {cell_len(row.plain) for row in rows} == {size.columns}
        shown = "".join(row.plain for row in rows)
        assert not re.search("[\x00-\x1f\x7f-\x9f\u202e\u200b]", shown)
        assert "\\u202e" in shown
        assert "阮文試" in shown


def test_a_window_that_is_too_small_says_so() -> None:
    for size in (Size(79, 24), Size(80, 23), Size(20, 3), Size(1, 1)):
        rows = frame(View(Scene()), Words.of("en"), size)
        assert [cell_len(row.plain) for row in rows] == [size.columns] * size.rows
        assert rows[0].plain.startswith("This window is too"[: size.columns])


def test_details_scroll_within_their_bounds(scenes: dict[str, Scene]) -> None:
    words, view = Words.of("en"), View(scenes["verdict"], details=0)
    assert scrolled(view, words, Size(), -5).details == 0
    end = scrolled(view, words, Size(), 9999)
    assert end.details
    assert scrolled(end, words, Size(), 5) == end
    assert scrolled(end, words, Size(), -5).details == end.details - 5
    assert "policy default" in words_of(frame(end, words, Size()))
    assert scrolled(View(scenes["ready"]), words, Size(), 5).details is None


def test_a_line_that_is_typed_is_shown_but_for_a_code_that_tells_of_the_holder() -> None:
    def shown(typed: str) -> str:
        return words_of(frame(View(Scene(), typed), Words.of("en"), Size()))

    assert "Typed: 00109" in shown("00109")
    assert "Line 2: 9002" in shown("IDVNM090000000\n9002")
    assert "•••••" in shown("0|abc")
    assert "abc" not in shown("0|abc")


def test_a_chip_in_software_is_named_as_such(scenes: dict[str, Scene]) -> None:
    assert "SIMULATION" in frame(View(scenes["verdict"]), Words.of("en"), Size())[0].plain
    real = advance(Scene(), CardPresent("ACS ACR1552"))
    assert "ACS ACR1552" in frame(View(advance(real, Ready())), Words.of("en"), Size())[0].plain


def test_views_hide_what_they_hold(scenes: dict[str, Scene]) -> None:
    assert repr(View(scenes["verdict"], "001090000000")) == "View(verdict)"
