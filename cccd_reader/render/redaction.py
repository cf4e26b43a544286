# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What may be said where others listen: stderr, logs, traces. The last line of defence, behind texts without data.

Nothing that is written for such a place holds personal data by construction. This takes care of what a person typed
into the wrong place, such as a number for the name of a file, and of whatever a later text might let slip.
"""

from __future__ import annotations

import re

from cccd_reader.render.plain import visible
from cccd_reader.vietnam.personal_number import mask

_BEFORE, _AFTER = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
_NUMBER = re.compile(_BEFORE + r"\d{3}(?: ?\d{3}){2,3}" + _AFTER, re.ASCII)
"""Nine digits (an old number, the number of the document) or twelve, in threes or not."""
_QR_LINE = re.compile(_BEFORE + r"(\d{9}|\d{12})\|.*", re.ASCII)
_ZONE = re.compile(r"(?=[A-Z0-9]{0,90}<)[A-Z0-9<]{9,}")
_HIDDEN = "***"


def redacted(text: str) -> str:
    """Return a text fit for a log: numbers masked but for the first and last three digits, QR and MRZ lines hidden.

    Characters that nobody sees are escaped, as `visible` does.
    """
    text = _QR_LINE.sub(lambda found: f"{mask(found[1])}|{_HIDDEN}", text)
    text = _NUMBER.sub(lambda found: mask(found[0].replace(" ", "")), _ZONE.sub(_HIDDEN, text))
    return visible(text)
