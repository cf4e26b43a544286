# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The expiry rule against cases computed by hand, its boundaries, and what makes it doubtful."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cccd_reader.lds.mrz import NO_EXPIRY, NoExpiry
from cccd_reader.vietnam.partial_date import PartialDate
from cccd_reader.vietnam.validity import (
    Ambiguity,
    Basis,
    ExpiryState,
    Law,
    Rule,
    candidates,
    expiry_of,
    mrz_date,
    state_on,
)

Case = tuple[str, str, str, int | None, Basis]
NEXT, TWO, NONE = Basis.NEXT_AGE, Basis.TWO_YEAR_RULE, Basis.NO_FURTHER_AGE

# born, issued, expires, age, why: the law of 2014
CASES_2014: list[Case] = [
    ("1990-02-01", "2022-03-15", "2030-02-01", 40, NEXT),
    ("1960-11-20", "2021-04-25", "", None, NONE),
    ("2007-05-10", "2021-05-10", "2032-05-10", 25, NEXT),
    ("1999-06-15", "2022-01-15", "2024-06-15", 25, NEXT),  # at 22 years and 7 months
    ("1999-06-15", "2022-06-14", "2024-06-15", 25, NEXT),  # the day before the boundary at 23
    ("1999-06-15", "2022-06-15", "2039-06-15", 40, TWO),  # the boundary itself
    ("1999-06-15", "2022-06-16", "2039-06-15", 40, TWO),
    ("1999-06-15", "2024-06-14", "2039-06-15", 40, TWO),
    ("1999-06-15", "2024-06-15", "2039-06-15", 40, NEXT),  # 25 today
    ("1999-06-15", "2024-06-16", "2039-06-15", 40, NEXT),
    ("1984-01-01", "2021-12-31", "2024-01-01", 40, NEXT),  # the day before 38
    ("1984-01-01", "2022-01-01", "2044-01-01", 60, TWO),
    ("1984-01-01", "2022-01-02", "2044-01-01", 60, TWO),
    ("1984-01-01", "2023-12-31", "2044-01-01", 60, TWO),  # the day before 40
    ("1984-01-01", "2024-01-01", "2044-01-01", 60, NEXT),
    ("1984-01-01", "2024-01-02", "2044-01-01", 60, NEXT),
    ("1964-03-31", "2022-03-30", "2024-03-31", 60, NEXT),  # the day before 58
    ("1964-03-31", "2022-03-31", "", None, NONE),
    ("1964-03-31", "2022-04-01", "", None, NONE),
    ("1962-05-05", "2022-05-04", "", None, NONE),  # the day before 60
    ("1962-05-05", "2022-05-05", "", None, NONE),
    ("1940-01-01", "2021-01-02", "", None, NONE),
    ("2000-02-29", "2022-12-01", "2025-02-28", 25, NEXT),
    ("1984-02-29", "2021-06-01", "2024-02-29", 40, NEXT),
    ("2000-02-29", "2023-02-27", "2025-02-28", 25, NEXT),
    ("2000-02-29", "2023-02-28", "2040-02-29", 40, TWO),
    ("2000-02-29", "2023-03-01", "2040-02-29", 40, TWO),
    ("1984-02-29", "2022-02-27", "2024-02-29", 40, NEXT),
    ("1984-02-29", "2022-02-28", "2044-02-29", 60, TWO),
    ("1964-02-29", "2022-02-27", "2024-02-29", 60, NEXT),
    ("1964-02-29", "2022-02-28", "", None, NONE),
    ("2010-06-30", "2024-06-30", "2035-06-30", 25, NEXT),  # 14 today, which that law does not ask about
    ("1990-01-01", "2024-06-30", "2030-01-01", 40, NEXT),
    ("2011-07-01", "2024-06-30", "2036-07-01", 25, NEXT),  # the last day of the law: no age of 14 yet
]
# the law of 2023
CASES_2023: list[Case] = [
    ("2011-07-01", "2024-07-01", "2036-07-01", 25, TWO),  # 13: two years before 14
    ("2012-07-02", "2024-07-01", "2026-07-02", 14, NEXT),  # the day before 12
    ("2012-07-01", "2024-07-01", "2037-07-01", 25, TWO),
    ("2012-06-30", "2024-07-01", "2037-06-30", 25, TWO),
    ("2024-07-01", "2024-07-01", "2038-07-01", 14, NEXT),  # born today
    ("1990-01-01", "2024-07-01", "2030-01-01", 40, NEXT),
    ("2020-01-01", "2025-01-01", "2034-01-01", 14, NEXT),
    ("2024-02-29", "2025-01-01", "2038-02-28", 14, NEXT),
    ("2012-02-29", "2024-07-01", "2037-02-28", 25, TWO),
    ("2016-02-29", "2028-02-28", "2030-02-28", 14, NEXT),  # the day before 12, on 29 February
    ("2016-02-29", "2028-02-29", "2041-02-28", 25, TWO),
    ("2010-09-01", "2024-08-31", "2035-09-01", 25, TWO),  # the day before 14
    ("2010-09-01", "2024-09-01", "2035-09-01", 25, NEXT),  # 14 today
    ("2010-09-01", "2024-09-02", "2035-09-01", 25, NEXT),
    ("2002-08-01", "2025-07-31", "2027-08-01", 25, NEXT),
    ("2002-08-01", "2025-08-01", "2042-08-01", 40, TWO),
    ("2002-08-01", "2025-08-02", "2042-08-01", 40, TWO),
    ("2000-08-01", "2025-07-31", "2040-08-01", 40, TWO),  # the day before 25
    ("2000-08-01", "2025-08-01", "2040-08-01", 40, NEXT),
    ("2000-08-01", "2025-08-02", "2040-08-01", 40, NEXT),
    ("2004-02-29", "2027-02-27", "2029-02-28", 25, NEXT),
    ("2004-02-29", "2027-02-28", "2044-02-29", 40, TWO),
    ("1987-08-01", "2025-07-31", "2027-08-01", 40, NEXT),
    ("1987-08-01", "2025-08-01", "2047-08-01", 60, TWO),
    ("1987-08-01", "2025-08-02", "2047-08-01", 60, TWO),
    ("1985-08-01", "2025-07-31", "2045-08-01", 60, TWO),  # the day before 40
    ("1985-08-01", "2025-08-01", "2045-08-01", 60, NEXT),
    ("1985-08-01", "2025-08-02", "2045-08-01", 60, NEXT),
    ("1988-02-29", "2026-02-27", "2028-02-29", 40, NEXT),
    ("1988-02-29", "2026-02-28", "2048-02-29", 60, TWO),
    ("1967-06-07", "2025-06-06", "2027-06-07", 60, NEXT),
    ("1967-06-07", "2025-06-07", "", None, NONE),
    ("1967-06-07", "2025-06-08", "", None, NONE),
    ("1965-06-07", "2025-06-06", "", None, NONE),  # the day before 60
    ("1968-02-29", "2026-02-27", "2028-02-29", 60, NEXT),
    ("1968-02-29", "2026-02-28", "", None, NONE),
    ("1965-06-06", "2025-06-06", "", None, NONE),
]
DATES = st.dates(datetime.date(1900, 1, 1), datetime.date(2030, 12, 31))


