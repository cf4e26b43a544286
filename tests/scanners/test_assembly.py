# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Bytes with their times become scans: line ends, pauses, lines of a zone, frames, noise, bounds."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cccd_reader.scanners.access_text import AccessKind
from cccd_reader.scanners.assembly import MAX_BYTES, Assembler, Timing
from cccd_reader.scanners.events import Event, Scanned, ScanRepair, Unreadable, Why
from cccd_reader.scanners.understand import of_bytes
from tests.lds import samples
from tests.scanners.texts import CAN, CITIZEN_KEY, LINES, NAME, NUMBER, QR, QR_2024, TD3_LINES, ZONE

LINE = QR.encode()
TIMING = Timing()


def assembler() -> Assembler:
    return Assembler(of_bytes, TIMING)


def events(from_: Assembler) -> list[Event]:
    return list(iter(from_.next_event, None))


def sent(*parts: bytes | float) -> list[Event]:
    """The events of bytes and of pauses between them; a long pause follows."""
    line, now = assembler(), 0.0
    found: list[Event] = []
    for part in parts:
        if isinstance(part, bytes):
            line.feed(part, now)
        else:
            now += part
            line.expire(now)
        found += events(line)
    line.expire(now + 60)
    return found + events(line)


def only(*parts: bytes | float) -> Scanned:
    (event,) = sent(*parts)
    assert isinstance(event, Scanned)
    return event


def why(*parts: bytes | float) -> list[Why]:
    found = sent(*parts)
    assert all(isinstance(event, Unreadable) for event in found)
    return [event.why for event in found if isinstance(event, Unreadable)]


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\r\n\r\n", b"\t\r", b"\x03", b"\x04\r\n", b""], ids=count())
@pytest.mark.parametrize("before", [b"", b"\x02", b"]Q1", b"\x02]Q3", b"\r\n", b"\x00"], ids=count())
def test_line_ends_and_frames(before: bytes, end: bytes) -> None:
    access = only(before + LINE + end).access
    assert (access.kind, access.keys[0]) == (AccessKind.QR, CAN)
    assert access.qr is not None
    assert access.qr.full_name == NAME


def test_a_line_end_ends_at_once_and_no_pause_is_awaited() -> None:
    line = assembler()
    line.feed(LINE + b"\r", 0.0)
    assert len(events(line)) == 1
    assert line.deadline is None


def test_one_byte_at_a_time_is_one_scan() -> None:
    assert only(*(part for byte in LINE for part in (bytes([byte]), 0.01)), b"\r\n").access.kind is AccessKind.QR


def test_two_scans_in_one_piece_are_two() -> None:
    assert [type(event) for event in sent(LINE + b"\r" + NUMBER.encode() + b"\r")] == [Scanned, Scanned]
    assert [type(event) for event in sent(b"\x02" + LINE + b"\x03\x02" + LINE + b"\x03")] == [Scanned, Scanned]


def test_a_pause_ends_what_is_whole_and_waits_for_what_is_not() -> None:
    line = assembler()
    line.feed(LINE[:90], 0.0)
    line.expire(TIMING.gap)
    assert line.next_event() is None
    line.feed(LINE[90:], 0.5)
    assert line.deadline == 0.5 + TIMING.gap
    line.expire(0.5 + TIMING.gap)
    assert isinstance(line.next_event(), Scanned)
    assert line.deadline is None


def test_a_scanner_that_sends_line_ends_is_not_ended_by_a_short_pause() -> None:
    line = assembler()
    line.feed(LINE + b"\r", 0.0)
    line.feed(QR_2024.encode()[:-10], 5.0)
    line.expire(5.0 + TIMING.gap)
    assert len(events(line)) == 1
    line.feed(QR_2024.encode()[-10:] + b"\r", 5.5)
    (event,) = events(line)
    assert isinstance(event, Scanned)
    assert event.access.qr is not None
    assert event.access.qr.extra == ("", "Nguyễn Văn Cha", "Trần Thị Mẹ")


def test_six_digits_count_only_with_a_line_end() -> None:
    assert only(b"123456\r").access.kind is AccessKind.CAN
    assert why(NUMBER[:6].encode()) == [Why.NOT_UNDERSTOOD]


def test_a_scan_that_was_cut_off_is_no_scan() -> None:
    assert why(LINE[: LINE.index(b"|Nam")]) == [Why.NOT_UNDERSTOOD]


# the machine readable zone


@pytest.mark.parametrize(
    "parts",
    [
        [ZONE.encode() + b"\r"],
        [ZONE.encode()],
        [ZONE[:40].encode(), ZONE[40:].encode()],
        ["\r\n".join(LINES).encode() + b"\r\n"],
        ["\r".join(LINES).encode() + b"\r"],
        ["\r".join(LINES).encode()],
        [b"\x02" + "\r".join(LINES).encode() + b"\r\x03"],
        [part for line in LINES for part in (line.encode() + b"\r\n", 1.5)],
        [part for line in LINES for part in (line.encode(), 0.3)],
        [LINES[0].encode() + b"\r", LINES[0].encode() + b"\r", "\r".join(LINES[1:]).encode() + b"\r"],
        [part for byte in ZONE.encode() for part in (bytes([byte]), 0.05)],
        [ZONE[:30].encode(), 0.3, ZONE[30:].encode()],
    ],
    ids=count(),
)
def test_a_zone_in_one_or_in_lines(parts: list[bytes | float]) -> None:
    access = only(*parts).access
    assert access.keys == (CAN, CITIZEN_KEY)
    assert access.given is not None
    assert access.given.name_line == ZONE[60:]


