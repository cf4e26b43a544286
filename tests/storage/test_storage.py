# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Files that are whole or not there, keys of their owner alone, and what is sealed with them."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cccd_reader.crypto.sealed import derive, keyed_hash, seal, unseal
from cccd_reader.errors import CccdError, MalformedData
from cccd_reader.storage.files import (
    cache_folder,
    create_all,
    create_new,
    data_folder,
    read_bounded,
    write_public,
    write_whole,
)
from cccd_reader.storage.key_file import KEY_BYTES, load_key, load_or_create_key

KEY = bytes(range(32))


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_is_replaced_whole_and_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "file"
    for content in (b"first", b"second, longer", b""):
        write_whole(path, content)
        assert path.read_bytes() == content
    assert (_mode(path), _mode(path.parent)) == (0o600, 0o700)
    assert os.listdir(path.parent) == ["file"]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "folder"
    path.mkdir()
    with pytest.raises(CccdError, match="cannot be written"):
        write_whole(path, b"over a folder")
    assert os.listdir(tmp_path) == ["folder"]


def test_a_public_file_is_whole_too_and_has_the_usual_rights(tmp_path: Path) -> None:
    path, link = tmp_path / "new folder" / "certificates.pem", tmp_path / "link"
    link.symlink_to(path)
    usual = tmp_path / "usual"
    usual.write_bytes(b"")
    for place, content in ((path, b"first"), (link, b"second")):
        write_public(place, content)
        assert path.read_bytes() == content
    assert link.is_symlink()
    assert _mode(path) == _mode(usual)
    assert os.listdir(path.parent) == ["certificates.pem"]


def test_a_public_file_of_which_the_writing_fails_is_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "certificates.pem"
    write_public(path, b"old")

    def refused(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", refused)
    with pytest.raises(CccdError, match="No space left"):
        write_public(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["certificates.pem"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_what_is_no_plain_file_is_written_to_and_stays(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    write_public(tmp_path / "pipe", b"x")
    assert os.read(reader, 9) == b"x"
    os.close(reader)


def test_a_name_that_is_too_long_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(CccdError, match="cannot be made"):
        create_all(tmp_path / ("x" * 300), {"DG1.bin": b"x"})


def test_only_one_creates_a_file(tmp_path: Path) -> None:
    path = tmp_path / "key"
    assert create_new(path, b"one")
    assert not create_new(path, b"two")
    assert path.read_bytes() == b"one"
    assert os.listdir(tmp_path) == ["key"]
    with pytest.raises(CccdError, match="cannot be written"):
        create_new(path / "below a file" / "file", b"x")


def test_a_medium_without_links_gets_whole_files_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As memory sticks are formatted."""

    def refused(_old: str, _new: Path) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    path = tmp_path / "file"
    assert create_new(path, b"one")
    assert not create_new(path, b"two")
    assert (path.read_bytes(), _mode(path)) == (b"one", 0o600)
    assert os.listdir(tmp_path) == ["file"]


def test_files_that_go_together_are_all_written_or_none(tmp_path: Path) -> None:
    folder, files = tmp_path / "above" / "new", {"one": b"1", "two": b"2"}
    assert create_all(folder, files)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files
    assert {_mode(folder), *map(_mode, folder.iterdir())} == {0o700, 0o600}
    assert os.listdir(folder.parent) == ["new"]
    assert not create_all(folder, {"three": b"3", "two": b"another"})
    assert create_all(folder, {"three": b"3"})
    assert sorted(os.listdir(folder)) == ["one", "three", "two"]
    assert (folder / "two").read_bytes() == b"2"


@pytest.mark.parametrize("there", [True, False])
def test_of_files_that_cannot_all_be_written_none_stays(tmp_path: Path, *, there: bool) -> None:
    folder = tmp_path / "folder"
    if there:
        folder.mkdir()
    with pytest.raises(CccdError, match="cannot be"):
        create_all(folder, {"one": b"1", "x" * 300: b"2"})
    assert os.listdir(tmp_path) == (["folder"] if there else [])
    assert not there or not os.listdir(folder)
    (tmp_path / "file").touch()
    with pytest.raises(CccdError, match="cannot be made"):
        create_all(tmp_path / "file", {"one": b"1"})


def test_reading_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert read_bounded(path, 3) is None
    path.write_bytes(b"abc")
    assert read_bounded(path, 3) == b"abc"
    with pytest.raises(CccdError, match="longer than 2"):
        read_bounded(path, 2)
    with pytest.raises(CccdError, match="cannot be read"):
        read_bounded(tmp_path, 2)


def test_the_folders_follow_the_environment() -> None:
    if os.name != "nt":
        assert data_folder({"XDG_DATA_HOME": "x"}) == Path("x", "cccd-reader")
        assert cache_folder({"XDG_CACHE_HOME": "y"}) == Path("y", "cccd-reader")
        assert data_folder({}) == Path.home() / ".local" / "share" / "cccd-reader"
        assert cache_folder({}) == Path.home() / ".cache" / "cccd-reader"


# keys


def test_a_key_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "key"
    assert load_key(path) is None
    made = load_or_create_key(path, os.urandom)
    assert len(made) == KEY_BYTES
    assert load_or_create_key(path, os.urandom) == load_key(path) == made
    assert _mode(path) == 0o600


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(KEY)
    path.chmod(0o640)
    if os.name != "nt":
        with pytest.raises(CccdError, match="can be read by others"):
            load_key(path)


@pytest.mark.parametrize("content", [b"", bytes(31), bytes(33)])
def test_a_file_that_is_no_key_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(CccdError):
        load_or_create_key(path, os.urandom)
    assert path.read_bytes() == content


# sealing


def test_keys_are_derived_as_rfc_5869_says() -> None:
    """Test case 3 (zero-length salt and info) has the info empty; with our label the one-block form is checked."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    for label in ("", "watchlist marks", "khóa"):
        assert derive(KEY, label) == HKDF(SHA256(), 32, None, label.encode()).derive(KEY)


def test_a_keyed_hash_is_the_published_one() -> None:
    """RFC 4231, test case 2."""
    expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert keyed_hash(b"Jefe", "what do ya want for nothing?").hex() == expected


class Fixed:
    """Entropy that is none."""

    def octets(self, count: int) -> bytes:
        return bytes(count)

    def scalar(self, bound: int) -> int:
        raise NotImplementedError


def test_sealing_is_the_published_cipher() -> None:
    """The GCM specification, test case 14: key, nonce and plaintext of zeros."""
    sealed = seal(bytes(32), bytes(16), b"", Fixed())
    assert sealed[12:].hex() == "cea7403d4d606b6e074ec5d3baf39d18" + "d0d1c8a799996bf0265b98b5d48ab919"


@given(st.binary(max_size=64), st.binary(max_size=8), st.data())
def test_what_was_sealed_opens_and_nothing_else_does(plain: bytes, context: bytes, data: st.DataObject) -> None:
    sealed = seal(KEY, plain, context)
    assert unseal(KEY, sealed, context) == plain
    place = data.draw(st.integers(0, len(sealed) - 1))
    spoilt = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
    for wrong in ((KEY, spoilt, context), (KEY[::-1], sealed, context), (KEY, sealed, context + b"x"), (KEY, b"", b"")):
        with pytest.raises(MalformedData):
            unseal(*wrong)
