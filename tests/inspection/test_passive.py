# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Passive authentication: every reason of every check has its case, and every tampering is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cccd_reader.apdu import tlv
from cccd_reader.errors import MalformedData
from cccd_reader.inspection import integrity, signature
from cccd_reader.inspection.catalogue import PASSIVE, SOD_HASH, SOD_SIGNATURE
from cccd_reader.inspection.consistency import CARD_ACCESS, COUNTRY
from cccd_reader.inspection.folder import MAX_FILE, MAX_FILES, evidence_of_folder
from cccd_reader.inspection.integrity import COM
from cccd_reader.inspection.issuer import PROFILE, REVOCATION, SIGNATURE, VALIDITY
from cccd_reader.inspection.passive import authenticated, conclusion, passive_authentication
from cccd_reader.inspection.reading import Evidence, FileRecord
from cccd_reader.inspection.results import Check, Outcome, Reason
from cccd_reader.lds import files as ef
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.cms import SignedData
from cccd_reader.pki.trust_store import Acceptance, TrustStore
from cccd_simulators import documents, plans
from cccd_simulators.algorithms import Algorithm, Parameters
from cccd_simulators.certificates import extension
from cccd_simulators.cms_builder import Attributes, Encoding, Form, SignerId
from cccd_simulators.crl import ENDLESS_CRL, FUTURE_CRL, OUTDATED_CRL, Revoked
from cccd_simulators.document_signer import LdsVersion, SecurityObject, sign_sod_together
from cccd_simulators.issuer import Country
from cccd_simulators.plans import CscaPlan, SignerPlan
from tests.support.trust import AT, DEMONSTRATION, GROUPS, evidence, trust
from tests.support.trust import COUNTRY as VN

UT = Country.create("UT", b"another country")
GENUINE = evidence()


def _checks(document: Evidence, store: TrustStore = DEMONSTRATION, at: datetime = AT) -> dict[str, Check]:
    checks = passive_authentication(document, store, at)
    assert tuple(check.id for check in checks) == PASSIVE
    return {check.id: check for check in checks}


def _signed(plan: SignerPlan | None = None, form: Form | None = None, country: Country = VN) -> Evidence:
    return evidence(country.document_signer(plan).sign_sod(GROUPS, form))


def _with(*extra: FileRecord) -> Evidence:
    return evidence(extra=extra)


def _sod(**change: object) -> FileRecord:
    return FileRecord(ef.SOD, **change)  # type: ignore[arg-type]  # -- content, status or problem


def _group(number: int, **change: object) -> FileRecord:
    return FileRecord(ef.data_group(number), **change)  # type: ignore[arg-type]  # -- as above


def _without(number: int) -> Evidence:
    return Evidence(tuple(record for record in GENUINE.files if record.file != ef.data_group(number)))


def _spoilt_sod(position: int) -> Evidence:
    sod = bytearray(GENUINE.content(ef.SOD) or b"")
    sod[position] ^= 1
    return evidence(bytes(sod))


def _other_country_mrz() -> Evidence:
    first = documents.HOLDER_MRZ[0].replace("IDVNM", "IDNLD")
    groups = GROUPS | {1: documents.mrz_file((first, *documents.HOLDER_MRZ[1:]))}
    return evidence(VN.document_signer().sign_sod(groups), groups)


_NO_CERTIFICATE = Form(certificates=())
_UNKNOWN_CURVE = UT.impostor()
_MALFORMED_EXTENSION = SignerPlan(71, more_extensions=(extension("2.23.136.1.1.6.2", b"\x31\x00"),))
_AFTER = datetime(2020, 1, 1, tzinfo=UTC)
_V1 = SecurityObject(version=LdsVersion.V1)
_COM_0107 = documents.com_file(tuple(sorted(GROUPS)))

