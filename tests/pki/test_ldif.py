# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""LDIF: lines, folds, base64, change records, and what is no LDIF."""

from __future__ import annotations

import base64
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cccd_reader.errors import MalformedData
from cccd_reader.pki import ldif


def entries(text: str) -> list[ldif.LdifEntry]:
    return list(ldif.entries(text.encode()))


def test_entries_with_folds_and_base64() -> None:
    value = bytes(range(200))
    encoded = base64.b64encode(value).decode()
    folded = "\n ".join([encoded[:50], encoded[50:120], encoded[120:]])
    text = (
        "version: 1\n\n# a comment\n that goes on\n"
        f"dn: cn=AT,o=dsc,\n c=AT\nobjectClass: top\nuserCertificate;binary:: {folded}\n\n"
        "dn:: w4PCvGJ1bmc=\nCertificateRevocationList;binary:: AAEC\ndescription: spaces  inside \n"
    )
    first, second = entries(text)
    assert first.name == "cn=AT,o=dsc,c=AT"
    assert first.get(ldif.CERTIFICATES) == (value,)
    assert first.get(ldif.MASTER_LISTS) == ()
    assert second.get(ldif.REVOCATION_LISTS) == (b"\x00\x01\x02",)
    assert second.get(("description",)) == (b"spaces  inside ",)
    assert entries(text.replace("\n", "\r\n")) == [first, second]


def test_several_values_and_the_last_entry_without_an_empty_line() -> None:
    (entry,) = entries("dn: o=ml\npkdMasterListContent:: AAA=\npkdMasterListContent:: AAE=")
    assert entry.get(ldif.MASTER_LISTS) == (b"\x00\x00", b"\x00\x01")


def test_change_records() -> None:
    gone, changed = entries(
        "dn: c=AT\nchangetype: delete\n\n"
        "dn: c=BE\nchangetype: modify\nreplace: userCertificate;binary\nuserCertificate;binary:: AAA=\n-\n\n"
    )
    assert (gone.deletes, changed.deletes) == (True, False)
    assert changed.get(ldif.CERTIFICATES) == (b"\x00\x00",)


def test_a_value_behind_an_address_is_not_fetched() -> None:
    (entry,) = entries("dn: c=AT\nuserCertificate;binary:< file:///etc/hostname\n")
    assert entry.get(ldif.CERTIFICATES) == (b"",)


@pytest.mark.parametrize(
    "text", ["dn: c=AT\nno attribute\n", "dn: c=AT\na:: %%%\n", "dn: c=AT\n: x\n", "\xe4: x\n"], ids=count()
)
def test_malformed_lines(text: str) -> None:
    with pytest.raises(MalformedData):
        entries(text)


def test_a_file_and_a_value_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ldif, "MAX_VALUE", 10)
    with pytest.raises(MalformedData, match="a value larger"):
        entries("dn: c=AT\na: 01234567890\n")
    monkeypatch.setattr(ldif, "MAX_BYTES", 10)
    with pytest.raises(MalformedData, match="larger than"):
        entries("dn: c=AT\n\n\n")


def test_a_file_of_many_lines_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ldif, "MAX_LINES", 3)
    assert len(list(ldif.entries(b"dn: a\n\ndn: b\n"))) == 2
    with pytest.raises(MalformedData, match="more than 3 lines"):
        list(ldif.entries(b"dn: a\n\n\n\n"))


def test_a_comment_may_be_folded() -> None:
    text = b"# a comment\r\n  that goes on\r\nversion: 1\r\n\r\ndn: a\r\n# another\r\n of two lines\r\nsn: 5\r\n"
    assert ldif.looks_like_ldif(text)
    assert [each.values for each in ldif.entries(text)] == [(("sn", b"5"),)]


def test_ldif_is_recognised() -> None:
    assert ldif.looks_like_ldif(b"\xef\xbb\xbf# note\n\nversion: 1\n")
    assert ldif.looks_like_ldif(b"DN: c=AT\n")
    assert not ldif.looks_like_ldif(b"a note\ndn: c=AT\n")
    assert not ldif.looks_like_ldif(b"")


@given(st.binary(max_size=200))
def test_any_bytes_are_entries_or_malformed(raw: bytes) -> None:
    for content in (raw, b"dn: c=AT\n" + raw):
        try:
            assert all(isinstance(each, ldif.LdifEntry) for each in ldif.entries(content))
        except MalformedData:
            continue
