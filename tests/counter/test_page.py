# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""docs/watch.md shows what the counter shows: its recorded screens are painted again, from the same three customers."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from cccd_reader.counter.events import CardAwaited, Judged
from cccd_reader.counter.scene import Scene, advance
from cccd_reader.messages.words import Words
from cccd_reader.render import counter_event
from cccd_reader.render.counter_photo import Graphics, PhotoPainter
from cccd_reader.render.counter_screen import Size, View, frame
from cccd_reader.render.fields import COUNTER
from cccd_reader.scanners.access_text import parse_access
from cccd_simulators.holders import HOLDERS
from tests.support.counter import Place, serve
from tests.support.reference import REPOSITORY

PAGE = (REPOSITORY / "docs" / "watch.md").read_text(encoding="utf-8")
SCREENS = dict(re.findall(r"<!-- screen: (\S+) -->\n```text\n(.*?)\n```", PAGE, re.DOTALL))
QR = {holder.persona: parse_access(holder.qr.text) for holder in HOLDERS}
READER = "Virtual PCD 00 00"


@pytest.fixture(scope="module")
def views() -> dict[str, View]:
    """The views of the page's screens."""
    place = Place(["cccd", "cccd:clone-without-keys", "cccd"], late=1)
    log = serve(place, [QR["cccd"], QR["cccd"], QR["cccd-woman"]])
    scene, scenes = Scene(), []
    card = Scene()
    for event in log.events:
        scene = advance(scene, event)
        card = scene if isinstance(event, CardAwaited) else card
        scenes += [replace(scene, reader=READER)] if isinstance(event, Judged) else []
    genuine, clone, wrong = scenes
    found = {
        "ready": View(Scene(), message=Words.of("en").text("watch.scanner-found", port="/dev/ttyACM0")),
        "card": View(card),
        "genuine": View(genuine),
        "clone": View(clone),
        "details": View(clone, details=0),
        "wrong-qr": View(wrong),
        "vietnamese": View(replace(wrong, card_lies=False)),
        "cleared": View(Scene(reader=READER)),
    }
    painter = PhotoPainter(Graphics.BLOCKS, COUNTER)
    return {name: replace(view, photo=painter.of(view.scene, Size()).cells) for name, view in found.items()}


def test_every_screen_of_the_page_is_painted_so(views: dict[str, View]) -> None:
    for name, view in views.items():
        rows = frame(view, Words.of("vi" if name == "vietnamese" else "en"), Size())
        shown = "\n".join(row.plain.rstrip() for row in rows).rstrip("\n")
        assert shown == SCREENS[name], f"record it anew: scripts/watch_screens ({name})"
    assert set(views) == set(SCREENS)


def test_the_readme_shows_one_of_them() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert f"```text\n{SCREENS['wrong-qr']}\n```" in readme


def test_every_event_and_command_of_the_page_is_there() -> None:
    known = {each["title"] for each in counter_event.json_schema()["oneOf"]}
    table = PAGE.partition("| event | says |")[2]
    assert {
        name for row in re.findall(r"^\| (`[^|]*) \|", table, re.M) for name in re.findall(r"`([^`]+)`", row)
    } == known
    commands = [json.loads(line) for line in re.findall(r"^    (\{.*\})$", PAGE, re.MULTILINE)]
    assert [each["command"] for each in commands] == ["start", "cancel", "quit"]
