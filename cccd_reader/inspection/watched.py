# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Does a watch list look for this document or its holder? Off line, and after the verdict's other checks.

    report = with_watch_list(verify(evidence, trust), watch_list)

A hit is a failed check: it says nothing against the document, it says that somebody is to be asked before it is relied
on. That nothing is found is only as good as the numbers that were looked up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from cccd_reader.errors import CccdError, MalformedData
from cccd_reader.inspection.report import Report
from cccd_reader.inspection.results import Check, Reason

if TYPE_CHECKING:  # every report has this check; few are asked
    from cccd_reader.watchlist.entries import Wanted
    from cccd_reader.watchlist.store import WatchList

WATCH_LIST = "state.watchlist"
NOT_ASKED = Check(WATCH_LIST, Reason.NO_WATCH_LIST)
"""The check of a report that no list was asked about."""


def with_watch_list(report: Report, watch_list: WatchList) -> Report:
    """Return the report with the answer of a list, as of the day on which it was judged."""
    from cccd_reader.watchlist.entries import EntryKind  # noqa: PLC0415 -- only where a list is asked

    wanted = tuple(_wanted(report))
    if not any(each.kind is not EntryKind.HASH for each in wanted):
        return _with(report, Check(WATCH_LIST, Reason.NOTHING_TO_LOOK_UP, "no number was read"))
    found = watch_list.find(wanted, report.at.date())
    if found:
        detail = "; ".join(f"{entry.reason} ({entry.source})" for entry in found)
        return _with(report, Check(WATCH_LIST, Reason.ON_WATCH_LIST, detail))
    return _with(report, Check(WATCH_LIST, Reason.NOT_ON_WATCH_LIST, f"{len(watch_list.entries)} entries"))


def with_closed_watch_list(report: Report, why: CccdError) -> Report:
    """Return the report with the answer of a list that could not be opened: nobody knows."""
    return _with(report, Check(WATCH_LIST, Reason.WATCH_LIST_CLOSED, str(why)))


def _with(report: Report, answer: Check) -> Report:
    checks = tuple(answer if check.id == WATCH_LIST else check for check in report.checks)
    return replace(report, checks=checks)


def _wanted(report: Report) -> Iterator[Wanted]:
    """The numbers of the zone and of the citizen record, and the hash of every file that was read."""
    from cccd_reader.watchlist.entries import EntryKind, Wanted  # noqa: PLC0415 -- only where a list is asked

    mrz, citizen = report.mrz, report.citizen
    number = None if citizen is None or citizen.number is None else citizen.number.digits
    values = [(EntryKind.NUMBER, number)]
    if mrz is not None:
        values += [(EntryKind.NUMBER, mrz.personal_number), (EntryKind.DOCUMENT, mrz.document_number)]
    for kind, value in values:
        if value:
            try:
                yield Wanted.parse(kind, value)
            except MalformedData:
                continue  # a number of another form is on no list, since no list takes it
    yield from (Wanted.of_content(record.content) for record in report.evidence.files if record.content)
