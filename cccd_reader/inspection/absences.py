# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a chip does not give, and normally so: told apart from what it should have given.

Normal are: fingerprints and irises that are refused with 6982 (only inspection systems with the issuing state's
permission read them, ICAO 9303-11, 7.1), be it without protection, as some chips refuse; optional data groups that the
signed list does not name, such as DG11 of the Vietnamese card, and EF.CardAccess answered with 6D00, as that card
answers whoever selects the master file.
Everything else that is missing is not normal, and nothing here calls it so.
"""

from __future__ import annotations

from cccd_reader.apdu.status import Sw
from cccd_reader.inspection.integrity import data_group_id
from cccd_reader.inspection.reading import FileRecord
from cccd_reader.inspection.results import Check, Reason
from cccd_reader.lds import files as ef
from cccd_reader.lds.mrz import Mrz, MrzFormat

PROTECTED = (3, 4)
"""The data groups that need a permission: fingerprints and irises (ICAO 9303-10, 4.7.3 and 4.7.4)."""

_MANDATORY = frozenset({1, 2})
_VIETNAMESE = frozenset({1, 2, 13, 14, 15})
_PROTECTED_IDS = frozenset(data_group_id(number) for number in PROTECTED)
_PERMISSION_WANTED = f"{Sw.SECURITY_STATUS_NOT_SATISFIED:04X}"


def expected_absences(checks: tuple[Check, ...], mrz: Mrz | None) -> frozenset[str]:
    """Return the ids of the checks that were not made because something is absent that normally is.

    `mrz` tells whose document it is: a Vietnamese card without DG13 is not a normal one, a passport without it is.
    """
    vietnamese = mrz is not None and mrz.issuing_state == "VNM" and mrz.format is MrzFormat.TD1
    held = _VIETNAMESE if vietnamese else _MANDATORY
    optional = {data_group_id(number) for number in range(1, 17) if number not in held}
    return frozenset(check.id for check in checks if _is_expected(check, optional))


def is_expected(record: FileRecord) -> bool:
    """Tell whether this refusal of a file is normal."""
    if record.file == ef.CARD_ACCESS:
        return record.status == Sw.INSTRUCTION_NOT_SUPPORTED
    return record.file.number in PROTECTED and record.status == Sw.SECURITY_STATUS_NOT_SATISFIED


def _is_expected(check: Check, optional: set[str]) -> bool:
    if check.reason is Reason.NOT_ON_DOCUMENT:
        return check.id in optional
    if check.id not in _PROTECTED_IDS:
        return False
    refused = check.reason in (Reason.REFUSED_BY_CHIP, Reason.REFUSED_UNPROTECTED)
    return check.reason is Reason.NOT_READ or (refused and check.detail == _PERMISSION_WANTED)
