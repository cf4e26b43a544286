# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Distinguished names, and the forms in which authorities write one and the same name (ICAO 9303-12, 7.1.1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto

from cccd_simulators import der

COUNTRY, ORGANISATION, UNIT, COMMON_NAME = "2.5.4.6", "2.5.4.10", "2.5.4.11", "2.5.4.3"
SERIAL_NUMBER, LOCALITY = "2.5.4.5", "2.5.4.7"


class NameForm(Enum):
    """How a name is written. All are the same name to people; all but `REVERSED` are to RFC 5280, 7.1 too."""

    STANDARD = auto()
    """Country and serial number as PrintableString, the others as UTF8String."""
    PRINTABLE = auto()
    UTF8 = auto()
    TELETEX = auto()
    BMP = auto()
    UPPER_CASE = auto()
    LOWER_CASE = auto()
    SPACED = auto()
    """Two spaces for one, and one at each end."""
    REVERSED = auto()
    """The last attribute first, as LDAP writes names."""


_STRINGS: dict[NameForm, Callable[[str], bytes]] = {
    NameForm.PRINTABLE: der.printable_string,
    NameForm.UTF8: der.utf8_string,
    NameForm.TELETEX: der.teletex_string,
    NameForm.BMP: der.bmp_string,
}
_TEXTS: dict[NameForm, Callable[[str], str]] = {
    NameForm.UPPER_CASE: str.upper,
    NameForm.LOWER_CASE: str.lower,
    NameForm.SPACED: lambda text: " " + text.replace(" ", "  ") + " ",
}


@dataclass(frozen=True)
class Name:
    """A name: pairs of a dotted attribute type and a text, and the form; `bytes()` gives the Name in DER."""

    attributes: tuple[tuple[str, str], ...]
    form: NameForm = NameForm.STANDARD

    def written(self, form: NameForm | None) -> Name:
        """Return this name in another form, or as it is for None."""
        return self if form is None else replace(self, form=form)

    def __bytes__(self) -> bytes:
        ordered = self.attributes[::-1] if self.form is NameForm.REVERSED else self.attributes
        parts = (der.set_of(der.sequence(der.oid(kind), self._value(kind, text))) for kind, text in ordered)
        return der.sequence(*parts)

    def _value(self, kind: str, text: str) -> bytes:
        standard = der.printable_string if kind in (COUNTRY, SERIAL_NUMBER) else der.utf8_string
        return _STRINGS.get(self.form, standard)(_TEXTS.get(self.form, str)(text))
