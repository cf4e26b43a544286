# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What the trust store holds and lacks, or what the settings trust instead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cccd_reader.doctor.shown import is_there, shown
from cccd_reader.doctor.surroundings import StoreState, Trust
from cccd_reader.doctor.trust_checks import CARD_AUTHORITY_KEY, VIETNAM
from cccd_reader.errors import CccdError, MalformedData
from cccd_reader.pki.audit import audit
from cccd_reader.pki.store_folder import StoreFolder
from cccd_reader.pki.trust_store import TrustStore

_FILE = re.compile(r"\b([0-9a-f]{64})\.(?:der|crl)\b")


def gather_trust(paths: Sequence[Path], folder: Path, now: datetime) -> Trust:
    """Load what is trusted: `paths`, or the user's store in `folder` where there are none; and audit it."""
    place = ", ".join(shown(path) for path in paths) or shown(folder)
    own = not paths
    missing = next((path for path in paths if not is_there(path)), None)
    if missing is not None:
        return Trust(place, StoreState.MISSING, own, shown(missing))
    try:
        store = TrustStore.load(*paths) if paths else _kept(folder)
        return _described(store, place, now, own_store=own)
    except MalformedData as error:
        found = _FILE.search(str(error))
        return Trust(place, StoreState.DAMAGED, own, _problem(error), found[1] if found else "")
    except (CccdError, OSError) as error:
        return Trust(place, StoreState.UNREADABLE, own, _problem(error))


def _kept(folder: Path) -> TrustStore:
    try:
        next(folder.iterdir(), None)
    except FileNotFoundError:
        return TrustStore()
    return StoreFolder(folder).load()


def _described(store: TrustStore, place: str, now: datetime, *, own_store: bool) -> Trust:
    keys = {anchor.ref.key_identifier for anchor in store.anchors}
    return Trust(
        place,
        own_store=own_store,
        anchors=len(store.anchors),
        vietnamese=sum(anchor.ref.country == VIETNAM for anchor in store.anchors),
        card_authority=CARD_AUTHORITY_KEY in keys,
        lists=len(store.lists) + len(store.crls),
        audit=audit(store, now),
        newest=_newest(store),
    )


def _newest(store: TrustStore) -> datetime | None:
    """The latest moment that somebody else's clock has signed: this one cannot show an earlier one."""
    signed = [record.signed for record in store.lists if record.signed is not None]
    return max([*signed, *(stored.crl.this_update for stored in store.crls)], default=None)


def _problem(error: Exception) -> str:
    return str(error).replace(str(Path.home()), "~")