Case = tuple[str, Callable[[], dict[str, Check]]]
CASES: dict[Reason, Case] = {
    Reason.DIGEST_MATCHES: (SOD_HASH, lambda: _checks(GENUINE)),
    Reason.SIGNED_DIRECTLY: (SOD_HASH, lambda: _checks(_signed(form=Form(attributes=Attributes.NONE)))),
    Reason.DIGEST_MISMATCH: (SOD_HASH, lambda: _checks(_signed(form=Form(attributes=Attributes.WRONG_DIGEST)))),
    Reason.CONTENT_TYPE_MISMATCH: (
        SOD_HASH,
        lambda: _checks(_signed(form=Form(attributes=Attributes.WRONG_CONTENT_TYPE))),
    ),
    Reason.SOD_MISSING: (SOD_HASH, lambda: _checks(_with(_sod(status=0x6A82)))),
    Reason.SOD_MALFORMED: (SOD_SIGNATURE, lambda: _checks(_with(_sod(content=b"\x77\x02\x30\x00")))),
    Reason.SOD_NOT_READ: (SOD_SIGNATURE, lambda: _checks(_with(_sod(problem="an empty answer")))),
    Reason.SIGNATURE_VALID: (SOD_SIGNATURE, lambda: _checks(GENUINE)),
    Reason.SIGNATURE_INVALID: (SOD_SIGNATURE, lambda: _checks(_spoilt_sod(-3))),
    Reason.SIGNER_MISSING: (SOD_SIGNATURE, lambda: _checks(evidence(sign_sod_together([], GROUPS)))),
    Reason.SIGNER_CERTIFICATE_MISSING: (SOD_SIGNATURE, lambda: _checks(_signed(form=_NO_CERTIFICATE))),
    Reason.SIGNER_CERTIFICATE_MALFORMED: (SOD_SIGNATURE, lambda: _checks(_broken_key())),
    Reason.ALGORITHM_UNSUPPORTED: (
        SIGNATURE,
        lambda: _checks(_signed(country=UT), trust(_UNKNOWN_CURVE.csca_certificate)),
    ),
    Reason.CHAIN_VERIFIED: (SIGNATURE, lambda: _checks(GENUINE)),
    Reason.CSCA_UNKNOWN: (SIGNATURE, lambda: _checks(GENUINE, TrustStore())),
    Reason.ANCHOR_UNVERIFIED: (
        SIGNATURE,
        lambda: _checks(GENUINE, trust(VN.csca_certificate, acceptance=Acceptance.UNVERIFIED_LIST)),
    ),
    Reason.CHAIN_SIGNATURE_INVALID: (SIGNATURE, lambda: _checks(_forged_signer())),
    Reason.NO_SIGNER: (SIGNATURE, lambda: _checks(_signed(form=_NO_CERTIFICATE))),
    Reason.VALID_AT_SIGNING: (VALIDITY, lambda: _checks(_signed(plans.EXPIRED_SINCE))),
    Reason.VALID_AT_CHECK: (VALIDITY, lambda: _checks(_signed(form=Form(attributes=Attributes.REQUIRED)))),
    Reason.EXPIRED_AT_SIGNING: (VALIDITY, lambda: _checks(_signed(plans.EXPIRED))),
    Reason.NOT_YET_VALID_AT_SIGNING: (VALIDITY, lambda: _checks(_signed(plans.NOT_YET_VALID))),
    Reason.KEY_USAGE_PERIOD: (VALIDITY, lambda: _checks(_signed(plans.KEY_USE_OVER))),
    Reason.SIGNING_TIME_UNKNOWN: (
        VALIDITY,
        lambda: _checks(_signed(plans.EXPIRED_SINCE, Form(attributes=Attributes.REQUIRED))),
    ),
    Reason.SIGNED_IN_THE_FUTURE: (VALIDITY, lambda: _checks(GENUINE, at=_AFTER)),
    Reason.PROFILE_FITS: (PROFILE, lambda: _checks(GENUINE)),
    Reason.KEY_USAGE_WRONG: (PROFILE, lambda: _checks(_signed(plans.WRONG_KEY_USAGE))),
    Reason.KEY_USAGE_MISSING: (PROFILE, lambda: _checks(_signed(SignerPlan(70, key_usage=())))),
    Reason.ISSUER_IS_NO_AUTHORITY: (PROFILE, lambda: _checks(*_issued_by_a_signer())),
    Reason.ISSUER_COUNTRY_DIFFERS: (PROFILE, lambda: _checks(_signed(plans.WRONG_COUNTRY))),
    Reason.DOCUMENT_TYPE_NOT_LISTED: (PROFILE, lambda: _checks(_signed(plans.WRONG_DOCUMENT_TYPES))),
    Reason.CRITICAL_EXTENSION_UNKNOWN: (PROFILE, lambda: _checks(_signed(plans.UNKNOWN_CRITICAL_EXTENSION))),
    Reason.EXTENSION_MALFORMED: (PROFILE, lambda: _checks(_signed(_MALFORMED_EXTENSION))),
    Reason.NOT_REVOKED: (REVOCATION, lambda: _checks(GENUINE)),
    Reason.REVOKED: (REVOCATION, lambda: _checks(_signed(plans.REVOKED), _store_with(_revoking(plans.REVOKED)))),
    Reason.CRL_MISSING: (REVOCATION, lambda: _checks(GENUINE, trust(VN.csca_certificate))),
    Reason.CRL_TOO_OLD: (REVOCATION, lambda: _checks(GENUINE, _store_with(VN.crl(plan=OUTDATED_CRL)))),
    Reason.CRL_NOT_YET_ISSUED: (REVOCATION, lambda: _checks(GENUINE, _store_with(VN.crl(plan=FUTURE_CRL)))),
    Reason.CRL_SIGNATURE_INVALID: (REVOCATION, lambda: _checks(GENUINE, _store_with(_flipped(VN.crl(), -2)))),
    Reason.CRL_ISSUER_UNKNOWN: (REVOCATION, lambda: _checks(*_crl_of_a_stranger())),
    Reason.CRL_UNSUPPORTED: (REVOCATION, lambda: _checks(*_crl_by_an_unknown_curve())),
    Reason.HASH_MATCHES: ("integrity.dg1", lambda: _checks(GENUINE)),
    Reason.HASH_MISMATCH: ("integrity.dg2", lambda: _checks(_with(_group(2, content=GROUPS[2][:-1] + b"\x00")))),
    Reason.STRIPPED: ("integrity.dg14", lambda: _checks(_with(_group(14, status=0x6A82)))),
    Reason.NOT_SIGNED: ("integrity.dg11", lambda: _checks(_with(_group(11, content=b"\x6b\x00")))),
    Reason.REFUSED_BY_CHIP: ("integrity.dg13", lambda: _checks(_with(_group(13, status=0x6982)))),
    Reason.NOT_READ: ("integrity.dg13", lambda: _checks(_without(13))),
    Reason.NOT_ON_DOCUMENT: ("integrity.dg7", lambda: _checks(GENUINE)),
    Reason.READING_BROKE: ("integrity.dg2", lambda: _checks(_with(_group(2, problem="an empty answer")))),
    Reason.NO_HASH_LIST: ("integrity.dg1", lambda: _checks(_with(_sod(status=0x6A82)))),
    Reason.COM_MATCHES: (COM, lambda: _checks(GENUINE)),
    Reason.COM_LISTS_UNSIGNED: (
        COM,
        lambda: _checks(_with(FileRecord(ef.COM, documents.com_file((1, 2, 11, 13, 14))))),
    ),
    Reason.COM_HIDES_SIGNED: (COM, lambda: _checks(_with(FileRecord(ef.COM, documents.com_file((1, 2, 13)))))),
    Reason.COM_VERSION_DIFFERS: (
        COM,
        lambda: _checks(evidence(VN.document_signer().sign_sod(GROUPS, security_object=_V1))),
    ),
    Reason.COM_MALFORMED: (COM, lambda: _checks(_with(FileRecord(ef.COM, b"\x60\x00")))),
    Reason.CARD_ACCESS_MATCHES: (CARD_ACCESS, lambda: _checks(GENUINE)),
    Reason.CARD_ACCESS_DIFFERS: (CARD_ACCESS, lambda: _checks(_downgraded())),
    Reason.FILE_MISSING: (CARD_ACCESS, lambda: _checks(_without(14))),
    Reason.FILE_MALFORMED: (CARD_ACCESS, lambda: _checks(_with(_group(14, content=b"\x6e\x02\x31\x05")))),
    Reason.COUNTRY_MATCHES: (COUNTRY, lambda: _checks(GENUINE)),
    Reason.COUNTRY_DIFFERS: (COUNTRY, lambda: _checks(_other_country_mrz())),
    Reason.COUNTRY_NOT_COMPARABLE: (
        COUNTRY,
        lambda: _checks(_signed(country=Country.create("QQ", b"no such country"))),
    ),
}


