# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Load the trust store of a large master list for use, against parsing and verifying all of its certificates.

"For use" is what a counter does when the program starts: load the folder and build the chain of one document signer.
The simulated country's CSCA is added to the list's, since no document signer of the real ones is at hand.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench.measure import Count, Result, Split, best, calls
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.chain import ChainReason, build_chain
from cccd_reader.pki.master_list import examine
from cccd_reader.pki.store_folder import StoreFolder
from cccd_reader.pki.trust_store import Acceptance, Anchor, Provenance, TrustStore
from cccd_simulators.issuer import Country
from tests.support.reference import reference_folder

LIST, ROOT = "master_lists/DE_ML_2026-05-28-08-28-45.ml", "csca/DE_ROOT_CA_CSCA07.cer"
GOAL = 1 / 5
RUNS = 5
_AT = datetime(2026, 6, 1, tzinfo=UTC)
_SIGNER = Country.demonstration().document_signer().certificate
_SIGNED = datetime(2022, 4, 19, tzinfo=UTC)


def missing() -> str:
    """Return why this cannot be measured here, an empty string where it can."""
    folder = reference_folder()
    if folder is None or not (folder / LIST).is_file() or not (folder / ROOT).is_file():
        return f"trust store: left out, since the reference data is not there ({LIST})\n"
    return ""


def results() -> Iterator[Result]:
    """Yield the one line, where the reference data is at hand."""
    folder = reference_folder()
    if folder is None or missing():
        return
    with _kept(folder) as kept:
        encoded = [anchor.certificate.raw for anchor in kept.load().anchors]
        floor, ours = best(RUNS, lambda: _everything(encoded), lambda: _use(kept))
    name = f"trust store of {len(encoded)} certificates, loaded for one chain"
    yield Result(name, "parsing all certificates of the list and verifying each under its issuer", floor, ours, GOAL)


def splits() -> Iterator[Split]:
    """Yield nothing: it is measured as a whole."""
    yield from ()


def counts() -> Iterator[Count]:
    """Yield how many certificates are parsed: the signer's and its issuer's."""
    folder = reference_folder()
    if folder is None or missing():
        return
    with _kept(folder) as kept:
        parsed = calls(lambda: _use(kept), vars(Certificate)["_fields"].func)
    yield Count("certificates parsed to build one chain from the store", 2, parsed)


@contextmanager
def _kept(folder: Path) -> Iterator[StoreFolder]:
    with tempfile.TemporaryDirectory(prefix="bench-trust-") as place:
        kept = StoreFolder(Path(place, "trust"))
        kept.save(_store(folder), kept.revision())
        yield kept


def _store(folder: Path) -> TrustStore:
    listed = TrustStore.load(folder / LIST, roots=[folder / ROOT], at=_AT)
    csca = Certificate.parse(Country.demonstration().csca_certificate)
    return listed.merged(TrustStore((Anchor.of(csca, Provenance("csca.cer", _AT, Acceptance.GIVEN_DIRECTLY)),)))


def _everything(encoded: list[bytes]) -> None:
    examine([Certificate.parse(each) for each in encoded])


def _use(kept: StoreFolder) -> None:
    chain = build_chain(Certificate.parse(_SIGNER), kept.load(), _SIGNED)
    if chain.reason is not ChainReason.VERIFIED:
        raise AssertionError("the chain is not verified")
