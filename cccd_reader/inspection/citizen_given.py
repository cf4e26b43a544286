# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What the counter typed or scanned against the chip: is the chip that of the card and the person at the counter?

A genuine chip in the body of another card shows here and nowhere else: its files, its signature and its keys are right,
and only what is printed is not its own. That is an attack, so that one field that differs fails the check and rejects
the document. An honest citizen comes here by a slip of the keyboard or a scanner that spoils letters, which is why the
words of the reason ask for the data again before anything else.

One thing is a doubt and no failure: the number is the chip's, and of all else only the date of issue or the marks of
the name differ. A number is one person's, so that this is another card of the same person, or a spoilt letter. It is
neither accepted nor rejected.
"""

from __future__ import annotations

from cccd_reader.inspection.citizen import Citizen
from cccd_reader.inspection.citizen_consistency import told
from cccd_reader.inspection.results import Check, Reason
from cccd_reader.vietnam.crosscheck import (
    Agreement,
    Field,
    Finding,
    Given,
    Why,
    given_against_chip,
    mrz_against_record,
)

GIVEN = "consistency.given"
_CLAUSE = "Decree 70/2024/ND-CP, 12"
_TELLING = (Field.PERSONAL_NUMBER, Field.NAME)


def check(citizen: Citizen, given: Given | None) -> Check:
    """Return the check. It is for documents of every kind: what can be compared is, and only what was given."""
    fields = _fields(given or Given())
    if given is None or not fields:
        return Check(GIVEN, Reason.NOTHING_GIVEN, "", _CLAUSE)
    found = [finding for finding in _findings(citizen, given) if finding.field in fields]
    telling = [finding for finding in found if finding.field in _TELLING]
    # many share a sex and a birthday: without the number and the name they prove nothing
    unproven = all(finding.agreement is Agreement.NOT_COMPARABLE for finding in telling)
    agree = Reason.GIVEN_NOT_COMPARABLE if unproven else Reason.GIVEN_AGREES
    verdict = told(found, agree, _difference(found), Reason.GIVEN_NOT_COMPARABLE)
    return Check(GIVEN, verdict.reason, verdict.detail, _CLAUSE)


def _difference(found: list[Finding]) -> Reason:
    """What it means if something differs."""
    same_number = Finding(Field.PERSONAL_NUMBER, Agreement.AGREE) in found
    differing = [finding for finding in found if finding.agreement is Agreement.DIFFER]
    slight = all(each.field is Field.DATE_OF_ISSUE or each.why is Why.DIACRITICS_DIFFER for each in differing)
    return Reason.GIVEN_DOUBTFUL if same_number and slight else Reason.GIVEN_DIFFERS


def _fields(given: Given) -> frozenset[Field]:
    """The fields that were given."""
    values = {
        Field.PERSONAL_NUMBER: given.number,
        Field.NAME: given.full_name or given.name_line,
        Field.DATE_OF_BIRTH: given.birth,
        Field.SEX: given.sex,
        Field.DATE_OF_ISSUE: given.issue,
    }
    return frozenset(field for field, value in values.items() if value)


def _findings(citizen: Citizen, given: Given) -> list[Finding]:
    """Compare with DG13, else with DG1; where these two differ, agreeing with either is enough.

    Their difference is the issuer's, which `consistency.citizen` tells: it must not fall upon who holds the card.
    """
    mrz, record = citizen.mrz, citizen.record
    found = given_against_chip(given, mrz, record)
    if mrz is None or record is None:
        return list(found)
    disputed = {each.field for each in mrz_against_record(mrz, record) if each.agreement is Agreement.DIFFER}
    zone = {each.field: each for each in given_against_chip(given, mrz, None)}
    return [_better(each, zone[each.field]) if each.field in disputed else each for each in found]


def _better(left: Finding, right: Finding) -> Finding:
    return right if right.agreement is Agreement.AGREE else left
