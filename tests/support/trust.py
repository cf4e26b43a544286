# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Trust stores and documents for tests, in a line each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from cccd_reader.apdu import tlv
from cccd_reader.inspection.reading import Evidence, FileRecord
from cccd_reader.lds import files as ef
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.crl import Crl
from cccd_reader.pki.trust_import import stored_crl
from cccd_reader.pki.trust_store import Acceptance, Anchor, Provenance, TrustStore
from cccd_simulators import documents
from cccd_simulators.issuer import Country

AT = datetime(2026, 6, 1, tzinfo=UTC)
COUNTRY = Country.demonstration()

GROUPS: dict[int, bytes] = {
    1: documents.mrz_file(documents.HOLDER_MRZ),
    2: tlv.encode(0x75, bytes(range(256))),
    13: documents.citizen_record_file(),
    14: documents.chip_authentication_file(documents.chip_authentication_public_key()),
}


def trust(
    *certificates: bytes, crls: Iterable[bytes] = (), acceptance: Acceptance = Acceptance.GIVEN_DIRECTLY
) -> TrustStore:
    """Return a store with these anchors and revocation lists, in DER."""
    why = Provenance("test", AT, acceptance, "" if acceptance.verified else "nobody vouches for it")
    anchors = tuple(Anchor.of(Certificate.parse(each), why) for each in certificates)
    return TrustStore(anchors, tuple(stored_crl(Crl.parse(each), "test", AT) for each in crls))


DEMONSTRATION = trust(COUNTRY.csca_certificate, crls=[COUNTRY.crl()])


def evidence(
    sod: bytes | None = None, groups: Mapping[int, bytes] | None = None, extra: Iterable[FileRecord] = ()
) -> Evidence:
    """Return a document's files: EF.COM and EF.CardAccess that fit, the groups, and the SOD of the demonstration."""
    groups = GROUPS if groups is None else groups
    given = {record.file for record in extra}
    records = {
        ef.COM: documents.com_file(tuple(sorted(groups))),
        ef.CARD_ACCESS: documents.CARD_ACCESS,
        ef.SOD: COUNTRY.document_signer().sign_sod(groups) if sod is None else sod,
        **{ef.data_group(number): content for number, content in groups.items()},
    }
    kept = tuple(FileRecord(file, content) for file, content in records.items() if file not in given)
    return Evidence((*kept, *extra))
