# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Whether DG1, DG13 and the signer of a Vietnamese citizen's card tell of one person and one card, as checks.

Both files stand in one hash list under one signature, so that a difference between them is never proof of a forgery:
whoever changes one of them is found by `integrity.*`. So nothing here fails, and nothing here rejects a card. What is
left is odd data of the issuer, or a layout that is not known yet, and the counter's question is another one: whose
number, name and birth are to be written down? `consistency.citizen` cannot answer it where the files differ, and the
policies want it settled: the card is neither accepted nor rejected until its issuer has been asked. A date of expiry
counts where it decides whether the card is in date, which `document.expiry` judges; all else is a warning.

The comparison itself is forgiving: a name that the zone cuts, Đ as D, a date of which one side knows the year alone
agree. A document of another kind has none of this; each of these checks then says so.
"""

from __future__ import annotations

from collections.abc import Sequence

from cccd_reader.inspection.citizen import Citizen, missing
from cccd_reader.inspection.results import Check, Reason
from cccd_reader.inspection.signature import Verdict
from cccd_reader.pki.certificates import Certificate
from cccd_reader.vietnam.crosscheck import (
    Agreement,
    Field,
    Finding,
    Why,
    issue_against_signer,
    mrz_against_record,
    number_against_holder,
    number_against_mrz,
)

CITIZEN, EXPIRY = "consistency.citizen", "consistency.expiry"
NUMBER, HOLDER_NUMBER = "consistency.number", "consistency.holder-number"
ISSUE_DATE = "consistency.issue-date"
CHECKS = (CITIZEN, EXPIRY, NUMBER, HOLDER_NUMBER, ISSUE_DATE)

_RECORD_CLAUSE = "ICAO 9303-10, 4.7.13"
_MRZ_CLAUSE = "ICAO 9303-5, 4.2"
_NUMBER_CLAUSE = "Decree 137/2015/ND-CP, 13"
_ISSUE_CLAUSE = "ICAO 9303-12, 7.1"

FIELD_WORDS = {
    Field.PERSONAL_NUMBER: "personal number",
    Field.DOCUMENT_NUMBER: "document number",
    Field.CHECK_DIGIT: "check digit of the number",
    Field.NAME: "full name",
    Field.DATE_OF_BIRTH: "date of birth",
    Field.YEAR_OF_BIRTH: "year of birth",
    Field.SEX: "sex",
    Field.DATE_OF_EXPIRY: "date of expiry",
    Field.DATE_OF_ISSUE: "date of issue",
}
"""The fields as a detail names them, never with their values."""

_UNREADABLE = Verdict(Reason.NOT_COMPARABLE, "nothing in DG13 can be read")
_SIGNER_WORDS = {
    Why.SIGNER_LATER: "the signer's certificate begins long after it",
    Why.SIGNER_EARLIER: "the signer's certificate ended before it",
}


def checks(citizen: Citizen, signer: Certificate | None) -> tuple[Check, ...]:
    """Return the checks of `CHECKS`. `signer` is the certificate under which EF.SOD was judged."""
    verdicts = (
        (CITIZEN, _citizen(citizen), _RECORD_CLAUSE),
        (EXPIRY, _expiry(citizen), _RECORD_CLAUSE),
        (NUMBER, _number(citizen), _MRZ_CLAUSE),
        (HOLDER_NUMBER, _holder_number(citizen), _NUMBER_CLAUSE),
        (ISSUE_DATE, _issue_date(citizen, signer), _ISSUE_CLAUSE),
    )
    return tuple(Check(name, verdict.reason, verdict.detail, clause) for name, verdict, clause in verdicts)


def told(findings: Sequence[Finding], agree: Reason, differ: Reason, otherwise: Reason) -> Verdict:
    """Return one of three reasons: all that could be compared agrees, something differs, nothing could be compared.

    The detail names the fields that differ; where none does, those that could not be compared.
    """
    names = {
        agreement: [FIELD_WORDS[each.field] for each in findings if each.agreement is agreement]
        for agreement in Agreement
    }
    differing, left_out = names[Agreement.DIFFER], names[Agreement.NOT_COMPARABLE]
    if differing:
        return Verdict(differ, f"different: {', '.join(differing)}")
    if not names[Agreement.AGREE]:
        return Verdict(otherwise)
    return Verdict(agree, f"not compared: {', '.join(left_out)}" if left_out else "")


def _citizen(citizen: Citizen) -> Verdict:
    """Number, name, birth and sex of DG1 against those of DG13: who the holder is."""
    found = [each for each in _dg1_against_dg13(citizen) if each.field is not Field.DATE_OF_EXPIRY]
    reasons = Reason.CITIZEN_AGREES, Reason.CITIZEN_DIFFERS, Reason.NOT_COMPARABLE
    return _hindrance(citizen) or told(found, *reasons)


def _expiry(citizen: Citizen) -> Verdict:
    """The expiry of DG1 against that of DG13."""
    found = [each for each in _dg1_against_dg13(citizen) if each.field is Field.DATE_OF_EXPIRY]
    reasons = Reason.EXPIRY_AGREES, Reason.EXPIRY_DIFFERS, Reason.NOT_COMPARABLE
    return _hindrance(citizen) or told(found, *reasons)


def _number(citizen: Citizen) -> Verdict:
    """The personal number in DG1 against the document number and the extra check digit beside it."""
    if citizen.state.reason is Reason.NO_CITIZEN_CARD:
        return citizen.state
    if citizen.mrz is None:
        return missing("DG1 is not at hand")
    reasons = Reason.NUMBER_FITS, Reason.NUMBER_DIFFERS, Reason.NOT_COMPARABLE
    return told(number_against_mrz(citizen.mrz), *reasons)


def _holder_number(citizen: Citizen) -> Verdict:
    """The sex and the year of birth in the number against the holder's.

    A warning at most: the number of a citizen whose sex or year of birth was corrected may be the old one.
    """
    if citizen.state.reason is Reason.NO_CITIZEN_CARD:
        return citizen.state
    holder = citizen.holder
    if holder.number is None:
        return Verdict(Reason.NOT_COMPARABLE)
    reasons = Reason.HOLDER_NUMBER_FITS, Reason.HOLDER_NUMBER_DIFFERS, Reason.NOT_COMPARABLE
    return told(number_against_holder(holder.number, holder.sex, holder.birth), *reasons)


def _issue_date(citizen: Citizen, signer: Certificate | None) -> Verdict:
    """The date of issue in DG13 against the validity of the signer's certificate.

    A warning at most: real cards are signed weeks after the date that they bear.
    """
    if citizen.record is None or citizen.state.reason is not Reason.CITIZEN_RECORD_READ:
        return _hindrance(citizen) or _UNREADABLE
    if signer is None:
        return missing("the signer's certificate is not at hand")
    start, end = signer.validity
    finding = issue_against_signer(citizen.record.issue, start.date(), end.date())
    if finding.agreement is Agreement.DIFFER and finding.why is not None:
        return Verdict(Reason.ISSUE_DATE_OUTSIDE, _SIGNER_WORDS[finding.why])
    return told([finding], Reason.ISSUE_DATE_FITS, Reason.ISSUE_DATE_OUTSIDE, Reason.NOT_COMPARABLE)


def _hindrance(citizen: Citizen) -> Verdict | None:
    """What keeps DG1 and DG13 from being compared at all, None where nothing does."""
    if citizen.state.reason in (Reason.NO_CITIZEN_CARD, Reason.NOT_ON_DOCUMENT, Reason.FILE_MISSING):
        return citizen.state
    if citizen.mrz is None:
        return missing("DG1 is not at hand")
    readable = citizen.state.reason is Reason.CITIZEN_RECORD_READ
    return None if readable else _UNREADABLE


def _dg1_against_dg13(citizen: Citizen) -> tuple[Finding, ...]:
    if citizen.mrz is None or citizen.record is None:
        return ()
    return mrz_against_record(citizen.mrz, citizen.record)
