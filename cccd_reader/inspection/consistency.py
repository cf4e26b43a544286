# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""One file against another: EF.CardAccess against DG14, the signer's country against the MRZ's."""

from __future__ import annotations

from cccd_reader.errors import MalformedData
from cccd_reader.inspection.countries import fits
from cccd_reader.inspection.reading import Evidence
from cccd_reader.inspection.results import Check, Reason
from cccd_reader.inspection.signature import SodSignature
from cccd_reader.lds import files as ef
from cccd_reader.lds.security_infos import PaceDomainParameterInfo, PaceInfo

CARD_ACCESS = "consistency.card-access"
COUNTRY = "consistency.country"
_CARD_ACCESS_CLAUSE = "ICAO 9303-11, 9.2.11"
_COUNTRY_CLAUSE = "ICAO 9303-12, 7.1"


def checks(evidence: Evidence, signature: SodSignature) -> tuple[Check, ...]:
    """Return both checks."""
    return _card_access(evidence), country(evidence, signature)


def _card_access(evidence: Evidence) -> Check:
    """Everything that EF.CardAccess says must be signed in DG14, or somebody changed it to make PACE weaker."""
    for file in (ef.CARD_ACCESS, ef.data_group(14)):
        if evidence.content(file) is None:
            return Check(CARD_ACCESS, Reason.FILE_MISSING, f"{file.short} was not read", _CARD_ACCESS_CLAUSE)
    try:
        left, right = (evidence.security_infos(file) for file in (ef.CARD_ACCESS, ef.data_group(14)))
    except MalformedData as error:
        return Check(CARD_ACCESS, Reason.FILE_MALFORMED, str(error), _CARD_ACCESS_CLAUSE)
    outside, inside = {bytes(info) for info in left.infos}, {bytes(info) for info in right.infos}
    if outside - inside:
        detail = "EF.CardAccess offers what the signed DG14 does not"
        return Check(CARD_ACCESS, Reason.CARD_ACCESS_DIFFERS, detail, _CARD_ACCESS_CLAUSE)
    pace = {bytes(info) for kind in (PaceInfo, PaceDomainParameterInfo) for info in right.of(kind)}
    if pace - outside:
        detail = "EF.CardAccess hides a way of PACE that the signed DG14 offers"
        return Check(CARD_ACCESS, Reason.CARD_ACCESS_DIFFERS, detail, _CARD_ACCESS_CLAUSE)
    return Check(CARD_ACCESS, Reason.CARD_ACCESS_MATCHES, "", _CARD_ACCESS_CLAUSE)


def country(evidence: Evidence, signature: SodSignature) -> Check:
    """Return the check of a signer's country against that of the document."""
    mrz, certificate = evidence.mrz, signature.certificate
    if mrz is None or certificate is None:
        missing = "DG1" if mrz is None else "the signer's certificate"
        return Check(COUNTRY, Reason.FILE_MISSING, f"{missing} is not at hand", _COUNTRY_CLAUSE)
    answer = fits(certificate.country, mrz.issuing_state)
    detail = f"signer {certificate.country or '-'}, MRZ {mrz.issuing_state}"
    reason = {True: Reason.COUNTRY_MATCHES, False: Reason.COUNTRY_DIFFERS, None: Reason.COUNTRY_NOT_COMPARABLE}[answer]
    return Check(COUNTRY, reason, detail, _COUNTRY_CLAUSE)
