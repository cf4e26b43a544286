# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Revocation lists, and what they say about a certificate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from operator import attrgetter

from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.chain import build_chain
from cccd_reader.pki.crl import Crl
from cccd_reader.pki.revocation import revocations
from cccd_reader.pki.trust_import import stored_crl
from cccd_reader.pki.trust_store import Acceptance, Anchor, Provenance, TrustStore
from cccd_simulators.algorithms import Algorithm, KeyType
from cccd_simulators.plans import SignerPlan
from fuzz import seeds as all_seeds
from fuzz.oracle import ensure, parsed, refused

_AT = datetime(2026, 1, 1, tzinfo=UTC)
_CSCA = Certificate.parse(all_seeds.quick_country().csca_certificate)
_STORE = TrustStore((Anchor.of(_CSCA, Provenance("csca.cer", _AT, Acceptance.GIVEN_DIRECTLY)),))
_SIGNED = datetime(2022, 5, 1, tzinfo=UTC)
_SIGNER = all_seeds.quick_country().document_signer(SignerPlan(algorithm=Algorithm(KeyType.P_256))).certificate
_CHAIN = build_chain(Certificate.parse(_SIGNER), _STORE, _SIGNED)


def seeds() -> Iterator[bytes]:
    """Yield lists of the country that the chain below is of."""
    yield from all_seeds.revocation_lists()


def consume(data: bytes) -> None:
    """Parse a list, check it, and ask whether a signer is revoked."""
    crl = parsed(Crl.parse, data)
    if crl is None:
        return
    ensure(crl.raw == data and crl.tbs in data, "octets were changed")
    parsed(attrgetter("revoked"), crl)
    refused(crl.verify, _CSCA.public_key)
    _ = crl.issuer.key
    store = replace(_STORE, crls=(stored_crl(crl, "fuzz.crl", _AT),))
    answers = revocations(_CHAIN.path, store, _AT)
    ensure(len(answers) == len(_CHAIN.path) and all(answer.detail for answer in answers), "a level without an answer")
