# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The frames of the PN532, by its manual's examples and by property."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cccd_reader.transport import pn532_frames as frames
from cccd_reader.transport.pn532_frames import Kind

payloads = st.binary(min_size=2, max_size=frames.MAX_PAYLOAD)

PUBLISHED = [
    ("D402", "0000FF02FED4022A00"),
    ("D50332010607", "0000FF06FAD50332010607E800"),
    ("D41401", "0000FF03FDD414011700"),
    ("D44A0100", "0000FF04FCD44A0100E100"),
]
"""GetFirmwareVersion and its answer, SAMConfiguration, InListPassiveTarget for type A."""


@pytest.mark.parametrize(("payload", "frame"), PUBLISHED, ids=[row[0] for row in PUBLISHED])
def test_the_examples_of_the_manual(payload: str, frame: str) -> None:
    assert frames.encode(bytes.fromhex(payload)).hex().upper() == frame
    found = frames.take(bytearray.fromhex(frame))
    assert found is not None
    assert (found.kind, found.payload) == (Kind.DATA, bytes.fromhex(payload))


@pytest.mark.parametrize(
    ("raw", "kind"), [(frames.ACK, Kind.ACK), (frames.NACK, Kind.NACK), (frames.ERROR, Kind.ERROR)]
)
def test_frames_without_data(raw: bytes, kind: Kind) -> None:
    found = frames.take(bytearray(raw))
    assert found is not None
    assert found.kind is kind


def test_an_extended_frame_has_two_bytes_of_length() -> None:
    assert frames.encode(bytes(255))[3:5] == bytes.fromhex("FF01")
    assert frames.encode(bytes(256))[3:8] == bytes.fromhex("FFFF0100FF")


@pytest.mark.parametrize("size", [0, frames.MAX_PAYLOAD + 1])
def test_a_frame_has_its_bounds(size: int) -> None:
    with pytest.raises(ValueError, match="1 to 265"):
        frames.encode(bytes(size))


@given(payloads, payloads, st.binary(max_size=12))
def test_frames_are_found_behind_one_another_and_behind_noise(one: bytes, other: bytes, noise: bytes) -> None:
    quiet = noise.replace(b"\xff", b"\xfe")  # a start code in the noise may swallow what follows
    buffer = bytearray(quiet + frames.encode(one) + frames.encode(other))
    assert [frame.payload for frame in iter(lambda: frames.take(buffer), None)] == [one, other]
    assert not buffer


@given(payloads)
def test_a_frame_that_is_cut_off_is_waited_for(payload: bytes) -> None:
    raw = frames.encode(b"\xd5" + payload[1:].replace(b"\xff", b"\xfe"))
    buffer = bytearray()
    for byte in raw[:-1]:
        buffer.append(byte)
        assert frames.take(buffer) is None
    buffer.append(raw[-1])
    assert frames.take(buffer) is not None


@given(payloads, st.data())
def test_one_changed_bit_never_passes(payload: bytes, data: st.DataObject) -> None:
    raw = bytearray(frames.encode(payload))
    raw[data.draw(st.integers(3, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    found = frames.take(raw)
    assert found is None or found.kind is not Kind.DATA or found.payload in payload


@given(payloads, st.data())
def test_one_lost_byte_never_passes(payload: bytes, data: st.DataObject) -> None:
    """A lost zero leaves the checksum right: the closing zero tells."""
    raw = bytearray(frames.encode(payload))
    del raw[data.draw(st.integers(len(raw) - len(payload) - 2, len(raw) - 1))]
    assert frames.take(raw) is None


@given(st.binary(max_size=600))
def test_anything_may_come(noise: bytes) -> None:
    buffer = bytearray(noise)
    for _ in range(len(noise) + 1):
        if frames.take(buffer) is None:
            break
    else:
        pytest.fail("frames without end")


@pytest.mark.parametrize("place", range(len(frames.ACK)))
def test_what_remains_of_an_ack_is_known(place: int) -> None:
    changed = bytearray(frames.ACK)
    changed[place] ^= 0x20
    lost = frames.ACK[:place] + frames.ACK[place + 1 :]
    more = frames.ACK[:place] + b"\x77" + frames.ACK[place:]
    assert all(frames.like_ack(bytes(each)) for each in (changed, lost, more))


@pytest.mark.parametrize("noise", ["", "00", "FFFFFFFFFF", "0000FFFF0000AA", "D541009000"])
def test_what_is_no_ack(noise: str) -> None:
    assert not frames.like_ack(bytes.fromhex(noise))


def test_copies_agree_byte_by_byte() -> None:
    raw = frames.encode(b"\xd5\x41\x00" + bytes(range(200)))[1:]
    copies = []
    for place in (20, 90, 150):
        copy = bytearray(raw)
        copy[place] ^= 0xFF
        copies.append(bytes(copy))
    assert frames.agreed(copies[:1]) is None
    assert frames.agreed(copies[:2]) is None
    agreed = frames.agreed(copies)
    assert agreed is not None
    assert agreed.raw == raw


def test_copies_of_other_lengths_do_not_count() -> None:
    raw = frames.encode(b"\xd5\x41\x00\x90\x00")[1:]
    assert frames.agreed([raw, raw[:-2]]) is None
    assert frames.agreed([raw, raw[:-2], raw]) is not None


def test_an_agreement_on_damage_fails_the_checksum() -> None:
    raw = bytearray(frames.encode(b"\xd5\x41\x00\x90\x00")[1:])
    raw[7] ^= 1
    assert frames.agreed([bytes(raw), bytes(raw)]) is None
