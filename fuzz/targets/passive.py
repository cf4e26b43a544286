# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Passive authentication over spoilt files: it never raises, answers every check once, and passes nothing wrong.

The bytes take the place of the file that their outer tag names, by default of EF.SOD.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from cccd_reader.inspection.catalogue import PASSIVE
from cccd_reader.inspection.passive import conclusion, passive_authentication
from cccd_reader.inspection.reading import Evidence, FileRecord
from cccd_reader.inspection.results import Outcome
from cccd_reader.lds import files as ef
from cccd_reader.lds.files import ElementaryFile
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.crl import Crl
from cccd_reader.pki.trust_import import stored_crl
from cccd_reader.pki.trust_store import Acceptance, Anchor, Provenance, TrustStore
from cccd_simulators import documents
from cccd_simulators.algorithms import Algorithm, KeyType
from cccd_simulators.plans import SignerPlan
from fuzz import seeds as all_seeds
from fuzz.oracle import ensure

_AT = datetime(2026, 1, 1, tzinfo=UTC)


def _genuine() -> dict[ElementaryFile, bytes]:
    groups = {
        1: documents.mrz_file(documents.HOLDER_MRZ),
        2: documents.face_file(b"\xff\xd8\xff"),
        14: documents.chip_authentication_file(documents.chip_authentication_public_key()),
    }
    signer = all_seeds.quick_country().document_signer(SignerPlan(algorithm=Algorithm(KeyType.P_256)))
    found = {ef.data_group(number): content for number, content in groups.items()}
    return {
        **found,
        ef.COM: documents.com_file(groups),
        ef.SOD: signer.sign_sod(groups),
        ef.CARD_ACCESS: documents.CARD_ACCESS,
    }


def _trust() -> TrustStore:
    country = all_seeds.quick_country()
    anchor = Anchor.of(
        Certificate.parse(country.csca_certificate), Provenance("csca.cer", _AT, Acceptance.GIVEN_DIRECTLY)
    )
    return TrustStore((anchor,), (stored_crl(Crl.parse(country.crl()), "list.crl", _AT),))


_GENUINE, _TRUST = _genuine(), _trust()


def seeds() -> Iterator[bytes]:
    """Yield the files of one document, and the EF.SOD of others."""
    yield from _GENUINE.values()
    yield from all_seeds.sods()


def consume(data: bytes) -> None:
    """Put one file in the place of a genuine one and authenticate."""
    changed = ef.recognise("unnamed", data) or ef.SOD
    files = {**_GENUINE, changed: data}
    checks = passive_authentication(Evidence(tuple(FileRecord(file, files[file]) for file in files)), _TRUST, _AT)
    ensure(Counter(check.id for check in checks) == Counter(PASSIVE), "a check is missing or stands twice")
    ensure(repr(checks), "a check without a text")
    spoilt = changed.number is not None and files.get(changed) != _GENUINE.get(changed)
    ensure(not spoilt or conclusion(checks) is not Outcome.PASSED, "a data group that nobody signed passes")
