# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Certificate revocation lists of a CSCA (ICAO 9303-12, 7.1.4; RFC 5280, 5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from cccd_simulators import certificates, der
from cccd_simulators.certificates import AuthorityKey, Credential
from cccd_simulators.names import NameForm

REVOKED_ON = datetime(2022, 4, 15, tzinfo=UTC)
"""Before the demonstration documents are signed, so that a revocation counts for them whatever the rule."""
KEY_COMPROMISE = 1


@dataclass(frozen=True)
class Revoked:
    """A revoked certificate: its serial number, the time, and a reason code, None for none (RFC 5280, 5.3.1)."""

    serial: int
    on: datetime = REVOKED_ON
    reason: int | None = None


@dataclass(frozen=True)
class CrlPlan:
    """What a revocation list says of itself; all times are in UTC. The standard one is good from 2022 to 2044."""

    this_update: datetime = datetime(2022, 4, 18, tzinfo=UTC)
    next_update: datetime | None = datetime(2044, 7, 5, tzinfo=UTC)
    number: int = 1
    issuer_form: NameForm | None = None
    """None: the issuer as the CSCA's certificate writes it."""
    authority_key: AuthorityKey = AuthorityKey.IDENTIFIER


OUTDATED_CRL = CrlPlan(datetime(2022, 4, 18, tzinfo=UTC), datetime(2022, 7, 17, tzinfo=UTC))
"""A list of three months, as the standard asks, of which nobody fetched the next one."""
FUTURE_CRL = CrlPlan(datetime(2043, 1, 1, tzinfo=UTC), datetime(2043, 4, 1, tzinfo=UTC))
ENDLESS_CRL = CrlPlan(next_update=None)


def revocation_list(issuer: Credential, revoked: Iterable[Revoked] = (), plan: CrlPlan | None = None) -> bytes:
    """Return a CRL of version 2 in DER, signed by `issuer`."""
    plan = plan or CrlPlan()
    algorithm = issuer.key.algorithm.signature_identifier
    entries = [_entry(each) for each in revoked]
    number = certificates.extension("2.5.29.20", der.integer(plan.number))
    body = der.sequence(
        der.integer(1),
        algorithm,
        bytes(issuer.subject.written(plan.issuer_form)),
        der.time(plan.this_update),
        der.time(plan.next_update) if plan.next_update else b"",
        der.sequence(*entries) if entries else b"",  # RFC 5280, 5.1.2.6: absent where nothing is revoked
        der.tagged(0, der.sequence(certificates.authority_key(issuer, plan.authority_key), number)),
    )
    return der.sequence(body, algorithm, der.bit_string(issuer.key.sign(body)))


def _entry(revoked: Revoked) -> bytes:
    extensions = b""
    if revoked.reason is not None:
        extensions = der.sequence(certificates.extension("2.5.29.21", der.enumerated(revoked.reason)))
    return der.sequence(der.integer(revoked.serial), der.time(revoked.on), extensions)