def _store_with(*crls: bytes) -> TrustStore:
    return trust(VN.csca_certificate, crls=crls)


def _flipped(data: bytes, position: int) -> bytes:
    changed = bytearray(data)
    changed[position] ^= 1
    return bytes(changed)


def _revoking(plan: SignerPlan) -> bytes:
    return VN.crl([Revoked(VN.document_signer(plan).serial)])


def _broken_key() -> Evidence:
    """The point of the signer's key is moved off its curve; its certificate does not verify any more, of course."""
    signer = VN.document_signer()
    point = signer.key.public_key_info[-97:]
    assert signer.certificate.count(point) == 1
    certificate = signer.certificate.replace(point, _flipped(point, -1))
    return evidence(signer.sign_sod(GROUPS, Form(certificates=(certificate,))))


def _forged_signer() -> Evidence:
    """A stranger of the same name and key identifier issued the signer."""
    forger = Country.create("VN", b"forger", CscaPlan(key_identifier=VN.csca.key_identifier))
    return evidence(forger.document_signer().sign_sod(GROUPS))


def _issued_by_a_signer() -> tuple[Evidence, TrustStore]:
    """The store holds, as an anchor, a certificate that is no authority's."""
    weak = Country.create("VN", b"weak", CscaPlan(key_usage=()))
    certificate = _as_no_authority(weak.csca_certificate)
    return evidence(weak.document_signer().sign_sod(GROUPS)), trust(certificate)


