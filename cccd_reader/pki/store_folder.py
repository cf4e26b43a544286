# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A trust store that is kept on a disk, by default in the user's data folder.

    index.json              provenance of every anchor, list and revocation list, and what finds a certificate
    certificates/<sha>.der  the certificates, named after their SHA-256
    crls/<sha>.crl          the revocation lists

The index says who is believed; a certificate that stands in the folder and not in the index is not. What finds a
certificate (names, key identifier) is kept in the index, so that only those that are needed are parsed. Every file is
hashed when the store is loaded: one that was changed stops the load, and so what the index keeps of it cannot be stale.
What was hashed is what is used: a program that runs for days keeps the store that it loaded, whoever changes the files.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cccd_reader.errors import CccdError, MalformedData
from cccd_reader.pki import store_index
from cccd_reader.pki.trust_store import TrustStore
from cccd_reader.storage.files import alone_in, data_folder, write_whole

INDEX, CERTIFICATES, CRLS = "index.json", "certificates", "crls"
MAX_INDEX = 64 << 20
_WHERE = "trust store"
_TRIES = 10  # loads, each of which another program may have overtaken


def default_folder() -> Path:
    """Return where the user's store lies, in the data folder of this program."""
    return data_folder(os.environ) / "trust"


@dataclass(frozen=True)
class StoreFolder:
    """The store in one folder, which need not exist before something is saved."""

    path: Path

    @classmethod
    def default(cls) -> StoreFolder:
        """Return the user's store."""
        return cls(default_folder())

    @staticmethod
    def is_at(path: Path) -> bool:
        """True where a store was saved at `path`."""
        return (path / INDEX).is_file()

    def revision(self) -> str:
        """Return what changes whenever the store does; an empty string where there is none yet."""
        return hashlib.sha256(self._index()).hexdigest() if self.is_at(self.path) else ""

    def load(self) -> TrustStore:
        """Return the store; an empty one where there is none yet.

        Raises `MalformedData` where a file was changed or is missing, `CccdError` where one cannot be read.
        """
        for _ in range(_TRIES - 1):
            revision = self.revision()
            try:
                return self._whole()
            except CccdError:
                if self.revision() == revision:
                    raise  # else another program has saved meanwhile, and removed what this one was about to read
        return self._whole()

    def _whole(self) -> TrustStore:
        held: dict[Path, bytes] = {}
        store = self._decoded(lambda path: held[path] if path in held else store_index.read_file(path))
        for path, fingerprint in self._files(store):
            held[path] = _checked(path, fingerprint)
        return store

    def known(self) -> TrustStore:
        """Return the store without looking at its files, to remove one that was changed or has gone."""
        return self._decoded(store_index.read_file)

    def _decoded(self, read: Callable[[Path], bytes]) -> TrustStore:
        if not self.is_at(self.path):
            return TrustStore()
        return store_index.decode(
            self._index(), lambda each: read(self._certificate_file(each)), lambda each: read(self._crl_file(each))
        )

    def strays(self) -> tuple[str, ...]:
        """Return the files in the folder that the index does not know, which nobody believes."""
        expected = {path.relative_to(self.path) for path, _ in self._files(self.known())} | {Path(INDEX)}
        found = (path.relative_to(self.path) for path in self.path.rglob("*") if path.is_file())
        return tuple(sorted(str(path) for path in found if path not in expected))

    def save(self, store: TrustStore, revision: str) -> None:
        """Write `store` in the place of what had this `revision`; the index is replaced in one step, at the end.

        Raises `CccdError` where the store was changed since, or cannot be written.
        """
        try:
            for folder in (self.path, self.path / CERTIFICATES, self.path / CRLS):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with alone_in(self.path):
                self._replace(store, revision)
        except OSError as error:
            reason = error.strerror or "unknown reason"
            raise CccdError(f"{self.path} cannot be written: {reason}", "Check the rights or give --store.") from error

    def _replace(self, store: TrustStore, revision: str) -> None:
        if self.revision() != revision:
            raise CccdError("the trust store was changed by another program meanwhile", "Do it again.")
        for anchor in store.anchors:
            _write(self._certificate_file(anchor.fingerprint), anchor.certificate.raw)
        for stored in store.crls:
            _write(self._crl_file(stored.fingerprint), stored.crl.raw)
        write_whole(self.path / INDEX, store_index.encode(store))
        self._remove_others(store)

    def _index(self) -> bytes:
        content = _read(self.path / INDEX)
        if len(content) > MAX_INDEX:
            raise MalformedData(f"an index larger than {MAX_INDEX >> 20} MiB", _WHERE)
        return content

    def _certificate_file(self, fingerprint: bytes) -> Path:
        return self._certificates / f"{fingerprint.hex()}.der"

    @cached_property
    def _certificates(self) -> Path:  # joined once, since a store has hundreds of files
        return self.path / CERTIFICATES

    def _crl_file(self, fingerprint: bytes) -> Path:
        return self.path / CRLS / f"{fingerprint.hex()}.crl"

    def _files(self, store: TrustStore) -> Iterable[tuple[Path, bytes]]:
        yield from ((self._certificate_file(each.fingerprint), each.fingerprint) for each in store.anchors)
        yield from ((self._crl_file(each.fingerprint), each.fingerprint) for each in store.crls)

    def _remove_others(self, store: TrustStore) -> None:
        """Remove the files of what was taken out. Only names that this class gives are touched."""
        kept = {path for path, _ in self._files(store)}
        for folder, suffix in ((CERTIFICATES, ".der"), (CRLS, ".crl")):
            for path in (self.path / folder).glob("*" + suffix):
                if len(path.stem) == 64 and path not in kept:
                    path.unlink(missing_ok=True)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> CccdError:
    reason = error.strerror or "unknown reason"
    return CccdError(f"{path} cannot be read: {reason}", "Check the rights, or give another --store.")


def _checked(path: Path, fingerprint: bytes) -> bytes:
    try:
        content = path.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        raise _damaged(path, "is missing") from None
    except OSError as error:
        raise _unreadable(path, error) from error
    if hashlib.sha256(content).digest() != fingerprint:
        raise _damaged(path, "was changed after it was accepted")
    return content


def _damaged(path: Path, what: str) -> MalformedData:
    hint = f"Take it out with: cccd trust remove {path.stem[:16]}, then add it again from its source."
    return MalformedData(f"{path.name} {what}", _WHERE, hint)


def _write(path: Path, content: bytes) -> None:
    if not path.is_file() or path.read_bytes() != content:
        write_whole(path, content)
