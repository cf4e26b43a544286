# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Several signers of one EF.SOD, of which somebody has added some: all checks speak of one, and none hides a fault."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cccd_reader.apdu import tlv
from cccd_reader.inspection.passive import conclusion, passive_authentication
from cccd_reader.inspection.reading import Evidence
from cccd_reader.inspection.results import Outcome, Reason
from cccd_reader.inspection.verify import verify
from cccd_reader.lds import asn1
from cccd_reader.lds import files as ef
from cccd_reader.pki import ber
from cccd_reader.pki.cms import SignedData
from cccd_simulators import plans
from cccd_simulators.certificates import Period
from cccd_simulators.cms_builder import Attributes, Form
from cccd_simulators.document_signer import sign_sod_together
from cccd_simulators.issuer import Country
from tests.support.trust import AT, GROUPS, evidence, trust
from tests.support.trust import COUNTRY as VN

OTHER = Country.create("VN", b"another authority")
LATER = Period(AT.replace(year=2025), AT.replace(year=2040))
GENUINE = VN.document_signer().sign_sod(GROUPS)
FORGED = GROUPS | {1: GROUPS[1].replace(b"NGUYEN", b"NGUYAN")}
BOTH = trust(VN.csca_certificate, OTHER.csca_certificate)
ORDERS = pytest.mark.parametrize("first", [False, True], ids=["after", "before"])


def _joined(sod: bytes, added: bytes, first: bool) -> bytes:
    """EF.SOD with the certificates and the signers of another one before or after its own."""
    parts, others = _parts(sod), _parts(added)
    for at in (3, 4):
        both = parts[at].value, others[at].value
        parts[at] = parts[at]._replace(raw=tlv.encode(parts[at].tag, b"".join(both[::-1] if first else both)))
    body = tlv.encode(asn1.SEQUENCE, b"".join(part.raw for part in parts))
    info = asn1.encode_object_identifier("1.2.840.113549.1.7.2") + tlv.encode(0xA0, body)
    return tlv.encode(ef.SOD.tag, tlv.encode(asn1.SEQUENCE, info))


def _parts(sod: bytes) -> list[ber.Element]:
    """Version, digests, content, certificates, signers."""
    whole = ber.children(ber.only(tlv.expect(sod, ef.SOD.tag), asn1.SEQUENCE, ""), asn1.SEQUENCE, "")
    return ber.children(ber.only(whole[1].value, asn1.SEQUENCE, ""), asn1.SEQUENCE, "")


def _outcome(document: Evidence) -> Outcome:
    return conclusion(passive_authentication(document, BOTH, AT))


@ORDERS
@pytest.mark.parametrize("forger", [Country.create("VN", b"a forger"), OTHER], ids=["stranger", "trusted"])
def test_a_genuine_signer_in_a_forged_list_vouches_for_nothing(forger: Country, first: bool) -> None:
    assert FORGED != GROUPS
    forged = forger.document_signer().sign_sod(FORGED)
    assert _outcome(evidence(_joined(forged, GENUINE, first), FORGED)) is Outcome.FAILED


@ORDERS
def test_a_signer_whom_somebody_adds_changes_no_check(first: bool) -> None:
    stranger = Country.create("VN", b"a stranger").document_signer(replace(plans.SignerPlan(), validity=LATER))
    document = evidence(_joined(GENUINE, stranger.sign_sod(GROUPS), first))
    store = trust(VN.csca_certificate, crls=[VN.crl()])
    alone, both = (verify(each, store, at=AT) for each in (evidence(), document))
    assert alone.check("consistency.issue-date").reason is Reason.ISSUE_DATE_FITS
    assert both.checks == alone.checks


@ORDERS
@pytest.mark.parametrize("attributes", [Attributes.WRONG_DIGEST, Attributes.WRONG_CONTENT_TYPE])
def test_one_who_signed_something_else_fails_it(attributes: Attributes, first: bool) -> None:
    other = OTHER.document_signer().sign_sod(GROUPS, Form(attributes=attributes))
    assert _outcome(evidence(_joined(GENUINE, other, first))) is Outcome.FAILED


@pytest.mark.parametrize("number", [0, 1])
def test_each_wrong_signature_fails_it(number: int) -> None:
    together = sign_sod_together([VN.document_signer(), OTHER.document_signer()], GROUPS)
    assert _outcome(evidence(together)) is Outcome.PASSED
    signature = SignedData.parse(tlv.expect(together, ef.SOD.tag)).signers[number].signature
    spoilt = together.replace(signature, signature[:-1] + bytes([signature[-1] ^ 1]))
    for country in (VN, OTHER):  # be it that of the signer who is trusted or not
        checks = passive_authentication(evidence(spoilt), trust(country.csca_certificate), AT)
        assert conclusion(checks) is Outcome.FAILED


@ORDERS
def test_one_who_cannot_be_judged_hides_no_good_one(first: bool) -> None:
    unknown = bytes.fromhex("06082A8648CE3D04037F")
    other = OTHER.document_signer().sign_sod(GROUPS).replace(bytes.fromhex("06082A8648CE3D040302"), unknown)
    assert unknown in other
    assert _outcome(evidence(_joined(GENUINE, other, first))) is Outcome.PASSED


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_certificates_that_a_signer_names_the_one_that_fits_counts(order: int) -> None:
    signer = VN.document_signer()
    point = signer.key.public_key_info[-97:]
    imitation = signer.certificate.replace(point, OTHER.document_signer().key.public_key_info[-97:])
    certificates = (imitation, signer.certificate)[::order]
    assert _outcome(evidence(signer.sign_sod(GROUPS, Form(certificates=certificates)))) is Outcome.PASSED