def _as_no_authority(certificate: bytes) -> bytes:
    authority = bytes.fromhex("30060101FF020100")
    assert certificate.count(authority) == 1
    return certificate.replace(authority, bytes.fromhex("3006010100020100"))


def _crl_of_a_stranger() -> tuple[Evidence, TrustStore]:
    other = Country.create("VN", b"stranger")
    return GENUINE, _store_with(other.crl())


def _crl_by_an_unknown_curve() -> tuple[Evidence, TrustStore]:
    return _signed(country=UT), trust(UT.csca_certificate, crls=[_delta(UT)])


def _delta(country: Country) -> bytes:
    """A revocation list whose signature algorithm nobody knows."""
    crl = country.crl()
    oid = bytes.fromhex("06082A8648CE3D040303")
    assert crl.count(oid) == 2
    return crl.replace(oid, bytes.fromhex("06082A8648CE3D04037F"))


def _downgraded() -> Evidence:
    weak = documents.CARD_ACCESS.replace(bytes.fromhex("04007F00070202040202"), bytes.fromhex("04007F00070202040201"))
    return _with(FileRecord(ef.CARD_ACCESS, weak))


@pytest.mark.parametrize("code", ["QQ", "UT"])
def test_a_country_that_nobody_knows_speaks_for_no_other(code: str) -> None:
    """Whoever trusts a specimen's authority has not trusted it with Vietnam's documents."""
    stranger = Country.create(code, b"a stranger")
    checks = passive_authentication(_signed(country=stranger), trust(stranger.csca_certificate), AT)
    assert conclusion(checks) is Outcome.UNDETERMINED
    assert not authenticated(checks, 1)
    genuine = passive_authentication(GENUINE, DEMONSTRATION, AT)
    assert authenticated(genuine, 1)
    assert not authenticated(passive_authentication(_other_country_mrz(), DEMONSTRATION, AT), 2)


def test_what_a_revoked_signer_signed_is_not_shown_as_its_authoritys_word() -> None:
    revoked = passive_authentication(_signed(plans.REVOKED), _store_with(_revoking(plans.REVOKED)), AT)
    assert not authenticated(revoked, 1)
    assert authenticated(passive_authentication(_signed(plans.REVOKED), trust(VN.csca_certificate), AT), 1)


def test_without_an_mrz_no_type_of_document_is_asked_for() -> None:
    signed = _signed(plans.WRONG_DOCUMENT_TYPES)
    files = tuple(record for record in signed.files if record.file != ef.data_group(1))
    assert _checks(Evidence(files))[PROFILE].reason is Reason.PROFILE_FITS


def test_an_authority_that_issued_when_its_key_was_not_to_be_used() -> None:
    """That does not depend on when the document was signed, and so not on whether its signature says so."""
    validity = replace(plans.CSCA_VALIDITY, start=datetime(2023, 1, 1, tzinfo=UTC))
    country = Country.create("VN", b"late", CscaPlan(validity=validity))
    document = _signed(form=Form(attributes=Attributes.REQUIRED), country=country)
    assert _checks(document, trust(country.csca_certificate))[VALIDITY].reason is Reason.KEY_USAGE_PERIOD


