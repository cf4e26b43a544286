# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The fuzzer's own parts: what is taken apart comes together again, cases repeat, and the oracle can say no."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from cccd_reader.apdu import tlv
from cccd_reader.crypto.signatures import BadSignature
from cccd_reader.errors import CardError, MalformedData, Unsupported
from cccd_reader.pki.certificates import Certificate
from fuzz import run, seeds
from fuzz.mutation import mutate, take_apart
from fuzz.oracle import ensure, parsed, refused

CERTIFICATE = seeds.quick_country().csca_certificate


def test_what_is_taken_apart_comes_together_again() -> None:
    for der in (CERTIFICATE, next(seeds.sods()), next(seeds.revocation_lists())):
        (root,) = take_apart(der)
        assert bytes(root) == der


def test_it_is_taken_apart_within_strings_too() -> None:
    (root,) = take_apart(CERTIFICATE)
    leads = Counter(node.lead for node in root.everything() if node.children)
    assert leads[b"\x00"] == 1  # the signature, two integers in a bit string
    below = [node for node in root.everything() if node.tag == b"\x04" and node.children]
    assert len(below) >= 5  # the extensions' values


def test_bytes_that_are_no_data_objects_stay_whole() -> None:
    assert take_apart(b"P<UTOERIKSSON") == []


def test_the_same_number_makes_the_same_case() -> None:
    cases = [[mutate(CERTIFICATE, Random(number), [CERTIFICATE]) for number in range(50)] for _ in range(2)]
    assert cases[0] == cases[1]
    assert len(set(cases[0])) > 40


def test_many_cases_get_past_the_lengths() -> None:
    cases = [mutate(CERTIFICATE, Random(number)) for number in range(400)]
    whole = [case for case in cases if case != CERTIFICATE and take_apart(case)]
    assert len(whole) > 200
    assert any(Certificate.parse(case).raw == case for case in whole if not refused(Certificate.parse, case))


@pytest.mark.parametrize("error", [MalformedData("no", "here"), Unsupported("that"), BadSignature("wrong")])
def test_a_refusal_is_no_find(error: Exception) -> None:
    assert refused(_raise, error)
    assert not refused(int)


@pytest.mark.parametrize("error", [ValueError(), CardError("no"), RecursionError(), AssertionError()])
def test_everything_else_is(error: Exception) -> None:
    with pytest.raises(type(error)):
        refused(_raise, error)
    with pytest.raises(type(error)):
        parsed(_raise, error)


def test_a_parser_that_does_not_verify_raises_no_bad_signature() -> None:
    with pytest.raises(BadSignature):
        parsed(_raise, BadSignature("wrong"))
    assert parsed(tlv.decode, b"\x30") is None
    assert parsed(tlv.decode, b"\x30\x00") == [tlv.Tlv(0x30, b"")]


def test_what_must_hold_is_ensured() -> None:
    ensure(True, "so it is")
    with pytest.raises(AssertionError, match="octets"):
        ensure(b"", "octets")


LOG = """#2\tINITED cov: 1
#4096\tpulse  cov: 12
 === Uncaught Python exception: ===
ValueError: no
Traceback (most recent call last):
"""


def test_the_runner_reads_what_the_fuzzer_says() -> None:
    assert run.executions(LOG) == 4096
    assert run.executions(LOG + "stat::number_of_executed_units: 5000\n") == 5000
    assert run.executions("") == 0
    assert run.last_words(LOG).splitlines()[1] == "ValueError: no"


def test_an_outcome_is_clean_only_without_a_find() -> None:
    assert run.Outcome("mrz", 1, 0, (), "").clean
    assert not run.Outcome("mrz", 1, 77, (), "").clean
    assert not run.Outcome("mrz", 1, 0, ("mrz-slow",), "").clean


def _raise(error: Exception) -> None:
    raise error
