# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The document's own state: in date, a photo that can be shown, a machine readable zone that adds up."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from cccd_reader.errors import MalformedData, Unsupported
from cccd_reader.inspection.citizen import Citizen
from cccd_reader.inspection.reading import Evidence
from cccd_reader.inspection.results import Check, Reason
from cccd_reader.lds import files as ef
from cccd_reader.lds.dg2 import DataGroup2
from cccd_reader.lds.portrait import check_portrait
from cccd_reader.vietnam.partial_date import PartialDate
from cccd_reader.vietnam.validity import Expiry, ExpiryState, state_on

EXPIRY, IMAGE, MRZ = "document.expiry", "document.image", "consistency.mrz"
VIETNAMESE_TIME = timezone(timedelta(hours=7))
"""Vietnam has one zone and no summer time."""
_EXPIRY_CLAUSE, _IMAGE_CLAUSE, _MRZ_CLAUSE = "ICAO 9303-3, 4.8", "ICAO 9303-10, 4.7.2", "ICAO 9303-3, 4.9"
_STATES = {
    ExpiryState.VALID: Reason.IN_DATE,
    ExpiryState.EXPIRED: Reason.EXPIRED,
    ExpiryState.WITHOUT_EXPIRY: Reason.NO_EXPIRY,
}


def checks(evidence: Evidence, citizen: Citizen, at: datetime) -> tuple[Check, ...]:
    """Return the checks of expiry and photo."""
    return _expiry(citizen, at), _image(evidence)


def zone_check(evidence: Evidence) -> Check:
    """Return the check of the zone's own check digits."""
    mrz = evidence.mrz
    if mrz is None:
        missing = evidence.content(ef.data_group(1)) is None
        return Check(MRZ, Reason.FILE_MISSING if missing else Reason.FILE_MALFORMED, "DG1", _MRZ_CLAUSE)
    if mrz.findings:
        return Check(MRZ, Reason.MRZ_DIGITS_WRONG, ", ".join(mrz.findings), _MRZ_CLAUSE)
    return Check(MRZ, Reason.MRZ_DIGITS_RIGHT, "", _MRZ_CLAUSE)


def _expiry(citizen: Citizen, at: datetime) -> Check:
    """Judge the expiry of DG1, and that of a citizen's DG13 where it is a whole date: the last day counts.

    The day is that of Vietnam for its documents, and for others that of the zone of `at`. Where one of the two is over
    and the other is not, nobody but the issuer knows.
    """
    today = (at.astimezone(VIETNAMESE_TIME) if citizen.is_vietnamese else at).date()
    found = _expiries(citizen)
    states = [state_on(expiry, today) for expiry in found]
    if not states:
        detail = "DG1 is not at hand" if citizen.mrz is None else ""
        return Check(EXPIRY, Reason.EXPIRY_UNREADABLE, detail, _EXPIRY_CLAUSE)
    if ExpiryState.EXPIRED in states and len(set(states)) > 1:
        return Check(EXPIRY, Reason.EXPIRY_CONTRADICTORY, "", _EXPIRY_CLAUSE)
    return Check(EXPIRY, _STATES[states[0]], "", _EXPIRY_CLAUSE)  # the date, a birthday, is a field of its own


def _expiries(citizen: Citizen) -> list[Expiry]:
    """The dates of expiry that can be judged, that of DG1 first."""
    first = None if citizen.mrz is None else citizen.mrz.expiry
    second = None if citizen.record is None else citizen.record.expiry
    if isinstance(second, PartialDate):
        return [each for each in (first, second.date) if each is not None]
    return [each for each in (first, second) if each is not None]


def _image(evidence: Evidence) -> Check:
    content = evidence.content(ef.data_group(2))
    if content is None:
        return Check(IMAGE, Reason.FILE_MISSING, "DG2 was not read", _IMAGE_CLAUSE)
    try:
        image = DataGroup2.parse(content).faces[0]
        check_portrait(image.data)
    except (MalformedData, Unsupported) as error:
        return Check(IMAGE, Reason.IMAGE_BROKEN, str(error), _IMAGE_CLAUSE)
    return Check(IMAGE, Reason.IMAGE_READABLE, f"{image.format.value}, {image.width} x {image.height}", _IMAGE_CLAUSE)