def test_zones_of_other_documents() -> None:
    assert only("\r\n".join(TD3_LINES).encode() + b"\r\n").access.mrz is not None
    assert only(samples.TD2.encode() + b"\r").access.mrz is not None


def test_a_zone_with_lines_missing_is_named() -> None:
    assert why(LINES[0].encode() + b"\r", LINES[1].encode() + b"\r") == [Why.MRZ_INCOMPLETE]
    assert why(TD3_LINES[0].encode() + b"\r") == [Why.MRZ_INCOMPLETE]


def test_a_wrong_zone_is_told_at_its_last_line() -> None:
    line = assembler()
    line.feed("\r".join([LINES[0], LINES[1].replace("9002018", "9002028"), LINES[2]]).encode() + b"\r", 0.0)
    (event,) = events(line)
    assert isinstance(event, Unreadable)
    assert "date of birth" in str(event.error)
    line.feed("\r".join([TD3_LINES[0], TD3_LINES[1].replace("7408122", "7408132")]).encode() + b"\r", 9.0)
    (event,) = events(line)
    assert isinstance(event, Unreadable)
    assert "date of birth" in str(event.error)


def test_another_scan_ends_a_zone_that_has_begun() -> None:
    first, second = sent(LINES[0].encode() + b"\r", NUMBER.encode() + b"\r")
    assert isinstance(first, Unreadable)
    assert first.why is Why.MRZ_INCOMPLETE
    assert isinstance(second, Scanned)


# what is not a scan


@pytest.mark.parametrize("text", [b"8934563138164\r", b"ABC-123\r", b"https://example.test/x\r", b"hello world\r"])
def test_other_codes_are_told_at_once(text: bytes) -> None:
    line = assembler()
    line.feed(text, 0.0)
    (event,) = events(line)
    assert isinstance(event, Unreadable)
    assert event.why is Why.NOT_UNDERSTOOD


@pytest.mark.parametrize("noise", [b"\xff", b"\x00\x00", b"\xfe\xff\x80", b"\r\n\r\n"], ids=count())
def test_a_little_noise_is_nothing_and_spoils_nothing(noise: bytes) -> None:
    assert sent(noise) == []
    assert only(noise, 5.0, LINE + b"\r").repairs == ()


def test_noise_before_a_scan_is_taken_off() -> None:
    scanned = only(b"\x00\xff\x80\xfe" + LINE + b"\r")
    assert scanned.repairs == (ScanRepair.NOISE_REMOVED,)
    assert scanned.access.keys[0] == CAN


def test_much_noise_is_told_once() -> None:
    noise = bytes(0x80 + number % 0x7F for number in range(300))
    assert why(noise, 0.01, noise + b"\r\r", 0.01, noise, 0.1, noise) == [Why.GARBLED]


def test_noise_is_told_after_a_short_pause_and_wide_text_is_no_noise() -> None:
    line = assembler()
    line.feed(b"\xf8\x00\xfe\xe0" * 4, 0.0)
    line.expire(TIMING.gap)
    assert [type(event) for event in events(line)] == [Unreadable]
    wide = QR.encode("utf-16-le")
    assert only(wide[:60], 0.5, wide[60:] + b"\r\x00\n\x00").access.keys[0] == CAN


def test_a_scan_after_the_noise_is_read() -> None:
    first, second = sent(b"\xf8\x00\xfe\xe0" * 20 + b"\r", 0.01, b"\xff" * 9, 0.5, LINE + b"\r")
    assert isinstance(first, Unreadable)
    assert isinstance(second, Scanned)


def test_a_scanner_that_never_stops_is_bounded_and_told_once() -> None:
    line = assembler()
    found: list[Event] = []
    for number in range(50):
        line.feed(b"7" * 1000, number / 100)
        found += events(line)
        assert len(line._buffer) <= MAX_BYTES
    assert [event.why for event in found if isinstance(event, Unreadable)] == [Why.TOO_LONG]
    line.feed(LINE + b"\r", 9.0)
    assert [type(event) for event in events(line)] == [Scanned]


def test_an_event_shows_nothing_of_the_scan() -> None:
    for event in (only(LINE + b"\r"), sent(b"123456789012345\r")[0], sent(ZONE[:60].encode() + b"\r")[0]):
        assert not any(part in repr(event) for part in ("0010", "1234", "0900", "Ngu", "NGU"))


@given(st.lists(st.tuples(st.binary(max_size=60), st.floats(0, 3)), max_size=12))
def test_anything_may_be_sent(parts: list[tuple[bytes, float]]) -> None:
    line, now = assembler(), 0.0
    for data, pause in parts:
        line.feed(data, now)
        now += pause
        line.expire(now)
    line.expire(now + 60)
    assert line.deadline is None
    line.feed(LINE + b"\r", now + 120)
    assert isinstance(events(line)[-1], Scanned)