def date(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def born(text: str) -> PartialDate:
    return PartialDate.of(date(text))


@pytest.mark.parametrize(
    ("case", "law"), [(case, Law.OF_2014) for case in CASES_2014] + [(case, Law.OF_2023) for case in CASES_2023]
)
def test_the_rule(case: Case, law: Law) -> None:
    birth, issue, expiry, age, basis = case
    validity = expiry_of(born(birth), date(issue))
    assert validity.value == (date(expiry) if expiry else NO_EXPIRY)
    assert validity.rule == Rule(law, age, basis)
    assert validity.value in candidates(born(birth), date(issue))[:1]


@pytest.mark.parametrize(
    ("birth", "issue", "ambiguities"),
    [
        ("1990-02-01", "2022-03-15", []),
        ("1999-06-15", "2022-06-15", ["issued-on-the-boundary"]),
        ("1999-06-15", "2022-06-14", ["issued-near-the-boundary", "extended-to-30-june-2024"]),
        ("1999-06-15", "2022-07-16", ["issued-near-the-boundary"]),
        ("1999-06-15", "2022-07-17", []),
        ("2000-02-29", "2021-06-01", ["born-on-29-february"]),
        ("1984-02-29", "2021-06-01", ["extended-to-30-june-2024"]),
        ("1984-06-30", "2021-06-01", ["extended-to-30-june-2024"]),
        ("1984-07-01", "2021-06-01", []),
        ("2020-01-01", "2025-01-01", ["holder-below-14"]),
        ("2014-01-01", "2024-06-30", ["holder-below-14", "issued-near-1-july-2024"]),
        ("1990-02-01", "2024-06-30", []),
        ("1990-02-01", "2024-07-01", []),
        ("1964-03-31", "2022-03-31", ["issued-on-the-boundary"]),
        ("2030-01-01", "2025-01-01", ["holder-below-14", "issued-before-birth"]),
    ],
)
def test_doubts(birth: str, issue: str, ambiguities: list[str]) -> None:
    validity = expiry_of(born(birth), date(issue))
    assert [ambiguity.value for ambiguity in validity.ambiguities] == ambiguities
    assert validity.ambiguous == bool(ambiguities)
    assert str(date(birth).year) not in repr(validity)


@pytest.mark.parametrize(
    ("birth", "issue", "expected"),
    [
        ("1990-02-01", "2022-03-15", ["2030-02-01"]),
        ("1999-06-15", "2022-06-15", ["2039-06-15", "2024-06-15"]),
        ("1999-06-15", "2022-06-01", ["2024-06-15", "2039-06-15"]),
        ("1964-03-31", "2022-04-01", ["", "2024-03-31"]),
        ("2000-02-29", "2021-06-01", ["2025-02-28", "2025-03-01"]),
        ("2000-02-29", "2023-03-01", ["2040-02-29", "2025-02-28", "2025-03-01"]),
        ("2014-01-01", "2024-06-30", ["2039-01-01", "2028-01-01"]),
        ("2014-01-01", "2024-07-01", ["2028-01-01", "2039-01-01"]),
    ],
)
def test_candidates(birth: str, issue: str, expected: list[str]) -> None:
    assert list(candidates(born(birth), date(issue))) == [date(each) if each else NO_EXPIRY for each in expected]


@pytest.mark.parametrize(
    ("birth", "issue", "value", "age"),
    [
        (PartialDate(1950), "2022-01-01", NO_EXPIRY, None),
        (PartialDate(1990), "2022-01-01", None, 40),
        (PartialDate(1990, 5), "2022-01-01", None, 40),
        (PartialDate(1964), "2022-06-01", None, None),
    ],
)
def test_an_incomplete_date_of_birth(birth: PartialDate, issue: str, value: NoExpiry | None, age: int | None) -> None:
    validity = expiry_of(birth, date(issue))
    assert validity.value is value
    assert validity.ambiguities[0] is Ambiguity.PARTIAL_BIRTH
    assert (validity.rule.age if validity.rule else None) == age
    assert (validity.rule is None) == (birth == PartialDate(1964))
    assert candidates(birth, date(issue)) == (() if value is None else (value,))


def test_a_card_on_a_day() -> None:
    last = date("2030-02-01")
    assert state_on(last, last) is ExpiryState.VALID
    assert state_on(last, date("2030-02-02")) is ExpiryState.EXPIRED
    assert state_on(NO_EXPIRY, date("2030-02-02")) is ExpiryState.WITHOUT_EXPIRY


def test_the_date_of_the_zone() -> None:
    assert (mrz_date(date("2030-02-01")), mrz_date(NO_EXPIRY)) == ("300201", "991231")


@given(birth=DATES, issue=DATES)
def test_every_expiry_is_a_birthday_after_the_issue(birth: datetime.date, issue: datetime.date) -> None:
    validity = expiry_of(PartialDate.of(birth), issue)
    assert validity.rule is not None
    if validity.value is NO_EXPIRY:
        assert validity.rule.age is None
        return
    assert isinstance(validity.value, datetime.date)
    assert validity.value > issue
    assert validity.value.year - birth.year in validity.rule.law.ages