def test_an_anchor_that_its_own_country_revokes() -> None:
    """That nothing is known about an anchor is no reproach; that it is revoked is one."""
    next_one = VN.renew(CscaPlan(generation=2))
    revoking = next_one.crl([Revoked(VN.csca.serial)])
    found = _checks(GENUINE, trust(VN.csca_certificate, next_one.csca_certificate, crls=[revoking]))
    assert found[REVOCATION].reason is Reason.REVOKED
    assert conclusion(tuple(found.values())) is Outcome.FAILED


@pytest.mark.parametrize("reason", CASES, ids=lambda reason: reason.code)
def test_every_reason_has_its_case(reason: Reason) -> None:
    name, run = CASES[reason]
    assert run()[name].reason is reason


def test_no_reason_is_without_case() -> None:
    from cccd_reader.inspection import results

    passive = [reason for reason in results.Reason if reason in CASES]
    assert len(passive) == len(CASES)
    assert len({reason.code for reason in Reason}) == len(Reason)


def test_a_genuine_document_passes_every_check() -> None:
    checks = _checks(GENUINE)
    assert {check.outcome for check in checks.values()} == {Outcome.PASSED, Outcome.UNSUPPORTED}
    assert conclusion(tuple(checks.values())) is Outcome.PASSED
    assert all(check.clause for check in checks.values())


@pytest.mark.parametrize(
    "reason", [reason for reason in CASES if reason.outcome is Outcome.FAILED], ids=lambda r: r.code
)
def test_one_failed_check_fails_the_whole(reason: Reason) -> None:
    assert conclusion(tuple(CASES[reason][1]().values())) is Outcome.FAILED


@pytest.mark.parametrize(
    "reason",
    [Reason.CSCA_UNKNOWN, Reason.ANCHOR_UNVERIFIED, Reason.SIGNING_TIME_UNKNOWN, Reason.READING_BROKE],
    ids=lambda r: r.code,
)
def test_what_is_missing_is_never_shown_as_good(reason: Reason) -> None:
    assert conclusion(tuple(CASES[reason][1]().values())) is Outcome.UNDETERMINED


@pytest.mark.parametrize("name", [SOD_HASH, SOD_SIGNATURE, SIGNATURE, VALIDITY, PROFILE])
@pytest.mark.parametrize("reason", [Reason.ALGORITHM_UNSUPPORTED, Reason.NOT_READ], ids=lambda r: r.code)
def test_each_of_these_must_have_passed(name: str, reason: Reason) -> None:
    checks = _checks(GENUINE)
    assert authenticated(tuple(checks.values()), 1)
    changed = tuple((checks | {name: Check(name, reason)}).values())
    assert conclusion(changed) is Outcome.UNDETERMINED
    assert not authenticated(changed, 1)


def test_a_signature_over_files_that_nobody_has_proves_none_of_them() -> None:
    nothing = Evidence(tuple(record for record in GENUINE.files if record.file in (ef.SOD, ef.COM)))
    checks = _checks(nothing)
    assert checks[SIGNATURE].reason is Reason.CHAIN_VERIFIED
    assert conclusion(tuple(checks.values())) is Outcome.UNDETERMINED


def test_a_list_says_nothing_about_a_signer_that_its_issuer_did_not_issue() -> None:
    assert _checks(_forged_signer())[REVOCATION].reason is Reason.CRL_ISSUER_UNKNOWN


@pytest.mark.parametrize("reason", [Reason.CRL_MISSING, Reason.REFUSED_BY_CHIP, Reason.NOT_READ], ids=lambda r: r.code)
def test_what_does_not_block(reason: Reason) -> None:
    assert conclusion(tuple(CASES[reason][1]().values())) is Outcome.PASSED


def test_a_tag_that_no_data_group_has_is_named() -> None:
    listed = GENUINE.content(ef.COM) or b""
    check = _checks(_with(FileRecord(ef.COM, listed.replace(b"\x75", b"\x71"))))[COM]
    assert (check.reason, check.detail) == (Reason.COM_LISTS_UNSIGNED, "tag 71")


