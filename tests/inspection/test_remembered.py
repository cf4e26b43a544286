# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What one document leaves behind for the next: its signer's certificate and who signed that, never a verdict."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from bench.measure import calls
from cccd_reader.crypto.signatures import verify_signature
from cccd_reader.inspection.issuer import REVOCATION, SIGNATURE
from cccd_reader.inspection.passive import passive_authentication
from cccd_reader.inspection.reading import Evidence, FileRecord
from cccd_reader.inspection.results import Reason
from cccd_reader.lds import files as ef
from cccd_reader.lds.dg1 import DataGroup1
from cccd_reader.lds.security_infos import SecurityInfos
from cccd_reader.lds.sod import Sod
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.cms import SignedData
from cccd_reader.pki.trust_store import TrustStore
from cccd_simulators import documents, plans
from cccd_simulators.crl import Revoked
from cccd_simulators.issuer import Country
from tests.support.trust import AT, COUNTRY, DEMONSTRATION, GROUPS, evidence, trust

NEXT = GROUPS | {2: GROUPS[2][:-1] + b"\x00"}


def _reasons(document: Evidence, store: TrustStore) -> dict[str, Reason]:
    return {check.id: check.reason for check in passive_authentication(document, store, AT)}


def _signer(document: Evidence) -> Certificate:
    sod = Sod.parse(document.content(ef.SOD) or b"")
    (certificate,) = SignedData.parse(sod.signed_data).certificates
    return certificate


def test_the_next_document_of_a_signer_costs_one_signature() -> None:
    signer = COUNTRY.document_signer(plans.SignerPlan(serial=0x5EED))
    store = trust(COUNTRY.csca_certificate, crls=[COUNTRY.crl()])
    first, following = (evidence(signer.sign_sod(groups), groups) for groups in (GROUPS, NEXT))
    assert calls(partial(_reasons, first, store), verify_signature) == 3
    assert calls(partial(_reasons, following, store), verify_signature) == 1
    assert _reasons(following, store)[SIGNATURE] is Reason.CHAIN_VERIFIED


def test_what_held_under_one_trust_store_says_nothing_under_another() -> None:
    document = evidence()
    assert _reasons(document, DEMONSTRATION)[SIGNATURE] is Reason.CHAIN_VERIFIED
    assert _reasons(document, TrustStore())[SIGNATURE] is Reason.CSCA_UNKNOWN
    namesake = Country.create("VN", b"another key of the same name")
    assert _reasons(document, trust(namesake.csca_certificate))[SIGNATURE] is Reason.CSCA_UNKNOWN
    assert _reasons(document, DEMONSTRATION)[SIGNATURE] is Reason.CHAIN_VERIFIED


def test_a_signer_that_is_revoked_meanwhile() -> None:
    document = evidence()
    assert _reasons(document, DEMONSTRATION)[REVOCATION] is Reason.NOT_REVOKED
    signer = _signer(document)
    revoked = COUNTRY.crl([Revoked(signer.serial)])
    assert _reasons(document, trust(COUNTRY.csca_certificate, crls=[revoked]))[REVOCATION] is Reason.REVOKED


def test_a_signer_that_differs_in_one_bit_is_another() -> None:
    genuine, changed = evidence(), bytearray(evidence().content(ef.SOD) or b"")
    assert _reasons(genuine, DEMONSTRATION)[SIGNATURE] is Reason.CHAIN_VERIFIED
    signer = _signer(genuine)
    changed[changed.index(signer.raw) + len(signer.raw) - 1] ^= 1  # the end of the CSCA's signature
    assert _reasons(evidence(bytes(changed)), DEMONSTRATION)[SIGNATURE] is Reason.CHAIN_SIGNATURE_INVALID
    assert Certificate.recall(signer.raw) == signer


def test_evidence_is_parsed_once_and_other_evidence_anew() -> None:
    document = evidence()
    parsers = [vars(each)["parse"].__func__ for each in (DataGroup1, SecurityInfos)]
    for parse, files in zip(parsers, (1, 2), strict=True):
        fresh = replace(document)
        assert calls(partial(_reasons, fresh, DEMONSTRATION), parse) == files
        assert calls(partial(_reasons, fresh, DEMONSTRATION), parse) == 0
    other = documents.mrz_file((documents.HOLDER_MRZ[0].replace("IDVNM", "IDNLD"), *documents.HOLDER_MRZ[1:]))
    records = [record for record in document.files if record.file != ef.data_group(1)]
    exchanged = replace(document, files=(*records, FileRecord(ef.data_group(1), other)))
    assert document.mrz is not None
    assert exchanged.mrz is not None
    assert (document.mrz.issuing_state, exchanged.mrz.issuing_state) == ("VNM", "NLD")


def test_of_two_records_of_a_file_the_first_counts() -> None:
    first, second = FileRecord(ef.COM, b"\x60\x00"), FileRecord(ef.COM, status=0x6A82)
    assert Evidence((first, second)).file(ef.COM) is first
    assert Evidence((second, first)).content(ef.COM) is None
    assert Evidence((first,)).file(ef.SOD) is None
