# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The document's own state: in date, a photo that can be shown, a machine readable zone that adds up."""

from __future__ import annotations

from datetime import date, datetime

from cccd_reader.errors import MalformedData, Unsupported
from cccd_reader.inspection.consistency import mrz_of
from cccd_reader.inspection.reading import Evidence
from cccd_reader.inspection.results import Check, Reason
from cccd_reader.lds import files as ef
from cccd_reader.lds.dg2 import DataGroup2
from cccd_reader.lds.mrz import NoExpiry
from cccd_reader.lds.portrait import portrait_png

EXPIRY, IMAGE, MRZ = "document.expiry", "document.image", "consistency.mrz"
_EXPIRY_CLAUSE, _IMAGE_CLAUSE, _MRZ_CLAUSE = "ICAO 9303-3, 4.8", "ICAO 9303-10, 4.7.2", "ICAO 9303-3, 4.9"


def checks(evidence: Evidence, at: datetime) -> tuple[Check, ...]:
    """Return the three checks. A document is good to the end of its last day, in the zone of `at`."""
    return _mrz(evidence), _expiry(evidence, at.date()), _image(evidence)


def _mrz(evidence: Evidence) -> Check:
    mrz = mrz_of(evidence)
    if mrz is None:
        missing = evidence.content(ef.data_group(1)) is None
        return Check(MRZ, Reason.FILE_MISSING if missing else Reason.FILE_MALFORMED, "DG1", _MRZ_CLAUSE)
    if mrz.findings:
        return Check(MRZ, Reason.MRZ_DIGITS_WRONG, ", ".join(mrz.findings), _MRZ_CLAUSE)
    return Check(MRZ, Reason.MRZ_DIGITS_RIGHT, "", _MRZ_CLAUSE)


def _expiry(evidence: Evidence, today: date) -> Check:
    mrz = mrz_of(evidence)
    if mrz is None:
        return Check(EXPIRY, Reason.EXPIRY_UNREADABLE, "DG1 is not at hand", _EXPIRY_CLAUSE)
    expiry = mrz.expiry
    if isinstance(expiry, NoExpiry):
        return Check(EXPIRY, Reason.NO_EXPIRY, "", _EXPIRY_CLAUSE)
    if expiry is None:
        return Check(EXPIRY, Reason.EXPIRY_UNREADABLE, "", _EXPIRY_CLAUSE)
    return Check(EXPIRY, Reason.IN_DATE if today <= expiry else Reason.EXPIRED, f"{expiry:%Y-%m-%d}", _EXPIRY_CLAUSE)


def _image(evidence: Evidence) -> Check:
    content = evidence.content(ef.data_group(2))
    if content is None:
        return Check(IMAGE, Reason.FILE_MISSING, "DG2 was not read", _IMAGE_CLAUSE)
    try:
        image = DataGroup2.parse(content).faces[0]
        portrait_png(image.data)
    except (MalformedData, Unsupported) as error:
        return Check(IMAGE, Reason.IMAGE_BROKEN, str(error), _IMAGE_CLAUSE)
    return Check(IMAGE, Reason.IMAGE_READABLE, f"{image.format.value}, {image.width} x {image.height}", _IMAGE_CLAUSE)