@pytest.mark.parametrize("told", ["", "0107", "1.7", "1.7.0", "01.07", "010700"])
def test_one_version_in_every_form(told: str) -> None:
    _, hashes = signature.opened(GENUINE.content(ef.SOD) or b"")
    check, *_ = integrity.checks(GENUINE, replace(hashes, lds_version=told))
    assert check.reason is Reason.COM_MATCHES
    other, *_ = integrity.checks(GENUINE, replace(hashes, lds_version=told.replace("7", "8") or "1.8"))
    assert other.reason is Reason.COM_VERSION_DIFFERS


@pytest.mark.parametrize(
    ("change", "reason"), [({"status": 0x6982}, Reason.NOT_READ), ({"problem": "broken off"}, Reason.READING_BROKE)]
)
def test_a_list_of_files_that_was_not_read(change: dict[str, object], reason: Reason) -> None:
    assert _checks(_with(FileRecord(ef.COM, **change)))[COM].reason is reason  # type: ignore[arg-type]  # -- as above


def test_card_access_must_neither_offer_more_nor_hide_a_way_of_pace() -> None:
    infos = tlv.expect(documents.CARD_ACCESS, ef.CARD_ACCESS.tag)
    pace = infos[-20:]
    assert pace.startswith(b"\x30\x12\x06\x0a")
    for content, words in ((infos[:-20], "hides"), (infos + pace.replace(b"\x01\x0d", b"\x01\x0c"), "offers")):
        check = _checks(_with(FileRecord(ef.CARD_ACCESS, tlv.encode(ef.CARD_ACCESS.tag, content))))[CARD_ACCESS]
        assert check.reason is Reason.CARD_ACCESS_DIFFERS
        assert words in check.detail.split(" what ")[0].split(" that ")[0]
    fewer = tlv.encode(ef.CARD_ACCESS.tag, infos[15:])  # DG14 may say more about anything but PACE
    assert _checks(_with(FileRecord(ef.CARD_ACCESS, fewer)))[CARD_ACCESS].reason is Reason.CARD_ACCESS_MATCHES


def test_nothing_at_all() -> None:
    checks = passive_authentication(Evidence(()), DEMONSTRATION, AT)
    assert conclusion(checks) is Outcome.UNDETERMINED
    assert Outcome.PASSED not in {check.outcome for check in checks}


def test_the_missing_csca_is_named_and_that_no_public_list_holds_it() -> None:
    detail = _checks(GENUINE, TrustStore())[SIGNATURE].detail
    for words in (
        "TEST CSCA Demonstration",
        VN.csca.key_identifier.hex().upper(),
        "http://csca.example.test",
        "Public master lists",
    ):
        assert words in detail


