# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Find things in a trust store by their SHA-256, and take them out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from cccd_reader.errors import CccdError
from cccd_reader.pki.trust_store import Anchor, TrustStore

MIN_DIGITS = 8


def find_anchor(store: TrustStore, text: str) -> Anchor:
    """Return the anchor whose SHA-256 begins with these hexadecimal digits, at least eight.

    Raises `CccdError` where there is none or more than one.
    """
    found = store.anchor(_one([each.fingerprint for each in store.anchors], text))
    if found is None:
        raise _nothing(text)
    return found


def without(store: TrustStore, texts: Iterable[str]) -> TrustStore:
    """Return the store without the anchors, master lists and revocation lists whose SHA-256 begin so.

    An anchor goes with its list where nothing else vouches for it. Raises `CccdError` as `find_anchor` does.
    """
    things = [each.fingerprint for each in store.anchors]
    things += [each.fingerprint for each in store.lists]
    things += [each.fingerprint for each in store.crls]
    gone = {_one(things, text) for text in texts}
    anchors = []
    for anchor in store.anchors:
        staying = tuple(
            each for each in anchor.provenances if each.master_list is None or each.master_list.fingerprint not in gone
        )
        if staying and anchor.fingerprint not in gone:
            anchors.append(replace(anchor, provenances=staying))
    crls = tuple(each for each in store.crls if each.fingerprint not in gone)
    return replace(store, anchors=tuple(anchors), crls=crls)


def _one(fingerprints: Iterable[bytes], text: str) -> bytes:
    digits = text.replace(":", "").replace(" ", "").lower()
    if len(digits) < MIN_DIGITS:
        raise CccdError(f"at least {MIN_DIGITS} digits of a SHA-256 are needed", "See them with: cccd trust list")
    found = {each for each in fingerprints if each.hex().startswith(digits)}
    if len(found) > 1:
        raise CccdError("more than one SHA-256 in the store begins with these digits", "Give more of them.")
    if not found:
        raise _nothing(text)
    return found.pop()


def _nothing(text: str) -> CccdError:
    return CccdError(f"nothing in the store has the SHA-256 {text[:16]}", "See what it holds with: cccd trust list")
