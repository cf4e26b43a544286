# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Keys from what a terminal sends: whole, in pieces, unknown, and what is typed at the counter with them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from cccd_reader.cli.keys import Key, Keys
from cccd_reader.cli.typed import Typing
from cccd_reader.scanners.access_text import AccessKind
from cccd_reader.scanners.events import Scanned, Unreadable
from tests.scanners.texts import LINES, QR

SEQUENCES = {
    Key.DETAILS: (b"\x1bOQ", b"\x1b[12~", b"\x1b[[B", b"\x04"),
    Key.SAVE: (b"\x1bOR", b"\x1b[13~", b"\x1b[[C", b"\x17"),
    Key.REPORT: (b"\x1bOS", b"\x1b[14~", b"\x1b[[D", b"\x12"),
    Key.LANGUAGE: (b"\x1b[15~", b"\x1b[[E", b"\x0c"),
    Key.QUIT: (b"\x11", b"\x03"),
    Key.ENTER: (b"\r", b"\n"),
    Key.BACKSPACE: (b"\x7f", b"\x08"),
    Key.UP: (b"\x1b[A", b"\x1bOA", b"\x1b[5~"),
    Key.DOWN: (b"\x1b[B", b"\x1bOB", b"\x1b[6~"),
}
PAIRS = [(key, sequence) for key, sequences in SEQUENCES.items() for sequence in sequences]
UNKNOWN = [
    b"\x1b[1;5C",  # Ctrl and an arrow
    b"\x1b[99~",
    b"\x1b[200~",
    b"\x1b[?62;4;22c",  # what a terminal says of itself
    b"\x1b[<0;10;10M",  # a mouse
    b"\x1bOx",
    b"\x1b_Gi=1;OK\x1b\\",  # kitty's answer
    b"\x1bP1$r0m\x1b\\",
    b"\x1b]11;rgb:0000/0000/0000\x07",
    b"\x1b]11;rgb:0000/0000/0000\x1b\\",
    b"\x00",
    b"\x1f",
]


def test_every_key_has_a_sequence() -> None:
    assert {*SEQUENCES, Key.CLEAR} == set(Key)


@pytest.mark.parametrize(("key", "sequence"), PAIRS)
def test_a_sequence_is_its_key_wherever_it_is_cut(key: Key, sequence: bytes) -> None:
    for cut in range(len(sequence)):
        keys = Keys()
        found = keys.feed(b"1" + sequence[:cut])
        assert keys.pending == (cut > 0)
        assert found + keys.feed(sequence[cut:] + b"2") == ["1", key, "2"]
        assert not keys.pending


@pytest.mark.parametrize("sequence", UNKNOWN)
def test_an_unknown_sequence_is_nothing_wherever_it_is_cut(sequence: bytes) -> None:
    for cut in range(len(sequence)):
        keys = Keys()
        found = keys.feed(b"1" + sequence[:cut])
        assert found + keys.feed(sequence[cut:] + b"2") == ["1", "2"]


def test_escape_alone_is_a_key_once_nothing_follows() -> None:
    keys = Keys()
    assert keys.feed(b"\x1b") == []
    assert keys.flush() == [Key.CLEAR]
    assert keys.feed(b"\x1b\x1b") == [Key.CLEAR]
    assert keys.flush() == [Key.CLEAR]
    assert keys.flush() == []


@pytest.mark.parametrize("begun", [b"\x1b[", b"\x1b[1", b"\x1bO", b"\x1b_Gi=1;", b"\x1bP" + b"x" * 9000, b"\x1b]0;"])
def test_the_wreck_of_a_sequence_is_dropped(begun: bytes) -> None:
    keys = Keys()
    assert keys.feed(begun) == []
    assert keys.flush() == []
    assert keys.feed(b"7") == ["7"]


def test_an_answer_without_an_end_is_not_kept_for_ever() -> None:
    keys = Keys()
    assert keys.feed(b"\x1b_") == []
    for _ in range(10):
        assert keys.feed(b"x" * 4000) == []
    assert len(repr(vars(keys))) < 10_000
    assert keys.feed(b"x\x1b\\7") == ["7"]
    assert keys.feed(b"\x1b_x\x1bOQ") == [Key.DETAILS]


def test_letters_are_put_together_wherever_they_are_cut() -> None:
    raw = "Thử 阮".encode()
    for cut in range(len(raw)):
        keys = Keys()
        assert "".join(keys.feed(raw[:cut]) + keys.feed(raw[cut:])) == "Thử 阮"
    assert Keys().feed(b"\xff") == ["\ufffd"]


# what is typed with them


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def typed(*keys: str | Key) -> Typing:
    typing = Typing(Clock())
    for key in keys:
        typing.press(key)
        assert list(typing.events()) == []
    return typing


def kinds(typing: Typing) -> list[AccessKind]:
    return [event.access.kind for event in typing.events() if isinstance(event, Scanned)]


def test_a_number_and_enter() -> None:
    typing = typed(*"001090000000")
    assert typing.text == "001090000000"
    typing.press(Key.ENTER)
    assert kinds(typing) == [AccessKind.PERSONAL_NUMBER]
    assert typing.text == ""


def test_a_burst_without_enter_is_ended_by_its_pause() -> None:
    clock = Clock()
    typing = Typing(clock)
    typing.press(QR)
    assert list(typing.events()) == []
    clock.now += 0.3
    assert kinds(typing) == [AccessKind.QR]


def test_a_person_with_enter_and_a_scanner_without_take_turns() -> None:
    clock = Clock()
    typing = Typing(clock)
    for text, pause in (("001090000000", 0.0), (QR, 0.3), ("001090000000", 0.0), (QR, 0.3)):
        typing.press(text)
        if not pause:
            typing.press(Key.ENTER)
        clock.now += pause
        assert len(kinds(typing)) == 1
        clock.now += 60


def test_a_mistake_is_corrected_and_lines_before_it_are_not_lost() -> None:
    first, second, third = LINES
    typing = typed(first, Key.ENTER, second[:-1] + "X", Key.BACKSPACE, second[-1], Key.ENTER)
    assert typing.text == f"{first}\n{second}\n"
    typing.press(Key.BACKSPACE)
    typing.press(Key.ENTER)
    assert list(typing.events()) == []
    typing.press(third)
    typing.press(Key.ENTER)
    assert kinds(typing) == [AccessKind.MRZ]
    assert typing.text == ""


def test_backspace_where_nothing_was_typed_is_nothing() -> None:
    assert typed(Key.BACKSPACE, Key.ENTER, "1", Key.BACKSPACE, Key.BACKSPACE).text == ""


def test_what_is_noise_is_not_kept() -> None:
    typing = Typing(Clock())
    typing.press("-")
    typing.press(Key.ENTER)
    assert (list(typing.events()), typing.text) == ([], "")


def test_what_is_left_half_done_is_forgotten() -> None:
    clock = Clock()
    typing = Typing(clock)
    typing.press("00109")
    clock.now += 29
    assert list(typing.events()) == []
    clock.now += 2
    assert [type(event) for event in typing.events()] == [Unreadable]
    assert typing.text == ""


def test_too_much_is_refused() -> None:
    typing = Typing(Clock())
    for _ in range(5):
        typing.press("7" * 1000)
    assert [type(event) for event in typing.events()] == [Unreadable]
    assert typing.text == ""