@pytest.mark.parametrize("number", GROUPS)
def test_any_flipped_bit_in_a_data_group_is_found(number: int) -> None:
    content = GROUPS[number]
    for position in range(0, len(content), max(1, len(content) // 12)):
        checks = _checks(_with(_group(number, content=_flipped(content, position))))
        assert checks[f"integrity.dg{number}"].reason is Reason.HASH_MISMATCH


def test_any_flipped_bit_in_the_security_object_is_found() -> None:
    """In the hash list, the certificate, the signed attributes and the signature, all that decides anything.

    What names the signer and the hash functions a second time, outside of the signature, may change unnoticed.
    """
    sod = GENUINE.content(ef.SOD) or b""
    signed = SignedData.parse(tlv.expect(sod, 0x77))
    (signer,) = signed.signers
    assert signer.attributes is not None
    parts = (signed.content, signed.certificates[0].raw, signer.attributes.raw[2:], signer.signature)
    for part in parts:
        start = sod.index(part)
        for position in range(start, start + len(part), 11):
            checks = passive_authentication(_spoilt_sod(position), DEMONSTRATION, AT)
            assert conclusion(checks) is not Outcome.PASSED, position


def test_a_flipped_bit_in_the_hash_list_fails_the_hash() -> None:
    sod = GENUINE.content(ef.SOD) or b""
    position = sod.index(b"\x02\x01\x01\x04\x20") + 10
    checks = _checks(_spoilt_sod(position))
    assert checks[SOD_HASH].reason is Reason.DIGEST_MISMATCH
    assert checks[SOD_SIGNATURE].reason is Reason.SIGNATURE_VALID
    assert checks["integrity.dg1"].reason is Reason.HASH_MISMATCH


def test_link_certificates_lead_to_an_old_anchor() -> None:
    renewed = VN.renew(CscaPlan(generation=2)).renew(CscaPlan(generation=3, common_name="TEST CSCA Renamed"))
    document = evidence(renewed.document_signer(SignerPlan(7)).sign_sod(GROUPS))
    old = trust(VN.csca_certificate)
    assert _checks(document, old)[SIGNATURE].reason is Reason.CSCA_UNKNOWN
    assert _checks(document, trust(VN.csca_certificate, *renewed.links))[SIGNATURE].reason is Reason.CHAIN_VERIFIED
    loose = replace(old, others=tuple(Certificate.parse(each) for each in renewed.links))
    assert _checks(document, loose)[SIGNATURE].reason is Reason.CHAIN_VERIFIED
    signer = renewed.document_signer(SignerPlan(7))
    along = evidence(signer.sign_sod(GROUPS, Form(certificates=(signer.certificate, *renewed.links))))
    assert _checks(along, old)[SIGNATURE].reason is Reason.CHAIN_VERIFIED


@pytest.mark.parametrize(
    "form",
    [
        Form(encoding=Encoding.INDEFINITE),
        Form(encoding=Encoding.INDEFINITE_ATTRIBUTES),
        Form(SignerId.KEY_IDENTIFIER),
        Form(attributes=Attributes.UNSORTED),
        Form(attributes=Attributes.RESORTED),
    ],
    ids=str,
)
def test_odd_forms_are_read(form: Form) -> None:
    checks = _checks(_signed(form=form))
    assert conclusion(tuple(checks.values())) is Outcome.PASSED


@pytest.mark.parametrize("country", [VN, UT])
def test_of_two_good_signers_the_one_that_is_trusted_counts(country: Country) -> None:
    both = evidence(sign_sod_together([VN.document_signer(), UT.document_signer()], GROUPS))
    checks = _checks(both, trust(country.csca_certificate))
    assert checks[SIGNATURE].reason is Reason.CHAIN_VERIFIED
    assert checks[SIGNATURE].detail.endswith(Certificate.parse(country.csca_certificate).subject.text)
    assert checks[COUNTRY].detail.startswith(f"signer {country.code},")
    assert _checks(both, TrustStore())[SIGNATURE].reason is Reason.CSCA_UNKNOWN


def test_two_signers_one_of_them_false() -> None:
    good, stranger = VN.document_signer(), UT.document_signer()
    both = sign_sod_together([good, stranger], GROUPS)
    assert conclusion(tuple(_checks(evidence(both)).values())) is not Outcome.FAILED
    spoilt = bytearray(both)
    spoilt[-5] ^= 1
    assert conclusion(tuple(_checks(evidence(bytes(spoilt))).values())) is Outcome.FAILED


def _sod_of(old: bytes, new: bytes) -> Check:
    """The check of the signature, where the genuine EF.SOD has other bytes in one place; the hash list is its own."""
    sod = GENUINE.content(ef.SOD) or b""
    assert sod.count(old) == 1
    checks = _checks(evidence(sod.replace(old, new)))
    assert checks["integrity.dg1"].reason is Reason.HASH_MATCHES
    return checks[SOD_SIGNATURE]


def test_what_cannot_be_parsed_is_blamed_for_itself() -> None:
    signer = VN.document_signer()
    serial = signer.certificate.index(b"\x02\x10")
    spoilt = signer.certificate[:serial] + b"\x04" + signer.certificate[serial + 1 :]
    assert _sod_of(signer.certificate, spoilt).reason is Reason.SIGNER_CERTIFICATE_MALFORMED
    junk = Form(certificates=(b"\x30\x03\x02\x01\x07", signer.certificate))
    assert conclusion(tuple(_checks(_signed(form=junk)).values())) is Outcome.PASSED
    alone = Form(certificates=(b"\x30\x03\x02\x01\x07", UT.document_signer().certificate))
    assert _checks(_signed(form=alone))[SOD_SIGNATURE].reason is Reason.SIGNER_CERTIFICATE_MALFORMED


def test_an_algorithm_that_cannot_be_parsed_is_no_fault_of_the_certificate() -> None:
    signed = SignedData.parse(tlv.expect(GENUINE.content(ef.SOD) or b"", ef.SOD.tag))
    signature = tlv.encode(0x04, signed.signers[0].signature)
    identifier = signed.signers[0].signature_identifier + signature
    check = _sod_of(identifier, identifier.replace(b"\x06\x08", b"\x04\x08", 1))
    assert (check.reason, check.outcome) == (Reason.SOD_MALFORMED, Outcome.FAILED)


def test_explicit_curve_parameters_are_verified() -> None:
    """The real Vietnamese keys come so, and `cryptography` alone cannot load them."""
    algorithm = Algorithm(parameters=Parameters.EXPLICIT)
    country = Country.create("VN", b"explicit", CscaPlan(algorithm=algorithm))
    document = evidence(country.document_signer(SignerPlan(algorithm=algorithm)).sign_sod(GROUPS))
    checks = _checks(document, trust(country.csca_certificate, crls=[country.crl()]))
    assert conclusion(tuple(checks.values())) is Outcome.PASSED


def test_revocation_that_cannot_be_judged_without_an_end() -> None:
    assert _checks(GENUINE, _store_with(VN.crl(plan=ENDLESS_CRL)))[REVOCATION].reason is Reason.CRL_TOO_OLD


def test_organisations_and_regions_that_issue_under_other_codes() -> None:
    """Defect of gmrtd: a country mismatch stops passive authentication, and special issuers are rejected."""
    from cccd_reader.inspection.countries import fits

    for certificate, state in (
        ("HK", "CHN"),
        ("MO", "CHN"),
        ("UN", "UNO"),
        ("EU", "EUE"),
        ("DE", "D<<"),
        ("gb", "GBN"),
        ("VN", "VNM"),
    ):
        assert fits(certificate, state) is True
    assert fits("VN", "NLD") is False
    assert fits("VN", "VUT") is False
    assert fits("??", "VNM") is None


def test_folders(tmp_path: Path) -> None:
    for record in GENUINE.files:
        (tmp_path / f"{record.file.short}.bin").write_bytes((record.content or b"") + bytes(7))
    (tmp_path / "notes.txt").write_text("not of a chip")
    found = evidence_of_folder(tmp_path)
    assert {record.file: record.content for record in found.files} == {r.file: r.content for r in GENUINE.files}
    checks = passive_authentication(replace(found), DEMONSTRATION, AT)
    assert conclusion(checks) is Outcome.PASSED


@pytest.mark.parametrize("size", [0, MAX_FILE + 1])
def test_a_file_that_is_empty_or_too_large_was_not_left_out(tmp_path: Path, size: int) -> None:
    for record in GENUINE.files:
        (tmp_path / f"{record.file.short}.bin").write_bytes(record.content or b"")
    (tmp_path / "notes.txt").write_bytes(bytes(size))
    (tmp_path / "DG2.bin").write_bytes(bytes(size))
    checks = passive_authentication(evidence_of_folder(tmp_path), DEMONSTRATION, AT)
    assert {check.id: check.reason for check in checks}["integrity.dg2"] is Reason.READING_BROKE
    assert conclusion(checks) is Outcome.UNDETERMINED


def test_a_folder_of_too_many_files_is_not_half_a_folder(tmp_path: Path) -> None:
    for number in range(MAX_FILES):
        (tmp_path / f"{number}.txt").touch()
    with pytest.raises(MalformedData, match="no file of a chip"):
        evidence_of_folder(tmp_path)
    (tmp_path / "SOD.bin").touch()
    with pytest.raises(MalformedData, match="more than 256 files"):
        evidence_of_folder(tmp_path)


@pytest.mark.reference_data
def test_a_specimen_of_2006(reference_data: Path) -> None:
    checks = _checks(evidence_of_folder(reference_data / "lds" / "loes2006"), TrustStore())
    assert checks[SOD_HASH].reason is Reason.DIGEST_MATCHES
    assert checks[SOD_SIGNATURE].reason is Reason.SIGNATURE_VALID
    assert checks[SIGNATURE].reason is Reason.CSCA_UNKNOWN
    assert {checks[f"integrity.dg{number}"].reason for number in (1, 2, 15)} == {Reason.HASH_MATCHES}


@pytest.mark.reference_data
def test_a_document_that_openssl_signed(reference_data: Path) -> None:
    folder = reference_data / "lds" / "openssl_issued"
    store = TrustStore.load(folder / "csca.der")
    at = datetime(2026, 12, 1, tzinfo=UTC)
    checks = passive_authentication(evidence_of_folder(folder), store, at)
    assert conclusion(checks) is Outcome.PASSED
